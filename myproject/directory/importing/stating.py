"""What the rows together state of one person: a career with ids for references, and what was resolved on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from myproject.models.dated import FOREVER

from .careers import NOTHING, UNSTATED, Period, State, StatedCareer, StatedSpell, build, merged, union, within, without
from .current import RecordedPerson
from .departments import ImportedDepartments
from .findings import FilePlace, Findings
from .imported_person import Headed, ImportedPerson
from .locations import ImportedLocations
from .people import STATE, People
from .values import CellProblem

PlaceOf = Callable[[str], FilePlace]


class Statements:
    """Puts the careers of an import together."""

    def __init__(
        self,
        people: People,
        departments: ImportedDepartments,
        locations: ImportedLocations,
        effective: date,
        first_day: date,
        department: str | None,
    ) -> None:
        """first_day, department: those of new people whose rows name none."""
        self.first_day = first_day
        self.department = department
        self.people = people
        self.table = people.table
        self.findings: Findings = people.findings
        self.rules = people.mapping.rules
        self.departments = departments
        self.locations = locations
        self.effective = effective
        self.dated = bool(people.mapping.assignments or people.mapping.employments)
        """Whether sheets state history. Without them the rows state what is so on the effective day."""
        self._heads = bool(people.mapping.heads) or bool(departments.heads)
        self._seen = Findings()
        """What is found in cells that the first pass has read, and told, already."""

    def career(
        self, person: ImportedPerson, number: int, row: Sequence[str], known: RecordedPerson | None
    ) -> StatedCareer | None:
        """A person's career; None if anything in it can't be taken, which has been told."""
        values = self.table.read(STATE, number, row, self._seen)
        if values is None:
            return None
        blanked = self.table.blanked
        state = self._resolved(self.people.state_of(values), lambda name: self.table.at(name, number, row), blanked)
        spells = self._spells(person, "spells", known)
        overlays = self._spells(person, "overlays", known)
        if state is None or spells is None or overlays is None:
            return None
        if person.left <= self.first_day and self.undated(person, known):
            self.findings.refuse(
                "no joining date", self.table.at("hired_on", number, row),
                "Nothing says since when this new person, who has left, worked here.", "Give the joining date.",
            )  # fmt: skip
            return None
        if self.department and state.department is UNSTATED and not spells and not _recorded(known):
            wanted = State._make((self.department, *NOTHING[1:]))
            named = self._resolved(wanted, partial(_same_place, FilePlace("--department")), frozenset())
            if named is None:
                return None
            state = named.over(state)
        career = self._built(person, state, spells, overlays, known)
        if not self._report(career, person, number, row, known):
            return None
        if self._heads:
            self._headed(career, person)
        return career

    def undated(self, person: ImportedPerson, known: RecordedPerson | None) -> bool:
        """Whether nothing says since when somebody new works here, so that the first day of new people is taken."""
        spells = person.dated is not None and bool(person.dated.spells)
        return self.rules.employment == "hired_on" and person.joined is None and not spells and not _recorded(known)

    def comparable(self, person: ImportedPerson) -> list[Period]:
        """The days on which what is recorded must be as stated: from the effective day on, and those of dated rows."""
        if self.rules.employment == "assignments":
            return [Period(date.min, FOREVER)]
        periods: list[StatedSpell | Period] = [Period(self.effective, FOREVER)]
        if self.dated and person.dated is not None:
            periods += [*person.dated.spells, *person.dated.overlays]
        return union(periods)

    # References

    def _spells(self, person: ImportedPerson, which: str, known: RecordedPerson | None) -> list[StatedSpell] | None:
        if person.dated is None:
            return []
        found: list[StatedSpell] = []
        good = True
        for spell in getattr(person.dated, which):
            place = person.dated.places[spell.row]
            blanked = self.table.blanked - {"department"}  # without one it is no spell
            state = self._resolved(spell.state, partial(_same_place, place), blanked)
            if state is None:
                good = False
            else:
                start = self._start(person, known) if spell.start == date.min else spell.start
                found.append(spell._replace(start=start, state=state))
        return found if good else None

    def _resolved(self, state: State, at: PlaceOf, blanked: frozenset[str]) -> State | None:
        """The state with ids instead of references. A bad part is told; one of `blanked` is left unstated."""
        changes: dict[str, Any] = {}
        good = True
        for name in STATE:
            try:
                changes[name] = self._checked(name, getattr(state, name))
            except CellProblem as problem:
                reason = f"The value {problem.reason}."
                if name in blanked:
                    self.findings.left_blank(problem.kind, at(name), reason, problem.remedy)
                    changes[name] = UNSTATED
                else:
                    self.findings.refuse(problem.kind, at(name), reason, problem.remedy)
                    good = False
        return state._replace(**changes) if good else None

    def _checked(self, name: str, value: Any) -> Any:
        """One part of a state, with an id instead of a reference. Raises CellProblem."""
        if name == "department" and isinstance(value, str):
            return self.departments.find(value)
        if name == "location" and isinstance(value, str):
            return self.locations.find(value)
        if name == "job_title" and isinstance(value, str) and len(value) > 200:
            reason = f"has {len(value):,} characters; 200 is the most"
            raise CellProblem("value", reason, "Shorten it, or say cut = 200 in the mapping.")
        if name == "fte" and isinstance(value, float) and not 0 <= value <= 9:
            raise CellProblem("value", "is not between 0 and 9", "Write full time as 1.")
        return value

    # Employment

    def _start(self, person: ImportedPerson, known: RecordedPerson | None) -> date:
        """The first day where the row states none: that of the recorded employment, else the one for new people."""
        if person.joined is not None:
            return person.joined
        if known is None or not known.periods:
            return self.first_day
        current = self._current(known)
        return current.start if current and current.end > self.effective else self.effective

    def _current(self, known: RecordedPerson | None) -> Period | None:
        """The recorded employment that a row is about: the last begun by the effective day, else the first to come."""
        if known is None:
            return None
        begun = [period for period in known.periods if period.start <= self.effective]
        return begun[-1] if begun else next(iter(known.periods), None)

    def _own_periods(self, person: ImportedPerson, known: RecordedPerson | None) -> list[Period]:
        """The employment that the person's own row states, with what is recorded where it states nothing."""
        current = self._current(known)
        if known is None or current is None:
            return [Period(self._start(person, known), person.left)]
        periods = list(known.periods)
        if person.joined is not None and all(period.start != person.joined for period in periods):
            if person.joined >= periods[-1].end:
                return [*periods, Period(person.joined, person.left)]
            at = next(place for place, period in enumerate(periods) if person.joined < period.end)
            corrected = periods[at]._replace(start=person.joined)
            current = corrected if current == periods[at] else current
            periods[at] = corrected
        at = periods.index(current)
        if person.left != FOREVER:
            if person.left > current.start:
                periods[at] = current._replace(end=person.left)
        elif current.end <= self.effective and at == len(periods) - 1:
            self.findings.note(
                "back again", FilePlace(self.table.sheet.name, person.row),
                f"The person left before {current.end}, and the row names no last day: taken on again from "
                f"{self.effective}.",
                "Give the last day, if it still holds.",
            )  # fmt: skip
            periods.append(Period(self.effective, FOREVER))
        return periods

    def _built(
        self,
        person: ImportedPerson,
        state: State,
        spells: list[StatedSpell],
        overlays: list[StatedSpell],
        known: RecordedPerson | None,
    ) -> StatedCareer:
        rules, dated = self.rules, person.dated
        if rules.employment == "employments":
            periods = union(dated.employments) if dated else []
            base = [StatedSpell(period.start, period.end, state, -1) for period in periods]
            return build(base, spells, overlays, periods=periods, overlaps=rules.overlaps)
        if rules.employment == "assignments":
            base = [StatedSpell(date.min, FOREVER, state._replace(department=UNSTATED), -1)]
            return build(base, spells, overlays, overlaps=rules.overlaps)
        periods = self._own_periods(person, known)
        if person.joined is None and known is None and spells:
            periods = [Period(min(spell.start for spell in spells), person.left)]
        base = [StatedSpell(period.start, period.end, state, -1) for period in periods]
        if not self.dated:  # further rows of the same person are posts beside the first
            career = StatedCareer(periods=periods, primary=merged(base))
            career.others = [part for spell in spells for part in within(spell, career.periods)]
            return career
        return build(base, self._around(person, periods[-1], spells), overlays, overlaps=rules.overlaps)

    def _around(self, person: ImportedPerson, own: Period, spells: list[StatedSpell]) -> list[StatedSpell]:
        """Spells outside the stated employment are others; one that runs past the last day is cut."""
        kept = []
        for spell in spells:
            place = self._place(person, spell)
            if person.joined and spell.start < person.joined:
                self.findings.note(
                    "before joining", place,
                    f"The row begins before the first day, {person.joined}: it is taken as earlier employment.",
                )  # fmt: skip
            if spell.start < own.end < spell.end:
                if spell.end != FOREVER:
                    self.findings.note(
                        "after leaving", place, f"The row runs past the last day: it is cut on {own.end}."
                    )
                spell = spell._replace(end=own.end)
            elif spell.start >= own.end:
                self.findings.note(
                    "after leaving", place, "The row begins after the last day: it is taken as later employment."
                )
            kept.append(spell)
        return kept

    # What is reported

    def _place(self, person: ImportedPerson, spell: StatedSpell) -> FilePlace:
        if person.dated is not None and 0 <= spell.row < len(person.dated.places):
            return person.dated.places[spell.row]
        return FilePlace(self.table.sheet.name, person.row)

    def _report(
        self,
        career: StatedCareer,
        person: ImportedPerson,
        number: int,
        row: Sequence[str],
        known: RecordedPerson | None,
    ) -> bool:
        """Report what was resolved; whether the career can be taken."""
        good = True
        for remark, spell in career.remarks:
            place = self._place(person, spell)
            if remark == "overlap refused":
                self.findings.refuse("overlap", place, "The row overlaps another of this person.", "Correct the dates.")
                good = False
            elif remark == "outside employment":
                self.findings.note(
                    "outside employment", place, "The row lies outside the employment in part: it is cut to it."
                )
            else:
                self.findings.note("overlap", place, f"The row overlaps another of this person: {remark}.")
        unemployed = self.rules.employment == "employments" and not (person.dated and person.dated.employments)
        nowhere = not career.primary or career.primary[0].state.department is UNSTATED
        if nowhere and unemployed and not _recorded(known):
            self.findings.refuse(
                "no employment", FilePlace(self.table.sheet.name, number),
                "Nothing says when this new person works here.", "Add a row to the sheet of employments.",
            )  # fmt: skip
            good = False
        elif nowhere and not _recorded(known):
            self.findings.refuse(
                "no department", self.table.at("department", number, row),
                "Nothing says in which department this new person is.", "Give the row a department, or an assignment.",
            )  # fmt: skip
            good = False
        first = career.periods[0].start if career.periods else None
        if person.joined and first and first > person.joined:
            self.findings.note(
                "no department yet", self.table.at("hired_on", number, row),
                f"There is no department before {first}: the employment is recorded from that day.",
            )  # fmt: skip
        return good

    # Heads

    def _headed(self, career: StatedCareer, person: ImportedPerson) -> None:
        """Say of every assignment whether its holder heads the department; what is refused here makes no manager."""
        career.primary = [spell._replace(state=spell.state.over(State(is_head=False))) for spell in career.primary]
        if person.dated is None or not career.primary:
            return
        person.dated.heading = []
        for item in person.dated.heads:
            try:
                department = self.departments.find(item.department)
            except CellProblem as problem:
                self.findings.refuse(problem.kind, item.place, f"The department {problem.reason}.", problem.remedy)
                continue
            first = person.joined or career.periods[0].start
            if item.start and item.start < first:
                self.findings.note(
                    "head before joining", item.place,
                    f"The row begins before the person does, on {first}: as a manager they count while they work here.",
                )  # fmt: skip
            since = item.start or career.primary[-1].start
            headed = [Period(since, item.end)]
            mine = [spell for spell in career.primary if spell.state.department == department]
            parts = [part for spell in mine for part in within(spell, headed)]
            if self.rules.heads == "anyone":
                days = [StatedSpell(period.start, period.end, NOTHING) for period in career.periods]
                person.dated.heading += [
                    (department, Period(part.start, part.end)) for spell in days for part in within(spell, headed)
                ]
            else:
                person.dated.heading += [(department, Period(part.start, part.end)) for part in parts]
            if not parts:
                self._head_elsewhere(item)
            elif item.start and (
                min(part.start for part in parts) > since or max(part.end for part in parts) < item.end
            ):
                self.findings.note(
                    "head in part", item.place, "The person heads the department only while working in it."
                )
            for part in parts:
                rest = [piece for spell in career.primary for piece in without(spell, part)]
                head = part._replace(state=part.state._replace(is_head=True))
                career.primary = sorted([*rest, head], key=lambda spell: spell.start)

    def _head_elsewhere(self, item: Headed) -> None:
        if self.rules.heads == "anyone":
            self.findings.note(
                "head elsewhere", item.place, "The head of the department does not work in it then: a manager only."
            )
            return
        self.findings.refuse(
            "head elsewhere", item.place, "The head of the department does not work in it then.",
            "Correct the head, give the person an assignment in that department, or say heads = \"anyone\".",
        )  # fmt: skip


def _recorded(known: RecordedPerson | None) -> bool:
    """Whether any employment of a person is recorded."""
    return known is not None and bool(known.periods)


def _same_place(place: FilePlace, _name: str) -> FilePlace:
    return place
