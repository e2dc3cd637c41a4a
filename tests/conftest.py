"""Fixtures: a migrated database, the application on it, a client; the same tests on every database.

    database  SQLite, then PostgreSQL: makes copies of a migrated (or filled) database
    engines   the engines of a database of its own for the test: migrated, empty
    app       the application on `engines`; `app.registry` holds the seams
    testapp   WebTest's client of `app`, signed in to the people team
    visitor   the same, not signed in
    site      the same for a whole module, for tests that only read
    company   a small known organisation being served, for a whole module: `support/company.py` tells the facts; its
              client is an ordinary colleague (E06), `company.client(...)` makes others
    own_company  the same for one test, which may change it

Time stands still at `NOW`; ``travel(app, "2026-07-01T08:00Z")`` moves it. Copying a migrated database takes
milliseconds, so a test that writes asks for its own. A database that does not answer skips its half of the
tests, by name; it fails them when the environment variable MYPROJECT_TEST_REQUIRE names it.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import plaster
import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.engine import URL
from webtest import TestApp

import myproject
from myproject import main
from myproject.accounts import passwords
from myproject.application import share
from myproject.db import turns
from myproject.db.engines import Engines, engines_for
from myproject.settings.table import examine
from tests.support import company as company_data
from tests.support.accounts import close, signed_in
from tests.support.databases import Database, SQLite, postgresql

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")

# A developer's own settings must not reach the tests: they would run on the developer's own database.
for _name in [name for name in os.environ if name.startswith("MYPROJECT_")]:
    if not _name.startswith("MYPROJECT_TEST_") and _name != "MYPROJECT_SHARED":
        del os.environ[_name]

#: The hasher of the product takes 50 ms and 64 MiB for each of thousands of passwords, on purpose. `test_accounts.py`
#: tests it; all others take a cheap one.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords.hasher = lambda: QUICK_HASHER


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--ini`` names the ini file that the tests run with; ``--quick`` leaves out what takes long."""
    parser.addoption("--ini", default=str(ROOT / "testing.ini"), help="ini file of the tests")
    parser.addoption("--quick", action="store_true", help="SQLite only, few examples, no browser, nothing marked slow")


# How long an example takes says something about the machine, nothing about the program.
hypothesis.settings.register_profile("ours", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("quick", hypothesis.settings.get_profile("ours"), max_examples=10)


def pytest_configure(config: pytest.Config) -> None:
    """Before any test is read: how many examples property tests make; asserts of helpers tell what they compared."""
    helpers = {f"tests.support.{path.stem}" for path in (ROOT / "tests/support").glob("*.py")}
    pytest.register_assert_rewrite(*helpers - sys.modules.keys())
    hypothesis.settings.load_profile("quick" if config.getoption("quick") else "ours")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """``--quick`` doesn't even read the browser tests."""
    return True if config.getoption("quick") and collection_path.name == "browser" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``--quick`` leaves out PostgreSQL's half and what is marked slow; coverage is measured on SQLite (ADR 36)."""
    for item in items:
        if on(item) == "postgresql" or "browser" in item.path.parts:
            item.add_marker("no_cover")
    if config.getoption("quick"):
        slow = [item for item in items if {"slow", "long"} & {*marks(item)} or on(item) == "postgresql"]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in set(slow)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Import everything while coverage traces: what an untraced test imports first would count as not reached."""
    if session.config.getoption("cov_source", None):
        for module in pkgutil.walk_packages(myproject.__path__, "myproject."):
            if not module.name.endswith(".__main__"):
                importlib.import_module(module.name)


def marks(item: pytest.Item) -> Iterator[str]:
    """The names of a test's marks."""
    return (mark.name for mark in item.iter_markers())


def on(item: pytest.Item) -> object:
    """The database that a test runs on, of those that take turns."""
    spec = getattr(item, "callspec", None)
    return spec.params.get("database") if spec else None


@pytest.fixture(autouse=True)
def process_is_put_back() -> Iterator[None]:
    """Undo what a command or a server of a test set for the process: its ini's log levels, how many threads serve."""
    loggers = [logging.getLogger(), logging.getLogger("myproject")]
    before = [(log.level, log.handlers[:], log.propagate) for log in loggers]
    places = turns._places
    yield
    turns._places = places
    for log, (level, handlers, propagate) in zip(loggers, before, strict=True):
        # Through `setLevel`, which forgets what children have worked out from it.
        if log.level != level:
            log.setLevel(level)
        log.handlers[:], log.propagate = handlers, propagate


# --- databases ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Database]]:
    """Each kind of database by its name: made once, though every file of tests turns from one to the other."""
    made: dict[str, Database] = {}

    def of(name: str) -> Database:
        if name != "sqlite" and request.config.getoption("quick"):
            pytest.skip("--quick takes SQLite alone")
        if name not in made:
            made[name] = SQLite(tmp_path_factory.mktemp("sqlite")) if name == "sqlite" else postgresql()
        return made[name]

    yield of
    for kind in made.values():
        kind.close()


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest, databases: Callable[[str], Database]) -> Database:
    """Each kind of database in turn."""
    return databases(request.param)


