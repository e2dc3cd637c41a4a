"""Departments in an import: found by code or name, their parents, which are made and which are closed."""

from __future__ import annotations

from datetime import date

from tests.support.importing import facts, tree


def test_departments_and_locations_by_code_and_name(load, engines):
    head = "Employee number,Name,Department code,Department,Location code,Location\n"
    rows = "1,Ann Lee,D1,Support,L1,Oslo\n2,Bo Dee,D2,Sales,L2,Oslo\n3,Cy Eff,,Support B,L1,\n"
    outcome = load(head + rows)
    assert outcome.told == []
    assert tree(engines) == {"D1": ("Support", None), "D2": ("Sales", None), "support-b": ("Support B", None)}
    assert [facts(engines)[number][1:4:2] for number in "123"] == [("D1", "L1"), ("D2", "L2"), ("support-b", "L1")]
    assert load(head + rows).result.revision is None
    assert load(head + "3,Cy Eff,new,Support B,new,\n").verbs == {"create_location": 1, "move": 1}


def test_departments_are_found_by_code_or_name_and_doubt_is_told(load, engines):
    mapping = {
        "sheets": {"staff": {"file": "staff.csv"}, "units": {"file": "units.csv"}},
        "departments": {"sheet": "units", "code": "code", "name": "name", "parent": "parent"},
        "employees": {"sheet": "staff", "employee_number": "n", "name": "name", "department": "d"},
        "rules": {"missing": "refuse"},
    }
    units = "code,name,parent\n10,Sales,\n20,Support,10\n30,Support,\n"
    staff = "n,name,d\n1,A A,10\n2,B B,sales\n3,C C,20\n4,D D,Support\n5,E E,Purchase\n6,F F,Suport\n"
    outcome = load({"staff.csv": staff, "units.csv": units}, mapping, good_rows=True)
    assert outcome.told == [("ambiguous", 5, "d"), ("unknown department", 6, "d"), ("unknown department", 7, "d")]
    assert "did you mean Support?" in outcome.result.findings.kept[-1].remedy
    assert [facts(engines)[n].department for n in "123"] == ["10", "10", "20"]


def test_parents_that_are_wrong_are_each_told(load, engines):
    mapping = {
        "sheets": {"staff": {"file": "staff.csv"}, "units": {"file": "units.csv"}},
        "departments": {"sheet": "units", "code": "code", "name": "name", "parent": "parent", "roots": ["XX"]},
        "employees": {"sheet": "staff", "employee_number": "n", "name": "name", "department": "d"},
        "rules": {"missing": "refuse"},
    }
    units = "code,name,parent\na,Alpha,xx\nb,Beta,a\nc,Gamma,c\nd,Delta,zz\ne,Eps,f\nf,Phi,e\n"
    units += "g,Late,h\nh,Later,\na,Again,\n"
    outcome = load({"staff.csv": "n,name,d\n1,A A,b\n", "units.csv": units}, mapping, good_rows=True)
    assert sorted(outcome.told) == [
        ("circle", 6, "parent"), ("circle", 7, "parent"), ("own parent", 4, "parent"), ("repeated key", 10, "code"),
        ("unknown department", 5, "parent"),
    ]  # fmt: skip
    assert tree(engines) == {"a": ("Alpha", None), "b": ("Beta", "a"), "h": ("Later", None), "g": ("Late", "h")}
    changed = units.replace("b,Beta,a", "b,Better,h").replace("g,Late,h\n", "")
    outcome = load({"staff.csv": "n,name,d\n1,A A,b\n", "units.csv": changed}, mapping, good_rows=True)
    assert outcome.verbs == {"rename_department": 1, "move_department": 1}
    assert outcome.result.gone_departments == ["Late (g)"]
    assert tree(engines)["b"] == ("Better", "h")
    files = {"staff.csv": "n,name,d\n1,A A,b\n", "units.csv": changed}
    later = date(2026, 7, 1)
    assert load(files, mapping, good_rows=True, leavers="end", effective=later).verbs == {"close_department": 1}
    assert "g" not in tree(engines, later)


def test_departments_of_refused_rows_are_not_closed(load, engines):
    mapping = {
        "sheets": {"staff": {"file": "staff.csv"}, "units": {"file": "units.csv"}},
        "departments": {"sheet": "units", "code": "code", "name": "name", "parent": "up", "since": "since"},
        "employees": {"sheet": "staff", "employee_number": "n", "name": "name", "department": "d", "hired_on": "on"},
    }
    staff = "n,name,d,on\n1,A A,a,2020-01-01\n2,B B,c,2020-01-01\n"
    units = "code,name,up,since\na,Alpha,,\nb,Beta,,\nc,Gamma,b,\nd,Delta,,\n"
    assert load({"staff.csv": staff, "units.csv": units}, mapping).told == []
    torn = {
        "staff.csv": staff.replace("2,B B,c,2020-01-01", "2,B B,c,soon"),
        "units.csv": "code,name,up,since\na,Alpha,,\n",
    }
    outcome = load(torn, mapping, good_rows=True, leavers="end")
    assert (outcome.told, outcome.result.gone_departments) == ([("date", 3, "on")], ["Delta (d)"])
    assert set(tree(engines)) == {"a", "b", "c"}
    torn = {"staff.csv": staff, "units.csv": "code,name,up,since\na,Alpha,,soon\nc,Gamma,c,\n"}
    assert load(torn, mapping, good_rows=True, leavers="end").result.gone_departments == []


def test_a_department_of_a_row_with_impossible_dates_is_not_made(load, engines):
    head = "Employee number,Name,Department,Hire date,End date\n"
    load(head + "1,A A,Sales,2015-01-01,\n2,B B,Slaes,2015-01-01,2014-01-01\n", good_rows=True)
    assert set(tree(engines)) == {"sales"}
