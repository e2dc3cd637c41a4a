"""The shape of the made-up company: departments, the seats of those who lead, and when each of them came to be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .crafts import BIRDS, Division, Topic, divisions_for, facets
from .places import DemoPlace, places_for

LEAD, HEAD, MANAGER, CHIEF, TOP = 4, 5, 6, 7, 8
"""Ranks of those who lead; below are those of the crafts, from 0 to 3."""

SPAN = 9
"""Most people in a team, its lead not counted; heads may have a few more."""


@dataclass(slots=True, eq=False)
class Unit:
    """A department of today."""

    code: str
    name: str
    parent: Unit | None
    division: Division | None
    topic: Topic | None
    places: tuple[DemoPlace, ...]
    opened: date = date.min
    level: int = 0
    """How far below its field of work."""


@dataclass(slots=True, eq=False)
class Seat:
    """A place in the company from which people are led: a head of department, or the lead of a team in one.

    It exists since `opened`; whoever holds it now took it on `taken`, somebody else held it before.
    """

    unit: Unit
    above: Seat | None
    rank: int
    craft: str
    members: int = 0
    """People who report here and lead nobody."""
    opened: date = date.min
    taken: date = date.min
    leaf: bool = False
    """Whether nobody who reports here leads anybody."""
    children: list[Seat] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class CompanyShape:
    """The whole: seats from the top down, every seat after the one above it."""

    places: tuple[DemoPlace, ...]
    units: list[Unit]
    seats: list[Seat]
    today: date
    founded: date
    recorded: date
    """Since when there is a history; what was before came in with the first load."""
    reorganised: date


def make_shape(employees: int, today: date, chance: Random) -> CompanyShape:
    """A company of as many people, seats and members together."""
    return _Maker(employees, today, chance).make()


class _Maker:
    def __init__(self, employees: int, today: date, chance: Random) -> None:
        self.employees = employees
        self.chance = chance
        self.places = places_for(employees)
        # Departments hold more people where the company is larger; teams within them don't.
        self.leaf = int(min(60, max(12, employees**0.42)))
        self.numbers = itertools.count(1)
        self.shape = CompanyShape(
            self.places,
            [],
            [],
            today,
            founded=date(today.year - 14, 3, 1),
            recorded=date(today.year - 9, 1, 1),
            reorganised=date(today.year - 2, 10, 1),
        )

    def make(self) -> CompanyShape:
        shape, divisions = self.shape, divisions_for(self.employees)
        top = Unit("LF", "Larkfield", None, None, None, self.places)
        shape.units.append(top)
        chief = self._seat(top, None, TOP, "Chief Executive")
        rest = self.employees - 1
        shares = _shared(rest, [division.share for division in divisions], 3)
        for division, size in zip(divisions, shares, strict=True):
            unit = Unit(division.code, division.name, top, division, None, self.places)
            self._division(unit, chief, division, size)
        _date(shape, self.chance)
        return shape

    def _division(self, unit: Unit, above: Seat, division: Division, size: int) -> None:
        self.shape.units.append(unit)
        seat = self._seat(unit, above, CHIEF, division.chief)
        topics = division.topics
        count = min(len(topics), max(1, round((size - 1) / 11))) if size > 16 else 1
        if count == 1:
            self._people(seat, size - 1)
            return
        staff = max(min(2, (size - 1) // 30), 4 - count)
        self._members(seat, staff)
        weights = [self.chance.uniform(0.7, 1.6) for _ in range(count)]
        for topic, part in zip(topics, _shared(size - 1 - staff, weights, 5), strict=False):
            below = Unit(
                f"{unit.code}-{next(self.numbers)}", topic.name, unit, division, topic, self._some_places(unit)
            )
            self._grow(below, seat, MANAGER, part)

    def _grow(self, unit: Unit, above: Seat, rank: int, size: int) -> None:
        """A department and all below it."""
        self.shape.units.append(unit)
        assert unit.division is not None
        seat = self._seat(unit, above, rank, craft_in(unit, self.chance))
        if size - 1 <= self.leaf or unit.level >= 4:
            self._people(seat, size - 1)
            return
        parts = (size - 1) / self.leaf
        count = min(9, max(2, round(parts ** (1 / math.ceil(math.log(max(parts, 1.5), 7))))))
        staff = max(self.chance.randint(1, 2), 4 - count)
        self._members(seat, staff)
        names = iter(_names(facets(unit.division, unit.level), self.chance))
        for part in _shared(size - 1 - staff, [self.chance.uniform(0.7, 1.4) for _ in range(count)], 5):
            name = f"{unit.name} {next(names)}"
            code = f"{unit.division.code}-{next(self.numbers)}"
            places = self._some_places(unit)
            self._grow(
                Unit(code, name, unit, unit.division, unit.topic, places, level=unit.level + 1), seat, HEAD, part
            )

    def _people(self, seat: Seat, size: int) -> None:
        """Everyone below a seat in its own department: in one team, or in several with leads."""
        if size <= SPAN + 1:
            self._members(seat, size)
            seat.leaf = True
            return
        direct = self.chance.randint(1, 3)
        count = min(9, max(2, math.ceil((size - direct) / (SPAN - 1))))
        if count == 2:
            direct = max(direct, 2)
        self._members(seat, direct)
        for part in _shared(size - direct, [self.chance.uniform(0.8, 1.2) for _ in range(count)], 4):
            lead = self._seat(seat.unit, seat, LEAD, craft_in(seat.unit, self.chance))
            self._people(lead, part - 1)

    def _members(self, seat: Seat, count: int) -> None:
        seat.members += count

    def _seat(self, unit: Unit, above: Seat | None, rank: int, craft: str) -> Seat:
        seat = Seat(unit, above, rank, craft)
        if above is not None:
            above.children.append(seat)
        self.shape.seats.append(seat)
        return seat

    def _some_places(self, unit: Unit) -> tuple[DemoPlace, ...]:
        """Where a department works: mostly in one place, which stands first."""
        if len(unit.places) <= 2:
            return unit.places if self.chance.random() < 0.5 else unit.places[:1]
        count = max(2, len(unit.places) // 2)
        weights = [1 / (rank + 2) for rank in range(len(unit.places))]
        chosen = self.chance.choices(unit.places, weights, k=count * 2)
        return tuple(dict.fromkeys(chosen))[:count]


def craft_in(unit: Unit, chance: Random) -> str:
    """A craft that is followed in a department."""
    if unit.topic is not None:
        return chance.choice(unit.topic.crafts)
    assert unit.division is not None
    return chance.choice(chance.choice(unit.division.topics).crafts)


def _names(known: tuple[str, ...], chance: Random) -> Iterator[str]:
    """Names for the departments below one, no two alike."""
    yield from chance.sample(known, len(known))
    for turn in itertools.count(2):
        yield from (f"{bird} {turn}" for bird in BIRDS)


def _shared(total: int, weights: list[float] | list[int], least: int) -> list[int]:
    """`total` in whole parts by weight, each at least `least` where that can be; parts of nothing are left out."""
    while len(weights) > 1 and total < least * len(weights):
        weights = weights[:-1]
    spare, whole = total - least * len(weights), sum(weights)
    parts = [least + int(spare * weight / whole) for weight in weights]
    for place in range(total - sum(parts)):
        parts[place % len(parts)] += 1
    return parts


def _date(shape: CompanyShape, chance: Random) -> None:
    """Say since when each seat exists, and since when it is held by whom it is held now: from the top down."""
    latest = shape.today - timedelta(days=150)
    fresh = _created_in_reorganisation(shape, chance)
    # However many levels there are: the lowest have 45 % of the time on average.
    bend = 0.9 / (1 - 0.45 ** (1 / _levels(shape))) - 1
    for seat in shape.seats:
        if seat.above is None:
            seat.opened = seat.taken = seat.unit.opened = shape.founded
            continue
        start = seat.above.opened
        room = max(0, (latest - start).days)
        if seat.rank >= CHIEF:
            room = min(room, 4 * 365)
        seat.opened = _first_of_month(start + timedelta(days=int(room * 0.9 * chance.random() ** bend)), start)
        if seat in fresh and start < shape.reorganised:
            seat.opened = shape.reorganised
        seat.taken = seat.opened
        tenure = (latest - seat.opened).days
        if tenure > 500 and seat.opened != shape.reorganised and chance.random() < 0.55:
            least = seat.opened + timedelta(days=300)
            seat.taken = _first_of_month(least + timedelta(days=chance.randint(0, (latest - least).days)), least)
        if seat.rank > LEAD:
            seat.unit.opened = seat.opened


def _levels(shape: CompanyShape) -> int:
    """Levels of those who lead, below the top."""
    level: dict[Seat | None, int] = {None: -1}
    for seat in shape.seats:
        level[seat] = level[seat.above] + 1
    return max(level.values())


def _created_in_reorganisation(shape: CompanyShape, chance: Random) -> set[Seat]:
    """Departments without further leads that the reorganisation made."""
    leaves = [seat for seat in shape.seats if seat.leaf and seat.rank in (HEAD, MANAGER)]
    return set(chance.sample(leaves, min(len(leaves), 1 + len(leaves) // 60))) if len(leaves) > 4 else set()


def _first_of_month(day: date, earliest: date) -> date:
    first = day.replace(day=1)
    return first if first >= earliest else day
