"""Cached answers, as bytes. Nobody is answered from here before it is decided that they may have the answer."""

from __future__ import annotations

from typing import NamedTuple

from .bounded import Cache, MemoryCache

#: Bytes that an entry takes besides its body: the key, a few headers, the dictionary.
_OVERHEAD = 1000


class CachedAnswer(NamedTuple):
    """The body and headers of an answer."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


Answers = Cache[CachedAnswer]


def answers_in_memory(size: int) -> Answers:
    """A cache of answers of at most `size` bytes, in the process."""
    return MemoryCache(size, lambda answer: len(answer.body) + _OVERHEAD)
