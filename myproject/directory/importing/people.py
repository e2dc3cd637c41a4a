"""Everyone whom the sheets name, after a first pass over all of them: who they are, and the dated rows about them.

Only keys, dates and references are kept in memory; cards are read again when they are written. References may lead
forward, so nobody is looked up before all are known.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from sys import intern
from typing import Any

from myproject.directory.importing.literals import literal
from myproject.directory.schema.fields import fields_of
from myproject.directory.schema.text import fold
from myproject.models.dated import FOREVER

from .careers import NOTHING, UNSTATED, State, StatedSpell
from .current import IDENTITIES, Identity
from .findings import FilePlace, Findings, ImportStopped
from .imported_person import Headed, ImportedPerson, StatedLine
from .importer import OPERATOR, Importer
from .mapping import Mapping
from .matching import Match, Matcher
from .names import is_vacant
from .references import name_keys, packed, spoken, unpacked
from .tables import Table
from .values import CellProblem, bare

Progress = Callable[[int], object]

ONE_DAY = timedelta(days=1)
STATE = fields_of("assignment")


class People:
    """The people of an import by what they may be called."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        findings: Findings,
        *,
        guessed: bool = False,
        importer: Importer = OPERATOR,
    ) -> None:
        """guessed: whether the mapping was told by the headings. importer: who imports."""
        self.importer = importer
        self.table = table
        self.mapping = mapping
        self.findings = findings
        self.section: Any = mapping.employees
        self.identity = _identity(table)
        self.all: list[ImportedPerson] = []
        self.rows = 0
        """How many rows the sheet has."""
        self.departments: dict[str, FilePlace] = {}
        """Every department that a row names, with the first place."""
        self.locations: dict[str, FilePlace] = {}
        self.matcher = Matcher(table, self.identity, self.all, guessed=guessed)
        self.mentioned: set[str] = set()
        """Folded texts by which rows name somebody who has no good row: numbers, mail addresses, names."""
        self.vacant = 0
        """How many rows are posts without a holder."""
        self._roots = {bare(text) for text in self.section.roots}
        self._vacant = frozenset(bare(text) for text in self.section.vacant)

    def __iter__(self) -> Iterator[ImportedPerson]:
        return (person for person in self.all if person.fate == "good")

    def by_identity(self, identity: str) -> ImportedPerson | None:
        """The person whom a row is about."""
        return self.matcher.by_identity.get(identity)

    def survey(self, progress: Progress = lambda _: None) -> None:
        """Read the sheet of employees once."""
        for number, row in self.table.sheet.rows(self.findings):
            self.rows += 1
            if self.rows % 1000 == 0:
                progress(1000)
            self._row(number, row)
        for shifted in self.table.sheet.shifted:
            self.mentioned.update(map(fold, shifted))
        if not self.rows:
            raise ImportStopped(f"{self.table.sheet.name} has headings but no rows.", "Give a sheet with people in it.")

    def _row(self, number: int, row: list[str]) -> None:
        table, sheet = self.table, self.table.sheet.name
        name = self._whole_name(row)
        vacant = name is not None and is_vacant(name, self._vacant)
        told = Findings() if vacant else self.findings
        values = table.read((self.identity, "key", "hired_on", "left_on", "manager", *STATE), number, row, told)
        key = self._key(values, row)
        if vacant:
            self.vacant += 1
            self.findings.note(
                "vacant post", FilePlace(sheet, number, None, name or None), "A post without a holder was left out."
            )
            self.matcher.remember(key, ImportedPerson("", number, manager=(values or {}).get("manager"), fate="vacant"))
            return
        if values is None:
            self.mentioned |= self._clues(row)
            self.matcher.remember(key, ImportedPerson("", number, fate="refused"))
            return
        identity = values[self.identity]
        if not identity:
            self.findings.refuse(
                "no key", table.at(self.identity, number, row), "The row has nothing that tells who it is about.",
                f"Give it {_article(self.identity)}.",
            )  # fmt: skip
            self.mentioned |= self._clues(row)
            return
        if self.identity == "email":
            identity = identity.lower()
        person = ImportedPerson(identity, number, values.get("hired_on"), values.get("left_on") or FOREVER)
        manager = values.get("manager")
        if manager:
            parts = [part for part in unpacked(manager) if bare(part.text) not in self._roots]
            person.manager = intern(packed(parts)) or None
        if values.get("department"):
            person.department = intern(values["department"])
        if person.joined and person.left <= person.joined:
            place = table.at("left_on", number, row)
            self.findings.refuse("dates", place, "The last day lies before the first.", "Correct one of the two.")
            person.fate = "refused"
        else:
            self._name_places(values, number, row)
        if (first := self.matcher.by_identity.get(identity)) is not None:
            if self._repeated(first, person, values, number, row):
                self.matcher.remember(key, first)
            return
        self.matcher.by_identity[identity] = person
        self.matcher.remember(key, person)
        self.all.append(person)

    def _clues(self, row: list[str]) -> set[str]:
        """What a row that can't be taken tells of whom it is about: number, mail address, else the name."""
        found = set()
        for column in (*IDENTITIES, "key"):
            with contextlib.suppress(CellProblem):
                if text := self.table.get(column, row):
                    found.add(fold(text))
        if not found and (name := self._whole_name(row)):
            found |= name_keys(name)
        return found

    def _key(self, values: dict[str, Any] | None, row: list[str]) -> str | None:
        """What other rows call this one by, also where something else in it is wrong."""
        if values is None:
            values = self.table.read((self.identity, "key"), 0, row, Findings()) or {}
        return values.get("key") or values.get(self.identity)

    def _whole_name(self, row: list[str]) -> str | None:
        """The raw name of a row; None where the sheet has no names, and for one that is to be taken as it is."""
        fields = [name for name in ("name", "given_name", "family_name") if name in self.table]
        if not fields:
            return None
        parts = []
        for name in fields:
            reader = self.table.readers[name]
            if any(literal(row[place]) is not None for place in reader.places):
                return None  # somebody who is called so
            parts += [" ".join(row[place].split()) for place in reader.places]
        return " ".join(part for part in parts if part)

    def labels(self, people: Iterable[ImportedPerson]) -> dict[int, str]:
        """Row -> what to call a person in words: what tells them apart, or the name where that is a digest."""
        found = {person.row: person.identity for person in people}
        if self.table.readers[self.identity].value.digest is not None:
            for number, row in self.table.sheet.rows():
                if number in found:
                    found[number] = self._whole_name(row) or found[number]
        return found

    def _repeated(
        self, first: ImportedPerson, person: ImportedPerson, values: dict[str, Any], number: int, row: list[str]
    ) -> bool:
        """A further row of the same person; whether it counts."""
        if self.section.repeats == "assignments" and "department" in self.table and values.get("department"):
            place = first.more.at(FilePlace(self.table.sheet.name, number))
            spell = StatedSpell(person.joined or date.min, person.left, self.state_of(values), place)
            first.more.spells.append(spell)
            return True
        label = self.table.at(self.identity, number, row)
        self.findings.refuse(
            "repeated key", label, f"Row {first.row} has the same.",
            "Give each person one row; or, for several posts of one, say repeats = \"assignments\" in the mapping.",
        )  # fmt: skip
        return False

    def state_of(self, values: dict[str, Any]) -> State:
        """The assignment that a row states, with references as text."""
        clear = self.mapping.rules.blanks == "clear"
        parts: list[Any] = []
        for name in STATE:
            value = values.get(name)
            if value is None and not (clear and name in values and name in ("job_title", "location")):
                parts.append(UNSTATED)
            else:
                parts.append(intern(value) if isinstance(value, str) else value)
        return State._make(parts)

    def _name_places(self, values: dict[str, Any], number: int, row: list[str], table: Table | None = None) -> None:
        table = table or self.table
        for name, places in (("department", self.departments), ("location", self.locations)):
            value = values.get(name)
            if value and value not in places:
                places[intern(value)] = table.at(name, number, row)

    # References

    def find(self, reference: str, by: str | None = None) -> Match:
        """Whom a reference means among the rows. Names tell nobody here. by: the column that the mapping names."""
        return self.matcher.find(reference, by)

    def find_manager(self, reference: str, by: str | None = None) -> Match:
        """The same for a manager, who may be told by name."""
        return self.matcher.find(reference, by, names=True)

    def mention(self, reference: str) -> None:
        """Keep that a row names somebody who has no good row."""
        for part in unpacked(reference):
            self.mentioned |= {fold(part.text), *name_keys(part.text)}

    # Further sheets

    def read_assignments(self, table: Table, section: Any, progress: Progress = lambda _: None) -> None:
        """The rows of one [[assignments]]: spells in a department, or titles and the like laid over them."""
        for number, row, person, values in self._about(table, section, STATE, progress):
            start, end = values["since"], values.get("until") or FOREVER
            place = person.more.at(FilePlace(table.sheet.name, number))
            spell = StatedSpell(start, end, self.state_of(values), place)
            self._name_places(values, number, row, table)
            if "department" in table:
                if spell.state.department is UNSTATED:
                    self.findings.refuse(
                        "no department", table.at("department", number, row), "The assignment names no department.",
                        "Name one.",
                    )  # fmt: skip
                    continue
                person.more.spells.append(spell)
            elif spell.state != NOTHING:
                person.more.overlays.append(spell)

    def read_employments(self, table: Table, section: Any, progress: Progress = lambda _: None) -> None:
        """The rows of one [[employments]]."""
        for number, _row, person, values in self._about(table, section, (), progress):
            place = person.more.at(FilePlace(table.sheet.name, number))
            spell = StatedSpell(values["since"], values.get("until") or FOREVER, NOTHING, place)
            person.more.employments.append(spell)

    def read_heads(self, table: Table, section: Any, progress: Progress = lambda _: None) -> None:
        """The rows of one [[heads]]."""
        for number, row, person, values in self._about(table, section, ("department",), progress, start_needed=False):
            if values.get("department"):
                self._name_places(values, number, row, table)
                place = table.at("employee", number, row)
                end = values.get("until") or FOREVER
                person.more.heads.append(Headed(values["department"], values.get("since"), end, place))

    def read_lines(self, table: Table, section: Any, progress: Progress = lambda _: None) -> None:
        """The rows of one [[reporting_lines]]."""
        fields = ("manager", "kind")
        for number, row, person, values in self._about(table, section, fields, progress, start_needed=False):
            kind = (values.get("kind") or "solid").lower()
            if kind not in ("solid", "dotted", "acting"):
                self.findings.refuse(
                    "kind of line", table.at("kind", number, row), "The kind is not solid, dotted or acting.",
                    "Write one of these, or translate with `values` in the mapping.",
                )  # fmt: skip
                continue
            if values.get("manager"):
                end = values.get("until") or FOREVER
                place = table.at("manager", number, row)
                line = StatedLine(intern(values["manager"]), kind, values.get("since"), end, place, section.manager_by)
                person.more.lines.append(line)

    def _about(
        self, table: Table, section: Any, fields: tuple[str, ...], progress: Progress, *, start_needed: bool = True
    ) -> Iterator[tuple[int, list[str], ImportedPerson, dict[str, Any]]]:
        """The good rows of a sheet that states things of people over time, with whom each is about."""
        for count, (number, row) in enumerate(table.sheet.rows(self.findings), 1):
            if count % 1000 == 0:
                progress(1000)
            values = table.read(("employee", "since", "until", *fields), number, row, self.findings)
            if values is None:
                continue
            person = self._whose(table, section, values.get("employee"), number, row)
            if person is None:
                continue
            start, end = values.get("since"), values.get("until") or FOREVER
            if start == end and self.mapping.values.same_day == "day":
                end = values["until"] = end + ONE_DAY
            if start is None and start_needed:
                self.findings.refuse(
                    "dates", table.at("since", number, row), "The row has no first day.", "Give it one."
                )
            elif start is not None and end == start:
                self.findings.note(
                    "no day",
                    table.at("until", number, row),
                    "The row begins and ends on the same day: it holds on no day.",
                )
            elif start is not None and end < start:
                self.findings.refuse(
                    "dates",
                    table.at("until", number, row),
                    "The end lies before the beginning.",
                    "Correct one of the two.",
                )
            else:
                yield number, row, person, values

    def _whose(
        self, table: Table, section: Any, reference: str | None, number: int, row: list[str]
    ) -> ImportedPerson | None:
        place = table.at("employee", number, row)
        if not reference:
            self.findings.refuse("no key", place, "The row doesn't say whom it is about.", "Name the person.")
            return None
        match = self.find(reference, section.employee_by)
        person = match.person
        if match.several:
            self.findings.refuse("ambiguous", place, match.doubt, match.remedy)
        elif person is None:
            self.findings.refuse(
                "unknown person", place, f"No row of {self.table.sheet.name} is about {spoken(reference)}.",
                "Add the person there, or correct the reference.",
            )  # fmt: skip
        elif person.fate == "refused":
            self.findings.refuse(
                "refused person",
                place,
                f"The row of {spoken(reference)} was refused (row {person.row}).",
                "Mend that row first.",
            )
        elif person.fate == "vacant":
            self.findings.note("vacant post", place, f"The post {spoken(reference)} is vacant (row {person.row}).")
        else:
            return person
        self.mention(reference)
        return None


def _identity(table: Table) -> Identity:
    for name in IDENTITIES:
        if name in table:
            return name
    raise ImportStopped(
        "[employees] maps nothing that tells people apart.", "Map employee_number, external_id or email: never a name."
    )


def _article(identity: str) -> str:
    return {"employee_number": "an employee number", "external_id": "an external identifier"}.get(
        identity, "a mail address"
    )
