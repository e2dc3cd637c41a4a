"""Forgotten passwords, choosing one by a link, changing it, and the mail address one signs in with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts import audit, links, users
from myproject.accounts.audit import Origin
from myproject.accounts.links import Purpose
from myproject.jobs import ledger
from tests.conftest import NOW
from tests.functional.accounts.test_sign_in import GONE, GRACE, sign_in
from tests.functional.web.test_routes import views
from tests.support.accounts import PASSWORD, account, again, post, signed_in
from tests.support.mails import Outbox, link_in, outbox

NEW = "nine green lanterns hum softly"


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation, with an account that has a password."""
    account(own_company.engines, GRACE, password=PASSWORD)
    return own_company.app


@pytest.fixture
def box(app: Any) -> Outbox:
    """What is sent."""
    return outbox(app)


def forget(app: Any, email: str, **kw: Any) -> Any:
    page = TestApp(app).get("/sign-in/forgot")
    page.form["email"] = email
    return page.form.submit(**kw)


def test_a_forgotten_password_is_chosen_anew(app: Any, box: Outbox) -> None:
    elsewhere = signed_in(app, GRACE)
    assert forget(app, f" {GRACE.upper()}", status=303).location.endswith("/sign-in/forgot?sent=1")
    (mail,) = box.take()
    assert mail.to == GRACE
    path = link_in(mail)
    client = TestApp(app)
    client.get(path)
    page = client.get(path)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.html.find("input", id="new_password")["autocomplete"] == "new-password"
    page.form["new_password"] = NEW
    assert page.form.submit(status=303).location == "http://localhost/"
    assert client.get("/account").status_int == 200
    elsewhere.get("/account", status=303)
    (notice,) = box.take()
    assert (notice.to, "was changed" in notice.subject) == (GRACE, True)
    client.get(path, status=404)
    sign_in(TestApp(app), GRACE, PASSWORD, status=403)
    sign_in(TestApp(app), GRACE, NEW, status=303)


def test_asking_for_a_link_never_tells_who_has_an_account(app: Any, box: Outbox, own_company: Any) -> None:
    account(own_company.engines, GONE, password=PASSWORD)
    disabled = account(own_company.engines, "e03@larkfield.example", password=PASSWORD)
    with own_company.engines.begin() as conn:
        users.disable(conn, Origin("test", NOW), disabled)
    answers = {
        (answer.status, answer.location, answer.body)
        for answer in (
            forget(app, email) for email in (GRACE, "nobody@larkfield.example", "e03@larkfield.example", GONE)
        )
    }
    assert len(answers) == 1, answers
    assert [mail.to for mail in box.take()] == [GRACE]
    page = TestApp(app).get("/sign-in/forgot?sent=1")
    assert "If there is an account" in page.html.main.text


def test_looking_for_the_account_is_no_part_of_the_request(app: Any, query_count: Any) -> None:
    counts = []
    forget(app, "first@larkfield.example")
    for email in (GRACE, "nobody@larkfield.example"):
        page = TestApp(app).get("/sign-in/forgot")
        page.form["email"] = email
        with query_count(app) as count:
            page.form.submit(status=303)
        counts.append([statement.split("WHERE")[0] for statement in count.write + count.read])
    assert counts[0] == counts[1]
    with app.registry.engines.read.connect() as conn:
        assert ledger.counts(conn)["due"] == 3


def test_links_are_not_sent_without_end(app: Any, box: Outbox) -> None:
    for number in range(20):
        place = {"REMOTE_ADDR": "203.0.113.5" if number < 7 else "203.0.113.6"}
        page = TestApp(app, extra_environ=place).get("/sign-in/forgot")
        page.form["email"] = GRACE
        page.form.submit(status=303)
    assert len(box.take()) == 5
    answers = []
    for number in range(8):
        page = TestApp(app, extra_environ={"REMOTE_ADDR": "203.0.113.6"}).get("/sign-in/forgot")
        page.form["email"] = f"somebody{number}@larkfield.example"
        answers.append(page.form.submit(status="*"))
    answer = answers[-1]
    assert [each.status_int for each in answers] == [303] * 7 + [429]
    assert int(answer.headers["Retry-After"]) > 0


