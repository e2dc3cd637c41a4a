"""One sheet of employees: what goes in, what changes the second time, what is refused and where."""

from __future__ import annotations

import csv
import random
from datetime import date

import pytest

from myproject.directory.importing.findings import ImportStopped
from myproject.models.dated import FOREVER
from tests.support.importing import STAFF, TODAY, cards, employments, facts, tree


def test_a_sheet_goes_in_with_managers_that_come_later_in_it(load, engines):
    outcome = load(STAFF)
    assert (outcome.written, outcome.told, outcome.result.new) == (True, [], 4)
    assert facts(engines) == {
        "0003": ("Åsa Öberg", "sales", "Seller", "oslo", "0002", False, 0.8),
        "0002": ("Bo Lee", "sales", "Head of sales", "oslo", "0001", False, 1.0),
        "0001": ("Cy Dee", "board", "Director", "bergen", None, False, 1.0),
        "0004": ("Bo Lee", "sales", "Seller", "oslo", "0002", False, 1.0),
    }, "two people of one name stay two, and keys keep their zeros"
    assert set(facts(engines, date(2020, 6, 1))) == {"0001", "0002"}
    assert tree(engines, date(2019, 1, 1)) == {"sales": ("Sales", None), "board": ("Board", None)}


def test_the_same_sheet_twice_changes_nothing(load, engines):
    first = load(STAFF)
    again = load(STAFF)
    assert (again.written, again.verbs, again.result.revision) == (True, {}, None)
    assert (again.result.new, again.result.changed, again.result.unchanged) == (0, 0, 4)
    shuffled = "\n".join([STAFF.splitlines()[0], *sorted(STAFF.splitlines()[1:])])
    assert load(shuffled).result.revision is None
    assert first.result.revision == 1


def test_an_import_is_one_change_set_that_can_be_taken_back(load, engines):
    load(STAFF)
    before = {day: facts(engines, day) for day in (date(2020, 6, 1), TODAY, date(2030, 1, 1))}
    changed = STAFF.replace("Seller", "Senior seller").replace("0003,Åsa,Öberg", "0003,Åsa,Lind") + (
        "0005,Di,Eff,di@example.com,Support,Helper,Oslo,2026-01-01,0001,1\n"
    )
    second = load(changed, effective=date(2026, 6, 1))
    assert second.verbs == {"create_department": 1, "join": 1, "move": 2, "edit_card": 1}
    assert facts(engines)["0003"].title == "Senior seller"
    assert facts(engines, date(2026, 5, 31))["0003"] == ("Åsa Lind", *before[TODAY]["0003"][1:])
    load.undo(second.result.revision)
    assert {day: facts(engines, day) for day in before} == before


def test_what_was_taken_back_can_be_imported_again(load, engines):
    load(STAFF)
    before = facts(engines)
    load.undo(1)
    assert facts(engines) == {}
    assert load(STAFF).told == []
    assert facts(engines) == before
    assert load(STAFF).result.revision is None


def test_what_differs_is_changed_from_the_effective_day_on(load, engines):
    load(STAFF)
    moved = STAFF.replace("Sales,Seller,Oslo,2022-03-01,0002,", "Board,Adviser,Bergen,2022-03-01,0001,50%")
    assert load(moved, effective=date(2026, 7, 1)).verbs == {"move": 1, "change_manager": 1}
    assert facts(engines, date(2026, 6, 30))["0004"] == ("Bo Lee", "sales", "Seller", "oslo", "0002", False, 1.0)
    assert facts(engines, date(2026, 7, 1))["0004"] == ("Bo Lee", "board", "Adviser", "bergen", "0001", False, 0.5)
    assert load(moved, effective=date(2026, 7, 1)).result.revision is None
    assert load(moved, effective=date(2026, 8, 1)).result.revision is None


