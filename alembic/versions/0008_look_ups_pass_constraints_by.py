"""The constraints against overlaps on PostgreSQL: no look-up uses their indexes any more, and one has fewer rows.

A planner takes such an index for as good as the one meant for the look-up; after a load, where rows came one by one, it
is a thousand times slower. Over an expression it answers nothing but the constraint. And two lines of one kind to one
manager can't overlap where any two solid ones can't: only the other kinds, which are few, are kept apart by manager.
What the constraints refuse is what they refused.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = 2**63 - 1
#: (table, name, columns that name the thing, further condition before and after)
NO_OVERLAP: list[tuple[str, str, list[str], str | None, str | None]] = [
    ("employment", "employee", ["employee_id"], None, None),
    ("assignment", "assignment", ["employee_id", "assignment_id"], None, None),
    ("assignment", "primary", ["employee_id"], "is_primary", "is_primary"),
    ("reporting_line", "solid", ["employee_id", "assignment_id"], "kind = 'solid'", "kind = 'solid'"),
    ("reporting_line", "manager", ["employee_id", "assignment_id", "manager_id", "kind"], None, "kind <> 'solid'"),
    ("department_version", "department", ["department_id"], None, None),
]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, name, columns, _, condition in NO_OVERLAP:
            _replace(table, name, [column if column == "kind" else f"({column} + 0)" for column in columns], condition)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, name, columns, condition, _ in NO_OVERLAP:
            _replace(table, name, columns, condition)


def _replace(table: str, name: str, things: list[str], condition: str | None) -> None:
    same = "".join(f"{thing} WITH =, " for thing in things)
    where = f"superseded_in = {OPEN}" + (f" AND {condition}" if condition else "")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ex_{table}_{name}")
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_{name}"
        f" EXCLUDE USING gist ({same}daterange(valid_from, valid_to) WITH &&) WHERE ({where})"
    )
