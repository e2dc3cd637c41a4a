"""What a planner can't know by itself, said so that it changes no answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class few_rows(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """Says that a selection holds few rows, given a column of it that is above 0 in every row that matters.

    SQLite takes a recursive query for a million rows. A join to it is then made from the other side, or begins with
    a filter built from a whole table (300,000 employees: 190 ms for a chain of seven, instead of 0.1). PostgreSQL
    guesses well and is told nothing but the condition.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any]) -> None:
        super().__init__(column > sa.literal_column("0"))

    def self_group(self, against: Any = None) -> Any:
        # Or it would be compared with 1 on SQLite, where truth is a number, and the hint be lost.
        return self


@compiles(few_rows)
def _condition(element: few_rows, compiler: Any, **kw: Any) -> str:
    text: str = compiler.process(element.clauses, **kw)
    return text


@compiles(few_rows, "sqlite")
def _likelihood(element: few_rows, compiler: Any, **kw: Any) -> str:
    return f"likelihood({compiler.process(element.clauses, **kw)}, 0.0001)"


def by_another(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """The column in a condition that no index is to be used for, because another one finds the row.

    PostgreSQL takes the index behind an exclusion constraint for as good as any, but where the rows came in one by one
    it is a thousand times slower: 9 ms for the reporting line of an assignment, among 300,000 people.
    """
    return column + sa.literal_column("0")
