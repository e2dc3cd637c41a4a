"""The connection to PostgreSQL that keeps the limit of `myproject.db.answer_limit`.

In a module of its own, because the driver takes 0.1 s to load and SQLite needs none of it.
"""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from myproject.db.answer_limit import HURRY

RV = TypeVar("RV")

#: The shortest `connect_timeout` that libpq takes, in seconds.
_SHORTEST_CONNECT = 2


class NoAnswerError(psycopg.OperationalError):
    """The server was silent for too long. The connection is closed, and the request is not repeated."""

    no_answer = True


class LimitedConnection(psycopg.Connection[Any]):
    """A connection on which the server may be silent for `answer_limit` seconds (None: for as long as it likes)."""

    answer_limit: float | None = None

    def wait(self, gen: PQGen[RV], *args: Any, **options: Any) -> RV:
        """As psycopg's, which every statement, commit and copy goes through. Raises `NoAnswerError`."""
        limit = self.answer_limit
        if limit is None:
            return super().wait(gen, *args, **options)
        hurry = HURRY.get()
        try:
            return super().wait(_limited(gen, limit if hurry is None else min(limit, hurry)), *args, **options)
        except NoAnswerError:
            # Whatever the server still sends would be taken for the answer to the next statement.
            self.pgconn.finish()
            raise


def _limited(gen: PQGen[RV], seconds: float) -> PQGen[RV]:
    """The same exchange with the server; each sign of life gives it `seconds` more."""
    heard = time.monotonic()
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                heard = time.monotonic()
            elif time.monotonic() - heard >= seconds:
                raise NoAnswerError(f"the database has not answered for {seconds:g} s")
            wanted = gen.send(ready)
    except StopIteration as done:
        value: RV = done.value
        return value


def connect(answer_limit: float | None, *args: Any, **options: Any) -> LimitedConnection:
    """A new connection. Takes what `psycopg.connect` takes."""
    hurry = HURRY.get()
    if hurry is not None:
        options["connect_timeout"] = max(_SHORTEST_CONNECT, min(int(hurry), int(options["connect_timeout"])))
    connection = LimitedConnection.connect(*args, **options)
    connection.answer_limit = answer_limit
    return connection
