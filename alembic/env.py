"""Runs the migrations, for ``myproject db`` and for the ``alembic`` command alike.

``myproject db`` and the tests hand over their engines. The ``alembic`` command reads the address from the ini
file that it was given, with the same settings and the same complaints as the application.
"""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any, Literal

from alembic import context

from myproject.db.engines import Engines, make_engines
from myproject.db.types import UtcDateTime
from myproject.models.all import metadata

#: Any number that nobody else uses for an advisory lock of this database.
_LOCK = 0x6D79_7072


def engines_of_ini() -> Engines:
    """The engines for the ini file of the command line; ends the program when the file is wrong."""
    from myproject.settings.ini import exit_on_settings_errors, set_up_logging, settings_of

    ini = context.config.config_file_name
    if ini is None:
        raise SystemExit("alembic: name an ini file with -c")
    with exit_on_settings_errors():
        settings = settings_of(str(ini), os.environ)
        set_up_logging(str(ini))
    return make_engines(settings)


def migrate(engines: Engines) -> None:
    """Run what was asked for in one transaction, alone."""
    with engines.write.connect() as connection:
        dialect = connection.dialect.name
        driver: Any = connection.connection.driver_connection
        if dialect == "sqlite":
            # Changing a table copies it; its children must not notice. Has no effect inside a transaction.
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            connection.execution_options(lock_wait=60.0)
            with connection.begin():
                if dialect == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
                context.configure(
                    connection=connection,
                    target_metadata=metadata,
                    transactional_ddl=True,
                    compare_type=True,
                    render_item=render_item,
                )
                context.run_migrations()
                if dialect == "sqlite":
                    check_references(connection)
        finally:
            if dialect == "sqlite":
                driver.execute("PRAGMA foreign_keys=ON")


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own types into a new migration as what they are there; False: as Alembic writes them.

    A migration imports nothing of the application, which goes on changing.
    """
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def check_references(connection: Any) -> None:
    """Refuse a migration that leaves rows pointing at nothing."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise RuntimeError(f"the migration leaves rows that refer to nothing: {[tuple(row) for row in broken]}")


def migrate_offline() -> None:
    """Print the SQL instead of running it (``--sql``)."""
    with closing(_Disposed(context.config.attributes.get("engines") or engines_of_ini())) as holder:
        context.configure(
            url=holder.engines.write.url, target_metadata=metadata, literal_binds=True, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()


class _Disposed:
    def __init__(self, engines: Engines) -> None:
        self.engines = engines

    def close(self) -> None:
        self.engines.dispose()


given: Engines | None = context.config.attributes.get("engines")
if context.is_offline_mode():
    migrate_offline()
elif given is not None:
    migrate(given)
else:
    with closing(_Disposed(engines_of_ini())) as holder:
        migrate(holder.engines)
