"""What change sets touched, and whether a viewer may be told: for hints that a page is no longer up to date.

A hint says no more than the list of changes does: that something was said of a person, department or location of whom
the viewer may know. An edit of a card counts where the viewer may see one of its fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from myproject.db.ids import id_list
from myproject.directory.departments import department_tree
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.verbs import PRIVATE_VERBS
from myproject.directory.visibility.audience import Viewer, hidden_from, visible_of
from myproject.models.change_set import ChangeItem
from myproject.models.dated import is_current, is_superseded
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, ReportingLine

from .planning.cards import CHOICE

_ITEM = ChangeItem.__table__
_E = Employee.__table__
_JOB = Assignment.__table__
_LINE = ReportingLine.__table__

MANY_SETS = 200
"""Change sets that are looked at one by one; after more of them a page is told to begin anew."""
MANY_ITEMS = 500
"""Likewise the items of one change set, such as an import."""


class AffectedPerson(NamedTuple):
    """An employee of whom a change set says something."""

    id: int
    narrowed: Mapping[str, str] | None
    fields: frozenset[str] | None
    """Fields of the card that were edited; None where something dated was said, which everyone sees who knows them."""
    departments: frozenset[int]
    """Where they had or have an assignment, before and after."""


class AffectedThings(NamedTuple):
    """What a change set affected."""

    revision: int
    people: tuple[AffectedPerson, ...] = ()
    departments: frozenset[int] = frozenset()
    """Departments of which something was said themselves."""
    everything: bool = False
    """Too much to name, or what must not be named: who may know of somebody was changed."""


class VisibleThings(NamedTuple):
    """The part of it that a viewer may be told."""

    people: frozenset[int]
    departments: frozenset[int]
    """With all above them."""
    everything: bool


def affected_since(conn: Connection, clock: Clock, revision: int) -> list[AffectedThings] | None:
    """What each change set after a revision touched, in their order; None where they are too many. Four queries."""
    if clock.newest - revision > MANY_SETS:
        return None
    rows = conn.execute(
        select(_ITEM.c.revision, _ITEM.c.verb, _ITEM.c.employee_id, _ITEM.c.department_id, _ITEM.c.details)
        .where(_ITEM.c.revision > revision, _ITEM.c.revision <= clock.newest)
        .order_by(_ITEM.c.revision)
        .limit(MANY_SETS * MANY_ITEMS)
    ).all()
    by_set = defaultdict(list)
    for row in rows:
        by_set[row.revision].append(row)
    long = {number for number, items in by_set.items() if len(items) > MANY_ITEMS}
    passed_on = _passed_on(conn, revision, clock.newest)
    ids = {row.employee_id for row in rows if row.employee_id is not None and row.revision not in long}
    ids |= {employee for number, people in passed_on.items() if number not in long for employee in people}
    narrowed = dict(conn.execute(select(_E.c.id, _E.c.narrowed).where(_E.c.id.in_(id_list(sorted(ids))))).all())
    places = _departments(conn, revision, ids)
    found = []
    for number in range(revision + 1, clock.newest + 1):
        items = by_set.get(number, [])
        if number in long or any(row.verb in PRIVATE_VERBS for row in items) or _names_nothing(items):
            found.append(AffectedThings(number, everything=True))
            continue
        fields = _fields(items) | dict.fromkeys(passed_on.get(number, ()))
        people = tuple(
            AffectedPerson(id_, narrowed.get(id_), names, frozenset(places.get(id_, ())))
            for id_, names in fields.items()
        )
        departments = frozenset(row.department_id for row in items if row.department_id is not None)
        found.append(AffectedThings(number, people, departments))
    return found


def visible_to(conn: Connection, clock: Clock, viewer: Viewer, affected: AffectedThings) -> VisibleThings:
    """What the viewer may be told of it. No query, but where somebody is hidden or the viewer manages somebody."""
    if affected.everything:
        return VisibleThings(frozenset(), frozenset(), everything=True)
    hidden = hidden_from(conn, clock, viewer)
    people = [each for each in affected.people if each.id not in hidden and _sees(conn, clock, viewer, each)]
    departments = set(affected.departments).union(*(each.departments for each in people))
    tree = department_tree.tree(conn, clock, counts=False)
    for department in tuple(departments):
        if department in tree:
            departments.update(node.id for node in tree.path_of(department))
    return VisibleThings(frozenset(each.id for each in people), frozenset(departments), everything=False)


def _sees(conn: Connection, clock: Clock, viewer: Viewer, person: AffectedPerson) -> bool:
    if person.fields is None or person.id == viewer.employee:
        return True
    return not person.fields.isdisjoint(visible_of(conn, clock, viewer, person.id, person.narrowed))


def _names_nothing(items: list[Any]) -> bool:
    """Whether no item names a person or a department: a location, or nothing at all."""
    return all(row.employee_id is None and row.department_id is None for row in items)


def _fields(items: list[Any]) -> dict[int, frozenset[str] | None]:
    found: dict[int, frozenset[str] | None] = {}
    for row in items:
        if row.employee_id is None:
            continue
        changes = (row.details or {}).get("changes")
        if row.verb == "edit_card" and changes and found.get(row.employee_id, frozenset()) is not None:
            names = frozenset(name.removeprefix(CHOICE) for name in changes)
            found[row.employee_id] = names | (found.get(row.employee_id) or frozenset())
        else:
            found[row.employee_id] = None
    return found


def _passed_on(conn: Connection, after: int, newest: int) -> dict[int, set[int]]:
    """Revision -> employees whose reporting lines ended with it, be it without a verb about them."""
    query = select(_LINE.c.superseded_in, _LINE.c.employee_id).where(
        _LINE.c.superseded_in > after, _LINE.c.superseded_in <= newest, is_superseded(_LINE)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for number, employee in conn.execute(query):
        found[number].add(employee)
    return found


def _departments(conn: Connection, after: int, people: set[int]) -> dict[int, set[int]]:
    """Employee -> the departments of their assignments now, and of those that were superseded since a revision."""
    query = select(_JOB.c.employee_id, _JOB.c.department_id).where(
        _JOB.c.employee_id.in_(id_list(sorted(people))), or_(is_current(_JOB), _JOB.c.superseded_in > after)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for employee, department in conn.execute(query):
        found[employee].add(department)
    return found
