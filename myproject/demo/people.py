"""The people of the made-up company and what became of each: when they joined, rose, moved and left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .crafts import LEAD as LEAD_TITLE
from .crafts import RANKS
from .places import DemoPlace
from .shape import CHIEF, HEAD, LEAD, MANAGER, TOP, CompanyShape, Seat, Unit, craft_in

YEAR = timedelta(days=365)
SHORTEST = 120
"""Days that anybody stays at least."""


@dataclass(slots=True, eq=False)
class DemoPerson:
    """Somebody, with the course of their career. `above` is the seat they report to."""

    above: Seat | None
    unit: Unit
    craft: str
    rank: int
    place: DemoPlace
    joined: date
    left: date | None = None
    """The last day."""
    seat: Seat | None = None
    """The seat they hold, or held."""
    earlier: Stint | None = None
    """Where they were before they came here from within the company."""
    promoted: list[date] = field(default_factory=list)
    """When they rose by a rank, oldest first."""
    first_stint: tuple[date, date] | None = None
    """An employment that ended before this one began."""
    former_place: tuple[date, DemoPlace] | None = None
    """Until when they worked in another place, and in which."""
    renamed: date | None = None
    fte: float = 1.0
    shares_with: DemoPerson | None = None
    number: str = ""
    busy: bool = False
    """Whether the story of this person is told already: no more turns."""

    @property
    def begun(self) -> date:
        """The first day of all."""
        return self.first_stint[0] if self.first_stint else self.joined

    def title(self, rank: int | None = None) -> str:
        """The job title at a rank, by default the present one."""
        rank = self.rank if rank is None else rank
        if rank < LEAD:
            return RANKS[rank].format(self.craft)
        if rank == LEAD:
            return LEAD_TITLE.format(self.craft)
        if rank >= CHIEF:
            return self.craft
        topic = self.unit.topic
        return f"Head of {self.unit.name}" if rank == MANAGER or topic is None else f"{topic.name} Manager"


@dataclass(frozen=True, slots=True)
class Stint:
    """An earlier place within the company, until (not including) a day."""

    above: Seat | None
    unit: Unit
    rank: int
    until: date
    under: DemoPerson | None = None
    """Who led them there, where that is not whoever held the seat above."""
    leads: bool = False
    """Whether they led a department there."""


@dataclass(slots=True, eq=False)
class Crew:
    """Everyone: who holds each seat, who held it before, and the members below it."""

    shape: CompanyShape
    holders: dict[Seat, DemoPerson] = field(default_factory=dict)
    former: dict[Seat, DemoPerson] = field(default_factory=dict)
    members: dict[Seat, list[DemoPerson]] = field(default_factory=dict)
    leavers: list[DemoPerson] = field(default_factory=list)

    def everyone(self) -> list[DemoPerson]:
        """All of them: those above before those below, those who lead before those who don't."""
        leads = [person for seat in self.shape.seats for person in self._of(seat)]
        members = [person for seat in self.shape.seats for person in self.members[seat]]
        return leads + members + self.leavers

    def _of(self, seat: Seat) -> list[DemoPerson]:
        former = self.former.get(seat)
        return [self.holders[seat]] if former is None else [former, self.holders[seat]]

    def holder(self, seat: Seat, day: date) -> DemoPerson:
        """Who held a seat on a day."""
        former = self.former.get(seat)
        return former if former is not None and day < seat.taken else self.holders[seat]


def staff(shape: CompanyShape, density: float, chance: Random) -> Crew:
    """Fill every seat, and put members and leavers below. `density` (0 to 1) says how much becomes of people."""
    crew = Crew(shape)
    crew_of = Staffing(crew, density, chance)
    for seat in shape.seats:
        crew_of.fill(seat)
    for seat in shape.seats:
        crew.members[seat] = [crew_of.member(seat) for _ in range(seat.members)]
        crew_of.leavers(seat)
    crew_of.turns()
    return crew