@pytest.mark.slow
def test_blank_cells_leave_what_is_recorded_unless_told_to_clear_it(load, engines):
    load(STAFF)
    less = STAFF.replace("asa@example.com", "").replace("Seller", "").replace("bo@example.com,80%", ",80%")
    less = less.replace("0003,Åsa,Öberg,,", "0003,Åsa,Öberg,,")
    assert load(less).result.revision is None
    columns = {
        "employee_number": "Employee number",
        "email": "E-mail",
        "job_title": "Job title",
        "manager": "Reports to",
    }
    mapping = {"employees": columns, "rules": {"blanks": "clear"}}
    assert load(less, mapping).verbs == {"edit_card": 1, "move": 2, "change_manager": 1}
    assert cards(engines)["0003"].email is None
    assert facts(engines)["0003"][2:5] == (None, "oslo", None)
    assert load(less, mapping).result.revision is None


def test_only_the_columns_of_the_sheet_are_compared(load, engines):
    load(STAFF)
    assert load("Employee number,Phone\n0001,+47 22 22 22 22\n0002,\n").verbs == {"edit_card": 1}
    assert cards(engines)["0001"].phone == "+47 22 22 22 22"
    assert facts(engines)["0001"].title == "Director"


def test_people_are_told_apart_by_mail_or_external_id_where_there_is_no_number(load, engines):
    sheet = "Mail,Name,Department\nann@example.com,Ann van der Berg,Sales\nBo@example.com,Bo Lee,Sales\n"
    assert load(sheet).result.new == 2
    assert {number: fact.name for number, fact in facts(engines).items()} == {
        "P000001": "Ann van der Berg",
        "P000002": "Bo Lee",
    }
    assert cards(engines)["P000001"].family_name == "van der Berg"
    sheet = sheet.replace("Bo@", "bo@")
    assert load(sheet).verbs == {"edit_card": 1}
    assert load(sheet.replace("Bo Lee,Sales", "Bo Lee,Board") + "cy@example.com,Cy Dee,Sales\n").verbs == {
        "create_department": 1, "move": 1, "join": 1,
    }  # fmt: skip
    assert set(facts(engines)) == {"P000001", "P000002", "P000003"}
    by_id = "External id,Name,Department\nguid-1,Di Eff,Sales\n"
    assert load(by_id).result.new == 1
    assert load(by_id).result.revision is None


# Leaving, coming back


@pytest.mark.slow
def test_leavers_joiners_and_those_who_come_back(load, engines):
    head = "Employee number,Name,Department,Start date,End date\n"
    assert load(head + "1,Ann Lee,Sales,2020-01-01,\n2,Bo Lee,Sales,2020-01-01,2024-03-31\n").told == []
    assert employments(engines, "2") == [(date(2020, 1, 1), date(2024, 4, 1))]
    assert load(head + "1,Ann Lee,Sales,2020-01-01,2026-08-31\n").verbs == {"leave": 1}
    assert employments(engines, "1") == [(date(2020, 1, 1), date(2026, 9, 1))]
    assert load(head + "1,Ann Lee,Sales,2020-01-01,2026-09-30\n").verbs == {"correct": 1}
    assert load(head + "1,Ann Lee,Sales,2020-01-01,2026-09-30\n").result.revision is None
    assert load(head + "1,Ann Lee,Sales,2020-01-01,\n").result.revision is None, "a leave that is planned stays planned"
    back = load(head + "2,Bo Lee,Board,2025-01-01,\n")
    assert back.told == []
    assert back.verbs == {"create_department": 1, "rehire": 1}
    assert employments(engines, "2") == [(date(2020, 1, 1), date(2024, 4, 1)), (date(2025, 1, 1), FOREVER)]
    assert load(head + "2,Bo Lee,Board,2020-01-01,\n").result.revision is None, (
        "the first day ever, of one who came back"
    )
    assert load(head + "2,Bo Lee,Board,2025-01-01,2026-08-31\n").verbs == {"leave": 1}
    next_day = head + "2,Bo Lee,Board,2026-09-01,\n"
    assert load(next_day, effective=date(2026, 9, 1)).verbs == {"rehire": 1}
    assert load(next_day, effective=date(2026, 9, 1)).result.revision is None
    assert len(employments(engines, "2")) == 3, "taken on again on the very next day"
    assert load(head + "3,Cy Dee,Sales,2020-01-01,2025-12-31\n").result.new == 1
    assert load("Employee number,Department\n3,Board\n", effective=date(2026, 6, 1)).verbs == {"rehire": 1}
    assert employments(engines, "3") == [(date(2020, 1, 1), date(2026, 1, 1)), (date(2026, 6, 1), FOREVER)]
    both = load(head + "4,Di Eff,Sales,2020-01-01,2020-06-30\n5,Ed Gee,Sales,2020-01-01,2020-06-30\n")
    assert both.result.new == 2
    both = load(head + "4,Di Eff,Sales,2020-02-01,2021-06-30\n5,Ed Gee,Sales,2020-02-01,2020-05-31\n")
    assert (both.told, both.verbs) == ([], {"correct": 2, "leave": 1})
    assert employments(engines, "4") == [(date(2020, 2, 1), date(2021, 7, 1))]
    assert employments(engines, "5") == [(date(2020, 2, 1), date(2020, 6, 1))]
    assert load(head + "1,Ann Lee,Sales,2019-06-01,\n").verbs == {"correct": 1, "correct_department": 1}
    assert employments(engines, "1") == [(date(2019, 6, 1), date(2026, 10, 1))]


