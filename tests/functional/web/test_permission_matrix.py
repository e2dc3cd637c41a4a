"""Who may do what: every route and method, for everyone who may come. The table is the whole of it.

+  the view answers, if only to say that the form is empty
s  to the sign-in page; 401 from the API
-  403
0  404

Columns: anonymous, employee, editor of another department, editor of the department above the person's, manager of the
person, the person, people team, administrator; then tokens of the people team's kind, bound to the department above the
person's and to another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts import tokens
from myproject.accounts.permissions import Role
from myproject.security.scopes import Scope
from tests.conftest import Company, company_on
from tests.functional.web.test_routes import methods_of, views
from tests.support.accounts import ORIGIN, account, cookie_of, token_of

PERSON = "E05"
WHO = ("anonymous", "employee", "editor elsewhere", "editor", "manager", "person", "people team", "administrator")
#: Programs, by the department that their tokens are bound to.
BOUND = {"token bound here": "ENG", "token bound elsewhere": "SALES"}
ACCOUNTS: dict[str, dict[str, Any]] = {
    "employee": {"email": "e12@larkfield.example"},
    "editor elsewhere": {"email": "e09@larkfield.example", "role": "editor", "department": "SALES"},
    "editor": {"email": "e13@larkfield.example", "role": "editor", "department": "ENG"},
    "manager": {"email": "e02@larkfield.example"},
    "person": {"email": "e05@larkfield.example"},
    "people team": {"email": "e08@larkfield.example", "role": "people_team"},
    "administrator": {"email": "admin@example.org", "role": "administrator"},
}

#                                             an em eo ed ma pe pt ad bh be
TABLE = """
home                GET  /                     s  +  +  +  +  +  +  +  s  s
employees           GET  /employees            s  +  +  +  +  +  +  +  s  s
employees.csv       GET  /employees.csv        s  +  +  +  +  +  +  +  s  s
suggest             GET  /suggest?q=a          s  +  +  +  +  +  +  +  s  s
employee            GET  /employees/{id}       s  +  +  +  +  +  +  +  s  s
employee.vcard      GET  /employees/{id}.vcf   s  +  +  +  +  +  +  +  s  s
portrait            GET  {portrait}            s  0  0  0  0  0  0  0  s  s
chart               GET  /chart                s  +  +  +  +  +  +  +  s  s
chart.focus         GET  /chart/{id}           s  +  +  +  +  +  +  +  s  s
chart.branch        GET  /chart/{id}/branch    s  +  +  +  +  +  +  +  s  s
chart.print.top     GET  /chart/print          s  +  +  +  +  +  +  +  s  s
chart.print         GET  /chart/{id}/print     s  +  +  +  +  +  +  +  s  s
departments         GET  {department}          s  +  +  +  +  +  +  +  s  s
changes             GET  /changes              s  +  +  +  +  +  +  +  s  s
change              GET  /changes/1            s  +  +  +  +  +  +  +  s  s
change.undo         GET  /changes/1/undo       s  -  -  -  -  -  +  +  s  s
change.undo         POST /changes/1/undo       s  -  -  -  -  -  +  +  s  s
me                  GET  /me                   s  +  +  +  +  +  +  0  s  s
me.card             GET  /me/card              s  +  +  +  +  +  +  0  s  s
me.reports          GET  /me/reports           s  +  +  +  +  +  +  +  s  s
report              GET  /employees/{id}/report s  +  +  +  +  +  +  +  s  s
report              POST /employees/{id}/report s  +  +  +  +  +  +  +  s  s
card.edit           GET  /employees/{id}/edit  s  -  -  +  -  +  +  +  s  s
card.edit           POST /employees/{id}/edit  s  -  -  +  -  +  +  +  s  s
card.portrait       GET  /employees/{id}/portrait s  -  -  +  -  +  +  +  s  s
card.portrait       POST /employees/{id}/portrait s  -  -  +  -  +  +  +  s  s
visibility          GET  /employees/{id}/visibility s  -  -  -  -  -  +  +  s  s
visibility          POST /employees/{id}/visibility s  -  -  -  -  -  +  +  s  s
department.edit     GET  /department/{dep}/edit s  -  -  +  -  -  +  +  s  s
department.edit     POST /department/{dep}/edit s  -  -  +  -  -  +  +  s  s
inbox               GET  /inbox                s  -  -  -  -  -  +  +  s  s
inbox.report        GET  /inbox/{report}       s  -  -  -  -  -  +  +  s  s
inbox.report        POST /inbox/{report}       s  -  -  -  -  -  +  +  s  s
account             GET  /account              s  +  +  +  +  +  +  +  s  s
account.password    GET  /account/password     s  +  +  +  +  +  +  +  s  s
account.password    POST /account/password     s  +  +  +  +  +  +  +  s  s
account.email       GET  /account/email        s  +  +  +  +  +  +  +  s  s
account.email       POST /account/email        s  +  +  +  +  +  +  +  s  s
account.sessions    POST /account/sessions     s  +  +  +  +  +  +  +  s  s
account.language    POST /account/language     s  +  +  +  +  +  +  +  s  s
view_as             POST /view-as              s  +  +  +  +  +  +  +  s  s
users               GET  /accounts             s  -  -  -  -  -  +  +  s  s
users.invite        GET  /accounts/invite      s  -  -  -  -  -  +  +  s  s
users.invite        POST /accounts/invite      s  -  -  -  -  -  +  +  s  s
users.invite_all    POST /accounts/invite-all  s  -  -  -  -  -  +  +  s  s
user                GET  /accounts/{user}      s  -  -  -  -  -  +  +  s  s
user.invite         POST /accounts/{user}/invite s  -  -  -  -  -  +  +  s  s
user.disable        POST /accounts/{user}/disable s  -  -  -  -  -  -  +  s  s
user.enable         POST /accounts/{user}/enable s  -  -  -  -  -  -  +  s  s
user.employee       POST /accounts/{user}/employee s  -  -  -  -  -  -  +  s  s
user.reset          POST /accounts/{user}/reset s  -  -  -  -  -  -  +  s  s
user.sessions       POST /accounts/{user}/sessions s  -  -  -  -  -  -  +  s  s
roles               GET  /roles                s  -  -  -  -  -  +  +  s  s
roles.grant         GET  /roles/grant          s  -  -  -  -  -  +  +  s  s
roles.grant         POST /roles/grant          s  -  -  -  -  -  +  +  s  s
roles.revoke        POST /roles/revoke         s  -  -  -  -  -  +  +  s  s
account.tokens      GET  /account/tokens       s  +  +  +  +  +  +  +  s  s
account.tokens      POST /account/tokens       s  +  +  +  +  +  +  +  s  s
account.tokens.revoke POST /account/tokens/revoke s  +  +  +  +  +  +  +  s  s
documentation       GET  /api/docs             s  +  +  +  +  +  +  +  s  s
documentation.file  GET  /api/docs/swagger-ui.css s  +  +  +  +  +  +  +  s  s
reference           GET  /api/reference        s  +  +  +  +  +  +  +  s  s
api.root            GET  /api/v1               s  +  +  +  +  +  +  +  +  +
api.openapi         GET  /api/v1/openapi.json  s  +  +  +  +  +  +  +  +  +
api.schemas         GET  /api/v1/schemas       s  +  +  +  +  +  +  +  +  +
api.schema          GET  /api/v1/schemas/Employee s  +  +  +  +  +  +  +  +  +
me.jobs             GET  /me/jobs              s  +  +  +  +  +  +  +  s  s
me.jobs.cancel      POST /me/jobs/cancel       s  +  +  +  +  +  +  +  s  s
me.jobs.file        GET  /me/jobs/1/files/a    s  0  0  0  0  0  0  0  s  s
hire                GET  /hire                 s  -  +  +  -  -  +  +  s  s
hire                POST /hire                 s  -  +  +  -  -  +  +  s  s
career.act            GET  /employees/{id}/change/job s  -  -  +  -  -  +  +  s  s
career.act            POST /employees/{id}/change/job s  -  -  +  -  -  +  +  s  s
export              GET  /export               s  +  +  +  +  +  +  +  s  s
export              POST /export               s  +  +  +  +  +  +  +  s  s
import              GET  /import               s  -  -  -  -  -  +  +  s  s
import              POST /import               s  -  -  -  -  -  +  +  s  s
import.job          GET  /import/999           s  -  -  -  -  -  0  0  s  s
import.apply        POST /import/999/apply     s  -  -  -  -  -  0  0  s  s
activity            GET  /live                 s  -  -  -  -  -  +  +  s  s
live.news           GET  /live/news?revision=1&topic=people s  +  +  +  +  +  +  +  s  s
live.mine           GET  /live/mine            s  +  +  +  +  +  +  +  s  s
notifications       GET  /notifications        s  +  +  +  +  +  +  +  s  s
notifications.read  POST /notifications/read   s  +  +  +  +  +  +  +  s  s
notifications.choices POST /notifications/choices s  +  +  +  +  +  +  +  s  s
tokens              GET  /tokens               s  -  -  -  -  -  -  +  s  s
tokens.new          GET  /tokens/new           s  -  -  -  -  -  -  +  s  s
tokens.new          POST /tokens/new           s  -  -  -  -  -  -  +  s  s
tokens.revoke       POST /tokens/revoke        s  -  -  -  -  -  -  +  s  s
audit               GET  /audit                s  -  -  -  -  -  -  +  s  s
audit.csv           POST /audit.csv            s  -  -  -  -  -  -  +  s  s
jobs                GET  /jobs                 s  -  -  -  -  -  -  +  s  s
jobs.retry          POST /jobs/retry           s  -  -  -  -  -  -  +  s  s
jobs.cancel         POST /jobs/cancel          s  -  -  -  -  -  -  +  s  s
sign_in             GET  /sign-in              +  +  +  +  +  +  +  +  +  +
sign_in             POST /sign-in              +  +  +  +  +  +  +  +  +  +
sign_in.link        GET  /sign-in/link/x       0  0  0  0  0  0  0  0  0  0
sign_in.link        POST /sign-in/link/x       0  0  0  0  0  0  0  0  0  0
sign_out            POST /sign-out             +  +  +  +  +  +  +  +  +  +
forgot              GET  /sign-in/forgot       +  +  +  +  +  +  +  +  +  +
forgot              POST /sign-in/forgot       +  +  +  +  +  +  +  +  +  +
reset               GET  /sign-in/reset/x      0  0  0  0  0  0  0  0  0  0
reset               POST /sign-in/reset/x      0  0  0  0  0  0  0  0  0  0
invitation          GET  /sign-in/invitation/x 0  0  0  0  0  0  0  0  0  0
invitation          POST /sign-in/invitation/x 0  0  0  0  0  0  0  0  0  0
account.email.link  GET  /account/email/x      0  0  0  0  0  0  0  0  0  0
account.email.link  POST /account/email/x      0  0  0  0  0  0  0  0  0  0
static              GET  /static/icon.svg      +  +  +  +  +  +  +  +  +  +
theme               GET  /theme.css            +  +  +  +  +  +  +  +  +  +
logo                GET  /logo                 0  0  0  0  0  0  0  0  0  0
favicon             GET  /favicon.ico          +  +  +  +  +  +  +  +  +  +
robots              GET  /robots.txt           +  +  +  +  +  +  +  +  +  +
health              GET  /health               +  +  +  +  +  +  +  +  +  +
health.live         GET  /health/live          +  +  +  +  +  +  +  +  +  +
health.ready        GET  /health/ready         +  +  +  +  +  +  +  +  +  +
api.employees       GET  /api/v1/employees     s  +  +  +  +  +  +  +  +  +
api.employee        GET  /api/v1/employees/{id} s  +  +  +  +  +  +  +  +  0
api.search          GET  /api/v1/search?q=a    s  +  +  +  +  +  +  +  +  +
api.departments     GET  /api/v1/departments   s  +  +  +  +  +  +  +  +  +
api.departments.tree GET /api/v1/departments/tree s  +  +  +  +  +  +  +  +  +
api.department      GET  /api/v1/departments/{dep} s  +  +  +  +  +  +  +  +  +
api.assignments     GET  /api/v1/assignments   s  +  +  +  +  +  +  +  +  +
api.reporting_lines GET  /api/v1/reporting-lines s  +  +  +  +  +  +  +  +  +
api.chart           GET  /api/v1/chart         s  +  +  +  +  +  +  +  +  +
api.chart.path      GET  /api/v1/chart/path?from={id}&to={id} s  +  +  +  +  +  +  +  +  0
api.chart.focus     GET  /api/v1/chart/{id}    s  +  +  +  +  +  +  +  +  0
api.locations       GET  /api/v1/locations     s  +  +  +  +  +  +  +  +  +
api.location        GET  /api/v1/locations/{location} s  +  +  +  +  +  +  +  +  +
api.imports         POST /api/v1/imports       s  -  -  -  -  -  +  +  -  -
api.exports         POST /api/v1/exports       s  +  +  +  +  +  +  +  +  +
api.job             GET  /api/v1/jobs/999      s  0  0  0  0  0  0  0  0  0
api.job.cancel      POST /api/v1/jobs/999:cancel s  0  0  0  0  0  0  0  0  0
api.job.file        GET  /api/v1/jobs/999/files/a s  0  0  0  0  0  0  0  0  0
api.change_sets     GET  /api/v1/change-sets   s  +  +  +  +  +  +  +  +  +
api.change_set      GET  /api/v1/change-sets/1 s  +  +  +  +  +  +  +  +  +
api.me              GET  /api/v1/me            s  +  +  +  +  +  +  +  +  +
api.employees       POST /api/v1/employees     s  -  -  +  -  -  +  +  +  -
api.employee        PATCH /api/v1/employees/{id} s  -  -  +  -  +  +  +  +  0
api.employee.by_number PUT /api/v1/employees/by-number/E05 s  -  -  +  -  -  +  +  +  +
api.employee.assignment DELETE /api/v1/employees/{id}/assignments/1?last_day=2026-06-30 s  -  -  +  -  -  +  +  +  0
api.employee.line DELETE /api/v1/employees/{id}/reporting-lines/{line}?last_day=2026-06-30 s  -  -  +  -  -  +  +  +  0
api.employee.move   POST /api/v1/employees/{id}:move s  -  -  +  -  -  +  +  +  0
api.employee.leave  POST /api/v1/employees/{id}:leave s  -  -  +  -  -  +  +  +  0
api.employee.rehire POST /api/v1/employees/{id}:rehire s  -  -  +  -  -  +  +  +  0
api.employee.change-manager POST /api/v1/employees/{id}:change-manager s  -  -  +  -  -  +  +  +  0
api.employee.end-reporting-line POST /api/v1/employees/{id}:end-reporting-line s  -  -  +  -  -  +  +  +  0
api.employee.correct POST /api/v1/employees/{id}:correct s  -  -  +  -  -  +  +  +  0
api.employee.add-assignment POST /api/v1/employees/{id}:add-assignment s  -  -  +  -  -  +  +  +  0
api.employee.end-assignment POST /api/v1/employees/{id}:end-assignment s  -  -  +  -  -  +  +  +  0
api.employee.make-primary POST /api/v1/employees/{id}:make-primary s  -  -  +  -  -  +  +  +  0
api.employee.change-audience POST /api/v1/employees/{id}:change-audience s  -  -  -  -  -  +  +  +  0
api.departments     POST /api/v1/departments   s  -  -  +  -  -  +  +  +  -
api.department      PATCH /api/v1/departments/{dep} s  -  -  +  -  -  +  +  +  -
api.department.rename POST /api/v1/departments/{dep}:rename s  -  -  +  -  -  +  +  +  -
api.department.move POST /api/v1/departments/{dep}:move s  -  -  +  -  -  +  +  +  -
api.department.close POST /api/v1/departments/{dep}:close s  -  -  +  -  -  +  +  +  -
api.department.correct POST /api/v1/departments/{dep}:correct s  -  -  +  -  -  +  +  +  -
api.locations       POST /api/v1/locations     s  -  -  -  -  -  +  +  -  -
api.location        PATCH /api/v1/locations/{location} s  -  -  -  -  -  +  +  -  -
api.batch           POST /api/v1/batch         s  +  +  +  +  +  +  +  +  +
api.change_set.undo POST /api/v1/change-sets/3:undo s  -  -  -  -  -  +  +  -  -
api.changes         GET  /api/v1/changes       s  +  +  +  +  +  +  +  +  +
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture(scope="module")
def stage(database: Any, ini_settings: dict[str, str]) -> Iterator[tuple[Company, dict[str, Any]]]:
    """A company with an account for everyone who may come, one that is managed, and a report; what addresses name."""
    with company_on(database, ini_settings) as company:
        for details in ACCOUNTS.values():
            account(company.engines, **details)
        managed = account(company.engines, "managed@example.org")
        page = company.client("e12@larkfield.example").get(f"/employees/{company.ids[PERSON]}/report")
        form = next(form for form in page.forms.values() if form.action and form.action.endswith("/report"))
        form["subject"] = "job_title"
        form["message"] = "It is Senior engineer now."
        form.submit()
        tree = company.client("e12@larkfield.example").get(f"/employees/{company.ids[PERSON]}")
        links = [link["href"] for link in tree.html.select(".crumbs a")]
        with company.engines.read.connect() as conn:
            code = conn.exec_driver_sql("SELECT id FROM department WHERE code = 'PLAT'").scalar()
            location = conn.exec_driver_sql("SELECT min(id) FROM location").scalar()
            report = conn.exec_driver_sql("SELECT max(id) FROM report").scalar()
            lines = "SELECT max(id) FROM reporting_line WHERE superseded_in > 1000000 AND employee_id = "
            line = conn.exec_driver_sql(f"{lines}{company.ids[PERSON]}").scalar()
        yield (
            company,
            {
                "id": company.ids[PERSON],
                "dep": code,
                "department": links[-1],
                "user": managed.id,
                "report": report,
                "location": location,
                "line": line,
                "portrait": f"/employees/{company.ids[PERSON]}/portrait/{'0' * 32}/64",
            },
        )


