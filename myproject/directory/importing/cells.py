"""A cell as text: cleaned of what surrounds its value, compared with what stands for nothing."""

from __future__ import annotations

import re

from myproject.directory.schema.text import clean, fold

from .workbook_child import BROKEN

PLACEHOLDERS = ("n/a", "#n/a", "n.a.", "null", "none", "nil", "-", "--", "---", "tbc", "tbd", "?", "not disclosed")
"""Texts that stand for nothing in any field but names."""
NAME_PLACEHOLDERS = ("n/a", "#n/a", "-", "--", "?", "not disclosed")
"""The same for names: people may be called None, Null or Nil."""

_QUOTES = "\"'`´‘’“”„«»"
_ENCLOSED = re.compile(r"""(["'])((?:(?!\1).)*)\1""", re.DOTALL)
_LONE = re.compile(r'^"(?=[^"]*$)|(?<=[^"])"$')
_TWO_NUMBERS = re.compile(r"\s*(?:\bor\b|\band\b|[;/|\n]|,(?=\s))\s*", re.IGNORECASE)


class CellProblem(Exception):
    """A cell that can't be taken. `kind` is the reason in short."""

    def __init__(self, kind: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.remedy = remedy


def clean_cell(text: str, *, lines: bool = False) -> str:
    """A cell without what surrounds its value: blanks, no-break spaces, a pair of quotes or a lone double quote."""
    if not (text.isascii() and text.isprintable()):
        if "\0" in text:
            raise CellProblem("NUL character", "holds a NUL character", "Remove it; the file may be damaged.")
        if text.startswith(BROKEN):
            raise CellProblem(
                "formula", "is an error, or a formula that was never calculated",
                "Correct it in the spreadsheet and save it there, or paste the value in its place.",
            )  # fmt: skip
        text = "\n".join(map(clean, text.splitlines())).strip() if lines else clean(text)
    else:
        text = " ".join(text.split())
    if text and (text[0] in "\"'" or text[-1] == '"'):
        while match := _ENCLOSED.fullmatch(text):
            text = match[2].strip()
        if text.count('"') == 1:
            text = _LONE.sub("", text).strip()
    return text


def bare(text: str) -> str:
    """A text as placeholders are compared: folded, without quotes around it."""
    return fold(text.strip(_QUOTES + " "))


def first_number(text: str) -> tuple[str, str]:
    """The first phone number of a cell, and what follows it if that is a number too."""
    parts = _TWO_NUMBERS.split(text, maxsplit=1)
    if len(parts) == 2 and all(sum(c.isdigit() for c in part) >= 6 for part in parts):
        return parts[0], parts[1]
    return text, ""