def test_the_gone_are_told_kept_or_let_go(load, engines):
    load(STAFF)
    without = "".join(line for line in STAFF.splitlines(keepends=True) if not line.startswith("0002"))
    without = without.replace("bo@example.com,80%", "0001,80%").replace("0002,\n", "0001,\n")
    told = load(without)
    assert (told.result.gone, told.verbs) == (["Bo Lee (0002)"], {"change_manager": 2})
    assert load(without, leavers="keep").result.gone_count == 0
    ended = load(without, leavers="end")
    assert (ended.verbs, ended.result.gone) == ({"leave": 1}, ["Bo Lee (0002)"])
    assert employments(engines, "0002") == [(date(2020, 1, 1), TODAY)]
    assert load(without, leavers="end").result.revision is None


def test_a_dry_run_tells_the_same_and_writes_nothing(load, engines):
    dry = load(STAFF, dry_run=True)
    assert (dry.written, facts(engines), cards(engines)) == (False, {}, {})
    wet = load(STAFF)
    assert dry.verbs == wet.verbs
    assert wet.result.revision == 1


# What is refused

BAD = """\
Employee number,First name,Last name,E-mail,Department,Hire date,Manager
1,Ann,Lee,ann(at)example.com,Sales,2020-01-01,
2,Bo,Lee,bo@example.com,Sales,31.2.2020,1
,Cy,Dee,cy@example.com,Sales,2020-01-01,1
4,Di,Eff,di@example.com,Sales,2020-01-01,99
4,Di,Eff,di@example.com,Sales,2020-01-01,1
5,Ed,Gee,ed@example.com,,2020-01-01,
6,Flo,Hay,flo@example.com,Sales,2020-01-01,6
7,Gus,Ivy,gus@example.com,Sales,2020-01-01,8
8,Hal,Jay,hal@example.com,Sales,2020-01-01,9
9,Ida,Kay,ida@example.com,Sales,2020-01-01,7
10,Jo,Lux,jo@example.com,Sales,2020-01-01,1
11,,,x@example.com,Sales,2020-01-01,
12,Kim,Max,kim@example.com,Sales,2020-01-01,kim@example.com
13,{long},Max,,Sales,2020-01-01,
14,Lou,Nye,lou@example.com,Sales,2020-01-01,4
"""


