"""Taking back what one change set said, field by field and day by day, while what others said stands.

Three states of the rows of one thing are compared: before the change set, after it, and now. Where the present value is
still the one that the change set gave, it goes; where something else has been said since, that stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Generic, NamedTuple

from .field_runs import Unit, values_of
from .rows import R, joined, row_on

Values = tuple[Any, ...] | None
"""What is said of a unit on a day; None where there is no row."""


@dataclass(frozen=True, slots=True)
class States(Generic[R]):
    """The rows of one thing: before a change set, after it, and now."""

    before: Sequence[R]
    after: Sequence[R]
    now: Sequence[R]

    def days(self) -> list[date]:
        """Every day on which any row begins or ends."""
        return sorted({day for rows in (self.before, self.after, self.now) for row in rows for day in row[:2]})


@dataclass(frozen=True, slots=True)
class Kept:
    """Something said since, which stays: over [start, end) the unit no longer has the value that was given."""

    unit: Unit
    start: date
    end: date
    given: Values


@dataclass(slots=True)
class Merged(Generic[R]):
    """The rows once the change set is taken back."""

    rows: list[R]
    kept: list[Kept] = field(default_factory=list)
    """Of the units of which nothing could be taken back, what stands in the way."""


class _Day(NamedTuple):
    """What is said of a unit on a day in each of the three states."""

    before: Values
    after: Values
    now: Values

    @property
    def given(self) -> bool:
        """Whether what holds now is what the change set gave."""
        return self.now == self.after != self.before


def merge(states: States[R], units: Sequence[Unit]) -> Merged[R]:
    """Take a change set back for the rows of one thing.

    There can't be a row that holds only in some of its fields: then what was said of that period since is in the way.
    """
    spans = list(pairwise(states.days()))
    results: dict[Unit, list[Values]] = {}
    kept: list[Kept] = []
    for unit in units:
        results[unit], lost = _unit(states, unit, spans)
        kept += lost
    rows: list[R] = []
    for place, (start, end) in enumerate(spans):
        values = {unit: results[unit][place] for unit in units}
        if all(each is None for each in values.values()):
            continue
        shape = row_on(states.now, start) or row_on(states.before, start)
        if shape is None or any(each is None for each in values.values()):
            gone = row_on(states.after, start)
            kept += [
                Kept(unit, start, end, None if gone is None else values_of(gone, unit))
                for unit, each in values.items()
                if each is not None
            ]
            continue
        said = {name: value for unit, each in values.items() for name, value in zip(unit, each or (), strict=True)}
        rows.append(shape._replace(valid_from=start, valid_to=end, **said))
    return Merged(joined(rows), kept)


def _unit(states: States[R], unit: Unit, spans: Sequence[tuple[date, date]]) -> tuple[list[Values], list[Kept]]:
    """The value of a unit in each span; and what stays in the way, where nothing of it could be taken back."""
    days = [
        _Day(*(_value(rows, unit, start) for rows in (states.before, states.after, states.now))) for start, _ in spans
    ]
    results = _values_without(days)
    said = [(day, span) for day, span in zip(days, spans, strict=True) if day.before != day.after]
    if any(day.now in (day.before, day.after) for day, _ in said):
        return results, []
    return results, [Kept(unit, start, end, day.after) for day, (start, end) in said]


def _values_without(days: Sequence[_Day]) -> list[Values]:
    """What is said on each day once the change set is gone.

    `under` is the value without what was said since. Where the change set began a change, it runs on from the eve,
    whoever said that: with the change gone, nothing ends it.
    """
    results: list[Values] = []
    under: Values = None
    runs_on = False
    eve = _Day(None, None, None)
    for place, day in enumerate(days):
        planned = eve.before != day.before
        # A change that had been planned for this day is gone since: what the change set gave runs on beyond it.
        ran_on = runs_on
        runs_on = place > 0 and day.now == eve.now and (runs_on or (planned and eve.given and day.now != day.after))
        if runs_on:
            under = results[-1]
        elif place == 0 or planned or ran_on:
            under = day.before
        elif eve.after != day.after and eve.after == eve.before:
            under = results[-1]
        results.append(under if runs_on or day.now == day.after else day.now)
        eve = day
    return results


def _value(rows: Sequence[R], unit: Unit, day: date) -> Values:
    row = row_on(rows, day)
    return None if row is None else values_of(row, unit)
