"""The clock of a request: what it takes from the address, and how `present` follows the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from myproject.directory.present import present_table
from myproject.models.counter import Counter
from myproject.web.params import BadQuery
from tests.support.api import service
from tests.support.company import APPLIED, TODAY

DAY = sa.select(Counter.__table__.c.present_day)


@contextmanager
def request(app: Any, path: str = "/") -> Iterator[Any]:
    """A request of the application, outside any view."""
    made = app.request_factory.blank(path)
    made.registry = app.registry
    try:
        yield made
    finally:
        made._process_finished_callbacks()


def present_day(company: Any) -> date | None:
    with company.engines.read.connect() as conn:
        return conn.execute(DAY).scalar_one()


def test_now(company: Any, query_count: Any) -> None:
    with request(company.app) as made, query_count(company.app) as count:
        clock = made.clock
        assert (clock.today, clock.as_of, clock.known_at, clock.revision) == (TODAY, TODAY, None, 3)
        assert clock.is_now
        assert clock.present
        assert len(count) == 1, count


def test_another_day(company: Any, query_count: Any) -> None:
    with request(company.app, "/?as_of=2025-01-01&q=x") as made, query_count(company.app) as count:
        clock = made.clock
        assert (clock.today, clock.as_of, clock.revision) == (TODAY, date(2025, 1, 1), 3)
        assert not clock.present
        assert len(count) == 1, count


@pytest.mark.parametrize(
    ("known_at", "revision"),
    [
        ("2026-01-04", 0),
        ("2026-01-05", 1),
        ("2026-01-05T08:59:59Z", 0),
        ("2026-03-10T09:00:00Z", 2),
        ("2026-05-31", 2),
        ("2026-06-01", 3),
    ],
)
def test_known_at(company: Any, known_at: str, revision: int) -> None:
    with request(company.app, f"/?known_at={known_at}") as made:
        assert made.clock.revision == revision
        assert made.clock.known == revision
        assert not made.clock.present
    assert APPLIED[1] == datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize("known_at", ["2026-06-15", "2026-06-15T10:00:00Z", "2199-01-01"])
def test_what_will_be_known_is_what_is_known_now(company: Any, known_at: str) -> None:
    with request(company.app, f"/?known_at={known_at}") as made:
        assert made.clock.known_at is None
        assert made.clock.present


@pytest.mark.parametrize("query", ["as_of=yesterday", "as_of=2026-02-30", "as_of=1800-01-01", "known_at=2026-06"])
def test_nonsense(company: Any, query: str) -> None:
    with request(company.app, f"/?{query}") as made, pytest.raises(BadQuery):
        _ = made.clock
    assert "like 2026-03-31" in company.testapp.get(f"/departments/?{query}", status=400).text


def test_links_keep_the_clock(company: Any) -> None:
    with request(company.app, "/?as_of=2025-01-01&known_at=2026-03-10T09:00%2B01:00&q=x") as made:
        kept = "as_of=2025-01-01&known_at=2026-03-10T09%3A00%2B01%3A00"
        assert made.link("employees") == f"/employees?{kept}"
        assert made.link("employee", id=7) == f"/employees/7?{kept}"
        assert made.link("employees", {"q": "a b", "skill": [1, 2], "x": None, "y": ""}) == (
            f"/employees?{kept}&q=a+b&skill=1&skill=2"
        )
        assert made.link("employees", {"as_of": None}).startswith("/employees?known_at=")
    with request(company.app) as made:
        assert made.link("home") == "/"
        assert made.link("/x/y") == "/x/y"
        assert made.link("employee.vcard", id=7) == "/employees/7.vcf"
        assert made.link("chart.branch", id=7) == "/chart/7/branch"
        assert made.link("change", revision=3) == "/changes/3"
        assert made.link("departments") == "/departments/"
        assert made.link("departments", traverse=("a b", "ü/c")) == "/departments/a%20b/%C3%BC%2Fc/"
        made.environ["SCRIPT_NAME"] = "/people"
        assert made.link("employee", id=7) == "/people/employees/7"
        with pytest.raises(KeyError):
            made.link("nowhere")


def test_today_is_a_day_of_the_organisation(company: Any, travel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company.app.registry, "zone", ZoneInfo("Pacific/Auckland"))
    with request(company.app) as made:
        made.registry.now, before = (lambda: datetime(2026, 6, 15, 12, 30, tzinfo=UTC)), made.registry.now
        assert made.today == date(2026, 6, 16)
        made.registry.now = before


# --- present follows the calendar ---------------------------------------------------------------------------


def test_the_first_comer_of_a_new_day_takes_it_there(own_company: Any, travel: Any, query_count: Any) -> None:
    app = own_company.app
    travel(app, "2026-06-16T00:00:01Z")
    with request(app) as made:
        assert made.clock.present
        assert made.clock.as_of == TODAY + timedelta(days=1)
    assert present_day(own_company) == TODAY + timedelta(days=1)
    with request(app) as made, query_count(app) as count:
        assert made.clock.present
        assert len(count) == 1, count
    travel(app, "2026-07-01T00:00:01Z")
    with request(app) as made:
        assert not made.clock.present
    app.registry.roll_forward.wait()
    with request(app) as made, own_company.engines.read.connect() as conn:
        assert made.clock.present
        assert present_table.verify(conn) == []


@pytest.mark.slow
def test_other_days_leave_it_alone(own_company: Any, travel: Any) -> None:
    travel(own_company.app, "2026-06-17T12:00Z")
    for query in ("as_of=2026-06-18", "known_at=2026-03-01"):
        with request(own_company.app, f"/?{query}") as made:
            assert not made.clock.present
    assert present_day(own_company) == TODAY


def test_a_clock_that_lags_a_day_does_not_take_it_back(own_company: Any, travel: Any) -> None:
    travel(own_company.app, "2026-06-14T23:59:59Z")
    with request(own_company.app) as made:
        assert not made.clock.present
        assert made.clock.is_now
    assert present_day(own_company) == TODAY


def test_writing_leaves_a_table_that_is_a_day_ahead(
    own_company: Any, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two processes one lags, or is on the other side of midnight: it writes without taking the table back."""
    app, ids = own_company.app, own_company.ids
    ahead, today = date(2026, 7, 1), date(2026, 6, 30)  # E07 is in WEB on the one day, in PLAT on the other
    with own_company.engines.begin() as conn:
        present_table.rebuild(conn, ahead)
        platform = conn.execute(sa.text("SELECT id FROM department WHERE code = 'PLAT'")).scalar_one()
    monkeypatch.setattr(present_table, "rebuild", lambda *_: pytest.fail("made anew"))
    travel(app, "2026-06-30T23:59:50Z")
    program = service(app)
    edited = program.patch(f"/employees/{ids['E07']}", {"desk": "9"}, if_match="*", status=200).json
    assert edited["desk"] == "9"
    assert edited["department"]["name"] == "Web"
    hire = {"employee_number": "N1", "family_name": "New", "hired_on": today.isoformat(), "department_id": platform}
    hired = program.post("/employees", hire, status=201).json
    assert hired["department"]["id"] == platform
    assert present_day(own_company) == ahead
    with own_company.engines.read.connect() as conn:
        assert present_table.verify(conn) == []
    travel(app, "2026-07-01T00:00:10Z")
    with request(app) as made:
        assert made.clock.present
    assert program.get(f"/employees/{ids['E07']}").json["department"]["name"] == "Platform"
    assert program.get(f"/employees/{hired['id']}").json["department"]["id"] == platform


