"""Finding someone in the chart: below one person, or anywhere, with the way that leads there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, select

from myproject.db.ids import id_list
from myproject.directory.departments.department_tree import seen_tree
from myproject.directory.schema.clock import Clock
from myproject.directory.search import query as search
from myproject.directory.visibility.audience import Viewer
from myproject.directory.visibility.reporting_lines import lines_for
from myproject.models.employee import Employee
from myproject.models.present import Present

from .people import ChartPerson, check, climb, upward

SHOWN = 50
"""Hits that are shown."""
_SMALL = 3_000
"""Up to so many below, the branch is read and searched; it is cheaper the other way round above that."""
_MOST_MATCHES = 2_000
"""Matches whose managers are looked up; a word that finds more is no use anyway."""


@dataclass(frozen=True, slots=True)
class ChartHit:
    """Someone found."""

    person: ChartPerson
    path: tuple[ChartPerson, ...]
    """From below the one under whom was searched (or from the top) down to the manager."""


@dataclass(frozen=True, slots=True)
class ChartHits:
    """What was found, best first."""

    hits: tuple[ChartHit, ...]
    more: bool
    """Whether more people fit than are shown."""
    near: bool
    """Whether words were taken that are spelled almost so."""


def find(conn: Connection, clock: Clock, viewer: Viewer, q: str, under: ChartPerson | None = None) -> ChartHits:
    """Who fits a text, below a person (not that person) or, for None, anywhere in the organisation.

    Raises what the search raises for a text that can't be searched for.
    """
    check(viewer)
    inside: Sequence[int] | None = None
    more = False
    if under is not None:
        if not under.below:
            return ChartHits((), more=False, near=False)
        if under.below + 1 >= seen_tree(conn, clock, viewer).people:
            pass  # everyone is below; the one asked about is left out when the way is told
        elif under.below <= _SMALL:
            inside = _below(conn, clock, under)
        else:
            inside, more = _above_are(conn, clock, viewer, q, under)
        if inside is not None and not inside:
            # Nobody by these very words; by words spelled almost so the best hits of all may be looked through.
            return _near(conn, clock, viewer, q, under) if under.below > _SMALL else ChartHits((), False, False)
    narrow = () if inside is None else (_among(inside),)
    found = search.find(conn, clock, viewer, q, limit=SHOWN, narrow=narrow)
    return _chart_hits(conn, clock, viewer, found, under, more=more or found.more)


def _among(ids: Sequence[int]) -> Callable[[FromClause], ColumnElement[bool]]:
    return lambda people: people.c.employee_id.in_(id_list(ids))


def _below(conn: Connection, clock: Clock, under: ChartPerson) -> list[int]:
    lines = lines_for(clock)
    values = {**lines.values(clock), "ids": [under.id], "limit": _SMALL * 2}
    ids = conn.execute(lines.below, values).scalars()
    return [each for each in ids if each is not None and each != under.id]


_p: Any = Present.__table__
_e: Any = Employee.__table__
_EVERYONE = select(_e.c.id.label("employee_id")).subquery("everyone")


def _above_are(conn: Connection, clock: Clock, viewer: Viewer, q: str, under: ChartPerson) -> tuple[list[int], bool]:
    """Of everyone who fits, those below the person; and whether there were too many to look at all."""
    people: Any = _p if clock.present else _EVERYONE
    fits = search.matching(conn, clock, viewer, q)(people)
    statement = select(people.c.employee_id).where(fits).limit(bindparam("most"))
    matches = list(conn.execute(statement, {"most": _MOST_MATCHES + 1}).scalars())
    lines = lines_for(clock)
    rows = conn.execute(lines.climb, {**lines.values(clock), "ids": matches[:_MOST_MATCHES]})
    manager_of: dict[int, int | None] = {key: manager for key, manager in rows if key is not None}
    inside = _led_by(matches, manager_of, under.id)
    return inside, len(matches) > _MOST_MATCHES


def _led_by(people: Sequence[int], manager_of: Mapping[int, int | None], leader: int) -> list[int]:
    """Those of `people` who are below `leader`."""
    below: dict[int | None, bool] = {None: False, leader: True}
    found = []
    for person in people:
        way: list[int] = []
        at: int | None = person
        if person == leader:
            continue
        while at not in below and at not in way:
            assert at is not None
            way.append(at)
            at = manager_of.get(at)
        answer = below.get(at, False)
        below.update(dict.fromkeys(way, answer))
        if answer:
            found.append(person)
    return found


def _near(conn: Connection, clock: Clock, viewer: Viewer, q: str, under: ChartPerson) -> ChartHits:
    found = search.find(conn, clock, viewer, q)
    return _chart_hits(conn, clock, viewer, found, under, more=found.more)


def _chart_hits(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    found: search.Found,
    under: ChartPerson | None,
    *,
    more: bool,
) -> ChartHits:
    known = upward(conn, clock, viewer, found.ids) if found.ids else {}
    hits: list[ChartHit] = []
    for key in found.ids:
        if key not in known:
            continue
        path = climb(key, known)
        if under is not None:
            places = [place for place, person in enumerate(path) if person.id == under.id]
            if not places:
                continue
            path = path[places[0] + 1 :]
        hits.append(ChartHit(known[key], path))
    return ChartHits(tuple(hits[:SHOWN]), more or len(hits) > SHOWN, found.near)
