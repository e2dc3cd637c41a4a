"""The one reader of people: filtered, sorted, a page at a time or all in chunks, on any day.

Every list goes through here: pages, the API, files, search hits. The result is rows with named columns
(`PersonRow`). The policy is applied to them already: no field that the viewer may not see, none that a person keeps
from the viewer, no hidden person and no hidden manager.

The number of queries per page is fixed: the department tree (cached), the sizes of the filters, the page, and the count
unless it is known (cached per revision). Today is read from the table `present`, every other clock from the dated rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import DepartmentNode, DepartmentTree
from myproject.directory.schema.clock import Clock
from myproject.directory.search.query import Found
from myproject.directory.visibility.audience import Viewer, hidden_from, open_to
from myproject.directory.visibility.hidden_people import Hidden
from myproject.models.counter import Counter

from .listing.filters import BEST, Filters, ListPosition, Order, hidden_errors
from .listing.people_query import COUNTED, PeopleCount, PeopleQuery, read_by_id
from .listing.person_row import PersonRow

__all__ = [
    "BEST",
    "COUNTED",
    "Filters",
    "ListPosition",
    "Order",
    "PeopleCount",
    "PeoplePage",
    "PersonRow",
    "chunks",
    "page",
    "some",
]

_NO_VIA: Mapping[int, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of a list."""

    people: Sequence[PersonRow]
    tree: DepartmentTree = field(repr=False, compare=False)
    query: PeopleQuery | None = field(repr=False, compare=False, default=None)
    """For counting; None for people read by id."""
    first: int = 0
    """Number of people before this page."""
    previous: ListPosition | None = None
    """Give as `before` for the page before; None at the beginning."""
    next: ListPosition | None = None
    """Give as `after` for the next page; None at the end."""
    via: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: _NO_VIA)
    """Employee id -> the fields other than the name in which the search text was found."""
    whole: bool = False
    """The page is the whole list."""
    capped: bool = False
    """The search hits end here, although more people fit: only so many are ranked."""
    near: bool = False
    """Some were found by words spelled almost alike."""
    similar: bool = False
    """Few were found, and words spelled almost alike were not tried: `Filters.similar` does."""

    def department(self, row: PersonRow) -> DepartmentNode | None:
        """The department of somebody on the page; None if the viewer may not see it."""
        return self.tree.get(row.department_id)

    def department_name(self, row: PersonRow) -> str | None:
        """The name of that department."""
        node = self.tree.get(row.department_id)
        return node.name if node else None

    @property
    def count(self) -> PeopleCount:
        """Number of people on the whole list, at least `COUNTED` if there are so many."""
        return self.total(exact=False)

    def total(self, *, exact: bool) -> PeopleCount:
        """Number of people on the whole list. A query unless known: cached per revision."""
        if self.query is None or self.query.nobody or self.whole:
            return PeopleCount(len(self.people))
        return self.query.total(exact=exact)


def page(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    filters: Filters,
    order: Order,
    *,
    size: int,
    after: ListPosition | None = None,
    before: ListPosition | None = None,
    offset: int = 0,
    also: tuple[str, ...] = (),
) -> PeoplePage:
    """One page: after or before a position, or from the number `offset` on.

    `also`: further columns of `employee`. Raises `ListQueryError` for filters or orders that the viewer may not use,
    `BadSearchText` for an unusable search text. An order of `BEST` needs a search text.
    """
    for error in hidden_errors(viewer, filters.chosen, order):
        raise error
    query = PeopleQuery(conn, clock, viewer, filters, order)
    if query.nobody or not size:
        return PeoplePage((), query.tree, query)
    if order.key == "best":
        return _best_hits(query, size, after, before, offset, also)
    if before is not None:
        rows = query.rows(before, size + 1, backwards=True, also=also)
        chosen = rows[:size][::-1]
        first = max(before.number - len(chosen), 0)
        previous = query.position(chosen[0], first) if len(rows) > size else None
        following = query.position(chosen[-1], first + len(chosen)) if chosen else None
    else:
        if after is not None:
            rows, first = query.rows(after, size + 1, also=also), after.number
        else:
            rows, first = query.rows_from(offset, size + 1, also=also), offset
        chosen = rows[:size]
        previous = query.position(chosen[0], first) if first and chosen else None
        following = query.position(chosen[-1], first + size) if len(rows) > size else None
    people = _permitted(chosen, viewer, query.hidden)
    whole = after is None and before is None and not offset and following is None
    return PeoplePage(people, query.tree, query, first, previous, following, whole=whole)


