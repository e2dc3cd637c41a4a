"""The list of people: filtered, sorted, a page at a time, on any day.

`page` answers in a fixed number of queries: the tree of departments (kept), the sizes of the filters, the page, and
the count where it is not known already (kept per revision). Two sources give the same answer: the table `present` for
today, the dated rows for every other clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from myproject.models.counter import Counter

from . import departments, records
from .audience import Viewer, hidden_from, open_to
from .clock import Clock
from .departments import DepartmentNode, DepartmentTree
from .hidden import Hidden
from .listing import dated_list, present_list
from .listing.asking import CARD, COUNTED, KEYS, Count, Question, clock_values, hidden
from .listing.question import BEST, Filters, Order, Place, Refused, refuse_hidden, write_place
from .listing.shape import Shape
from .records import Part
from .search.query import Found
from .search.ranking import Hit

__all__ = [
    "BEST",
    "COUNTED",
    "Count",
    "Filters",
    "Order",
    "Page",
    "Person",
    "Place",
    "Refused",
    "everyone",
    "page",
    "parts",
    "some",
]


class Person(NamedTuple):
    """What a list shows of someone. What the viewer may not see is None."""

    id: int
    name: str
    employee_number: str | None
    email: str | None
    phone: str | None
    joined_on: date | None
    department: DepartmentNode | None
    job_title: str | None
    location_id: int | None
    location: str | None
    time_zone: str | None
    manager_id: int | None
    manager: str | None
    portrait: str | None = None
    """The name of the stored picture."""
    via: tuple[str, ...] = ()
    """Fields other than the name by which a search found them."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list."""

    people: list[Person]
    count: Count
    first: int
    """How many people come before the page."""
    previous: str | None
    """Place to give as `before` for the page before, or None; "" stands for the first page."""
    next: str | None
    """Place to give as `after` for the next page, or None."""
    capped: bool = False
    """The best hits of a search end here although more people fit: they are reached in the order of names."""
    near: bool = False
    """Some were found by words that are spelled almost so."""
    similar: bool = False
    """Few were found, and words that are spelled almost so were not looked for: `Filters.similar` does."""


def page(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    filters: Filters,
    order: Order,
    *,
    size: int,
    after: Place | None = None,
    before: Place | None = None,
    offset: int = 0,
) -> Page:
    """One page of the people who fit. Raises `Refused` for what the viewer may not ask.

    `offset` passes over so many, where no place is given.

    An order of `BEST` needs a search text. `after` and `before` come from `read_place` for the same order.
    """
    refuse_hidden(viewer, filters, order)
    asked = Question(conn, clock, viewer, filters, order)
    if asked.nobody:
        return Page([], Count(0), 0, None, None)
    if order.key == "best":
        place = after or before or (Place("best", (), 0, offset) if offset else None)
        return _best(asked, size, place, backwards=before is not None)
    if before is not None:
        rows = asked.rows(before, size + 1, backwards=True)
        if len(rows) > size:
            chosen = rows[size - 1 :: -1]
            return _told(asked, chosen, max(before.number - size, 0), size, earlier=True, later=True)
        after = None
    if offset and after is None and before is None:
        rows = asked.rows_from(offset, size + 1)
        return _told(asked, rows[:size], offset, size, earlier=True, later=len(rows) > size)
    rows = asked.rows(after, size + 1)
    first = after.number if after is not None else 0
    return _told(asked, rows[:size], first, size, earlier=after is not None, later=len(rows) > size)


def some(conn: Connection, clock: Clock, viewer: Viewer, ids: Sequence[int]) -> list[Person]:
    """Those of some people who are employed on the day, in the order of their ids as given. One query."""
    if not ids:
        return []
    shape = Shape(Order(), False, False, (), None, hidden(viewer))
    known_now = clock.known is None
    statement = present_list.SOME(shape) if clock.present else dated_list.SOME(shape, known_now)
    rows = conn.execute(statement, {"ids": list(ids), **clock_values(clock)}).all()
    found = {row[0]: row for row in rows}
    tree = departments.tree(conn, clock, counts=False)
    unknown = hidden_from(conn, clock, viewer)
    return [_person(found[each], tree, viewer, unknown) for each in ids if each in found and each not in unknown]


def everyone(
    conn: Connection, clock: Clock, viewer: Viewer, filters: Filters, order: Order, *, chunk: int = 2_000
) -> Iterator[list[Person]]:
    """Everyone who fits, in order, in lists of at most `chunk`. Memory does not grow with the list."""
    for _, part in parts(conn, clock, viewer, filters, order, chunk=chunk):
        found = [_person(row, part.tree, viewer, part.unknown) for row in part.rows]
        yield [each._replace(via=part.via[each.id]) for each in found] if part.via else found