def test_what_is_no_address_is_told_beside_the_field(app: Any) -> None:
    page = forget(app, "grace at larkfield", status=400)
    assert "not an email address" in page.html.select_one(".field .problem").text
    assert page.html.find("input", id="email")["value"] == "grace at larkfield"


def token_for(app: Any, email: str, purpose: Purpose = Purpose.RESET) -> str:
    with app.registry.engines.begin() as conn:
        who = users.by_email(conn, email)
        assert who is not None
        return links.make(conn, Origin("test", NOW), who, purpose)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 12"), ("grace hall grace", "names that belong to you"), ("password1234", "easily guessed"),
        ("", "missing"), ("e02@larkfield E02", "name"), ("x" * 5000, "too long"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_and_the_link_stays_good(app: Any, password: str, words: str) -> None:
    path = f"/sign-in/reset/{token_for(app, GRACE)}"
    page = TestApp(app).get(path)
    page.form["new_password"] = password
    refused = page.form.submit(status=400)
    assert words in refused.html.select_one(".field .problem").text
    assert not password or password not in refused.html.main.decode()
    refused.form["new_password"] = NEW
    refused.form.submit(status=303)


def test_who_does_not_work_here_today_can_not_choose_one(app: Any, own_company: Any, travel: Any) -> None:
    account(own_company.engines, "e14@larkfield.example")
    path = f"/sign-in/invitation/{token_for(app, 'e14@larkfield.example', Purpose.INVITE)}"
    assert "first to the last day" in TestApp(app).get(path, status=404).text
    travel(app, "2026-06-21T08:00Z")
    TestApp(app).get(path, status=404)
    path = f"/sign-in/invitation/{late(app)}"
    travel(app, "2026-07-01T08:00Z")
    page = TestApp(app).get(path)
    page.form["new_password"] = NEW
    page.form.submit(status=303)


def late(app: Any) -> str:
    with app.registry.engines.begin() as conn:
        who = users.by_email(conn, "e14@larkfield.example")
        assert who is not None
        return links.make(conn, Origin("test", app.registry.now() + timedelta(days=5)), who, Purpose.INVITE)


def test_links_are_for_one_purpose_and_a_time(app: Any, travel: Any) -> None:
    token = token_for(app, GRACE)
    TestApp(app).get(f"/sign-in/invitation/{token}", status=404)
    TestApp(app).get(f"/sign-in/link/{token}", status=404)
    travel(app, NOW + timedelta(hours=1))
    TestApp(app).get(f"/sign-in/reset/{token}", status=404)


# --- changing it --------------------------------------------------------------------------------------------


def test_a_changed_password_ends_all_other_sessions(app: Any, box: Outbox) -> None:
    client, other = TestApp(app), signed_in(app, GRACE)
    sign_in(client, GRACE, PASSWORD, status=303)
    before = client.cookies[app.registry.session_cookie]
    answer = post(client, "/account/password", {"current_password": PASSWORD, "new_password": NEW}, status=303)
    assert answer.location.endswith("/account?done=password")
    assert client.cookies[app.registry.session_cookie] != before
    assert "Your password was changed" in client.get(answer.location).text
    other.get("/account", status=303)
    assert ["was changed" in mail.subject for mail in box.take()] == [True]
    with app.registry.engines.read.connect() as conn:
        assert audit.entries(conn, event="password")[0].event == "password.changed"


def test_the_old_password_is_needed_and_tries_are_limited(app: Any, box: Outbox) -> None:
    client = signed_in(app, GRACE)
    page = post(client, "/account/password", {"current_password": "wrong", "new_password": NEW}, status=403)
    assert "not your password" in page.html.select_one(".field .problem").text
    assert NEW not in page.text
    page = post(client, "/account/password", {"current_password": PASSWORD, "new_password": "short"}, status=400)
    assert page.html.find(id="new_password")["aria-invalid"] == "true"
    for _ in range(9):
        post(client, "/account/password", {"current_password": "wrong", "new_password": NEW}, status=403)
    page = post(client, "/account/password", {"current_password": PASSWORD, "new_password": NEW}, status=429)
    assert page.headers["Retry-After"]
    assert box.take() == []


# --- another mail address -----------------------------------------------------------------------------------


def test_another_address_is_confirmed_by_a_link(app: Any, box: Outbox) -> None:
    client = signed_in(app, GRACE)
    answer = post(client, "/account/email", {"email": " Grace@Elsewhere.example "}, status=303)
    assert answer.location.endswith("/account?done=asked")
    confirm, notice = box.take()
    assert (confirm.to, notice.to) == ("grace@elsewhere.example", GRACE)
    assert GRACE in client.get("/account").text
    path = link_in(confirm)
    nobody = TestApp(app)
    assert "grace@elsewhere.example" in nobody.get(path).text
    assert nobody.get(path).form.submit(status=303).location.endswith("/sign-in")
    assert "grace@elsewhere.example" in client.get("/account").text
    nobody.get(path, status=404)
    sign_in(TestApp(app), GRACE, PASSWORD, status=403)
    sign_in(TestApp(app), "grace@elsewhere.example", PASSWORD, status=303)


def test_the_answer_does_not_tell_whether_an_address_is_taken(app: Any, box: Outbox, own_company: Any) -> None:
    account(own_company.engines, "e03@larkfield.example")
    client = signed_in(app, GRACE)
    answers = {
        post(client, "/account/email", {"email": email}, status=303).location
        for email in ("e03@larkfield.example", "free@larkfield.example")
    }
    assert len(answers) == 1
    assert [mail.to for mail in box.take()] == [GRACE, "free@larkfield.example", GRACE]


def test_an_address_that_was_taken_meanwhile_is_not_given_twice(app: Any, box: Outbox, own_company: Any) -> None:
    client = signed_in(app, GRACE)
    post(client, "/account/email", {"email": "free@larkfield.example"}, status=303)
    path = link_in(box.take()[0])
    account(own_company.engines, "free@larkfield.example")
    post(client, path, status=404)


@pytest.mark.parametrize(
    ("email", "words"), [("nonsense", "not an email address"), (GRACE, "already"), ("", "missing")]
)
def test_addresses_that_can_not_be_taken(app: Any, email: str, words: str) -> None:
    page = post(signed_in(app, GRACE), "/account/email", {"email": email}, status=400)
    assert words in page.html.select_one(".field .problem").text


# --- asked for once more ------------------------------------------------------------------------------------


def test_what_is_grave_asks_for_the_password_and_keeps_what_was_typed(app: Any, box: Outbox) -> None:
    client = signed_in(app, GRACE, at=NOW - timedelta(hours=1))
    page = post(client, "/account/email", {"email": "new@larkfield.example"}, status=403)
    assert page.html.h1.text == "Confirm that it is you"
    assert box.take() == []
    form = next(each for each in page.forms.values() if "confirm_password" in each.fields)
    assert form["email"].value == "new@larkfield.example"
    form["confirm_password"] = "wrong"
    again_ = form.submit(status=403)
    assert "not your password" in again_.html.select_one(".field .problem").text
    form = next(each for each in again_.forms.values() if "confirm_password" in each.fields)
    form["confirm_password"] = PASSWORD
    form.submit(status=303)
    assert len(box.take()) == 2
    # For a while it is not asked for again, in this session.
    post(client, "/account/email", {"email": "other@larkfield.example"}, status=303)
    other = signed_in(app, GRACE, at=NOW - timedelta(hours=1))
    post(other, "/account/email", {"email": "third@larkfield.example"}, status=403)
    assert again(other).get("/account").status_int == 200


def test_what_is_grave(app: Any) -> None:
    """A name more, or less, is a decision."""
    asked = {view["route_name"] for view, _ in views(app) if view.get("confirm")}
    assert asked == {
        "account.email", "users.invite", "users.invite_all", "user.invite", "user.disable", "user.enable",
        "user.employee", "user.reset", "user.sessions", "roles.grant", "roles.revoke", "audit.csv",
        "account.tokens", "tokens.new", "tokens.revoke",
    }  # fmt: skip


def test_guessing_the_password_there_is_limited_too(app: Any) -> None:
    client = signed_in(app, GRACE, at=NOW - timedelta(hours=1))
    fields = {"email": "new@larkfield.example", "confirm_password": "wrong"}
    for _ in range(10):
        post(client, "/account/email", fields, status=403)
    assert post(client, "/account/email", {**fields, "confirm_password": PASSWORD}, status=429).headers["Retry-After"]
