"""Long lists of values in a query: one bound parameter, however long the list is.

``column.in_([...])`` makes a parameter per value (SQLite allows 32,766, PostgreSQL 65,535) and a statement
text per length. `id_list` and `text_list` send the whole list as one value: JSON on SQLite, an array on
PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import roles
from sqlalchemy.sql.expression import BindParameter, ColumnElement

#: `json.dumps` with an option would make an encoder each time.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Packed(sa.types.TypeDecorator[Any]):
    """A list of values as one bound value."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(sa.ARRAY(self.item) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        values = list(value)
        return values if dialect.name == "postgresql" else _encode(values)


class ValueList(roles.InElementRole, ColumnElement[Any]):
    """What `id_list` gives: the right side of ``column.in_(...)``."""

    inherit_cache = True
    __visit_name__ = "value_list"
    _traverse_internals = [("values", sa.sql.visitors.InternalTraversal.dp_clauseelement)]  # noqa: RUF012
    _is_select_base = False

    def __init__(self, values: BindParameter[Any], item: sa.types.TypeEngine[Any]) -> None:
        self.values = values
        self.type = item

    def self_group(self, against: Any = None) -> Any:
        return self


@compiles(ValueList, "sqlite")
def _sqlite(element: ValueList, compiler: Any, **kw: Any) -> str:
    values = compiler.process(element.values, **kw)
    return f"(SELECT value FROM json_each({values}))"  # noqa: S608 - a bound parameter


@compiles(ValueList, "postgresql")
def _postgresql(element: ValueList, compiler: Any, **kw: Any) -> str:
    item = compiler.dialect.type_compiler_instance.process(element.type)
    return f"(SELECT unnest(CAST({compiler.process(element.values, **kw)} AS {item}[])))"


class IdsOf(roles.InElementRole, ColumnElement[Any]):
    """What `few_ids` gives: the right side of ``column.in_(...)``."""

    inherit_cache = True
    __visit_name__ = "ids_of"
    _traverse_internals = [("query", sa.sql.visitors.InternalTraversal.dp_clauseelement)]  # noqa: RUF012
    _is_select_base = False

    def __init__(self, query: sa.ScalarSelect[Any]) -> None:
        self.query = query
        self.type = query.type

    def self_group(self, against: Any = None) -> Any:
        return self


@compiles(IdsOf)
def _as_it_is(element: IdsOf, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.query, **kw))


@compiles(IdsOf, "postgresql")
def _looked_up(element: IdsOf, compiler: Any, **kw: Any) -> str:
    return f"(SELECT unnest(ARRAY{compiler.process(element.query, **kw)}))"


def few_ids(query: sa.Select[Any]) -> IdsOf:
    """The right side of ``column.in_(...)``: the ids that a query finds, which are few.

    PostgreSQL takes a recursive query for a long one, and would read the whole table beside it to join the two
    (10,000 people: 4 ms); so it looks each id up.
    """
    return IdsOf(query.scalar_subquery())


def id_list(ids: Iterable[int] | str) -> ValueList:
    """The right side of ``column.in_(...)`` for any number of integers.

    A name instead of values makes a named parameter, for statements built once:
    ``conn.execute(select(...).where(t.c.id.in_(id_list("ids"))), {"ids": [1, 2]})``.
    """
    return _value_list(ids, sa.BigInteger())


def text_list(values: Iterable[str] | str) -> ValueList:
    """`id_list` for texts; a plain ``str`` is the name of a parameter."""
    return _value_list(values, sa.Text())


def _value_list(values: Iterable[Any] | str, item: sa.types.TypeEngine[Any]) -> ValueList:
    if isinstance(values, str):
        return ValueList(sa.bindparam(values, type_=_Packed(item)), item)
    return ValueList(sa.bindparam(None, list(values), type_=_Packed(item), unique=True), item)
