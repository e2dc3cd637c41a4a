"""The dated rows as plain values, and the arithmetic of their periods.

A row is its period and what it says; two rows that say the same over the same days are equal. What is to be written is
then the difference between the rows stored and the rows wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from myproject.models.dated import FOREVER

ONE_DAY = timedelta(days=1)


class EmploymentRow(NamedTuple):
    valid_from: date
    valid_to: date
    employee_id: int


class AssignmentRow(NamedTuple):
    valid_from: date
    valid_to: date
    assignment_id: int
    employee_id: int
    department_id: int
    job_title_id: int | None
    location_id: int | None
    fte: float
    is_primary: bool
    is_head: bool


class LineRow(NamedTuple):
    valid_from: date
    valid_to: date
    assignment_id: int
    employee_id: int
    manager_id: int
    kind: str


class VersionRow(NamedTuple):
    valid_from: date
    valid_to: date
    department_id: int
    name: str
    slug: str
    parent_id: int | None


Row = EmploymentRow | AssignmentRow | LineRow | VersionRow
R = TypeVar("R", EmploymentRow, AssignmentRow, LineRow, VersionRow)


def day_after(last_day: date | None) -> date:
    """The exclusive end of a period whose last day is given; none is no end."""
    return FOREVER if last_day is None else last_day + ONE_DAY


def row_on(rows: Iterable[R], day: date) -> R | None:
    """The row that is true on a day."""
    for row in rows:
        if row.valid_from <= day < row.valid_to:
            return row
    return None


def overlay(rows: Iterable[R], start: date, end: date, change: Callable[[R], R | None]) -> list[R]:
    """The rows with `change` applied to whatever lies in [start, end); None takes that part away."""
    result: list[R] = []
    for row in rows:
        if row.valid_to <= start or row.valid_from >= end:
            result.append(row)
            continue
        if row.valid_from < start:
            result.append(row._replace(valid_to=start))
        inside = change(row._replace(valid_from=max(row.valid_from, start), valid_to=min(row.valid_to, end)))
        if inside is not None:
            result.append(inside)
        if row.valid_to > end:
            result.append(row._replace(valid_from=end))
    return result


def cut(rows: Iterable[R], start: date, end: date) -> list[R]:
    """The rows without whatever lies in [start, end)."""
    return overlay(rows, start, end, lambda _: None)


def joined(rows: list[R]) -> list[R]:
    """The rows with neighbours that say the same made one."""
    if len(rows) < 2:
        return rows
    alike: dict[tuple[object, ...], list[R]] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        chain = alike.setdefault(row[2:], [])
        if chain and chain[-1].valid_to >= row.valid_from:
            chain[-1] = chain[-1]._replace(valid_to=max(chain[-1].valid_to, row.valid_to))
        else:
            chain.append(row)
    return [row for chain in alike.values() for row in chain]


def first_gap(rows: Sequence[R], start: date, end: date) -> date | None:
    """The first day of [start, end) that no row holds, or None if all are held. Rows may come in any order."""
    if len(rows) == 1:  # by far the most frequent case
        row = rows[0]
        return (
            None
            if row.valid_from <= start and end <= row.valid_to
            else (start if start < row.valid_from or start >= row.valid_to else row.valid_to)
        )
    at = start
    for row in sorted(rows, key=lambda row: row.valid_from):
        if row.valid_from > at:
            break
        at = max(at, row.valid_to)
        if at >= end:
            return None
    return at if at < end else None


def first_overlap(rows: Sequence[R]) -> date | None:
    """The first day that two of the rows hold."""
    if len(rows) < 2:
        return None
    ordered = sorted(rows, key=lambda row: row.valid_from)
    end = ordered[0].valid_to
    for row in ordered[1:]:
        if row.valid_from < end:
            return row.valid_from
        end = max(end, row.valid_to)
    return None


def restate(rows: Sequence[R], old: R, new: R) -> list[R]:
    """The rows of one thing with `old` restated as `new`.

    A neighbour that touched an edge of `old` follows the edge; whatever else `new` covers gives way.
    """
    others: list[R] = []
    for row in rows:
        if row == old:
            continue
        if row.valid_to == old.valid_from and new.valid_from > row.valid_from:
            row = row._replace(valid_to=new.valid_from)
        elif row.valid_from == old.valid_to and new.valid_to < row.valid_to:
            row = row._replace(valid_from=new.valid_to)
        others.append(row)
    kept = cut(others, new.valid_from, new.valid_to)
    kept.append(new)
    return kept
