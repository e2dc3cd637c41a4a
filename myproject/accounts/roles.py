"""Roles beyond that of any employee: who has them, for which department, until when."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select

from myproject.directory.administrators import ADMINISTRATOR_ROLE, Administrator, administrators, loss
from myproject.directory.memo import Memo
from myproject.models.account import RoleGrant, User
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.present import Present

from .access import access_changed, rights_changed
from .audit import Event, Origin, record
from .users import Account, AccountError

_GRANT: Any = RoleGrant.__table__
_USER: Any = User.__table__
_D: Any = Department.__table__
_V: Any = DepartmentVersion.__table__
_E: Any = Employee.__table__
_P: Any = Present.__table__


class Role(StrEnum):
    """What a user can be. Everybody who works here is an employee without a grant."""

    EMPLOYEE = "employee"
    EDITOR = "editor"
    PEOPLE_TEAM = "people_team"
    ADMINISTRATOR = ADMINISTRATOR_ROLE


GRANTED = (Role.EDITOR, Role.PEOPLE_TEAM, Role.ADMINISTRATOR)
"""The roles that are granted."""
MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.PEOPLE_TEAM: frozenset({Role.EDITOR}),
    Role.ADMINISTRATOR: frozenset(GRANTED),
}
"""Role -> the roles that it may grant and revoke: never one above itself."""


class Grant(NamedTuple):
    """A role that somebody has."""

    id: int
    user_id: int
    email: str
    employee_id: int | None
    name: str | None
    """Of the employee whose account it is."""
    role: str
    department_id: int | None
    department_code: str | None
    department: str | None
    """Its name now."""
    granted_at: datetime
    granted_by: str
    expires_at: datetime | None


def may_grant(held: Collection[str]) -> frozenset[Role]:
    """The roles that somebody with these ones may grant and revoke."""
    return frozenset().union(*(MAY_GRANT.get(Role(role), frozenset()) for role in held))


def may_manage(held: Collection[str], others: Collection[str]) -> bool:
    """Whether somebody with the first roles may manage an account with the second: never one above themselves."""
    return Role.ADMINISTRATOR in held or Role.ADMINISTRATOR not in others


def held_by(conn: Connection, user: int, now: datetime) -> frozenset[str]:
    """The roles that are granted to a user and in effect."""
    query = select(_GRANT.c.role).where(_GRANT.c.user_id == user, in_effect(now))
    return frozenset(conn.execute(query).scalars())


def in_effect(now: datetime) -> Any:
    """The condition on grants that hold at a moment."""
    return or_(_GRANT.c.expires_at.is_(None), _GRANT.c.expires_at > now)


def grants(
    conn: Connection,
    *,
    user: int | None = None,
    users: Collection[int] | None = None,
    department: int | None = None,
    role: str | None = None,
    id_: int | None = None,
) -> list[Grant]:
    """The grants of a user, of several, on a department, of a role, one by its id, or all. Expired ones too.

    They come by role, department and address.
    """
    # The name of a department now, or the last it had.
    names = (
        select(_V.c.name)
        .where(_V.c.department_id == _GRANT.c.department_id, is_current(_V))
        .order_by(_V.c.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            _GRANT.c.id, _GRANT.c.user_id, _USER.c.email, _USER.c.employee_id, _E.c.name, _GRANT.c.role,
            _GRANT.c.department_id, _D.c.code, names, _GRANT.c.granted_at, _GRANT.c.granted_by, _GRANT.c.expires_at,
        )
        .join_from(_GRANT, _USER, _USER.c.id == _GRANT.c.user_id)
        .outerjoin(_D, _D.c.id == _GRANT.c.department_id)
        .outerjoin(_E, _E.c.id == _USER.c.employee_id)
        .order_by(_GRANT.c.role, _D.c.code, _USER.c.email)
    )  # fmt: skip
    wanted = ((_GRANT.c.user_id, user), (_GRANT.c.department_id, department), (_GRANT.c.role, role), (_GRANT.c.id, id_))
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    if users is not None:
        query = query.where(_GRANT.c.user_id.in_(users))
    return [Grant._make(row) for row in conn.execute(query)]


class Editor(NamedTuple):
    """Somebody who works here, may sign in and has the role of an editor."""

    employee_id: int
    name: str
    department_id: int
    expires_at: datetime | None


_EDITORS: Memo[list[Editor]] = Memo(4)


def editors(
    conn: Connection, departments: Collection[int], now: datetime, known: tuple[int, int, date]
) -> list[Editor]:
    """Who has the role of editor on some of these departments, by name.

    `known`: the access number, the revision and the day, under which the editors of all departments are kept.
    """
    return [
        each
        for each in _EDITORS.get(conn, known, lambda: _read_editors(conn))
        if each.department_id in departments and (each.expires_at is None or each.expires_at > now)
    ]


def _read_editors(conn: Connection) -> list[Editor]:
    query = (
        select(_E.c.id, _E.c.name, _GRANT.c.department_id, _GRANT.c.expires_at)
        .join_from(_GRANT, _USER, _USER.c.id == _GRANT.c.user_id)
        .join(_E, _E.c.id == _USER.c.employee_id)
        .join(_P, _P.c.employee_id == _E.c.id)
        .where(_GRANT.c.role == Role.EDITOR.value, _USER.c.disabled_at.is_(None))
        .order_by(_E.c.sort_name, _E.c.id)
    )
    return [Editor._make(row) for row in conn.execute(query)]


def grant(
    conn: Connection,
    origin: Origin,
    account: Account,
    role: Role,
    *,
    department_code: str | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Grant a role. Granting it again sets another date of expiry.

    Raises `AccountError` for a role that isn't granted, a department that is missing, unknown or too much, a date past.
    """
    if role not in GRANTED:
        raise AccountError("Everyone who works here is an employee.", "Choose another role.", field="role")
    department = _department(conn, role, department_code)
    if expires_at is not None and expires_at <= origin.at:
        raise AccountError("That day is over.", "Give a day in the future, or none.", field="until")
    if role is Role.ADMINISTRATOR and expires_at is not None:
        keep_an_administrator(conn, origin, account, lambda each: each._replace(expires_at=expires_at))
    _remove(conn, account.id, role, department)
    conn.execute(
        insert(_GRANT).values(
            user_id=account.id,
            role=role.value,
            department_id=department,
            granted_at=origin.at,
            granted_by=origin.actor,
            expires_at=expires_at,
        )
    )
    rights_changed(conn, account.id)
    details = {"role": role.value, "department": department_code, "until": expires_at and expires_at.isoformat()}
    record(
        conn, origin, Event.ROLE_GRANTED, user=account.id, target=account.email,
        details={name: value for name, value in details.items() if value},
    )  # fmt: skip