def _best_hits(
    query: PeopleQuery,
    size: int,
    after: ListPosition | None,
    before: ListPosition | None,
    offset: int,
    also: tuple[str, ...],
) -> PeoplePage:
    """A page of ranked search hits; positions are numbers."""
    found: Found = query.best()
    hits = found.hits
    end = min(before.number, len(hits)) if before is not None else 0
    first = max(end - size, 0) if before is not None else after.number if after is not None else offset
    chosen = hits[first : end if before is not None else first + size]
    last = first + len(chosen)
    via = {hit.employee_id: tuple(hit.via) for hit in chosen}
    following = ListPosition("best", (), 0, last) if last < len(hits) else None
    return PeoplePage(
        _by_id(query.conn, query.clock, query.viewer, list(via), also),
        query.tree,
        query,
        first,
        ListPosition("best", (), 0, first) if first and chosen else None,
        following,
        via,
        capped=found.more and following is None,
        near=found.near,
        similar=found.narrow,
    )


def some(
    conn: Connection, clock: Clock, viewer: Viewer, ids: Collection[int], *, also: tuple[str, ...] = ()
) -> PeoplePage:
    """The people with these ids who are employed on the day and visible to the viewer, in the order given.

    One query.
    """
    tree = department_tree.tree(conn, clock, counts=False)
    return PeoplePage(_by_id(conn, clock, viewer, ids, also), tree)


def _by_id(
    conn: Connection, clock: Clock, viewer: Viewer, ids: Collection[int], also: tuple[str, ...]
) -> list[PersonRow]:
    if not ids:
        return []
    found = {row.id: row for row in read_by_id(conn, clock, viewer, ids, also)}
    hidden = hidden_from(conn, clock, viewer)
    return _permitted([found[each] for each in ids if each in found and each not in hidden], viewer, hidden)


def chunks(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    filters: Filters,
    order: Order,
    *,
    size: int = 2_000,
    also: tuple[str, ...] = (),
) -> Iterator[tuple[Clock, PeoplePage]]:
    """Everyone who fits, in order, at most `size` at a time, each with the clock it was read with. Constant memory.

    Search hits in the order `BEST` are complete if all can be ranked; otherwise they come by name.
    """
    for error in hidden_errors(viewer, filters.chosen, order):
        raise error
    query = PeopleQuery(conn, clock, viewer, filters, order)
    if query.nobody:
        return
    if order.key == "best":
        hits = query.best()
        if not hits.more:
            via = {hit.employee_id: tuple(hit.via) for hit in hits.hits}
            yield clock, PeoplePage(_by_id(conn, clock, viewer, list(via), also), query.tree, query, via=via)
            return
        query = PeopleQuery(conn, clock, viewer, filters, Order())
    place = None
    while True:
        found = query.rows(place, size, also=also)
        if clock.known is None and not _unchanged(conn, clock):
            # Something was written meanwhile: from here on read the dated rows, as known at the beginning.
            clock = replace(clock, known_at=_SOME_TIME, present=False)
            query = PeopleQuery(conn, clock, viewer, filters, query.order)
            found = query.rows(place, size, also=also)
        if found:
            yield clock, PeoplePage(_permitted(found, viewer, query.hidden), query.tree, query)
        if len(found) < size:
            return
        place = query.position(found[-1], 0)


_SOME_TIME = datetime.min.replace(tzinfo=UTC)
"""Placeholder for `Clock.known_at`: the clock's revision alone decides."""
_COUNTER: Any = Counter.__table__
_NOW = select(_COUNTER.c.revision, _COUNTER.c.present_day).where(_COUNTER.c.id == 1)


def _unchanged(conn: Connection, clock: Clock) -> bool:
    """Whether the database still has the clock's revision and day."""
    revision, present_day = conn.execute(_NOW).one()
    return bool(revision == clock.revision and (not clock.present or present_day == clock.today))


# --- policy per row -----------------------------------------------------------------------------------------


def _permitted(rows: Sequence[PersonRow], viewer: Viewer, hidden: Hidden) -> list[PersonRow]:
    """The rows without the values that people keep from the viewer, and without hidden managers."""
    if not hidden:
        return [row if not row.narrowed else _redacted(row, viewer, hidden) for row in rows]
    return [
        row if not row.narrowed and row.manager_id not in hidden else _redacted(row, viewer, hidden) for row in rows
    ]


def _redacted(row: PersonRow, viewer: Viewer, hidden: Hidden) -> PersonRow:
    withheld: dict[str, None] = {
        name: None for name in row.narrowed or () if name in row._fields and not open_to(viewer, row.narrowed, name)
    }
    if row.manager_id in hidden:
        withheld["manager_id"] = withheld["manager"] = None
    return row._replace(**withheld)
