"""Databases for tests, made by copying one that was migrated or filled once: on SQLite and on a PostgreSQL server.

A server that does not answer skips its half of the tests, by name; it fails them when the environment variable
MYPROJECT_TEST_REQUIRE names it.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from myproject.db import migrations
from myproject.db.engines import Engines, engines_for

_numbers = itertools.count(1)


class _Statements(dict[Any, Any]):
    """Compiled statements, by the name of the dialect instead of the dialect of one engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) > 5_000:
            self.clear()
        super().__setitem__((key[0].name, *key[1:]), compiled)


_STATEMENTS = _Statements()


@sa.event.listens_for(sa.Engine, "engine_connect")
def _share_statements(connection: sa.Connection) -> None:
    """Compile a statement once in a process, not once for each of the thousand databases that tests make.

    An engine keeps what it compiles to itself, and tests spend a third of their time on it.
    """
    connection.execution_options(compiled_cache=_STATEMENTS)


class Database:
    """Makes databases by copying a template that was migrated once."""

    name = ""

    def __init__(self) -> None:
        self._templates: dict[str, URL] = {}

    def create(self) -> URL:
        """An empty database."""
        raise NotImplementedError

    def copy(self, template: URL) -> URL:
        """A copy of a database to which nobody is connected."""
        raise NotImplementedError

    def drop(self, url: URL) -> None:
        """Remove a database."""
        raise NotImplementedError

    def template(self, name: str, fill: Callable[[Engines], None]) -> URL:
        """A database that is filled once per session, on top of the migrations."""
        if name not in self._templates:
            url = self.create() if name == "migrated" else self.copy(self.migrated)
            engines = engines_for(url)
            # Noted before it is filled, so that it is removed should that fail.
            self._templates[f"{name}, half filled"] = url
            try:
                fill(engines)
            finally:
                engines.dispose()
            self._templates[name] = self._templates.pop(f"{name}, half filled")
        return self._templates[name]

    @property
    def migrated(self) -> URL:
        """The template with every migration and no data."""
        return self.template("migrated", migrations.upgrade)

    def close(self) -> None:
        """Remove the templates."""
        for url in self._templates.values():
            self.drop(url)


class SQLite(Database):
    """Files in a temporary folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def create(self) -> URL:
        return make_url(f"sqlite:///{self._folder / f'{next(_numbers)}.sqlite'}")

    def copy(self, template: URL) -> URL:
        url = self.create()
        shutil.copyfile(str(template.database), str(url.database))
        return url

    def drop(self, url: URL) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{url.database}{suffix}").unlink(missing_ok=True)


class PostgreSQL(Database):
    """Databases of a server; the names tell the process, so that parallel runs don't meet.

    The server takes a third of a second to remove one and a tenth to copy one, most of it waiting for the disk: beside
    the tests, one copy ahead of them. One that doesn't wait for its disk (`fsync = off`, as in CI) copies files in
    20 ms, an eighth of what its usual way through the log takes.
    """

    name = "postgresql"

    def __init__(self, server: URL) -> None:
        super().__init__()
        self._server = server
        self._engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._beside = ThreadPoolExecutor(2)
        self._next: dict[URL, Future[URL]] = {}
        self._dropped: list[Future[None]] = []

        with self._engine.connect() as conn:
            self._strategy = "STRATEGY FILE_COPY" if conn.exec_driver_sql(_COPIES_FILES).scalar() else ""
        if not server.host:
            self._sweep()

    def _sweep(self) -> None:
        """Remove what processes of this machine have left that were killed."""
        with self._engine.connect() as conn:
            names = conn.exec_driver_sql("SELECT datname FROM pg_database WHERE datname LIKE 'myproject_test_%%'")
            for name in names.scalars().all():
                pid = name.split("_")[-2]
                if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
                    conn.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with self._engine.connect() as conn:
            conn.exec_driver_sql(statement)

    def _new(self) -> URL:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        return self._server.set(database=f"myproject_test_{worker}_{os.getpid()}_{next(_numbers)}")

    def create(self) -> URL:
        url = self._new()
        self._run(f"CREATE DATABASE \"{url.database}\" TEMPLATE template0 ENCODING 'UTF8'")
        return url

    def copy(self, template: URL) -> URL:
        made = self._next.pop(template, None) or self._beside.submit(self._copied, template)
        url = made.result()
        self._next[template] = self._beside.submit(self._copied, template)
        return url

    def _copied(self, template: URL) -> URL:
        url = self._new()
        self._run(f'CREATE DATABASE "{url.database}" TEMPLATE "{template.database}" {self._strategy}')
        return url

    def drop(self, url: URL) -> None:
        statement = f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'
        self._dropped.append(self._beside.submit(self._run, statement))

    def close(self) -> None:
        for made in self._next.values():
            self.drop(made.result())
        super().close()
        for dropped in self._dropped:
            dropped.result()
        self._beside.shutdown()


_COPIES_FILES = "SELECT current_setting('fsync') = 'off' AND current_setting('server_version_num')::int >= 150000"
_MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = user"


def postgresql() -> PostgreSQL:
    """The server named by MYPROJECT_TEST_POSTGRESQL_URL, or one that answers on this machine; else skips."""
    given = os.environ.get("MYPROJECT_TEST_POSTGRESQL_URL")
    candidates = [given] if given else ["postgresql:///postgres", "postgresql://postgres@localhost/postgres"]
    problem = ""
    for candidate in candidates:
        url = make_url(candidate).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": 2})
        try:
            with engine.connect() as conn:
                if conn.exec_driver_sql(_MAY_CREATE).scalar():
                    return PostgreSQL(url)
                problem = "its user may not create databases"
        except sa.exc.OperationalError as error:
            problem = str(error.orig).strip().replace("\n", " ")
    message = f"PostgreSQL does not answer: {problem}"
    if "postgresql" in os.environ.get("MYPROJECT_TEST_REQUIRE", ""):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
