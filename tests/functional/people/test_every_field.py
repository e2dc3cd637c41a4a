"""Every declared field of a card, at every door: a field that is forgotten somewhere fails here."""

from __future__ import annotations

import csv
import io
from typing import Any

from sqlalchemy import String
from webtest import TestApp

from myproject.directory.importing.guessing import is_known
from myproject.directory.people.exporting.vcard import vcard
from myproject.directory.people.profile import profile
from myproject.directory.schema.clock import clock_now
from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, KINDS, SECTIONS, Card, fields_of, longest
from myproject.directory.schema.verbs import CorrectedFact, HiringVerb, JobFacts
from myproject.directory.visibility.audience import EVERYTHING
from myproject.models.employee import Employee
from myproject.models.employment import Assignment
from tests.conftest import Company
from tests.support.api import Program, service
from tests.support.company import TODAY

FIELDS_OF_CARD = tuple(name for name in CARD_FIELDS if FIELDS[name].importable)
_OF_KIND: dict[str, Any] = {
    "line": "Zephyr 7", "name": "Zephyrine", "text": "A first line.\n\nA second one.", "list": ["Zephyr", "Breeze"],
    "lines": ["https://example.org/zephyr"], "days": ["mon", "thu"], "date": "1980-02-29",
    "email": "zephyr@example.org", "tel": "+47 99 88 77 66",
}  # fmt: skip
"""A value of each kind."""


def shown(value: Any) -> str:
    """What of a value stands on every page that tells it."""
    text = str(value[0] if isinstance(value, list) else value).split("\n")[0]
    return {"mon": "Mon", "1980-02-29": "1980"}.get(text, text.removeprefix("https://"))


def test_a_field_is_at_every_door(own_company: Company) -> None:
    browser = own_company.client("root@larkfield.example", role="administrator")
    program = service(own_company.app)
    for name in FIELDS_OF_CARD:
        _at_every_door(own_company, browser, program, name)


def _at_every_door(own_company: Company, browser: TestApp, program: Program, name: str) -> None:
    value, path = _OF_KIND[KINDS[name]], f"/employees/{own_company.ids['E05']}"
    place = program.get("/changes").json["place"]
    written = program.patch(path, {name: value}, if_match="*", status=200).json
    answered = [each["name"] for each in written[name]] if name == "skills" else written[name]
    assert sorted(answered) == sorted(value)
    assert program.get(path).json[name] == written[name]
    if name != "skills":
        assert program.get(f"/employees?ids={own_company.ids['E05']}&fields={name}").json["items"][0][name] == value
    (entry,) = program.get(f"/changes?after={place}").json["items"]
    assert name in entry["fields"]
    # Pages: the person, the form, the change.
    page = browser.get(path).html
    assert shown(value) in str(page.find("main")) or name == "given_name"
    form = browser.get(f"{path}/edit").html
    assert form.find(attrs={"name": name}) is not None
    assert form.find(string=FIELDS[name].label) is not None
    change = browser.get(f"/changes/{entry['change_set']['revision']}").html
    assert FIELDS[name].label in change.find("main").get_text(" ")
    # Files: the heading of the export is one that an import knows.
    head, *rows = csv.reader(io.StringIO(program.get("/employees?format=csv").body.decode("utf-8-sig")))
    label = next(each for each in head if each in (name, FIELDS[name].label))
    assert any(shown(value) in row[head.index(label)] or name == "working_days" for row in rows)
    assert is_known(label)
    with own_company.engines.read.connect() as conn:
        found = profile(conn, clock_now(conn, TODAY), EVERYTHING, own_company.ids["E05"])
    assert found
    if FIELDS[name].vcard:
        assert shown(value) in vcard(found, organisation="Larkfield", url="/", uid="1").decode()


def test_the_documentation_has_every_field(company: Company) -> None:
    schemas = company.testapp.get("/api/v1/openapi.json").json["components"]["schemas"]
    for name in FIELDS_OF_CARD:
        assert name in schemas["Employee"]["properties"], name
        for body in ("EmployeeCreate", "EmployeePatch", "EmployeePut"):
            assert name in schemas[body]["properties"], (name, body)
    for name in FIELDS:
        assert name in schemas["Employee"]["properties"], name


def test_columns_are_as_long_as_the_declarations_allow() -> None:
    columns = Employee.__table__.c
    for name in CARD_FIELDS:
        kind = columns[name].type if name in columns else None
        if isinstance(kind, String) and kind.length and longest(name):
            assert kind.length == longest(name), name


def test_dated_fields_are_told_by_their_table() -> None:
    """What a row of an assignment holds, verbs say of it."""
    columns = Assignment.__table__.c
    for name in fields_of("assignment"):
        assert name in columns or f"{name}_id" in columns
        for verb in (HiringVerb, JobFacts, CorrectedFact):
            assert name in verb.model_fields, (name, verb)


def test_every_section_of_the_form_has_fields() -> None:
    sections = {FIELDS[name].section for name in Card.model_fields if name != "portrait"}
    assert sections == set(SECTIONS)
