"""The engines, the bulk load and the long lists: the same on every database."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pyramid_retry import IRetryableError

from myproject.db import migrations, retry
from myproject.db.bulk import CHUNK, insert_rows
from myproject.db.checkpoints import Checkpoints
from myproject.db.engines import Engines, UnsupportedDatabaseError, engines_for, writing
from myproject.db.ids import id_list, text_list
from myproject.db.prepared import Prepared
from myproject.db.scratch import scratch_database
from myproject.db.turns import DatabaseBusyError
from myproject.db.types import Json, UtcDateTime
from myproject.models import all as models
from myproject.models.dated import CURRENT
from myproject.models.employee import Employee
from myproject.models.employment import ReportingLine

LINE: Any = ReportingLine.__table__

metadata = sa.MetaData()
thing = sa.Table(
    "thing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date),
    sa.Column("moment", UtcDateTime),
    sa.Column("facts", Json),
    sa.Column("flag", sa.Boolean),
    sa.Column("share", sa.Numeric(4, 3, asdecimal=False)),
    sa.Column("name", sa.String(200)),
    sa.Column("made", sa.Integer, server_default="7"),
    sa.UniqueConstraint("name"),
)


@pytest.fixture
def things(engines: Engines) -> Engines:
    """Engines of a database with the table."""
    with engines.begin() as conn:
        metadata.create_all(conn)
    return engines


def test_rows_come_back_as_they_went_in(things: Engines) -> None:
    moment = datetime(2026, 3, 31, 12, 30, 15, 123456, tzinfo=UTC)
    columns = ("id", "day", "moment", "facts", "flag", "share", "name")
    awkward = "tab\t newline\n backslash\\ \\N quote\"' é 日本 \\."
    rows = [
        (1, date(2026, 2, 28), moment, {"a": [1, None, "é"]}, True, 0.5, awkward),
        (2, date(9999, 12, 31), None, ["x"], False, 1.0, ""),
        (3, None, None, None, None, None, None),
    ]
    with writing(things) as conn:
        assert insert_rows(conn, thing, columns, iter(rows)) == 3
    with things.read.connect() as conn:
        found = conn.execute(sa.select(*(thing.c[name] for name in columns)).order_by(thing.c.id)).all()
        assert [tuple(row) for row in found] == rows
        # NULL, not the JSON value null; and the database's own default.
        where = thing.c.facts.is_(None) & (thing.c.made == 7)
        assert conn.execute(sa.select(thing.c.id).where(where)).scalars().all() == [3]


def test_many_rows(things: Engines) -> None:
    count = 2 * CHUNK + 1
    with writing(things) as conn:
        assert insert_rows(conn, thing, ("id", "name"), ((n, f"n{n}") for n in range(count))) == count
        assert insert_rows(conn, thing, ("id",), []) == 0
    with things.read.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(thing)).scalar_one() == count


def test_a_row_that_breaks_a_rule_fails_the_whole_load(things: Engines) -> None:
    with pytest.raises(sa.exc.IntegrityError), writing(things) as conn:
        insert_rows(conn, thing, ("id", "name"), [(1, "same"), (2, "same")])
    with things.read.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(thing)).scalar_one() == 0


def test_a_load_outside_a_transaction(things: Engines) -> None:
    with things.read.connect() as conn, pytest.raises(ValueError, match="transaction"):
        insert_rows(conn, thing, ("id",), [(1,)])


def test_long_lists(things: Engines) -> None:
    with writing(things) as conn:
        insert_rows(conn, thing, ("id", "name"), [(1, "é"), (2, "'\""), (3, None)])
    by_id = sa.select(thing.c.id).where(thing.c.id.in_(id_list("ids"))).order_by(thing.c.id)
    with things.read.connect() as conn:
        assert conn.execute(by_id, {"ids": range(2, 200_000)}).scalars().all() == [2, 3]
        assert conn.execute(by_id, {"ids": []}).scalars().all() == []
        assert conn.execute(by_id, {"ids": {1, 2**62}}).scalars().all() == [1]
        others = sa.select(thing.c.id).where(thing.c.id.not_in(id_list([1, 3])))
        assert conn.execute(others).scalars().all() == [2]
        by_name = sa.select(thing.c.id).where(thing.c.name.in_(text_list(["é", "'\"", "none"])))
        assert sorted(conn.execute(by_name).scalars()) == [1, 2]


def test_long_lists_share_one_statement(things: Engines) -> None:
    with things.read.connect() as conn:
        texts = {
            str(sa.select(thing.c.id).where(thing.c.id.in_(id_list(ids))).compile(conn))
            for ids in ([], [1], list(range(1000)))
        }
        assert len(texts) == 1


def test_the_read_engine_writes_nothing(things: Engines) -> None:
    with things.read.connect() as conn, pytest.raises(sa.exc.DBAPIError):
        conn.execute(sa.insert(thing).values(id=1))
    with things.read.connect() as conn:
        assert not conn.connection.dbapi_connection.in_transaction if _is_sqlite(things) else True  # type: ignore[union-attr]


def _is_sqlite(engines: Engines) -> bool:
    return engines.read.dialect.name == "sqlite"


def test_a_write_waits_as_long_as_it_is_told(things: Engines) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with things.begin() as conn:
            insert_rows(conn, thing, ("id", "name"), [(1, "one")])
            held.set()
            done.wait(20)

    def write(wait: float) -> None:
        with things.begin(wait=wait) as conn:
            conn.execute(sa.insert(thing).values(id=2, name="one"))

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    for wait in (0.0, 0.3):
        started = time.monotonic()
        with pytest.raises((DatabaseBusyError, sa.exc.OperationalError)) as caught:
            write(wait)
        assert retry.is_busy(caught.value)
        assert not IRetryableError.providedBy(caught.value)
        assert wait - 0.05 <= time.monotonic() - started < wait + 1.5
    threading.Timer(0.2, done.set).start()
    with pytest.raises(sa.exc.IntegrityError):
        write(10)
    holder.join()
    with things.begin(wait=0) as conn:
        conn.execute(sa.insert(thing).values(id=2, name="two"))


def test_the_turn_is_given_back_whatever_happens(things: Engines) -> None:
    for _ in range(3):
        with pytest.raises(RuntimeError), things.begin(wait=0):
            raise RuntimeError
        with pytest.raises(sa.exc.DBAPIError), things.begin(wait=0) as conn:
            conn.exec_driver_sql("nonsense")
        with pytest.raises(sa.exc.PendingRollbackError), things.begin(wait=0) as conn:
            conn.invalidate()
    with things.begin(wait=0) as conn:
        conn.execute(sa.insert(thing).values(id=1))


def test_a_lost_connection_is_worth_another_try(things: Engines) -> None:
    if _is_sqlite(things):
        pytest.skip("SQLite has no server to lose")
    with things.write.connect() as conn, things.write.connect() as other:
        pid = conn.execute(sa.select(sa.func.pg_backend_pid())).scalar_one()
        other.execute(sa.select(sa.func.pg_terminate_backend(pid)))
        with pytest.raises(sa.exc.OperationalError) as caught:
            conn.execute(sa.select(1))
        assert IRetryableError.providedBy(caught.value)
        assert retry.is_busy(caught.value)


def test_a_page_survives_the_restart_of_the_server(app: Any, testapp: Any, engines: Engines) -> None:
    if _is_sqlite(engines):
        pytest.skip("SQLite has no server to restart")
    testapp.get("/departments/", status="*")
    with engines.write.connect() as conn:
        conn.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    request = app.request_factory.blank("/")
    request.registry = app.registry
    assert request.counter.revision == 0
    request._process_finished_callbacks()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "postgresql+psycopg2://x/y"])
def test_databases_that_are_not_supported(url: str) -> None:
    with pytest.raises(UnsupportedDatabaseError, match=r"^sqlalchemy\.url: "):
        engines_for(url)


def test_errors_keep_the_values_to_themselves(things: Engines) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught, writing(things) as conn:
        conn.execute(sa.insert(thing), [{"id": 1, "name": "private"}, {"id": 1, "name": "private"}])
    assert "private" not in str(caught.value)


def test_migrations_know_where_they_are(engines: Engines) -> None:
    with engines.read.connect() as conn:
        assert migrations.is_current(conn)
        assert migrations.current(conn) == migrations.head()
    migrations.downgrade(engines, "base")
    with engines.read.connect() as conn:
        assert not migrations.is_current(conn)
    migrations.upgrade(engines)
    migrations.upgrade(engines)
    with engines.read.connect() as conn:
        assert migrations.is_current(conn)


def line(id_: int, manager: int, kind: str, valid_from: str, valid_to: str) -> dict[str, Any]:
    """A reporting line of employee 1, in their assignment 1."""
    days = {"valid_from": date.fromisoformat(valid_from), "valid_to": date.fromisoformat(valid_to)}
    people = {"assignment_id": 1, "employee_id": 1, "manager_id": manager, "kind": kind}
    return {"id": id_, "recorded_in": 0, "superseded_in": 2**63 - 1, **days, **people}


@pytest.mark.parametrize(
    ("manager", "kind", "refused"),
    [(3, "solid", True), (2, "solid", True), (2, "dotted", False), (3, "dotted", False)],
)
def test_the_database_itself_refuses_two_solid_lines_on_a_day(
    people: Engines, manager: int, kind: str, refused: bool
) -> None:
    other = line(2, manager, kind, "2025-06-01", "9999-12-31")
    with pytest.raises(sa.exc.DBAPIError) if refused else contextlib.nullcontext(), writing(people) as conn:
        conn.execute(sa.insert(LINE), [line(1, 2, "solid", "2025-01-01", "2026-01-01"), other])


@pytest.mark.parametrize(
    ("manager", "kind", "start", "refused"),
    [
        (2, "dotted", "2025-12-31", True),
        (2, "dotted", "2026-01-01", False),
        (3, "dotted", "2025-06-01", False),
        (2, "acting", "2025-06-01", False),
    ],
)
def test_the_database_itself_refuses_two_lines_of_a_kind_to_one_manager_on_a_day(
    people: Engines, manager: int, kind: str, start: str, refused: bool
) -> None:
    other = line(2, manager, kind, start, "9999-12-31")
    with pytest.raises(sa.exc.DBAPIError) if refused else contextlib.nullcontext(), writing(people) as conn:
        conn.execute(sa.insert(LINE), [line(1, 2, "dotted", "2025-01-01", "2026-01-01"), other])


@pytest.fixture
def people(engines: Engines) -> Engines:
    """Three people, to whom nothing dated belongs yet."""
    usual = {"given_name": "A", "family_name": "B", "name": "A B", "sort_name": "b a", "recorded_in": 0}
    with writing(engines) as conn:
        rows = [{"id": n, "employee_number": str(n), "audience": "colleagues", **usual} for n in (1, 2, 3)]
        conn.execute(sa.insert(Employee.__table__), rows)
    return engines


# --- statements compiled once -------------------------------------------------------------------------------

THOSE = sa.select(thing).where(thing.c.id.in_(id_list("ids"))).order_by(thing.c.id)


def test_a_prepared_statement_gives_the_rows_of_any_other(things: Engines) -> None:
    moment = datetime(2026, 3, 31, 12, 30, 15, 123456, tzinfo=UTC)
    columns = ("id", "day", "moment", "facts", "flag", "share", "name")
    with writing(things) as conn:
        rows = [(1, date(2026, 2, 28), moment, {"a": [1, "é"]}, True, 0.5, "50 % é"), (2, *[None] * 6)]
        insert_rows(conn, thing, columns, rows)
    prepared = Prepared(THOSE)
    with things.read.connect() as conn:
        # The first in a connection goes the ordinary way.
        first, then = (prepared.rows(conn, {"ids": [1, 2, 3]}) for _ in range(2))
        assert [tuple(row) for row in then] == [tuple(row) for row in first] == [(*row, 7) for row in rows]
        assert (then[0].day, then[0].moment, then[0].facts) == (date(2026, 2, 28), moment, {"a": [1, "é"]})
        assert prepared.first(conn, {"ids": []}) is None


#: Statements and values that go both ways: what comes back and what is raised has to be the same.
_BOTH_WAYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "every type": (THOSE, {"ids": [1, 2, 3]}),
    "nobody": (THOSE, {"ids": []}),
    "a value is missing": (THOSE, {}),
    "a default": (sa.select(thing.c.id).where(thing.c.id >= sa.bindparam("from", 2)).order_by(thing.c.id), {}),
    "labels": (sa.select(thing.c.id.label("number"), sa.func.upper(thing.c.name).label("loud")), {}),
    "columns of one name": (sa.select(thing.c.id, thing.c.id.label("id_1"), thing.c.moment), {}),
    "a converted value": (
        sa.select(thing.c.id).where(thing.c.moment == sa.bindparam("at", type_=UtcDateTime)),
        {"at": datetime(2026, 3, 31, 12, 30, 15, 123456, tzinfo=UTC)},
    ),
    "a value that can't be converted": (
        sa.select(thing.c.id).where(thing.c.moment == sa.bindparam("at", type_=UtcDateTime)),
        {"at": datetime(2026, 3, 31)},
    ),
    "no such table": (sa.select(sa.column("x")).select_from(sa.table("nowhere")), {}),
    "written back": (
        sa.update(thing).values(flag=False).where(thing.c.id == 1).returning(thing.c.id, thing.c.flag),
        {},
    ),
    "not unique": (sa.update(thing).values(name="two").where(thing.c.id == 1).returning(thing.c.id), {}),
}


@pytest.mark.parametrize("name", _BOTH_WAYS)
def test_prepared_and_ordinary_statements_are_alike(things: Engines, name: str) -> None:
    statement, values = _BOTH_WAYS[name]
    columns = ("id", "day", "moment", "facts", "flag", "share", "name")
    moment = datetime(2026, 3, 31, 12, 30, 15, 123456, tzinfo=UTC)
    with writing(things) as conn:
        rows = [(1, date(2026, 2, 28), moment, {"a": [1, "é"]}, True, 0.5, "one"), (2, *[None] * 5, "two")]
        insert_rows(conn, thing, columns, rows)

    def tried(way: Callable[[sa.Connection], list[Any]]) -> Any:
        try:
            with writing(things) as conn:
                conn.execute(sa.select(1))  # the transaction has begun
                found = way(conn)
                return [tuple(row) for row in found], [row._fields for row in found]
        except (sa.exc.SQLAlchemyError, ValueError) as error:
            # `orig`: what the driver said.
            return type(error), type(getattr(error, "orig", None)), getattr(error, "connection_invalidated", None)

    ordinary = tried(lambda conn: list(conn.execute(statement, values).all()))
    assert tried(lambda conn: Prepared(statement).rows(conn, values)) == ordinary


def test_a_prepared_statement_writes_in_the_transaction(things: Engines) -> None:
    statement = sa.update(thing).values(name=sa.bindparam("name"), flag=True).where(thing.c.id == sa.bindparam("which"))
    rename = Prepared(statement.returning(thing.c.id, thing.c.flag))
    with writing(things) as conn:
        insert_rows(conn, thing, ("id", "name"), [(1, "one"), (2, "two")])
        assert rename.rows(conn, {"which": 1, "name": "first"}) == [(1, True)]
    # Refused as any other statement, the first of its transaction or not.
    with pytest.raises(sa.exc.IntegrityError), writing(things) as conn:
        rename.rows(conn, {"which": 2, "name": "first"})
    with things.read.connect() as conn:
        assert conn.execute(sa.select(thing.c.name).order_by(thing.c.id)).scalars().all() == ["first", "two"]


def test_whoever_listens_to_statements_hears_of_prepared_ones(things: Engines, query_count: Any) -> None:
    app: Any = type("App", (), {"registry": type("Registry", (), {"engines": things})})
    with things.read.connect() as conn:
        Prepared(THOSE).rows(conn, {"ids": [1]})
        with query_count(app) as count:
            Prepared(THOSE).rows(conn, {"ids": [1]})
        assert len(count) == 1, count


def test_a_statement_whose_text_depends_on_a_value_is_not_prepared(things: Engines) -> None:
    loose = Prepared(sa.select(thing).where(thing.c.id.in_(sa.bindparam("ids", expanding=True))))
    with things.read.connect() as conn:
        conn.execute(THOSE, {"ids": []})
        with pytest.raises(ValueError, match="depends"):
            loose.rows(conn, {"ids": [1]})


# --- SQLite's log -------------------------------------------------------------------------------------------


def test_what_is_committed_is_soon_in_the_file_itself(tmp_path: Path) -> None:
    file = tmp_path / "staff of 2026 #1.sqlite"
    engines = engines_for(sa.URL.create("sqlite", database=str(file)))
    try:
        with engines.begin() as conn:
            metadata.create_all(conn)
        for needle in ("the first to come", "and one more"):
            with engines.begin() as conn:
                conn.execute(sa.insert(thing), {"name": needle})
            deadline = time.monotonic() + 20
            while needle.encode() not in file.read_bytes():
                assert time.monotonic() < deadline, needle
                time.sleep(0.05)
    finally:
        engines.dispose()


def test_a_checkpoint_of_a_file_that_is_gone_makes_no_new_one(tmp_path: Path) -> None:
    Checkpoints(str(tmp_path / "gone.sqlite"))._make()
    assert not list(tmp_path.iterdir())


def test_partial_indexes_are_partial() -> None:
    with scratch_database(models.metadata.tables.values()) as conn:
        found = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        made: dict[str, str] = {row.name: row.sql for row in found}
    assert made["ix_employment_valid_from"].endswith(f"WHERE {CURRENT}")
    assert made["ix_assignment_head"].endswith("is_head = 1")
    assert " WHERE " not in made["ix_report_done"]
