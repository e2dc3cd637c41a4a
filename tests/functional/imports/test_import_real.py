"""Real organisations, by the shipped mapping files: what came in is held against the files themselves."""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.db.engines import engines_for
from myproject.directory.present import present_table
from myproject.models.dated import FOREVER
from myproject.models.location import Location
from tests.support.importing import TODAY, Importer, Outcome, cards, employments, facts, tree

pytestmark = pytest.mark.long

MAPPINGS = Path(__file__).parents[3] / "docs/imports"


def rows(path: Path) -> list[dict[str, str]]:
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Loaded:
    """A database into which a folder was imported."""

    def __init__(self, importer: Importer, folder: Path, mapping: Path, outcome: Outcome) -> None:
        self.importer = importer
        self.engines = importer.engines
        self.folder = folder
        self.mapping = mapping
        self.outcome = outcome


def loaded(database: Any, shared: Path, tmp_path: Path, folder: str, mapping: str, **options: Any) -> Iterator[Loaded]:
    url = database.copy(database.migrated)
    engines = engines_for(url)
    importer = Importer(engines, tmp_path)
    path = shared / "data" / folder
    if not path.is_dir():
        pytest.skip(f"no {path}")
    try:
        yield Loaded(importer, path, MAPPINGS / mapping, importer(path, MAPPINGS / mapping, **options))
    finally:
        engines.dispose()
        database.drop(url)


# oracle-hr: 107 employees with departments, locations, managers, job history


@pytest.fixture(scope="module")
def oracle(database, shared, tmp_path_factory):
    yield from loaded(database, shared, tmp_path_factory.mktemp("oracle"), "oracle-hr", "oracle-hr.toml")


def test_oracle_everyone_is_in_with_department_location_and_manager(oracle):
    assert (oracle.outcome.written, oracle.outcome.told) == (True, [])
    found = facts(oracle.engines)
    titles = {row["job_id"]: row["job_title"] for row in rows(oracle.folder / "jobs.csv")}
    places = {row["department_id"]: row["location_id"] for row in rows(oracle.folder / "departments.csv")}
    heads = {row["manager_id"]: row["department_id"] for row in rows(oracle.folder / "departments.csv")}
    wanted = {}
    for row in rows(oracle.folder / "employees.csv"):
        number, department = row["employee_id"], row["department_id"]
        wanted[number] = (
            f"{row['first_name']} {row['last_name']}", department or "without-department", titles[row["job_id"]],
            places.get(department), row["manager_id"] or None, heads.get(number) == department, 1.0,
        )  # fmt: skip
    assert len(wanted) == 107
    assert found == wanted
    assert cards(oracle.engines)["100"].email == "sking@example.com"
    assert cards(oracle.engines)["100"].phone == "+1.515.555.0100"


def test_oracle_departments_and_locations(oracle):
    stated = {row["department_id"]: (row["department_name"], None) for row in rows(oracle.folder / "departments.csv")}
    assert tree(oracle.engines) == stated | {"without-department": ("Without department", None)}
    with oracle.engines.read.connect() as conn:
        location = conn.execute(sa.select(Location.__table__).where(Location.__table__.c.code == "2500")).one()
        count = conn.execute(sa.select(sa.func.count()).select_from(Location.__table__)).scalar()
    assert count == 23
    assert (location.name, location.country, location.time_zone) == ("Oxford", "GB", "Europe/London")
    assert location.address == "Magdalen Centre, The Oxford Science Park, OX9 9ZB, Oxford, Oxford"


def test_oracle_every_row_of_the_history_can_be_read_back(oracle):
    titles = {row["job_id"]: row["job_title"] for row in rows(oracle.folder / "jobs.csv")}
    for row in rows(oracle.folder / "job_history.csv"):
        for day in (date.fromisoformat(row["start_date"]), date.fromisoformat(row["end_date"])):
            fact = facts(oracle.engines, day)[row["employee_id"]]
            assert (fact.department, fact.title) == (row["department_id"], titles[row["job_id"]])
    assert facts(oracle.engines, date(2017, 1, 1))["200"].title == "Administration Assistant"


