"""The change stream: everything that has changed, in the order in which it was committed, for who keeps a copy.

There are two ways in which the directory changes: a change set is committed, and a day begins on which something
that was planned comes into effect. The stream tells both, so whoever applies it from the beginning, entry by entry, has
the directory as it is today as known now, and everything dated besides.

**Places.** The state of the directory is told by two numbers: the last revision, and the day. A place in the stream is
such a pair, and the entries after it lead to the next pair: those of a change set raise the revision, those of a day
raise the day. Both only grow, so nothing is told twice or left out, whatever is committed meanwhile: a change set
is told on the day of the stream or, where it was applied on a later one, after all days up to that one have begun;
the days between are told as known at the revision of the place. Should a change set be committed a moment after
midnight that was applied a moment before, one reader gets it before the day and another after it. Both end with the
same.

A change set or a day can be long. Its entries are told one thing at a time (location, department, employee), by
kind and id, and a place within names the last one told: ``120~2026-06-15``, ``121.e500~2026-06-15``,
``120~2026-06-16.e500``. A place is text without secrets: whoever changes it only begins elsewhere.

**Entries.** `fields` holds what a thing says on the day of the stream, before and after, dated or not, so that who
only keeps today's state needs nothing else. `rows` holds the dated rows that were written (`added`) and that no longer
hold (`removed`), by their ids, for who keeps everything. An entry of a day has the rows that begin or end.

**Audiences.** Values are told as they may be seen today, of whichever day, as everywhere. So what may be seen can
change under a reader, and the stream tells that where it happened: a field that is kept from the reader now is
`withdrawn` where it was narrowed, and told with its value where it was opened. Where it was changed who may know of
somebody at all, an entry ``reload`` says that people must be read anew: it names nobody, because nobody who may not be
known is named. For who is bound to a department it comes where somebody comes into it or leaves it, be it with a whole
department; what else happened there follows it.

**Consistency.** The revision is read first and nothing beyond it is told. Revisions are given out in the order of the
commits (the counter row is the queue), so everything up to it is there. Values of a card at a past revision are its
values now, taken back through the edits since; the card is read before the edits, so an edit in between is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from myproject.db.ids import id_list
from myproject.directory.changes.change_history import told_authors
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_by_audience, hidden_from
from myproject.models.change_set import ChangeSet

from .entries import Telling, ThingEntry
from .places import StreamPosition, place_at, read_position
from .steps import KINDS, excluded, steps_after

__all__ = ["KINDS", "EntryPage", "StreamPosition", "ThingEntry", "page", "place_at", "read_position"]

_SET = ChangeSet.__table__


@dataclass(slots=True)
class EntryPage:
    """A part of the stream."""

    entries: list[ThingEntry]
    next: StreamPosition
    more: bool
    sets: dict[int, Any]
    """Revision -> the row of the change set, for those that are told."""


def page(
    conn: Connection, clock: Clock, viewer: Viewer, zone: ZoneInfo, after: StreamPosition, limit: int
) -> EntryPage:
    """The entries after a place, at most so many; some twenty queries, however many entries."""
    newest, today = clock.revision, clock.today
    if after.revision >= newest and after.day >= today and after.thing is None:
        return EntryPage([], after, False, {})
    without = excluded(conn, hidden_by_audience(conn, clock, viewer))
    steps, end, more = steps_after(conn, zone, after, newest, today, limit, without)
    entries = Telling(conn, clock, viewer, steps).entries(after, end)
    revisions = sorted({entry.revision for entry in entries if entry.type != "effective"})
    sets = {
        row["revision"]: dict(row)
        for row in conn.execute(select(_SET).where(_SET.c.revision.in_(id_list(revisions)))).mappings()
    }
    _hide_authors(conn, clock, viewer, sets)
    return EntryPage(entries, end, more, sets)


def _hide_authors(conn: Connection, clock: Clock, viewer: Viewer, sets: Mapping[int, dict[str, Any]]) -> None:
    authors = told_authors(conn, hidden_from(conn, clock, viewer), {told["author"] for told in sets.values()})
    for told in sets.values():
        if told["author"] not in authors:
            told["author"] = ""
