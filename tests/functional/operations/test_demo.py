"""The made-up company: the same each time, believable, whole; and the command that loads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from myproject.commands.main import cli
from myproject.db.engines import Engines, engines_for
from myproject.demo.company import NotEmpty, load, make_company
from myproject.demo.events import OPEN
from myproject.directory.present import present_table
from myproject.directory.schema.verbs import CreateDepartment
from myproject.directory.search import verification
from myproject.models.change_set import ChangeSet
from myproject.models.dated import FOREVER, is_current, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.present import Present
from tests.conftest import ROOT
from tests.support.databases import Database

TODAY = date(2026, 6, 15)
TABLES: dict[str, Any] = {
    model.__name__: model.__table__
    for model in (Assignment, ChangeSet, DepartmentVersion, Employee, Employment, Location, Present, ReportingLine)
}


def told(employees: int, today: date = TODAY, seed: int = 1) -> list[tuple[str, list[Any]]]:
    """Every verb of a company, with the reasons of the change sets."""
    return [
        (chapter.reason, [verb.model_dump() for verb in chapter.verbs()])
        for chapter in make_company(employees, today, seed)
    ]


class Company:
    """A company in a database, to be asked."""

    def __init__(self, engines: Engines, employees: int) -> None:
        self.engines = engines
        self.employees = employees

    def rows(self, statement: Any) -> list[Any]:
        with self.engines.read.connect() as conn:
            return list(conn.execute(statement))

    def all(self, table: str) -> list[Any]:
        """Every row, of the dated tables those that are known now."""
        found = TABLES[table]
        where = [is_current(found)] if "superseded_in" in found.c else []
        return self.rows(sa.select(found).where(*where))


@pytest.fixture(scope="module", params=[50, 240, 3_000])
def larkfield(request: pytest.FixtureRequest, database: Database) -> Iterator[Company]:
    """The company at several sizes, for tests that only read."""
    url = database.copy(database.migrated)
    engines = engines_for(url)
    with engines.begin() as conn:
        load(conn, make_company(request.param, TODAY), TODAY)
    yield Company(engines, request.param)
    engines.dispose()
    database.drop(url)


def test_the_same_for_the_same_size_day_and_seed() -> None:
    first = told(240)
    assert first == told(240)
    assert first != told(240, seed=2)
    assert first != told(241)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 2, 28), date(2028, 2, 29), date(2026, 12, 31)])
def test_any_day_of_the_year_and_any_size(engines: Engines, today: date) -> None:
    employees = 20 + today.day * 7
    with engines.begin() as conn:
        load(conn, make_company(employees, today, seed=today.month), today)
        assert conn.execute(sa.select(sa.func.count()).select_from(TABLES["Present"])).scalar_one() == employees


def test_sizes_out_of_range_are_refused() -> None:
    for employees in (0, 19, 300_001):
        with pytest.raises(ValueError, match="20 to 300,000"):
            make_company(employees, TODAY)


def test_departments_of_a_large_company_can_be_told_apart() -> None:
    chapters = make_company(30_000, TODAY)
    made = [event.tell() for chapter in chapters for event in chapter.events if event.kind == OPEN]
    names = Counter((verb.parent, verb.name) for verb in made if isinstance(verb, CreateDepartment))
    assert len(names) > 1_000
    assert max(names.values()) == 1


@pytest.mark.slow
def test_what_is_derived_agrees(larkfield: Company) -> None:
    with larkfield.engines.read.connect() as conn:
        assert present_table.verify(conn) == []
        assert verification.verify(conn) == []


def test_as_many_people_as_asked_for(larkfield: Company) -> None:
    assert len(larkfield.all("Present")) == larkfield.employees


def test_one_top_and_spans_and_levels_that_can_be(larkfield: Company) -> None:
    people = larkfield.all("Present")
    manager = {person.employee_id: person.manager_id for person in people}
    assert [above for above in manager.values() if above is None] == [None]
    spans = Counter(above for above in manager.values() if above is not None)
    # Somebody who stepped in for a time, or is about to follow, may have few; nobody has too many.
    assert max(spans.values()) <= 14
    few = sum(span < 3 for span in spans.values())
    assert few <= max(2, len(spans) // 20)

    def depth(employee: int) -> int:
        above = manager[employee]
        return 1 if above is None else 1 + depth(above)

    levels = max(map(depth, manager))
    assert {50: 4, 240: 5, 3_000: 6}[larkfield.employees] <= levels <= 9


def test_every_department_has_a_head(larkfield: Company) -> None:
    version = TABLES["DepartmentVersion"]
    open_now = larkfield.rows(sa.select(version.c.department_id).where(is_current(version), valid_on(version, TODAY)))
    heads = {person.department_id for person in larkfield.all("Present") if person.is_head}
    assert heads == {row.department_id for row in open_now}


def test_nobody_is_too_young_or_too_old(larkfield: Company) -> None:
    born = {row.id: row.date_of_birth for row in larkfield.all("Employee")}
    for row in larkfield.all("Employment"):
        birth = born[row.employee_id]
        assert birth.replace(year=birth.year + 18, day=min(birth.day, 28)) <= row.valid_from
    assert all((TODAY - born[person.employee_id]).days < 68 * 366 for person in larkfield.all("Present"))


def test_names_are_hardly_ever_borne_twice(larkfield: Company) -> None:
    names = [person.name for person in larkfield.all("Present")]
    assert len(names) - len(set(names)) <= len(names) // 200
    text = " ".join(names)
    if larkfield.employees > 100:
        assert "-" in text
        assert not text.isascii()
        others = [row.alternative_names for row in larkfield.all("Employee") if row.alternative_names]
        assert any(ord(char) > 0x3000 for names in others for name in names for char in name)


def test_nothing_in_it_reaches_anybody(larkfield: Company) -> None:
    everyone = larkfield.all("Employee")
    mails = [row.email for row in everyone]
    assert len(set(mails)) == len(mails)
    assert all(mail.endswith("@larkfield.example") for mail in mails)
    kept_free = (
        "+44 117 496 0", "+44 1632 960", "+44 7700 900", "+49 30 23125", "+49 171 39200", "+1 416 555 01",
        "+1 647 555 01",
        "+33 1 99 00", "+33 6 39 98", "+46 8 465 004", "+61 3 7010", "+61 3 5550", "+353 20 91",
        "+1 303 555 01", "+1 720 555 01", "+44 161 496 0",
    )  # fmt: skip
    numbers = [number for row in everyone for number in (row.phone, row.mobile) if number]
    assert all(number.startswith(kept_free) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_those_who_lead_mostly_came_first(larkfield: Company) -> None:
    people = {person.employee_id: person for person in larkfield.all("Present")}
    pairs = [(people[p.manager_id].hired_on, p.hired_on) for p in people.values() if p.manager_id]
    assert sum(above <= below for above, below in pairs) / len(pairs) > 0.7


def test_it_has_grown_for_ten_years(larkfield: Company) -> None:
    rows = larkfield.all("Employment")
    counts = [
        sum(row.valid_from <= day < row.valid_to for row in rows)
        for day in (date(year, 6, 15) for year in range(2017, 2027, 3))
    ]
    assert counts == sorted(counts)
    assert counts[0] < 0.6 * counts[-1]
    assert min(row.valid_from for row in rows) < TODAY - timedelta(days=3650)


def test_there_is_one_of_everything(larkfield: Company) -> None:
    employments, lines = larkfield.all("Employment"), larkfield.all("ReportingLine")
    jobs = larkfield.all("Assignment")
    soon = TODAY + timedelta(days=90)
    times = Counter(row.employee_id for row in employments)
    assert max(times.values()) > 1, "a rehire"
    assert any(line.kind == "dotted" for line in lines)
    assert any(line.kind == "acting" and line.valid_from <= TODAY < line.valid_to for line in lines)
    assert any(not job.is_primary for job in jobs), "a second assignment"
    half = Counter(
        (job.department_id, job.job_title_id)
        for job in jobs
        if job.fte == 0.5 and job.valid_from <= TODAY < job.valid_to
    )
    assert max(half.values()) >= 2, "a job share"
    assert any(TODAY < row.valid_from <= soon for row in employments), "somebody joins soon"
    assert any(TODAY < row.valid_to <= soon for row in employments), "somebody leaves soon"
    assert any(TODAY.replace(day=1) <= row.valid_from <= TODAY for row in employments), "somebody joined this month"
    assert any(TODAY < job.valid_from < FOREVER and job.valid_from <= soon for job in jobs), "somebody moves soon"
    everyone = larkfield.all("Employee")
    for name in (
        "preferred_name",
        "alternative_names",
        "pronunciation",
        "pronouns",
        "working_days",
        "about",
        "languages",
    ):
        assert any(getattr(row, name) for row in everyone), name
    places = larkfield.all("Location")
    assert len({place.time_zone for place in places}) >= 4
    assert all(place.country and place.address for place in places)


def test_the_organisation_was_and_will_be_another(larkfield: Company) -> None:
    version = larkfield.all("DepartmentVersion")
    by_department: dict[int, list[Any]] = {}
    for row in sorted(version, key=lambda row: row.valid_from):
        by_department.setdefault(row.department_id, []).append(row)
    on_one_day: Counter[date] = Counter()
    what: set[str] = set()
    for rows in by_department.values():
        for before, after in pairwise(rows):
            on_one_day[after.valid_from] += 1
            what.add("renamed" if before.name != after.name else "moved")
        if rows[-1].valid_to < FOREVER:
            what.add("closed")
    assert any(row.valid_from > TODAY for row in version), "a change is planned"
    if larkfield.employees > 100:
        assert what == {"renamed", "moved", "closed"}
        assert max(on_one_day.values()) >= 3


def test_it_was_told_in_change_sets_with_reasons(larkfield: Company) -> None:
    sets = sorted(larkfield.all("ChangeSet"), key=lambda row: row.revision)
    assert 10 <= len(sets) <= 20
    assert all(row.reason for row in sets)
    moments = [row.applied_at for row in sets]
    assert moments == sorted(moments)
    # So `known_at` of a day long ago has an answer.
    assert moments[0].year == TODAY.year - 9


def test_only_an_empty_directory_takes_it(engines: Engines) -> None:
    with engines.begin() as conn:
        load(conn, make_company(30, TODAY), TODAY)
    with engines.begin() as conn, pytest.raises(NotEmpty):
        load(conn, make_company(30, TODAY), TODAY)


@pytest.fixture
def run(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Calls the command line on the database of the test."""
    url = engines.write.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MYPROJECT_SQLALCHEMY_URL", url)
    return lambda *words: CliRunner().invoke(cli, ["--ini", str(ROOT / "testing.ini"), "demo", *words])


@pytest.mark.slow
def test_the_command(run: Callable[..., Any]) -> None:
    first = run("--employees", "40")
    assert first.exit_code == 0, first.output
    assert "40 people employed today" in first.output
    again = run("--employees", "40")
    assert again.exit_code == 1
    assert "needs an empty one" in again.output
    quiet = run("--if-empty")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert run("--employees", "5").exit_code == 2
