"""The org chart around one person: chain, peers, reports, other lines, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer
from myproject.directory.visibility.hidden_people import AllBut
from myproject.directory.visibility.reporting_lines import lines_for

from .chart_corrections import chart_corrections
from .people import ChartPerson, chart_people, check, climb, upward

PAGE = 50
"""Reports on one page of a chart."""
BRANCH = 25
"""Reports shown of a branch that is opened in place, before "more"."""
MOST_OPEN = 20
"""Branches that one address may hold open."""
MOST_OTHERS = 25
"""Dotted and other lines shown of one person."""
ALL = 1_000_000
"""More lines than anybody has."""


@dataclass(slots=True)
class ReportItem:
    """A place in the tree: a person and, where it is open, the branch below."""

    person: ChartPerson
    position: int
    """1 for the first of all siblings, those on other pages included."""
    branch: Branch | None = None


@dataclass(slots=True)
class Branch:
    """A page of siblings."""

    items: list[ReportItem]
    total: int
    """Siblings on all pages."""
    page: int = 1
    size: int = PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; 1 at least."""
        return max(1, -(-self.total // self.size))

    @property
    def last(self) -> int:
        """How many come before the end of this page."""
        return (self.page - 1) * self.size + len(self.items)

    @property
    def rest(self) -> int:
        """How many come after this page."""
        return max(0, self.total - self.last)


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A reporting line that is not in the tree: dotted, acting, or the solid line of a second assignment."""

    person: ChartPerson
    kind: str
    upward: bool
    """Whether the one asked about reports to `person`, not the other way round."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The chart around one person."""

    person: ChartPerson
    chain: tuple[ChartPerson, ...]
    """From the top down to the manager; empty at the top."""
    reports: Branch
    peers: tuple[ChartPerson, ...]
    """The first of those with the same manager, by name."""
    peers_total: int
    others: tuple[OtherLine, ...]
    others_cut: bool
    """Whether there are more such lines than are shown."""


def focus(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    person: int,
    *,
    page: int = 1,
    opened: Sequence[int] = (),
) -> Focus | None:
    """The chart around a person, with the branches `opened` below; None if they don't work here on the day."""
    known = upward(conn, clock, viewer, [person])
    if person not in known:
        return None
    middle = known[person]
    chain = climb(person, known)
    reports = branch(conn, clock, viewer, middle, page=page, size=PAGE)
    siblings = [middle.manager] if middle.manager in known else []
    found = branches(conn, clock, viewer, [*siblings, *opened])
    peers: list[ChartPerson] = []
    if siblings:
        assert middle.manager is not None
        peers = [each for each in found.get(middle.manager, []) if each.id != person]
    attach(reports, found, set(opened) - {person}, {person})
    others, cut = other_lines(conn, clock, viewer, person)
    total = known[middle.manager].reports - 1 if siblings and middle.manager is not None else 0
    return Focus(middle, chain, reports, tuple(peers), total, others, cut)


def branch(
    conn: Connection, clock: Clock, viewer: Viewer, manager: ChartPerson, *, page: int = 1, size: int = BRANCH
) -> Branch:
    """A page of those who report to a person, by name."""
    check(viewer)
    lines = lines_for(clock)
    offset = (page - 1) * size
    people: list[ChartPerson] = []
    if offset < manager.reports:
        values = {**lines.values(clock), "manager": manager.id, "limit": size, "offset": offset}
        hidden = chart_corrections(conn, clock, viewer).fewer.get(manager.id, (0, 0))[0]
        if hidden:
            # Somewhere among the reports: the page is counted off from the beginning.
            values |= {"limit": offset + size + hidden, "offset": 0}
        people = chart_people(conn.execute(lines.reports, values), conn, clock, viewer)
        if hidden:
            people = people[offset : offset + size]
    items = [ReportItem(each, offset + place) for place, each in enumerate(people, 1)]
    return Branch(items, manager.reports, page, size)


def branches(conn: Connection, clock: Clock, viewer: Viewer, managers: Sequence[int]) -> dict[int, list[ChartPerson]]:
    """The first reports of each of several managers."""
    wanted = list(dict.fromkeys(managers))
    if not wanted:
        return {}
    lines = lines_for(clock)
    named = {f"m{place}": manager for place, manager in enumerate(wanted)}
    fewer = chart_corrections(conn, clock, viewer).fewer
    limit = BRANCH + max((fewer[each][0] for each in wanted if each in fewer), default=0)
    rows = conn.execute(lines.branches(len(wanted)), {**lines.values(clock), **named, "limit": limit})
    found: dict[int, list[ChartPerson]] = {}
    for person in chart_people(rows, conn, clock, viewer):
        if person.manager is not None:
            found.setdefault(person.manager, []).append(person)
    return {manager: people[:BRANCH] for manager, people in found.items()}


def attach(under: Branch, found: Mapping[int, list[ChartPerson]], opened: set[int], seen: set[int]) -> None:
    """Hang the opened branches into the tree. `seen` ends a circle."""
    for item in under.items:
        key = item.person.id
        if key in opened and key in found and key not in seen:
            items = [ReportItem(each, place) for place, each in enumerate(found[key], 1)]
            item.branch = Branch(items, item.person.reports, 1, BRANCH)
            attach(item.branch, found, opened, seen | {key})


def other_lines(conn: Connection, clock: Clock, viewer: Viewer, person: int) -> tuple[tuple[OtherLine, ...], bool]:
    lines = lines_for(clock)
    hidden = chart_corrections(conn, clock, viewer).hidden
    most = MOST_OTHERS + 1 + (ALL if isinstance(hidden, AllBut) else len(hidden))
    values = {**lines.values(clock), "employee": person, "limit": most}
    rows = conn.execute(lines.others, values).all()
    people = {each.id: each for each in chart_people(rows, conn, clock, viewer)}
    others = tuple(OtherLine(people[row[0]], row[8], row[9] == "up") for row in rows if row[0] in people)
    return others[:MOST_OTHERS], len(others) > MOST_OTHERS
