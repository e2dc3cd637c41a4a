"""Turns one sheet of a workbook into a CSV file, in a process of its own with bounded memory.

A workbook from outside may hold one cell in the last corner of the sheet, or a megabyte that unpacks to terabytes:
whatever it does to the parser ends here, as an exit status. Run as a program:

    python workbook_child.py WORKBOOK names
    python workbook_child.py WORKBOOK sheet NAME OUTPUT

It prints one JSON object. Each row of OUTPUT is the row's number followed by its cells. A formula without a stored
value and a cell with an error, which the parser reads as blank, are `BROKEN` followed by what is shown there.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
import posixpath
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat  # documents with a DOCTYPE are refused, so no entity can grow  # nosec B407

BROKEN = "\x1c"
"""Before the text of a cell that has no value of its own: an error, or a formula that was never calculated."""
NO_VALUE = "formula without a value"
MAX_MEMORY = 3 * 1024**3
MAX_SECONDS = 300
MAX_ROWS = 2_000_000
MAX_CELLS = 60_000_000
MAX_REPEATS = 1_000
"""How many times a broken cell that an ODS file says to repeat is told."""


def main(arguments: list[str]) -> None:
    bound()
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(arguments[0])
    if arguments[1] == "names":
        sheets = [[item.name, "isible" in str(item.visible)] for item in workbook.sheets_metadata]
        sys.stdout.write(json.dumps({"sheets": sheets}))
        return
    sheet = workbook.get_sheet_by_name(arguments[2])
    if sheet.total_height > MAX_ROWS or sheet.total_height * sheet.total_width > MAX_CELLS:
        told = f"it spans {sheet.total_height:,} rows and {sheet.total_width:,} columns"
        sys.stdout.write(json.dumps({"error": told}))
        return
    broken = broken_cells(arguments[0], arguments[2])
    first_column = (sheet.start or (0, 0))[1]
    with Path(arguments[3]).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        pad = [""] * first_column  # unlike to_python, iter_rows gives the blank rows above; columns it leaves out
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = [*pad, *map(text, row)]
            writer.writerow([number, *(_marked(cells, broken.pop(number)) if number in broken else cells)])
        for number in sorted(broken):  # below all that the parser found
            writer.writerow([number, *_marked([], broken[number])])
    sys.stdout.write(json.dumps({"rows": sheet.total_height}))


def _marked(cells: list[str], broken: dict[int, str]) -> list[str]:
    """A row with its broken cells marked; `broken` is their text by column."""
    cells += [""] * (max(broken) + 1 - len(cells))
    for column, shown in broken.items():
        cells[column] = f"{BROKEN}{shown}"
    return cells


def bound() -> None:
    """Limit memory and time, where the system knows how."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text(value: Any) -> str:
    """A cell as it would be typed: whole numbers without ".0", days as 2024-03-31."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


# Cells without a value


def broken_cells(path: str, sheet: str) -> dict[int, dict[int, str]]:
    """Row (from 1) -> column (from 0) -> what is shown in a cell with an error or an uncalculated formula.

    Only XLSX and ODS are looked through: in other formats such cells can't be told from blank ones.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            finder: _Finder = _OdsFinder(sheet)
            part = "content.xml"
        else:
            finder = _XlsxFinder()
            part = _part_of(archive, sheet)
        if part in names and part.endswith(".xml"):
            finder.read(archive, part)
    return finder.found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part of an XLSX file that holds a sheet; blank if there is none."""
    targets: dict[str, str] = {}
    ids: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def entry(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            ids.setdefault(
                attributes.get("name", ""), next((v for k, v in attributes.items() if _local(k) == "id"), "")
            )

    for part, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", entry)):
        if part in archive.namelist():
            parser = _parser()
            parser.StartElementHandler = start
            with archive.open(part) as stream:
                parser.ParseFile(stream)
    target = targets.get(ids.get(sheet, ""), "")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("a workbook with a DOCTYPE is not read")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Finder:
    """Collects the broken cells of one sheet."""

    signs: tuple[bytes, ...] = ()
    """Without any of these in it, a part has no broken cell and is not parsed."""

    def __init__(self) -> None:
        self.found: dict[int, dict[int, str]] = {}
        self._row = 0
        self._column = 0
        self._text: list[str] | None = None
        """The text of the element that is being read, where it counts."""

    def read(self, archive: zipfile.ZipFile, part: str) -> None:
        """Look through a part of the archive."""
        if not self._promising(archive, part):
            return
        parser = _parser()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        with archive.open(part) as stream:
            parser.ParseFile(stream)

    def _promising(self, archive: zipfile.ZipFile, part: str) -> bool:
        with archive.open(part) as stream:
            rest = b""
            while chunk := stream.read(1024**2):
                if any(sign in rest + chunk for sign in self.signs):
                    return True
                rest = chunk[-64:]
        return False

    def characters(self, data: str) -> None:
        """Text inside an element."""
        if self._text is not None:
            self._text.append(data)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element ends."""
        raise NotImplementedError


class _XlsxFinder(_Finder):
    signs = (b"<f", b":f>", b":f ", b't="e"', b"t='e'")

    def __init__(self) -> None:
        super().__init__()
        self._kind = ""
        self._formula = False
        self._value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = -1
            case "c":
                letters = attributes.get("r", "").rstrip("0123456789")
                self._column = _column(letters) if letters else self._column + 1
                self._kind, self._formula, self._value = attributes.get("t", "n"), False, ""
            case "f":
                self._formula = True
            case "v":
                self._text = []

    def end(self, name: str) -> None:
        match _local(name):
            case "v":
                self._value, self._text = "".join(self._text or ()), None
            case "c" if self._kind == "e":
                self.found.setdefault(self._row, {})[self._column] = self._value or "error"
            case "c" if self._formula and not self._value and self._kind != "str":
                self.found.setdefault(self._row, {})[self._column] = NO_VALUE


class _OdsFinder(_Finder):
    signs = (b"table:formula", b'value-type="error"')

    def __init__(self, sheet: str) -> None:
        super().__init__()
        self._sheet = sheet
        self._inside = False
        self._repeats = self._rows = 1
        self._broken = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table:table":
                self._inside, self._row = attributes.get("table:name") == self._sheet, 0
            case "table:table-row":
                self._row += 1
                self._rows = int(attributes.get("table:number-rows-repeated", 1))
                self._column = 0
            case "table:table-cell" | "table:covered-table-cell":
                self._repeats = int(attributes.get("table:number-columns-repeated", 1))
                self._broken = attributes.get("calcext:value-type") == "error" or (
                    "table:formula" in attributes and "office:value-type" not in attributes
                )
                self._text = [] if self._inside and self._broken else None

    def end(self, name: str) -> None:
        match name:
            case "table:table":
                self._inside = False
            case "table:table-row":
                self._row += self._rows - 1
            case "table:table-cell" | "table:covered-table-cell":
                if self._inside and self._broken:
                    shown = "".join(self._text or ()).strip() or NO_VALUE
                    for row in range(self._row, self._row + min(self._rows, MAX_REPEATS)):
                        for column in range(self._column, self._column + min(self._repeats, MAX_REPEATS)):
                            self.found.setdefault(row, {})[column] = shown
                self._column += self._repeats
                self._broken, self._text = False, None


def _column(letters: str) -> int:
    """The place of a column by its letters: "A" -> 0, "AB" -> 27."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


if __name__ == "__main__":
    main(sys.argv[1:])
