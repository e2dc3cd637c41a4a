"""The columns of a row of people, by name: what every list reads of a person."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, Self

from sqlalchemy import Row

LISTED = (
    "employee_number",
    "email",
    "phone",
    "hired_on",
    "department",
    "job_title",
    "location",
    "manager",
    "portrait",
)
"""Fields in every row besides the name. Those that the viewer may not see are NULL in the statement already."""


class PersonRow(Protocol):
    """A person in a list, a named tuple. None: not known, or not visible to the viewer.

    The columns after `narrowed` are there only if they were asked for (`also`).
    """

    id: int
    name: str
    employee_number: str | None
    email: str | None
    phone: str | None
    hired_on: date | None
    department_id: int | None
    job_title: str | None
    location_id: int | None
    location: str | None
    time_zone: str | None
    manager_id: int | None
    manager: str | None
    portrait: str | None
    """Name of the stored picture."""
    narrowed: Mapping[str, str] | None
    """Field -> the narrower audience that the person chose. Applied to this row already."""

    given_name: str | None
    family_name: str | None
    date_of_birth: date | None

    @property
    def _fields(self) -> tuple[str, ...]: ...

    def _replace(self, **changes: Any) -> Self: ...


def named(rows: Sequence[Any]) -> Sequence[PersonRow]:
    """Rows of SQLAlchemy as named tuples; rows of `Prepared` are such tuples already."""
    if not rows or not isinstance(rows[0], Row):
        return rows
    return list(map(_row_class(rows[0]._fields)._make, rows))


@lru_cache(maxsize=64)
def _row_class(columns: tuple[str, ...]) -> Any:
    return namedtuple("PersonRow", columns)  # noqa: PYI024
