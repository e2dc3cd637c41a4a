"""The timeline of an employee: every dated fact in order, each compared with what was before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Float,
    FromClause,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from, visible_of
from myproject.directory.visibility.hidden_people import NOBODY, Hidden
from myproject.models.dated import known_at
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle

from .facts import ORDER, CareerEvent, CareerRow, Fact, Phase
from .story import Story

_S = Employment.__table__
_A = Assignment.__table__
_R = ReportingLine.__table__
_V = DepartmentVersion.__table__
_T = JobTitle.__table__
_L = Location.__table__
_M = Employee.__table__
_REVISION: Any = bindparam("revision")


def _rows() -> Any:
    """Every dated row ever written about some employees; those superseded tell who said a thing first."""
    no_text, no_number = cast(null(), String), cast(null(), BigInteger)
    no_flag, no_share = cast(null(), Boolean), cast(null(), Float)
    dated = ("valid_from", "valid_to", "recorded_in", "superseded_in")

    def of(table: FromClause, what: str, *columns: Any, source: Any = None) -> Select[Any]:
        return (
            select(table.c.employee_id, literal(what), *columns, *(table.c[name] for name in dated))
            .select_from(table if source is None else source)
            .where(table.c.employee_id.in_(id_list("ids")), table.c.recorded_in <= _REVISION)
        )

    job = _A.outerjoin(_T, _T.c.id == _A.c.job_title_id).outerjoin(_L, _L.c.id == _A.c.location_id)
    line = _R.outerjoin(_M, _M.c.id == _R.c.manager_id)
    nothing = (no_number, no_text, no_text, no_share, no_flag, no_flag)
    nobody = (no_number, no_text, no_text)
    return union_all(
        of(_S, "employment", no_number, *nothing, *nobody),
        of(
            _A,
            "assignment",
            _A.c.assignment_id,
            _A.c.department_id,
            _T.c.name,
            _L.c.name,
            _A.c.fte,
            _A.c.is_primary,
            _A.c.is_head,
            *nobody,
            source=job,
        ),
        of(_R, "line", _R.c.assignment_id, *nothing, _R.c.manager_id, _M.c.name, _R.c.kind, source=line),
    )


_ROWS = _rows()


def _names(revision: Any) -> Select[Any]:
    return (
        select(_V.c.department_id, _V.c.name, _V.c.valid_from, _V.c.valid_to)
        .where(_V.c.department_id.in_(id_list("ids")), known_at(_V, revision))
        .order_by(_V.c.department_id, _V.c.valid_from)
    )


_NAMES = {True: _names(None), False: _names(_REVISION)}


def timeline(conn: Connection, clock: Clock, viewer: Viewer, employee: int) -> list[CareerEvent]:
    """Everything that is known of someone's past and plans here, the latest first. Two queries.

    Names of departments are those of the day of the event. What the viewer may not see is left out, and so are
    events that consist of it; whom they may not know of is nobody's manager, and has no timeline.
    """
    hidden = hidden_from(conn, clock, viewer)
    if employee in hidden:
        return []
    rows, versions = read(conn, [employee], clock.revision, known_now=clock.known is None, hidden=hidden)
    story = Story(rows, clock.revision, versions, visible_of(conn, clock, viewer, employee, None))
    days: dict[tuple[date, date], list[Fact]] = defaultdict(list)
    for shown, effective, fact in story.facts():
        days[shown, effective].append(fact)
    events = [
        CareerEvent(shown, _phase(effective, clock), tuple(sorted(facts, key=lambda fact: ORDER[fact.what])))
        for (shown, effective), facts in days.items()
    ]
    return sorted(events, key=lambda event: (event.day, ORDER[event.facts[-1].what]), reverse=True)


def read(
    conn: Connection,
    employees: Sequence[int],
    revision: int,
    *,
    known_now: bool = False,
    hidden: Hidden = NOBODY,
) -> tuple[list[CareerRow], Mapping[int, Sequence[Any]]]:
    """Every row about some employees up to a revision, and the names of the departments in them. Two queries.

    Lines to the `hidden` are left out.
    """
    found = (CareerRow(*row) for row in conn.execute(_ROWS, {"ids": list(employees), "revision": revision}))
    rows = [row for row in found if row.manager not in hidden]
    ids = sorted({row.department for row in rows if row.department is not None})
    versions: dict[int, list[Any]] = defaultdict(list)
    if ids:
        values = {"ids": ids} if known_now else {"ids": ids, "revision": revision}
        for version in conn.execute(_NAMES[known_now], values):
            versions[version.department_id].append(version)
    return rows, versions


def _phase(effective: date, clock: Clock) -> Phase:
    if effective <= clock.as_of:
        return "past"
    return "planned" if effective > clock.today else "later"
