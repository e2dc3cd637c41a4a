"""Who may do what: every route and method, for everyone who may come. The table is the whole of it.

+  the view answers, if only to say that the form is empty
s  to the sign-in page; 401 from the API
-  403
0  404

Columns: anonymous, employee, editor of another department, editor of the department above the person's, manager of the
person, the person, people team, administrator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from tests.accounts import account, cookie_of, token_of
from tests.conftest import Company, _company
from tests.functional.test_routes import _methods, views

PERSON = "E05"
WHO = ("anonymous", "employee", "editor elsewhere", "editor", "manager", "person", "people team", "administrator")
ACCOUNTS: dict[str, dict[str, Any]] = {
    "employee": {"email": "e12@larkfield.example"},
    "editor elsewhere": {"email": "e09@larkfield.example", "role": "editor", "department": "SALES"},
    "editor": {"email": "e13@larkfield.example", "role": "editor", "department": "ENG"},
    "manager": {"email": "e02@larkfield.example"},
    "person": {"email": "e05@larkfield.example"},
    "people team": {"email": "e08@larkfield.example", "role": "people_team"},
    "administrator": {"email": "admin@example.org", "role": "administrator"},
}

#                                             an em eo ed ma pe pt ad
TABLE = """
home                GET  /                     s  +  +  +  +  +  +  +
employees           GET  /employees            s  +  +  +  +  +  +  +
employees.csv       GET  /employees.csv        s  +  +  +  +  +  +  +
suggest             GET  /suggest?q=a          s  +  +  +  +  +  +  +
employee            GET  /employees/{id}       s  +  +  +  +  +  +  +
employee.vcard      GET  /employees/{id}.vcf   s  +  +  +  +  +  +  +
portrait            GET  {portrait}            s  0  0  0  0  0  0  0
chart               GET  /chart                s  +  +  +  +  +  +  +
chart.focus         GET  /chart/{id}           s  +  +  +  +  +  +  +
chart.branch        GET  /chart/{id}/branch    s  +  +  +  +  +  +  +
chart.print.top     GET  /chart/print          s  +  +  +  +  +  +  +
chart.print         GET  /chart/{id}/print     s  +  +  +  +  +  +  +
departments         GET  {department}          s  +  +  +  +  +  +  +
changes             GET  /changes              s  +  +  +  +  +  +  +
change              GET  /changes/1            s  +  +  +  +  +  +  +
change.undo         GET  /changes/1/undo       s  -  -  -  -  -  +  +
change.undo         POST /changes/1/undo       s  -  -  -  -  -  +  +
me                  GET  /me                   s  +  +  +  +  +  +  0
me.card             GET  /me/card              s  +  +  +  +  +  +  0
me.reports          GET  /me/reports           s  +  +  +  +  +  +  +
report              GET  /employees/{id}/report s  +  +  +  +  +  +  +
report              POST /employees/{id}/report s  +  +  +  +  +  +  +
card.edit           GET  /employees/{id}/edit  s  -  -  +  -  +  +  +
card.edit           POST /employees/{id}/edit  s  -  -  +  -  +  +  +
card.portrait       GET  /employees/{id}/portrait s  -  -  +  -  +  +  +
card.portrait       POST /employees/{id}/portrait s  -  -  +  -  +  +  +
department.edit     GET  /department/{dep}/edit s  -  -  +  -  -  +  +
department.edit     POST /department/{dep}/edit s  -  -  +  -  -  +  +
inbox               GET  /inbox                s  -  -  -  -  -  +  +
inbox.report        GET  /inbox/{report}       s  -  -  -  -  -  +  +
inbox.report        POST /inbox/{report}       s  -  -  -  -  -  +  +
account             GET  /account              s  +  +  +  +  +  +  +
account.password    GET  /account/password     s  +  +  +  +  +  +  +
account.password    POST /account/password     s  +  +  +  +  +  +  +
account.email       GET  /account/email        s  +  +  +  +  +  +  +
account.email       POST /account/email        s  +  +  +  +  +  +  +
account.sessions    POST /account/sessions     s  +  +  +  +  +  +  +
view_as             POST /view-as              s  +  +  +  +  +  +  +
users               GET  /accounts             s  -  -  -  -  -  +  +
users.invite        GET  /accounts/invite      s  -  -  -  -  -  +  +
users.invite        POST /accounts/invite      s  -  -  -  -  -  +  +
users.invite_all    POST /accounts/invite-all  s  -  -  -  -  -  +  +
user                GET  /accounts/{user}      s  -  -  -  -  -  +  +
user.invite         POST /accounts/{user}/invite s  -  -  -  -  -  +  +
user.disable        POST /accounts/{user}/disable s  -  -  -  -  -  -  +
user.enable         POST /accounts/{user}/enable s  -  -  -  -  -  -  +
user.employee       POST /accounts/{user}/employee s  -  -  -  -  -  -  +
user.reset          POST /accounts/{user}/reset s  -  -  -  -  -  -  +
user.sessions       POST /accounts/{user}/sessions s  -  -  -  -  -  -  +
roles               GET  /roles                s  -  -  -  -  -  +  +
roles.grant         GET  /roles/grant          s  -  -  -  -  -  +  +
roles.grant         POST /roles/grant          s  -  -  -  -  -  +  +
roles.revoke        POST /roles/revoke         s  -  -  -  -  -  +  +
account.tokens      GET  /account/tokens       s  +  +  +  +  +  +  +
account.tokens      POST /account/tokens       s  +  +  +  +  +  +  +
account.tokens.revoke POST /account/tokens/revoke s  +  +  +  +  +  +  +
documentation       GET  /api/docs             s  +  +  +  +  +  +  +
documentation.file  GET  /api/docs/swagger-ui.css s  +  +  +  +  +  +  +
reference           GET  /api/reference        s  +  +  +  +  +  +  +
api.openapi         GET  /api/v1/openapi.json  s  +  +  +  +  +  +  +
api.schemas         GET  /api/v1/schemas       s  +  +  +  +  +  +  +
api.schema          GET  /api/v1/schemas/Employee s  +  +  +  +  +  +  +
tokens              GET  /tokens               s  -  -  -  -  -  -  +
tokens.new          GET  /tokens/new           s  -  -  -  -  -  -  +
tokens.new          POST /tokens/new           s  -  -  -  -  -  -  +
tokens.revoke       POST /tokens/revoke        s  -  -  -  -  -  -  +
audit               GET  /audit                s  -  -  -  -  -  -  +
audit.csv           POST /audit.csv            s  -  -  -  -  -  -  +
sign_in             GET  /sign-in              +  +  +  +  +  +  +  +
sign_in             POST /sign-in              +  +  +  +  +  +  +  +
sign_in.link        GET  /sign-in/link/x       0  0  0  0  0  0  0  0
sign_in.link        POST /sign-in/link/x       0  0  0  0  0  0  0  0
sign_out            POST /sign-out             +  +  +  +  +  +  +  +
forgot              GET  /sign-in/forgot       +  +  +  +  +  +  +  +
forgot              POST /sign-in/forgot       +  +  +  +  +  +  +  +
reset               GET  /sign-in/reset/x      0  0  0  0  0  0  0  0
reset               POST /sign-in/reset/x      0  0  0  0  0  0  0  0
invitation          GET  /sign-in/invitation/x 0  0  0  0  0  0  0  0
invitation          POST /sign-in/invitation/x 0  0  0  0  0  0  0  0
account.email.link  GET  /account/email/x      0  0  0  0  0  0  0  0
account.email.link  POST /account/email/x      0  0  0  0  0  0  0  0
static              GET  /static/icon.svg      +  +  +  +  +  +  +  +
theme               GET  /theme.css            +  +  +  +  +  +  +  +
logo                GET  /logo                 0  0  0  0  0  0  0  0
favicon             GET  /favicon.ico          +  +  +  +  +  +  +  +
robots              GET  /robots.txt           +  +  +  +  +  +  +  +
health              GET  /health               +  +  +  +  +  +  +  +
health.live         GET  /health/live          +  +  +  +  +  +  +  +
health.ready        GET  /health/ready         +  +  +  +  +  +  +  +
api.employees       GET  /api/v1/employees     s  +  +  +  +  +  +  +
api.employee        GET  /api/v1/employees/{id} s  +  +  +  +  +  +  +
api.search          GET  /api/v1/search?q=a    s  +  +  +  +  +  +  +
api.departments     GET  /api/v1/departments   s  +  +  +  +  +  +  +
api.departments.tree GET /api/v1/departments/tree s  +  +  +  +  +  +  +
api.department      GET  /api/v1/departments/{dep} s  +  +  +  +  +  +  +
api.assignments     GET  /api/v1/assignments   s  +  +  +  +  +  +  +
api.reporting_lines GET  /api/v1/reporting-lines s  +  +  +  +  +  +  +
api.chart           GET  /api/v1/chart         s  +  +  +  +  +  +  +
api.chart.path      GET  /api/v1/chart/path?from={id}&to={id} s  +  +  +  +  +  +  +
api.chart.focus     GET  /api/v1/chart/{id}    s  +  +  +  +  +  +  +
api.locations       GET  /api/v1/locations     s  +  +  +  +  +  +  +
api.location        GET  /api/v1/locations/{location} s  +  +  +  +  +  +  +
api.change_sets     GET  /api/v1/change-sets   s  +  +  +  +  +  +  +
api.change_set      GET  /api/v1/change-sets/1 s  +  +  +  +  +  +  +
api.me              GET  /api/v1/me            s  +  +  +  +  +  +  +
api.employees       POST /api/v1/employees     s  -  -  +  -  -  +  +
api.employee        PATCH /api/v1/employees/{id} s  -  -  +  -  +  +  +
api.employee.by_number PUT /api/v1/employees/by-number/E05 s  -  -  +  -  -  +  +
api.employee.assignment DELETE /api/v1/employees/{id}/assignments/1?last_day=2026-06-30 s  -  -  +  -  -  +  +
api.employee.line   DELETE /api/v1/employees/{id}/reporting-lines/{line}?last_day=2026-06-30 s  -  -  +  -  -  +  +
api.employee.move   POST /api/v1/employees/{id}:move s  -  -  +  -  -  +  +
api.employee.leave  POST /api/v1/employees/{id}:leave s  -  -  +  -  -  +  +
api.employee.rehire POST /api/v1/employees/{id}:rehire s  -  -  +  -  -  +  +
api.employee.change-manager POST /api/v1/employees/{id}:change-manager s  -  -  +  -  -  +  +
api.employee.end-reporting-line POST /api/v1/employees/{id}:end-reporting-line s  -  -  +  -  -  +  +
api.employee.correct POST /api/v1/employees/{id}:correct s  -  -  +  -  -  +  +
api.employee.add-assignment POST /api/v1/employees/{id}:add-assignment s  -  -  +  -  -  +  +
api.employee.end-assignment POST /api/v1/employees/{id}:end-assignment s  -  -  +  -  -  +  +
api.employee.make-primary POST /api/v1/employees/{id}:make-primary s  -  -  +  -  -  +  +
api.employee.change-audience POST /api/v1/employees/{id}:change-audience s  -  -  -  -  -  +  +
api.departments     POST /api/v1/departments   s  -  -  +  -  -  +  +
api.department      PATCH /api/v1/departments/{dep} s  -  -  +  -  -  +  +
api.department.rename POST /api/v1/departments/{dep}:rename s  -  -  +  -  -  +  +
api.department.move POST /api/v1/departments/{dep}:move s  -  -  +  -  -  +  +
api.department.close POST /api/v1/departments/{dep}:close s  -  -  +  -  -  +  +
api.department.correct POST /api/v1/departments/{dep}:correct s  -  -  +  -  -  +  +
api.locations       POST /api/v1/locations     s  -  -  -  -  -  +  +
api.location        PATCH /api/v1/locations/{location} s  -  -  -  -  -  +  +
api.batch           POST /api/v1/batch         s  +  +  +  +  +  +  +
api.change_set.undo POST /api/v1/change-sets/3:undo s  -  -  -  -  -  +  +
api.changes         GET  /api/v1/changes       s  +  +  +  +  +  +  +
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture(scope="module")
def stage(database: Any, ini_settings: dict[str, str]) -> Iterator[tuple[Company, dict[str, Any]]]:
    """A company with an account for everyone who may come, one that is managed, and a report; what addresses name."""
    with _company(database, ini_settings) as company:
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


