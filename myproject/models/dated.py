"""What every dated table has: two time axes, both half-open.

`valid_from`, `valid_to` say when a thing is true in the organisation; `recorded_in`, `superseded_in` say
between which revisions we believed it. A row is never changed but for `superseded_in`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ColumnElement, Date, FromClause, Index, literal_column
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from .meta import partial_index

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

FOREVER = date(9999, 12, 31)
"""The stored end of a period that has none; shown as no end."""

OPEN_REVISION = 2**63 - 1
"""`superseded_in` of a row that is still believed."""

# Written into the SQL as it is, never bound: SQLite uses a partial index only for a literal condition.
_OPEN: ColumnElement[int] = literal_column(str(OPEN_REVISION))
CURRENT = f"superseded_in = {OPEN_REVISION}"


def is_current(table: Any) -> ColumnElement[bool]:
    """The condition that picks the rows of a dated table that are believed now."""
    return (table.c if isinstance(table, FromClause) else table).superseded_in == _OPEN


def is_superseded(table: Any) -> ColumnElement[bool]:
    """The condition that picks the rows that are believed no longer, as `superseded_index` has them."""
    return (table.c if isinstance(table, FromClause) else table).superseded_in < _OPEN


def known_at(table: Any, revision: int | None) -> ColumnElement[bool]:
    """The rows believed at a revision; None is now, and keeps to the partial indexes."""
    if revision is None:
        return is_current(table)
    columns = table.c if isinstance(table, FromClause) else table
    return (columns.recorded_in <= revision) & (columns.superseded_in > revision)


def valid_on(table: Any, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The rows that are true on a day."""
    columns = table.c if isinstance(table, FromClause) else table
    return (columns.valid_from <= day) & (columns.valid_to > day)


def superseded_index() -> Index:
    """Finds what a change set superseded; the open rows, nearly all, stay out of it."""
    return partial_index(None, "superseded_in", where=f"superseded_in < {OPEN_REVISION}")


class Dated:
    """Mixin of the dated tables. `id` comes from the counter row, so no two rows of any table share one."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    recorded_in: Mapped[int]
    superseded_in: Mapped[int] = mapped_column(default=OPEN_REVISION)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return (*cls.extra_table_args(), *cls.dated_checks())

    @classmethod
    def extra_table_args(cls) -> tuple[SchemaItem, ...]:
        """Indexes and constraints of the table itself."""
        return ()

    @classmethod
    def dated_checks(cls) -> tuple[SchemaItem, ...]:
        return (
            CheckConstraint("valid_from < valid_to", name="valid"),
            CheckConstraint("recorded_in < superseded_in", name="recorded"),
        )
