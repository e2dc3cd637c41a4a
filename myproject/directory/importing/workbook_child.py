"""Turns one sheet of a workbook into a CSV file, in a process of its own with bounded memory.

A workbook from outside may hold one cell in the last corner of the sheet, or a megabyte that unpacks to terabytes:
whatever it does to the parser ends here, as an exit status. Run as a program:

    python workbook_child.py WORKBOOK names
    python workbook_child.py WORKBOOK sheet NAME OUTPUT

It prints one JSON object. Each row of OUTPUT is the row's number followed by its cells.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

MAX_MEMORY = 3 * 1024**3
MAX_SECONDS = 300
MAX_ROWS = 2_000_000
MAX_CELLS = 60_000_000


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
    first_column = (sheet.start or (0, 0))[1]
    with Path(arguments[3]).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        pad = [""] * first_column  # unlike to_python, iter_rows gives the blank rows above; columns it leaves out
        for number, row in enumerate(sheet.iter_rows(), 1):
            writer.writerow([number, *pad, *map(text, row)])
    sys.stdout.write(json.dumps({"rows": sheet.total_height}))


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


if __name__ == "__main__":
    main(sys.argv[1:])
