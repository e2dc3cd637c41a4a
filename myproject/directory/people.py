"""The list of people: filtered, sorted, a page at a time, on any day.

`page` answers in a fixed number of queries: the tree of departments (kept), the sizes of the filters, the page, and
the count where it is not known already (kept per revision). Two sources give the same answer: the table `present` for
today, the dated rows for every other clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from myproject.models.counter import Counter

from . import departments
from .audience import Viewer, visible_fields
from .clock import Clock
from .departments import DepartmentNode, DepartmentTree
from .listing import dated_list, present_list
from .listing.question import BEST, Filters, Order, Place, Refused, refuse_hidden, write_place
from .listing.shape import LISTED, Condition, Shape, names_of, place_values, values
from .listing.steering import driver, narrowest, sizes
from .memo import Memo
from .search import query as search
from .search.ranking import Hit
from .text import fold

__all__ = ["BEST", "Count", "Filters", "Order", "Page", "Person", "Place", "Refused", "everyone", "page", "some"]

COUNTED = 10_000
"""Counts of filtered lists stop here: "10,000+"."""

_WANTED = 51
"""Rows of a page, near enough to choose the way by."""

_COUNTS: Memo[int] = Memo(512)
_SPREADS: Memo[dict[int, int]] = Memo(64)


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
    via: tuple[str, ...] = ()
    """Fields other than the name by which a search found them."""


class Count(NamedTuple):
    """How many people a list holds. `more`: at least so many."""

    number: int
    more: bool = False


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
) -> Page:
    """One page of the people who fit. Raises `Refused` for what the viewer may not ask.

    An order of `BEST` needs a search text. `after` and `before` come from `read_place` for the same order.
    """
    refuse_hidden(viewer, filters, order)
    asked = _Question(conn, clock, viewer, filters, order)
    if asked.nobody:
        return Page([], Count(0), 0, None, None)
    if order.key == "best":
        return _best(asked, size, (after or before), backwards=before is not None)
    if before is not None:
        rows = asked.rows(before, size + 1, backwards=True)
        if len(rows) > size:
            chosen = rows[size - 1 :: -1]
            return _told(asked, chosen, max(before.number - size, 0), size, earlier=True, later=True)
        after = None
    rows = asked.rows(after, size + 1)
    first = after.number if after is not None else 0
    return _told(asked, rows[:size], first, size, earlier=after is not None, later=len(rows) > size)


def some(conn: Connection, clock: Clock, viewer: Viewer, ids: Sequence[int]) -> list[Person]:
    """Those of some people who are employed on the day, in the order of their ids as given. One query."""
    if not ids:
        return []
    shape = Shape(Order(), False, False, (), None, _hidden(viewer))
    known_now = clock.known is None
    statement = present_list.SOME(shape) if clock.present else dated_list.SOME(shape, known_now)
    rows = conn.execute(statement, {"ids": list(ids), **_clock_values(clock)}).all()
    found = {row[0]: row for row in rows}
    tree = departments.tree(conn, clock, counts=False)
    return [_person(found[each], tree) for each in ids if each in found]


def everyone(
    conn: Connection, clock: Clock, viewer: Viewer, filters: Filters, order: Order, *, chunk: int = 2_000
) -> Iterator[list[Person]]:
    """Everyone who fits, in order, in lists of at most `chunk`: for exports. Memory does not grow with the list.

    The hits of a search in the order `BEST` are all there too where they can be ranked; else they come by name.
    """
    refuse_hidden(viewer, filters, order)
    asked = _Question(conn, clock, viewer, filters, order)
    if asked.nobody:
        return
    if order.key == "best":
        hits = search.find(conn, clock, viewer, filters.q, narrow=asked.narrow)
        if not hits.more:
            yield _with_hits(conn, clock, viewer, hits.hits)
            return
        asked = _Question(conn, clock, viewer, filters, Order())
    place = None
    while True:
        rows = asked.rows(place, chunk)
        if clock.known is None and not _still(conn, clock):
            # Something was written meanwhile: from here on the dated rows tell it as it was known at the beginning.
            clock = replace(clock, known_at=_SOME_TIME, present=False)
            asked = _Question(conn, clock, viewer, filters, asked.shape.order)
            rows = asked.rows(place, chunk)
        if rows:
            yield [_person(row, asked.tree) for row in rows]
        if len(rows) < chunk:
            return
        place = asked.place(rows[-1], 0)


_SOME_TIME = datetime.min.replace(tzinfo=UTC)
"""A moment of knowledge that is told by its revision alone."""
_COUNTER: Any = Counter.__table__
_NOW = select(_COUNTER.c.revision, _COUNTER.c.present_day).where(_COUNTER.c.id == 1)


def _still(conn: Connection, clock: Clock) -> bool:
    """Whether what was just read is of the clock's revision and day."""
    revision, present_day = conn.execute(_NOW).one()
    return revision == clock.revision and (not clock.present or present_day == clock.today)


