"""Managers, heads and reporting lines in an import: whom a cell means, when a line holds, what is refused in doubt."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from tests.support.importing import STAFF, TODAY, facts

# Whom a cell means

HEAD = "Employee number,Name,Department,Manager\n"


def test_a_manager_may_be_told_by_a_name_that_only_one_person_has(load, engines):
    outcome = load(HEAD + '1,Ann Lee,Board,\n2,Bo Dee,Board,"Lee, Ann"\n3,Cy Eff,Board,ann  LEE\n')
    assert (outcome.told, outcome.noted) == ([], [("manager by name", 3), ("manager by name", 4)])
    assert [facts(engines)[number].manager for number in "123"] == [None, "1", "1"]
    later = load(HEAD + "4,Di Gee,Board,Bo Dee\n")
    assert (later.told, later.noted[0]) == ([], ("manager by name", 2)), "of the directory"
    assert facts(engines)["4"].manager == "2"
    assert load(HEAD + "4,Di Gee,Board,Bo Dee\n").result.revision is None


def test_a_name_of_two_people_tells_nobody(load):
    assert load(HEAD + "1,Ann Lee,Board,\n2,Bo Dee,Board,\n9,Bo Dee,Board,1\n").written
    rows = "5,Ed Hay,Board,Bo Dee\n6,Flo Hay,Board,Nobody Here\n7,Bo Dee,Board,\n"
    assert load(HEAD + rows).told == [("ambiguous", 2, "Manager"), ("unknown manager", 3, "Manager")]
    alone = load(HEAD + "5,Ed Hay,Board,Ann Lee\n7,Ann Lee,Board,\n")
    assert alone.told == [("ambiguous", 2, "Manager")], "one in the file, another in the directory"
    left = "Employee number,Name,Department,Start date,End date\n8,Gus Ivy,Board,2020-01-01,2021-12-31\n"
    assert load(left).written
    assert load(HEAD + "10,Gus Ivy,Board,\n11,Hal Jay,Board,Gus Ivy\n").told == [], "who has left is not meant"


def test_managers_are_never_found_by_a_name_of_two(load):
    outcome = load(STAFF.replace("bo@example.com,80%", "Bo Lee,80%"))
    assert outcome.told == [("ambiguous", 2, "Reports to")]
    assert "by number" in outcome.result.findings.kept[0].remedy


def test_a_shared_mail_address_names_nobody(load, engines):
    sheet = "Employee number,Name,Department,E-mail,Manager\n" + "".join(
        f"{n},N{n} X,Sales,team@example.com,\n" for n in range(1, 300)
    )
    outcome = load(sheet + "900,Z Z,Sales,,team@example.com\n", good_rows=True)
    assert (outcome.result.new, outcome.told) == (300, [("ambiguous", 301, "Manager")])
    assert outcome.result.findings.counts["noted", "shared mail"] == 299
    outcome = load("Employee number,Name,Department,Manager\n900,Z Z,Sales,team@example.com\n")
    assert outcome.told == [("unknown manager", 2, "Manager")]


def test_a_manager_may_be_in_the_directory_only(load, engines):
    load(STAFF)
    head = "Employee number,Name,Department,Start date,Manager\n"
    assert load(head + "20,Zed Zed,Sales,2025-01-01,bo@example.com\n21,Zoe Zed,Sales,2025-01-01,0001\n").told == []
    assert [facts(engines)[number].manager for number in ("20", "21")] == ["0002", "0001"]


def test_managers_by_several_columns_agree_or_are_refused(load, engines):
    head = "Employee number,Name,Mail,Department,Manager ID,Manager email,Manager name\n"
    good = "1,Ann Lee,ann@example.com,Board,,,\n2,Bo Dee,bo@example.com,Board,1,ann@example.com,Ann Lee\n"
    assert load(head + good + "3,Cy Eff,,Board,,bo@example.com,\n4,Di Gee,,Board,99,,Bo Dee\n").told == []
    assert [facts(engines)[number].manager for number in "234"] == ["1", "2", "2"]
    crossed = load(head + good + "3,Cy Eff,,Board,1,bo@example.com,\n")
    assert crossed.told == [("ambiguous", 4, "Manager ID, Manager email, Manager name")]


def test_an_external_id_may_name_a_manager_and_a_crossed_one_is_refused(load, engines):
    head = "Employee number,External id,Name,Department,Manager\n"
    assert load(head + "1,x1,Ann Lee,Board,\n2,x2,Bo Dee,Board,x1\n").told == []
    assert facts(engines)["2"].manager == "1"
    crossed = load(head + "1,2,Ann Lee,Board,\n2,x2,Bo Dee,Board,\n3,x3,Cy Eff,Board,2\n")
    assert crossed.told == [("ambiguous", 4, "Manager")]


LINES = {
    "staff.csv": "number,guid,name,dept,joined\n" + "".join(
        f"{n},{guid},N{n} Lee,a,2015-01-01\n" for n, guid in (("1", "3"), ("2", "1"), ("3", "2"), ("4", "x"))
    ),
    "lines.csv": "who,boss\n4,1\n",
    "units.csv": "code,head\na,1\n",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("by", "manager", "head"), [("employee_number", "1", "1"), ("external_id", "2", "2"), (None, None, None)]
)
def test_managers_and_heads_are_found_by_the_named_column(load, engines, by, manager, head):
    mapping: dict[str, Any] = {
        "sheets": {name: {"file": f"{name}.csv"} for name in ("staff", "lines", "units")},
        "departments": {"sheet": "units", "code": "code", "head": "head", "head_by": by},
        "employees": {"sheet": "staff", "employee_number": "number", "external_id": "guid", "name": "name",
                      "department": "dept", "hired_on": "joined"},
        "reporting_lines": [{"sheet": "lines", "employee": "who", "manager": "boss", "manager_by": by}],
    }  # fmt: skip
    outcome = load(LINES, mapping, good_rows=True)
    assert facts(engines)["4"].manager == manager
    assert [number for number, fact in facts(engines).items() if fact.is_head] == ([head] if head else [])
    assert Counter(kind for kind, _, _ in outcome.told) == ({} if by else {"ambiguous": 2})


def test_the_column_of_managers_holds_in_the_directory_too(load, engines):
    staff = "Employee number,External id,Name,Department,Hire date\n1,2,A A,S,2015-01-01\n2,1,B B,S,2015-01-01\n"
    load(staff)
    more = "Employee number,Name,Department,Hire date,Manager\n9,C C,S,2015-01-01,1\n"
    assert load(more).told == [("ambiguous", 2, "Manager")]
    columns = {"employee_number": "Employee number", "name": "Name", "department": "Department",
               "hired_on": "Hire date", "manager": "Manager"}  # fmt: skip
    assert load(more, {"employees": {**columns, "manager_by": "external_id"}}).told == []
    assert facts(engines)["9"].manager == "2"


# Lines over time


def test_a_line_holds_only_while_both_work_here(load, engines):
    head = "Employee number,Name,Department,Start date,End date,Manager\n"
    outcome = load(head + "1,A A,Sales,2018-01-01,,2\n2,B B,Sales,2020-01-01,2024-12-31,\n3,C C,Sales,2025-06-01,,2\n")
    assert outcome.told == [("manager not there", 4, "Manager")]
    assert sorted(outcome.noted) == [("manager came later", 2), ("manager leaves earlier", 2)]
    load(head + "1,A A,Sales,2018-01-01,,2\n2,B B,Sales,2020-01-01,2024-12-31,\n")
    managers = [facts(engines, date(year, 6, 1))["1"].manager for year in (2019, 2020, 2024, 2025)]
    assert managers == [None, "2", "2", None]
    assert load(head + "1,A A,Sales,2018-01-01,,2\n2,B B,Sales,2020-01-01,2024-12-31,\n").result.revision is None


def test_managers_who_change_places_make_no_circle(load, engines):
    head = "Employee number,Name,Department,Start date,Manager\n"
    load(head + "1,A A,S,2020-01-01,\n2,B B,S,2020-01-01,1\n3,C C,S,2020-01-01,2\n4,D D,S,2020-01-01,3\n")
    turned = head + "1,A A,S,2020-01-01,2\n2,B B,S,2020-01-01,3\n3,C C,S,2020-01-01,4\n4,D D,S,2020-01-01,\n"
    outcome = load(turned, {"employees": {
        "employee_number": "Employee number", "manager": "Manager"}, "rules": {"blanks": "clear"}})  # fmt: skip
    assert outcome.told == []
    assert {n: f.manager for n, f in facts(engines).items()} == {"1": "2", "2": "3", "3": "4", "4": None}


def test_lines_go_on_after_the_absence_of_a_manager(load, engines):
    mapping = {
        "sheets": {name: {"file": f"{name}.csv"} for name in ("staff", "spells")},
        "employees": {"sheet": "staff", "employee_number": "n", "name": "name", "manager": "boss"},
        "assignments": [{"sheet": "spells", "employee": "n", "from": "from", "until": "to", "department": "d"}],
        "rules": {"employment": "assignments"},
    }
    files = {
        "staff.csv": "n,name,boss\n1,A A,\n2,B B,1\n3,C C,1\n",
        "spells.csv": "n,d,from,to\n1,a,2010-01-01,2012-12-31\n1,a,2015-01-01,2016-12-31\n1,a,2020-01-01,\n"
        "2,a,2011-01-01,\n3,a,2013-06-01,\n",
    }
    outcome = load(files, mapping, effective=date(2012, 1, 1))
    assert sorted(outcome.noted) == [
        ("manager away", 3), ("manager away", 3), ("manager away", 4), ("manager came later", 4),
    ]  # fmt: skip
    managers = {year: [facts(engines, date(year, 6, 1))[n].manager for n in "23"] for year in (2014, 2015, 2018, 2022)}
    assert managers == {2014: [None, None], 2015: ["1", "1"], 2018: [None, None], 2022: ["1", "1"]}
    assert facts(engines, date(2012, 12, 31))["2"].manager == "1"
    for day in (date(2012, 1, 1), date(2014, 1, 1), TODAY):
        assert load(files, mapping, effective=day).result.revision is None
    other = {**files, "staff.csv": files["staff.csv"].replace("3,C C,1", "3,C C,2")}
    assert load(other, mapping, effective=date(2018, 1, 1)).verbs == {"change_manager": 1}
    assert facts(engines, date(2019, 1, 1))["3"].manager == "2"


# Heads

HEADS: dict[str, Any] = {
    "sheets": {name: {"file": f"{name}.csv"} for name in ("staff", "heads")},
    "employees": {"sheet": "staff", "employee_number": "n", "name": "name", "department": "d", "hired_on": "on"},
    "heads": [{"sheet": "heads", "department": "dept", "employee": "n"}],
    "rules": {"managers": "department_head"},
}


def test_a_refused_head_makes_no_reporting_lines(load, engines):
    files = {
        "staff.csv": "n,name,d,on\n1,A A,a,2015-01-01\n2,B B,b,2015-01-01\n3,C C,b,2015-01-01\n",
        "heads.csv": "dept,n\nb,1\na,1\n",
    }
    outcome = load(files, HEADS, good_rows=True)
    assert outcome.told == [("head elsewhere", 2, "n")]
    assert {n: (fact.manager, fact.is_head) for n, fact in facts(engines).items()} == {
        "1": (None, True), "2": (None, False), "3": (None, False),
    }  # fmt: skip
    outside = load(files, {**HEADS, "rules": {**HEADS["rules"], "heads": "anyone"}})
    assert (outside.told, outside.verbs) == ([], {"change_manager": 2})
    assert ("head elsewhere", 2) in outside.noted
    assert [facts(engines)[n].manager for n in "123"] == [None, "1", "1"]
