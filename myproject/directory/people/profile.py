"""One employee as a colleague sees them: the card, the jobs, who is around them; or why they are not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import DepartmentNode
from myproject.directory.org_chart.focus import Focus, focus
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import CARD_FIELDS
from myproject.directory.visibility.audience import Viewer, knows, may_see, visible_of
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.dated import FOREVER, known_at, valid_on
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

_E = Employee.__table__
_S = Employment.__table__
_A = Assignment.__table__
_T = JobTitle.__table__
_L = Location.__table__
_K = Skill.__table__
_ES = EmployeeSkill.__table__
_ID: Any = bindparam("id")
_DAY: Any = bindparam("day")


class Workplace(NamedTuple):
    """Where someone sits."""

    id: int
    name: str
    address: str | None
    city: str | None
    country: str | None
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """An assignment on the day shown. What the viewer may not see is None."""

    assignment: int
    primary: bool
    head: bool
    fte: float | None
    """Share of full time."""
    title_id: int | None
    title: str | None
    department: DepartmentNode | None
    place: Workplace | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that the viewer may see of one employee on the day of the clock."""

    id: int
    name: str
    card: dict[str, Any]
    """Fields of the card that hold something and are open to the viewer; the employee number among them."""
    skills: list[tuple[int, str]]
    """Id and name, by name."""
    hired_on: date | None
    last_day: date | None
    """The last day of work here, where it is known."""
    jobs: list[Job]
    """The primary one first."""
    path: list[DepartmentNode]
    """From the root down to the department of the primary job."""
    around: Focus | None
    """Chain, peers, reports and other lines; None where the viewer may not see who reports to whom."""
    age: int | None = None
    """In years; None where it is not known or not open to the viewer."""
    seen: frozenset[str] = frozenset()
    """The fields of this very person that the viewer may see."""

    @property
    def job(self) -> Job | None:
        """The primary job."""
        return self.jobs[0] if self.jobs else None


