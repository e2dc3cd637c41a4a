"""One sheet of the files to import, whatever it is stored in: its headings, and its rows with their numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from myproject.directory.schema.headings import heading_key
from myproject.directory.schema.text import clean

from .delimited import Delimited, Row, open_delimited
from .files import Encoding, encoding_of, kind_of
from .findings import FilePlace, Findings, ImportStopped
from .record_files import RecordFile, format_of, open_records
from .workbook import Workbooks, WorkbookSheet

_HEADING_AMONG = 20
"""Among how many first rows the headings are looked for."""
MAX_COLUMNS = 2_000
_SHEETS = 20
"""Among how many first sheets of a workbook the one with people is looked for."""


@dataclass(slots=True)
class Sheet:
    """A table with headings. Rows can be gone through again and again."""

    name: str
    """As it is told to people: "employees.csv", "staff.xlsx, Staff"."""
    source: Delimited | WorkbookSheet | RecordFile
    headings: list[str]
    """A blank heading is the column's letter; one that repeats has (2) after it."""
    heading_row: int
    encoding: Encoding | None
    only: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    """Rows count only where these columns hold one of these values."""
    beside: dict[str, list[str]] = field(default_factory=dict)
    """The other sheets of the workbook with something in them, if this one was chosen among them: name -> headings."""
    shifted: list[list[str]] = field(default_factory=list)
    """The rows that were refused for having more cells than there are headings."""
    _places: dict[str, int] = field(default_factory=dict)

    def column(self, name: str) -> int | None:
        """The place of a column by its heading as written, else by its heading without case, blanks and marks."""
        if not self._places:
            keys: dict[str, list[int]] = {}
            for place, heading in enumerate(self.headings):
                keys.setdefault(heading_key(heading), []).append(place)
            self._places = {key: found[0] for key, found in keys.items() if len(found) == 1}
            self._places.update({heading: place for place, heading in reversed(list(enumerate(self.headings)))})
        wanted = clean(name)
        return self._places.get(wanted, self._places.get(heading_key(wanted)))

    def close(self) -> None:
        """Remove what was kept in a temporary file."""
        if isinstance(self.source, RecordFile):
            self.source.close()

    def rows(self, findings: Findings | None = None) -> Iterator[Row]:
        """The rows below the headings that hold anything, each with a cell for every heading.

        A row with more cells than there are headings is told to `findings` and left out: a delimiter inside
        a value has shifted it.
        """
        width = len(self.headings)
        if findings is not None and isinstance(self.source, RecordFile):
            self.source.tell(findings, self.name)
        for number, row in self.source.rows():
            if number <= self.heading_row:
                continue
            if len(row) < width:
                if not any(row):
                    continue
                row.extend([""] * (width - len(row)))
            elif len(row) > width and any(cell.strip() for cell in row[width:]):
                if findings is not None:
                    findings.refuse(
                        "too many cells",
                        FilePlace(self.name, number, None, row[width]),
                        f"The row has {len(row)} cells under {width} headings.",
                        "Put quotes around a value that holds the delimiter, or give the column a heading.",
                    )
                    self.shifted.append(row)
                continue
            elif not any(row):
                continue
            if self.only and not all(clean(row[place]) in allowed for place, allowed in self.only):
                continue
            yield number, row


def open_sheet(
    path: Path,
    workbooks: Workbooks,
    *,
    sheet: str | None = None,
    heading_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    known: Callable[[str], bool] | None = None,
) -> Sheet:
    """Open a sheet. `known` tells which headings are expected: it finds the row of headings and the delimiter."""
    source: Delimited | WorkbookSheet
    beside: dict[str, list[str]] = {}
    if kind_of(path) == "workbook":
        source, beside = _workbook_sheet(path, workbooks, sheet, known)
        name = f"{path.name}, {source.name}" if len(workbooks.names(path)) > 1 else path.name
        told = None
    else:
        read = encoding_of(path, encoding)
        kind = format_of(path, read)
        if kind is not None:
            records = open_records(path, read, kind)
            return Sheet(path.name, records, records.headings, 0, read)
        source = open_delimited(path, encoding=encoding, delimiter=delimiter, known=known)
        name, told = path.name, source.encoding
    number, cells = _heading_row(source, name, heading_row, known)
    return Sheet(name, source, unique_headings(cells), number, told, beside=beside)


def _workbook_sheet(
    path: Path, workbooks: Workbooks, sheet: str | None, known: Callable[[str], bool] | None
) -> tuple[WorkbookSheet, dict[str, list[str]]]:
    """The sheet of this name, else the one with the most known headings; and the other ones that it was chosen from."""
    names = workbooks.names(path)
    if not names:
        raise ImportStopped(f"{path.name} holds no sheet.", "Give a workbook with a sheet of employees.")
    if sheet is not None:
        for name in names:
            if clean(name).casefold() == clean(sheet).casefold():
                return workbooks.sheet(path, name), {}
        raise ImportStopped(f"{path.name} has no sheet {sheet!r}.", f"It has {', '.join(map(repr, names[:10]))}.")
    best, most = names[0], -1
    headings: dict[str, list[str]] = {name: [] for name in names}
    for name in names[:_SHEETS]:
        found = _most_known(workbooks.sheet(path, name), known)
        score = sum(map(known, found)) if known else 0
        if score > most:
            best, most = name, score
        if found:
            headings[name] = found
        else:
            del headings[name]
    headings.pop(best, None)
    return workbooks.sheet(path, best), headings


def _most_known(sheet: WorkbookSheet, known: Callable[[str], bool] | None) -> list[str]:
    """Among the first rows of a sheet the one with the most known headings; [] if there is nothing in them."""
    rows = [row for _, row in itertools.islice(sheet.rows(), _HEADING_AMONG) if any(map(clean, row))]
    return max(rows, key=lambda row: sum(map(known, row)) if known else 0, default=[])


def _heading_row(
    source: Delimited | WorkbookSheet, name: str, asked: int | None, known: Callable[[str], bool] | None
) -> Row:
    first = [row for row in itertools.islice(source.rows(), asked or _HEADING_AMONG) if any(map(clean, row[1]))]
    if asked is not None:
        first = [row for row in first if row[0] == asked]
    if not first:
        where = "is empty" if asked is None else f"has nothing in row {asked}"
        raise ImportStopped(f"{name} {where}.", "Give a sheet with a row of headings and rows below it.")
    best = max(first, key=lambda row: (sum(map(known, row[1])) if known else 0, -row[0]))
    if len(best[1]) > MAX_COLUMNS:
        raise ImportStopped(f"{name} has {len(best[1]):,} columns.", f"At most {MAX_COLUMNS:,} are read.")
    return best


def unique_headings(cells: list[str]) -> list[str]:
    """Headings that tell every column: a blank one is the column's letter, a repeated one has (2), (3) after it."""
    cells = list(cells)
    while cells and not clean(cells[-1]):
        cells.pop()
    taken: dict[str, int] = {}
    result = []
    for place, cell in enumerate(cells):
        heading = re.sub(r"""^(["'])(.*)\1$""", r"\2", clean(cell)) or column_letter(place)
        taken[heading] = taken.get(heading, 0) + 1
        result.append(heading if taken[heading] == 1 else f"{heading} ({taken[heading]})")
    return result


def column_letter(place: int) -> str:
    """The letter over a column in a spreadsheet: 0 -> "A", 27 -> "AB"."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
