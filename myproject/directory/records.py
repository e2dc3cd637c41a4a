"""People as rows, for programs: a part of the list, and one person in a single query.

The same questions, orders and audiences as `people.page` and `profile.profile`; what is read stays a row, because
whoever makes bytes of it needs nothing in between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, FromClause

from myproject.db.ids import id_list
from myproject.db.prepared import Prepared
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle, Skill

from .audience import Viewer, hidden_from, visible_of
from .clock import Clock
from .departments import DepartmentTree
from .fields import CARD_FIELDS
from .hidden import Hidden
from .listing import dated_list, present_list
from .listing.asking import Question, clock_values, hidden
from .listing.question import Filters, Order, Place, refuse_hidden
from .listing.shape import Shape


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list."""

    rows: Sequence[Any]
    """As `listing.present_list.page` selects them, the columns `also` at the end."""
    keys: int
    """Keys of the place in each row, between what tells of the person and the columns `also`."""
    tree: DepartmentTree
    unknown: Hidden
    """Of whom the viewer may not know: no manager of these rows is told."""
    question: Question | None
    """How it was asked, for counting."""
    first: int = 0
    """How many people come before it."""
    previous: Place | None = None
    """Where the part before it ends, read backwards; None at the beginning."""
    next: Place | None = None
    via: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Employee -> fields other than the name by which a search found them."""


def part(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    filters: Filters,
    order: Order,
    *,
    size: int,
    after: Place | None = None,
    before: Place | None = None,
    offset: int = 0,
    also: tuple[str, ...] = (),
) -> Part:
    """So many of the people who fit: after or before a place, or from a number on.

    `also` names columns of `employee`. Raises `Refused` for what the viewer may not ask, `BadQuestion` for a search
    that is none. An order of `BEST` needs a search text.
    """
    refuse_hidden(viewer, filters, order)
    asked = Question(conn, clock, viewer, filters, order)
    if asked.nobody or not size:
        return Part((), 1, asked.tree, asked.hidden, asked)
    if order.key == "best":
        return _best(asked, size, after, before, offset, also)
    keys = 1 if order.key == "name" else 2
    if before is not None:
        rows = asked.rows(before, size + 1, backwards=True, also=also)
        earlier, chosen = len(rows) > size, rows[:size][::-1]
        first = max(before.number - len(chosen), 0)
        previous = asked.place(chosen[0], first) if earlier else None
        following = asked.place(chosen[-1], first + len(chosen)) if chosen else None
        return Part(chosen, keys, asked.tree, asked.hidden, asked, first, previous, following)
    if after is not None:
        rows, first = asked.rows(after, size + 1, also=also), after.number
    else:
        rows, first = asked.rows_from(offset, size + 1, also=also), offset
    chosen = rows[:size]
    previous = asked.place(chosen[0], first) if first and chosen else None
    following = asked.place(chosen[-1], first + size) if len(rows) > size else None
    return Part(chosen, keys, asked.tree, asked.hidden, asked, first, previous, following)


def _best(
    asked: Question, size: int, after: Place | None, before: Place | None, offset: int, also: tuple[str, ...]
) -> Part:
    """A part of the best hits, which are told by number."""
    hits = asked.best().hits
    end = min(before.number, len(hits)) if before is not None else 0
    first = max(end - size, 0) if before is not None else after.number if after is not None else offset
    chosen = hits[first : end if before is not None else first + size]
    last = first + len(chosen)
    via = {hit.employee_id: tuple(hit.via) for hit in chosen}
    rows = some(asked.conn, asked.clock, asked.viewer, list(via), also=also)
    previous = Place("best", (), 0, first) if first and chosen else None
    following = Place("best", (), 0, last) if last < len(hits) else None
    return Part(rows, 1, asked.tree, asked.hidden, asked, first, previous, following, via)


def some(
    conn: Connection, clock: Clock, viewer: Viewer, ids: Collection[int], *, also: tuple[str, ...] = ()
) -> list[Any]:
    """The rows of those people who are employed on the day and whom the viewer may know, in the order given."""
    if not ids:
        return []
    shape = Shape(Order(), False, False, (), None, hidden(viewer), also)
    statement = present_list.SOME(shape) if clock.present else dated_list.SOME(shape, clock.known is None)
    found = {row[0]: row for row in conn.execute(statement, {"ids": list(ids), **clock_values(clock)})}
    unknown = hidden_from(conn, clock, viewer)
    return [found[each] for each in ids if each in found and each not in unknown]


# --- one person ---------------------------------------------------------------------------------------------

_E: Any = Employee.__table__
_P: Any = Present.__table__
_A: Any = Assignment.__table__
_S: Any = Employment.__table__
_R: Any = ReportingLine.__table__
_T: Any = JobTitle.__table__
_L: Any = Location.__table__
_K: Any = Skill.__table__
_ES: Any = EmployeeSkill.__table__
_ID: Any = sa.bindparam("id")
_DAY: Any = sa.bindparam("day")

COLUMNS = tuple(name for name in CARD_FIELDS if name != "skills")


@dataclass(frozen=True, slots=True)
class One:
    """Everything that is stored of one person on the day of the clock, and which of it the viewer may see."""

    row: Any
    skills: list[tuple[int, str]]
    seen: frozenset[str]
    """The fields of this very person that the viewer may see."""
    unknown: Hidden


class _Joined(NamedTuple):
    """People with the job that they have on the day, their employment, its title and place, and their manager."""

    tables: FromClause
    job: Any
    manager: Any


def _joined(present: bool, known_now: bool) -> _Joined:
    revision: Any = None if known_now else sa.bindparam("revision")
    spell = (_S.c.employee_id == _E.c.id) & known_at(_S, revision) & valid_on(_S, _DAY)
    manager = _E.alias("boss")
    job: Any
    people: FromClause
    if present:
        job, manager_id = _P, _P.c.manager_id
        people = _E.join(_P, _P.c.employee_id == _E.c.id)
    else:
        job, manager_id = _A, _R.c.manager_id
        mine = (_A.c.employee_id == _E.c.id) & _A.c.is_primary & known_at(_A, revision) & valid_on(_A, _DAY)
        line = (
            (_R.c.employee_id == _E.c.id)
            & (_R.c.assignment_id == _A.c.assignment_id)
            & (_R.c.kind == "solid")
            & known_at(_R, revision)
            & valid_on(_R, _DAY)
        )
        people = _E.join(_A, mine).outerjoin(_R, line)
    tables = (
        people.outerjoin(_S, spell)
        .outerjoin(_T, _T.c.id == job.c.job_title_id)
        .outerjoin(_L, _L.c.id == job.c.location_id)
        .outerjoin(manager, manager.c.id == manager_id)
    )
    return _Joined(tables, job, manager)


@lru_cache(maxsize=4)
def _one(present: bool, known_now: bool) -> Prepared:
    """A row for every skill of the person, one where there is none."""
    tables, job, manager = _joined(present, known_now)
    return Prepared(
        sa.select(
            *(_E.c[name] for name in ("id", "employee_number", "name", "narrowed", *COLUMNS)),
            _S.c.valid_from,
            _S.c.valid_to,
            job.c.department_id,
            job.c.fte,
            job.c.is_head,
            job.c.job_title_id,
            _T.c.name.label("job_title"),
            job.c.location_id,
            _L.c.name.label("location"),
            manager.c.id.label("manager_id"),
            manager.c.name.label("manager"),
            _K.c.id.label("skill_id"),
            _K.c.name.label("skill"),
        )
        .select_from(tables.outerjoin(_ES, _ES.c.employee_id == _E.c.id).outerjoin(_K, _K.c.id == _ES.c.skill_id))
        .where(_E.c.id == _ID)
        .order_by(_K.c.sort_name)
    )


@lru_cache(maxsize=4)
def _jobs(present: bool, known_now: bool) -> sa.Select[Any]:
    tables, job, manager = _joined(present, known_now)
    columns = (job.c.fte, job.c.is_head, _S.c.valid_to, _L.c.code, manager.c.employee_number.label("manager_number"))
    return sa.select(_E.c.id, *columns).select_from(tables).where(_E.c.id.in_(id_list("ids")))


def jobs(conn: Connection, clock: Clock, ids: Collection[int]) -> dict[int, Any]:
    """What a row of a list does not tell of the jobs of people: `fte`, `is_head`, `valid_to` of the employment, `code`
    of the location, `manager_number`. One query. The caller decides what of it the viewer may see."""
    values: dict[str, Any] = {"ids": list(ids), "day": clock.as_of}
    if clock.known is not None:
        values["revision"] = clock.revision
    return {row.id: row for row in conn.execute(_jobs(clock.present, clock.known is None), values)}


_SKILLS = (
    sa.select(_ES.c.employee_id, _K.c.name)
    .join(_K, _K.c.id == _ES.c.skill_id)
    .where(_ES.c.employee_id.in_(id_list("ids")))
    .order_by(_ES.c.employee_id, _K.c.sort_name)
)


def skills(conn: Connection, ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the skills of people, in order. One query."""
    found: dict[int, list[str]] = {}
    for employee, name in conn.execute(_SKILLS, {"ids": list(ids)}):
        found.setdefault(employee, []).append(name)
    return found


def one(conn: Connection, clock: Clock, viewer: Viewer, employee: int, *, unknown: Hidden | None = None) -> One | None:
    """Somebody who works here on the day of the clock; None for anybody else, and for whom the viewer may not know.

    One query; another where the viewer manages somebody. `unknown`: of whom the viewer may not know, where it is known
    already: nothing that is read while writing is kept, so it would be asked for again.
    """
    if unknown is None:
        unknown = hidden_from(conn, clock, viewer)
    if employee in unknown:
        return None
    values: dict[str, Any] = {"id": employee, "day": clock.as_of}
    if clock.known is not None:
        values["revision"] = clock.revision
    rows = _one(clock.present, clock.known is None).rows(conn, values)
    if not rows:
        return None
    row = rows[0]
    seen = visible_of(conn, clock, viewer, employee, row.narrowed)
    skills = [(each.skill_id, each.skill) for each in rows if each.skill_id is not None] if "skills" in seen else []
    return One(row, skills, seen, unknown)
