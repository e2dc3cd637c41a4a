"""What the chart is to someone who may not know of some of the people on it.

Whoever is hidden is not there, and the chain is cut where they stand: those who report to them have no manager. So the
managers above lose the whole branch. Hidden people are very few, and what is corrected is worked out once and kept. Or
they are all but some: then those some are counted by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from myproject.directory.audience import Viewer, hidden_from
from myproject.directory.clock import Clock
from myproject.directory.hidden import NOBODY, AllBut, Hidden, listed
from myproject.directory.memo import Memo

from .lines import lines_for
from .spans import count, spans

_ALL_REPORTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Veil:
    """Who is left out of the chart, and what that makes of the others."""

    hidden: Hidden = NOBODY
    fewer: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Manager -> how many fewer report directly, and are anywhere below."""
    orphans: frozenset[int] = frozenset()
    """Those who report to somebody hidden: for the viewer they report to nobody."""
    unmanaged: int = 0
    """How many of the hidden report to nobody themselves."""
    tops: frozenset[int] | None = None
    """Those who report to nobody in any case, where all but some are hidden; else None."""

    def __bool__(self) -> bool:
        return bool(self.hidden)


NOTHING = Veil()
_VEILS: Memo[Veil] = Memo(32)


def veil(conn: Connection, clock: Clock, viewer: Viewer) -> Veil:
    """What the viewer's chart leaves out: nearly always nothing, at no cost. Else two queries, kept."""
    hidden = hidden_from(conn, clock, viewer)
    if not hidden:
        return NOTHING
    read = partial(_among, conn, clock, hidden) if isinstance(hidden, AllBut) else partial(_read, conn, clock, hidden)
    return _VEILS.get(conn, (clock.key, clock.present, hidden), read)


def _among(conn: Connection, clock: Clock, hidden: AllBut) -> Veil:
    """The chart of some people alone: who of them reports to whom of them."""
    lines = lines_for(clock)
    whole = None if clock.present else spans(conn, clock).counts
    rows = [
        row for row in conn.execute(lines.some, {**lines.values(clock), "ids": listed(hidden)}) if row.id is not None
    ]
    rows = [row for row in rows if row.department is not None]
    mine = count((row.id, row.manager) for row in rows if row.manager in hidden.people).counts
    fewer = {}
    for row in rows:
        was = (row.reports, row.below) if whole is None else whole.get(row.id, (0, 0))
        now = mine.get(row.id, (0, 0))
        if was != now:
            fewer[row.id] = (was[0] - now[0], was[1] - now[1])
    orphans = frozenset(row.id for row in rows if row.manager in hidden)
    tops = frozenset(row.id for row in rows if row.manager is None)
    return Veil(hidden, fewer, orphans, tops=tops)


def _read(conn: Connection, clock: Clock, hidden: frozenset[int]) -> Veil:
    lines = lines_for(clock)
    values = {**lines.values(clock), "ids": sorted(hidden)}
    counts = None if clock.present else spans(conn, clock).counts
    managers: dict[int, int | None] = {}
    below: dict[int, int] = {}
    for row in conn.execute(lines.upward, values):
        # The outer joins leave an empty row where someone has no assignment on the day.
        if row.id is not None and row.department is not None:
            managers[row.id] = row.manager
            below[row.id] = row.below if counts is None else counts.get(row.id, (0, 0))[1]
    fewer: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for person in hidden & managers.keys():
        manager, passed = managers[person], {person}
        if manager is not None:
            fewer[manager][0] += 1
        # Beyond the next one who is hidden, that one takes this branch along.
        while manager is not None and manager in managers and manager not in passed:
            fewer[manager][1] += 1 + below[person]
            if manager in hidden:
                break
            passed.add(manager)
            manager = managers[manager]
    rows = conn.execute(lines.outline, {**values, "depth": 1, "limit": _ALL_REPORTS})
    orphans = frozenset(row.id for row in rows if row.id is not None and row.manager in hidden) - hidden
    unmanaged = sum(managers[person] is None for person in hidden & managers.keys())
    return Veil(hidden, {key: (one, all_) for key, (one, all_) in fewer.items()}, orphans, unmanaged)
