"""Mails are jobs: none is lost with a process, a bad receiver delays nobody, and no link lies in the ledger."""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts import mail_jobs, users
from myproject.accounts.audit import Origin
from myproject.accounts.mail_jobs import Forgotten, NewEmail, ToAccount
from myproject.application import share
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState
from myproject.jobs.mail import Message
from myproject.models.job import BackgroundJob
from tests.conftest import NOW
from tests.support.accounts import account, post, signed_in
from tests.support.mails import link_in, outbox

GRACE, BAD = "grace@example.org", "bad@example.org"


def jobs_of(app: Any) -> list[ledger.LedgerRow]:
    with app.registry.engines.read.connect() as conn:
        return ledger.newest(conn)[::-1]


def invite(app: Any, *emails: str) -> None:
    team = signed_in(app, "team@example.org", role="administrator")
    for email in emails:
        post(team, "/accounts/invite", {"email": email, "employee": ""}, status=303)


def test_mails_that_wait_outlive_the_process(app: Any) -> None:
    invite(app, *(f"p{number}@example.org" for number in range(20)))
    # The process is gone, and what it held in memory with it; another one begins on the same database.
    app.registry.engines.dispose()
    share(app.registry, app.registry.app_settings)
    app.registry.now = lambda: NOW
    box = outbox(app)
    assert sorted(mail.to for mail in box.take()) == sorted(f"p{number}@example.org" for number in range(20))
    assert len(set(box.ids)) == 20
    assert box.take() == []


def test_a_link_is_made_when_it_is_sent_and_never_written_down(app: Any) -> None:
    invite(app, GRACE)
    (wanted,) = jobs_of(app)
    assert set(wanted.args) == {"user"}
    (mail,) = outbox(app).take()
    token = link_in(mail).rpartition("/")[2]
    with app.registry.engines.read.connect() as conn:
        for row in conn.execute(sa.select(BackgroundJob.__table__)).mappings():
            assert token not in json.dumps(dict(row), default=str)


def test_a_bad_receiver_delays_nobody(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    box = outbox(app)
    keeps = app.registry.jobs.send

    def refuses_one(settings: Mapping[str, Any], message: Message, stable_id: str) -> None:
        if message.to == BAD:
            raise smtplib.SMTPRecipientsRefused({BAD: (550, b"nobody of that name")})
        if message.to == "slow@example.org":
            raise TimeoutError
        keeps(settings, message, stable_id)

    app.registry.jobs.send = refuses_one
    invite(app, BAD, "slow@example.org", GRACE)
    with caplog.at_level(logging.INFO):
        assert [mail.to for mail in box.take()] == [GRACE]
    invitations = [each for each in jobs_of(app) if each.kind == "mail.invitation"]
    assert [each.state for each in invitations] == [JobState.DEAD, JobState.DUE, JobState.DONE]
    assert [each.error for each in invitations][:2] == ["The mail server refused it for good.", "TimeoutError"]
    for secret in (BAD, "slow@example.org", "/sign-in/"):
        assert secret not in caplog.text


def test_a_mail_server_that_was_away_gets_it_later_with_a_link_that_works(app: Any) -> None:
    box = outbox(app)
    keeps = app.registry.jobs.send
    tries: list[str] = []

    def away_once(settings: Mapping[str, Any], message: Message, stable_id: str) -> None:
        tries.append(stable_id)
        if len(tries) == 1:
            raise ConnectionRefusedError
        keeps(settings, message, stable_id)

    app.registry.jobs.send = away_once
    invite(app, GRACE)
    assert box.take() == []
    (waits,) = jobs_of(app)
    app.registry.now = lambda: waits.due_at
    (mail,) = box.take()
    assert len(set(tries)) == 1
    signed_in(app).get(link_in(mail), status=200)


@pytest.mark.parametrize("kind", [mail_jobs.invitation, mail_jobs.password_reset, mail_jobs.email_confirmation])
def test_nothing_is_sent_to_an_account_that_is_disabled_by_then(app: Any, kind: Any) -> None:
    who = account(app.registry.engines, GRACE)
    args = NewEmail(user=who.id, email="new@example.org") if kind.args is NewEmail else ToAccount(user=who.id)
    with app.registry.engines.begin() as conn:
        kind.enqueue(conn, args, now=NOW)
        users.disable(conn, Origin("test", NOW), who)
    assert outbox(app).take() == []
    assert [each.state for each in jobs_of(app)] == [JobState.DONE]


def test_what_a_request_wants_is_not_done_where_it_fails(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(app, GRACE)
    before = len(jobs_of(app))
    team = signed_in(app, "team@example.org")
    post(team, "/accounts/invite", {"email": "not an address", "employee": ""}, status=400)
    assert len(jobs_of(app)) == before


def test_what_failed_before_is_told_once_in_the_audit_log(app: Any) -> None:
    box = outbox(app)
    keeps = app.registry.jobs.send
    tries: list[int] = []

    def away_once(*args: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionRefusedError
        keeps(*args)

    app.registry.jobs.send = away_once
    who = account(app.registry.engines, "grace@example.org")
    with app.registry.engines.begin() as conn:
        asked = Forgotten(email=who.email, address=None, request_id=None)
        mail_jobs.password_forgotten.enqueue(conn, asked, now=NOW)
    assert box.take() == []
    due = jobs_of(app)[0].due_at
    app.registry.now = lambda: due
    assert len(box.take()) == 1
    with app.registry.engines.read.connect() as conn:
        count = sa.text("SELECT count(*) FROM audit_event WHERE event = 'password.forgotten'")
        assert conn.execute(count).scalar() == 1
