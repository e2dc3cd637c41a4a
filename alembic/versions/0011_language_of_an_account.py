"""The language that somebody has chosen for pages and mails.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("language", sa.String(35)))


def downgrade() -> None:
    op.drop_column("user_account", "language")
