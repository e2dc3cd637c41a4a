"""Files that hold records instead of a table: JSON, JSON lines, LDIF and vCard. Each becomes a table once, on disk.

A record is numbered by the line on which it begins; in a JSON document by its place, 1 for the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

MAX_RECORDS = 2_000_000
MAX_RECORD = 8 * 1024**2
"""How long all values of a record may be together, in characters."""
MAX_NAMES = 2_000
"""How many different properties the records of a file may have."""
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

    def refuse_long(self, what: str, row: int, size: int, remedy: str = "Leave the long values out.") -> None:
        """A record ("card", "entry") has more characters than are taken in."""
        self.refuse("too long", row, f"The {what} has {size:,} characters.", remedy)

    def note(self, kind: str, row: int | None, reason: str) -> None:
        """Something was passed over on purpose."""
        self.kept.append(Remark(False, kind, row, reason))


class BadRecord(Exception):
    """A record, or a line of one, that can't be read. The message completes "The entry …"; `remedy` says what to do."""

    def __init__(self, message: str, remedy: str, row: int | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.row = row
