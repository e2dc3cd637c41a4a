"""The two engines of the application: one that only reads, one that writes in transactions.

``read`` is a pure AUTOCOMMIT engine: no BEGIN and no ROLLBACK around a page's few queries (measured: two
thirds of the cost of a small read). It cannot write, the database refuses it. ``write`` opens a real
transaction: BEGIN IMMEDIATE on SQLite, because a transaction that reads first and writes later loses updates
or dies of BUSY_SNAPSHOT there; READ COMMITTED on PostgreSQL.

Nothing outside ``myproject.db`` and the migrations asks which database it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url

from myproject.db import retry
from myproject.db.checkpoints import Checkpoints
from myproject.db.turns import REQUEST_WAIT, TURN_WAIT, WAITED, OneWriter, Turns

#: How long a command waits, in seconds: an import may hold the lock for a minute.
COMMAND_WAIT = 120.0
#: How long a web transaction may idle, in seconds (PostgreSQL).
IDLE_LIMIT = 60
#: How long a query of a command may run, in seconds (PostgreSQL).
COMMAND_LIMIT = 30
_NO_TIMEOUT = "SET LOCAL statement_timeout = 0"
#: Pages of SQLite's log (64 MB) after which a writer itself takes them into the file.
LONGEST_LOG = 16_384
#: Marks the connections that see committed rows only: what they read may be kept for other requests.
SETTLED = {"settled": True}


class UnsupportedDatabaseError(ValueError):
    """The address names a database that this application does not run on."""


@dataclass(frozen=True)
class Engines:
    """The read and the write engine of one database."""

    read: Engine
    write: Engine

    @contextlib.contextmanager
    def begin(self, wait: float = COMMAND_WAIT, *, unlimited: bool = False) -> Iterator[Connection]:
        """A connection inside a write transaction: committed at the end, rolled back by an exception.

        Waits at most ``wait`` seconds for other writers (0: not at all), then fails with an error that
        `myproject.db.retry.is_busy` recognises. The transaction may idle as long as it needs to. With ``unlimited``, or
        a longer wait than that of a request, so may each statement.
        """
        token = TURN_WAIT.set(wait)
        try:
            connection = self.write.connect()
        finally:
            TURN_WAIT.reset(token)
        with connection:
            connection.execution_options(lock_wait=wait)
            with connection.begin():
                if connection.dialect.name != "postgresql":
                    yield connection
                    return
                with _unlimited(connection) if unlimited or wait > REQUEST_WAIT else contextlib.nullcontext():
                    milliseconds = max(1, int(wait * 1000))
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
                    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
                    # A plan that was made once for all is that of the tables as they were then: empty, in a load.
                    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
                    yield connection

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection to read by that sees one state of the database, however long it reads. Holds nobody up."""
        with self.read.connect() as connection:
            postgresql = connection.dialect.name == "postgresql"
            # By hand: to SQLAlchemy the connections of this engine have no transactions.
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ" if postgresql else "BEGIN")
            try:
                if postgresql:
                    connection.exec_driver_sql(_NO_TIMEOUT)
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @property
    def file(self) -> str | None:
        """The file of the database; None for one that has a server."""
        return self.write.url.database if self.write.dialect.name == "sqlite" else None

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.read.dispose()
        self.write.dispose()


@contextlib.contextmanager
def writing(engines: Engines, wait: float = COMMAND_WAIT) -> Iterator[Connection]:
    """`Engines.begin` as a function: a write transaction for commands and other code outside requests."""
    with engines.begin(wait) as connection:
        yield connection


def make_engines(settings: Mapping[str, Any], *, answer_limit: float | None = None) -> Engines:
    """The engines for ``sqlalchemy.url``; opens no connection.

    ``database.pool_size`` and ``database.max_overflow`` are per engine and process. With ``answer_limit`` no statement
    waits longer than that many seconds for PostgreSQL: for the threads that serve requests. Raises
    `UnsupportedDatabaseError` for an address we do not run on.
    """
    url = make_url(settings["sqlalchemy.url"])
    size, overflow = settings["database.pool_size"], settings["database.max_overflow"]
    return engines_for(url, pool_size=size, max_overflow=overflow, answer_limit=answer_limit)


