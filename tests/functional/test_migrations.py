"""Migrations go up and down with data in place, and make what the models say."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from myproject.db import migrations
from myproject.directory import change_sets, present
from myproject.directory.fields import Card
from myproject.directory.search import index
from myproject.directory.verbs import ChangeAudience, EditCard
from myproject.models.all import metadata
from myproject.models.employee import Employee
from tests import company as company_data


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
        assert present.verify(conn) == []
        index.rebuild(conn)
        assert index.verify(conn) == []
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
