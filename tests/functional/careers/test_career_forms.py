"""Changing careers by forms: typed, reviewed, saved, undone; by whoever may, and no one else."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeAudience, EditCard, Leave
from myproject.pages.people.action_menu import ROLE_VERBS
from tests.conftest import Company
from tests.support.accounts import post
from tests.support.api_writes import last_set, sound
from tests.support.company import TODAY

TEAM = "e08@larkfield.example"


@pytest.fixture
def team(own_company: Company) -> Any:
    return own_company.client(TEAM, role="people_team")


def action_form(page: Any) -> Any:
    """The form of an action."""
    return next(form for form in page.forms.values() if "reason" in form.fields and "do" in form.fields)


def filled(client: Any, address: str, **values: Any) -> Any:
    """The review of a form that was filled in."""
    form = action_form(client.get(address))
    for name, value in values.items():
        form[name] = value
    return form.submit("do", status="*")


def texts(page: Any) -> str:
    """What would change, in one line."""
    return " ".join(page.html.select_one("section[aria-labelledby=what]").text.split())


def save(review: Any) -> Any:
    """Save what was reviewed: the profile."""
    form = next(form for form in review.forms.values() if form.fields.get("do") and form["do"].value == "save")
    return form.submit(status=303).follow()


def person(company: Company, number: str) -> str:
    return f"/employees/{company.ids[number]}"


def apply_now(company: Company, *verbs: Any) -> None:
    with company.engines.begin() as conn:
        apply(conn, verbs, today=TODAY, author="test", source="cli")


def test_a_job_is_changed_reviewed_and_undone(own_company: Company, team: Any) -> None:
    address = person(own_company, "E05")
    before = last_set(own_company)["revision"]
    menu = team.get(address).html.select_one(".page-actions details")
    labels = ["Change job…", "New manager…", "Second role…", "Correct…", "Leaves…"]
    assert [link.text for link in menu.select("a")] == labels
    review = filled(team, f"{address}/change/job", job_title="Principal", department="web", reason="Promotion")
    assert last_set(own_company)["revision"] == before
    assert "moves from Platform to Web; job title: Principal" in texts(review)
    saved = save(review)
    written = last_set(own_company)
    assert (written["summary"], written["reason"], written["author"]) == ({"move": 1}, "Promotion", TEAM)
    assert "Principal" in saved.html.select_one(".job").text
    undone = saved.click("Undo").forms
    next(form for form in undone.values() if (form.action or "").endswith("/undo")).submit(status=303)
    assert "Principal" not in team.get(address).html.select_one(".job").text
    sound(own_company)


def test_only_what_was_typed_anew_is_changed(own_company: Company, team: Any) -> None:
    """The planned move of the department stands, where another field is changed before it."""
    address = person(own_company, "E07")
    review = filled(team, f"{address}/change/job", fte="80")
    assert "FTE: 0.8 (was 1)" in texts(review)
    assert "moves" not in texts(review)
    nothing = filled(team, f"{address}/change/job")
    assert texts(nothing) == "What will change Nothing: the directory already says so."
    assert not [form for form in nothing.forms.values() if form.fields.get("do") and form["do"].value == "save"]


def test_going_back_keeps_what_was_typed(own_company: Company, team: Any) -> None:
    review = filled(team, f"{person(own_company, 'E05')}/change/job", job_title="Principal", reason="Promotion")
    back = list(review.forms.values())[-1]
    page = back.submit("do", status=200)
    form = action_form(page)
    assert (form["job_title"].value, form["reason"].value) == ("Principal", "Promotion")


def test_a_manager_is_found_by_number_name_and_mail(own_company: Company, team: Any) -> None:
    address = f"{person(own_company, 'E05')}/change/manager"
    for typed in ("E04", "Bjørn Sørensen (E04)", "e04@larkfield.example", "sorensen"):
        review = filled(team, address, manager=typed)
        assert "reports to Bjørn Sørensen (E04)" in texts(review), typed
    page = filled(team, address, manager="e")
    assert page.status_int == 400
    offered = [option["value"] for option in page.html.select("select#manager option")]
    assert len(offered) > 3
    page = filled(team, address, manager="qqqq")
    assert "No one matches “qqqq”." in page.html.select_one("#manager-problem").text
    assert save(filled(team, address, manager="E04", kind="dotted")).status_int == 200
    assert last_set(own_company)["summary"] == {"change_manager": 1}


def test_a_second_role_begins_becomes_the_main_one_and_ends(own_company: Company, team: Any) -> None:
    address = person(own_company, "E05")
    ends, main = ROLE_VERBS
    team.get(f"{address}/change/{ends}", status=404)
    review = filled(team, f"{address}/change/role", department="Web", job_title="Adviser", fte="20")
    save(review)
    menu = [link.text for link in team.get(address).html.select(".page-actions details a")]
    assert menu == [
        "Change job…", "New manager…", "Second role…", "Correct…", "Leaves…", "Second role ends…", "Main role…"
    ]  # fmt: skip
    save(filled(team, f"{address}/change/{main}"))
    assert "Adviser" in team.get(address).html.select_one(".job").text
    page = team.get(f"{address}/change/{ends}")
    assert [option.text for option in page.html.select("#assignment option")] == ["Senior engineer, Platform"]
    save(filled(team, f"{address}/change/{ends}", day="2026-07-31"))
    assert last_set(own_company)["summary"] == {"end_assignment": 1}
    sound(own_company)


def timeline(client: Any, address: str) -> list[str]:
    """The rows of somebody's timeline, by day."""
    return [" ".join(row.text.split()) for row in client.get(address).html.select(".timeline li")]


