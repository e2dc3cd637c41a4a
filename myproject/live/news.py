"""What has happened since a page was made, and which of it belongs to what the page listens to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from myproject.db.prepared import Prepared
from myproject.directory.changes.affected import AffectedThings, VisibleThings, affected_since, visible_to
from myproject.directory.schema.clock import Clock, make_clock
from myproject.directory.visibility.audience import Viewer
from myproject.models.account import AccessCounter
from myproject.models.counter import Counter
from myproject.models.notification import Notification

from .topics import LiveTopic

_C, _A = Counter.__table__.c, AccessCounter.__table__.c
_N = Notification.__table__
_LATEST = 50
# Not the highest id alone: of two transactions the one with the lower id may be committed last.
_newest = select(_N.c.id).order_by(_N.c.id.desc()).limit(_LATEST).subquery()
_STATE = Prepared(
    select(_C.revision, _A.number, _C.present_day, select(func.sum(_newest.c.id)).scalar_subquery())
    .select_from(Counter.__table__.join(AccessCounter.__table__, _A.id == _C.id))
    .where(_C.id == 1)
)


class LiveState(NamedTuple):
    """What tells whether anything has happened: nothing that a page shows changes without one of them."""

    revision: int
    access: int
    day: date
    present_day: date | None
    notified: int
    """Another number once somebody has been told of something."""

    def clock(self, conn: Connection) -> Clock:
        """Today as known now."""
        return make_clock(conn, today=self.day, revision=self.revision, present_day=self.present_day)


class Hint(NamedTuple):
    """A change set, and the topics of a page to which something of it belongs."""

    revision: int
    topics: tuple[str, ...]


def state_now(conn: Connection, today: date) -> LiveState:
    """The state. One query."""
    revision, access, present_day, notified = _STATE.first(conn)
    return LiveState(revision, access, today, present_day, int(notified or 0))


def notified_since(conn: Connection, moment: datetime) -> frozenset[int]:
    """The accounts among the latest that were told of something, since a moment."""
    latest = select(_N.c.user_id, _N.c.created_at).order_by(_N.c.id.desc()).limit(_LATEST)
    return frozenset(row.user_id for row in conn.execute(latest) if row.created_at >= moment)


def hints_since(
    conn: Connection, clock: Clock, viewer: Viewer, topics: Collection[LiveTopic], revision: int
) -> list[Hint] | None:
    """What belongs to some topics since a revision, in order; None where that is too much to tell."""
    affected = affected_since(conn, clock, revision)
    return None if affected is None else HintFinder(conn, clock, affected).hints(viewer, topics)


class HintFinder:
    """Finds the hints of some change sets for many viewers: those who may be told the same are looked at once."""

    def __init__(self, conn: Connection, clock: Clock, affected: Sequence[AffectedThings]) -> None:
        self._conn, self._clock, self._affected = conn, clock, affected
        self._people = {person.id for each in affected for person in each.people}
        self._visible: dict[Viewer, list[tuple[int, VisibleThings]]] = {}

    def hints(self, viewer: Viewer, topics: Collection[LiveTopic]) -> list[Hint]:
        """What belongs to some topics, in order."""
        found = []
        for revision, things in self._visible_to(viewer):
            names = tuple(str(topic) for topic in topics if topic.is_in(things))
            if names:
                found.append(Hint(revision, names))
        return found

    def _visible_to(self, viewer: Viewer) -> list[tuple[int, VisibleThings]]:
        if not viewer.manages and viewer.employee not in self._people:
            # Who they are matters to what they may know of themselves and of those below them, and to nothing else.
            viewer = replace(viewer, employee=None)
        known = self._visible.get(viewer)
        if known is None:
            known = [(each.revision, visible_to(self._conn, self._clock, viewer, each)) for each in self._affected]
            self._visible[viewer] = known
        return known
