"""The people of an org chart: what each page of it shows of someone, and who is above whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from myproject.directory.departments.department_tree import DepartmentNode, tree
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, may_see
from myproject.directory.visibility.reporting_lines import lines_for

from .chart_corrections import chart_corrections
from .report_counts import report_counts


class NotShownError(Exception):
    """The viewer may not see who reports to whom."""


@dataclass(frozen=True, slots=True)
class ChartPerson:
    """Someone on the chart. What the viewer may not see is None."""

    id: int
    name: str
    title: str | None
    department: DepartmentNode | None
    manager: int | None
    reports: int
    """How many report directly."""
    below: int
    """How many are anywhere below."""


def chart_people(rows: Iterable[Sequence[Any]], conn: Connection, clock: Clock, viewer: Viewer) -> list[ChartPerson]:
    """Rows that begin with the columns `lines.PERSON` as people; rows of nobody are dropped, and of the hidden."""
    departments = tree(conn, clock, counts=False) if may_see(viewer, "department") else None
    titles = may_see(viewer, "job_title")
    counts: Mapping[int, tuple[int, int]] | None = None if clock.present else report_counts(conn, clock).counts
    covered = chart_corrections(conn, clock, viewer)
    people = []
    for key, name, title, department, manager, _sort, reports, below, *_ in rows:
        # The outer joins leave an empty row where someone has no assignment on the day.
        if key is None or department is None:
            continue
        if counts is not None:
            reports, below = counts.get(key, (0, 0))
        if covered:
            if key in covered.hidden:
                continue
            manager = None if manager in covered.hidden else manager
            fewer = covered.fewer.get(key, (0, 0))
            reports, below = reports - fewer[0], below - fewer[1]
        people.append(
            ChartPerson(
                key,
                name,
                title if titles else None,
                departments.get(department) if departments is not None else None,
                manager,
                reports,
                below,
            )
        )
    return people


def check(viewer: Viewer) -> None:
    """Raise `NotShownError` unless the viewer may see who reports to whom."""
    if not may_see(viewer, "manager"):
        raise NotShownError


def upward(conn: Connection, clock: Clock, viewer: Viewer, ids: Sequence[int]) -> dict[int, ChartPerson]:
    """The given people and everyone above them, by id; whoever does not work here on the day is left out."""
    check(viewer)
    lines = lines_for(clock)
    rows = conn.execute(lines.upward, {**lines.values(clock), "ids": ids})
    return {person.id: person for person in chart_people(rows, conn, clock, viewer)}


def climb(person: int, known: Mapping[int, ChartPerson]) -> tuple[ChartPerson, ...]:
    """From the top down to the person's manager, by what `upward` gave; a circle is cut where it closes."""
    chain: list[ChartPerson] = []
    seen = {person}
    manager = known[person].manager
    while manager is not None and manager in known and manager not in seen:
        seen.add(manager)
        chain.append(known[manager])
        manager = known[manager].manager
    return tuple(reversed(chain))


def people_by_id(conn: Connection, clock: Clock, viewer: Viewer, ids: Sequence[int]) -> list[ChartPerson]:
    """The people with these ids who work here on the day, in no order."""
    if not ids:
        return []
    lines = lines_for(clock)
    rows = conn.execute(lines.some, {**lines.values(clock), "ids": ids})
    return chart_people(rows, conn, clock, viewer)
