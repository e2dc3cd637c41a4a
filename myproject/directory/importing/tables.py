"""A table of a mapping bound to its sheet: every value of a row, or what is wrong with each cell of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from myproject.directory.schema.fields import FIELDS, IMPORTED_FIELDS
from myproject.directory.schema.fields import KINDS as CARD_KINDS
from myproject.directory.schema.fields import Kind as CardKind

from .findings import FilePlace, Findings, ImportStopped
from .mapping import OnSheet, Value, Values
from .sheets import Sheet
from .source import ImportSource
from .values import CellProblem, Kind, Lookups, Reader

_CELL_OF: dict[CardKind, Kind] = {
    "name": "name", "text": "lines", "list": "list", "lines": "list", "date": "day", "email": "mail", "tel": "phone",
}  # fmt: skip
KINDS: dict[str, Kind] = {name: _CELL_OF.get(CARD_KINDS[name], "text") for name in IMPORTED_FIELDS} | {
    "name": "name", "manager": "reference", "employee": "reference", "key": "reference", "hired_on": "day",
    "left_on": "last_day", "since": "day", "until": "end", "fte": "share", "is_head": "flag", "count": "share",
    "address": "lines", "country": "country",
}  # fmt: skip
"""How the cells of a field are read; all others are plain text."""

BadCells = Literal["contact", "refuse", "blank"]
CONTACT_FIELDS = frozenset(name for name in IMPORTED_FIELDS if FIELDS[name].section == "Contact")
_NEEDED = frozenset(("given_name", "family_name", "name"))
_DATED = frozenset(name for name, info in FIELDS.items() if info.table) - {"left_on"}


def blanked_fields(rule: BadCells, identity: str) -> frozenset[str]:
    """The fields of which a bad cell is left out; of all others it refuses the row.

    Never the identity and the name, nor the last day: who has left would be taken on again without it.
    """
    chosen = {
        "refuse": frozenset[str](),
        "contact": CONTACT_FIELDS,
        "blank": frozenset(IMPORTED_FIELDS) - _NEEDED | _DATED,
    }[rule]
    return chosen - {identity}


class Table:
    """A table of the mapping (like [employees] or one [[assignments]]) and the sheet it is about."""

    def __init__(self, section: OnSheet, source: ImportSource, lookups: Lookups, plain: Iterable[str] = ()) -> None:
        """plain: fields to read as text whatever their kind (a department's name is no person's)."""
        self.sheet: Sheet = source.sheet(section.sheet)
        self.readers: dict[str, Reader] = {}
        self.blanked: frozenset[str] = frozenset()
        """Fields of which a bad cell is left out, rather than the whole row refused."""
        values: Values = source.mapping.values
        plain = set(plain)
        for field in type(section).model_fields:
            value = getattr(section, field)
            if isinstance(value, Value):
                kind = "text" if field in plain else KINDS.get(field, "text")
                self.readers[field] = Reader(value, self.sheet, kind, values, lookups)

    def __contains__(self, field: str) -> bool:
        return field in self.readers

    def get(self, field: str, row: Sequence[str]) -> Any:
        """One value of a row; None for a blank or unmapped one. Raises CellProblem."""
        reader = self.readers.get(field)
        return None if reader is None else reader(row)

    def read(self, fields: Iterable[str], number: int, row: Sequence[str], findings: Findings) -> dict[str, Any] | None:
        """The values of these fields that are mapped, None for blank ones; each bad cell is told.

        A bad cell of a field of `blanked` is left out; any other ends in None.
        """
        found: dict[str, Any] = {}
        good = True
        for field in fields:
            reader = self.readers.get(field)
            if reader is None:
                continue
            try:
                found[field] = reader(row)
            except CellProblem as problem:
                place, reason = reader.at(number, row), f"The value {problem.reason}."
                if field in self.blanked:
                    findings.left_blank(problem.kind, place, reason, problem.remedy)
                else:
                    findings.refuse(problem.kind, place, reason, problem.remedy)
                    good = False
        return found if good else None

    def at(self, field: str, number: int, row: Sequence[str]) -> FilePlace:
        """The place of a field in a row."""
        reader = self.readers.get(field)
        return FilePlace(self.sheet.name, number) if reader is None else reader.at(number, row)


def bind(
    sections: Iterable[OnSheet | None], source: ImportSource, lookups: Lookups, plain: Iterable[str] = ()
) -> list[Table]:
    """The tables of these sections. Raises ImportStopped with all that is wrong with all of them."""
    tables, wrong = [], []
    for section in sections:
        if section is None:
            continue
        try:
            tables.append(Table(section, source, lookups, plain))
        except ImportStopped as stopped:
            wrong.append(stopped)
    if wrong:
        raise ImportStopped("\n".join(dict.fromkeys(stop.message for stop in wrong)), wrong[0].remedy)
    return tables
