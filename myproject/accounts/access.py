"""The access number: raised by whatever may narrow somebody's access, so that no process keeps what was true before.

A new session or account narrows nobody's access; it leaves the number, and every kept identity, alone.
"""

from __future__ import annotations

from sqlalchemy import Connection, update

from myproject.models.account import AccessCounter

_COUNTER = AccessCounter.__table__
_RAISE = update(_COUNTER).values(number=_COUNTER.c.number + 1)


def access_changed(conn: Connection) -> None:
    """Raise the access number, in the transaction of the change."""
    conn.execute(_RAISE)
