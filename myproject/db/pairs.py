"""A small table that lives in one bound parameter: keys and texts, however many.

A `VALUES` list would make a statement text per length, and a parameter per value.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from myproject.db.types import key_text


class _Packed(sa.types.TypeDecorator[Any]):
    """A mapping of ids to texts as one JSON text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return json.dumps(value, ensure_ascii=False)


class _each(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    name = "pairs"
    inherit_cache = True


@compiles(_each, "sqlite")
def _sqlite(element: _each, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_each, "postgresql")
def _postgresql(element: _each, compiler: Any, **kw: Any) -> str:
    return f"jsonb_each_text(CAST({compiler.process(element.clauses, **kw)} AS JSONB))"


def pairs(parameter: str) -> sa.CTE:
    """A table with the columns `id` and `text` from a parameter ``{1: "one", 2: "two"}``; the texts sort by code point.

    It is materialised, so that SQLite makes an index for it rather than reading it again for every row.
    """
    rows = _each(sa.bindparam(parameter, type_=_Packed())).table_valued("key", "value").alias(f"each_{parameter}")
    return (
        sa.select(sa.cast(rows.c.key, sa.BigInteger).label("id"), sa.cast(rows.c.value, key_text(400)).label("text"))
        .cte(parameter)
        .prefix_with("MATERIALIZED")
    )
