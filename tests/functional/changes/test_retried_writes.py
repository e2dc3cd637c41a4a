"""Writes whose connection to the database is lost: made anew, with the answer that they would have had.

On PostgreSQL only: nobody can end a connection to a file. One story, with a request for every route that writes, is
told once with nothing in the way, and again with connections ended before or within each request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from pyramid_retry import mark_error_retryable
from webtest import Upload

from myproject.db.prepared import Prepared
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.web import request as request_module
from tests.conftest import NOW, Company, company_on
from tests.functional.web.test_permission_matrix import ROWS
from tests.support.accounts import PASSWORD, account, post, signed_in
from tests.support.api import service
from tests.support.mails import Outbox, outbox
from tests.support.stories import JPEG, LONG_JPEG, STORIES, Stage

pytestmark = pytest.mark.long


# --- connections that are lost --------------------------------------------------------------------------------


class Faults:
    """Counts what the driver is given in write transactions, and ends a connection where it is told to."""

    def __init__(self, url: sa.URL) -> None:
        self._database = url.database
        self._own = psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )
        self.count = 0
        """Statements in write transactions since it was last set to 0."""
        self.end_at: set[int] = set()
        """Before which of these its own connection is ended."""
        self.ended = 0

    def end_all(self) -> None:
        """End every connection to the database but our own."""
        found = self._own.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            [self._database],
        ).fetchall()
        self.ended += len(found)

    def before(self, conn: Any) -> None:
        """A statement is about to be sent."""
        if conn is self._own or conn.autocommit:
            return
        self.count += 1
        if self.count in self.end_at:
            self.ended += 1
            self._own.execute("SELECT pg_terminate_backend(%s, 5000)", [conn.info.backend_pid])

    def close(self) -> None:
        self._own.close()


@contextmanager
def staged(
    databases: Any, ini_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Stage, Faults]]:
    """A stage of its own, and what can go wrong on it."""
    with company_on(databases("postgresql"), ini_settings) as company:
        app, engines = company.app, company.engines
        admin = signed_in(app, "admin@example.org", role="administrator", password=PASSWORD)
        account(engines, "e02@larkfield.example")
        stage = Stage(
            company,
            service(app),
            team=signed_in(app, "e08@larkfield.example", role="people_team"),
            admin=admin,
            stale=signed_in(app, "admin@example.org", NOW - timedelta(minutes=16)),
            person=signed_in(app, "e05@larkfield.example", password=PASSWORD),
            box=outbox(app),
        )
        # When each was last there is noted in a transaction of its own, which may fail.
        stage.program.get("/me")
        for client in (stage.team, stage.admin, stage.stale, stage.person):
            client.get("/account")
        faults = Faults(engines.write.url)
        execute, copy = psycopg.Cursor.execute, psycopg.Cursor.copy

        def counted(cursor: Any, *args: Any, **more: Any) -> Any:
            faults.before(cursor.connection)
            return execute(cursor, *args, **more)

        def counted_copy(cursor: Any, *args: Any, **more: Any) -> Any:
            faults.before(cursor.connection)
            return copy(cursor, *args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", counted)
            patch.setattr(psycopg.Cursor, "copy", counted_copy)
            try:
                yield stage, faults
            finally:
                faults.close()


@dataclass
class Answer:
    """What a request was answered, but for what is made of chance; and how many statements it took to write."""

    status: int
    body: Any
    headers: dict[str, str]
    mails: list[tuple[str, str]]
    statements: int = 0

    @classmethod
    def of(cls, response: Any, box: Outbox) -> Answer:
        body = response.json if "json" in response.content_type else None
        headers = {
            # Ids of accounts come from a sequence, which counts the attempts as well.
            name: re.sub("http://localhost|(?<=/accounts/)[0-9]+", "", response.headers[name])
            for name in ("Location", "ETag", "Revision")
            if name in response.headers
        }
        return cls(response.status_int, body, headers, [(mail.to, mail.subject) for mail in box.take()])


@pytest.fixture(scope="module")
def ordinary(databases: Any, ini_settings: dict[str, str]) -> dict[str, list[tuple[str, str, Answer]]]:
    """How every request is answered with nothing in the way."""
    found: dict[str, list[tuple[str, str, Answer]]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, story in STORIES.items():
            found[name] = []
            with staged(databases, ini_settings, patch) as (stage, faults):
                for route, method, send in story(stage):
                    stage.box.take()
                    faults.count = 0
                    response = send()
                    assert response.status_int < 400, (route, method, response.text)
                    answer = Answer.of(response, stage.box)
                    answer.statements = faults.count
                    found[name].append((route, method, answer))
    return found


@pytest.mark.parametrize("when", ["before", "within"])
@pytest.mark.parametrize("story", STORIES)
def test_a_write_survives_lost_connections(
    databases: Any, ini_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    ordinary: dict[str, list[tuple[str, str, Answer]]], story: str, when: str,
) -> None:  # fmt: skip
    """All connections are ended before the request; or its own, of three attempts: before the first statement of the
    first, in the middle of the second, before the last statement of the third."""
    problems: list[tuple[Any, ...]] = []
    with staged(databases, ini_settings, monkeypatch) as (stage, faults):
        wanted = iter(ordinary[story])
        for route, method, send in STORIES[story](stage):
            _, _, answer = next(wanted)
            stage.box.take()
            caplog.clear()
            faults.count = faults.ended = 0
            if when == "before":
                faults.end_all()
                stage.company.engines.dispose()  # those that the test itself asks by
            else:
                middle = 1 + max(1, answer.statements // 2)
                faults.end_at = {1, middle, middle + answer.statements}
            response = send()
            faults.end_at = set()
            # Jobs find connections that work: what becomes of one that fails is tested elsewhere.
            stage.company.app.registry.engines.dispose()
            found = Answer.of(response, stage.box)
            found.statements = answer.statements
            if found != answer:
                problems.append((route, method, found, answer))
            elif when == "within" and "trying again" not in caplog.text:
                problems.append((route, method, "nothing in the log", faults.ended))
    assert problems == []


def test_every_route_that_writes_is_in_a_story(ordinary: dict[str, list[tuple[str, str, Answer]]]) -> None:
    writing = {(row[0], row[1]) for row in ROWS if row[1] != "GET"}
    there = {(f"api.{route}", method) for route, method, _ in ordinary["api"]}
    there |= {(route, method) for route, method, _ in ordinary["pages"]}
    assert there == writing


# --- on every database ----------------------------------------------------------------------------------------


def test_a_write_that_collides_is_made_anew(
    own_company: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Deadlocks, unique values that another has just taken: the body is read again, the form is as it was sent."""
    enter = ChangeSetWriter.__enter__
    collisions: list[int] = []

    def collide(writer: ChangeSetWriter) -> ChangeSetWriter:
        if len(collisions) % 3 < 2:
            collisions.append(1)
            error = sa.exc.OperationalError("UPDATE counter", None, Exception("deadlock detected"))
            mark_error_retryable(error)
            raise error
        collisions.append(1)
        return enter(writer)

    monkeypatch.setattr(ChangeSetWriter, "__enter__", collide)
    program = service(own_company.app)
    assert program.patch("/employees/5", {"desk": "9"}, if_match="*").json["desk"] == "9"
    assert program.post("/locations", {"code": "N", "name": "N"}, idempotency_key="k").status_int == 201
    assert program.post("/locations", {"code": "N", "name": "N"}, idempotency_key="k").status_int == 201
    person = own_company.client("e05@larkfield.example")
    for data in (JPEG, LONG_JPEG):
        sent = {"file": Upload("me.jpg", data, "image/jpeg")}
        assert post(person, "/employees/5/portrait", sent).status_int == 303
    assert caplog.text.count("trying again: (builtins.Exception) deadlock detected") == 10
    assert "attempt 1 of 5 failed" in caplog.text


def test_a_database_that_is_lost_for_good_is_a_503(own_company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is dead, and there is no other: said as for any database that does not answer."""
    client = own_company.client("e05@larkfield.example")
    client.get("/employees")
    first = Prepared.first

    def lost(statement: Prepared, conn: sa.Connection, *args: Any) -> Any:
        if statement is not request_module._COUNTER:
            return first(statement, conn, *args)
        own_company.app.registry.engines.read.pool._creator = refuse
        conn.invalidate()
        raise sa.exc.OperationalError("SELECT", None, Exception("gone"), connection_invalidated=True)

    def refuse(*_args: Any) -> Any:
        raise own_company.engines.read.dialect.loaded_dbapi.OperationalError("could not connect to the server")

    monkeypatch.setattr(Prepared, "first", lost)
    for answer in (client.get("/employees", status="*"), post(client, "/employees/5/edit", {"desk": "1"}, status="*")):
        assert answer.status_int == 503
        assert answer.headers["Retry-After"]
