"""Looking at the directory as somebody with fewer rights: marked, read only, in the audit log."""

from __future__ import annotations

from typing import Any

import pytest

from myproject.accounts import audit
from tests.accounts import post
from tests.company import BIRTH

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
    assert "You see what any colleague sees" in page.text
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