def bound(company: Company, who: str) -> TestApp:
    """A client that proves itself by a token of its own."""
    with company.engines.begin() as conn:
        known = [each for each in tokens.rows(conn, services=True) if each.name == who]
        for each in known:
            tokens.revoke(conn, ORIGIN, each)
        token = tokens.create_service(conn, ORIGIN, Role.PEOPLE_TEAM, who, tuple(Scope), department_code=BOUND[who])
    return TestApp(company.app, extra_environ={"HTTP_AUTHORIZATION": f"Bearer {token}"})


def answer(company: Company, who: str, method: str, path: str) -> str:
    """What somebody gets, as a letter of the table. Each time in a session of its own: one of the views ends it."""
    client = TestApp(company.app)
    fields: dict[str, str] = {}
    if who in BOUND:
        client = bound(company, who)
    if who in ACCOUNTS:
        client.set_cookie(
            company.app.registry.session_cookie,
            cookie_of(company.app, account(company.engines, ACCOUNTS[who]["email"])),
        )
        fields["csrf_token"] = token_of(client)
    else:
        fields["csrf_token"] = client.get("/sign-in").forms[0]["csrf_token"].value
    if path.startswith("/api/v1/") and method != "GET":
        response = _sent(client, method, path, fields["csrf_token"], company)
    else:
        response = client.get(path, status="*") if method == "GET" else client.post(path, fields, status="*")
    assert response.status_int < 500
    if response.status_int == 303 and "/sign-in" in response.location and not path.startswith("/sign-out"):
        return "s"
    return {401: "s", 403: "-", 404: "0"}.get(response.status_int, "+")


