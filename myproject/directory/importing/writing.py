"""The second pass over the people: cards are read, compared with what is recorded, and turned into verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from myproject.directory.schema.fields import FIELDS, IMPORTED_FIELDS, Card
from myproject.directory.schema.verbs import EditCard, Join, Rehire

from . import comparing
from .careers import StatedCareer, within
from .current import RecordedPerson, known_people, numbers_like
from .emitting import Emitter, checked
from .findings import FilePlace, Findings
from .imported_person import ImportedPerson
from .mails import MailAddresses
from .names import name_parts
from .people import People
from .reporting import Bosses
from .stating import Statements
from .values import first_number

GROUP = 2_000
"""How many people are compared with the directory at a time."""

_CALLED = {
    "on": "hired_on",
    "last_day": "left_on",
    "valid_to": "left_on",
    "valid_from": "hired_on",
    "until": "left_on",
}
"""Parts of verbs by the field of the sheet that they come from, where the names differ."""


@dataclass(slots=True)
class Tally:
    """What became of the people of the sheet."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    undated: int = 0
    """New people of whom nothing says since when they work here."""
    known: set[int] = field(default_factory=set)
    """Ids of everyone whom the sheet is about and who was recorded before."""
    again: set[int] = field(default_factory=set)
    """Rows of those of them who are taken on again."""


