"""The headers that every answer carries, whatever made it.

What a view needs otherwise it says by name, and `tests/functional/web/test_view_options.py` lists who does:
``csp={"img-src": "'self' data:"}`` changes directives of the policy, ``cache="public, max-age=86400"`` lets browsers
and caches keep an answer that tells nothing about people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.config import Configurator

from myproject.security.cookies import is_https

#: Nothing is loaded but our own files; nothing inline runs, nobody frames us.
_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(changes: Mapping[str, str]) -> str:
    """The policy with some directives changed; one that is changed to "" stands alone, as ``sandbox`` does."""
    return "; ".join(f"{kind} {source}".rstrip() for kind, source in {**_SOURCES, **changes}.items())


CONTENT_SECURITY_POLICY = policy({})
#: ``csp=PICTURE``: a picture that someone gave us. Opened by itself it is a page without rights, whatever it holds.
PICTURE: dict[str, str] = {**dict.fromkeys(_SOURCES, "'none'"), "sandbox": ""}
#: The same for a drawing, whose own styles count.
DRAWING: dict[str, str] = {**PICTURE, "style-src": "'unsafe-inline'"}
_SWITCHED_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in _SWITCHED_OFF)),
    # A page tells about people; it is not to be found in a cache after its reader has left.
    ("Cache-Control", "no-store"),
)
#: For a page whose address is a secret: not even our own log of referrers has more of it than the host. "no-referrer"
#: would be too much, with it browsers say of the page's form that it came from nowhere ("Origin: null").
SECRET_ADDRESS = ("Referrer-Policy", "strict-origin")
#: For the answer that signs one out: what the browser has kept of this host goes. Not "cookies": that would take the
#: cookies of every other host of the organisation's as well; ours is dropped by name.
CLEAR_SITE_DATA = ("Clear-Site-Data", '"cache", "storage"')

#: Set in the environment by the options of views, once the view has answered.
_KEEPABLE = "myproject.keepable"
_POLICY = "myproject.policy"


def keep(environ: dict[str, Any]) -> None:
    """Let an answer say by itself who may keep it (``Cache-Control``)."""
    environ[_KEEPABLE] = True


def strict_transport(settings: Mapping[str, Any]) -> tuple[bool, tuple[str, str] | None]:
    """Whether browsers come by https in any case, and the header that makes them stay there, if it is wanted."""
    seconds = settings["security.hsts"]
    header = ("Strict-Transport-Security", f"max-age={seconds}; includeSubDomains")
    return is_https(settings), header if seconds else None


_OURS = ("content-security-policy", "cache-control")


def add_headers(
    response: Any, environ: Mapping[str, Any], *, transport: tuple[bool, tuple[str, str] | None], request_id: str
) -> None:
    """Add to an answer what its view has not set itself; policy and caching are what the options of the view say."""
    headers: list[tuple[str, str]] = response.headerlist
    ours = _OURS if _KEEPABLE not in environ else _OURS[:1]
    headers[:] = [header for header in headers if header[0].lower() not in ours]
    headers.append(environ.get(_POLICY) or HEADERS[0])
    given = {name.lower() for name, _ in headers}
    headers.extend(header for header in HEADERS if header[0].lower() not in given)
    https, header = transport
    if header is not None and (https or environ["wsgi.url_scheme"] == "https"):
        headers.append(header)
    headers.append(("X-Request-ID", request_id))


def csp_view(view: Any, info: Any) -> Any:
    """A view deriver: another policy for this view's own answers (option ``csp``); its errors keep the strict one."""
    changes: Mapping[str, str] | None = info.options.get("csp")
    if changes is None:
        return view
    header = ("Content-Security-Policy", policy(changes))

    def loosened(context: Any, request: Any) -> Any:
        response = view(context, request)
        request.environ[_POLICY] = header
        return response

    return loosened


csp_view.options = ("csp",)  # type: ignore[attr-defined]


def cache_view(view: Any, info: Any) -> Any:
    """A view deriver: what caches may do with this view's answers (option ``cache``), unless it says so itself."""
    kept: str | None = info.options.get("cache")
    if kept is None:
        return view

    def keepable(context: Any, request: Any) -> Any:
        response = view(context, request)
        request.environ[_KEEPABLE] = True
        response.headers.setdefault("Cache-Control", kept)
        return response

    return keepable


cache_view.options = ("cache",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    """Take the options ``csp`` and ``cache`` of views."""
    for deriver in (csp_view, cache_view):
        config.add_view_deriver(deriver, under="secured_view", over="owrapped_view")
