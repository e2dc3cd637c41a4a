"""Where the migrations are, and whether a database has had them all.

Alembic is imported by the functions that need it: the application does for its health check, once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy.engine import Connection

from myproject.db.engines import Engines

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE = Path(__file__).parent.parent


def directory() -> Path:
    """The folder of the migrations: in the package (in a checkout, by a link), or else beside it."""
    inside = _PACKAGE / "migrations"
    return inside if inside.is_dir() else _PACKAGE.parent / "alembic"


def alembic_config(engines: Engines | None = None) -> Config:
    """Alembic's configuration; with engines, its commands work on their database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(directory()).replace("%", "%%"))
    config.attributes["engines"] = engines
    return config


@cache
def head() -> str | None:
    """The newest migration that this program knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def current(conn: Connection) -> str | None:
    """The migration that a database is at; None when it has had none."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(conn).get_current_revision()


def is_current(conn: Connection) -> bool:
    """Whether the database is at `head`. One query; raises when the database does not answer."""
    try:
        version = conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except (sqlalchemy.exc.ProgrammingError, sqlalchemy.exc.OperationalError) as error:
        if error.connection_invalidated or "alembic_version" not in str(error.orig):
            raise
        return False
    return version == head()


def is_missing(error: BaseException) -> bool:
    """Whether an error means that the database lacks tables: nobody has run the migrations."""
    if not isinstance(error, sqlalchemy.exc.DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def upgrade(engines: Engines, revision: str = "head") -> None:
    """Bring the database to a migration. Everything in one transaction: all of it happens or nothing."""
    from alembic import command

    command.upgrade(alembic_config(engines), revision)


def downgrade(engines: Engines, revision: str) -> None:
    """Take the database back to a migration (``base``: to an empty one)."""
    from alembic import command

    command.downgrade(alembic_config(engines), revision)


def differences(conn: Connection, metadata: sa.MetaData) -> list[str]:
    """Where the tables of a database are not what the models say, in words; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(conn, opts={"compare_type": True, "target_metadata": metadata})
    return [_difference(each) for each in compare_metadata(context, metadata)]


def _difference(found: object) -> str:
    """One of autogenerate's findings: ("add_index", Index(...)), or a list of changes of one column."""
    if isinstance(found, list):
        return "; ".join(_difference(each) for each in found)
    assert isinstance(found, tuple)
    return " ".join(str(part) for part in found if part is not None)