@contextlib.contextmanager
def engines_on(database: Database, template: URL) -> Iterator[Engines]:
    url = database.copy(template)
    engines = engines_for(url)
    try:
        yield engines
    finally:
        engines.dispose()
        database.drop(url)


@pytest.fixture
def engines(database: Database) -> Iterator[Engines]:
    """The engines of a database of its own: migrated and empty."""
    with engines_on(database, database.migrated) as engines:
        yield engines


# --- the application ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def ini_settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the ini file of the tests says."""
    settings: dict[str, str] = plaster.get_settings(request.config.getoption("ini"), "app:main")
    return settings


def _travel(app: Any, moment: datetime | str) -> None:
    """Set the time of an application."""
    now = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    app.registry.now = lambda: now


@pytest.fixture(scope="session")
def travel() -> Callable[[Any, datetime | str], None]:
    """``travel(app, moment)`` sets the time of an application."""
    return _travel


#: Applications that no test uses now, by their settings. To put one together takes longer than most tests: the next
#: test that wants these settings gets it with everything that it shares between requests made anew.
_idle: dict[frozenset[tuple[str, str]], list[Any]] = defaultdict(list)


@contextlib.contextmanager
def app_on(engines: Engines, ini_settings: dict[str, str], **settings: str) -> Iterator[Any]:
    given = {**ini_settings, **settings}
    on_database = {**given, "sqlalchemy.url": engines.write.url.render_as_string(hide_password=False)}
    idle = _idle[frozenset(given.items())]
    if idle:
        app = idle.pop()
        examined, problems = examine(on_database, {})
        assert not problems
        share(app.registry, examined)
    else:
        app = main({}, **on_database)
    _travel(app, NOW)
    try:
        yield app
    finally:
        close(app)
    idle.append(app)


@pytest.fixture
def app(engines: Engines, ini_settings: dict[str, str]) -> Iterator[Any]:
    """The application on an empty database."""
    with app_on(engines, ini_settings) as app:
        yield app


@pytest.fixture
def testapp(app: Any) -> TestApp:
    """A client of `app`, signed in to the people team."""
    return signed_in(app, role="people_team")


@pytest.fixture
def visitor(app: Any) -> TestApp:
    """A client of `app` that is not signed in."""
    return TestApp(app)


@pytest.fixture(scope="module")
def site(database: Database, ini_settings: dict[str, str]) -> Iterator[TestApp]:
    """A client on an empty database for a whole module: for tests that only read."""
    with engines_on(database, database.migrated) as engines, app_on(engines, ini_settings) as app:
        yield signed_in(app, role="people_team")


@dataclass(frozen=True)
class Company:
    """The organisation of `tests/support/company.py`, being served."""

    engines: Engines
    testapp: TestApp
    ids: dict[str, int]
    """Employee number -> id."""

    @property
    def app(self) -> Any:
        """The application."""
        return self.testapp.app

    def client(self, email: str, **account: Any) -> TestApp:
        """A client for somebody else: `tests.support.accounts.account` tells what can be given."""
        return signed_in(self.app, email, **account)


@contextlib.contextmanager
def company_on(database: Database, ini_settings: dict[str, str]) -> Iterator[Company]:
    template = database.template("company", company_data.load)
    with engines_on(database, template) as engines, app_on(engines, ini_settings) as app:
        yield Company(engines, signed_in(app, "e06@larkfield.example"), company_data.ids(engines))


@pytest.fixture(scope="module")
def company(database: Database, ini_settings: dict[str, str]) -> Iterator[Company]:
    """A small known organisation for a whole module: for tests that only read."""
    with company_on(database, ini_settings) as company:
        yield company


@pytest.fixture
def own_company(database: Database, ini_settings: dict[str, str]) -> Iterator[Company]:
    """The same for one test, which may change it."""
    with company_on(database, ini_settings) as company:
        yield company


# --- counting queries ---------------------------------------------------------------------------------------


@dataclass
class QueryCount:
    """The statements that were run, by engine."""

    read: list[str] = field(default_factory=list)
    write: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.read) + len(self.write)

    def __str__(self) -> str:
        return "\n---\n".join(self.read + self.write)


@pytest.fixture
def query_count() -> Callable[[Any], contextlib.AbstractContextManager[QueryCount]]:
    """``with query_count(app) as count: ...``, then ``assert len(count) == 4, count``."""

    @contextlib.contextmanager
    def counting(app: Any) -> Iterator[QueryCount]:
        count = QueryCount()
        engines = app.registry.engines

        def read(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            count.read.append(statement)

        def write(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            count.write.append(statement)

        event.listen(engines.read, "before_cursor_execute", read)
        event.listen(engines.write, "before_cursor_execute", write)
        try:
            yield count
        finally:
            event.remove(engines.read, "before_cursor_execute", read)
            event.remove(engines.write, "before_cursor_execute", write)

    return counting


# --- real sample data ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample data beside the checkout (or MYPROJECT_SHARED); skips where it is absent."""
    folder = Path(os.environ.get("MYPROJECT_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no sample data in {folder}")
    return folder
