"""Errors of statements that were sent by the driver itself, past SQLAlchemy."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy.engine import Connection


def raise_as_sqlalchemy(conn: Connection, statement: str, error: Exception) -> NoReturn:
    """Raise an error of the driver as for any other statement: wrapped, marked by `myproject.db.retry` where another
    try may succeed; a lost connection is invalidated, and the pool makes a new one."""
    conn._handle_dbapi_exception(error, statement, None, None, None)  # noqa: SLF001 - nothing public does all of it
