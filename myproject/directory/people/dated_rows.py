"""Assignments and reporting lines as stored: one row per period.

`day` selects the rows that are valid on it; without one every current row is returned, past and planned. Rows are
sorted by id. Rows of people hidden from the viewer are left out.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, FromClause, Select, bindparam, select

from myproject.db.ids import id_list
from myproject.directory.org_chart.people import check
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import (
    Hidden,
    HidingMode,
    hidden_parameters,
    hiding_mode,
    visible_conditions,
)
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle

_A = Assignment.__table__
_R = ReportingLine.__table__
_E = Employee.__table__
_M: Any = Employee.__table__.alias("manager")
_T = JobTitle.__table__
_L = Location.__table__


class AssignmentPeriod(NamedTuple):
    """A period of somebody's job."""

    id: int
    assignment: int
    employee: int
    employee_name: str
    department: int
    job_title: str | None
    location: int | None
    location_name: str | None
    fte: float
    is_primary: bool
    is_head: bool
    valid_from: date
    valid_to: date
    """The first day after it; `models.dated.FOREVER` where there is none."""
    recorded_in: int


class ReportingLinePeriod(NamedTuple):
    """A period in which a job reported to somebody."""

    id: int
    assignment: int
    employee: int
    employee_name: str
    manager: int
    manager_name: str
    kind: str
    valid_from: date
    valid_to: date
    recorded_in: int


class DatedRowsFilter(NamedTuple):
    """Which rows to read."""

    employee: int | None = None
    manager: int | None = None
    """Of reporting lines only."""
    departments: tuple[int, ...] = ()
    """Of assignments: in any of these. Of lines: of somebody whose job is in one."""
    day: date | None = None
    after: int = 0
    """The number of the row after which they begin."""


def _filtered(
    query: Select[Any], table: FromClause, asked: DatedRowsFilter, *, known_now: bool, how: HidingMode
) -> Select[Any]:
    query = query.where(known_at(table, None if known_now else bindparam("revision")))  # type: ignore[arg-type]
    if asked.employee is not None:
        query = query.where(table.c.employee_id == bindparam("employee"))
    if asked.day is not None:
        query = query.where(valid_on(table, bindparam("day")))
    query = query.where(*visible_conditions(table.c.employee_id, how))
    query = query.where(table.c.id > bindparam("after"))
    return query.order_by(table.c.id).limit(bindparam("limit"))


@lru_cache(maxsize=64)
def _assignments(shape: DatedRowsFilter, known_now: bool, how: HidingMode) -> Select[Any]:
    query = select(
        _A.c.id, _A.c.assignment_id, _A.c.employee_id, _E.c.name, _A.c.department_id, _T.c.name, _A.c.location_id,
        _L.c.name, _A.c.fte, _A.c.is_primary, _A.c.is_head, _A.c.valid_from, _A.c.valid_to, _A.c.recorded_in,
    ).select_from(
        _A.outerjoin(_E, _E.c.id == _A.c.employee_id)
        .outerjoin(_T, _T.c.id == _A.c.job_title_id)
        .outerjoin(_L, _L.c.id == _A.c.location_id)
    )  # fmt: skip
    if shape.departments:
        query = query.where(_A.c.department_id.in_(id_list("departments")))
    return _filtered(query, _A, shape, known_now=known_now, how=how)


@lru_cache(maxsize=64)
def _lines(shape: DatedRowsFilter, known_now: bool, how: HidingMode) -> Select[Any]:
    query = select(
        _R.c.id, _R.c.assignment_id, _R.c.employee_id, _E.c.name, _R.c.manager_id, _M.c.name, _R.c.kind,
        _R.c.valid_from, _R.c.valid_to, _R.c.recorded_in,
    ).select_from(
        _R.outerjoin(_E, _E.c.id == _R.c.employee_id).outerjoin(_M, _M.c.id == _R.c.manager_id)
    )  # fmt: skip
    if shape.manager is not None:
        query = query.where(_R.c.manager_id == bindparam("manager"))
    if shape.departments:
        job = _A.alias("job")
        mine = select(job.c.id).where(
            job.c.employee_id == _R.c.employee_id,
            job.c.assignment_id == _R.c.assignment_id,
            job.c.department_id.in_(id_list("departments")),
            known_at(job, None if known_now else bindparam("revision")),  # type: ignore[arg-type]
            job.c.valid_from < _R.c.valid_to,
            job.c.valid_to > _R.c.valid_from,
        )
        if shape.day is not None:
            mine = mine.where(valid_on(job, bindparam("day")))
        query = query.where(mine.limit(1).scalar_subquery().is_not(None))
    query = query.where(*visible_conditions(_R.c.manager_id, how))
    return _filtered(query, _R, shape, known_now=known_now, how=how)


_ANY_DAY = date(2000, 1, 1)


def _shape(asked: DatedRowsFilter) -> DatedRowsFilter:
    """What decides the text of the statement."""
    return DatedRowsFilter(
        None if asked.employee is None else 1,
        None if asked.manager is None else 1,
        (1,) if asked.departments else (),
        None if asked.day is None else _ANY_DAY,
    )


def _values(clock: Clock, asked: DatedRowsFilter, limit: int, hidden: Hidden) -> dict[str, Any]:
    values: dict[str, Any] = {"after": asked.after, "limit": limit}
    for name in ("employee", "manager", "day"):
        if getattr(asked, name) is not None:
            values[name] = getattr(asked, name)
    if asked.departments:
        values["departments"] = asked.departments
    if clock.known is not None:
        values["revision"] = clock.revision
    return values | hidden_parameters(hidden)


def assignments(
    conn: Connection, clock: Clock, viewer: Viewer, asked: DatedRowsFilter, *, limit: int
) -> list[AssignmentPeriod]:
    """The first rows of assignments; one query."""
    hidden = hidden_from(conn, clock, viewer)
    statement = _assignments(_shape(asked), clock.known is None, hiding_mode(hidden))
    return [AssignmentPeriod._make(row) for row in conn.execute(statement, _values(clock, asked, limit, hidden))]


def reporting_lines(
    conn: Connection, clock: Clock, viewer: Viewer, asked: DatedRowsFilter, *, limit: int
) -> list[ReportingLinePeriod]:
    """The first rows of reporting lines; one query. Raises `NotShownError` where they are not open to the viewer."""
    check(viewer)
    hidden = hidden_from(conn, clock, viewer)
    statement = _lines(_shape(asked), clock.known is None, hiding_mode(hidden))
    return [ReportingLinePeriod._make(row) for row in conn.execute(statement, _values(clock, asked, limit, hidden))]