class PeopleWriter:
    """Writes the people of an import."""

    def __init__(
        self, conn: Connection, people: People, statements: Statements, bosses: Bosses, emitter: Emitter, *, fresh: bool
    ) -> None:
        """fresh: the directory holds nobody yet, so nothing is to be compared."""
        self.conn = conn
        self.people = people
        self.table = people.table
        self.findings: Findings = people.findings
        self.statements = statements
        self.bosses = bosses
        self.emitter = emitter
        self.fresh = fresh
        self.tally = Tally()
        self._mails = MailAddresses(conn, people, fresh=fresh)
        self._clear = people.mapping.rules.blanks == "clear"
        self._derived = people.mapping.rules.managers == "department_head"
        self._card = tuple(name for name in ("name", *IMPORTED_FIELDS) if name in self.table)
        self._next_number: int | None = None

    def write(self, progress: Callable[[int], object]) -> None:
        """Write everyone, in the order of the sheet."""
        rows = self._rows()
        while group := list(islice(rows, GROUP)):
            known: dict[str, RecordedPerson | None] = {}
            if not self.fresh:
                keys = [person.identity for person, _, _ in group]
                known = known_people(self.conn, self.people.identity, keys, self.people.importer.hidden)
            self._mails.look_up(group, known)
            for person, number, row in group:
                recorded = known.get(person.identity)
                if recorded is None and person.identity in known:
                    self._refuse_shared(person, number, row)
                else:
                    self._one(person, number, row, recorded)
                if self.emitter.full:
                    self.emitter.flush()
            progress(len(group))
        self.emitter.flush()

    def _rows(self) -> Iterator[tuple[ImportedPerson, int, list[str]]]:
        """The people that are good so far, each with the row."""
        waiting = iter(self.people.all)
        person = next(waiting, None)
        for number, row in self.table.sheet.rows():
            while person is not None and person.row < number:
                person = next(waiting, None)
            if person is None:
                return
            if person.row == number and person.fate == "good":
                yield person, number, row

    def _one(self, person: ImportedPerson, number: int, row: list[str], known: RecordedPerson | None) -> None:
        values = self.table.read(self._card, number, row, self.findings)
        career = self.statements.career(person, number, row, known)
        card = None if values is None else self._checked_card(person, values, number, row, known)
        if card is None or career is None:
            person.fate = "refused"
            return
        self._note_second_numbers(number, row)
        person.periods = tuple(career.periods)
        if self._derived:
            person.through = tuple(career.primary)
        if known is None or not known.periods:
            self._new(person, card, career, number, row, known)
        else:
            self._compare(person, card, career, number, row, known)

    def _refuse_shared(self, person: ImportedPerson, number: int, row: list[str]) -> None:
        person.fate = "refused"
        self.findings.refuse(
            "ambiguous", self._at("email", number, row), "Several people of the directory share this mail address.",
            "Give the row an employee number.",
        )  # fmt: skip

    # The card

    def _checked_card(
        self, person: ImportedPerson, values: dict[str, Any], number: int, row: list[str], known: RecordedPerson | None
    ) -> Card | None:
        """The card that a row states; None if it can't be taken, which has been told."""
        values = name_parts(values)
        if not self._clear:
            values = {name: value for name, value in values.items() if value is not None}
        at = partial(self._at, number=number, row=row)
        card: Card | None = checked(Card, values, at, self.findings, self.table.blanked)
        reason = card and self._mails.problem(card.email, known)
        if card is not None and reason:
            remedy = "Give everyone an address of their own."
            if "email" not in self.table.blanked:
                self.findings.refuse("shared mail", at("email"), reason, remedy)
                return None
            self.findings.left_blank("shared mail", at("email"), reason, remedy)
            card = Card(**{name: getattr(card, name) for name in card.model_fields_set - {"email"}})
        if card is not None and known is None and not (card.given_name or card.family_name):
            self.findings.refuse(
                "no name", self._at("family_name", number, row), "This new person has no name.", "Give one."
            )
            return None
        return card

    def _at(self, name: str | None, number: int, row: Sequence[str]) -> FilePlace:
        reader = self.table.readers.get(_CALLED.get(name or "", name or ""))
        if reader is None and name in ("given_name", "family_name"):
            reader = self.table.readers.get("name")
        return reader.at(number, row) if reader else FilePlace(self.table.sheet.name, number)

    def _note_second_numbers(self, number: int, row: list[str]) -> None:
        for name in ("phone", "mobile"):
            reader = self.table.readers.get(name)
            if reader is not None and reader.value.column and len(raw := row[reader.places[0]]) > 14:
                kept, other = first_number(raw)
                if other:
                    self.findings.note(
                        "two numbers", reader.at(number, row), f"The cell holds two numbers; {kept} was kept."
                    )

    # Verbs

    def _new(
        self,
        person: ImportedPerson,
        card: Card,
        career: StatedCareer,
        number: int,
        row: list[str],
        known: RecordedPerson | None,
    ) -> None:
        person.number = known.number if known else self._number(person)
        first: dict[str, Any] = {"employee_number": person.number, "card": card}
        boss = self._inline_boss(person)
        if boss is not None:
            first["manager"] = boss
        if self.statements.undated(person, known):
            self.tally.undated += 1
            if "hired_on" in self.table:
                self.findings.note(
                    "no joining date", self._at("hired_on", number, row),
                    f"Nothing says since when this new person works here: {self.statements.first_day} is taken.",
                    "Give the joining date.",
                )  # fmt: skip
        self._emit(comparing.hires(career, person.number, first), person, card.name, number, row)
        self.tally.new += 1

    def _inline_boss(self, person: ImportedPerson) -> int | str | None:
        """The manager, if Join itself can say it: in already, and there for the whole of the only employment."""
        boss = self.bosses.of.get(person.row)
        if boss is None or len(person.periods) != 1:
            return None
        mine = person.periods[0]
        if not any(period.start <= mine.start and mine.end <= period.end for period in boss.periods):
            return None
        if isinstance(boss, ImportedPerson) and boss.fate != "good":
            return None
        self.bosses.settled.add(person.row)
        return boss.number if boss.id is None else boss.id

    def _number(self, person: ImportedPerson) -> str:
        """The employee number of somebody new."""
        if self.people.identity == "employee_number":
            return person.identity
        form: str = self.people.section.number_format
        if self._next_number is None:
            before, _, rest = form.partition("{")
            self._next_number = numbers_like(self.conn, before, rest.partition("}")[2]) + 1
        number = form.format(self._next_number)
        self._next_number += 1
        return number

    def _emit(
        self, drafts: Iterable[comparing.VerbDraft], person: ImportedPerson, label: str, number: int, row: list[str]
    ) -> int:
        """Check the drafts and pass them on as verbs; how many there were."""
        count = 0
        for draft in drafts:
            spell = draft.spell
            place = None
            if spell is not None and spell.row >= 0 and person.dated is not None:
                place = person.dated.places[spell.row]

            def at(name: str | None, place: FilePlace | None = place) -> FilePlace:
                return place or self._at(name, number, row)

            verb = checked(draft.kind, draft.values, at, self.findings)
            if verb is not None:
                self.emitter.add(verb, at, person, label, draft.before)
                count += 1
            elif draft.kind is Join or draft.kind is Rehire:
                person.fate = "refused"
                break
        return count

    def _compare(
        self,
        person: ImportedPerson,
        card: Card,
        career: StatedCareer,
        number: int,
        row: list[str],
        known: RecordedPerson,
    ) -> None:
        person.id, person.number = known.id, known.number
        self.tally.known.add(known.id)
        stated = {name: getattr(card, name) for name in card.model_fields_set}
        for name in sorted(stated.keys() & self.people.importer.closed_of(known.id, known.narrowed)):
            del stated[name]
            reason = f"“{FIELDS[name].label}” of this person is not open to you."
            self.findings.left_blank("not open", self._at(name, number, row), reason, "Leave the cell empty.")
        changes = comparing.changed_card(known, stated)
        drafts = list(self._career_changes(person, career, known))
        if changes:
            edit = {"employee": known.id, "changes": Card(**changes)}
            drafts.insert(0, comparing.VerbDraft(EditCard, edit, None, known.card))
        if self._emit(drafts, person, known.name, number, row):
            self.tally.changed += 1
        else:
            self.tally.unchanged += 1

    def _career_changes(
        self, person: ImportedPerson, career: StatedCareer, known: RecordedPerson
    ) -> Iterator[comparing.VerbDraft]:
        verbs, pairs, new, left = comparing.employment_changes(known, career.periods)
        if self.statements.dated:
            for period in left:
                self.findings.note(
                    "recorded employment", FilePlace(self.table.sheet.name, person.row),
                    f"The directory holds an employment from {period.start} that no row states: it is left as it is.",
                )  # fmt: skip
        if new:
            self.tally.again.add(person.row)
        yield from verbs
        rest = StatedCareer(new, [part for spell in career.primary for part in within(spell, new)])
        yield from comparing.hires(rest, known.id, None)
        days, dated = self.statements.comparable(person), self.statements.dated
        yield from comparing.assignment_changes(known, career, pairs, days, dated=dated)
        yield from comparing.second_changes(known, career, self.statements.effective, dated=dated)
        person.periods = tuple(sorted([*career.periods, *left]))
