"""The databases that are measured: made by `myproject demo` once for each size, and kept until the code that fills
them changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).parent.parent
INI = ROOT / "bench" / "bench.ini"
PROGRAM = Path(sys.executable).parent / "myproject"
FOLDER = ROOT / ".cache" / "bench"
KINDS = ("sqlite", "postgresql")
#: What is recorded in a database depends on the first, what is derived in it on the others.
_TOLD = ("myproject/demo",)
_DERIVED = (
    "myproject/directory/search",
    "myproject/directory/present/present_table.py",
    "myproject/directory/present/present_rows.py",
    "alembic/versions",
)


@dataclass(frozen=True)
class Target:
    """One database of one size."""

    kind: str
    employees: int
    url: str

    @property
    def label(self) -> str:
        """How progress calls it."""
        return f"{self.kind} {self.employees:,}"


def environment(url: str) -> dict[str, str]:
    """The environment of a process of ours that works on a database."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MYPROJECT_")}
    return {**ours, "MYPROJECT_SQLALCHEMY_URL": url, "MYPROJECT_INI": str(INI)}


def command(url: str, *words: str) -> None:
    """Run `myproject ...` on a database; what it says is shown only if it fails."""
    done = subprocess.run([PROGRAM, *words], env=environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"myproject {' '.join(words)} failed:\n{done.stdout}{done.stderr}")


def digest(sources: Iterable[str] = _TOLD) -> str:
    """Eight letters that change with the code in files and folders."""
    found = hashlib.sha256()
    for source in sources:
        place = ROOT / source
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:8]


class SQLite:
    """Files in a folder that git does not see."""

    kind = "sqlite"

    def __init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)

    def url(self, name: str) -> str:
        return f"sqlite:///{FOLDER / name}.sqlite"

    def names(self) -> list[str]:
        return [path.stem for path in FOLDER.glob("*.sqlite")]

    def create(self, name: str) -> None:
        self.drop(name)

    def drop(self, name: str) -> None:
        for ending in (".sqlite", ".sqlite-wal", ".sqlite-shm"):
            (FOLDER / f"{name}{ending}").unlink(missing_ok=True)

    def rename(self, old: str, new: str) -> None:
        # No process has it open any more, so everything is in the one file.
        (FOLDER / f"{old}.sqlite").rename(FOLDER / f"{new}.sqlite")

    def settle(self, name: str) -> None:
        """Nothing is left to do in the background."""

    def version(self) -> str:
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"


class PostgreSQL:
    """Databases of a server; `server` is an address of it whose user may create databases."""

    kind = "postgresql"

    def __init__(self, server: str) -> None:
        self._server: URL = make_url(server).set(drivername="postgresql+psycopg")
        self._engine = sa.create_engine(self._server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def _run(self, statement: str) -> list[str]:
        with self._engine.connect() as conn:
            result = conn.exec_driver_sql(statement)
            return list(result.scalars()) if result.returns_rows else []

    def _name(self, name: str) -> str:
        return f"myproject_bench_{name}"

    def url(self, name: str) -> str:
        return self._server.set(database=self._name(name)).render_as_string(hide_password=False)

    def names(self) -> list[str]:
        found = self._run("SELECT datname FROM pg_database WHERE datname LIKE 'myproject_bench_%%'")
        return [name.removeprefix("myproject_bench_") for name in found]

    def create(self, name: str) -> None:
        self.drop(name)
        self._run(f"CREATE DATABASE \"{self._name(name)}\" TEMPLATE template0 ENCODING 'UTF8'")

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self._name(name)}" WITH (FORCE)')

    def rename(self, old: str, new: str) -> None:
        self._run(f'ALTER DATABASE "{self._name(old)}" RENAME TO "{self._name(new)}"')

    def settle(self, name: str) -> None:
        """Do now what autovacuum would do some minutes later, in the middle of the measuring."""
        engine = sa.create_engine(self.url(name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as conn:
            conn.exec_driver_sql("VACUUM (ANALYZE)")

    def version(self) -> str:
        (found,) = self._run("SHOW server_version")
        return f"PostgreSQL {found.split()[0]}"


Kind = SQLite | PostgreSQL


def ensure(kind: Kind, employees: int) -> Target:
    """A database with as many people, made now if there is none yet, and up to date."""
    name = f"demo_{employees}_{digest()}"
    names = kind.names()
    if name not in names:
        for stale in names:
            if stale.startswith(f"demo_{employees}_"):
                kind.drop(stale)
        half = f"half_{employees}"
        kind.create(half)
        command(kind.url(half), "db", "upgrade")
        command(kind.url(half), "demo", "--employees", str(employees))
        kind.settle(half)
        kind.rename(half, name)
        _note(kind, name)
    elif _noted(kind, name) != digest(_DERIVED):
        command(kind.url(name), "db", "upgrade")
        command(kind.url(name), "db", "rebuild")
        kind.settle(name)
        _note(kind, name)
    return Target(kind.kind, employees, kind.url(name))


def _noted(kind: Kind, name: str) -> str:
    """By which code the derived tables of a database were made."""
    note = FOLDER / f"{kind.kind}_{name}.note"
    return note.read_text() if note.exists() else ""


def _note(kind: Kind, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{kind.kind}_{name}.note").write_text(digest(_DERIVED))


def kinds(wanted: Iterable[str], server: str) -> list[Kind]:
    """The kinds of database by their names."""
    return [SQLite() if name == "sqlite" else PostgreSQL(server) for name in wanted]
