"""`myproject import` as it is typed: what it prints, its exit status, and that nothing ends in a traceback."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from myproject.commands.main import cli
from tests.support.importing import Importer, cards, facts

ROOT = Path(__file__).parents[3]
STAFF = (
    "Employee number,First name,Last name,Department,Job title,Hire date,Manager,Shoe size\n"
    "1,Ann,Lee,Board,Director,2020-01-01,,38\n2,Bo,Lee,Sales,Seller,2021-01-01,1,44\n"
)


@pytest.fixture
def run(engines, tmp_path, monkeypatch):
    """Runs the command on a database of its own."""
    monkeypatch.setenv("MYPROJECT_SQLALCHEMY_URL", engines.write.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Any:
        result = CliRunner().invoke(cli, ["--ini", str(ROOT / "testing.ini"), "import", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return run


@pytest.fixture
def staff(tmp_path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text(STAFF, encoding="utf-8")
    return path


def test_an_import_tells_what_it_did_and_how_to_take_it_back(run, staff, engines):
    done = run(staff, "--as", "Pia (people team)")
    assert done.exit_code == 0
    assert "2 rows: 2 new, 0 changed, 0 unchanged." in done.output
    assert "staff.csv: not read: Shoe size" in done.output
    assert "Applied as change set 1 in" in done.output
    assert "changes undo 1" in done.output
    assert facts(engines)["2"].manager == "1"
    with engines.read.connect() as conn:
        row = conn.exec_driver_sql("SELECT author, source, reason FROM change_set").one()
    assert tuple(row) == ("Pia (people team)", "import", "Import of staff.csv")
    again = run(staff)
    assert (again.exit_code, "Nothing to change." in again.output) == (0, True)


def test_a_dry_run_shows_the_changes_in_words(run, staff, engines, tmp_path):
    run(staff)
    staff.write_text(STAFF.replace("Bo,Lee,Sales,Seller", "Bob,Lee,Board,Adviser") + "3,Cy,Dee,Sales,Seller,,1,40\n")
    done = run(staff, "--dry-run", "--effective", "1 July 2026", "--changes", "changes.csv")
    assert done.exit_code == 0
    assert "Dry run: nothing was written." in done.output
    assert "move, Bo Lee (2), 2026-07-01: Department: Sales → Board; Job title: Seller → Adviser" in done.output
    assert "edit card, Bo Lee (2): Given name: Bo → Bob" in done.output
    assert "join, Cy Dee (3), 2026-07-01: Department: Sales; Job title: Seller" in done.output
    assert len(cards(engines)) == 2
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["change"]: row for row in csv.DictReader(file)}
    assert rows["move"]["details"] == "Department: Sales → Board; Job title: Seller → Adviser"
    assert rows["move"]["from"] == "2026-07-01"


def test_refused_rows_are_a_table_and_a_status(run, staff, engines, tmp_path):
    staff.write_text(STAFF + "3,Cy,Dee,Sales,Seller,31.2.2020,1,40\n4,Di,Eff,Sales,Seller,2020-01-01,77,\n")
    done = run(staff, "--report", "report.csv")
    assert done.exit_code == 1
    assert "Refused: 1 × date, 1 × unknown manager" in done.output
    assert "staff.csv, row 4, Hire date: '31.2.2020': The value is not a day of the calendar." in done.output
    assert "Nothing was written." in done.output
    assert len((tmp_path / "report.csv").read_text().splitlines()) == 3
    assert cards(engines) == {}
    assert run(staff, "--dry-run").exit_code == 1
    good = run(staff, "--good-rows")
    assert (good.exit_code, set(facts(engines))) == (0, {"1", "2", "4"})


def test_long_lists_of_refusals_are_cut_on_the_terminal(run, staff):
    staff.write_text(STAFF + "".join(f"{n},Cy,Dee,Sales,Seller,soon,,\n" for n in range(10, 3000)))
    done = run(staff)
    assert "2,985 more; --report FILE writes all of them." in done.output
    assert len(done.output.splitlines()) < 30


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "told", "status"),
    [
        (["none.csv"], "There is no file or folder none.csv", 1),
        (["staff.csv", "--mapping", "none.toml"], "none.toml can't be read", 1),
        (["staff.csv", "--effective", "soon"], "'soon' is not a date", 2),
        (["staff.csv", "--effective", "03/04/2024"], "may be the day or the month first", 2),
        (["staff.csv", "--encoding", "klingon"], "not an encoding", 1),
        (["staff.csv", "--delimiter", "abc"], "give one character", 2),
        (["staff.csv", "--report", "no/such/folder.csv"], "can't be written", 1),
        (["staff.csv", "--changes", "no/such/folder.csv"], "can't be written", 1),
        (["staff.csv", "--leavers", "fire"], "fire", 2),
        ([".", "--mapping", "staff.csv"], "is not TOML", 1),
        (["empty"], "holds no sheet", 1),
    ],
)
def test_wrong_arguments_end_in_words(run, staff, tmp_path, arguments, told, status):
    (tmp_path / "empty").mkdir()
    done = run(*arguments)
    assert (done.exit_code, told in done.output) == (status, True), done.output
    assert "Traceback" not in done.output


@pytest.mark.slow
def test_leavers_bad_cells_and_references_by_option(run, staff, engines, tmp_path, monkeypatch):
    monkeypatch.setenv("MYPROJECT_IMPORT_LEAVERS_LEAST", "1")
    more = "".join(f"{n},N{n},Lee,Sales,Seller,2021-01-01,1,\n" for n in range(3, 9))
    staff.write_text(STAFF + more)
    assert run(staff).exit_code == 0
    staff.write_text(STAFF)
    stopped = run(staff, "--leavers", "end", "--good-rows")
    later = date(2100, 1, 1)
    assert (stopped.exit_code, len(facts(engines, later))) == (1, 8)
    assert "6 of 8 people are in no row and would leave: more than 1." in stopped.output
    assert "Nothing was written: too many people would leave." in stopped.output
    assert "--leavers-count 6" in run(staff, "--leavers", "end", "--dry-run").output
    assert "6 leave" in run(staff, "--leavers", "end", "--leavers-count", "6").output
    assert len(facts(engines, later)) == 2
    staff.write_text("Employee number,Phone,Manager\n1,ask me,\n2,ask me,1\n")
    assert run(staff, "--bad-cells", "refuse").exit_code == 1
    assert "Noted: 2 × value" in run(staff, "--manager-by", "employee_number").output
    assert run(staff, "--manager-by", "external_id").exit_code == 1


@pytest.mark.slow
def test_what_stays_out_is_told_in_one_line(run, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Office"
    for row in (["Employee number", "Name", "Department"], [1, "Ann Lee", "S"], [2, "Eliminated.", "S"]):
        book.active.append(row)
    book.create_sheet("Branch").append(["Employee number", "Name"])
    book.create_sheet("Codes").append(["a", "b"])
    book.save(tmp_path / "s.xlsx")
    done = run("s.xlsx")
    assert "Left out: 1 post without a holder (50 % of the rows)." in done.output
    assert "1 new person has no joining date" in done.output
    assert "s.xlsx, Office was read. NOT read, though with people in it: 'Branch'." in done.output
    assert "s.xlsx, Office: sheets not read: 'Codes'" in done.output
    assert "Branch has headings but no rows" in run("s.xlsx", "--sheet", "branch").output
    (tmp_path / "none.csv").write_text("Employee number,Name,Department\n1,Vacant,New\n")
    none = run("none.csv", "--good-rows")
    assert (none.exit_code, "Nothing was written: there is no good row." in none.output) == (1, True)


def test_a_guessed_encoding_is_told(run, staff, engines):
    staff.write_bytes(STAFF.replace("Ann", "Zoë").encode("cp1252"))
    assert "staff.csv was read as cp1252 (Zoë): if that looks wrong, give --encoding." in run(staff).output
    assert cards(engines)["1"].given_name == "Zoë"


def test_excel_sheets_with_a_title_above_and_semicolons(run, tmp_path, engines):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Staff list"])
    for line in STAFF.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "staff.xlsx")
    assert run(tmp_path / "staff.xlsx").exit_code == 0
    assert facts(engines)["2"].manager == "1"
    (tmp_path / "s.csv").write_text("sep=;\r\n" + STAFF.replace(",", ";").replace("\n", "\r\n"), encoding="utf-16")
    assert "Nothing to change." in run(tmp_path / "s.csv").output


def test_the_shipped_bench_mapping_gives_the_numbers_of_the_files(engines, tmp_path):
    departments = "id,name,parent_id\n1,Company,\n2,Sales,1\n3,Inside sales,2\n"
    employees = (
        "id,employee_number,given_name,family_name,email,job_title,date_of_birth,hired_on,department_id,manager_id,"
        "location,phone\n"
        "1,E0000001,Zoë,O'Neill,z@example.com,Chief,1970-01-01,2015-03-01,1,,Zürich,+1 555 0000001\n"
        "2,E0000002,Bo,Lee,b@example.com,Seller,1980-01-01,2012-03-01,3,1,São Paulo,+1 555 0000002\n"
    )
    outcome = Importer(engines, tmp_path)(
        {"departments.csv": departments, "employees.csv": employees}, ROOT / "bench/peers.toml"
    )
    assert outcome.told == []
    found = cards(engines)
    assert {number: row.id for number, row in found.items()} == {"E0000001": 1, "E0000002": 2}
    assert facts(engines)["E0000002"] == ("Bo Lee", "3", "Seller", "sao-paulo", "E0000001", False, 1.0)
    with engines.read.connect() as conn:
        ids = conn.exec_driver_sql("SELECT id, code FROM department ORDER BY id").all()
    assert [(id_, int(code)) for id_, code in ids] == [(1, 1), (2, 2), (3, 3)]


def test_a_progress_bar_is_for_terminals_only(run, staff):
    assert "Reading" not in run(staff).output


@pytest.mark.slow
def test_a_terminal_sees_progress(engines, tmp_path):
    termios = pytest.importorskip("termios")
    rows = "".join(f"{n},Cy,Dee,Sales,Seller,2020-01-01,,\n" for n in range(1, 6000))
    (tmp_path / "staff.csv").write_text(STAFF.splitlines()[0] + "\n" + rows)
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    environment = os.environ | {"MYPROJECT_SQLALCHEMY_URL": engines.write.url.render_as_string(hide_password=False)}
    program = "import sys; from myproject.commands.main import cli; cli()"
    command = [sys.executable, "-W", "ignore", "-c", program, "--ini", str(ROOT / "testing.ini"), "import"]
    with subprocess.Popen(
        [*command, str(tmp_path / "staff.csv")], stdout=subprocess.PIPE, stderr=theirs, env=environment, cwd=ROOT
    ) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            seen += chunk
        output = process.stdout.read() if process.stdout else b""
    os.close(ours)
    assert process.returncode == 0, output
    assert b"Employees" in seen
    assert b"Employees" not in output
