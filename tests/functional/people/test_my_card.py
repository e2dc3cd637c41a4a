"""Editing a card: one's own and others'; wrong values, forbidden fields, and undoing it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.directory.changes import change_sets
from myproject.directory.schema.fields import FIELDS, Card
from myproject.directory.schema.verbs import ChangeAudience, EditCard
from tests.conftest import Company
from tests.support.accounts import post
from tests.support.cards import WHO, E, S, edit, revision, stored, text, the_form, write

# --- the journey --------------------------------------------------------------------------------------------


def test_from_the_profile_and_back(own_company: Company, adaeze: TestApp) -> None:
    profile = adaeze.get(adaeze.get("/me").location)
    page = profile.click("Edit my card")
    assert adaeze.get("/me/card", status=303).location.endswith(edit(own_company))
    form = the_form(adaeze, edit(own_company))
    assert form["phone"].value == "+47 22 00 00 03"
    assert form["skills"].value == "PostgreSQL, Python"
    form["preferred_name"] = "Ada"
    form["alternative_names"] = "Adaeze Okoro, A. Nwosu"
    form["pronunciation"] = "ah-DAH-eh-zeh"
    form["pronouns"] = "she/her"
    form["mobile"] = "+234 800 000 0001"
    form["desk"] = "3.14"
    form["links"] = "https://example.org/ada\r\nhttps://example.org/x?a=1,2"
    form["languages"] = "English, Igbo"
    form["skills"] = "Python, Writing"
    form["about"] = "First line.\r\n\r\nSecond."
    for day in ("mon", "tue", "wed", "thu"):
        form.set("working_days", True, index=1 + ["mon", "tue", "wed", "thu"].index(day))
    before = revision(own_company)
    done = form.submit(status=303)
    assert revision(own_company) == before + 1
    with own_company.engines.read.connect() as conn:
        change = conn.execute(sa.select(S).where(S.c.revision == before + 1)).mappings().one()
    assert (change["author"], change["source"]) == ("e03@larkfield.example", "form")
    assert change["request_id"]
    row = stored(own_company)
    assert row["name"] == "Ada Nwosu"
    assert row["alternative_names"] == ["Adaeze Okoro", "A. Nwosu"]
    assert row["links"] == ["https://example.org/ada", "https://example.org/x?a=1,2"]
    assert row["working_days"] == ["mon", "tue", "wed", "thu"]
    assert row["about"] == "First line.\n\nSecond."
    shown = adaeze.get(done.location)
    assert f"change #{before + 1}" in text(shown, ".notice")
    assert text(shown, "h1").startswith("Ada Nwosu (she/her")
    assert "Works Mon–Thu" in text(shown, ".profile-head")
    assert [tag.text for tag in shown.html.select(".tags a")] == ["Python", "Writing"]
    # The form shows it again, and saving it as it is says so.
    form = the_form(adaeze, edit(own_company))
    assert form["links"].value.split("\n") == row["links"]
    assert [box.checked for box in form.fields["working_days"][1:]] == [True] * 4 + [False] * 3
    unchanged = form.submit(status=303)
    assert "No changes to save" in text(adaeze.get(unchanged.location), ".notice")
    assert revision(own_company) == before + 1
    assert "Preferred name" in text(page)


def test_it_can_be_undone(own_company: Company, adaeze: TestApp) -> None:
    form = the_form(adaeze, edit(own_company))
    form["desk"] = "3.14"
    form["skills"] = "Writing"
    form["audience.phone"] = "manager_line"
    form.submit(status=303)
    row = stored(own_company)
    assert (row["desk"], row["narrowed"]) == ("3.14", {"phone": "manager_line"})
    with own_company.engines.begin() as conn:
        change_sets.undo(conn, revision(own_company), **{**WHO, "source": "undo"})
    row = stored(own_company)
    assert (row["desk"], row["narrowed"]) == (None, None)
    assert the_form(adaeze, edit(own_company))["skills"].value == "PostgreSQL, Python"


def test_who_sees_what_and_why(own_company: Company, adaeze: TestApp) -> None:
    where = edit(own_company)
    page = adaeze.get(where)
    shelf = page.html.find(id="audience.mobile")
    assert [option["value"] for option in shelf.select("option")] == [
        "",
        "manager_line",
        "people_team",
        "administrators",
    ]
    assert shelf.select_one("option[selected]")["value"] == ""
    locked = {
        row.select_one(".label").text: re.sub(r"\s+", " ", row.get_text(" ")) for row in page.html.select(".locked")
    }
    assert set(locked) == {
        FIELDS[name].label
        for name in ("given_name", "family_name", "email", "date_of_birth", "employee_number", "external_id")
    }
    assert "1971-07-13" in locked["Date of birth"], "people see all of their own"
    assert "The people team set by the organisation" in locked["Date of birth"]
    assert "All colleagues" in locked["Email"]
    form = the_form(adaeze, where)
    form["audience.phone"] = "people_team"
    assert "audience.skills" not in form.fields, "not for the person to choose"
    shown = adaeze.get(form.submit(status=303).location)
    assert "only the people team" in text(shown, "#contact ~ dl")
    assert "+47 22 00 00 03" not in own_company.testapp.get(f"/employees/{own_company.ids['E03']}").text
    assert the_form(adaeze, where)["audience.phone"].value == "people_team"
    form = the_form(adaeze, where)
    form["audience.phone"] = ""
    form.submit(status=303)
    assert "+47 22 00 00 03" in own_company.testapp.get(f"/employees/{own_company.ids['E03']}").text


def test_always_as_it_is_now(own_company: Company, adaeze: TestApp) -> None:
    assert adaeze.get(f"{edit(own_company)}?as_of=2024-01-01", status=303).location.endswith(edit(own_company))


def test_whoever_is_nobody_has_no_card(own_company: Company) -> None:
    client = own_company.client("root@larkfield.example", role="administrator")
    for path in ("/me", "/me/card"):
        assert "is not linked to anyone" in client.get(path, status=404).text


# --- wrong values -------------------------------------------------------------------------------------------


WRONG = [
    ("phone", "call me", "is not a phone number. Write it with its digits"),
    ("phone", "0" * 61, "Use at most 60"),
    ("links", "javascript:alert(1)", "is not a link. Start it with https:// or http://"),
    ("links", "\n".join(f"https://example.org/{n}" for n in range(21)), "Use at most 20"),
    ("pronouns", "x" * 41, "Use at most 40"),
    ("about", "x" * 4001, "Use at most 4,000"),
    ("skills", "Python, " + "x" * 101, "Use at most 100"),
    ("preferred_name", "x" * 101, "Use at most 100"),
]


@pytest.mark.parametrize(("name", "typed", "reason"), WRONG)
def test_wrong_values_come_back_with_the_reason(
    own_company: Company, adaeze: TestApp, name: str, typed: str, reason: str
) -> None:
    form = the_form(adaeze, edit(own_company))
    form["desk"] = "3.14"
    form["audience.desk"] = "people_team"
    form[name] = typed
    before = revision(own_company)
    page = form.submit(status=400)
    control = page.html.find(id=name)
    kept = control.text.removeprefix("\n") if control.name == "textarea" else control["value"]
    assert kept.replace("\r\n", "\n").strip() == typed
    assert control["aria-invalid"] == "true"
    problem = page.html.find(id=f"{name}-problem")
    assert reason in problem.text
    assert problem["id"] in control["aria-describedby"].split()
    assert page.html.select_one(f"#problems a[href='#{name}']")
    assert page.html.find(id="desk")["value"] == "3.14"
    assert page.html.select_one("#audience\\.desk option[selected]")["value"] == "people_team"
    assert revision(own_company) == before
    # Put right, all of it is saved.
    again_ = next(form for key, form in page.forms.items() if isinstance(key, int) and "version" in form.fields)
    again_[name] = ""
    again_.submit(status=303)
    assert (stored(own_company)["desk"], stored(own_company)["narrowed"]) == ("3.14", {"desk": "people_team"})


def test_what_an_import_left_stands_in_nobodys_way(own_company: Company, adaeze: TestApp) -> None:
    with own_company.engines.begin() as conn:
        conn.execute(sa.update(E).where(E.c.employee_number == "E03").values(phone="ask reception"))
    form = the_form(adaeze, edit(own_company))
    form["desk"] = "3.14"
    form.submit(status=303)
    assert stored(own_company)["phone"] == "ask reception"


def test_text_is_text(own_company: Company, adaeze: TestApp) -> None:
    form = the_form(adaeze, edit(own_company))
    form["about"] = '</textarea><script>alert(1)</script>" onfocus="x'
    form["desk"] = '"><img src=x onerror=alert(1)>'
    done = form.submit(status=303)
    for page in (adaeze.get(done.location), adaeze.get(edit(own_company))):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert (
        the_form(adaeze, edit(own_company))["about"].value.strip() == '</textarea><script>alert(1)</script>" onfocus="x'
    )


# --- who may what -------------------------------------------------------------------------------------------


def fields_of(client: TestApp, where: str) -> set[str]:
    return {name for name in the_form(client, where).fields if name in FIELDS}


OWN = {name for name in Card.model_fields if FIELDS[name].edited_by == "self"} - {"portrait"}


def test_who_may_edit_what(own_company: Company, adaeze: TestApp) -> None:
    where = edit(own_company)
    assert fields_of(adaeze, where) == OWN
    editor = own_company.client("e04@larkfield.example", role="editor", department="ENG")
    seen = set(Card.model_fields) - {"portrait", "external_id", "date_of_birth"}
    assert fields_of(editor, where) == seen
    people = own_company.client("e08@larkfield.example", role="people_team")
    assert fields_of(people, where) == set(Card.model_fields) - {"portrait"} | {"employee_number"}
    assert not [name for name in the_form(people, where).fields if name and name.startswith("audience.")]
    for stranger in (
        own_company.testapp,
        own_company.client("e02@larkfield.example"),
        own_company.client("e09@larkfield.example", role="editor", department="SALES"),
        own_company.client("e05@larkfield.example", role="editor", department="WEB"),
    ):
        stranger.get(where, status=403)
        post(stranger, where, {"version": "1", "desk": "x"}, status=403)
        assert "Edit" not in text(stranger.get(where.removesuffix("/edit")), ".page-actions")
    # What the person keeps from an editor's eyes is not the editor's to overwrite.
    write(own_company, EditCard(employee="E03", audiences={"mobile": "people_team"}))
    assert fields_of(editor, where) == seen - {"mobile"}
    assert "Edit" in text(editor.get(where.removesuffix("/edit")), ".page-actions")
    # Rights follow where somebody works today; where an invitation would go is not an editor's to say.
    assert fields_of(editor, edit(own_company, "E07")) == seen - {"email"}
    editor.get(edit(own_company, "E08"), status=403)


def test_what_is_not_yours_is_refused_and_never_ignored(own_company: Company, adaeze: TestApp) -> None:
    where, before = edit(own_company), revision(own_company)
    for name, status, words in (
        ("family_name", 403, "yourself. Ask the people team"),
        ("email", 403, "yourself. Ask the people team"),
        ("employee_number", 403, "yourself. Ask the people team"),
        ("date_of_birth", 403, "yourself. Ask the people team"),
        ("job_title", 403, "can’t be changed on a card"),
        ("name", 403, "can’t be changed on a card"),
        ("portrait", 400, "form of its own"),
        ("sort_name", 400, "no field “sort_name”"),
        ("audience.nonsense", 400, "no field"),
        ("audience", 400, "no field “audience”"),
        ("narrowed", 400, "no field"),
        ("<b>", 400, "no field"),
    ):
        response = post(adaeze, where, {"version": str(before), "desk": "9", name: "x"}, status=status)
        assert words in text(response), name
    for value in ("self", "everyone", "colleagues"):
        post(adaeze, where, {"version": str(before), "audience.phone": value}, status=400)
    post(adaeze, where, {"version": str(before), "audience.email": "people_team"}, status=400)
    for wrong in ("", "x", "-1", "9" * 30):
        post(adaeze, where, {"version": wrong, "desk": "9"}, status=400)
    people = own_company.client("e08@larkfield.example", role="people_team")
    post(people, where, {"version": str(before), "audience.phone": "people_team"}, status=403)
    assert adaeze.post(where, {"version": str(before), "desk": "9"}, status=403)
    assert revision(own_company) == before


def test_the_people_team_edits_everything(own_company: Company) -> None:
    people = own_company.client("e08@larkfield.example", role="people_team")
    form = the_form(people, edit(own_company, "E05"))
    form["family_name"] = "Zak"
    form["date_of_birth"] = "1990-02-03"
    form["employee_number"] = "E05b"
    form["external_id"] = ""
    form.submit(status=303)
    row = stored(own_company, "E05b")
    assert (row["name"], row["date_of_birth"].isoformat(), row["external_id"]) == ("Łukasz Zak", "1990-02-03", None)
    for name, value, words in (
        ("employee_number", "E03", "belongs to"),
        ("external_id", "canary-E03", "belongs to"),
        ("date_of_birth", "1990-02-31", "is not a date"),
        ("date_of_birth", "1700-01-01", "between 1900 and today"),
        ("employee_number", "", "Employee number"),
        ("email", "no address", "is not an email address"),
    ):
        form = the_form(people, edit(own_company, "E05"))
        form[name] = value
        page = form.submit(status=400)
        assert words in page.html.find(id=f"{name}-problem").text, (name, value)
    form = the_form(people, edit(own_company, "E05"))
    form["given_name"] = form["family_name"] = ""
    assert "no name" in form.submit(status=400).text


def test_who_is_hidden_is_not_there(own_company: Company) -> None:
    write(own_company, ChangeAudience(employee="E05", audience="administrators"))
    where = edit(own_company, "E05")
    own_company.client("e08@larkfield.example", role="people_team").get(where, status=404)
    own_company.client("root@larkfield.example", role="administrator").get(where, status=200)
    own_company.client("e05@larkfield.example").get(where, status=200)
    missing = "/employees/999/edit"
    own_company.client("e08@larkfield.example").get(missing, status=404)
    assert own_company.testapp.get(missing, status=403).status == own_company.testapp.get(where, status=403).status


def test_nothing_can_be_changed_while_looking_as_somebody_else(own_company: Company, adaeze: TestApp) -> None:
    page = adaeze.get(edit(own_company))
    form = next(form for key, form in page.forms.items() if isinstance(key, int) and "next" in form.fields)
    there = form.submit("whom", status=303)
    assert there.location.endswith(f"/employees/{own_company.ids['E03']}")
    assert "You can’t make changes" in adaeze.get(there.location).text
    adaeze.get(edit(own_company), status=403)
    post(adaeze, edit(own_company), {"version": "3", "desk": "x"}, status=403)