def test_oracle_those_who_came_back(oracle):
    assert employments(oracle.engines, "101") == [(date(2007, 9, 21), date(2015, 3, 16)), (date(2015, 9, 21), FOREVER)]
    assert employments(oracle.engines, "200") == [(date(2005, 9, 17), date(2011, 6, 18)), (date(2012, 7, 1), FOREVER)]
    rows_noted = [row for kind, row in oracle.outcome.noted if kind == "before joining"]
    assert rows_noted == [3, 4, 8, 11], "each of the four rows before the hire date is told"
    assert oracle.outcome.verbs["rehire"] == 2


def test_oracle_a_manager_hired_later_is_told_and_manages_from_then(oracle):
    hired = {row["employee_id"]: row["hire_date"] for row in rows(oracle.folder / "employees.csv")}
    later = {
        number
        for number, row in enumerate(rows(oracle.folder / "employees.csv"), 2)
        if row["manager_id"] and hired[row["manager_id"]] > row["hire_date"] and row["manager_id"] != "101"
    }
    assert len(later) == 32, "without the five who came while employee 101 worked here for the first time"
    assert {row for kind, row in oracle.outcome.noted if kind == "manager came later"} == later
    assert facts(oracle.engines, date(2012, 1, 1))["102"].manager is None
    assert facts(oracle.engines, date(2013, 6, 17))["102"].manager == "100"


def test_oracle_reports_of_one_who_was_away_have_the_manager_before_and_after(oracle):
    """Employee 101 worked here until 15 March 2015, and again from 21 September: the lines hold on these days."""
    reports = {
        row["employee_id"]: date.fromisoformat(row["hire_date"])
        for row in rows(oracle.folder / "employees.csv")
        if row["manager_id"] == "101"
    }
    assert len(reports) == 5
    for day in (date(2013, 1, 1), date(2014, 7, 1), date(2015, 3, 15), date(2015, 3, 16), date(2015, 9, 21), TODAY):
        away = date(2015, 3, 16) <= day < date(2015, 9, 21)
        found = facts(oracle.engines, day)
        managers = {number: found[number].manager for number, hired in reports.items() if hired <= day}
        assert managers == dict.fromkeys(managers, None if away else "101"), day
    assert [kind for kind, _ in oracle.outcome.noted].count("manager away") == 5


def test_oracle_twice_is_nothing_and_undone_is_as_before(oracle):
    before = {day: facts(oracle.engines, day) for day in (date(2010, 1, 1), date(2017, 6, 1), TODAY)}
    again = oracle.importer(oracle.folder, oracle.mapping)
    assert (again.verbs, again.result.revision, again.result.unchanged) == ({}, None, 107)
    later = oracle.importer(oracle.folder, oracle.mapping, today=TODAY + timedelta(days=100))
    assert (later.verbs, later.result.revision) == ({}, None)
    oracle.importer.undo(1)
    assert [facts(oracle.engines, day) for day in before] == [{}, {}, {}]
    assert tree(oracle.engines) == {}
    assert oracle.importer(oracle.folder, oracle.mapping).told == []
    assert {day: facts(oracle.engines, day) for day in before} == before


# testdb-10k: 10,000 employees, their spells in departments and titles, leavers, managers of departments


