"""Texts that would be code, in every field that is stored: no page runs them, none becomes an element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from myproject.accounts import audit
from myproject.accounts.audit import Event, Origin
from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    ChangeLocation,
    EditCard,
    EditDepartment,
    Join,
    Move,
    RenameDepartment,
    Verb,
)
from tests.browser.conftest import ADMINISTRATOR, Served, served_from
from tests.support import company
from tests.support.accounts import ORIGIN, account

MARK = "data-payload"
PAYLOAD = f'"><img {MARK} src=x onerror=alert(1)><script {MARK}>alert(2)</script>'
SHORT = f"<b {MARK}>'\"</b>"
BREAKING = f"</script></title></textarea><svg {MARK} onload=alert(3)>"
ON = date(2026, 2, 1)


def payloads() -> list[Verb]:
    """Verbs that put payloads wherever text is kept."""
    card = Card(
        given_name=PAYLOAD,
        family_name=BREAKING,
        preferred_name=PAYLOAD,
        alternative_names=[PAYLOAD, BREAKING],
        pronunciation=BREAKING,
        pronouns=SHORT,
        external_id=PAYLOAD,
        phone=f"12{SHORT}",
        mobile=f"34{SHORT}",
        desk=SHORT,
        about=f"{PAYLOAD}\n{BREAKING}\n{{{{ 7 * 7 }}}} \u2028 {{% raw %}}",
        skills=[PAYLOAD, BREAKING],
        languages=[PAYLOAD],
        links=[f"https://example.org/{SHORT.replace(' ', '')}"],
    )
    return [
        RenameDepartment(department="WEB", name=PAYLOAD, on=ON),
        EditDepartment(department="WEB", about=BREAKING + PAYLOAD),
        ChangeLocation(location="OSL", name=PAYLOAD, address=BREAKING, city=SHORT),
        Join(employee_number="<i>X</i>", card=card, on=ON, department="WEB", job_title=PAYLOAD, manager="E04"),
        Move(employee="E04", on=ON, job_title=BREAKING),
        EditCard(employee="E04", changes=Card(pronouns=SHORT, about=PAYLOAD)),
    ]


def load(engines: Engines) -> None:
    company.load(engines)
    with engines.begin() as conn:
        apply(conn, payloads(), today=company.TODAY, author=PAYLOAD, source="form", reason=PAYLOAD + BREAKING)
        audit.record(
            conn, Origin(PAYLOAD, ORIGIN.at, SHORT, SHORT), Event.USER_INVITED, target=PAYLOAD, details={"x": BREAKING}
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """A server with payloads in it."""
    with served_from(tmp_path_factory.mktemp("payloads"), ini_settings, load) as served:
        account(served.app.registry.engines, "payload@example.org", role="administrator")
        yield served


ADDRESSES = (
    "/", "/employees", "/employees?view=cards", "/employees?q={q}", "/employees?department=WEB", "/employees/{E04}",
    "/employees/{X}", "/employees/{X}/edit", "/employees/{X}/report", "/departments/", "{web}", "/chart",
    "/chart/{X}",
    "/chart/{E04}/print", "/chart?from={X}&to={E01}", "/chart/{E01}?q={q}", "/changes", "/changes/4", "/audit",
    "/roles",
    "/accounts", "/inbox", "/department/4/edit", "/nowhere/{q}", "/employees?sort={q}", "/employees?{q}=1",
    "/sign-in?next={q}", "/departments/?q={q}", "/roles/grant", "/employees?as_of={q}",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_becomes_an_element(opened: Callable[..., Any], served: Served, address: str) -> None:
    from urllib.parse import quote

    page = opened(who=ADMINISTRATOR)
    dialogs: list[str] = []

    def opened_one(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", opened_one)
    page.goto("/employees")
    web = page.goto(served.address("/employees/{E04}")) and page.locator(".crumbs a").last.get_attribute("href")
    names = {**served.ids, "X": served.ids["<i>X</i>"], "q": quote(PAYLOAD, safe=""), "web": web}
    response = page.goto(served.url + address.format_map(names))
    assert response.status < 500
    page.wait_for_load_state("networkidle")
    assert dialogs == []
    assert page.locator(f"[{MARK}]").count() == 0
    assert not re.search(r"\b49\b\s*\u2028", page.content())


def test_the_live_search_shows_text(opened: Callable[..., Any], served: Served) -> None:
    page = opened(who=ADMINISTRATOR)
    page.goto("/employees")
    page.get_by_role("combobox", name="Find people").fill("img")
    page.get_by_role("option").first.wait_for()
    assert page.locator(f"[{MARK}]").count() == 0
    assert "<img" in page.get_by_role("option").first.inner_text()
