"""Mapping files: every mistake is told with its place and the nearest known name; headings map themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from myproject.directory.importing.findings import ImportStopped
from myproject.directory.importing.mapping import Mapping, load_mapping
from myproject.directory.importing.source import ImportSource
from myproject.directory.schema.fields import FIELDS

ROOT = Path(__file__).parent.parent.parent


def wrong(tmp_path: Path, text: str) -> str:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportStopped) as stopped:
        load_mapping(path)
    return stopped.value.message


def test_all_mistakes_are_told_at_once_with_the_nearest_name(tmp_path):
    told = wrong(
        tmp_path,
        """
        [sheets.staff]
        dorp = ["pay"]
        [employees]
        emial = "b"
        given_name = { colunm = "a" }
        [rules]
        overlaps = "foo"
        [[assignments]]
        employee = "a"
        from = { join = ["a"], column = "b" }
        """,
    )
    assert "sheets.staff.dorp: unknown key (did you mean drop?)" in told
    assert "employees.emial: unknown key (did you mean email?)" in told
    assert "employees.given_name.colunm: unknown key (did you mean column?)" in told
    assert "rules.overlaps: 'foo' is not one of 'second', 'latest' or 'refuse'" in told
    sources = "column, join, first_of, path, by, constant"
    assert f"assignments.1.from: needs exactly one of {sources}; not column and join" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = ", "is not TOML"),
        ("title = 'x'", "employees: is needed"),
        ("[employees]\nemployee_number='a'\n[[assignments]]\nemployee='a'\ndepartment='d'", "`from` is needed"),
        ("[employees]\nemployee_number='a'\n[[assignments]]\nemployee='a'\nfrom='d'", "it states nothing"),
        ("[employees]\nemployee_number='a'\n[rules]\nemployment='assignments'", "needs [[assignments]]"),
        ("[employees]\nemployee_number='a'\n[rules]\nemployment='employments'", "need each other"),
        ("[employees]\nemployee_number='a'\nmanager='m'\n[rules]\nmanagers='department_head'", "no place for stated"),
        ("[employees]\nemployee_number={column='a', take=0}", "greater than or equal to 1"),
        ("[employees]\nemployee_number='a'\nnumber_format='P{}{}'", "should match pattern"),
        ("[employees]\nemployee_number='a'\nnumber_format='{0.__class__}'", "should match pattern"),
    ],
)
def test_mistakes_are_told_in_words(tmp_path, text, told):
    assert told in wrong(tmp_path, text)


def test_a_mapping_that_is_no_mapping(tmp_path):
    path = tmp_path / "m.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ImportStopped, match="UTF-8"):
        load_mapping(path)
    with pytest.raises(ImportStopped, match="can't be read"):
        load_mapping(tmp_path / "none.toml")
    with pytest.raises(ImportStopped, match="can't be read"):
        load_mapping(tmp_path)


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "docs/imports").glob("*.toml")), ROOT / "bench/peers.toml"], ids=lambda p: p.name
)
def test_every_shipped_mapping_is_valid(path):
    assert load_mapping(path).employees is not None


def sheet(tmp_path: Path, text: str, name: str = "staff.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def mapped(tmp_path: Path, headings: str) -> dict[str, str]:
    source = ImportSource(sheet(tmp_path, f"{headings}\n" + ",".join("x" * (headings.count(",") + 1)) + "\n"))
    employees = source.mapping.employees
    values = {name: getattr(employees, name) for name in type(employees).model_fields}
    return {name: value.column for name, value in values.items() if getattr(value, "column", None)}


def test_usual_headings_map_themselves(tmp_path):
    found = mapped(
        tmp_path, "Staff Number,First Name,SURNAME,E-mail Address,Hire Date,Dept,Job-Title,Reports to,Salary,Salary"
    )
    assert found == {
        "employee_number": "Staff Number", "given_name": "First Name", "family_name": "SURNAME",
        "email": "E-mail Address", "hired_on": "Hire Date", "department": "Dept", "job_title": "Job-Title",
        "manager": "Reports to",
    }  # fmt: skip


def test_the_label_of_a_field_goes_before_an_alias(tmp_path):
    assert mapped(tmp_path, "Number,Title,Job title,Team,Department")["job_title"] == "Job title"
    assert mapped(tmp_path, "Number,Title,Job title,Team,Department")["department"] == "Department"
    assert "name" not in mapped(tmp_path, "Number,Name,First name,Last name")


def test_every_field_is_known_by_its_name_and_label():
    for name, info in FIELDS.items():
        if name != "age" and info.importable:
            text = f"Number,{info.label}\n1,2\n" if name != "employee_number" else "Employee number\n1\n"
            import tempfile

            with tempfile.TemporaryDirectory() as folder:
                source = ImportSource(sheet(Path(folder), text))
                assert getattr(source.mapping.employees, name) is not None, name


def test_a_sheet_that_tells_nobody_apart_is_refused(tmp_path):
    with pytest.raises(ImportStopped, match="tells people apart") as stopped:
        ImportSource(sheet(tmp_path, "Name,Department\nA,B\n"))
    assert "Name, Department" in stopped.value.message


def test_what_is_missing_is_told_with_the_nearest_name(tmp_path):
    sheet(tmp_path, "id\n1\n")
    with pytest.raises(ImportStopped) as stopped:
        ImportSource(tmp_path / "stuff.csv")
    assert "did you mean staff.csv?" in stopped.value.remedy

    def source(**mapping: Any) -> ImportSource:
        return ImportSource(tmp_path, Mapping.model_validate({"employees": {"employee_number": "id"}, **mapping}))

    with pytest.raises(ImportStopped, match=r"no file stuff\.csv .*did you mean staff\.csv"):
        source(sheets={"s": {"file": "stuff.csv"}}).sheet(None)
    with pytest.raises(ImportStopped, match="did you mean staff"):
        source(sheets={"staff": {"file": "staff.csv"}}).sheet("staf")
    with pytest.raises(ImportStopped, match="outside the folder"):
        source(sheets={"s": {"file": "../x.csv"}}).sheet(None)
    with pytest.raises(ImportStopped, match="names no file"):
        source(sheets={"s": {}}).sheet(None)
    with pytest.raises(ImportStopped, match="several sheets"):
        source(sheets={"s": {"file": "staff.csv"}, "t": {"file": "staff.csv"}}).sheet(None)


def test_a_folder_without_a_mapping_holds_one_sheet(tmp_path):
    sheet(tmp_path, "Employee number\n1\n")
    (tmp_path / "notes.md").write_text("x")
    assert ImportSource(tmp_path).mapping.employees.employee_number is not None
    sheet(tmp_path, "Employee number\n1\n", "more.csv")
    with pytest.raises(ImportStopped, match="2 sheets"):
        ImportSource(tmp_path)


def test_columns_that_nobody_reads_are_told(tmp_path):
    path = sheet(tmp_path, "id,Pay,Shoe size,Bonus\n1,2,3,4\n")
    mapping = {"sheets": {"s": {"file": "staff.csv", "drop": ["pay", "bonus"]}}, "employees": {"employee_number": "id"}}
    source = ImportSource(path.parent, Mapping.model_validate(mapping))
    source.sheet(None)
    assert source.unread() == {"staff.csv": ["Shoe size"]}
