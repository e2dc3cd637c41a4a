"""Notifications: who is told of what, where, and what is kept from whom."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts import notifications
from myproject.accounts.notification_jobs import new_lines
from myproject.accounts.notifications import KINDS
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import ChangeAudience, ChangeManager, Leave
from myproject.jobs.ledger import JobState
from myproject.models.change_set import ChangeSet
from tests.conftest import NOW, Company
from tests.functional.jobs.test_upkeep import goes_on_to, jobs
from tests.support.accounts import account, post
from tests.support.company import TODAY
from tests.support.listening import Page
from tests.support.mails import outbox
from tests.support.serving import serving

SETS: Any = ChangeSet.__table__


class People:
    """Accounts of some employees, by number, and what they are told."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.user = {
            number: account(company.engines, f"{number.lower()}@larkfield.example", **more).id
            for number, more in {"E02": {}, "E03": {}, "E04": {}, "E05": {}, "E08": {"role": "people_team"}}.items()
        }
        self.follow()

    def change(self, *verbs: Any, author: str = "test") -> None:
        """Apply a change, and do what follows it."""
        with self.company.engines.begin() as conn:
            apply(conn, list(verbs), today=TODAY, author=author, source="command", reason="")
        self.follow()

    def follow(self) -> None:
        self.company.app.registry.jobs.follow()
        self.company.app.registry.jobs.drain()

    def told(self, number: str) -> list[str]:
        """What an account has been told, in words, the newest first."""
        client = self.client(number)
        return [
            " ".join(each.get_text(" ").split()) for each in client.get("/notifications").html.select(".lines .what")
        ]

    def client(self, number: str) -> TestApp:
        return self.company.client(f"{number.lower()}@larkfield.example")

    def unread(self, number: str) -> int:
        return int(self.client(number).get("/live/mine").json["notifications"])


@pytest.fixture
def people(own_company: Company) -> People:
    """Some people with accounts."""
    return People(own_company)


def manager(who: str, whom: str, on: date = TODAY) -> ChangeManager:
    return ChangeManager(employee=who, manager=whom, on=on)


def test_both_are_told_of_a_new_manager_and_nobody_of_what_was_before(people: People) -> None:
    assert people.told("E05") == people.told("E03") == []
    people.change(manager("E05", "E04", TODAY + timedelta(days=16)))
    assert people.told("E05") == ["From 1 Jul 2026, you report to Bjørn Sørensen. New 15 Jun 2026, 10:00"]
    assert people.told("E04") == ["From 1 Jul 2026, Łukasz Żak reports to you. New 15 Jun 2026, 10:00"]
    assert people.told("E03") == []


def test_whose_manager_leaves_is_told_of_the_next_one(people: People) -> None:
    people.change(Leave(employee="E03", last_day=TODAY))
    assert people.told("E05")[0].startswith("From 16 Jun 2026, you report to Grace Hall.")
    # Besides the two of today, one who was to move to the leaver in July.
    assert sum("reports to you" in each for each in people.told("E02")) == 3


def test_the_manager_is_told_of_a_last_day_when_it_is_known_and_two_weeks_before(people: People) -> None:
    app = people.company.app
    app.registry.jobs.schedule()
    people.change(Leave(employee="E05", last_day=date(2026, 8, 31)))
    said = "The last day of Łukasz Żak is 31 Aug 2026."
    assert [each for each in people.told("E03") if each.startswith(said)] == [f"{said} New 15 Jun 2026, 10:00"]
    for days in (1, 60, 63, 64, 66):  # 16 Jun, 14, 17, 18 and 20 August
        goes_on_to(app, NOW + timedelta(days=days))
    reminded = [each for each in people.told("E03") if each.startswith(said)]
    assert len(reminded) == 2
    assert reminded[0].endswith("17 Aug 2026, 10:00")


