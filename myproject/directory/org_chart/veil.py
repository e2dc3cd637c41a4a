"""What the chart is to someone who may not know of some of the people on it.

Whoever is hidden is not there, and the chain is cut where they stand: those who report to them have no manager. So the
managers above lose the whole branch. Hidden people are very few; what is corrected is worked out once and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from myproject.directory.audience import Viewer, hidden_from
from myproject.directory.clock import Clock
from myproject.directory.memo import Memo

from .lines import lines_for
from .spans import spans

_ALL_REPORTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Veil:
    """Who is left out of the chart, and what that makes of the others."""

    hidden: frozenset[int] = frozenset()
    fewer: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Manager -> how many fewer report directly, and are anywhere below."""
    orphans: frozenset[int] = frozenset()
    """Those who report to somebody hidden: for the viewer they report to nobody."""
    unmanaged: int = 0
    """How many of the hidden report to nobody themselves."""

    def __bool__(self) -> bool:
        return bool(self.hidden)


NOTHING = Veil()
_VEILS: Memo[Veil] = Memo(32)


def veil(conn: Connection, clock: Clock, viewer: Viewer) -> Veil:
    """What the viewer's chart leaves out: nearly always nothing, at no cost. Else two queries, kept."""
    hidden = hidden_from(conn, clock, viewer)
    if not hidden:
        return NOTHING
    return _VEILS.get(conn, (clock.key, clock.present, hidden), partial(_read, conn, clock, hidden))


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
