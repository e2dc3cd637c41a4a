"""Roles and accounts as pages tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from myproject.accounts.permissions import ROLES, Role
from myproject.accounts.roles import Grant
from myproject.directory.departments import department_tree
from myproject.directory.visibility.audience import hidden_from
from myproject.directory.visibility.hidden_people import Hidden
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import moment_text
from myproject.web.request import Request


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
    tree = department_tree.tree(request.conn, request.today_clock, counts=False)
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
                _(ROLES[Role(grant.role)].label),
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
        return day_text(there.date() - timedelta(days=1))
    return moment_text(there)


def hidden(request: Request) -> Hidden:
    """The employees of whom the viewer may know nothing."""
    return hidden_from(request.conn, request.today_clock, request.viewer)


def role_text(role: str, department: str | None = None) -> str:
    """A role and what it is for: "Administrator", "Editor of Platform"."""
    info = ROLES[Role(role)]
    return _(info.label_of, department=department) if department and info.for_department else _(info.label)


def short(roles: Sequence[Held]) -> str:
    """Roles in a line: "Administrator, Editor of Platform"."""
    return _(", ").join(role_text(each.grant.role, each.grant.department) for each in roles if not each.expired)
