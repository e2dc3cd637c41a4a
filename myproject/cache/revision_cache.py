"""Values read from a database, cached per database; keys hold the clock's key, and with it the revision."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Engine

from .bounded import MemoryCache

T = TypeVar("T")


class RevisionCache(Generic[T]):
    """The last `limit` values of one kind, per engine.

    A write raises the revision, and with it the key. What is read inside a write transaction is not stored: if it
    rolls back, the same revision is given out again for something else.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # A cache is an attribute of its engine, and goes with it. A dictionary of weak keys would do the same at six
        # times the cost of a look-up, and there are ten of them to a request.
        self._attribute = f"_revision_cache_{id(self)}"
        self._engines: WeakSet[Engine] = WeakSet()

    def get(self, conn: Connection, key: Hashable) -> T | None:
        """The value, or None."""
        cache: MemoryCache[T] | None = conn.engine.__dict__.get(self._attribute)
        return None if cache is None else cache.get(key)

    def get_or_make(self, conn: Connection, key: Hashable, make: Callable[[], T]) -> T:
        """The value, made and stored if there is none. Two threads that ask at once may both make it."""
        if not _sees_committed_rows_only(conn):
            return make()
        value = self.get(conn, key)
        if value is None:
            value = make()
            self._of(conn.engine).put(key, value)
        return value

    def put(self, conn: Connection, key: Hashable, value: T) -> None:
        """Store a value, unless it was read inside a write transaction."""
        if _sees_committed_rows_only(conn):
            self._of(conn.engine).put(key, value)

    def _of(self, engine: Engine) -> MemoryCache[T]:
        cache: MemoryCache[T] = engine.__dict__.setdefault(self._attribute, MemoryCache(self._limit))
        self._engines.add(engine)
        return cache

    def clear(self) -> None:
        """Forget everything: for tests that put another history into the same database."""
        for engine in self._engines:
            engine.__dict__.pop(self._attribute, None)
        self._engines.clear()


def _sees_committed_rows_only(conn: Connection) -> bool:
    """Whether it is a connection of the read engine."""
    return bool(conn.get_execution_options().get("settled"))
