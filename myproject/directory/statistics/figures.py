"""What the start page tells of a day: head counts, and who joined, moved, leaves and comes.

Everything is kept in the process per clock and viewer: the head counts group every employment there is.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, select

from myproject.cache.revision_cache import RevisionCache
from myproject.directory.departments.department_tree import DepartmentTree, seen_tree
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from, kept_for, may_see
from myproject.directory.visibility.hidden_people import Hidden, is_visible
from myproject.models.dated import FOREVER, known_at, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment
from myproject.models.vocabulary import JobTitle

RECENT = 31
"""Days back in which someone is new, or has just moved."""
SOON = 62
"""Days ahead that the page looks."""
LISTED = 50
"""People in each list at most."""
MOST_MOVES = 1000
"""Changes of assignments looked at; beyond, the count says so."""
MONTHS_BACK, MONTHS_AHEAD = 60, 6
BARS = 12

_EMPLOYMENT = Employment.__table__
_ASSIGNMENT = Assignment.__table__
_EMPLOYEE = Employee.__table__
_TITLE = JobTitle.__table__
_VERSION = DepartmentVersion.__table__


@dataclass(frozen=True, slots=True)
class StaffEvent:
    """Something that happens to one employee on a day."""

    employee_id: int
    name: str
    on: date
    """The first day of a new job; of a leaver, the last day here."""
    title: str
    department: str
    before: str = ""
    """Of a move: the title and department before it, as far as they differ."""


@dataclass(frozen=True, slots=True)
class Events:
    """The next or latest ones, at most `LISTED`, and how many there are."""

    listed: tuple[StaffEvent, ...]
    count: int
    more: bool = False
    """Whether there are more than were counted."""


@dataclass(frozen=True, slots=True)
class PlotBar:
    """A department directly below the top, with all that is below it."""

    name: str
    """Of the top itself: its name, for those who are in none below; "" for the smallest ones put together."""
    path: str | None
    count: int
    departments: int = 1
    """How many departments are put together."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the start page tells."""

    headcount: int
    months: tuple[tuple[date, int], ...]
    """Head count on the first day of each month, and on the day itself."""
    bars: tuple[PlotBar, ...]
    joined: Events
    moved: Events
    leaving: Events
    planned: Events


_figures: RevisionCache[Figures] = RevisionCache(32)


def figures(conn: Connection, clock: Clock, viewer: Viewer) -> Figures:
    """The figures of a day, as far as the viewer may see them. About ten queries at first, then none."""
    return _figures.get_or_make(conn, (clock.key, kept_for(conn, clock, viewer)), lambda: _read(conn, clock, viewer))


def _read(conn: Connection, clock: Clock, viewer: Viewer) -> Figures:
    departments = seen_tree(conn, clock, viewer)
    hidden = hidden_from(conn, clock, viewer)
    day, far = clock.as_of, clock.as_of + timedelta(days=SOON)
    since = day - timedelta(days=RECENT)
    nobody = Events((), 0)
    sees_joined, sees_left = may_see(viewer, "hired_on"), may_see(viewer, "left_on")
    sees_jobs = may_see(viewer, "job_title") and may_see(viewer, "department")
    months = _months(conn, clock, hidden)
    return Figures(
        headcount=dict(months)[day],
        months=months,
        bars=_bars(departments) if may_see(viewer, "department") else (),
        joined=_joined(conn, clock, viewer, since, day, newest_first=True) if sees_joined else nobody,
        moved=_moved(conn, clock, hidden, since, day, newest_first=True) if sees_jobs else nobody,
        leaving=_leaving(conn, clock, viewer, day, far) if sees_left else nobody,
        planned=_planned(conn, clock, viewer, day, far) if sees_joined and sees_jobs else nobody,
    )


def _months(conn: Connection, clock: Clock, hidden: Hidden) -> tuple[tuple[date, int], ...]:
    """Head counts from the days on which employments begin and end: two short lists, however many people."""
    changes: Tally[date] = Tally()
    for column, sign in ((_EMPLOYMENT.c.valid_from, 1), (_EMPLOYMENT.c.valid_to, -1)):
        where = _known(_EMPLOYMENT, clock, hidden)
        query = select(column, func.count()).where(where).group_by(column)
        for on, count in conn.execute(query):
            if on != FOREVER:
                changes[on] += sign * count
    first = _month(clock.as_of, -MONTHS_BACK)
    days = sorted({_month(clock.as_of, step) for step in range(-MONTHS_BACK, MONTHS_AHEAD + 1)} | {clock.as_of})
    began = min((on for on in changes), default=clock.as_of)
    days = [on for on in days if on >= max(first, _month(began, 0)) or on == clock.as_of]
    dates = sorted(changes)
    counts, at, total = [], 0, 0
    for day in days:
        while at < len(dates) and dates[at] <= day:
            total += changes[dates[at]]
            at += 1
        counts.append((day, total))
    return tuple(counts)


