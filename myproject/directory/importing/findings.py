"""What an import has to say about its files: what was refused, what was noted, each with place, reason and remedy."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

Level = Literal["refused", "noted"]

KEPT_EACH = 200
"""How many findings of one kind are kept in memory; all are counted, and all go to the report file."""

COLUMNS = ("level", "sheet", "row", "column", "value", "reason", "remedy")


class ImportStopped(Exception):
    """The import can't go on at all: a file can't be read, a mapping is wrong. `remedy` says what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where in the files something stands: the row is numbered as a spreadsheet shows it."""

    sheet: str
    row: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an import has to say about a place."""

    level: Level
    kind: str
    """Short name of the reason, for counting: "manager unknown"."""
    place: FilePlace
    reason: str
    remedy: str

    def cells(self) -> tuple[str, ...]:
        """The finding as a row of the report."""
        place = self.place
        row = "" if place.row is None else str(place.row)
        return (self.level, place.sheet, row, place.column or "", shown(place.value), self.reason, self.remedy)


class Findings:
    """Every finding of an import: counted, the first of each kind kept, all written to the report if there is one."""

    def __init__(self, report: Path | None = None) -> None:
        self.counts: Counter[tuple[Level, str]] = Counter()
        self.kept: list[Finding] = []
        self._file: TextIO | None = None
        if report is not None:
            try:
                self._file = report.open("w", newline="", encoding="utf-8-sig")
            except OSError as error:
                raise ImportStopped(
                    f"The report {report} can't be written: {error.strerror}.", "Name another file with --report."
                ) from error
            self._writer = csv.writer(self._file)
            self._writer.writerow(COLUMNS)

    @property
    def refused(self) -> int:
        """How many findings say that something was refused."""
        return sum(count for (level, _), count in self.counts.items() if level == "refused")

    @property
    def noted(self) -> int:
        """How many findings say that something was resolved by a rule, or left out on purpose."""
        return sum(count for (level, _), count in self.counts.items() if level == "noted")

    def refuse(self, kind: str, place: FilePlace, reason: str, remedy: str) -> None:
        """Something can't go in."""
        self._add(Finding("refused", kind, place, reason, remedy))

    def note(self, kind: str, place: FilePlace, reason: str, remedy: str = "") -> None:
        """Something was left out on purpose, or resolved by a documented rule."""
        self._add(Finding("noted", kind, place, reason, remedy))

    def left_blank(self, kind: str, place: FilePlace, reason: str, remedy: str) -> None:
        """A cell can't go in; the rest of its row does."""
        self._add(Finding("noted", kind, place, f"{reason} It was left out.", remedy))

    def restart(self) -> None:
        """Forget everything, in the report too: the import is planned again."""
        self.counts.clear()
        self.kept.clear()
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._writer.writerow(COLUMNS)

    def flush(self) -> None:
        """Have everything so far in the report file."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Finish the report file."""
        if self._file is not None:
            self._file.close()

    def _add(self, finding: Finding) -> None:
        key = (finding.level, finding.kind)
        self.counts[key] += 1
        if self.counts[key] <= KEPT_EACH:
            self.kept.append(finding)
        if self._file is not None:
            self._writer.writerow([harmless(cell) for cell in finding.cells()])


def shown(value: str | None, limit: int = 120) -> str:
    """A value of a cell as it is shown to a person: one line, bounded."""
    if value is None:
        return ""
    line = " ".join("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value[: limit * 2]).split())
    if len(line) > limit or len(value) > limit * 2:
        line = f"{line[: limit - 1].rstrip()}…"
    return line


def harmless(cell: str) -> str:
    """A cell that a spreadsheet won't take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
