"""Many rows into a table, fast: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from myproject.db.driver import raise_as_sqlalchemy

#: Rows per call of the driver: bounds the memory of a generator that gives hundreds of thousands.
CHUNK = 5_000
#: Up to so many values, PostgreSQL gets one INSERT: a COPY takes three turns of the conversation, and a parse.
FEW_VALUES = 150
#: Values of one INSERT at the most.
MOST_VALUES = 20_000

Row = Sequence[Any]


def insert_rows(
    conn: Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Row], *, as_kept: bool = False
) -> int:
    """Insert ``rows`` (tuples in the order of ``columns``) and return how many there were.

    Values are Python values as for any other statement: the column types convert them. Database defaults
    fill the columns that are not named; Python-side defaults do not. Needs a connection in a transaction.
    as_kept: the values are those of `kept`, and need no conversion.
    """
    if not conn.in_transaction():
        raise ValueError("insert_rows needs a connection inside a transaction")
    if isinstance(rows, list | tuple) and not rows:
        return 0
    target = _target(table, tuple(columns), conn.dialect)
    converted = rows if as_kept else _converted(rows, target.converts)
    if conn.dialect.name == "postgresql":
        remaining = iter(converted)
        first = list(itertools.islice(remaining, FEW_VALUES // target.width + 1))
        if len(first) * target.width <= FEW_VALUES or conn.info.get(_TOGETHER):
            first += remaining
            return _insert_few(conn, target, first)
        return _copy(conn, target, itertools.chain(first, remaining))
    return _executemany(conn, target, converted)


def kept(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """The columns of a table on SQLite as it keeps them, to be inserted elsewhere: days and JSON as text.

    Every database takes them so, but for truth values. To make Python values of them and back takes a third of the
    time of a large import's transaction.
    """
    return [
        column if isinstance(column.type, sa.Boolean) else sa.type_coerce(column, sa.types.NullType())
        for column in table.c
    ]


@contextlib.contextmanager
def together(conn: Connection) -> Iterator[None]:
    """Send the writes inside of it without waiting for each to be answered; nothing may be read in it.

    On PostgreSQL half the time of a small change set is waiting for answers that say "done". What one of them has
    against it is raised at the end. A COPY can't be sent so: `insert_rows` makes INSERTs of all rows while it lasts, so
    it is for few.
    """
    if conn.dialect.name != "postgresql":
        yield
        return
    driver: Any = conn.connection.driver_connection
    info = conn.info  # asked for once: that of a connection that is lost meanwhile can't be had any more
    info[_TOGETHER] = True
    try:
        with driver.pipeline():
            yield
    except conn.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(conn, "several statements", error)
    finally:
        del info[_TOGETHER]


_TOGETHER = "statements are sent together"


def gather_statistics(conn: Connection) -> None:
    """Let the planner learn how many rows there are now. To be called when very many were written and committed.

    PostgreSQL would find out by itself, a minute or more later; until then a join of tables that were empty when it
    last looked can take minutes. SQLite plans without statistics, and our queries are written for that.
    """
    if conn.dialect.name == "postgresql":
        # By name: without, it takes in the catalogues that all databases of the server share, and locks them until the
        # transaction ends, against whoever loads another database meanwhile.
        names = map(conn.dialect.identifier_preparer.quote, sa.inspect(conn).get_table_names())
        conn.exec_driver_sql(f"ANALYZE {', '.join(names)}")


def mind_growth(conn: Connection, before: int, after: int) -> None:
    """Gather statistics where this connection has doubled the rows since the last time. To be called after each part.

    before, after: how many rows there were when the part began, and are now. In one long transaction nobody else looks
    at the tables: without this, PostgreSQL goes on as if they were empty, and every part takes longer than the last.
    Ten times in a load of 300,000 people, some three seconds at the end; never for a change of a few rows.
    """
    known = conn.info.get(_KNOWN)
    if known is None or known > after:
        known = conn.info[_KNOWN] = before
    if after - known > max(CHUNK, known):
        gather_statistics(conn)
        conn.info[_KNOWN] = after


_KNOWN = "rows when statistics were gathered"


@dataclass(frozen=True, slots=True)
class _Target:
    """Some columns of a table, as rows are written into them."""

    table: sa.Table
    names: str
    """The table and its columns, as SQL: ``thing (id, name)``."""
    width: int
    converts: tuple[tuple[int, Callable[[Any], Any]], ...]
    """What makes values fit for the driver, by the place of the column; most need nothing."""


_TARGETS: dict[tuple[str, tuple[str, ...], str], _Target] = {}


def _target(table: sa.Table, columns: tuple[str, ...], dialect: sa.Dialect) -> _Target:
    """Worked out once for each choice of columns."""
    key = (table.name, columns, dialect.name)
    known = _TARGETS.get(key)
    if known is None or known.table is not table:
        chosen = [table.c[name] for name in columns]
        preparer = dialect.identifier_preparer
        names = f"{preparer.format_table(table)} ({', '.join(map(preparer.format_column, chosen))})"
        converts = ((place, _converter(column, dialect)) for place, column in enumerate(chosen))
        needed = tuple((place, convert) for place, convert in converts if convert is not None)
        known = _TARGETS[key] = _Target(table, names, len(chosen), needed)
    return known


def _converter(column: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _converted(rows: Iterable[Row], converts: Sequence[tuple[int, Callable[[Any], Any]]]) -> Iterable[Row]:
    if not converts:
        return rows

    def convert_rows() -> Iterator[Row]:
        for row in rows:
            values = list(row)
            for place, convert in converts:
                values[place] = convert(values[place])
            yield tuple(values)

    return convert_rows()


def _copy(conn: Connection, target: _Target, rows: Iterable[Row]) -> int:
    statement = f"COPY {target.names} FROM STDIN"
    count = 0
    driver: Any = conn.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
    except conn.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(conn, statement, error)
    return count


def _insert_few(conn: Connection, target: _Target, rows: list[Row]) -> int:
    marks = f"({', '.join(['%s'] * target.width)})"
    remaining = iter(rows)
    # PostgreSQL takes 65,535 values in one statement.
    while chunk := list(itertools.islice(remaining, MOST_VALUES // target.width)):
        values = ", ".join([marks] * len(chunk))
        statement = f"INSERT INTO {target.names} VALUES {values}"  # noqa: S608 - names of our own, quoted
        driver: Any = conn.connection.driver_connection
        # The driver itself, as for COPY: what SQLAlchemy does around a statement takes as long as the statement.
        try:
            driver.execute(statement, tuple(itertools.chain.from_iterable(chunk)))
        except conn.dialect.loaded_dbapi.Error as error:
            raise_as_sqlalchemy(conn, statement, error)
    return len(rows)


def _executemany(conn: Connection, target: _Target, rows: Iterable[Row]) -> int:
    marks = ", ".join("?" * target.width)
    statement = f"INSERT INTO {target.names} VALUES ({marks})"  # noqa: S608 - names of our own, quoted
    count = 0
    driver: Any = conn.connection.driver_connection
    remaining = iter(rows)
    while chunk := list(itertools.islice(remaining, CHUNK)):
        try:
            driver.executemany(statement, chunk)
        except conn.dialect.loaded_dbapi.Error as error:
            raise_as_sqlalchemy(conn, statement, error)
        count += len(chunk)
    return count
