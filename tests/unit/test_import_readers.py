"""Sheets as they come: any encoding, delimiter and line end, workbooks, gzip; and files that mean harm."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myproject.directory.importing import delimited, files, workbook, workbook_child
from myproject.directory.importing.findings import Findings, ImportStopped
from myproject.directory.importing.sheets import Sheet, column_letter, open_sheet, unique_headings
from myproject.directory.importing.workbook import Workbooks
from tests.support.examples import examples

HEADINGS = ["Employee number", "Given name", "Family name", "Notes"]
ROWS = [
    ["0012", "Zoë", "Ångström", "two\nlines"],
    ["0013", "José", "Müller-Lüdenscheid", 'says "hello", often'],
    ["0014", "Renée", "O’Neill", "a; b, c|d\te"],
]


def known(cell: str) -> bool:
    return cell in HEADINGS


def read(path: Path, **options) -> tuple[Sheet, list[tuple[int, list[str]]]]:
    books = Workbooks()
    try:
        sheet = open_sheet(path, books, known=known, **options)
        return sheet, list(sheet.rows(Findings()))
    finally:
        books.close()


def as_csv(rows, delimiter=",", newline="\r\n") -> str:
    buffer = io.StringIO()
    every: Any = {"quoting": csv.QUOTE_ALL} if newline == "\r" else {}
    csv.writer(buffer, delimiter=delimiter, lineterminator=newline, **every).writerows(rows)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_any_delimiter_line_end_and_encoding(tmp_path, delimiter, newline, encoding):
    rows = [HEADINGS, *([cell.replace("’", "'") if encoding == "latin-1" else cell for cell in row] for row in ROWS)]
    path = tmp_path / "staff.csv"
    path.write_bytes(as_csv(rows, delimiter, newline).encode(encoding))
    sheet, found = read(path)
    assert sheet.headings == HEADINGS
    assert [[cell.replace("\r\n", "\n") for cell in row] for _, row in found] == rows[1:]
    assert [number for number, _ in found] == [2, 3, 4], (
        "a cell with a line break is one row, as a spreadsheet shows it"
    )


@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12), min_size=4, max_size=4),
        min_size=1,
        max_size=6,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_whatever_is_written_is_read_again(tmp_path, rows, delimiter, encoding):
    path = tmp_path / "staff.csv"
    path.write_bytes(as_csv([HEADINGS, *rows], delimiter, "\n").encode(encoding, "surrogatepass"))
    _, found = read(path)
    assert [row for _, row in found] == [row for row in rows if any(row)]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ["Søren Ødegård", "Zoë Müller", "François Lefèvre", "“Bob” Niño"]),
        ("cp1250", ["Paweł Wiśniewski", "Małgorzata Błażej", "Łukasz Żak"]),
        ("cp1251", ["Наталья Иванова", "Сергей Петров", "Владимир Соколов", "Екатерина Новикова"]),
        ("cp932", ["山田太郎", "佐藤花子", "鈴木一郎さん", "高橋健二です"]),
    ],
)
def test_older_encodings_are_guessed_and_the_guess_is_told(encoding, names):
    guess = files.legacy_encoding("\n".join(names).encode(encoding))
    assert "\n".join(names).encode(encoding).decode(guess.name) == "\n".join(names)
    assert guess.guessed
    assert all(word in " ".join(names) for word in guess.guessed)


def test_the_encoding_can_be_said(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_bytes(as_csv([HEADINGS, ["1", "Dvořák", "Růžička", ""]]).encode("cp1250"))
    _, found = read(path, encoding="cp1250")
    assert found[0][1][1:3] == ["Dvořák", "Růžička"]
    for wrong in ("klingon", "base64"):
        with pytest.raises(ImportStopped, match="not an encoding"):
            read(path, encoding=wrong)
    with pytest.raises(ImportStopped, match="not utf-8"):
        read(path, encoding="utf-8")


def test_excels_hint_of_the_delimiter_is_no_row(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("sep=;\n" + as_csv([HEADINGS, ROWS[0]], ";"), encoding="utf-8")
    sheet, found = read(path)
    assert sheet.headings == HEADINGS
    assert found[0][0] == 3


def test_headings_need_not_stand_in_the_first_row(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("Staff list of 1 March,,,\n,,,\n" + as_csv([HEADINGS, ROWS[0]]), encoding="utf-8")
    sheet, found = read(path)
    assert (sheet.heading_row, found[0][0]) == (3, 4)


def test_blank_and_repeated_headings_have_names():
    assert unique_headings(["", "Name", "'Grade'", "Name", " \xa0", "Phone", "", ""]) == [
        "A", "Name", "Grade", "Name (2)", "E", "Phone",
    ]  # fmt: skip
    assert [column_letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_column_is_found_as_written_or_without_case_and_marks(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("Employee number,E-Mail,Name,Name\n1,a@b.c,x,y\n", encoding="utf-8")
    sheet, _ = read(path)
    assert [sheet.column(name) for name in ("employee NUMBER", "email", "Name", "Name (2)", "Nam")] == [
        0,
        1,
        2,
        3,
        None,
    ]


def test_rows_keep_their_numbers_past_blank_ones(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("Employee number,Given name\n1,A\n\n,\n5,B\n", encoding="utf-8")
    assert [number for number, _ in read(path)[1]] == [2, 5]


def test_a_row_with_too_many_cells_is_refused_and_a_short_one_filled(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("Employee number,Given name,Family name\n1,Ann,Lee, Chief,x\n2,Bo\n3,Cy,Dee,,\n", encoding="utf-8")
    books, findings = Workbooks(), Findings()
    sheet = open_sheet(path, books, known=known)
    assert [row for _, row in sheet.rows(findings)] == [["2", "Bo", ""], ["3", "Cy", "Dee", "", ""]]
    assert [(f.place.row, f.kind) for f in findings.kept] == [(2, "too many cells")]


def test_gzip_is_unpacked_whatever_the_name(tmp_path):
    path = tmp_path / "staff.dat"
    path.write_bytes(gzip.compress(as_csv([HEADINGS, *ROWS]).encode()))
    assert len(read(path)[1]) == 3


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_workbook_cells_read_as_they_would_be_typed(tmp_path):
    row = [7, "0012", dt.datetime(2024, 3, 31), dt.date(2020, 2, 29), 0.5, True, None, "Zoë\nÅ", 12345678901]
    path = book(tmp_path / "b.xlsx", {"Intro": [["Read me"]], "Staff": [[], ["Employee number", *"bcdefghi"], row]})
    sheet, found = read(path)
    assert sheet.name == "b.xlsx, Staff", "the sheet whose headings are known"
    assert found == [(3, ["7", "0012", "2024-03-31", "2020-02-29", "0.5", "TRUE", "", "Zoë\nÅ", "12345678901"])]
    packed = tmp_path / "b.xlsx.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(packed)[1] == found
    with pytest.raises(ImportStopped, match="no sheet 'Stuff'"):
        read(path, sheet="Stuff")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n,,\n", "is empty"),
        ("a.csv", b"%PDF-1.7 ...", "is a PDF"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", "web page"),
        ("a.xlsx", b"PK\x03\x04 not really", "can't be read|damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "can't be read"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00garbage garbage", "damaged"),
        ("a.csv.gz", gzip.compress(b"Employee number\n1\n" * 1000, mtime=0)[:-12], "damaged"),
        ("a.csv", b'Employee number,Given name\n1,"never closed\n' + b"x" * 1_200_000, "never closed"),
        ("a.csv", b"Employee number" + b"x" * 5_000_000, "longer than"),
        ("a.csv", b",".join(b"h%d" % i for i in range(3000)), "columns"),
    ],
)
def test_files_that_are_no_sheets_are_refused_in_words(tmp_path, name, content, told):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImportStopped) as stopped:
        read(path)
    words = f"{stopped.value.message} {stopped.value.remedy}"
    assert re.search(told, words), words


def test_a_gzip_bomb_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RATIO_FROM", 100_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"Employee number,Given name\n" + b"0" * 50_000_000))
    with pytest.raises(ImportStopped, match="times its size"):
        read(path)


def test_a_zip_bomb_is_stopped_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "RATIO_FROM", 100_000)
    path = book(tmp_path / "bomb.xlsx", {"S": [["Employee number"], ["1"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"0" * 50_000_000)
    with pytest.raises(ImportStopped, match="more than is allowed"):
        read(path)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([f"xl/media/{number}.png" for number in range(3_000)], "3,0[0-9][0-9] parts; 1,000 are allowed"),
        (["../evil.xml"], "outside of it: '../evil.xml'"),
        (["xl/../../evil.xml"], "outside of it"),
        (["xl\\..\\evil.xml"], "outside of it"),
        (["/etc/evil.xml"], "outside of it"),
        (["C:\\evil.xml"], "outside of it"),
    ],
)
def test_a_workbook_of_parts_that_nobody_saves_is_refused(tmp_path, names, told, packed):
    path = book(tmp_path / "odd.xlsx", {"S": [["Employee number"], ["1"]]})
    with zipfile.ZipFile(path, "a") as archive:
        for name in names:
            archive.writestr(name, b"0")
    if packed:
        whole, path = path, tmp_path / "odd.xlsx.gz"
        path.write_bytes(gzip.compress(whole.read_bytes()))
    with pytest.raises(ImportStopped, match=told):
        read(path)


def test_sizes_that_a_zip_claims_are_not_believed(tmp_path):
    path = book(tmp_path / "liar.xlsx", {"S": [["Employee number"], ["1"]]})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    size = part.file_size.to_bytes(4, "little")
    at = data.rfind(size)
    data[at : at + 4] = (part.file_size - 40).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(ImportStopped, match="damaged"):
        read(path)


def test_one_cell_in_the_last_corner_does_not_take_all_memory(tmp_path):
    made = openpyxl.Workbook()
    made.active["A1"] = "Employee number"
    made.active["XFD1048576"] = "far"
    made.save(tmp_path / "corner.xlsx")
    with pytest.raises(ImportStopped, match=r"memory|too large"):
        read(tmp_path / "corner.xlsx")


def test_a_cell_of_a_workbook_may_be_long_but_not_endless(tmp_path):
    path = book(tmp_path / "long.xlsx", {"S": [["Employee number", "Notes"], ["1", "x" * 32_000]]})
    assert len(read(path)[1][0][1][1]) == 32_000


def test_cells_of_workbooks_as_text():
    values = (None, "a\0b", 1.0, 1e20, dt.time(9, 30), dt.timedelta(hours=30))
    assert [workbook_child.text(value) for value in values] == [
        "", "a\N{REPLACEMENT CHARACTER}b", "1", "1e+20", "09:30:00", "1 day, 6:00:00",
    ]  # fmt: skip


def test_a_sheet_that_begins_further_in_keeps_its_letters_and_numbers(tmp_path):
    made = openpyxl.Workbook()
    for cell, value in {"C3": "Employee number", "D3": "Given name", "C4": "1", "D4": "Ann", "D7": "Bo"}.items():
        made.active[cell] = value
    made.save(tmp_path / "in.xlsx")
    sheet, found = read(tmp_path / "in.xlsx")
    assert sheet.headings == ["A", "B", "Employee number", "Given name"]
    assert found == [(4, ["", "", "1", "Ann"]), (7, ["", "", "", "Bo"])]


def test_the_delimiter_is_told_by_known_headings_first():
    lines = ["Employee number;Given name, if any;Family name\n", "1;a, b, c;d\n", "2;a, b, c;e\n"]
    assert delimited.best_delimiter(lines, known) == ";"
    assert delimited.best_delimiter(["only one\n", "1\n"]) == ","
