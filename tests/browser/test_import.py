"""An import in the browser: progress that comes by itself, a page without mistakes at each step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import PEOPLE_TEAM, Served, served_from
from tests.browser.test_every_page import look_at
from tests.support import company

PATIENCE = 15_000
FILE = {
    "name": "people.csv",
    "mimeType": "text/csv",
    "buffer": b"Employee number,Family name,Department,Desk\nE05,,,7\nN1,New,Engineering,8\nN2,,,\n",
}


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """The organisation, for one test that changes it."""
    with served_from(tmp_path_factory.mktemp("import"), ini_settings, company.load) as served:
        yield served


def test_a_file_is_checked_and_imported(own: Served, opened: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = opened(at=own, who=PEOPLE_TEAM, width=390)
    page.goto("/import")
    page.get_by_label("File", exact=True).set_input_files(FILE)
    page.get_by_role("button", name="Check the file").click()
    heading = page.locator("h1")
    expect(heading).to_contain_text("Checking")
    worker = threading.Thread(target=own.app.registry.jobs.drain)
    worker.start()
    expect(heading).to_contain_text("Checked", timeout=PATIENCE)
    worker.join()
    look_at(page)
    page.get_by_role("button", name="Import the good rows").click()
    own.app.registry.jobs.drain()
    expect(heading).to_contain_text("Imported", timeout=PATIENCE)
    page.get_by_role("link", name="See the changes").click()
    expect(heading).to_contain_text("Import of people.csv")
