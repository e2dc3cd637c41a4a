"""An export holds every field that its reader may see, and importing it changes nothing, whatever the data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.importing.findings import Findings
from myproject.directory.importing.literals import Literal, listed, literal, marked
from myproject.directory.importing.options import Options, Result
from myproject.directory.importing.running import run_import
from myproject.directory.importing.source import ImportSource
from myproject.directory.people.exporting import reading
from myproject.directory.people.exporting.columns import COLUMNS, as_cell
from myproject.directory.people.exporting.people_csv import lines
from myproject.directory.people.listing.filters import Filters, Order
from myproject.directory.schema.clock import clock_now
from myproject.directory.schema.fields import Card
from myproject.directory.schema.text import clean
from myproject.directory.schema.verbs import (
    ChangeManager,
    CreateDepartment,
    CreateLocation,
    EditCard,
    Join,
    Leave,
    Move,
    Rehire,
    Verb,
)
from myproject.directory.visibility.audience import EVERYTHING, Viewer, colleague, visible_fields
from tests.conftest import engines_on
from tests.support.company import TODAY as COMPANY_TODAY
from tests.support.examples import examples
from tests.support.importing import TODAY

START = date(2020, 1, 1)
NASTY = (
    "N/A", "null", "-", "--", "?", "tbd", "Not disclosed", "Vacant", "=1+1", "+1", "-5", "@SUM(A1)", "'=1", "'N/A'",
    "'", "''", "'''", '"', '"quoted"', "'quoted'", '"half', "half'", "'t Hart", "'s-Hertogenbosch", "O'Brien'",
    "a, b; c|d", "0012", "1e5", "TRUE", "2024-03-31", "03/04/2024", "mailto:x", "<x>", "x or y",
    "''N/A'''", "Ødegård, Søren", "von der Berg CBE, FRS", "アン", "عربي", "a\u2028b", "ﬁ", "\u200bx", "CON", "＝1",
)  # fmt: skip
"""Texts that something on the way might take for something else."""


def text(limit: int) -> st.SearchStrategy[str]:
    """A text as the directory stores it."""
    alphabet = st.characters(codec="utf-8", exclude_categories=["Cs"])
    made = st.one_of(st.sampled_from(NASTY), st.text(alphabet, max_size=12), st.text("'\"=-+,;|/ aN", max_size=6))
    return made.map(clean).map(lambda found: found[:limit].strip()).filter(bool)


PHONES = st.sampled_from(["+47 22 00 00 03", "12", "=12", "'12", "020 7946 0000 / 020 7946 0001", "-12", "N12"])
MAILS = st.sampled_from(["a@b.c", "=x@y.z", "-x@y", "'x@y.z", "mailto:x@y.z", "N/A@x", "+a@b.c", "Ü@ö.de", "a'@b'"])
CARD = st.fixed_dictionaries(
    {"given_name": text(100)},
    optional={
        "family_name": text(100), "preferred_name": text(100), "alternative_names": st.lists(text(100), max_size=3),
        "pronunciation": text(100), "pronouns": text(40), "email": MAILS, "phone": PHONES, "mobile": PHONES,
        "desk": text(60), "date_of_birth": st.dates(date(1900, 1, 1), date(2020, 1, 1)),
        "about": st.lists(text(100), min_size=1, max_size=3).map("\n".join), "skills": st.lists(text(100), max_size=3),
        "languages": st.lists(text(100), max_size=3),
        "working_days": st.lists(st.sampled_from(["mon", "fri"]), max_size=2),
        "links": st.lists(st.sampled_from(["https://x.y/a,b", "https://x.y/;", "http://z|w"]), max_size=2),
    },
)  # fmt: skip
PERSON = st.fixed_dictionaries(
    {
        "card": CARD, "department": st.integers(0, 3), "location": st.none() | st.integers(0, 1),
        "job_title": st.none() | text(200), "fte": st.floats(0, 9, allow_nan=False), "is_head": st.booleans(),
        "manager": st.none() | st.integers(0, 3), "on": st.integers(0, 2000),
        "until": st.none() | st.integers(2400, 60_000),
        "later": st.sampled_from(["", "move", "manager", "leave", "rehire"]), "number": text(28),
    }
)  # fmt: skip


def company(people: list[dict[str, Any]]) -> Iterator[list[Verb]]:
    """The verbs of a made-up company, in the order in which they may be applied."""
    yield [
        CreateDepartment(code="A", name="Board", on=START),
        CreateDepartment(code="B", name="A", on=START),
        CreateDepartment(code="=C", name="N/A", parent="A", on=START),
        CreateDepartment(code="board", name="Board", parent="B", on=START),
        CreateLocation(code="OSL", name="-"),
        CreateLocation(code="N/A", name="Oslo"),
    ]
    numbers = [f"{n}{each['number']}" if n % 2 else f"{each['number']}{n}" for n, each in enumerate(people)]
    joins: list[Verb] = []
    for number, person in zip(numbers, people, strict=True):
        until = person["until"]
        joins.append(
            Join(
                employee_number=number,
                card=Card(**person["card"]),
                on=START + timedelta(days=person["on"]),
                until=None if until is None else START + timedelta(days=until),
                department=("A", "B", "=C", "board")[person["department"]],
                location=None if person["location"] is None else ("OSL", "N/A")[person["location"]],
                **{name: person[name] for name in ("job_title", "fte", "is_head")},
            )
        )
    yield joins
    later: list[Verb] = []
    for at, (number, person) in enumerate(zip(numbers, people, strict=True)):
        boss = person["manager"]
        if boss is not None and boss < at:
            later.append(ChangeManager(employee=number, manager=numbers[boss], on=TODAY))
        match person["later"]:
            case "move":
                later.append(Move(employee=number, department="B", job_title="Later", on=TODAY + timedelta(days=40)))
            case "manager" if boss is not None and boss < at:
                later.append(ChangeManager(employee=number, manager=None, on=TODAY + timedelta(days=60)))
            case "leave":
                later.append(Leave(employee=number, last_day=TODAY + timedelta(days=30)))
            case "rehire":
                later.append(Leave(employee=number, last_day=TODAY - timedelta(days=60)))
                later.append(Rehire(employee=number, department="A", on=TODAY - timedelta(days=30)))
    yield later


def exported(conn: Connection, viewer: Viewer) -> bytes:
    clock = clock_now(conn, TODAY)
    return b"".join(lines(reading.everyone(conn, clock, viewer, Filters(), Order()), viewer))


def imported(engines: Engines, path: Path) -> Result:
    source, options = ImportSource(path), Options(today=TODAY, effective=TODAY, author="tests", good_rows=True)
    try:
        return run_import(engines, source, options, Findings())
    finally:
        source.close()


@pytest.mark.long
@settings(
    max_examples=examples(60),
    deadline=None,
    # A company is made of dozens of values: shrinking one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(PERSON, min_size=1, max_size=5), role=st.sampled_from(["administrators", "colleagues"]))
def test_an_export_that_is_imported_changes_nothing(database, tmp_path, people, role):
    with engines_on(database, database.migrated) as engines:
        with (
            engines.begin() as conn,
            ChangeSetWriter(conn, today=TODAY, author="tests", source="tests") as writer,
        ):
            for verbs in company(people):
                writer.add(verbs, skip_bad=True)
        path = tmp_path / "people.csv"
        with engines.read.connect() as conn:
            path.write_bytes(exported(conn, Viewer(role)))
        result = imported(engines, path)
        note(result.samples)
        refused = [finding for finding in result.findings.kept if finding.level == "refused"]
        assert (refused, result.verbs, result.changed, result.new, result.revision) == ([], {}, 0, 0, None)
        assert (result.gone, result.unread) == ([], {})
        assert result.unchanged == len(path.read_text("utf-8-sig").splitlines()) - 1 or "\n" in path.read_text()


@given(st.one_of(st.sampled_from(NASTY), st.text("'=N/A\"x, ", max_size=8), st.text(max_size=12).map(clean)))
def test_a_marked_cell_stands_for_its_text(value):
    cell = marked(value)
    found = literal(cell)
    assert (cell if found is None else found) == value
    assert found is None or isinstance(found, Literal)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("'=1+1", "=1+1"), ("'+47 22", "+47 22"), ("'N/A", "N/A"), ("'t Hart", None), ("'s-Hertogenbosch", None),
        ("'Vacant'", None), ("'N/A'", None), ("O'Brien", None), ("'", None), ("", None),
    ],
)  # fmt: skip
def test_only_needed_apostrophes_are_undone(cell, value):
    assert literal(cell) == value


def test_lists_as_cells():
    assert as_cell(["a", "b c"]) == "a, b c"
    assert listed(as_cell(["a,b", "c"])) == ["a,b", "c"]
    assert listed(as_cell(["N/A"])) == ["N/A"]
    assert as_cell(None) == as_cell([]) == ""


def test_an_export_holds_all_that_its_reader_may_see(own_company):
    engines = own_company.engines
    audiences = {"manager": "people_team", "fte": "people_team", "employee_number": "people_team"}
    for viewer in (EVERYTHING, Viewer("people_team"), colleague(), colleague(audiences)):
        with engines.read.connect() as conn:
            clock = clock_now(conn, COMPANY_TODAY)
            people = reading.everyone(conn, clock, viewer, Filters(), Order())
            body = b"".join(lines(people, viewer)).decode("utf-8-sig")
        heading = next(csv.reader(io.StringIO(body)))
        seen = visible_fields(viewer) - {"portrait"}
        labels = {column.label for column in COLUMNS if column.fields <= seen}
        assert set(heading) == labels
        assert len(heading) == len(labels)
        assert {name for column in COLUMNS for name in column.fields if column.label in heading} == seen
        assert ("Manager number" in heading) == (seen >= {"manager", "employee_number"})


def test_one_edit_of_an_export_is_the_only_change(engines, tmp_path):
    with engines.begin() as conn, ChangeSetWriter(conn, today=TODAY, author="t", source="t") as writer:
        card = {"given_name": "Ann", "family_name": "Lee"}
        person = {"card": card, "department": 0, "location": 0, "job_title": "N/A", "fte": 0.5, "is_head": True,
                  "manager": None, "on": 0, "until": None, "later": "", "number": "x"}  # fmt: skip
        for verbs in company([person, person | {"manager": 0}]):
            writer.add(verbs)
        writer.add([EditCard(employee="x0", changes=Card(desk="'=1"))])
    path = tmp_path / "people.csv"
    with engines.read.connect() as conn:
        path.write_bytes(exported(conn, EVERYTHING).replace(b"''=1", b"B 2"))
    assert imported(engines, path).verbs == {"edit_card": 1}
