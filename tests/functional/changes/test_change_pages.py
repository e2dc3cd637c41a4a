"""The pages of change sets: what each is called, and that nothing it did is left out."""

from __future__ import annotations

from typing import Any

from tests.conftest import Company
from tests.support.api import Program, service


def lines(page: Any) -> dict[str, str]:
    """Each entry of the page by the name of whom it is about."""
    entries = page.html.select(".change-items > li")
    found = {each.select_one(".subject").get_text(): each.get_text(" ", strip=True) for each in entries}
    assert len(found) == len(entries), "each person once"
    return found


def leave(company: Company, program: Program, who: str, last_day: str, **more: Any) -> int:
    body = {"last_day": last_day, **more}
    done = program.post(f"/employees/{company.ids[who]}:leave", body, if_match="*", status=200)
    return int(done.headers["Revision"])


def test_whoever_gets_another_manager_is_told(own_company: Company) -> None:
    program = service(own_company.app)
    ids = own_company.ids
    revision = leave(own_company, program, "E03", "2026-09-30", hand_over_to_id=ids["E05"], reason="A new team lead")
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get(f"/changes/{revision}")
    assert page.html.h1.get_text() == "A new team lead"
    told = page.html.select_one(".passed-on")
    assert "open" in told.attrs
    who = {each.select_one("a.subject").get_text(): each.get_text(" ", strip=True) for each in told.select(".report")}
    assert len(who) == 3
    assert told.summary.get_text().startswith("3 people")
    assert "1 Oct 2026 Reports to Łukasz Żak (was Adaeze Nwosu)" in who["Siobhán O’Brien"]
    assert "Reports to Grace Hall" in who["Łukasz Żak"], "the successor reports to the leaver's own manager"
    items = program.get(f"/change-sets/{revision}").json["items"]
    assert {each["name"] for each in items[0]["passed_on"]} == who.keys()
    # Whoever may not know of somebody is not told.
    hide = {"audience": "people_team"}
    program.post(f"/employees/{ids['E07']}:change-audience", hide, if_match="*", status=200)
    seen = own_company.testapp.get(f"/changes/{revision}").text
    assert "Łukasz Żak" in seen
    assert "O’Brien" not in seen
    # Taking it back tells them by themselves.
    undone = program.post(f"/change-sets/{revision}:undo", {}, status=200).json["revision"]
    told_of = lines(people.get(f"/changes/{undone}"))
    assert {*who, "Adaeze Nwosu"} == told_of.keys()


def test_each_person_has_one_entry_and_none_is_empty(own_company: Company) -> None:
    program = service(own_company.app)
    one, other = (f"/employees/{own_company.ids[who]}" for who in ("E05", "E07"))

    def step(path: str, action: str, **body: Any) -> dict[str, Any]:
        body["effective"] = "2026-09-01"
        return {"method": "POST", "path": f"{path}:{action}", "if_match": "*", "body": body}

    operations = [
        step(one, "move", job_title="Lead"),
        step(other, "move", job_title="Fellow"),
        step(one, "change-manager", manager_id=own_company.ids["E02"]),
        step(other, "move", job_title="Engineer"),
    ]
    body = {"operations": operations, "reason": "Autumn"}
    revision = program.post("/batch", body, status=200).json["revision"]
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get(f"/changes/{revision}")
    told = lines(page)
    assert list(told) == ["Łukasz Żak"]
    assert told["Łukasz Żak"].startswith("Łukasz Żak Moves · Manager")
    assert "Becomes Lead" in told["Łukasz Żak"]
    assert "Reports to Grace Hall" in told["Łukasz Żak"]
    assert "1 more entry changes nothing" in page.text


def test_a_change_is_called_by_its_reason(own_company: Company) -> None:
    program = service(own_company.app)
    path = f"/employees/{own_company.ids['E05']}"
    plain, named = (
        program.patch(path, body, if_match="*", status=200).headers["Revision"]
        for body in ({"desk": "7"}, {"desk": "8", "reason": "The window seat"})
    )
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get("/changes").html
    titles = [each.get_text() for each in page.select(".change-sets .row-link")]
    assert titles[:2] == ["The window seat", "1 card edited"]
    assert f"#{named}" in page.select_one(".change-sets .who").get_text()
    for revision, title in ((plain, "1 card edited"), (named, "The window seat")):
        page = people.get(f"/changes/{revision}").html
        assert page.h1.get_text() == title
        assert page.title.get_text().startswith(title)
        assert f"#{revision}" in page.main.get_text()


def test_authors_are_told_by_name(own_company: Company) -> None:
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get("/changes/3/undo")
    form = next(form for form in page.forms.values() if form.action.endswith("/undo"))
    done = form.submit(status=303).follow()
    assert done.html.h1.get_text() == "Undo of #3"
    assert "Noor Haddad" in done.html.select_one(".facts").get_text()
    assert "Noor Haddad, undo" in people.get("/changes").html.select_one(".change-sets .who").get_text()
