"""The shape of a list's statement: all that decides its text. Statements are built once per shape and kept.

Building a `select()` costs more than running it (facts: 70 µs against 20 µs), hence the values of a question
travel as parameters (`values`) and only its shape makes a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select

from myproject.db.ids import id_list
from myproject.directory.hidden import PEOPLE
from myproject.directory.search.words import CALLED, GIVEN, LONGEST, after
from myproject.directory.text import words
from myproject.models.employee import EmployeeSkill
from myproject.models.search import SearchName

from .question import Filters, Order, Place

Condition = Callable[[FromClause], ColumnElement[bool]]
"""Makes a condition on a table with the column `employee_id`."""


KNOWN = "known"
"""The condition that leaves out whom the viewer may not know of, told by the parameter `hidden`; there only if anybody
is."""
AMONG = "among"
"""The condition that leaves in those of whom alone the viewer may know, told by the same parameter."""
HIDING = frozenset({KNOWN, AMONG})


class Shape(NamedTuple):
    """What decides the text of a statement."""

    order: Order
    backwards: bool
    """Read towards the beginning of the list: the page before a place."""
    placed: bool
    """Begins at a place, not at the end of the list."""
    filters: tuple[str, ...]
    """Names of the conditions, as in `values`: "departments" where `department` stands for several; "here" for those
    departments that a page can come from, "ids" for people told one by one, one of `HIDING` last."""
    driver: str | None
    """The condition whose index finds the people; None where the order's own index does."""
    hidden: frozenset[str]
    """Fields that the viewer may not see, of those that a list shows."""
    also: tuple[str, ...] = ()
    """Further columns of `employee` that are read, after the keys of the place."""
    offset: bool = False
    """Passes over the first people after its place, as many as the parameter `offset` says."""


LISTED = (
    "employee_number",
    "email",
    "phone",
    "joined_on",
    "department",
    "job_title",
    "location",
    "manager",
    "portrait",
)
"""Fields that a list shows besides the name."""


def names_of(filters: Filters, several: bool) -> tuple[str, ...]:
    """The names of a question's conditions, `q` aside; `several`: the department takes in more than itself."""
    names = []
    if filters.department is not None:
        names.append("departments" if several else "department")
    names += [name for name in ("ids", "location", "job_title", "manager") if getattr(filters, name) is not None]
    names += [f"called_{n}" for n in range(len(called(filters)))]
    names += [f"skill_{n}" for n in range(len(filters.skills))]
    names += [name for name in ("joined_from", "joined_to") if getattr(filters, name) is not None]
    return tuple(names)


def called(filters: Filters) -> list[str]:
    """The words that begin words of the name."""
    return [word[:LONGEST] for word in dict.fromkeys(words(filters.name))]


def values(filters: Filters, departments: Sequence[int]) -> dict[str, Any]:
    """The parameters of a question's conditions."""
    given: dict[str, Any] = {
        name: getattr(filters, name)
        for name in ("department", "location", "job_title", "manager", "joined_from", "joined_to")
        if getattr(filters, name) is not None
    }
    if filters.ids is not None:
        given["ids"] = list(filters.ids)
    if departments:
        given["departments"] = departments
    for n, word in enumerate(called(filters)):
        given.update({f"called_{n}": word, f"called_{n}_end": after(word)})
    given.update({f"skill_{n}": skill for n, skill in enumerate(filters.skills)})
    return given


def place_values(place: Place | None, order: Order) -> dict[str, Any]:
    """The parameters of a place."""
    if place is None:
        return {}
    keys: list[Any] = list(place.keys)
    if order.key == "joined":
        keys[0] = date.fromisoformat(keys[0])
    return {f"key_{n}": key for n, key in enumerate([*keys, place.id])}


NAMED = object()
"""Instead of a value: it comes as a parameter."""


def compare(name: str, column: ColumnElement[Any], value: Any = NAMED) -> ColumnElement[bool]:
    """One condition on the column it looks at; its value comes as the parameter of that name, or is given."""
    if name in ("departments", "here", "ids"):
        return column.in_(id_list(name if value is NAMED else value))
    if name in HIDING:
        people = id_list(PEOPLE if value is NAMED else value)
        return column.in_(people) if name == AMONG else column.not_in(people)
    given = sa.bindparam(name) if value is NAMED else value
    if name == "joined_from":
        return column >= given
    if name == "joined_to":
        return column <= given
    return column == given


def has_skill(name: str, employee_id: ColumnElement[int], *, driving: bool, value: Any = NAMED) -> ColumnElement[bool]:
    """Whether someone has a skill: as a list of who has it, or looked up for each one."""
    skill = EmployeeSkill.__table__
    given = sa.bindparam(name) if value is NAMED else value
    if driving:
        return employee_id.in_(sa.select(skill.c.employee_id).where(skill.c.skill_id == given))
    mine = skill.alias()
    one = sa.select(mine.c.skill_id).where(mine.c.employee_id == employee_id, mine.c.skill_id == given)
    # Not EXISTS: PostgreSQL would rather gather everyone with the skill than look fifty people up.
    return one.scalar_subquery().is_not(None)


def begins_so(name: str, names: Any, value: Any = NAMED) -> tuple[ColumnElement[bool], ...]:
    """That an entry of the index of names is of a word that begins so, in what a list shows as the name."""
    start: Any = sa.bindparam(name) if value is NAMED else value
    end: Any = sa.bindparam(f"{name}_end") if value is NAMED else after(value)
    # These two come first. A list of values would be written into the statement anew each time it runs.
    return names.word >= start, names.word < end, names.field <= max(CALLED, GIVEN)


def is_called(name: str, employee_id: ColumnElement[int], *, driving: bool, value: Any = NAMED) -> ColumnElement[bool]:
    """Whether a word of somebody's name begins so: as a list of those, or looked up for each one."""
    table = SearchName.__table__.alias()
    fits = begins_so(name, table.c, value)
    if driving:
        return employee_id.in_(sa.select(table.c.employee_id).where(*fits))
    one = sa.select(table.c.field).where(table.c.employee_id == employee_id, *fits).limit(1)
    return one.scalar_subquery().is_not(None)


def unseen(conditions: Iterable[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """The conditions, packed so that no planner looks inside.

    Otherwise it leaves the order's index for that of a filter which thousands fit, and sorts those; or takes two
    conditions for so rare that reading the whole table looks cheaper than stopping after a page.
    """
    known = list(conditions)
    return [sa.case((sa.and_(*known), sa.true()), else_=sa.false())] if known else []


def in_order(statement: Select[Any], keys: Sequence[ColumnElement[Any]], shape: Shape) -> Select[Any]:
    """The statement from its place on, in its order, as many rows as the parameter `limit` says."""
    falling = shape.order.descending != shape.backwards
    if shape.placed:
        here = sa.tuple_(*keys)
        there = sa.tuple_(*(sa.bindparam(f"key_{n}", type_=key.type) for n, key in enumerate(keys)))
        statement = statement.where(here < there if falling else here > there)
    statement = statement.order_by(*sorted_by(keys, shape)).limit(sa.bindparam("limit", type_=sa.Integer))
    return statement.offset(sa.bindparam("offset", type_=sa.Integer)) if shape.offset else statement


def sorted_by(keys: Sequence[ColumnElement[Any]], shape: Shape) -> list[ColumnElement[Any]]:
    """The keys as an ORDER BY."""
    falling = shape.order.descending != shape.backwards
    return [key.desc() if falling else key.asc() for key in keys]


def shown(shape: Shape, field: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of the answer, or nothing at all where the viewer may not see its field."""
    return sa.null().label(column.key) if field in shape.hidden else column
