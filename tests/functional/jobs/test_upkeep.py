"""What is done each night: once a day whatever happens, and what it forgets and finds."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from myproject.accounts import links, mail_jobs, sessions, throttle
from myproject.accounts.links import Purpose
from myproject.accounts.mail_jobs import ToAccount
from myproject.accounts.throttle import Limit
from myproject.directory.changes import derived
from myproject.directory.present import present_table
from myproject.jobs import ledger
from myproject.jobs.kinds import kinds
from myproject.jobs.ledger import JobState, LedgerRow
from tests.conftest import NOW, Company
from tests.support.accounts import ORIGIN, account, signed_in
from tests.support.mails import outbox

DAILY = sorted(name for name, kind in kinds().items() if kind.daily is not None)


def jobs(app: Any, *states: str, kind: str | None = None) -> list[LedgerRow]:
    with app.registry.engines.read.connect() as conn:
        return ledger.newest(conn, states=states, kind=kind)


def goes_on_to(app: Any, moment: datetime) -> None:
    app.registry.now = lambda: moment
    app.registry.jobs.drain()


def test_each_daily_job_is_written_down_once_for_its_next_time(app: Any) -> None:
    for _ in range(3):
        app.registry.jobs.schedule()
    found = jobs(app)
    assert sorted(job.kind for job in found) == DAILY
    zone = ZoneInfo(app.registry.app_settings["organisation.time_zone"])
    for job in found:
        there = job.due_at.astimezone(zone)
        assert there.time() == kinds()[job.kind].daily
        assert NOW < job.due_at <= NOW + timedelta(days=1)
    assert app.registry.jobs.drain() == 0


def test_it_is_done_once_a_day_and_one_missed_night_is_made_up_for_once(own_company: Company) -> None:
    app = own_company.app
    app.registry.jobs.schedule()
    for days in (1, 2, 5):
        goes_on_to(app, NOW + timedelta(days=days))
    assert len(jobs(app, JobState.DONE, kind="upkeep.retention")) == 3
    assert sorted(job.kind for job in jobs(app, JobState.DUE)) == DAILY


@pytest.mark.parametrize(("zone", "due"), [("Europe/London", "02:00"), ("Pacific/Auckland", "15:00")])
def test_nights_are_those_of_the_organisation(app: Any, zone: str, due: str) -> None:
    with app.registry.engines.begin() as conn:
        kinds()["upkeep.retention"].schedule(conn, NOW, ZoneInfo(zone))
    (job,) = jobs(app)
    assert job.due_at.astimezone(UTC).strftime("%H:%M") == due


def test_the_table_of_the_new_day_is_there_before_anybody_comes(own_company: Company) -> None:
    app = own_company.app
    app.registry.jobs.schedule()
    goes_on_to(app, datetime(2026, 6, 16, 12, tzinfo=UTC))
    with app.registry.engines.read.connect() as conn:
        assert present_table.day_of(conn) == date(2026, 6, 16)


def test_what_is_over_is_forgotten_and_what_is_not_stays(app: Any) -> None:
    engines = app.registry.engines
    box = outbox(app)
    who = account(engines, "grace@example.org")
    signed_in(app, "grace@example.org", at=NOW)
    with engines.begin() as conn:
        links.make(conn, ORIGIN, who, Purpose.RESET)
        mail_jobs.password_changed.enqueue(conn, ToAccount(user=who.id), now=NOW)
    throttle.try_once(engines, [Limit("test", "x", 5, 60)], NOW)
    assert len(box.take()) == 1
    app.registry.jobs.schedule()
    later = NOW + timedelta(days=40)
    app.registry.now = lambda: later
    signed_in(app, "grace@example.org", at=later)
    app.registry.jobs.drain()
    (done,) = jobs(app, JobState.DONE, kind="upkeep.retention")
    assert done.result == {"sessions": 1, "links": 1, "tries": 1, "notifications": 0, "files": 0, "jobs": 1}
    with engines.read.connect() as conn:
        assert len(sessions.of_user(conn, who.id, app.registry.session_limits, later)) == 1


def test_a_difference_that_is_found_is_told_and_mended(own_company: Company, caplog: pytest.LogCaptureFixture) -> None:
    app = own_company.app
    with app.registry.engines.begin() as conn:
        conn.execute(sa.text("DELETE FROM present WHERE employee_id = (SELECT min(employee_id) FROM present)"))
        kinds()["upkeep.verification"].enqueue(conn, kinds()["upkeep.verification"].args(), now=NOW)
    with caplog.at_level(logging.ERROR):
        app.registry.jobs.drain()
    (dead,) = jobs(app, JobState.DEAD)
    assert dead.error == "What is derived differed, and is made anew: the log says what it was."
    assert "verification: " in caplog.text
    assert "upkeep.rebuild" in [job.kind for job in jobs(app, JobState.DONE)]
    with app.registry.engines.read.connect() as conn:
        assert derived.verify(conn) == []


def test_all_is_well_with_what_is_right(own_company: Company) -> None:
    app = own_company.app
    with app.registry.engines.begin() as conn:
        kinds()["upkeep.verification"].enqueue(conn, kinds()["upkeep.verification"].args(), now=NOW)
    app.registry.jobs.drain()
    assert [job.kind for job in jobs(app, JobState.DONE)] == ["upkeep.verification"]
