"""Looking people up by what names exactly one of them, lists with leavers, the API's root, and its specification."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts.permissions import Role
from tests.conftest import Company, app_on, company_on
from tests.support.api import service
from tests.support.databases import Database
from tests.support.following import Follower
from tests.support.problems import problem

LIST = "/api/v1/employees"


def numbers(answer: Any) -> list[str]:
    return [item["employee_number"] for item in answer.json["items"]]


def test_exactly_one(company: Company) -> None:
    get = company.testapp.get
    assert numbers(get(f"{LIST}?employee_number=E05")) == ["E05"]
    assert numbers(get(f"{LIST}?email=e05@larkfield.example")) == ["E05"]
    # Not the beginning of one, and not something that only looks alike.
    assert numbers(get(f"{LIST}?employee_number=E0")) == []
    assert numbers(get(f"{LIST}?employee_number=E05&email=e06@larkfield.example")) == []
    # Former employees are not employed on the day, as everywhere.
    assert numbers(get(f"{LIST}?employee_number=E11")) == []
    assert numbers(get(f"{LIST}?employee_number=E11&as_of=2026-01-10")) == ["E11"]
    assert get(f"{LIST}?employee_number=E05&count=exact").json["total"] == 1


def test_several_by_id(company: Company) -> None:
    get, ids = company.testapp.get, company.ids
    some = [ids["E05"], ids["E03"], ids["E11"]]
    address = f"{LIST}?ids={some[0]},{some[1]}&ids={some[2]}"
    assert sorted(numbers(get(address))) == ["E03", "E05"]
    assert get(f"{address}&count=exact").json["total"] == 2
    assert numbers(get(f"{address}&department=WEB")) == []
    assert sorted(numbers(get(f"{address}&q=engineer"))) == ["E03", "E05"]
    assert sorted(numbers(get(f"{address}&as_of=2026-01-10"))) == ["E03", "E05", "E11"]
    first = get(f"{address}&limit=1")
    assert sorted(numbers(first) + numbers(get(first.json["next"]))) == ["E03", "E05"]
    problem(get(f"{LIST}?ids=1,x", status=400), 400, place="ids")
    many = ",".join(map(str, range(1, 202)))
    problem(get(f"{LIST}?ids={many}", status=400), 400, place="ids")


@pytest.mark.parametrize("key", ["employee_number", "email"])
def test_a_key_that_is_not_open_to_the_viewer(database: Database, ini_settings: dict[str, str], key: str) -> None:
    with company_on(database, {**ini_settings, f"audience.{key}": "people_team"}) as company:
        value = {"employee_number": "E05", "email": "e05@larkfield.example"}[key]
        colleague = service(company.app, Role.EMPLOYEE)
        problem(colleague.get(f"/employees?{key}={value}", status=400), 400, place=key)
        found = service(company.app, name="other").get(f"/employees?{key}={value}").json["items"]
        assert [each["id"] for each in found] == [company.ids["E05"]]


def test_leavers_are_for_the_people_team(company: Company) -> None:
    for choice in ("no", "any"):
        company.testapp.get(f"{LIST}?employed={choice}", status=403)
    assert numbers(company.testapp.get(f"{LIST}?employed=yes&employee_number=E05")) == ["E05"]


def test_leavers(company: Company) -> None:
    program = service(company.app, name="leavers")
    away = program.get("/employees?employed=no&limit=200&count=exact")
    assert {"E11", "E14"} <= set(numbers(away))
    assert away.json["total"] == len(away.json["items"])
    assert int(away.headers["Total-Objects"]) == away.json["total"]
    (left,) = program.get("/employees?employed=no&employee_number=E11").json["items"]
    assert (left["employed"], left["left_on"]) == (False, "2026-03-31")
    assert left["department"] is left["manager"] is left["job_title"] is None
    assert left["email"] == "e11@larkfield.example"
    # On a day on which they did work here, they are employed; what is known of their last day stays.
    (then,) = program.get("/employees?employed=any&employee_number=E11&as_of=2026-01-10").json["items"]
    assert (then["employed"], then["left_on"]) == (True, "2026-03-31")
    assert then["department"]["name"] == "Web"
    assert program.get("/employees?employed=no&employee_number=E11&as_of=2026-01-10").json["items"] == []
    everyone = program.get("/employees?employed=any&limit=200").json["items"]
    here = program.get("/employees?limit=200").json["items"]
    assert {each["id"] for each in everyone} == {each["id"] for each in [*here, *away.json["items"]]}
    by_name = program.get("/employees?employed=any&name=per&fields=name").json["items"]
    assert {each["name"] for each in by_name} >= {"Per Ås", "Nessie Pereira"}
    assert set(by_name[0]) == {"name", "employed", "left_on"}


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_pages_of_everybody(company: Company, sort: str) -> None:
    program = service(company.app, name=f"pages {sort}")
    address = f"/employees?employed=any&sort={sort}"
    whole = [each["id"] for each in program.get(f"{address}&limit=200").json["items"]]
    pages = [program.get(f"{address}&limit=4").json]
    while pages[-1]["next"]:
        pages.append(program.get(pages[-1]["next"]).json)
    assert [each["id"] for page in pages for each in page["items"]] == whole
    back = [program.get(pages[-2]["next"]).json]
    while back[-1]["previous"]:
        back.append(program.get(back[-1]["previous"]).json)
    assert [each["id"] for page in back[::-1] for each in page["items"]] == whole


def test_what_does_not_go_with_leavers(company: Company) -> None:
    program = service(company.app, name="refused")
    for query, place in (
        ("department=ENG", "department"), ("q=e", "q"), ("sort=hired_on", "sort"), ("expand=manager", "expand"),
    ):  # fmt: skip
        problem(program.get(f"/employees?employed=no&{query}", status=400), 400, place=place)
    problem(program.get("/employees?employed=maybe", status=400), 400, place="employed")


def test_addresses_of_pages_are_complete(company: Company) -> None:
    get = company.testapp.get
    for address in (LIST, "/api/v1/departments", "/api/v1/assignments"):
        following = get(f"{address}?limit=1").json["next"]
        assert following.startswith(f"http://localhost{address}?")
        assert get(following).json["items"]
    # Whatever Host the request names: what is kept for everybody holds the address of the directory.
    program = service(company.app, name="stream")
    other = program.get("/employees?limit=2", host="directory.example.org")
    assert other.json["next"].startswith(f"http://localhost{LIST}?")
    stream = program.get("/changes?limit=1").json["next"]
    assert stream.startswith("http://localhost/api/v1/changes?after=")


def test_a_list_that_is_begun_by_number_goes_on_by_cursors(company: Company) -> None:
    assert "cursor=" in company.testapp.get(f"{LIST}?limit=3&offset=0").json["next"]
    assert "offset=5" in company.testapp.get(f"{LIST}?limit=3&offset=2").json["next"]


def test_the_root(company: Company) -> None:
    root = company.testapp.get("/api/v1").json
    assert root["name"] == "Testing"
    assert root["employees"] == "http://localhost/api/v1/employees"
    for name, address in root.items():
        if name not in ("name", "version", "chart_path"):
            company.testapp.get(address, status="*")
            assert company.testapp.get(address, status="*").status_int in (200, 400), name
    tag = company.testapp.get("/api/v1").headers["ETag"]
    company.testapp.get("/api/v1", headers={"If-None-Match": tag}, status=304)
    assert service(company.app, name="root").get("/api/v1").json == root


def test_a_specification_that_is_open_to_everyone(company: Company, ini_settings: dict[str, str]) -> None:
    with app_on(company.engines, {**ini_settings, "api.public_specification": "true"}) as app:
        anybody = TestApp(app)
        for address in ("/api/v1", "/api/v1/openapi.json", "/api/v1/schemas", "/api/v1/schemas/Employee"):
            TestApp(company.app).get(address, status=401)
            assert anybody.get(address).json
            # Who proves something that does not hold is told so all the same.
            anybody.get(address, headers={"Authorization": "Bearer dir_wrong"}, status=401)
        anybody.get("/api/v1/employees", status=401)


def test_whoever_comes_back_into_view_is_told_whole(own_company: Company) -> None:
    """What was edited while they were hidden was not told."""
    program, colleague = service(own_company.app), service(own_company.app, Role.EMPLOYEE, name="colleague")
    person = own_company.ids["E05"]
    follower = Follower(colleague)
    follower.catch_up()
    program.post(f"/employees/{person}:change-audience", {"audience": "people_team"}, if_match="*", status=200)
    follower.catch_up()
    assert follower.entries[-1]["type"] == "reload"
    program.patch(f"/employees/{person}", {"desk": "9"}, if_match="*", status=200)
    before = len(follower.entries)
    follower.catch_up()
    assert len(follower.entries) == before
    program.post(f"/employees/{person}:change-audience", {"audience": "colleagues"}, if_match="*", status=200)
    page = colleague.get(f"/changes?after={follower.place}").json
    assert [each["type"] for each in page["items"]] == ["reload", "change"]
    entry = page["items"][1]
    told = {name: values["after"] for name, values in entry["fields"].items()}
    assert told["desk"] == "9"
    assert told["email"] == "e05@larkfield.example"
    assert (told["employed"], told["job_title"]) == (True, "Senior engineer")
    assert "date_of_birth" not in told
    assert entry["verbs"] == []
