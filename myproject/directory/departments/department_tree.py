"""The department tree on a day: names, paths, order and head counts, held in memory.

`tree(conn, clock)` answers in two queries the first time and in none afterwards: a tree is kept per clock, and
the revision in the clock makes every write start anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, false, func, select, true, union_all

from myproject.cache.revision_cache import RevisionCache
from myproject.db.ids import id_list
from myproject.db.prepared import Prepared
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.text import fold
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import AllBut, Hidden, listed
from myproject.models.dated import known_at, valid_on
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employment import Assignment
from myproject.models.present import Present

_DAY: Any = bindparam("day")
_REVISION: Any = bindparam("revision")


@dataclass(frozen=True, slots=True)
class DepartmentNode:
    """A department as it is on the day of the tree. Lists of departments are lists of ids, in order of names."""

    id: int
    code: str
    name: str
    slug: str
    path: str
    """The slugs from the root, as in the address: "engineering/platform"."""
    parent: int | None
    children: tuple[int, ...]
    depth: int
    """0 for a root."""
    own: int
    """People whose primary assignment is in this very department."""
    total: int
    """People whose primary assignment is here or in any department below."""


class DepartmentTree:
    """Every department that exists on a day. Don't change it: it is shared between requests."""

    __slots__ = ("_by_code", "_by_slug", "_ends", "_nodes", "_places", "counted", "order", "references", "roots")

    def __init__(self, rows: Iterable[Sequence[Any]], counts: Mapping[int, int] | None) -> None:
        """rows: (id, code, name, slug, parent id); counts: id -> people there, or None where nobody asked."""
        facts = {row[0]: row for row in rows}
        below = _children(facts)
        self.counted = counts is not None
        """Whether `own` and `total` tell anything."""
        self.roots: tuple[int, ...] = tuple(below[None])
        self._nodes: dict[int, DepartmentNode] = {}
        self._ends: dict[int, int] = {}
        order: list[int] = []
        totals: dict[int, int] = {}
        counts = counts or {}
        # A walk without recursion, each department before those below it; on the way back its total is known.
        stack: list[tuple[int, int | None, str, int, bool]] = [
            (root, None, "", 0, False) for root in reversed(self.roots)
        ]
        places: dict[int, int] = {}
        while stack:
            key, parent, above, depth, done = stack.pop()
            children = below.get(key, ())
            if not done:
                places[key] = len(order)
                order.append(key)
                path = f"{above}/{facts[key][3]}" if above else facts[key][3]
                stack.append((key, parent, path, depth, True))
                stack.extend((child, key, path, depth + 1, False) for child in reversed(children))
                continue
            own = counts.get(key, 0)
            totals[key] = own + sum(totals[child] for child in children)
            self._ends[key] = len(order)
            _, code, name, slug, _ = facts[key]
            self._nodes[key] = DepartmentNode(
                key, code, name, slug, above, parent, tuple(children), depth, own, totals[key]
            )
        self.order: tuple[int, ...] = tuple(order)
        """Every department, each followed by those below it: the order of an indented list."""
        self._places = places
        self.references: dict[int, dict[str, Any]] = {
            node.id: {"id": node.id, "name": node.name} for node in self._nodes.values()
        }
        """Each by its id and name, as lists for programs tell it."""
        self._by_slug = {(node.parent, node.slug): node.id for node in self._nodes.values()}
        self._by_code = {fold(node.code): node.id for node in self._nodes.values()}

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, department: object) -> bool:
        return department in self._nodes

    def __getitem__(self, department: int) -> DepartmentNode:
        """The department with this id; KeyError where it does not exist on the day."""
        return self._nodes[department]

    def __iter__(self) -> Iterator[DepartmentNode]:
        """Every department in the order of an indented list."""
        return map(self._nodes.__getitem__, self.order)

    def get(self, department: int | None) -> DepartmentNode | None:
        """The department with this id, or None."""
        return self._nodes.get(department) if department is not None else None

    def children(self, department: int | None) -> list[DepartmentNode]:
        """The departments directly below one, by name; the roots for None."""
        ids = self.roots if department is None else self._nodes[department].children
        return [self._nodes[key] for key in ids]

    def subtree(self, department: int) -> tuple[int, ...]:
        """The ids of a department and of all below it; empty where it does not exist on the day."""
        place = self._places.get(department)
        return () if place is None else self.order[place : self._ends[department]]

    def path_of(self, department: int) -> list[DepartmentNode]:
        """From the root down to the department itself; empty where it does not exist on the day."""
        path = []
        node = self.get(department)
        while node is not None:
            path.append(node)
            node = self.get(node.parent)
        return path[::-1]

    def by_path(self, slugs: Iterable[str]) -> DepartmentNode | None:
        """The department at an address: ("engineering", "platform"). None where there is none."""
        node = None
        for slug in slugs:
            key = self._by_slug.get((node.id if node else None, slug))
            if key is None:
                return None
            node = self._nodes[key]
        return node

    def child(self, department: int | None, slug: str) -> DepartmentNode | None:
        """One step of an address, from a department or from the top (None)."""
        key = self._by_slug.get((department, slug))
        return None if key is None else self._nodes[key]

    def find_by_code(self, code: str) -> DepartmentNode | None:
        """The department with this code, in any case."""
        key = self._by_code.get(fold(code))
        return None if key is None else self._nodes[key]

    def counting(self, people: Mapping[int, int]) -> DepartmentTree:
        """The same tree with these head counts: id -> people there."""
        return DepartmentTree([(node.id, node.code, node.name, node.slug, node.parent) for node in self], people)

    @property
    def people(self) -> int:
        """Head count of the whole organisation."""
        return sum(self._nodes[root].total for root in self.roots)