def engines_for(
    url: URL | str, *, pool_size: int = 5, max_overflow: int = 10, answer_limit: float | None = None
) -> Engines:
    """The engines for an address, without a settings object: for tools and tests."""
    url = make_url(url)
    pool = {
        "pool_size": pool_size,
        "max_overflow": max_overflow,
        "pool_timeout": REQUEST_WAIT,
        "pool_use_lifo": True,
        # Errors are logged; what people typed is not.
        "hide_parameters": True,
    }
    backend = url.get_backend_name()
    if backend == "sqlite":
        engines = _sqlite(url, pool)
    elif backend == "postgresql":
        engines = _postgresql(url, pool, answer_limit)
    else:
        raise UnsupportedDatabaseError(
            f"sqlalchemy.url: {backend} is not supported; use sqlite:///FILE or postgresql+psycopg://..."
        )
    for engine in (engines.read, engines.write):
        event.listen(engine, "handle_error", retry.tag)
    return engines


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def _postgresql(url: URL, pool: dict[str, Any], answer_limit: float | None) -> Engines:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_driver_name() != "psycopg":
        raise UnsupportedDatabaseError("sqlalchemy.url: the PostgreSQL driver is psycopg; use postgresql+psycopg://...")
    common = {**pool, "pool_recycle": 1800}
    milliseconds = int(max(answer_limit - 1, answer_limit / 2) * 1000) if answer_limit else 0

    def connect_args(**options: object) -> dict[str, Any]:
        given = url.query.get("options", "")
        flags = " ".join(f"-c {name}={value}" for name, value in options.items())
        return {
            "application_name": "myproject",
            "connect_timeout": 5,
            # A connection whose peer has vanished must not hold a request for a quarter of an hour.
            "tcp_user_timeout": 8000,
            # Compiling a query costs more than any query of a page.
            "options": f"{given if isinstance(given, str) else ' '.join(given)} -c jit=off {flags}".strip(),
        }

    read = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args=connect_args(
            default_transaction_read_only="on",
            statement_timeout=milliseconds or COMMAND_LIMIT * 1000,
            # What a page looks up is in memory or on a disk without a head to move; the default is that of 1996. With
            # it, 2,000 people of 200 words were found by reading a table of 1.6 million rows: 0.2 s.
            random_page_cost=1.1,
        ),
        execution_options=SETTLED,
        **common,
    )
    write = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        connect_args=connect_args(
            statement_timeout=milliseconds,
            lock_timeout=f"{int(REQUEST_WAIT)}s",
            idle_in_transaction_session_timeout=f"{IDLE_LIMIT}s",
            # What a change asks for is looked up by keys, always in the same way; to plan it anew each time took
            # longer than to do it: up to 6 ms for one person's row of `present`.
            plan_cache_mode="force_generic_plan",
        ),
        poolclass=Turns,
        **common,
    )
    for engine in (read, write):
        event.listen(engine, "do_connect", partial(_connect, answer_limit))
    return Engines(read, write)


def _connect(
    answer_limit: float | None, _dialect: Any, _record: Any, args: Sequence[Any], options: dict[str, Any]
) -> Any:
    """How an engine connects to PostgreSQL."""
    from myproject.db.limited_connection import connect

    return connect(answer_limit, *args, **options)


@contextlib.contextmanager
def _unlimited(connection: Connection) -> Iterator[None]:
    """Within it, and within the transaction, statements take as long as they need: of work that nobody waits for."""
    driver: Any = connection.connection.driver_connection
    limit = driver.answer_limit
    connection.exec_driver_sql(_NO_TIMEOUT)
    driver.answer_limit = None
    try:
        yield
    finally:
        driver.answer_limit = limit


# --- SQLite -------------------------------------------------------------------------------------------------


def _sqlite(url: URL, pool: dict[str, Any]) -> Engines:
    if not url.database or url.database == ":memory:" or "mode" in url.query:
        raise UnsupportedDatabaseError("sqlalchemy.url: SQLite needs a file (sqlite:///myproject.sqlite), not a memory")
    connect_args = {"timeout": REQUEST_WAIT, "check_same_thread": False}
    read = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args=connect_args,
        execution_options=SETTLED,
        **pool,
    )
    alone = {"pool_size": 1, "max_overflow": 0, "poolclass": OneWriter}
    write = sa.create_engine(url, connect_args=connect_args, **pool | alone)
    event.listen(read, "connect", _sqlite_connect)
    event.listen(read, "connect", _sqlite_reader)
    event.listen(write, "connect", _sqlite_connect)
    event.listen(write, "connect", _sqlite_writer)
    event.listen(write, "begin", _sqlite_begin)
    checkpoints = Checkpoints(url.database)
    event.listen(write, "checkin", lambda *_: checkpoints.expect())
    return Engines(read, write)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # WAL first: it is kept in the file, so this waits for a lock only the very first time.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_reader(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")
    # As much of the file as SQLite will map. What lies beyond is read by calls to the system, page by page: with
    # 300,000 people (1 GB) and a quarter of it mapped, a search took half as long again. Costs addresses, no memory.
    connection.execute(f"PRAGMA mmap_size={2**31 - 2**16}")


def _sqlite_writer(connection: Any, _record: Any) -> None:
    # Keeps the driver from opening transactions of its own; the `begin` hook below does it.
    connection.isolation_level = None
    connection.execute(f"PRAGMA wal_autocheckpoint={LONGEST_LOG}")


def _sqlite_begin(connection: Connection) -> None:
    """Begin a write transaction: waits for SQLite's lock for what is left of the ``lock_wait`` seconds."""
    record = connection.connection.record_info
    assert record is not None
    wait: float = connection.get_execution_options().get("lock_wait", REQUEST_WAIT)
    # Whole tenths: almost every write finds the timeout it needs already set.
    left = max(0.0, round(wait - record.pop(WAITED, 0.0), 1))
    if record.get("busy_timeout", REQUEST_WAIT) != left:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(left * 1000)}")
        record["busy_timeout"] = left
    connection.exec_driver_sql("BEGIN IMMEDIATE")
