"""Answers kept in the process, per database and clock."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

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
        self._answers: WeakKeyDictionary[Engine, OrderedDict[Hashable, T]] = WeakKeyDictionary()

    def look(self, conn: Connection, key: Hashable) -> T | None:
        """The kept answer, or None."""
        with self._lock:
            answers = self._answers.get(conn.engine)
            if answers is None or key not in answers:
                return None
            answers.move_to_end(key)
            return answers[key]

    def get(self, conn: Connection, key: Hashable, make: Callable[[], T]) -> T:
        """The kept answer, or a new one. Two threads that ask at once may both make it."""
        if not _settled(conn):
            return make()
        answer = self.look(conn, key)
        if answer is None:
            answer = make()
            with self._lock:
                answers = self._answers.setdefault(conn.engine, OrderedDict())
                answers[key] = answer
                while len(answers) > self._limit:
                    answers.popitem(last=False)
        return answer

    def clear(self) -> None:
        """Forget everything: for tests that put another history into the same database."""
        with self._lock:
            self._answers.clear()


def _settled(conn: Connection) -> bool:
    """Whether the connection sees committed rows only: that of the read engine."""
    return bool(conn.get_execution_options().get("settled"))
