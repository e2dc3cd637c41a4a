"""What goes on while something hangs: those who read, and the health checks, never wait for those who can't write."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from myproject import application
from myproject.accounts.permissions import Role
from myproject.db import engines as engines_module
from myproject.db import turns
from myproject.db.engines import Engines, engines_for
from myproject.db.retry import is_busy
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.pages.site import health
from myproject.security.scopes import Scope
from tests.conftest import NOW, app_on, engines_on
from tests.support.accounts import account, cookie_of
from tests.support.databases import Database
from tests.support.serving import SilencedServer, ask, beside, serving, slow_post, until
from tests.support.tokens import service

pytestmark = pytest.mark.long

THREADS = 4
WRITERS = 8
LOCATIONS = "/api/v1/locations"


def location(code: str) -> bytes:
    """The body that makes a location."""
    return json.dumps({"code": code, "name": code}).encode()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers wait for a minute, so that what is answered meanwhile did not wait for them."""
    waiting: ContextVar[float] = ContextVar("turn_wait", default=60.0)
    for module in (turns, engines_module):
        monkeypatch.setattr(module, "REQUEST_WAIT", 60.0)
        monkeypatch.setattr(module, "TURN_WAIT", waiting)
    monkeypatch.setattr(application, "ANSWER_LIMIT", 100.0)


@contextlib.contextmanager
def locked(engines: Engines) -> Iterator[Connection]:
    """As another process that is in the middle of a change set; nothing comes of it."""
    elsewhere = engines_for(engines.write.url)
    try:
        with elsewhere.write.connect() as conn:
            transaction = conn.begin()
            ChangeSetWriter(conn, today=NOW.date(), author="test", source="test").__enter__()
            try:
                yield conn
            finally:
                transaction.rollback()
    finally:
        elsewhere.dispose()


def session(app: Any) -> dict[str, str]:
    """The header of a browser that is signed in."""
    cookie = cookie_of(app, account(app.registry.engines, "test@example.org", role="people_team"))
    return {"Cookie": f"{app.registry.session_cookie}={cookie}"}


@pytest.mark.usefixtures("patient")
def test_writers_who_wait_leave_a_thread_to_those_who_read(engines: Engines, ini_settings: dict[str, str]) -> None:
    with app_on(engines, ini_settings) as app, serving(app, THREADS) as port:
        token = service(app, Role.PEOPLE_TEAM, (Scope.LOCATIONS_WRITE, Scope.LOCATIONS_READ))
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        browser = session(app)
        assert ask(port, "GET", "/employees", headers=browser).status == 200
        with locked(engines):
            writers = [beside(port, "POST", LOCATIONS, headers=head, body=location(f"L{n}")) for n in range(WRITERS)]
            until(lambda: sum(each.done for each in writers) == WRITERS - (THREADS - 1))
            assert ask(port, "GET", "/employees", headers=browser).status == 200
            assert ask(port, "GET", "/health").status == 200
            assert ask(port, "GET", "/health/live").status == 200
            refused = [each.answer for each in writers if each.answer is not None]
            assert len(refused) == WRITERS - (THREADS - 1)
            late = ask(port, "POST", LOCATIONS, headers=head, body=location("X"))
            for answer in (*refused, late):
                assert (answer.status, answer.headers["Retry-After"]) == (503, "3"), answer
        waited = [each.wait() for each in writers if each.answer not in refused]
        assert [answer.status for answer in waited] == [201] * (THREADS - 1)
        assert ask(port, "POST", LOCATIONS, headers=head, body=location("X")).status == 201


def test_a_line_that_moves_takes_everybody() -> None:
    turns.serve_with(THREADS)
    line = turns.WaitingLine()
    for _ in range(THREADS - 1):
        line.enter(5)
    entered: list[int] = []

    def enter() -> None:
        line.enter(5)
        entered.append(1)

    late = threading.Thread(target=enter)
    late.start()
    line.leave()
    late.join(5)
    assert entered == [1]
    with pytest.raises(turns.DatabaseBusyError):
        line.enter(0)


# --- a database that says nothing -----------------------------------------------------------------------------------


@pytest.fixture
def postgresql(databases: Callable[[str], Database]) -> Iterator[Engines]:
    """A database on PostgreSQL: SQLite is in the process, and can't fall silent."""
    database = databases("postgresql")
    with engines_on(database, database.migrated) as engines:
        yield engines


