"""Tokens that are bound to a department: what they may write, and what leads out of it, today."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeManager, CloseDepartment, EditCard, Move, MoveDepartment
from tests.conftest import Company
from tests.support.api import personal, service
from tests.support.bound_tokens import INSIDE, SECRETS, lay_out, numbers, write
from tests.support.company import TODAY
from tests.support.problems import problem


def test_what_may_be_written(own_company: Company) -> None:
    program = service(own_company.app, department="ENG")
    ids = own_company.ids
    program.patch(f"/employees/{ids['E05']}", {"desk": "7"}, if_match="*", status=200)
    moved = {"effective": "2026-06-20", "department": {"code": "WEB"}, "job_title": "Lead"}
    told = program.post(f"/employees/{ids['E05']}:move?dry_run=1", moved)
    assert told.json["changes"][0]["id"] == ids["E05"]
    program.post(f"/employees/{ids['E05']}:move", moved, if_match="*", status=200)
    hired = {
        "employee_number": "N1", "family_name": "New", "hired_on": "2026-06-01", "department": {"code": "PLAT"},
        "manager": {"employee_number": "E03"},
    }  # fmt: skip
    told = program.post("/employees?dry_run=1", hired, status=200)
    assert told.json["changes"][0]["new"]
    assert "New" in told.json["differences"][0]["name"]
    made = program.post("/employees", hired, status=201)
    assert made.json["department"]["name"] == "Platform"
    assert program.get(f"/employees/{made.json['id']}").json["name"] == "New"
    program.post("/departments", {"code": "OPS", "name": "Operations", "effective": "2026-06-01",
                                  "parent": {"code": "ENG"}}, status=201)  # fmt: skip
    batch = [
        {"method": "POST", "path": "/departments", "body": {
            "code": "NET", "name": "Network", "effective": "2026-06-01", "parent": {"code": "PLAT"}}},
        {"method": "PUT", "path": "/employees/by-number/N2", "body": {
            "family_name": "Second", "hired_on": "2026-06-02", "department": {"code": "NET"}}},
    ]  # fmt: skip
    done = program.post("/batch", {"operations": batch}, status=200)
    assert done.json["applied"]
    top = program.get("/departments?name=engineering").json["items"][0]["id"]
    program.post(f"/departments/{top}:rename", {"effective": "2026-06-20", "name": "Makers"}, if_match="*", status=200)
    undone = program.post(f"/change-sets/{done.json['revision']}:undo", {}, status=200)
    assert undone.json["revision"]


def test_what_leads_out_is_refused(own_company: Company) -> None:
    lay_out(own_company)
    program = service(own_company.app, department="ENG")
    ids = own_company.ids
    before = _revision(own_company)
    departments = {each["code"]: each["id"] for each in program.get("/departments?limit=200").json["items"]}
    day = {"effective": "2026-06-20"}
    hire = {"employee_number": "N1", "family_name": "New", "hired_on": "2026-06-01"}
    inside, second = f"/employees/{ids['E05']}", f"/employees/{ids['E10']}"
    refused: list[tuple[int, str, str, Any]] = [
        (403, "POST", f"{inside}:move", {**day, "department": {"code": "SALES"}}),
        (403, "POST", f"{inside}:move", {**day, "department_id": departments["LARK"]}),
        (403, "POST", f"{inside}:add-assignment", {**day, "department": {"code": "SALES"}}),
        (422, "POST", f"{inside}:change-manager", {**day, "manager": {"employee_number": "E09"}}),
        (422, "POST", f"{inside}:leave", {"last_day": "2026-07-31", "hand_over_to": {"employee_number": "E09"}}),
        (403, "POST", f"{inside}:correct", {"on": "2026-06-15", "fact": "assignment",
                                            "changes": {"department": {"code": "SALES"}}}),
        # Known by a second role: whose first one is elsewhere is written elsewhere.
        (403, "PATCH", second, {"desk": "7"}),
        (403, "POST", f"{second}:leave", {"last_day": "2026-07-31"}),
        (403, "POST", f"{second}:change-audience", {"audience": "people_team"}),
        (404, "PATCH", f"/employees/{ids['E09']}", {"desk": "7"}),
        (404, "POST", f"/employees/{ids['E11']}:rehire", {"hired_on": "2026-06-20", "department": {"code": "WEB"}}),
        # As a number that nobody has: somebody new needs a first day.
        (422, "PUT", "/employees/by-number/E09", {"family_name": "X", "given_name": "Y"}),
        (403, "POST", "/employees", {**hire, "department": {"code": "SALES"}}),
        (403, "PUT", "/employees/by-number/N1", {"family_name": "X", "hired_on": "2026-06-01",
                                                 "department": {"code": "LARK"}}),
        (422, "POST", "/employees", {**hire, "department": {"code": "WEB"}, "manager": {"employee_number": "E01"}}),
        (409, "POST", "/employees", {**hire, "employee_number": "E09", "department": {"code": "WEB"}}),
        (409, "POST", "/employees", {**hire, "external_id": "canary-E09", "department": {"code": "WEB"}}),
        (403, "POST", "/locations", {"code": "NEW", "name": "New"}),
        (403, "PATCH", "/locations/1", {"city": "Elsewhere"}),
        (403, "POST", "/departments", {"code": "NEW", "name": "New", **day}),
        (403, "POST", "/departments", {"code": "NEW", "name": "New", **day, "parent": {"code": "SALES"}}),
        (403, "PATCH", f"/departments/{departments['SALES']}", {"about": "Nothing"}),
        (403, "POST", f"/departments/{departments['PLAT']}:move", {**day, "parent": {"code": "SALES"}}),
        (403, "POST", f"/departments/{departments['ENG']}:move", {**day, "parent": {"code": "WEB"}}),
        (403, "POST", f"/departments/{departments['SALES']}:rename", {**day, "name": "Mine"}),
        (403, "POST", "/change-sets/1:undo", {}),
    ]  # fmt: skip
    refused += [
        (status if status != 404 else 404, "POST", "/batch", {"operations": [{"method": m, "path": p, "body": b}]})
        for status, m, p, b in refused
        if "undo" not in p
    ]
    for status, method, path, body in refused:
        for dry in ("", "?dry_run=1"):
            headers = {"if_match": "*"} if path != "/batch" else {}
            if path == "/batch":
                body["operations"][0]["if_match"] = "*"
            answer = program.send(method, path + dry, body, **headers)
            sent = str(body)
            leaked = [secret for secret in SECRETS if secret in answer.text and secret not in sent]
            assert not leaked, (path, body, leaked)
            if dry and answer.status_int == 200:
                assert answer.json["possible"] is False, (path, body, answer.text)
                assert answer.json["changes"] == []
            else:
                assert answer.status_int == status, (path + dry, body, answer.text)
    assert _revision(own_company) == before


def _revision(company: Company) -> int:
    with company.engines.read.connect() as conn:
        return int(conn.execute(sa.text("SELECT revision FROM counter")).scalar_one())


def test_what_a_change_brings_along_is_looked_at_too(own_company: Company) -> None:
    """Somebody outside who reports to somebody inside would pass on; a second job elsewhere would end."""
    program = service(own_company.app, department="ENG")
    ids = own_company.ids
    write(own_company, ChangeManager(employee="E13", manager="E04", on=date(2026, 6, 1)))
    before = _revision(own_company)
    leaves = {"last_day": "2026-07-31", "hand_over_to": {"employee_number": "E03"}}
    for dry in ("?dry_run=1", ""):
        answer = program.post(f"/employees/{ids['E04']}:leave{dry}", leaves, if_match="*")
        assert answer.status_int == 403, answer.text
        assert "Rehired" not in answer.text
    parts = [
        {"method": "POST", "path": f"/employees/{ids['E04']}:leave", "body": leaves, "if_match": "*"},
        {"method": "PATCH", "path": f"/employees/{ids['E05']}", "body": {"desk": "9"}, "if_match": "*"},
    ]
    done = program.post("/batch", {"operations": parts, "atomic": False}, status=200).json
    assert [each["status"] for each in done["results"]] == [403, 200]
    assert program.post("/batch", {"operations": parts}).status_int == 403
    assert _revision(own_company) == before + 1
    # A change set that is seen in part, and one that came from outside, are not taken back.
    mixed = write(
        own_company,
        EditCard(employee="E13", changes=Card(desk="1")),
        EditCard(employee="E05", changes=Card(desk="1")),
    )
    for dry in ("?dry_run=1", ""):
        problem(program.post(f"/change-sets/{mixed}:undo{dry}", {"partial": True}), 403)
    came = write(own_company, Move(employee="E13", on=TODAY, department="WEB"))
    for dry in ("?dry_run=1", ""):
        problem(program.post(f"/change-sets/{came}:undo{dry}", {"partial": True}), 403)
    assert _revision(own_company) == came


def test_it_is_never_more_than_its_owner(own_company: Company) -> None:
    ids = own_company.ids
    editor = personal(own_company.app, "e13@larkfield.example", role="editor", department="PLAT", within="ENG")
    assert numbers(own_company, editor.get("/employees?limit=200")) == set(INSIDE)
    editor.patch(f"/employees/{ids['E05']}", {"desk": "7"}, if_match="*", status=200)
    problem(editor.patch(f"/employees/{ids['E12']}", {"desk": "7"}, if_match="*"), 403)
    elsewhere = personal(own_company.app, "e12@larkfield.example", role="editor", department="ENG", within="SALES")
    problem(elsewhere.patch(f"/employees/{ids['E05']}", {"desk": "7"}, if_match="*"), 404)
    problem(elsewhere.patch(f"/employees/{ids['E10']}", {"desk": "7"}, if_match="*"), 403)
    assert elsewhere.get("/me").json["employee"] is None
    assert elsewhere.get("/me").json["department"]["name"] == "Sales"
    problem(elsewhere.patch(f"/employees/{ids['E12']}", {"mobile": "+47 41 41 41 41"}, if_match="*"), 404)


def test_rights_follow_the_organisation_of_today(own_company: Company, travel: Any) -> None:
    program = service(own_company.app, department="PLAT")
    assert numbers(own_company, program.get("/employees")) == {"E03", "E05", "E06"}
    # Who was there, or will be, is not there today.
    assert numbers(own_company, program.get("/employees?as_of=2026-09-15")) == {"E03", "E05", "E06"}
    travel(own_company.app, "2026-07-02T08:00Z")
    assert numbers(own_company, program.get("/employees")) == {"E03", "E05", "E06", "E07"}
    write(own_company, MoveDepartment(department="WEB", parent="PLAT", on=TODAY))
    assert "E04" in numbers(own_company, program.get("/employees"))
    write(own_company, MoveDepartment(department="WEB", parent="SALES", on=TODAY))
    assert numbers(own_company, program.get("/employees")) == {"E03", "E05", "E06", "E07"}


def test_a_department_that_is_closed_opens_nothing(own_company: Company, travel: Any) -> None:
    program = service(own_company.app, department="PEOPLE")
    assert numbers(own_company, program.get("/employees")) == {"E08"}
    write(
        own_company,
        Move(employee="E08", on=date(2026, 7, 1), department="LARK"),
        CloseDepartment(department="PEOPLE", last_day=date(2026, 6, 30)),
    )
    assert numbers(own_company, program.get("/employees")) == {"E08"}
    travel(own_company.app, "2026-07-01T08:00Z")
    for path in ("/employees", "/employees?as_of=2026-06-15", "/employees?q=noor", "/assignments", "/reporting-lines"):
        assert program.get(path).json["items"] == [], path
    assert program.get("/employees?count=exact").json["total"] == 0
    assert program.get("/chart").json["items"] == []
    assert program.get("/me").json["department"]["name"] == "People"
    body = {"employee_number": "N1", "family_name": "New", "hired_on": "2026-07-01", "department": {"code": "PEOPLE"}}
    assert program.post("/employees", body).status_int in (403, 422)
