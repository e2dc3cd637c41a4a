"""What goes beyond one job and one manager: dotted lines, second roles, somebody acting; corrections; what is planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeManager,
    Correct,
    CorrectedFact,
    CreateDepartment,
    Kind,
    Leave,
    Move,
    RenameDepartment,
    Verb,
)

from .events import CORRECTED, EDIT, EXTRA, LEAVE, MOVE, ONE, OPEN, PLANNED, PLANNED_LATER, REPORT, CompanyStory
from .naming import MAIL
from .people import DemoPerson
from .shape import CHIEF, HEAD, LEAD, MANAGER, Seat


class Extras:
    """Adds to a story. Everybody is picked at most once, from among those whose own story is calm."""

    def __init__(self, story: CompanyStory, new_member: Callable[[Seat, date], DemoPerson], chance: Random) -> None:
        self.story = story
        self.crew = story.crew
        self.shape = story.shape
        self.today = story.shape.today
        self.chance = chance
        self.new_member = new_member
        members = [person for seat in self.shape.seats for person in self.crew.members[seat]]
        self.count = len(members)
        self.calm = [p for p in members if not p.busy and p.joined < self.today - timedelta(days=200)]
        chance.shuffle(self.calm)
        self.heads = [seat for seat in self.shape.seats if seat.rank >= HEAD]
        self.joiners: list[DemoPerson] = []

    def add_all(self) -> None:
        """Everything."""
        self._acting()
        self._second_roles()
        self._dotted()
        self._corrections()
        self._planned_departments()
        self._successor()
        self._planned_joiners()
        self._planned_leavers()
        self._planned_moves()

    def _pick(self, count: int) -> list[DemoPerson]:
        picked = [self.calm.pop() for _ in range(min(count, len(self.calm)))]
        for person in picked:
            person.busy = True
        return picked

    def _other_head(self, person: DemoPerson, before: date) -> Seat | None:
        """The head of a department elsewhere who has been that since before a day."""
        for seat in self.chance.choices(self.heads, k=6):
            if seat.unit is not person.unit and seat is not person.above and seat.taken < before:
                return seat
        return None

    # Until today

    def _acting(self) -> None:
        """While a lead is away, somebody of the team stands in."""
        wanted = 1 + self.count // 1500
        start, end = self.today - timedelta(days=26), self.today + timedelta(days=48)
        for seat in self.chance.sample(self.shape.seats, len(self.shape.seats)):
            team = [p for p in self.crew.members[seat] if p.joined < start]
            deputy = next((p for p in team if not p.busy and p.rank >= 1), None)
            others = [p for p in team if p is not deputy and (p.earlier is None or p.earlier.until < start)]
            if not LEAD <= seat.rank <= MANAGER or deputy is None or len(others) < 2 or seat.taken > start:
                continue
            deputy.busy = True
            self.calm = [p for p in self.calm if p is not deputy]
            for person in others:
                self.story.add(start, EXTRA, self._line(person, deputy, "acting", start, end))
            wanted -= 1
            if not wanted:
                return

    def _line(
        self, person: DemoPerson, manager: DemoPerson, kind: Kind, on: date, until: date | None = None
    ) -> Callable[[], Verb]:
        return lambda: ChangeManager(employee=person.number, manager=manager.number, on=on, kind=kind, until=until)

    def _leave(self, person: DemoPerson, last: date, heir: DemoPerson | None = None) -> Callable[[], Verb]:
        return lambda: Leave(employee=person.number, last_day=last, hand_over_to=None if heir is None else heir.number)

    def _move(self, person: DemoPerson, on: date, **changes: Any) -> Callable[[], Verb]:
        return lambda: Move(employee=person.number, on=on, **changes)

    def _correct(self, person: DemoPerson, title: str) -> Callable[[], Verb]:
        changes = CorrectedFact(job_title=title)
        return lambda: Correct(employee=person.number, fact="assignment", on=person.joined, changes=changes)

    def _second_roles(self) -> None:
        for person in self._pick(1 + self.count // 150):
            day = self._day(person)
            head = self._other_head(person, day)
            if head is None or head.unit.division is None:
                continue
            person.fte = 1.0
            self.story.add(day, MOVE, self._move(person, day, fte=0.8))
            self.story.add(day, EXTRA, self._role(person, head, day))

    def _role(self, person: DemoPerson, head: Seat, day: date) -> Callable[[], Verb]:
        topic = head.unit.topic
        title = f"{topic.name if topic else head.unit.name} Liaison"
        return lambda: AddAssignment(
            employee=person.number,
            on=day,
            department=head.unit.code,
            job_title=title,
            location=person.place.code,
            fte=0.2,
            manager=self.crew.holders[head].number,
        )

    def _dotted(self) -> None:
        for person in self._pick(3 + self.count // 40):
            day = self._day(person)
            head = self._other_head(person, day)
            if head is not None:
                self.story.add(day, EXTRA, self._line(person, self.crew.holders[head], "dotted", day))

    def _day(self, person: DemoPerson) -> date:
        """A day of the last years on which somebody was here for some time already."""
        first = max(person.joined + timedelta(days=100), self.today - timedelta(days=1200))
        return first + timedelta(days=self.chance.randint(0, max(0, (self.today - first).days - 20)))

    def _corrections(self) -> None:
        """Found in a check of the records: what was wrong all along."""
        for person in self._pick(2 + self.count // 2000):
            right, craft = person.title(), person.craft
            person.craft = self._other_craft(person)
            self.story.wrong_titles[person] = person.title()
            person.craft = craft
            self.story.add(self.today, EDIT, self._correct(person, right), chapter=CORRECTED)

    def _other_craft(self, person: DemoPerson) -> str:
        division = person.unit.division
        assert division is not None
        crafts = [craft for topic in division.topics for craft in topic.crafts if craft != person.craft]
        return self.chance.choice(crafts)

    # Planned

    def _next_month(self, months: int) -> date:
        day = self.today.replace(day=1)
        for _ in range(months):
            day = (day + timedelta(days=32)).replace(day=1)
        return day

    def _planned(self, day: date, kind: int, tell: Callable[[], Verb], *, later: bool = False, **more: Any) -> None:
        self.story.add(day, kind, tell, chapter=PLANNED_LATER if later else PLANNED, **more)

    def _planned_departments(self) -> None:
        """A department is to be named otherwise, and a new one opens with people of another."""
        day = self._next_month(2)
        seats = [s for s in self.heads if s.rank in (HEAD, MANAGER) and s.unit.topic is not None]
        self.chance.shuffle(seats)
        renamed = [s for s in seats if s.rank == MANAGER and s.unit not in self.story.moved_units]
        unit = (renamed or [s for s in self.heads if s.rank == CHIEF])[0].unit
        name = f"{unit.name} and Insight"
        self._planned(day, OPEN, lambda: RenameDepartment(department=unit.code, name=name, on=day), later=True)
        for seat in seats:
            team = [p for p in self.calm if p.above is seat]
            if len(team) >= 2 and seat.unit is not unit:
                self._new_department(seat, team[:2], day)
                return

    def _new_department(self, seat: Seat, team: list[DemoPerson], day: date) -> None:
        topic = seat.unit.topic
        assert topic is not None
        assert seat.unit.parent is not None
        code, parent, name = f"{seat.unit.code}-N", seat.unit.parent.code, f"{topic.name} Studio"
        self._planned(
            day,
            OPEN,
            lambda: CreateDepartment(
                code=code, name=name, parent=parent, on=day, about=f"{name} opens soon.", email=f"{code.lower()}@{MAIL}"
            ),
            later=True,
        )
        head, other = team
        self.calm = [p for p in self.calm if p not in team]
        changes = {"department": code, "job_title": f"{name} Manager", "is_head": True}
        self._planned(day, MOVE, self._move(head, day, **changes), later=True)
        self._planned(day, MOVE, self._move(other, day, department=code), later=True)
        self._planned(day, REPORT, self._line(other, head, "solid", day), later=True)

    def _successor(self) -> None:
        """A head retires, and somebody of the team follows."""
        last = self.today + timedelta(days=38)
        seats = [s for s in self.heads if s.rank in (HEAD, MANAGER) and s.taken < self.today - timedelta(days=400)]
        for seat in self.chance.sample(seats, len(seats)):
            heir = max((p for p in self.calm if p.above is seat), key=lambda p: p.rank, default=None)
            if heir is None or (seat in self.crew.former and not seat.members):
                continue
            self.calm.remove(heir)
            head = self.crew.holders[seat]
            day = last + ONE
            changes = {"job_title": head.title(), "is_head": True}
            self._planned(day, MOVE, self._move(heir, day, **changes), later=True)
            self._planned(day, LEAVE, self._leave(head, last, heir), later=True)
            return

    def _planned_joiners(self) -> None:
        teams = [seat for seat in self.shape.seats[1:] if seat.members]
        for _ in range(max(4, self.count // 60)):
            day = self.today + timedelta(days=self.chance.randint(3, 75))
            if day.weekday() < 3:
                day -= timedelta(days=min(2, day.weekday()))
            person = self.new_member(self.chance.choice(teams), day)
            person.rank = min(person.rank, 2)
            self.joiners.append(person)

    def _planned_leavers(self) -> None:
        for person in self._pick(max(3, self.count // 70)):
            last = self.today + timedelta(days=self.chance.randint(1, 80))
            self._planned(last + ONE, LEAVE, self._leave(person, last))

    def _planned_moves(self) -> None:
        """To another team of the division, at the beginning of a month."""
        for person in self._pick(max(3, self.count // 120)):
            day = self._next_month(self.chance.choice((1, 1, 2, 3)))
            division = person.unit.division
            teams = [
                s
                for s in self.chance.choices(self.shape.seats, k=30)
                if s.unit.division is division and s.unit is not person.unit and s.rank < CHIEF
            ]
            if teams:
                self._planned(day, MOVE, self._move(person, day, department=teams[0].unit.code))
                holder = self.crew.holders[teams[0]]
                self._planned(day, REPORT, self._line(person, holder, "solid", day))
