"""The outermost tween: turns away what is no proper request, answers when all fails, sets the headers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.tweens import EXCVIEW, INGRESS
from pyramid_retry import BeforeRetry, IBeforeRetry, is_error_retryable

from myproject.language.languages import ENGLISH, use
from myproject.language.texts import gettext as _
from myproject.security.headers import add_headers, strict_transport
from myproject.security.rates import COUNTED
from myproject.security.requests import METHODS, Hosts, RequestRefusal, complaint
from myproject.web.error_answers import API, error_response, first_line, in_log, plain_page
from myproject.web.on_demand import API as API_VIEWS
from myproject.web.problems import MEDIA_TYPE, is_api, is_for_programs, problem_details, too_many, words_for
from myproject.web.request import MAX_FORM, MAX_UPLOAD, Request, close_body

log = logging.getLogger(__name__)

Handler = Callable[[Request], Any]

#: Methods that never write: they get no transaction.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def front_door(handler: Handler, registry: Any) -> Handler:
    """The tween factory."""
    settings = registry.app_settings
    transport = strict_transport(settings)
    hosts = Hosts(settings["security.allowed_hosts"])

    def tween(request: Request) -> Any:
        environ = request.environ
        # The language of a person is found out when the first text is needed.
        use(ENGLISH if is_for_programs(environ) else lambda: request.language)
        if (request.content_length or 0) > MAX_FORM:
            request.add_finished_callback(close_body)
        refusal = complaint(environ, hosts)
        api = is_api(environ)
        if refusal is None and api and (count := registry.rates.address(environ)) and count.refused:
            response = error_response(request, 429, **too_many(count))
        elif refusal is None:
            try:
                if api:
                    registry.on_demand.need(API_VIEWS)
                response = handler(request)
            except Exception as error:
                if is_error_retryable(request, error):
                    raise
                response = _last_resort(request, error)
        else:
            response = _refuse(request, refusal)
        if response.status_int == 403:
            _note(request)
        registry.load.count(response.status_int)
        if environ["REQUEST_METHOD"] not in SAFE_METHODS:
            registry.live.ring()
        if COUNTED in environ:
            response.headerlist.extend(environ[COUNTED].headers)
        add_headers(response, environ, transport=transport, request_id=request.request_id)
        return response

    return tween


def _note(request: Request) -> None:
    """Write down that somebody was refused: by the number of the account, which names nobody."""
    identity = request.__dict__.get("identity")
    who = f"account {identity.user}" if identity else "nobody"
    log.info("request %s: %s %s refused to %s", request.request_id, request.method, in_log(request), who)


def _refuse(request: Request, refusal: RequestRefusal) -> Response:
    # Nobody has to be known for it: an answer that asks the database would hold up the next health check.
    request.__dict__["identity"] = None
    message, remedy = _(refusal.message), _(refusal.remedy)
    # The page is rendered for a request without the flaw, or the flaw would break the page as well.
    request.environ.update({"PATH_INFO": "/", "QUERY_STRING": "", API: is_api(request.environ)})
    headers = (("Allow", ", ".join(sorted(METHODS))),) if refusal.status == 405 else ()
    return error_response(request, refusal.status, message=message, remedy=remedy, headers=headers)


def _last_resort(request: Request, error: Exception) -> Response:
    log.error("request %s failed outside every view", request.request_id, exc_info=error)
    api = is_api(request.environ)
    request.__dict__.setdefault("identity", None)  # its language is not worth a question to the database
    title, message, remedy = words_for(500, api=api)
    if api:
        detail = f"{message} {remedy}"
        body = problem_details(status=500, title=title, detail=detail, request_id=request.request_id)
        return Response(body, status=500, content_type=MEDIA_TYPE)
    page = plain_page({"title": title, "message": message, "remedy": remedy, "request_id": request.request_id})
    return Response(page, status=500, content_type="text/html", charset="utf-8")


def may_write(request: Request) -> bool:
    """Whether pyramid_tm opens a transaction for the request."""
    return request.environ["REQUEST_METHOD"] not in SAFE_METHODS


def attempts(request: Request) -> int | None:
    """How often pyramid_retry tries: once for reads, and for bodies that nobody takes, which it would copy."""
    once = request.environ["REQUEST_METHOD"] in SAFE_METHODS or (request.content_length or 0) > MAX_UPLOAD
    return 1 if once else None


def before_retry(event: BeforeRetry) -> None:
    """Make a request ready to be made anew: the attempt that failed has read its body, and taken from its form."""
    request = event.request
    request.make_body_seekable()  # which also goes back to its beginning
    event.environ.pop("webob._parsed_post_vars", None)
    attempt, most = event.environ["retry.attempt"] + 1, event.environ["retry.attempts"]
    log.warning(
        "request %s: %s %s: attempt %d of %d failed, trying again: %s",
        request.request_id,
        request.method,
        in_log(request),
        attempt,
        most,
        first_line(event.exception),
    )


def includeme(config: Configurator) -> None:
    """Stack the tweens: front door, transaction, exception views."""
    config.add_subscriber(before_retry, IBeforeRetry)
    config.add_tween("myproject.web.outermost_tween.front_door", under=INGRESS)
    # By name instead of `include("pyramid_tm")`, which adds a request method and thereby a class per request.
    config.add_tween("pyramid_tm.tm_tween_factory", over=EXCVIEW)
