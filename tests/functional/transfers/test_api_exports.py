"""Exports by programs: made in the background, as whoever asked may see the list when it is made."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from myproject.accounts.access import access_changed
from myproject.directory.schema.fields import FIELDS
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState
from tests.conftest import Company
from tests.support.api import Program, personal, service
from tests.support.problems import problem


@pytest.fixture
def program(own_company: Company) -> Program:
    return service(own_company.app)


def exported(company: Company, program: Program, query: str = "") -> dict[str, Any]:
    """Ask for a file, have it made, and ask what became of it."""
    started = program.post(f"/exports{query}", {}, status=202)
    company.app.registry.jobs.drain()
    told: dict[str, Any] = program.get(started.headers["Location"]).json
    return told


def content(program: Program, told: dict[str, Any]) -> bytes:
    (file,) = told["files"]
    response = program.get(file["href"])
    assert response.content_type == file["media_type"]
    assert response.content_length == file["size"] == len(response.body)
    body: bytes = response.body
    return body


@pytest.mark.parametrize("query", ["", "?department=ENG&sort=-hired_on", "?as_of=2020-01-01", "?q=engineer"])
def test_it_holds_what_the_list_as_a_file_holds(own_company: Company, program: Program, query: str) -> None:
    at_once = program.get(f"/employees{query}{'&' if query else '?'}format=csv").body
    told = exported(own_company, program, query)
    assert content(program, told) == at_once
    assert told["result"]["people"] == len(list(csv.reader(io.StringIO(at_once.decode("utf-8-sig"))))) - 1
    assert told["progress"]["done"] == told["progress"]["of"] == told["result"]["people"]


def test_a_workbook_has_days_and_numbers(own_company: Company, program: Program, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(content(program, exported(own_company, program, "?format=xlsx")))
    heading, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    table = list(csv.DictReader(io.StringIO(program.get("/employees?format=csv").body.decode("utf-8-sig"))))
    assert list(heading) == list(table[0])
    for row, line in zip(rows, table, strict=True):
        for name, value in zip(heading, row, strict=True):
            text = "" if value is None else value.date().isoformat() if hasattr(value, "date") else str(value)
            assert text == line[name]
    cells = dict(zip(heading, rows[0], strict=True))
    assert cells[FIELDS["hired_on"].label].year > 2000


def test_a_workbook_comes_back_as_no_change(own_company: Company, program: Program) -> None:
    file = content(program, exported(own_company, program, "?format=xlsx"))
    started = program.upload("/imports", [("file", "people.xlsx", file)], status=202)
    own_company.app.registry.jobs.drain()
    told = program.get(started.headers["Location"]).json
    assert told["result"]["outcome"] == "unchanged", told
    assert (told["result"]["new"], told["result"]["changed"]) == (0, 0)


def test_a_file_is_in_the_audit_log(own_company: Company, program: Program) -> None:
    exported(own_company, program, "?department=ENG")
    with own_company.engines.read.connect() as conn:
        details = conn.execute(
            sa.text("SELECT details FROM audit_event WHERE event = 'directory.exported' ORDER BY id DESC LIMIT 1")
        ).scalar_one()
    assert '"ENG"' in str(details).replace("'", '"')


def test_it_is_made_by_the_rights_of_the_moment(own_company: Company) -> None:
    """Whoever has lost a role since gets what is left to them."""
    owner = personal(own_company.app, "e12@larkfield.example", role="people_team")
    started = owner.post("/exports", {}, status=202)
    with own_company.engines.begin() as conn:
        conn.execute(sa.text("DELETE FROM role_grant"))
        access_changed(conn)
    own_company.app.registry.jobs.drain()
    file = content(owner, owner.get(started.headers["Location"]).json)
    assert file == owner.get("/employees?format=csv").body


def test_what_is_no_export(own_company: Company, program: Program) -> None:
    problem(program.post("/exports?department=nowhere", {}), 400, place="department")
    problem(program.post("/exports?format=pdf", {}), 400, place="format")
    problem(program.post("/exports?q=a+b+c+d+e+f+g+h+i+j", {}), 400, place="q")
    problem(program.post("/exports?limit=5", {}), 400, place="limit")
    problem(service(own_company.app, name="writes", scopes=["employees:write"]).post("/exports", {}), 403)
    with own_company.engines.read.connect() as conn:
        assert ledger.newest(conn, kind="transfers.export") == []


def test_a_token_of_a_department_gets_that_department(own_company: Company) -> None:
    bound = service(own_company.app, name="bound", department="ENG")
    assert content(bound, exported(own_company, bound)) == bound.get("/employees?format=csv").body
    with own_company.engines.read.connect() as conn:
        (job,) = ledger.newest(conn, kind="transfers.export")
    assert job.state == JobState.DONE
