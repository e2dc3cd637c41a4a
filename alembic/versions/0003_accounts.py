"""Accounts: users, sign-in sessions, roles, single-use links, attempts, the audit log.

Revision ID: 0003
Revises: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
moment = sa.DateTime(timezone=True)
TABLES = [
    "audit_event",
    "attempt",
    "single_use_link",
    "role_grant",
    "sign_in_session",
    "user_account",
    "access_counter",
]


def key(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        required("id", big),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sqlite_autoincrement=True,
    )


def of_user(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=f"fk_{name}_user_id")


def upgrade() -> None:
    op.create_table(
        "access_counter",
        sa.Column("id", big, autoincrement=False, nullable=False),
        required("number", big),
        sa.CheckConstraint("id = 1", name="ck_access_counter_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_access_counter"),
    )
    op.execute("INSERT INTO access_counter (id, number) VALUES (1, 1)")
    op.execute("ALTER TABLE counter DROP COLUMN access")
    table(
        "user_account",
        required("email", key(254)),
        optional("employee_id", big),
        optional("password_hash", sa.Text()),
        optional("password_changed_at", moment),
        required("created_at", moment),
        optional("signed_in_at", moment),
        optional("disabled_at", moment),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
        sa.UniqueConstraint("employee_id", name="uq_user_account_employee_id"),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name="fk_user_account_employee_id"),
    )
    table(
        "sign_in_session",
        required("user_id", big),
        required("token_hash", key(64)),
        required("created_at", moment),
        required("used_at", moment),
        required("confirmed_at", moment),
        required("address", sa.String(45)),
        required("user_agent", sa.String(400)),
        optional("view_as", sa.String(16)),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_session_token_hash"),
        of_user("sign_in_session"),
    )
    op.create_index("ix_sign_in_session_user_id", "sign_in_session", ["user_id"])
    op.create_index("ix_sign_in_session_used_at", "sign_in_session", ["used_at"])
    table(
        "role_grant",
        required("user_id", big),
        required("role", sa.String(32)),
        optional("department_id", big),
        required("granted_at", moment),
        required("granted_by", sa.Text()),
        optional("expires_at", moment),
        sa.CheckConstraint("(role = 'editor') = (department_id IS NOT NULL)", name="ck_role_grant_department"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_role_grant_department_id"),
        of_user("role_grant"),
    )
    op.create_index("ix_role_grant_user_id", "role_grant", ["user_id"])
    table(
        "single_use_link",
        required("user_id", big),
        required("purpose", sa.String(16)),
        required("token_hash", key(64)),
        required("created_at", moment),
        required("expires_at", moment),
        optional("new_email", key(254)),
        sa.UniqueConstraint("token_hash", name="uq_single_use_link_token_hash"),
        of_user("single_use_link"),
    )
    op.create_index("ix_single_use_link_user_id", "single_use_link", ["user_id"])
    table("attempt", required("key", key(64)), required("at", moment))
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"])
    op.create_index("ix_attempt_at", "attempt", ["at"])
    table(
        "audit_event",
        required("at", moment),
        required("event", sa.String(40)),
        required("actor", sa.Text()),
        optional("user_id", big),
        optional("target", sa.Text()),
        optional("address", sa.String(45)),
        optional("request_id", sa.String(64)),
        optional("details", json),
        of_user("audit_event"),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_event_at", "audit_event", ["event", "at"])
    op.create_index("ix_audit_event_user_id_at", "audit_event", ["user_id", "at"])
    _guard()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_event_kept ON audit_event")
        op.execute("DROP FUNCTION audit_event_kept()")
    for name in TABLES:
        op.drop_table(name)
    op.execute("ALTER TABLE counter ADD COLUMN access BIGINT NOT NULL DEFAULT 1")


def _guard() -> None:
    """What is in the audit log stays as it is."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION audit_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'restrict_violation';
            END $$
            """
        )
        op.execute(
            "CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_event_kept()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_event_{what.lower()} BEFORE {what} ON audit_event"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        )
