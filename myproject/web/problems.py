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

from myproject.security.rates import Count
from myproject.web.params import Problem

MEDIA_TYPE = "application/problem+json"

#: status -> title, message, remedy, where the exception says nothing better.
WORDS = {
    400: (
        "That can't be read",
        "The address or the form holds something that can't be read.",
        "Check what was typed.",
    ),
    401: ("Sign in first", "This is only for those who have signed in.", "Sign in, then try again."),
    403: ("Not for you", "You may not see or do this.", "Ask an administrator if you think that you should."),
    404: (
        "Not found",
        "There is nothing at this address.",
        "Check the address, or search for the person or department.",
    ),
    405: (
        "Not done that way",
        "This address does not take that kind of request.",
        "Follow a link or use the form.",
    ),
    409: (
        "Changed meanwhile",
        "Someone else has changed this meanwhile.",
        "Look at it again, then repeat your change.",
    ),
    413: ("Too large", "What was sent is larger than can be taken.", "Send less at once."),
    429: ("Too often", "This was asked for too often.", "Wait a little, then try again."),
    500: (
        "Something went wrong",
        "The fault is ours, and it has been noted.",
        "Try again. If it stays, report the id below.",
    ),
    503: ("Busy", "The directory is busy and could not answer in time.", "Try again in a few seconds."),
}
_OTHER = ("That did not work", "The request could not be answered.", "Go back and try again.")

#: The same for programs, where a person is told something that is of no use to them.
_API_WORDS = {
    400: ("The request can't be read.", "Check the address and what was sent."),
    401: (
        "Nobody has signed in.",
        "Send a token in the header “Authorization: Bearer ...”.",
    ),
    403: ("This is not open to you.", "Ask an administrator for the right, or use another token."),
    404: ("There is nothing at this address.", "Look the address up in the documentation: /api/docs."),
    405: ("This address does not take that method.", "Use one of those in the header “Allow”."),
    406: ("The answer comes as JSON only.", "Send “Accept: application/json”, or no such header."),
    413: ("What was sent is larger than can be taken.", "Send less at once."),
    415: ("What was sent is not JSON.", "Send JSON, with “Content-Type: application/json”."),
    500: ("The fault is ours, and it has been noted.", "Try again. If it stays, report the request id."),
}


def words_for(status: int, *, api: bool) -> tuple[str, str, str]:
    """Title, message and remedy of an error that says nothing better itself."""
    title, message, remedy = WORDS.get(status, _OTHER)
    if not api:
        return title, message, remedy
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
    return _told(HTTPConflict(message), remedy, kind, problems)


def unprocessable(
    message: str, remedy: str = "", *, kind: str = "invalid", problems: Iterable[Problem] = ()
) -> HTTPUnprocessableEntity:
    """A 422 to raise: it was read, and means nothing that can be done."""
    return _told(HTTPUnprocessableEntity(message), remedy, kind, problems)


def too_many(count: Count) -> dict[str, Any]:
    """The words of a 429, as `error_response` takes them; its headers are those of every answer that was counted."""
    return {
        "heading": "Too many requests",
        "message": f"More than {count.most} requests in a minute came by this {count.policy}.",
        "remedy": f"Wait {count.seconds} s. The header RateLimit of every answer tells what is left.",
        "kind": "rate-limited",
    }


def rate_limited(count: Count) -> HTTPTooManyRequests:
    """A 429 to raise."""
    told = too_many(count)
    error = _told(HTTPTooManyRequests(told["message"]), told["remedy"], told["kind"], ())
    error.heading = told["heading"]
    return error


def too_often(message: str, remedy: str, seconds: int) -> HTTPTooManyRequests:
    """A 429 to raise, for who may come again after so many seconds."""
    error: HTTPTooManyRequests = _told(HTTPTooManyRequests(message), remedy, "rate-limited", ())
    error.headers["Retry-After"] = str(seconds)
    return error


def _told(error: Any, remedy: str, kind: str, problems: Iterable[Problem]) -> Any:
    error.kind = kind
    error.problems = tuple(problems)
    return _worded(error, remedy)
