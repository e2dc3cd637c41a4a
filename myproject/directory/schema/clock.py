"""The one clock: which day is shown, and as known when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select

from myproject.models.change_set import ChangeSet
from myproject.models.counter import Counter

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)

_REVISION_AT = select(func.max(ChangeSet.__table__.c.revision)).where(
    ChangeSet.__table__.c.applied_at <= bindparam("moment")
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a read answers for.

    today: the day in the organisation's time zone when the request came.
    as_of: the day asked about; today unless the address says otherwise.
    known_at: the moment whose knowledge is asked for, or None for all that is known now.
    revision: the last revision known at that moment; with `known_at` None, the newest.
    present: whether the `present` table answers for this clock.
    latest: the newest revision there is, where that is not `revision`: who may see what goes by it, always.
    """

    today: date
    as_of: date
    known_at: datetime | None
    revision: int
    present: bool
    latest: int | None = None

    @property
    def newest(self) -> int:
        """The newest revision there is, whatever is asked for: rights go by what is known now."""
        return self.revision if self.latest is None else self.latest

    @property
    def known(self) -> int | None:
        """The revision to give to `models.dated.known_at`: None is now, which keeps to the partial indexes."""
        return None if self.known_at is None else self.revision

    @property
    def is_now(self) -> bool:
        """Whether this is the default clock: today, as known now."""
        return self.known_at is None and self.as_of == self.today

    @property
    def key(self) -> tuple[date, int, bool]:
        """What a cached answer is kept under, besides the question itself."""
        return (self.as_of, self.revision, self.known_at is None)


def make_clock(
    conn: Connection,
    *,
    today: date,
    revision: int,
    present_day: date | None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Clock:
    """The clock of a request. `revision` and `present_day` come from the counter row."""
    day = as_of or today
    latest = revision
    if known_at is not None:
        revision = conn.execute(_REVISION_AT, {"moment": known_at}).scalar() or 0
    present = known_at is None and day == today == present_day
    return Clock(today=today, as_of=day, known_at=known_at, revision=revision, present=present, latest=latest)


_COUNTER = Counter.__table__
_NEWEST = select(_COUNTER.c.revision, _COUNTER.c.present_day)


def clock_now(conn: Connection, today: date, as_of: date | None = None, known_at: datetime | None = None) -> Clock:
    """The clock for who has no request: by default today as known now. One query."""
    revision, present_day = conn.execute(_NEWEST).one()
    return make_clock(conn, today=today, revision=revision, present_day=present_day, as_of=as_of, known_at=known_at)
