"""The part of the organisation that a plan touches, held in memory and changed there.

Verbs change a draft; what is to be written is the difference between its rows and those stored. Everything a list of
verbs names is loaded with a handful of queries, however long the list is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from myproject.directory.visibility.hidden_people import NOBODY, Hidden
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.dated import FOREVER

from .place_drafts import DepartmentDraft, LocationDraft, Places, Stored
from .rows import AssignmentRow, EmploymentRow, LineRow, joined, row_on


class Refusal(Exception):
    """A verb can't be done. `field` names its part that is at fault; `remedy` says what to do.

    `hidden`: what stands in the way is about somebody of whom whoever plans may not know.
    Of an undo: `since` is the change set that said something else since, `about` whose part can't be taken back.
    """

    def __init__(
        self,
        field: str | None,
        message: str,
        remedy: str = "",
        *,
        hidden: bool = False,
        since: int | None = None,
        about: str = "",
    ) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.remedy = remedy
        self.hidden = hidden
        self.since = since
        self.about = about


@dataclass(slots=True, eq=False)
class Career:
    """Everything dated about one employee."""

    id: int
    number: str
    name: str
    stored: Stored = field(default_factory=dict)
    employment: list[EmploymentRow] = field(default_factory=list)
    assignments: list[AssignmentRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    card: dict[str, Any] | None = None
    """Values to write into the employee's own row: all of them where `new`, else those that change."""
    skills: list[int] | None = None
    """The skills to have from now on; None leaves them."""
    new: bool = False
    hidden: bool = False
    """Whether whoever plans may not know of this employee: no verb can name them, and no message does."""

    def rows(self) -> Iterator[EmploymentRow | AssignmentRow | LineRow]:
        yield from self.employment
        yield from self.assignments
        yield from self.lines

    def employed_on(self, day: date) -> EmploymentRow | None:
        return row_on(self.employment, day)

    def primary_on(self, day: date) -> AssignmentRow | None:
        return row_on((row for row in self.assignments if row.is_primary), day)

    def assignment_rows(self, assignment: int) -> list[AssignmentRow]:
        return [row for row in self.assignments if row.assignment_id == assignment]

    def replace_assignment(self, assignment: int, rows: list[AssignmentRow]) -> None:
        self.assignments = [row for row in self.assignments if row.assignment_id != assignment] + rows

    @property
    def label(self) -> str:
        return _("someone") if self.hidden else f"{self.name} ({self.number})"


@dataclass(slots=True, eq=False)
class Item:
    """What a change set keeps of one verb."""

    verb: str
    employee_id: int | None = None
    department_id: int | None = None
    location_id: int | None = None
    effective: date | None = None
    changes: dict[str, list[Any]] | None = None


LINE_KINDS = {
    "solid": marked("solid line"),
    "dotted": marked("dotted line"),
    "acting": marked("acting line"),
}
"""What a reporting line of each kind is called in a sentence."""
SERIES = ("employees", "departments", "locations", "job_titles", "skills", "assignments", "rows")


