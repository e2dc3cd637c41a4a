"""Error pages: what went wrong in words, what to do, and the id under which the log knows it.

`not_found`, `bad_request` and their like make exceptions to raise from a view (raising rolls back). An error
page asks the database nothing: it must come when the database does not.
"""

from __future__ import annotations

import html
import logging
from typing import Any
from urllib.parse import quote

import orjson
from pyramid.config import Configurator
from pyramid.exceptions import PredicateMismatch
from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPException,
    HTTPForbidden,
    HTTPNotFound,
)
from pyramid.interfaces import IRoutesMapper
from pyramid.renderers import render
from pyramid.response import Response
from pyramid_retry import is_error_retryable
from webob.request import DisconnectionError

from myproject.accounts.identity import Identity
from myproject.db.migrations import is_missing
from myproject.db.retry import is_busy
from myproject.directory.clock import Clock
from myproject.request import CounterRow, Request

log = logging.getLogger(__name__)

TEMPLATE = "myproject:templates/error.html"

#: status -> title, message, remedy, where the exception says nothing better.
WORDS = {
    400: (
        "That can't be read",
        "The address or the form holds something that can't be read.",
        "Check what was typed.",
    ),
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
    500: (
        "Something went wrong",
        "The fault is ours, and it has been noted.",
        "Try again. If it stays, report the id below.",
    ),
    503: ("Busy", "The directory is busy and could not answer in time.", "Try again in a few seconds."),
}
_OTHER = ("That did not work", "The request could not be answered.", "Go back and try again.")

#: Routes that answer in JSON, errors included.
JSON_ROUTES = frozenset({"suggest", "health", "health.live", "health.ready"})


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


def error_response(
    request: Request,
    status: int,
    *,
    heading: str = "",
    message: str = "",
    remedy: str = "",
    problems: tuple[Any, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    """An error page, or problem details for who asks in JSON. Comes out whatever is broken."""
    title, usual, help_ = WORDS.get(status, _OTHER)
    context: dict[str, Any] = {
        "status": status,
        "title": heading or title,
        "message": message or usual,
        "remedy": remedy or ("" if message else help_),
        "problems": problems,
        "request_id": request.request_id,
    }
    if _wants_json(request):
        body, kind = _problem_json(context), "application/problem+json"
    else:
        body, kind = _page(request, context), "text/html"
    response = Response(body, status=status, content_type=kind, charset="utf-8" if kind == "text/html" else None)
    response.headerlist.extend(headers)
    return response


def plain_page(context: dict[str, Any]) -> bytes:
    """The page without the template engine, in case that is what is broken."""
    text = {name: html.escape(str(value)) for name, value in context.items()}
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>{text['title']}</title><main><h1>{text['title']}</h1><p>{text['message']}</p>"
        f"<p>{text['remedy']}</p><p>Request {text['request_id']}</p><p><a href='/'>Home</a></p></main></html>"
    ).encode()


def _page(request: Request, context: dict[str, Any]) -> bytes:
    _stop_asking_the_database(request, context["status"])
    try:
        rendered: str = render(TEMPLATE, context, request)
    except Exception:
        log.exception("error page could not be rendered, request %s", request.request_id)
        return plain_page(context)
    return rendered.encode()


def _stop_asking_the_database(request: Request, status: int) -> None:
    known = request.__dict__
    if "identity" not in known:
        known["identity"] = _who(request) if status < 500 else None
    known.setdefault("counter", CounterRow(0, None, 0))
    if "clock" not in known:
        today = request.today
        known["clock"] = Clock(today=today, as_of=today, known_at=None, revision=0, present=False)


def _who(request: Request) -> Identity | None:
    """Whom the page is for. Unknown addresses are found out before anybody has asked."""
    try:
        return request.identity
    except Exception:  # noqa: BLE001 - the page must come, if need be in the clothes of nobody
        return None


def _problem_json(context: dict[str, Any]) -> bytes:
    problem = {
        "type": "about:blank",
        "title": context["title"],
        "status": context["status"],
        "detail": " ".join(filter(None, (context["message"], context["remedy"]))),
        "request_id": context["request_id"],
    }
    if context["problems"]:
        problem["problems"] = [each._asdict() for each in context["problems"]]
    return orjson.dumps(problem)


def _wants_json(request: Request) -> bool:
    route = getattr(request, "matched_route", None)
    if route is not None and route.name in JSON_ROUTES:
        return True
    accept = request.environ.get("HTTP_ACCEPT", "")
    return "json" in accept and "text/html" not in accept


# --- exception views ----------------------------------------------------------------------------------------


def http_error(error: Any, request: Request) -> Response:
    """An HTTP exception that was raised: a redirect goes out as it is, an error gets its page."""
    if error.status_int < 400:
        return error
    if isinstance(error, HTTPNotFound):
        return _nothing_there(error, request)
    if isinstance(error, HTTPForbidden) and request.identity is None:
        return _sign_in_first(request)
    worded = hasattr(error, "remedy")
    return error_response(
        request,
        error.status_int,
        heading=getattr(error, "heading", ""),
        message=error.detail if worded else "",
        remedy=getattr(error, "remedy", ""),
        problems=getattr(error, "problems", ()),
        headers=tuple((name, value) for name, value in error.headerlist if name in _KEPT),
    )


_KEPT = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})


