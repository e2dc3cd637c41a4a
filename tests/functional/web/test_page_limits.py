"""How often one account searches on pages, and how many lists it takes as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from myproject.accounts import audit
from myproject.security import rates
from myproject.settings.table import NAMES
from tests.conftest import NOW, Company, app_on
from tests.support.accounts import post, signed_in
from tests.support.tokens import LIST, bearer, service

ADMIN: dict[str, Any] = {"email": "admin@example.org", "role": "administrator"}


@pytest.fixture
def app(own_company: Company, ini_settings: dict[str, str]) -> Iterator[Any]:
    """The organisation, in an application that is strict; its clock of searches stands still."""
    with app_on(own_company.engines, ini_settings, **{"throttle.searches": "1", "throttle.exports": "2"}) as app:
        app.registry.rates._searches._now = lambda: 6000.0
        yield app


def test_searches_are_held_off_on_every_page_that_searches(app: Any) -> None:
    client, colleague = signed_in(app, **ADMIN), signed_in(app, "e05@larkfield.example")
    pages = ("/suggest?q=grace", "/employees?sort=name&q=grace", "/employees.csv?q=nobody", "/departments/?q=web",
             "/chart?q=grace", "/chart?from=1&who=grace", "/accounts?q=grace")  # fmt: skip
    for number in range(rates.SEARCHES):
        client.get(pages[number % 2])
    for page in pages:
        answer = client.get(page, status=429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 2 * rates.SEARCHES
        assert "You are searching too often" in answer.text
    # What is only looked at is not counted, nor what others search.
    for page in ("/employees", "/employees?q=&sort=name", "/chart", "/suggest?q="):
        client.get(page, status=200)
    colleague.get("/suggest?q=grace", status=200)
    app.registry.rates._searches._now = lambda: 6000.0 + 2 * rates.SEARCHES
    client.get("/suggest?q=grace", status=200)


def test_programs_are_counted_by_the_limits_of_the_api_alone(app: Any) -> None:
    client, token = signed_in(app), service(app)
    for _ in range(rates.SEARCHES + 5):
        client.get(f"{LIST}?q=grace", headers=bearer(token), status=200)


def test_files_are_held_off_for_an_hour(app: Any, travel: Any) -> None:
    client, colleague = signed_in(app, **ADMIN), signed_in(app, "e05@larkfield.example")
    client.head("/employees.csv")
    client.get("/employees.csv?nonsense=1", status=400)
    client.get("/employees.csv", status=200)
    post(client, "/audit.csv", status=200)
    for answer in (client.get("/employees.csv", status=429), post(client, "/audit.csv", status=429)):
        assert "You have downloaded 2 lists within an hour." in answer.text
        assert 3_500 < int(answer.headers["Retry-After"]) <= 3_601
    colleague.get("/employees.csv", status=200)
    with app.registry.engines.read.connect() as conn:
        assert len(audit.entries(conn, event="directory.exported")) == 3
    travel(app, NOW + timedelta(minutes=61))
    client.get("/employees.csv", status=200)


def test_zero_is_any_number(own_company: Company) -> None:
    """The tests' own ini sets none."""
    for _ in range(NAMES["throttle.exports"].default + 2):
        own_company.testapp.get("/employees.csv", status=200)
    for _ in range(rates.SEARCHES * NAMES["throttle.searches"].default + 2):
        own_company.testapp.get("/suggest?q=grace", status=200)