def test_every_problem_is_told_with_its_place(load, engines, tmp_path):
    report = tmp_path / "report.csv"
    outcome = load(BAD.replace("{long}", "x" * 101), report=report, bad_cells="refuse")
    assert not outcome.written
    assert facts(engines) == {}
    assert sorted(outcome.told, key=lambda item: (item[1] or 0, item[0])) == [
        ("value", 2, "E-mail"),
        ("date", 3, "Hire date"),
        ("no key", 4, "Employee number"),
        ("unknown manager", 5, "Manager"),
        ("repeated key", 6, "Employee number"),
        ("no department", 7, "Department"),
        ("own manager", 8, "Manager"),
        ("circle", 9, "Manager"),
        ("circle", 10, "Manager"),
        ("circle", 11, "Manager"),
        ("manager refused", 12, "Manager"),
        ("no name", 13, "Last name"),
        ("own manager", 14, "Manager"),
        ("value", 15, "First name"),
    ]
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if row["level"] == "refused" and row["row"] == "2"] == [
        {
            "level": "refused", "sheet": "staff.csv", "row": "2", "column": "E-mail", "value": "ann(at)example.com",
            "reason": "The value is not an email address.", "remedy": "Write it like ada@example.org.",
        }
    ]  # fmt: skip
    assert all(row["reason"] and row["remedy"] for row in rows if row["level"] == "refused")
    told = next(f for f in outcome.result.findings.kept if f.kind == "circle")
    assert "7 → 8 → 9 → 7" in told.reason


def test_good_rows_go_in_on_request(load, engines):
    outcome = load(BAD.replace("{long}", "x" * 101), good_rows=True, bad_cells="refuse")
    assert outcome.written
    assert {number: fact.manager for number, fact in facts(engines).items()} == {
        "4": None, "6": None, "7": None, "8": None, "9": None, "10": None, "12": None, "14": "4",
    }  # fmt: skip
    again = load(BAD.replace("{long}", "x" * 101), good_rows=True, bad_cells="refuse")
    assert again.result.revision is None
    assert again.told == outcome.told or sorted(again.told) == sorted(outcome.told)


def test_a_report_cannot_smuggle_a_formula_into_a_spreadsheet(load, tmp_path):
    report = tmp_path / "report.csv"
    load("Employee number,Name,Department,E-mail\n1,A B,Sales,=1+cmd|' /C calc'!A0\n", report=report)
    with report.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["value"].startswith("'=1+cmd")


def test_hostile_cells_end_in_words(load, engines):
    head = "Employee number,Name,Department,About,Phone\n"
    rows = [
        f"1,{'x' * 200_000} y,Sales,,", "2,A\0B C,Sales,,", "3,D D,Sales,,12", "4,E E,Sales,,no digits",
        f"5,F F,{'d' * 3000},,", f"{'9' * 40},G G,Sales,,", "6,<script>alert(1)</script> X,Sales,,",
        "7,'; DROP TABLE employee; --,Sales,,",
    ]  # fmt: skip
    outcome = load(head + "\n".join(rows) + "\n", good_rows=True)
    assert [row for _, row, _ in sorted(outcome.told, key=lambda item: item[1])] == [2, 3, 6, 7]
    assert ("value", 5) in outcome.noted, "a phone number without digits is left out"
    assert set(facts(engines)) == {"3", "4", "6", "7"}


@pytest.mark.slow
def test_several_posts_of_one_person(load, engines):
    sheet = "Employee number,Name,Department,Job title,FTE\n1,A A,Sales,Seller,0.5\n"
    sheet += "1,A A,Support,Helper,0.3\n2,B B,Sales,Seller,1\n"
    assert load(sheet).told == [("repeated key", 3, "Employee number")]
    columns = {"employee_number": "Employee number", "name": "Name", "department": "Department",
               "job_title": "Job title",
               "fte": "FTE", "repeats": "assignments"}  # fmt: skip
    assert load(sheet, {"employees": columns}).verbs == {"create_department": 2, "join": 2, "add_assignment": 1}
    assert load(sheet, {"employees": columns}).result.revision is None
    assert load(sheet.replace("Helper,0.3", "Helper,0.4"), {"employees": columns}).verbs == {"move": 1}


