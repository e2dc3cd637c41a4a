"""A person's career put together from what the sheets state: employment, the primary assignment through time, others.

All plain values and half-open periods; nothing here knows of files or databases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, Literal, NamedTuple


class _Unstated(Enum):
    UNSTATED = "unstated"

    def __repr__(self) -> str:
        return "UNSTATED"


UNSTATED: Final = _Unstated.UNSTATED
"""The sheet says nothing of it: neither a value nor that there is none."""


class State(NamedTuple):
    """What an assignment says. Any part may be `UNSTATED`."""

    department: int | _Unstated = UNSTATED
    job_title: str | _Unstated | None = UNSTATED
    location: int | _Unstated | None = UNSTATED
    fte: float | _Unstated = UNSTATED
    is_head: bool | _Unstated = UNSTATED

    def over(self, below: State) -> State:
        """This state, with what it leaves unstated taken from `below`."""
        return State._make(b if a is UNSTATED else a for a, b in zip(self, below, strict=True))

    def stated(self) -> dict[str, object]:
        """The parts that are stated, by name."""
        return {name: value for name, value in zip(self._fields, self, strict=True) if value is not UNSTATED}


NOTHING = State()


class Period(NamedTuple):
    """Days from `start` to before `end`."""

    start: date
    end: date


class StatedSpell(NamedTuple):
    """What one row of a sheet states over some days."""

    start: date
    end: date
    state: State
    row: int = 0


@dataclass(slots=True)
class StatedCareer:
    """The whole of a career as stated: `primary` covers exactly the `periods`."""

    periods: list[Period] = field(default_factory=list)
    primary: list[StatedSpell] = field(default_factory=list)
    others: list[StatedSpell] = field(default_factory=list)
    """Assignments beside the primary one."""
    remarks: list[tuple[str, StatedSpell]] = field(default_factory=list)
    """What a rule resolved, and for which row: "overlap refused", "before joining", ..."""


Overlaps = Literal["second", "latest", "refuse"]


def build(
    base: Sequence[StatedSpell],
    spells: Sequence[StatedSpell] = (),
    overlays: Iterable[StatedSpell] = (),
    *,
    periods: Sequence[Period] | None = None,
    overlaps: Overlaps = "second",
) -> StatedCareer:
    """Put a career together.

    base: employment and assignment as the person's own row states them. It holds on the days that no spell does; if it
    states no department, what it states besides holds in the last spell.
    spells: assignments with a department.
    overlays: titles and the like over time, laid upon whatever the department is.
    periods: when the person is employed, where that is stated by itself; all is cut to it.
    """
    career = StatedCareer()
    for spell in sorted(spells, key=lambda spell: (spell.start, spell.row)):
        _add_spell(career, spell, overlaps)
    stated = [spell for spell in base if spell.state.department is not UNSTATED]
    career.primary += [part for spell in stated for part in uncovered(spell, career.primary)]
    if periods is not None:
        career.remarks += [("outside employment", spell) for spell in spells if uncovered_by(spell, periods)]
        career.primary = [part for spell in career.primary for part in within(spell, periods)]
        career.others = [part for spell in career.others for part in within(spell, periods)]
    for overlay in sorted(overlays, key=lambda overlay: (overlay.start, overlay.row)):
        career.primary = laid_over(career.primary, overlay)
    career.primary = merged(career.primary)
    if base and not stated and career.primary:
        last, own = career.primary[-1], base[-1]
        if last.start < own.end and own.start < last.end:
            career.primary[-1] = last._replace(state=last.state.over(own.state))
    career.periods = union(career.primary)
    return career


def _add_spell(career: StatedCareer, spell: StatedSpell, overlaps: Overlaps) -> None:
    clash = [other for other in career.primary if other.start < spell.end and spell.start < other.end]
    if not clash:
        career.primary.append(spell)
    elif overlaps == "latest":
        career.primary = [part for other in career.primary for part in without(other, spell)] + [spell]
        career.remarks.append(("overlap: the later one counts", spell))
    elif overlaps == "refuse":
        career.remarks.append(("overlap refused", spell))
    else:
        shared = union(part for other in clash for part in within(spell, [other]))
        career.others += [spell._replace(start=period.start, end=period.end) for period in shared]
        career.primary += uncovered(spell, clash)
        career.remarks.append(("overlap: a second assignment", spell))


def within(spell: StatedSpell, bounds: Iterable[Period | StatedSpell]) -> list[StatedSpell]:
    """The parts of a spell that lie inside the bounds."""
    parts = []
    for bound in bounds:
        if bound.start <= spell.start and spell.end <= bound.end:
            parts.append(spell)  # nearly always
        elif spell.start < bound.end and bound.start < spell.end:
            parts.append(spell._replace(start=max(spell.start, bound.start), end=min(spell.end, bound.end)))
    return parts


def without(spell: StatedSpell, taken: Period | StatedSpell) -> list[StatedSpell]:
    """The parts of a spell before and after another."""
    parts = []
    if spell.start < taken.start:
        parts.append(spell._replace(end=min(spell.end, taken.start)))
    if spell.end > taken.end:
        parts.append(spell._replace(start=max(spell.start, taken.end)))
    return parts


def uncovered(spell: StatedSpell, taken: Iterable[StatedSpell]) -> list[StatedSpell]:
    """The parts of a spell on which none of the others holds."""
    parts = [spell]
    for other in taken:
        parts = [piece for part in parts for piece in without(part, other)]
    return parts


def uncovered_by(spell: StatedSpell, periods: Iterable[Period]) -> bool:
    """Whether any day of the spell lies outside the periods."""
    return bool(uncovered(spell, (StatedSpell(period.start, period.end, NOTHING) for period in periods)))


def laid_over(below: Iterable[StatedSpell], above: StatedSpell) -> list[StatedSpell]:
    """The spells with what another one states laid upon the days they share."""
    result = []
    for spell in below:
        result += without(spell, above)
        result += [part._replace(state=above.state.over(spell.state)) for part in within(spell, [above])]
    return sorted(result, key=lambda spell: spell.start)


def merged(spells: Iterable[StatedSpell]) -> list[StatedSpell]:
    """The spells in order, touching ones that say the same made one."""
    result: list[StatedSpell] = []
    for spell in sorted(spells, key=lambda spell: spell.start):
        last = result[-1] if result else None
        if last is not None and last.end >= spell.start and last.state == spell.state:
            result[-1] = last._replace(end=max(last.end, spell.end))
        else:
            result.append(spell)
    return result


def union(spells: Iterable[StatedSpell | Period]) -> list[Period]:
    """The days that any of the spells holds."""
    result: list[Period] = []
    for spell in sorted(spells, key=lambda spell: spell.start):
        if result and result[-1].end >= spell.start:
            result[-1] = Period(result[-1].start, max(result[-1].end, spell.end))
        else:
            result.append(Period(spell.start, spell.end))
    return result
