"""Bodies that say nothing new, to every operation that changes something, as everyone who may come: never a 5xx, and the
next write is taken.

They are made from the declared bodies and what is answered of the thing: nothing, each field as it is, all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.api.operations import OPERATIONS, Operation
from tests.accounts import account, cookie_of, token_of
from tests.api import Program, service
from tests.conftest import Company, _company
from tests.declared import BODIES
from tests.functional.test_permission_matrix import ACCOUNTS, BOUND, WHO, bound

PERSON = "E05"
CHANGES = [each for each in OPERATIONS.values() if not each.safe and each.route != "api.batch"]


@pytest.fixture(scope="module")
def changed(database: Any, ini_settings: dict[str, str]) -> Iterator[Company]:
    """The company, which the tests may change."""
    with _company(database, ini_settings) as company:
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


def address(company: Company, operation: Operation) -> str:
    """The address of an operation, about the person of the permission matrix and what is around them."""
    scalars = {
        "department": "SELECT id FROM department WHERE code = 'PLAT'",
        "location": "SELECT min(id) FROM location",
        "assignment": f"SELECT min(assignment_id) FROM assignment WHERE employee_id = {company.ids[PERSON]}",
        "line": f"SELECT max(id) FROM reporting_line WHERE employee_id = {company.ids[PERSON]}",
    }
    with company.engines.read.connect() as conn:
        parts: dict[str, Any] = {name: conn.execute(sa.text(query)).scalar() for name, query in scalars.items()}
    noun = operation.name.partition(".")[0]
    parts |= {"id": parts.get(noun, company.ids[PERSON]), "employee_number": PERSON, "revision": 2}
    query = "?last_day=2199-01-01" if operation.method == "DELETE" else ""
    return operation.path.format(**parts) + query


def restated(people: Program, path: str, operation: Operation) -> dict[str, Any]:
    """What the body of an operation takes of what the thing is, as it is."""
    thing = people.get(path.partition(":")[0]).json if "by-number" not in path and "{id}" in operation.pattern else {}
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
        for name, value in BODIES[operation.id].items()
        if operation.body and name in operation.body.model_fields and operation.body.model_fields[name].is_required()
    }
    if "effective" in needed:
        needed["effective"] = "2026-06-15"
    yield {}
    yield needed
    yield from ({**needed, name: value} for name, value in same.items())
    yield {**needed, **same}


@pytest.mark.parametrize("who", [*WHO, *BOUND])
def test_nothing_new_is_never_a_fault(changed: Company, who: str) -> None:
    people, send = service(changed.app, name=f"people for {who}"), sender(changed, who)
    for operation in CHANGES:
        path = address(changed, operation)
        plain = path.partition("?")[0].removesuffix(path[path.index("/assignments") :] if "/assignments" in path else "")
        plain = plain.partition("/reporting-lines")[0]
        for body in bodies(operation, restated(people, plain, operation)):
            for query in ("dry_run=1", ""):
                asked = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
                answer = send(operation.method, asked, body)
                assert answer.status_int < 500, (operation.id, body, answer.text)
    one = f"/employees/{changed.ids[PERSON]}"
    people.patch(one, {"desk": f"Desk {who}"[:60]}, if_match="*", status=200)
    with changed.engines.read.connect() as conn:
        counted, written = conn.exec_driver_sql("SELECT (SELECT revision FROM counter), max(revision) FROM change_set").one()
    assert counted == written
