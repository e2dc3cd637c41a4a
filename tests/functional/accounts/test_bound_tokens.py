"""Tokens that are bound to a department: whom they know of in any answer, and how they are made.

`tests/support/bound_tokens.py` tells who is inside and what is laid out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from myproject.accounts import audit, tokens
from myproject.accounts.permissions import Role
from tests.conftest import Company, company_on
from tests.support.accounts import post, signed_in
from tests.support.api import Program, personal, service
from tests.support.bound_tokens import INSIDE, OUTSIDE, SECRETS, lay_out, numbers


@pytest.fixture(scope="module")
def laid_out(database: Any, ini_settings: dict[str, str]) -> Iterator[Company]:
    with company_on(database, ini_settings) as company:
        lay_out(company)
        yield company


# --- reading ------------------------------------------------------------------------------------------------


def readings(company: Company, newest: int) -> list[str]:
    """Every way to read, asked about those inside and those outside."""
    ids = company.ids
    ask = "canar"
    paths = [
        "/me", "/openapi.json", "/employees", "/employees?limit=200&expand=manager,department,location&count=exact",
        "/employees?limit=200&fields=id,name,about,desk,external_id,manager,job_title", f"/employees?q={ask}",
        f"/employees?q={ask}&similar=1", "/employees?q=omar", "/employees?q=e09", "/employees?q=220000",
        "/employees?name=om&count=exact", "/employees?department=SALES&count=exact", "/employees?department=LARK",
        "/employees?location=OSL&sort=-hired_on", "/employees?job_title=Engineer", "/employees?skill=Pythom",
        "/employees?job_title=canarx title", "/employees?skill=canarx skill E09",
        *(f"/employees?sort={sort}&count=estimate" for sort in ("name", "-name", "hired_on", "department", "job_title",
                                                                "location")),
        f"/search?q={ask}&limit=50", "/search?q=omar", "/search?q=haddad&kind=employee", "/search?q=sales",
        f"/search?q={ask}&kind=skill", f"/search?q={ask}&kind=job_title", "/chart", "/chart?page=1",
        "/assignments?limit=200", "/assignments?department=SALES", "/reporting-lines?limit=200",
        "/reporting-lines?department=ENG", "/change-sets?limit=200", "/changes?limit=1000", "/changes?limit=3",
        "/departments?limit=200&count=exact", "/departments/tree", "/locations",
        *(f"/change-sets/{number}?limit=200" for number in range(1, newest + 1)),
        *(f"/departments/{number}" for number in range(1, 8)),
    ]  # fmt: skip
    for number in (*INSIDE, *OUTSIDE):
        paths += [
            f"/employees/{ids[number]}", f"/employees/{ids[number]}?expand=manager,department", f"/chart/{ids[number]}",
            f"/assignments?employee={ids[number]}", f"/reporting-lines?employee={ids[number]}",
            f"/reporting-lines?manager={ids[number]}", f"/employees?manager={ids[number]}",
            f"/chart/path?from={ids['E05']}&to={ids[number]}",
        ]  # fmt: skip
    dated = ("as_of=2024-01-01", "as_of=2026-09-15", "as_of=2018-01-01", "known_at=2026-04-01T00:00:00Z")
    apart = ("/openapi", "/me", "/change", "/locations")
    return paths + [
        f"{path}{'&' if '?' in path else '?'}{clock}" for path in paths for clock in dated if not path.startswith(apart)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["people team", "employee", "administrator", "somebody outside", "somebody inside"])
def test_nobody_outside_is_in_any_answer(laid_out: Company, who: str) -> None:
    program = _program(laid_out, who)
    # `/me` tells whose token it is, and nothing else does.
    own = {"e09@larkfield", "Kenji", "Itō"} if who == "somebody outside" else set()
    with laid_out.engines.read.connect() as conn:
        newest = conn.exec_driver_sql("SELECT revision FROM counter").scalar() or 0
    shown = 0
    for path in readings(laid_out, newest):
        answer = program.send("GET", path)
        assert answer.status_int < 500, (path, answer.text)
        text = f"{answer.headers}\n{answer.text}"
        found = {secret for secret in SECRETS if secret in text} - (own if path == "/me" else set())
        assert not found, f"{who} sees {found} at {path}"
        shown += "Żak" in text
    assert shown > 20


def _program(company: Company, who: str) -> Program:
    if who in ("people team", "employee"):
        role = Role.PEOPLE_TEAM if who == "people team" else Role.EMPLOYEE
        return service(company.app, role, name=who, department="ENG")
    if who == "administrator":
        return personal(company.app, "admin@example.org", role="administrator", within="ENG")
    return personal(company.app, "e09@larkfield.example" if who.endswith("outside") else "e05@larkfield.example",
                    within="ENG")  # fmt: skip


def test_everyone_inside_is_told_and_counted(laid_out: Company) -> None:
    program = service(laid_out.app, name="counting", department="ENG")
    ids = laid_out.ids
    listed = program.get("/employees?limit=200&count=exact")
    assert numbers(laid_out, listed) == set(INSIDE)
    assert listed.json["total"] == len(INSIDE)
    for sort in ("-name", "hired_on", "department", "job_title", "location"):
        assert numbers(laid_out, program.get(f"/employees?sort={sort}")) == set(INSIDE)
    assert numbers(laid_out, program.get("/employees?department=LARK")) == set(INSIDE)
    assert numbers(laid_out, program.get("/employees?department=SALES")) == {"E10"}
    assert numbers(laid_out, program.get("/employees?q=engineer")) == set(INSIDE) - {"E10"}
    assert program.get("/employees?location=OSL&count=exact").json["total"] == 4
    counts = {each["code"]: each for each in program.get("/departments?limit=200").json["items"]}
    assert (counts["LARK"]["employees"], counts["LARK"]["employees_below"]) == (0, 8)
    assert counts["SALES"]["employees_below"] == 1
    assert counts["PEOPLE"]["employees_below"] == 0
    assert counts["ENG"]["employees_below"] == 7
    # The chart begins where those outside would be.
    chart = program.get("/chart").json
    assert [each["id"] for each in chart["items"]] == [ids["E02"]]
    assert chart["items"][0]["below"] == 6
    assert chart["outside"] == 1
    assert program.get(f"/chart/{ids['E05']}").json["chain"][0]["id"] == ids["E02"]
    assert program.get(f"/employees/{ids['E10']}").json["manager"] is None
    told = {each["revision"]: each for each in program.get("/change-sets?limit=200").json["items"]}
    mixed = next(each for each in told.values() if each["reason"] == "New desks")
    assert (mixed["summary"], mixed["author"]) == ({"edit_card": 1}, "")
    walked: set[str] = set()
    page = program.get("/employees?limit=3").json
    while True:
        walked |= {each["employee_number"] for each in page["items"]}
        if page["next"] is None:
            break
        page = program.get(page["next"]).json
    assert walked == set(INSIDE)


def test_who_is_outside_is_like_nobody(laid_out: Company) -> None:
    program = service(laid_out.app, name="like nobody", department="ENG")
    outside, nobody = laid_out.ids["E09"], 999_999

    def told(path: str, number: int) -> tuple[int, str]:
        answer = program.send("GET", path.format(number))
        return answer.status_int, answer.text.replace(_request_id(answer), "").replace(str(number), "N")

    for path in (
        "/employees/{}", "/chart/{}", "/employees?manager={}", "/assignments?employee={}",
        "/employees/{}?as_of=2024-01-01", "/reporting-lines?manager={}",
        f"/chart/path?from={laid_out.ids['E05']}&to={{}}",
    ):  # fmt: skip
        assert told(path, outside) == told(path, nobody), path
    for body, action in (({"last_day": "2026-07-31"}, ":leave"), ({"desk": "7"}, "")):
        call = program.post if action else program.patch
        answers = [call(f"/employees/{number}{action}", body, if_match="*") for number in (outside, nobody)]
        assert [each.status_int for each in answers] == [404, 404]
        assert answers[0].json["detail"] == answers[1].json["detail"]


def _request_id(answer: Any) -> str:
    return str(answer.json.get("request_id", "-")) if answer.content_type.endswith("json") else "-"


@pytest.mark.slow
def test_no_two_tokens_share_an_answer(laid_out: Company) -> None:
    programs = [
        service(laid_out.app, name=f"sharing {code}", department=code) for code in ("ENG", "SALES", "PLAT", None)
    ]
    for path in ("/employees", "/departments", "/changes", f"/employees/{laid_out.ids['E10']}"):
        for _ in range(2):
            answers = [program.send("GET", path) for program in programs]
            tags = [answer.headers.get("ETag") for answer in answers if answer.status_int == 200]
            assert len(tags) == len(set(tags)), path
            for answer, other in zip(answers, programs[1:], strict=False):
                assert other.send("GET", path, if_none_match=answer.headers.get("ETag")).status_int != 304
    found = [numbers(laid_out, program.get("/employees?limit=200")) for program in programs]
    assert found[0] == set(INSIDE)
    assert found[1] == {"E09", "E10", "E13"}
    assert found[2] == {"E03", "E05", "E06"}
    assert len(found[3]) == 12


def test_a_known_one_costs_no_query_more(laid_out: Company, query_count: Any) -> None:
    program = service(laid_out.app, name="queries", department="ENG")
    etag = program.get("/employees").headers["ETag"]
    with query_count(laid_out.app) as count:
        program.get("/employees", if_none_match=etag, status=304)
    assert len(count) == 1, count


# --- making -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_made_on_a_page(own_company: Company) -> None:
    client = signed_in(own_company.app, "e05@larkfield.example")
    fields = [("name", "Mine"), ("scopes", "employees:read"), ("until", "")]
    page = post(client, "/account/tokens", [*fields, ("department", "nowhere")], status=400)
    assert "nowhere" in page.html.select_one("#department-problem").text
    page = post(client, "/account/tokens", [*fields, ("department", "larkfield/engineering/platform")])
    token = page.html.select_one("input[readonly]")["value"]
    assert numbers(own_company, Program(own_company.app, token).get("/employees")) == {"E03", "E05", "E06"}
    assert "limited to PLAT" in client.get("/account").text
    admin = signed_in(own_company.app, "admin@example.org", role="administrator")
    form = [("name", "Payroll"), ("scopes", "employees:read"), ("role", "people_team"), ("department", "SALES")]
    token = post(admin, "/tokens/new", [*form, ("until", "")]).html.select_one("input[readonly]")["value"]
    assert numbers(own_company, Program(own_company.app, token).get("/employees")) == {"E09", "E10", "E13"}
    listed = admin.get("/tokens").text
    assert "limited to SALES" in listed
    assert "limited to PLAT" in listed
    assert "made the access token “Payroll”, limited to SALES" in admin.get("/audit").text
    with own_company.engines.read.connect() as conn:
        assert {each.department_code for each in tokens.rows(conn)} == {"PLAT", "SALES"}
        details = [each.details or {} for each in audit.entries(conn, event="token")]
    assert {each.get("department") for each in details} == {"PLAT", "SALES"}
