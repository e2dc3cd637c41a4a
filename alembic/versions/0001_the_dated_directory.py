"""The dated directory.

Revision ID: 0001
Revises:
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = 2**63 - 1
big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
current: dict[str, Any] = {
    "sqlite_where": sa.text(f"superseded_in = {OPEN}"),
    "postgresql_where": sa.text(f"superseded_in = {OPEN}"),
}
heads: dict[str, Any] = {
    "sqlite_where": sa.text(f"superseded_in = {OPEN} AND is_head = 1"),
    "postgresql_where": sa.text(f"superseded_in = {OPEN} AND is_head"),
}
seconds: dict[str, Any] = {
    "sqlite_where": sa.text(f"superseded_in = {OPEN} AND is_primary = 0"),
    "postgresql_where": sa.text(f"superseded_in = {OPEN} AND NOT is_primary"),
}
superseded: dict[str, Any] = {
    "sqlite_where": sa.text(f"superseded_in < {OPEN}"),
    "postgresql_where": sa.text(f"superseded_in < {OPEN}"),
}


def key(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "change_set",
        sa.Column("revision", big, autoincrement=False, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("undoes", big, nullable=True),
        sa.Column("summary", json, nullable=False),
        sa.ForeignKeyConstraint(["undoes"], ["change_set.revision"], name="fk_change_set_undoes"),
        sa.PrimaryKeyConstraint("revision", name="pk_change_set"),
    )
    op.create_index("ix_change_set_applied_at", "change_set", ["applied_at"])
    op.create_index("ix_change_set_undoes", "change_set", ["undoes"])
    op.create_table(
        "counter",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("revision", big, nullable=False),
        sa.Column("present_day", sa.Date(), nullable=True),
        sa.Column("access", big, nullable=False),
        sa.Column("employees", big, nullable=False),
        sa.Column("departments", big, nullable=False),
        sa.Column("locations", big, nullable=False),
        sa.Column("job_titles", big, nullable=False),
        sa.Column("skills", big, nullable=False),
        sa.Column("assignments", big, nullable=False),
        sa.Column("rows", big, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_counter_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_counter"),
    )
    op.create_table(
        "department",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("code", key(64), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("email", key(254), nullable=True),
        sa.Column("recorded_in", big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_department"),
        sa.UniqueConstraint("code", name="uq_department_code"),
    )
    op.create_table(
        "employee",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("employee_number", key(32), nullable=False),
        sa.Column("external_id", key(190), nullable=True),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("preferred_name", sa.String(length=100), nullable=True),
        sa.Column("alternative_names", json, nullable=True),
        sa.Column("pronunciation", sa.String(length=100), nullable=True),
        sa.Column("pronouns", sa.String(length=40), nullable=True),
        sa.Column("email", key(254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("mobile", sa.String(length=60), nullable=True),
        sa.Column("desk", sa.String(length=60), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("languages", json, nullable=True),
        sa.Column("working_days", json, nullable=True),
        sa.Column("links", json, nullable=True),
        sa.Column("name", sa.String(length=201), nullable=False),
        sa.Column("sort_name", key(400), nullable=False),
        sa.Column("recorded_in", big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_employee"),
        sa.UniqueConstraint("employee_number", name="uq_employee_employee_number"),
        sa.UniqueConstraint("external_id", name="uq_employee_external_id"),
    )
    op.create_index("ix_employee_email", "employee", ["email"])
    op.create_index("ix_employee_sort_name_id", "employee", ["sort_name", "id"])
    op.create_table(
        "job_title",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_name", key(400), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_title"),
        sa.UniqueConstraint("name", name="uq_job_title_name"),
    )
    op.create_table(
        "location",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("code", key(64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sort_name", key(240), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("recorded_in", big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_location"),
        sa.UniqueConstraint("code", name="uq_location_code"),
    )
    op.create_table(
        "present",
        sa.Column("employee_id", big, autoincrement=False, nullable=False),
        sa.Column("employee_number", key(32), nullable=False),
        sa.Column("name", sa.String(length=201), nullable=False),
        sa.Column("sort_name", key(400), nullable=False),
        sa.Column("email", key(254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("assignment_id", big, nullable=False),
        sa.Column("department_id", big, nullable=False),
        sa.Column("department_sort", key(240), nullable=False),
        sa.Column("job_title_id", big, nullable=True),
        sa.Column("job_title_sort", key(400), nullable=False),
        sa.Column("location_id", big, nullable=True),
        sa.Column("location_sort", key(240), nullable=False),
        sa.Column("fte", sa.Float(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("manager_id", big, nullable=True),
        sa.Column("reports", big, nullable=False),
        sa.Column("below", big, nullable=False),
        sa.PrimaryKeyConstraint("employee_id", name="pk_present"),
    )
    op.create_index(
        "ix_present_by_department",
        "present",
        ["department_sort", "sort_name", "employee_id", "department_id", "location_id", "job_title_id", "joined_on"],
    )
    op.create_index(
        "ix_present_by_job_title",
        "present",
        ["job_title_sort", "sort_name", "employee_id", "department_id", "location_id", "job_title_id", "joined_on"],
    )
    op.create_index(
        "ix_present_by_location",
        "present",
        ["location_sort", "sort_name", "employee_id", "department_id", "location_id", "job_title_id", "joined_on"],
    )
    op.create_index(
        "ix_present_department",
        "present",
        ["department_id", "sort_name", "employee_id", "location_id", "job_title_id", "joined_on"],
    )
    op.create_index(
        "ix_present_job_title",
        "present",
        ["job_title_id", "sort_name", "employee_id", "department_id", "location_id", "joined_on"],
    )
    op.create_index(
        "ix_present_joined",
        "present",
        ["joined_on", "sort_name", "employee_id", "department_id", "location_id", "job_title_id"],
    )
    op.create_index(
        "ix_present_location",
        "present",
        ["location_id", "sort_name", "employee_id", "department_id", "job_title_id", "joined_on"],
    )
    op.create_index("ix_present_manager", "present", ["manager_id", "sort_name", "employee_id"])
    op.create_index(
        "ix_present_name",
        "present",
        ["sort_name", "employee_id", "department_id", "location_id", "job_title_id", "joined_on"],
    )
    op.create_table(
        "search_code",
        sa.Column("employee_id", big, autoincrement=False, nullable=False),
        sa.Column("number", key(32), nullable=False),
        sa.Column("digits", key(32), nullable=True),
        sa.Column("mail", key(254), nullable=True),
        sa.Column("phone", key(60), nullable=True),
        sa.Column("phone_end", key(60), nullable=True),
        sa.Column("mobile", key(60), nullable=True),
        sa.Column("mobile_end", key(60), nullable=True),
        sa.PrimaryKeyConstraint("employee_id", name="pk_search_code"),
    )
    op.create_index("ix_search_code_number_employee_id", "search_code", ["number", "employee_id"])
    for column in ("digits", "mail", "phone", "phone_end", "mobile", "mobile_end"):
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_search_code_{column}_employee_id",
            "search_code",
            [column, "employee_id"],
            sqlite_where=given,
            postgresql_where=given,
        )
    op.create_table(
        "search_name",
        sa.Column("word", key(64), nullable=False),
        sa.Column("sort_name", key(400), nullable=False),
        sa.Column("employee_id", big, autoincrement=False, nullable=False),
        sa.Column("field", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", "sort_name", "employee_id", name="pk_search_name"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_name_employee_id_word", "search_name", ["employee_id", "word"])
    op.create_table(
        "search_variant",
        sa.Column("variant", key(8), nullable=False),
        sa.Column("word", key(64), nullable=False),
        sa.PrimaryKeyConstraint("variant", "word", name="pk_search_variant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_word",
        sa.Column("kind", key(10), nullable=False),
        sa.Column("word", key(64), nullable=False),
        sa.Column("target_id", big, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", "target_id", name="pk_search_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_word_kind_target_id_word", "search_word", ["kind", "target_id", "word"])
    op.create_table(
        "skill",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sort_name", key(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_skill"),
        sa.UniqueConstraint("sort_name", name="uq_skill_sort_name"),
    )
    op.create_table(
        "assignment",
        sa.Column("assignment_id", big, nullable=False),
        sa.Column("employee_id", big, nullable=False),
        sa.Column("department_id", big, nullable=False),
        sa.Column("job_title_id", big, nullable=True),
        sa.Column("location_id", big, nullable=True),
        sa.Column("fte", sa.Float(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_in", big, nullable=False),
        sa.Column("superseded_in", big, nullable=False),
        sa.CheckConstraint("fte >= 0 AND fte <= 9", name="ck_assignment_fte"),
        sa.CheckConstraint("recorded_in < superseded_in", name="ck_assignment_recorded"),
        sa.CheckConstraint("valid_from < valid_to", name="ck_assignment_valid"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_assignment_department_id"),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name="fk_assignment_employee_id"),
        sa.ForeignKeyConstraint(["job_title_id"], ["job_title.id"], name="fk_assignment_job_title_id"),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name="fk_assignment_location_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
    )
    op.create_index(
        "ix_assignment_department_id_valid_from",
        "assignment",
        ["department_id", "valid_from"],
        unique=False,
        **current,
    )
    op.create_index("ix_assignment_head", "assignment", ["department_id", "valid_from"], unique=False, **heads)
    op.create_index("ix_assignment_second", "assignment", ["department_id", "valid_from"], unique=False, **seconds)
    op.create_index("ix_assignment_employee_id_recorded_in", "assignment", ["employee_id", "recorded_in"])
    op.create_index(
        "ix_assignment_employee_id_valid_from",
        "assignment",
        ["employee_id", "valid_from"],
        unique=False,
        **current,
    )
    op.create_index("ix_assignment_recorded_in", "assignment", ["recorded_in"])
    op.create_index("ix_assignment_superseded_in", "assignment", ["superseded_in"], unique=False, **superseded)
    op.create_index("ix_assignment_valid_from", "assignment", ["valid_from", "employee_id"], unique=False, **current)
    op.create_index("ix_assignment_valid_to", "assignment", ["valid_to", "employee_id"], unique=False, **current)
    op.create_table(
        "change_item",
        sa.Column("revision", big, autoincrement=False, nullable=False),
        sa.Column("position", big, autoincrement=False, nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("employee_id", big, nullable=True),
        sa.Column("department_id", big, nullable=True),
        sa.Column("location_id", big, nullable=True),
        sa.Column("effective", sa.Date(), nullable=True),
        sa.Column("details", json, nullable=True),
        sa.ForeignKeyConstraint(["revision"], ["change_set.revision"], name="fk_change_item_revision"),
        sa.PrimaryKeyConstraint("revision", "position", name="pk_change_item"),
    )
    op.create_index("ix_change_item_department_id_revision", "change_item", ["department_id", "revision"])
    op.create_index("ix_change_item_employee_id_revision", "change_item", ["employee_id", "revision"])
    op.create_index("ix_change_item_location_id_revision", "change_item", ["location_id", "revision"])
    op.create_table(
        "department_version",
        sa.Column("department_id", big, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("slug", key(120), nullable=False),
        sa.Column("parent_id", big, nullable=True),
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_in", big, nullable=False),
        sa.Column("superseded_in", big, nullable=False),
        sa.CheckConstraint("recorded_in < superseded_in", name="ck_department_version_recorded"),
        sa.CheckConstraint("valid_from < valid_to", name="ck_department_version_valid"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_department_version_department_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["department.id"], name="fk_department_version_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_department_version"),
    )
    op.create_index(
        "ix_department_version_department_id_recorded_in",
        "department_version",
        ["department_id", "recorded_in"],
    )
    op.create_index(
        "ix_department_version_department_id_valid_from",
        "department_version",
        ["department_id", "valid_from"],
        unique=False,
        **current,
    )
    op.create_index("ix_department_version_recorded_in", "department_version", ["recorded_in"])
    op.create_index(
        "ix_department_version_superseded_in",
        "department_version",
        ["superseded_in"],
        unique=False,
        **superseded,
    )
    op.create_table(
        "employee_skill",
        sa.Column("employee_id", big, autoincrement=False, nullable=False),
        sa.Column("skill_id", big, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name="fk_employee_skill_employee_id"),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name="fk_employee_skill_skill_id"),
        sa.PrimaryKeyConstraint("employee_id", "skill_id", name="pk_employee_skill"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_employee_skill_skill_id_employee_id", "employee_skill", ["skill_id", "employee_id"])
    op.create_table(
        "employment",
        sa.Column("employee_id", big, nullable=False),
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_in", big, nullable=False),
        sa.Column("superseded_in", big, nullable=False),
        sa.CheckConstraint("recorded_in < superseded_in", name="ck_employment_recorded"),
        sa.CheckConstraint("valid_from < valid_to", name="ck_employment_valid"),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name="fk_employment_employee_id"),
        sa.PrimaryKeyConstraint("id", name="pk_employment"),
    )
    op.create_index("ix_employment_employee_id_recorded_in", "employment", ["employee_id", "recorded_in"])
    op.create_index(
        "ix_employment_employee_id_valid_from",
        "employment",
        ["employee_id", "valid_from"],
        unique=False,
        **current,
    )
    op.create_index("ix_employment_recorded_in", "employment", ["recorded_in"])
    op.create_index("ix_employment_superseded_in", "employment", ["superseded_in"], unique=False, **superseded)
    op.create_index("ix_employment_valid_from", "employment", ["valid_from", "employee_id"], unique=False, **current)
    op.create_index("ix_employment_valid_to", "employment", ["valid_to", "employee_id"], unique=False, **current)
    op.create_table(
        "reporting_line",
        sa.Column("assignment_id", big, nullable=False),
        sa.Column("employee_id", big, nullable=False),
        sa.Column("manager_id", big, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_in", big, nullable=False),
        sa.Column("superseded_in", big, nullable=False),
        sa.CheckConstraint("kind IN ('solid', 'dotted', 'acting')", name="ck_reporting_line_kind"),
        sa.CheckConstraint("employee_id <> manager_id", name="ck_reporting_line_not_self"),
        sa.CheckConstraint("recorded_in < superseded_in", name="ck_reporting_line_recorded"),
        sa.CheckConstraint("valid_from < valid_to", name="ck_reporting_line_valid"),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name="fk_reporting_line_employee_id"),
        sa.ForeignKeyConstraint(["manager_id"], ["employee.id"], name="fk_reporting_line_manager_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reporting_line"),
    )
    op.create_index("ix_reporting_line_employee_id_recorded_in", "reporting_line", ["employee_id", "recorded_in"])
    op.create_index(
        "ix_reporting_line_employee_id_valid_from",
        "reporting_line",
        ["employee_id", "valid_from"],
        unique=False,
        **current,
    )
    op.create_index("ix_reporting_line_manager_id_recorded_in", "reporting_line", ["manager_id", "recorded_in"])
    op.create_index(
        "ix_reporting_line_manager_id_valid_from",
        "reporting_line",
        ["manager_id", "valid_from"],
        unique=False,
        **current,
    )
    op.create_index("ix_reporting_line_recorded_in", "reporting_line", ["recorded_in"])
    op.create_index("ix_reporting_line_superseded_in", "reporting_line", ["superseded_in"], unique=False, **superseded)
    op.create_index(
        "ix_reporting_line_valid_from",
        "reporting_line",
        ["valid_from", "employee_id"],
        unique=False,
        **current,
    )
    op.create_index(
        "ix_reporting_line_valid_to", "reporting_line", ["valid_to", "employee_id"], unique=False, **current
    )
    op.execute(
        "INSERT INTO counter (id, revision, access, employees, departments, locations, job_titles, skills, assignments, rows)"
        " VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
    )
    _guard()


def downgrade() -> None:
    _unguard()
    for table in TABLES:
        op.drop_table(table)


# The last line of defence, should a plan ever be wrong: of the rows that are believed now, no two about one
# thing are true on the same day, and no row is ever deleted or rewritten (but those that the newest change set
# wrote itself, while it is being written).  (table, name, columns that name the thing, further condition)
NO_OVERLAP = [
    ("employment", "employee", ["employee_id"], None),
    ("assignment", "assignment", ["employee_id", "assignment_id"], None),
    ("assignment", "primary", ["employee_id"], "is_primary"),
    ("reporting_line", "solid", ["employee_id", "assignment_id"], "kind = 'solid'"),
    ("reporting_line", "manager", ["employee_id", "assignment_id", "manager_id", "kind"], None),
    ("department_version", "department", ["department_id"], None),
]
#: In the order in which they can go.
TABLES = [
    "reporting_line",
    "employment",
    "employee_skill",
    "department_version",
    "change_item",
    "assignment",
    "skill",
    "search_word",
    "search_variant",
    "search_name",
    "search_code",
    "present",
    "location",
    "job_title",
    "employee",
    "department",
    "counter",
    "change_set",
]
DATED = ["employment", "assignment", "reporting_line", "department_version"]


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _unguard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in DATED:
            op.execute(f"DROP TRIGGER {table}_kept ON {table}")
        op.execute("DROP FUNCTION dated_row_kept()")


def _guard_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for table, name, columns, condition in NO_OVERLAP:
        same = "".join(f"{column} WITH =, " for column in columns)
        where = f"superseded_in = {OPEN}" + (f" AND {condition}" if condition else "")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_{name}"
            f" EXCLUDE USING gist ({same}daterange(valid_from, valid_to) WITH &&) WHERE ({where})"
        )
    op.execute(
        """
        CREATE FUNCTION dated_row_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.recorded_in <> (SELECT revision FROM counter) THEN
                    RAISE EXCEPTION 'a dated row is never deleted' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END IF;
            IF to_jsonb(NEW) - 'superseded_in' <> to_jsonb(OLD) - 'superseded_in' THEN
                RAISE EXCEPTION 'of a dated row only superseded_in changes' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    for table in DATED:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION dated_row_kept()"
        )


def _guard_sqlite() -> None:
    for table, name, columns, condition in NO_OVERLAP:
        same = "".join(f" AND {column} = NEW.{column}" for column in columns)
        mine = f" AND NEW.{condition}" if condition else ""
        other = f" AND {condition}" if condition else ""
        op.execute(
            f"CREATE TRIGGER {table}_{name}_overlap BEFORE INSERT ON {table}"
            f" WHEN NEW.superseded_in = {OPEN}{mine} AND EXISTS ("
            f"SELECT 1 FROM {table} WHERE superseded_in = {OPEN}{same}{other}"
            " AND valid_from < NEW.valid_to AND valid_to > NEW.valid_from)"
            f" BEGIN SELECT RAISE(ABORT, '{table}: two rows of one {name} on one day'); END"
        )
    for table in DATED:
        names = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)} - {"superseded_in"}
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in sorted(names))
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} WHEN {changed}"
            " BEGIN SELECT RAISE(ABORT, 'of a dated row only superseded_in changes'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_deleted BEFORE DELETE ON {table}"
            " WHEN OLD.recorded_in <> (SELECT revision FROM counter)"
            " BEGIN SELECT RAISE(ABORT, 'a dated row is never deleted'); END"
        )
