"""Two who edit a card at once: of one field one is told and chooses, of different fields both are kept."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from webtest import TestApp

from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import EditCard
from tests.conftest import Company
from tests.support.accounts import token_of
from tests.support.cards import edit, revision, stored, text, the_form, write


def test_a_concurrent_edit_is_told(own_company: Company, adaeze: TestApp) -> None:
    mine = the_form(adaeze, edit(own_company))
    mine["desk"] = "mine"
    mine["about"] = "About me."
    write(own_company, EditCard(employee="E03", changes=Card(desk="theirs", pronouns="she/her")))
    page = mine.submit(status=409)
    assert stored(own_company)["desk"] == "theirs"
    assert stored(own_company)["about"] is None
    claim = text(page, ".claim")
    assert "Desk: test has changed this too" in claim
    assert "Keep theirs: theirs" in claim
    assert "Use yours: mine" in claim
    assert page.html.find(id="desk")["value"] == "mine"
    assert page.html.find(id="about").text.strip() == "About me."
    assert page.html.find(id="pronouns")["value"] == "she/her", "what was not touched here is shown as it is now"
    forms = [form for key, form in page.forms.items() if isinstance(key, int) and "version" in form.fields]
    # Without a choice it comes back; a third edit meanwhile is not overwritten by a choice between two.
    forms[0].submit(status=409)
    write(own_company, EditCard(employee="E03", changes=Card(desk="third")))
    forms[0]["keep.desk"] = "mine"
    page = forms[0].submit(status=409)
    assert "Keep theirs: third" in text(page, ".claim")
    form = next(form for key, form in page.forms.items() if isinstance(key, int) and "version" in form.fields)
    form["keep.desk"] = "mine"
    form.submit(status=303)
    row = stored(own_company)
    assert (row["desk"], row["about"], row["pronouns"]) == ("mine", "About me.", "she/her")


@pytest.mark.parametrize(
    ("field", "theirs", "mine", "left"),
    [
        ("skills", ["Python", "Cooking"], "Writing", ["Cooking", "Python"]),
        ("working_days", ["fri"], ["mon"], ["fri"]),
        ("links", ["https://example.org/theirs"], "https://example.org/mine", ["https://example.org/theirs"]),
        ("preferred_name", "Theirs", "Mine", "Theirs"),
    ],
)
def test_theirs_can_stay(own_company: Company, adaeze: TestApp, field: str, theirs: Any, mine: Any, left: Any) -> None:
    form = the_form(adaeze, edit(own_company))
    if field == "working_days":
        form.set("working_days", True, index=1)
    else:
        form[field] = mine
    form["desk"] = "kept as well"
    write(own_company, EditCard(employee="E03", changes=Card(**{field: theirs})))
    page = form.submit(status=409)
    form = next(form for key, form in page.forms.items() if isinstance(key, int) and "version" in form.fields)
    form[f"keep.{field}"] = "theirs"
    form.submit(status=303)
    shown = the_form(adaeze, edit(own_company))
    assert shown["desk"].value == "kept as well"
    if field == "skills":
        assert shown["skills"].value.split(", ") == left
    else:
        assert stored(own_company)[field] == left


def test_edits_of_different_fields_do_not_clash(own_company: Company, adaeze: TestApp) -> None:
    mine = the_form(adaeze, edit(own_company))
    mine["desk"] = "3.14"
    same = the_form(adaeze, edit(own_company))
    write(
        own_company,
        EditCard(employee="E03", changes=Card(phone="+47 1", skills=["Go"]), audiences={"phone": "people_team"}),
    )
    mine.submit(status=303)
    row = stored(own_company)
    assert (row["desk"], row["phone"], row["narrowed"]) == ("3.14", "+47 1", {"phone": "people_team"})
    # Two who type the same agree.
    same["phone"] = "+47 1"
    same["desk"] = "3.14"
    assert "unchanged" in same.submit(status=303).location


def test_choices_of_audiences_can_clash_too(own_company: Company, adaeze: TestApp) -> None:
    mine = the_form(adaeze, edit(own_company))
    mine["audience.phone"] = "manager_line"
    write(own_company, EditCard(employee="E03", audiences={"phone": "people_team"}))
    page = mine.submit(status=409)
    assert "the people team" in text(page, ".claim")
    form = next(form for key, form in page.forms.items() if isinstance(key, int) and "version" in form.fields)
    form["keep.audience.phone"] = "theirs"
    form.submit(status=303)
    assert stored(own_company)["narrowed"] == {"phone": "people_team"}


ROUNDS = 100


@pytest.mark.long
@pytest.mark.parametrize("kind", ["one field", "two fields"])
def test_of_many_edits_at_once_none_is_lost(own_company: Company, adaeze: TestApp, kind: str) -> None:
    """Two hundred rounds of two concurrent edits: of one field one is told, of two fields both are kept."""
    where = edit(own_company)
    token = token_of(adaeze)
    people = own_company.client("e08@larkfield.example", role="people_team")
    clients = (adaeze, people)
    tokens = (token, token_of(people))
    names = ("desk", "desk") if kind == "one field" else ("desk", "pronunciation")
    for number in range(ROUNDS):
        version = str(revision(own_company))
        gate = threading.Barrier(2)
        answers: list[Any] = [None, None]

        def send(who: int, version: str = version, number: int = number, gate: Any = gate, got: Any = answers) -> None:
            fields = {"csrf_token": tokens[who], "version": version, names[who]: f"{who}-{number}"}
            gate.wait()
            got[who] = clients[who].post(where, fields, status="*").status_int

        threads = [threading.Thread(target=send, args=(who,)) for who in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        row = stored(own_company)
        if kind == "one field":
            assert sorted(answers) == [303, 409], answers
            assert row["desk"] == f"{answers.index(303)}-{number}"
        else:
            assert answers == [303, 303]
            assert (row["desk"], row["pronunciation"]) == (f"0-{number}", f"1-{number}")
