"""All that is derived from the dated rows: the counter, the list of people employed today, the search index."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from myproject.directory.present import present_table
from myproject.directory.search import index, verification

from . import counter


def verify(conn: Connection) -> list[str]:
    """What differs from the dated rows, a sentence each; over a connection that sees one state of the database."""
    return counter.verify(conn) + present_table.verify(conn) + verification.verify(conn)


def rebuild(conn: Connection, today: date) -> None:
    """Put the counter right, and make the rest anew."""
    counter.rebuild(conn)
    present_table.rebuild(conn, today)
    index.rebuild(conn)