def _sign_in_first(request: Request) -> Response:
    """To the sign-in page and back here; programs are told that they have no proof."""
    if _wants_json(request):
        return error_response(request, 401, headers=(("WWW-Authenticate", 'Bearer realm="directory"'),))
    back = request.path_qs if request.method in ("GET", "HEAD") else None
    location = request.link("sign_in", _query={"next": back, "as_of": None, "known_at": None})
    return Response(status=303, headers={"Location": location})


def _nothing_there(error: Any, request: Request) -> Response:
    route = getattr(request, "matched_route", None)
    if isinstance(error, PredicateMismatch) and route is not None:
        allowed = _methods(request.registry).get(route.name, frozenset())
        if request.method not in allowed:
            return method_not_allowed(request, allowed)
    if hasattr(error, "remedy"):
        return error_response(request, 404, message=error.detail, remedy=error.remedy)
    if route is None and request.method in ("GET", "HEAD"):
        elsewhere = _other_slash(request)
        if elsewhere:
            return Response(status=308, headers={"Location": elsewhere})
    return error_response(request, 404)


def method_not_allowed(request: Request, allowed: frozenset[str]) -> Response:
    """A 405 that says what is allowed."""
    return error_response(request, 405, headers=(("Allow", ", ".join(sorted(allowed))),))


def _other_slash(request: Request) -> str | None:
    """The same address with or without the slash at its end, where that one exists."""
    path = request.path_info
    other = path.rstrip("/") if path.endswith("/") else path + "/"
    if not other or other.startswith("//"):
        return None
    routes = request.registry.queryUtility(IRoutesMapper).get_routes()
    if not any(route.match(other) is not None for route in routes):
        return None
    query = request.environ.get("QUERY_STRING", "")
    address = quote(request.environ.get("SCRIPT_NAME", "") + other)
    return f"{address}?{query}" if query else address


def _methods(registry: Any) -> dict[str, frozenset[str]]:
    """Route name -> methods that its views take; worked out when first asked."""
    known: dict[str, frozenset[str]] | None = registry.__dict__.get("route_methods")
    if known is None:
        gathered: dict[str, set[str]] = {}
        for entry in registry.introspector.get_category("views") or ():
            view = entry["introspectable"]
            methods = view["request_methods"] or ("GET", "HEAD")
            gathered.setdefault(view["route_name"], set()).update((methods,) if isinstance(methods, str) else methods)
        known = {name: frozenset(each | {"HEAD"} if "GET" in each else each) for name, each in gathered.items()}
        registry.route_methods = known
    return known


def failure(error: Exception, request: Request) -> Response:
    """Anything else that was raised: 503 when the database is busy or away, else 500."""
    if is_error_retryable(request, error):
        # This answer is thrown away and the request made anew: no page, no line in the log.
        return Response(status=503)
    if isinstance(error, DisconnectionError):
        # Nobody is there to read the answer; no fault of ours to report.
        return error_response(request, 400)
    if is_busy(error):
        log.warning("request %s: %s %s: %s", request.request_id, request.method, in_log(request), _first_line(error))
        return error_response(request, 503, headers=(("Retry-After", "3"),))
    if is_missing(error):
        log.error("request %s: the database lacks tables; run `myproject db upgrade`", request.request_id)
        return error_response(request, 503, remedy="Whoever runs it has to bring its database up to date.")
    log.error("request %s: %s %s", request.request_id, request.method, in_log(request), exc_info=error)
    return error_response(request, 500)


def in_log(request: Request) -> str:
    """The path for the log: no query, which may name people, and nothing that could forge a line."""
    return ascii(request.environ.get("PATH_INFO", ""))[1:-1]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def includeme(config: Configurator) -> None:
    """Add the exception views."""
    config.add_exception_view(http_error, context=HTTPException)
    config.add_exception_view(failure, context=Exception)
