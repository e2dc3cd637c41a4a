"""The filters of lists of people, each declared once.

The query parameter of the page and of the API, its description in OpenAPI, the refusal where its field is hidden, the
conditions in SQL for today and for other days, the values to choose from, the form, the chips above the list and the
audit entry of an export are derived from the declaration. A new filter is one declaration here, and an index.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sqlalchemy import Column, FromClause

from myproject.language.texts import marked
from myproject.models.employee import EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle, Skill

_P, _A = Present.__table__.c, Assignment.__table__.c


@dataclass(frozen=True, slots=True)
class InTree:
    """The value is a department, given by its id, path, code or name; those below are included."""


@dataclass(frozen=True, slots=True)
class InTable:
    """The value is a row of a table, given by its id or its name."""

    table: FromClause
    given_as: Column[str] | None = None
    """Another column that may be given, matched exactly."""
    recorded: Column[int] | None = None
    """Column of a table with `employee_id` that ever held the value: one recorded of hidden people only stays unknown.
    None: everyone may know all values."""


@dataclass(frozen=True, slots=True)
class OfPerson:
    """The value is the id of an employee."""


@dataclass(frozen=True, slots=True)
class FromDay:
    """The value is the first day of a range, or the last one, both included."""

    range: str
    """The order of the list by the same column."""
    end: Literal["first", "last"]


@dataclass(frozen=True)
class ListFilter:
    """A filter. A text of `_(...)` is marked, and translated where it is shown."""

    name: str
    """Query parameter, and attribute of `Filters`."""
    field: str
    """Field whose audience may use the filter."""
    description: str
    """For the reference of the API."""
    label: str
    values: InTree | InTable | OfPerson | FromDay
    column: Column[int]
    """Column of `present`, or of a table of pairs with `employee_id`, that holds the value today."""
    dated: Column[int] | None = None
    """Column of a dated table that holds it on other days; None where it has no history."""
    most: int = 1
    """How many values may be given; all must fit."""
    any: str = ""
    """The choice of no value; "" where the form has no field of its own."""
    another: str = ""
    """The same, if a value is chosen already."""
    unknown: str = ""
    """Message for a value that does not exist."""
    choose: str = ""
    """Remedy for it."""

    @cached_property
    def linked(self) -> bool:
        """Whether the values are in a table of pairs, several per person, instead of `present`."""
        return self.column.table is not Present.__table__

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Names of the filter's conditions in a statement: one per value."""
        return (self.name,) if self.most == 1 else tuple(f"{self.name}_{n}" for n in range(self.most))

    @cached_property
    def indexed_on_other_days(self) -> bool:
        """Whether an index of the dated table begins with the column."""
        if self.dated is None:
            return True
        return any(next(iter(index.columns)) is self.dated for index in self.dated.table.indexes)


_DECLARED = (
    ListFilter(
        "department",
        "department",
        "In this department and all below it: its id, path, code or name.",
        marked("Department"),
        InTree(),
        _P.department_id,
        _A.department_id,
        any=marked("All departments"),
        unknown=marked("There is no department “%(name)s”."),
        choose=marked("Choose a department from the list, or leave it out."),
    ),
    ListFilter(
        "location",
        "location",
        "At this place of work: its id, code or name.",
        marked("Location"),
        InTable(Location.__table__, Location.__table__.c.code),
        _P.location_id,
        _A.location_id,
        any=marked("All locations"),
        unknown=marked("There is no location “%(name)s”."),
        choose=marked("Choose a location from the list, or leave it out."),
    ),
    ListFilter(
        "job_title",
        "job_title",
        "With this job title: its id or its words.",
        marked("Job title"),
        InTable(JobTitle.__table__, JobTitle.__table__.c.name, recorded=_A.job_title_id),
        _P.job_title_id,
        _A.job_title_id,
        any=marked("All job titles"),
        unknown=marked("There is no job title “%(name)s”."),
        choose=marked("Choose a job title from the list, or leave it out."),
    ),
    ListFilter(
        "manager",
        "manager",
        "Who report to this employee, by the solid line of the primary assignment.",
        marked("Reports to"),
        OfPerson(),
        _P.manager_id,
        ReportingLine.__table__.c.manager_id,
        unknown=marked("There is no employee %(name)s."),
        choose=marked("Search for the manager by name."),
    ),
    ListFilter(
        "skill",
        "skills",
        "With this skill, by its id or name; given several times, with all of them.",
        marked("Skill"),
        InTable(Skill.__table__, recorded=EmployeeSkill.__table__.c.skill_id),
        EmployeeSkill.__table__.c.skill_id,
        most=4,
        any=marked("Any skill"),
        another=marked("And another skill"),
        unknown=marked("There is no skill “%(name)s”."),
        choose=marked("Choose a skill from the list, or leave it out."),
    ),
    ListFilter(
        "hired_on_from",
        "hired_on",
        "Who joined on this day or later.",
        marked("Joined from"),
        FromDay("hired_on", "first"),
        _P.hired_on,
        Employment.__table__.c.valid_from,
    ),
    ListFilter(
        "hired_on_to",
        "hired_on",
        "Who joined on this day or earlier.",
        marked("Joined until"),
        FromDay("hired_on", "last"),
        _P.hired_on,
        Employment.__table__.c.valid_from,
    ),
)

FILTERS: dict[str, ListFilter] = {each.name: each for each in _DECLARED}
"""Every filter by its name, in the order of forms and chips."""
CONDITIONS: dict[str, ListFilter] = {name: each for each in _DECLARED for name in each.conditions}
"""Name of a condition in a statement -> its filter."""


def range_of(condition: str) -> str | None:
    """The range of days that a condition is an end of."""
    declared = CONDITIONS.get(condition)
    return declared.values.range if declared is not None and isinstance(declared.values, FromDay) else None
