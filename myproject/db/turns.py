"""Turns to write: the threads of a process wait for each other here, not in the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

#: How long a write of a web request waits for another one, in seconds; longer, and people press again.
REQUEST_WAIT = 5.0
TURN_WAIT: ContextVar[float] = ContextVar("turn_wait", default=REQUEST_WAIT)
"""How long a thread waits for the write connection of an SQLite file, in seconds."""
_TAKEN, WAITED = "turn taken", "waited for the turn"
#: Seconds without any progress after which no more requests may stand in a full line.
STANDSTILL = 1.0


class DatabaseBusyError(Exception):
    """Another writer held the database for longer than this one was willing to wait."""


class WaitingLine:
    """The requests of a process that write or wait for their turn to: all but one of the threads that serve, at most.

    Who comes to a full line waits for a place while the line moves, which in ordinary hours is for some milliseconds;
    when nothing has moved for `STANDSTILL` seconds, it is refused at once. So a database that is locked elsewhere
    leaves one thread for those who read.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._moved_at = 0.0

    def enter(self, seconds: float) -> None:
        """Take a place, within some seconds. Raises `DatabaseBusyError`."""
        end = time.monotonic() + seconds
        with self._changed:
            while self._inside >= _places:
                left = min(end, self._moved_at + STANDSTILL) - time.monotonic()
                if left <= 0:
                    raise DatabaseBusyError("the line of those who wait to write is full, and does not move")
                self._changed.wait(left)
            if self._inside == 0:
                self._moved_at = time.monotonic()
            self._inside += 1

    def leave(self) -> None:
        """Give the place back."""
        with self._changed:
            self._inside -= 1
            self._moved_at = time.monotonic()
            self._changed.notify()


_places = 3


def serve_with(threads: int) -> None:
    """Say how many threads serve requests in this process; without it there are 4, as in the ini files."""
    global _places  # noqa: PLW0603 - threads belong to the process, whatever engines it makes
    _places = max(1, threads - 1)


class Turns(sa.pool.QueuePool):
    """A pool whose connections can have the turn to write: one at a time, and given back with the connection.

    Threads that wait here wake in turn. Threads that wait in the database do worse: on SQLite they poll, sleeping in
    growing steps, and some of them for very long (measured p99: 110 ms against 25 ms); on PostgreSQL each holds a
    connection that wakes with every other one whenever the row is let go.
    """

    # What it logs is of SQLAlchemy's pools: by its own name it would be among what we tell operators.
    __module__ = sa.pool.QueuePool.__module__

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turn = threading.Lock()
        self._line = WaitingLine()

    def wait(self, seconds: float) -> Callable[[], None]:
        """Wait for the turn; what gives it back. Raises `DatabaseBusyError` where it takes longer."""
        end = time.monotonic() + seconds
        # Commands and work beside the requests wait longer, and take no thread from those who read.
        in_line = seconds <= REQUEST_WAIT
        if in_line:
            self._line.enter(seconds)
        if not self._turn.acquire(timeout=max(0.0, end - time.monotonic())):
            if in_line:
                self._line.leave()
            raise DatabaseBusyError(f"another write has held the database for more than {seconds:g} s")

        def give_back() -> None:
            self._turn.release()
            if in_line:
                self._line.leave()

        return give_back

    def _do_return_conn(self, record: Any) -> None:
        super()._do_return_conn(record)
        # None where the turn was not taken, or is given back already: the connection could not be made.
        give_back = record.record_info.pop(_TAKEN, None)
        if give_back is not None:
            give_back()


class OneWriter(Turns):
    """The pool of the write connection of an SQLite file: there is one writer at a time, so it holds one connection.

    It always being the same one, it keeps the pages that it knows: a connection that finds that another has written
    reads them all again, which was a third of the time of a hire where two threads took turns with one each. The turn
    belongs to the connection, whatever becomes of the transaction.
    """

    __module__ = sa.pool.QueuePool.__module__

    def connect(self) -> sa.PoolProxiedConnection:
        """Wait for the turn, and take the connection."""
        wait, begun = TURN_WAIT.get(), time.monotonic()
        give_back = self.wait(wait)
        try:
            connection = super().connect()
        except BaseException:
            give_back()
            raise
        record = connection.record_info
        assert record is not None
        record[_TAKEN], record[WAITED] = give_back, time.monotonic() - begun
        return connection


def take_turn(connection: Connection) -> None:
    """Wait for the other threads of this process that change the directory, before waiting for those of others.

    The turn is given back with the connection. Waits as long as the transaction would wait for the database.
    """
    pool, record = connection.engine.pool, connection.connection.record_info
    assert record is not None
    if isinstance(pool, Turns) and not record.get(_TAKEN):
        record[_TAKEN] = pool.wait(connection.get_execution_options().get("lock_wait", REQUEST_WAIT))
