"""Answers kept in the process, per database and clock."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Engine

T = TypeVar("T")


class Memo(Generic[T]):
    """The last `limit` answers to one kind of question, per engine; the key holds the clock's key.

    Nothing is ever invalidated: a write raises the revision in the clock, and with it the key. Answers read inside a
    write transaction are not kept: should it roll back, its revision would be given out again for something else.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        # The answers hang on their engine, and go with it. A dictionary of weak keys would do the same at six times
        # the cost of a look, and there are ten of them to a request.
        self._place = f"_memo_{id(self)}"
        self._engines: WeakSet[Engine] = WeakSet()

    def look(self, conn: Connection, key: Hashable) -> T | None:
        """The kept answer, or None."""
        answers: OrderedDict[Hashable, T] | None = conn.engine.__dict__.get(self._place)
        if answers is None:
            return None
        try:
            answer = answers[key]
            answers.move_to_end(key)
        except KeyError:
            # Not there, or pushed out by another thread between the two.
            return None
        return answer

    def get(self, conn: Connection, key: Hashable, make: Callable[[], T]) -> T:
        """The kept answer, or a new one. Two threads that ask at once may both make it."""
        if not _settled(conn):
            return make()
        answer = self.look(conn, key)
        if answer is None:
            answer = make()
            self._put(conn.engine, key, answer)
        return answer

    def keep(self, conn: Connection, key: Hashable, answer: T) -> None:
        """Keep an answer that was made elsewhere, unless it was read inside a write transaction."""
        if _settled(conn):
            self._put(conn.engine, key, answer)

    def _put(self, engine: Engine, key: Hashable, answer: T) -> None:
        with self._lock:
            answers: OrderedDict[Hashable, T] = engine.__dict__.setdefault(self._place, OrderedDict())
            self._engines.add(engine)
            answers[key] = answer
            answers.move_to_end(key)
            while len(answers) > self._limit:
                answers.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: for tests that put another history into the same database."""
        with self._lock:
            for engine in self._engines:
                engine.__dict__.pop(self._place, None)
            self._engines.clear()


def _settled(conn: Connection) -> bool:
    """Whether the connection sees committed rows only: that of the read engine."""
    return bool(conn.get_execution_options().get("settled"))
