"""What is declared of a field of an employee besides its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from myproject.language.texts import marked

Audience = Literal["administrators", "people_team", "manager_line", "self", "colleagues"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
"""Who may see a field, narrow to wide; each takes in those before it, and the person always sees their own."""
EditedBy = Literal["people_team", "self", "nobody"]
DatedTable = Literal["employment", "assignment", "reporting_line"]
Section = Literal["Name", "Contact", "Work", "About", "Kept by the people team"]
SECTIONS: tuple[Section, ...] = (
    marked("Name"),
    marked("Contact"),
    marked("Work"),
    marked("About"),
    marked("Kept by the people team"),
)
"""Headings of the form of a card, in their order."""
Kind = Literal["line", "name", "text", "list", "lines", "days", "date", "email", "tel"]
"""How a value is written: one line, a person's name, text of several lines, several values, one value a line, days of
the week, a date, a mail address, a phone number. Forms and readers of spreadsheets choose by it."""


class BadValue(ValueError):
    """A value that a field does not take. `sentence` and `remedy` are marked for translation; as text it is what files
    and the API put after a subject of their own: "is not a link; start it with https:// or http://".
    """

    def __init__(self, sentence: str, remedy: str, **values: str) -> None:
        reason = sentence.removeprefix("“%(value)s” ").removesuffix(".") % values
        super().__init__(f"{reason}; {remedy[:1].lower()}{remedy[1:].removesuffix('.')}")
        self.sentence = sentence
        self.remedy = remedy
        self.values = values


@dataclass(frozen=True, slots=True)
class Info:
    """What is declared of a field besides its type."""

    label: str
    help: str = ""
    """One sentence for whoever fills it in and for whoever reads the API's documentation: it addresses nobody."""
    audience: Audience = "colleagues"
    edited_by: EditedBy = "people_team"
    section: Section | None = None
    """Where the form of a card has it; None for what it does not have."""
    kind: Kind | None = None
    """How it is written, where its type does not say so."""
    autocomplete: str = "off"
    """What a browser may fill in by itself on one's own card (HTML's autofill detail tokens)."""
    example: str = ""
    """An example of a value, for documentation. The made-up company varies it where it has nothing better."""
    vcard: str = ""
    """The property of a vCard that carries it, with its parameters ("TEL;TYPE=CELL,VOICE")."""
    table: DatedTable | None = None
    """The dated table whose rows hold it; None for the card, which is undated, and for what is worked out."""
    headings: tuple[str, ...] = ()
    """Further headings of files, any spelling, the best first; label and name count by themselves. They are the usual
    ones in English, German, French and Spanish, and those of the exports of common products."""
    by: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Headings of columns that name what the field refers to by one property only: (property, headings)."""
    narrowable: bool = False
    """Whether the person may keep their own value to a narrower audience."""
    importable: bool = True
    """Whether a spreadsheet may give it."""


def headings_of(text: str) -> tuple[str, ...]:
    """Headings of files that are written in one text, with commas between them."""
    return tuple(part.strip() for part in text.split(","))