def _month(day: date, steps: int) -> date:
    """The first day of the month some months away."""
    months = day.year * 12 + day.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)


def _bars(departments: DepartmentTree) -> tuple[PlotBar, ...]:
    """The departments directly below the one top, or the tops where there are several; the smallest put together."""
    nodes = [departments[id_] for id_ in departments.roots]
    own = 0
    if len(nodes) == 1:
        own = nodes[0].own
        nodes = [departments[id_] for id_ in nodes[0].children] or nodes
    bars = sorted(
        (PlotBar(node.name, node.path, node.total) for node in nodes if node.total), key=lambda bar: -bar.count
    )
    rest = bars[BARS:]
    bars = bars[:BARS]
    if own and len(departments.roots) == 1 and nodes != [departments[departments.roots[0]]]:
        top = departments[departments.roots[0]]
        bars.append(PlotBar(top.name, None, own))
    if rest:
        bars.append(PlotBar("", None, sum(bar.count for bar in rest), len(rest)))
    return tuple(bars)


def _known(table: FromClause, clock: Clock, hidden: Hidden) -> ColumnElement[bool]:
    """The rows known by the clock, of people of whom the viewer may know."""
    believed = known_at(table, clock.known)
    return and_(believed, is_visible(table.c.employee_id, hidden)) if hidden else believed


def _between(column: Any, first: date, last: date) -> ColumnElement[bool]:
    """After `first`, up to and including `last`."""
    return and_(column > first, column <= last)


def _jobs(clock: Clock, picked: Any, day: Any) -> Select[Any]:
    """Name, title and department of the picked employees on a day of each: the people first, then the joins."""
    return (
        select(picked.c.employee_id, _EMPLOYEE.c.name, picked.c.on, _TITLE.c.name, _VERSION.c.name)
        .select_from(picked)
        .join(_EMPLOYEE, _EMPLOYEE.c.id == picked.c.employee_id)
        .outerjoin(
            _ASSIGNMENT,
            and_(
                _ASSIGNMENT.c.employee_id == picked.c.employee_id,
                _ASSIGNMENT.c.is_primary,
                known_at(_ASSIGNMENT, clock.known),
                valid_on(_ASSIGNMENT, day),
            ),
        )
        .outerjoin(_TITLE, _TITLE.c.id == _ASSIGNMENT.c.job_title_id)
        .outerjoin(
            _VERSION,
            and_(
                _VERSION.c.department_id == _ASSIGNMENT.c.department_id,
                known_at(_VERSION, clock.known),
                valid_on(_VERSION, day),
            ),
        )
    )


def _staff_events(viewer: Viewer, rows: Sequence[Any], step: int = 0) -> tuple[StaffEvent, ...]:
    titles, departments = may_see(viewer, "job_title"), may_see(viewer, "department")
    return tuple(
        StaffEvent(
            id_, name, on + timedelta(days=step), (title or "") if titles else "", (place or "") if departments else ""
        )
        for id_, name, on, title, place in rows
    )


def _joined(conn: Connection, clock: Clock, viewer: Viewer, first: date, last: date, *, newest_first: bool) -> Events:
    column = _EMPLOYMENT.c.valid_from
    where = and_(_known(_EMPLOYMENT, clock, hidden_from(conn, clock, viewer)), _between(column, first, last))
    count = conn.execute(select(func.count()).select_from(_EMPLOYMENT).where(where)).scalar_one()
    order: ColumnElement[date] = column.desc() if newest_first else column
    picked = (
        select(_EMPLOYMENT.c.employee_id, column.label("on"))
        .where(where)
        .order_by(order, _EMPLOYMENT.c.employee_id)
        .limit(LISTED)
        .subquery()
    )
    order = picked.c.on.desc() if newest_first else picked.c.on
    rows = conn.execute(_jobs(clock, picked, picked.c.on).order_by(order, picked.c.employee_id)).all()
    return Events(_staff_events(viewer, rows), count)


