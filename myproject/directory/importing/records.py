"""Files that hold records instead of a table: JSON, JSON lines, LDIF and vCard. Each becomes a table once, on disk.

A record is numbered by the line on which it begins; in a JSON document by its place, 1 for the first.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .delimited import MAX_CELL, Row
from .files import Encoding, lines, open_bytes, read_some
from .findings import Findings, ImportStopped, Place

Format = Literal["json", "json lines", "ldif", "vcard"]

MAX_RECORDS = 2_000_000
MAX_RECORD = 8 * 1024**2
"""How long all values of a record may be together, in characters."""
MAX_NAMES = 2_000
"""How many different properties the records of a file may have."""
_HEAD = 64 * 1024
_REMARKS = 1_000
"""How many remarks are kept to be told; more are counted in one."""

Record = tuple[int, dict[str, str]]
"""Where the record begins, and its values by heading."""


class Remark(NamedTuple):
    """Something to tell of a file: of a record that can't be read, or of what was passed over."""

    refused: bool
    kind: str
    row: int | None
    reason: str
    remedy: str = ""
    value: str | None = None


@dataclass(slots=True)
class Remarks:
    """What the reader of a file has to tell."""

    kept: list[Remark] = field(default_factory=list)
    more: int = 0
    """Refusals beyond those that are kept."""

    def refuse(self, kind: str, row: int, reason: str, remedy: str, value: str | None = None) -> None:
        """A record can't be read."""
        if len(self.kept) < _REMARKS:
            self.kept.append(Remark(True, kind, row, reason, remedy, value))
        else:
            self.more += 1

    def note(self, kind: str, row: int | None, reason: str) -> None:
        """Something was passed over on purpose."""
        self.kept.append(Remark(False, kind, row, reason))


class BadRecord(Exception):
    """A record, or a line of one, that can't be read. The message completes "The entry …"; `remedy` says what to do."""

    def __init__(self, message: str, remedy: str, row: int | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.row = row


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file of records, already turned into lines of JSON in a temporary file that goes with this object."""

    path: Path
    encoding: Encoding
    headings: list[str]
    remarks: Remarks
    text: Any
    """The temporary file."""

    def rows(self) -> Iterator[Row]:
        """Every record as a row below the headings."""
        with Path(self.text.name).open(encoding="utf-8") as file:
            for line in file:
                number, values = json.loads(line)
                yield number, [values.get(heading, "") for heading in self.headings]

    def close(self) -> None:
        """Remove the temporary file."""
        self.text.close()

    def tell(self, findings: Findings, sheet: str) -> None:
        """Tell what the reader had to say."""
        for remark in self.remarks.kept:
            place = Place(sheet, remark.row, None, remark.value)
            if remark.refused:
                findings.refuse(remark.kind, place, remark.reason, remark.remedy)
            else:
                findings.note(remark.kind, place, remark.reason)
        if self.remarks.more:
            told = f"{self.remarks.more:,} more records can't be read."
            findings.refuse("unreadable", Place(sheet), told, "Was the file damaged?")


def format_of(path: Path, encoding: Encoding) -> Format | None:
    """Which kind of records a text file holds, told by its beginning; None for a table."""
    with open_bytes(path) as stream:
        head = read_some(stream, path, _HEAD).decode(encoding.name, "replace")
    bare = head.lstrip("\ufeff \t\r\n")
    if bare[:11].lower() == "begin:vcard":
        return "vcard"
    entry = next((line for line in head.lstrip("\ufeff").splitlines() if line.strip() and line[0] not in "# "), "")
    if re.match(r"version:\s*\d+\s*$|dn::?\s", entry, re.IGNORECASE):
        return "ldif"
    if re.match(r"\[\s*(\{|\]|$)", bare):
        return "json"
    if re.match(r"\{\s*(\"|\}|$)", bare):
        first, _, rest = bare.partition("\n")
        return "json lines" if rest.strip() and _is_object(first) else "json"
    return None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def open_records(path: Path, encoding: Encoding, kind: Format) -> RecordFile:
    """Read all records of a file into a table. Raises ImportStopped if that can't be done."""
    remarks = Remarks()
    text = tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="myproject-import-")  # noqa: SIM115
    try:
        headings = _kept(path, _reader(path, encoding, kind)(remarks), remarks, text)
        text.flush()
    except BaseException:
        text.close()
        raise
    return RecordFile(path, encoding, headings, remarks, text)


def _kept(path: Path, records: Iterator[Record], remarks: Remarks, text: Any) -> list[str]:
    """Write the records into a file, one on each line; their headings. Raises ImportStopped beyond what is allowed."""
    headings: dict[str, None] = {}
    count = 0
    for number, values in records:
        count += 1
        if count > MAX_RECORDS:
            raise ImportStopped(f"{path.name} holds more than {MAX_RECORDS:,} records.", "Divide it into parts.")
        size = sum(map(len, values.values()))
        if size > MAX_RECORD or any(len(value) > MAX_CELL for value in values.values()):
            remarks.refuse("too long", number, f"The record has {size:,} characters.", "Leave the long values out.")
            continue
        headings.update(dict.fromkeys(values))
        if len(headings) > MAX_NAMES:
            raise ImportStopped(
                f"{path.name}: the records have more than {MAX_NAMES:,} different properties.",
                "Is it a list of people? Leave out what doesn't belong to it.",
            )
        text.write(json.dumps([number, values], ensure_ascii=True, separators=(",", ":")) + "\n")
    if not count and not any(remark.refused for remark in remarks.kept):
        raise ImportStopped(f"{path.name} holds nobody.", "Give a file with people in it.")
    return list(headings)


def _reader(path: Path, encoding: Encoding, kind: Format) -> Callable[[Remarks], Iterator[Record]]:
    from . import json_records, ldif, vcards

    if kind == "json":
        return lambda remarks: json_records.document(path, encoding, remarks)
    read = {"json lines": json_records.from_lines, "ldif": ldif.entries, "vcard": vcards.cards}[kind]
    return lambda remarks: read(lines(path, encoding.name), remarks)
