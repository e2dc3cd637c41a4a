"""Upkeep of `present`: the organisation as it is today, one flat row for everyone employed.

Derived from the dated rows, in the transaction that changes them. Every function takes a Core connection inside a
write transaction, save `verify`, which only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, case, delete, func, or_, select, union, update

from myproject.db.bulk import insert_rows
from myproject.db.ids import few_ids, id_list
from myproject.db.prepared import Prepared
from myproject.models.counter import Counter
from myproject.models.dated import is_current, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.present import Present

from .present_rows import names_on, worked_out

T = TypeVar("T")

CHUNK = 10_000
"""Employees worked out at a time: bounds the memory of a rebuild."""
_LONGEST_STRIDE = timedelta(days=62)
"""After a longer sleep a rebuild is cheaper than finding what was crossed."""
_AHEAD = timedelta(days=1)

_COUNTER = Counter.__table__
_PRESENT = Present.__table__
_COLUMNS = tuple(_PRESENT.c.keys())
_EMPLOYEE = Employee.__table__
_EMPLOYMENT = Employment.__table__
_ASSIGNMENT = Assignment.__table__
_LINE = ReportingLine.__table__
_VERSION = DepartmentVersion.__table__

_FEW = 200
"""Up to so many employees, the names of where they are are looked up with them; beyond, all are read once."""
_MANAGER = _COLUMNS.index("manager_id")
_LINKS = select(_PRESENT.c.employee_id, _PRESENT.c.manager_id, _PRESENT.c.reports, _PRESENT.c.below)
_LINKS_OF = _LINKS.where(_PRESENT.c.employee_id.in_(id_list("ids")))
_LINKS_TO = _LINKS.where(_PRESENT.c.manager_id.in_(id_list("ids")))
_UP = select(bindparam("manager", type_=_PRESENT.c.employee_id.type).label("id")).cte("up", recursive=True)
_UP = _UP.union(
    select(_PRESENT.c.manager_id)
    .join(_UP, _PRESENT.c.employee_id == _UP.c.id)
    .where(_PRESENT.c.manager_id.is_not(None))
)
_ONE_MORE = Prepared(
    update(_PRESENT)
    .where(_PRESENT.c.employee_id.in_(few_ids(select(_UP.c.id))))
    .values(
        below=_PRESENT.c.below + 1,
        reports=_PRESENT.c.reports + case((_PRESENT.c.employee_id == bindparam("manager"), 1), else_=0),
    )
)
_ABOVE = select(_PRESENT.c.employee_id.label("id")).where(_PRESENT.c.employee_id.in_(id_list("ids")))
_CHAIN: Any = _ABOVE.cte("chain", recursive=True)
_CHAIN = _CHAIN.union(
    select(_PRESENT.c.manager_id)
    .join(_CHAIN, _PRESENT.c.employee_id == _CHAIN.c.id)
    .where(_PRESENT.c.manager_id.is_not(None))
)
_LINKS_ABOVE = _LINKS.where(_PRESENT.c.employee_id.in_(few_ids(select(_CHAIN.c.id))))
_NAME_NOW = select(_EMPLOYEE.c.name).where(_EMPLOYEE.c.id == _PRESENT.c.manager_id).scalar_subquery()
_REPORTS_TO = Prepared(
    update(_PRESENT)
    .where(_PRESENT.c.manager_id.in_(id_list("ids")), _PRESENT.c.manager != _NAME_NOW)
    .values(manager=_NAME_NOW)
)
_COUNT = (
    update(_PRESENT)
    .where(_PRESENT.c.employee_id == bindparam("employee"))
    .values(reports=bindparam("direct"), below=bindparam("all"))
)


def refresh(conn: Connection, employees: Iterable[int], day: date, *, new: bool = False) -> None:
    """Work out anew the rows of these employees, and the counts of everyone above them.

    With `new`, none of them had a row before.
    """
    ids = sorted(set(employees))
    if not ids:
        return
    above: set[int] = set()
    if not new:
        for chunk in batched(ids, CHUNK):
            above.update(row.manager_id for row in conn.execute(_LINKS_OF, {"ids": chunk}) if row.manager_id)
            conn.execute(delete(_PRESENT).where(_PRESENT.c.employee_id.in_(id_list(chunk))))
            _REPORTS_TO.run(conn, {"ids": chunk})
    names = names_on(conn, day) if len(ids) > _FEW else None
    for chunk in batched(ids, CHUNK):
        rows = list(worked_out(conn, chunk, day, names))
        insert_rows(conn, _PRESENT, _COLUMNS, rows)
    _recount(conn, above.union(ids))


def _add(conn: Connection, employee: int, day: date) -> None:
    """The row of one who was never in it, where nobody else's changes: everyone above has one more below."""
    for row in worked_out(conn, (employee,), day, None):
        insert_rows(conn, _PRESENT, _COLUMNS, (row,))
        manager = row[_MANAGER]
        if manager is not None:
            _ONE_MORE.run(conn, {"manager": manager})


