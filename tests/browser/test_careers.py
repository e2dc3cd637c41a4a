"""Journeys of the people team through the forms of careers, counted: pages from the menu to what is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import PEOPLE_TEAM, Served, served_from
from tests.browser.test_every_page import look_at
from tests.support import company


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """The organisation, for one test that changes it."""
    with served_from(tmp_path_factory.mktemp("careers"), ini_settings, company.load) as served:
        yield served


def steps(page: Any) -> list[str]:
    """The headings of the pages that are opened from now on."""
    seen: list[str] = []
    page.on("load", lambda opened: seen.append(opened.locator("h1").inner_text()))
    return seen


@pytest.mark.parametrize(("scripts", "width"), [(True, 1024), (False, 390)])
def test_somebody_is_hired_in_one_form_and_one_review(
    own: Served, opened: Callable[..., Any], scripts: bool, width: int
) -> None:
    page = opened(at=own, who=PEOPLE_TEAM, scripts=scripts, width=width)
    page.goto("/hire")
    seen = steps(page)
    page.get_by_label("Given name").fill("Nova")
    page.get_by_label("Family name").fill("New")
    page.get_by_label("Department").fill("Platform")
    page.get_by_label("Department").press("Enter")
    page.get_by_text("reports to Adaeze Nwosu (E03)").wait_for()
    if scripts:
        look_at(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Undo").wait_for()
    assert seen == ["Hire someone", "Nova New"]


def test_a_leaver_with_reports_goes_in_one_form_and_one_review(own: Served, opened: Callable[..., Any]) -> None:
    page = opened(at=own, who=PEOPLE_TEAM)
    page.goto(own.address("/employees/{E02}"))
    page.locator("summary", has_text="Change").click()
    page.get_by_role("link", name="Leaves…").click()
    page.wait_for_load_state()
    seen = steps(page)
    page.get_by_label("Last day").fill("2026-07-31")
    page.get_by_label("Adaeze Nwosu").fill("Sørensen")
    page.get_by_role("button", name="Review").click()
    page.get_by_text("reports to Bjørn Sørensen (E04) instead of Grace Hall (E02)").wait_for()
    look_at(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Undo").wait_for()
    assert seen == ["Grace Hall leaves", "Grace Hall"]


def test_names_are_offered_while_one_types_and_several_are_chosen_from(own: Served, opened: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = opened(at=own, who=PEOPLE_TEAM)
    page.goto(own.address("/employees/{E05}/change/manager"))
    entry = page.get_by_label("Manager", exact=True)
    entry.press_sequentially("sor")
    expect(page.locator("#manager-list option").first).to_have_attribute("value", "Bjørn Sørensen (E04)")
    entry.fill("e")
    page.get_by_role("button", name="Review").click()
    look_at(page)
    (chosen,) = page.locator("select#manager").select_option(index=1)
    page.get_by_role("button", name="Review").click()
    page.get_by_text(f"reports to {chosen}").wait_for()
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_label("Manager", exact=True)).to_have_value(chosen)
