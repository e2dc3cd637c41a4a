"""What people do, as they do it: by mouse without scripts, by keyboard, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Served

Opened = Callable[..., Any]


# --- without scripts ----------------------------------------------------------------------------------------


def test_without_scripts(opened: Opened, served: Served) -> None:
    """From the start page to a colleague, their department, the chart, and back in time."""
    page = opened(scripts=False)
    page.goto("/")
    page.get_by_role("searchbox").first.fill("nwosu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/employees?q=nwosu")
    page.locator("main").get_by_role("link", name="Adaeze Nwosu").click()
    page.wait_for_url(re.compile(rf"/employees/{served.ids['E03']}$"))
    assert page.locator("h1").inner_text().startswith("Adaeze Nwosu")

    page.locator("main").get_by_role("link", name="Platform").first.click()
    page.wait_for_url("**/departments/larkfield/engineering/platform/")
    page.go_back()
    page.locator("main").get_by_role("link", name="Chart").first.click()
    page.wait_for_url(re.compile(rf"/chart/{served.ids['E03']}$"))

    page.locator(".date-control summary").click()
    page.get_by_label("As of", exact=True).fill("2019-03-31")
    page.get_by_role("button", name="Show this day").click()
    assert "as_of=2019-03-31" in page.url
    assert "31 Mar 2019" in page.locator(".time-band").inner_text()
    page.locator(".time-band").get_by_role("link", name="Back to today").click()
    assert "as_of" not in page.url


def test_a_branch_opens_by_link_without_scripts(opened: Opened) -> None:
    """The triangles of the chart are links."""
    page = opened(scripts=False)
    page.goto("/chart?closed=1")
    tree = page.get_by_role("tree")
    before = tree.get_by_role("treeitem").count()
    tree.locator(".tree-toggle").first.click()
    assert page.get_by_role("tree").get_by_role("treeitem").count() > before


def test_filters_are_a_form_and_an_address(opened: Opened) -> None:
    """What is chosen stands in the address; what is set can be taken away again."""
    page = opened(scripts=False)
    page.goto("/employees")
    page.get_by_label("Location").select_option(label="Lagos")
    page.locator(".filters").get_by_role("button").first.click()
    assert "location=" in page.url
    chips = page.locator(".chips .chip")
    assert "Lagos" in chips.inner_text()
    chips.get_by_role("link").click()
    assert "location=" not in page.url


# --- by keyboard --------------------------------------------------------------------------------------------


def test_search_by_keyboard(page: Any, served: Served) -> None:
    """`/`, half a name, an arrow, Enter. Letters come all at once: each by itself brings a list of its own."""
    page.goto("/chart")
    page.keyboard.press("/")
    search = page.get_by_role("combobox")
    assert search.evaluate("each => each === document.activeElement")
    page.keyboard.insert_text("had")
    options = page.get_by_role("option")
    options.nth(1).wait_for()
    assert search.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = options.nth(1)
    assert chosen.get_attribute("aria-selected") == "true"
    assert search.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Escape")
    assert search.get_attribute("aria-expanded") == "false"
    search.fill("")
    page.keyboard.insert_text("sorens")
    options.first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/employees/{served.ids['E04']}$"))


def test_enter_waits_for_the_suggestions(page: Any, served: Served) -> None:
    """Enter right after the last letter opens what it opens a moment later; without an answer it leads to the list."""
    page.goto("/chart")
    page.keyboard.press("/")
    page.keyboard.insert_text("sorens")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/employees/{served.ids['E04']}$"))
    page.route("**/suggest*", lambda route: route.abort())
    page.keyboard.press("/")
    page.keyboard.insert_text("sorens")
    page.keyboard.press("Enter")
    page.wait_for_url("**/employees?q=sorens")


def test_suggestions_are_accessible(page: Any) -> None:
    """The open list has no violation either."""
    from axe_playwright_python.sync_playwright import Axe

    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("a")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def test_suggestions_keep_the_day(page: Any) -> None:
    """Searching in the past leads to a page of the past."""
    page.goto("/employees?as_of=2019-03-31")
    page.keyboard.press("/")
    page.keyboard.insert_text("hall")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/employees/*as_of=2019-03-31")


def test_a_slash_in_a_field_is_a_slash(page: Any) -> None:
    """The key of the search box is an ordinary one where people type."""
    page.goto("/departments/")
    field = page.locator("main input[type=search]")
    field.click()
    page.keyboard.type("a/b")
    assert field.input_value() == "a/b"


def test_skip_link(page: Any) -> None:
    """The first Tab offers the way past the header."""
    page.goto("/employees")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_date_control_by_keyboard(page: Any) -> None:
    """It opens by Enter, closes by Escape, and gives the focus back."""
    page.goto("/employees")
    summary = page.locator(".date-control summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("As of", exact=True).wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".date-control").get_attribute("open") is None
    assert summary.evaluate("each => each === document.activeElement")


def test_chart_by_keyboard(page: Any, served: Served) -> None:
    """The arrows go about the tree as ARIA says; a branch opens in place; Enter goes to the person."""
    page.goto("/chart?closed=1")
    tree = page.get_by_role("tree")
    focused = "document.activeElement.getAttribute('aria-labelledby') || document.activeElement.id"
    tree.locator("[role=treeitem][aria-expanded]").first.focus()
    first = page.evaluate(focused)
    before = tree.get_by_role("treeitem").count()
    page.keyboard.press("ArrowRight")
    tree.get_by_role("treeitem").nth(before).wait_for()
    page.keyboard.press("ArrowRight")
    inner = page.evaluate(focused)
    assert inner != first
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == first
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keyboard.press("End")
    last = page.evaluate(focused)
    page.keyboard.press("Home")
    assert page.evaluate(focused) != last
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/chart/\d+"))


# --- small helps --------------------------------------------------------------------------------------------


def test_copy(opened: Opened, served: Served) -> None:
    """A button puts the mail address on the clipboard, and says so."""
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.goto(served.address("/employees/{E03}"))
    button = page.locator(".copy").first
    button.click()
    page.locator(".copy", has_text="Copied").wait_for()
    assert "e03@larkfield.example" in page.evaluate("navigator.clipboard.readText()")


def test_local_time_goes_on(page: Any, served: Served) -> None:
    """The time where somebody is follows the clock of the reader."""
    page.clock.install(time="2026-06-15T10:00:00Z")
    page.goto(served.address("/employees/{E07}"))
    time = page.locator("time[data-zone='Africa/Lagos']").first
    assert time.inner_text() == "11:00"
    page.clock.fast_forward("02:00")
    assert time.inner_text() == "11:02"


# --- on paper -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/employees", "/employees/{E03}", "/departments/", "/chart/{E02}"])
def test_paper(page: Any, served: Served, address: str) -> None:
    """Header and controls go; names, the date and the audience stay."""
    page.goto(served.address(address))
    page.emulate_media(media="print")
    for gone in (".site-head", ".filters", ".page-actions", ".pager a", ".tree-toggle", ".copy", ".date-control"):
        for each in page.locator(gone).all():
            assert not each.is_visible(), gone
    assert page.locator("h1").is_visible()
    footer = page.locator(".site-foot")
    assert footer.is_visible()
    text = footer.inner_text()
    assert "15 Jun 2026" in text
    assert "colleague" in text
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_the_chart_on_paper(page: Any) -> None:
    """Sheets with the day, the audience and references from page to page; nothing else."""
    page.goto("/chart/print")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible()
    sheet = page.locator(".sheet").first
    text = sheet.inner_text()
    assert "Omar Haddad" in text
    assert "as of 15 Jun 2026" in text
    assert "colleague" in text
    assert len(page.pdf()) > 1000


def test_paper_tells_the_day(page: Any) -> None:
    """A list of another day says on paper which."""
    page.goto("/employees?as_of=2019-03-31")
    page.emulate_media(media="print")
    assert "31 Mar 2019" in page.locator("body").inner_text()