def revoke(
    conn: Connection, origin: Origin, account: Account, role: Role, *, department_code: str | None = None
) -> None:
    """Take a role back. Raises `AccountError` where it isn't there, and for the last administrator."""
    department = _department(conn, role, department_code)
    if role is Role.ADMINISTRATOR:
        keep_an_administrator(conn, origin, account)
    if not _remove(conn, account.id, role, department):
        raise AccountError(f"{account.email} does not have that role.", "Look at the roles they have.", field="role")
    rights_changed(conn, account.id)
    details = {"role": role.value, **({"department": department_code} if department_code else {})}
    record(conn, origin, Event.ROLE_REVOKED, user=account.id, target=account.email, details=details)


def keep_an_administrator(
    conn: Connection, origin: Origin, account: Account, becomes: Callable[[Administrator], Administrator] | None = None
) -> None:
    """Raise `AccountError` if the directory would be left without an administrator who can sign in, or earlier so.

    becomes: what the account is as an administrator after the change; None where it is none.
    """
    today = origin.at.date()
    # Two who demote each other at once: the second waits for the first to commit, then counts.
    access_changed(conn)
    before = administrators(conn, today)
    after = [each for each in before if each.user != account.id]
    if becomes is not None:
        after += [becomes(each) for each in before if each.user == account.id]
    if who := loss(before, after, today):
        raise AccountError(f"That is {who}.", "Make somebody else one first.", field="role")


def expiry(day: date | None, zone: Any) -> datetime | None:
    """The moment at which a grant for days up to this one expires: the end of that day."""
    from datetime import time, timedelta

    return None if day is None else datetime.combine(day + timedelta(days=1), time(), zone)


def _department(conn: Connection, role: Role, code: str | None) -> int | None:
    if role is not Role.EDITOR:
        if code:
            raise AccountError(
                "Only an editor is one of a department.", "Leave the department out.", field="department"
            )
        return None
    if not code:
        raise AccountError("An editor edits a department.", "Name the department.", field="department")
    found = conn.execute(select(_D.c.id).where(_D.c.code == code)).scalar()
    if found is None:
        raise AccountError(f"There is no department with the code {code!r}.", "Look it up.", field="department")
    return int(found)


def _remove(conn: Connection, user: int, role: Role, department: int | None) -> bool:
    where = _GRANT.c.department_id.is_(None) if department is None else _GRANT.c.department_id == department
    return bool(
        conn.execute(delete(_GRANT).where(_GRANT.c.user_id == user, _GRANT.c.role == role.value, where)).rowcount
    )