def test_a_roll_forward_that_finds_the_table_ahead_leaves_it(own_company: Any, travel: Any) -> None:
    """The table was of yesterday when the request asked, and is of tomorrow when it is its turn."""
    travel(own_company.app, "2026-06-16T23:59:59Z")
    with request(own_company.app) as made:
        assert made.counter.present_day == TODAY
        with own_company.engines.begin() as conn:
            assert present_table.roll_forward(conn, TODAY + timedelta(days=2))
        assert not made.clock.present
    assert present_day(own_company) == TODAY + timedelta(days=2)


def test_a_page_comes_while_somebody_else_writes(own_company: Any, travel: Any) -> None:
    travel(own_company.app, "2026-06-16T12:00Z")
    with own_company.engines.begin() as conn:
        conn.execute(sa.update(Counter.__table__).values(rows=Counter.__table__.c.rows))
        with request(own_company.app) as made:
            assert not made.clock.present
        # It rests, and does not try at every request.
        with request(own_company.app) as made:
            assert not made.clock.present
    assert present_day(own_company) == TODAY
    own_company.app.registry.roll_forward._resting_until = 0
    with request(own_company.app) as made:
        assert made.clock.present


def test_a_page_comes_though_the_roll_forward_fails(
    own_company: Any, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("myproject.directory.present.present_table.roll_forward", fail)
    travel(own_company.app, "2026-06-16T12:00Z")
    with request(own_company.app) as made:
        assert made.clock.is_now
        assert not made.clock.present
