"""Answers kept in the process, as bytes, until there are too many of them.

They are kept under all that they depend on, the revision among it: so nothing is ever invalidated, what is old is
pushed out by what is new. Nobody looks here before it is decided that the reader may have the answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

#: What an entry costs besides its bytes, in bytes: the key, a few headers, and what dictionaries are made of.
_OVERHEAD = 1000


class Kept(NamedTuple):
    """An answer."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class Answers:
    """The last answers, as many as fit into `size` bytes. Safe for threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        """The answer kept under a key."""
        # Without the lock: a dictionary may be read while others change it. The order is by arrival, not by use,
        # which costs nothing to keep; what is asked for often comes back at once.
        return self._kept.get(key)

    def put(self, key: Hashable, body: bytes, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Keep an answer; one that would take a tenth of all there is, is not kept."""
        weight = len(body) + _OVERHEAD
        if weight * 10 > self._size:
            return
        with self._lock:
            known = self._kept.pop(key, None)
            if known is not None:
                self._used -= len(known.body) + _OVERHEAD
            self._kept[key] = Kept(body, tuple(headers))
            self._used += weight
            while self._used > self._size:
                _, old = self._kept.popitem(last=False)
                self._used -= len(old.body) + _OVERHEAD
