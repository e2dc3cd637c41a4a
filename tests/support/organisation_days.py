"""The days of the plain model: for each day there is a value, and day `LAST` stands for itself and for ever after."""

from __future__ import annotations

from typing import Any

LAST = 24
"""Days are numbered 0 to LAST."""
DAYS = range(LAST + 1)
TODAY = 10


class Not(Exception):
    """The model refuses."""


def empty() -> list[Any]:
    return [None] * (LAST + 1)


def run(values: list[Any], day: int) -> tuple[int, int]:
    """The longest [from, to) around a day over which the value is the same."""
    first, end = day, day + 1
    while first > 0 and values[first - 1] == values[day]:
        first -= 1
    while end <= LAST and values[end] == values[day]:
        end += 1
    return first, end


def until_other(values: list[Any], day: int) -> int:
    """The first day after `day` on which the value is another; LAST + 1 if there is none."""
    return run(values, day)[1]


def need(condition: Any) -> None:
    if not condition:
        raise Not


def part(value: Any, fields: tuple[Any, ...]) -> Any:
    """What a day's value says of some fields; None for no value."""
    if value is None:
        return None
    return tuple(value[name] if isinstance(name, int) else getattr(value, name) for name in fields)


def with_part(value: Any, fields: tuple[Any, ...], said: Any) -> Any:
    if isinstance(fields[0], int):
        return tuple(said[fields.index(at)] if at in fields else each for at, each in enumerate(value))
    return value._replace(**dict(zip(fields, said, strict=True)))


def put_off(days: list[Any], units: Any, first: int, to: int | None) -> None:
    """What changes on a day changes on another, or never: each field holds until its own next change."""
    before, after = days[first - 1], days[first]
    for fields in units:
        was, now = part(before, fields), part(after, fields)
        if was == now:
            continue
        for start, said in ((first, was), (to, now)):
            if start is not None:
                for day in range(start, until_other([part(value, fields) for value in days], start)):
                    days[day] = with_part(days[day], fields, said)


def restate(days: list[Any], old: tuple[int, int], new: tuple[int, int], value: Any, gone: Any) -> None:
    """The run `old` reads `value` over `new`; a neighbour that touched a moved edge follows it."""
    left = days[old[0] - 1] if old[0] > 0 else gone
    right = days[old[1]] if old[1] <= LAST else gone
    for day in range(old[0], min(new[0], old[1])):
        days[day] = left
    for day in range(max(new[1], old[0]), old[1]):
        days[day] = right
    for day in range(*new):
        days[day] = value


def moved_edges(days: list[Any], old: tuple[int, int], new: tuple[int, int]) -> list[tuple[int, int | None]] | None:
    """Which planned changes a new period of a row moves, to when; None where the row itself is restated."""
    low, high = run([day is not None for day in days], old[0])
    found: list[tuple[int, int | None]] = []
    if new[1] != old[1]:
        if not (TODAY < old[1] < high and low < new[1] <= high):
            return None
        found.append((old[1], new[1] if new[1] < high else None))
    if new[0] != old[0]:
        if not (low < old[0] and old[0] > TODAY and low <= new[0] < high):
            return None
        found.append((old[0], new[0]))
    return found
