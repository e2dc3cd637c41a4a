"""The ledger of background work.

Going down forgets what is wanted and not yet done: mails that wait are not sent.

Revision ID: 0013
Revises: 0012
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
moment = sa.DateTime(timezone=True)
key = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", big, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("args", json, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("attempt", big, nullable=False),
        sa.Column("attempts_left", big, nullable=False),
        sa.Column("unique_key", key, nullable=True),
        sa.Column("group_key", key, nullable=True),
        sa.Column("user_id", big, nullable=True),
        sa.Column("progress", json, nullable=True),
        sa.Column("result", json, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("finished_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_job_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_due", "job", ["due_at", "id"], **where("state = 'due'"))
    op.create_index("ix_job_lease", "job", ["lease_until"], **where("state = 'running'"))
    op.create_index("ix_job_unique_key", "job", ["unique_key"], unique=True, **where("state IN ('due', 'running')"))
    op.create_index("ix_job_group_key", "job", ["group_key"], unique=True, **where("state = 'running'"))
    op.create_index("ix_job_finished", "job", ["finished_at", "id"])
    op.create_index("ix_job_user_id", "job", ["user_id", "id"])


def downgrade() -> None:
    op.drop_table("job")
