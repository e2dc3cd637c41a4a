"""A query of the list of people: which table answers it, through which index, and how many people fit."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause

from myproject.cache.revision_cache import RevisionCache
from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import DepartmentTree
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.text import fold
from myproject.directory.search import query as search
from myproject.directory.visibility.audience import Viewer, hidden_from, kept_for, visible_fields
from myproject.directory.visibility.hidden_people import AllBut, Hidden, hidden_parameters, hiding_mode

from . import dated_list, present_list
from .access_path import driver, narrowest, sizes
from .conditions import AMONG, KNOWN, Condition, on_a_link, on_a_name
from .declared_filters import FILTERS, OfPerson
from .filters import Filters, ListPosition, Order
from .person_row import LISTED, PersonRow, named
from .statement_shape import Shape, names_of, place_values, values

COUNTED = 10_000
"""Counts of filtered lists stop here: "10,000+"."""

_WANTED = 51
"""Rows of a page, near enough to choose the way by."""

_CUT = 3
"""As many times the people wanted are first looked for among entries of names: some have left, some have two words."""

_COUNTS: RevisionCache[int] = RevisionCache(512)
_SPREADS: RevisionCache[dict[int, int]] = RevisionCache(64)
_MATCHING: RevisionCache[search.Matching] = RevisionCache(64)
_FOUND: RevisionCache[search.Found] = RevisionCache(256)
_STARTS: RevisionCache[ListPosition] = RevisionCache(4096)


_EVERYONE = 1_000_000_000


class PeopleCount(NamedTuple):
    """Number of people on a list. `more`: at least so many."""

    number: int
    more: bool = False


class PeopleQuery:
    """Filters and an order, for one viewer and clock, with the access path chosen for them."""

    def __init__(self, conn: Connection, clock: Clock, viewer: Viewer, filters: Filters, order: Order) -> None:
        self.conn, self.clock, self.viewer = conn, clock, viewer
        self.tree = department_tree.seen_tree(conn, clock, viewer)
        self.hidden = hidden_from(conn, clock, viewer)
        self.filters, self.departments, self.nobody = _within(filters, self.tree)
        self.nobody = self.nobody or filters.ids == () or _of_somebody_hidden(filters, self.hidden)
        self.order = order
        self.known_now = clock.known is None
        self.names = names_of(self.filters, len(self.departments) > 1)
        self.values = values(self.filters, self.departments) | clock_values(clock)
        self.further: tuple[Condition, ...] = ()
        self.matches: int | None = None
        """How many the search finds, where they can be told one by one."""
        self.least: int | None = None
        """Where they can't: at least so many. Counting them all would cost a look at everyone."""
        self.sizes: dict[str, int] = {}
        self.apart = {"nobody": "", "some": KNOWN, "others": AMONG}[hiding_mode(self.hidden)]
        """The condition that leaves out whom the viewer may not know of, where there is anybody."""
        if not self.nobody and order.key != "best":
            if self.filters.q:
                self._search()
            self.sizes = self._sizes()
        conditions = (*self.names, self.apart) if self.apart else self.names
        self.values |= hidden_parameters(self.hidden)
        self.shape = Shape(order, False, False, conditions, None, hidden_fields(viewer))
        everyone = department_tree.tree(conn, clock).people if isinstance(self.hidden, AllBut) else self.tree.people
        way = driver(self.shape, self.sizes, everyone, _WANTED, present=clock.present)
        self.shape = self.shape._replace(driver=way)

    def _search(self) -> None:
        """Put what the search finds among the conditions: its people by id, or what they match where they are many."""
        filters = self.filters
        matching = _MATCHING.get_or_make(
            self.conn,
            self.key,
            lambda: search.matching(
                self.conn, self.clock, self.viewer, filters.q, narrow=self.narrow, similar=filters.similar
            ),
        )
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
        return tuple(partial(_holds, name, self.values[name]) for name in self.names)

    @property
    def key(self) -> Hashable:
        """What answers are kept under, whatever their order."""
        return (self.clock.key, self.clock.present, kept_for(self.conn, self.clock, self.viewer), self.filters.key)

    def best(self) -> search.Found:
        """The best hits of the search."""
        filters = self.filters
        return _FOUND.get_or_make(
            self.conn,
            self.key,
            lambda: search.find(
                self.conn, self.clock, self.viewer, filters.q, narrow=self.narrow, similar=filters.similar
            ),
        )

    def _sizes(self) -> dict[str, int]:
        """How many people each filter lets through by itself."""
        if self.matches is not None:
            return {"ids": self.matches}
        known = {name: self._department_size() for name in self.names if name in ("department", "departments")}
        if self.filters.ids is not None:
            known["ids"] = len(self.filters.ids)
        if isinstance(self.hidden, AllBut):
            known[AMONG] = len(self.hidden.people)
        others = tuple(name for name in self.names if name not in known)
        return known | (sizes(self.conn, self.clock, others, self.values) if others else {})

    def _department_size(self) -> int:
        node = self.tree[self.filters.department or 0]
        return node.own if len(self.departments) == 1 else node.total

    def rows(
        self,
        place: ListPosition | None,
        limit: int,
        *,
        backwards: bool = False,
        offset: int = 0,
        also: tuple[str, ...] = (),
    ) -> Sequence[PersonRow]:
        """The rows after (or before, nearest first) a position, skipping `offset`. `also`: columns of `employee`."""
        shape = self.shape._replace(backwards=backwards, placed=place is not None, also=also, offset=offset > 0)
        given = {**self.values, **place_values(place, shape.order), "limit": limit}
        if offset:
            given["offset"] = offset
        if self.clock.present:
            if self.further:
                return named(self.conn.execute(present_list.page(shape, self.further), given).all())
            if self._called_so(shape):
                rows = present_list.BEGUN(shape).rows(self.conn, {**given, "cut": _CUT * limit})
                if len(rows) == limit or self.sizes["called_0"] <= _CUT * limit:
                    return named(rows)
            return named(present_list.PAGE(shape).rows(self.conn, given))
        if shape.order.key == "department":
            given["department_names"] = self._near(place, offset + limit, falling=shape.order.descending != backwards)
            given["here"] = list(given["department_names"])
            shape = shape._replace(filters=(*shape.filters, "here"), driver="here")
        further = self.further
        statement = (
            dated_list.page(shape, self.known_now, further) if further else dated_list.PAGE(shape, self.known_now)
        )
        return named(self.conn.execute(statement, given).all())

    def _called_so(self, shape: Shape) -> bool:
        """Whether a beginning of a name is all that is asked for, and not one of very many."""
        alone = self.names == ("called_0",) and shape.order.key == "name" and not shape.offset
        return alone and self.sizes["called_0"] < present_list.MANY

    def rows_from(self, offset: int, limit: int, *, also: tuple[str, ...] = ()) -> Sequence[PersonRow]:
        """The rows from a number on, 0 for the first.

        Where a page ended that was read before is remembered, so that the one after it costs no more than the first.
        """
        order = self.order.text
        place = _STARTS.get(self.conn, (self.key, order, offset)) if offset else None
        rows = self.rows(place, limit, offset=0 if place else offset, also=also)
        # One more than a page is read, to know whether another one follows.
        if limit > 1 and len(rows) == limit:
            last = offset + limit - 1
            _STARTS.get_or_make(self.conn, (self.key, order, last), lambda: self.position(rows[-2], last))
        return rows

    def _near(self, place: ListPosition | None, limit: int, *, falling: bool) -> dict[int, str]:
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
        return _SPREADS.get_or_make(self.conn, self.key, self._read_spread)

    def _read_spread(self) -> dict[int, int]:
        shape, further = self._counting, self.further
        statement = (
            dated_list.spread(shape, self.known_now, further) if further else dated_list.SPREAD(shape, self.known_now)
        )
        return {row[0]: row[1] for row in self.conn.execute(statement, self.values)}

    def position(self, row: PersonRow, number: int) -> ListPosition:
        """The position after a row; `number` people come before the page that begins there."""
        keys = tuple(str(getattr(row, f"key_{n}")) for n in range(1 if self.order.key == "name" else 2))
        return ListPosition(self.order.text, keys, row.id, number)

    def count(self, *, exact: bool = False) -> PeopleCount:
        """How many fit: exactly where one filter decides or `exact` is asked for, else up to `COUNTED`; kept per
        revision."""
        if exact:
            count = self.count()
            if count.more:
                key = (self.key, "exact")
                count = PeopleCount(_COUNTS.get_or_make(self.conn, key, lambda: self._counted(_EVERYONE)))
            return count
        if self.matches is not None:
            return PeopleCount(self.matches)
        if self.least is not None:
            return PeopleCount(self.least, more=True)
        if not self.filters.q:
            if not self.names:
                return PeopleCount(self.tree.people)
            if len(self.sizes) == 1 and self._exact(self.names[0]):
                return PeopleCount(next(iter(self.sizes.values())))
        number = _COUNTS.get_or_make(self.conn, self.key, self._counted)
        return PeopleCount(min(number, COUNTED), number > COUNTED)

    def total(self, *, exact: bool) -> PeopleCount:
        """How many fit, in whatever order they come: that of the best hits can't be counted by itself."""
        if self.order.key != "best":
            return self.count(exact=exact)
        found = self.best()
        if not found.more:
            return PeopleCount(len(found.hits))
        if found.near and not exact:
            # Counting those who fit only nearly would be a second search.
            return PeopleCount(len(found.hits), more=True)
        return PeopleQuery(self.conn, self.clock, self.viewer, self.filters, Order()).count(exact=exact)

    def _exact(self, name: str) -> bool:
        if name in ("department", "departments"):
            return True
        if name == "ids":
            # Some of them may not be employed on the day.
            return False
        return self.clock.present and not on_a_link(name) and not on_a_name(name) and not self.hidden

    @property
    def _counting(self) -> Shape:
        way = narrowest(self.sizes, present=self.clock.present)
        return self.shape._replace(order=Order(), hidden=frozenset(), driver=way)

    def _counted(self, most: int = COUNTED + 1) -> int:
        shape, further = self._counting, self.further
        if self.clock.present:
            statement = present_list.count(shape, further) if further else present_list.COUNT(shape)
        elif further:
            statement = dated_list.count(shape, self.known_now, further)
        else:
            statement = dated_list.COUNT(shape, self.known_now)
        return int(self.conn.execute(statement, {**self.values, "limit": most}).scalar_one())


