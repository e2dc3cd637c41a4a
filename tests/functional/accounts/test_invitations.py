"""Accounts as the people team and administrators see them: the list, inviting, what is done about one."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts import audit, invitation_jobs, invitations, users
from myproject.accounts.access import access_changed
from myproject.jobs import ledger
from tests.conftest import NOW
from tests.functional.accounts.test_sign_in import GRACE, sign_in
from tests.support.accounts import ORIGIN, PASSWORD, account, post, signed_in
from tests.support.mails import Outbox, link_in, outbox

TEAM = "e08@larkfield.example"
ADMIN = "admin@example.org"


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation, with somebody to do each thing."""
    account(own_company.engines, ADMIN, role="administrator", password=PASSWORD)
    return own_company.app


@pytest.fixture
def team(app: Any) -> TestApp:
    """Somebody of the people team."""
    return signed_in(app, TEAM, role="people_team", password=PASSWORD)


@pytest.fixture
def admin(app: Any) -> TestApp:
    """An administrator."""
    return signed_in(app, ADMIN)


@pytest.fixture
def box(app: Any) -> Outbox:
    """What is sent."""
    return outbox(app)


def who(app: Any, email: str) -> users.Account:
    with app.registry.engines.read.connect() as conn:
        found = users.by_email(conn, email)
    assert found is not None
    return found


def test_an_invitation_leads_in(app: Any, team: TestApp, box: Outbox) -> None:
    answer = post(team, "/accounts/invite", {"email": "E03@larkfield.example", "employee": ""}, status=303)
    assert "An invitation is on its way" in answer.follow().text
    (mail,) = box.take()
    assert mail.to == "e03@larkfield.example"
    assert who(app, mail.to).employee_number == "E03"
    client = TestApp(app)
    page = client.get(link_in(mail))
    assert "Adaeze Nwosu" in page.html.h1.text
    page.form["new_password"] = "nine green lanterns hum"
    page.form.submit(status=303)
    assert client.get("/employees").status_int == 200
    post(team, "/accounts/invite", {"email": "e03@larkfield.example"}, status=400)


def test_an_address_that_somebody_adds_at_the_same_moment(app: Any, team: TestApp, box: Outbox) -> None:
    answers: list[Any] = []

    def invite() -> None:
        answers.append(post(team, "/accounts/invite", {"email": "new@larkfield.example"}, status="*"))

    inviting = threading.Thread(target=invite)
    with app.registry.engines.begin() as conn:
        users.add(conn, ORIGIN, "new@larkfield.example")
        inviting.start()
        # Until the invitation waits for this transaction, on a machine that is not too slow.
        inviting.join(0.5)
    inviting.join()
    # The account has no password yet: it is invited once more.
    assert [answer.status_int for answer in answers] == [303]
    (mail,) = box.take()
    assert mail.to == "new@larkfield.example"


def test_a_second_invitation_replaces_the_first(app: Any, team: TestApp, box: Outbox) -> None:
    for _ in range(2):
        post(team, "/accounts/invite", {"email": "e03@larkfield.example"}, status=303)
    post(team, f"/accounts/{who(app, 'e03@larkfield.example').id}/invite", status=303)
    *old, last = box.take()
    for mail in old:
        TestApp(app).get(link_in(mail), status=404)
    assert TestApp(app).get(link_in(last)).status_int == 200


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"email": "nonsense"}, "email", "not an email address"),
        ({"email": ""}, "email", "missing"),
        ({"email": "x@example.org", "employee": "E99"}, "employee", "no employee"),
        ({"email": TEAM}, "email", "already has a password"),
        ({"email": "x@example.org", "employee": "E08"}, "employee", "already"),
    ],
)
def test_who_can_not_be_invited(team: TestApp, box: Outbox, fields: dict[str, str], field: str, words: str) -> None:
    page = post(team, "/accounts/invite", fields, status=400)
    assert words in page.html.find(id=f"{field}-problem").text
    assert page.html.find("input", id="email")["value"] == fields["email"]
    assert box.take() == []


def test_everyone_is_invited_once_the_number_is_agreed_to(app: Any, team: TestApp, box: Outbox) -> None:
    page = team.get("/accounts/invite")
    assert "10 people work here" in page.html.main.text
    asked = post(team, "/accounts/invite-all", status=200)
    assert "Invite 10 people?" in asked.html.h1.text
    assert box.take() == []
    changed = post(team, "/accounts/invite-all", {"count": "3"}, status=200)
    assert "changed in the meantime" in changed.text
    done = post(team, "/accounts/invite-all", {"count": "10"}, status=303)
    assert lines(done.follow())[0].startswith("Invitations for everyone waiting")
    assert len({mail.to for mail in box.take()}) == 10
    assert lines(done.follow())[0].startswith("Invitations for everyone done 10 of 10")
    assert "Everyone who works here" in team.get("/accounts/invite").text
    assert "Invitations for everyone: done." in team.get("/notifications").text