def _told(asked: _Question, rows: Sequence[Any], first: int, size: int, *, earlier: bool, later: bool) -> Page:
    count = Count(len(rows)) if not earlier and not later else asked.count()
    previous = None
    if earlier:
        # The page before the second one is the first one, by the address that it always has.
        previous = write_place(asked.place(rows[0], first)) if rows and first > size else ""
    return Page(
        [_person(row, asked.tree) for row in rows],
        count,
        first if rows else 0,
        previous,
        write_place(asked.place(rows[-1], first + len(rows))) if later else None,
    )


def _best(asked: _Question, size: int, place: Place | None, *, backwards: bool) -> Page:
    """A page of the best hits: as many as can be ranked, told by number."""
    found = search.find(asked.conn, asked.clock, asked.viewer, asked.filters.q, narrow=asked.narrow)
    first = max(place.number - (size if backwards else 0), 0) if place else 0
    first = min(first, max(len(found.hits) - 1, 0) // size * size)
    chosen = found.hits[first : first + size]
    last = first + len(chosen)
    previous = write_place(Place("best", (), 0, first)) if first else None
    following = write_place(Place("best", (), 0, last)) if last < len(found.hits) else None
    return Page(
        _with_hits(asked.conn, asked.clock, asked.viewer, chosen),
        _Question(asked.conn, asked.clock, asked.viewer, asked.filters, Order()).count()
        if found.more
        else Count(len(found.hits)),
        first,
        previous if first > size else ("" if first else None),
        following,
        capped=found.more and following is None,
        near=found.near,
    )


def _with_hits(conn: Connection, clock: Clock, viewer: Viewer, hits: Sequence[Hit]) -> list[Person]:
    via = {hit.employee_id: tuple(hit.via) for hit in hits}
    return [person._replace(via=via[person.id]) for person in some(conn, clock, viewer, list(via))]


class _Question:
    """A question and the way in which it is answered."""

    def __init__(self, conn: Connection, clock: Clock, viewer: Viewer, filters: Filters, order: Order) -> None:
        self.conn, self.clock, self.viewer = conn, clock, viewer
        self.tree = departments.tree(conn, clock)
        self.filters, self.departments, self.nobody = _within(filters, self.tree)
        self.known_now = clock.known is None
        self.names = names_of(self.filters, len(self.departments) > 1)
        self.values = values(self.filters, self.departments) | _clock_values(clock)
        self.further: tuple[Condition, ...] = ()
        self.matches: int | None = None
        """How many the search finds, where they can be told one by one."""
        self.least: int | None = None
        """Where they can't: at least so many. Counting them all would cost a look at everyone."""
        self.sizes: dict[str, int] = {}
        if not self.nobody and order.key != "best":
            if self.filters.q:
                self._search()
            self.sizes = self._sizes()
        self.shape = Shape(order, False, False, self.names, None, _hidden(viewer))
        way = driver(self.shape, self.sizes, self.tree.people, _WANTED, present=clock.present)
        self.shape = self.shape._replace(driver=way)

    def _search(self) -> None:
        """Put what the search finds among the conditions: its people by id, or what they match where they are many."""
        matching = search.matching(self.conn, self.clock, self.viewer, self.filters.q, narrow=self.narrow)
        if matching.ids is None:
            self.further = (matching,)
            self.least = matching.least
            return
        self.names = ("ids",)
        self.values |= {"ids": matching.ids}
        self.matches = len(matching.ids)

    @property
    def narrow(self) -> tuple[Condition, ...]:
        """The filters as the search takes them: conditions on a table like `present`, their values inside."""
        return tuple(
            partial(lambda name, people: present_list.condition(name, people, value=self.values[name]), name)
            for name in self.names
        )

    def _sizes(self) -> dict[str, int]:
        """How many people each filter lets through by itself."""
        if self.matches is not None:
            return {"ids": self.matches}
        known = {name: self._department_size() for name in self.names if name in ("department", "departments")}
        others = tuple(name for name in self.names if name not in known)
        return known | (sizes(self.conn, self.clock, others, self.values) if others else {})

    def _department_size(self) -> int:
        node = self.tree[self.filters.department or 0]
        return node.own if len(self.departments) == 1 else node.total

    def rows(self, place: Place | None, limit: int, *, backwards: bool = False) -> Sequence[Any]:
        """The rows after (before) a place; before it, the nearest come first."""
        shape = self.shape._replace(backwards=backwards, placed=place is not None)
        given = {**self.values, **place_values(place, shape.order), "limit": limit}
        if self.clock.present:
            statement = present_list.page(shape, self.further) if self.further else present_list.PAGE(shape)
            return self.conn.execute(statement, given).all()
        if shape.order.key == "department":
            given["department_names"] = self._near(place, limit, falling=shape.order.descending != backwards)
            given["here"] = list(given["department_names"])
            shape = shape._replace(filters=(*shape.filters, "here"), driver="here")
        further = self.further
        statement = (
            dated_list.page(shape, self.known_now, further) if further else dated_list.PAGE(shape, self.known_now)
        )
        return self.conn.execute(statement, given).all()

    def _near(self, place: Place | None, limit: int, *, falling: bool) -> dict[int, str]:
        """The departments from which the rows after a place can come, in the order of departments, with their sort
        names: those from that of the place on, until they hold enough people."""
        counts = self._spread()
        names = sorted(((fold(self.tree[each].name), each) for each in counts if each in self.tree), reverse=falling)
        start = place.keys[0] if place is not None else None
        near: dict[int, str] = {}
        enough = 0
        last = None
        for name, department in names:
            if start is not None and (name > start if falling else name < start):
                continue
            if enough >= limit and name != last:
                break
            near[department] = last = name
            # Of the department in which the page begins, nobody may be left.
            enough += counts[department] if name != start else 0
        return near

    def _spread(self) -> dict[int, int]:
        """How many of those who fit are in each department."""
        if not self.further and all(name in ("department", "departments") for name in self.names):
            within = self.departments or self.tree.order
            return {each: self.tree[each].own for each in within if self.tree[each].own}
        key = (self.clock.key, self.viewer.key, self.filters.key)
        return _SPREADS.get(self.conn, key, self._read_spread)

    def _read_spread(self) -> dict[int, int]:
        shape, further = self._counting, self.further
        statement = (
            dated_list.spread(shape, self.known_now, further) if further else dated_list.SPREAD(shape, self.known_now)
        )
        return {row[0]: row[1] for row in self.conn.execute(statement, self.values)}

    def place(self, row: Sequence[Any], number: int) -> Place:
        """The place of a row, of which `number` lie before the page that begins there."""
        keys = tuple(str(key) for key in row[_CARD:])
        return Place(self.shape.order.text, keys, row[0], number)

    def count(self) -> Count:
        """How many fit: exactly where one filter decides, else up to `COUNTED`; kept per revision."""
        if self.matches is not None:
            return Count(self.matches)
        if self.least is not None:
            return Count(self.least, more=True)
        if not self.filters.q:
            if not self.names:
                return Count(self.tree.people)
            if len(self.sizes) == 1 and self._exact(self.names[0]):
                return Count(next(iter(self.sizes.values())))
        key = (self.clock.key, self.clock.present, self.viewer.key, self.filters.key)
        number = _COUNTS.get(self.conn, key, self._counted)
        return Count(min(number, COUNTED), number > COUNTED)

    def _exact(self, name: str) -> bool:
        return name in ("department", "departments") or (self.clock.present and not name.startswith("skill_"))

    @property
    def _counting(self) -> Shape:
        way = narrowest(self.sizes, present=self.clock.present)
        return self.shape._replace(order=Order(), hidden=frozenset(), driver=way)

    def _counted(self) -> int:
        shape, further = self._counting, self.further
        if self.clock.present:
            statement = present_list.count(shape, further) if further else present_list.COUNT(shape)
        elif further:
            statement = dated_list.count(shape, self.known_now, further)
        else:
            statement = dated_list.COUNT(shape, self.known_now)
        return int(self.conn.execute(statement, {**self.values, "limit": COUNTED + 1}).scalar_one())


def _within(filters: Filters, tree: DepartmentTree) -> tuple[Filters, Sequence[int], bool]:
    """The question with its department found in the tree: the departments meant, and whether nobody can fit."""
    if filters.department is None:
        return filters, (), False
    node = tree.get(filters.department)
    if node is None:
        return filters, (), True
    chosen = (node.id,) if filters.only else tree.subtree(node.id)
    if not filters.only and node.total == tree.people:
        # Everyone is below it: not a filter at all.
        return replace(filters, department=None), (), False
    return filters, chosen, False


_CARD = len(Person._fields) - 1


def _person(row: Sequence[Any], tree: DepartmentTree) -> Person:
    number, name, employee_number, email, phone, joined_on, department, *rest = row[:_CARD]
    return Person(number, name, employee_number, email, phone, joined_on, tree.get(department), *rest)


def _hidden(viewer: Viewer) -> frozenset[str]:
    return frozenset(LISTED) - visible_fields(viewer)


def _clock_values(clock: Clock) -> dict[str, Any]:
    if clock.present:
        return {}
    return {"day": clock.as_of} if clock.known is None else {"day": clock.as_of, "revision": clock.revision}


def chained(chunks: Iterable[list[Person]]) -> Iterator[Person]:
    """The people of `everyone`, one by one."""
    for chunk in chunks:
        yield from chunk