class Staffing:
    """Puts people into seats and below them."""

    def __init__(self, crew: Crew, density: float, chance: Random) -> None:
        self.crew = crew
        self.shape = crew.shape
        self.today = crew.shape.today
        self.density = density
        self.chance = chance
        self.teams: dict[str, list[Seat]] = {}
        for seat in crew.shape.seats:
            if seat.unit.division is not None and seat.rank < CHIEF and seat.members:
                self.teams.setdefault(seat.unit.division.code, []).append(seat)

    # Those who lead

    def fill(self, seat: Seat) -> None:
        """The holder of a seat, and who held it before."""
        place = self.place(seat.unit) if seat.rank < CHIEF else seat.unit.places[0]
        holder = DemoPerson(seat.above, seat.unit, seat.craft, seat.rank, place, seat.taken, seat=seat)
        self.crew.holders[seat] = holder
        if seat.taken > seat.opened:
            last = seat.taken - timedelta(days=1)
            craft = seat.craft if seat.rank in (CHIEF, TOP) else craft_in(seat.unit, self.chance)
            self.crew.former[seat] = DemoPerson(
                seat.above, seat.unit, craft, seat.rank, self.place(seat.unit), seat.opened, last, seat=seat
            )
            if seat.rank < CHIEF and self.chance.random() < 0.7:
                self._rise(seat, holder)
        elif seat.rank < CHIEF and seat.opened == self.shape.reorganised:
            self._called(seat, holder)

    def _rise(self, seat: Seat, holder: DemoPerson) -> None:
        """From among those who reported to the one before."""
        room = (seat.taken - seat.opened).days
        holder.joined = seat.opened + timedelta(days=self.chance.randint(0, room - SHORTEST))
        holder.earlier = Stint(seat, seat.unit, 2, seat.taken)

    def _called(self, seat: Seat, holder: DemoPerson) -> None:
        """From another team of the division."""
        team = self.team_before(seat, seat.opened - YEAR)
        if team is not None:
            holder.joined = self.between(team.opened, seat.opened - timedelta(days=300))
            holder.earlier = Stint(team, team.unit, 2, seat.taken)

    # Members

    def member(self, seat: Seat) -> DemoPerson:
        """Somebody who leads nobody."""
        joined = self.between(seat.opened, self.today - timedelta(days=1), 0.8)
        if seat.opened == self.shape.reorganised and self.chance.random() < 0.6:
            joined = seat.opened
        person = self.new(seat, joined)
        tenure = self.today - joined
        luck = self.chance.random()
        if luck < 0.1 * self.density and tenure > 1.5 * YEAR:
            self._move(person, seat)
        elif luck < 0.5 * self.density and person.rank and tenure > 2 * YEAR:
            self._promote(person)
        elif luck < 0.54 * self.density and tenure > 2 * YEAR and len(self.shape.places) > 1:
            self._relocate(person)
        if joined == self.shape.reorganised == seat.opened:
            self._join_from_elsewhere(person, seat)
        return person

    def new(self, seat: Seat, joined: date) -> DemoPerson:
        """A member below a seat, with a craft, a rank and a share of full time."""
        chance = self.chance
        years = (self.today - joined).days / 365
        rank = min(3, max(0, int(chance.gauss(0.9 + years * 0.12, 0.7))))
        craft = "Executive Assistant" if seat.rank == TOP else self.craft(seat)
        person = DemoPerson(seat, seat.unit, craft, rank, self.place(seat.unit), joined)
        if chance.random() < 0.12:
            person.fte = chance.choice((0.5, 0.6, 0.8, 0.8))
        return person

    def craft(self, seat: Seat) -> str:
        """In a team under a lead mostly the lead's own craft."""
        if seat.rank == LEAD and self.chance.random() < 0.6:
            return seat.craft
        return craft_in(seat.unit, self.chance)

    def place(self, unit: Unit) -> DemoPlace:
        """Mostly where the department is at home, sometimes anywhere."""
        luck = self.chance.random()
        if luck < 0.04:
            return self.chance.choice(self.shape.places)
        return unit.places[0] if luck < 0.75 or (unit.topic is None and luck < 0.4) else self.chance.choice(unit.places)

    def _move(self, person: DemoPerson, seat: Seat) -> None:
        team = self.team_before(seat, person.joined)
        if team is not None:
            least = max(seat.opened, person.joined + timedelta(days=300))
            if least < self.today - timedelta(days=30):
                until = self.between(least, self.today - timedelta(days=20)).replace(day=1)
                person.earlier = Stint(team, team.unit, person.rank, max(until, least))
                person.busy = True

    def _join_from_elsewhere(self, person: DemoPerson, seat: Seat) -> None:
        """Into a department made in the reorganisation, from one that was there before."""
        team = self.team_before(seat, seat.opened - YEAR)
        if team is not None:
            person.joined = self.between(team.opened, seat.opened - timedelta(days=200))
            person.earlier = Stint(team, team.unit, person.rank, seat.opened)
            person.promoted.clear()
            person.former_place = None
            person.busy = True

    def _promote(self, person: DemoPerson) -> None:
        years = [date(year, 4, 1) for year in range(person.joined.year + 2, self.today.year + 1)]
        years = [day for day in years if day < self.today]
        if years:
            steps = min(person.rank, 2 if len(years) > 5 else 1)
            person.promoted = sorted(self.chance.sample(years, steps))
            person.busy = True

    def _relocate(self, person: DemoPerson) -> None:
        other = self.chance.choice([place for place in self.shape.places if place is not person.place])
        start = max(person.joined + YEAR, self.today - 3 * YEAR)
        person.former_place = (self.between(start, self.today - timedelta(days=5)), other)
        person.busy = True

    def leavers(self, seat: Seat) -> None:
        """Those who were here for a time."""
        count = sum(self.chance.random() < 0.15 + 0.2 * self.density for _ in range(seat.members))
        for _ in range(count):
            latest = self.today - timedelta(days=SHORTEST + 30)
            if seat.opened < latest:
                person = self.new(seat, self.between(seat.opened, latest))
                person.left = self.between(
                    person.joined + timedelta(days=SHORTEST), self.today - timedelta(days=1), 0.7
                )
                self.crew.leavers.append(person)

    def turns(self) -> None:
        """What becomes of a few: they come back, share a role, have another name."""
        members = [person for seat in self.shape.seats for person in self.crew.members[seat]]
        calm = [p for p in members if not p.busy and p.joined < self.today - 2 * YEAR]
        self.chance.shuffle(calm)
        came_back = [p for p in calm if p.above is not None and (p.joined - p.above.opened).days > 700]
        for person in came_back[: max(1, len(members) // 150)]:
            assert person.above is not None
            end = person.joined - timedelta(days=self.chance.randint(250, 500))
            person.first_stint = (self.between(person.above.opened, end - timedelta(days=SHORTEST)), end)
            person.busy = True
        rest = [p for p in calm if not p.busy]
        for person in rest[: 1 + len(members) // 200]:
            person.renamed = self.between(person.joined + timedelta(days=200), self.today - timedelta(days=40))
            person.busy = True
        self._share(members)
        self._news(members)

    def _share(self, members: list[DemoPerson]) -> None:
        """Two people in one role, half the time each."""
        pairs = 1 + len(members) // 600
        for seat in self.chance.sample(self.shape.seats, len(self.shape.seats)):
            free = [p for p in self.crew.members[seat] if not p.busy]
            if len(free) >= 2 and seat.rank < CHIEF:
                one, two = free[:2]
                for person, other in ((one, two), (two, one)):
                    person.fte, person.shares_with, person.busy = 0.5, other, True
                two.craft, two.rank, two.place = one.craft, one.rank, one.place
                pairs -= 1
            if not pairs:
                break

    def _news(self, members: list[DemoPerson]) -> None:
        """There is always somebody who has just come, and somebody who has just moved."""
        start = self.today.replace(day=1)
        calm = [p for p in members if not p.busy]
        self.chance.shuffle(calm)
        count = max(2, len(members) // 80)
        for person in calm[:count]:
            person.joined = self.between(start, self.today)
            person.busy = True
        for person in calm[count : count + max(2, count // 2)]:
            seat = person.above
            if seat is not None and person.joined < self.today - YEAR:
                team = self.team_before(seat, person.joined)
                if team is not None:
                    person.earlier = Stint(team, team.unit, person.rank, max(start, seat.opened))
                    person.busy = True

    # Days and teams

    def between(self, first: date, last: date, bend: float = 1.0) -> date:
        """A day from the first to the last, rather a Monday."""
        room = max(0, (last - first).days)
        day = first + timedelta(days=int(room * self.chance.random() ** bend))
        monday = day - timedelta(days=day.weekday())
        return monday if monday >= first else day

    def team_before(self, seat: Seat, day: date) -> Seat | None:
        """Another team of the division that was there on a day."""
        division = seat.unit.division
        for team in self.chance.choices(self.teams.get(division.code if division else "", [seat]), k=4):
            if team is not seat and team.unit is not seat.unit and team.opened <= day:
                return team
        return None


def is_department_head(person: DemoPerson) -> bool:
    """Whether the person leads a department, not only a team in one."""
    return person.seat is not None and person.rank >= HEAD