def answer(company: Company, who: str, method: str, path: str) -> str:
    """What somebody gets, as a letter of the table. Each time in a session of its own: one of the views ends it."""
    client = TestApp(company.app)
    fields: dict[str, str] = {}
    if who != "anonymous":
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
    ":rehire": {**_LATER, "department_id": "{dep}"},
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
}


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
    headers = {"X-CSRF-Token": token, "If-Match": "*"}
    if method == "DELETE":
        return client.delete(address, headers=headers, status="*")
    key = next(name for name in sorted(bodies, key=len, reverse=True) if place.endswith(name) or _is_one(place, name))
    body = {name: department if value == "{dep}" else value for name, value in bodies[key].items()}
    call: Any = getattr(client, f"{method.lower()}_json")
    return call(address, body, headers=headers, status="*")


def _is_one(place: str, name: str) -> bool:
    return name.endswith("/") and place.startswith(name) and place.removeprefix(name).isdigit()


@pytest.mark.parametrize("who", WHO)
def test_who_may_do_what(stage: tuple[Company, dict[str, Any]], who: str) -> None:
    company, parts = stage
    column = 3 + WHO.index(who)
    wanted = {(row[0], row[1]): row[column] for row in ROWS}
    found = {(row[0], row[1]): answer(company, who, row[1], row[2].format(**parts)) for row in ROWS}
    assert found == wanted


def test_the_table_has_every_view(site: TestApp) -> None:
    known = {(row[0], row[1]) for row in ROWS}
    there = {(view["route_name"], method) for view, _ in views(site.app) for method in _methods(view) - {"HEAD"}}
    assert known == there


def test_every_row_is_whole() -> None:
    assert {len(row) for row in ROWS} == {3 + len(WHO)}
