"""Stored pictures, and reports that something is wrong.

Going down loses every portrait and every report.

Revision ID: 0004
Revises: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)
open_ones: dict[str, Any] = {
    "sqlite_where": sa.text("done_at IS NULL"),
    "postgresql_where": sa.text("done_at IS NULL"),
}


def key(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("name", key(64), nullable=False),
        sa.Column("size", big, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "size", name="pk_picture"),
    )
    op.create_table(
        "report",
        sa.Column("id", big, nullable=False),
        sa.Column("employee_id", big, nullable=False),
        sa.Column("user_id", big, nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=2000), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name="fk_report_employee_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_report_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_employee_id", "report", ["employee_id"])
    op.create_index("ix_report_user_id", "report", ["user_id", "id"])
    op.create_index("ix_report_done", "report", ["done_at", "id"])
    op.create_index("ix_report_open", "report", ["id"], **open_ones)


def downgrade() -> None:
    op.drop_table("report")
    op.drop_table("picture")
