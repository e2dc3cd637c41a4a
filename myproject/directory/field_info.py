"""What is known of a field of an employee besides its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Audience = Literal["administrators", "people_team", "manager_line", "self", "colleagues"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
"""Who may see a field, narrow to wide; each takes in those before it, and the person always sees their own."""
Editor = Literal["people_team", "self", "nobody"]


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of a field besides its type."""

    label: str
    help: str = ""
    audience: Audience = "colleagues"
    editor: Editor = "people_team"
    dated: bool = False
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
