"""Writes whose connection to the database is lost: made anew, with the answer that they would have had.

On PostgreSQL only: nobody can end a connection to a file. One story, with a request for every route that writes, is
told once with nothing in the way, and again with connections ended before or within each request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from pyramid_retry import mark_error_retryable
from webtest import TestApp, Upload

from myproject import request as request_module
from myproject.accounts import links, users
from myproject.accounts.audit import Origin
from myproject.accounts.links import Purpose
from myproject.db.prepared import Prepared
from myproject.directory.change_sets import ChangeSetWriter
from tests.accounts import PASSWORD, account, again, post, signed_in
from tests.api import Program, service
from tests.conftest import NOW, Company, _company
from tests.functional.test_permission_matrix import ROWS
from tests.mails import Outbox, outbox
from tests.pictures import picture

Send = Callable[[], Any]
Step = tuple[str, str, Send]
"""Route, method, and what sends the request."""

NEW_PASSWORD = "four orange lanterns hum"
JPEG = picture(300, 300)
#: Longer than what is kept in memory of a form.
LONG_JPEG = JPEG + bytes(1_300_000)
TODAY = {"effective": "2026-06-15"}


@dataclass
class Stage:
    """A company, and who acts in it."""

    company: Company
    program: Program
    team: TestApp
    admin: TestApp
    stale: TestApp
    """The administrator again, who has not proved the password for a while."""
    person: TestApp
    box: Outbox

    def one(self, query: str) -> Any:
        """The only value that a query finds."""
        with self.company.engines.read.connect() as conn:
            return conn.execute(sa.text(query)).scalar_one()

    def department(self, code: str) -> int:
        return int(self.one(f"SELECT id FROM department WHERE code = '{code}'"))

    def user(self, email: str) -> int:
        return account(self.company.engines, email).id

    def link(self, purpose: Purpose, email: str, **more: Any) -> str:
        """The token of a new link."""
        with self.company.engines.begin() as conn:
            who = users.by_email(conn, email)
            assert who is not None
            return links.make(conn, Origin("test", NOW), who, purpose, **more)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Send:
        return lambda: self.program.send(method, path, body, if_match="*", **headers)

    def form(self, client: TestApp, path: str, **fields: Any) -> Send:
        """Fill in the form of a page that has these fields."""
        found = next(form for form in client.get(path).forms.values() if fields.keys() <= form.fields.keys())
        for name, value in fields.items():
            found[name] = value
        return lambda: found.submit(status="*")

    def sent(self, client: TestApp, path: str, **fields: Any) -> Send:
        return lambda: post(client, path, fields, status="*")

    def visitor(self, path: str, **fields: Any) -> Send:
        """A form of somebody who is not signed in."""
        client = TestApp(self.company.app)
        token = client.get("/sign-in").forms[0]["csrf_token"].value
        return lambda: client.post(path, {**fields, "csrf_token": token}, status="*")


def api_story(s: Stage) -> Iterator[Step]:
    """Every change of the API, each of which succeeds after those before it."""
    e05, e06, head = "/employees/5", "/employees/6", {"manager": {"employee_number": "E04"}}
    plat, web, sales = s.department("PLAT"), s.department("WEB"), s.department("SALES")
    new = {"code": "N", "name": "New", "parent_id": s.department("ENG"), **TODAY}
    yield "locations", "POST", s.api("POST", "/locations", {"code": "N", "name": "N"}, idempotency_key="k")
    yield "location", "PATCH", s.api("PATCH", "/locations/1", {"city": "Somewhere"})
    yield "departments", "POST", s.api("POST", "/departments", new)
    path = f"/departments/{s.department('N')}"
    yield "department", "PATCH", s.api("PATCH", path, {"about": "x"})
    yield "department.rename", "POST", s.api("POST", f"{path}:rename", {"effective": "2026-07-01", "name": "Newer"})
    yield "department.move", "POST", s.api("POST", f"{path}:move", {"effective": "2026-08-01", "parent_id": sales})
    yield "department.correct", "POST", s.api("POST", f"{path}:correct", {"on": "2026-06-15", "name": "Newest"})
    yield "department.close", "POST", s.api("POST", f"{path}:close", {"last_day": "2026-12-31"})
    hire = {
        "employee_number": "N1", "family_name": "New", "hired_on": "2026-06-01", "department_id": plat,
        "manager_id": 3, "job_title": "Novice", "skills": ["Weaving"],
    }  # fmt: skip
    yield "employees", "POST", s.api("POST", "/employees", hire)
    yield "employee", "PATCH", s.api("PATCH", e06, {"desk": "7"})
    named = {"given_name": "Kenji", "family_name": "Itō"}
    yield "employee.by_number", "PUT", s.api("PUT", "/employees/by-number/E09", named)
    yield "employee.move", "POST", s.api("POST", f"{e06}:move", {**TODAY, "job_title": "Lead"})
    yield "employee.change-manager", "POST", s.api("POST", f"{e06}:change-manager", {**TODAY, "manager_id": 4})
    ending: dict[str, Any] = {"last_day": "2026-09-30", **head}
    yield "employee.end-reporting-line", "POST", s.api("POST", f"{e06}:end-reporting-line", ending)
    line = s.one("SELECT max(id) FROM reporting_line WHERE superseded_in > 1000000 AND employee_id = 5")
    yield "employee.line", "DELETE", s.api("DELETE", f"{e05}/reporting-lines/{line}?last_day=2026-09-30")
    correction = {"on": "2026-06-15", "fact": "assignment", "changes": {"fte": 0.5}}
    yield "employee.correct", "POST", s.api("POST", f"{e06}:correct", correction)
    yield "employee.add-assignment", "POST", s.api("POST", f"{e06}:add-assignment", {**TODAY, "department_id": web})
    number = s.one("SELECT max(assignment_id) FROM assignment")
    primary = {"effective": "2026-07-01", "assignment": number}
    yield "employee.make-primary", "POST", s.api("POST", f"{e06}:make-primary", primary)
    ending = {"assignment": 6, "last_day": "2026-07-31"}
    yield "employee.end-assignment", "POST", s.api("POST", f"{e06}:end-assignment", ending)
    yield "employee.assignment", "DELETE", s.api("DELETE", f"{e06}/assignments/6?last_day=2026-07-15")
    yield "employee.change-audience", "POST", s.api("POST", f"{e06}:change-audience", {"audience": "people_team"})
    yield "employee.leave", "POST", s.api("POST", "/employees/10:leave", {"last_day": "2026-06-20"})
    again_ = {"effective": "2026-09-01", "department_id": web}
    yield "employee.rehire", "POST", s.api("POST", "/employees/10:rehire", again_)
    many = [{"method": "POST", "path": "/locations", "body": {"code": f"B{n}", "name": f"B {n}"}} for n in range(30)]
    yield "batch", "POST", s.api("POST", "/batch", {"operations": many})
    # Longer than any form.
    longest = [
        {"method": "PATCH", "path": f"/departments/{web}", "body": {"about": f"{n:3}" * 1_300}, "if_match": "*"}
        for n in range(10, 310)
    ]
    yield "batch", "POST", s.api("POST", "/batch", {"operations": longest})
    newest = s.one("SELECT max(revision) FROM change_set")
    yield "change_set.undo", "POST", s.api("POST", f"/change-sets/{newest}:undo", {})


def page_story(s: Stage) -> Iterator[Step]:
    """Every form, each of which succeeds after those before it."""
    guest, who = "guest@example.org", "e05@larkfield.example"
    yield "change.undo", "POST", s.sent(s.admin, "/changes/2/undo", reason="Not so")
    yield "report", "POST", s.sent(s.person, "/employees/2/report", subject="job_title", message="It is another.")
    report = s.one("SELECT max(id) FROM report")
    yield "inbox.report", "POST", s.sent(s.team, f"/inbox/{report}", do="done", answer="Thank you.")
    yield "card.edit", "POST", s.form(s.person, "/employees/5/edit", desk="12")
    for data in (JPEG, LONG_JPEG):
        picture_ = Upload("me.jpg", data, "image/jpeg")
        yield "card.portrait", "POST", s.sent(s.person, "/employees/5/portrait", file=picture_)
    yield "visibility", "POST", s.sent(s.team, "/employees/7/visibility", audience="people_team", reason="Asked")
    about = s.form(s.team, f"/department/{s.department('PLAT')}/edit", about="We run it.")
    yield "department.edit", "POST", about
    passwords = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    yield "account.password", "POST", s.sent(s.person, "/account/password", **passwords)
    yield "account.email", "POST", s.sent(s.team, "/account/email", email="noor@larkfield.example")
    link = s.link(Purpose.EMAIL, "e02@larkfield.example", new_email="grace@larkfield.example")
    yield "account.email.link", "POST", s.visitor(f"/account/email/{link}")
    yield "account.sessions", "POST", s.sent(s.team, "/account/sessions")
    for whom in ("colleague", ""):
        yield "view_as", "POST", s.sent(again(s.admin), "/view-as", whom=whom)
    yield "users.invite", "POST", s.sent(s.team, "/accounts/invite", email=guest)
    count = re.search(r"Invite (\d+) people", post(s.team, "/accounts/invite-all").text)
    assert count is not None
    all_ = {"count": count[1], "after": "0", "done": "0", "skipped": "0"}
    yield "users.invite_all", "POST", s.sent(s.team, "/accounts/invite-all", **all_)
    user = f"/accounts/{s.user(guest)}"
    yield "user.invite", "POST", s.sent(s.team, f"{user}/invite")
    yield "user.disable", "POST", s.sent(s.admin, f"{user}/disable")
    yield "user.enable", "POST", s.sent(s.admin, f"{user}/enable")
    yield "user.employee", "POST", s.sent(s.admin, f"{user}/employee", employee="")
    yield "user.reset", "POST", s.sent(s.admin, f"/accounts/{s.user(who)}/reset")
    yield "user.sessions", "POST", s.sent(s.admin, f"/accounts/{s.user(who)}/sessions")
    grant = {"who": who, "role": "people_team", "confirm_password": PASSWORD}
    yield "roles.grant", "POST", s.sent(s.stale, "/roles/grant", **grant)
    newest = s.one("SELECT max(id) FROM role_grant")
    yield "roles.revoke", "POST", s.sent(s.admin, "/roles/revoke", grant=newest)
    token = {"name": "mine", "scopes": "employees:read"}
    yield "account.tokens", "POST", s.sent(s.admin, "/account/tokens", **token)
    newest = s.one("SELECT max(id) FROM access_token")
    yield "account.tokens.revoke", "POST", s.sent(s.admin, "/account/tokens/revoke", token=newest)
    yield "tokens.new", "POST", s.sent(s.admin, "/tokens/new", role="employee", **token)
    newest = s.one("SELECT max(id) FROM access_token")
    yield "tokens.revoke", "POST", s.sent(s.admin, "/tokens/revoke", token=newest)
    yield "audit.csv", "POST", s.sent(s.admin, "/audit.csv")
    yield "sign_in", "POST", s.visitor("/sign-in", email=who, password=NEW_PASSWORD)
    link = s.link(Purpose.SIGN_IN, "admin@example.org")
    yield "sign_in.link", "POST", s.visitor(f"/sign-in/link/{link}")
    yield "forgot", "POST", s.visitor("/sign-in/forgot", email=who)
    link = s.link(Purpose.RESET, who)
    yield "reset", "POST", s.visitor(f"/sign-in/reset/{link}", new_password=PASSWORD)
    link = s.link(Purpose.INVITE, "grace@larkfield.example")
    yield "invitation", "POST", s.visitor(f"/sign-in/invitation/{link}", new_password=PASSWORD)
    yield "sign_out", "POST", s.sent(s.team, "/sign-out")


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
    with _company(databases("postgresql"), ini_settings) as company:
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


STORIES = {"api": api_story, "pages": page_story}


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
            found = Answer.of(send(), stage.box)
            faults.end_at = set()
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
