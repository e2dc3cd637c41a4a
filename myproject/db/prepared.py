"""Statements compiled once and sent by the driver itself: for the few that nearly every request sends.

What SQLAlchemy does around a statement (finding its compiled form, its parameters, a cursor, a result, its rows) takes
some 40 µs, four times as long as SQLite takes to answer a look-up by key. Here it is done once per database.

    _BY_MAIL = Prepared(select(employee.c.id).where(employee.c.email == bindparam("mail")))
    row = _BY_MAIL.first(conn, {"mail": "ada@example.com"})

Where a transaction has to begin first, a statement goes the ordinary way, which begins it; so does every statement
while somebody listens to statements, as tests do that count them.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from myproject.db.driver import raise_as_sqlalchemy

Convert = Callable[[Any], Any] | None
_NOTHING: Mapping[str, Any] = {}


class Prepared:
    """A statement of SQLAlchemy Core with named parameters; its rows are tuples with names, converted as ever.

    No parameter may change the text of the statement: long lists go through `myproject.db.ids`.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self.columns = [column.key for column in getattr(statement, "exported_columns", ())]
        """The names of its rows."""
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> list[Any]:
        """All rows, read."""
        if _ready(conn):
            compiled = self._compiled.get(conn.dialect.name) or self._compile(conn.dialect)
            return compiled.rows(conn, values)
        return list(conn.execute(self.statement, values).all())

    def first(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> Any:
        """The first row, or None. All are read: it is for statements that give one."""
        rows = self.rows(conn, values)
        return rows[0] if rows else None

    def run(self, conn: Connection, values: Mapping[str, Any] = _NOTHING) -> None:
        """Write, where no rows come back."""
        if _ready(conn):
            compiled = self._compiled.get(conn.dialect.name) or self._compile(conn.dialect)
            compiled.execute(conn, values)
        else:
            conn.execute(self.statement, values)

    def _compile(self, dialect: sa.Dialect) -> _Compiled:
        found = self._compiled[dialect.name] = _Compiled(self.statement, dialect)
        return found


def _ready(conn: Connection) -> bool:
    """Whether a statement may be sent past SQLAlchemy: no transaction has to begin with it, and nobody listens."""
    begun = conn.in_transaction() or conn.get_execution_options().get("settled")
    return bool(begun) and not conn.dispatch.before_cursor_execute


class _Compiled:
    """A statement as one database takes it."""

    def __init__(self, statement: Any, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if compiled.literal_execute_params or compiled.post_compile_params:
            raise ValueError(f"the text depends on a parameter: {compiled}")
        self._text = str(compiled)
        self._dialect = dialect
        self._error = dialect.loaded_dbapi.Error
        usual = compiled.params
        required = {name for name, bound in compiled.binds.items() if bound.required}
        names = compiled.positiontup if compiled.positional else list(usual)
        self._by_name = not compiled.positional
        # (name, what converts a value, the value where none is given), in the order of the text.
        self._parameters: list[tuple[str, Convert, Any]] = []
        for name in names:
            convert = _implementation(compiled.binds[name].type, dialect).bind_processor(dialect)
            given = _REQUIRED if name in required else convert(usual[name]) if convert else usual[name]
            self._parameters.append((name, convert, given))
        columns = getattr(statement, "exported_columns", ())
        self._types = [column.type for column in columns]
        row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
        self._make = row._make
        self._converts: list[tuple[int, Callable[[Any], Any]]] | None = None

    def execute(self, conn: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor, after the statement."""
        try:
            bound: Any = [
                (given if given is not _REQUIRED else _missing(name))
                if name not in values
                else values[name]
                if convert is None
                else convert(values[name])
                for name, convert, given in self._parameters
            ]
        except Exception as error:
            # As any other statement: what can't be bound is told with the text and without the values.
            raise sa.exc.StatementError(str(error), self._text, None, error, hide_parameters=True) from error
        if self._by_name:
            bound = {parameter[0]: value for parameter, value in zip(self._parameters, bound, strict=True)}
        driver: Any = conn.connection.driver_connection
        try:
            return driver.execute(self._text, bound)
        except self._error as error:
            raise_as_sqlalchemy(conn, self._text, error)

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> list[Any]:
        cursor = self.execute(conn, values)
        try:
            found = cursor.fetchall()
        except self._error as error:
            raise_as_sqlalchemy(conn, self._text, error)
        converts = self._converts
        if converts is None:
            converts = self._converts = self._converters(cursor.description)
        if not converts:
            return list(map(self._make, found))
        made = []
        for row in found:
            cells = list(row)
            for place, convert in converts:
                cells[place] = convert(cells[place])
            made.append(self._make(cells))
        return made

    def _converters(self, description: Any) -> list[tuple[int, Callable[[Any], Any]]]:
        found = []
        for place, (kind, told) in enumerate(zip(self._types, description, strict=True)):
            convert = _implementation(kind, self._dialect).result_processor(self._dialect, told[1])
            if convert is not None:
                found.append((place, convert))
        return found


_REQUIRED = object()


def _missing(name: str) -> Any:
    raise sa.exc.InvalidRequestError(f"A value is required for bind parameter {name!r}")


def _implementation(kind: Any, dialect: sa.Dialect) -> Any:
    return kind.dialect_impl(dialect)
