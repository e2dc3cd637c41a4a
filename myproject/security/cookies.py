"""Our cookies: what they are called, and how they are set.

Over https a name begins with ``__Host-``: browsers then take the cookie only from this very host, for all of it, and
never over plain http. Which of the two holds is told by ``security.base_url``, not by the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

SESSION = "session"
CSRF = "csrf"


def is_https(settings: Mapping[str, Any]) -> bool:
    """Whether browsers reach us over https."""
    address: str = settings["security.base_url"]
    return address.startswith("https://")


def cookie_name(settings: Mapping[str, Any], name: str) -> str:
    """The name that browsers know a cookie by."""
    return f"__Host-{name}" if is_https(settings) else name


def set_cookie_header(
    settings: Mapping[str, Any], name: str, value: str, *, max_age: timedelta | None = None
) -> tuple[str, str]:
    """The header that sets a cookie; an empty value removes it. Without `max_age` it goes with the browser."""
    parts = [f"{cookie_name(settings, name)}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if is_https(settings):
        parts.append("Secure")
    if not value:
        max_age = timedelta(0)
    if max_age is not None:
        parts.append(f"Max-Age={int(max_age.total_seconds())}")
    return "Set-Cookie", "; ".join(parts)
