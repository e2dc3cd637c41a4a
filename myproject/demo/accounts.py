"""Accounts in the made-up company: one to try each role with. None has a password; a sign-in link lets one in."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from myproject.accounts import roles, users
from myproject.accounts.audit import Origin
from myproject.accounts.permissions import DEPARTMENT_ROLES, ROLES, Role
from myproject.models.department import Department
from myproject.models.present import Present

_P = Present.__table__
_D = Department.__table__
_MADE_UP = "@larkfield.example"
"""How its mail addresses end: no real ones can (RFC 2606)."""
_PEOPLE = "PE"
"""Code of the department that keeps the data."""


class Trial(NamedTuple):
    """Somebody to sign in as."""

    what: str
    email: str
    role: Role | None = None
    department: str | None = None


class _Person(NamedTuple):
    id: int
    email: str
    department: str
    is_head: bool
    reports: int
    below: int
    manager: int | None


def trials(conn: Connection) -> list[Trial]:
    """Who in the made-up company has which role: an administrator first. Empty in any other company."""
    columns = (_P.c.employee_id, _P.c.email, _D.c.code, _P.c.is_head, _P.c.reports, _P.c.below, _P.c.manager_id)
    query = select(*columns).join(_D, _D.c.id == _P.c.department_id).where(_P.c.email.endswith(_MADE_UP))
    people = [_Person(*row) for row in conn.execute(query.order_by(_P.c.below.desc(), _P.c.employee_id).limit(2_000))]
    if not people:
        return []
    heads = [person for person in people if person.is_head and person.manager is not None] or people
    team = next((person for person in heads if person.department == _PEOPLE), people[0])
    leader = next((person for person in heads if person is not team), team)
    manager = next((person for person in people if person.manager == leader.id and person.reports), leader)
    colleague = next((person for person in people if person.manager == manager.id and not person.reports), manager)
    taken = {team.id, leader.id, manager.id, colleague.id}
    administrator = next((person for person in people if not person.reports and person.id not in taken), team)
    found = [
        Trial("administrator", administrator.email, Role.ADMINISTRATOR),
        Trial("people team", team.email, Role.PEOPLE_TEAM),
        *(_in_department(role, leader) for role in DEPARTMENT_ROLES),
        Trial("manager", manager.email),
        Trial("colleague", colleague.email),
    ]
    return list({trial.email: trial for trial in reversed(found)}.values())[::-1]


def _in_department(role: Role, leader: _Person) -> Trial:
    label = ROLES[role].label_of % {"department": leader.department}
    return Trial(f"{label} and all below", leader.email, role, leader.department)


def make(conn: Connection, origin: Origin) -> list[Trial]:
    """Add the accounts; who they are."""
    found = trials(conn)
    for trial in found:
        account = users.add(conn, origin, trial.email)
        if trial.role is not None:
            roles.grant(conn, origin, account, trial.role, department_code=trial.department)
    return found
