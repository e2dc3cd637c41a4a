"""The tree of the chart under the hands: arrows, letters, the rest of a long branch, and what the address keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.browser.conftest import Served, Who, served_from
from tests.functional.org_chart.test_org_chart import load


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """An organisation with a manager of sixty, instead of the small one."""
    with served_from(tmp_path_factory.mktemp("tree"), ini_settings, load) as served:
        yield replace(served, visitor=Who("test@example.org", "people_team"))


ANYBODY = Who("maha.al-amin@larkfield.example")
"""Of the made-up company."""


def here(page: Any) -> str:
    """The name of the item that has the focus."""
    text: str = page.evaluate("document.activeElement.querySelector('.tree-name')?.textContent ?? 'elsewhere'")
    return text.strip()


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def go(page: Any, served: Served, path: str) -> Any:
    page.goto(served.address(path))
    tree = page.get_by_role("tree")
    tree.locator('[role=treeitem][tabindex="0"]').wait_for()
    return tree


def test_arrows_walk_open_and_close(page: Any, served: Served) -> None:
    tree = go(page, served, "/chart/{A}")
    tree.locator('[tabindex="0"]').first.focus()
    assert here(page) == "Bo FamilyB"
    press(page, "ArrowDown")
    assert here(page) == "Cy FamilyC"
    press(page, "ArrowUp", "ArrowRight")
    tree.get_by_text("Pat000 FamilyP000").wait_for()
    press(page, "ArrowRight")
    assert here(page) == "Pat000 FamilyP000"
    press(page, "ArrowRight")
    tree.get_by_text("Quin FamilyQ1").wait_for()
    press(page, "ArrowRight")
    assert here(page) == "Quin FamilyQ1"
    press(page, "ArrowLeft")
    assert here(page) == "Pat000 FamilyP000"
    press(page, "ArrowLeft", "ArrowLeft")
    assert here(page) == "Bo FamilyB"
    press(page, "ArrowLeft")
    assert tree.get_by_role("treeitem").locator("visible=true").count() == 2
    press(page, "End")
    assert here(page) == "Cy FamilyC"
    press(page, "Home")
    assert here(page) == "Bo FamilyB"


def test_one_item_is_a_stop_of_the_tab_key(page: Any, served: Served) -> None:
    tree = go(page, served, "/chart/{B}")
    assert tree.locator('[role=treeitem][tabindex="0"]').count() == 1
    tree.locator('[role=treeitem][tabindex="0"]').focus()
    press(page, "ArrowDown", "Tab")
    assert page.evaluate("document.activeElement.textContent") == "Pat001 FamilyP001"
    press(page, "Tab")
    assert page.evaluate("document.activeElement.className") == "tree-profile"
    press(page, "Tab")
    assert not page.evaluate("!!document.activeElement.closest('[role=tree]')")


def test_letters_go_to_names(page: Any, served: Served) -> None:
    tree = go(page, served, "/chart/{B}")
    tree.locator('[tabindex="0"]').first.focus()
    page.keyboard.type("pat02")
    assert here(page) == "Pat020 FamilyP020"
    press(page, "/")
    assert page.evaluate("document.activeElement.id") == "q", "the slash stays that of the search"


def test_the_rest_of_a_branch_comes_in_place_and_keeps_its_numbers(page: Any, served: Served) -> None:
    tree = go(page, served, "/chart/{A}")
    tree.locator(".tree-toggle").first.click()
    more = tree.get_by_text("34 more")
    more.click()
    tree.get_by_text("9 more").click()
    tree.get_by_text("Pat058 FamilyP058").wait_for()
    assert tree.locator(".tree-more").count() == 0
    items = tree.locator("[aria-level='2']")
    assert items.count() == 59
    assert [items.nth(n).get_attribute("aria-posinset") for n in (0, 25, 58)] == ["1", "26", "59"]
    assert {items.nth(n).get_attribute("aria-setsize") for n in (0, 30, 58)} == {"59"}


def test_what_is_open_stands_in_the_address(page: Any, served: Served) -> None:
    tree = go(page, served, "/chart/{A}?as_of=2026-01-10")
    tree.locator(".tree-toggle").first.click()
    tree.get_by_text("Pat000 FamilyP000").wait_for()
    assert re.search(rf"as_of=2026-01-10&open={served.ids['B']}$", page.url)
    page.reload()
    assert page.get_by_text("Pat000 FamilyP000").is_visible()
    page.get_by_role("tree").locator(".tree-toggle").first.click()
    assert "open" not in page.url


def test_what_is_closed_stays_closed_at_the_top(page: Any, served: Served) -> None:
    tree = go(page, served, "/chart")
    assert tree.get_by_text("Bo FamilyB").is_visible()
    for toggle in tree.locator("[aria-level='1'] > .tree-toggle").all():
        toggle.click()
    assert not tree.get_by_text("Bo FamilyB").is_visible()
    page.reload()
    assert not page.get_by_text("Bo FamilyB").is_visible()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_page_of_the_printed_chart_is_one_sheet(opened: Any, served: Served, demo: Served, paper: str) -> None:
    """Full pages of a manager of sixty, and the made-up company: as many sheets as the page says."""
    for at, who, address in ((served, served.visitor, "/chart/{A}/print"), (demo, ANYBODY, "/chart/print")):
        page = opened(at=at, who=who)
        page.goto(at.address(address))
        pages = int(re.findall(r"(\d+) pages", page.locator(".page-facts").inner_text())[0])
        assert pages == page.locator(".sheet:not(.index)").count() > 1
        with_index = sheets(page, paper)
        page.evaluate("document.querySelector('.sheet.index').remove()")
        assert sheets(page, paper) == pages
        assert with_index > pages


def sheets(page: Any, paper: str) -> int:
    """How many sheets of paper a page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


def test_without_scripts_everything_is_a_link(opened: Any, served: Served) -> None:
    page = opened(scripts=False)
    page.goto(served.address("/chart/{A}"))
    page.locator(".tree-toggle").first.click()
    assert page.get_by_text("Pat000 FamilyP000").is_visible()
    page.get_by_text("34 more").click()
    assert page.locator("h1").text_content() == "Bo FamilyB"
    page.get_by_text("9 more").click()
    assert page.get_by_text("Pat058 FamilyP058").is_visible()
    page.get_by_text("Previous 50").click()
    assert page.get_by_text("Pat000 FamilyP000").is_visible()
    page.locator(".tree-toggle").first.click()
    page.locator(".tree-toggle").first.click()
    assert not page.get_by_text("Quin FamilyQ1").is_visible()


def test_a_branch_that_does_not_come_leads_to_its_own_page(page: Any, served: Served) -> None:
    page.route("**/branch*", lambda route: route.abort())
    tree = go(page, served, "/chart/{A}")
    tree.locator(".tree-toggle").first.click()
    page.wait_for_url(re.compile(rf"/chart/{served.ids['B']}$"))
