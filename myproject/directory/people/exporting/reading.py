"""Everyone on a list with all fields that the viewer may see, read in chunks for an export."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from myproject.directory.people import people_list, person_record
from myproject.directory.people.listing.filters import Filters, Order
from myproject.directory.people.people_list import PeoplePage, PersonRow
from myproject.directory.people.person_record import JobRow
from myproject.directory.people.profile import ONE_DAY, age_of
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import CARD_FIELDS
from myproject.directory.visibility.audience import Viewer, open_to, visible_fields
from myproject.models.dated import FOREVER

from .columns import COLUMNS, Record, open_columns

_IN_ROW = ("name", "employee_number", "email", "phone", "hired_on", "job_title", "location", "manager")
"""Columns of the file that are columns of every row."""
_ALSO = tuple(name for name in CARD_FIELDS if name not in (*_IN_ROW, "skills", "portrait"))
_FROM_ROW = (*_IN_ROW, *_ALSO)
_values_of = attrgetter(*_FROM_ROW)


def everyone(
    conn: Connection, clock: Clock, viewer: Viewer, filters: Filters, order: Order, *, chunk: int = 2_000
) -> Iterator[list[Record]]:
    """Everyone who fits, in order, in lists of at most `chunk`. Three queries a list; constant memory.

    Raises `ListQueryError` for filters or orders that the viewer may not use.
    """
    for at, page in people_list.chunks(conn, clock, viewer, filters, order, size=chunk, also=_ALSO):
        yield _records(conn, at, viewer, page)


def _records(conn: Connection, clock: Clock, viewer: Viewer, page: PeoplePage) -> list[Record]:
    seen = visible_fields(viewer)
    hidden = dict.fromkeys(column.name for column in COLUMNS if column not in open_columns(viewer))
    ids = [row.id for row in page.people]
    jobs = person_record.jobs(conn, clock, ids)
    skills = person_record.skills(conn, ids) if "skills" in seen else {}
    found: list[Record] = []
    for row in page.people:
        record: dict[str, Any] = dict(zip(_FROM_ROW, _values_of(row), strict=True))
        record |= _job(row, jobs[row.id], page)
        record["skills"] = skills.get(row.id) if open_to(viewer, row.narrowed, "skills") else None
        record["age"] = age_of(clock, seen, row.date_of_birth)
        found.append(record | hidden)
    return found


def _job(row: PersonRow, job: JobRow, page: PeoplePage) -> dict[str, Any]:
    department = page.department(row)
    last = job.valid_to
    return {
        "department": department and department.name,
        "department_code": department and department.code,
        "location_code": job.code,
        "fte": job.fte,
        "is_head": job.is_head,
        "manager_number": job.manager_number if row.manager_id is not None else None,
        "left_on": last - ONE_DAY if last is not None and last < FOREVER else None,
    }