def rename(conn: Connection, day: date, *, departments: Iterable[int] = (), locations: Iterable[int] = ()) -> None:
    """Write the names of these departments and locations into the rows of who is there."""
    departments, locations = set(departments), set(locations)
    if not departments and not locations:
        return
    department_sort, places, _ = names_on(conn, day)
    for id_ in departments:
        conn.execute(
            update(_PRESENT)
            .where(_PRESENT.c.department_id == id_, _PRESENT.c.department_sort != department_sort.get(id_, ""))
            .values(department_sort=department_sort.get(id_, ""))
        )
    for id_ in locations:
        told = dict(zip(("location", "time_zone", "location_sort"), places[id_], strict=True))
        differs = or_(*(_PRESENT.c[name].is_distinct_from(value) for name, value in told.items()))
        conn.execute(update(_PRESENT).where(_PRESENT.c.location_id == id_, differs).values(told))


def upkeep(
    conn: Connection,
    today: date,
    *,
    employees: set[int],
    new: set[int],
    departments: Iterable[int],
    locations: Iterable[int],
    day: date | None,
) -> date:
    """Bring the table up to a change set: `employees` changed, of whom `new` were never in it. The day of the table.

    day: that of the table, read where nobody else can change it any more. A table that is a day ahead stays so.
    """
    if day is None:
        rebuild(conn, today)
        return today
    ahead = is_ahead(day, today)
    rolled = not ahead and day != today and roll_forward(conn, today)
    if not ahead:
        day = today
    refresh(conn, employees - new, day)
    if len(new) == 1 and employees == new and not rolled:
        _add(conn, min(new), day)
    else:
        refresh(conn, new, day, new=not rolled)
    rename(conn, day, departments=departments, locations=locations)
    return day


def is_ahead(day: date | None, today: date) -> bool:
    """Whether the table is a day ahead of a process, which then leaves it there, reading and writing.

    The clock of another process is a little faster, or on the other side of midnight. To take the table back would cost
    a rebuild each time, and the other would take it forward again.
    """
    return day is not None and day - today == _AHEAD


def day_of(conn: Connection) -> date | None:
    """The day that the table is of."""
    day: date | None = conn.execute(select(_COUNTER.c.present_day)).scalar()
    return day


def roll_forward(conn: Connection, today: date) -> bool:
    """Make `present` that of `today`, touching only the few whose dates were crossed. Whether anything was done.

    Safe to call at any time and by several at once: whoever comes second finds it done, or a day further.
    """
    day = conn.execute(select(_COUNTER.c.present_day).with_for_update()).scalar()
    if day == today or is_ahead(day, today):
        return False
    if day is None or not timedelta(0) < today - day <= _LONGEST_STRIDE:
        rebuild(conn, today)
        return True
    crossed = [
        select(table.c.employee_id).where(
            is_current(table), or_(_between(table.c.valid_from, day, today), _between(table.c.valid_to, day, today))
        )
        for table in (_EMPLOYMENT, _ASSIGNMENT, _LINE)
    ]
    refresh(conn, conn.execute(union(*crossed)).scalars(), today)
    renamed = select(_VERSION.c.department_id).where(is_current(_VERSION), _between(_VERSION.c.valid_from, day, today))
    rename(conn, today, departments=conn.execute(renamed).scalars().all())
    conn.execute(update(_COUNTER).values(present_day=today))
    return True


