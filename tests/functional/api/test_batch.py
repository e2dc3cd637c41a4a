"""Many changes in one request: as one, or each by itself."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import Company
from tests.support.api import Program, personal, service
from tests.support.api_writes import last_set, sound
from tests.support.problems import problem


@pytest.fixture
def program(own_company: Company) -> Program:
    return service(own_company.app)


def person(number: str, **more: Any) -> dict[str, Any]:
    body = {"employee_number": number, "family_name": number, "hired_on": "2026-06-01", "department": {"code": "LAB"}}
    return {"method": "POST", "path": "/employees", "body": {**body, **more}}


LAB = {
    "method": "POST",
    "path": "/api/v1/departments",
    "body": {"code": "LAB", "name": "Lab", "effective": "2026-06-01", "parent": {"code": "ENG"}},
}


def test_all_as_one(own_company: Company, program: Program) -> None:
    desk = {
        "method": "PATCH",
        "path": f"/employees/{own_company.ids['E05']}",
        "body": {"desk": "1"},
        "if_match": program.get(f"/employees/{own_company.ids['E05']}").headers["ETag"],
    }
    boss = person("N1")
    batch = {"reason": "A lab", "operations": [person("N2", manager={"employee_number": "N1"}), LAB, boss, desk]}
    told = program.post("/batch?dry_run=1", batch, status=200).json
    assert told["possible"] is True
    assert len(told["changes"]) == 4
    response = program.post("/batch", batch, status=200)
    assert response.json["applied"] is True
    assert [each["status"] for each in response.json["results"]] == [201, 201, 201, 200]
    written = last_set(own_company)
    assert written["summary"] == {"join": 2, "create_department": 1, "edit_card": 1}
    assert written["revision"] == response.json["revision"] == int(response.headers["Revision"])
    assert written["reason"] == "A lab"
    for result in response.json["results"]:
        assert result["revision"] == written["revision"]
    first = response.json["results"][0]
    read = program.get(first["location"])
    assert read.headers["ETag"] == first["etag"]
    assert read.json["manager"]["id"] == response.json["results"][2]["id"]
    # The version was changed by it: the same batch is refused, and nothing of it is done.
    again = program.post("/batch", {"operations": [{**desk, "body": {"desk": "2"}}, person("N3")]}, status=412)
    assert [each["status"] for each in again.json["results"]] == [412, 424]
    assert last_set(own_company)["revision"] == written["revision"]
    sound(own_company)


def test_one_that_fails_stops_all(own_company: Company, program: Program) -> None:
    before = last_set(own_company)["revision"]
    batch = {"operations": [LAB, person("E05"), person("N1", manager_id=999_999), person("N2")]}
    response = program.post("/batch", batch)
    assert response.status_int == 409
    statuses = [each["status"] for each in response.json["results"]]
    assert statuses == [424, 409, 422, 424]
    places = [each["problems"][0]["pointer"] for each in response.json["results"] if each.get("problems")]
    assert places == ["/operations/1/body/employee_number", "/operations/2/body/manager_id"]
    told = program.post("/batch?dry_run=1", batch, status=200).json
    assert told["possible"] is False
    assert [each["pointer"] for each in told["problems"]] == places
    batch = {"operations": [LAB, {"method": "POST", "path": "/employees", "body": {}}, person("N2")]}
    response = program.post("/batch", batch)
    assert [each["status"] for each in response.json["results"]] == [424, 422, 424]
    batch = {"operations": [{"method": "POST", "path": "/batch", "body": {}}]}
    assert program.post("/batch", batch).json["results"][0]["problems"][0]["pointer"] == "/operations/0/path"
    assert last_set(own_company)["revision"] == before
    with own_company.engines.read.connect() as conn:
        assert conn.execute(sa.text("SELECT revision FROM counter")).scalar() == before


def test_each_by_itself(own_company: Company, program: Program) -> None:
    before = last_set(own_company)["revision"]
    batch = {
        "atomic": False,
        "operations": [
            LAB,
            person("E05"),
            person("N1", reason="Mine"),
            {"method": "PATCH", "path": "/employees/99999", "body": {"desk": "1"}, "if_match": "*"},
            {"method": "PATCH", "path": f"/employees/{own_company.ids['E05']}", "body": {"desk": "1"}},
            person("N2", manager={"employee_number": "N1"}),
        ],
    }
    response = program.post("/batch", batch, status=200)
    results = response.json["results"]
    assert [each["status"] for each in results] == [201, 409, 201, 404, 428, 201]
    assert [each["revision"] for each in results if "revision" in each] == [before + 1, before + 2, before + 3]
    assert response.json["revision"] is None
    with own_company.engines.read.connect() as conn:
        rows = conn.execute(sa.text("SELECT revision FROM change_set WHERE revision > :r ORDER BY 1"), {"r": before})
        assert list(rows.scalars()) == [before + 1, before + 2, before + 3]
        assert conn.execute(sa.text("SELECT revision FROM counter")).scalar() == before + 3
    sound(own_company)


def test_what_is_no_batch(own_company: Company, program: Program) -> None:
    problem(program.post("/batch", {}), 422, place="/operations")
    problem(program.post("/batch", {"operations": []}), 422)
    problem(program.post("/batch", {"operations": [{"method": "GET", "path": "/employees"}]}), 422)
    problem(program.post("/batch", {"operations": [LAB] * 501}), 422)
    reads = service(own_company.app, name="reads", scopes=["employees:write"])
    told = reads.post("/batch", {"operations": [LAB]}, status=403).json
    assert "departments:write" in told["results"][0]["detail"]
    ordinary = personal(own_company.app, "e12@larkfield.example")
    assert ordinary.post("/batch", {"operations": [LAB, person("N1")]}, status=403).json["applied"] is False
    own = {"method": "PATCH", "path": f"/employees/{own_company.ids['E12']}", "body": {"desk": "1"}, "if_match": "*"}
    assert ordinary.post("/batch", {"operations": [own]}, status=200).json["applied"] is True