def test_a_card_that_nobody_has_looked_at_for_a_year(people: People) -> None:
    app = people.company.app
    with people.company.engines.begin() as conn:
        conn.execute(sa.update(SETS).values(applied_at=datetime(2025, 6, 20, 9, tzinfo=UTC)))
    app.registry.jobs.schedule()
    goes_on_to(app, NOW + timedelta(days=1))
    assert people.told("E05") == []
    for days in (5, 6, 60):
        goes_on_to(app, NOW + timedelta(days=days))
    (told,) = people.told("E05")
    assert told.startswith("Please check your card: it was last changed on 20 Jun 2025.")
    assert people.client("E05").get("/notifications").html.select_one(".lines a")["href"].endswith("/5/edit")


def test_who_has_done_it_is_not_told_of_it(people: People) -> None:
    people.change(manager("E05", "E04"), author="e04@larkfield.example")
    assert people.told("E04") == []
    assert len(people.told("E05")) == 1


def test_a_change_of_something_else_tells_nobody_and_no_change_is_told_twice(people: People) -> None:
    people.change(manager("E05", "E04"))
    for _ in range(2):
        people.follow()
    people.change(ChangeManager(employee="E05", manager="E02", on=TODAY, kind="dotted"))
    assert len(people.told("E05")) == 1
    with people.company.engines.read.connect() as conn:
        newest = conn.execute(sa.text("SELECT revision FROM counter")).scalar_one()
        assert new_lines(conn, newest, newest, TODAY) == []


def test_of_whom_one_may_not_know_one_is_told_no_name(people: People) -> None:
    people.change(manager("E05", "E04"))
    people.change(ChangeAudience(employee="E04", audience="administrators"))
    assert people.told("E05")[0].startswith("From 15 Jun 2026, you report to someone.")
    assert not people.client("E05").get("/notifications").html.select(".lines a")


def test_reading_them(people: People) -> None:
    people.change(manager("E05", "E04"))
    assert people.unread("E05") == 1
    client = people.client("E05")
    page = client.get("/notifications")
    people.change(manager("E05", "E02"))
    form = next(form for form in page.forms.values() if form.action == "/notifications/read")
    form.submit(status=303)
    # What came after the page was made has not been read.
    assert [each.endswith("New 15 Jun 2026, 10:00") for each in people.told("E05")] == [True, False]
    assert people.unread("E05") == 1
    assert people.unread("E04") == 1


def test_nobody_reads_for_somebody_else(people: People) -> None:
    people.change(manager("E05", "E04"))
    post(people.client("E04"), "/notifications/read", {"up_to": 10**6}, status=303)
    assert people.unread("E05") == 1


@pytest.mark.parametrize("fields", [{}, {"up_to": "x"}, {"up_to": "0"}])
def test_what_is_sent_wrongly_is_refused(people: People, fields: dict[str, str]) -> None:
    post(people.client("E05"), "/notifications/read", fields, status=400)
    post(people.client("E05"), "/notifications/choices", {"new_report": "pigeon"}, status=400)


def test_who_wants_to_hear_nothing_hears_nothing(people: People) -> None:
    post(people.client("E05"), "/notifications/choices", {"new_manager": "none"}, status=303)
    people.change(manager("E05", "E04"))
    assert people.told("E05") == []
    assert len(people.told("E04")) == 1
    post(people.client("E05"), "/notifications/choices", {"new_manager": "page"}, status=303)
    people.change(manager("E05", "E02"))
    assert len(people.told("E05")) == 1


def test_by_mail_there_is_one_in_the_morning_with_all_that_was_not_read(people: People) -> None:
    box = outbox(people.company.app)
    post(people.client("E04"), "/notifications/choices", {"new_report": "mail"}, status=303)
    people.company.app.registry.jobs.schedule()
    people.change(manager("E05", "E04"), manager("E06", "E04"))
    assert box.take() == []
    goes_on_to(people.company.app, NOW + timedelta(days=1))
    (mail,) = box.take()
    assert mail.to == "e04@larkfield.example"
    assert mail.subject == "2 notifications · Testing"
    assert "- From 15 Jun 2026, Łukasz Żak reports to you.\n- From 15 Jun 2026, " in mail.text
    goes_on_to(people.company.app, NOW + timedelta(days=2))
    assert box.take() == []


