"""Bodies that say nothing new, to every operation that changes something, as everyone who may come: never a 5xx, and
the next write is taken.

They are made from the declared bodies and what is answered of the thing: nothing, each field as it is, all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from myproject.api.framework.operations import Operation, load
from tests.conftest import Company, company_on
from tests.functional.web.test_permission_matrix import ACCOUNTS, BOUND, WHO, bound
from tests.support.accounts import account, cookie_of, token_of
from tests.support.api import service
from tests.support.declared import BODIES

PERSON = "E05"


@pytest.fixture(scope="module")
def changed(database: Any, ini_settings: dict[str, str]) -> Iterator[Company]:
    """The company, which the tests may change."""
    with company_on(database, ini_settings) as company:
        yield company


def sender(company: Company, who: str) -> Any:
    """(method, path, body) -> the answer to somebody in that part of the permission matrix."""
    client, headers = TestApp(company.app), {"If-Match": "*"}
    if who in BOUND:
        client = bound(company, who)
    elif who in ACCOUNTS:
        known = account(company.engines, **ACCOUNTS[who])
        client.set_cookie(company.app.registry.session_cookie, cookie_of(company.app, known))
        headers["X-CSRF-Token"] = token_of(client)

    def send(method: str, path: str, body: Any) -> Any:
        if method == "DELETE":
            return client.delete(path, headers=headers, status="*")
        call: Any = getattr(client, f"{method.lower()}_json")
        return call(path, body, headers=headers, status="*")

    return send


class Place:
    """Where operations find the person of the permission matrix and what is around them."""

    def __init__(self, company: Company) -> None:
        scalars: dict[str, Any] = {
            "department": "SELECT id FROM department WHERE code = 'PLAT'",
            "location": "SELECT min(id) FROM location",
            "assignment": f"SELECT min(assignment_id) FROM assignment WHERE employee_id = {company.ids[PERSON]}",
            "line": f"SELECT max(id) FROM reporting_line WHERE employee_id = {company.ids[PERSON]}",
        }
        with company.engines.read.connect() as conn:
            self._parts = {name: conn.exec_driver_sql(query).scalar() for name, query in scalars.items()}
        self._parts |= {"employee": company.ids[PERSON], "employee_number": PERSON, "revision": 2, "job": 1}

    def thing(self, operation: Operation) -> str:
        """The address of what an operation changes; empty where it makes something new, or takes something back."""
        noun = operation.name.partition(".")[0]
        there = "{id}" in operation.pattern or "{employee_number}" in operation.pattern
        return f"/{noun}s/{self._parts[noun]}" if there else ""

    def address(self, operation: Operation) -> str:
        """The address of an operation."""
        noun = operation.name.partition(".")[0]
        query = "?last_day=2199-01-01" if operation.method == "DELETE" else ""
        return operation.path.format(**{**self._parts, "id": self._parts.get(noun)}) + query


def restated(thing: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """What the body of an operation takes of a thing, as it is."""
    fields = operation.body.model_fields if operation.body else {}
    same = {name: value for name, value in thing.items() if name in fields and not isinstance(value, dict)}
    for name in ("department", "location", "manager", "parent"):
        if f"{name}_id" in fields and name in thing:
            same[f"{name}_id"] = thing[name] and thing[name]["id"]
    if "skills" in same:
        same["skills"] = [each["name"] for each in same["skills"] or ()]
    return same


def bodies(operation: Operation, same: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Bodies that say nothing new; with what the operation can't do without, for today."""
    needed = {
        name: value
        for name, value in BODIES.get(operation.id, {}).items()
        if operation.body and name in operation.body.model_fields and operation.body.model_fields[name].is_required()
    }
    if "effective" in needed:
        needed["effective"] = "2026-06-15"
    yield {}
    yield needed
    yield from ({**needed, name: value} for name, value in same.items())
    yield {**needed, **same}


@pytest.mark.slow
@pytest.mark.parametrize("who", [*WHO, *BOUND])
def test_nothing_new_is_never_a_fault(changed: Company, who: str) -> None:
    people, send, place = service(changed.app, name=f"people for {who}"), sender(changed, who), Place(changed)
    for operation in load().values():
        if operation.safe or operation.name == "batch":
            continue
        path, thing = place.address(operation), place.thing(operation)
        for body in bodies(operation, restated(people.get(thing).json if thing else {}, operation)):
            for asked in (f"{path}{'&' if '?' in path else '?'}dry_run=1", path):
                answer = send(operation.method, asked, body)
                assert answer.status_int < 500, (operation.id, body, answer.text)
    people.patch(f"/employees/{changed.ids[PERSON]}", {"desk": f"Desk {who}"}, if_match="*", status=200)
    with changed.engines.read.connect() as conn:
        counter, newest = "SELECT revision FROM counter", "SELECT max(revision) FROM change_set"
        assert conn.exec_driver_sql(counter).scalar() == conn.exec_driver_sql(newest).scalar()