def lines(page: Any) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in page.html.select(".lines .what")]


def test_everyone_is_invited_in_steps_each_once_whatever_happens_between(
    app: Any, team: TestApp, box: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitation_jobs, "AT_ONCE", 4)
    before = invitations.invite_everyone
    steps: list[int] = []

    def ends_in_the_second_step(*given: Any, **named: Any) -> Any:
        steps.append(named["after"])
        if len(steps) == 2:
            raise OSError("the network is away")
        return before(*given, **named)

    monkeypatch.setattr(invitations, "invite_everyone", ends_in_the_second_step)
    post(team, "/accounts/invite-all", {"count": "10"}, status=303)
    assert len(box.take()) == 4
    assert lines(team.get("/me/jobs"))[0].startswith("Invitations for everyone waiting 4 of 10")
    app.registry.now = lambda: NOW + timedelta(minutes=1)
    assert len(box.take()) == 6
    assert steps[:3] == [0, steps[1], steps[1]]
    with app.registry.engines.read.connect() as conn:
        events = conn.execute(sa.text("SELECT count(*) FROM audit_event WHERE event = 'user.invited'")).scalar_one()
    assert events == 10


def test_it_can_be_cancelled_by_whoever_started_it_and_by_nobody_else(app: Any, team: TestApp, box: Outbox) -> None:
    post(team, "/accounts/invite-all", {"count": "10"}, status=303)
    with app.registry.engines.read.connect() as conn:
        (own,) = ledger.newest(conn, kind="accounts.invite_everyone")
    other = signed_in(app, "other@example.org", role="people_team")
    assert lines(other.get("/me/jobs")) == []
    post(other, "/me/jobs/cancel", {"job": own.id}, status=400)
    post(team, "/me/jobs/cancel", {"job": own.id}, status=303)
    assert box.take() == []
    assert lines(team.get("/me/jobs"))[0].startswith("Invitations for everyone cancelled")
    post(team, "/me/jobs/cancel", {"job": own.id}, status=400)


def test_who_loses_the_right_invites_nobody_more(app: Any, team: TestApp, box: Outbox) -> None:
    post(team, "/accounts/invite-all", {"count": "10"}, status=303)
    with app.registry.engines.begin() as conn:
        conn.execute(sa.text("DELETE FROM role_grant WHERE role = 'people_team'"))
        access_changed(conn)
    assert box.take() == []
    with app.registry.engines.read.connect() as conn:
        (own,) = ledger.newest(conn, kind="accounts.invite_everyone")
    assert own.error == "The person who asked for it may no longer do this."


def test_one_at_a_time(app: Any, team: TestApp, box: Outbox) -> None:
    for _ in range(2):
        post(team, "/accounts/invite-all", {"count": "10"}, status=303)
    assert len(box.take()) == 10


def test_the_list_is_searched_filtered_and_paged(app: Any, own_company: Any, team: TestApp) -> None:
    for number in range(60):
        account(own_company.engines, f"guest{number:02}@example.org")

    def named(address: str) -> list[str]:
        return [link.text for link in team.get(address).html.select("tbody .name")]

    assert named("/accounts?q=noor") == ["Noor Haddad"]
    assert named("/accounts?q=ADMIN@") == [ADMIN]
    # With a password, or having come in by a link.
    assert named("/accounts?state=active") == [ADMIN, "Hana 山田", "Noor Haddad"]
    first = team.get("/accounts?q=guest")
    assert len(first.html.select("tbody tr")) == 50
    second = team.get(first.html.find("a", rel="next")["href"])
    assert [link.text for link in second.html.select("tbody .name")] == [f"guest{n}@example.org" for n in range(50, 60)]
    assert "No account matches" in team.get("/accounts?q=zzzz").text
    team.get("/accounts?state=nonsense", status=400)


def test_hidden_people_have_no_account_for_who_may_not_know_of_them(app: Any, own_company: Any, team: TestApp) -> None:
    import sqlalchemy as sa

    from myproject.accounts.access import access_changed

    account(own_company.engines, GRACE)
    with own_company.engines.begin() as conn:
        conn.execute(sa.text("UPDATE employee SET audience = 'administrators' WHERE employee_number = 'E02'"))
        conn.execute(sa.text("UPDATE counter SET revision = revision + 1"))
        access_changed(conn)
    assert "Grace" not in team.get("/accounts").text
    team.get(f"/accounts/{who(app, GRACE).id}", status=404)
    assert "Grace" in signed_in(app, ADMIN).get("/accounts").text


