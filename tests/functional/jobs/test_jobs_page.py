"""The page of background work: administrators see what failed and why, try it again, cancel what waits."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts import mail_jobs
from myproject.accounts.mail_jobs import ToAccount
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState
from myproject.jobs.mail import Message
from tests.conftest import NOW
from tests.support.accounts import account, post, signed_in
from tests.support.mails import outbox

GRACE = "grace@example.org"


@pytest.fixture
def admin(app: Any) -> TestApp:
    """An administrator."""
    return signed_in(app, "admin@example.org", role="administrator")


def wanted(app: Any, email: str = GRACE) -> int:
    """A mail that waits: the id of its job."""
    who = account(app.registry.engines, email)
    with app.registry.engines.begin() as conn:
        number = mail_jobs.invitation.enqueue(conn, ToAccount(user=who.id), now=NOW)
    assert number is not None
    return number


def state(app: Any, number: int) -> str:
    with app.registry.engines.read.connect() as conn:
        job = ledger.one(conn, number)
    assert job is not None
    return job.state


def lines(page: Any) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in page.html.select(".lines > li")]


def refuse(_settings: Mapping[str, Any], _message: Message, _stable_id: str) -> None:
    raise smtplib.SMTPRecipientsRefused({GRACE: (550, b"nobody of that name")})


def test_without_work_it_says_where_it_comes_from(admin: TestApp) -> None:
    assert "Invitations and other mails appear here" in admin.get("/jobs")


def test_what_was_given_up_is_told_with_its_reason_and_tried_again(app: Any, admin: TestApp) -> None:
    number = wanted(app)
    (line,) = lines(admin.get("/jobs"))
    assert line.startswith(f"Invitation waiting {GRACE} · due 15 Jun 2026")
    box = outbox(app)
    keep, app.registry.jobs.send = app.registry.jobs.send, refuse
    box.take()
    page = admin.get("/jobs?state=dead")
    (line,) = lines(page)
    assert line.startswith(f"Invitation given up {GRACE}")
    assert "1 attempt · The mail server refused it for good." in line
    app.registry.jobs.send = keep
    answer = post(admin, "/jobs/retry", {"job": str(number), "state": "dead"}, status=303).follow()
    assert "The job is tried again." in answer
    assert answer.request.path_qs == "/jobs?state=dead&done=retried"
    assert [mail.to for mail in box.take()] == [GRACE]
    assert state(app, number) == JobState.DONE
    assert "tried job" in admin.get("/audit")


def test_what_waits_can_be_cancelled(app: Any, admin: TestApp) -> None:
    number = wanted(app)
    assert "The job is cancelled." in post(admin, "/jobs/cancel", {"job": str(number)}, status=303).follow()
    assert outbox(app).take() == []
    assert state(app, number) == JobState.CANCELLED
    refused = post(admin, "/jobs/cancel", {"job": str(number)}, status=400)
    assert f"Job {number}: cancelled." in refused
    assert "There is nothing to cancel." in refused


@pytest.mark.parametrize(
    ("path", "fields", "reason"),
    [
        ("/jobs/retry", {"job": "999"}, "There is no job 999."),
        ("/jobs/cancel", {"job": "999"}, "There is no job 999."),
        ("/jobs/retry", {"job": "x"}, "There is no such job."),
        ("/jobs/cancel", {}, "There is no such job."),
    ],
)
def test_jobs_that_are_none(admin: TestApp, path: str, fields: dict[str, str], reason: str) -> None:
    assert reason in post(admin, path, fields, status=400)


def test_many_jobs_come_in_pages(app: Any, admin: TestApp) -> None:
    numbers = [wanted(app) for _ in range(120)]
    found: list[str] = []
    page = admin.get("/jobs")
    while True:
        found += [each["value"] for each in page.html.select(".lines input[name=job]")]
        following = page.html.select_one(".pager a[rel=next]")
        if following is None:
            break
        page = admin.get(following["href"])
    assert found == [str(number) for number in reversed(numbers)]
    assert page.html.select_one(".pager a[rel=prev]")["href"] == "/jobs"
    assert "All (120)" in page


def test_a_kind_that_this_version_does_not_know_is_shown_and_not_tried(app: Any, admin: TestApp) -> None:
    number = wanted(app)
    with app.registry.engines.begin() as conn:
        conn.exec_driver_sql("UPDATE job SET kind = 'gone'")
    outbox(app).take()
    _telling, line = lines(admin.get("/jobs"))
    assert line.startswith("gone given up")
    assert "knows no such kind of job" in line
    refused = post(admin, "/jobs/retry", {"job": str(number)}, status=400)
    assert "do this job. Try again once every process" in " ".join(refused.html.main.text.split())
