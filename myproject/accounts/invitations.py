"""Invitations: accounts for people who are to choose a password, one by one or all at once."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, exists, func, select

from myproject.directory.visibility.hidden_people import NOBODY, Hidden, is_visible
from myproject.language.texts import gettext as _
from myproject.models.account import User
from myproject.models.present import Present

from . import users
from .audit import Event, Origin, record
from .errors import AccountError
from .users import Account

_P = Present.__table__
_USER = User.__table__


class Round(NamedTuple):
    """What became of a number of people."""

    invited: list[Account]
    """Whom to write to."""
    skipped: int
    """Whose mail address can't be used."""
    last: int
    """The employee to go on after."""


def invite(conn: Connection, origin: Origin, account: Account) -> Account:
    """Note that somebody is invited to choose a first password; the mail is another matter.

    Raises `AccountError` where that is not to be.
    """
    users.refuse_disabled(account, "email")
    if account.password_hash:
        raise AccountError(
            _("The account %(email)s already has a password.", email=account.email),
            _("No invitation is needed: its owner can sign in."),
            field="email",
        )
    record(conn, origin, Event.USER_INVITED, user=account.id, target=account.email)
    return account


def invite_address(
    conn: Connection, origin: Origin, email: str, employee_number: str | None = None, *, hidden: Hidden = NOBODY
) -> Account:
    """Invite whoever has a mail address; an account is added if there is none. Raises `AccountError`.

    `hidden`: of whom whoever invites may not know; no account is linked to them.
    """
    known = users.by_email(conn, email)
    if known is None:
        known = users.add(conn, origin, email, employee_number=employee_number, hidden=hidden)
    elif employee_number and known.employee_number != employee_number.strip():
        if known.employee_number:
            message = _(
                "The account %(email)s belongs to the employee with the number %(number)s.",
                email=known.email,
                number=known.employee_number,
            )
        else:
            message = _("The account %(email)s exists already and belongs to no employee.", email=known.email)
        raise AccountError(message, _("Leave the number out, or choose another address."), field="employee")
    return invite(conn, origin, known)


def _without_account(hidden: Hidden) -> Select[Any]:
    """Employee and mail address of who works here and has an address of their own, but no account.

    `hidden`: of whom whoever invites may not know; they are left out.
    """
    address = func.lower(_P.c.email)
    taken = exists().where(_USER.c.email == address) | exists().where(_USER.c.employee_id == _P.c.employee_id)
    shared = select(address).where(_P.c.email.is_not(None)).group_by(address).having(func.count() > 1)
    return select(_P.c.employee_id, _P.c.employee_number, _P.c.email).where(
        _P.c.email.is_not(None), ~taken, address.not_in(shared), is_visible(_P.c.employee_id, hidden)
    )


def count_without_account(conn: Connection, *, hidden: Hidden = NOBODY) -> int:
    """How many `invite_everyone` would go through."""
    rows = _without_account(hidden).subquery()
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
