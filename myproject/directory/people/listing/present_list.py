"""The list of people as they are today, from the table `present`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select

from myproject.db.ids import id_list
from myproject.db.prepared import Prepared
from myproject.models.employee import Employee
from myproject.models.present import Present
from myproject.models.search import SearchName

from .conditions import (
    HIDING,
    NAMED,
    Condition,
    begins_so,
    compare,
    is_called,
    is_linked,
    on_a_link,
    on_a_name,
    unseen,
)
from .declared_filters import CONDITIONS, range_of
from .statement_shape import Shape, in_order, shown, sorted_by

PRESENT = Present.__table__
MANY = 10_000
"""People with a word of a name are counted up to this: of more, a page is found sooner in the order of names."""
_SORTED = {
    "hired_on": "hired_on",
    "department": "department_sort",
    "location": "location_sort",
    "job_title": "job_title_sort",
}
_COLUMN = {
    **{name: each.column.name for name, each in CONDITIONS.items() if not each.linked},
    "departments": "department_id",
    "ids": "employee_id",
    **dict.fromkeys(HIDING, "employee_id"),
}
_SORTED_INDEX = {name for name, each in CONDITIONS.items() if not each.linked and range_of(name) is None}
"""Conditions whose index in `present` goes on with the name."""


def keys_of(table: FromClause, shape: Shape) -> list[ColumnElement[Any]]:
    """The columns that a list is sorted by; the id makes the order complete."""
    names = [_SORTED[shape.order.key]] if shape.order.key in _SORTED else []
    return [table.c[name] for name in (*names, "sort_name", "employee_id")]


def condition(name: str, people: FromClause, *, driving: bool = False, value: Any = NAMED) -> ColumnElement[bool]:
    """One condition of a question on `present` or a part of it."""
    if on_a_link(name):
        return is_linked(name, people.c.employee_id, driving=driving, value=value)
    if on_a_name(name):
        return is_called(name, people.c.employee_id, driving=driving, value=value)
    return compare(name, people.c[_COLUMN[name]], value)


def found(shape: Shape, further: Sequence[Condition] = ()) -> Select[Any]:
    """Those who fit, by the columns that `shape` sorts by; not yet sorted."""
    conditions: list[ColumnElement[bool]] = []
    packed: list[ColumnElement[bool]] = [each(PRESENT) for each in further]
    for name in shape.filters:
        # The range of dates that the list is sorted by is a part of its own index.
        ranged = range_of(name) == (shape.driver or shape.order.key)
        if name == shape.driver or ranged:
            conditions.append(condition(name, PRESENT, driving=True))
        else:
            packed.append(condition(name, PRESENT))
    return sa.select(*keys_of(PRESENT, shape)).where(*conditions, *unseen(packed))


def by_its_index(shape: Shape) -> bool:
    """Whether the one condition's index holds the people in the very order that is asked for."""
    asked = [name for name in shape.filters if name not in HIDING]
    return shape.order.key == "name" and len(asked) == 1 and asked[0] in _SORTED_INDEX


def _page(shape: Shape, further: Sequence[Condition] = ()) -> Select[Any]:
    statement = found(shape, further)
    if shape.driver is None or (by_its_index(shape) and not further):
        return in_order(statement, keys_of(PRESENT, shape), shape)
    few = statement.cte("few").prefix_with("MATERIALIZED")
    return in_order(sa.select(*few.c), keys_of(few, shape), shape)


def page(shape: Shape, further: Sequence[Condition] = ()) -> Select[Any]:
    """A page of the list: who is on it first, then what is shown of them; at once where an index holds just them."""
    if not further and _next_to_each_other(shape):
        keys = keys_of(PRESENT, shape)
        return _cards(PRESENT, in_order(found(shape), keys, shape), shape, keys)
    chosen = _page(shape, further).subquery("page")
    keys = keys_of(chosen, shape)
    people = chosen.join(PRESENT, PRESENT.c.employee_id == chosen.c.employee_id)
    return _cards(people, sa.select().order_by(*sorted_by(keys, shape)), shape, keys)


def begun(shape: Shape) -> Select[Any]:
    """A page of those who are called so, as far as they are among the first `cut` entries of the index of names.

    That has former employees too, so there may be fewer than there should: then `page` tells. To sort and cut before
    anybody is looked up takes a third of the time where 1,000 are called so, of whom 20 are wanted.
    """
    names = SearchName.__table__.c
    called, *others = shape.filters
    entries = sa.select(names.sort_name, names.employee_id).distinct().where(*begins_so(called, names))
    entries = in_order(entries, [names.sort_name, names.employee_id], shape)
    first = entries.limit(sa.bindparam("cut", type_=sa.Integer)).subquery("first")
    keys = keys_of(first, shape)
    chosen = sa.select().where(*unseen([condition(each, PRESENT) for each in others]))
    chosen = chosen.order_by(*sorted_by(keys, shape)).limit(sa.bindparam("limit", type_=sa.Integer))
    return _cards(first.join(PRESENT, PRESENT.c.employee_id == first.c.employee_id), chosen, shape, keys)


