"""A form of careers, for one request: whom it is about, and what it begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from myproject.directory.changes.planning.careers import absence_text
from myproject.directory.people import profile as profiles
from myproject.directory.people.profile import Profile
from myproject.directory.schema.clock import clock_now
from myproject.directory.visibility.audience import hidden_from, knows
from myproject.directory.visibility.hidden_people import Hidden
from myproject.language.texts import gettext as _
from myproject.models.dated import is_current, valid_on
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.pages.people.profile import no_employee
from myproject.web.problems import not_found
from myproject.web.request import Request

from . import numbers, references
from .catalogue import ACTIONS, HIRE, PrefillQuery, begin
from .forms import Action

_A = Assignment.__table__
_S = Employment.__table__
_HEAD = (
    select(_A.c.employee_id)
    .where(is_current(_A), _A.c.department_id == bindparam("department"), _A.c.is_head, valid_on(_A, bindparam("day")))
    .order_by(_A.c.id)
    .limit(1)
)
_L = ReportingLine.__table__
_BEGINS = {
    fact: select(table.c.id).where(
        is_current(table),
        table.c.employee_id == bindparam("employee"),
        table.c.valid_from == bindparam("day"),
        *more,
    )
    for fact, table, more in (
        ("employment", _S, ()),
        ("assignment", _A, (_A.c.is_primary,)),
        ("reporting_line", _L, (_L.c.kind == "solid",)),
    )
}
TWO = 2


@dataclass
class ActionPage:
    """A form, for one request."""

    request: Request
    action: Action
    employee: int | None
    """Whom it is about; None of somebody new."""
    person: Profile | None
    """As they are today; None of who does not work here."""
    name: str
    reports: list[Any] = field(default_factory=list)
    """Who reports to a leaver: the first of them."""
    day: date | None = None
    """Of a correction: the day."""
    more_reports: int = 0
    """How many more there are."""
    offers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Control -> those who may be meant by what was typed."""

    @property
    def title(self) -> str:
        """The heading."""
        title = _(self.action.title, name=self.name)
        return f"{title}: {self.name}" if self.action.second else title

    @property
    def roles(self) -> list[tuple[int, str]]:
        """The roles beside the main one, in words."""
        jobs = self.person.jobs[1:] if self.person is not None else []
        return [
            (job.assignment, ", ".join(filter(None, (job.title, job.department.name if job.department else None))))
            for job in jobs
        ]

    @property
    def before(self) -> dict[str, str]:
        """What the form begins with."""
        request, job = self.request, self.person.job if self.person is not None else None
        boss = self.person.around.chain[-1] if self.person and self.person.around and self.person.around.chain else None
        texts = {
            "department": references.department_text(request, job.department.id if job and job.department else None),
            "location": references.location_text(request, job.place.id if job and job.place else None),
            "job_title": (job.title if job else None) or "",
            "manager": references.person_text(request, boss.id) if boss is not None else "",
        }
        values = begin(self.action, self.person, self.day or request.today, texts)
        if self.action is HIRE:
            values["employee_number"] = numbers.next_number(request.read, hidden_people(request))
        return values


def action_page(request: Request) -> ActionPage:
    action = ACTIONS.get(request.matchdict["action"])
    number = int(request.matchdict["id"])
    if action is None:
        raise not_found(_("There is no such action."), _("Choose one from the menu of the profile."))
    clock = request.today_clock
    if not knows(request.read, clock, request.viewer, number):
        raise no_employee(number)
    if action.dated:
        return _recorded(request, action, number)
    person = profiles.profile(request.read, clock, request.viewer, number)
    former = profiles.absent(request.read, clock, request.viewer, number) if person is None else None
    if person is None and former is None:
        raise no_employee(number)
    if action.former:
        if person is not None:
            message = _("%(name)s works here already.", name=person.name)
            raise not_found(message, _("Change the job instead."))
        assert former is not None
        return ActionPage(request, action, number, None, former.name)
    if person is None:
        raise not_found(_("This person does not work here today."), _("Rehire them instead."))
    if action.second and len(person.jobs) < TWO:
        raise not_found(_("This person has one role only."), _("Add a second role, or change the job."))
    career = ActionPage(request, action, number, person, person.name)
    if action.name == "leave" and person.around is not None:
        career.reports = list(person.around.reports.items)
        career.more_reports = person.around.reports.total - len(career.reports)
    return career


def _recorded(request: Request, action: Action, number: int) -> ActionPage:
    """The form for what is recorded of somebody for a day, which the address or the form names."""
    asked: Any = PrefillQuery.of(request) if request.method == "GET" else None
    day = (asked.on if asked is not None else _day(request.POST.get("on"))) or request.today
    clock = clock_now(request.read, request.today, day)
    person = profiles.profile(request.read, clock, request.viewer, number)
    if person is None:
        known = profiles.absent(request.read, clock, request.viewer, number)
        if known is None:
            raise no_employee(number)
        raise not_found(absence_text(known.name, day), _("Choose another day."))
    return ActionPage(request, action, number, person, person.name, day=day)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def begins(career: ActionPage) -> frozenset[str]:
    """The facts of somebody that begin on the day of a correction."""
    at = {"employee": career.employee, "day": career.day}
    return frozenset(fact for fact, query in _BEGINS.items() if career.request.read.execute(query, at).first())


def head_of(career: ActionPage, department: int | None, day: date) -> int | None:
    """Who heads a department on a day, where the viewer may know of them."""
    found = career.request.read.execute(_HEAD, {"department": department, "day": day}).scalar()
    return found if found != career.employee and found not in hidden_people(career.request) else None


def hidden_people(request: Request) -> Hidden:
    """Those of whom the viewer may not know."""
    return hidden_from(request.read, request.today_clock, request.viewer)
