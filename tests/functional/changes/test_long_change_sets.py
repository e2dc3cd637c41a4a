"""One change set written in many plans: each sees what the ones before did, and none loads all departments again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event

from myproject.db import bulk
from myproject.db.bulk import gather_statistics
from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import ChangeSetWriter, apply, undo
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    CloseDepartment,
    CorrectDepartment,
    CreateDepartment,
    CreateLocation,
    Join,
    MoveDepartment,
    RenameDepartment,
    Verb,
)
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.present import Present

TODAY = date(2026, 6, 15)
START = date(2026, 1, 1)
VERSION: Any = DepartmentVersion.__table__
DEPARTMENT: Any = Department.__table__


def create(code: str, name: str, parent: str | None = "TOP", on: date = START) -> CreateDepartment:
    return CreateDepartment(code=code, name=name, parent=parent, on=on)


def join(number: str, department: str, on: date = START) -> Join:
    return Join(employee_number=number, card=Card(given_name="Ann", family_name=number), department=department, on=on)


# Every plan leans on departments as the plans before have left them, refused verbs among them.
PLANS: list[Sequence[Verb]] = [
    [create("TOP", "Company", None), create("A", "Sales"), create("B", "Sales East", "A")],
    [join("1", "A"), join("2", "B")],
    [create("C", "sales"), create("D", "Sales East", "NONE"), create("E", "Support", "B")],
    [join("3", "D"), join("4", "E"), CreateLocation(code="O", name="Oslo")],
    [RenameDepartment(department="A", name="Trade", on=date(2026, 3, 1))],
    [create("C", "Sales", on=date(2026, 4, 1))],
    [create("F", "Säles", on=date(2026, 3, 1))],
    [create("D", "Sales West", "A"), join("5", "D"), create("K", "Sales East", "A")],
    [MoveDepartment(department="B", parent="E", on=date(2026, 4, 1))],
    [MoveDepartment(department="B", parent="C", on=date(2026, 4, 1)), join("6", "C", date(2026, 4, 2))],
    [CloseDepartment(department="C", last_day=date(2026, 5, 1))],
    [CorrectDepartment(department="E", on=TODAY, name="Service"), create("G", "Service", "A"), create("H", "X", "E")],
    [CloseDepartment(department="H", last_day=date(2026, 5, 1)), create("I", "Trade")],
    [join("7", "H", date(2026, 4, 1)), join("8", "G"), join("9", "I"), create("J", "Trade")],
]


def told(conn: Connection) -> list[Any]:
    """Every department on every day, as it is known now."""
    v, d, parent = VERSION.c, DEPARTMENT.c, DEPARTMENT.alias("parent")
    query = (
        sa.select(d.code, v.name, v.slug, parent.c.code.label("parent"), v.valid_from, v.valid_to)
        .select_from(VERSION.join(DEPARTMENT, d.id == v.department_id).outerjoin(parent, parent.c.id == v.parent_id))
        .where(is_current(VERSION))
    )
    return sorted(map(tuple, conn.execute(query)), key=repr)


def write(writer: ChangeSetWriter, verbs: Sequence[Verb]) -> list[tuple[int, str]]:
    plan = writer.add(verbs, skip_bad=True)
    return [(problem.position, problem.message) for problem in plan.problems]


def writer(conn: Connection) -> ChangeSetWriter:
    return ChangeSetWriter(conn, today=TODAY, author="test", source="test")


@contextmanager
def statements(conn: Connection) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(conn, "before_cursor_execute", note)
    yield seen
    event.remove(conn, "before_cursor_execute", note)


def test_plans_of_one_change_set_do_what_change_sets_of_their_own_do(database: Any) -> None:
    outcomes = []
    for apart in (True, False):
        with _empty(database) as engines, engines.begin() as conn:
            problems = []
            if apart:
                for verbs in PLANS:
                    with writer(conn) as one:
                        problems.append(write(one, verbs))
            else:
                with writer(conn) as one:
                    problems = [write(one, verbs) for verbs in PLANS]
            outcomes.append((problems, told(conn)))
    assert outcomes[0] == outcomes[1]
    assert [len(found) for found in outcomes[0][0]] == [0, 0, 2, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 3]


def test_departments_are_not_loaded_again_for_people(engines: Engines) -> None:
    with engines.begin() as conn, writer(conn) as one:
        write(one, PLANS[0])
        write(one, [join("1", "A")])
        with statements(conn) as seen:
            write(one, [join("2", "B")])
    assert not [statement for statement in seen if "FROM department" in statement]


def test_only_changed_departments_are_loaded_again(engines: Engines) -> None:
    with engines.begin() as conn, writer(conn) as one:
        write(one, PLANS[0])
        write(one, [RenameDepartment(department="A", name="Trade", on=START)])
        with statements(conn) as seen:
            write(one, [join("1", "A")])
        read = [statement for statement in seen if "FROM department" in statement]
        assert len(read) == 2
        assert all(" IN (SELECT " in statement for statement in read)


def test_a_plan_made_elsewhere_is_seen(engines: Engines) -> None:
    with engines.begin() as conn:
        with writer(conn) as first:
            write(first, PLANS[0])
        with writer(conn) as second:
            write(second, [RenameDepartment(department="A", name="Trade", on=START)])
        undo(conn, second.revision, today=TODAY, author="test")
        with writer(conn) as third:
            assert write(third, [create("C", "Sales")]) != []


def test_people_in_new_departments_are_sorted_by_their_names(engines: Engines) -> None:
    with engines.begin() as conn:
        with writer(conn) as one:
            write(one, [*PLANS[0], join("1", "A")])
            write(one, [RenameDepartment(department="A", name="Äther", on=START)])
        sort: Any = Present.__table__.c.department_sort
        assert conn.execute(sa.select(sort)).scalars().all() == ["ather"]


@contextmanager
def _empty(database: Any) -> Iterator[Engines]:
    from myproject.db.engines import engines_for

    url = database.copy(database.migrated)
    made = engines_for(url)
    try:
        yield made
    finally:
        made.dispose()
        database.drop(url)


@pytest.mark.parametrize("many", [400])
def test_many_departments_in_one_place(engines: Engines, many: int) -> None:
    names = ["Team", "TEAM 1", *(f"Team {number}" for number in range(2, many))]
    with engines.begin() as conn:
        with writer(conn) as one:
            assert write(one, [create("TOP", "Company", None)]) == []
            assert write(one, [create(str(at), name) for at, name in enumerate(names)]) == []
            assert write(one, [create("X", "team 1")]) != []
            assert write(one, [create("Y", "Team-1")]) == []
        slugs = {row[0]: row[2] for row in told(conn)}
    assert slugs["1"] == "team-1"
    assert slugs["Y"] == "team-1-2"


def test_statistics_lock_nothing_that_other_databases_share(engines: Engines) -> None:
    """Who loads one database of a server must not wait until another one is loaded."""
    if engines.write.dialect.name != "postgresql":
        pytest.skip("SQLite plans without statistics")
    with engines.begin() as conn:
        gather_statistics(conn)
        mine = "SELECT relation FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareUpdateExclusiveLock'"
        assert len(conn.exec_driver_sql(mine).all()) > 10
        assert conn.exec_driver_sql(f"{mine} AND database = 0").all() == []
        known = "SELECT count(*) FROM pg_class WHERE relname = 'employment' AND reltuples >= 0"
        assert conn.exec_driver_sql(known).scalar() == 1


def test_statistics_are_gathered_when_the_rows_have_doubled(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered: list[int] = []
    at = 0
    with engines.begin() as conn:
        monkeypatch.setattr(bulk, "gather_statistics", lambda _: gathered.append(at))
        for at in range(0, 200_000, 4_000):
            bulk.mind_growth(conn, at, at + 4_000)
        assert gathered == [4_000, 16_000, 40_000, 88_000, 184_000]
    with engines.begin() as conn:
        conn.info.clear()
        gathered.clear()
        bulk.mind_growth(conn, 3_000_000, 3_000_010)  # a form, in a large directory
        assert gathered == []


@pytest.mark.slow
def test_very_many_departments_and_nobody_in_them(engines: Engines) -> None:
    """More values than a database takes in one statement."""
    made = [CreateDepartment(code=f"D{n}", name=f"Department {n}", on=date(2020, 1, 1)) for n in range(9_000)]
    with engines.begin() as conn:
        apply(conn, made, today=date(2026, 6, 15), author="test", source="test")
    with engines.read.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM department_version").scalar() == 9_000
