"""Places in the change stream, and how they are written."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from myproject.models.change_set import ChangeSet

_SET = ChangeSet.__table__
BEGINNING = date(1900, 1, 1)
LETTERS = "lde"
"""Location, department, employee: the order in which a change set is told, so that what is named comes first."""


class StreamPosition(NamedTuple):
    """A place in the stream: all is told up to a revision and a day, and of what follows up to a thing."""

    revision: int
    day: date
    thing: tuple[int, int] | None = None
    """The last thing told of what follows: rank of its kind, id."""
    of_day: bool = False
    """Whether that is the next day (which `day` is then), rather than the change set `revision`."""

    def __str__(self) -> str:
        revision, day = str(self.revision), self.day.isoformat()
        if self.thing is not None:
            thing = f".{LETTERS[self.thing[0]]}{self.thing[1]}"
            if self.of_day:
                day += thing
            else:
                revision += thing
        return f"{revision}~{day}"


_PLACE = re.compile(
    r"(?P<revision>\d{1,18})(?:\.(?P<kind>[lde])(?P<id>\d{1,18}))?"
    r"(?:~(?P<day>\d{4}-\d\d-\d\d)(?:\.(?P<day_kind>[lde])(?P<day_id>\d{1,18}))?)?"
).fullmatch


def read_position(text: str) -> tuple[int, date | None, tuple[int, int] | None, bool]:
    """Revision, day (None where it is not told), thing and `of_day` of a written place. Raises ValueError."""
    found = _PLACE(text)
    if found is None or (found["kind"] and (found["day_kind"] or not found["day"])):
        raise ValueError(text)
    day = date.fromisoformat(found["day"]) if found["day"] else None
    for kind, id_, of_day in ((found["kind"], found["id"], False), (found["day_kind"], found["day_id"], True)):
        if kind:
            return int(found["revision"]), day, (LETTERS.index(kind), int(id_)), of_day
    return int(found["revision"]), day, None, False


_APPLIED = select(_SET.c.revision, _SET.c.applied_at)


def applied_on(moment: datetime, zone: ZoneInfo, today: date) -> date:
    """The day on which a change set was applied: never after today, should the clock of who applied it run ahead."""
    return min(moment.astimezone(zone).date(), today)


def place_at(conn: Connection, revision: int, zone: ZoneInfo, today: date) -> StreamPosition:
    """The place right after a change set: on the day on which it was applied."""
    query = _APPLIED.where(_SET.c.revision <= revision).order_by(_SET.c.revision.desc()).limit(1)
    row = conn.execute(query).first()
    return StreamPosition(revision, applied_on(row.applied_at, zone, today) if row else BEGINNING)
