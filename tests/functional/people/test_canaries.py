"""What somebody may not see is in no answer, whatever they open: secrets are laid out, and everyone follows every link.

The same walk shows that reading changes nothing in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeAudience, EditCard
from myproject.models.all import metadata
from tests.conftest import Company, company_on
from tests.functional.web.test_permission_matrix import ACCOUNTS, BOUND, PERSON, WHO, bound
from tests.support.accounts import PASSWORD, account, cookie_of
from tests.support.company import TODAY
from tests.support.crawling import crawl

#: Somebody whom only the people team knows of.
HIDDEN = "E07"
#: What is laid out: secret -> who may see it (besides the person): by the organisation, or as the person chose.
SECRETS: dict[str, frozenset[str]] = {
    "1966-11-29": frozenset({"people team", "administrator", "person"}),
    "29 Nov 1966": frozenset({"people team", "administrator", "person"}),
    "canary-external": frozenset({"people team", "administrator", "person"}),
    "canary-before": frozenset({"people team", "administrator", "person"}),
    "+47 41 41 41 41": frozenset({"people team", "administrator", "person"}),
    "canary-about": frozenset({"people team", "administrator", "person", "manager"}),
    "canary-desk": frozenset({"administrator", "person"}),
    "Siobhán": frozenset({"people team", "administrator"}),
    "e07@larkfield.example": frozenset({"people team", "administrator"}),
}
#: Written by looking around: when a session or token was last used, the day of those present, a file taken away.
MAY_CHANGE = {"sign_in_session", "access_token", "audit_event"}


@pytest.fixture(scope="module")
def laid_out(database: Any, ini_settings: dict[str, str]) -> Iterator[Company]:
    """The company with secrets in it, and an account for each who looks."""
    with company_on(database, ini_settings) as company:
        for details in ACCOUNTS.values():
            account(company.engines, **details)
        account(company.engines, ACCOUNTS["people team"]["email"], password=PASSWORD)
        who: dict[str, Any] = {"today": TODAY, "author": "test", "source": "form"}
        with company.engines.begin() as conn:
            before = EditCard(
                employee=PERSON,
                changes=Card(
                    external_id="canary-before", mobile="+47 41 41 41 41", about="canary-about", desk="canary-desk"
                ),
                audiences={"mobile": "people_team", "about": "manager_line", "desk": "administrators"},
            )
            apply(conn, [before], **who)
            after = Card(external_id="canary-external", date_of_birth=date(1966, 11, 29))
            apply(conn, [EditCard(employee=PERSON, changes=after)], **who)
            apply(conn, [ChangeAudience(employee=HIDDEN, audience="people_team")], **who)
        yield company


def snapshot(company: Company) -> dict[str, Any]:
    """Everything that is stored, by table."""
    with company.engines.read.connect() as conn:
        return {
            table.name: sorted(map(repr, conn.execute(sa.select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in MAY_CHANGE
        }


@pytest.mark.slow
@pytest.mark.parametrize("who", [*WHO, *BOUND])
def test_nothing_hidden_is_shown_and_nothing_changes(
    laid_out: Company, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    from webtest import TestApp

    client = bound(laid_out, who) if who in BOUND else TestApp(laid_out.app)
    if who in ACCOUNTS:
        known = account(laid_out.engines, ACCOUNTS[who]["email"])
        client.set_cookie(laid_out.app.registry.session_cookie, cookie_of(laid_out.app, known))
    client.get("/", status="*")
    before = snapshot(laid_out)
    # A token is good for what its role is, of those in its department.
    role = {"token bound here": "people team"}.get(who, who)
    hidden = {secret for secret, allowed in SECRETS.items() if role not in allowed}
    shown: set[str] = set()
    pages = 0
    person, gone = laid_out.ids[PERSON], laid_out.ids[HIDDEN]
    with laid_out.engines.read.connect() as conn:
        newest = conn.exec_driver_sql("SELECT revision FROM counter").scalar() or 0
    starts = [
        "/", f"/employees/{person}", f"/employees/{person}.vcf", f"/employees/{gone}", f"/employees/{gone}.vcf",
        f"/chart/{gone}", f"/chart?from={person}&to={gone}", "/employees.csv", "/suggest?q=sio", "/suggest?q=414141",
        "/employees?q=41414141", "/employees?q=canary", "/employees?q=zak", "/changes", "/employees?as_of=2025-01-01",
        f"/employees/{person}?as_of=2024-01-01", f"/employees/{gone}?as_of=2024-01-01", "/?as_of=2024-01-01",
        f"/employees/{person}/edit", f"/employees/{person}/report", f"/employees/{gone}/edit", "/chart/print",
    ]  # fmt: skip
    programs = [
        *(f"/api/v1/{path}" for path in (
            "employees?limit=200", "employees?limit=200&expand=manager,department,location&count=exact",
            "employees?q=canary", "employees?q=sio", "employees?name=sio", "employees?q=41414141",
            "employees?limit=200&as_of=2024-01-01", f"employees/{person}", f"employees/{gone}",
            f"employees/{person}?as_of=2024-01-01", f"employees/{gone}?as_of=2024-01-01", "search?q=sio&limit=50",
            "search?q=canary", "assignments?limit=200", f"assignments?employee={gone}", "reporting-lines?limit=200",
            f"reporting-lines?manager={gone}", "chart", f"chart/{gone}", f"chart/path?from={person}&to={gone}",
            "change-sets?limit=200", *(f"change-sets/{number}?limit=200" for number in range(1, newest + 1)), "me",
            "departments?limit=200", "departments/tree",
        )),
    ]  # fmt: skip
    answers = ((address, client.get(address, status="*")) for address in programs)
    with caplog.at_level(logging.INFO):
        for address, response in chain(crawl(client, *starts), answers):
            pages += 1
            text = f"{response.headers}\n{response.body.decode(errors='replace')}"
            found = {secret for secret in SECRETS if secret in text}
            assert not found & hidden, f"{who} sees {found & hidden} at {address}"
            shown |= found
    assert pages > (60 if who in ACCOUNTS else 20)
    assert snapshot(laid_out) == before
    log = caplog.text
    assert not [secret for secret in (*SECRETS, PASSWORD, "$argon2") if secret in log]
    if role in ACCOUNTS:
        # What may be seen was seen: the secrets lie where the walk goes.
        assert shown >= {secret for secret in set(SECRETS) - hidden if secret != "canary-before"} - _not_linked(role)


def _not_linked(who: str) -> set[str]:
    """Files say the date one way, pages the other; who sees only one of them sees one."""
    return {"1966-11-29", "29 Nov 1966"} if who in ("people team", "administrator", "person") else set()


@pytest.mark.slow
def test_the_walk_reaches_what_it_should(laid_out: Company) -> None:
    client = laid_out.client(ACCOUNTS["administrator"]["email"])
    kinds = {address.partition("?")[0] for address, _ in crawl(client)}
    assert {"/employees", "/chart", "/departments/", "/changes", "/accounts", "/roles", "/audit", "/inbox"} <= kinds