def rebuild(conn: Connection, today: date) -> int:
    """Make the whole table anew; how many rows it has."""
    conn.execute(delete(_PRESENT))
    employed = select(_EMPLOYMENT.c.employee_id).where(is_current(_EMPLOYMENT), valid_on(_EMPLOYMENT, today))
    refresh(conn, conn.execute(employed).scalars(), today, new=True)
    conn.execute(update(_COUNTER).values(present_day=today))
    return conn.execute(select(func.count()).select_from(_PRESENT)).scalar_one()


def verify(conn: Connection) -> list[str]:
    """How `present` differs from what the dated rows say of its day; empty if it doesn't."""
    day = day_of(conn)
    if day is None:
        count = conn.execute(select(func.count()).select_from(_PRESENT)).scalar_one()
        return [] if count == 0 else [f"present holds {count} rows, but no day is noted for them"]
    names = names_on(conn, day)
    employed = conn.execute(
        select(_EMPLOYMENT.c.employee_id).where(is_current(_EMPLOYMENT), valid_on(_EMPLOYMENT, day))
    ).scalars()
    wanted: dict[int, tuple[Any, ...]] = {}
    for chunk in batched(sorted(set(employed)), CHUNK):
        wanted.update((row[0], row) for row in worked_out(conn, chunk, day, names))
    manager = _COLUMNS.index("manager_id")
    links = {id_: row[manager] for id_, row in wanted.items()}
    reports, below = _counts(links, {})
    problems = []
    for row in conn.execute(select(_PRESENT)):
        right = wanted.pop(row.employee_id, None)
        if right is None:
            problems.append(f"employee {row.employee_id} is in present, but does not work here on {day}")
            continue
        right = (*right[:-2], reports.get(row.employee_id, 0), below.get(row.employee_id, 0))
        problems += (
            f"employee {row.employee_id}: {name} is {is_!r} in present, {should!r} by the dated rows"
            for name, is_, should in zip(_COLUMNS, row, right, strict=True)
            if is_ != should
        )
    problems += (f"employee {id_} works here on {day}, but is not in present" for id_ in wanted)
    return problems


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _between(column: Any, day: date, today: date) -> Any:
    return and_(column > day, column <= today)


def _recount(conn: Connection, changed: set[int]) -> None:
    """Count anew the reports of these employees and of everyone above them."""
    links: dict[int, int | None] = {}
    stored: dict[int, tuple[int, int]] = {}
    level = changed
    if len(changed) <= _FEW:
        for id_, manager, reports, below in conn.execute(_LINKS_ABOVE, {"ids": sorted(changed)}):
            links[id_] = manager
            stored[id_] = (reports, below)
        level = set()
    while level:
        for chunk in batched(sorted(level), CHUNK):
            for id_, manager, reports, below in conn.execute(_LINKS_OF, {"ids": chunk}):
                links[id_] = manager
                stored[id_] = (reports, below)
        level = {manager for id_ in level if (manager := links.get(id_)) is not None and manager not in links}
    beside: dict[int, int] = {}
    for chunk in batched(sorted(links), CHUNK):
        for id_, manager, _, below in conn.execute(_LINKS_TO, {"ids": chunk}):
            if id_ not in links:
                links[id_] = manager
                beside[id_] = below
    reports, below_ = _counts(links, beside)
    right = ((id_, (reports.get(id_, 0), below_.get(id_, 0))) for id_ in stored)
    wrong = [{"employee": id_, "direct": counts[0], "all": counts[1]} for id_, counts in right if counts != stored[id_]]
    for part in batched(wrong, CHUNK):
        conn.execute(_COUNT, list(part))


def _counts(links: dict[int, int | None], known: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Direct reports and all below, from employee -> manager. `known` gives the number below where that is not asked.

    From the bottom up: whoever waits for no report any more adds to the manager. A cycle would never be reached.
    """
    reports: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for manager in links.values():
        if manager is not None and manager in links:
            reports[manager] = reports.get(manager, 0) + 1
            if manager not in known:
                waiting[manager] = waiting.get(manager, 0) + 1
    below = dict(known)
    ready = [id_ for id_ in links if not waiting.get(id_)]
    while ready:
        id_ = ready.pop()
        manager = links[id_]
        if manager is None or manager not in links or manager in known:
            continue
        below[manager] = below.get(manager, 0) + 1 + below.get(id_, 0)
        waiting[manager] -= 1
        if not waiting[manager]:
            ready.append(manager)
    return reports, below
