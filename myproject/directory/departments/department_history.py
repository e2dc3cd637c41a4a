"""What became of a department through the years, and where an address led on other days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from, may_see
from myproject.models.dated import FOREVER, known_at
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment

from .department_tree import DepartmentTree

Happening = Literal["created", "reopened", "renamed", "moved", "closed", "head_begins", "head_ends"]
Phase = Literal["past", "later", "planned"]

MOST_HEADS = 200
"""Terms of heads in one timeline; the latest stay."""


@dataclass(frozen=True, slots=True)
class DepartmentEvent:
    """Something that happened, or is planned, on a day."""

    day: date
    """The first day on which it is so. For closed and head_ends: the first day on which it no longer is."""
    what: Happening
    revision: int
    """The change set that says so."""
    before: str = ""
    after: str = ""
    """Names before and after: of the department, or of the one above it ("" for none)."""
    person: int | None = None
    """The head, where it is about one; the name is in `after`."""
    phase: Phase = "past"
    """past: by the day shown; later: after it, and by now; planned: still to come."""


class Version(NamedTuple):
    """One row of a department's name and place."""

    department: int
    name: str
    slug: str
    parent: int | None
    start: date
    end: date
    revision: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A department that had an address on other days."""

    department: int
    name: str
    start: date
    """First day on which the address led there."""
    last: date | None
    """Last such day; None for no end."""


class About(NamedTuple):
    """What is undated of a department."""

    about: str | None
    email: str | None


_d: Any = Department.__table__
_v: Any = DepartmentVersion.__table__
_a: Any = Assignment.__table__
_e: Any = Employee.__table__
_COLUMNS = (
    _v.c.department_id,
    _v.c.name,
    _v.c.slug,
    _v.c.parent_id,
    _v.c.valid_from,
    _v.c.valid_to,
    _v.c.recorded_in,
)


_REVISION: Any = bindparam("revision")
_DEPARTMENT: Any = bindparam("department")


def _own() -> Select[Any]:
    """Every row ever written of a department and of all that it ever hung under."""
    mine = _v.alias("mine")
    above = select(mine.c.parent_id).where(mine.c.department_id == _DEPARTMENT, mine.c.parent_id.is_not(None))
    return (
        select(*_COLUMNS, _v.c.superseded_in)
        .where((_v.c.department_id == _DEPARTMENT) | _v.c.department_id.in_(above), _v.c.recorded_in <= _REVISION)
        .order_by(_v.c.department_id, _v.c.valid_from)
    )


def _terms(revision: Any) -> Select[Any]:
    """Every row ever written of those who head or headed a department, about that."""
    known = _a.alias("known")
    latest = (
        select(known.c.employee_id)
        .where(known.c.department_id == _DEPARTMENT, known.c.is_head, known_at(known, revision))
        .order_by(known.c.valid_from.desc(), known.c.employee_id)
        .limit(MOST_HEADS)
    )
    return (
        select(
            _a.c.assignment_id,
            _e.c.id,
            _e.c.name,
            _a.c.valid_from,
            _a.c.valid_to,
            _a.c.recorded_in,
            _a.c.superseded_in,
        )
        .select_from(_e.join(_a, _a.c.employee_id == _e.c.id))
        .where(
            _e.c.id.in_(select(latest.subquery("latest"))),
            _a.c.department_id == _DEPARTMENT,
            _a.c.is_head,
            _a.c.recorded_in <= _REVISION,
        )
        .order_by(_a.c.assignment_id, _a.c.valid_from)
    )


def _versions(revision: Any) -> Select[Any]:
    return select(*_COLUMNS).where(known_at(_v, revision)).order_by(_v.c.department_id, _v.c.valid_from)


_OWN = _own()
_ALL = {True: _versions(None), False: _versions(_REVISION)}
_TERMS = {True: _terms(None), False: _terms(_REVISION)}
_ABOUT = select(_d.c.about, _d.c.email).where(_d.c.id == bindparam("department"))


def _known(clock: Clock) -> dict[str, Any]:
    return {} if clock.known is None else {"revision": clock.revision}


def about(conn: Connection, department: int) -> About:
    """What is undated of a department."""
    row = conn.execute(_ABOUT, {"department": department}).one_or_none()
    return About(*row) if row else About(None, None)


def timeline(conn: Connection, clock: Clock, viewer: Viewer, department: int) -> list[DepartmentEvent]:
    """Everything that is known of a department's past and plans, the latest first. Two queries."""
    values = {"department": department, "revision": clock.revision}
    rows = conn.execute(_OWN, values).all()
    names = _names([Version(*row[:7]) for row in rows if row[7] > clock.revision])
    first = _First()
    for row in rows:
        version = Version(*row[:7])
        if version.department == department:
            first.note(version.start, version.end, (version.name, version.parent), version.revision)
    events = list(_changes(names.get(department, []), names, first))
    if may_see(viewer, "is_head") and may_see(viewer, "department"):
        hidden = hidden_from(conn, clock, viewer)
        terms = [row for row in conn.execute(_TERMS[clock.known is None], values) if row.id not in hidden]
        events += _heads(terms, clock.revision)
    told = [_in_phase(event, clock) for event in events]
    return sorted(told, key=lambda event: (event.day, _ORDER[event.what]), reverse=True)


_ORDER = {
    name: place
    for place, name in enumerate(("head_ends", "closed", "created", "reopened", "moved", "renamed", "head_begins"))
}


