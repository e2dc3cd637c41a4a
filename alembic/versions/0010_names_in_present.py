"""The names that a list shows, in `present` itself: a page of a list is read from one table.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Column, its type, where it comes from.
COLUMNS = (
    ("given_name", sa.String(100), "employee", "given_name", "employee_id"),
    ("family_name", sa.String(100), "employee", "family_name", "employee_id"),
    ("date_of_birth", sa.Date(), "employee", "date_of_birth", "employee_id"),
    ("job_title", sa.String(200), "job_title", "name", "job_title_id"),
    ("location", sa.String(120), "location", "name", "location_id"),
    ("time_zone", sa.String(64), "location", "time_zone", "location_id"),
    ("manager", sa.String(201), "employee", "name", "manager_id"),
)
ALWAYS = ("given_name", "family_name")


def upgrade() -> None:
    for name, kind, *_ in COLUMNS:
        default = "" if name in ALWAYS else None
        op.add_column("present", sa.Column(name, kind, nullable=name not in ALWAYS, server_default=default))
    told = ", ".join(
        f"{name} = (SELECT {source}.{column} FROM {source} WHERE {source}.id = present.{key})"
        for name, _, source, column, key in COLUMNS
    )
    op.execute(f"UPDATE present SET {told}")


def downgrade() -> None:
    for name, *_ in reversed(COLUMNS):
        op.drop_column("present", name)