#: What a change of the API is asked for, by the end of its address. All are asked for the plan only.
_LATER = {"effective": "2026-06-20"}
BODIES: dict[str, dict[str, Any]] = {
    "/employees": {"employee_number": "N1", "family_name": "New", "hired_on": "2026-06-01", "department_id": "{dep}"},
    "/employees/": {"desk": "5"},
    "/by-number/E05": {"given_name": "Łukasz", "family_name": "Żak", "email": "e05@larkfield.example"},
    ":leave": {"last_day": "2026-06-30"},
    ":rehire": {"hired_on": "2026-06-20", "department_id": "{dep}"},
    ":change-manager": {**_LATER, "manager_id": None},
    ":end-reporting-line": {"last_day": "2026-06-30", "manager": {"employee_number": "E03"}},
    ":correct": {"on": "2026-06-15", "fact": "assignment", "changes": {"fte": 0.5}},
    ":add-assignment": {**_LATER, "department_id": "{dep}"},
    ":end-assignment": {"assignment": 1, "last_day": "2026-06-30"},
    ":make-primary": {**_LATER, "assignment": 1},
    ":change-audience": {"audience": "people_team"},
    "/departments": {"code": "NEW", "name": "New", **_LATER, "parent_id": "{dep}"},
    "/departments/": {"about": "Something"},
    ":rename": {**_LATER, "name": "Other"},
    ":close": {"last_day": "2030-12-31"},
    "/locations": {"code": "NEW", "name": "New"},
    "/locations/": {"city": "Somewhere"},
    "/batch": {"operations": [{"method": "POST", "path": "/locations", "body": {"code": "NEW", "name": "New"}}]},
    ":undo": {},
    "/exports": {},
    ":cancel": {},
}
#: Changes of the API that know no dry run.
AT_ONCE = ("/exports", ":cancel")