@pytest.fixture(scope="module")
def testdb(database, shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("testdb")
    yield from loaded(
        database, shared, folder, "testdb-10k", "testdb-10k.toml", good_rows=True, report=folder / "report.csv"
    )


def the_days() -> list[date]:
    """Twenty days over the whole of the history, the first and last among them, drawn the same way every time."""
    draw = random.Random(2002)
    inside = [date(1985, 1, 2) + timedelta(days=draw.randrange(6400)) for _ in range(17)]
    return [date(1985, 1, 1), *inside, date(2002, 8, 1), TODAY]


def spells(folder: Path, name: str) -> list[tuple[str, str, date, date]]:
    """The rows of a history of the files: whom, what, from, to. One that ends on the day it begins holds that day."""
    found = []
    for row in rows(folder / name):
        number, what, start, end = row.values()
        since, until = date.fromisoformat(start), date.fromisoformat(end)
        found.append((number, what, since, until + timedelta(days=1) if since == until else until))
    return found


def test_testdb_head_counts_on_twenty_days_are_those_of_the_files(testdb):
    assert testdb.outcome.result.new == len(cards(testdb.engines)) == 10_000
    history = [
        (number, department, start, end)
        for number, department, start, end in (
            (row["emp_no"], row["dept_no"], date.fromisoformat(row["from_date"]), date.fromisoformat(row["to_date"]))
            for row in rows(testdb.folder / "dept_emp.csv.gz")
        )
    ]
    for day in the_days():
        from_files = Counter(department for _, department, start, end in history if start <= day < end)
        from_directory = Counter(fact.department for fact in facts(testdb.engines, day).values())
        assert from_directory == from_files, day
    assert len(facts(testdb.engines, TODAY)) == 8_064


def test_testdb_everyones_department_and_title_on_every_kind_of_day(testdb):
    departments = spells(testdb.folder, "dept_emp.csv.gz")
    titles = spells(testdb.folder, "titles.csv.gz")
    for day in (*the_days()[3:9], date(1998, 12, 17), TODAY):
        where = {number: what for number, what, start, end in departments if start <= day < end}
        in_order = sorted(titles, key=lambda row: row[2])
        called = {number: what for number, what, start, end in in_order if start <= day < end}
        found = facts(testdb.engines, day)
        assert {number: fact.department for number, fact in found.items()} == where
        assert {number: fact.title for number, fact in found.items()} == {
            number: called.get(number) for number in where
        }


def test_testdb_leavers_and_returners_have_the_periods_of_their_spells(testdb):
    periods: dict[str, list[tuple[date, date]]] = {}
    for number, _, start, end in sorted(spells(testdb.folder, "dept_emp.csv.gz"), key=lambda row: (row[0], row[2])):
        end = FOREVER if end == date(9999, 1, 1) else end
        mine = periods.setdefault(number, [])
        if mine and start <= mine[-1][1]:
            mine[-1] = (mine[-1][0], max(end, mine[-1][1]))
        else:
            mine.append((start, end))
    assert sum(1 for mine in periods.values() if mine[-1][1] != FOREVER) == 1_936
    draw = random.Random(7)
    for number in [*draw.sample(sorted(periods), 150), *(n for n, mine in periods.items() if len(mine) > 1)][:400]:
        assert employments(testdb.engines, number) == periods[number]


def test_testdb_every_row_of_a_manager_is_told(testdb):
    belonged = {(row["emp_no"], row["dept_no"]) for row in rows(testdb.folder / "dept_emp.csv.gz")}
    hired = {row["emp_no"]: row["hire_date"] for row in rows(testdb.folder / "employees.csv.gz")}
    managers = list(enumerate(rows(testdb.folder / "dept_manager.csv"), 2))
    never = {number for number, row in managers if (row["emp_no"], row["dept_no"]) not in belonged}
    early = {number for number, row in managers if row["from_date"] < hired[row["emp_no"]]}
    assert (len(never), len(early)) == (21, 17)
    elsewhere = {row for kind, row, _ in testdb.outcome.told if kind == "head elsewhere"}
    assert never <= elsewhere
    assert {row for kind, row in testdb.outcome.noted if kind == "head before joining"} == early
    assert {kind for kind, _, _ in testdb.outcome.told} == {"head elsewhere"}


def test_testdb_managers_follow_from_the_departments_by_date(testdb):
    """Worked out again from the files: the manager of one's department that day, if that is one of its people."""
    departments = spells(testdb.folder, "dept_emp.csv.gz")
    managed = spells(testdb.folder, "dept_manager.csv")
    for day in (date(1990, 1, 1), date(1995, 10, 1), date(2001, 1, 1), TODAY):
        where = {number: what for number, what, start, end in departments if start <= day < end}
        managing = [(number, what) for number, what, start, end in managed if start <= day < end]
        heads = {what: number for number, what in managing if where.get(number) == what}
        found = facts(testdb.engines, day)
        for number, fact in found.items():
            wanted = None if number in heads.values() else heads.get(where[number])
            assert fact.manager == wanted, (day, number)
    with_one = {fact.department for fact in facts(testdb.engines, date(1995, 10, 1)).values() if fact.manager}
    assert with_one == {"d009"}, "the only department with a manager among its people, for a while"


def test_testdb_managers_from_outside_where_the_mapping_says_so(shared, engines, tmp_path):
    folder, text = shared / "data/testdb-10k", (MAPPINGS / "testdb-10k.toml").read_text()
    mapping = tmp_path / "anyone.toml"
    mapping.write_text(text.replace('managers = "department_head"', 'managers = "department_head"\nheads = "anyone"'))
    outcome = Importer(engines, tmp_path)(folder, mapping)
    assert (outcome.written, outcome.told) == (True, [])
    assert outcome.result.findings.counts["noted", "head elsewhere"] >= 21
    managed = [row for row in rows(folder / "dept_manager.csv") if row["to_date"] == "9999-01-01"]
    found = facts(engines)
    here = {row["dept_no"]: row["emp_no"] for row in managed if row["emp_no"] in found}
    wrong = {
        number: fact
        for number, fact in found.items()
        if fact.manager != (None if number in here.values() else here.get(fact.department or ""))
    }
    assert wrong == {}
    assert sum(fact.manager is not None for fact in found.values()) > 5_000
    assert not any(fact.is_head for fact in found.values())


def test_testdb_twice_is_nothing(testdb):
    again = testdb.importer(testdb.folder, testdb.mapping, good_rows=True)
    assert (again.verbs, again.result.revision, again.result.unchanged) == ({}, None, 10_000)
    with testdb.engines.read.connect() as conn:
        assert present_table.verify(conn) == []


def test_testdb_all_or_nothing_lets_nothing_in(database, shared, tmp_path, engines):
    outcome = Importer(engines, tmp_path)(shared / "data/testdb-10k", MAPPINGS / "testdb-10k.toml")
    assert not outcome.written
    assert cards(engines) == {}


# uk-government-2011: one row a post, most without a named holder; two snapshots, half a year apart

FIRST, SECOND = date(2011, 3, 31), date(2011, 9, 30)
NOBODY = {"", "n/d", "nd", "na", "not disclosed", "no name", "eliminated", "vacant", "vacancy"}
NOBODY |= {"post vacant", "vacant post", "post eliminated"}


@pytest.fixture(scope="module")
def organogram(database, shared, tmp_path_factory):
    file = shared / "data/uk-government-2011/2011-03-31-senior.csv.gz"
    if not file.is_file():
        pytest.skip(f"no {file}")
    url = database.copy(database.migrated)
    engines = engines_for(url)
    importer = Importer(engines, tmp_path_factory.mktemp("uk"))
    mapping = MAPPINGS / "uk-organogram-2011.toml"
    try:
        yield Loaded(importer, file.parent, mapping, importer(file, mapping, effective=FIRST, good_rows=True))
    finally:
        engines.dispose()
        database.drop(url)


def holders(file: Path) -> Counter[str]:
    """The named holders of posts of a file, by a plain reading."""
    names: Counter[str] = Counter()
    for row in rows(file):
        name = " ".join(row["Name"].split()).strip("'\"")
        if name.lower().strip("'\" ") not in NOBODY:
            names[spelled(name)] += 1
    return names


def spelled(name: str | None) -> str:
    """A name with its words in one order, whether the family name came first or last."""
    return " ".join(sorted((name or "").replace(",", " ").split()))


def test_organogram_every_named_holder_is_in_or_told(organogram):
    outcome, file = organogram.outcome, organogram.folder / "2011-03-31-senior.csv.gz"
    named = sum(holders(file).values())
    refused = {row for kind, row, _ in outcome.told if kind in ("value", "repeated key")}
    assert outcome.result.rows == 5_007
    assert outcome.result.new + len(refused) == named
    assert outcome.result.findings.counts["noted", "vacant post"] == 5_007 - named
    names = Counter(spelled(fact.name) for fact in facts(organogram.engines, FIRST).values())
    assert names <= holders(file)


def test_organogram_self_reports_and_dangling_posts_are_told(organogram):
    kinds = Counter(kind for kind, _, _ in organogram.outcome.told)
    assert kinds == {"own manager": 2, "unknown manager": 1}
    counts = organogram.outcome.result.findings.counts
    assert counts["noted", "value"] == 25, "contacts that can't be taken are left out"
    assert counts["noted", "two numbers"] > 10
    assert organogram.outcome.result.findings.counts["noted", "vacant manager"] > 10


def test_organogram_departments_are_a_tree_of_names(organogram):
    found = tree(organogram.engines, FIRST)
    by_name = {name: code for code, (name, _) in found.items()}
    office = by_name["Home Office"]
    assert found[office][1] is None
    below = {name for name, parent in found.values() if parent == office}
    assert "UK Border Agency" in below or len(below) > 5


def test_organogram_the_second_snapshot_is_shown_before_it_is_applied(organogram):
    file = organogram.folder / "2011-09-30-senior.csv.gz"
    before = facts(organogram.engines, SECOND)
    options: dict[str, Any] = {"effective": SECOND, "good_rows": True, "leavers": "end"}
    dry = organogram.importer(file, organogram.mapping, dry_run=True, **options)
    assert facts(organogram.engines, SECOND) == before
    result = dry.result
    assert result.new + result.changed + result.unchanged == sum(holders(file).values()) - len(
        {row for kind, row, _ in dry.told if kind in ("value", "repeated key")}
    )
    assert min(result.new, result.changed, result.unchanged, result.gone_count) > 100
    assert dry.verbs.keys() >= {"join", "move", "leave", "edit_card", "create_department"}
    assert any("→" in change.details for change in result.samples if change.verb == "move")
    assert [kind for kind, _, _ in dry.told].count("too many leavers") == 1
    assert not organogram.importer(file, organogram.mapping, **options).written
    options["leavers_count"] = result.gone_count
    wet = organogram.importer(file, organogram.mapping, **options)
    assert wet.verbs == dry.verbs
    assert [told for told in dry.told if told not in wet.told] == [("too many leavers", None, None)]
    assert len(facts(organogram.engines, SECOND)) == result.new + result.changed + result.unchanged
    assert len(facts(organogram.engines, SECOND - timedelta(days=1))) == len(before)
    again = organogram.importer(file, organogram.mapping, **options)
    assert (again.verbs, again.result.revision) == ({}, None)
    organogram.importer.undo(wet.result.revision or 0)
    assert facts(organogram.engines, SECOND) == before


def test_home_office_as_uploaded_in_2013(shared, engines, tmp_path):
    folder = shared / "data/uk-home-office-2013-09-30"
    file = folder / "senior.csv"
    outcome = Importer(engines, tmp_path)(folder, MAPPINGS / "uk-home-office-2013.toml", good_rows=True)
    assert outcome.told == [("own manager", 241, "Reports to Senior Post")]
    found = facts(engines, date(2013, 9, 30))
    assert len(found) == sum(holders(file).values()) == 47
    numbers = {fact.name: number for number, fact in found.items()}
    assert found[numbers["Sir Constantijn Valette"]].manager == numbers["Gritta Einsfeld"]
    assert {card.email for card in cards(engines).values()} == {None}, "one mailbox for all of them is nobody's"
    assert outcome.result.findings.counts["noted", "shared mail"] == 47
    assert (outcome.result.vacant, outcome.result.groups) == (259 - 47, 1_387)
    assert round(outcome.result.grouped_posts) == 23_176
    assert outcome.result.unread == {}
    assert all("Minicom" not in card.phone for card in cards(engines).values() if card.phone)
    assert all(card.about is None or len(card.about) <= 4000 for card in cards(engines).values())
