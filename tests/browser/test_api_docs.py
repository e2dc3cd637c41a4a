"""The interactive documentation in a real browser: it shows OpenAPI 3.1, sends requests, and keeps to our policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.conftest import Served


def test_the_documentation_shows_and_tries_an_operation(opened: Callable[..., Any], served: Served) -> None:
    page = opened()
    # A page of a megabyte and a half of script: on a busy machine it takes its time.
    page.set_default_timeout(30_000)
    # Anything that the policy refuses is on the console, and fails the test.
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(served.url) else foreign.append(request.url))
    page.goto(served.address("/api/docs"))
    page.get_by_text("List employees").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert "Larkfield · API" in page.locator(".page-facts").inner_text()
    # No warning about the specification, and a way back.
    assert page.locator(".swagger-ui :is(.errors-wrapper, .version-pragma, .message)").count() == 0
    page.locator(".brand").click()
    assert page.locator("h1").inner_text().startswith("Good morning")
    assert [url for url in foreign if not url.startswith("data:")] == []


def test_without_scripts_it_leads_to_the_reference(opened: Callable[..., Any], served: Served) -> None:
    page = opened(scripts=False)
    page.goto(served.address("/api/docs"))
    page.get_by_role("link", name="The reference").click()
    assert page.locator("h1").inner_text() == "API reference"
    page.locator("summary", has_text="List employees").click()
    assert page.get_by_text("curl -H").first.is_visible()
