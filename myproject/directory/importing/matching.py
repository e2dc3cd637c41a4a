"""Whom the references in the files mean among the rows: by key, number, external id, mail, or by name."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from .current import Identity
from .findings import Findings
from .references import name_keys, unpacked
from .tables import Table

if TYPE_CHECKING:
    from .people import Person


class Match(NamedTuple):
    """Whom a reference means among the rows."""

    person: Person | None
    several: bool
    """Whether it could mean others too."""
    named: bool = False
    """Whether the person is told by nothing but the name."""


class Matcher:
    """The people of the rows by what they may be called."""

    def __init__(self, table: Table, identity: Identity, people: list[Person]) -> None:
        """people: everybody, in the order of the rows; it may grow until the first look-up."""
        self.table = table
        self.identity = identity
        self.people = people
        self.by_identity: dict[str, Person] = {}
        self._by_key: dict[str, Person] = {}
        self._shared_keys: set[str] = set()
        self._indexes: dict[str, dict[str, Person | None]] = {}
        self._by_name: dict[str, list[Person]] | None = None

    def remember(self, key: str | None, person: Person) -> None:
        """Keep what other rows call this one by. A vacant post gives way to its holder."""
        if not key:
            return
        if key in self._by_key:
            if self._by_key[key].fate == "vacant" and person.fate != "vacant":
                self._by_key[key] = person
            elif person.fate != "vacant":
                self._shared_keys.add(key)
            return
        self._by_key[intern(key)] = person

    def find(self, reference: str, by: str | None = None, *, names: bool = False) -> Match:
        """Whom a reference means: by the first part of it that anybody fits; parts that mean two people are ambiguous.

        names: whether somebody may be told by a name that only one of the rows has.
        """
        found = Match(None, False)
        for part in unpacked(reference):
            match = self._by_property(part.text, by if part.by in (None, "any") else part.by)
            if names and match.person is None and not match.several and (part.by or by) in (None, "any", "name"):
                match = self._by_its_name(part.text)
            if found.person is None and not found.several:
                found = match
            elif match.person is not None and found.person is not None and match.person is not found.person:
                return Match(None, True)
        return found

    def _by_property(self, text: str, by: str | None) -> Match:
        """By keys. One that is the key of one person and the number of another could mean both."""
        found: list[Person] = []
        person: Person | None
        several = False
        if by in (None, "id", "key") and text in self._by_key:
            found.append(self._by_key[text])
            several = text in self._shared_keys
        for name in ("employee_number", "external_id", "email"):
            if by not in (None, name, "email" if name == "email" else "id") or name not in self.table:
                continue
            if name == self.identity:
                person = self.by_identity.get(text.lower() if name == "email" else text)
            elif name == "email" and "@" not in text:
                continue
            else:
                folded, index = text.lower() if name == "email" else text, self._index(name)
                person = index.get(folded)
                several = several or (folded in index and person is None)
            if person is not None:
                found.append(person)
        if len({id(person) for person in found}) > 1 or (several and not found):
            return Match(None, True)
        return Match(found[0] if found else None, several)

    def _by_its_name(self, text: str) -> Match:
        if self._by_name is None:
            self._by_name = {}
            fields = [name for name in ("name", "given_name", "family_name", "preferred_name") if name in self.table]
            for person, values in self._read_again(fields):
                given, family = values.get("given_name"), values.get("family_name")
                called = [values.get("preferred_name"), given]
                wholes = [" ".join(filter(None, (first, family))) for first in called if first or family]
                for key in name_keys(values.get("name"), *wholes):
                    self._by_name.setdefault(key, []).append(person)
        found = {each.row: each for key in name_keys(text) for each in self._by_name.get(key, ())}
        only = next(iter(found.values())) if len(found) == 1 else None
        return Match(only, len(found) > 1, only is not None)

    def _index(self, field_name: str) -> dict[str, Person | None]:
        """The people by another column that tells them apart; None for a value of several. Read when first asked."""
        index = self._indexes.get(field_name)
        if index is None:
            index = self._indexes[field_name] = {}
            for person, values in self._read_again([field_name]):
                value = values.get(field_name)
                if value:
                    value = value.lower() if field_name == "email" else value
                    index[value] = None if value in index else person
        return index

    def _read_again(self, fields: list[str]) -> Iterator[tuple[Person, dict[str, Any]]]:
        """Some fields of everybody's row; rows in which they can't be read are passed over."""
        by_row = {person.row: person for person in self.people}
        quiet = Findings()
        for number, row in self.table.sheet.rows():
            person = by_row.get(number)
            values = person and self.table.read(fields, number, row, quiet)
            if person is not None and values:
                yield person, values
