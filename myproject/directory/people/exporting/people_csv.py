"""People as CSV: RFC 4180, UTF-8 with a byte order mark, made chunk by chunk.

The mark is there for Excel, which takes a file without one for the local code page; everything else skips it. A cell
that a spreadsheet would take for a formula, or an import for something else, gets an apostrophe before it; numbers and
phone numbers, which can't call anything, stay as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from myproject.directory.importing.literals import formula
from myproject.directory.visibility.audience import Viewer

from .columns import Record, open_columns


def safe(value: Any) -> str:
    """A value as the text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if formula(text) else text


def lines(chunks: Iterable[list[Record]], viewer: Viewer) -> Iterator[bytes]:
    """The file in pieces: a heading, then a line for each person. Columns that the viewer may not see are not there."""
    columns = open_columns(viewer)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.label for column in columns])
    yield b"\xef\xbb\xbf" + buffer.getvalue().encode()
    for chunk in chunks:
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([column.cell(record) for column in columns] for record in chunk)
        yield buffer.getvalue().encode()
