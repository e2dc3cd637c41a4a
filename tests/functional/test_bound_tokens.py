"""Tokens that are bound to a department: whom they know of, what they may write, and what a follower ends with.

`tests/company.py` tells who is where. Bound to ENG, a token knows of those in Engineering, Platform and Web, and of
E10, who has a second role there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts import audit, tokens
from myproject.accounts.roles import Role
from myproject.directory.change_sets import apply
from myproject.directory.fields import Card
from myproject.directory.verbs import (
    ChangeAudience,
    ChangeManager,
    CloseDepartment,
    EditCard,
    Leave,
    Move,
    MoveDepartment,
    Verb,
)
from tests.accounts import post, signed_in
from tests.api import Program, personal, service
from tests.company import TODAY
from tests.conftest import Company, _company
from tests.problems import problem

INSIDE = ("E02", "E03", "E04", "E05", "E06", "E07", "E10", "E12")
OUTSIDE = ("E01", "E08", "E09", "E11", "E13", "E14")
SECRETS = (
    "Omar", "Haddad", "Noor", "Kenji", "Itō", "Per Ås", "Rehired", "Future", "canary about", "canary E",
    "canary reason", "canary title", "canary skill", "canary more", *(f"canary-{number}" for number in OUTSIDE),
    *(f"{number.lower()}@larkfield" for number in OUTSIDE),
    *(f"00 00 {number[1:]}" for number in OUTSIDE),
)  # fmt: skip


def write(company: Company, *verbs: Verb, author: str = "e08@larkfield.example", reason: str = "") -> int:
    with company.engines.begin() as conn:
        done = apply(conn, verbs, today=TODAY, author=author, source="form", reason=reason)
    assert done.revision is not None
    return done.revision


def lay_out(company: Company) -> None:
    """Secrets on those outside, and a change set about somebody inside and somebody outside."""
    for number in ("E01", "E09", "E13"):
        about = Card(about=f"canary about {number}", desk=f"canary {number}", skills=[f"canary skill {number}"])
        write(company, EditCard(employee=number, changes=about), reason=f"canary reason {number}")
    write(company, Move(employee="E09", on=date(2026, 2, 1), job_title="canary title"))
    write(
        company,
        EditCard(employee="E13", changes=Card(about="canary more")),
        EditCard(employee="E05", changes=Card(desk="5")),
        reason="New desks",
    )
    write(company, ChangeManager(employee="E05", manager="E01", on=date(2026, 3, 1), kind="dotted"))


@pytest.fixture(scope="module")
def laid_out(database: Any, ini_settings: dict[str, str]) -> Iterator[Company]:
    with _company(database, ini_settings) as company:
        lay_out(company)
        yield company


def numbers(company: Company, answer: Any) -> set[str]:
    of = {id_: number for number, id_ in company.ids.items()}
    return {of[each["id"]] for each in answer.json["items"]}


def readings(company: Company, newest: int) -> list[str]:
    """Every way to read, asked about those inside and those outside."""
    ids = company.ids
    ask = "canar"
    paths = [
        "/me", "/openapi.json", "/employees", "/employees?limit=200&expand=manager,department,location&count=exact",
        "/employees?limit=200&fields=id,name,about,desk,external_id,manager,job_title", f"/employees?q={ask}",
        f"/employees?q={ask}&similar=1", "/employees?q=omar", "/employees?q=e09", "/employees?q=220000",
        "/employees?name=om&count=exact", "/employees?department=SALES&count=exact", "/employees?department=LARK",
        "/employees?location=OSL&sort=-joined", "/employees?job_title=Engineer", "/employees?skill=Pythom",
        "/employees?job_title=canarx title", "/employees?skill=canarx skill E09",
        *(f"/employees?sort={sort}&count=estimate" for sort in ("name", "-name", "joined", "department", "job_title",
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
    for sort in ("-name", "joined", "department", "job_title", "location"):
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


# --- writing ------------------------------------------------------------------------------------------------


def test_what_may_be_written(own_company: Company) -> None:
    program = service(own_company.app, department="ENG")
    ids = own_company.ids
    program.patch(f"/employees/{ids['E05']}", {"desk": "7"}, if_match="*", status=200)
    moved = {"effective": "2026-06-20", "department": {"code": "WEB"}, "job_title": "Lead"}
    told = program.post(f"/employees/{ids['E05']}:move?dry_run=1", moved)
    assert told.json["changes"][0]["id"] == ids["E05"]
    program.post(f"/employees/{ids['E05']}:move", moved, if_match="*", status=200)
    hired = {
        "employee_number": "N1", "family_name": "New", "hired_on": "2026-06-01", "department": {"code": "PLAT"},
        "manager": {"employee_number": "E03"},
    }  # fmt: skip
    told = program.post("/employees?dry_run=1", hired, status=200)
    assert told.json["changes"][0]["new"]
    assert "New" in told.json["differences"][0]["name"]
    made = program.post("/employees", hired, status=201)
    assert made.json["department"]["name"] == "Platform"
    assert program.get(f"/employees/{made.json['id']}").json["name"] == "New"
    program.post("/departments", {"code": "OPS", "name": "Operations", "effective": "2026-06-01",
                                  "parent": {"code": "ENG"}}, status=201)  # fmt: skip
    batch = [
        {"method": "POST", "path": "/departments", "body": {
            "code": "NET", "name": "Network", "effective": "2026-06-01", "parent": {"code": "PLAT"}}},
        {"method": "PUT", "path": "/employees/by-number/N2", "body": {
            "family_name": "Second", "hired_on": "2026-06-02", "department": {"code": "NET"}}},
    ]  # fmt: skip
    done = program.post("/batch", {"operations": batch}, status=200)
    assert done.json["applied"]
    top = program.get("/departments?name=engineering").json["items"][0]["id"]
    program.post(f"/departments/{top}:rename", {"effective": "2026-06-20", "name": "Makers"}, if_match="*", status=200)
    undone = program.post(f"/change-sets/{done.json['revision']}:undo", {}, status=200)
    assert undone.json["revision"]


def test_what_leads_out_is_refused(own_company: Company) -> None:
    lay_out(own_company)
    program = service(own_company.app, department="ENG")
    ids = own_company.ids
    before = _revision(own_company)
    departments = {each["code"]: each["id"] for each in program.get("/departments?limit=200").json["items"]}
    day = {"effective": "2026-06-20"}
    hire = {"employee_number": "N1", "family_name": "New", "hired_on": "2026-06-01"}
    inside, second = f"/employees/{ids['E05']}", f"/employees/{ids['E10']}"
    refused: list[tuple[int, str, str, Any]] = [
        (403, "POST", f"{inside}:move", {**day, "department": {"code": "SALES"}}),
        (403, "POST", f"{inside}:move", {**day, "department_id": departments["LARK"]}),
        (403, "POST", f"{inside}:add-assignment", {**day, "department": {"code": "SALES"}}),
        (422, "POST", f"{inside}:change-manager", {**day, "manager": {"employee_number": "E09"}}),
        (422, "POST", f"{inside}:leave", {"last_day": "2026-07-31", "hand_over_to": {"employee_number": "E09"}}),
        (403, "POST", f"{inside}:correct", {"on": "2026-06-15", "fact": "assignment",
                                            "changes": {"department": {"code": "SALES"}}}),
        # Known by a second role: whose first one is elsewhere is written elsewhere.
        (403, "PATCH", second, {"desk": "7"}),
        (403, "POST", f"{second}:leave", {"last_day": "2026-07-31"}),
        (403, "POST", f"{second}:change-audience", {"audience": "people_team"}),
        (404, "PATCH", f"/employees/{ids['E09']}", {"desk": "7"}),
        (404, "POST", f"/employees/{ids['E11']}:rehire", {**day, "department": {"code": "WEB"}}),
        (404, "PUT", "/employees/by-number/E09", {"family_name": "X", "given_name": "Y"}),
        (403, "POST", "/employees", {**hire, "department": {"code": "SALES"}}),
        (403, "PUT", "/employees/by-number/N1", {"family_name": "X", "hired_on": "2026-06-01",
                                                 "department": {"code": "LARK"}}),
        (422, "POST", "/employees", {**hire, "department": {"code": "WEB"}, "manager": {"employee_number": "E01"}}),
        (409, "POST", "/employees", {**hire, "employee_number": "E09", "department": {"code": "WEB"}}),
        (409, "POST", "/employees", {**hire, "external_id": "canary-E09", "department": {"code": "WEB"}}),
        (403, "POST", "/locations", {"code": "NEW", "name": "New"}),
        (403, "PATCH", "/locations/1", {"city": "Elsewhere"}),
        (403, "POST", "/departments", {"code": "NEW", "name": "New", **day}),
        (403, "POST", "/departments", {"code": "NEW", "name": "New", **day, "parent": {"code": "SALES"}}),
        (403, "PATCH", f"/departments/{departments['SALES']}", {"about": "Nothing"}),
        (403, "POST", f"/departments/{departments['PLAT']}:move", {**day, "parent": {"code": "SALES"}}),
        (403, "POST", f"/departments/{departments['ENG']}:move", {**day, "parent": {"code": "WEB"}}),
        (403, "POST", f"/departments/{departments['SALES']}:rename", {**day, "name": "Mine"}),
        (403, "POST", "/change-sets/1:undo", {}),
    ]  # fmt: skip
    refused += [
        (status if status != 404 else 404, "POST", "/batch", {"operations": [{"method": m, "path": p, "body": b}]})
        for status, m, p, b in refused
        if "undo" not in p
    ]
    for status, method, path, body in refused:
        for dry in ("", "?dry_run=1"):
            headers = {"if_match": "*"} if path != "/batch" else {}
            if path == "/batch":
                body["operations"][0]["if_match"] = "*"
            answer = program.send(method, path + dry, body, **headers)
            sent = str(body)
            leaked = [secret for secret in SECRETS if secret in answer.text and secret not in sent]
            assert not leaked, (path, body, leaked)
            if dry and answer.status_int == 200:
                assert answer.json["possible"] is False, (path, body, answer.text)
                assert answer.json["changes"] == []
            else:
                assert answer.status_int == status, (path + dry, body, answer.text)
    assert _revision(own_company) == before


def _revision(company: Company) -> int:
    with company.engines.read.connect() as conn:
        return int(conn.execute(sa.text("SELECT revision FROM counter")).scalar_one())


def test_what_a_change_brings_along_is_looked_at_too(own_company: Company) -> None:
    """Somebody outside who reports to somebody inside would pass on; a second job elsewhere would end."""
    program = service(own_company.app, department="ENG")
    ids = own_company.ids
    write(own_company, ChangeManager(employee="E13", manager="E04", on=date(2026, 6, 1)))
    before = _revision(own_company)
    leaves = {"last_day": "2026-07-31", "hand_over_to": {"employee_number": "E03"}}
    for dry in ("?dry_run=1", ""):
        answer = program.post(f"/employees/{ids['E04']}:leave{dry}", leaves, if_match="*")
        assert answer.status_int == 403, answer.text
        assert "Rehired" not in answer.text
    parts = [
        {"method": "POST", "path": f"/employees/{ids['E04']}:leave", "body": leaves, "if_match": "*"},
        {"method": "PATCH", "path": f"/employees/{ids['E05']}", "body": {"desk": "9"}, "if_match": "*"},
    ]
    done = program.post("/batch", {"operations": parts, "atomic": False}, status=200).json
    assert [each["status"] for each in done["results"]] == [403, 200]
    assert program.post("/batch", {"operations": parts}).status_int == 403
    assert _revision(own_company) == before + 1
    # A change set that is seen in part, and one that came from outside, are not taken back.
    mixed = write(
        own_company,
        EditCard(employee="E13", changes=Card(desk="1")),
        EditCard(employee="E05", changes=Card(desk="1")),
    )
    for dry in ("?dry_run=1", ""):
        problem(program.post(f"/change-sets/{mixed}:undo{dry}", {"partial": True}), 403)
    came = write(own_company, Move(employee="E13", on=TODAY, department="WEB"))
    for dry in ("?dry_run=1", ""):
        problem(program.post(f"/change-sets/{came}:undo{dry}", {"partial": True}), 403)
    assert _revision(own_company) == came


def test_it_is_never_more_than_its_owner(own_company: Company) -> None:
    ids = own_company.ids
    editor = personal(own_company.app, "e13@larkfield.example", role="editor", department="PLAT", within="ENG")
    assert numbers(own_company, editor.get("/employees?limit=200")) == set(INSIDE)
    editor.patch(f"/employees/{ids['E05']}", {"desk": "7"}, if_match="*", status=200)
    problem(editor.patch(f"/employees/{ids['E12']}", {"desk": "7"}, if_match="*"), 403)
    elsewhere = personal(own_company.app, "e12@larkfield.example", role="editor", department="ENG", within="SALES")
    problem(elsewhere.patch(f"/employees/{ids['E05']}", {"desk": "7"}, if_match="*"), 404)
    problem(elsewhere.patch(f"/employees/{ids['E10']}", {"desk": "7"}, if_match="*"), 403)
    assert elsewhere.get("/me").json["employee"] is None
    assert elsewhere.get("/me").json["department"]["name"] == "Sales"
    problem(elsewhere.patch(f"/employees/{ids['E12']}", {"mobile": "+47 41 41 41 41"}, if_match="*"), 404)


def test_rights_follow_the_organisation_of_today(own_company: Company, travel: Any) -> None:
    program = service(own_company.app, department="PLAT")
    assert numbers(own_company, program.get("/employees")) == {"E03", "E05", "E06"}
    # Who was there, or will be, is not there today.
    assert numbers(own_company, program.get("/employees?as_of=2026-09-15")) == {"E03", "E05", "E06"}
    travel(own_company.app, "2026-07-02T08:00Z")
    assert numbers(own_company, program.get("/employees")) == {"E03", "E05", "E06", "E07"}
    write(own_company, MoveDepartment(department="WEB", parent="PLAT", on=TODAY))
    assert "E04" in numbers(own_company, program.get("/employees"))
    write(own_company, MoveDepartment(department="WEB", parent="SALES", on=TODAY))
    assert numbers(own_company, program.get("/employees")) == {"E03", "E05", "E06", "E07"}


def test_a_department_that_is_closed_opens_nothing(own_company: Company, travel: Any) -> None:
    program = service(own_company.app, department="PEOPLE")
    assert numbers(own_company, program.get("/employees")) == {"E08"}
    write(
        own_company,
        Move(employee="E08", on=date(2026, 7, 1), department="LARK"),
        CloseDepartment(department="PEOPLE", last_day=date(2026, 6, 30)),
    )
    assert numbers(own_company, program.get("/employees")) == {"E08"}
    travel(own_company.app, "2026-07-01T08:00Z")
    for path in ("/employees", "/employees?as_of=2026-06-15", "/employees?q=noor", "/assignments", "/reporting-lines"):
        assert program.get(path).json["items"] == [], path
    assert program.get("/employees?count=exact").json["total"] == 0
    assert program.get("/chart").json["items"] == []
    assert program.get("/me").json["department"]["name"] == "People"
    body = {"employee_number": "N1", "family_name": "New", "hired_on": "2026-07-01", "department": {"code": "PEOPLE"}}
    assert program.post("/employees", body).status_int in (403, 422)


# --- following ----------------------------------------------------------------------------------------------

KEPT = {"name": "name", "desk": "desk", "phone": "phone", "job_title": "job_title"}


class Copy:
    """People as a follower keeps them: by the entries, and read anew where it is told to."""

    def __init__(self, program: Program, limit: int, place: str = "0") -> None:
        self.program, self.limit, self.place = program, limit, place
        self.people: dict[int, dict[str, Any]] = {}
        self.departments: dict[int, dict[str, Any]] = {}
        self.reloads = 0
        if place != "0":
            self.people = self.read()

    def read(self) -> dict[int, dict[str, Any]]:
        listed = self.program.get("/employees?limit=200").json["items"]
        whole = (self.program.get(f"/employees/{each['id']}").json for each in listed)
        return {
            each["id"]: {
                **{name: each[theirs] for name, theirs in KEPT.items()},
                "department_id": each["department"]["id"],
                "manager_id": each["manager"] and each["manager"]["id"],
            }
            for each in whole
        }

    def catch_up(self) -> None:
        while True:
            page = self.program.get(f"/changes?after={self.place}&limit={self.limit}").json
            for entry in page["items"]:
                self.apply(entry)
            self.place = page["place"]
            if not page["more"]:
                return

    def apply(self, entry: dict[str, Any]) -> None:
        if entry["type"] == "reload":
            assert entry.keys() == {"type", "place", "day", "revision"}
            self.reloads += 1
            self.people = self.read()
        elif entry["kind"] == "department":
            mine = self.departments.setdefault(entry["department"]["id"], {})
            mine.update({name: values["after"] for name, values in entry["fields"].items()})
        elif entry["kind"] == "employee":
            mine = self.people.setdefault(entry["employee"]["id"], {})
            mine.update({name: values["after"] for name, values in entry["fields"].items()})
            for name in entry["withdrawn"]:
                mine[name] = None

    @property
    def kept(self) -> dict[int, dict[str, Any]]:
        names = (*KEPT, "department_id", "manager_id")
        return {
            id_: {name: each.get(name) for name in names}
            for id_, each in self.people.items()
            if each.get("employed", True)
        }


def test_a_follower_ends_with_what_the_token_can_see(own_company: Company, travel: Any) -> None:
    program = service(own_company.app, department="ENG")
    started = program.get("/changes?after=now").json["place"]
    copies = [Copy(program, 1), Copy(program, 1000), Copy(program, 2, started)]
    ids = own_company.ids

    def same() -> None:
        for copy in copies:
            copy.catch_up()
            assert copy.kept == copy.read()
            assert copy.departments.get(1, {}).get("name", "Larkfield") == "Larkfield"

    same()
    steps: list[tuple[Verb, ...]] = [
        (Move(employee="E13", on=TODAY, department="WEB"),),
        (EditCard(employee="E13", changes=Card(desk="13")),),
        (Move(employee="E05", on=TODAY, department="SALES"), EditCard(employee="E05", changes=Card(desk="5"))),
        (EditCard(employee="E05", changes=Card(desk="55")), EditCard(employee="E06", changes=Card(desk="6"))),
        (MoveDepartment(department="PLAT", parent="SALES", on=TODAY),),
        (EditCard(employee="E06", changes=Card(desk="66")),),
        (MoveDepartment(department="PLAT", parent="WEB", on=TODAY),),
        (ChangeManager(employee="E13", manager="E01", on=TODAY), Leave(employee="E12", last_day=date(2026, 6, 20))),
        (MoveDepartment(department="SALES", parent="ENG", on=date(2026, 7, 3)),),
        (ChangeAudience(employee="E04", audience="administrators"),),
    ]
    for step in steps:
        write(own_company, *step)
        same()
    assert ids["E04"] not in copies[0].kept
    reloads = copies[2].reloads
    assert reloads >= 5
    # Days on which somebody comes, leaves, and a whole department comes.
    for day in ("2026-06-21", "2026-07-01", "2026-07-03", "2026-10-01"):
        travel(own_company.app, f"{day}T08:00Z")
        same()
    assert {ids["E09"], ids["E14"]} <= copies[0].kept.keys()
    assert ids["E12"] not in copies[0].kept
    # Whoever begins now, or went away long ago, comes to the same.
    copies += [Copy(program, 3), Copy(program, 50, started)]
    same()
    # Nothing inside is told where nothing inside has changed.
    quiet = Copy(program, 100, program.get("/changes?after=now").json["place"])
    write(own_company, EditCard(employee="E01", changes=Card(desk="1")))
    quiet.catch_up()
    assert quiet.reloads == 0


# --- making -------------------------------------------------------------------------------------------------


def test_made_on_a_page(own_company: Company) -> None:
    client = signed_in(own_company.app, "e05@larkfield.example")
    fields = [("name", "Mine"), ("scopes", "employees:read"), ("until", "")]
    page = post(client, "/account/tokens", [*fields, ("department", "nowhere")], status=400)
    assert "nowhere" in page.html.select_one("#department-problem").text
    page = post(client, "/account/tokens", [*fields, ("department", "larkfield/engineering/platform")])
    token = page.html.select_one("input[readonly]")["value"]
    assert numbers(own_company, Program(own_company.app, token).get("/employees")) == {"E03", "E05", "E06"}
    assert "bound to PLAT" in client.get("/account").text
    admin = signed_in(own_company.app, "admin@example.org", role="administrator")
    form = [("name", "Payroll"), ("scopes", "employees:read"), ("role", "people_team"), ("department", "SALES")]
    token = post(admin, "/tokens/new", [*form, ("until", "")]).html.select_one("input[readonly]")["value"]
    assert numbers(own_company, Program(own_company.app, token).get("/employees")) == {"E09", "E10", "E13"}
    listed = admin.get("/tokens").text
    assert "bound to SALES" in listed
    assert "bound to PLAT" in listed
    assert "made the access token “Payroll”, bound to SALES" in admin.get("/audit").text
    with own_company.engines.read.connect() as conn:
        assert {each.department_code for each in tokens.rows(conn)} == {"PLAT", "SALES"}
        details = [each.details or {} for each in audit.entries(conn, event="token")]
    assert {each.get("department") for each in details} == {"PLAT", "SALES"}