class _First:
    """Which change set first said that something begins, or ends, on a day.

    A row is written anew when its other end changes, so the row that counts now may be younger than the fact.
    """

    def __init__(self) -> None:
        self._begins: dict[tuple[date, Any], int] = {}
        self._ends: dict[tuple[date, Any], int] = {}

    def note(self, start: date, end: date, what: Any, revision: int) -> None:
        for known, day in ((self._begins, start), (self._ends, end)):
            known[day, what] = min(revision, known.get((day, what), revision))

    def begin(self, day: date, what: Any) -> int:
        return self._begins[day, what]

    def end(self, day: date, what: Any) -> int:
        return self._ends[day, what]


def _in_phase(event: DepartmentEvent, clock: Clock) -> DepartmentEvent:
    if event.day <= clock.as_of:
        return event
    phase: Phase = "planned" if event.day > clock.today else "later"
    return DepartmentEvent(event.day, event.what, event.revision, event.before, event.after, event.person, phase)


def _names(versions: Sequence[Version]) -> dict[int, list[Version]]:
    found: dict[int, list[Version]] = {}
    for each in versions:
        found.setdefault(each.department, []).append(each)
    return found


def _name_on(names: Mapping[int, list[Version]], department: int | None, day: date) -> str:
    """The name of a department on a day, or the nearest one known; "" for none."""
    if department is None:
        return ""
    versions = names.get(department, [])
    best = next((each for each in versions if each.start <= day < each.end), None)
    if best is None:
        best = versions[-1] if versions else None
    return best.name if best else ""


def _changes(
    versions: Sequence[Version], names: Mapping[int, list[Version]], first: _First
) -> Iterator[DepartmentEvent]:
    before: Version | None = None
    for each in versions:
        above = _name_on(names, each.parent, each.start)
        revision = first.begin(each.start, (each.name, each.parent))
        if before is None or before.end < each.start:
            if before is not None:
                yield _closed(before, first)
            yield DepartmentEvent(each.start, "reopened" if before else "created", revision, above, each.name)
        else:
            if each.name != before.name:
                yield DepartmentEvent(each.start, "renamed", revision, before.name, each.name)
            if each.parent != before.parent:
                yield DepartmentEvent(each.start, "moved", revision, _name_on(names, before.parent, each.start), above)
        before = each
    if before is not None and before.end < FOREVER:
        yield _closed(before, first)


def _closed(version: Version, first: _First) -> DepartmentEvent:
    revision = first.end(version.end, (version.name, version.parent))
    return DepartmentEvent(version.end, "closed", revision, version.name)


def _heads(rows: Sequence[Any], revision: int) -> Iterator[DepartmentEvent]:
    """Terms of heads: rows of one assignment that touch are one term, whatever else changed in between."""
    first = _First()
    terms: dict[int, list[list[Any]]] = {}
    for assignment, person, name, start, end, recorded, superseded in rows:
        first.note(start, end, assignment, recorded)
        if superseded <= revision:
            continue
        known = terms.setdefault(assignment, [])
        if known and known[-1][3] == start:
            known[-1][3] = end
        else:
            known.append([person, name, start, end])
    for assignment, known in terms.items():
        for person, name, start, end in known:
            yield DepartmentEvent(start, "head_begins", first.begin(start, assignment), "", name, person)
            if end < FOREVER:
                yield DepartmentEvent(end, "head_ends", first.end(end, assignment), "", name, person)


# --- addresses of other days --------------------------------------------------------------------------------


def elsewhere(conn: Connection, clock: Clock, slugs: Sequence[str]) -> list[Elsewhere]:
    """The departments that an address led to on any day, the latest first. Reads every version: for misses only."""
    rows = conn.execute(_ALL[clock.known is None], _known(clock))
    versions = [Version(*row) for row in rows]
    by_department = _names(versions)
    spans: dict[int, list[tuple[date, date, str]]] = {}
    for each in versions:
        if each.slug == slugs[-1]:
            for start, end in _led_there(each, slugs[:-1], by_department, each.start, each.end):
                spans.setdefault(each.department, []).append((start, end, each.name))
    found = []
    for department, parts in spans.items():
        for start, end, name in _joined(sorted(parts)):
            found.append(Elsewhere(department, name, start, None if end == FOREVER else end - timedelta(days=1)))
    return sorted(found, key=lambda each: (each.start, each.department), reverse=True)


def _led_there(
    version: Version,
    above: Sequence[str],
    by_department: Mapping[int, list[Version]],
    start: date,
    end: date,
) -> Iterator[tuple[date, date]]:
    """The periods within [start, end) on which what is above a version reads like the address."""
    if not above:
        if version.parent is None:
            yield start, end
        return
    for parent in by_department.get(version.parent or 0, ()):
        first, last = max(start, parent.start), min(end, parent.end)
        if parent.slug == above[-1] and first < last:
            yield from _led_there(parent, above[:-1], by_department, first, last)


def _joined(parts: Sequence[tuple[date, date, str]]) -> Iterator[tuple[date, date, str]]:
    """Periods that touch as one, under the latest name."""
    current: tuple[date, date, str] | None = None
    for start, end, name in parts:
        if current is not None and start <= current[1]:
            current = (current[0], max(end, current[1]), name)
        else:
            if current is not None:
                yield current
            current = (start, end, name)
    if current is not None:
        yield current


def moved_to(found: Sequence[Elsewhere], departments: DepartmentTree) -> str | None:
    """The path, on the day of the tree, of the only department that ever had an address; None if in doubt."""
    ids = {each.department for each in found}
    if len(ids) != 1:
        return None
    node = departments.get(next(iter(ids)))
    return node.path if node else None
