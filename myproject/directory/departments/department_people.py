"""Who heads departments, who works there besides another role, and where its people are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from myproject.cache.revision_cache import RevisionCache
from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from, may_see
from myproject.directory.visibility.hidden_people import (
    Hidden,
    HidingMode,
    hidden_parameters,
    hiding_mode,
    visible_conditions,
)
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Assignment
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle

from .department_tree import DepartmentTree

MOST_SECONDS = 50
"""People with a second role in a department that are shown."""


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """Someone by their role in one department."""

    id: int
    name: str
    title: str | None
    """The job title of that very role; None where there is none or the viewer may not see it."""
    primary: bool
    """Whether it is their primary assignment."""


@dataclass(frozen=True, slots=True)
class DepartmentPlace:
    """A location and how many of a department sit there. No location: `id` is None."""

    id: int | None
    name: str | None
    city: str | None
    country: str | None
    time_zone: str | None
    people: int


_a: Any = Assignment.__table__
_e: Any = Employee.__table__
_t: Any = JobTitle.__table__
_l: Any = Location.__table__
_p: Any = Present.__table__


def _holders(revision: Any, which: Any, how: HidingMode) -> Select[Any]:
    day: Any = bindparam("day")
    return (
        select(_a.c.department_id, _e.c.id, _e.c.name, _t.c.name, _a.c.is_primary)
        .select_from(_a.join(_e, _e.c.id == _a.c.employee_id).outerjoin(_t, _t.c.id == _a.c.job_title_id))
        .where(known_at(_a, revision), valid_on(_a, day), _a.c.department_id.in_(id_list("ids")), which)
        .where(*visible_conditions(_a.c.employee_id, how))
        .order_by(_e.c.sort_name, _e.c.id)
        .limit(bindparam("limit"))
    )


_HOW: tuple[HidingMode, ...] = ("nobody", "some", "others")


def _by_knowledge(which: Any) -> Mapping[tuple[bool, HidingMode], Select[Any]]:
    return {
        (now, how): _holders(None if now else bindparam("revision"), which, how)
        for now in (True, False)
        for how in _HOW
    }


_HEADS = _by_knowledge(_a.c.is_head)
_SECONDS = _by_knowledge(~_a.c.is_primary & ~_a.c.is_head)
_MOST_HEADS = 5_000


def _values(clock: Clock) -> dict[str, Any]:
    known = {} if clock.known is None else {"revision": clock.revision}
    return {"day": clock.as_of, **known}


def heads(conn: Connection, clock: Clock, viewer: Viewer, departments: Sequence[int]) -> dict[int, list[RoleHolder]]:
    """Department -> its heads by name, for many departments in one query. Without those that have none."""
    if not may_see(viewer, "is_head") or not may_see(viewer, "department"):
        return {}
    return _read(conn, clock, viewer, _HEADS, departments, _MOST_HEADS)


def second_roles(conn: Connection, clock: Clock, viewer: Viewer, department: int) -> list[RoleHolder]:
    """Who works in a department besides their primary role elsewhere, heads apart; at most `MOST_SECONDS`."""
    if not may_see(viewer, "department"):
        return []
    return _read(conn, clock, viewer, _SECONDS, [department], MOST_SECONDS).get(department, [])


def _read(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    statements: Mapping[tuple[bool, HidingMode], Select[Any]],
    departments: Sequence[int],
    limit: int,
) -> dict[int, list[RoleHolder]]:
    if not departments:
        return {}
    titles = may_see(viewer, "job_title")
    found: dict[int, list[RoleHolder]] = {}
    hidden = hidden_from(conn, clock, viewer)
    statement = statements[clock.known is None, hiding_mode(hidden)]
    given = {**_values(clock), "ids": departments, "limit": limit, **hidden_parameters(hidden)}
    for department, key, name, title, primary in conn.execute(statement, given):
        found.setdefault(department, []).append(RoleHolder(key, name, title if titles else None, primary))
    return found


# --- places -------------------------------------------------------------------------------------------------


def _places(people: Any, *conditions: Any) -> Select[Any]:
    counts = (
        select(people.c.location_id, func.count().label("people"))
        .where(*conditions)
        .group_by(people.c.location_id)
        .subquery("counts")
    )
    return select(_l.c.id, _l.c.name, _l.c.city, _l.c.country, _l.c.time_zone, counts.c.people).select_from(
        counts.outerjoin(_l, _l.c.id == counts.c.location_id)
    )


def _dated_places(revision: Any, *conditions: Any) -> Select[Any]:
    day: Any = bindparam("day")
    return _places(_a, known_at(_a, revision), valid_on(_a, day), _a.c.is_primary, *conditions)


def _kinds(people: Any) -> dict[tuple[bool, HidingMode], tuple[Any, ...]]:
    """The conditions of each kind of question: of some departments or everybody, without the hidden."""
    some = people.c.department_id.in_(id_list("ids"))
    return {
        (only, how): (*((some,) if only else ()), *visible_conditions(people.c.employee_id, how))
        for only in (True, False)
        for how in _HOW
    }


_PRESENT_PLACES = {which: _places(_p, *conditions) for which, conditions in _kinds(_p).items()}
_DATED_PLACES = {
    (now, *which): _dated_places(None if now else bindparam("revision"), *conditions)
    for now in (True, False)
    for which, conditions in _kinds(_a).items()
}

_KEPT: RevisionCache[tuple[DepartmentPlace, ...]] = RevisionCache(256)


def places(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    departments: DepartmentTree,
    department: int,
    *,
    only: bool = False,
) -> tuple[DepartmentPlace, ...]:
    """Where the people of a department sit, the largest place first; `only`: without those of departments below.

    Kept per clock: for a department of 300,000 people it takes some 30 ms.
    """
    if not may_see(viewer, "location") or not may_see(viewer, "department"):
        return ()
    hidden = hidden_from(conn, clock, viewer)
    key = (clock.key, department, only, hidden)
    return _KEPT.get_or_make(conn, key, lambda: _read_places(conn, clock, departments, department, only, hidden))


def _read_places(
    conn: Connection,
    clock: Clock,
    departments: DepartmentTree,
    department: int,
    only: bool,
    hidden: Hidden,
) -> tuple[DepartmentPlace, ...]:
    node = departments[department]
    everyone = not only and node.total == departments.people
    given: dict[str, Any] = hidden_parameters(hidden) | ({} if clock.present else _values(clock))
    if not everyone:
        given["ids"] = (department,) if only else departments.subtree(department)
    which = not everyone, hiding_mode(hidden)
    statement = _PRESENT_PLACES[which] if clock.present else _DATED_PLACES[clock.known is None, *which]
    found = [DepartmentPlace(*row) for row in conn.execute(statement, given)]
    return tuple(sorted(found, key=lambda place: (place.id is None, -place.people, place.name or "")))