def test_a_row_of_the_timeline_is_corrected_from_where_it_stands(own_company: Company, team: Any) -> None:
    address = person(own_company, "E05")
    page = team.get(address)
    first = page.html.select(".timeline li")[-1]
    link = first.select(".by a")[-1]
    assert link.text == "Correct"
    form = action_form(team.get(link["href"]))
    assert form["on"].value == form["valid_from"].value == first.time["datetime"]
    form["job_title"] = "Apprentice"
    review = form.submit("do")
    assert "Apprentice" in texts(review)
    save(review)
    assert last_set(own_company)["summary"] == {"correct": 1}
    assert any("Apprentice" in row for row in timeline(team, address))
    sound(own_company)


def test_a_planned_change_is_moved_and_cancelled(own_company: Company, team: Any) -> None:
    address = person(own_company, "E05")
    save(filled(team, f"{address}/change/job", on="2026-09-01", job_title="Lead"))
    assert "reports to" not in texts(filled(team, f"{address}/change/correct?on=2026-09-01", valid_from="2026-10-01"))
    save(filled(team, f"{address}/change/correct?on=2026-09-01", valid_from="2026-10-01"))
    assert any(row.startswith("1 Oct 2026") and "Lead" in row for row in timeline(team, address))
    assert not any(row.startswith("1 Sep 2026") for row in timeline(team, address))
    save(filled(team, f"{address}/change/correct?on=2026-10-01", never=True))
    assert not any("Lead" in row for row in timeline(team, address))
    team.get(f"{address}/change/correct?on=1990-01-01", status=404)
    team.get(f"{address}/change/correct?on=never", status=400)
    team.get(f"{address}/change/job?until=never", status=400)
    sound(own_company)


def test_the_first_day_is_corrected_with_the_first_job(own_company: Company, team: Any) -> None:
    address = person(own_company, "E05")
    joined = team.get(address).html.select(".timeline li")[-1].time["datetime"]
    review = filled(team, f"{address}/change/correct?on={joined}", valid_from="2021-02-01")
    assert not review.html.select("#problems")
    save(review)
    assert timeline(team, address)[-1].startswith("1 Feb 2021")
    sound(own_company)


def test_a_leaver_hands_over_reports_one_by_one(own_company: Company, team: Any) -> None:
    address = f"{person(own_company, 'E02')}/change/leave"
    page = team.get(address)
    form = action_form(page)
    reports = [each.value for each in form.fields["report"]]
    assert str(own_company.ids["E03"]) in reports
    assert form["hand_over_to"].value == "Omar Haddad (E01)"
    form["last_day"] = "2026-07-31"
    form.fields["taken_by"][reports.index(str(own_company.ids["E03"]))].value = "E04"
    review = form.submit("do")
    told = texts(review)
    assert "reports to Bjørn Sørensen (E04) instead of Grace Hall (E02)" in told
    assert "reports to Omar Haddad (E01) instead of Grace Hall (E02)" in told
    follows = review.html.select_one("section[aria-labelledby=follows]").text
    assert "Engineering has no head after 31 Jul 2026." in follows
    save(review)
    assert last_set(own_company)["summary"]["leave"] == 1
    sound(own_company)


def test_somebody_is_hired_with_the_head_as_manager(own_company: Company, team: Any) -> None:
    page = team.get("/hire")
    assert action_form(page)["employee_number"].value == "E15"
    new = {"given_name": "Nova", "family_name": "New", "department": "Platform", "email": "nova@larkfield.example"}
    review = filled(team, "/hire", **new, on="2026-07-01", invite=True)
    assert "reports to Adaeze Nwosu (E03)" in texts(review)
    profile = save(review)
    assert "as_of=2026-07-01" in profile.request.url
    assert "Nova New" in profile.html.h1.text
    with own_company.engines.read.connect() as conn:
        invited = conn.execute(sa.text("SELECT count(*) FROM user_account WHERE email = 'nova@larkfield.example'"))
        assert invited.scalar() == 1
    # The next one gets the next number, in the same department.
    review = filled(team, "/hire", **(new | {"given_name": "Nora", "email": ""}))
    form = next(form for form in review.forms.values() if "another" in form.fields)
    again = action_form(form.submit("another", status=303).follow())
    assert (again["department"].value, again["employee_number"].value) == ("Platform", "E17")


