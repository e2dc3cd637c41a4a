"""What holds for every page of `pages.PAGES`: accessible by day and by night, never too wide, sound without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Served
from tests.browser.pages import PAGES, Page

every_page = pytest.mark.parametrize("what", PAGES, ids=[page.name for page in PAGES])

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')]
    .filter((each) => each.getBoundingClientRect().right > width + 1)
    .map((each) => `${each.tagName.toLowerCase()}.${each.className}`);
}"""

# Of what can be clicked, what is under 24 px both ways of measuring: its own box, or a link in a line of text.
TOO_SMALL = """() => {
  const seen = (each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inText = (each) => getComputedStyle(each).display === 'inline';
  return [...document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, summary')]
    .filter((each) => seen(each) && !inText(each) && !each.closest('.visually-hidden, .skip'))
    .filter((each) => { const box = each.getBoundingClientRect(); return box.height < 23.5 || box.width < 15.5; })
    .map((each) => `${each.tagName.toLowerCase()}.${each.className} “${each.textContent.trim().slice(0, 30)}”`);
}"""


def look(page: Any, served: Served, what: Page) -> None:
    """Open the page; its status must be the one that is told."""
    response = page.goto(served.address(what.address))
    assert response.status == what.status


@every_page
def test_axe(opened: Callable[..., Any], served: Served, what: Page) -> None:
    """No violation of WCAG 2.2 AA, by day and by night; 24 px targets, one heading of the first order."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened()
    look(page, served, what)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options={**RULES, "resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
    assert page.locator("h1").count() == 1
    assert page.evaluate(TOO_SMALL) == []


@every_page
def test_a_narrow_screen(opened: Callable[..., Any], served: Served, what: Page) -> None:
    """360 px are enough: nothing sticks out, with scripts or without."""
    page = opened(width=360, height=740)
    look(page, served, what)
    assert page.evaluate(TOO_WIDE) == []
    assert page.title().endswith("Larkfield")