def _holds(name: str, value: Any, people: FromClause) -> ColumnElement[bool]:
    return present_list.condition(name, people, value=value)


def _of_somebody_hidden(filters: Filters, hidden: Hidden) -> bool:
    """Whether a filter names a person hidden from the viewer."""
    return any(
        isinstance(FILTERS[name].values, OfPerson) and isinstance(value, int) and value in hidden
        for name, value in filters.chosen.items()
    )


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
        return filters.without("department"), (), False
    return filters, chosen, False


def read_by_id(
    conn: Connection, clock: Clock, viewer: Viewer, ids: Collection[int], also: tuple[str, ...]
) -> Sequence[PersonRow]:
    """The people with these ids who are employed on the day, in no order; people hidden from the viewer too."""
    shape = Shape(Order(), False, False, (), None, hidden_fields(viewer), also)
    statement = present_list.SOME(shape) if clock.present else dated_list.SOME(shape, clock.known is None)
    return named(conn.execute(statement, {"ids": list(ids), **clock_values(clock)}).all())


def hidden_fields(viewer: Viewer) -> frozenset[str]:
    """The fields of a row that the viewer may not see."""
    return frozenset(LISTED) - visible_fields(viewer)


def clock_values(clock: Clock) -> dict[str, Any]:
    """The parameters of the dated statements."""
    if clock.present:
        return {}
    return {"day": clock.as_of} if clock.known is None else {"day": clock.as_of, "revision": clock.revision}
