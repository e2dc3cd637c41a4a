"""What a change tells whoever may not read: nothing by what it compares, refuses or answers."""

from __future__ import annotations

from typing import Any

import pytest

from myproject.security.scopes import Scope
from tests.conftest import Company
from tests.support.accounts import post
from tests.support.api import Program, personal, service
from tests.support.cards import edit
from tests.support.company import BIRTH
from tests.support.problems import problem

EDITOR: dict[str, Any] = {"email": "e13@larkfield.example", "role": "editor", "department": "ENG"}
CARD = {"given_name": "Łukasz", "family_name": "Żak"}
#: Field -> what is stored of E05, and something else.
GUESSES = {
    "date_of_birth": (BIRTH.isoformat(), "1971-07-14"),
    "external_id": ("canary-E05", "canary-E5"),
}
HIRED = {"family_name": "New", "hired_on": "2026-06-01", "department": {"code": "WEB"}}
NEW = {"employee_number": "N1", **HIRED}


def answered(response: Any) -> tuple[int, Any]:
    """Status and body, without what names the request."""
    body = response.json
    body.pop("request_id", None)
    return response.status_int, body


@pytest.mark.parametrize("field", GUESSES)
def test_right_and_wrong_guesses_are_answered_alike(own_company: Company, field: str) -> None:
    editor = personal(own_company.app, **EDITOR)
    one, by_number = f"/employees/{own_company.ids['E05']}", "/employees/by-number/E05"
    for query in ("", "?dry_run=1"):
        for headers in ({"if_match": "*"}, {"if_match": '"1-x"'}, {}):
            answers = []
            for guess in (*GUESSES[field], None):
                put, patch = {**CARD, field: guess}, {field: guess}
                parts = [
                    {"method": "PUT", "path": by_number, "body": put, **headers},
                    {"method": "PATCH", "path": one, "body": patch, **headers},
                ]
                answers.append(
                    [
                        answered(editor.put(by_number + query, put, **headers)),
                        answered(editor.patch(one + query, patch, **headers)),
                        *(answered(editor.post(f"/batch{query}", {"operations": [part]})) for part in parts),
                    ]
                )
            assert answers[0] == answers[1] == answers[2]
            assert [status for status, _ in answers[0][:2]] == [403, 403]
    page, form = own_company.client(**EDITOR), edit(own_company, "E05")
    for guess in GUESSES[field]:
        post(page, form, {"version": "1", field: guess}, status=403)
    # What was not sent is left as it is.
    editor.put(by_number, {**CARD, "desk": "7"}, if_match="*", status=200)
    people = service(own_company.app)
    kept = people.get(one).json
    assert (kept["desk"], kept[field]) == ("7", GUESSES[field][0])


