"""Roles beyond that of any employee: who has them, for which department, until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select

from myproject.cache.revision_cache import RevisionCache
from myproject.language.texts import gettext as _
from myproject.models.account import RoleGrant, User
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.present import Present

from .access import rights_changed
from .administrators import keep_an_administrator
from .audit import Event, Origin, record
from .errors import AccountError
from .permissions import BY_ROLE, DEPARTMENT_ROLES, GRANTED, ROLES, Permission, Role
from .users import Account

_GRANT = RoleGrant.__table__
_USER = User.__table__
_D = Department.__table__
_V = DepartmentVersion.__table__
_E = Employee.__table__
_P = Present.__table__


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


class DepartmentGrant(NamedTuple):
    """Somebody who works here, may sign in and has a role for a department."""

    employee_id: int
    name: str
    role: str
    department_id: int
    expires_at: datetime | None


_DEPARTMENT_GRANTS: RevisionCache[list[DepartmentGrant]] = RevisionCache(4)


def who_may_in(
    conn: Connection,
    permission: Permission,
    departments: Collection[int],
    now: datetime,
    known: tuple[int, int, date],
) -> list[DepartmentGrant]:
    """Who has a permission by a role for one of these departments, by name.

    `known`: the access number, the revision and the day, under which those of all departments are kept.
    """
    return [
        each
        for each in _DEPARTMENT_GRANTS.get_or_make(conn, known, lambda: _read_department_grants(conn))
        if each.department_id in departments
        and permission in BY_ROLE[each.role]
        and (each.expires_at is None or each.expires_at > now)
    ]


def _read_department_grants(conn: Connection) -> list[DepartmentGrant]:
    query = (
        select(_E.c.id, _E.c.name, _GRANT.c.role, _GRANT.c.department_id, _GRANT.c.expires_at)
        .join_from(_GRANT, _USER, _USER.c.id == _GRANT.c.user_id)
        .join(_E, _E.c.id == _USER.c.employee_id)
        .join(_P, _P.c.employee_id == _E.c.id)
        .where(_GRANT.c.role.in_(DEPARTMENT_ROLES), _USER.c.disabled_at.is_(None))
        .order_by(_E.c.sort_name, _E.c.id)
    )
    return [DepartmentGrant._make(row) for row in conn.execute(query)]


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
        raise AccountError(_("Everyone who works here is an employee."), _("Choose another role."), field="role")
    department = _department(conn, role, department_code)
    refuse_past(origin, expires_at, "until")
    if role is Role.ADMINISTRATOR and expires_at is not None:
        keep_an_administrator(conn, origin, account.id, lambda each: each._replace(expires_at=expires_at))
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
        keep_an_administrator(conn, origin, account.id)
    if not _remove(conn, account.id, role, department):
        raise AccountError(
            _("The account %(email)s does not have this role.", email=account.email),
            _("Check the roles of the account."),
            field="role",
        )
    rights_changed(conn, account.id)
    details = {"role": role.value, **({"department": department_code} if department_code else {})}
    record(conn, origin, Event.ROLE_REVOKED, user=account.id, target=account.email, details=details)


def expiry(day: date | None, zone: Any) -> datetime | None:
    """The moment at which a grant for days up to this one expires: the end of that day."""
    from datetime import time, timedelta

    return None if day is None else datetime.combine(day + timedelta(days=1), time(), zone)


def refuse_past(origin: Origin, expires_at: datetime | None, field: str) -> None:
    """Raise `AccountError` for an expiry that has passed."""
    if expires_at is not None and expires_at <= origin.at:
        raise AccountError(
            _("That day is in the past."), _("Choose today or a later day, or leave it empty."), field=field
        )


def _department(conn: Connection, role: Role, code: str | None) -> int | None:
    if not ROLES[role].for_department:
        if code:
            raise AccountError(
                _("The role “%(role)s” is not for a department.", role=_(ROLES[role].label)),
                _("Leave the department out."),
                field="department",
            )
        return None
    if not code:
        raise AccountError(
            _("The role “%(role)s” needs a department.", role=_(ROLES[role].label)),
            _("Choose the department."),
            field="department",
        )
    return department_of_code(conn, code)


def department_of_code(conn: Connection, code: str) -> int:
    """The id of the department with a code. Raises `AccountError` where there is none."""
    found = conn.execute(select(_D.c.id).where(_D.c.code == code)).scalar()
    if found is None:
        raise AccountError(
            _("There is no department with the code “%(code)s”.", code=code),
            _("Find the code on the page of the department."),
            field="department",
        )
    return int(found)


def _remove(conn: Connection, user: int, role: Role, department: int | None) -> bool:
    where = _GRANT.c.department_id.is_(None) if department is None else _GRANT.c.department_id == department
    return bool(
        conn.execute(delete(_GRANT).where(_GRANT.c.user_id == user, _GRANT.c.role == role.value, where)).rowcount
    )
