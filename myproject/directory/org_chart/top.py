"""The top of the organisation: who reports to nobody, and who is not on the chart at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, and_, bindparam, exists, func, select

from myproject.cache.revision_cache import RevisionCache
from myproject.directory.departments.department_tree import seen_tree, tree
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer
from myproject.directory.visibility.hidden_people import listed
from myproject.directory.visibility.reporting_lines import lines_for
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, ReportingLine
from myproject.models.present import Present

from .chart_corrections import ChartCorrections, chart_corrections
from .focus import PAGE, Branch, ReportItem, attach, branches
from .people import ChartPerson, chart_people, check, people_by_id
from .report_counts import report_counts


@dataclass(frozen=True, slots=True)
class Top:
    """The top of the organisation: managers who report to nobody, the largest first."""

    branch: Branch
    outside: int
    """People with neither manager nor reports."""
    placed: int
    """People who are on the chart."""


_p: Any = Present.__table__
_TOPS = (
    select(_p.c.employee_id)
    .where(_p.c.manager_id.is_(None), _p.c.reports > 0)
    .order_by(_p.c.below.desc(), _p.c.employee_id)
)
_UNMANAGED = select(func.count()).select_from(_p).where(_p.c.manager_id.is_(None))


@dataclass(frozen=True, slots=True)
class _Summit:
    tops: tuple[int, ...]
    outside: int
    placed: int


_SUMMITS: RevisionCache[_Summit] = RevisionCache(16)


def _summit(conn: Connection, clock: Clock) -> _Summit:
    people = tree(conn, clock).people
    if clock.present:
        tops = tuple(conn.execute(_TOPS).scalars())
        outside = conn.execute(_UNMANAGED).scalar_one() - len(tops)
        return _Summit(tops, outside, people - outside)
    shape = report_counts(conn, clock)
    placed = shape.placed + len(shape.tops)
    return _Summit(shape.tops, people - placed, placed)


def _whole(conn: Connection, clock: Clock) -> _Summit:
    return _SUMMITS.get_or_make(conn, clock.key, lambda: _summit(conn, clock))


def _summit_for(conn: Connection, clock: Clock, viewer: Viewer) -> _Summit:
    covered = chart_corrections(conn, clock, viewer)
    if not covered:
        return _whole(conn, clock)
    key = (clock.key, clock.present, covered.hidden)
    return _SUMMITS.get_or_make(conn, key, lambda: _covered(conn, clock, viewer, covered))


def _covered(conn: Connection, clock: Clock, viewer: Viewer, covered: ChartCorrections) -> _Summit:
    """The summit without the hidden: who reports to one of them stands at the top, or outside."""
    if covered.tops is not None:
        unmanaged, first = len(covered.tops) + len(covered.orphans), covered.tops
    else:
        whole = _whole(conn, clock)
        unmanaged = whole.outside + len(whole.tops) - covered.unmanaged + len(covered.orphans)
        first = frozenset(whole.tops)
    people = people_by_id(conn, clock, viewer, sorted(first | covered.orphans))
    tops = sorted((each for each in people if each.reports), key=lambda each: (-each.below, each.id))
    outside = unmanaged - len(tops)
    placed = seen_tree(conn, clock, viewer).people - outside
    return _Summit(tuple(each.id for each in tops), outside, placed)


def top(conn: Connection, clock: Clock, viewer: Viewer, *, page: int = 1, opened: Sequence[int] = ()) -> Top:
    """The managers who report to nobody, those with most people below first."""
    check(viewer)
    summit = _summit_for(conn, clock, viewer)
    start = (page - 1) * PAGE
    ids = summit.tops[start : start + PAGE]
    people = {person.id: person for person in people_by_id(conn, clock, viewer, ids)}
    items = [ReportItem(people[key], start + place) for place, key in enumerate(ids, 1) if key in people]
    result = Branch(items, len(summit.tops), page, PAGE)
    attach(result, branches(conn, clock, viewer, opened), set(opened), set())
    return Top(result, summit.outside, summit.placed)


_LIMIT: Any = bindparam("limit")
_OFFSET: Any = bindparam("offset")
_OUTSIDE = (
    select(_p.c.employee_id)
    .where(_p.c.manager_id.is_(None), _p.c.reports == 0)
    .order_by(_p.c.sort_name, _p.c.employee_id)
    .limit(_LIMIT)
    .offset(_OFFSET)
)


def _dated_outside(revision: Any) -> Any:
    day: Any = bindparam("day")
    e: Any = Employee.__table__
    a: Any = Assignment.__table__.alias("a")
    mine: Any = ReportingLine.__table__.alias("mine")
    theirs: Any = ReportingLine.__table__.alias("theirs")
    job: Any = Assignment.__table__.alias("job")

    def on(table: FromClause) -> Any:
        return known_at(table, revision) & valid_on(table, day)

    managed = exists().where(
        mine.c.employee_id == e.c.id,
        mine.c.assignment_id == a.c.assignment_id,
        mine.c.kind == "solid",
        on(mine),
    )
    manages = exists().where(
        theirs.c.manager_id == e.c.id,
        theirs.c.kind == "solid",
        on(theirs),
        job.c.employee_id == theirs.c.employee_id,
        job.c.assignment_id == theirs.c.assignment_id,
        job.c.is_primary,
        on(job),
    )
    return (
        select(e.c.id)
        .select_from(e.join(a, and_(a.c.employee_id == e.c.id, a.c.is_primary, on(a))))
        .where(~managed, ~manages)
        .order_by(e.c.sort_name, e.c.id)
        .limit(_LIMIT)
        .offset(_OFFSET)
    )


_DATED_OUTSIDE = {True: _dated_outside(None), False: _dated_outside(bindparam("revision"))}


def outside(conn: Connection, clock: Clock, viewer: Viewer, *, page: int = 1) -> list[ChartPerson]:
    """A page of the people with neither manager nor reports, by name."""
    check(viewer)
    statement = _OUTSIDE if clock.present else _DATED_OUTSIDE[clock.known is None]
    values = {**lines_for(clock).values(clock), "limit": PAGE, "offset": (page - 1) * PAGE}
    covered = chart_corrections(conn, clock, viewer)
    if covered:
        return _outside_covered(conn, clock, viewer, statement, page, covered)
    ids = conn.execute(statement, values).scalars().all()
    people = {person.id: person for person in people_by_id(conn, clock, viewer, ids)}
    return [people[key] for key in ids if key in people]


def _outside_covered(
    conn: Connection, clock: Clock, viewer: Viewer, statement: Any, page: int, covered: ChartCorrections
) -> list[ChartPerson]:
    """The same without the hidden, and with those who for the viewer have neither manager nor reports."""
    lines = lines_for(clock)
    last = page * PAGE
    values = lines.values(clock)
    ids: Sequence[int] = ()
    if covered.tops is not None:
        added = {*covered.orphans, *covered.tops}
    else:
        most = last + len(listed(covered.hidden))
        ids = conn.execute(statement, {**values, "limit": most, "offset": 0}).scalars().all()
        added = {*covered.orphans, *(each for each in _whole(conn, clock).tops if each in covered.fewer)}
    rows = conn.execute(lines.some, {**values, "ids": [*ids, *sorted(added - set(ids))]}).all()
    rows = sorted((row for row in rows if row.id is not None), key=lambda row: (row.sort_name, row.id))
    people = [each for each in chart_people(rows, conn, clock, viewer) if not each.reports]
    return people[last - PAGE : last]
