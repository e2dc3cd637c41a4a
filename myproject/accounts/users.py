"""Accounts: adding, finding, linking to an employee, disabling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from myproject.directory.changes.planning.administrators import employed_until
from myproject.directory.schema.field_types import LIKE_AN_EMAIL, NO_EMAIL, is_email
from myproject.directory.visibility.hidden_people import NOBODY, Hidden, is_visible
from myproject.language.texts import gettext as _
from myproject.models.access_token import AccessToken
from myproject.models.account import SignInSession, SingleUseLink, User
from myproject.models.dated import FOREVER, is_current, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Employment

from .access import access_changed, rights_changed
from .administrators import keep_an_administrator
from .audit import Event, Origin, record
from .errors import AccountError

USER = User.__table__
_SESSION = SignInSession.__table__
_LINK = SingleUseLink.__table__
_TOKEN = AccessToken.__table__
_E = Employee.__table__
_S = Employment.__table__


class Account(NamedTuple):
    """An account and the employee it belongs to."""

    id: int
    email: str
    employee_id: int | None
    employee_number: str | None
    employee_name: str | None
    password_hash: str | None
    password_changed_at: datetime | None
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    language: str | None
    """The code of the language of pages and mails; None: as the browser asks for, and the first of the ini."""

    @property
    def name(self) -> str:
        """What to call them: by the name of the employee, else by the mail address."""
        return self.employee_name or self.email

    @property
    def state(self) -> str:
        """disabled, active, or invited: nobody has chosen a password or signed in by a link yet."""
        if self.disabled_at:
            return "disabled"
        return "active" if self.password_hash or self.signed_in_at else "invited"


_ACCOUNT = select(
    USER.c.id, USER.c.email, USER.c.employee_id, _E.c.employee_number, _E.c.name, USER.c.password_hash,
    USER.c.password_changed_at, USER.c.created_at, USER.c.signed_in_at, USER.c.disabled_at, USER.c.language,
).select_from(USER.outerjoin(_E, _E.c.id == USER.c.employee_id))  # fmt: skip
_BY_EMAIL = _ACCOUNT.where(USER.c.email == bindparam("email"))
_BY_ID = _ACCOUNT.where(USER.c.id == bindparam("id"))
_BY_EMPLOYEE = _ACCOUNT.where(USER.c.employee_id == bindparam("employee"))
_EMPLOYED = select(
    exists().where(is_current(_S), _S.c.employee_id == bindparam("employee"), valid_on(_S, bindparam("day")))
)


def clean_email(text: str) -> str:
    """The address as accounts keep it: trimmed, in lower case. Raises `AccountError` where it is none."""
    email = text.strip().lower()
    if not is_email(email) or len(email) > 254 or not email.isprintable():
        raise AccountError(_(NO_EMAIL, value=text.strip()[:80]), _(LIKE_AN_EMAIL), field="email")
    return email


def refuse_disabled(account: Account, field: str | None = None) -> None:
    """Raise `AccountError` for a disabled account."""
    if account.disabled_at:
        raise AccountError(_("The account %(email)s is disabled.", email=account.email), _("Enable it first."), field)


def by_email(conn: Connection, email: str) -> Account | None:
    """The account with a mail address, however it is written; None where there is none."""
    return _one(conn, _BY_EMAIL, {"email": email.strip().lower()})


def by_id(conn: Connection, user: int) -> Account | None:
    """The account with an id."""
    return _one(conn, _BY_ID, {"id": user})


def of_employee(conn: Connection, employee: int) -> Account | None:
    """The account of an employee."""
    return _one(conn, _BY_EMPLOYEE, {"employee": employee})


def _one(conn: Connection, query: Any, values: dict[str, Any]) -> Account | None:
    row = conn.execute(query, values).first()
    return Account._make(row) if row else None


def page(
    conn: Connection,
    *,
    q: str = "",
    state: str = "",
    after: str = "",
    limit: int = 50,
    but: Hidden = NOBODY,
) -> list[Account]:
    """Accounts by mail address, those after an address. `q`: part of an address or of a name.

    `but`: employees of whom whoever asks may not know.
    """
    query = _ACCOUNT.where(USER.c.email > after).order_by(USER.c.email).limit(limit)
    if but:
        query = query.where(USER.c.employee_id.is_(None) | is_visible(USER.c.employee_id, but))
    if q:
        query = query.where(USER.c.email.contains(q.lower(), autoescape=True) | _E.c.name.icontains(q, autoescape=True))
    used = USER.c.password_hash.is_not(None) | USER.c.signed_in_at.is_not(None)
    if state == "disabled":
        query = query.where(USER.c.disabled_at.is_not(None))
    elif state == "invited":
        query = query.where(USER.c.disabled_at.is_(None), ~used)
    elif state == "active":
        query = query.where(USER.c.disabled_at.is_(None), used)
    return [Account._make(row) for row in conn.execute(query)]


def is_employed(conn: Connection, employee: int, today: date) -> bool:
    """Whether somebody works here today."""
    return bool(conn.execute(_EMPLOYED, {"employee": employee, "day": today}).scalar())


def add(
    conn: Connection, origin: Origin, email: str, *, employee_number: str | None = None, hidden: Hidden = NOBODY
) -> Account:
    """A new account, without a password. It is linked to the employee of that number; unless one is given, to the
    one employee who has this mail address, if there is one. `hidden`: employees of whom whoever adds it may not know.

    Raises `AccountError` where the address or the employee has an account already, or there is no such employee.
    """
    email = _free_email(conn, email)
    employee = _employee(conn, employee_number, hidden) if employee_number else _employee_of_mail(conn, email, hidden)
    if employee is not None and (other := of_employee(conn, employee)) is not None:
        if employee_number:
            raise _has_account(other)
        employee = None
    user = conn.execute(insert(USER).values(email=email, employee_id=employee, created_at=origin.at))
    account = by_id(conn, user.inserted_primary_key[0])  # type: ignore[index]
    assert account is not None
    record(conn, origin, Event.USER_ADDED, user=account.id, target=email, details=_who(account))
    return account


def link_employee(conn: Connection, origin: Origin, account: Account, employee_number: str | None) -> None:
    """Link an account to an employee, or to nobody.

    Raises `AccountError` where the employee has another account, and for the last administrator where the employee
    doesn't work here for as long.
    """
    employee = _employee(conn, employee_number) if employee_number else None
    other = of_employee(conn, employee) if employee is not None else None
    if other is not None and other.id != account.id:
        raise _has_account(other)
    until = FOREVER if employee is None else employed_until(conn, employee, origin.at.date())
    keep_an_administrator(conn, origin, account.id, lambda each: each._replace(employed_until=until))
    conn.execute(update(USER).where(USER.c.id == account.id).values(employee_id=employee))
    rights_changed(conn, account.id)
    record(
        conn, origin, Event.USER_LINKED, user=account.id, target=account.email,
        details={"before": account.employee_number, "after": employee_number},
    )  # fmt: skip


def _free_email(conn: Connection, text: str, account: Account | None = None) -> str:
    email = clean_email(text)
    other = by_email(conn, email)
    if other is not None and (account is None or other.id != account.id):
        raise AccountError(
            _("There is already an account for %(email)s.", email=email), _("Choose another address."), field="email"
        )
    return email


def _has_account(other: Account) -> AccountError:
    return AccountError(
        _("%(name)s already has the account %(email)s.", name=other.employee_name, email=other.email),
        _("Change that account instead."),
        field="employee",
    )


def _who(account: Account) -> dict[str, Any] | None:
    return {"employee_number": account.employee_number} if account.employee_number else None


def _employee(conn: Connection, number: str, hidden: Hidden = NOBODY) -> int:
    found = conn.execute(select(_E.c.id).where(_E.c.employee_number == number.strip())).scalar()
    if found is None or found in hidden:
        raise AccountError(
            _("There is no employee with the number “%(number)s”.", number=number),
            _("Find the number on the profile."),
            field="employee",
        )
    return int(found)


def _employee_of_mail(conn: Connection, email: str, hidden: Hidden) -> int | None:
    from sqlalchemy import func

    mine = select(_E.c.id).where(func.lower(_E.c.email) == email, is_visible(_E.c.id, hidden))
    rows = conn.execute(mine.limit(2)).scalars().all()
    return rows[0] if len(rows) == 1 else None


def disable(conn: Connection, origin: Origin, account: Account) -> None:
    """End all that the account may do, at once. Raises `AccountError` for the last administrator."""
    if account.disabled_at:
        return
    keep_an_administrator(conn, origin, account.id)
    conn.execute(update(USER).where(USER.c.id == account.id).values(disabled_at=origin.at))
    conn.execute(delete(_SESSION).where(_SESSION.c.user_id == account.id))
    conn.execute(delete(_LINK).where(_LINK.c.user_id == account.id))
    conn.execute(
        update(_TOKEN)
        .where(_TOKEN.c.user_id == account.id, _TOKEN.c.revoked_at.is_(None))
        .values(revoked_at=origin.at, revoked_by=origin.actor)
    )
    access_changed(conn)
    record(conn, origin, Event.USER_DISABLED, user=account.id, target=account.email)


def enable(conn: Connection, origin: Origin, account: Account) -> None:
    """Let the account be used again."""
    if not account.disabled_at:
        return
    conn.execute(update(USER).where(USER.c.id == account.id).values(disabled_at=None))
    access_changed(conn)
    record(conn, origin, Event.USER_ENABLED, user=account.id, target=account.email)


def change_email(conn: Connection, origin: Origin, account: Account, email: str) -> None:
    """Another address to sign in with; links sent to the old one die. Raises `AccountError` if it is taken."""
    email = _free_email(conn, email, account)
    conn.execute(update(USER).where(USER.c.id == account.id).values(email=email))
    conn.execute(delete(_LINK).where(_LINK.c.user_id == account.id))
    access_changed(conn)
    record(
        conn,
        origin,
        Event.EMAIL_CHANGED,
        user=account.id,
        target=email,
        details={"before": account.email, "after": email},
    )


def choose_language(conn: Connection, account: int, language: str | None) -> None:
    """Keep the language of pages and mails for an account; None: as the browser asks for."""
    conn.execute(update(USER).where(USER.c.id == account).values(language=language))
    access_changed(conn)  # what is kept of the account holds the language


def set_password(conn: Connection, origin: Origin, account: Account, hashed: str, event: Event) -> None:
    """Keep another password. Every session ends, and every link that was sent dies; the caller begins a new one."""
    conn.execute(
        update(USER).where(USER.c.id == account.id).values(password_hash=hashed, password_changed_at=origin.at)
    )
    conn.execute(delete(_SESSION).where(_SESSION.c.user_id == account.id))
    conn.execute(delete(_LINK).where(_LINK.c.user_id == account.id))
    access_changed(conn)
    record(conn, origin, event, user=account.id, target=account.email)


def rehash(conn: Connection, user: int, before: str, hashed: str) -> None:
    """Keep the same password by today's parameters, unless it was changed meanwhile."""
    conn.execute(update(USER).where(USER.c.id == user, USER.c.password_hash == before).values(password_hash=hashed))