def _next_to_each_other(shape: Shape) -> bool:
    """Whether no row is passed over on the way to the page: then it need not be found in an index first."""
    return not shape.offset and (by_its_index(shape) or not set(shape.filters) - HIDING)


def _cards(people: FromClause, chosen: Select[Any], shape: Shape, keys: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """The columns of `PersonRow`, the keys of the order, and `also`. `chosen` selects the people and sorts them."""
    card = Employee.__table__.alias("card")
    # Most of what is asked for besides is in `present` too.
    if any(name not in PRESENT.c for name in shape.also):
        people = people.outerjoin(card, card.c.id == PRESENT.c.employee_id)
    return chosen.with_only_columns(
        PRESENT.c.employee_id.label("id"),
        PRESENT.c.name,
        shown(shape, "employee_number", PRESENT.c.employee_number),
        shown(shape, "email", PRESENT.c.email),
        shown(shape, "phone", PRESENT.c.phone),
        shown(shape, "hired_on", PRESENT.c.hired_on),
        shown(shape, "department", PRESENT.c.department_id),
        shown(shape, "job_title", PRESENT.c.job_title),
        shown(shape, "location", PRESENT.c.location_id),
        shown(shape, "location", PRESENT.c.location),
        shown(shape, "location", PRESENT.c.time_zone),
        shown(shape, "manager", PRESENT.c.manager_id),
        shown(shape, "manager", PRESENT.c.manager),
        shown(shape, "portrait", PRESENT.c.portrait),
        PRESENT.c.narrowed,
        *(key.label(f"key_{n}") for n, key in enumerate(keys[:-1])),
        *((PRESENT if name in PRESENT.c else card).c[name] for name in shape.also),
    ).select_from(people)


def some(shape: Shape) -> Select[Any]:
    """What a list shows of the people in the parameter `ids`, in no order."""
    among = sa.select().where(PRESENT.c.employee_id.in_(id_list("ids")))
    return _cards(PRESENT, among, shape, keys_of(PRESENT, shape))


def count(shape: Shape, further: Sequence[Condition] = ()) -> Select[Any]:
    """How many fit, counted up to the parameter `limit`."""
    few = found(shape, further).with_only_columns(PRESENT.c.employee_id).limit(sa.bindparam("limit", type_=sa.Integer))
    return sa.select(sa.func.count()).select_from(few.subquery("counted"))


def sizes(names: tuple[str, ...]) -> Select[Any]:
    """How many each of some conditions lets through by itself, in the order of `counted`."""
    columns: list[ColumnElement[Any]] = [_size(name, names) for name in counted(names)]
    return sa.select(*columns)


def counted(names: tuple[str, ...]) -> list[str]:
    """The conditions that have a size: the two ends of a range of days are one, named like the range."""
    return [*(name for name in names if range_of(name) is None), *dict.fromkeys(filter(None, map(range_of, names)))]


def _size(name: str, names: tuple[str, ...]) -> ColumnElement[int]:
    number = sa.select(sa.func.count())
    if on_a_link(name):
        column = CONDITIONS[name].column
        return number.select_from(column.table).where(column == sa.bindparam(name)).scalar_subquery().label(name)
    if on_a_name(name):
        # Of the many whose name begins with an "a", it is enough to know that they are many.
        known = sa.select(SearchName.__table__.c.field).where(
            SearchName.__table__.c.word >= sa.bindparam(name), SearchName.__table__.c.word < sa.bindparam(f"{name}_end")
        )
        return number.select_from(known.limit(MANY).subquery()).scalar_subquery().label(name)
    bounds = [each for each in names if range_of(each) == name] or [name]
    here = PRESENT.alias()
    return number.select_from(here).where(*(condition(each, here) for each in bounds)).scalar_subquery().label(name)


PAGE = lru_cache(512)(lambda shape: Prepared(page(shape)))
BEGUN = lru_cache(64)(lambda shape: Prepared(begun(shape)))
COUNT = lru_cache(256)(count)
SIZES = lru_cache(128)(sizes)
SOME = lru_cache(16)(some)
