"""A database for oneself: work that would hold others up is done on it first."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

_CACHE = 64_000
"""Kilobytes that are kept in memory; what is more lies on the disk."""


@contextlib.contextmanager
def scratch_database(tables: Iterable[sa.Table]) -> Iterator[Connection]:
    """A connection, inside a transaction, to an empty database with these tables, on whatever database we run.

    It is a temporary file of SQLite's own: nobody else can open it, and it is gone with the connection.
    """
    engine = sa.create_engine("sqlite://", creator=_connect, poolclass=sa.pool.StaticPool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            for table in sa.schema.sort_tables(tables):
                table.create(connection)
            yield connection
            transaction.rollback()
    finally:
        engine.dispose()


def _connect() -> sqlite3.Connection:
    # No isolation level: `begin` above opens the transaction, not the driver.
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for pragma in ("synchronous=OFF", "temp_store=FILE", f"cache_size=-{_CACHE}"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
