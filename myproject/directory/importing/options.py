"""What an import is asked to do, and what comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from myproject.directory.visibility.audience import EVERYTHING, Viewer

from .describing import ChangeInWords
from .findings import Findings
from .leaving import Leavers
from .tables import BadCells

Progress = Callable[[str, int | None], Callable[[int], object]]
"""Called with the name of a phase and how many steps it has; gives what to call with the steps done."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an import is to be done.

    today: in the organisation's time zone. effective: the day from which differences are true.
    good_rows: whether the good rows go in where others are refused. dry_run: whether nothing is to be written.
    leavers: what becomes of people (and departments) of the directory that the files don't name.
    leavers_percent, leavers_least: of those employed, how many may leave so, and how many in any case.
    leavers_count: how many leave, as whoever imports knows; then it must be exactly so many.
    bad_cells: whether a cell that can't be taken refuses its row, or is left out; by default only contacts are.
    """

    today: date
    effective: date
    author: str
    good_rows: bool = False
    dry_run: bool = False
    leavers: Leavers = "report"
    leavers_percent: int = 5
    leavers_least: int = 5
    leavers_count: int | None = None
    bad_cells: BadCells = "contact"
    reason: str = ""
    request_id: str | None = None
    """The request that asked for it."""
    department: str | None = None
    """Where new people are whose row names no department."""
    viewer: Viewer = EVERYTHING
    """Who imports: what is closed to them is neither told nor changed."""
    joined: date | None = None
    """The first day of new people whose row names none, instead of the effective day."""


@dataclass(slots=True)
class Result:
    """What an import did, or would do."""

    findings: Findings
    rows: int = 0
    good: int = 0
    """People whose rows could be taken."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    undated: int = 0
    """New people of whom nothing says since when they work here: the effective day is taken."""
    verbs: Counter[str] = field(default_factory=Counter)
    samples: list[ChangeInWords] = field(default_factory=list)
    """The first changes of each kind, in words."""
    revision: int | None = None
    """The change set; None if nothing was written."""
    gone: list[str] = field(default_factory=list)
    """Employed people whom the files don't name: the first of them."""
    gone_count: int = 0
    gone_departments: list[str] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)
    """Columns that were not read, by sheet."""
    unread_sheets: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Sheets of the same workbook that were not read, by sheet: name, and whether it tells people apart."""
    vacant: int = 0
    """Rows that are posts without a holder; they stay out."""
    groups: int = 0
    """Rows that count posts without naming anybody; they stay out."""
    grouped_posts: float = 0.0
    """How many posts, or how much full time, those rows stand for."""
    stopped: bool = False
    """Whether nothing may be written whatever becomes of the rows: too many would leave."""
    guessed: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """Sheets whose encoding was guessed: sheet, encoding, words as they were read."""


class Changes(Protocol):
    """Where every change goes, in words."""

    def add(self, change: ChangeInWords) -> object: ...

    def restart(self) -> None:
        """Forget them: the import is planned again."""


class NotApplied(Exception):
    """Nothing is to be written: a dry run, refused rows, no good row; `result` tells all."""

    def __init__(self, result: Result) -> None:
        super().__init__("nothing was written")
        self.result = result
