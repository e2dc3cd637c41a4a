"""Who reports to whom: references resolved, and each line cut to the days on which both work here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from myproject.directory.text import fold

from .careers import Period
from .current import Found, find_people
from .findings import Findings, Place
from .people import Line, People, Person
from .references import Match
from .values import words

Boss = Person | Found
_Outside = dict[tuple[str | None, str], list[Found]]
"""By which column a reference names somebody of the directory, and the reference -> who that may be."""


class Bosses:
    """The managers that rows name, resolved once for all."""

    def __init__(self, people: People, conn: Connection, findings: Findings) -> None:
        self.people = people
        self.findings = findings
        self._conn = conn
        self._section = people.section
        self.of: dict[int, Boss] = {}
        """Row of a person -> the manager that the row states."""
        self.settled: set[int] = set()
        """Rows of the people whose line went in with them."""
        self.lines: dict[int, list[tuple[Line, Boss]]] = {}
        """Row of a person -> the dated lines that sheets state."""

    def resolve(self) -> None:
        """Resolve every reference; what can't be, and every circle, is told."""
        outside = self._outside()
        for person in self.people:
            if person.manager is not None:
                boss = self._boss(person, person.manager, self._section.manager_by, self._place(person), outside)
                if boss is not None:
                    self.of[person.row] = boss
            if person.dated is not None:
                self._dated(person, outside)
        self._refuse_circles()

    def _place(self, person: Person) -> Place:
        reader = self.people.table.readers["manager"]
        return Place(self.people.table.sheet.name, person.row, ", ".join(reader.value.columns), person.manager)

    def _outside(self) -> _Outside:
        """Those named who are in no row, from the directory."""
        unknown: dict[str | None, set[str]] = {}
        for person in self.people:
            named = [] if person.manager is None else [(person.manager, self._section.manager_by)]
            named += [(line.manager, line.by) for line in (person.dated.lines if person.dated else ())]
            for reference, by in named:
                if reference not in unknown.get(by, ()) and self.people.find(reference, by) == Match():
                    unknown.setdefault(by, set()).add(reference)
        found: _Outside = {}
        for by, references in unknown.items():
            names, columns = sorted(references), self.people.references.in_directory(by)
            for at in range(0, len(names), 5000):
                people = find_people(self._conn, names[at : at + 5000], columns)
                found |= {(by, reference): persons for reference, persons in people.items()}
        return found

    def _dated(self, person: Person, outside: _Outside) -> None:
        assert person.dated is not None
        for line in person.dated.lines:
            boss = self._boss(person, line.manager, line.by, line.place, outside)
            if boss is not None:
                self.lines.setdefault(person.row, []).append((line, boss))

    def _boss(self, person: Person, reference: str, by: str | None, place: Place, outside: _Outside) -> Boss | None:
        boss, doubt, remedy = self.people.find(reference, by)
        findings, steps = self.findings, 0
        if boss is not None and doubt:
            findings.note(
                "several on a post",
                place,
                f"{words(reference)} is held by several people; the first, of row {boss.row}, is taken.",
            )
        elif doubt:
            self.people.mentioned.add(fold(reference))
            findings.refuse("ambiguous", place, doubt, remedy)
            return None
        while boss is not None and boss.fate == "vacant" and steps < 50:
            steps += 1
            if boss.manager is None:
                findings.note(
                    "vacant manager", place, f"The post {words(reference)} is vacant, and nobody is above it."
                )
                return None
            findings.note(
                "vacant manager", place, f"The post {words(reference)} is vacant; the post above it is taken."
            )
            reference = boss.manager
            boss = self.people.find(reference, by).person
        if boss is None:
            return self._from_directory(reference, by, place, outside)
        if boss is person:
            findings.refuse(
                "own manager", place, "The person reports to themselves.", "Leave the manager blank for the top."
            )
            return None
        if boss.fate != "good":
            findings.refuse(
                "manager refused",
                place,
                f"The row of the manager was refused (row {boss.row}).",
                "Mend that row first.",
            )
            return None
        return boss

    def _from_directory(self, reference: str, by: str | None, place: Place, outside: _Outside) -> Boss | None:
        self.people.mentioned.add(fold(reference))
        found = outside.get((by, reference)) or outside.get((by, reference.lower())) or []
        if len(found) == 1:
            return found[0]
        if found:
            self.findings.refuse(
                "ambiguous", place, f"{words(reference)} could be several people.", "Name one by number."
            )
        else:
            self.findings.refuse(
                "unknown manager", place, f"Nobody is known as {words(reference)}, in the files or in the directory.",
                "Give the manager's employee number, mail address or row key (never the name), or add that person.",
            )  # fmt: skip
        return None

    def _refuse_circles(self) -> None:
        """Everyone whose chain of command comes back to them is told so; the line does not go in."""
        done: set[int] = set()
        circles: list[list[Person]] = []
        for person in self.people:
            way: list[Person] = []
            seen: dict[int, int] = {}
            at: Boss | None = person
            while isinstance(at, Person) and at.row not in done and at.row not in seen:
                seen[at.row] = len(way)
                way.append(at)
                at = self.of.get(at.row)
            if isinstance(at, Person) and at.row in seen:
                circles.append(way[seen[at.row] :])
            done.update(seen)
        labels = self.people.labels(member for circle in circles for member in circle) if circles else {}
        for circle in circles:
            shown = [labels[member.row] for member in circle[:10]]
            told = " → ".join([*shown, "…" if len(circle) > 10 else shown[0]])
            for member in circle:
                del self.of[member.row]
                self.findings.refuse(
                    "circle",
                    self._place(member),
                    f"The managers go in a circle: {told}.",
                    "Correct one of the managers.",
                )

    def top_down(self) -> list[Person]:
        """The people with a manager, each after that manager, so that no change passes through a circle."""
        order: list[Person] = []
        done: set[int] = set()
        for person in self.people:
            way = []
            at: Boss | None = person
            while isinstance(at, Person) and at.row not in done and at.fate == "good":
                done.add(at.row)
                way.append(at)
                at = self.of.get(at.row)
            order.extend(reversed(way))
        return order


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of days with one manager."""

    start: date
    end: date
    boss: Boss


def shared(periods: Iterable[Period], boss: Boss) -> list[Piece]:
    """The days of the periods on which the manager works here too."""
    return [
        Piece(max(period.start, held.start), min(period.end, held.end), boss)
        for period in periods
        for held in boss.periods
        if period.start < held.end and held.start < period.end
    ]
