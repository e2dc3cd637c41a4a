"""Who reports to whom: references resolved, and each line cut to the days on which both work here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from .careers import Period
from .current import ReferencedPerson, find_named, find_people
from .findings import FilePlace, Findings
from .imported_person import ImportedPerson, StatedLine
from .matching import NAME_ONE, doubt_of
from .people import People
from .references import name_keys, plain, spoken, unpacked

Boss = ImportedPerson | ReferencedPerson


class Bosses:
    """The managers that rows name, resolved once for all."""

    def __init__(self, people: People, conn: Connection, findings: Findings, effective: date) -> None:
        """effective: who has left by then is meant by no name."""
        self.people = people
        self.findings = findings
        self._conn = conn
        self._effective = effective
        self._section = people.section
        self._named: dict[str, list[ReferencedPerson]] = {}
        """Key of a name -> everybody in the directory who is called so."""
        self.of: dict[int, Boss] = {}
        """Row of a person -> the manager that the row states."""
        self.settled: set[int] = set()
        """Rows of the people whose line went in with them."""
        self.lines: dict[int, list[tuple[StatedLine, Boss]]] = {}
        """Row of a person -> the dated lines that sheets state."""

    def resolve(self) -> None:
        """Resolve every reference; what can't be, and every circle, is told."""
        outside = self._outside()
        for person in self.people:
            if person.manager is not None:
                boss = self._named_boss(person, person.manager, self._section.manager_by, self._place(person), outside)
                if boss is not None:
                    self.of[person.row] = boss
            if person.dated is not None:
                self._dated(person, outside)
        self._refuse_circles()

    def _place(self, person: ImportedPerson) -> FilePlace:
        reader = self.people.table.readers["manager"]
        named = person.manager and plain(person.manager)
        return FilePlace(self.people.table.sheet.name, person.row, ", ".join(reader.value.columns), named)

    def _outside(self) -> dict[str, list[ReferencedPerson]]:
        """Those named who are in no row, from the directory: by key, and by name."""
        unknown: set[str] = set()
        names: set[str] = set()
        by = self._section.manager_by
        references = {person.manager for person in self.people if person.manager is not None}
        dated = {(line.manager, line.by) for person in self.people if person.dated for line in person.dated.lines}
        for reference, asked in (*((each, by) for each in references), *dated):
            match = self.people.find_manager(reference, asked)
            if match.person is None or match.named:
                parts = unpacked(reference)
                unknown |= {part.text for part in parts if part.by != "name"}
                # One who has the name in the files may share it with somebody whom they don't name.
                names |= {part.text for part in parts if (part.by or asked) in (None, "any", "name")}
        found: dict[str, list[ReferencedPerson]] = {}
        texts, hidden = sorted(unknown), self.people.importer.hidden
        for at in range(0, len(texts), 5000):
            found |= find_people(self._conn, texts[at : at + 5000], hidden)
        keys = {key for name in names for key in name_keys(name)}
        self._named = find_named(self._conn, keys, hidden) if keys else {}
        return found

    def _dated(self, person: ImportedPerson, outside: dict[str, list[ReferencedPerson]]) -> None:
        assert person.dated is not None
        for line in person.dated.lines:
            boss = self._named_boss(person, line.manager, line.by, line.place, outside)
            if boss is not None:
                self.lines.setdefault(person.row, []).append((line, boss))

    def _named_boss(
        self,
        person: ImportedPerson,
        reference: str,
        by: str | None,
        place: FilePlace,
        outside: dict[str, list[ReferencedPerson]],
    ) -> Boss | None:
        """The manager whom a reference means. Who is in no row is kept in mind: no leaver, as a row names them."""
        boss = self._boss(person, reference, by, place, outside)
        if boss is None:
            self.people.mention(reference)
        elif isinstance(boss, ReferencedPerson):
            self.people.mention(boss.number)
        return boss

    def _boss(
        self,
        person: ImportedPerson,
        reference: str,
        by: str | None,
        place: FilePlace,
        outside: dict[str, list[ReferencedPerson]],
    ) -> Boss | None:
        match = self.people.find_manager(reference, by)
        boss, findings, steps = match.person, self.findings, 0
        if match.named or (boss is None and not match.several and not self._known(reference, by, outside)):
            return self._by_name(person, reference, by, boss, place)
        if boss is not None and match.several:
            findings.note(
                "several on a post",
                place,
                f"{spoken(reference)} is held by several people; the first, of row {boss.row}, is taken.",
            )
        elif match.several:
            findings.refuse("ambiguous", place, match.doubt, match.remedy)
            return None
        while boss is not None and boss.fate == "vacant" and steps < 50:
            steps += 1
            if boss.manager is None:
                findings.note(
                    "vacant manager", place, f"The post {spoken(reference)} is vacant, and nobody is above it."
                )
                return None
            findings.note(
                "vacant manager", place, f"The post {spoken(reference)} is vacant; the post above it is taken."
            )
            reference = boss.manager
            boss = self.people.find_manager(reference, by).person
        if boss is None:
            return self._from_directory(reference, by, place, outside)
        return self._checked(person, boss, place)

    def _checked(self, person: ImportedPerson, boss: ImportedPerson, place: FilePlace) -> ImportedPerson | None:
        """The manager, if it is somebody else whose row is good."""
        if boss is person:
            self.findings.refuse(
                "own manager", place, "The person reports to themselves.", "Leave the manager blank for the top."
            )
            return None
        return boss if self.is_good(boss, place) else None

    def is_good(self, boss: Boss, place: FilePlace) -> bool:
        """Whether the row of a manager was not refused; told where it was."""
        if isinstance(boss, ImportedPerson) and boss.fate != "good":
            self.findings.refuse(
                "manager refused",
                place,
                f"The row of the manager was refused (row {boss.row}).",
                "Mend that row first.",
            )
            return False
        return True

    def _known(
        self, reference: str, by: str | None, outside: dict[str, list[ReferencedPerson]]
    ) -> list[ReferencedPerson]:
        """Those of the directory whom a reference means by a key."""
        for part in unpacked(reference):
            columns = self.people.matcher.in_directory(part.by or by)
            found = outside.get(part.text) or outside.get(part.text.lower()) or []
            texts = {part.text, part.text.lower()}
            found = [each for each in found if any(each.key(column) in texts for column in columns)]
            if found:
                return found
        return []

    def _from_directory(
        self, reference: str, by: str | None, place: FilePlace, outside: dict[str, list[ReferencedPerson]]
    ) -> Boss | None:
        found = self._known(reference, by, outside)
        if len(found) == 1:
            return found[0]
        self._refuse(reference, place, several=bool(found))
        return None

    def _refuse(self, reference: str, place: FilePlace, *, several: bool) -> None:
        if several:
            self.findings.refuse("ambiguous", place, doubt_of(reference), NAME_ONE)
        else:
            self.findings.refuse(
                "unknown manager", place, f"Nobody is known as {spoken(reference)}, in the files or in the directory.",
                "Give the manager's employee number, mail address or row key, or a name that only one person has; "
                "or add that person.",
            )  # fmt: skip

    def _by_name(
        self, person: ImportedPerson, reference: str, by: str | None, in_file: ImportedPerson | None, place: FilePlace
    ) -> Boss | None:
        """Who alone is called so, in the files and in the directory together; it is noted who that is."""
        candidates: dict[int, Boss] = {} if in_file is None else {id(in_file): in_file}
        texts = [part.text for part in unpacked(reference) if (part.by or by) in (None, "any", "name")]
        for found in (each for text in texts for key in name_keys(text) for each in self._named.get(key, ())):
            if any(period.end > self._effective for period in found.periods):
                row = self.people.by_identity(found.key(self.people.identity) or "")
                candidates[id(row) if row else found.id] = row or found
        if len(candidates) != 1:
            self._refuse(reference, place, several=bool(candidates))
            return None
        boss = next(iter(candidates.values()))
        if isinstance(boss, ImportedPerson) and self._checked(person, boss, place) is None:
            return None
        who = self.people.labels([boss])[boss.row] if isinstance(boss, ImportedPerson) else boss.number
        self.findings.note("manager by name", place, f"Only one person is called so, {who}: they are the manager.")
        return boss

    def _refuse_circles(self) -> None:
        """Everyone whose chain of command comes back to them is told so; the line does not go in."""
        done: set[int] = set()
        circles: list[list[ImportedPerson]] = []
        for person in self.people:
            way: list[ImportedPerson] = []
            seen: dict[int, int] = {}
            at: Boss | None = person
            while isinstance(at, ImportedPerson) and at.row not in done and at.row not in seen:
                seen[at.row] = len(way)
                way.append(at)
                at = self.of.get(at.row)
            if isinstance(at, ImportedPerson) and at.row in seen:
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

    def top_down(self) -> list[ImportedPerson]:
        """The people with a manager, each after that manager, so that no change passes through a circle."""
        order: list[ImportedPerson] = []
        done: set[int] = set()
        for person in self.people:
            way = []
            at: Boss | None = person
            while isinstance(at, ImportedPerson) and at.row not in done and at.fate == "good":
                done.add(at.row)
                way.append(at)
                at = self.of.get(at.row)
            order.extend(reversed(way))
        return order


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A stretch of days with one manager."""

    start: date
    end: date
    boss: Boss


def shared(periods: Iterable[Period], boss: Boss) -> list[LinePiece]:
    """The days of the periods on which the manager works here too."""
    return [
        LinePiece(max(period.start, held.start), min(period.end, held.end), boss)
        for period in periods
        for held in boss.periods
        if period.start < held.end and held.start < period.end
    ]
