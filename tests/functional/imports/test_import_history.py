"""Folders of related sheets with dates: what is stated over time, and what changes when more of it is stated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.models.dated import FOREVER, is_current
from myproject.models.employment import Assignment, ReportingLine
from tests.support.importing import employments, facts, tree

STAFF = "n,name,hired\n1,Ann Lee,2010-01-01\n2,Bo Lee,2012-01-01\n3,Cy Dee,2012-01-01\n"
SPELLS = (
    "n,dept,title,from,to\n"
    "1,a,Chief,2010-01-01,\n"
    "2,a,Clerk,2012-01-01,2014-12-31\n"
    "2,b,Seller,2015-01-01,2019-12-31\n"
    "2,b,Head,2021-01-01,\n"
    "3,b,Seller,2012-01-01,\n"
)
BASE: dict[str, Any] = {
    "sheets": {name: {"file": f"{name}.csv"} for name in ("staff", "spells")},
    "employees": {"sheet": "staff", "employee_number": "n", "name": "name"},
    "assignments": [
        {"sheet": "spells", "employee": "n", "from": "from", "until": "to", "department": "dept", "job_title": "title"}
    ],
    "rules": {"employment": "assignments"},
}


def files(staff: str = STAFF, spells: str = SPELLS, **more: str) -> dict[str, str]:
    return {"staff.csv": staff, "spells.csv": spells, **{f"{name}.csv": text for name, text in more.items()}}


def mapping(**changes: Any) -> dict[str, Any]:
    merged = {**BASE, **changes}
    merged["sheets"] = {**BASE["sheets"], **changes.get("sheets", {})}
    return merged


def test_spells_make_employments_moves_and_returns(load, engines):
    outcome = load(files(), mapping())
    assert outcome.told == []
    assert employments(engines, "2") == [(date(2012, 1, 1), date(2020, 1, 1)), (date(2021, 1, 1), FOREVER)]
    said = {year: facts(engines, date(year, 6, 1)).get("2") for year in (2013, 2017, 2020, 2022)}
    assert [fact and (fact.department, fact.title) for fact in said.values()] == [
        ("a", "Clerk"), ("b", "Seller"), None, ("b", "Head"),
    ]  # fmt: skip
    assert load(files(), mapping()).result.revision is None


def test_more_history_is_added_and_former_history_corrected(load, engines):
    load(files(), mapping())
    later = SPELLS.replace("2,b,Head,2021-01-01,\n", "2,b,Head,2021-01-01,2025-12-31\n2,a,Director,2026-01-01,\n")
    assert load(files(spells=later), mapping()).verbs == {"move": 1}
    assert facts(engines, date(2025, 12, 31))["2"].title == "Head"
    assert facts(engines)["2"][1:3] == ("a", "Director")
    assert load(files(spells=later), mapping()).result.revision is None
    corrected = later.replace("2,a,Clerk,2012-01-01,2014-12-31", "2,a,Clerk,2012-01-01,2013-12-31").replace(
        "2,b,Seller,2015-01-01,2019-12-31", "2,b,Buyer,2014-01-01,2019-06-30"
    )
    outcome = load(files(spells=corrected), mapping())
    assert outcome.told == []
    assert employments(engines, "2")[0] == (date(2012, 1, 1), date(2019, 7, 1))
    assert facts(engines, date(2014, 3, 1))["2"][1:3] == ("b", "Buyer")
    assert facts(engines, date(2018, 3, 1))["2"][1:3] == ("b", "Buyer")
    assert load(files(spells=corrected), mapping()).result.revision is None
    ended = corrected.replace("3,b,Seller,2012-01-01,", "3,b,Seller,2011-01-01,2026-12-31")
    outcome = load(files(spells=ended), mapping())
    assert outcome.told == []
    assert employments(engines, "3") == [(date(2011, 1, 1), date(2027, 1, 1))]
    assert load(files(spells=ended), mapping()).result.revision is None
    load.undo(outcome.result.revision or 0)
    assert employments(engines, "3") == [(date(2012, 1, 1), FOREVER)]


def test_overlapping_spells_are_a_second_assignment_or_what_the_rule_says(load, engines):
    spells = "n,dept,title,from,to\n1,a,Chief,2010-01-01,2015-12-31\n1,b,Helper,2014-01-01,2017-12-31\n"
    staff = "n,name\n1,Ann Lee\n"
    outcome = load(files(staff, spells), mapping(), dry_run=True)
    assert outcome.noted == [("overlap", 3)]
    refused = load(files(staff, spells), mapping(rules={"employment": "assignments", "overlaps": "refuse"}))
    assert refused.told == [("overlap", 3, None)]
    load(files(staff, spells), mapping())
    table: Any = Assignment.__table__
    with engines.read.connect() as conn:
        rows = conn.execute(
            sa.select(table.c.is_primary, table.c.valid_from, table.c.valid_to)
            .where(is_current(table)).order_by(table.c.is_primary, table.c.valid_from)
        ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        (False, date(2014, 1, 1), date(2016, 1, 1)),
        (True, date(2010, 1, 1), date(2016, 1, 1)),
        (True, date(2016, 1, 1), date(2018, 1, 1)),
    ]
    assert load(files(staff, spells), mapping()).result.revision is None
    latest = mapping(rules={"employment": "assignments", "overlaps": "latest"})
    other = files("n,name\n9,Zed Zed\n", spells.replace("\n1,", "\n9,"))
    assert load(other, latest, leavers="keep").told == []
    assert facts(engines, date(2014, 6, 1))["9"].department == "b"


def test_stated_employments_cut_the_spells(load, engines):
    described = mapping(
        sheets={"periods": {"file": "periods.csv"}},
        employments=[{"sheet": "periods", "employee": "n", "from": "from", "until": "to"}],
        rules={"employment": "employments"},
    )
    periods = "n,from,to\n1,2010-01-01,\n2,2012-01-01,2019-06-30\n2,2022-01-01,\n3,2012-01-01,2013-01-01\n"
    outcome = load(files(periods=periods), described)
    assert outcome.told == []
    assert employments(engines, "2") == [(date(2012, 1, 1), date(2019, 7, 1)), (date(2022, 1, 1), FOREVER)]
    assert employments(engines, "3") == [(date(2012, 1, 1), date(2013, 1, 2))]
    assert {kind for kind, _ in outcome.noted} == {"outside employment"}
    assert load(files(periods=periods), described).result.revision is None
    more = files(STAFF + "4,Di Eff,2012-01-01\n", SPELLS + "4,b,Seller,2012-01-01,\n", periods=periods)
    assert load(more, described).told == [("no employment", 5, None)]


def test_reporting_lines_with_kinds_and_dates(load, engines):
    described = mapping(
        sheets={"lines": {"file": "lines.csv"}},
        reporting_lines=[
            {"sheet": "lines", "employee": "n", "manager": "boss", "kind": "kind", "from": "from", "until": "to"}
        ],
    )
    lines = (
        "n,boss,kind,from,to\n2,1,,2012-01-01,2016-12-31\n2,3,solid,2017-01-01,2018-12-31\n2,1,dotted,2017-01-01,\n"
        "3,1,acting,2015-01-01,2015-06-30\n3,1,solid,,\n3,2,curly,2013-01-01,\n3,2,solid,2014-01-01,2014-12-31\n"
        "1,99,,2010-01-01,\n"
    )
    outcome = load(files(lines=lines), described, good_rows=True)
    assert sorted(outcome.told) == [
        ("kind of line", 7, "kind"),
        ("two managers", 8, "boss"),
        ("unknown manager", 9, "boss"),
    ]
    managers = [(facts(engines, date(year, 6, 1)).get("2") or [None] * 5)[4] for year in (2013, 2017, 2019, 2022)]
    assert managers == ["1", "3", None, None]
    assert facts(engines)["3"].manager == "1"
    table: Any = ReportingLine.__table__
    with engines.read.connect() as conn:
        beside = conn.execute(
            sa.select(table.c.kind, table.c.valid_from, table.c.valid_to)
            .where(is_current(table), table.c.kind != "solid").order_by(table.c.valid_from)
        ).all()  # fmt: skip
    assert [tuple(row) for row in beside] == [
        ("acting", date(2015, 1, 1), date(2015, 7, 1)),
        ("dotted", date(2017, 1, 1), date(2020, 1, 1)),
        ("dotted", date(2021, 1, 1), FOREVER),
    ], "a line holds on the days of the employments"
    again = load(files(lines=lines), described, good_rows=True)
    assert (again.verbs, sorted(again.told)) == ({}, sorted(outcome.told))


def test_heads_and_the_managers_that_follow_from_them(load, engines):
    described = mapping(
        sheets={"units": {"file": "units.csv"}, "heads": {"file": "heads.csv"}},
        departments={"sheet": "units", "code": "code", "name": "name", "parent": "up"},
        heads=[{"sheet": "heads", "department": "dept", "employee": "n", "from": "from", "until": "to"}],
        rules={"employment": "assignments", "managers": "department_head"},
    )
    units = "code,name,up\na,Alpha,\nb,Beta,a\nc,Gamma,b\n"
    heads = "dept,n,from,to\na,1,2010-01-01,\nb,2,2015-01-01,2018-12-31\n"
    spells = SPELLS + "4,c,Intern,2012-01-01,\n"
    staff = STAFF + "4,Di Eff,2012-01-01\n"
    outcome = load(files(staff, spells, units=units, heads=heads), described)
    assert outcome.told == []
    by_year = {year: facts(engines, date(year, 6, 1)) for year in (2013, 2016, 2019)}
    assert {year: found["4"].manager for year, found in by_year.items()} == {2013: "1", 2016: "2", 2019: "1"}
    assert {year: found["3"].manager for year, found in by_year.items()} == {2013: "1", 2016: "2", 2019: "1"}
    assert {year: found["2"].manager for year, found in by_year.items()} == {2013: "1", 2016: "1", 2019: "1"}
    assert [found["2"].is_head for found in by_year.values()] == [False, True, False]
    assert all(found["1"].manager is None and found["1"].is_head for found in by_year.values())
    assert load(files(staff, spells, units=units, heads=heads), described).result.revision is None
    longer = heads.replace("2018-12-31", "2019-12-31")
    assert load(files(staff, spells, units=units, heads=longer), described).verbs == {"move": 1, "change_manager": 2}
    assert facts(engines, date(2019, 6, 1))["4"].manager == "2"


def test_rows_about_nobody_and_rows_with_wrong_dates_are_told(load):
    spells = SPELLS + "77,a,X,2012-01-01,\n,a,X,2012-01-01,\n1,a,X,,\n1,a,X,2014-01-01,2013-01-01\n1,,X,2014-01-01,\n"
    outcome = load(files(spells=spells), mapping())
    assert sorted(outcome.told, key=lambda item: item[1] or 0) == [
        ("unknown person", 7, "n"), ("no key", 8, "n"), ("dates", 9, "from"),
        ("dates", 10, "to"), ("no department", 11, "dept"),
    ]  # fmt: skip


def test_a_department_begins_when_the_first_person_does_and_earlier_if_need_be(load, engines):
    load(files(), mapping())
    assert "b" in tree(engines, date(2010, 1, 1))
    more = files("n,name\n8,Old Hand\n", "n,dept,title,from,to\n8,b,Founder,1999-01-01,2001-12-31\n")
    outcome = load(more, mapping(), leavers="keep")
    assert (outcome.told, outcome.verbs) == ([], {"correct_department": 1, "join": 1})
    assert set(tree(engines, date(1999, 1, 1))) == {"b"}


def test_columns_that_the_mapping_names_must_be_there(load):
    from myproject.directory.importing.findings import ImportStopped

    wrong = mapping(employees={"sheet": "staff", "employee_number": "nn", "name": "nam"})
    with pytest.raises(ImportStopped) as stopped:
        load(files(), wrong)
    assert "staff.csv has no column 'nn'" in stopped.value.message
