"""Which things the stream tells next: those that change sets touched, and those whose planned day has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, literal, or_, select, union

from myproject.db.ids import id_list
from myproject.directory.changes.planning.rows import AssignmentRow, EmploymentRow, LineRow, VersionRow
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.dated import OPEN_REVISION, is_current
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine

from .places import StreamPosition, applied_on

KINDS = ("location", "department", "employee")
"""By rank."""
ONE_DAY = timedelta(days=1)

_SET = ChangeSet.__table__
_ITEM = ChangeItem.__table__
_E = Employee.__table__
_AUDIENCES = select(_ITEM.c.revision, _ITEM.c.employee_id, _ITEM.c.details, _E.c.recorded_in).join(
    _E, _E.c.id == _ITEM.c.employee_id
)
DATED: tuple[tuple[Any, Any, int], ...] = (
    (DepartmentVersion.__table__, VersionRow, 1),
    (Employment.__table__, EmploymentRow, 2),
    (Assignment.__table__, AssignmentRow, 2),
    (ReportingLine.__table__, LineRow, 2),
)
"""Table, its row, and the rank of the kind that it is about."""


class Step(NamedTuple):
    """A thing to be told of: a change set's (`of_day` False) or a day's."""

    revision: int
    day: date
    rank: int
    id: int
    of_day: bool


class Excluded(NamedTuple):
    """People whose steps are left out: they take no place in a page, and make no place in the stream."""

    people: frozenset[int] = frozenset()
    hidings: frozenset[tuple[int, int]] = frozenset()
    """(revision, employee) where it was changed who may know of them: whoever knew of them is told to read anew."""

    def condition(self, rank: Any, id_: Any, revision: Any = None) -> list[Any]:
        """The condition that a step is not left out; none where nobody is."""
        if not self.people:
            return []
        kept = [rank < len(KINDS) - 1, id_.not_in(id_list(sorted(self.people)))]
        if revision is not None:
            kept += [(revision == number) & (id_ == employee) for number, employee in sorted(self.hidings)]
        return [or_(*kept)]


def excluded(conn: Connection, people: frozenset[int]) -> Excluded:
    """What to leave out where some people are hidden by their audience. One query, where there are any."""
    if not people:
        return Excluded()
    items = conn.execute(_AUDIENCES.where(_ITEM.c.employee_id.in_(id_list(sorted(people)))))
    hidings = ((each.revision, each.employee_id) for each in items if hides_since(each, each.recorded_in))
    return Excluded(people, frozenset(hidings))


def hides_since(item: Any, recorded_in: int) -> bool:
    """Whether an item says who may know of somebody at all, of whom one could know before: since `recorded_in`."""
    return item.revision > recorded_in and "audience" in ((item.details or {}).get("changes") or {})


def steps_after(
    conn: Connection, zone: ZoneInfo, after: StreamPosition, newest: int, today: date, limit: int, without: Excluded
) -> tuple[list[Step], StreamPosition, bool]:
    """The next things to be told of, the place after the last of them, and whether there are more."""
    steps: list[Step] = []
    revision, day, begun = after.revision, after.day, after.thing
    of_day = after.of_day
    if begun is not None and not of_day:
        # In the midst of a change set: the rest of it first.
        rest = _of_sets(conn, revision - 1, revision, limit + 1, begun, without)
        steps += [Step(revision, day, rank, id_, False) for _, rank, id_ in rest]
        if len(steps) > limit:
            return _cut(steps, limit, after)
        begun = None
    while True:
        sets = _next_sets(conn, revision, newest, limit + 1 - len(steps))
        first_day = max(day, applied_on(sets[0].applied_at, zone, today) if sets else today)
        if first_day > day or begun is not None:
            since = day - ONE_DAY if begun is not None else day
            for each in _days(conn, revision, since, first_day):
                began = begun if each == day else None
                things = _of_day(conn, revision, each, limit + 1 - len(steps), began, without)
                steps += [Step(revision, each, rank, id_, True) for rank, id_ in things]
                if len(steps) > limit:
                    return _cut(steps, limit, after)
            day, begun = first_day, None
        if not sets:
            return steps, StreamPosition(revision, max(day, today)), False
        # As many change sets as were applied on this same day of the stream.
        same = [row for row in sets if applied_on(row.applied_at, zone, today) <= day]
        last = same[-1].revision
        found = _of_sets(conn, revision, last, limit + 1 - len(steps), None, without)
        steps += [Step(number, day, rank, id_, False) for number, rank, id_ in found]
        if len(steps) > limit:
            return _cut(steps, limit, after)
        revision = last


def _cut(steps: list[Step], limit: int, after: StreamPosition) -> tuple[list[Step], StreamPosition, bool]:
    """As many as fit, with the place after the last: at the end of its change set or day, or within."""
    kept, following = steps[:limit], steps[limit]
    if not kept:
        return [], after, True
    return kept, place_after(kept[-1], following), True


def place_after(last: Step, following: Step | None) -> StreamPosition:
    same = following is not None and (following.revision, following.of_day) == (last.revision, last.of_day)
    if same and following is not None and (not last.of_day or following.day == last.day):
        return StreamPosition(last.revision, last.day, (last.rank, last.id), last.of_day)
    return StreamPosition(last.revision, last.day)


def _next_sets(conn: Connection, revision: int, newest: int, most: int) -> Sequence[Any]:
    """The next change sets: as many as may fill a page, by what they say that they hold."""
    rows = conn.execute(
        select(_SET.c.revision, _SET.c.applied_at, _SET.c.summary)
        .where(_SET.c.revision > revision, _SET.c.revision <= newest)
        .order_by(_SET.c.revision)
        .limit(max(most, 1))
    ).all()
    total = 0
    for number, row in enumerate(rows):
        total += max(sum(row.summary.values()), 1)
        if total >= most:
            return rows[: number + 1]
    return rows


def _of_sets(
    conn: Connection, after: int, last: int, most: int, begun: tuple[int, int] | None, without: Excluded
) -> list[tuple[int, int, int]]:
    """(revision, rank, id) of everything that the change sets after one up to another have touched."""
    if most <= 0:
        return []
    parts = []
    for rank, kind in enumerate(KINDS):
        column = _ITEM.c[f"{kind}_id"]
        parts.append(
            select(_ITEM.c.revision.label("revision"), literal(rank).label("rank"), column.label("id")).where(
                _ITEM.c.revision > after, _ITEM.c.revision <= last, column.is_not(None)
            )
        )
    for table, row, rank in DATED:
        column = table.c["department_id" if row is VersionRow else "employee_id"]
        for revision in (table.c.recorded_in, table.c.superseded_in):
            mine = (revision > after, revision <= last, revision < OPEN_REVISION)
            parts += [select(revision, literal(rank), column).where(*mine)]
    touched = union(*parts).subquery()
    query = (
        select(touched.c.revision, touched.c.rank, touched.c.id)
        .where(*without.condition(touched.c.rank, touched.c.id, touched.c.revision))
        .order_by(touched.c.revision, touched.c.rank, touched.c.id)
    )
    if begun is not None:
        rank, id_ = begun
        query = query.where(or_(touched.c.rank > rank, (touched.c.rank == rank) & (touched.c.id > id_)))
    return [tuple(row) for row in conn.execute(query.limit(most))]


def _edges(revision: int, start: date, end: date) -> list[Any]:
    """The rows, as known at a revision, that begin or end on the days after one up to another: rank, id, day."""
    parts = []
    for table, row, rank in DATED:
        column = table.c["department_id" if row is VersionRow else "employee_id"]
        for edge in (table.c.valid_from, table.c.valid_to):
            days = (edge > start, edge <= end)
            # Two queries of one: what is believed still goes by the partial index on the day, what was superseded
            # since, hardly anything, by that on the revision.
            for known in (
                (is_current(table), table.c.recorded_in <= revision),
                (
                    table.c.superseded_in > revision,
                    table.c.superseded_in < OPEN_REVISION,
                    table.c.recorded_in <= revision,
                ),
            ):
                told = (literal(rank).label("rank"), column.label("id"), edge.label("day"))
                parts += [select(*told).where(*days, *known)]
    return parts


def _days(conn: Connection, revision: int, after: date, last: date) -> list[date]:
    """The days after one up to another on which something comes into effect."""
    edges = union(*(part.with_only_columns(part.selected_columns.day) for part in _edges(revision, after, last)))
    return sorted(conn.execute(edges).scalars())


def _of_day(
    conn: Connection, revision: int, day: date, most: int, begun: tuple[int, int] | None, without: Excluded
) -> list[tuple[int, int]]:
    if most <= 0:
        return []
    edges = union(*_edges(revision, day - ONE_DAY, day)).subquery()
    query = select(edges.c.rank, edges.c.id).where(*without.condition(edges.c.rank, edges.c.id)).distinct()
    query = query.order_by(edges.c.rank, edges.c.id)
    if begun is not None:
        rank, id_ = begun
        query = query.where(or_(edges.c.rank > rank, (edges.c.rank == rank) & (edges.c.id > id_)))
    return [tuple(row) for row in conn.execute(query.limit(most))]
