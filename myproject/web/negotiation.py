"""Which of the languages on offer a browser would like best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from webob.acceptparse import create_accept_language_header


@lru_cache(maxsize=512)
def preferred_language(accepted: str, offered: Sequence[str]) -> str:
    """The code on offer that an ``Accept-Language`` header ranks first (RFC 4647, lookup); else the first on offer."""
    header = create_accept_language_header(accepted[:400])
    return header.lookup(list(offered), default=offered[0])
