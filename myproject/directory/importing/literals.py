"""Cells that are taken as they are: an apostrophe before a value, as spreadsheets write it.

Exports write it before a value that a spreadsheet would take for a formula, or that an import would read as something
else: a placeholder like "N/A", quotes around a value, two phone numbers. Imports undo it, and only there: the
apostrophe of "'s-Hertogenbosch" is part of the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from myproject.directory.importing.cells import NAME_PLACEHOLDERS, PLACEHOLDERS, bare, clean_cell, first_number
from myproject.directory.importing.names import VACANT_SIGNS, is_vacant

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r\n]").match
_NUMBER = re.compile(r"[+-]?[\d ()./-]*\d[\d ()./-]*").fullmatch
_NOTHING = {bare(text) for text in (*PLACEHOLDERS, *NAME_PLACEHOLDERS, "to be")} | {""}
_PLAIN = re.compile(r"[A-Za-z0-9][\w.@-]*(?: [\w.@-]+)*", re.ASCII).fullmatch
"""Most cells: if they are read as anything else, then as a placeholder, a post without a holder or as two numbers."""
_DIVIDES = re.compile(r"[,;|\n]").search
_THREE = "'" * 3


class Literal(str):
    """A text that is taken as it is: no placeholder, not to be cleaned."""

    __slots__ = ()


def formula(text: str) -> bool:
    """Whether a spreadsheet would run the text. Numbers and phone numbers can't call anything."""
    return bool(_FORMULA(text)) and not _NUMBER(text)


def marked(text: str) -> str:
    """The text as a cell that no spreadsheet runs and that an import reads as just this text."""
    return _with_mark(text) if formula(text) or _read_otherwise(text) or literal(text) is not None else text


def literal(cell: str) -> Literal | None:
    """The text that a marked cell stands for; None for a cell without a mark."""
    if not cell.startswith("'") or len(cell) < 2:
        return None
    text = cell[2:-2] if cell.startswith("''") and cell.endswith(_THREE) and len(cell) >= 5 else cell[1:]
    needed = _FORMULA(text) or _read_otherwise(text) or literal(text) is not None
    return Literal(text) if needed and _with_mark(text) == cell else None


def _with_mark(text: str) -> str:
    # 'Vacant' in a pair of apostrophes is a placeholder of somebody's file: what ends in one gets more of them.
    return f"''{text}''" if text.endswith("'") else f"'{text}"


def _read_otherwise(text: str) -> bool:
    """Whether an import would read the text of a cell as something else."""
    if not text:
        return False
    if VACANT_SIGNS(text) and is_vacant(text, frozenset()):
        return True
    if _PLAIN(text):
        return text.lower() in _NOTHING or (" " in text and first_number(text)[1] != "")
    if clean_cell(text, lines=True) != text or bare(text) in _NOTHING:
        return True
    return text.lower().startswith("mailto:") or text[0] in "<>" or text[-1] in "<>" or first_number(text)[1] != ""


def list_cell(items: Sequence[str]) -> str:
    """Several texts as one cell: with commas between them, or, marked, each on a line."""
    joined = ", ".join(items)
    if any(map(_DIVIDES, items)) or marked(joined) != joined:
        return "'" + "".join(f"{item}\n" for item in items)
    return joined


def listed(cell: str) -> list[str] | None:
    """The texts of a cell that `list_cell` has marked; None for any other."""
    return cell[1:].splitlines() if cell.startswith("'") and cell.endswith("\n") else None
