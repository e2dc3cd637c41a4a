"""What databases call by different names when they look into a text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class holds_text(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """Whether a text has another one somewhere in it, letter by letter: no character is a sign for others."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, text: sa.ColumnElement[str], part: sa.ColumnElement[str]) -> None:
        super().__init__(text, part)

    def self_group(self, against: Any = None) -> Any:
        # Or it would be compared with 1 on SQLite, where truth is a number.
        return self


@compiles(holds_text)
def _position(element: holds_text, compiler: Any, **kw: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **kw)}) > 0)"


@compiles(holds_text, "sqlite")
def _instr(element: holds_text, compiler: Any, **kw: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **kw)}) > 0)"