def test_whoever_may_be_the_same_is_told_before_somebody_is_hired(own_company: Company, team: Any) -> None:
    with own_company.engines.read.connect() as conn:
        names = conn.execute(
            sa.text("SELECT given_name, family_name FROM employee WHERE employee_number = 'E11'")
        ).one()
    given, family = names
    review = filled(team, "/hire", given_name=given, family_name=family, department="Web", on="2026-08-01")
    link = review.html.select_one(".notice a")
    assert "/change/rehire" in link["href"]
    form = action_form(team.get(link["href"]))
    assert (form["department"].value, form["on"].value) == ("Web", "2026-08-01")
    profile = save(form.submit("do"))
    assert last_set(own_company)["summary"] == {"rehire": 1}
    assert "as_of=2026-08-01" in profile.request.url
    page = team.get(person(own_company, "E11"), status=404)
    assert "Rehire…" in page.text


def test_what_is_wrong_stands_beside_its_field(own_company: Company, team: Any) -> None:
    address = person(own_company, "E05")
    for action, values, place in (
        ("job", {"department": "nowhere"}, "department"),
        ("job", {"location": "nowhere"}, "location"),
        ("job", {"fte": "much"}, "fte"),
        ("job", {"on": "2026-02-30"}, "on"),
        ("leave", {"last_day": ""}, "last_day"),
    ):
        page = filled(team, f"{address}/change/{action}", **values)
        assert page.status_int == 400, values
        assert page.html.select_one(f"#{place}-problem").text.strip()
    taken = filled(team, "/hire", family_name="New", department="Web", employee_number="E05")
    assert "The number E05 already belongs to" in taken.text
    early = filled(team, f"{address}/change/leave", last_day="1999-01-01")
    assert early.html.select_one("#problems").text.strip()
    assert not [form for form in early.forms.values() if form.fields.get("do") and form["do"].value == "save"]
    # Sent all the same, nothing is written.
    before = last_set(own_company)["revision"]
    post(team, f"{address}/change/leave", {"last_day": "1999-01-01", "do": "save"}, status=409)
    post(team, f"{address}/change/job", {"on": "2026-07-01", "nonsense": "1"}, status=400)
    team.get(f"{address}/change/job?nonsense=1", status=400)
    team.get(f"{address}/change/dance", status=404)
    team.get("/employees/99999/change/job", status=404)
    assert last_set(own_company)["revision"] == before


def test_an_address_fills_the_form_in(own_company: Company, team: Any) -> None:
    form = action_form(team.get(f"{person(own_company, 'E05')}/change/job?on=2026-09-01&job_title=Lead"))
    assert (form["on"].value, form["job_title"].value, form["department"].value) == ("2026-09-01", "Lead", "Platform")


def test_editors_change_what_is_below_their_departments(own_company: Company) -> None:
    editor = own_company.client("e13@larkfield.example", role="editor", department="PLAT")
    address = person(own_company, "E05")
    assert save(filled(editor, f"{address}/change/job", job_title="Principal")).status_int == 200
    away = filled(editor, f"{address}/change/job", department="Sales")
    assert "You may only change people below the departments that you edit." in away.html.select_one("#problems").text
    before = last_set(own_company)["revision"]
    post(editor, f"{address}/change/job", {"on": "2026-07-01", "department": "Sales", "do": "save"}, status=409)
    assert last_set(own_company)["revision"] == before
    editor.get(f"{person(own_company, 'E09')}/change/job", status=403)
    reader = own_company.client("e12@larkfield.example")
    assert "Change job…" not in reader.get(address).text
    reader.get(f"{address}/change/job", status=403)
    reader.get("/hire", status=403)


def test_people_who_are_hidden_are_unknown_to_the_forms(own_company: Company, team: Any) -> None:
    hidden = own_company.ids["E04"]
    apply_now(own_company, ChangeAudience(employee=hidden, audience="administrators"))
    page = filled(team, f"{person(own_company, 'E05')}/change/manager", manager="E04")
    assert page.status_int == 400
    assert "Sørensen" not in page.text.replace("“E04”", "")
    team.get(f"/employees/{hidden}/change/job", status=404)
    apply_now(own_company, Leave(employee=own_company.ids["E13"], last_day=TODAY))
    apply_now(own_company, EditCard(employee=hidden, changes=Card(given_name="Unseen", family_name="Person")))
    review = filled(team, "/hire", given_name="Unseen", family_name="Person", department="Platform")
    assert not review.html.select(".notice")
