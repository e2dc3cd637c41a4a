"""How rows refer to people and places: by one property or by several, by a distinguished name, by a name.

A reference is a text. Where a mapping says by which property each column names its target (`Value.by`), the text holds
all of them, the surest first; otherwise it is the cell, which may be any property.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from myproject.directory.schema.text import fold

from .findings import shown
from .names import divided

_NEXT, _OF = "\x1e", "\x1d"
"""Between the parts of a reference, and between a property and its value. Cleaned cells hold no control characters."""


class ReferencePart(NamedTuple):
    """One property of what is referred to. `by` None: it may be any."""

    by: str | None
    text: str


def packed(parts: Iterable[ReferencePart]) -> str:
    """One text of several parts; "" for none."""
    return _NEXT.join(part.text if part.by is None else f"{part.by}{_OF}{part.text}" for part in parts)


def unpacked(reference: str) -> list[ReferencePart]:
    """The parts of a reference, in the order in which they count."""
    parts = []
    for item in reference.split(_NEXT):
        by, mark, text = item.partition(_OF)
        parts.append(ReferencePart(by, text) if mark else ReferencePart(None, item))
    return parts


def properties(reference: str) -> dict[str | None, str]:
    """The parts of a reference by property."""
    return {part.by: part.text for part in unpacked(reference)}


def plain(reference: str) -> str:
    """A reference as people read it: "Ann Lee", "17 / Ann Lee"."""
    return " / ".join(part.text for part in unpacked(reference))


def spoken(reference: str) -> str:
    """A reference in a sentence, in quotes."""
    return repr(shown(plain(reference), 60))


def normal_reference(reference: str) -> str:
    """The reference with every distinguished name in it written in one way."""
    return packed(part._replace(text=normal_dn(part.text) or part.text) for part in unpacked(reference))


_RDN = re.compile(r"""\s*([A-Za-z][\w.-]*|[0-9.]+)\s*=((?:\\.|[^\\,;+"]|"(?:\\.|[^\\"])*")*)([,;+]|$)""", re.DOTALL)
_ESCAPED = re.compile(r"(?:\\[0-9A-Fa-f]{2})+|\\(.)", re.DOTALL)
_LONGEST_DN = 2_000


def dn_parts(text: str) -> list[tuple[str, str]] | None:
    """The attributes and values of a distinguished name (RFC 4514) from the entry up; None for any other text."""
    if "=" not in text or len(text) > _LONGEST_DN:
        return None
    parts, at = [], 0
    while at < len(text):
        match = _RDN.match(text, at)
        if match is None:
            return None
        parts.append((match[1].lower(), _unescaped(match[2].strip().strip('"'))))
        at = match.end()
    return parts


def normal_dn(text: str) -> str | None:
    """A distinguished name without case, blanks and escapes, so that equal ones are equal texts; None for no such."""
    parts = dn_parts(text)
    if not parts or (len(parts) < 2 and parts[0][0] not in ("cn", "uid", "ou", "dc", "o")):
        return None
    return ",".join(f"{name}={fold(value)}" for name, value in parts)


def _unescaped(value: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        return bytes.fromhex(match[0].replace("\\", "")).decode("utf-8", "replace")

    return _ESCAPED.sub(plain, value)


def name_keys(*names: str | None) -> set[str]:
    """The folded ways to write names: "Lee, Ann" and "Ann Lee" are one."""
    keys = set()
    for name in filter(None, names):
        keys |= {fold(name), fold(" ".join(filter(None, divided(name))))}
    return keys - {""}