def parts(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    filters: Filters,
    order: Order,
    *,
    chunk: int = 2_000,
    also: tuple[str, ...] = (),
) -> Iterator[tuple[Clock, Part]]:
    """Everyone who fits, in order, in parts of at most `chunk` rows, each with the clock by which it was read.

    `also` names columns of `employee` at the end of each row. The hits of a search in the order `BEST` are all there
    too where they can be ranked; else they come by name.
    """
    refuse_hidden(viewer, filters, order)
    asked = Question(conn, clock, viewer, filters, order)
    if asked.nobody:
        return
    if order.key == "best":
        hits = asked.best()
        if not hits.more:
            via = {hit.employee_id: tuple(hit.via) for hit in hits.hits}
            rows = records.some(conn, clock, viewer, list(via), also=also)
            yield clock, Part(rows, 1, asked.tree, asked.hidden, asked, via=via)
            return
        asked = Question(conn, clock, viewer, filters, Order())
    place = None
    keys = KEYS.get(asked.shape.order.key, 2)
    while True:
        found = asked.rows(place, chunk, also=also)
        if clock.known is None and not _still(conn, clock):
            # Something was written meanwhile: from here on the dated rows tell it as it was known at the beginning.
            clock = replace(clock, known_at=_SOME_TIME, present=False)
            asked = Question(conn, clock, viewer, filters, asked.shape.order)
            found = asked.rows(place, chunk, also=also)
        if found:
            yield clock, Part(found, keys, asked.tree, asked.hidden, asked)
        if len(found) < chunk:
            return
        place = asked.place(found[-1], 0)


_SOME_TIME = datetime.min.replace(tzinfo=UTC)
"""A moment of knowledge that is told by its revision alone."""
_COUNTER: Any = Counter.__table__
_NOW = select(_COUNTER.c.revision, _COUNTER.c.present_day).where(_COUNTER.c.id == 1)


def _still(conn: Connection, clock: Clock) -> bool:
    """Whether what was just read is of the clock's revision and day."""
    revision, present_day = conn.execute(_NOW).one()
    return revision == clock.revision and (not clock.present or present_day == clock.today)


def _told(asked: Question, rows: Sequence[Any], first: int, size: int, *, earlier: bool, later: bool) -> Page:
    count = Count(len(rows)) if not earlier and not later else asked.count()
    previous = None
    if earlier:
        # The page before the second one is the first one, by the address that it always has.
        previous = write_place(asked.place(rows[0], first)) if rows and first > size else ""
    return Page(
        [_person(row, asked.tree, asked.viewer, asked.hidden) for row in rows],
        count,
        first if rows else 0,
        previous,
        write_place(asked.place(rows[-1], first + len(rows))) if later else None,
    )


def _best(asked: Question, size: int, place: Place | None, *, backwards: bool) -> Page:
    """A page of the best hits: as many as can be ranked, told by number."""
    found = asked.best()
    first = max(place.number - (size if backwards else 0), 0) if place else 0
    first = min(first, max(len(found.hits) - 1, 0) // size * size)
    chosen = found.hits[first : first + size]
    last = first + len(chosen)
    previous = write_place(Place("best", (), 0, first)) if first else None
    following = write_place(Place("best", (), 0, last)) if last < len(found.hits) else None
    return Page(
        _with_hits(asked.conn, asked.clock, asked.viewer, chosen),
        _count_of(asked, found),
        first,
        previous if first > size else ("" if first else None),
        following,
        capped=found.more and following is None,
        near=found.near,
        similar=found.narrow,
    )


def _count_of(asked: Question, found: Found) -> Count:
    """How many fit a search, more than are ranked included.

    Of those who fit it only nearly, it is not counted further: that is a second search, and tells nobody anything.
    """
    if not found.more:
        return Count(len(found.hits))
    if found.near:
        return Count(len(found.hits), more=True)
    return Question(asked.conn, asked.clock, asked.viewer, asked.filters, Order()).count()


def _with_hits(conn: Connection, clock: Clock, viewer: Viewer, hits: Sequence[Hit]) -> list[Person]:
    via = {hit.employee_id: tuple(hit.via) for hit in hits}
    return [person._replace(via=via[person.id]) for person in some(conn, clock, viewer, list(via))]


def _person(row: Sequence[Any], tree: DepartmentTree, viewer: Viewer, unknown: Hidden) -> Person:
    """A row of a list; without what the person keeps from the viewer, and a manager of whom they may not know."""
    number, name, employee_number, email, phone, joined_on, department, *job, manager_id, manager = row[: CARD - 2]
    portrait, narrowed = row[CARD - 2 : CARD]
    if narrowed:
        phone = phone if open_to(viewer, narrowed, "phone") else None
        portrait = portrait if open_to(viewer, narrowed, "portrait") else None
    if unknown and manager_id in unknown:
        manager_id = manager = None
    own = (number, name, employee_number, email, phone, joined_on, tree.get(department))
    return Person._make((*own, *job, manager_id, manager, portrait, ()))