def _sent(client: TestApp, method: str, path: str, token: str, company: Company) -> Any:
    """A change, as a program sends it that proves itself by a session."""
    path, _, query = path.partition("?")
    with company.engines.read.connect() as conn:
        department = conn.exec_driver_sql("SELECT id FROM department WHERE code = 'PLAT'").scalar()
        above = conn.exec_driver_sql("SELECT id FROM department WHERE code = 'ENG'").scalar()
    place = path.removeprefix("/api/v1")
    moves = {**_LATER, "parent_id": above} if "departments" in path else {**_LATER, "job_title": "Lead"}
    bodies = {
        **BODIES,
        ":move": moves,
        ":correct": {"on": "2026-06-15", "name": "X"} if "departments" in path else BODIES[":correct"],
    }
    address = f"{path}?{query}&dry_run=1" if query else f"{path}?dry_run=1"
    if path.endswith(AT_ONCE):
        address = path
    headers = {"X-CSRF-Token": token, "If-Match": "*"}
    if path.endswith("/imports"):
        sent: Any = [("file", "people.csv", b"Employee number,Desk\nE05,5\n")]
        return client.post(address, upload_files=sent, headers=headers, status="*")
    if method == "DELETE":
        return client.delete(address, headers=headers, status="*")
    key = next(name for name in sorted(bodies, key=len, reverse=True) if place.endswith(name) or _is_one(place, name))
    body = {name: department if value == "{dep}" else value for name, value in bodies[key].items()}
    call: Any = getattr(client, f"{method.lower()}_json")
    return call(address, body, headers=headers, status="*")


def _is_one(place: str, name: str) -> bool:
    return name.endswith("/") and place.startswith(name) and place.removeprefix(name).isdigit()


@pytest.mark.parametrize("who", [*WHO, *BOUND])
def test_who_may_do_what(stage: tuple[Company, dict[str, Any]], who: str) -> None:
    company, parts = stage
    column = 3 + [*WHO, *BOUND].index(who)
    wanted = {(row[0], row[1]): row[column] for row in ROWS}
    found = {(row[0], row[1]): answer(company, who, row[1], row[2].format(**parts)) for row in ROWS}
    assert found == wanted


def test_the_table_has_every_view(site: TestApp) -> None:
    known = {(row[0], row[1]) for row in ROWS}
    there = {(view["route_name"], method) for view, _ in views(site.app) for method in methods_of(view) - {"HEAD"}}
    assert known == there


def test_every_row_is_whole() -> None:
    assert {len(row) for row in ROWS} == {3 + len(WHO) + len(BOUND)}