def _children(facts: Mapping[int, Sequence[Any]]) -> dict[int | None, list[int]]:
    """id -> ids below it, by name; None -> the roots.

    The plan engine forbids it, but should a department hang under one that does not exist on the day, or under
    itself, it becomes a root: shown in the wrong place is better than lost.
    """
    below: dict[int | None, list[int]] = {None: []}
    for key in sorted(facts, key=lambda key: (fold(facts[key][2]), key)):
        parent = facts[key][4]
        below.setdefault(parent if parent in facts else None, []).append(key)
    reached: set[int] = set()
    stack = list(below[None])
    remaining = iter(facts)
    while True:
        while stack:
            key = stack.pop()
            if key not in reached:
                reached.add(key)
                stack.extend(below.get(key, ()))
        lost = next((key for key in remaining if key not in reached), None)
        if lost is None:
            return below
        below[facts[lost][4]].remove(lost)
        below[None].append(lost)
        stack.append(lost)


def _structure(revision: Any) -> Select[Any]:
    version, department = DepartmentVersion.__table__, Department.__table__
    return (
        select(version.c.department_id, department.c.code, version.c.name, version.c.slug, version.c.parent_id)
        .join(department, department.c.id == version.c.department_id)
        .where(known_at(version, revision), valid_on(version, _DAY))
    )


def _dated_counts(revision: Any) -> Select[Any]:
    table = Assignment.__table__
    holds = and_(known_at(table, revision), valid_on(table, _DAY), table.c.is_primary)
    # Packed, so that SQLite reads the table as it lies: by an index it fetches nearly every row all the same, and
    # takes four times as long.
    packed = case((holds, true()), else_=false())
    return select(table.c.department_id, func.count()).where(packed).group_by(table.c.department_id)


def _dated_places(revision: Any) -> Select[Any]:
    table = Assignment.__table__
    holds = and_(known_at(table, revision), valid_on(table, _DAY), table.c.is_primary)
    return select(table.c.department_id).where(table.c.employee_id.in_(id_list("ids")), holds)


_PLACES = {True: _dated_places(None), False: _dated_places(_REVISION)}
_PRESENT_PLACES = select(Present.__table__.c.department_id).where(Present.__table__.c.employee_id.in_(id_list("ids")))
_STRUCTURE = {True: _structure(None), False: _structure(_REVISION)}
_COUNTS = {True: _dated_counts(None), False: _dated_counts(_REVISION)}
_PRESENT_COUNTS = select(Present.__table__.c.department_id, func.count()).group_by(Present.__table__.c.department_id)

_TREES: RevisionCache[DepartmentTree] = RevisionCache(32)


