"""Changing things by the API: verbs, versions, plans, problems, undo."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import Company
from tests.support.api import Program, personal, service
from tests.support.api_writes import NEW, department, last_set, new, sound
from tests.support.problems import problem


@pytest.fixture
def program(own_company: Company) -> Program:
    return service(own_company.app)


def test_somebody_is_hired(own_company: Company, program: Program) -> None:
    response = program.post("/employees", new(own_company, reason="Grows"), status=201)
    made = response.json
    assert made["name"] == "Ada Newcomer"
    assert made["department"]["name"] == "Platform"
    assert made["manager"]["id"] == own_company.ids["E03"]
    assert made["job_title"] == "Engineer"
    assert response.headers["Location"].endswith(f"/api/v1/employees/{made['id']}")
    read = program.get(f"/employees/{made['id']}")
    assert read.json == made
    assert read.headers["ETag"] == response.headers["ETag"]
    written = last_set(own_company)
    assert (written["author"], written["source"], written["reason"]) == ("service: sync", "api", "Grows")
    assert str(written["revision"]) == response.headers["Revision"]
    assert written["summary"] == {"join": 1}
    assert written["request_id"] == response.headers["X-Request-ID"]
    sound(own_company)


def test_references_come_in_every_way(own_company: Company, program: Program) -> None:
    body = {
        **NEW,
        "department": {"code": "WEB"},
        "manager": {"employee_number": "E04"},
        "location": {"code": "OSL"},
        "skills": ["Python", "Rowing"],
        "languages": ["Norwegian"],
        "fte": 0.5,
    }
    made = program.post("/employees", body, status=201).json
    assert made["department"]["name"] == "Web"
    assert made["location"]["name"] == "Oslo"
    assert made["manager"]["id"] == own_company.ids["E04"]
    assert [each["name"] for each in made["skills"]] == ["Python", "Rowing"]
    assert made["fte"] == 0.5
    sound(own_company)


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"employee_number": "E05"}, 409, "/employee_number"),
        ({"email": "e05@larkfield.example"}, 409, "/email"),
        ({"email": "nobody"}, 422, "/email"),
        ({"job_title": ""}, 422, "/job_title"),
        ({"date_of_birth": "2099-01-01"}, 422, "/date_of_birth"),
        ({"date_of_birth": 7}, 422, "/date_of_birth"),
        ({"department_id": 999_999}, 422, "/department_id"),
        ({"department_id": "1"}, 422, "/department_id"),
        ({"department_id": True}, 422, "/department_id"),
        ({"department": {"code": "PLAT"}}, 422, ""),
        ({"manager_id": 999_999}, 422, "/manager_id"),
        ({"hired_on": "2014-01-01"}, 422, "/department_id"),
        ({"hired_on": None}, 422, "/hired_on"),
        ({"surname": "x"}, 422, "/surname"),
        ({"skills": "Python, SQL"}, 422, "/skills"),
        ({"portrait": "0" * 32}, 422, "/portrait"),
        ({"until": "2026-01-01"}, 422, "/until"),
    ],
)
def test_what_can_not_be_hired(
    own_company: Company, program: Program, change: dict[str, Any], status: int, place: str
) -> None:
    before = last_set(own_company)["revision"]
    told = problem(program.post("/employees", new(own_company, **change)), status, place=place)
    assert told["problems"]
    assert last_set(own_company)["revision"] == before


def test_a_plan_is_told_and_nothing_written(own_company: Company, program: Program) -> None:
    before = last_set(own_company)["revision"]
    told = program.post("/employees?dry_run=1", new(own_company), status=200).json
    assert told["possible"] is True
    assert any("Platform" in each["text"] for each in told["differences"])
    assert told["changes"][0]["fields"]["email"] == [None, "ada@larkfield.example"]
    assert {row["fact"] for row in told["changes"][0]["rows"]} == {"employment", "assignment", "reporting_line"}
    told = program.post("/employees?dry_run=1", new(own_company, employee_number="E05"), status=200).json
    assert told["possible"] is False
    assert told["problems"][0]["pointer"] == "/employee_number"
    assert told["differences"] == []
    assert last_set(own_company)["revision"] == before


def test_a_card_is_edited(own_company: Company, program: Program) -> None:
    path = f"/employees/{own_company.ids['E05']}"
    tag = program.get(path).headers["ETag"]
    response = program.patch(path, {"phone": "+47 99 99 99 99", "pronouns": "they/them"}, if_match=tag, status=200)
    assert response.json["phone"] == "+47 99 99 99 99"
    assert response.headers["ETag"] != tag
    # Null clears, in either content type; what says nothing new makes no change set.
    response = program.patch(
        path,
        {"pronouns": None},
        if_match=response.headers["ETag"],
        content_type="application/merge-patch+json",
        status=200,
    )
    assert response.json["pronouns"] is None
    again = program.patch(path, {"pronouns": None}, if_match="*", status=200)
    assert "Revision" not in again.headers
    sound(own_company)


def test_versions_are_needed_and_must_be_right(own_company: Company, program: Program) -> None:
    path = f"/employees/{own_company.ids['E05']}"
    tag = program.get(path).headers["ETag"]
    problem(program.patch(path, {"desk": "1"}), 428, kind="version-needed")
    # What happens elsewhere does not matter.
    program.patch(f"/employees/{own_company.ids['E06']}", {"desk": "2"}, if_match="*", status=200)
    program.patch(path, {"desk": "1"}, if_match=tag, status=200)
    response = program.patch(path, {"desk": "3"}, if_match=tag)
    problem(response, 412, kind="version-changed")
    assert response.headers["ETag"] == program.get(path).headers["ETag"]
    problem(program.patch(path, {"desk": "3"}, if_match='"nonsense"'), 412)
    problem(program.patch(path, {"desk": "3"}, if_match=f"W/{response.headers['ETag']}"), 412)
    problem(program.patch(path, {"desk": "3"}, if_match='"999999999-x"'), 412)
    assert program.get(path).json["desk"] == "1"


def test_who_passes_to_another_manager_was_touched(own_company: Company, program: Program) -> None:
    path = f"/employees/{own_company.ids['E05']}"
    tag = program.get(path).headers["ETag"]
    program.post(f"/employees/{own_company.ids['E03']}:leave", {"last_day": "2026-06-30"}, if_match="*", status=200)
    problem(program.patch(path, {"desk": "1"}, if_match=tag), 412)


@pytest.mark.long
def test_two_edits_of_one_version(own_company: Company) -> None:
    """200 rounds of two edits with the same tag: one wins each time, none is lost."""
    path = f"/employees/{own_company.ids['E05']}"
    programs = [service(own_company.app, name=f"s{number}") for number in range(2)]
    for turn in range(200):
        tag = programs[0].get(path).headers["ETag"]
        answers: list[Any] = [None, None]
        start = threading.Barrier(2)

        def edit(number: int, desk: str, tag: str = tag, answers: list[Any] = answers, start: Any = start) -> None:
            start.wait()
            answers[number] = programs[number].patch(path, {"desk": desk}, if_match=tag)

        threads = [threading.Thread(target=edit, args=(number, f"{turn}.{number}")) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(each.status_int for each in answers) == [200, 412], [each.text for each in answers]
        winner = next(number for number, each in enumerate(answers) if each.status_int == 200)
        assert programs[0].get(path).json["desk"] == f"{turn}.{winner}"
    with own_company.engines.read.connect() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM change_item WHERE verb = 'edit_card'")).scalar() == 200


def test_by_number(own_company: Company, program: Program) -> None:
    body = {name: value for name, value in new(own_company).items() if name != "employee_number"}
    made = program.put("/employees/by-number/N7", body, status=201)
    assert made.json["employee_number"] == "N7"
    problem(program.put("/employees/by-number/N7", body), 428)
    problem(program.put("/employees/by-number/N7", body, if_none_match="*"), 412)
    tag = made.headers["ETag"]
    again = program.put("/employees/by-number/N7", body, if_match=tag, status=200)
    assert "Revision" not in again.headers
    body = {"given_name": "Ada", "family_name": "Known", "department": {"code": "WEB"}, "effective": "2026-06-10"}
    changed = program.put("/employees/by-number/N7", body, if_match=tag, status=200).json
    assert changed["name"] == "Ada Known"
    assert changed["email"] is None
    assert changed["department"]["name"] == "Web"
    problem(program.put("/employees/by-number/N8", {"family_name": "X"}), 422, place="/hired_on")
    sound(own_company)


def test_the_named_actions(own_company: Company, program: Program) -> None:
    ids = own_company.ids
    told = program.post(
        f"/employees/{ids['E05']}:move",
        {"effective": "2026-06-15", "department": {"code": "WEB"}, "job_title": "Lead", "location_id": None},
        if_match="*",
        status=200,
    ).json
    assert (told["department"]["name"], told["job_title"], told["location"]) == ("Web", "Lead", None)
    told = program.post(
        f"/employees/{ids['E05']}:change-manager",
        {"effective": "2026-06-15", "manager": {"employee_number": "E04"}},
        if_match="*",
        status=200,
    ).json
    assert told["manager"]["id"] == ids["E04"]
    program.post(
        f"/employees/{ids['E05']}:add-assignment",
        {"effective": "2026-06-15", "department": {"code": "SALES"}, "fte": 0.1},
        if_match="*",
        status=200,
    )
    with own_company.engines.read.connect() as conn:
        second = conn.execute(
            sa.text(
                "SELECT assignment_id FROM assignment WHERE employee_id = :id AND NOT is_primary"
                " AND superseded_in > 1000000"
            ),
            {"id": ids["E05"]},
        ).scalar_one()
    told = program.post(
        f"/employees/{ids['E05']}:make-primary",
        {"effective": "2026-06-15", "assignment": second},
        if_match="*",
        status=200,
    ).json
    assert told["department"]["name"] == "Sales"
    told = program.post(
        f"/employees/{ids['E05']}:correct",
        {
            "fact": "assignment",
            "on": "2026-06-15",
            "assignment": second,
            "changes": {"job_title": "Translator", "department": {"code": "WEB"}},
        },
        if_match="*",
        status=200,
    ).json
    assert told["job_title"] == "Translator"
    program.post(f"/employees/{ids['E07']}:leave", {"last_day": "2026-06-20"}, if_match="*", status=200)
    told = program.post(
        f"/employees/{ids['E07']}:rehire",
        {"hired_on": "2026-09-01", "department": {"code": "WEB"}, "manager_id": ids["E04"]},
        if_match="*",
        status=200,
    ).json
    assert told["left_on"] == "2026-06-20"
    problem(
        program.post(
            f"/employees/{ids['E05']}:correct",
            {"fact": "assignment", "on": "2026-06-15", "changes": {"department_id": 999_999}},
            if_match="*",
        ),
        422,
        place="/changes/department_id",
    )
    sound(own_company)


def test_ends_by_delete(own_company: Company, program: Program) -> None:
    ids = own_company.ids
    with own_company.engines.read.connect() as conn:
        rows = conn.execute(
            sa.text(
                "SELECT id FROM reporting_line WHERE employee_id = :id AND kind = 'dotted' AND superseded_in > 1000000"
            ),
            {"id": ids["E08"]},
        )
        line = rows.scalar_one()
    path = f"/employees/{ids['E08']}/reporting-lines/{line}"
    problem(program.delete(path, if_match="*"), 400, place="last_day")
    problem(program.delete(f"{path}?last_day=2026-06-30"), 428)
    told = program.delete(f"{path}?last_day=2026-06-30&dry_run=1", status=200).json
    assert "no longer has a dotted line to" in told["differences"][0]["text"]
    program.delete(f"{path}?last_day=2026-06-30", if_match="*", status=200)
    problem(program.delete(f"/employees/{ids['E08']}/reporting-lines/99999?last_day=2026-06-30", if_match="*"), 404)


def test_departments_and_locations(own_company: Company, program: Program) -> None:
    body = {"code": "LAB", "name": "Laboratory", "effective": "2026-06-01", "parent": {"code": "ENG"}}
    made = program.post("/departments", body, status=201)
    path = f"/departments/{made.json['id']}"
    assert made.headers["Location"].endswith(path)
    problem(program.post("/departments", body), 409, place="/code")
    tag = made.headers["ETag"]
    program.patch(path, {"about": "We try things."}, if_match=tag, status=200)
    problem(program.patch(path, {"about": "Other."}, if_match=tag), 412)
    renamed = program.post(f"{path}:rename", {"name": "Lab", "effective": "2026-06-15"}, if_match="*", status=200)
    assert renamed.json["name"] == "Lab"
    moved = program.post(
        f"{path}:move", {"effective": "2026-06-15", "parent": {"code": "SALES"}}, if_match="*", status=200
    )
    assert moved.json["parent_id"] == department(own_company, "SALES")
    program.post(f"{path}:correct", {"on": "2026-06-15", "name": "The Lab"}, if_match="*", status=200)
    program.post(f"{path}:close", {"last_day": "2026-12-31"}, if_match="*", status=200)
    problem(
        program.post(f"/departments/{department(own_company, 'ENG')}:close", {"last_day": "2026-12-31"}, if_match="*"),
        422,
    )
    place = program.post("/locations", {"code": "BGO", "name": "Bergen", "country": "NO"}, status=201)
    path = f"/locations/{place.json['id']}"
    changed = program.patch(path, {"city": "Bergen", "country": None}, if_match=place.headers["ETag"], status=200)
    assert (changed.json["city"], changed.json["country"]) == ("Bergen", None)
    problem(program.patch(path, {"city": "X"}, if_match=place.headers["ETag"]), 412)
    problem(program.patch(path, {"time_zone": "Nowhere/At"}, if_match="*"), 422, place="/time_zone")
    sound(own_company)


def test_what_is_not_there(own_company: Company, program: Program) -> None:
    problem(program.patch("/employees/99999", {"desk": "1"}, if_match="*"), 404)
    problem(program.post("/departments/99999:close", {"last_day": "2026-12-31"}, if_match="*"), 404)
    problem(program.patch("/locations/99999", {"city": "1"}, if_match="*"), 404)
    problem(program.post(f"/employees/{own_company.ids['E05']}:dance", {}, if_match="*"), 404)


def test_a_change_set_is_taken_back(own_company: Company, program: Program) -> None:
    made = program.post("/employees", new(own_company), status=201)
    revision = made.headers["Revision"]
    told = program.post(f"/change-sets/{revision}:undo?dry_run=1", {}, status=200).json
    assert told["possible"] is True
    assert told["differences"]
    undone = program.post(f"/change-sets/{revision}:undo", {"reason": "A mistake"}, status=200)
    assert undone.json["undoes"] == int(revision)
    assert last_set(own_company)["undoes"] == int(revision)
    assert last_set(own_company)["reason"] == "A mistake"
    program.get(f"/employees/{made.json['id']}", status=404)
    problem(program.post("/change-sets/99999:undo", {}), 404)
    path = f"/employees/{own_company.ids['E05']}"
    first = program.patch(path, {"desk": "1", "pronouns": "she/her"}, if_match="*", status=200).headers["Revision"]
    program.patch(path, {"desk": "2"}, if_match="*", status=200)
    problem(program.post(f"/change-sets/{first}:undo", {}), 409, kind="changed-since")
    ordinary = personal(own_company.app, "e12@larkfield.example")
    problem(ordinary.post(f"/change-sets/{first}:undo", {}), 403)
    sound(own_company)
