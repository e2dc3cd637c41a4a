"""The people team hides somebody, and shows them again."""

from __future__ import annotations

from typing import Any

import pytest

from myproject.directory.schema.verbs import ChangeAudience
from tests.conftest import Company
from tests.support.accounts import post
from tests.support.api import personal, service
from tests.support.audiences import write
from tests.support.problems import problem

PEOPLE_TEAM: dict[str, Any] = {"email": "e08@larkfield.example", "role": "people_team"}


def test_hidden_and_shown_again(own_company: Any) -> None:
    person = own_company.ids["E05"]
    where = f"/employees/{person}"
    team, colleague = own_company.client(**PEOPLE_TEAM), own_company.client("e12@larkfield.example")
    manager, self = own_company.client("e03@larkfield.example"), own_company.client("e05@larkfield.example")
    assert "Who can see this person" in team.get(where).text
    assert "Who can see this person" not in colleague.get(where).text
    form = next(form for form in team.get(f"{where}/visibility").forms.values() if form.action.endswith("/visibility"))
    form["audience"], form["reason"] = "people_team", "Threatened by a stranger"
    assert form.submit(status=303).location.endswith(where)
    assert "Hidden: visible to the people team only" in team.get(where).text
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
    assert "Choose who can see this person" in post(team, where, {"audience": audience}, status=400).text
    post(team, where, {"audience": "people_team", "admin": "1"}, status=400)
    post(team, "/employees/999/visibility", {"audience": "people_team"}, status=404)


HIDE = {"audience": "administrators"}


@pytest.mark.slow
@pytest.mark.parametrize("door", ["program", "dry run", "batch", "service"])
def test_the_people_team_hides_nobody_from_itself_by_any_door(own_company: Company, door: str) -> None:
    ids, app = own_company.ids, own_company.app
    program = service(app) if door == "service" else personal(app, PEOPLE_TEAM["email"], role="people_team")
    path = f"/employees/{ids['E05']}:change-audience"
    if door == "batch":
        part = {"method": "POST", "path": path, "if_match": "*", "body": HIDE}
        (told,) = program.post("/batch", {"operations": [part]}, status=403).json["results"]
    else:
        query = "?dry_run=1" if door == "dry run" else ""
        told = problem(program.post(path + query, HIDE, if_match="*"), 403)
    assert "hide the person from you" in told["detail"]
    assert told["problems"][0]["pointer"].endswith("/audience")
    program.get(f"/employees/{ids['E05']}")
    administrator = personal(app, "admin@example.org", role="administrator")
    administrator.post(path, HIDE, if_match="*", status=200)
    program.get(f"/employees/{ids['E05']}", status=404)


def test_an_undo_hides_nobody_from_who_takes_back(own_company: Company) -> None:
    """Somebody whom administrators had hidden, and have shown again: the people team can't take that back."""
    write(own_company, ChangeAudience(employee="E05", audience="administrators"))
    shown = write(own_company, ChangeAudience(employee="E05", audience="colleagues"))
    ids, app = own_company.ids, own_company.app
    team = own_company.client(**PEOPLE_TEAM)
    program = personal(app, PEOPLE_TEAM["email"])
    team.get(f"/changes/{shown}/undo", status=403)
    assert "hide the person from you" in post(team, f"/changes/{shown}/undo", {"reason": ""}, status=403).text
    for query in ("", "?dry_run=1"):
        problem(program.post(f"/change-sets/{shown}:undo{query}", {}), 403)
    program.get(f"/employees/{ids['E05']}")
    administrator = own_company.client("admin@example.org", role="administrator")
    post(administrator, f"/changes/{shown}/undo", {"reason": ""}, status=303)
    program.get(f"/employees/{ids['E05']}", status=404)
