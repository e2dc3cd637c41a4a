"""Files of background work.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "job_file",
        sa.Column("id", big, nullable=False),
        sa.Column("job_id", big, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", big, nullable=False),
        sa.Column("is_input", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_file_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job_file"),
        sa.UniqueConstraint("job_id", "name", name="uq_job_file_job_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job_file_part",
        sa.Column("file_id", big, nullable=False),
        sa.Column("number", big, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["job_file.id"], name="fk_job_file_part_file_id"),
        sa.PrimaryKeyConstraint("file_id", "number", name="pk_job_file_part"),
    )


def downgrade() -> None:
    op.drop_table("job_file_part")
    op.drop_table("job_file")
