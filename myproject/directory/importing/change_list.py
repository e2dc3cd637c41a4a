"""Every change of an import in words, as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Self

from .describing import ChangeInWords
from .findings import ImportStopped, harmless

_HEADING = ("change", "about", "from", "details")


class ChangeList:
    """The file with the list. Raises ImportStopped where it can't be written."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("w", newline="", encoding="utf-8-sig")
        except OSError as error:
            raise ImportStopped(f"{path} can't be written: {error.strerror}.", "Name another file.") from None
        self._writer = csv.writer(self._file)
        self._writer.writerow(_HEADING)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, change: ChangeInWords) -> None:
        """One change more."""
        self._writer.writerow((change.verb, harmless(change.about), change.day, harmless(change.details)))

    def restart(self) -> None:
        """Begin the list anew."""
        self._file.seek(0)
        self._file.truncate()
        self._writer.writerow(_HEADING)

    def flush(self) -> None:
        """Have everything so far in the file."""
        self._file.flush()
