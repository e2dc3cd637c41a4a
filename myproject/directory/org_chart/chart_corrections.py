"""Corrections of the org chart for a viewer from whom some people are hidden.

Hidden people are removed and the reporting chain is cut there: their reports have no manager, and the managers above
lose the whole branch. The corrections are computed once per clock and set of hidden people, and cached. If everyone but
a few is hidden, those few are counted instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from myproject.cache.revision_cache import RevisionCache
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import NOBODY, AllBut, Hidden, listed
from myproject.directory.visibility.reporting_lines import lines_for

from .report_counts import count, report_counts

_ALL_REPORTS = 1_000_000


@dataclass(frozen=True, slots=True)
class ChartCorrections:
    """Who is left out of the chart, and the changed numbers of the others."""

    hidden: Hidden = NOBODY
    fewer: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Manager -> (hidden direct reports, hidden people anywhere below), to subtract."""
    orphans: frozenset[int] = frozenset()
    """People who report to somebody hidden; shown without a manager."""
    unmanaged: int = 0
    """Number of hidden people who report to nobody."""
    tops: frozenset[int] | None = None
    """With `AllBut`: visible people who report to nobody; else None."""

    def __bool__(self) -> bool:
        return bool(self.hidden)


NOTHING = ChartCorrections()
_CORRECTIONS: RevisionCache[ChartCorrections] = RevisionCache(32)


def chart_corrections(conn: Connection, clock: Clock, viewer: Viewer) -> ChartCorrections:
    """The corrections for a viewer. Usually `NOTHING`, without a query; else two queries, cached."""
    hidden = hidden_from(conn, clock, viewer)
    if not hidden:
        return NOTHING
    read = partial(_among, conn, clock, hidden) if isinstance(hidden, AllBut) else partial(_read, conn, clock, hidden)
    return _CORRECTIONS.get_or_make(conn, (clock.key, clock.present, hidden), read)


def _among(conn: Connection, clock: Clock, hidden: AllBut) -> ChartCorrections:
    """The chart of some people alone: who of them reports to whom of them."""
    lines = lines_for(clock)
    whole = None if clock.present else report_counts(conn, clock).counts
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
    return ChartCorrections(hidden, fewer, orphans, tops=tops)


def _read(conn: Connection, clock: Clock, hidden: frozenset[int]) -> ChartCorrections:
    lines = lines_for(clock)
    values = {**lines.values(clock), "ids": sorted(hidden)}
    counts = None if clock.present else report_counts(conn, clock).counts
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
    return ChartCorrections(hidden, {key: (one, all_) for key, (one, all_) in fewer.items()}, orphans, unmanaged)
