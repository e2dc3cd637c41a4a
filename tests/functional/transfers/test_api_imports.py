"""Imports by programs: sent, done in the background, told, and limited to what whoever asks may know and change."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts.access import access_changed
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeAudience, EditCard
from myproject.jobs import files, ledger
from myproject.jobs.ledger import JobState
from myproject.models.employee import Employee
from tests.conftest import Company
from tests.support.accounts import ORIGIN
from tests.support.api import Program, personal, service
from tests.support.api_writes import last_set, sound
from tests.support.company import TODAY
from tests.support.problems import problem

CSV = "Employee number,Given name,Family name,Department,Desk\nE05,,,,7\nN1,New,Person,Engineering,8\n"
LATER = datetime(2027, 1, 1, tzinfo=UTC)
_E = Employee.__table__


@pytest.fixture
def program(own_company: Company) -> Program:
    return service(own_company.app)


def done(company: Company) -> None:
    company.app.registry.jobs.drain()


def imported(company: Company, program: Program, text: str = CSV, query: str = "", **more: Any) -> dict[str, Any]:
    """Send a file, have it imported, and ask what became of it."""
    started = program.upload(f"/imports{query}", [("file", "people.csv", text.encode())], status=202, **more)
    assert started.json["state"] == "due"
    done(company)
    told: dict[str, Any] = program.get(started.headers["Location"]).json
    return told


def table(program: Program, told: dict[str, Any], name: str) -> list[dict[str, str]]:
    (href,) = [each["href"] for each in told["files"] if each["name"] == name]
    return list(csv.DictReader(io.StringIO(program.get(href).body.decode("utf-8-sig"))))


def apply_now(company: Company, *verbs: Any) -> None:
    with company.engines.begin() as conn:
        apply(conn, verbs, today=TODAY, author="test", source="cli")


def test_a_file_becomes_a_change_set(own_company: Company, program: Program) -> None:
    told = imported(own_company, program, query="?reason=The+new+lab")
    assert told["state"] == "done"
    assert told["result"]["outcome"] == "applied"
    assert (told["result"]["new"], told["result"]["changed"]) == (1, 1)
    written = last_set(own_company)
    assert told["result"]["revision"] == written["revision"]
    assert (written["reason"], written["source"], written["author"]) == ("The new lab", "import", "service: sync")
    assert {row["change"] for row in table(program, told, "changes.csv")} == {"join", "edit card"}
    assert {row["level"] for row in table(program, told, "report.csv")} == {"noted"}
    sound(own_company)


def test_a_dry_run_writes_nothing(own_company: Company, program: Program) -> None:
    before = last_set(own_company)["revision"]
    told = imported(own_company, program, query="?dry_run=1")
    assert (told["result"]["outcome"], told["result"]["revision"]) == ("dry_run", None)
    assert told["result"]["new"] == 1
    assert len(table(program, told, "changes.csv")) == 2
    assert last_set(own_company)["revision"] == before


def test_what_is_refused_is_told_with_its_place(own_company: Company, program: Program) -> None:
    bad = CSV + "N2,,,Engineering,9\n"
    told = imported(own_company, program, bad)
    assert (told["result"]["outcome"], told["result"]["revision"]) == ("refused", None)
    (row,) = [row for row in table(program, told, "report.csv") if row["level"] == "refused"]
    assert (row["row"], row["column"]) == ("4", "Family name")
    assert imported(own_company, program, bad, "?good_rows=1")["result"]["outcome"] == "applied"
    stopped = imported(own_company, program, "no,heading\n1,2\n")["result"]
    assert stopped["outcome"] == "stopped"
    assert stopped["message"]
    assert stopped["remedy"]


def test_it_is_done_once_however_often_it_is_sent(own_company: Company, program: Program) -> None:
    first = program.upload("/imports", [("file", "a.csv", CSV.encode())], status=202, idempotency_key="one")
    again = program.upload("/imports", [("file", "a.csv", CSV.encode())], status=202, idempotency_key="one")
    assert again.json == first.json
    other = program.upload("/imports", [("file", "a.csv", b"x")], idempotency_key="one")
    problem(other, 422, kind="idempotency-key-reused")
    with own_company.engines.read.connect() as conn:
        assert len(ledger.newest(conn, kind="transfers.import")) == 1


def test_a_job_that_is_cancelled_writes_nothing(own_company: Company, program: Program) -> None:
    before = last_set(own_company)["revision"]
    started = program.upload("/imports", [("file", "a.csv", CSV.encode())], status=202)
    address = started.headers["Location"]
    assert program.post(f"{address}:cancel", {}, status=200).json["state"] == "cancelled"
    problem(program.post(f"{address}:cancel", {}), 409)
    done(own_company)
    assert last_set(own_company)["revision"] == before


def test_several_files_and_a_mapping(own_company: Company, program: Program) -> None:
    mapping = b"""
