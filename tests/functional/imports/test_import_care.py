"""What an import must not do in silence: let people leave, lose cells and sheets, mix up columns, take half a file."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from myproject.directory.importing.findings import ImportStopped
from myproject.directory.importing.mapping import Mapping
from tests.support.importing import cards, employments, facts, tree

HEAD = "Employee number,First name,Last name,E-mail,Department,Hire date,Manager\n"
STAFF = HEAD + (
    "1,Ann,Lee,ann@example.com,Board,2015-01-01,\n"
    "2,Bo,Lee,bo@example.com,Sales,2016-01-01,1\n"
    "3,Cy,Dee,cy@example.com,Sales,2017-01-01,2\n"
    "4,Di,Eff,di@example.com,Sales,2018-01-01,2\n"
)


def reasons(outcome: Any, kind: str) -> list[str]:
    return [f"{f.reason} {f.remedy}" for f in outcome.result.findings.kept if f.kind == kind]


# Who leaves


@pytest.mark.parametrize(
    "row",
    [
        "3,Cy,Dee,cy@example.com,Sales,31.2.2017,2",  # a date that is none
        "3,Cy,Dee,cy@example.com,Sales,2017-01-01,2,x,y",  # shifted by a comma
        ",Cy,Dee,cy@example.com,Sales,2017-01-01,2",  # known by the mail address only
        ",Cy,Dee,,Sales,2017-01-01,2",  # or only by the name
        ',"Dee, Cy",,,Sales,2017-01-01,2',
        f"3,{'x' * 101},Dee,cy@example.com,Sales,2017-01-01,2",  # refused when the card is made
        "3,Cy,Dee,cy@example.com,Sales,2017-01-01,2\n3,Cy,Dee,cy@example.com,Sales,2017-01-01,2",  # twice
    ],
)
def test_whoever_a_row_names_stays_though_the_row_is_refused(load, engines, row):
    load(STAFF)
    torn = STAFF.replace("3,Cy,Dee,cy@example.com,Sales,2017-01-01,2", row).replace("4,Di", "5,Di").replace("di@", "d@")
    outcome = load(torn, good_rows=True, leavers="end")
    assert outcome.written
    assert outcome.told
    assert outcome.result.gone == ["Di Eff (4)"]
    assert set(facts(engines)) == {"1", "2", "3", "5"}


def test_whoever_other_rows_name_stays_and_is_told(load, engines):
    load(STAFF)
    only = HEAD + "3,Cy,Dee,cy@example.com,Sales,2017-01-01,2\n4,Di,Eff,di@example.com,Sales,2018-01-01,ann@example.com"
    outcome = load(only, leavers="end")
    assert (outcome.told, outcome.verbs) == ([], {"change_manager": 1})
    assert len(reasons(outcome, "named elsewhere")) == 2
    assert set(facts(engines)) == {"1", "2", "3", "4"}


def staff_of(count: int, first: int = 1) -> str:
    return HEAD + "".join(f"{n},N{n},Lee,,Sales,2015-01-01,\n" for n in range(first, first + count))


@pytest.mark.slow
def test_too_many_leavers_stop_the_import_until_their_number_is_given(load, engines):
    load(staff_of(200))
    ten = load(staff_of(10), leavers="end", good_rows=True, dry_run=True)
    assert (ten.written, ten.result.gone_count, ten.verbs) == (False, 190, {"leave": 190})
    told = "190 of 200 people are in no row and would leave: more than 10. Look at who they are."
    assert reasons(ten, "too many leavers") == [f"{told} If all of them have left, give --leavers-count 190."]
    for options in ({}, {"leavers_count": 189}, {"leavers_count": 5}, {"leavers_percent": 94}):
        outcome = load(staff_of(10), leavers="end", good_rows=True, **options)
        assert (outcome.written, outcome.result.gone_count) == (False, 190), options
    assert len(facts(engines)) == 200
    assert load(staff_of(190), leavers="end").verbs == {"leave": 10}, "as many as are allowed"
    assert load(staff_of(10), leavers="end", leavers_count=180).verbs == {"leave": 180}
    assert load(staff_of(5), leavers="end").verbs == {"leave": 5}, "so few may leave of any number"
    assert not load(staff_of(5, 50), leavers="end", leavers_least=4).written, "those who are new don't count"


# Workbooks


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.slow
def test_a_second_sheet_with_people_is_told_and_lets_nobody_leave(load, engines, tmp_path):
    head = ["Employee number", "Name", "Department", "Hire date"]
    one, two = [head, ["1", "Ann Lee", "Board", "2015-01-01"]], [head[:3], ["2", "Bo Lee", "Sales"]]
    path = workbook(tmp_path / "s.xlsx", Notes=[["Read", "me"]], Office=one, Branch=two, Blank=[])
    outcome = load(path)
    assert outcome.result.unread_sheets == {"s.xlsx, Office": {"Notes": False, "Branch": True}}
    with pytest.raises(ImportStopped, match="'Branch' beside it names people too"):
        load(path, leavers="end")
    named = {"sheets": {"s": {"file": "s.xlsx", "sheet": "Office"}},
             "employees": {"employee_number": "Employee number"}}  # fmt: skip
    assert load(path, named, leavers="end").result.unread_sheets == {}
    columns = {"employees": {"employee_number": "Employee number", "name": "Name", "department": "Department"}}
    assert load(path, columns).result.unread_sheets == {"s.xlsx, Office": {"Notes": False, "Branch": True}}


def broken_workbook(folder: Path, edits: dict[str, str]) -> Path:
    """A workbook with a sheet of people, with some of the cells of its XML replaced."""
    head = ["Employee number", "Name", "Department", "Hire date", "Phone", "Shoe size", "E-mail"]
    rows = [[str(n), f"N{n} Lee", "Sales", "2015-01-01", f"+47 22 22 22 2{n}", n, f"{n}@x.no"] for n in range(1, 6)]
    made = workbook(folder / "made.xlsx", Codes=[["a"]], Staff=[head, *rows])
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(folder / "broken.xlsx", "w") as target:
        for item in source.namelist():
            text = source.read(item).decode()
            if item.endswith("sheet2.xml"):
                for cell, xml in edits.items():
                    start = text.index(f'<c r="{cell}"')
                    text = text[:start] + xml + text[text.index("</c>", start) + 4 :]
            target.writestr(item, text)
    return folder / "broken.xlsx"


def test_formulas_without_a_value_and_errors_are_problems_of_their_cells(load, engines, tmp_path):
    path = broken_workbook(tmp_path, {
        "C2": '<c r="C2" t="e"><f>Codes!A9</f><v>#REF!</v></c>', "E3": '<c r="E3"><f>1+1</f></c>',
        "F4": '<c r="F4" t="e"><v>#N/A</v></c>', "E5": '<c r="E5" t="str"><f>""</f><v></v></c>',
        "E6": '<c r="E6" t="str"><f>"+47 1"</f><v>+47 11 11</v></c>',
    })  # fmt: skip
    outcome = load(path, good_rows=True)
    assert outcome.told == [("formula", 2, "Department")]
    finding = next(f for f in outcome.result.findings.kept if f.level == "refused")
    assert (finding.place.value, finding.reason) == (
        "#REF!", "The value is an error, or a formula that was never calculated."
    )  # fmt: skip
    assert [note for note in outcome.noted if note[0] == "formula"] == [("formula", 3)], "a contact is left out"
    phones = {number: card.phone for number, card in cards(engines).items()}
    assert phones == {"2": None, "3": "+47 22 22 22 23", "4": None, "5": "+47 11 11"}
    everything = load(path, good_rows=True, leavers="end", bad_cells="refuse")
    assert [(kind, row) for kind, row, _ in everything.told] == [("formula", 2), ("formula", 3)]
    assert set(facts(engines)) == {"2", "3", "4", "5"}, "who can't be read does not leave"


def test_a_sheet_that_is_nothing_but_formulas_is_told_row_by_row(load, tmp_path):
    head = ["Employee number", "Name", "Department"]
    path = workbook(tmp_path / "f.xlsx", Staff=[head, *([f"=B!A{n}", f"=B!B{n}", f"=B!C{n}"] for n in (2, 3))])
    outcome = load(path, good_rows=True)
    assert not outcome.written
    assert {(kind, row) for kind, row, _ in outcome.told} == {("formula", 2), ("formula", 3)}


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 office:version="1.2"><office:body><office:spreadsheet>
 <table:table table:name="Other"><table:table-row><table:table-cell/></table:table-row></table:table>
 <table:table table:name="Staff">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_errors_in_an_ods_sheet_are_found_too(load, tmp_path, engines):
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    bad = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    lines = [
        "".join(map(cell, ("Employee number", "Name", "Department", "Phone"))),
        f"{cell('1')}{cell('A A')}{cell('Sales')}{bad}",
        f"{cell('2')}{cell('B B')}{bad}",
    ]
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    with zipfile.ZipFile(tmp_path / "s.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows=rows))
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
    outcome = load(tmp_path / "s.ods", good_rows=True)
    assert outcome.told == [("formula", 3, "Department")]
    assert ("formula", 2) in outcome.noted
    assert set(facts(engines)) == {"1"}


# Whom a reference means

CROSSED = {
    "staff.csv": "id,number,name,joined\n1,28,Ann Lee,2015-01-01\n28,1,Bo Lee,2015-01-01\n3,30,Cy Dee,2015-01-01\n",
    "spells.csv": "who,dept,from,to\n1,a,2015-01-01,\n28,b,2015-01-01,\n30,c,2015-01-01,\n",
}


def crossed(**more: Any) -> dict[str, Any]:
    spells = {"sheet": "spells", "employee": "who", "department": "dept", "from": "from", "until": "to", **more}
    return {
        "sheets": {name: {"file": f"{name}.csv"} for name in ("staff", "spells")},
        "employees": {"sheet": "staff", "key": "id", "employee_number": "number", "name": "name"},
        "assignments": [spells],
    }


def test_two_key_columns_are_not_crossed(load, engines):
    """Rows that name people by number, in a folder whose people have an id as well."""
    outcome = load(CROSSED, crossed())
    assert not outcome.written
    told = [told for told in outcome.told if told[0] == "ambiguous"]
    assert told == [("ambiguous", 2, "who"), ("ambiguous", 3, "who")]
    assert "'1' is the key of row 2, and the employee number of row 3." in reasons(outcome, "ambiguous")[0]
    assert "employee_by" in reasons(outcome, "ambiguous")[0]
    assert load(CROSSED, crossed(employee_by="employee_number")).told == []
    assert {number: fact.department for number, fact in facts(engines).items()} == {"1": "a", "28": "b", "30": "c"}


def test_a_reference_is_looked_for_in_the_column_that_is_named(load, engines):
    ids = {**CROSSED, "spells.csv": CROSSED["spells.csv"].replace("30,", "3,")}
    assert load(ids, crossed(employee_by="key")).told == []
    assert {number: fact.department for number, fact in facts(engines).items()} == {"28": "a", "1": "b", "30": "c"}
    with pytest.raises(ValueError, match="need external_id in"):
        Mapping.model_validate(crossed(employee_by="external_id"))


# Bad cells

CELLS = "Employee number,Name,E-mail,Phone,Department,Job title,FTE,Date of birth,Hire date\n"


def test_a_bad_contact_is_left_out_and_told(load, engines):
    sheet = CELLS + "1,A A,a(at)x.no,call me,Sales,Chief,1,1980-01-01,2015-01-01\n"
    outcome = load(sheet)
    assert (outcome.told, outcome.written) == ([], True)
    assert outcome.noted == [("value", 2), ("value", 2)]
    assert reasons(outcome, "value") == [
        "The value is not an email address. It was left out. Write it like ada@example.org.",
        "The value is not a phone number. It was left out. Write it with its digits, like +44 20 7946 0000.",
    ]
    assert (cards(engines)["1"].email, cards(engines)["1"].phone) == (None, None)
    assert load(sheet.replace("call me", "+47 22 22 22 22")).verbs == {"edit_card": 1}
    assert load(sheet).result.revision is None, "what is recorded stays"
    clear = {"employees": {"employee_number": "Employee number", "phone": "Phone"}, "rules": {"blanks": "clear"}}
    assert load(sheet, clear).result.revision is None, "a bad cell is not a blank one"
    assert load(sheet, bad_cells="refuse").told == [("value", 2, "E-mail"), ("value", 2, "Phone")]


def test_bad_cells_that_are_to_be_left_out(load, engines):
    long = "x" * 201
    sheet = CELLS + (
        f"1,A A,,,Sales,{long},11,1780-01-01,2015-01-01\n2,B B,,,Sales,Chief,half,soon,soon\n"
        f"{'9' * 40},C C,,,Sales,Chief,1,,2015-01-01\n4,D D,,,{'d' * 130},Chief,1,,2015-01-01\n"
        f"5,{long},,,Sales,Chief,1,,2015-01-01\n"
    )
    assert {row for _, row, _ in load(sheet).told} == {2, 3, 4, 5, 6}
    outcome = load(sheet, bad_cells="blank", good_rows=True)
    assert {(kind, row) for kind, row, _ in outcome.told} == {("value", 4), ("no department", 5), ("value", 6)}
    assert Counter(outcome.noted) == {
        ("value", 2): 2, ("date", 2): 1, ("number", 3): 1, ("date", 3): 2, ("no joining date", 3): 1,
        ("too long", 5): 1,
    }  # fmt: skip
    assert {number: (fact.title, fact.fte) for number, fact in facts(engines).items()} == {
        "1": (None, 1.0), "2": ("Chief", 1.0),
    }  # fmt: skip
    head = "Employee number,Name,Department,Hire date,End date\n"
    load(head + "7,E E,Sales,2015-01-01,2020-01-31\n")
    assert load(head + "7,E E,Sales,2015-01-01,soon\n", bad_cells="blank").told == [("date", 2, "End date")]
    assert employments(engines, "7") == [(date(2015, 1, 1), date(2020, 2, 1))]


def test_a_missing_joining_date_is_told(load, engines):
    sheet = "Employee number,Name,Department,Hire date\n1,A A,S,\n2,B B,S,2015-01-01\n"
    outcome = load(sheet, effective=date(2026, 3, 1))
    assert outcome.result.undated == 1
    assert outcome.noted == [("no joining date", 2)]
    assert "2026-03-01 is taken" in reasons(outcome, "no joining date")[0]
    assert load("Employee number,Department\n1,T\n", leavers="keep").noted == [], "who is known has a joining date"
    column = load("Employee number,Name,Department\n5,E E,S\n6,F F,S\n", leavers="keep")
    assert (column.noted, column.result.undated) == ([], 2), "one line for all of them"
    left = load("Employee number,Name,Department,End date\n3,C C,S,2020-01-31\n")
    assert left.told == [("no joining date", 2, None)]
    load("Employee number,Name,Department,Hire date,End date\n4,D D,S,2015-01-01,2020-01-31\n")
    back = load("Employee number,Department\n4,S\n", leavers="keep")
    assert (back.noted, back.verbs) == ([("back again", 2)], {"rehire": 1})


def test_two_people_with_one_mail_address(load, engines):
    outcome = load(STAFF.replace("cy@", "BO@"))
    assert (outcome.told, outcome.written) == ([], True)
    assert [note for note in outcome.noted if note[0] == "shared mail"] == [("shared mail", 3), ("shared mail", 4)]
    assert "stands in several rows" in reasons(outcome, "shared mail")[0]
    assert {n: card.email for n, card in cards(engines).items()} == {
        "1": "ann@example.com", "2": None, "3": None, "4": "di@example.com",
    }  # fmt: skip
    assert load(STAFF.replace("cy@", "BO@")).result.revision is None
    assert load(STAFF).verbs == {"edit_card": 2}
    taken = load(HEAD + "9,Ed,Gee,Ann@example.com,Sales,2018-01-01,2\n", bad_cells="refuse")
    assert taken.told == [("shared mail", 2, "E-mail")]
    assert "belongs to Ann Lee (1) already" in reasons(taken, "shared mail")[0]
    swapped = STAFF.replace("ann@", "x@").replace("bo@", "ann@").replace("x@", "bo@")
    assert (load(swapped).told, cards(engines)["1"].email) == ([], "bo@example.com")
    assert load(STAFF.replace("ann@", "new@").replace("bo@", "ann@")).told == []
    mails = Counter(card.email for card in cards(engines).values())
    assert mails == dict.fromkeys(("new@example.com", "ann@example.com", "cy@example.com", "di@example.com"), 1)


# Files without a good row


def test_a_file_without_a_good_row_writes_nothing(load, engines):
    load(STAFF)
    for row in ("9,X,Y,,New department,soon,", ",X,Y,,Other,2015-01-01,", "8,Vacant,,,Post,,"):
        outcome = load(f"{HEAD}{row}\n", good_rows=True, leavers="end", leavers_count=4)
        assert (outcome.written, outcome.result.good) == (False, 0)
    with engines.read.connect() as conn:
        assert conn.execute(sa.text("SELECT count(*), max(revision) FROM change_set")).one() == (1, 1)
    assert set(tree(engines)) == {"board", "sales"}
    assert len(facts(engines)) == 4


# Words


def test_a_dry_run_tells_names(load):
    load(STAFF)
    changed = STAFF.replace("2018-01-01,2", "2018-01-01,1") + "5,Ed,Gee,,Sales,2018-01-01,3\n"
    outcome = load(changed, dry_run=True)
    told = {change.verb: change for change in outcome.result.samples}
    assert (told["change manager"].about, told["change manager"].details) == (
        "Di Eff (4)", "Manager: Bo Lee (2) → Ann Lee (1)"
    )  # fmt: skip
    assert "Manager: Cy Dee (3)" in told["join"].details
    columns = {"employee_number": "n", "name": "name", "department": {"path": ["top", "unit"]}, "about": "about"}
    alike = "n,name,top,unit,about\n1,Ann Lee,A,Office,{0}a\n2,Bo Lee,B,Office,{0}b\n".format("x" * 200)
    load(alike, {"employees": columns}, leavers="keep")
    alike = alike.replace("1,Ann Lee,A", "1,Ann Lee,B").replace("xb", "xc")
    outcome = load(alike, {"employees": columns}, dry_run=True, leavers="keep")
    told = {change.verb: change.details for change in outcome.result.samples}
    assert told == {
        "move": "Department: A / Office → B / Office", "edit card": f"About: …{'x' * 20}b → …{'x' * 20}c"
    }  # fmt: skip
    mapping = {"employees": {
        "key": "post", "employee_number": {"join": ["post", "name"], "digest": 8}, "name": "name", "department": "d",
        "manager": "boss", "manager_by": "key"}}  # fmt: skip
    posts = "post,name,d,boss\n21,Top Person,S,22\n22,Other Person,S,21\n23,Third Person,S,21\n24,Low Person,S,23\n"
    outcome = load(posts, mapping, dry_run=True, leavers="keep")
    assert "Top Person → Other Person → Top Person" in reasons(outcome, "circle")[0]


def test_posts_without_a_holder_and_counted_groups_are_told_in_numbers(load, engines):
    mapping = {
        "sheets": {name: {"file": f"{name}.csv"} for name in ("staff", "junior")},
        "employees": {"sheet": "staff", "employee_number": "n", "name": "name", "department": "d"},
        "groups": [{"sheet": "junior", "count": "posts"}],
    }
    nobody = ("Eliminated.", "'Vacant'", "Post eliminated", "VACANT (from 1 June)", "To be appointed")
    names = ("A A", *nobody, "Maria Vacant")
    staff = "n,name,d\n" + "".join(f"{n},{name},S\n" for n, name in enumerate(names, 1))
    outcome = load({"staff.csv": staff, "junior.csv": "grade,posts\nAO,12\nEO,2.5\nSEO,\n"}, mapping)
    assert {fact.name for fact in facts(engines).values()} == {"A A", "Maria Vacant"}
    result = outcome.result
    assert (result.rows, result.vacant, result.groups, result.grouped_posts) == (7, 5, 3, 14.5)
