"""A request for every route that writes, told as a story: each succeeds after those before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from webtest import TestApp, Upload

from myproject.accounts import links, mail_jobs, users
from myproject.accounts.audit import Origin
from myproject.accounts.links import Purpose
from myproject.accounts.mail_jobs import ToAccount
from myproject.transfers.exports import ExportOrder, export
from tests.conftest import NOW, Company
from tests.support.accounts import PASSWORD, account, again, post
from tests.support.api import Program
from tests.support.mails import Outbox
from tests.support.pictures import picture

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

    def job(self, email: str) -> int:
        """The id of a job that waits, and that the account has started."""
        args = ToAccount(user=self.user(email))
        with self.company.engines.begin() as conn:
            job = mail_jobs.password_changed.enqueue(conn, args, now=NOW, due=NOW + timedelta(days=1), user=args.user)
        assert job is not None
        return job

    def checked(self) -> int:
        """The id of the newest import."""
        return int(self.one("SELECT max(id) FROM job WHERE kind = 'transfers.import'"))

    def asked(self) -> int:
        """The id of an export that the program has asked for, and that waits."""
        with self.company.engines.begin() as conn:
            token = conn.execute(sa.text("SELECT max(id) FROM access_token")).scalar_one()
            order = ExportOrder(user=0, token_id=token, email="x", address=None, request_id=None)
            job = export.enqueue(conn, order, now=NOW, due=NOW + timedelta(days=1))
        assert job is not None
        return job

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
    again_ = {"hired_on": "2026-09-01", "department_id": web}
    yield "employee.rehire", "POST", s.api("POST", "/employees/10:rehire", again_)
    many = [{"method": "POST", "path": "/locations", "body": {"code": f"B{n}", "name": f"B {n}"}} for n in range(30)]
    yield "batch", "POST", s.api("POST", "/batch", {"operations": many})
    # Longer than any form.
    longest = [
        {"method": "PATCH", "path": f"/departments/{web}", "body": {"about": f"{n:3}" * 1_300}, "if_match": "*"}
        for n in range(10, 310)
    ]
    yield "batch", "POST", s.api("POST", "/batch", {"operations": longest})
    table = b"Employee number,Desk\nE06,3\n"
    yield "imports", "POST", lambda: s.program.upload("/imports?dry_run=1", [("file", "a.csv", table)])
    yield "exports", "POST", s.api("POST", "/exports")
    yield "job.cancel", "POST", s.api("POST", f"/jobs/{s.asked()}:cancel")
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
    moved = {"on": "2026-07-01", "job_title": "Planner", "department": "Platform", "location": "", "do": "save"}
    yield "career.act", "POST", s.sent(s.team, "/employees/6/change/job", **moved)
    hired = {
        "on": "2026-07-01",
        "family_name": "Newer",
        "employee_number": "N77",
        "department": "Platform",
        "do": "save",
    }
    yield "hire", "POST", s.sent(s.team, "/hire", **hired)
    yield "visibility", "POST", s.sent(s.team, "/employees/7/visibility", audience="people_team", reason="Asked")
    about = s.form(s.team, f"/department/{s.department('PLAT')}/edit", about="We run it.")
    yield "department.edit", "POST", about
    passwords = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    yield "account.password", "POST", s.sent(s.person, "/account/password", **passwords)
    yield "account.email", "POST", s.sent(s.team, "/account/email", email="noor@larkfield.example")
    link = s.link(Purpose.EMAIL, "e02@larkfield.example", new_email="grace@larkfield.example")
    yield "account.email.link", "POST", s.visitor(f"/account/email/{link}")
    yield "account.sessions", "POST", s.sent(s.team, "/account/sessions")
    yield "account.language", "POST", s.sent(s.team, "/account/language")
    for whom in ("colleague", ""):
        yield "view_as", "POST", s.sent(again(s.admin), "/view-as", whom=whom)
    yield "users.invite", "POST", s.sent(s.team, "/accounts/invite", email=guest)
    count = re.search(r"Invite (\d+) people", post(s.team, "/accounts/invite-all").text)
    assert count is not None
    yield "users.invite_all", "POST", s.sent(s.team, "/accounts/invite-all", count=count[1])
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
    yield "notifications.read", "POST", s.sent(s.team, "/notifications/read", up_to=1)
    yield "notifications.choices", "POST", s.sent(s.team, "/notifications/choices", new_report="mail")
    table = Upload("people.csv", b"Employee number,Desk\nE06,4\n")
    yield "import", "POST", s.sent(s.team, "/import", file=table)
    yield "import.apply", "POST", lambda: post(s.team, f"/import/{s.checked()}/apply", {}, status="*")
    yield "export", "POST", s.sent(s.team, "/export?department=ENG")
    own = s.job("admin@example.org")
    yield "me.jobs.cancel", "POST", s.sent(s.admin, "/me/jobs/cancel", job=own)
    job = s.job(who)
    yield "jobs.cancel", "POST", s.sent(s.admin, "/jobs/cancel", job=job)
    yield "jobs.retry", "POST", s.sent(s.admin, "/jobs/retry", job=job)
    yield "sign_in", "POST", s.visitor("/sign-in", email=who, password=NEW_PASSWORD)
    link = s.link(Purpose.SIGN_IN, "admin@example.org")
    yield "sign_in.link", "POST", s.visitor(f"/sign-in/link/{link}")
    yield "forgot", "POST", s.visitor("/sign-in/forgot", email=who)
    link = s.link(Purpose.RESET, who)
    yield "reset", "POST", s.visitor(f"/sign-in/reset/{link}", new_password=PASSWORD)
    link = s.link(Purpose.INVITE, "grace@larkfield.example")
    yield "invitation", "POST", s.visitor(f"/sign-in/invitation/{link}", new_password=PASSWORD)
    yield "sign_out", "POST", s.sent(s.team, "/sign-out")


STORIES = {"api": api_story, "pages": page_story}
