"""Whom rows mean when they name somebody: references, resolved by the columns that tell people apart."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from .current import Identity
from .source import IDENTITIES
from .tables import Table
from .values import CellProblem, words

if TYPE_CHECKING:
    from .people import Person

_CALLED = {
    "key": "key",
    "employee_number": "employee number",
    "external_id": "external identifier",
    "email": "mail address",
}
_SAY = "Say which column is meant: manager_by, employee_by or head_by in a mapping, --manager-by without one."


class Match(NamedTuple):
    """Whom a reference means among the rows. With a doubt and without a person it is to be refused."""

    person: Person | None = None
    doubt: str = ""
    """Why it could be somebody else, as a sentence."""
    remedy: str = ""


class References:
    """The people of the sheet of employees by what other rows may call them.

    A reference belongs to one column: the one that a mapping names, else `key`, else the column that tells people
    apart. One that means somebody else by another column is refused: numbers of two kinds look alike.
    """

    def __init__(self, table: Table, identity: Identity) -> None:
        self.table = table
        self.identity = identity
        self.keyed = "key" in table
        """Whether the mapping says what other rows call a person by."""
        others = tuple(name for name in IDENTITIES if name in table and (name != identity or self.keyed))
        self.columns = ("key", *others)
        """In which columns a reference is looked for. Without a `key` of its own, "key" is the identity."""
        self._people: list[Person] = []
        self._found: dict[str, dict[str, Person]] = {"key": {}}
        self._shared: dict[str, set[str]] = {"key": set()}
        self._mail_rows: set[int] = set()
        """The rows that name a mail address."""

    def add(self, key: str | None, person: Person) -> None:
        """A person, or a row that was refused or names nobody, with what other rows call it by."""
        self._people.append(person)
        if key:
            self._enter("key", intern(key), person)

    def find(self, reference: str, by: str | None = None) -> Match:
        """Whom a reference means. by: the column that the mapping names for it."""
        if by is not None:
            column = "key" if by == self.identity and not self.keyed else by
            return self._look(column, reference) if column in self.columns else Match()
        matches = {
            column: match
            for column in self.columns
            if (column != "email" or "@" in reference) and (match := self._look(column, reference)) != Match()
        }
        if not matches:
            return Match()
        own = next(iter(matches))
        if self.keyed and own not in ("key", "email"):  # a mail address can't be taken for a key
            doubt = f"{words(reference)} is nobody's key, but {self._of(own, matches[own])}."
            return Match(None, doubt, _SAY)
        for column, match in matches.items():
            if match.person is not matches[own].person:
                doubt = f"{words(reference)} is {self._of(own, matches[own])}, and {self._of(column, match)}."
                return Match(None, doubt, _SAY)
        return matches[own]

    def in_directory(self, by: str | None) -> tuple[Identity, ...]:
        """By which columns the directory may be asked for a reference that no row answers to."""
        if by is None:
            return ("email",) if self.keyed else IDENTITIES
        if by == "key":
            return () if self.keyed else (self.identity,)
        return tuple(column for column in IDENTITIES if column == by)

    def shares_mail(self, mail: str) -> bool:
        """Whether rows of several people name a mail address."""
        return mail.lower() in self._index("email") and mail.lower() in self._shared["email"]

    def has_another_mail(self, person: Person, mail: str) -> bool:
        """Whether the row of a person names a mail address, and only the row of somebody else names this one."""
        first = self._index("email").get(mail.lower())
        return person.row in self._mail_rows and first not in (None, person) and not self.shares_mail(mail)

    def _is_identity(self, column: str) -> bool:
        return column == self.identity and not self.keyed

    def _look(self, column: str, reference: str) -> Match:
        text = reference.lower() if column == "email" or (column == "key" and self._is_identity("email")) else reference
        person = self._index(column).get(text)
        if person is None:
            return Match()
        if text not in self._shared[column]:
            return Match(person)
        doubt = f"{words(reference)} could be several people."
        return Match(person if column == "key" else None, doubt, "Name one by number.")

    def _of(self, column: str, match: Match) -> str:
        called = _CALLED[self.identity if column == "key" and not self.keyed else column]
        return f"the {called} of {'several people' if match.person is None else f'row {match.person.row}'}"

    def _index(self, column: str) -> dict[str, Person]:
        """The people by what stands in a column; but for keys it is read when the first reference asks for it."""
        if column not in self._found:
            self._found[column], self._shared[column] = {}, set()
            by_row = {person.row: person for person in self._people}
            for number, row in self.table.sheet.rows():
                person = by_row.get(number)
                if person is None:
                    continue
                try:
                    text = self.table.get(column, row)
                except CellProblem:
                    continue
                if text:
                    self._enter(column, text.lower() if column == "email" else text, person)
                    if column == "email":
                        self._mail_rows.add(number)
        return self._found[column]

    def _enter(self, column: str, text: str, person: Person) -> None:
        found = self._found[column]
        first = found.setdefault(text, person)
        if first is person or person.fate == "vacant":
            return
        if first.fate == "vacant":
            found[text] = person
        else:
            self._shared[column].add(text)
