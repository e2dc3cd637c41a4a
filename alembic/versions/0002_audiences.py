"""Audiences chosen by and for people, and portraits.

Going down forgets who may see what: values that people kept to a few are open to all colleagues again.

Revision ID: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
hidden: dict[str, Any] = {
    "sqlite_where": sa.text("audience <> 'colleagues'"),
    "postgresql_where": sa.text("audience <> 'colleagues'"),
}


def key(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


# Columns are added in place, never by copying the table: that costs nothing, however many people there are.
def upgrade() -> None:
    op.add_column("employee", sa.Column("portrait", key(64), nullable=True))
    op.add_column("employee", sa.Column("narrowed", json, nullable=True))
    op.add_column("employee", sa.Column("audience", sa.String(length=16), nullable=False, server_default="colleagues"))
    op.create_index("ix_employee_audience", "employee", ["audience", "id"], **hidden)
    op.add_column("present", sa.Column("portrait", key(64), nullable=True))
    op.add_column("present", sa.Column("narrowed", json, nullable=True))


def downgrade() -> None:
    op.drop_index("ix_employee_audience", table_name="employee")
    for table, column in (
        ("present", "narrowed"),
        ("present", "portrait"),
        ("employee", "audience"),
        ("employee", "narrowed"),
        ("employee", "portrait"),
    ):
        op.drop_column(table, column)