def test_identifiers_are_not_guessed_by_hiring(own_company: Company) -> None:
    editor = personal(own_company.app, **EDITOR)
    answers = [
        answered(editor.post(f"/employees{query}", {**NEW, "external_id": guess}))
        for query in ("", "?dry_run=1")
        for guess in GUESSES["external_id"]
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 403


def test_a_mail_address_is_one_persons_by_every_door(own_company: Company) -> None:
    people = service(own_company.app)
    page = own_company.client("e08@larkfield.example", role="people_team")
    one = f"/employees/{own_company.ids['E05']}"
    taken = {"email": "E06@Larkfield.example"}
    card = {**CARD, **taken}
    for answer in (
        people.post("/employees", {**NEW, **taken}),
        people.patch(one, taken, if_match="*"),
        people.put("/employees/by-number/E05", card, if_match="*"),
        people.put("/employees/by-number/N1", {**HIRED, **taken}),
    ):
        problem(answer, 409, place="/email")
        assert "E06" in answer.text
    part = {"method": "PATCH", "path": one, "body": taken, "if_match": "*"}
    assert people.post("/batch", {"operations": [part]}).status_int == 409
    other = {"method": "POST", "path": "/employees", "body": {**NEW, "email": "two@larkfield.example"}}
    twice = [other, {**part, "body": {"email": "TWO@larkfield.example"}}]
    assert [each["status"] for each in people.post("/batch", {"operations": twice}).json["results"]] == [424, 409]
    assert "belongs to" in post(page, edit(own_company, "E05"), {"version": "1", **taken}, status=400).text
    # One's own in another case, and two that are exchanged, are nobody else's.
    people.patch(one, {"email": "E05@larkfield.example"}, if_match="*", status=200)
    six = f"/employees/{own_company.ids['E06']}"
    swap = [
        {"method": "PATCH", "path": one, "body": {"email": "e06@larkfield.example"}, "if_match": "*"},
        {"method": "PATCH", "path": six, "body": {"email": "e05@larkfield.example"}, "if_match": "*"},
    ]
    people.post("/batch", {"operations": swap}, status=200)


def test_where_an_invitation_goes_is_the_people_teams_to_say(own_company: Company) -> None:
    editor = personal(own_company.app, **EDITOR)
    page = own_company.client(**EDITOR)
    mail = {"email": "mine@elsewhere.example"}
    invitable = f"/employees/{own_company.ids['E05']}"
    problem(editor.patch(invitable, mail, if_match="*"), 403, place="/email")
    problem(editor.put("/employees/by-number/E05", {**CARD, **mail}, if_match="*"), 403, place="/email")
    part = {"method": "PATCH", "path": invitable, "body": mail, "if_match": "*"}
    assert editor.post("/batch", {"operations": [part]}).status_int == 403
    post(page, edit(own_company, "E05"), {"version": "1", **mail}, status=403)
    # Without it the card is still theirs, and whoever has an account keeps the address of that.
    editor.put("/employees/by-number/E05", {**CARD, "desk": "7"}, if_match="*", status=200)
    assert service(own_company.app).get(invitable).json["email"] == "e05@larkfield.example"
    own_company.client("e07@larkfield.example")
    editor.patch(f"/employees/{own_company.ids['E07']}", mail, if_match="*", status=200)


# --- scopes ---------------------------------------------------------------------------------------------------

#: What a token that may only write must not be told of E05, and of the people and places around them.
UNREAD = ("Żak", "larkfield", "00 00 05", "1971", "canary", "Platform", "Engineer", "Adaeze", "E05", "Haddad", "Oslo")


def assert_nothing_read(answer: Any, *sent: str) -> None:
    """Nothing that is stored is in an answer, but what was sent."""
    # The name of a request is random: any four digits may stand in it.
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    text = f"{headers}{answer.text}"
    assert not [each for each in UNREAD if each in text and each not in sent], text


def test_a_token_that_only_writes_is_told_nothing(own_company: Company) -> None:
    ids = own_company.ids
    writer = service(own_company.app, name="writer", scopes=[Scope.EMPLOYEES_WRITE])
    one = f"/employees/{ids['E05']}"
    back = {"hired_on": "2026-06-20", "department": {"code": "WEB"}}
    for query in ("?dry_run=1", ""):
        for answer in (
            writer.patch(one + query, {}, if_match="*"),
            writer.patch(one + query, {"desk": "7"}, if_match="*"),
            writer.put(f"/employees/by-number/E05{query}", CARD, if_match="*"),
            writer.post(f"{one}:move{query}", {"effective": "2026-06-20", "fte": 0.5}, if_match="*"),
            writer.post(f"{one}:rehire{query}", back, if_match="*"),
            writer.patch(one + query, {"email": "e06@larkfield.example"}, if_match="*"),
            writer.delete(f"{one}/assignments/1?last_day=2026-06-30{query.replace('?', '&')}", if_match="*"),
            writer.post(f"/batch{query}", {"operations": [
                {"method": "PATCH", "path": one, "body": {"pronouns": "they"}, "if_match": "*"}]}),
            writer.post(f"/employees{query}", {**NEW, "manager": {"employee_number": "E14"}}),
            writer.post(f"/employees{query}", {**NEW, "employee_number": "E05"}),
        ):  # fmt: skip
            assert_nothing_read(answer)
    made = writer.post("/employees", NEW, status=201)
    assert made.json == {"id": int(made.headers["Location"].rpartition("/")[2])}
    # What stands in the way is told by its place.
    told = problem(writer.post("/employees", {**NEW, "employee_number": "E05"}), 409, place="/employee_number")
    assert "what is recorded" in told["detail"]


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body"),
    [
        ([Scope.DEPARTMENTS_WRITE], "PATCH", "/departments/{department}", {}),
        ([Scope.DEPARTMENTS_WRITE], "PATCH", "/departments/{department}", {"about": "New"}),
        ([Scope.DEPARTMENTS_WRITE], "POST", "/departments/{department}:close", {"last_day": "2026-06-30"}),
        ([Scope.DEPARTMENTS_WRITE, Scope.DEPARTMENTS_READ], "POST", "/departments/{department}:close",
         {"last_day": "2026-06-30"}),
        ([Scope.LOCATIONS_WRITE], "PATCH", "/locations/1", {}),
        ([Scope.LOCATIONS_WRITE], "PATCH", "/locations/1", {"address": "New"}),
        ([Scope.CHANGES_UNDO], "POST", "/change-sets/2:undo", {}),
        ([Scope.CHANGES_UNDO], "POST", "/change-sets/1:undo", {}),
        ([Scope.CHANGES_UNDO], "POST", "/change-sets/1:undo", {"partial": True}),
    ],
)  # fmt: skip
def test_departments_locations_and_undos_are_not_read_by_writing(
    own_company: Company, scopes: list[Scope], method: str, path: str, body: dict[str, Any]
) -> None:
    with own_company.engines.read.connect() as conn:
        department = conn.exec_driver_sql("SELECT id FROM department WHERE code = 'PLAT'").scalar()
    writer: Program = service(own_company.app, name="writer", scopes=scopes)
    address = path.format(department=department)
    headers = {} if "undo" in path else {"if_match": "*"}
    for query in ("?dry_run=1", ""):
        assert_nothing_read(writer.send(method, address + query, body, **headers))
