"""Lists of people that include those who are not employed on the day: former employees, and who has yet to join.

For the people team and administrators, who find and rehire them; everybody else reads people who are employed on the
day. A page costs three queries: who is on it, the rows of those employed, the cards and employments of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Select

from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.text import words
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import is_visible
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Employment

from .listing.conditions import is_called
from .listing.filters import ListPosition, Order
from .listing.people_query import clock_values

Employed = Literal["no", "any"]

_E = Employee.__table__
_DAY: Any = sa.bindparam("day", type_=sa.Date)


@dataclass(frozen=True, slots=True)
class FormerFilters:
    """Who is asked for."""

    employed: Employed
    name: str = ""
    """Beginnings of words of the name."""
    ids: tuple[int, ...] | None = None
    """Only these employees; None: everyone."""


class FormerPerson(NamedTuple):
    """Somebody on a page."""

    id: int
    sort_name: str


class FormerSpell(NamedTuple):
    """The latest employment of somebody who is not employed on the day, as known at the clock's moment."""

    employee: int
    valid_from: date
    valid_to: date


def page(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    filters: FormerFilters,
    *,
    descending: bool,
    size: int,
    offset: int = 0,
    place: ListPosition | None = None,
    backwards: bool = False,
) -> list[FormerPerson]:
    """The people after a place (before it, the nearest first), or from an offset on, by name."""
    falling = descending != backwards
    statement = _people(conn, clock, viewer, filters)
    keys = (_E.c.sort_name, _E.c.id)
    if place is not None:
        here, there = sa.tuple_(*keys), sa.tuple_(sa.literal(place.keys[0]), sa.literal(place.id))
        statement = statement.where(here < there if falling else here > there)
    statement = statement.order_by(*(key.desc() if falling else key for key in keys)).limit(size).offset(offset)
    return [FormerPerson._make(row) for row in conn.execute(statement, _day(clock))]


def count(conn: Connection, clock: Clock, viewer: Viewer, filters: FormerFilters) -> int:
    """How many people fit."""
    people = _people(conn, clock, viewer, filters).subquery()
    return int(conn.execute(sa.select(sa.func.count()).select_from(people), _day(clock)).scalar_one())


def place_of(person: FormerPerson, number: int, *, descending: bool) -> ListPosition:
    """The place of somebody in the list; `number` people come before the page that begins there."""
    return ListPosition(Order("name", descending).text, (person.sort_name,), person.id, number)


def cards(conn: Connection, people: Sequence[int], columns: Sequence[str]) -> list[Any]:
    """Columns of `employee` of some people, `id` and `narrowed` among them, in no order."""
    chosen = sa.select(*(_E.c[name] for name in dict.fromkeys(("id", "narrowed", *columns))))
    return list(conn.execute(chosen.where(_E.c.id.in_(id_list(list(people))))))


def spells(conn: Connection, clock: Clock, people: Sequence[int]) -> dict[int, FormerSpell]:
    """Employee -> their latest employment."""
    spell = Employment.__table__
    statement = (
        sa.select(spell.c.employee_id, spell.c.valid_from, spell.c.valid_to)
        .where(spell.c.employee_id.in_(id_list(list(people))), _known(spell, clock.known is None))
        # Ascending: of several employments the dictionary keeps the last.
        .order_by(spell.c.valid_from)
    )
    return {row.employee_id: FormerSpell._make(row) for row in conn.execute(statement, clock_values(clock))}


def _people(conn: Connection, clock: Clock, viewer: Viewer, filters: FormerFilters) -> Select[Any]:
    spell = Employment.__table__
    ever = sa.select(spell.c.id).where(spell.c.employee_id == _E.c.id, _known(spell, clock.known is None)).exists()
    conditions: list[ColumnElement[bool]] = [ever]
    if filters.employed == "no":
        here = spell.alias()
        today = sa.select(here.c.id).where(
            here.c.employee_id == _E.c.id, _known(here, clock.known is None), valid_on(here, _DAY)
        )
        conditions.append(~today.exists())
    if filters.ids is not None:
        conditions.append(_E.c.id.in_(id_list(list(filters.ids))))
    hidden = hidden_from(conn, clock, viewer)
    if hidden:
        conditions.append(is_visible(_E.c.id, hidden))
    for number, word in enumerate(words(filters.name)):
        conditions.append(is_called(f"called_{number}", _E.c.id, driving=False, value=word))
    return sa.select(_E.c.id, _E.c.sort_name).where(*conditions)


def _known(table: FromClause, known_now: bool) -> ColumnElement[bool]:
    revision: Any = None if known_now else sa.bindparam("revision", type_=sa.BigInteger)
    return known_at(table, revision)


def _day(clock: Clock) -> dict[str, Any]:
    return {"day": clock.as_of, **clock_values(clock)}
