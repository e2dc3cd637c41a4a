"""What a reviewer should know besides the change itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from myproject.accounts import users
from myproject.directory.people import profile as profiles
from myproject.directory.people.profile import Profile
from myproject.directory.visibility.audience import hidden_from
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.models.employee import Employee
from myproject.web.request import NO_CLOCK, Request

_E = Employee.__table__


def follows(request: Request, person: Profile | None, form: Any) -> Iterator[str]:
    """What follows from somebody's leaving besides, in sentences."""
    if person is not None:
        day = day_text(form.last_day)
        for job in person.jobs:
            if job.head and job.department is not None:
                yield _("%(department)s has no head after %(day)s.", department=job.department.name, day=day)
        if users.of_employee(request.read, person.id) is not None:
            yield _("Their account can be used until %(day)s.", day=day)


def alike(request: Request, form: Any) -> list[tuple[str, str, str]]:
    """People who may be the same: name, when they were here, the address of the form that takes them on again."""
    same = (_E.c.given_name == form.given_name) & (_E.c.family_name == form.family_name)
    if form.email:
        same |= _E.c.email == form.email
    hidden, found = hidden_from(request.read, request.today_clock, request.viewer), []
    for row in request.read.execute(select(_E.c.id, _E.c.name).where(same).order_by(_E.c.id).limit(10)):
        if row.id in hidden:
            continue
        absent = profiles.absent(request.read, request.today_clock, request.viewer, row.id)
        if absent is None:
            found.append((row.name, _("works here"), request.link("employee", NO_CLOCK, id=row.id)))
            continue
        last = absent.spells[0].last if absent.spells else None
        words = _("left %(day)s", day=day_text(last)) if last else _("worked here before")
        link = request.link("career.act", _rehire_query(form), id=row.id, action="rehire")
        found.append((row.name, words, link))
    return found


def _rehire_query(form: Any) -> Mapping[str, Any]:
    names = ("on", "department", "location", "job_title", "manager", "fte")
    return NO_CLOCK | {name: str(value) for name in names if (value := getattr(form, name))}
