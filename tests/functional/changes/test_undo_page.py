"""Taking a change set back on its page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from myproject.models.change_set import ChangeSet
from tests.conftest import Company
from tests.support.api import service


def last_set(company: Company) -> Any:
    table = ChangeSet.__table__
    with company.engines.read.connect() as conn:
        return conn.execute(sa.select(table).order_by(table.c.revision.desc()).limit(1)).mappings().one()


def test_only_who_may_is_led_there(own_company: Company) -> None:
    people = own_company.client("e08@larkfield.example", role="people_team")
    assert people.get("/changes/3").html.select_one('a[href="/changes/3/undo"]')
    assert own_company.testapp.get("/changes/3").html.select_one('a[href="/changes/3/undo"]') is None
    own_company.testapp.get("/changes/3/undo", status=403)


def test_it_is_planned_and_taken_back(own_company: Company) -> None:
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get("/changes/3/undo")
    text = page.html.select_one("main").get_text(" ")
    assert "Future Joiner" in text
    assert "no longer works here" in text or "no longer" in text
    before = last_set(own_company)["revision"]
    form = next(form for form in page.forms.values() if form.action.endswith("/undo"))
    form["reason"] = "Planned too early"
    done = form.submit()
    assert done.status_int == 303
    told = last_set(own_company)
    assert done.location.endswith(f"/changes/{told['revision']}")
    assert (told["revision"], told["undoes"], told["author"]) == (before + 1, 3, "e08@larkfield.example")
    assert (told["reason"], told["source"]) == ("Planned too early", "undo")
    assert "Undone by" in people.get("/changes/3").text


def test_what_was_changed_since_is_told(own_company: Company) -> None:
    program = service(own_company.app)
    ids = own_company.ids
    batch = {
        "operations": [
            {"method": "PATCH", "path": f"/employees/{ids[who]}", "if_match": "*", "body": {"desk": "1"}}
            for who in ("E05", "E06")
        ]
    }
    revision = program.post("/batch", batch, status=200).json["revision"]
    program.patch(f"/employees/{ids['E05']}", {"desk": "2"}, if_match="*", status=200)
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get(f"/changes/{revision}/undo")
    assert "changed since" in page.text
    assert [each.get_text(" ", strip=True) for each in page.html.select(".causes > li")] == [
        f"1 card edited #{revision + 1} : Łukasz Żak (E05)"
    ]
    assert page.html.select_one(".causes a")["href"] == f"/changes/{revision + 1}"
    form = next(form for form in page.forms.values() if form.action.endswith("/undo"))
    assert "Undo the rest" in page.text
    form["partial"].force_value("")
    assert form.submit(status=409).html.select_one("#problems")
    form["partial"].force_value("1")
    form.submit(status=303)
    assert program.get(f"/employees/{ids['E05']}").json["desk"] == "2"
    assert program.get(f"/employees/{ids['E06']}").json["desk"] is None
    nothing = people.get(f"/changes/{revision + 50}/undo", status=404)
    assert "There is no change" in nothing.text


def test_what_stands_in_the_way_is_told_by_cause(own_company: Company) -> None:
    """Many parts with one cause are one line, with the later change linked; what many share is told once."""
    program = service(own_company.app)
    ids = own_company.ids
    everyone = ("E03", "E04", "E05", "E06", "E07")

    def desks(who: tuple[str, ...], desk: str, reason: str) -> int:
        edit = {"method": "PATCH", "if_match": "*", "body": {"desk": desk}}
        operations = [{**edit, "path": f"/employees/{ids[one]}"} for one in who]
        body = {"operations": operations, "reason": reason}
        return int(program.post("/batch", body, status=200).json["revision"])

    first = desks((*everyone, "E09", "E10"), "1", "Desks of the new house")
    second = desks(everyone[:4], "2", "Platform sits together")
    third = desks(everyone[4:], "3", "A window for Web")
    people = own_company.client("e08@larkfield.example", role="people_team")
    page = people.get(f"/changes/{first}/undo").html
    assert page.h1.get_text() == "Undo: Desks of the new house"
    causes = page.select(".causes > li")
    assert [each.a["href"] for each in causes] == [f"/changes/{third}", f"/changes/{second}"]
    assert [each.a.get_text() for each in causes] == ["A window for Web", "Platform sits together"]
    assert causes[1].select_one("details > summary").get_text().endswith(") and 3 more")
    assert causes[0].details is None
    assert "was changed since" not in page.main.get_text()
    alike = page.select(".undoing > li")
    assert [each.summary.get_text() for each in alike] == ["2 people"]
    assert len(alike[0].select("ul > li")) == 1

    # A rule that several break in one way is told once, the rest is folded.
    made = program.post("/departments", {"code": "LAB", "name": "Lab", "effective": "2026-06-01"}, status=201)
    for who in ("E05", "E06"):
        move = {"effective": "2026-06-15", "department": {"code": "LAB"}}
        program.post(f"/employees/{ids[who]}:move", move, if_match="*", status=200)
    problems = people.get(f"/changes/{made.headers['Revision']}/undo").html.select_one("#problems")
    assert "and 1 more would be in Lab" in problems.get_text()
    assert problems.select_one(".causes") is None
