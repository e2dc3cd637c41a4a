"""What stands around every operation: what a token is good for, what the reader accepts, tags, 304, kept answers.

An answer is JSON as bytes, made once. The tag of an answer to GET is made from all that the answer depends on, before
it is made: revision, day, whom it is for, address and query. So whoever holds a good copy is told so after the one
query that every request begins with, and an answer that many share is kept in the process under its tag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

import orjson
from pyramid.httpexceptions import HTTPForbidden, HTTPNotAcceptable
from pyramid.interfaces import ICSRFStoragePolicy
from pyramid.response import Response

from myproject.api.framework.operations import Operation
from myproject.cache.answers import Answers, CachedAnswer
from myproject.directory.visibility.audience import people_key
from myproject.security.headers import keep
from myproject.web.problems import rate_limited
from myproject.web.request import Request

JSON = ("Content-Type", "application/json")
#: What a reader may keep: its own copy, asked about each time.
_PRIVATE = ("Cache-Control", "private, no-cache")
_ACCEPTED = frozenset({"", "*/*", "application/json", "application/*"})


class NotAcceptableError(HTTPNotAcceptable):
    """The reader takes no JSON."""


class OutOfScopeError(HTTPForbidden):
    """The token is not good for this."""

    kind = "insufficient-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"The token lacks the scope “{scope}”.")
        self.remedy = "Make a token with this scope, and use that one."
        self.headers["WWW-Authenticate"] = f'Bearer realm="directory", error="insufficient_scope", scope="{scope}"'


class NoFormTokenError(HTTPForbidden):
    """A request that changes something came with a session's cookie alone."""

    kind = "csrf"
    remedy = "Send the token of the session in the header X-CSRF-Token, or use an API token instead of the cookie."

    def __init__(self) -> None:
        super().__init__("A cookie alone proves nothing here.")


# --- answers ------------------------------------------------------------------------------------------------


def answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | tuple[tuple[str, str], ...] = ()) -> Response:
    """A JSON answer. `value`: anything that orjson takes; bytes are JSON already."""
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    more = headers.items() if isinstance(headers, Mapping) else headers
    return Response(
        app_iter=[body],
        status=status,
        headerlist=[JSON, ("Content-Length", str(len(body))), *more],
    )


def nothing(*, status: int = 204, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """An answer without a body."""
    return Response(status=status, headerlist=[*headers])


# --- tags ---------------------------------------------------------------------------------------------------


def tag_of(request: Request, vary: str = "person", *, path: str | None = None, revision: int | None = None) -> str:
    """The entity tag of the answer to this very request, if it is a 200: `"REVISION-DIGEST"`.

    `revision_of` gives its revision back: what has changed since then decides about an If-Match. With `path` and
    `revision`, the tag that reading another address without a query will have then.
    """
    environ, counter, viewer = request.environ, request.counter, request.viewer
    parts: list[Any] = [
        environ.get("SCRIPT_NAME"),
        path or environ["PATH_INFO"],
        "" if path else environ.get("QUERY_STRING"),
        request.today.toordinal(),
        path is not None or counter.present_day == request.today,
        viewer.audience,
    ]
    if vary == "audience":
        parts.append(people_key(request.read, request.today_clock, viewer))
    else:
        parts += (viewer.employee, viewer.manages, request.me.user, viewer.within)
    digest = blake2b(repr(parts).encode(), digest_size=9, key=request.registry.tag_key).hexdigest()
    return f'"{counter.revision if revision is None else revision}-{digest}"'


def revision_of(tag: str) -> int | None:
    """The revision that a tag of `tag_of` was made at; None where it is none of ours."""
    number, _, digest = tag.strip().strip('"').partition("-")
    return int(number) if digest and number.isascii() and number.isdigit() and len(number) < 19 else None


def matches(given: str, tag: str) -> bool:
    """Whether a header If-None-Match names the tag."""
    return given == tag or tag in given


# --- around every view --------------------------------------------------------------------------------------


def operation_view(view: Any, info: Any) -> Any:
    """A view deriver for operations (option ``operation``): it stands between the permission and the view."""
    declared: Operation | None = info.options.get("operation")
    if declared is None:
        return view
    return _reading(view, declared) if declared.safe else _writing(view, declared)


operation_view.options = ("operation",)  # type: ignore[attr-defined]


def _reading(view: Callable[..., Any], declared: Operation) -> Callable[..., Any]:
    scope, vary, tagged = declared.scope, declared.vary, declared.etag
    shared = tagged and vary == "audience"

    def read(context: Any, request: Request) -> Any:
        _check(request, scope)
        environ = request.environ
        keep(environ)
        if not tagged:
            return view(context, request)
        tag = tag_of(request, vary)
        given = environ.get("HTTP_IF_NONE_MATCH")
        if given is not None and matches(given, tag):
            return Response(status=304, headerlist=[("ETag", tag), _PRIVATE])
        answers: Answers | None = request.registry.answers if shared else None
        if answers is not None:
            kept = answers.get(tag)
            if kept is not None:
                return Response(app_iter=[kept.body], headerlist=[*kept.headers])
        response = view(context, request)
        if response.status_int == 200:
            if given is not None and given.strip() == "*":
                # Any answer that there is will do; whether there is one, the view had to say.
                return Response(status=304, headerlist=[("ETag", tag), _PRIVATE])
            response.headerlist += (("ETag", tag), _PRIVATE)
            # A file is made while it is sent: it is not kept.
            if answers is not None and isinstance(response.app_iter, list):
                answers.put(tag, CachedAnswer(response.app_iter[0], tuple(response.headerlist)))
        return response

    return read


def _writing(view: Callable[..., Any], declared: Operation) -> Callable[..., Any]:
    scope = declared.scope

    def write(context: Any, request: Request) -> Any:
        _check(request, scope)
        if request.me.session is not None:
            _prove_form(request)
        return view(context, request)

    return write


def _check(request: Request, scope: str | None) -> None:
    # Nobody, where a setting opens what is asked for to everyone.
    token = request.identity.token if request.identity is not None else None
    if token is not None:
        count = request.registry.rates.token(request.environ, token)
        if count is not None and count.refused:
            raise rate_limited(count)
    accept = request.environ.get("HTTP_ACCEPT", "")
    # Whoever asks for a list in another format by its parameter may say so in the header as well.
    another = "format=" in request.environ.get("QUERY_STRING", "")
    if accept not in _ACCEPTED and not another and not request.accept.acceptable_offers(["application/json"]):
        raise NotAcceptableError
    if scope is not None:
        scopes = request.me.scopes
        if scopes is not None and scope not in scopes:
            raise OutOfScopeError(scope)


def _prove_form(request: Request) -> None:
    """A browser sends the cookie of a session by itself: then the header must prove that a page of ours sent it."""
    tokens: Any = request.registry.getUtility(ICSRFStoragePolicy)
    environ = request.environ
    if tokens.came_from_elsewhere(environ) or not tokens.check_csrf_token(
        request, environ.get("HTTP_X_CSRF_TOKEN", "")
    ):
        raise NoFormTokenError
