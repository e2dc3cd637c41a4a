"""People as an export holds them: a list with all that its viewer may see of each, read in parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from myproject.directory import people, records
from myproject.directory.audience import Viewer, open_to, visible_fields
from myproject.directory.clock import Clock
from myproject.directory.departments import DepartmentTree
from myproject.directory.fields import CARD_FIELDS, NARROWABLE_FIELDS
from myproject.directory.listing.asking import CARD
from myproject.directory.listing.question import Filters, Order
from myproject.directory.profile import ONE_DAY, age_of
from myproject.directory.records import Part
from myproject.models.dated import FOREVER

from .columns import COLUMNS, Record, open_columns

_IN_ROW = {"name": 1, "employee_number": 2, "email": 3, "phone": 4, "joined_on": 5, "job_title": 7, "location": 9}
"""What the row of a list holds already: column -> its place."""
_DEPARTMENT, _MANAGER, _NARROWED = 6, 11, CARD - 1
_ALSO = tuple(name for name in CARD_FIELDS if name not in (*_IN_ROW, "skills", "portrait"))


def everyone(
    conn: Connection, clock: Clock, viewer: Viewer, filters: Filters, order: Order, *, chunk: int = 2_000
) -> Iterator[list[Record]]:
    """Everyone who fits, in order, in lists of at most `chunk`. Three queries a list; memory does not grow with it.

    Raises `Refused` for what the viewer may not ask.
    """
    for at, part in people.parts(conn, clock, viewer, filters, order, chunk=chunk, also=_ALSO):
        yield _records(conn, at, viewer, part)


def _records(conn: Connection, clock: Clock, viewer: Viewer, part: Part) -> list[Record]:
    seen = visible_fields(viewer)
    hidden = [column.name for column in COLUMNS if column not in open_columns(viewer)]
    ids = [row[0] for row in part.rows]
    jobs = records.jobs(conn, clock, ids)
    skills = records.skills(conn, ids) if "skills" in seen else {}
    found: list[Record] = []
    for row in part.rows:
        record = _card(row, part.keys) | _job(row, jobs[row[0]], part.tree)
        record["skills"] = skills.get(row[0])
        record["age"] = age_of(clock, seen, record["date_of_birth"])
        if row[_MANAGER] in part.unknown:
            record["manager"] = record["manager_number"] = None
        if row[_NARROWED]:
            kept = (name for name in NARROWABLE_FIELDS if not open_to(viewer, row[_NARROWED], name))
            record.update(dict.fromkeys(name for name in kept if name in record))
        found.append(record | dict.fromkeys(hidden))
    return found


def _card(row: Any, keys: int) -> dict[str, Any]:
    found = {name: row[place] for name, place in _IN_ROW.items()}
    return found | dict(zip(_ALSO, row[CARD + keys :], strict=True))


def _job(row: Any, job: Any, tree: DepartmentTree) -> dict[str, Any]:
    department = tree.get(row[_DEPARTMENT])
    last = job.valid_to
    return {
        "department": department and department.name,
        "department_code": department and department.code,
        "location_code": job.code,
        "fte": job.fte,
        "is_head": job.is_head,
        "manager": row[_MANAGER + 1],
        "manager_number": job.manager_number,
        "left_on": last - ONE_DAY if last is not None and last < FOREVER else None,
    }
