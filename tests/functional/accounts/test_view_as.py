"""Looking at the directory as somebody with fewer rights: marked, read only, in the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts import audit, permissions, roles, users
from myproject.accounts.access import access_changed
from tests.conftest import NOW
from tests.support.accounts import ORIGIN, account, post
from tests.support.audiences import hide
from tests.support.company import BIRTH

PEOPLE_TEAM: dict[str, Any] = {"email": "e08@larkfield.example", "role": "people_team"}


@pytest.fixture
def people_team(own_company: Any) -> Any:
    """A client of the people team."""
    return own_company.client(**PEOPLE_TEAM)


def test_it_shows_less_and_says_so(own_company: Any, people_team: Any) -> None:
    profile = f"/employees/{own_company.ids['E05']}"
    birth = f"{BIRTH:%-d %b %Y}"
    assert birth in people_team.get(profile).text
    post(people_team, "/view-as", {"whom": "colleague"}, status=303)
    page = people_team.get(profile)
    assert birth not in page.text
    assert "You are viewing the directory as any colleague" in page.text
    assert "shown as every colleague may see it" in page.text
    post(people_team, "/view-as", {"whom": ""}, status=303)
    assert birth in people_team.get(profile).text


def test_nothing_can_be_changed_meanwhile(own_company: Any, people_team: Any) -> None:
    own = f"/employees/{own_company.ids['E08']}"
    assert "/edit" in people_team.get(own).text
    post(people_team, "/view-as", {"whom": "colleague"}, status=303)
    assert f"{own}/edit" not in people_team.get(own).text
    people_team.get(f"{own}/edit", status=403)
    for path in (f"{own}/edit", "/account/password", "/account/sessions", "/accounts/invite"):
        post(people_team, path, {"phone": "1234"}, status=403)
    people_team.get("/inbox", status=403)
    post(people_team, "/sign-out", status=303)
    people_team.get(own, status=303)


@pytest.mark.parametrize(
    ("client", "allowed"),
    [
        ({"email": "e12@larkfield.example"}, {"colleague"}),
        (PEOPLE_TEAM, {"colleague", "manager"}),
        ({"email": "admin@example.org", "role": "administrator"}, {"colleague", "manager", "people_team"}),
    ],
)
def test_only_downwards(own_company: Any, client: dict[str, Any], allowed: set[str]) -> None:
    for whom in ("colleague", "manager", "people_team", "administrator", "nonsense"):
        browser = own_company.client(**client)
        answer = post(browser, "/view-as", {"whom": whom}, status="*")
        assert answer.status_int == (303 if whom in allowed else 403)
        if whom in allowed:
            # Not from one to another: first be yourself.
            post(browser, "/view-as", {"whom": "colleague"}, status=403)


def test_a_manager_of_everyone(own_company: Any, people_team: Any) -> None:
    post(people_team, "/view-as", {"whom": "manager"}, status=303)
    assert "shown as a manager may see it" in people_team.get("/employees").text


def test_it_is_in_the_audit_log(own_company: Any, people_team: Any) -> None:
    post(people_team, "/view-as", {"whom": "manager"})
    post(people_team, "/view-as")
    with own_company.engines.read.connect() as conn:
        ended, begun = audit.entries(conn, event="view_as")
    assert (begun.event, begun.actor, begun.details) == ("view_as.begun", PEOPLE_TEAM["email"], {"as": "manager"})
    assert (ended.event, ended.details) == ("view_as.ended", {"as": "manager"})


# --- no longer than it is allowed ---------------------------------------------------------------------------


def _looks_as(own_company: Any, account: Any, whom: str) -> Any:
    """A client of an account that looks as somebody, and sees what it may see so."""
    client = own_company.client(**account)
    post(client, "/view-as", {"whom": whom}, status=303)
    return client


@pytest.mark.parametrize("narrowed", ["revoked", "expired", "unlinked"])
def test_it_ends_with_the_right_to_it(own_company: Any, travel: Any, narrowed: str) -> None:
    """An administrator who is one no longer looks as the people team no longer, and never does so again by itself."""
    hide(own_company)
    hidden, other = own_company.ids["E03"], f"/employees/{own_company.ids['E01']}"
    email = "e12@larkfield.example"
    own_company.client("second@example.org", role="administrator")
    client = _looks_as(own_company, {"email": email, "role": "administrator"}, "people_team")
    assert client.get(f"/employees/{hidden}").status_int == 200
    administrator = account(own_company.engines, email)
    with own_company.engines.begin() as conn:
        if narrowed == "revoked":
            roles.revoke(conn, ORIGIN, administrator, permissions.Role.ADMINISTRATOR)
        elif narrowed == "expired":
            roles.grant(
                conn, ORIGIN, administrator, permissions.Role.ADMINISTRATOR, expires_at=NOW + timedelta(hours=1)
            )
        else:
            users.link_employee(conn, ORIGIN, administrator, None)
    if narrowed == "expired":
        post(client, "/view-as", {"whom": "people_team"}, status=303)
        assert client.get(f"/employees/{hidden}").status_int == 200
        travel(own_company.app, NOW + timedelta(hours=2))
    page = client.get(other, status="*")
    assert "You are viewing the directory as" not in page.text
    assert client.get(f"/employees/{hidden}", status="*").status_int in ((200,) if narrowed == "unlinked" else (404,))
    with own_company.engines.begin() as conn:
        roles.grant(conn, ORIGIN, administrator, permissions.Role.ADMINISTRATOR)
    assert "You are viewing the directory as" not in client.get(other).text


@pytest.mark.parametrize(("stored", "role"), [("people_team", None), ("manager", None), ("nonsense", "administrator")])
def test_what_a_session_holds_is_no_proof(own_company: Any, stored: str, role: str | None) -> None:
    """As whom a session looks counts only where the account may look so now, whatever the row says."""
    hide(own_company, "manager_line")
    client = own_company.client("e12@larkfield.example", role=role)
    with own_company.engines.begin() as conn:
        conn.execute(sa.text("UPDATE sign_in_session SET view_as = :stored"), {"stored": stored})
        access_changed(conn)
    assert "You are viewing the directory as" not in client.get("/").text
    client.get(f"/employees/{own_company.ids['E03']}", status=200 if role else 404)
