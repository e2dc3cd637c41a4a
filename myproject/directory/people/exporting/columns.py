"""The columns of an exported list of people, declared once: from the declarations of the fields.

An export holds every field that its reader may see, under headings that an import knows: read again, it changes
nothing. What is referred to is told by name, for people, and by number or code, for programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from myproject.directory.importing.literals import list_cell, marked
from myproject.directory.schema.fields import FIELDS
from myproject.directory.visibility.audience import Viewer, visible_fields

Record = Mapping[str, Any]
"""A person by the names of the columns: texts, dates, numbers, lists of texts; None for what is unknown or not open."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its heading for people, and the fields that its readers must all see."""

    name: str
    label: str
    fields: frozenset[str]

    def cell(self, record: Record) -> str:
        """The value as the text of a cell that no spreadsheet takes for a formula, and that an import reads again."""
        return as_cell(record[self.name])


_FIRST = ("name", "employee_number", "job_title", "department", "location", "manager", "hired_on", "email", "phone")
_NOT_EXPORTED = frozenset({"portrait"})
"""A picture is no text; the profile has it."""


def _columns() -> Iterator[Column]:
    for name in dict.fromkeys((*_FIRST, *FIELDS)):
        if name not in _NOT_EXPORTED:
            yield Column(name, FIELDS[name].label, frozenset({name}))
    for name, info in FIELDS.items():
        for _, headings in info.by[:1]:
            # A manager is told by a number, which has an audience of its own.
            fields = {name, "employee_number"} if name == "manager" else {name}
            yield Column(headings[0].replace(" ", "_"), headings[0].capitalize(), frozenset(fields))


COLUMNS: tuple[Column, ...] = tuple(_columns())
"""Every column, in order; `department_code`, `location_code` and `manager_number` at the end."""


def open_columns(viewer: Viewer) -> list[Column]:
    """The columns that a viewer may see."""
    seen = visible_fields(viewer)
    return [column for column in COLUMNS if column.fields <= seen]


def as_cell(value: Any) -> str:
    """A value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return list_cell([str(item) for item in value])
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else marked(str(value))
