"""What goes wrong, in words, and as problem details (RFC 9457) for programs.

`not_found`, `bad_request` and their like make exceptions to raise from a view (raising rolls back). An exception that
is raised for the API may carry a `kind`: the last part of the problem's `type`, by which programs tell what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPConflict,
    HTTPForbidden,
    HTTPNotFound,
    HTTPTooManyRequests,
    HTTPUnprocessableEntity,
)

from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.security.rates import RateCount
from myproject.web.params import Problem

MEDIA_TYPE = "application/problem+json"

_NOTHING_HERE = marked("There is nothing at this address.")
_OUR_FAULT = marked("This is our fault, and it has been recorded.")

# Pages show it in the language of the request; programs, and lines in logs, get English.
#: status -> title, message, remedy, where the exception says nothing better.
WORDS = {
    400: (
        marked("This can't be read"),
        marked("The address or the form contains something that can't be read."),
        marked("Check what you typed."),
    ),
    401: (
        marked("Sign in first"),
        marked("This page is only for people who have signed in."),
        marked("Sign in, then try again."),
    ),
    403: (
        marked("You are not allowed to see this page"),
        marked("Your account does not have the rights for this."),
        marked("Ask an administrator if you think it should."),
    ),
    404: (
        marked("Not found"),
        _NOTHING_HERE,
        marked("Check the address, or search for the person or department."),
    ),
    405: (
        marked("This does not work that way"),
        marked("This address does not accept this kind of request."),
        marked("Follow a link or use the form."),
    ),
    409: (
        marked("Changed in the meantime"),
        marked("Someone else has changed this in the meantime."),
        marked("Look at it again, then repeat your change."),
    ),
    413: (
        marked("Too large"),
        marked("What you sent is larger than the directory accepts."),
        marked("Send less at once."),
    ),
    429: (
        marked("Too many requests"),
        marked("You have asked for this too often."),
        marked("Wait a little, then try again."),
    ),
    500: (
        marked("Something went wrong"),
        _OUR_FAULT,
        marked("Try again. If it keeps happening, report the request number below."),
    ),
    503: (
        marked("The directory is busy"),
        marked("The directory could not answer in time."),
        marked("Try again in a few seconds."),
    ),
}
_OTHER = (
    marked("That did not work"),
    marked("The request could not be answered."),
    marked("Go back and try again."),
)

#: The same for programs, where a person is told something that is of no use to them.
_API_WORDS = {
    400: ("The request can't be read.", "Check the address and what was sent."),
    401: (
        "Nobody has signed in.",
        "Send a token in the header “Authorization: Bearer ...”.",
    ),
    403: ("This is not open to you.", "Ask an administrator for the right, or use another token."),
    404: (_NOTHING_HERE, "Look the address up in the documentation: /api/docs."),
    405: ("This address does not take that method.", "Use one of those in the header “Allow”."),
    406: ("The answer comes as JSON only.", "Send “Accept: application/json”, or no such header."),
    413: ("What was sent is larger than the directory accepts.", "Send less at once."),
    415: ("What was sent is not JSON.", "Send JSON, with “Content-Type: application/json”."),
    500: (_OUR_FAULT, "Try again. If it keeps happening, report the request id."),
}


def words_for(status: int, *, api: bool) -> tuple[str, str, str]:
    """Title, message and remedy of an error that says nothing better itself."""
    title, message, remedy = WORDS.get(status, _OTHER)
    if not api:
        return _(title), _(message), _(remedy)
    message, remedy = _API_WORDS.get(status, (message, remedy))
    return phrase(status), message, remedy


def phrase(status: int) -> str:
    """The name that the protocol gives to a status: the title of a problem that has no type of its own."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


#: Pages about the API, for people.
_PAGES = ("/api/docs", "/api/reference")


def is_api(environ: Mapping[str, Any]) -> bool:
    """Whether the address is one of the API's: its errors are problem details, whatever the client accepts."""
    path = environ.get("PATH_INFO", "")
    return path.startswith("/api") and (path[4:5] in ("", "/")) and not path.startswith(_PAGES)


