"""Who somebody is, as far as access goes: what the security policy decides by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, and_, bindparam, exists, select

from myproject.directory.schema.fields import FIELDS
from myproject.directory.visibility.audience import Viewer
from myproject.models.account import RoleGrant, SignInSession, User
from myproject.models.dated import is_current, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Employment, ReportingLine

from .permissions import BY_ROLE, Permission, Role, audience_of

_USER = User.__table__
_SESSION = SignInSession.__table__
_GRANT = RoleGrant.__table__
_E = Employee.__table__
_S = Employment.__table__
_LINE = ReportingLine.__table__

ViewAs = Literal["colleague", "manager", "people_team"]


@dataclass(frozen=True, slots=True)
class Identity:
    """An account that has proved itself, with what it may be today. Detached from the database."""

    user: int
    """The id of the account; 0 for a service token, which has none."""
    email: str
    """Of the account; what a service token is recorded under."""
    name: str
    """Of the employee, else the mail address."""
    employee: int | None
    """The employee whose account it is, if they work here today."""
    session: int | None
    """The sign-in session, where that was the proof."""
    roles: frozenset[str]
    """`Role` values in effect."""
    department_roles: frozenset[tuple[str, int]]
    """`Role` value and department, as granted; the right is inherited by all below it."""
    audience: str
    """The narrowest audience they are in for everybody: `Viewer.audience`."""
    manages: bool
    """Whether somebody reports to them today."""
    portrait: str | None
    """The name of their own picture."""
    view_as: str | None
    """As whom they look for the moment, which is read only; None as themselves."""
    confirmed_at: datetime
    """When it was last proved by password or link."""
    changes_at: datetime
    """When this has to be looked at again, because a role or a token expires."""
    token: int | None = None
    """The access token, where that was the proof."""
    scopes: frozenset[str] | None = None
    """What the access token was made for; None for sessions, which are for everything."""
    within: int | None = None
    """The department that the access token is bound to, with all below it; None where it is bound to none."""
    language: str | None = None
    """The code of the language that they have chosen; None: as the browser asks for."""

    @property
    def author(self) -> str:
        """How a change set calls who made it: the mail address of the account, or the name of the service."""
        return self.email if self.user else f"service: {self.name}"

    def departments_with(self, permission: Permission | str) -> frozenset[int]:
        """The departments for which they have a permission; it holds for all below them too."""
        return frozenset(department for role, department in self.department_roles if permission in BY_ROLE[role])

    def viewer(self, audiences: tuple[tuple[str, str], ...] = ()) -> Viewer:
        """How the directory sees them; `audiences`: those of the ini, where fields are looked at."""
        return Viewer(self.audience, audiences, self.employee, self.manages, self.within)

    def viewing_as(self, whom: str | None) -> Identity:
        """The same account, looking as somebody with fewer rights."""
        if whom is None:
            return self
        people = whom == "people_team"
        return replace(
            self,
            employee=None,
            roles=frozenset({Role.EMPLOYEE.value, *([Role.PEOPLE_TEAM.value] if people else [])}),
            department_roles=frozenset(),
            audience={"manager": "manager_line", "people_team": "people_team"}.get(whom, "colleagues"),
            manages=False,
            portrait=None,
            view_as=whom,
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """A session's row with the identity it proves."""

    identity: Identity
    created_at: datetime
    used_at: datetime


_EMPLOYED = exists().where(is_current(_S), _S.c.employee_id == _USER.c.employee_id, valid_on(_S, bindparam("day")))
_MANAGES = exists().where(
    is_current(_LINE),
    _LINE.c.manager_id == _USER.c.employee_id,
    _LINE.c.kind == "solid",
    valid_on(_LINE, bindparam("day")),
)
_BASE = select(
    _USER.c.id, _USER.c.email, _E.c.name, _USER.c.employee_id, _USER.c.disabled_at, _EMPLOYED, _MANAGES, _E.c.portrait,
    _USER.c.language,
).select_from(_USER.outerjoin(_E, _E.c.id == _USER.c.employee_id))  # fmt: skip
_BY_SESSION = (
    _BASE.add_columns(
        _SESSION.c.id.label("session_id"),
        _SESSION.c.created_at,
        _SESSION.c.used_at,
        _SESSION.c.confirmed_at,
        _SESSION.c.view_as,
    )
    .join(_SESSION, _SESSION.c.user_id == _USER.c.id)
    .where(_SESSION.c.token_hash == bindparam("hash"))
)
_BY_USER = _BASE.where(_USER.c.id == bindparam("user"))
_ROLES = select(_GRANT.c.role, _GRANT.c.department_id, _GRANT.c.expires_at).where(
    and_(
        _GRANT.c.user_id == bindparam("user"), _GRANT.c.expires_at.is_(None) | (_GRANT.c.expires_at > bindparam("now"))
    )
)


def audiences_set(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The audiences of the ini, as `Identity.viewer` takes them."""
    return tuple(sorted((name, settings[f"audience.{name}"]) for name in FIELDS))


def of_session(conn: Connection, hashed: str, today: date, now: datetime) -> Proof | None:
    """Whom a session proves: two queries. None for an unknown one, an account that is disabled, and for one of an
    employee who doesn't work here today.

    Whether it has been idle too long is not looked at here. As whom the session looks counts only while the account
    may still look so: a role can expire without anything being written.
    """
    row = conn.execute(_BY_SESSION, {"hash": hashed, "day": today}).first()
    identity = row and _identity(conn, row, row.session_id, row.confirmed_at, now)
    if not row or not identity:
        return None
    view_as = row.view_as if row.view_as in may_view_as(identity) else None
    return Proof(identity.viewing_as(view_as), row.created_at, row.used_at)


def of_user(conn: Connection, user: int, today: date, now: datetime) -> Identity | None:
    """The identity of an account without a session: for other proofs, and for looking at what somebody may do."""
    row = conn.execute(_BY_USER, {"user": user, "day": today}).first()
    return _identity(conn, row, None, now, now) if row else None


def _identity(
    conn: Connection, row: Any, session: int | None, confirmed_at: datetime, now: datetime
) -> Identity | None:
    user, email, name, employee, disabled_at, employed, manages, portrait, language = row[:9]
    if disabled_at is not None or (employee is not None and not employed):
        return None
    roles: set[str] = {Role.EMPLOYEE.value} if employee is not None else set()
    department_roles: set[tuple[str, int]] = set()
    changes_at = datetime.max.replace(tzinfo=now.tzinfo)
    for role, department, expires_at in conn.execute(_ROLES, {"user": user, "now": now}):
        if department is not None:
            department_roles.add((role, department))
        else:
            roles.add(role)
        changes_at = min(changes_at, expires_at or changes_at)
    return Identity(
        user=user,
        email=email,
        name=name or email,
        employee=employee,
        session=session,
        roles=frozenset(roles),
        department_roles=frozenset(department_roles),
        audience=audience_of(roles),
        manages=bool(manages),
        portrait=portrait,
        view_as=None,
        confirmed_at=confirmed_at,
        changes_at=changes_at,
        language=language,
    )


def may_view_as(identity: Identity) -> tuple[ViewAs, ...]:
    """As whom somebody may look: always somebody who may see less than they do themselves."""
    if Role.ADMINISTRATOR.value in identity.roles:
        return ("colleague", "manager", "people_team")
    if Role.PEOPLE_TEAM.value in identity.roles:
        return ("colleague", "manager")
    return ("colleague",) if identity.employee is not None else ()
