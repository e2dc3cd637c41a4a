"""Error pages: what went wrong in words, what to do, and the id under which the log knows it.

An error page asks the database nothing: it must come when the database does not. Programs, and whoever asks for an
address of the API, get problem details instead (`myproject.web.problems`).
"""

from __future__ import annotations

import html
import logging
from typing import Any
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.exceptions import PredicateMismatch
from pyramid.httpexceptions import (
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
from myproject.directory.schema.clock import Clock
from myproject.language.languages import current
from myproject.language.texts import gettext as _
from myproject.security.policy import TOKEN_REFUSED
from myproject.web.problems import MEDIA_TYPE, is_api, is_for_programs, problem_details, words_for
from myproject.web.request import NO_CLOCK, CounterRow, Request

log = logging.getLogger(__name__)

TEMPLATE = "myproject:templates/site/error.html"

#: In the environment of a request that the front door turned away: it was for the API.
API = "myproject.api"

#: Routes that answer in JSON, errors included.
JSON_ROUTES = frozenset({"suggest", "health", "health.live", "health.ready"})


def error_response(
    request: Request,
    status: int,
    *,
    heading: str = "",
    message: str = "",
    remedy: str = "",
    problems: tuple[Any, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    kind: str = "",
    more: dict[str, Any] | None = None,
) -> Response:
    """An error page, or problem details for who asks in JSON. Comes out whatever is broken."""
    api = is_api(request.environ) or bool(request.environ.get(API))
    if not api and not is_for_programs(request.environ):
        _know_who(request, status)  # whose language it is
    title, usual, help_ = words_for(status, api=api)
    context: dict[str, Any] = {
        "status": status,
        "title": heading or title,
        "message": message or usual,
        "remedy": remedy or ("" if message else help_),
        "problems": problems,
        "request_id": request.request_id,
    }
    if api or _wants_json(request):
        detail = " ".join(filter(None, (context["message"], context["remedy"])))
        body = problem_details(
            status=status,
            title=context["title"],
            detail=detail,
            request_id=context["request_id"],
            kind=kind,
            problems=problems,
            more=more,
            api=api,
        )
        media = MEDIA_TYPE
    else:
        body, media = _page(request, context), "text/html"
    response = Response(body, status=status, content_type=media, charset="utf-8" if media == "text/html" else None)
    response.headerlist.extend(headers)
    return response


def plain_page(context: dict[str, Any]) -> bytes:
    """The page without the template engine, in case that is what is broken."""
    text = {name: html.escape(str(value)) for name, value in context.items()}
    number = html.escape(_("Request %(number)s", number=context["request_id"]))
    language = current()
    return (
        f"<!doctype html><html lang={language.code} dir={language.direction}><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>{text['title']}</title><main><h1>{text['title']}</h1><p>{text['message']}</p>"
        f"<p>{text['remedy']}</p><p>{number}</p><p><a href='/'>{html.escape(_('Home'))}</a></p></main></html>"
    ).encode()


def _page(request: Request, context: dict[str, Any]) -> bytes:
    _stop_asking_the_database(request)
    try:
        rendered: str = render(TEMPLATE, context, request)
    except Exception:
        log.exception("error page could not be rendered, request %s", request.request_id)
        return plain_page(context)
    return rendered.encode()


def _know_who(request: Request, status: int) -> None:
    """Find out once whom the answer is for; the database is not asked where it may be what is broken."""
    known = request.__dict__
    if "identity" not in known:
        known["identity"] = _who(request) if status < 500 else None


def _stop_asking_the_database(request: Request) -> None:
    known = request.__dict__
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


def _wants_json(request: Request) -> bool:
    if is_api(request.environ):
        return True
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
        kind=getattr(error, "kind", ""),
        more=getattr(error, "more", None),
        headers=tuple((name, value) for name, value in error.headerlist if name in _KEPT),
    )


_KEPT = frozenset({"Accept-Patch", "Allow", "ETag", "Retry-After", "WWW-Authenticate"})


def _sign_in_first(request: Request) -> Response:
    """To the sign-in page and back here; programs are told that they have no proof."""
    if _wants_json(request):
        return _no_proof(request)
    back = request.path_qs if request.method in ("GET", "HEAD") else None
    location = request.link("sign_in", _query={**NO_CLOCK, "next": back})
    return Response(status=303, headers={"Location": location})


def _no_proof(request: Request) -> Response:
    """A 401: without a proof, or with a token that doesn't hold."""
    if not request.environ.get(TOKEN_REFUSED):
        return error_response(request, 401, headers=(("WWW-Authenticate", 'Bearer realm="directory"'),))
    return error_response(
        request,
        401,
        kind="invalid-token",
        heading="Invalid token",
        message="The token is unknown, revoked or expired, or its owner may no longer sign in.",
        remedy="Make another one: /account.",
        headers=(("WWW-Authenticate", 'Bearer realm="directory", error="invalid_token"'),),
    )


def _nothing_there(error: Any, request: Request) -> Response:
    route = getattr(request, "matched_route", None)
    if isinstance(error, PredicateMismatch) and route is not None:
        allowed = _methods(request.registry, route.name)
        if request.method == "OPTIONS" and is_api(request.environ):
            return Response(status=204, headerlist=[("Allow", ", ".join(sorted(allowed | {"OPTIONS"})))])
        if request.method not in allowed:
            return method_not_allowed(request, allowed)
    if hasattr(error, "remedy"):
        kind, more = getattr(error, "kind", ""), getattr(error, "more", None)
        return error_response(request, 404, message=error.detail, remedy=error.remedy, kind=kind, more=more)
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


def _methods(registry: Any, route: str) -> frozenset[str]:
    """The methods that the views of a route take."""
    found: set[str] = set()
    for entry in registry.introspector.get_category("views") or ():
        view = entry["introspectable"]
        if view["route_name"] == route:
            methods = view["request_methods"] or ("GET", "HEAD")
            found.update((methods,) if isinstance(methods, str) else methods)
    return frozenset(found | {"HEAD"} if "GET" in found else found)


def failure(error: Exception, request: Request) -> Response:
    """Anything else that was raised: 503 when the database is busy or away, else 500."""
    if is_error_retryable(request, error):
        # This answer is thrown away and the request made anew: no page, no line in the log.
        return Response(status=503)
    if isinstance(error, DisconnectionError):
        # Nobody is there to read the answer; no fault of ours to report.
        return error_response(request, 400)
    if is_busy(error):
        log.warning("request %s: %s %s: %s", request.request_id, request.method, in_log(request), first_line(error))
        return error_response(request, 503, headers=(("Retry-After", "3"),))
    if is_missing(error):
        log.error("request %s: the database lacks tables; run `myproject db upgrade`", request.request_id)
        return error_response(request, 503, remedy=_("Its operator has to upgrade the database."))
    log.error("request %s: %s %s", request.request_id, request.method, in_log(request), exc_info=error)
    return error_response(request, 500)


def in_log(request: Request) -> str:
    """The route for the log, by name and pattern: a path may hold a single-use link, and a query names people."""
    route = getattr(request, "matched_route", None)
    return f"{route.name} ({route.pattern})" if route is not None else "no known address"


def first_line(error: Exception) -> str:
    """What an error says, for the log: not the statement, nor the values that it tells in the next lines."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def includeme(config: Configurator) -> None:
    """Add the exception views."""
    config.add_exception_view(http_error, context=HTTPException)
    config.add_exception_view(failure, context=Exception)
