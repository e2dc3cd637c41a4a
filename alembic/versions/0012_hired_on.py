"""The first day of an employment has one name everywhere: `hired_on`.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REST = ("sort_name", "employee_id", "department_id", "location_id", "job_title_id")


def upgrade() -> None:
    _rename("joined_on", "hired_on", "ix_present_joined", "ix_present_hired")


def downgrade() -> None:
    _rename("hired_on", "joined_on", "ix_present_hired", "ix_present_joined")


def _rename(old: str, new: str, old_index: str, new_index: str) -> None:
    """The column keeps its values, and its place in the other indexes; the index of its name is made anew."""
    op.drop_index(old_index, table_name="present")
    op.execute(f"ALTER TABLE present RENAME COLUMN {old} TO {new}")
    op.create_index(new_index, "present", [new, *REST])
