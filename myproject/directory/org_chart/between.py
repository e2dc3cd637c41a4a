"""How two people are connected."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from myproject.directory.departments.department_tree import DepartmentNode, tree
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer

from .focus import OtherLine, other_lines
from .people import ChartPerson, climb, upward


@dataclass(frozen=True, slots=True)
class PathLink:
    """How two people are connected by the lines of the tree."""

    one: ChartPerson
    other: ChartPerson
    common: ChartPerson | None
    """The nearest person who is above both, or one of the two who is above the other; None without such."""
    one_up: tuple[ChartPerson, ...]
    """The steps from the first up to below `common` (to the top without one), the first person not included."""
    other_up: tuple[ChartPerson, ...]
    direct: tuple[OtherLine, ...] = ()
    """Dotted and other lines between the two, seen from the first."""
    department: DepartmentNode | None = None
    """The smallest department that takes in both."""


def link(conn: Connection, clock: Clock, viewer: Viewer, one: int, other: int) -> PathLink | None:
    """How two people are connected; None if either does not work here on the day."""
    known = upward(conn, clock, viewer, [one, other])
    if one not in known or other not in known:
        return None
    # From the person upwards, the person first.
    mine = (known[one], *reversed(climb(one, known)))
    theirs = (known[other], *reversed(climb(other, known)))
    above = {person.id: place for place, person in enumerate(theirs)}
    place = next((place for place, person in enumerate(mine) if person.id in above), None)
    direct = _direct(conn, clock, viewer, known[one], known[other])
    shared = _shared_department(conn, clock, known[one], known[other])
    if place is None:
        return PathLink(known[one], known[other], None, mine[1:], theirs[1:], direct, shared)
    common = mine[place]
    return PathLink(
        known[one],
        known[other],
        common,
        mine[1:place],
        theirs[1 : above[common.id]],
        direct,
        shared,
    )


def _direct(
    conn: Connection, clock: Clock, viewer: Viewer, one: ChartPerson, other: ChartPerson
) -> tuple[OtherLine, ...]:
    lines, cut = other_lines(conn, clock, viewer, one.id)
    if cut:
        # One of them has hundreds; the other side's list is whole, or they both have.
        back, _cut = other_lines(conn, clock, viewer, other.id)
        return tuple(OtherLine(other, line.kind, not line.upward) for line in back if line.person.id == one.id)
    return tuple(line for line in lines if line.person.id == other.id)


def _shared_department(conn: Connection, clock: Clock, one: ChartPerson, other: ChartPerson) -> DepartmentNode | None:
    if one.department is None or other.department is None:
        return None
    departments = tree(conn, clock, counts=False)
    shared = None
    for mine, theirs in zip(
        departments.path_of(one.department.id), departments.path_of(other.department.id), strict=False
    ):
        if mine.id != theirs.id:
            break
        shared = mine
    return shared
