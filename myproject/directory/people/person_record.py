"""What is stored of one person on a day, and what lists leave out of many: jobs and skills.

Rows are not changed: callers apply `seen`, the fields that the viewer may see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy import Connection, FromClause

from myproject.db.ids import id_list
from myproject.db.prepared import Prepared
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import CARD_FIELDS
from myproject.directory.visibility.audience import Viewer, hidden_from, visible_of
from myproject.directory.visibility.hidden_people import Hidden
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle, Skill

_E = Employee.__table__
_P = Present.__table__
_A = Assignment.__table__
_S = Employment.__table__
_R = ReportingLine.__table__
_T = JobTitle.__table__
_L = Location.__table__
_K = Skill.__table__
_ES = EmployeeSkill.__table__
_ID: Any = sa.bindparam("id")
_DAY: Any = sa.bindparam("day")

COLUMNS = tuple(name for name in CARD_FIELDS if name != "skills")


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything stored of one person on the day of the clock, and which of it the viewer may see."""

    row: Any
    skills: list[tuple[int, str]]
    seen: frozenset[str]
    """Fields of this person that the viewer may see."""
    hidden: Hidden
    """People hidden from the viewer: their names must not be shown, not even as the manager."""


class JobRow(Protocol):
    """What a list leaves out of somebody's job."""

    id: int
    fte: float
    is_head: bool
    valid_to: date | None
    """End of the employment, exclusive."""
    code: str | None
    """Of the location."""
    manager_number: str | None


class _Joined(NamedTuple):
    """Employees joined with their job on the day, employment, job title, location and manager."""

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


def jobs(conn: Connection, clock: Clock, ids: Collection[int]) -> dict[int, JobRow]:
    """Employee id -> job on the day. One query. The caller decides which fields the viewer may see."""
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
    """Employee id -> names of skills, in order. One query."""
    found: dict[int, list[str]] = {}
    for employee, name in conn.execute(_SKILLS, {"ids": list(ids)}):
        found.setdefault(employee, []).append(name)
    return found


def read_one(
    conn: Connection, clock: Clock, viewer: Viewer, employee: int, *, hidden: Hidden | None = None
) -> PersonRecord | None:
    """Someone employed on the day of the clock; None for anyone else and for people hidden from the viewer.

    One query; another if the viewer manages somebody. `hidden`: the people hidden from the viewer, if known already:
    nothing read inside a write transaction is cached, so it would be queried again.
    """
    if hidden is None:
        hidden = hidden_from(conn, clock, viewer)
    if employee in hidden:
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
    return PersonRecord(row, skills, seen, hidden)
