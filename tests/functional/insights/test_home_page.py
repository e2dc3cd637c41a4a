"""The start page: what it says of the day that is shown, and that its numbers are those of its lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from myproject.directory.changes.change_sets import apply
from tests.conftest import Company
from tests.support.company import TODAY, join


def lists(response: Any) -> dict[str, tuple[str, int]]:
    """Id -> (number in the heading, people in the list) of each list of people."""
    return {
        section.h2["id"]: (section.h2.select_one(".count").text, len(section.select(".person-list > li")))
        for section in response.html.select("section")
        if section.select_one("h2 .count")
    }


def words(response: Any, where: str) -> str:
    return " ".join(" ".join(element.text for element in response.html.select(where)).split())


def test_a_list_holds_as_many_as_its_heading_says(own_company: Company) -> None:
    """More than are shown at once are folded, not left out."""
    coming = [
        join(f"N{number:02}", "New", f"Joiner{number}", date(2026, 7, 1 + number), "WEB", "Engineer", "OSL", "E04", {})
        for number in range(1, 13)
    ]
    with own_company.engines.begin() as conn:
        apply(conn, coming, today=TODAY, author="test", source="command", reason="a dozen more")
    response = own_company.testapp.get("/")
    found = lists(response)
    assert found["planned"] == ("14", 14)
    assert all(int(told) == shown for told, shown in found.values()), found
    assert words(response, "#planned ~ details > summary") == "6 more"
    assert "joins as Engineer, Web" in words(response, "#planned ~ ul")
    assert "14planned in the next 62 days" in words(response, ".figures")


@pytest.mark.parametrize(
    ("address", "line", "heading"),
    [
        ("/", "what is planned.", "Planned"),
        ("/?as_of=2026-08-01", "what is planned.", "Planned"),
        ("/?as_of=2024-03-31", "what came after this day.", "After this day"),
        ("/?as_of=2026-05-01", "what came after this day, and then what is planned.", "After this day"),
        ("/?as_of=2026-05-01&known_at=2026-04-01", "what is planned.", "Planned"),
    ],
)
def test_what_has_come_is_not_called_planned(company: Any, address: str, line: str, heading: str) -> None:
    response = company.testapp.get(address)
    assert f"The dashed line shows {line}" in words(response, "section > p.small")
    assert words(response, "#planned").startswith(heading)
    after = [row for row in response.html.select(".data tr") if "after this day" in row.text]
    assert bool(after) == (heading == "After this day")