[sheets.people]
file = "people.csv"
[sheets.places]
file = "places.csv"
[departments]
sheet = "places"
code = "code"
name = "name"
parent = "above"
[employees]
sheet = "people"
employee_number = "nr"
family_name = "name"
department = "place"
"""
    parts = [
        ("file", "people.csv", b"nr,name,place\nN1,Lab person,LAB\n"),
        ("file", "places.csv", b"code,name,above\nLAB,Lab,ENG\n"),
    ]
    problem(program.upload("/imports", parts), 422, place="/mapping")
    started = program.upload("/imports", [*parts, ("mapping", "ours.toml", mapping)], status=202)
    done(own_company)
    told = program.get(started.headers["Location"]).json
    assert told["result"]["outcome"] == "applied", told
    assert told["result"]["changes"] == {"create_department": 1, "join": 1}


def test_what_is_no_import(own_company: Company, program: Program) -> None:
    file = [("file", "people.csv", CSV.encode())]
    problem(program.post("/imports", {}), 415)
    problem(program.upload("/imports", []), 415)
    problem(program.upload("/imports", [("mapping", "m.toml", b"")]), 422, place="/file")
    problem(program.upload("/imports", [("file", "people.pdf", b"x")]), 422, place="/file")
    problem(program.upload("/imports", [("file", "../.csv", b"x")]), 422, place="/file")
    problem(program.upload("/imports", file * 2), 422, place="/file")
    problem(program.upload("/imports", [*file, ("other", "a.csv", b"x")]), 422, place="/other")
    problem(program.upload("/imports?leavers=all", file), 400, place="leavers")
    problem(program.upload("/imports?effective=never", file), 400, place="effective")
    with own_company.engines.read.connect() as conn:
        assert ledger.newest(conn, kind="transfers.import") == []


def test_who_may(own_company: Company, program: Program) -> None:
    file = [("file", "people.csv", CSV.encode())]
    app = own_company.app
    problem(personal(app, "e12@larkfield.example").upload("/imports", file), 403)
    problem(service(app, name="reads", scopes=["employees:write"]).upload("/imports", file), 403)
    problem(service(app, name="bound", department="ENG").upload("/imports", file), 403)
    address = program.upload("/imports", file, status=202).headers["Location"]
    other = service(app, name="other")
    problem(other.get(address, status=404), 404)
    problem(other.post(f"{address}:cancel", {}), 404)
    done(own_company)
    problem(other.get(f"{address}/files/changes.csv", status=404), 404)
    problem(program.get(f"{address}/files/people.csv", status=404), 404)


def test_whoever_has_lost_the_right_meanwhile_changes_nothing(own_company: Company) -> None:
    from myproject.accounts import tokens

    app, before = own_company.app, last_set(own_company)["revision"]
    program = service(app)
    program.upload("/imports", [("file", "people.csv", CSV.encode())], status=202)
    with own_company.engines.begin() as conn:
        tokens.revoke(conn, ORIGIN, tokens.rows(conn, services=True)[0])
    done(own_company)
    with own_company.engines.read.connect() as conn:
        (job,) = ledger.newest(conn, kind="transfers.import")
    assert job.state == JobState.DEAD
    assert last_set(own_company)["revision"] == before


def test_people_who_are_hidden_are_unknown_to_an_import(own_company: Company, program: Program) -> None:
    """No row is about them, nobody learns of them, and they don't leave because the files don't name them."""
    ids = own_company.ids
    apply_now(
        own_company,
        ChangeAudience(employee=ids["E05"], audience="administrators"),
        ChangeAudience(employee=ids["E04"], audience="administrators"),
    )
    with own_company.engines.read.connect() as conn:
        hidden = list(conn.execute(sa.select(_E.c.name, _E.c.email).where(_E.c.id.in_([ids["E04"], ids["E05"]]))))
    file = "Employee number,Family name,Department,Manager number\nE05,Found,Engineering,\nN1,New,Engineering,E04\n"
    told = imported(own_company, program, file, "?leavers=end&leavers_count=99&dry_run=1")
    assert told["result"]["new"] == 2
    report = table(program, told, "report.csv")
    text = str(report) + str(table(program, told, "changes.csv")) + str(told)
    for name, email in hidden:
        assert name not in text
        assert email not in text
    assert "someone" in text
    assert "E04" in {row["value"] for row in report}
    # As many leave as whoever imports knows of.
    with own_company.engines.read.connect() as conn:
        known = conn.execute(sa.text("SELECT count(*) FROM present")).scalar_one() - 2
    assert told["result"]["gone"] == known
    whole = imported(own_company, personal(own_company.app, "e01@larkfield.example", role="administrator"), file)
    assert whole["result"]["changed"] == 1


def test_fields_that_somebody_has_closed_stay_as_they_are(own_company: Company, program: Program) -> None:
    e05 = own_company.ids["E05"]
    apply_now(
        own_company,
        EditCard(employee=e05, changes=Card(mobile="+47 900 00 000"), audiences={"mobile": "administrators"}),
    )
    same = "Employee number,Mobile\nE05,+47 900 00 000\n"
    other = "Employee number,Mobile\nE05,+47 900 00 001\n"
    told = [imported(own_company, program, each, "?dry_run=1") for each in (same, other)]
    # Whether a guess is right is not told.
    assert told[0]["result"] == told[1]["result"]
    assert told[0]["result"]["changed"] == 0
    assert [row["column"] for row in table(program, told[1], "report.csv") if row["row"] == "2"] == ["Mobile"]


def test_files_are_closed_to_who_is_seen_otherwise_by_now(own_company: Company) -> None:
    owner = personal(own_company.app, "e12@larkfield.example", role="people_team")
    told = imported(own_company, owner, query="?dry_run=1")
    assert len(told["files"]) == 2
    with own_company.engines.begin() as conn:
        conn.execute(sa.text("DELETE FROM role_grant"))
        access_changed(conn)
    assert owner.get(f"/jobs/{told['id']}").json["files"] == []
    problem(owner.get(told["files"][0]["href"], status=404), 404)


def test_files_go_with_their_job(own_company: Company, program: Program) -> None:
    told = imported(own_company, program)
    with own_company.engines.begin() as conn:
        assert len(files.of_job(conn, told["id"])) == 2
        assert len(files.of_job(conn, told["id"], is_input=True)) == 1
        assert files.forget_old(conn, LATER) == 3
        assert ledger.prune(conn, LATER) >= 1
        assert conn.execute(sa.text("SELECT count(*) FROM job_file_part")).scalar() == 0
