"""From cells to values: cleaning, placeholders, look-ups and conversion, as a mapping says."""

from __future__ import annotations

import contextlib
import hashlib
from base64 import b32encode
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from myproject.directory.importing.literals import Literal as LiteralText
from myproject.directory.importing.literals import listed, literal
from myproject.directory.schema.clock import FIRST_DAY, LAST_DAY
from myproject.directory.schema.text import clean, fold
from myproject.models.dated import FOREVER

from .cells import (
    NAME_PLACEHOLDERS,
    PLACEHOLDERS,
    CellProblem,
    bare,
    clean_cell,
    first_number,
)
from .dates import OPEN_FROM_YEAR, NotADay, Order, order_of, read_day
from .findings import FilePlace, ImportStopped, shown
from .mapping import Value, Values, nearest
from .references import ReferencePart, normal_reference, packed
from .sheets import Sheet
from .workbook_child import BROKEN

__all__ = [
    "PATH_MARK",
    "CellProblem",
    "Kind",
    "Lookups",
    "Reader",
    "bare",
    "clean_cell",
    "first_number",
    "place_of",
    "words",
]

Kind = Literal[
    "text", "lines", "list", "name", "mail", "phone", "day", "end", "last_day", "share", "flag", "country", "reference"
]

PATH_MARK = "\x1f"
"""Between the names of a path of departments."""
_MEMO = 20_000
_TEXTS = frozenset(("text", "lines", "list", "name", "mail", "phone", "reference"))
"""Kinds of which a marked cell is taken as it is."""
_YES = {"1", "y", "yes", "true", "t", "x", "j", "ja", "oui", "si", "sim", "on", "head"}
_NO = {"0", "n", "no", "false", "f", "nein", "non", "nao", "off"}
_COUNTRIES = {"UK": "GB", "EL": "GR"}


class Lookups:
    """The sheets of the import by name, and the look-ups between them."""

    def __init__(self, open_named: Callable[[str], Sheet]) -> None:
        self.open = open_named
        self._tables: dict[tuple[str, str, str], tuple[Sheet, dict[str, str]]] = {}

    def table(self, sheet: str, key: str, value: str) -> tuple[Sheet, dict[str, str]]:
        """Key -> value of another sheet; the first row of a key counts."""
        wanted = (sheet, key, value)
        if wanted not in self._tables:
            source = self.open(sheet)
            keys, values = place_of(source, key), place_of(source, value)
            table: dict[str, str] = {}
            for _, row in source.rows():
                with contextlib.suppress(CellProblem):  # nothing can be looked up by such a key
                    table.setdefault(clean_cell(row[keys]), row[values])
            self._tables[wanted] = (source, table)
        return self._tables[wanted]


def place_of(sheet: Sheet, column: str) -> int:
    """The place of a column that a mapping names. Raises ImportStopped if the sheet has no such one."""
    place = sheet.column(column)
    if place is None:
        hint = nearest(column, sheet.headings)
        listed = ", ".join(sheet.headings[:30])
        raise ImportStopped(f"{sheet.name} has no column {column!r}{hint}.", f"Its columns are: {listed}.")
    return place


