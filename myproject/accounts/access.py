"""The access number: raised by whatever may narrow somebody's access, so that no process keeps what was true before.

A new session or account narrows nobody's access; it leaves the number, and every kept identity, alone.
"""

from __future__ import annotations

from sqlalchemy import Connection, update

from myproject.models.account import AccessCounter, SignInSession

_COUNTER = AccessCounter.__table__
_SESSION = SignInSession.__table__
_RAISE = update(_COUNTER).values(number=_COUNTER.c.number + 1)


def access_changed(conn: Connection) -> None:
    """Raise the access number, in the transaction of the change."""
    conn.execute(_RAISE)


def rights_changed(conn: Connection, user: int) -> None:
    """Raise the access number because the rights of an account have changed, and end what its sessions look as.

    A session that views as somebody else was allowed to by the rights before; by these it has to be chosen anew.
    """
    conn.execute(update(_SESSION).where(_SESSION.c.user_id == user).values(view_as=None))
    access_changed(conn)
