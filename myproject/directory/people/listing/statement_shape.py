"""The shape of a list's statement: all that decides its text. Statements are built once per shape and kept.

Building a `select()` costs more than running it (facts: 70 µs against 20 µs), hence the values of a question
travel as parameters (`values`) and only its shape makes a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from myproject.directory.schema.text import words
from myproject.directory.search.words import LONGEST, after

from .declared_filters import FILTERS
from .filters import Filters, ListPosition, Order


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


def names_of(filters: Filters, several: bool) -> tuple[str, ...]:
    """The names of the conditions, search apart; `several`: the department has others below it.

    Conditions on a row at hand come first, look-ups in other tables after them.
    """
    direct: list[str] = []
    linked: list[str] = []
    for name in filters.chosen:
        declared = FILTERS[name]
        given = declared.conditions[: len(filters.values_of(name))]
        (linked if declared.linked else direct).extend(given)
    if several:
        direct = ["departments" if name == "department" else name for name in direct]
    by_id = ["ids"] if filters.ids is not None else []
    words_of_name = [f"called_{n}" for n in range(len(called(filters)))] if filters.name else []
    return (*by_id, *direct, *words_of_name, *linked)


def called(filters: Filters) -> list[str]:
    """The words that begin words of the name."""
    return [word[:LONGEST] for word in dict.fromkeys(words(filters.name))]


def values(filters: Filters, departments: Sequence[int]) -> dict[str, Any]:
    """The bind parameters of the conditions."""
    given: dict[str, Any] = {}
    for name in filters.chosen:
        given.update(zip(FILTERS[name].conditions, filters.values_of(name), strict=False))
    if filters.ids is not None:
        given["ids"] = list(filters.ids)
    if departments:
        given["departments"] = departments
    for n, word in enumerate(called(filters) if filters.name else ()):
        given.update({f"called_{n}": word, f"called_{n}_end": after(word)})
    return given


def place_values(place: ListPosition | None, order: Order) -> dict[str, Any]:
    """The parameters of a place."""
    if place is None:
        return {}
    keys: list[Any] = list(place.keys)
    if order.key == "hired_on":
        keys[0] = date.fromisoformat(keys[0])
    return {f"key_{n}": key for n, key in enumerate([*keys, place.id])}


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
    """A result column, or NULL under its name if the viewer may not see the field."""
    return sa.null().label(column.key) if field in shape.hidden else column
