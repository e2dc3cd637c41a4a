"""Dated rows read field by field: how long a field holds its value, saying another value, moving a planned change.

A row holds several fields over one period, so a change of one field splits a row that the others hold on. A change of
a field therefore holds until the next change of that same field, whatever else begins in between (ADR 26).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from .rows import ONE_DAY, R, overlay, restate, row_on

Unit = tuple[str, ...]
"""Fields that change together: whether somebody is head of the department means nothing without the department."""
PLACE: Unit = ("department_id", "is_head")
ASSIGNMENT_UNITS: tuple[Unit, ...] = (PLACE, ("job_title_id",), ("location_id",), ("fte",))
VERSION_UNITS: tuple[Unit, ...] = (("name",), ("parent_id",))
LINE_UNITS: tuple[Unit, ...] = (("manager_id",),)
NOTHING: Unit = ()
"""No field: its run is as long as there are rows without a gap."""


def values_of(row: Any, unit: Unit) -> tuple[Any, ...]:
    """What a row says of the fields of a unit."""
    return tuple(getattr(row, name) for name in unit)


def run_of(rows: Iterable[R], unit: Unit, day: date) -> tuple[date, date]:
    """The longest [from, to) around a day on which the rows of one thing say the same of a unit, without a gap.

    There must be a row on that day.
    """
    ordered = sorted(rows, key=lambda row: row.valid_from)
    at = next(place for place, row in enumerate(ordered) if row.valid_from <= day < row.valid_to)
    held = values_of(ordered[at], unit)
    start, end = ordered[at].valid_from, ordered[at].valid_to
    for row in ordered[at + 1 :]:
        if row.valid_from != end or values_of(row, unit) != held:
            break
        end = row.valid_to
    for row in reversed(ordered[:at]):
        if row.valid_to != start or values_of(row, unit) != held:
            break
        start = row.valid_from
    return start, end


def say(rows: Iterable[R], unit: Unit, start: date, end: date, values: tuple[Any, ...]) -> list[R]:
    """The rows with these values of a unit in [start, end)."""
    said: dict[str, Any] = dict(zip(unit, values, strict=True))
    return overlay(rows, start, end, lambda row: row._replace(**said))


def row_before(rows: Iterable[R], row: R) -> R | None:
    """The row that holds until the day on which `row` begins."""
    return row_on(rows, row.valid_from - ONE_DAY) if row.valid_from > date.min else None


def put_off(rows: Sequence[R], units: Iterable[Unit], day: date, to: date | None) -> list[R]:
    """The rows with whatever changes on `day` changing on the day `to` instead; None: not at all.

    Each field keeps what it held before until its own next change, and so do the changes of other days.
    """
    found = list(rows)
    before, after = row_on(rows, day - ONE_DAY), row_on(rows, day)
    if before is None or after is None:
        return found
    for unit in units:
        was, now = values_of(before, unit), values_of(after, unit)
        if was == now:
            continue
        found = say(found, unit, day, run_of(found, unit, day)[1], was)
        if to is not None:
            found = say(found, unit, to, run_of(found, unit, to)[1], now)
    return found


def moves_start(rows: Sequence[R], row: R, start: date, today: date) -> bool:
    """Whether a new first day moves a planned change, rather than saying when a thing began."""
    low, high = run_of(rows, NOTHING, row.valid_from)
    return low < row.valid_from > today and low <= start < high


def _moves_end(rows: Sequence[R], row: R, end: date, today: date) -> bool:
    low, high = run_of(rows, NOTHING, row.valid_from)
    return today < row.valid_to < high and low < end <= high


def with_period(
    rows: Sequence[R], row: R, units: Sequence[Unit], period: tuple[date, date], today: date
) -> tuple[list[R], bool]:
    """The rows of one thing once `row` begins and ends on other days; and whether it was restated for it.

    An edge after `today` between two rows is a planned change: it moves field by field, and what else is planned
    stands. With any other edge the row is restated, and rows that it now covers give way.
    """
    start, end = period
    new_start, new_end = start != row.valid_from, end != row.valid_to
    if not new_start and not new_end:
        return list(rows), False
    if (new_start and not moves_start(rows, row, start, today)) or (new_end and not _moves_end(rows, row, end, today)):
        return restate(rows, row, row._replace(valid_from=start, valid_to=end)), True
    found = list(rows)
    if new_end:
        _, high = run_of(rows, NOTHING, row.valid_from)
        found = put_off(found, units, row.valid_to, end if end < high else None)
    if new_start:
        found = put_off(found, units, row.valid_from, start)
    return found, False


def planned_end(rows: Iterable[R], unit: Unit, day: date, today: date) -> date:
    """Until when a correction of the row on `day` holds for a unit: its end, and on through planned rows that agree."""
    ordered = sorted(rows, key=lambda row: row.valid_from)
    at = next(place for place, row in enumerate(ordered) if row.valid_from <= day < row.valid_to)
    held, end = values_of(ordered[at], unit), ordered[at].valid_to
    for row in ordered[at + 1 :]:
        if row.valid_from != end or row.valid_from <= today or values_of(row, unit) != held:
            break
        end = row.valid_to
    return end
