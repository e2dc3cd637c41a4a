"""The history of the made-up company as events in the order in which they were recorded."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import NamedTuple

from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    ChangeManager,
    CloseDepartment,
    CreateDepartment,
    CreateLocation,
    EditCard,
    Join,
    Leave,
    Move,
    MoveDepartment,
    Rehire,
    RenameDepartment,
    Verb,
)

from .crafts import about
from .naming import MAIL
from .people import Crew, DemoPerson, Stint, is_department_head
from .shape import HEAD, LEAD, MANAGER, CompanyShape, Seat, Unit

ONE = timedelta(days=1)

# Kinds of events, in the order in which those of one day are told.
PLACE, OPEN, CHANGE, JOIN, MOVE, REPORT, LEAVE, CLOSE, EXTRA, EDIT = range(10)

# Chapters: those of a year are its number and one of these.
FIRST, REVIEW, REST, REORGANISED, AFTER = 0, 1, 2, 3, 4
CORRECTED, PLANNED, PLANNED_LATER = 10**6, 10**6 + 1, 10**6 + 2
REVIEWS_SINCE = 3
"""Years since which the yearly reviews are change sets of their own."""


class DemoEvent(NamedTuple):
    """What happened; `tell` makes the verb."""

    chapter: int
    day: date
    kind: int
    order: int
    tell: Callable[[], Verb]
    person: DemoPerson | None = None
    """Who joins, where somebody does for the first time."""


@dataclass(slots=True)
class CompanyStory:
    """Gathers events. The card of a person is made when their joining is told."""

    crew: Crew
    make_card: Callable[[DemoPerson], Card]
    events: list[DemoEvent] = field(default_factory=list)
    moved_units: dict[Unit, Seat] = field(default_factory=dict)
    """Departments that hung elsewhere before the reorganisation, and the seat above them then."""
    wrong_titles: dict[DemoPerson, str] = field(default_factory=dict)
    """Titles that were recorded wrongly when people joined."""
    rename: Callable[[DemoPerson], Card] | None = None
    """Makes what changes on the card of somebody who takes another name."""
    _order: Iterator[int] = field(default_factory=itertools.count)

    @property
    def shape(self) -> CompanyShape:
        """The shape of the company."""
        return self.crew.shape

    def add(
        self,
        day: date,
        kind: int,
        tell: Callable[[], Verb],
        *,
        chapter: int | None = None,
        person: DemoPerson | None = None,
    ) -> None:
        """Note an event."""
        chapter = self.chapter(day) if chapter is None else chapter
        self.events.append(DemoEvent(chapter, day, kind, next(self._order), tell, person))

    def add_joiners(self, people: list[DemoPerson]) -> None:
        """People who will join."""
        for person in people:
            self.add(person.joined, JOIN, partial(_join, self, person), chapter=PLANNED, person=person)

    def chapter(self, day: date) -> int:
        """The change set in which what happened on a day was recorded."""
        shape = self.shape
        if day < shape.recorded:
            return FIRST
        part = REST
        if day.year == shape.reorganised.year and day >= shape.reorganised:
            part = REORGANISED if day == shape.reorganised else AFTER
        return day.year * 10 + part

    def manager(self, seat: Seat | None, day: date) -> str | None:
        """The number of whoever held a seat on a day."""
        return None if seat is None else self.crew.holder(seat, day).number

    def above(self, person: DemoPerson, day: date) -> Seat | None:
        """The seat that somebody reported to on a day."""
        if person.earlier is not None and day < person.earlier.until:
            return person.earlier.above
        return self.over(person, day)

    def over(self, person: DemoPerson, day: date) -> Seat | None:
        """The seat above the present place of somebody, on a day: the department may have hung elsewhere."""
        if is_department_head(person) and day < self.shape.reorganised and person.unit in self.moved_units:
            return self.moved_units[person.unit]
        return person.above


def tell(crew: Crew, make_card: Callable[[DemoPerson], Card], chance: Random) -> CompanyStory:
    """The story from the beginning until today: offices, departments, people. What is planned comes after."""
    story = CompanyStory(crew, make_card)
    for place in crew.shape.places:
        story.add(date.min, PLACE, _place(place), chapter=FIRST)
    renamed = _reorganise(story, chance)
    closed = _close_some(story, chance)
    seat_of = {seat.unit: seat for seat in crew.shape.seats if seat.rank > LEAD}
    for unit in crew.shape.units:
        _department(story, unit, seat_of[unit], renamed.get(unit))
    for old, seat, since in closed:
        parent = seat.unit.parent
        story.add(since, OPEN, _create(old.code, old.name, parent.code if parent else None, since, old))
        story.add(crew.shape.reorganised, CLOSE, _close(old.code, crew.shape.reorganised - ONE))
    for person in crew.everyone():
        _career(story, person)
    return story


def _place(place: object) -> Callable[[], Verb]:
    values = {name: getattr(place, name) for name in ("code", "name", "address", "city", "country", "time_zone")}
    return lambda: CreateLocation(**values)


# --- departments --------------------------------------------------------------------------------------------------


def _department(story: CompanyStory, unit: Unit, seat: Seat, former_name: str | None) -> None:
    day = story.shape.reorganised
    parent = unit.parent
    first = story.moved_units[unit].unit if unit in story.moved_units else parent
    code = first.code if first is not None else None
    story.add(unit.opened, OPEN, _create(unit.code, former_name or unit.name, code, unit.opened, unit))
    if former_name is not None:
        story.add(day, CHANGE, lambda: RenameDepartment(department=unit.code, name=unit.name, on=day))
    if unit in story.moved_units and parent is not None:
        code_now = parent.code
        story.add(day, CHANGE, lambda: MoveDepartment(department=unit.code, parent=code_now, on=day))
        head = story.crew.holder(seat, day)
        if head.joined < day:
            story.add(
                day,
                REPORT,
                lambda: ChangeManager(employee=head.number, manager=story.manager(seat.above, day), on=day),
            )


def _create(code: str, name: str, parent: str | None, on: date, unit: Unit) -> Callable[[], Verb]:
    told = None if unit.division is None else about(unit.division, unit.topic, unit.name)
    return lambda: CreateDepartment(
        code=code, name=name, parent=parent, on=on, about=told, email=f"{code.lower()}@{MAIL}"
    )


def _close(code: str, last: date) -> Callable[[], Verb]:
    return lambda: CloseDepartment(department=code, last_day=last)


def _reorganise(story: CompanyStory, chance: Random) -> dict[Unit, str]:
    """Which departments were renamed in the reorganisation, with their former names; and which were moved."""
    shape, day = story.shape, story.shape.reorganised
    seats = [s for s in shape.seats if s.rank == MANAGER and s.opened < day - timedelta(days=200)]
    chance.shuffle(seats)
    count = 1 + len(seats) // 15
    names = {seat.unit: seat.unit.topic.former for seat in seats[: 1 + count] if seat.unit.topic is not None}
    for seat in seats[1 + count :]:
        others = [
            other
            for other in shape.seats[1:]
            if other.unit.parent is shape.units[0]
            and other.unit is not seat.unit.parent
            and other.opened <= seat.opened
        ]
        if others and len(story.moved_units) < count:
            story.moved_units[seat.unit] = chance.choice(others)
    return names


def _close_some(story: CompanyStory, chance: Random) -> list[tuple[Unit, Seat, date]]:
    """Departments that went up into others in the reorganisation: with the seat they came under, and their begin."""
    shape, day = story.shape, story.shape.reorganised
    closed: list[tuple[Unit, Seat, date]] = []
    seats = [s for s in shape.seats if s.rank in (HEAD, MANAGER) and s.opened < day and s.unit not in story.moved_units]
    for seat in chance.sample(seats, len(seats)):
        people = [p for p in story.crew.members[seat] if not p.busy and p.joined < day - timedelta(days=60)]
        if len(people) < 3 or seat.unit.topic is None:
            continue
        people.sort(key=lambda p: p.joined)
        people = people[: max(3, len(people) // 2)]
        name = f"{seat.unit.name} Projects"
        old = replace(seat.unit, code=f"{seat.unit.code}-P", name=name, opened=people[0].joined)
        for person in people:
            under = None if person is people[0] else people[0]
            person.earlier = Stint(seat.above, old, person.rank, day, under, leads=under is None)
            person.busy = True
        closed.append((old, seat, people[0].joined))
        if len(closed) > len(shape.units) // 200:
            break
    return closed


# --- people -------------------------------------------------------------------------------------------------------


def _career(story: CompanyStory, person: DemoPerson) -> None:
    if person.first_stint is not None:
        _came_back(story, person)
    else:
        story.add(person.joined, JOIN, lambda: _join(story, person), person=person)
    if person.earlier is not None:
        _moved(story, person, person.earlier)
    if person.former_place is not None:
        until = person.former_place[0]
        story.add(until, MOVE, lambda: Move(employee=person.number, on=until, location=person.place.code))
    for steps, day in enumerate(reversed(person.promoted)):
        recent = day.year >= story.shape.today.year - REVIEWS_SINCE
        title = person.title(person.rank - steps)
        story.add(
            day,
            MOVE,
            partial(_promoted, person, day, title),
            chapter=day.year * 10 + REVIEW if recent and day >= story.shape.recorded else None,
        )
    if person.renamed is not None:
        story.add(person.renamed, EDIT, lambda: EditCard(employee=person.number, changes=_new_name(story, person)))
    if person.left is not None:
        _left(story, person, person.left)


def _new_name(story: CompanyStory, person: DemoPerson) -> Card:
    assert story.rename is not None
    return story.rename(person)


def hired(story: CompanyStory, person: DemoPerson, day: date) -> dict[str, object]:
    """What a person's job was on the day on which they came."""
    stint = person.earlier if person.earlier is not None and day < person.earlier.until else None
    rank = stint.rank if stint is not None else person.rank - sum(1 for step in person.promoted if step > day)
    place = person.former_place[1] if person.former_place is not None else person.place
    if stint is not None and stint.under is not None:
        manager: str | None = stint.under.number
    else:
        manager = story.manager(story.above(person, day), day)
    leads = stint is not None and stint.leads
    return {
        "on": day,
        "department": (stint.unit if stint is not None else person.unit).code,
        "job_title": "Project Office Manager" if leads else story.wrong_titles.get(person) or person.title(rank),
        "location": place.code,
        "fte": person.fte,
        "is_head": leads or (stint is None and is_department_head(person)),
        "manager": manager,
    }


