"""The administrators who can sign in, and from which day there would be none: the directory never loses its last one.

Asked by plans, which may end the employment of an administrator (`planning.rules`), and by what changes accounts and
roles (`myproject.accounts.roles`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, null, select

from myproject.language.texts import marked
from myproject.models.account import AccessCounter, RoleGrant, User
from myproject.models.dated import FOREVER, is_current, valid_on
from myproject.models.employment import Employment

ADMINISTRATOR_ROLE = "administrator"
MAKE_ANOTHER = marked("Make someone else an administrator first.")

_GRANT = RoleGrant.__table__
_USER = User.__table__
_EMPLOYMENT = Employment.__table__
_LOCK = select(AccessCounter.__table__.c.number).with_for_update()
_DAY: Any = bindparam("day")
_ADMINISTRATORS = (
    select(_USER.c.id, _USER.c.employee_id, _GRANT.c.expires_at, _EMPLOYMENT.c.valid_to)
    .join_from(_GRANT, _USER, _USER.c.id == _GRANT.c.user_id)
    .outerjoin(
        _EMPLOYMENT,
        (_EMPLOYMENT.c.employee_id == _USER.c.employee_id) & is_current(_EMPLOYMENT) & valid_on(_EMPLOYMENT, _DAY),
    )
    .where(_GRANT.c.role == ADMINISTRATOR_ROLE, _USER.c.disabled_at.is_(None))
)
_ACCOUNTS = (
    select(_USER.c.id, _USER.c.employee_id, _GRANT.c.expires_at)
    .join_from(_GRANT, _USER, _USER.c.id == _GRANT.c.user_id)
    .where(_GRANT.c.role == ADMINISTRATOR_ROLE, _USER.c.disabled_at.is_(None))
    .order_by(_USER.c.id)
)
_GRANTS = select(_GRANT).where(_GRANT.c.role == ADMINISTRATOR_ROLE)
COPIED: tuple[tuple[Any, Any], ...] = (
    (AccessCounter.__table__, select(AccessCounter.__table__)),
    (_GRANT, _GRANTS),
    (
        _USER,
        select(*(null().label(each.name) if each is _USER.c.password_hash else each for each in _USER.c)).where(
            _USER.c.id.in_(_GRANTS.with_only_columns(_GRANT.c.user_id))
        ),
    ),
)
"""What a working copy needs for plans to ask about administrators: table, rows; their accounts, without passwords."""
_EMPLOYED_UNTIL = select(_EMPLOYMENT.c.valid_to).where(
    is_current(_EMPLOYMENT), _EMPLOYMENT.c.employee_id == bindparam("employee"), valid_on(_EMPLOYMENT, _DAY)
)


class Administrator(NamedTuple):
    """An account that is not disabled and has the role of an administrator."""

    user: int
    employee: int | None
    expires_at: datetime | None
    """When the role expires."""
    employed_until: date
    """The first day on which its employee does not work here; FOREVER for the account of nobody."""

    @property
    def until(self) -> date:
        """The first day on which they can't administer."""
        return min(self.employed_until, self.expires_at.date() if self.expires_at else FOREVER)


def administrators(conn: Connection, today: date, *, lock: bool = False) -> list[Administrator]:
    """The administrators who can sign in today. One query.

    lock: wait for others who are changing roles, and keep them from it until this transaction ends. SQLite has one
    writer at a time anyway.
    """
    if lock:
        conn.execute(_LOCK)
    found = [
        Administrator(user, employee, expires_at, FOREVER if employee is None else until or date.min)
        for user, employee, expires_at, until in conn.execute(_ADMINISTRATORS, {"day": today})
    ]
    return [each for each in found if each.until > today]


def unchanged(conn: Connection, copy: Connection, employees: Collection[int]) -> bool:
    """Whether the accounts of administrators are those of a working copy on which some people's employment changed.

    Where one of these people is an administrator, they stay so until this transaction ends.
    """
    planned = copy.execute(_ACCOUNTS).all()
    if not any(each.employee_id in employees for each in planned):
        return True
    conn.execute(_LOCK)
    return [tuple(each) for each in conn.execute(_ACCOUNTS)] == [tuple(each) for each in planned]


def employed_until(conn: Connection, employee: int, today: date) -> date:
    """The first day on which somebody who works here today does not; `date.min` for who doesn't work here today."""
    until: date | None = conn.execute(_EMPLOYED_UNTIL, {"employee": employee, "day": today}).scalar()
    return until or date.min


def loss(before: Iterable[Administrator], after: Iterable[Administrator], today: date) -> date | None:
    """The first day without an administrator if `after` is what is left of `before`: today at the earliest.

    None where there is an administrator for as long as before.

    Somebody whose role or employment has an end is no substitute for one who stays.
    """
    last = max((each.until for each in after), default=date.min)
    if last >= max((each.until for each in before), default=date.min):
        return None
    return max(last, today)