def is_for_programs(environ: Mapping[str, Any]) -> bool:
    """Whether the address is one of the API's or a health check: answered in English, and never by asking who it is.

    The language of somebody comes from the database, for which a health check must not wait.
    """
    return is_api(environ) or environ.get("PATH_INFO", "").startswith("/health")


def problem_details(
    *,
    status: int,
    title: str,
    detail: str,
    request_id: str,
    kind: str = "",
    instance: str = "",
    problems: Iterable[Any] = (),
    more: Mapping[str, Any] | None = None,
    api: bool = True,
) -> bytes:
    """A problem as JSON. `kind` ends its type; each of `problems` says where, what, and what to do about it."""
    told: dict[str, Any] = {
        "type": f"/problems/{kind}" if kind else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    if instance:
        told["instance"] = instance
    if more:
        told.update(more)
    if problems:
        told["problems"] = [as_pointed(each) if api else each._asdict() for each in problems]
    return orjson.dumps(told)


def as_pointed(problem: Problem) -> dict[str, str]:
    """One thing that is wrong, told by a JSON pointer into the body, or by the name of a parameter of the query."""
    place = "pointer" if not problem.place or problem.place.startswith("/") else "parameter"
    return {place: problem.place, "message": problem.message, "remedy": problem.remedy}


def not_found(message: str, remedy: str = "") -> HTTPNotFound:
    """A 404 to raise, with words of its own."""
    return _worded(HTTPNotFound(message), remedy)


def no_page(page: int, pages: int) -> HTTPNotFound:
    """A 404 to raise for a page beyond the last one."""
    message = _("There is no page %(page)s; the last one is %(last)s.", page=number_text(page), last=number_text(pages))
    return not_found(message, _("Go back to the first page."))


def bad_request(message: str, remedy: str = "") -> HTTPBadRequest:
    """A 400 to raise, with words of its own."""
    return _worded(HTTPBadRequest(message), remedy)


def forbidden(message: str, remedy: str = "") -> HTTPForbidden:
    """A 403 to raise, with words of its own."""
    return _worded(HTTPForbidden(message), remedy)


def _worded(error: Any, remedy: str) -> Any:
    error.remedy = remedy
    return error


def conflict(
    message: str, remedy: str = "", *, kind: str = "conflict", problems: Iterable[Problem] = ()
) -> HTTPConflict:
    """A 409 to raise: it can't be done as things are now."""
    return _with_problems(HTTPConflict(message), remedy, kind, problems)


def unprocessable(
    message: str, remedy: str = "", *, kind: str = "invalid", problems: Iterable[Problem] = ()
) -> HTTPUnprocessableEntity:
    """A 422 to raise: it was read, and means nothing that can be done."""
    return _with_problems(HTTPUnprocessableEntity(message), remedy, kind, problems)


def too_many(count: RateCount) -> dict[str, Any]:
    """The words of a 429, as `error_response` takes them; its headers are those of every answer that was counted."""
    return {
        "heading": "Too many requests",
        "message": f"More than {count.most} requests in a minute came by this {count.policy}.",
        "remedy": f"Wait {count.seconds} s. The header RateLimit of every answer tells what is left.",
        "kind": "rate-limited",
    }


def rate_limited(count: RateCount) -> HTTPTooManyRequests:
    """A 429 to raise."""
    told = too_many(count)
    error = _with_problems(HTTPTooManyRequests(told["message"]), told["remedy"], told["kind"], ())
    error.heading = told["heading"]
    return error


def too_often(message: str, remedy: str, seconds: int) -> HTTPTooManyRequests:
    """A 429 to raise, for who may come again after so many seconds."""
    error: HTTPTooManyRequests = _with_problems(HTTPTooManyRequests(message), remedy, "rate-limited", ())
    error.headers["Retry-After"] = str(seconds)
    return error


def _with_problems(error: Any, remedy: str, kind: str, problems: Iterable[Problem]) -> Any:
    error.kind = kind
    error.problems = tuple(problems)
    return _worded(error, remedy)
