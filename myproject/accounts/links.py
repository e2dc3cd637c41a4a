"""Single-use links: an invitation, a forgotten password, a new mail address, a sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from myproject.models.account import SingleUseLink

from .audit import Origin
from .secrets import new_token, token_hash
from .users import Account, by_id

_LINK = SingleUseLink.__table__


class Purpose(StrEnum):
    """What a link is for."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    INVITE = "invite"
    EMAIL = "email"


LIFE: dict[Purpose, timedelta] = {
    Purpose.SIGN_IN: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITE: timedelta(days=7),
    Purpose.EMAIL: timedelta(hours=24),
}
"""How long each is good for."""


class Link(NamedTuple):
    """A link that is still good."""

    id: int
    account: Account
    purpose: Purpose
    new_email: str | None


_BY_HASH = select(_LINK.c.id, _LINK.c.user_id, _LINK.c.new_email).where(
    _LINK.c.token_hash == bindparam("hash"),
    _LINK.c.purpose == bindparam("purpose"),
    _LINK.c.expires_at > bindparam("now"),
)


def make(conn: Connection, origin: Origin, account: Account, purpose: Purpose, *, new_email: str | None = None) -> str:
    """A new link's token. Older links of the same kind, and expired ones, die."""
    conn.execute(
        delete(_LINK).where(
            ((_LINK.c.user_id == account.id) & (_LINK.c.purpose == purpose.value)) | (_LINK.c.expires_at <= origin.at)
        )
    )
    token = new_token()
    conn.execute(
        insert(_LINK).values(
            user_id=account.id,
            purpose=purpose.value,
            token_hash=token_hash(token),
            created_at=origin.at,
            expires_at=origin.at + LIFE[purpose],
            new_email=new_email,
        )
    )
    return token


def forget_old(conn: Connection, now: datetime) -> int:
    """Forget links that have expired; how many."""
    return int(conn.execute(delete(_LINK).where(_LINK.c.expires_at <= now)).rowcount)


def look(conn: Connection, purpose: Purpose, token: str, now: datetime) -> Link | None:
    """The link, if it is good; it stays so."""
    row = conn.execute(_BY_HASH, {"hash": token_hash(token), "purpose": purpose.value, "now": now}).first()
    if row is None:
        return None
    account = by_id(conn, row.user_id)
    if account is None or account.disabled_at:
        return None
    return Link(row.id, account, purpose, row.new_email)


def use(conn: Connection, purpose: Purpose, token: str, now: datetime) -> Link | None:
    """The link, if it is good, which it is then no more: of two that use it at once one gets None."""
    found = look(conn, purpose, token, now)
    if found is None or not conn.execute(delete(_LINK).where(_LINK.c.id == found.id)).rowcount:
        return None
    return found
