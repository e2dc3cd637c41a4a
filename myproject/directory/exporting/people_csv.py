"""People as CSV: RFC 4180, UTF-8 with a byte order mark, made chunk by chunk.

The mark is there for Excel, which takes a file without one for the local code page; everything else skips it. A cell
that a spreadsheet would take for a formula gets an apostrophe before it; numbers and phone numbers, which can't call
anything, stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from myproject.directory.audience import Viewer, may_see
from myproject.directory.fields import FIELDS
from myproject.directory.people import Person

_COLUMNS: tuple[tuple[str, Callable[[Person], Any]], ...] = (
    ("name", lambda person: person.name),
    ("employee_number", lambda person: person.employee_number),
    ("job_title", lambda person: person.job_title),
    ("department", lambda person: person.department and person.department.name),
    ("location", lambda person: person.location),
    ("manager", lambda person: person.manager),
    ("joined_on", lambda person: person.joined_on),
    ("email", lambda person: person.email),
    ("phone", lambda person: person.phone),
)

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r\n]").match
_NUMBER = re.compile(r"[+-]?[\d ()./-]*\d[\d ()./-]*").fullmatch


def safe(value: Any) -> str:
    """A value as the text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA(text) and not _NUMBER(text) else text


def lines(chunks: Iterable[list[Person]], viewer: Viewer) -> Iterator[bytes]:
    """The file in pieces: a heading, then a line for each person. Columns that the viewer may not see are not there."""
    columns = [(name, value) for name, value in _COLUMNS if may_see(viewer, name)]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([FIELDS[name].label for name, _ in columns])
    yield b"\xef\xbb\xbf" + buffer.getvalue().encode()
    for chunk in chunks:
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([safe(value(person)) for _, value in columns] for person in chunk)
        yield buffer.getvalue().encode()
