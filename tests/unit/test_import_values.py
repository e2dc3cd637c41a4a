"""What cells mean: days in many shapes, placeholders, quotes, names, phones, keys; and how a mapping makes values."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myproject.directory.importing.dates import NotADay, order_of, read_day
from myproject.directory.importing.mapping import Mapping
from myproject.directory.importing.names import divided, is_vacant
from myproject.directory.importing.source import ImportSource
from myproject.directory.importing.values import (
    PATH_MARK,
    CellProblem,
    Lookups,
    Reader,
    clean_cell,
    first_number,
)
from myproject.models.dated import FOREVER

THE_DAY = date(2013, 6, 7)


@pytest.mark.parametrize(
    "text",
    [
        "2013-06-07", "2013/06/07", "2013.6.7", "2013-6-7", "20130607", "2013-06-07T00:00:00", "2013-06-07 09:30",
        "7.6.2013", "07.06.13", "7 June 2013", "7th of June, 2013", "June 7, 2013", "Jun 7 2013", "07-Jun-13",
        "7-JUN-2013", "Fri, 7 June 2013", "7 juin 2013", "7. Juni 2013", "7 de junio de 2013", "7 giugno 2013",
        "2013 June 7", "41432", "41432.0", "  7  June\xa02013 ",
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_shapes(text):
    assert read_day(text) == THE_DAY


@pytest.mark.parametrize(
    "text", ["30.2.2013", "2013-13-01", "June 2013", "soon", "13", "7 Smarch 2013", "1/2/3/4", "-", "٣"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(NotADay):
        read_day(text)


def test_the_order_of_day_and_month_is_not_guessed():
    with pytest.raises(NotADay, match="day or the month first"):
        read_day("03/04/2013")
    assert read_day("03/04/2013", order="dmy") == date(2013, 4, 3)
    assert read_day("03/04/2013", order="mdy") == date(2013, 3, 4)
    assert read_day("25/04/2013") == read_day("04/25/2013") == date(2013, 4, 25)
    with pytest.raises(NotADay):
        read_day("25/04/2013", order="mdy")
    assert read_day("4-5-13", formats=("%m-%d-%y",)) == date(2013, 4, 5)
    assert order_of(["03/04/2013", "25/04/2013", "1.2.2013"]) == "dmy"
    assert order_of(["03/04/2013", "04/25/2013"]) == "mdy"
    assert order_of(["13/01/2013", "01/13/2013"]) is None
    assert order_of(["03/04/2013"]) is None


@given(st.dates(date(1936, 1, 1), date(2035, 12, 31)))
def test_every_day_comes_back(day):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y"):
        assert read_day(day.strftime(form)) == day
    assert read_day(day.strftime("%d/%m/%Y"), order="dmy") == read_day(day.strftime("%m/%d/%Y"), order="mdy") == day


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("  Ann\xa0 Lee\u200b ", "Ann Lee"),
        ("'Vacant'", "Vacant"),
        ('"Vacant"', "Vacant"),
        ('"Ann" Lee "x"', '"Ann" Lee "x"'),
        ('Director"', "Director"),
        ('"Director', "Director"),
        ('5" pipe', '5" pipe'),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("Workers'", "Workers'"),
        ("''", ""),
        ("0012", "0012"),
    ],
)
def test_cells_are_trimmed_of_what_surrounds_them(cell, value):
    assert clean_cell(cell) == value


def test_a_nul_character_is_refused():
    with pytest.raises(CellProblem, match="NUL"):
        clean_cell("a\0b")


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Ann Lee", ("Ann", "Lee")),
        ("Lee, Ann", ("Ann", "Lee")),
        ("Jose Manuel Urman", ("Jose Manuel", "Urman")),
        ("Sir Jan van der Berg CBE, FRS", ("Sir Jan", "van der Berg CBE, FRS")),
        (
            "Rear Admiral David Steel CBE, BA, FCIPD, FCILT, Barrister-at-Law",
            ("Rear Admiral David", "Steel CBE, BA, FCIPD, FCILT, Barrister-at-Law"),
        ),
        ("Steel KING", ("Steel", "KING")),
        ("David Steel, CBE", ("David", "Steel, CBE")),
        ("Madonna", ("Madonna", None)),
    ],
)
def test_whole_names_are_divided_losing_nothing(whole, parts):
    assert divided(whole) == parts


def test_vacant_posts_are_told_from_people():
    for name in ("Vacant", "'Vacant'", "VACANT ", "Vacant'", "to be hired"):
        assert is_vacant(name, frozenset())
    for name in ("Maria Vacant", "None", "Null", "Na Li", "", "N/D"):
        assert not is_vacant(name, frozenset())
    assert is_vacant("N/D'", frozenset(["n/d", ""]))
    assert is_vacant("", frozenset(["n/d", ""]))


def test_the_first_of_two_numbers_is_taken():
    assert first_number("0207 035 4848 or Minicom 0207 035 4742") == ("0207 035 4848", "Minicom 0207 035 4742")
    assert first_number("+47 22 22 22 22 / 99 99 99 99") == ("+47 22 22 22 22", "99 99 99 99")
    assert first_number("020 7946 0000 ext 12") == ("020 7946 0000 ext 12", "")
    assert first_number("555-0100/12")[1] == ""


# Values as a mapping makes them


class Files:
    """A folder of sheets, and readers of values of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "staff.csv").write_text("id,a,b,c\n1,x,y,z\n", encoding="utf-8")
        (folder / "jobs.csv").write_text("code,title,up\n7,Baker,8\n08,Cook,7\n9,N/A,\n", encoding="utf-8")
        self.mapping = {
            "sheets": {"staff": {"file": "staff.csv"}, "jobs": {"file": "jobs.csv"}},
            "employees": {"sheet": "staff", "employee_number": "id"},
        }

    def read(self, value, *cells, kind="text", **values):
        source = ImportSource(self.folder, Mapping.model_validate({**self.mapping, "employees": {
            "sheet": "staff", "employee_number": "id", "key": value}, "values": values}))  # fmt: skip
        made: Any = source.mapping.employees.key
        reader = Reader(made, source.sheet("staff"), kind, source.mapping.values, Lookups(source.sheet))
        return reader(["1", *cells, *[""] * (3 - len(cells))])


