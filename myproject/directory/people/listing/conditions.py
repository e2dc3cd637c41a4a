"""Conditions of a list's statement, by their names: on a column, in another table, on words of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause

from myproject.db.ids import id_list
from myproject.directory.search.words import CALLED, GIVEN, after
from myproject.directory.visibility.hidden_people import HIDDEN_PARAMETER
from myproject.models.search import SearchName

from .declared_filters import CONDITIONS, FromDay

Condition = Callable[[FromClause], ColumnElement[bool]]
"""Makes a condition on a table with the column `employee_id`."""


KNOWN = "known"
"""The condition that leaves out whom the viewer may not know of, told by the parameter `hidden`; there only if anybody
is."""
AMONG = "among"
"""The condition that leaves in those of whom alone the viewer may know, told by the same parameter."""
HIDING = frozenset({KNOWN, AMONG})


def on_a_name(name: str) -> bool:
    """Whether it is the condition of a beginning of a name."""
    return name.startswith("called_")


def on_a_link(name: str) -> bool:
    """Whether it is a condition on a table of pairs."""
    return name in CONDITIONS and CONDITIONS[name].linked


NAMED = object()
"""Instead of a value: it comes as a parameter."""


def compare(name: str, column: ColumnElement[Any], value: Any = NAMED) -> ColumnElement[bool]:
    """One condition on the column it looks at; its value comes as the parameter of that name, or is given."""
    if name in ("departments", "here", "ids"):
        return column.in_(id_list(name if value is NAMED else value))
    if name in HIDING:
        people = id_list(HIDDEN_PARAMETER if value is NAMED else value)
        return column.in_(people) if name == AMONG else column.not_in(people)
    given = sa.bindparam(name) if value is NAMED else value
    declared = CONDITIONS.get(name)
    if declared is not None and isinstance(declared.values, FromDay):
        return column >= given if declared.values.end == "first" else column <= given
    return column == given


def is_linked(name: str, employee_id: ColumnElement[int], *, driving: bool, value: Any = NAMED) -> ColumnElement[bool]:
    """Whether someone has a value in a table of pairs: as a list of who has it, or looked up for each one."""
    column = CONDITIONS[name].column
    given = sa.bindparam(name) if value is NAMED else value
    if driving:
        return employee_id.in_(sa.select(column.table.c.employee_id).where(column == given))
    mine = column.table.alias()
    own = mine.c[column.name]
    one = sa.select(own).where(mine.c.employee_id == employee_id, own == given)
    # Not EXISTS: PostgreSQL would rather gather everyone with the value than look fifty people up.
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