class Reader:
    """One value of a row: called with the cells, it gives the value or None; raises CellProblem."""

    def __init__(self, value: Value, sheet: Sheet, kind: Kind, values: Values, lookups: Lookups) -> None:
        self.value = value
        self.sheet = sheet
        self.kind: Kind = kind
        self.places = [place_of(sheet, column) for column in value.columns]
        self._values = values
        usual = NAME_PLACEHOLDERS if kind == "name" else PLACEHOLDERS
        self._nothing = {bare(text) for text in (*usual, *values.placeholders, *value.placeholders)} | {""}
        self._replace = {fold(key): text for key, text in value.values.items()}
        self._lookups = [(item, *lookups.table(item.sheet, item.key, item.value)) for item in value.lookup]
        self._convert: Callable[[str], Any] = {
            "mail": self._mail, "phone": self._phone, "day": self._day, "end": self._end,
            "last_day": self._last_day, "share": _share, "flag": _flag, "country": _country,
            "reference": normal_reference,
        }.get(kind, _same)  # fmt: skip
        style = value.dates or values.dates
        self._order: Order | None = style if isinstance(style, str) else None
        self._formats = tuple(style) if isinstance(style, list) else ()
        self._open = {clean(text) for text in values.open_end}
        self._memo: dict[str, Any] = {}
        self._otherwise = value.otherwise and Reader(value.otherwise, sheet, kind, values, lookups)
        self._single = self.places[0] if value.column is not None else None

    def __call__(self, row: Sequence[str]) -> Any:
        found = self._own(row)
        return self._otherwise(row) if found is None and self._otherwise else found

    def _own(self, row: Sequence[str]) -> Any:
        if self._single is None:
            return self._made(self._text(row))
        raw = row[self._single]
        if not raw:
            return None
        try:
            found = self._memo[raw]
        except KeyError:
            try:
                found = (self.kind == "list" and listed(raw)) or self._made(self._cell(raw))
            except CellProblem as problem:
                found = problem
            if len(self._memo) < _MEMO and len(raw) < 200:
                self._memo[raw] = found
        if isinstance(found, CellProblem):
            raise found
        return found

    def at(self, number: int, row: Sequence[str]) -> FilePlace:
        """The place of this value in a row."""
        column = ", ".join(self.sheet.headings[place] for place in self.places) or None
        cells = " / ".join(row[place].removeprefix(BROKEN) for place in self.places)
        return FilePlace(self.sheet.name, number, column, cells or None)

    def _cell(self, raw: str) -> str:
        taken = literal(raw) if raw.startswith("'") else None
        if taken is not None:
            return taken
        text = clean_cell(raw, lines=self.kind in ("lines", "list", "phone"))
        return "" if bare(text) in self._nothing else text

    def _text(self, row: Sequence[str]) -> str:
        value = self.value
        if value.constant is not None:
            return value.constant
        if value.by is not None:
            cells = zip(value.by, self.places, strict=True)
            return packed(ReferencePart(by, part) for by, place in cells if (part := self._cell(row[place])))
        parts = [part for place in self.places if (part := self._cell(row[place]))]
        if value.first_of is not None:
            return parts[0] if parts else ""
        if value.all and len(parts) < len(self.places):
            return ""
        if value.path is not None:
            parts = [part[: value.cut].rstrip() for part in parts]
            return PATH_MARK.join(part for at, part in enumerate(parts) if at == 0 or fold(part) != fold(parts[at - 1]))
        return value.separator.join(parts)

    def _made(self, text: str) -> Any:
        value = self.value
        if value.split is not None and text:
            parts = text.split(value.split)
            text = parts[value.take - 1].strip() if value.take <= len(parts) else ""
        if self._replace and text:
            text = self._replaced(text)
        for item, sheet, table in self._lookups:
            if text:
                text = self._looked_up(text, item.key, sheet, table)
        if not text:
            return None
        if isinstance(text, LiteralText) and self.kind in _TEXTS:
            return str(text)
        text = self._shaped(text)
        return self._convert(text)

    def _replaced(self, text: str) -> str:
        found = self._replace.get(fold(text))
        if found is not None:
            return found
        if self.value.others == "refuse":
            listed = ", ".join(list(self.value.values)[:10])
            raise CellProblem("unknown value", "is not among the values of the mapping", f"They are: {listed}.")
        return "" if self.value.others == "none" else text

    def _looked_up(self, text: str, key: str, sheet: Sheet, table: dict[str, str]) -> str:
        found = table.get(text)
        if found is None:
            raise CellProblem(
                "unknown key",
                f"is not in the column {key} of {sheet.name}",
                f"Add it there, or correct it here{nearest(text, list(table)[:5000])}.",
            )
        return self._cell(found)

    def _shaped(self, text: str) -> str:
        value = self.value
        if value.case is not None:
            text = {"lower": text.lower, "upper": text.upper, "title": text.title}[value.case]()
        if value.digest is not None:
            text = b32encode(hashlib.blake2b(text.encode(), digest_size=20).digest()).decode()[: value.digest].lower()
        text = f"{value.prefix}{text}{value.suffix}"
        return text if value.cut is None or value.path is not None else text[: value.cut].rstrip()

    def _mail(self, text: str) -> str:
        text = text.removeprefix("mailto:").strip("<>")
        if "@" not in text and self.value.domain:
            text = f"{text}@{self.value.domain.lstrip('@')}"
        return text

    def _phone(self, text: str) -> str:
        """The first of two numbers in one cell. (Who reads may ask `second_number` for what was left.)"""
        return first_number(text)[0]

    def _day(self, text: str) -> date:
        day = self._read_day(text)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CellProblem("date", f"lies outside {FIRST_DAY.year} to {LAST_DAY.year}", "Correct the year.")
        return day

    def _read_day(self, text: str) -> date:
        try:
            return read_day(text, self._formats, self._order)
        except NotADay as problem:
            if self._order is None and "first" in str(problem):
                self._order = order_of(row[self.places[0]] for _, row in self.sheet.rows()) or order_of(
                    cell for _, row in self.sheet.rows() for cell in row
                )
                if self._order is not None:
                    return self._read_day(text)
            raise CellProblem("date", str(problem), problem.remedy) from problem

    def _end(self, text: str) -> date:
        """The first day after; FOREVER for none."""
        return self._last_day(text) if self._values.end == "inclusive" else self._bounded(text)

    def _last_day(self, text: str) -> date:
        day = self._bounded(text)
        return day if day == FOREVER else day + timedelta(days=1)

    def _bounded(self, text: str) -> date:
        if text in self._open:
            return FOREVER
        day = self._read_day(text)
        if day.year >= OPEN_FROM_YEAR:
            return FOREVER
        return self._day(text)


def _same(text: str) -> str:
    return text


def _share(text: str) -> float:
    percent = text.endswith("%")
    try:
        share = float(text.rstrip("% ").replace(",", "."))
    except ValueError as error:
        raise CellProblem("number", "is not a number", "Write full time as 1, half time as 0.5 or 50%.") from error
    return share / 100 if percent else share


def _flag(text: str) -> bool:
    folded = fold(text)
    if folded in _YES or folded in _NO:
        return folded in _YES
    raise CellProblem("yes or no", "is neither yes nor no", "Write yes or no.")


def _country(text: str) -> str:
    return _COUNTRIES.get(text.upper(), text.upper())


def words(value: str | None) -> str:
    """A value in a sentence."""
    return repr(shown(value, 60))
