"""The mapping of one sheet of employees, told by its headings. Which they may be stands with the fields."""

from __future__ import annotations

from itertools import islice
from typing import Any

from myproject.directory.schema.fields import FIELDS, IMPORTED_FIELDS
from myproject.directory.schema.headings import ColumnHeading, heading_key, known_heading
from myproject.directory.schema.text import fold

from .findings import ImportStopped
from .mapping import EmployeesMapping, Mapping, Property, SheetSource, Value
from .sheets import Sheet

MAPPED = ("employee_number", "name", *IMPORTED_FIELDS, *(name for name, info in FIELDS.items() if info.table))
"""The fields that a sheet of employees may hold."""
_KEYS = ("dn", "distinguishedname", "recordid")
"""Headings of what other rows call one by."""
_BY = {
    "manager": ("id", "key", "email", None, "name"),
    "department": ("code", None, "path"),
    "location": ("code", None),
}
"""Fields that refer to something: by what their columns may name it, the surest first. None: by whatever it holds."""
_ROOTS = ["NO_MANAGER", "NO_MGR", "No manager"]
"""What usual exports write where nobody is above."""
_SAMPLE = 50


def is_known(cell: str) -> bool:
    """Whether a cell is a heading that says something."""
    found = known_heading(cell)
    return heading_key(cell) in _KEYS or (found is not None and found.field in MAPPED)


def mapping_of(sheet: Sheet) -> Mapping:
    """The mapping of one sheet of employees, told by its headings. Raises ImportStopped if nobody is told apart."""
    columns = _columns(sheet)
    if columns.keys() & {"given_name", "family_name"} and "name" in columns:
        _whole_or_split(sheet, columns)
    if not columns.keys() & {"employee_number", "external_id", "email"}:
        raise ImportStopped(
            f"{sheet.name} has no column that tells people apart. Its columns are: {', '.join(sheet.headings[:30])}.",
            "Give it a column “Employee number” (or “External id”, or “Mail”), or name the columns in a mapping file.",
        )
    values: dict[str, Any] = {name: _value(name, found) for name, found in columns.items() if name in MAPPED}
    key = next((heading for wanted in _KEYS for heading in sheet.headings if heading_key(heading) == wanted), None)
    if key is not None:
        values["key"] = Value(column=key)
    _pass_labels(sheet, columns)
    # What is worked out from other columns (an age, the whole name beside its parts) is left out without a word.
    drop = [heading for name, found in columns.items() if name not in MAPPED for _, heading in found]
    return Mapping(employees=EmployeesMapping(roots=_ROOTS, **values), sheets={"": SheetSource(drop=drop)})


_Found = list[tuple[ColumnHeading, str]]


def _columns(sheet: Sheet) -> dict[str, _Found]:
    """Field -> its columns, the best first."""
    found: dict[str, _Found] = {}
    for heading in sheet.headings:
        known = known_heading(heading)
        if known is not None:
            found.setdefault(known.field, []).append((known, heading))
    return {name: sorted(columns, key=lambda item: item[0].rank) for name, columns in found.items()}


def _value(name: str, found: _Found) -> Value:
    """How a field is made of its columns."""
    if name == "email" and len(found) > 1 and heading_key(found[-1][1]) == "userprincipalname":
        return Value(first_of=[found[0][1], found[-1][1]])
    if name not in _BY:
        return Value(column=found[0][1])
    best = {known.by: heading for known, heading in reversed(found)}
    if set(best) == {None}:
        return Value(column=best[None])
    any_: Property = "any" if name == "manager" else "name"
    by: dict[Any, str] = {each or any_: best[each] for each in _BY[name] if each in best}
    return Value(by=by)


def _whole_or_split(sheet: Sheet, columns: dict[str, _Found]) -> None:
    """Decide between a column of whole names and those of its parts; "Name" beside "Vorname" is the family name."""
    parts = columns.keys() & {"given_name", "family_name"}
    whole = columns.pop("name")
    if parts == {"given_name"}:
        places = [sheet.column(heading) or 0 for heading in (columns["given_name"][0][1], whole[0][1])]
        rows = [(fold(row[places[0]]), fold(row[places[1]])) for _, row in islice(sheet.rows(), _SAMPLE)]
        inside = sum(given in name for given, name in rows if given)
        if inside * 2 > len(rows):
            columns["name"] = whole
            columns[""] = columns.pop("given_name")
        else:
            columns["family_name"] = whole
        return
    columns[""] = whole


def _pass_labels(sheet: Sheet, columns: dict[str, _Found]) -> None:
    """Pass over a second row of headings: some exports write the keys of the columns first and their labels below."""
    number, row = next(sheet.rows(), (0, []))
    cells = [cell for cell in row if cell.strip()]
    places = {sheet.column(heading): name for name, found in columns.items() for _, heading in found}
    alike = [
        known.field == places[place]
        for place, cell in enumerate(row)
        if place in places and (known := known_heading(cell)) is not None
    ]
    if len(alike) >= 3 and all(alike) and len(alike) * 2 > len(cells):
        sheet.heading_row = number
