"""The made-up company: long names, long titles, lists of several pages. Nothing sticks out, at any width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Served, Who
from tests.browser.test_every_page import WIDTHS_AT_TWICE, text_size, too_wide

WIDTHS = (320, 390, 660, 820, 970, 1010, 1024, 1340, 1440)
ADDRESSES = (
    "/",
    "/employees",
    "/employees?as_of=2025-03-31",
    "/employees?view=cards",
    "/employees?sort=-department&density=compact",
    "/employees?q=engineer",
    "/departments/",
    "/departments/larkfield/",
    "/chart",
    "/changes",
    "/changes/1",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_width(opened: Callable[..., Any], demo: Served, address: str) -> None:
    """From a small phone to a wide screen, and with text of twice the size."""
    page = opened(who=Who("maha.al-amin@larkfield.example"), at=demo)
    assert page.goto(demo.address(address)).status == 200
    assert too_wide(page, WIDTHS) == []
    text_size(page, 32)
    assert too_wide(page, WIDTHS_AT_TWICE) == []


def test_people_in_turn(opened: Callable[..., Any], demo: Served) -> None:
    """The profile and the chart of some people from all over the company; the next page of a list and back."""
    page = opened(who=Who("maha.al-amin@larkfield.example"), at=demo)
    for employee in sorted(demo.ids.values())[:: len(demo.ids) // 8]:
        for address in (f"/employees/{employee}", f"/chart/{employee}"):
            assert page.goto(demo.address(address)).status in (200, 404)
            assert too_wide(page, WIDTHS) == [], address
    page.goto(demo.address("/employees"))
    first = page.locator(".row-link").first.inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.locator(".row-link").first.inner_text() != first
    page.get_by_role("link", name="Previous").click()
    assert page.locator(".row-link").first.inner_text() == first
