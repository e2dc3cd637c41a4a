"""Whom the references in the files mean among the rows: by key, number, external id, mail, or by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sys import intern
from typing import Any, NamedTuple

from .current import IDENTITIES, Identity
from .findings import Findings
from .imported_person import ImportedPerson
from .references import name_keys, spoken, unpacked
from .tables import Table

_CALLED = {
    "key": "key", "employee_number": "employee number", "external_id": "external identifier", "email": "mail address"
}  # fmt: skip
NAME_ONE = "Name one by number."
_SAY = "Say which column is meant: manager_by, employee_by or head_by in a mapping, --manager-by without one."


class Match(NamedTuple):
    """Whom a reference means among the rows."""

    person: ImportedPerson | None
    several: bool
    """Whether it could mean others too."""
    named: bool = False
    """Whether the person is told by nothing but the name."""
    doubt: str = ""
    """Why it could mean others, as a sentence."""
    remedy: str = NAME_ONE


class Matcher:
    """The people of the rows by what they may be called."""

    def __init__(
        self, table: Table, identity: Identity, people: list[ImportedPerson], *, guessed: bool = False
    ) -> None:
        """people: everybody, in the order of the rows; it may grow until the first look-up.

        guessed: whether the mapping was told by the headings, and nobody has said what `key` is.
        """
        self.keyed = "key" in table
        """Whether rows are called by a key of their own; without one, "key" is what tells people apart."""
        self._key_only = self.keyed and not guessed
        self._mail_rows: set[int] | None = None
        self.table = table
        self.identity = identity
        self.people = people
        self.by_identity: dict[str, ImportedPerson] = {}
        self._by_key: dict[str, ImportedPerson] = {}
        self._shared_keys: set[str] = set()
        self._indexes: dict[str, dict[str, ImportedPerson | None]] = {}
        self._by_name: dict[str, list[ImportedPerson]] | None = None

    def remember(self, key: str | None, person: ImportedPerson) -> None:
        """Keep what other rows call this one by. A vacant post gives way to its holder."""
        if not key:
            return
        if key in self._by_key:
            if self._by_key[key] is person:
                return
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
                found = Match(None, True)
                break
        return found if found.doubt or not found.several else found._replace(doubt=doubt_of(reference))

    def in_directory(self, by: str | None) -> tuple[Identity, ...]:
        """By which columns the directory may be asked for a reference that no row answers to.

        It knows no keys: where a mapping has one, a reference to somebody outside has to say what it is.
        """
        if by == "key":
            return () if self.keyed else (self.identity,)
        if by in (None, "any"):
            return ("email",) if self._key_only else IDENTITIES
        return tuple(name for name in IDENTITIES if by == name or (by == "id" and name != "email"))

    def shares_mail(self, mail: str) -> bool:
        """Whether rows of several people name a mail address."""
        index = self._index("email")
        return mail.lower() in index and index[mail.lower()] is None

    def has_another_mail(self, person: ImportedPerson, mail: str) -> bool:
        """Whether the row of a person names a mail address, and only the row of somebody else names this one."""
        other = self._index("email").get(mail.lower())
        if self._mail_rows is None:
            self._mail_rows = {each.row for each, values in self._read_again(["email"]) if values.get("email")}
        return person.row in self._mail_rows and other is not None and other is not person

    def _by_property(self, text: str, by: str | None) -> Match:
        """By keys. What is the key of one person and the number of another could mean both, unless `by` says which."""
        found: dict[str, ImportedPerson | None] = {}
        several = False
        if text in self._by_key and (by in (None, "id", "key") or (by == self.identity and not self.keyed)):
            found["key" if self.keyed else self.identity] = self._by_key[text]
            several = text in self._shared_keys
        for name in IDENTITIES:
            if by in (None, name, "email" if name == "email" else "id") and name in self.table:
                folded, index = text.lower() if name == "email" else text, self._column(name, text)
                if folded in index:
                    found.setdefault(name, index[folded])
        people = [person for person in found.values() if person is not None]
        if len({id(person) for person in people}) > 1:
            told = [f"the {_CALLED[name]} of row {person.row}" for name, person in found.items() if person is not None]
            return Match(None, True, doubt=f"{spoken(text)} is {', and '.join(told)}.", remedy=_SAY)
        return Match(people[0] if people else None, several or (bool(found) and not people))

    def _column(self, name: Identity, text: str) -> Mapping[str, ImportedPerson | None]:
        """The people by one of the columns that tell them apart; none where the text can't stand in it."""
        if name == self.identity:
            return self.by_identity
        return {} if name == "email" and "@" not in text else self._index(name)

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

    def _index(self, field_name: str) -> dict[str, ImportedPerson | None]:
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

    def _read_again(self, fields: list[str]) -> Iterator[tuple[ImportedPerson, dict[str, Any]]]:
        """Some fields of everybody's row; rows in which they can't be read are passed over."""
        by_row = {person.row: person for person in self.people}
        quiet = Findings()
        for number, row in self.table.sheet.rows():
            person = by_row.get(number)
            values = person and self.table.read(fields, number, row, quiet)
            if person is not None and values:
                yield person, values


def doubt_of(reference: str) -> str:
    """A sentence: a reference means nobody alone."""
    return f"{spoken(reference)} could be several people."
