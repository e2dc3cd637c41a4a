"""What holds for every page of `pages.PAGES`: accessible by day and by night, never too wide, valid HTML."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Served, missing
from tests.browser.pages import PAGES, Page

every_page = pytest.mark.parametrize("what", PAGES, ids=[page.name for page in PAGES])

# Night changes colours only.
RULES: dict[str, list[str] | dict[str, Any]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# Off unless asked for, since axe calls it experimental.
ALSO = {"light": {"label-content-name-mismatch": {"enabled": True}}, "dark": {}}

#: From the smallest phone to a wide screen, a little wider than each breakpoint of the style sheet.
WIDTHS = (320, 660, 820, 970, 1010, 1340)
#: The same at text of twice the size: a screen of 1,280 pixels, and half of it.
WIDTHS_AT_TWICE = (640, 1280)

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


def too_wide(page: Any, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """What sticks out of the window, with the width at which it does."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        found += [f"{width}: {each}" for each in page.evaluate(TOO_WIDE)[:5]]
    return found


def text_size(page: Any, pixels: int) -> None:
    """What a reader can choose in the settings of the browser: 16 if nothing is chosen."""
    sizes = {"standard": pixels, "fixed": pixels * 13 // 16}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})


@every_page
def test_page(opened: Callable[..., Any], served: Served, what: Page) -> None:
    """No violation of WCAG 2.2 AA by day and by night, 24 px targets, one h1, a title.

    Nothing sticks out at any width, nor with text of twice the size.
    """
    page = opened(who=what.who)
    response = page.goto(served.address(what.address))
    assert response.status == what.status
    page.locator(what.ready).first.wait_for(timeout=30_000)
    look_at(page)


def look_at(page: Any) -> None:
    """Look at the page that is open, as above."""
    from axe_playwright_python.sync_playwright import Axe

    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options={"runOnly": rules, "rules": ALSO[scheme], "resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
    assert page.locator("h1").locator("visible=true").count() == 1
    assert page.title().endswith(" · Larkfield")
    assert page.evaluate(TOO_SMALL) == []
    assert too_wide(page) == []
    page.set_viewport_size({"width": 320, "height": 740})
    assert page.evaluate(TOO_SMALL) == []
    text_size(page, 32)
    assert too_wide(page, WIDTHS_AT_TWICE) == []


# --- valid HTML ---------------------------------------------------------------------------------------------

CHECKER = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"
"""The Nu Html Checker of the W3C; `make validator` brings it here."""


def test_every_page_is_valid_html(opened: Callable[..., Any], served: Served, tmp_path: Path) -> None:
    """The Nu Html Checker finds neither error nor warning. One run for all pages: Java is slow to start."""
    java = shutil.which("java")
    if java is None or not CHECKER.exists():
        missing("validator", "no HTML validator: it needs Java and `make validator`")
    windows = {who: opened(who=who) for who in {what.who for what in PAGES}}
    for what in PAGES:
        answer = windows[what.who].request.get(served.address(what.address))
        (tmp_path / f"{what.name}.html").write_bytes(answer.body())
    command = [java, "-jar", os.fspath(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", "."]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    messages = json.loads(checked.stdout)["messages"]
    assert [f"{Path(each['url']).stem}, line {each.get('lastLine')}: {each['message']}" for each in messages] == []
