"""People as a workbook: the columns of the CSV file, with days and numbers as such."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from myproject.directory.visibility.audience import Viewer

from .columns import Record, as_cell, open_columns

MOST = 2**20 - 1
"""Rows below the heading that a sheet can hold."""
_FIRST_DAY = date(1900, 3, 1)
"""Before, the calendar of spreadsheets has a day that never was: such days are written as text."""
_WIDTH = 18


def write(path: Path, chunks: Iterable[list[Record]], viewer: Viewer) -> None:
    """Write the workbook. Columns that the viewer may not see are not there."""
    import xlsxwriter  # of the few who need it: a twentieth of a second

    columns = open_columns(viewer)
    # Constant memory: rows are written as they come. Texts stay texts, whatever they look like.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("People")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(columns) - 1, _WIDTH)
        sheet.write_row(0, 0, [column.label for column in columns], bold)
        at = 1
        for chunk in chunks:
            for record in chunk:
                for place, column in enumerate(columns):
                    _put(sheet, at, place, record[column.name], day)
                at += 1
        sheet.autofilter(0, 0, at - 1, len(columns) - 1)


def _put(sheet: Any, row: int, place: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date) and value >= _FIRST_DAY:
        sheet.write_datetime(row, place, value, day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, as_cell(value))
