"""The headers that every answer carries, whatever made it."""

from __future__ import annotations

from typing import Any

#: Nothing is loaded but our own files; nothing inline runs, nobody frames us.
_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{kind} {source}" for kind, source in _SOURCES.items())
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
_STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def add_headers(response: Any, *, https: bool, request_id: str) -> None:
    """Add what the view has not set itself."""
    headers: list[tuple[str, str]] = response.headerlist
    given = {name.lower() for name, _ in headers}
    headers.extend(header for header in HEADERS if header[0].lower() not in given)
    if https and "strict-transport-security" not in given:
        headers.append(_STRICT_TRANSPORT)
    headers.append(("X-Request-ID", request_id))