class Spell(NamedTuple):
    """A period of working here; `last` None has no end."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Absent:
    """Someone who is known but does not work here on the day shown."""

    id: int
    name: str
    spells: list[Spell]
    """When they did and will, the latest first; empty where the viewer may not see it."""


_COLUMNS = tuple(name for name in CARD_FIELDS if name != "skills")


def _person(revision: Any) -> Select[Any]:
    names = ("id", "name", "employee_number", *_COLUMNS, "narrowed")
    spell = (_S.c.employee_id == _E.c.id) & known_at(_S, revision) & valid_on(_S, _DAY)
    return (
        select(*(_E.c[name] for name in names), _S.c.valid_from, _S.c.valid_to)
        .select_from(_E.outerjoin(_S, spell))
        .where(_E.c.id == _ID)
    )


def _jobs(revision: Any) -> Select[Any]:
    return (
        select(
            _A.c.assignment_id,
            _A.c.is_primary,
            _A.c.is_head,
            _A.c.fte,
            _A.c.job_title_id,
            _T.c.name,
            _A.c.department_id,
            _L.c.id,
            _L.c.name,
            _L.c.address,
            _L.c.city,
            _L.c.country,
            _L.c.time_zone,
        )
        .select_from(_A.outerjoin(_T, _T.c.id == _A.c.job_title_id).outerjoin(_L, _L.c.id == _A.c.location_id))
        .where(_A.c.employee_id == _ID, known_at(_A, revision), valid_on(_A, _DAY))
        .order_by(_A.c.is_primary.desc(), _A.c.valid_from, _A.c.assignment_id)
    )


def _spells(revision: Any) -> Select[Any]:
    return (
        select(_E.c.name, _S.c.valid_from, _S.c.valid_to)
        .select_from(_E.join(_S, (_S.c.employee_id == _E.c.id) & known_at(_S, revision)))
        .where(_E.c.id == _ID)
        .order_by(_S.c.valid_from.desc())
    )


_REVISION: Any = bindparam("revision")
_PERSON = {True: _person(None), False: _person(_REVISION)}
_JOBS = {True: _jobs(None), False: _jobs(_REVISION)}
_SPELLS = {True: _spells(None), False: _spells(_REVISION)}
_SKILLS = (
    select(_K.c.id, _K.c.name)
    .join(_ES, _ES.c.skill_id == _K.c.id)
    .where(_ES.c.employee_id == _ID)
    .order_by(_K.c.sort_name)
)


def profile(
    conn: Connection, clock: Clock, viewer: Viewer, employee: int, *, page: int = 1, around: bool = True
) -> Profile | None:
    """Someone who works here on the day of the clock, else None (`absent` tells more). `page` is that of the reports.

    Without `around` the chain, peers and reports are left out: three queries instead of seven. Somebody of whom the
    viewer may not know has no profile.
    """
    if not knows(conn, clock, viewer, employee):
        return None
    known_now = clock.known is None
    values = {"id": employee, **_values(clock)}
    row = conn.execute(_PERSON[known_now], values).first()
    if row is None or row.valid_from is None:
        return None
    seen = visible_of(conn, clock, viewer, employee, row.narrowed)
    card = {name: getattr(row, name) for name in ("employee_number", *_COLUMNS) if name in seen}
    jobs = _read_jobs(conn, clock, seen, values)
    chart = focus(conn, clock, viewer, employee, page=page) if around and may_see(viewer, "manager") else None
    tree = department_tree.tree(conn, clock, counts=False)
    department = jobs[0].department if jobs else None
    return Profile(
        row.id,
        row.name,
        {name: value for name, value in card.items() if value not in (None, "", [])},
        [(key, name) for key, name in conn.execute(_SKILLS, {"id": employee})] if "skills" in seen else [],
        row.valid_from if "hired_on" in seen else None,
        row.valid_to - ONE_DAY if "left_on" in seen and row.valid_to < FOREVER else None,
        jobs,
        tree.path_of(department.id) if department else [],
        chart,
        age_of(clock, seen, row.date_of_birth),
        seen,
    )


def age_of(clock: Clock, seen: frozenset[str], birth: date | None) -> int | None:
    """Age on the day shown; for who may not see the birth date, today: days to choose from would tell it."""
    if birth is None or "age" not in seen:
        return None
    day = clock.as_of if "date_of_birth" in seen else clock.today
    return max(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)), 0)


def _read_jobs(conn: Connection, clock: Clock, seen: frozenset[str], values: dict[str, Any]) -> list[Job]:
    tree = department_tree.tree(conn, clock, counts=False)
    jobs = []
    for row in conn.execute(_JOBS[clock.known is None], values):
        assignment, primary, head, fte, title_id, title, department, *place = row
        titled = "job_title" in seen
        jobs.append(
            Job(
                assignment,
                primary,
                head and "is_head" in seen,
                fte if "fte" in seen else None,
                title_id if titled else None,
                title if titled else None,
                tree.get(department) if "department" in seen else None,
                Workplace(*place) if "location" in seen and place[0] is not None else None,
            )
        )
    return jobs


ONE_DAY = timedelta(days=1)


def absent(conn: Connection, clock: Clock, viewer: Viewer, employee: int) -> Absent | None:
    """Why someone has no profile on the day: when they do work here. None for who was never known to, by then, and for
    who is nobody to the viewer."""
    if not knows(conn, clock, viewer, employee):
        return None
    rows = conn.execute(_SPELLS[clock.known is None], {"id": employee, **_known(clock)}).all()
    if not rows:
        return None
    spells = [Spell(start, None if end == FOREVER else end - ONE_DAY) for _, start, end in rows]
    open_ = {"hired_on", "left_on"} <= visible_of(conn, clock, viewer, employee, None)
    return Absent(employee, rows[0].name, spells if open_ else [])


def _known(clock: Clock) -> dict[str, Any]:
    return {} if clock.known is None else {"revision": clock.revision}


def _values(clock: Clock) -> dict[str, Any]:
    return {"day": clock.as_of, **_known(clock)}


DAYS = {
    "mon": marked("Mon"),
    "tue": marked("Tue"),
    "wed": marked("Wed"),
    "thu": marked("Thu"),
    "fri": marked("Fri"),
    "sat": marked("Sat"),
    "sun": marked("Sun"),
}
"""The days of the week as they are stored -> as pages call them."""


def days_in_words(days: Sequence[str]) -> str:
    """Working days as one reads them: "Mon–Thu", "Mon, Wed–Fri"."""
    order = list(DAYS)
    places = sorted({order.index(day) for day in days if day in DAYS})
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    named = [[_(DAYS[order[place]]) for place in run] for run in runs]
    return _(", ").join(f"{run[0]}–{run[-1]}" if len(run) > 2 else _(", ").join(run) for run in named)