def _leaving(conn: Connection, clock: Clock, viewer: Viewer, first: date, last: date) -> Events:
    """Those whose last day is today or later; `on` is that last day."""
    column = _EMPLOYMENT.c.valid_to
    where = and_(
        _known(_EMPLOYMENT, clock, hidden_from(conn, clock, viewer)),
        _between(column, first, last),
        _EMPLOYMENT.c.valid_from <= first,
    )
    count = conn.execute(select(func.count()).select_from(_EMPLOYMENT).where(where)).scalar_one()
    picked = (
        select(_EMPLOYMENT.c.employee_id, column.label("on"))
        .where(where)
        .order_by(column, _EMPLOYMENT.c.employee_id)
        .limit(LISTED)
        .subquery()
    )
    rows = conn.execute(_jobs(clock, picked, first).order_by(picked.c.on, picked.c.employee_id)).all()
    return Events(_staff_events(viewer, rows, -1), count)


def _moved(conn: Connection, clock: Clock, hidden: Hidden, first: date, last: date, *, newest_first: bool) -> Events:
    """Primary assignments whose department or job title changed, without those that only began."""
    revision = clock.known
    order = _ASSIGNMENT.c.valid_from.desc() if newest_first else _ASSIGNMENT.c.valid_from
    where = and_(
        _known(_ASSIGNMENT, clock, hidden),
        _between(_ASSIGNMENT.c.valid_from, first, last),
        _ASSIGNMENT.c.is_primary,
    )
    picked = (
        select(_ASSIGNMENT).where(where).order_by(order, _ASSIGNMENT.c.employee_id).limit(MOST_MOVES + 1).subquery()
    )
    before = _ASSIGNMENT.alias("before")
    title, title_before = _TITLE, _TITLE.alias("title_before")
    query = (
        select(
            picked.c.employee_id,
            picked.c.valid_from,
            title.c.name,
            picked.c.department_id,
            title_before.c.name,
            before.c.department_id,
        )
        .select_from(picked)
        .join(
            before,
            and_(
                before.c.employee_id == picked.c.employee_id,
                before.c.valid_to == picked.c.valid_from,
                before.c.is_primary,
                known_at(before, revision),
            ),
        )
        .outerjoin(title, title.c.id == picked.c.job_title_id)
        .outerjoin(title_before, title_before.c.id == before.c.job_title_id)
    )
    changed = [row for row in conn.execute(query) if row[2:4] != row[4:6]]
    changed.sort(key=lambda row: (-row[1].toordinal() if newest_first else row[1].toordinal(), row[0]))
    listed = changed[:LISTED]
    names = _names(conn, _EMPLOYEE.c.id, _EMPLOYEE.c.name, {row[0] for row in listed})
    places = _departments(conn, clock, {id_ for row in listed for id_ in (row[3], row[5])})
    events = tuple(
        StaffEvent(
            id_,
            names[id_],
            on,
            title or "",
            places.get(place, ""),
            _before(was, title, places.get(there, ""), place == there),
        )
        for id_, on, title, place, was, there in listed
    )
    return Events(events, len(changed), more=len(changed) > MOST_MOVES)


def _before(was: str | None, title: str | None, place: str, same_place: bool) -> str:
    parts = [was or "" if was != title else "", "" if same_place else place]
    return ", ".join(filter(None, parts))


def _names(conn: Connection, key: Any, name: Any, ids: set[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in conn.execute(select(key, name).where(key.in_(sorted(ids))))} if ids else {}


def _departments(conn: Connection, clock: Clock, ids: set[int]) -> dict[int, str]:
    """The names by which these departments went last, so that one which has closed since has its name."""
    query = (
        select(_VERSION.c.department_id, _VERSION.c.name)
        .where(known_at(_VERSION, clock.known), _VERSION.c.department_id.in_(sorted(ids)))
        .where(_VERSION.c.valid_from <= clock.as_of + timedelta(days=SOON))
        .order_by(_VERSION.c.valid_from)
    )
    return {row[0]: row[1] for row in conn.execute(query)} if ids else {}


def _planned(conn: Connection, clock: Clock, viewer: Viewer, first: date, last: date) -> Events:
    """Who comes, and who moves, in the weeks ahead."""
    coming = _joined(conn, clock, viewer, first, last, newest_first=False)
    moving = _moved(conn, clock, hidden_from(conn, clock, viewer), first, last, newest_first=False)
    listed = sorted((*coming.listed, *moving.listed), key=lambda event: (event.on, event.employee_id))[:LISTED]
    return Events(tuple(listed), coming.count + moving.count, moving.more)