@dataclass(slots=True, eq=False)
class Draft:
    """The working copy of a plan.

    `counter` holds the last id given out in each series; `touched` who was changed by which verb (its position).
    """

    today: date
    revision: int
    counter: dict[str, int]
    writes: bool = False
    """Whether the plan is to be applied in this transaction; a dry run must wait for nobody."""
    places: Places = field(default_factory=Places)
    careers: dict[int, Career] = field(default_factory=dict)
    by_number: dict[str, int] = field(default_factory=dict)
    job_titles: dict[str, int] = field(default_factory=dict)
    new_job_titles: dict[str, int] = field(default_factory=dict)
    skills: dict[str, int] = field(default_factory=dict)
    """Folded skill -> id."""
    new_skills: dict[int, str] = field(default_factory=dict)
    skills_of: dict[int, list[int]] = field(default_factory=dict)
    """The skills that an employee whose card is edited has."""
    cards: dict[int, dict[str, Any]] = field(default_factory=dict)
    """The stored cards of the employees whose card is edited, with `employee_number`."""
    external_ids: dict[str, int] = field(default_factory=dict)
    """External identifier -> who has it, for those that verbs name."""
    incoming: dict[int, set[int]] = field(default_factory=dict)
    """Manager -> employees with a line to them, for the managers whose employment a verb may shorten."""
    touched: dict[int, int] = field(default_factory=dict)
    touched_departments: dict[int, int] = field(default_factory=dict)
    touched_locations: dict[int, int] = field(default_factory=dict)
    effective: set[int] = field(default_factory=set)
    """Positions of the verbs that changed something; a verb that restates what is so is not among them."""
    position: int = 0
    hidden_people: Hidden = NOBODY
    """The employees of whom whoever plans may not know: to them a verb that names one names nobody."""
    unique_mail: bool = False
    """Whether a mail address that is given to somebody must be nobody else's; sheets hold shared ones."""
    _undo: list[Any] = field(default_factory=list)

    @property
    def departments(self) -> dict[int, DepartmentDraft]:
        """All departments by id."""
        return self.places.departments

    @property
    def locations(self) -> dict[int, LocationDraft]:
        """All locations by id."""
        return self.places.locations

    def next_id(self, series: str) -> int:
        self.counter[series] += 1
        return self.counter[series]

    # References. A verb names things by id or by natural key; either may be new in this very plan.

    def career(self, ref: int | str, field: str = "employee") -> Career:
        key = self.by_number.get(ref) if isinstance(ref, str) else ref
        career = self.careers.get(key) if key is not None else None
        if career is None or career.hidden:
            message = (
                _("There is no employee with the number %(number)s.", number=ref)
                if isinstance(ref, str)
                else _("There is no employee %(id)s.", id=ref)
            )
            raise Refusal(field, message, _("Check the number, or add that person first."))
        return career

    def known_lines(self, career: Career) -> list[LineRow]:
        """The reporting lines of an employee, but for those to managers of whom whoever plans may not know."""
        return [line for line in career.lines if line.manager_id not in self.hidden_people]

    def department(self, ref: int | str, field: str = "department") -> DepartmentDraft:
        key = self.places.by_code.get(ref) if isinstance(ref, str) else ref
        department = self.departments.get(key) if key is not None else None
        if department is None:
            message = (
                _("There is no department with the code %(code)s.", code=ref)
                if isinstance(ref, str)
                else _("There is no department %(id)s.", id=ref)
            )
            raise Refusal(field, message, _("Check the code, or create the department first."))
        return department

    def location(self, ref: int | str, field: str = "location") -> LocationDraft:
        key = self.places.by_location_code.get(ref) if isinstance(ref, str) else ref
        location = self.locations.get(key) if key is not None else None
        if location is None or location.closed:
            message = (
                _("There is no location with the code %(code)s.", code=ref)
                if isinstance(ref, str)
                else _("There is no location %(id)s.", id=ref)
            )
            raise Refusal(field, message, _("Check the code, or create the location first."))
        return location

    def job_title(self, name: str | None) -> int | None:
        """The id of a job title, which comes into being with its first use."""
        if name is None:
            return None
        found = self.job_titles.get(name)
        if found is None:
            found = self.job_titles[name] = self.new_job_titles[name] = self.next_id("job_titles")
        return found

    def add_department(self, department: DepartmentDraft) -> None:
        """Take in a new one, so that verbs may name it. It goes when the next plan begins, unless it was written."""
        self.places.departments[department.id] = department
        self.places.by_code[department.code] = department.id
        self.places.doubtful.add(department.id)

    def reserve(self, table: dict[Any, int], key: Any, value: int) -> None:
        """Note a key as given away, until the verb is refused."""
        before = table.get(key)
        self._undo.append((table, key, before))
        table[key] = value

    # Changing. A verb that is refused half-way leaves no trace: what it touched first is put back.

    def touch(self, career: Career) -> Career:
        self._undo.append(
            (career, career.employment, career.assignments, career.lines, career.card, career.skills, career.name)
        )
        self.touched[career.id] = self.position
        return career

    def touch_department(self, department: DepartmentDraft) -> DepartmentDraft:
        self._undo.append((department, department.versions, department.values))
        self.touched_departments[department.id] = self.position
        self.places.doubtful.add(department.id)
        return department

    def touch_location(self, location: LocationDraft) -> LocationDraft:
        self._undo.append((location, location.name, location.closed, location.values))
        self.touched_locations[location.id] = self.position
        return location

    @contextmanager
    def step(self, position: int) -> Iterator[None]:
        """One verb. Lists are replaced, never changed in place, so that the old ones can be put back.

        Rows of one career that touch and say the same are made one: a row lasts until something changes.
        """
        self.position = position
        self._undo = []
        try:
            yield
            for item in self._undo:
                if isinstance(item[0], Career):
                    item[0].assignments, item[0].lines = joined(item[0].assignments), joined(item[0].lines)
            # Reversed, so that of what was touched more than once the first state is compared.
            if any(map(_changed_since, {id(item[0]): item for item in reversed(self._undo)}.values())):
                self.effective.add(position)
        except Refusal:
            for item in reversed(self._undo):
                match item:
                    case (Career() as career, employment, assignments, lines, card, skills, name):
                        career.employment, career.assignments, career.lines = employment, assignments, lines
                        career.card, career.skills, career.name = card, skills, name
                    case (DepartmentDraft() as department, versions, values):
                        department.versions, department.values = versions, values
                    case (LocationDraft() as location, name, closed, values):
                        location.name, location.closed, location.values = name, closed, values
                    case (dict() as table, key, None):
                        del table[key]
                    case (dict() as table, key, before):
                        table[key] = before
            raise


def _changed_since(before: Any) -> bool:
    """Whether something is not as it was when a verb touched it: `before` is what `Draft.touch` and its kin kept."""
    match before:
        case (Career() as career, employment, assignments, lines, card, skills, _):
            rows = {*employment, *assignments, *lines}
            return (card or {}, skills) != (career.card or {}, career.skills) or rows != set(career.rows())
        case (DepartmentDraft() as department, versions, values):
            return (values or {}) != (department.values or {}) or set(versions) != set(department.versions)
        case (LocationDraft() as location, _, _, values):
            return (values or {}) != (location.values or {})
    return False


def period_words(start: date, end: date) -> str:
    """A period for a person: "from 1 Apr 2026", "from 1 Apr 2026 to 31 May 2026"."""
    if end == FOREVER:
        return _("from %(start)s", start=day_text(start))
    last = date.fromordinal(end.toordinal() - 1)
    return _("from %(start)s to %(last)s", start=day_text(start), last=day_text(last))