@pytest.fixture
def silenced(postgresql: Engines) -> Iterator[SilencedServer]:
    """PostgreSQL behind something that can fall silent."""
    server = SilencedServer(postgresql.read.url)
    yield server
    server.close()


def test_a_silent_database_stops_neither_liveness_nor_any_request_for_long(
    silenced: SilencedServer, ini_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "ANSWER_LIMIT", 5.0)
    monkeypatch.setattr(health, "PATIENCE", 0.5)
    with app_on(engines_for(silenced.url), ini_settings) as app, serving(app, THREADS) as port:
        browser = session(app)
        form = {"Content-Type": "application/x-www-form-urlencoded", **browser}
        # Connections to both engines are there, and seem to be good.
        warm = [beside(port, "GET", "/employees", headers=browser) for _ in range(THREADS)]
        assert [each.wait().status for each in warm] == [200] * THREADS
        silenced.silence()
        hanging = [beside(port, "GET", "/employees", headers=browser) for _ in range(THREADS + 2)]
        ready = beside(port, "GET", "/health")
        assert ask(port, "GET", "/health/live").status == 200
        assert ask(port, "HEAD", "/health/live", headers=browser).status == 200
        assert ask(port, "GET", "/health/live?nonsense=1", headers=browser).status == 400
        assert ask(port, "GET", "/health/live", headers={**browser, "Host": "evil.example"}).status == 400
        assert not any(each.done for each in hanging)
        assert ready.wait().status == 503
        assert not any(each.done for each in hanging)
        for each in hanging:
            answer = each.wait()
            assert (answer.status, answer.headers["Retry-After"]) == (503, "3")
        assert ask(port, "POST", "/sign-in", headers=form, body=b"x=y").status in (403, 503)
        silenced.speak()
        assert ask(port, "GET", "/employees", headers=browser).status == 200


def test_what_a_silent_database_was_told_is_not_told_again(
    silenced: SilencedServer, ini_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write ends after one wait: another attempt would hold the thread for as long again."""
    monkeypatch.setattr(application, "ANSWER_LIMIT", 1.0)
    with app_on(engines_for(silenced.url), ini_settings) as app, serving(app, THREADS) as port:
        token = service(app, Role.PEOPLE_TEAM, (Scope.LOCATIONS_WRITE,))
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        assert ask(port, "POST", LOCATIONS, headers=head, body=location("A")).status == 201
        attempts: list[int] = []
        writing = ChangeSetWriter.__enter__

        def enter(self: ChangeSetWriter) -> ChangeSetWriter:
            attempts.append(1)
            silenced.silence()
            return writing(self)

        monkeypatch.setattr(ChangeSetWriter, "__enter__", enter)
        answer = ask(port, "POST", LOCATIONS, headers=head, body=location("B"))
        assert answer.status == 503
        assert attempts == [1]
        silenced.speak()


def test_work_that_nobody_waits_for_has_no_limit(postgresql: Engines) -> None:
    limited = engines_for(postgresql.write.url, answer_limit=0.4)
    try:
        with limited.begin(30) as conn:
            conn.exec_driver_sql("SELECT pg_sleep(0.6)")
        with limited.begin(0, unlimited=True) as conn:
            conn.exec_driver_sql("SELECT pg_sleep(0.6)")
        with pytest.raises(Exception, match="statement timeout") as caught, limited.begin(0) as conn:
            conn.exec_driver_sql("SELECT pg_sleep(0.6)")
        assert is_busy(caught.value)
    finally:
        limited.dispose()


# --- slow clients, and the log of the server --------------------------------------------------------------------------


def test_clients_that_send_slowly_hold_nothing(site: Any) -> None:
    with serving(site.app, THREADS) as port:
        doors = [slow_post(port, "/sign-in") for _ in range(80)]
        assert ask(port, "GET", "/health/live").status == 200
        assert ask(port, "GET", "/sign-in").status == 200
        for door in doors:
            door.close()


def test_the_log_of_the_server_tells_no_paths(caplog: pytest.LogCaptureFixture) -> None:
    def failing(_environ: Any, _start_response: Any) -> Any:
        raise RuntimeError("broken")

    with caplog.at_level(logging.INFO), serving(failing, 1) as port:
        assert ask(port, "GET", "/sign-in/link/canary-token").status == 500
    assert "Exception while serving a request" in caplog.text
    assert "canary-token" not in caplog.text
