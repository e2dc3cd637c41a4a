"""Where things stand: a header that keeps still, lines that meet, addresses in one piece, rows of two lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import ADMINISTRATOR, Served, Who

ANYBODY = Who("maha.al-amin@larkfield.example")
"""Of the made-up company."""

#: Left edge and width of what is in the header; of the day only the right edge, for its text differs.
HEADER = """() => {
  const box = (each) => each.getBoundingClientRect();
  const rounded = (...numbers) => numbers.map(Math.round).join(' ');
  return [...document.querySelectorAll('.brand, .site-search, .site-nav a, .account-menu')]
    .map((each) => rounded(box(each).left, box(each).width))
    .concat(rounded(box(document.querySelector('.date-control')).right));
}"""

#: By how much the lines of each rung miss its face, above and below; a ring around the face takes 4 of it.
MISSES = """() => [...document.querySelectorAll('.rungs > li')].flatMap((rung) => {
  const [face, box] = [rung.querySelector('.avatar'), rung].map((each) => each.getBoundingClientRect());
  const [above, below] = ['::before', '::after'].map((part) => getComputedStyle(rung, part));
  const missed = [];
  if (above.display !== 'none') missed.push(face.top - box.top - parseFloat(above.height));
  if (below.display !== 'none') missed.push(box.bottom - face.bottom - parseFloat(below.height));
  return missed;
})"""


@pytest.mark.parametrize("width", [1024, 1440])
def test_the_header_stands_still(opened: Callable[..., Any], served: Served, width: int) -> None:
    """The same from page to page, whatever is current, shown or missing; on another day too."""
    page = opened(who=ADMINISTRATOR, width=width)
    found = {}
    for address in (
        "/", "/employees", "/employees?as_of=2025-03-31", "/departments/", "/chart", "/changes", "/employees/{E03}",
        "/employees/{E03}/edit", "/accounts", "/audit", "/nowhere", "/api/docs", "/api/reference",
    ):  # fmt: skip
        page.goto(served.address(address))
        found[address] = page.evaluate(HEADER)
    assert len({str(each) for each in found.values()}) == 1, found


def test_every_page_leads_to_another_day(opened: Callable[..., Any], served: Served) -> None:
    """From a page that has no days the control of the date leads to the start page of that day."""
    page = opened(who=ADMINISTRATOR)
    page.goto("/accounts")
    page.locator(".date-control summary").click()
    page.get_by_label("As of", exact=True).fill("2024-05-06")
    page.get_by_role("button", name="Show this day").click()
    page.wait_for_url("**/?as_of=2024-05-06")


@pytest.mark.parametrize("width", [320, 390, 1024])
def test_the_lines_between_two_people_meet_their_faces(opened: Callable[..., Any], demo: Served, width: int) -> None:
    page = opened(who=ANYBODY, at=demo, width=width)
    page.goto("/employees")
    people = [link.get_attribute("href").rpartition("/")[2] for link in page.locator(".row-link").all()]
    for one, other in ((people[0], people[20]), (people[30], people[10]), (demo.ids["L00001"], people[0])):
        page.goto(f"/chart?from={one}&to={other}")
        missed = page.evaluate(MISSES)
        assert missed
        assert all(-0.5 <= each <= 4.5 for each in missed), missed


def test_a_mail_address_stays_in_one_piece(opened: Callable[..., Any], demo: Served) -> None:
    page = opened(who=ANYBODY, at=demo, width=1440)
    for employee in sorted(demo.ids.values())[::40]:
        page.goto(f"/employees/{employee}")
        for link in page.locator("dd a[href^='mailto:']").all():
            assert link.bounding_box()["height"] < 30


def test_a_row_on_a_phone(opened: Callable[..., Any], demo: Served) -> None:
    """A name, a line of what they do, and targets for mail and phone that a finger hits."""
    page = opened(who=ANYBODY, at=demo, width=390)
    page.goto("/employees")
    row = page.locator(".people tbody tr", has=page.locator("a[href^='tel:']")).first
    for reach in row.locator(".reach a").all():
        box = reach.bounding_box()
        assert min(box["width"], box["height"]) >= 40
        assert re.match("mailto:|tel:", reach.get_attribute("href"))
    assert row.bounding_box()["height"] < 90
