"""The one bounded cache of the process, and the interface that another backend has to offer.

Nothing is ever invalidated: a key holds everything that the value depends on, the revision among it, so that an old
value is simply not asked for any more, and drops out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")


class Cache(Protocol[V]):
    """What a cache offers, wherever it keeps its values. None is no value: it means that there is nothing."""

    def get(self, key: Hashable) -> V | None:
        """The value, or None."""

    def put(self, key: Hashable, value: V) -> None:
        """Store a value. The cache may drop it at any time, at once if it is too large."""

    def get_or_make(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value, made and stored if there is none. Two threads that ask at once may both make it."""

    def discard(self, key: Hashable) -> None:
        """Forget a value, if there is one."""

    def clear(self) -> None:
        """Forget everything."""


class MemoryCache(Generic[V]):
    """A `Cache` in the memory of the process: the values used last, as many as fit. Safe for threads.

    `limit` is a number of values, or with `weigh` a sum of their weights, such as bytes. With weights a value above a
    tenth of the limit is not stored.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int] | None = None) -> None:
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """The value, or None."""
        # Without the lock: each of the two is one step, and another thread may drop the value between them.
        try:
            value = self._values[key]
            self._values.move_to_end(key)
        except KeyError:
            return None
        return value

    def put(self, key: Hashable, value: V) -> None:
        """Store a value, and drop those that were not used for longest."""
        weight = self._weight_of(value)
        if self._weigh is not None and weight * 10 > self._limit:
            return
        with self._lock:
            self._discard(key)
            self._values[key] = value
            self._weight += weight
            while self._weight > self._limit:
                # One step, unlike looking for the first key: `get` moves values meanwhile, without the lock.
                _, dropped = self._values.popitem(last=False)
                self._weight -= self._weight_of(dropped)

    def get_or_make(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value, made and stored if there is none. Two threads that ask at once may both make it."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value

    def discard(self, key: Hashable) -> None:
        """Forget a value, if there is one."""
        with self._lock:
            self._discard(key)

    def _discard(self, key: Hashable) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self._weight -= self._weight_of(value)

    def _weight_of(self, value: V) -> int:
        return 1 if self._weigh is None else self._weigh(value)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._weight = 0

    def __len__(self) -> int:
        return len(self._values)
