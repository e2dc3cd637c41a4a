"""What the API reads besides employees: departments, locations, dated rows, the chart, search, changes, who asks."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from tests.conftest import Company
from tests.support.problems import problem

API = "/api/v1"


@pytest.fixture(scope="module")
def people_team(company: Company) -> TestApp:
    """A client of the people team."""
    return company.client("e08@larkfield.example", role="people_team")


def test_departments(company: Company) -> None:
    get = company.testapp.get
    answer = get(f"{API}/departments?count=exact").json
    assert answer["total"] == len(answer["items"])
    first = answer["items"][0]
    assert first["depth"] == 0
    assert first["parent"] is None
    assert (
        first["employees_below"] == get(f"{API}/employees?limit=0&count=exact&department={first['id']}").json["total"]
    )
    below = next(each for each in answer["items"] if each["parent"])
    assert below in get(f"{API}/departments?parent={below['parent']['id']}").json["items"]
    assert below in get(f"{API}/departments?name={below['name'][:4]}").json["items"]
    pages = get(f"{API}/departments?limit=2")
    assert pages.headers["Link"] == f'<{pages.json["next"]}>; rel="next"'
    assert get(pages.json["next"]).json["items"] == answer["items"][2:4]
    problem(get(f"{API}/departments?parent=99999", status=400), 400, place="parent")
    problem(get(f"{API}/departments?cursor=a", status=400), 400, place="cursor")


def test_one_department(company: Company) -> None:
    get = company.testapp.get
    listed = next(each for each in get(f"{API}/departments").json["items"] if each["code"] == "PLAT")
    whole = get(f"{API}/departments/{listed['id']}").json
    assert {name: whole[name] for name in listed} == listed
    assert {"about", "email", "departments", "heads"} <= set(whole)
    problem(get(f"{API}/departments/99999", status=404), 404)
    problem(get(f"{API}/departments/{listed['id']}?as_of=1950-01-01", status=404), 404)


def test_the_tree(company: Company) -> None:
    get = company.testapp.get
    flat = get(f"{API}/departments?limit=200").json["items"]
    seen: list[Any] = []

    def walk(items: list[Any]) -> None:
        for item in items:
            seen.append({name: value for name, value in item.items() if name != "departments"})
            walk(item["departments"])

    walk(get(f"{API}/departments/tree").json["items"])
    assert seen == flat
    assert all(not each["departments"] for each in get(f"{API}/departments/tree?depth=0").json["items"])
    (part,) = get(f"{API}/departments/tree?root=ENG").json["items"]
    assert part["code"] == "ENG"
    problem(get(f"{API}/departments/tree?root=nowhere", status=400), 400, place="root")


def test_locations(company: Company) -> None:
    get = company.testapp.get
    answer = get(f"{API}/locations?count=exact").json
    assert answer["total"] == len(answer["items"])
    first = answer["items"][0]
    assert get(f"{API}/locations/{first['id']}").json == first
    problem(get(f"{API}/locations/99999", status=404), 404)
    problem(get(f"{API}/locations?as_of=2024-01-01", status=400), 400, place="as_of")
    assert get(f"{API}/locations?limit=0").json["items"] == []


def everything(client: TestApp, address: str) -> list[Any]:
    """The items of every page."""
    found, following = [], address
    while following:
        page = client.get(following).json
        found += page["items"]
        following = page["next"]
    return found


def test_dated_rows_page_by_page(company: Company) -> None:
    for kind in ("assignments", "reporting-lines"):
        whole = company.testapp.get(f"{API}/{kind}?limit=200").json["items"]
        assert [row["id"] for row in whole] == sorted({row["id"] for row in whole})
        assert everything(company.testapp, f"{API}/{kind}?limit=3") == whole
        cursor = company.testapp.get(f"{API}/{kind}?limit=3").json["next"]
        problem(company.testapp.get(f"{cursor}&employee=1", status=400), 400, place="cursor")


def test_dated_rows_of_a_day_and_of_somebody(company: Company) -> None:
    get, person = company.testapp.get, company.ids["E05"]
    every = get(f"{API}/assignments?employee={person}").json["items"]
    assert {row["employee"]["id"] for row in every} == {person}
    (today,) = get(f"{API}/assignments?employee={person}&as_of=2026-06-15").json["items"]
    assert today in every
    assert today["is_primary"]
    shown = get(f"{API}/employees/{person}").json
    assert today["department"] == shown["department"]
    assert today["job_title"] == shown["job_title"]
    lines = get(f"{API}/reporting-lines?employee={person}&as_of=2026-06-15").json["items"]
    assert shown["manager"] in [line["manager"] for line in lines if line["kind"] == "solid"]
    of_manager = get(f"{API}/reporting-lines?manager={shown['manager']['id']}&as_of=2026-06-15").json["items"]
    assert person in [line["employee"]["id"] for line in of_manager]
    within = get(f"{API}/assignments?department=PLAT&as_of=2026-06-15").json["items"]
    assert within
    assert len(within) <= len(get(f"{API}/assignments?department=PLAT").json["items"])
    lines = get(f"{API}/reporting-lines?department=PLAT&as_of=2026-06-15").json["items"]
    assert {line["employee"]["id"] for line in lines} <= {row["employee"]["id"] for row in within}
    problem(get(f"{API}/assignments?department=nowhere", status=400), 400, place="department")


def test_the_chart(company: Company) -> None:
    get, person = company.testapp.get, company.ids["E05"]
    chart = get(f"{API}/chart/{person}").json
    assert chart["person"]["id"] == person
    assert chart["chain"][-1]["id"] == chart["person"]["manager_id"]
    assert all(each["manager_id"] == chart["person"]["manager_id"] for each in chart["peers"])
    top = get(f"{API}/chart").json
    assert top["items"][0]["id"] == chart["chain"][0]["id"]
    path = get(f"{API}/chart/path?from={person}&to={top['items'][0]['id']}").json
    assert path["common"]["id"] == top["items"][0]["id"]
    assert [each["id"] for each in path["up"]] == [each["id"] for each in reversed(chart["chain"][1:])]
    problem(get(f"{API}/chart/99999", status=404), 404)
    problem(get(f"{API}/chart/{person}?page=9", status=404), 404)
    problem(get(f"{API}/chart/path?from={person}&to=99999", status=404), 404)
    problem(get(f"{API}/chart/path?from={person}", status=400), 400, place="to")


def test_search(company: Company) -> None:
    get = company.testapp.get
    found = get(f"{API}/search?q=platform").json["items"]
    assert "department" in {hit["kind"] for hit in found}
    for hit in found:
        assert get(hit["url"]).status_int == 200
    assert {hit["kind"] for hit in get(f"{API}/search?q=platform&kind=department").json["items"]} == {"department"}
    assert get(f"{API}/search?q=zzzzzz").json["items"] == []
    problem(get(f"{API}/search", status=400), 400, place="q")
    problem(get(f"{API}/search?q={'a' * 201}", status=400), 400, place="q")


def test_change_sets(company: Company, people_team: TestApp) -> None:
    every = everything(people_team, f"{API}/change-sets?limit=2")
    assert [each["revision"] for each in every] == sorted((each["revision"] for each in every), reverse=True)
    one = every[-1]
    whole = people_team.get(f"{API}/change-sets/{one['revision']}?limit=2").json
    assert {name: whole[name] for name in one} == one
    items = everything(people_team, f"{API}/change-sets/{one['revision']}?limit=2")
    assert sum(one["summary"].values()) >= len(items) > 2
    problem(people_team.get(f"{API}/change-sets/99999", status=404), 404)


def test_who_asks(company: Company, people_team: TestApp) -> None:
    me = company.testapp.get(f"{API}/me").json
    assert me["employee"]["id"] == company.ids["E06"]
    assert me["proof"] == "session"
    assert me["scopes"] is None
    assert "directory:read" in me["permissions"]
    assert "card:edit" not in me["permissions"]
    assert people_team.get(f"{API}/me").json["audience"] == "people_team"


def test_where_reporting_lines_are_not_open(database: Any, ini_settings: dict[str, str]) -> None:
    from tests.conftest import company_on

    with company_on(database, {**ini_settings, "audience.manager": "people_team"}) as company:
        get, person = company.testapp.get, company.ids["E05"]
        for path in ("chart", f"chart/{person}", f"chart/path?from={person}&to={person}", "reporting-lines"):
            problem(get(f"{API}/{path}", status=403), 403)
        assert "manager" not in get(f"{API}/employees/{person}").json
        problem(get(f"{API}/employees?manager={person}", status=400), 400, place="manager")


def test_reading_is_possible_while_looking_as_somebody_else(company: Company) -> None:
    from tests.support.accounts import post

    client = company.client("e08@larkfield.example", role="people_team")
    assert "age" in client.get(f"{API}/employees").json["items"][0]
    post(client, "/view-as", {"whom": "colleague"}, status="*")
    assert "age" not in client.get(f"{API}/employees").json["items"][0]