@pytest.fixture
def files(tmp_path) -> Files:
    return Files(tmp_path)


def test_values_are_made_as_the_mapping_says(files):
    read = files.read
    assert read("a", " x ") == "x"
    assert read({"join": ["a", "b", "c"], "separator": ", "}, "x", "", "z") == "x, z"
    assert read({"first_of": ["a", "b"]}, "n/a", "y") == "y"
    assert read({"constant": "HQ"}) == "HQ"
    assert (
        read({"path": ["a", "b", "c"]}, "Home Office", "Home Office", "Border Force")
        == f"Home Office{PATH_MARK}Border Force"
    )
    assert read({"column": "a", "split": " or ", "take": 2}, "1 or 2") == "2"
    assert read({"column": "a", "split": " or ", "take": 2}, "1") is None
    assert read({"column": "a", "values": {"m": "Male", "Ö": "Oe"}}, "ö") == "Oe"
    assert read({"column": "a", "values": {"m": "Male"}, "others": "none"}, "f") is None
    with pytest.raises(CellProblem, match="not among the values"):
        read({"column": "a", "values": {"m": "Male"}, "others": "refuse"}, "f")
    assert read({"column": "a", "case": "lower", "prefix": "x-", "suffix": "!"}, "AB") == "x-ab!"
    assert read({"column": "a", "cut": 3}, "abcdef") == "abc"
    digest = read({"join": ["a", "b"], "digest": 10, "prefix": "P-"}, "some body", "12")
    assert len(digest) == 12
    assert digest == read({"join": ["a", "b"], "digest": 10, "prefix": "P-"}, "some body", "12")
    assert digest != read({"join": ["a", "b"], "digest": 10, "prefix": "P-"}, "some body", "13")
    assert read({"column": "a", "otherwise": {"column": "b", "otherwise": {"constant": "none"}}}, "", "") == "none"


