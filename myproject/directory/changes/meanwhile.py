"""Whether what others wrote since a working copy was made collides with what was planned on it.

Two change sets go by each other where neither touches what the other leans on: then it is the same in which order they
are written. What is unique (numbers, codes, names) is left to the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, FromClause, or_, select

from myproject.models.change_set import ChangeItem
from myproject.models.dated import OPEN_REVISION
from myproject.models.department import DepartmentVersion
from myproject.models.employment import Assignment, Employment, ReportingLine

from .prepared_changes import PreparedChanges

_EMPLOYMENT = Employment.__table__
_ASSIGNMENT = Assignment.__table__
_LINE = ReportingLine.__table__
_VERSION = DepartmentVersion.__table__
_ITEM = ChangeItem.__table__

_NAMES = frozenset({"given_name", "family_name", "preferred_name"})
"""Fields that make one name, which is stored as well."""
_ONE = dict.fromkeys(_NAMES, "name")


class Outdated(Exception):
    """Others have changed what a plan leans on: it has to be made again."""


@dataclass(slots=True)
class Touched:
    """What change sets changed, and what that leans on: ids."""

    people: set[int] = field(default_factory=set)
    """Whose dated rows."""
    employed: set[int] = field(default_factory=set)
    """Of these, whose employment."""
    reporting: set[int] = field(default_factory=set)
    """Of these, whose solid line."""
    managers: set[int] = field(default_factory=set)
    """To whom their lines are."""
    departments: set[int] = field(default_factory=set)
    """Whose names, places or days."""
    named_departments: set[int] = field(default_factory=set)
    """Where people are, and which are above the departments."""
    named_locations: set[int] = field(default_factory=set)
    fields: set[tuple[str, int, str]] = field(default_factory=set)
    """Undated values: kind of thing, its id, the name of the field."""


def touched(conn: Connection, after: int) -> Touched:
    """What the change sets after a revision touched."""
    found = Touched()
    for (employee,) in conn.execute(select(_EMPLOYMENT.c.employee_id).where(_since(_EMPLOYMENT, after))):
        found.people.add(employee)
        found.employed.add(employee)
    columns = _ASSIGNMENT.c
    query = select(columns.employee_id, columns.department_id, columns.location_id)
    for employee, department, location in conn.execute(query.where(_since(_ASSIGNMENT, after))):
        found.people.add(employee)
        found.named_departments.add(department)
        if location is not None:
            found.named_locations.add(location)
    query = select(_LINE.c.employee_id, _LINE.c.manager_id, _LINE.c.kind)
    for employee, manager, kind in conn.execute(query.where(_since(_LINE, after))):
        found.people.add(employee)
        found.managers.add(manager)
        if kind == "solid":
            found.reporting.add(employee)
    for department, parent in conn.execute(
        select(_VERSION.c.department_id, _VERSION.c.parent_id).where(_since(_VERSION, after))
    ):
        found.departments.add(department)
        if parent is not None:
            found.named_departments.add(parent)
    for item in conn.execute(select(_ITEM).where(_ITEM.c.revision > after)).mappings():
        names = {_ONE.get(name, name) for name in (item["details"] or {}).get("changes") or ()}
        for kind in ("employee", "department", "location"):
            if (id_ := item[f"{kind}_id"]) is not None:
                found.fields.update((kind, id_, name) for name in names)
    return found


def _since(table: FromClause, after: int) -> Any:
    superseded = (table.c.superseded_in > after) & (table.c.superseded_in < OPEN_REVISION)
    return or_(table.c.recorded_in > after, superseded)


def collision(prepared: PreparedChanges, mine: Touched, theirs: Touched) -> str | None:
    """What stands in the way of writing what was prepared after what others wrote; None where nothing does.

    mine: what was touched on the copy. theirs: what was touched in the directory since it was made.
    """

    def both(one: set[int], other: set[int], series: str) -> bool:
        # Ids that are new on both sides are of different things.
        return any(prepared.is_old(id_, series) for id_ in one & other)

    def old(ids: set[int]) -> bool:
        return any(prepared.is_old(id_, "employees") for id_ in ids)

    closed = {id_ for kind, id_, name in theirs.fields if kind == "location" and name == "closed"}
    found = {
        "the same people": both(mine.people, theirs.people, "employees"),
        "when managers work here": both(mine.managers, theirs.employed, "employees")
        or both(mine.employed, theirs.managers, "employees"),
        # A circle may close over lines of which each by itself closes none.
        "who reports to whom": old(mine.reporting) and old(theirs.reporting),
        "the departments": bool(mine.departments and theirs.departments)
        or both(mine.named_departments, theirs.departments, "departments")
        or both(mine.departments, theirs.named_departments, "departments"),
        "the locations": both(mine.named_locations, closed, "locations"),
        "the same fields": any(prepared.is_old(id_, f"{kind}s") for kind, id_, _ in mine.fields & theirs.fields),
    }
    return next((what for what, collides in found.items() if collides), None)
