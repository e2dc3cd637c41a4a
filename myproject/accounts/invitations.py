"""Invitations: accounts for people who are to choose a password, one by one or all at once."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, exists, func, select

from myproject.directory.hidden import NOBODY, Hidden
from myproject.directory.hidden import known as may_be_known
from myproject.models.account import User
from myproject.models.present import Present

from . import links, users
from .audit import Event, Origin, record
from .links import Purpose
from .users import Account, AccountError

_P: Any = Present.__table__
_USER: Any = User.__table__


class Invited(NamedTuple):
    """Somebody to write to."""

    account: Account
    token: str


class Round(NamedTuple):
    """What became of a number of people."""

    invited: list[Invited]
    skipped: int
    """Whose mail address can't be used."""
    last: int
    """The employee to go on after."""


def invite(conn: Connection, origin: Origin, account: Account) -> Invited:
    """A link with which to choose a first password. Raises `AccountError` where that is not to be."""
    if account.disabled_at:
        raise AccountError(f"{account.email} is disabled.", "Enable it first.", field="email")
    if account.password_hash:
        raise AccountError(
            f"{account.email} has a password already.", "There is nothing to do: they can sign in.", field="email"
        )
    token = links.make(conn, origin, account, Purpose.INVITE)
    record(conn, origin, Event.USER_INVITED, user=account.id, target=account.email)
    return Invited(account, token)


def invite_address(
    conn: Connection, origin: Origin, email: str, employee_number: str | None = None, *, hidden: Hidden = NOBODY
) -> Invited:
    """Invite whoever has a mail address; an account is added if there is none. Raises `AccountError`.

    `hidden`: of whom whoever invites may not know; no account is linked to them.
    """
    known = users.by_email(conn, email)
    if known is None:
        known = users.add(conn, origin, email, employee_number=employee_number, hidden=hidden)
    elif employee_number and known.employee_number != employee_number.strip():
        whose = known.employee_number or "nobody"
        raise AccountError(
            f"{known.email} belongs to {whose} already.", "Leave the number out, or choose another address.",
            field="employee",
        )  # fmt: skip
    return invite(conn, origin, known)


def _without_account(hidden: Hidden) -> Select[Any]:
    """Employee and mail address of who works here and has an address of their own, but no account.

    `hidden`: of whom whoever invites may not know; they are left out.
    """
    address = func.lower(_P.c.email)
    taken = exists().where(_USER.c.email == address) | exists().where(_USER.c.employee_id == _P.c.employee_id)
    shared = select(address).where(_P.c.email.is_not(None)).group_by(address).having(func.count() > 1)
    return select(_P.c.employee_id, _P.c.employee_number, _P.c.email).where(
        _P.c.email.is_not(None), ~taken, address.not_in(shared), may_be_known(_P.c.employee_id, hidden)
    )


def count_without_account(conn: Connection, after: int = 0, *, hidden: Hidden = NOBODY) -> int:
    """How many `invite_everyone` would go through."""
    rows = _without_account(hidden).where(_P.c.employee_id > after).subquery()
    return int(conn.execute(select(func.count()).select_from(rows)).scalar_one())


def invite_everyone(
    conn: Connection, origin: Origin, *, after: int = 0, limit: int = 200, hidden: Hidden = NOBODY
) -> Round:
    """Invite the next people who have no account, in the order of their ids: those after one of them.

    A mail address that several people share is nobody's; they are left out.
    """
    rows = conn.execute(
        _without_account(hidden).where(_P.c.employee_id > after).order_by(_P.c.employee_id).limit(limit)
    ).all()
    invited, skipped = [], 0
    for _employee, number, email in rows:
        try:
            invited.append(invite(conn, origin, users.add(conn, origin, email, employee_number=number)))
        except AccountError:
            skipped += 1
    return Round(invited, skipped, rows[-1][0] if rows else after)
