"""Addresses that came from outside: who asks, and where to go next."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import unquote

UNKNOWN = "unknown"
"""What stands for the address of who has none: a socket of this machine."""

#: Longer addresses are none that we ever made.
_LONGEST = 2000
#: What `Request.link` writes: printable ASCII without the characters that browsers and proxies read in two ways.
_WRITTEN_BY_US = re.compile(
    r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"
    r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)


def safe_next(text: str | None) -> str | None:
    """The text, if it is an address on this very host as we write them ourselves; None for anything else.

    Not a search for what is bad: whatever is not one path from the root, with no step up, no empty step and nothing
    encoded that could become one of these, is none.
    """
    if not text or len(text) > _LONGEST or not _WRITTEN_BY_US.fullmatch(text):
        return None
    path = text.partition("?")[0]
    for _ in range(3):  # as it stands, and as those see it who decode once too often
        if "//" in path or "\\" in path or not path.isprintable():
            return None
        if any(step in (".", "..") for step in path.split("/")):
            return None
        path = unquote(path)
    return text


def client_address(request: Any) -> str:
    """The address of the browser: of whoever connected, or what a trusted proxy said of them.

    The server has decided that (``trusted_proxy`` in the ini): it replaces REMOTE_ADDR, and takes away what others
    say. No header is looked at here.
    """
    text: str = request.environ.get("REMOTE_ADDR") or ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