def test_what_was_read_meanwhile_is_not_mailed(people: People) -> None:
    box = outbox(people.company.app)
    post(people.client("E04"), "/notifications/choices", {"new_report": "mail"}, status=303)
    people.company.app.registry.jobs.schedule()
    people.change(manager("E05", "E04"))
    post(people.client("E04"), "/notifications/read", {"up_to": 10**6}, status=303)
    goes_on_to(people.company.app, NOW + timedelta(days=1))
    assert box.take() == []


def test_a_report_and_its_answer(people: People) -> None:
    sender, team = people.client("E05"), people.client("E08")
    post(sender, f"/employees/{people.company.ids['E02']}/report", {"subject": "other", "message": "x"}, status=303)
    assert people.told("E08")[0].startswith("A mistake was reported about Grace Hall.")
    assert team.get("/live/mine").json == {"notifications": 1, "inbox": 1}
    (link,) = team.get("/notifications").html.select(".lines a")
    post(team, link["href"], {"do": "done", "answer": "Thanks."}, status=303)
    assert people.told("E05")[0].startswith("Your report about Grace Hall has been dealt with.")
    assert "inbox" not in sender.get("/live/mine").json


def test_handlers_who_may_not_know_of_somebody_are_not_told_of_reports_about_them(people: People) -> None:
    people.change(ChangeAudience(employee="E05", audience="administrators"))
    post(people.client("E05"), f"/employees/{people.company.ids['E05']}/report", {"subject": "other", "message": "x"})
    assert people.told("E08") == []


def test_administrators_are_told_of_work_that_was_given_up(people: People) -> None:
    from myproject.accounts import mail_jobs
    from myproject.accounts.mail_jobs import ToAccount

    app = people.company.app
    admin = people.company.client("admin@example.org", role="administrator")

    def refuse(*_: Any) -> None:
        raise OSError(550, "no such mailbox")

    app.registry.jobs.send = refuse
    with people.company.engines.begin() as conn:
        mail_jobs.password_changed.enqueue(conn, ToAccount(user=people.user["E05"]), now=NOW)
        conn.execute(sa.text("UPDATE job SET attempts_left = 1 WHERE state = 'due'"))
    app.registry.jobs.drain()
    assert jobs(app, JobState.DEAD)
    (line,) = admin.get("/notifications").html.select(".lines .what")
    assert "Background work was given up: Notice of a new password." in " ".join(line.get_text(" ").split())
    assert people.told("E08") == []


def test_old_ones_are_forgotten(people: People) -> None:
    people.change(manager("E05", "E04"))
    app = people.company.app
    app.registry.jobs.schedule()
    goes_on_to(app, NOW + timedelta(days=89))
    assert len(people.told("E05")) == 1
    goes_on_to(app, NOW + timedelta(days=92))
    assert people.told("E05") == []


def test_an_open_page_hears_of_them(people: People) -> None:
    with serving(people.company.app) as port, contextlib.closing(Page(port, people.client("E05"), "mine")) as page:
        other = Page(port, people.client("E02"), "mine")
        people.change(manager("E05", "E04"))
        people.company.app.registry.live.ring()
        assert page.next()["topics"] == ["mine"]
        assert other.is_told_nothing()
        other.close()


def test_every_kind_has_words_and_a_way() -> None:
    from myproject.application import link_formats

    for kind in KINDS.values():
        assert kind.label
        assert kind.route in link_formats()


def test_a_list_of_several_pages(people: People) -> None:
    with people.company.engines.begin() as conn:
        for _ in range(120):
            args = {"employee": people.company.ids["E02"], "day": "2026-07-01"}
            notifications.notify(conn, "new_report", users=[people.user["E03"]], args=args, now=NOW)
    client = people.client("E03")
    assert people.unread("E03") == 100
    first = client.get("/notifications")
    second = first.click("Next")
    assert len(first.html.select(".lines > li")) == 50
    assert len(second.click("Next").html.select(".lines > li")) == 20
    assert len(second.click("First page").html.select(".lines > li")) == 50
