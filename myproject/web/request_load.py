"""How many requests a process has answered in the last minute, and how many of them failed."""

from __future__ import annotations

import time
from typing import NamedTuple

SECONDS = 60


class LoadFigures(NamedTuple):
    """The last minute of a process."""

    requests: int
    errors: int
    """Answers that say that something is wrong here: 500 and above."""


class RequestLoad:
    """Counts by the second. Two threads at the same moment may count one: it is for a look, not for an account."""

    def __init__(self) -> None:
        self._began = [0] * SECONDS
        self._requests = [0] * SECONDS
        self._errors = [0] * SECONDS

    def count(self, status: int) -> None:
        """An answer was made."""
        now = int(time.monotonic())
        place = now % SECONDS
        if self._began[place] != now:
            self._began[place], self._requests[place], self._errors[place] = now, 0, 0
        self._requests[place] += 1
        if status >= 500:
            self._errors[place] += 1

    def figures(self) -> LoadFigures:
        """The last minute."""
        since = int(time.monotonic()) - SECONDS
        places = [place for place in range(SECONDS) if self._began[place] > since]
        return LoadFigures(sum(self._requests[each] for each in places), sum(self._errors[each] for each in places))
