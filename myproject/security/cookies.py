"""Our cookies: what they are called, and the headers that set and drop them.

Where browsers come by https they begin with ``__Host-``: no other host, no plain http and no other path can then set
or read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

#: The cookie of a sign-in session.
SESSION = "session"
#: The one that comes with a form for who is not signed in.
CSRF = "csrf"

_VALUE = re.compile(r"[A-Za-z0-9._~-]{1,512}").fullmatch


def is_https(settings: Mapping[str, Any]) -> bool:
    """Whether browsers come by https: by the public address, because the last stretch may be plain http."""
    return bool(settings["security.base_url"].startswith("https:"))


def cookie_name(settings: Mapping[str, Any], name: str) -> str:
    """The whole name of a cookie of ours: ``session``, or ``__Host-session`` over https."""
    return f"__Host-{name}" if is_https(settings) else name


def set_cookie_header(
    settings: Mapping[str, Any], name: str, value: str, *, max_age: timedelta | None = None
) -> tuple[str, str]:
    """The header that sets a cookie; an empty value removes it. Without `max_age` it goes with the browser."""
    if not value:
        max_age = timedelta(0)
    elif not _VALUE(value):
        raise ValueError(f"the value of the cookie {name} holds what a cookie can't")
    parts = [f"{cookie_name(settings, name)}={value}", "Path=/"]
    if max_age is not None:
        parts.append(f"Max-Age={int(max_age.total_seconds())}")
    if is_https(settings):
        parts.append("Secure")
    parts += ["HttpOnly", "SameSite=Lax"]
    return "Set-Cookie", "; ".join(parts)


def cookie_value(environ: Mapping[str, Any], name: str) -> str | None:
    """What the browser sent under a whole name; None where it sent nothing, nothing readable, or two that differ.

    Two of one name come from two hosts or paths, one of which is not us: neither is believed.
    """
    header = environ.get("HTTP_COOKIE")
    if not header or name not in header:
        return None
    found: str | None = None
    for part in header.split(";"):
        key, _, value = part.partition("=")
        if key.strip() != name:
            continue
        value = value.strip()
        if len(value) > 2 and value[0] == value[-1] == '"':  # some programs send it as the RFC allows: quoted
            value = value[1:-1]
        if (found is not None and found != value) or not _VALUE(value):
            return None
        found = value
    return found