def test_values_are_looked_up_in_other_sheets(files):
    def job(*more: str) -> dict[str, Any]:
        return {"column": "a", "lookup": [{"sheet": "jobs", "key": "code", "value": value} for value in more]}

    assert files.read(job("title"), "08") == "Cook", "a key with a leading zero is no number"
    assert files.read(job("up", "title"), "08") == "Baker"
    assert files.read(job("title"), "9") is None
    assert files.read(job("title"), "") is None
    with pytest.raises(CellProblem, match=r"not in the column code of jobs\.csv"):
        files.read(job("title"), "8")


def test_placeholders_are_none_but_people_may_be_called_so(files):
    for text in ("N/A", "n/a", "-", "null", "None", "'N/A'", "not disclosed"):
        assert files.read("a", text) is None
    assert files.read("a", "None", kind="name") == "None"
    assert files.read("a", "Null", kind="name") == "Null"
    assert files.read("a", "n/a", kind="name") is None
    assert files.read("a", "XX", placeholders=["xx"]) is None
    assert files.read({"column": "a", "placeholders": ["N/D"]}, "N/D'") is None


def test_mail_phones_shares_and_flags(files):
    assert files.read({"column": "a", "domain": "example.com"}, "SKING", kind="mail") == "SKING@example.com"
    assert files.read({"column": "a", "domain": "example.com"}, "a@b.no", kind="mail") == "a@b.no"
    assert files.read("a", "mailto:a@b.no", kind="mail") == "a@b.no"
    assert files.read("a", "<a@b.no>", kind="mail") == "a@b.no"
    assert [files.read("a", text, kind="share") for text in ("1", "0,5", "80 %", "0", "1.0")] == [1, 0.5, 0.8, 0, 1]
    assert [files.read("a", text, kind="flag") for text in ("Yes", "x", "Ja", "0", "no")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    for kind in ("share", "flag"):
        with pytest.raises(CellProblem):
            files.read("a", "many", kind=kind)
    assert files.read("a", "uk", kind="country") == "GB"


def test_ends_are_inclusive_or_not_and_may_be_open(files):
    assert files.read("a", "2024-02-29", kind="end") == date(2024, 3, 1)
    assert files.read("a", "2024-02-29", kind="end", end="exclusive") == date(2024, 2, 29)
    assert files.read("a", "2024-02-29", kind="last_day", end="exclusive") == date(2024, 3, 1)
    for end in ("inclusive", "exclusive"):
        assert files.read("a", "9999-01-01", kind="end", end=end) == FOREVER
        assert files.read("a", "31/12/9999", kind="end", end=end) == FOREVER
        assert files.read("a", "2099-12-31", kind="end", end=end, open_end=["2099-12-31"]) == FOREVER
    with pytest.raises(CellProblem, match="outside"):
        files.read("a", "0024-02-29", kind="day")
    with pytest.raises(CellProblem, match="outside"):
        files.read("a", "9999-12-31", kind="day")


def test_the_order_of_days_is_learned_from_the_sheet(tmp_path):
    (tmp_path / "s.csv").write_text("id,born,hired\n1,31/12/1990,03/04/2013\n", encoding="utf-8")
    mapping = {"employees": {"employee_number": "id", "hired_on": "hired"}}
    source = ImportSource(tmp_path / "s.csv", Mapping.model_validate(mapping))
    hired: Any = source.mapping.employees.hired_on
    reader = Reader(hired, source.sheet(None), "day", source.mapping.values, Lookups(source.sheet))
    assert reader(["1", "31/12/1990", "03/04/2013"]) == date(2013, 4, 3), "the column itself doesn't tell, another does"
