"""Access tokens of the JSON API.

Going down ends every token.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
moment = sa.DateTime(timezone=True)


def key(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", big, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("user_id", big, nullable=True),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("token_hash", key(64), nullable=False),
        sa.Column("hint", sa.String(8), nullable=False),
        sa.Column("scopes", json, nullable=False),
        sa.Column("department_id", big, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("used_at", moment, nullable=True),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint("(user_id IS NULL) = (role IS NOT NULL)", name="ck_access_token_whose"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_access_token_user_id"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_access_token_department_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.UniqueConstraint("token_hash", name="uq_access_token_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_token_user_id", "access_token", ["user_id"])


def downgrade() -> None:
    op.drop_table("access_token")
