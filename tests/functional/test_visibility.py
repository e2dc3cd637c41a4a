"""The people team hides somebody, and shows them again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts import post

PEOPLE_TEAM: dict[str, Any] = {"email": "e08@larkfield.example", "role": "people_team"}


def test_hidden_and_shown_again(own_company: Any) -> None:
    person = own_company.ids["E05"]
    where = f"/employees/{person}"
    team, colleague = own_company.client(**PEOPLE_TEAM), own_company.client("e12@larkfield.example")
    manager, self = own_company.client("e03@larkfield.example"), own_company.client("e05@larkfield.example")
    assert "Who may know" in team.get(where).text
    assert "Who may know" not in colleague.get(where).text
    form = next(form for form in team.get(f"{where}/visibility").forms.values() if form.action.endswith("/visibility"))
    form["audience"], form["reason"] = "people_team", "Threatened by a stranger"
    assert form.submit(status=303).location.endswith(where)
    assert "hidden: the people team only" in team.get(where).text
    for outsider in (colleague, manager):
        outsider.get(where, status=404)
        assert "Żak" not in outsider.get("/employees").text
        assert "stranger" not in outsider.get("/changes").text
    assert "Żak" in self.get(where).text
    assert "stranger" in team.get("/changes").text
    post(team, f"{where}/visibility", {"audience": "manager_line"}, status=303)
    manager.get(where, status=200)
    colleague.get(where, status=404)
    post(team, f"{where}/visibility", {"audience": "colleagues"}, status=303)
    colleague.get(where, status=200)


@pytest.mark.parametrize("audience", ["administrators", "self", "nobody", ""])
def test_what_can_not_be_chosen(own_company: Any, audience: str) -> None:
    """The people team can't hide somebody from itself."""
    where = f"/employees/{own_company.ids['E05']}/visibility"
    team = own_company.client(**PEOPLE_TEAM)
    assert "Choose who may know" in post(team, where, {"audience": audience}, status=400).text
    post(team, where, {"audience": "people_team", "admin": "1"}, status=400)
    post(team, "/employees/999/visibility", {"audience": "people_team"}, status=404)