def _promoted(person: DemoPerson, day: date, title: str) -> Verb:
    return Move(employee=person.number, on=day, job_title=title)


def _join(story: CompanyStory, person: DemoPerson) -> Verb:
    facts = hired(story, person, person.joined)
    return Join(employee_number=person.number, card=story.make_card(person), **facts)  # type: ignore[arg-type]


def _came_back(story: CompanyStory, person: DemoPerson) -> None:
    assert person.first_stint is not None
    began, ended = person.first_stint

    def first() -> Verb:
        facts = hired(story, person, began) | {"job_title": person.title(0)}
        return Join(employee_number=person.number, card=story.make_card(person), **facts)  # type: ignore[arg-type]

    story.add(began, JOIN, first, person=person)
    story.add(ended + ONE, LEAVE, lambda: Leave(employee=person.number, last_day=ended))
    story.add(
        person.joined,
        JOIN,
        lambda: Rehire(employee=person.number, **hired(story, person, person.joined)),  # type: ignore[arg-type]
    )


def _moved(story: CompanyStory, person: DemoPerson, stint: Stint) -> None:
    """From an earlier place within the company to the present one."""
    day = stint.until
    changes: dict[str, object] = {}
    if stint.unit is not person.unit:
        changes["department"] = person.unit.code
    if person.seat is not None or stint.rank != person.rank or stint.leads:
        changes["job_title"] = person.title()
    if is_department_head(person):
        changes["is_head"] = True
    if changes:
        story.add(day, MOVE, lambda: Move(employee=person.number, on=day, **changes))  # type: ignore[arg-type]
    if person.seat is None or stint.above is not person.seat:
        above = story.over(person, day)
        story.add(day, REPORT, lambda: ChangeManager(employee=person.number, manager=story.manager(above, day), on=day))


def _left(story: CompanyStory, person: DemoPerson, last: date) -> None:
    heir = story.crew.holders[person.seat] if person.seat is not None else None
    story.add(
        last + ONE,
        LEAVE,
        lambda: Leave(employee=person.number, last_day=last, hand_over_to=heir.number if heir else None),
    )
