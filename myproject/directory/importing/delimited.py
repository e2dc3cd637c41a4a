"""Sheets in text files: comma, semicolon, tab or bar between the cells, quoted or not."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .files import Encoding, encoding_of, lines
from .findings import ImportStopped

MAX_CELL = 1024**2
"""How long a cell may be, in characters. A quote that is never closed makes such a cell of all that follows."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE = 40

Row = tuple[int, list[str]]
"""Number of the row as a spreadsheet shows it, and its cells."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """A sheet in a text file."""

    path: Path
    encoding: Encoding
    delimiter: str
    hint: bool
    """Whether the first line is Excel's "sep=;" and no row."""

    def rows(self) -> Iterator[Row]:
        """Every row from the first, blank ones too (as [])."""
        csv.field_size_limit(MAX_CELL)
        source = lines(self.path, self.encoding.name)
        number = 0
        if self.hint:
            next(source, None)
            number = 1
        reader = csv.reader(source, delimiter=self.delimiter)
        while True:
            number += 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise ImportStopped(
                    f"{self.path.name}, row {number}: {_words(error)}.",
                    "Look for a quote that is opened in this row and never closed.",
                ) from error
            if row is None:
                return
            yield number, row


def open_delimited(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, known: Callable[[str], bool] | None = None
) -> Delimited:
    """Find out how a text file is written. `known` tells which headings are expected: they tell the delimiter."""
    found = encoding_of(path, encoding)
    sample = list(itertools.islice(lines(path, found.name), 200))
    hint = bool(sample) and sample[0].strip().strip('"').lower().startswith("sep=")
    if hint:
        sep = sample[0].strip().strip('"')[4:5] or "\t"
        delimiter = delimiter or (sep if sep in DELIMITERS else None)
        sample = sample[1:]
    return Delimited(path, found, delimiter or best_delimiter(sample, known), hint)


def best_delimiter(sample: Iterable[str], known: Callable[[str], bool] | None = None) -> str:
    """The delimiter that makes the best table of the lines: known headings, then even rows, then wide ones."""
    sample = list(sample)
    scores = {delimiter: _score(sample, delimiter, known) for delimiter in DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])


def _score(sample: list[str], delimiter: str, known: Callable[[str], bool] | None) -> tuple[int, float, int]:
    rows = []
    try:
        for row in csv.reader(sample, delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == _SAMPLE:
                break
    except csv.Error:
        return (-1, 0.0, 0)
    if not rows:  # nothing but this delimiter
        return (0, 1.0, 0)
    widths = Counter(len(row) for row in rows)
    width, often = max(widths.items(), key=lambda item: (item[1], item[0]))
    headings = max((sum(map(known, row)) for row in rows[:20]), default=0) if known else 0
    return (headings if headings > 1 else 0, often / len(rows) if width > 1 else 0.0, width)


def _words(error: csv.Error) -> str:
    return f"a cell is longer than {MAX_CELL:,} characters" if "limit" in str(error) else str(error)
