"""What every command begins with: the ini, the settings, the database."""

from __future__ import annotations

import getpass
import os
import sys
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from myproject.settings.table import Settings, SettingsError

if TYPE_CHECKING:
    from myproject.db.engines import Engines

#: SQLite: not permitted, read-only, I/O error, corrupt, can't be opened, not a database.
_SQLITE_CIRCUMSTANCES = frozenset({3, 8, 10, 11, 14, 26})
#: PostgreSQL: connection, authorization, unknown database, resources, the operator, the system; no permission is 42501.
_SQLSTATE_CIRCUMSTANCES = frozenset({"08", "28", "3D", "53", "57", "58"})


class Context:
    """The ini file named on the command line, and what follows from it when it is first asked for."""

    def __init__(self, ini: str) -> None:
        self.ini = ini

    @cached_property
    def settings(self) -> Settings:
        """The settings. Raises `SettingsError`, which the command line tells as a list."""
        from myproject.settings.ini import set_up_logging, settings_of

        settings = settings_of(self.ini, os.environ)
        set_up_logging(self.ini)
        return settings

    @cached_property
    def engines(self) -> Engines:
        """The engines of the database, whatever state it is in."""
        from myproject.db.engines import make_engines

        return make_engines(self.settings)

    @cached_property
    def database(self) -> Engines:
        """The engines of a database that has had every migration; otherwise the command ends saying so."""
        from myproject.db.migrations import is_current

        with self.engines.read.connect() as conn:
            if not is_current(conn):
                raise click.ClickException(f"The database is not up to date: run `{self.command('db upgrade')}` first.")
        return self.engines

    @property
    def today(self) -> date:
        """Today's date in the organisation's time zone."""
        return datetime.now(ZoneInfo(self.settings["organisation.time_zone"])).date()

    @property
    def author(self) -> str:
        """Who a change made on the command line is recorded under, when no one else is named."""
        try:
            return f"{getpass.getuser()} (command line)"
        except (KeyError, OSError):
            return "command line"

    def command(self, words: str) -> str:
        """How to call another command with the same ini: for messages."""
        default = os.environ.get("MYPROJECT_INI") or "development.ini"
        ini = "" if self.ini == default else f"--ini {self.ini} "
        return f"{_program()} {ini}{words}"

    def close(self) -> None:
        """Close the connections."""
        if "engines" in self.__dict__:
            self.engines.dispose()


def _program() -> str:
    """How this very program is called from here: by its name, or by its path where the shell would not find it."""
    called = Path(sys.argv[0])
    if called.name != "myproject" or which("myproject") or not called.is_file():
        return "myproject"
    return os.path.relpath(called) if called.is_relative_to(Path.cwd()) else str(called)


pass_context = click.make_pass_decorator(Context)


def in_words(error: Exception) -> str | None:
    """What an error means to whoever typed the command; None when it is a mistake in the program."""
    if isinstance(error, SettingsError):
        return str(error)

    import sqlalchemy.exc

    from myproject.db.retry import is_busy

    if is_busy(error):
        return f"The database can't be used now: {_first_line(error)}"
    if isinstance(error, sqlalchemy.exc.DBAPIError) and _is_circumstance(error.orig):
        return f"The database can't be used: {_first_line(error)}"
    return None


def _is_circumstance(cause: BaseException | None) -> bool:
    """Whether an error of the database comes from where and how it runs, not from what we asked it."""
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) in _SQLITE_CIRCUMSTANCES
    sqlstate = getattr(cause, "sqlstate", None)
    # psycopg has no SQLSTATE for a connection that was never made: no such database, a wrong password.
    return sqlstate[:2] in _SQLSTATE_CIRCUMSTANCES if sqlstate else type(cause).__name__ == "OperationalError"


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
