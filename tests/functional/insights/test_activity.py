"""The page of what is going on right now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts import mail_jobs
from myproject.accounts.mail_jobs import ToAccount
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import ChangeAudience, Move
from myproject.models.change_set import ChangeSet
from myproject.web.request_load import RequestLoad
from tests.conftest import NOW, Company
from tests.support.company import TODAY

SETS: Any = ChangeSet.__table__


@pytest.fixture
def team(own_company: Company) -> TestApp:
    """E08, of the people team."""
    return own_company.client("e08@larkfield.example", role="people_team", at=NOW)


def section(client: TestApp, name: str) -> str:
    (found,) = client.get("/live").html.select(f"section[aria-labelledby={name}]")
    return " ".join(found.get_text(" ").split())


def test_it_tells_of_people_changes_and_jobs(own_company: Company, team: TestApp) -> None:
    assert "0 changes today" in section(team, "people")
    with own_company.engines.begin() as conn:
        verbs = [Move(employee="E05", on=TODAY, job_title="Lead")]
        apply(conn, verbs, today=TODAY, author="e08@larkfield.example", source="form", reason="A promotion")
        conn.execute(sa.update(SETS).where(SETS.c.reason == "A promotion").values(applied_at=NOW))
        mail_jobs.password_changed.enqueue(conn, ToAccount(user=1), now=NOW)
    assert "1 change today" in section(team, "people")
    assert "A promotion Noor Haddad · form" in section(team, "latest")
    assert "1 waiting" in section(team, "jobs")


def test_it_tells_who_is_here_and_nobody_of_whom_one_may_not_know(own_company: Company, team: TestApp) -> None:
    own_company.client("e05@larkfield.example", at=NOW)
    own_company.client("e04@larkfield.example", at=NOW - timedelta(hours=1))
    assert "Noor Haddad" in section(team, "here")
    assert "Łukasz Żak" in section(team, "here")
    assert "Bjørn" not in section(team, "here")
    with own_company.engines.begin() as conn:
        verbs: list[Any] = [ChangeAudience(employee="E05", audience="administrators")]
        apply(conn, verbs, today=TODAY, author="test", source="command", reason="")
    assert "Łukasz Żak" not in section(team, "here")


def test_jobs_lead_to_their_page_for_those_who_may_open_it(own_company: Company, team: TestApp) -> None:
    admin = own_company.client("admin@example.org", role="administrator")
    assert "/jobs?state=dead" in {link["href"] for link in admin.get("/live").html.select("section a")}
    assert not [link for link in team.get("/live").html.select("section a") if "/jobs" in link["href"]]


def test_requests_and_failures_are_counted_by_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("myproject.web.request_load.time.monotonic", lambda: now)
    load = RequestLoad()
    for status in (200, 303, 404, 500, 503):
        load.count(status)
    assert load.figures() == (5, 2)
    now += 59
    load.count(200)
    assert load.figures() == (6, 2)
    now += 1
    assert load.figures() == (1, 0)
    now += 300
    assert load.figures() == (0, 0)