# --- one account --------------------------------------------------------------------------------------------


def test_the_page_of_an_account_tells_each_what_they_may_know(app: Any, team: TestApp, admin: TestApp) -> None:
    client = TestApp(app)
    account(app.registry.engines, GRACE, password=PASSWORD, role="editor", department="ENG")
    sign_in(client, GRACE, PASSWORD, status=303)
    path = f"/accounts/{who(app, GRACE).id}"
    page = admin.get(path)
    for part in ("Grace Hall", "Editor", "Larkfield / Engineering", "Signed in", "Latest in the audit log", "Disable"):
        assert part in page.text
    page = team.get(path)
    assert "Editor" in page.text
    for part in ("Signed in", "audit log", "Disable", "Sign out everywhere"):
        assert part not in page.html.main.text
    admin.get("/accounts/999999", status=404)


def test_an_administrator_ends_disables_and_enables(app: Any, admin: TestApp, box: Outbox) -> None:
    account(app.registry.engines, GRACE, password=PASSWORD)
    path = f"/accounts/{who(app, GRACE).id}"

    def fresh() -> TestApp:
        client = TestApp(app)
        sign_in(client, GRACE, PASSWORD, status=303)
        return client

    client = fresh()
    post(admin, f"{path}/sessions", status=303)
    client.get("/account", status=303)
    client = fresh()
    post(admin, f"{path}/reset", status=303)
    client.get("/account", status=303)
    (mail,) = box.take()
    client = fresh()
    post(admin, f"{path}/disable", status=303)
    client.get("/account", status=303)
    sign_in(TestApp(app), GRACE, PASSWORD, status=403)
    TestApp(app).get(link_in(mail), status=404)
    assert "is disabled" in post(admin, f"{path}/reset", status=400).text
    post(admin, f"{path}/enable", status=303)
    fresh()
    with app.registry.engines.read.connect() as conn:
        told = [each.event for each in audit.entries(conn, actor=ADMIN)]
    assert told[:5] == ["user.enabled", "user.disabled", "password.forgotten", "session.ended", "session.ended"]


def test_the_link_to_an_employee_is_changed_and_refused(app: Any, admin: TestApp) -> None:
    guest = account(app.registry.engines, "guest@example.org")
    path = f"/accounts/{guest.id}/employee"
    post(admin, path, {"employee": "E05"}, status=303)
    assert who(app, "guest@example.org").employee_number == "E05"
    page = post(admin, path, {"employee": "E99"}, status=400)
    assert "no employee" in page.html.find(id="employee-problem").text
    assert page.html.find("input", id="employee")["value"] == "E99"
    post(admin, path, {"employee": ""}, status=303)
    assert who(app, "guest@example.org").employee_id is None


def test_nobody_disables_themselves_or_the_last_administrator(app: Any, admin: TestApp) -> None:
    page = post(admin, f"/accounts/{who(app, ADMIN).id}/disable", status=400)
    assert "your own account" in page.text


def test_the_people_team_does_not_touch_administrators_or_manage(app: Any, team: TestApp, own_company: Any) -> None:
    boss = account(own_company.engines, "boss@example.org", role="administrator")
    assert "administrator" in post(team, f"/accounts/{boss.id}/invite", status=403).text
    for what in ("disable", "enable", "reset", "sessions", "employee"):
        post(team, f"/accounts/{who(app, TEAM).id}/{what}", status=403)
    page = team.get(f"/accounts/{boss.id}")
    assert "only administrators can change it" in page.text


def test_managing_asks_for_the_password_after_a_while(app: Any, own_company: Any, box: Outbox) -> None:
    client = signed_in(app, ADMIN, at=NOW - timedelta(hours=1))
    account(own_company.engines, GRACE)
    path = f"/accounts/{who(app, GRACE).id}"
    page = post(client, f"{path}/disable", status=403)
    assert page.html.h1.text == "Confirm that it is you"
    form = next(each for each in page.forms.values() if "confirm_password" in each.fields)
    form["confirm_password"] = PASSWORD
    assert form.submit(status=303).location.endswith("?done=disabled")
    assert who(app, GRACE).state == "disabled"
    late = signed_in(app, ADMIN, at=NOW - timedelta(hours=1))
    assert "Confirm that it is you" in post(late, "/accounts/invite", {"email": "a@example.org"}, status=403).text
    assert box.take() == []


def test_colleagues_have_no_business_here(app: Any) -> None:
    client = signed_in(app, GRACE)
    for path in ("/accounts", "/accounts/invite", "/accounts/1", "/roles", "/roles/grant", "/audit"):
        client.get(path, status=403)
