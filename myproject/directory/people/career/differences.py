"""What a change set changed about people and departments: what is believed since, and what no longer is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select

from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from, visible_by_audience
from myproject.models.dated import FOREVER
from myproject.models.department import DepartmentVersion

from .facts import ORDER, Fact
from .story import Story
from .timeline import read

_V = DepartmentVersion.__table__


@dataclass(frozen=True, slots=True)
class CareerDifference:
    """A fact that a change set brought in, or took back (`gone`)."""

    day: date
    """As in a timeline: of what ends, the last day."""
    fact: Fact
    gone: bool


def of_people(
    conn: Connection, clock: Clock, viewer: Viewer, revision: int, employees: Sequence[int]
) -> dict[int, list[CareerDifference]]:
    """What a change set changed in the timelines of some employees, by employee. Two queries.

    Without those of whom the viewer may not know, and without lines to them.
    """
    hidden = hidden_from(conn, clock, viewer)
    employees = [each for each in employees if each not in hidden]
    if not employees:
        return {}
    rows, versions = read(conn, employees, revision, hidden=hidden)
    by_employee = defaultdict(list)
    for row in rows:
        by_employee[row.employee].append(row)
    found = {}
    for employee, mine in by_employee.items():
        seen = visible_by_audience(viewer, employee, None)
        before = _facts(Story([row for row in mine if row.recorded < revision], revision - 1, versions, seen))
        after = _facts(Story(mine, revision, versions, seen))
        new = [CareerDifference(day, fact, gone=False) for day, fact in after if (day, fact) not in before]
        gone = [CareerDifference(day, fact, gone=True) for day, fact in before if (day, fact) not in after]
        found[employee] = sorted([*gone, *new], key=lambda each: (each.day, not each.gone, ORDER[each.fact.what]))
    return found


def _facts(story: Story) -> list[tuple[date, Fact]]:
    return [(day, replace(fact, revision=0, restated=())) for day, _, fact in story.facts()]


DepartmentWhat = Literal["created", "renamed", "moved", "closed"]


@dataclass(frozen=True, slots=True)
class DepartmentDifference:
    """Something about a department that a change set brought in, or took back (`gone`)."""

    day: date
    """The first day on which it is so; of closed, the last day of the department."""
    what: DepartmentWhat
    now: str
    """The name; where it moved, that of the department above, "" for none."""
    was: str
    gone: bool


_ROWS = (
    select(
        _V.c.department_id,
        _V.c.name,
        _V.c.parent_id,
        _V.c.valid_from,
        _V.c.valid_to,
        _V.c.recorded_in,
        _V.c.superseded_in,
    )
    .where(_V.c.department_id.in_(id_list("ids")), _V.c.recorded_in <= bindparam("revision"))
    .order_by(_V.c.department_id, _V.c.valid_from)
)


def of_departments(
    conn: Connection, revision: int, departments: Sequence[int]
) -> dict[int, list[DepartmentDifference]]:
    """What a change set changed about some departments, by department. Two queries."""
    if not departments:
        return {}
    rows = conn.execute(_ROWS, {"ids": list(departments), "revision": revision}).all()
    parents = sorted({row.parent_id for row in rows} - {None})
    above = conn.execute(_ROWS, {"ids": parents, "revision": revision}).all() if parents else []
    names = {row.department_id: row.name for row in above if row.superseded_in > revision}
    mine = defaultdict(list)
    for row in rows:
        mine[row.department_id].append(row)
    found = {}
    for department, versions in mine.items():
        before = list(_events(_known(versions, revision - 1), names))
        after = list(_events(_known(versions, revision), names))
        new = [DepartmentDifference(*event, gone=False) for event in after if event not in before]
        gone = [DepartmentDifference(*event, gone=True) for event in before if event not in after]
        found[department] = sorted([*gone, *new], key=lambda each: (each.day, not each.gone))
    return found


def _known(rows: Iterable[Any], revision: int) -> list[Any]:
    return [row for row in rows if row.recorded_in <= revision < row.superseded_in]


def _events(rows: Sequence[Any], names: Mapping[int, str]) -> Iterator[tuple[date, DepartmentWhat, str, str]]:
    before: Any = None
    for row in rows:
        above = names.get(row.parent_id, "")
        if before is None or before.valid_to < row.valid_from:
            yield row.valid_from, "created", row.name, above
        else:
            if row.name != before.name:
                yield row.valid_from, "renamed", row.name, before.name
            if row.parent_id != before.parent_id:
                yield row.valid_from, "moved", above, names.get(before.parent_id, "")
        if row.valid_to < FOREVER and not any(other.valid_from == row.valid_to for other in rows):
            yield row.valid_to, "closed", row.name, ""
        before = row
