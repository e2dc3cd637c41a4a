"""The organisation of `search_company` in a database, and who is found there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import apply
from myproject.directory.present import present_table
from myproject.directory.schema.clock import Clock
from myproject.directory.search.query import find
from myproject.directory.visibility.audience import Viewer, colleague
from myproject.models.employee import Employee
from tests.conftest import engines_on
from tests.support.search_company import BEFORE, TODAY, verbs

COLLEAGUE = colleague()
NOW = Clock(TODAY, TODAY, None, 1, True)
PAST = Clock(TODAY, BEFORE, None, 1, False)
NOT_ROLLED = Clock(TODAY, TODAY, None, 1, False)

EMPLOYEE: Any = Employee.__table__


def load(engines: Engines) -> None:
    """Fill a migrated database."""
    with engines.begin() as conn:
        present_table.roll_forward(conn, TODAY)
        apply(conn, verbs(), today=TODAY, author="test", source="test")


@dataclass(frozen=True)
class Place:
    """The organisation in one database, and a connection that reads it."""

    engines: Engines
    conn: Connection

    def names(self, q: str, clock: Clock = NOW, viewer: Viewer = COLLEAGUE, **more: Any) -> list[str]:
        """Full names of the hits, best first."""
        found = find(self.conn, clock, viewer, q, **more)
        rows = self.conn.execute(sa.select(EMPLOYEE.c.id, EMPLOYEE.c.name).where(EMPLOYEE.c.id.in_(found.ids)))
        names = {row.id: row.name for row in rows}
        return [names[key] for key in found.ids]


def copy_of(database: Any) -> contextlib.AbstractContextManager[Engines]:
    """The organisation in a database of its own."""
    return engines_on(database, database.template("search", load))