def test_vacant_posts_are_left_out_and_reported_past(load, engines):
    mapping = {"employees": {
        "key": "post", "employee_number": {"join": ["post", "name"], "digest": 8}, "name": "name", "department": "d",
        "manager": "boss", "manager_by": "key", "roots": ["XX"], "vacant": ["", "N/D"]}}  # fmt: skip
    sheet = "post,name,d,boss\n1,Top Person,S,XX\n2,Vacant,S,1\n3,'N/D',S,2\n4,Real Person,S,3\n"
    sheet += "5,,S,1\n6,Vacant,S,\n7,Other Person,S,6\n"
    outcome = load(sheet, mapping)
    assert outcome.told == []
    assert sorted(outcome.noted) == [
        ("vacant manager", 5), ("vacant manager", 5), ("vacant manager", 8),
        ("vacant post", 3), ("vacant post", 4), ("vacant post", 6), ("vacant post", 7),
    ]  # fmt: skip
    by_name = {fact.name: fact for fact in facts(engines).values()}
    assert set(by_name) == {"Top Person", "Real Person", "Other Person"}
    numbers = {fact.name: number for number, fact in facts(engines).items()}
    assert by_name["Real Person"].manager == numbers["Top Person"]
    assert by_name["Other Person"].manager is None


def test_a_future_joiner_and_a_later_department(load, engines):
    load(STAFF)
    load("Employee number,Name,Department,Start date,Manager\n50,New Comer,Space,2027-01-01,0001\n")
    assert "50" not in facts(engines)
    assert facts(engines, date(2027, 1, 1))["50"].manager == "0001"


def test_department_and_first_day_of_new_people_may_be_given(load, engines):
    head = "Employee number,Name,Department,Hire date\n"
    assert load(head + "1,Ann Lee,Board,2020-01-01\n").written
    rows = head + "1,Ann Lee,,\n2,Bo Dee,,\n3,Cy Eff,Sales,2022-02-02\n"
    outcome = load(rows, department="To be placed", joined=date(2024, 5, 1))
    assert outcome.told == []
    assert {number: fact.department for number, fact in facts(engines).items()} == {
        "1": "board", "2": "to-be-placed", "3": "sales",
    }  # fmt: skip
    assert [employments(engines, number)[0][0] for number in "123"] == [
        date(2020, 1, 1), date(2024, 5, 1), date(2022, 2, 2),
    ]  # fmt: skip
    assert load(rows, department="Elsewhere", joined=TODAY).result.revision is None, "nobody is new"


MESS = [
    "", '"', "'", ",", ";", "\t", "9999-01-01", "2199-12-31", "0001", "x" * 300, "=1", "١٢", "\ufeff", "é", "-1", "n/a",
    "None", "2020-02-30", "12/11/2020", "a@b", "\x1f", "{}", "%s", "🙂" * 50, "0004", "2030-01-01", "2000-01-01", "XX",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_sheet_holds_it_ends_in_words_and_again_changes_nothing(load, seed):
    draw = random.Random(seed)
    for _ in range(8):
        rows = [line.split(",") for line in STAFF.strip().splitlines()]
        for _ in range(draw.randint(1, 6)):
            row = draw.choice(rows)
            row[draw.randrange(len(row))] = draw.choice(MESS)
        sheet = "\n".join(",".join(row) for row in rows) + "\n"
        effective = date(draw.randint(2020, 2028), draw.randint(1, 12), 1)
        try:
            outcome = load(sheet, good_rows=True, effective=effective, leavers=draw.choice(["end", "report", "keep"]))
        except ImportStopped:
            continue  # in words too: the heading of the only key was hit
        assert all(finding.reason for finding in outcome.result.findings.kept)
        assert load(sheet, good_rows=True, effective=effective).result.revision is None
