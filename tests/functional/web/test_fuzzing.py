"""What a machine that has read the specification tries: every operation, as each role, all of schemathesis' checks.

A few examples for each operation, and for the role that may do most all boundaries of every schema as well; one example
for each role that differs from another only in whom it may change. ``MYPROJECT_TEST_EXAMPLES=200`` tries harder, and
all of that as every role. Bodies that say nothing new are in test_no_op_bodies.py.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
import schemathesis
import waitress
from hypothesis import strategies as st
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from myproject.accounts import tokens
from myproject.accounts.permissions import Role
from myproject.api.framework.operations import load
from myproject.db.engines import Engines
from myproject.directory.schema.clock import FIRST_DAY, LAST_DAY
from myproject.security.scopes import Scope
from tests.conftest import Company, company_on
from tests.support.accounts import account
from tests.support.tokens import WHO, bearer

pytestmark = pytest.mark.long

FEW = 3
EXAMPLES = int(os.environ.get("MYPROJECT_TEST_EXAMPLES", FEW))
ROLES: dict[str, dict[str, Any]] = {
    "employee": {"email": "e12@larkfield.example"},
    "editor": {"email": "e13@larkfield.example", "role": "editor", "department": "ENG"},
    "people_team": {"email": "e08@larkfield.example", "role": "people_team"},
    "administrator": {"email": "admin@example.org", "role": "administrator"},
    "editor elsewhere": {"email": "e09@larkfield.example", "role": "editor", "department": "SALES"},
    "manager": {"email": "e02@larkfield.example"},
    "person": {"email": "e05@larkfield.example"},
    "token bound here": {"department": "ENG"},
    "token bound elsewhere": {"department": "SALES"},
}
#: Roles that are tried less.
ALIKE = frozenset({"editor elsewhere", "manager", "person", "token bound here", "token bound elsewhere"})

# The calendar of the directory: what lies beyond is refused, which no format of JSON Schema can say.
_DAYS = st.dates(FIRST_DAY + timedelta(days=1), LAST_DAY - timedelta(days=1))
schemathesis.openapi.format("date", _DAYS.map(date.isoformat))
schemathesis.openapi.format("date-time", _DAYS.map(lambda day: f"{day.isoformat()}T12:00:00Z"))


#: What a value has to mean, and what goes with what, no schema says: such values may be refused although they are
#: written as the schema has it. Everything else that is refused must go against the schema.
MEANT = frozenset(
    {
        "after",
        "cursor",
        "department",
        "expand",
        "fields",
        "from",
        "job_title",
        "hired_on_to",
        "location",
        "manager",
        "name",
    }
    | {"omit", "parent", "q", "root", "skill", "sort", "to"}
)


class Served(NamedTuple):
    """An organisation to try things on, on a port."""

    company: Company
    url: str


@pytest.fixture(scope="module")
def served(database: Any, ini_settings: dict[str, str]) -> Iterator[Served]:
    """The organisation of the tests, which the tests may change."""
    with company_on(database, ini_settings) as company:
        server = waitress.create_server(company.app, host="127.0.0.1", port=0, threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield Served(company, f"http://127.0.0.1:{server.effective_port}")
        server.close()
        thread.join(5)


def is_meant(check: str, response: Any) -> bool:
    """Whether well-written data was refused for what it means."""
    if check != "positive_data_acceptance" or response is None:
        return False
    if response.status_code in (412, 422, 428):
        return True
    told = response.json() if response.status_code == 400 else {}
    places = {each.get("parameter") for each in told.get("problems", ())}
    return bool(places) and places <= MEANT


def _token(engines: Engines, role: str) -> str:
    """A token of somebody in that role, good for everything."""
    details = ROLES[role]
    if "email" in details:
        who = account(engines, **details)
        with engines.begin() as conn:
            return tokens.create_personal(conn, WHO, who, role, list(Scope))
    with engines.begin() as conn:
        kind = Role.PEOPLE_TEAM
        return tokens.create_service(conn, WHO, kind, role, tuple(Scope), department_code=details["department"])


def tried(served: Served, role: str) -> list[str]:
    """Every failure of a run with the token of somebody in that role: which check, and the request that shows it."""
    token = _token(served.company.engines, role)
    schema = schemathesis.openapi.from_url(f"{served.url}/api/v1/openapi.json", headers=bearer(token))
    config = schema.config
    config.update(headers=bearer(token), continue_on_failure=True)
    # What names a version that is none any more is refused as well.
    config.checks.negative_data_rejection.expected_statuses = [
        *config.checks.negative_data_rejection.expected_statuses,
        "412",
    ]
    config.phases.coverage.enabled = role == "people_team" or EXAMPLES > FEW
    config.generation.max_examples = 1 if role in ALIKE and EXAMPLES == FEW else EXAMPLES
    config.generation.deterministic = True
    config.generation.no_shrink = True
    failures: dict[str, str] = {}
    # Where it reads the specification, it does not try anything.
    seen = {"GET /api/v1/openapi.json"}
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError | FatalError):
            failures[str(event.id)] = str(event)
        if not isinstance(event, ScenarioFinished):
            continue
        if event.label and event.recorder.interactions:
            seen.add(event.label)
        for case, checks in event.recorder.checks.items():
            for check in checks:
                failure = check.failure_info
                if failure is not None and not is_meant(check.name, event.recorder.find_response(case_id=case)):
                    response = event.recorder.find_response(case_id=case)
                    answer = f"{response.status_code} {response.text[:500]}" if response else ""
                    told = f"{event.label}: {check.name}: {failure.failure.message}\n{failure.code_sample}\n{answer}"
                    failures.setdefault(f"{event.label} {check.name} {failure.failure.title}", told)
    assert {f"{each.method} {each.path}" for each in load().values()} <= seen
    return list(failures.values())


@pytest.mark.parametrize("role", ROLES)
def test_every_operation_is_what_it_says(served: Served, role: str) -> None:
    failures = tried(served, role)
    assert not failures, "\n\n".join(failures)
