"""Migrations go up and down with data in place, and make what the models say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from myproject.db import migrations
from myproject.directory.changes import change_sets
from myproject.directory.present import present_table
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeAudience, EditCard
from myproject.directory.search import index, verification
from myproject.models.all import metadata
from myproject.models.employee import Employee
from tests.support import company as company_data
from tools.migration import write


def test_the_models_are_what_the_migrations_make(engines: Any) -> None:
    with engines.read.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_down_and_up_with_data_in_place(own_company: Any) -> None:
    engines = own_company.engines
    migrations.downgrade(engines, "base")
    with engines.read.connect() as conn:
        left = set(sa.inspect(conn).get_table_names()) - {"alembic_version"}
        assert {name for name in left if not name.startswith("sqlite_")} == set()
    migrations.upgrade(engines)
    company_data.load(engines)
    assert company_data.ids(engines) == own_company.ids


def test_each_step_down_and_up(own_company: Any) -> None:
    """Every migration on its own keeps the people."""
    engines = own_company.engines
    script = ScriptDirectory.from_config(migrations.alembic_config())
    steps = [revision.revision for revision in script.walk_revisions()]
    for step in steps[:-1]:
        migrations.downgrade(engines, f"{step}-1")
        migrations.upgrade(engines)
    with engines.read.connect() as conn:
        assert migrations.is_current(conn)
    assert len(company_data.ids(engines)) == len(own_company.ids)


def test_audiences_go_down_and_up(own_company: Any) -> None:
    """Choices are forgotten on the way down, people are not; the index is then made anew."""
    engines = own_company.engines
    with engines.begin() as conn:
        card = Card(mobile="+47 90 00 00 01", portrait="abc0" * 8)
        verbs = [
            EditCard(employee="E05", changes=card, audiences={"phone": "people_team"}),
            ChangeAudience(employee="E03", audience="administrators"),
        ]
        change_sets.apply(conn, verbs, today=company_data.TODAY, author="test", source="test")
    migrations.downgrade(engines, "0001")
    migrations.upgrade(engines)
    with engines.begin() as conn:
        row = conn.execute(sa.select(Employee.__table__).where(Employee.employee_number == "E05")).one()
        assert (row.mobile, row.portrait, row.narrowed, row.audience) == ("+47 90 00 00 01", None, None, "colleagues")
        assert present_table.verify(conn) == []
        index.rebuild(conn)
        assert verification.verify(conn) == []
    assert company_data.ids(engines) == own_company.ids


def test_a_migration_that_breaks_leaves_nothing_behind(engines: Any, monkeypatch: Any) -> None:
    migrations.downgrade(engines, "base")
    with engines.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE present (id INTEGER PRIMARY KEY)")
    with pytest.raises(sa.exc.DBAPIError):
        migrations.upgrade(engines)
    with engines.read.connect() as conn:
        tables = set(sa.inspect(conn).get_table_names())
        assert "employee" not in tables
        assert not migrations.is_current(conn)


#: Takes away what the models have: an ordinary column, and one of a type of our own.
LESS = """
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{newest}"


def upgrade() -> None:
    op.drop_column("report", "answer")
    op.drop_column("user_account", "created_at")
"""


def test_the_next_migration_is_written_from_the_models(tmp_path: Path) -> None:
    """`make migration`."""
    folder = tmp_path / "alembic"
    shutil.copytree(migrations.directory(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(path.name[:4] for path in (folder / "versions").glob("*.py"))
    number, next_one = f"{int(newest) + 1:04}", f"{int(newest) + 2:04}"
    (folder / f"versions/{number}_less.py").write_text(LESS.format(number=number, newest=newest))
    written = write("give back what is missing", folder)
    assert written == folder / f"versions/{next_one}_give_back_what_is_missing.py"
    text = written.read_text("utf-8")
    assert text.startswith(
        f'"""Give back what is missing.\n\nRevision ID: {next_one}\nRevises: {number}\n"""\n\nimport '
    )
    up, down = text.split("\n\n\ndef downgrade() -> None:\n")
    assert 'op.add_column("report", sa.Column("answer", sa.String(length=2000), nullable=False))' in up
    assert 'op.add_column("user_account", sa.Column("created_at", sa.DateTime(timezone=True), nullable=False))' in up
    assert set(down.split("\n")) == {
        '    op.drop_column("report", "answer")',
        '    op.drop_column("user_account", "created_at")',
        "",
    }
