"""Roles and accounts as pages tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from myproject.accounts.roles import Grant, Role
from myproject.directory import departments
from myproject.directory.audience import hidden_from
from myproject.directory.hidden import Hidden
from myproject.pages.rows import day_in_words
from myproject.request import Request

ROLES: dict[str, str] = {
    Role.EMPLOYEE: "Employee",
    Role.EDITOR: "Editor",
    Role.PEOPLE_TEAM: "People team",
    Role.ADMINISTRATOR: "Administrator",
}
MEANING: dict[str, str] = {
    Role.EDITOR: "Edits the cards of everyone in a department and all below it, and what is said about these.",
    Role.PEOPLE_TEAM: "Edits every card and department, sees what is kept to the people team, sends invitations.",
    Role.ADMINISTRATOR: "Does all that the people team does, manages accounts and roles, reads the audit log.",
}
"""What a role lets one do."""


class Held(NamedTuple):
    """A role that somebody has."""

    grant: Grant
    role: str
    """In words."""
    department: str
    """The names on the way to the department; "" for other roles."""
    department_url: str
    """"" where it doesn't exist today."""
    expired: bool
    until: str
    """The last day, or the moment, until which it holds, in words; "" where it doesn't end."""
    person_url: str


def held(request: Request, grants: Iterable[Grant]) -> list[Held]:
    """Grants with what pages show of them; those of people of whom the viewer may not know are left out."""
    tree = departments.tree(request.conn, request.today_clock, counts=False)
    unknown = hidden(request)
    found = []
    for grant in grants:
        if grant.employee_id in unknown:
            continue
        node = tree.get(grant.department_id)
        path = tree.path_of(node.id) if node else []
        found.append(
            Held(
                grant,
                ROLES[grant.role],
                " / ".join(each.name for each in path) or (grant.department or ""),
                request.link("departments", traverse=node.path.split("/")) if node else "",
                grant.expires_at is not None and grant.expires_at <= request.now,
                until_in_words(grant.expires_at, request.zone) if grant.expires_at else "",
                request.link("employee", id=grant.employee_id) if grant.employee_id else "",
            )
        )
    return found


def until_in_words(moment: datetime, zone: tzinfo) -> str:
    """Until when something holds that expires at a moment: midnight is the end of the day before."""
    there = moment.astimezone(zone)
    if there.time() == time():
        return day_in_words(there.date() - timedelta(days=1))
    return f"{day_in_words(there.date())}, {there:%H:%M}"


def hidden(request: Request) -> Hidden:
    """The employees of whom the viewer may know nothing."""
    return hidden_from(request.conn, request.today_clock, request.viewer)


def short(roles: Sequence[Held]) -> str:
    """Roles in a line: "Administrator, editor of Platform"."""
    words = [
        f"editor of {each.grant.department}" if each.grant.department_id else each.role.lower()
        for each in roles
        if not each.expired
    ]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]
