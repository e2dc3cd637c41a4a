"""Whole lists of the API as CSV and as JSON lines."""

from __future__ import annotations

import csv
import json
from typing import Any

import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts.permissions import Role
from tests.conftest import Company, app_on
from tests.support.accounts import post
from tests.support.api import service
from tests.support.problems import problem

LIST = "/api/v1/employees"


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(answer.text.removeprefix("\ufeff").splitlines()))


def documents(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_everyone_as_json_lines(company: Company) -> None:
    get = company.testapp.get
    answer = get(f"{LIST}?format=ndjson")
    assert answer.content_type == "application/x-ndjson"
    assert documents(answer) == get(f"{LIST}?limit=200").json["items"]
    chosen = documents(get(f"{LIST}?format=ndjson&fields=id,name&department=PLAT&sort=-name"))
    assert chosen == get(f"{LIST}?limit=200&fields=id,name&department=PLAT&sort=-name").json["items"]
    assert get(f"{LIST}?format=ndjson&name=nobody-at-all").body == b""
    assert documents(get(f"{LIST}?format=ndjson", headers={"Accept": "application/x-ndjson"}))


def test_everyone_as_csv(company: Company) -> None:
    answer = company.testapp.get(f"{LIST}?format=csv&department=PLAT")
    assert answer.content_type == "text/csv"
    # The very table that the page gives: it comes back by an import.
    assert answer.body == company.testapp.get("/employees.csv?department=PLAT").body
    assert {row["Employee number"] for row in rows(answer)} >= {"E05", "E06"}


def test_small_lists(company: Company) -> None:
    get = company.testapp.get
    for address in ("/api/v1/departments", "/api/v1/locations"):
        items = get(f"{address}?limit=200").json["items"]
        assert documents(get(f"{address}?format=ndjson")) == items
        assert [row["code"] for row in rows(get(f"{address}?format=csv"))] == [item["code"] for item in items]
    (platform,) = (row for row in rows(get("/api/v1/departments?format=csv")) if row["code"] == "PLAT")
    assert platform["parent"] == "Engineering"
    assert platform["parent_id"].isdigit()


def test_what_generated_clients_send_along(company: Company) -> None:
    """They send the defaults that the specification declares."""
    get = company.testapp.get
    for address in (LIST, "/api/v1/departments", "/api/v1/locations"):
        for kind in ("csv", "ndjson"):
            assert get(f"{address}?format={kind}&limit=2&count=none").body == get(f"{address}?format={kind}").body
    expanded = get(f"{LIST}?limit=200&expand=manager").json["items"]
    assert documents(get(f"{LIST}?format=ndjson&expand=manager")) == expanded


def test_what_does_not_go_with_files(company: Company) -> None:
    get = company.testapp.get
    for query, place in (
        ("format=csv&fields=id", "fields"), ("format=csv&expand=manager", "expand"), ("format=xml", "format"),
    ):  # fmt: skip
        problem(get(f"{LIST}?{query}", status=400), 400, place=place)
    company.testapp.get(LIST, headers={"Accept": "text/csv"}, status=406)
    program = service(company.app, name="files")
    problem(program.get("/employees?format=csv&employed=no", status=400), 400, place="employed")


def test_files_are_entered_and_counted(own_company: Company, ini_settings: dict[str, str]) -> None:
    with app_on(own_company.engines, {**ini_settings, "throttle.exports": "2"}) as app:
        program = service(app, Role.EMPLOYEE, name="files")
        program.get("/employees?format=ndjson")
        program.get("/employees?format=csv&department=ENG")
        refused = program.get("/employees?format=csv", status=429)
        assert int(refused.headers["Retry-After"]) > 0
        # Pages go on, and so does everybody else.
        program.get("/employees")
        service(app, Role.EMPLOYEE, name="others").get("/employees?format=csv")
    with own_company.engines.read.connect() as conn:
        entries = sa.text("SELECT details FROM audit_event WHERE event = 'directory.exported' ORDER BY id")
        found = conn.execute(entries).scalars().all()
    details = [json.loads(each) if isinstance(each, str) else each for each in found]
    assert details[0] == {"what": "people"}
    assert details[1] == {"what": "people", "filters": {"department": "ENG"}}


def test_who_looks_as_somebody_else_takes_no_files(own_company: Company) -> None:
    client: TestApp = own_company.client("e08@larkfield.example", role="people_team")
    client.get(f"{LIST}?format=csv")
    post(client, "/view-as", {"whom": "colleague"}, status=303)
    client.get(f"{LIST}?format=csv", status=403)
    assert client.get(LIST).json["items"]
