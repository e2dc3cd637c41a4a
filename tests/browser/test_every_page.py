"""What holds for every page of `pages.PAGES`: accessible by day and by night, never too wide, sound without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Served
from tests.browser.pages import PAGES, Page

every_page = pytest.mark.parametrize("what", PAGES, ids=[page.name for page in PAGES])

# Night changes colours only.
RULES: dict[str, list[str] | dict[str, Any]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}

TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')]
    .filter((each) => each.getBoundingClientRect().right > width + 1)
    .map((each) => `${each.tagName.toLowerCase()}.${each.className}`);
}"""

# Of what can be clicked, what is under 24 px. Links in a line of text may be; a name that stands for its whole row
# (`.row-link`) is as high as the row, and a box is as large as the label around it, which ticks it too.
TOO_SMALL = """() => {
  const seen = (each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inText = (each) => getComputedStyle(each).display === 'inline';
  return [...document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, summary')]
    .filter((each) => seen(each) && !inText(each) && !each.closest('.visually-hidden, .skip'))
    .map((each) => [each, (each.closest("label, .row-link")?.closest("label, tr, li") ?? each).getBoundingClientRect()])
    .filter(([, box]) => box.height < 23.5 || box.width < 15.5)
    .map(([each]) => `${each.tagName.toLowerCase()}.${each.className} “${each.textContent.trim().slice(0, 30)}”`);
}"""


@every_page
def test_page(opened: Callable[..., Any], served: Served, what: Page) -> None:
    """No violation of WCAG 2.2 AA by day and by night, 24 px targets, one h1, a title; nothing sticks out at 360 px."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(who=what.who)
    response = page.goto(served.address(what.address))
    assert response.status == what.status
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
    assert page.locator("h1").count() == 1
    assert page.title().endswith(" · Larkfield")
    assert page.evaluate(TOO_SMALL) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