def tree(conn: Connection, clock: Clock, *, counts: bool = True) -> DepartmentTree:
    """The departments on the day of the clock, as known then.

    It counts everybody; `seen_tree` is what a viewer may be told. Counting 300,000 people takes some 30 ms from
    `present`, a few times that from the dated rows. Who needs names and paths only says `counts=False` and gets a tree
    that may be without head counts (`own`, `total` 0, `counted` False).
    """
    if not counts:
        known = _TREES.get(conn, (clock.key, True))
        if known is not None:
            return known
        return _TREES.get_or_make(conn, (clock.key, counts), lambda: _still(conn, clock) or _fresh(conn, clock))
    return _TREES.get_or_make(conn, (clock.key, counts), lambda: _read(conn, clock, counts))


_LATEST: RevisionCache[tuple[int, DepartmentTree]] = RevisionCache(8)
"""Day -> the newest tree of it without counts, with its revision."""
_V = DepartmentVersion.__table__
_SINCE, _UNTIL = bindparam("since", type_=_V.c.recorded_in.type), bindparam("until", type_=_V.c.recorded_in.type)
_TOUCHED = Prepared(
    union_all(
        select(_V.c.id).where(_V.c.recorded_in > _SINCE, _V.c.recorded_in <= _UNTIL),
        select(_V.c.id).where(_V.c.superseded_in > _SINCE, _V.c.superseded_in <= _UNTIL),
    ).limit(1)
)


def _still(conn: Connection, clock: Clock) -> DepartmentTree | None:
    """The tree of an older revision, where no department has changed since: most changes are of people. One query."""
    known = _LATEST.get(conn, clock.as_of) if clock.known is None else None
    if known is None or known[0] > clock.revision:
        return None
    revision, tree = known
    if _TOUCHED.rows(conn, {"since": revision, "until": clock.revision}):
        return None
    _LATEST.put(conn, clock.as_of, (clock.revision, tree))
    return tree


def _fresh(conn: Connection, clock: Clock) -> DepartmentTree:
    tree = _read(conn, clock, counts=False)
    if clock.known is None:
        _LATEST.put(conn, clock.as_of, (clock.revision, tree))
    return tree


_SEEN: RevisionCache[DepartmentTree] = RevisionCache(32)


def seen_tree(conn: Connection, clock: Clock, viewer: Viewer) -> DepartmentTree:
    """The tree with the head counts that a viewer may be told: without those of whom they may not know.

    It is `tree` itself unless somebody is hidden; then another query, kept.
    """
    hidden = hidden_from(conn, clock, viewer)
    if not hidden:
        return tree(conn, clock)
    return _SEEN.get_or_make(conn, (clock.key, clock.present, hidden), lambda: _seen(conn, clock, hidden))


def _seen(conn: Connection, clock: Clock, hidden: Hidden) -> DepartmentTree:
    where = Counter(_where_they_work(conn, clock, listed(hidden)))
    if isinstance(hidden, AllBut):
        return tree(conn, clock, counts=False).counting(where)
    whole = tree(conn, clock)
    return whole.counting({node.id: node.own - where[node.id] for node in whole})


def _where_they_work(conn: Connection, clock: Clock, people: Sequence[int]) -> Sequence[int]:
    """The department of the primary assignment of each of some people who works here on the day."""
    now = clock.known is None
    values: dict[str, Any] = {"ids": people}
    if clock.present:
        return conn.execute(_PRESENT_PLACES, values).scalars().all()
    values |= {"day": clock.as_of} if now else {"day": clock.as_of, "revision": clock.revision}
    return conn.execute(_PLACES[now], values).scalars().all()


def _read(conn: Connection, clock: Clock, counts: bool) -> DepartmentTree:
    now = clock.known is None
    values = {"day": clock.as_of} if now else {"day": clock.as_of, "revision": clock.revision}
    rows = conn.execute(_STRUCTURE[now], values).all()
    if not counts:
        return DepartmentTree(rows, None)
    counted = conn.execute(_PRESENT_COUNTS) if clock.present else conn.execute(_COUNTS[now], values)
    return DepartmentTree(rows, dict(counted.all()))


_PRIMARY = select(Assignment.__table__.c.department_id).where(
    known_at(Assignment.__table__, None),
    Assignment.__table__.c.employee_id == bindparam("employee"),
    Assignment.__table__.c.is_primary,
    valid_on(Assignment.__table__, _DAY),
)


def department_of(conn: Connection, day: date, employee: int) -> int | None:
    """The department of somebody's primary assignment on a day, as known now; None where they don't work here then."""
    found: int | None = conn.execute(_PRIMARY, {"employee": employee, "day": day}).scalar()
    return found
