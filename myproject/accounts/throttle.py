"""Limits on tries, kept in the database so that they hold for every process and through a restart.

Each try is written down before it is made: fifty at once are counted as fifty.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from myproject.db.engines import Engines
from myproject.language.texts import ngettext
from myproject.models.account import Attempt

_ATTEMPT = Attempt.__table__
KEPT = timedelta(days=1)


class Limit(NamedTuple):
    """So many tries in such a time, for one key."""

    kind: str
    whose: str
    most: int
    seconds: int

    @property
    def key(self) -> str:
        """What the tries are kept under: it tells nothing of whose they are."""
        return hashlib.sha256(f"{self.kind}\0{self.whose}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


def network_of(address: str) -> str:
    """What to count tries by: an IPv4 address, or the /64 that one subscriber of IPv6 has to choose from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


class Throttled(Exception):
    """Too many tries. `seconds` until the next one may be made; `limit` is the one that was reached."""

    def __init__(self, seconds: int, limit: Limit) -> None:
        super().__init__(f"too many tries; wait {seconds} s")
        self.seconds = seconds
        self.limit = limit


def forget_old(conn: Connection, now: datetime) -> int:
    """Forget tries that count for nothing any more; how many."""
    return int(conn.execute(delete(_ATTEMPT).where(_ATTEMPT.c.at < now - KEPT)).rowcount)


def try_once(engines: Engines, limits: Sequence[Limit], now: datetime) -> list[int]:
    """Write a try down against each limit; the ids, for `forgive`. Raises `Throttled`, and then the try doesn't count.

    Takes a short transaction of its own, which is over before the try itself (a password takes 50 ms) begins.
    """
    with engines.begin(wait=5) as conn:
        ids = [
            conn.execute(insert(_ATTEMPT).values(key=limit.key, at=now)).inserted_primary_key[0]  # type: ignore[index]
            for limit in limits
        ]
        forget_old(conn, now)
    # Counted after the commit: so of two that come at once each sees the other.
    with engines.read.connect() as conn:
        reached = [found for limit in limits if (found := _reached(conn, limit, now))]
    if reached:
        forgive(engines, ids)
        raise max(reached, key=lambda each: each.seconds)
    return ids


def forgive(engines: Engines, ids: Sequence[int]) -> None:
    """Take tries back: they succeeded, or were not made."""
    with engines.begin(wait=5) as conn:
        conn.execute(delete(_ATTEMPT).where(_ATTEMPT.c.id.in_(ids)))


def _reached(conn: Connection, limit: Limit, now: datetime) -> Throttled | None:
    since = now - timedelta(seconds=limit.seconds)
    count, first = conn.execute(
        select(func.count(), func.min(_ATTEMPT.c.at)).where(_ATTEMPT.c.key == limit.key, _ATTEMPT.c.at > since)
    ).one()
    if count <= limit.most:
        return None
    return Throttled(max(1, int((first - since).total_seconds()) + 1), limit)


def wait_words(seconds: int) -> str:
    """When to come back after so many seconds, rounded up: "Try again in 5 minutes."."""
    minutes = -(-seconds // 60)
    if minutes > 120:
        hours = -(-minutes // 60)
        return ngettext("Try again in %(num)s hour.", "Try again in %(num)s hours.", hours)
    return ngettext("Try again in a minute.", "Try again in %(num)s minutes.", minutes)
