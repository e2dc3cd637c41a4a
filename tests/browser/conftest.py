"""A real browser in front of a real server, on the organisation of `tests/support/company.py`.

served   the address of the server, and the ids by employee number
demo     the same with the made-up company of 240 people: long names, lists of several pages
browser  Chromium: the file named by MYPROJECT_CHROMIUM, or the first that is found; without one the tests are
         skipped, or fail where MYPROJECT_TEST_REQUIRE names "browser"
page     a fresh window for one test, day, 1024 pixels wide; fails the test for anything the console complains of
opened   the same by a call, for other windows: ``opened(width=360, scripts=False, dark=True)``; signed in as an
         ordinary colleague, ``opened(who=ADMINISTRATOR)`` as somebody else, ``opened(who=None)`` as nobody
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from myproject import main
from myproject.db import migrations
from myproject.db.engines import Engines, engines_for
from myproject.demo.company import load, make_company
from tests.conftest import NOW
from tests.support import company
from tests.support.accounts import account, close, cookie_of
from tests.support.serving import serving

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 5_000
"""Milliseconds until something that does not come fails the test."""


class Who(NamedTuple):
    """An account, made when it is first needed."""

    email: str
    role: str | None = None
    department: str | None = None


COLLEAGUE = Who("e06@larkfield.example")
PEOPLE_TEAM = Who("e08@larkfield.example", "people_team")
ADMINISTRATOR = Who("admin@example.org", "administrator")
USUAL = Who("the usual visitor")
"""Stands for `Served.visitor`."""


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    ids: dict[str, int]
    """Employee number -> id."""
    app: Any
    """The application that is served, in this process."""
    visitor: Who = COLLEAGUE
    """Who looks, if a test doesn't say."""

    def address(self, path: str) -> str:
        """The whole address; `{E03}` stands for the id of that employee."""
        return self.url + path.format_map(self.ids)

    def cookie(self, who: Who) -> Any:
        """The cookie of a new session, as the browser takes it."""
        known = account(self.app.registry.engines, who.email, role=who.role, department=who.department)
        return {"name": self.app.registry.session_cookie, "value": cookie_of(self.app, known), "url": self.url}


@contextlib.contextmanager
def served_from(folder: Path, ini_settings: dict[str, str], fill: Callable[[Engines], None]) -> Iterator[Served]:
    """The application on a new SQLite database in a folder, filled and served."""
    url = f"sqlite:///{folder / 'browser.sqlite'}"
    engines = engines_for(url)
    try:
        migrations.upgrade(engines)
        fill(engines)
        ids = company.ids(engines)
    finally:
        engines.dispose()
    app = main({}, **{**ini_settings, "sqlalchemy.url": url, "organisation.name": "Larkfield"})
    app.registry.now = lambda: NOW
    try:
        with serving(app) as port:
            yield Served(f"http://127.0.0.1:{port}", ids, app)
    finally:
        close(app)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """The application on a port of its own, for all browser tests: they only read."""
    with served_from(tmp_path_factory.mktemp("company"), ini_settings, company.load) as served:
        yield served


def _load_demo(engines: Engines) -> None:
    with engines.begin() as conn:
        load(conn, make_company(240, NOW.date()), NOW.date())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """The same with the made-up company."""
    with served_from(tmp_path_factory.mktemp("demo"), ini_settings, _load_demo) as served:
        yield served


def missing(what: str, message: str) -> NoReturn:
    """Skip the test for want of something, or fail where MYPROJECT_TEST_REQUIRE names it."""
    if what in os.environ.get("MYPROJECT_TEST_REQUIRE", ""):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def chromium() -> str | None:
    """The path of a browser, where there is one."""
    given = os.environ.get("MYPROJECT_CHROMIUM")
    if given:
        return given
    return next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once."""
    path = chromium()
    if path is None or not Path(path).exists():
        missing("browser", f"no Chromium{f' at {path}' if path else ''}: name one with MYPROJECT_CHROMIUM")
    from playwright.sync_api import sync_playwright

    # Its sandbox needs rights that containers, and root, don't have; only our own pages are looked at.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Any, served: Served) -> Iterator[Callable[..., Any]]:
    """Makes windows, and closes them; whatever a console complained of fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def heard(message: Any) -> None:
        # The browser itself notes every answer above 399; the test looks at the status.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def make(
        *,
        width: int = 1024,
        height: int = 800,
        scripts: bool = True,
        dark: bool = False,
        who: Who | None = USUAL,
        at: Served = served,
        **more: Any,
    ) -> Any:
        context = browser.new_context(
            base_url=at.url,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            reduced_motion="reduce",
            **more,
        )
        if who is not None:
            who = at.visitor if who is USUAL else who
            context.add_cookies([at.cookie(who)])
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def page(opened: Callable[..., Any]) -> Any:
    """One window."""
    return opened()
