"""The headings of files, looked up: which field a column holds. The words stand with the declarations of the fields."""

from __future__ import annotations

import re
from typing import NamedTuple

from .fields import FIELDS
from .text import fold


class ColumnHeading(NamedTuple):
    """What a heading of a file says that its column holds."""

    field: str
    by: str | None
    """Of a field that refers to something: the one property by which the column names it ("email"); None for any."""
    rank: int
    """Of several columns of one field, the one with the lowest counts."""


def _headings() -> dict[str, ColumnHeading]:
    found: dict[str, ColumnHeading] = {}
    for name, info in FIELDS.items():
        for rank, heading in enumerate((info.label, name, *info.headings)):
            found.setdefault(heading_key(heading), ColumnHeading(name, None, rank))
        for by, headings in info.by:
            for rank, heading in enumerate(headings):
                found.setdefault(heading_key(heading), ColumnHeading(name, by, rank))
    return found


def known_heading(heading: str) -> ColumnHeading | None:
    """What a heading says, in any spelling, with or without a remark in brackets ("First Name [Required]")."""
    found = HEADINGS.get(heading_key(heading))
    if found is None and (remark := _REMARK.search(heading)) and not _PRIVATE.search(fold(remark[0])):
        found = HEADINGS.get(heading_key(_REMARK.sub("", heading)))
    return found


_REMARK = re.compile(r"\[[^]]*\]|\([^)]*\)")
_PRIVATE = re.compile(r"priva|personal|perso\b|home|particular")
"""In brackets: not what colleagues are to use."""


def heading_key(heading: str) -> str:
    """A heading without case, accents, blanks and punctuation: "E-Mail address" -> "emailaddress"."""
    return re.sub(r"[\W_]+", "", fold(heading.replace("#", " number ")))


HEADINGS = _headings()
"""Heading without case, accents, blanks and punctuation -> what it says. The words stand with the fields."""
