"""A file that holds records instead of a table, and the table that it becomes, once, on disk."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import json_records, ldif, vcards
from .delimited import MAX_CELL, Row
from .files import Encoding, lines, open_bytes, read_some
from .findings import FilePlace, Findings, ImportStopped
from .records import MAX_NAMES, MAX_RECORD, MAX_RECORDS, Record, Remarks

Format = Literal["json", "json lines", "ldif", "vcard"]

_HEAD = 64 * 1024


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
            place = FilePlace(sheet, remark.row, None, remark.value)
            if remark.refused:
                findings.refuse(remark.kind, place, remark.reason, remark.remedy)
            else:
                findings.note(remark.kind, place, remark.reason)
        if self.remarks.more:
            told = f"{self.remarks.more:,} more records can't be read."
            findings.refuse("unreadable", FilePlace(sheet), told, "Was the file damaged?")


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
            remarks.refuse_long("record", number, size)
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
    if kind == "json":
        return lambda remarks: json_records.document(path, encoding, remarks)
    read = {"json lines": json_records.from_lines, "ldif": ldif.entries, "vcard": vcards.cards}[kind]
    return lambda remarks: read(lines(path, encoding.name), remarks)
