"""Notifications, how accounts want to be told, and how far followers of the change sets have come.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
moment = sa.DateTime(timezone=True)
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", big, nullable=False),
        sa.Column("user_id", big, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("args", json, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("mailed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notification_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notification_user_id", "notification", ["user_id", "id"])
    op.create_index(
        "ix_notification_unread", "notification", ["user_id", "id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index("ix_notification_created_at", "notification", ["created_at"])
    op.create_table(
        "notification_choice",
        sa.Column("user_id", big, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notification_choice_user_id"),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_notification_choice"),
    )
    op.create_table(
        "change_cursor",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("revision", big, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_change_cursor"),
    )


def downgrade() -> None:
    op.drop_table("change_cursor")
    op.drop_table("notification_choice")
    op.drop_table("notification")
