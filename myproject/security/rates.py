"""How many requests a minute the API takes from one token and from one address, and how often one account searches.

Counted in the process, in fixed memory: a limit holds for each process of its own, so of n processes together up to n
times as many are answered. What must hold for all together, such as tries at passwords, is counted in the database
(`myproject.accounts.throttle`).

The library `limits` was measured instead: to count and to tell what is left took it 11 to 16 µs, 2 µs here, its memory
grows with the number of keys, and little of this module would go.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from myproject.accounts.throttle import network_of

WINDOW = 60
"""Seconds over which requests for the API are counted."""
SEARCHES = 10
"""Seconds over which searches are counted: who types fast asks more often for a moment."""
MOST_KEYS = 20_000
"""Whom a process counts at a time; more than these come from one place only in an attack, which is for the proxy."""
#: In the environment of a request: the count that its answer tells of.
COUNTED = "myproject.rate"


class RateCount(NamedTuple):
    """How a request was counted."""

    policy: str
    most: int
    left: int
    """Requests that would be answered after this one; -1 for one that isn't."""
    seconds: int
    """Until the window is over; where nothing is left, until the next request is answered."""

    @property
    def refused(self) -> bool:
        """Whether the request comes too soon."""
        return self.left < 0

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What the answer tells of it (draft-ietf-httpapi-ratelimit-headers)."""
        found = (
            ("RateLimit-Policy", f'"{self.policy}";q={self.most};w={WINDOW}'),
            ("RateLimit", f'"{self.policy}";r={max(self.left, 0)};t={self.seconds}'),
        )
        return (*found, ("Retry-After", str(self.seconds))) if self.refused else found


class Window:
    """Counts by key over a time that has just gone, a minute unless told: those of this one, and as much of the one
    before as is still in it.

    Takes about a microsecond. Two dictionaries that take turns: nothing is ever swept. Safe for threads.
    """

    def __init__(
        self, policy: str, most: int, now: Callable[[], float] = time.monotonic, *, seconds: int = WINDOW
    ) -> None:
        self._policy = policy
        self._most = most
        self._now = now
        self._seconds = seconds
        self._number = 0
        self._current: dict[Hashable, int] = {}
        self._before: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> RateCount:
        """Count a request, unless it comes too soon: who hammers on is let in again as soon as who waits."""
        most, length = self._most, self._seconds
        with self._lock:
            number, into = divmod(self._now(), length)
            if number != self._number:
                self._before = self._current if number == self._number + 1 else {}
                self._current = {}
                self._number = int(number)
            count, before = self._current.get(key, 0), self._before.get(key, 0)
            used = count + before * (1 - into / length)
            if used + 1 > most:
                return RateCount(self._policy, most, -1, _until_free(most, count, before, into, length))
            if count or len(self._current) < MOST_KEYS:
                self._current[key] = count + 1
        return RateCount(self._policy, most, int(most - used - 1), math.ceil(length - into))


def _until_free(most: int, count: int, before: int, into: float, length: int) -> int:
    """Seconds until one more is taken, when so many were in this window and so many in the one before."""
    if count + 1 <= most:
        # Enough of the window before has to pass out of sight.
        return max(1, math.ceil(length * (1 - (most - count - 1) / before) - into))
    return max(1, math.ceil(length - into + length * (1 - (most - 1) / count)))


class Rates:
    """The limits of the settings: by token, by address, on searches; None where there is none."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        searches = settings["throttle.searches"]
        self._searches = Window("search", SEARCHES * searches, seconds=SEARCHES) if searches else None
        by_token, by_address = settings["api.rate_per_minute"], settings["api.rate_per_address"]
        self.by_token = Window("token", by_token) if by_token else None
        self.by_address = Window("address", by_address) if by_address else None

    def address(self, environ: dict[str, Any]) -> RateCount | None:
        """Count a request for the API by where it comes from, before anything is looked up."""
        if self.by_address is None or COUNTED in environ:
            return None
        count = environ[COUNTED] = self.by_address.take(_whence(environ.get("REMOTE_ADDR") or ""))
        return count

    def search(self, account: int) -> RateCount | None:
        """Count a search of an account on pages."""
        return None if self._searches is None else self._searches.take(account)

    def token(self, environ: dict[str, Any], token: int) -> RateCount | None:
        """Count a request by its token; the answer tells of this count."""
        if self.by_token is None:
            return None
        known: RateCount | None = environ.get(COUNTED)
        if known is not None and known.policy == "token":
            # The same request, made anew after it lost against another write.
            return known
        count = environ[COUNTED] = self.by_token.take(token)
        return count


@lru_cache(maxsize=4096)
def _whence(address: str) -> str:
    return network_of(address)
