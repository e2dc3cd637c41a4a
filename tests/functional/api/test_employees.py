"""Employees by the API: what a list holds for whom, how it is asked, and that it is what the page shows."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.directory.changes import change_sets
from myproject.directory.present import present_table
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeLocation, EditCard
from myproject.models.change_set import ChangeSet
from tests.conftest import NOW, Company
from tests.support.problems import problem

LIST = "/api/v1/employees"
ALL = f"{LIST}?limit=200"
LAST = sa.select(sa.func.max(ChangeSet.__table__.c.revision))


@pytest.fixture(scope="module")
def people_team(company: Company) -> TestApp:
    """A client of the people team."""
    return company.client("e08@larkfield.example", role="people_team")


def names(response: Any) -> list[str]:
    return [item["name"] for item in response.json["items"]]


def test_the_list_holds_whom_the_page_shows(company: Company) -> None:
    page = company.testapp.get("/employees")
    shown = [link.text for link in page.html.select("a.row-link")]
    assert names(company.testapp.get(LIST)) == shown


def test_what_an_item_holds(company: Company, people_team: TestApp) -> None:
    item = next(each for each in people_team.get(ALL).json["items"] if each["employee_number"] == "E05")
    colleague = next(each for each in company.testapp.get(ALL).json["items"] if each["employee_number"] == "E05")
    assert list(item) == [
        "id", "employee_number", "name", "given_name", "family_name", "email", "phone", "job_title", "age", "hired_on",
        "location", "department", "manager",
    ]  # fmt: skip
    assert item["id"] == company.ids["E05"]
    assert item["department"].keys() == item["manager"].keys() == {"id", "name"}
    assert item["manager"]["id"] == company.ids["E03"]
    # What is not open to colleagues is not there; all else is the same.
    assert set(item) - set(colleague) == {"age"}
    assert colleague == {name: value for name, value in item.items() if name != "age"}


def test_one_employee(company: Company, people_team: TestApp) -> None:
    address = f"{LIST}/{company.ids['E05']}"
    item = next(each for each in people_team.get(ALL).json["items"] if each["employee_number"] == "E05")
    whole = people_team.get(address).json
    assert {name: whole[name] for name in item} == item
    assert {"skills", "mobile", "about", "date_of_birth", "external_id", "fte", "is_head", "left_on"} <= set(whole)
    colleague = company.testapp.get(address).json
    assert set(whole) - set(colleague) == {"age", "date_of_birth", "external_id"}
    # Everyone sees all of their own.
    own = company.client("e05@larkfield.example").get(address).json
    assert own == whole


def test_who_is_not_there(company: Company) -> None:
    problem(company.testapp.get(f"{LIST}/999999", status=404), 404)
    problem(company.testapp.get(f"{LIST}/0", status=404), 404)
    gone = problem(
        company.testapp.get(f"{LIST}/{company.ids['E05']}?as_of=1990-01-01", status=404), 404, kind="not-employed"
    )
    assert gone["employments"][0]["first_day"] > "1990"


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "q=ann", "name=a", "department=ENG", "department=ENG&only=1", "sort=-name", "sort=job_title", "sort=-hired_on",
        "sort=department", "sort=-location", "hired_on_from=2020-01-01", "hired_on_to=2022-01-01&sort=hired_on",
        "as_of=2024-03-01", "as_of=2024-03-01&sort=department", "known_at=2026-06-01", "q=ann&sort=name",
        "as_of=2024-03-01&name=a",
    ],
)  # fmt: skip
def test_one_grammar_with_the_page(company: Company, query: str) -> None:
    page = company.testapp.get(f"/employees?{query}", status="*")
    response = company.testapp.get(f"{LIST}?{query}", status="*")
    assert response.status_int == page.status_int
    if page.status_int == 200:
        assert names(response) == [link.text for link in page.html.select("a.row-link")]


def test_a_name_is_the_beginning_of_a_given_or_family_name(company: Company) -> None:
    everyone = company.testapp.get(f"{ALL}&fields=name,given_name,family_name,preferred_name").json["items"]
    from myproject.directory.schema.text import words

    for start in ("a", "e", "si", "o", "ma"):
        wanted = [
            each["name"]
            for each in everyone
            if any(
                word.startswith(start)
                for part in ("given_name", "family_name", "preferred_name")
                for word in words(each[part] or "")
            )
        ]
        assert names(company.testapp.get(f"{ALL}&name={start}")) == wanted
    problem(company.testapp.get(f"{LIST}?name=!!", status=400), 400, place="name")


def test_fields_are_chosen(company: Company) -> None:
    get = company.testapp.get
    assert list(get(f"{LIST}?fields=email,id").json["items"][0]) == ["email", "id"]
    assert "phone" not in get(f"{LIST}?omit=phone,email").json["items"][0]
    assert list(get(f"{LIST}?brief=1").json["items"][0]) == ["id", "employee_number", "name"]
    one = f"{LIST}/{company.ids['E05']}"
    assert list(get(f"{one}?fields=skills,name").json) == ["skills", "name"]
    assert "about" not in get(f"{one}?omit=about").json
    told = problem(get(f"{LIST}?fields=emial", status=400), 400, place="fields")
    assert "email" in told["problems"][0]["remedy"]
    problem(get(f"{LIST}?fields=age", status=400), 400, place="fields")
    problem(get(f"{one}?fields=date_of_birth", status=400), 400, place="fields")
    problem(get(f"{LIST}?fields=id&brief=1", status=400), 400, place="fields")
    problem(get(f"{LIST}?expand=skills", status=400), 400, place="expand")


def test_parts_are_expanded(company: Company) -> None:
    item = company.testapp.get(f"{ALL}&expand=manager,department,location&name=").json["items"]
    some = next(each for each in item if each["manager"] and each["location"])
    assert some["manager"]["email"]
    assert some["department"]["path"]
    assert "time_zone" in some["location"]
    one = company.testapp.get(f"{LIST}/{some['id']}?expand=manager,department,location").json
    assert one["manager"] == some["manager"]
    assert one["department"] == some["department"]


def test_a_hidden_person_is_not_there(own_company: Company) -> None:
    from myproject.directory.changes.change_sets import apply
    from myproject.directory.schema.verbs import ChangeAudience
    from tests.support.company import TODAY

    with own_company.engines.begin() as conn:
        apply(conn, [ChangeAudience(employee="E03", audience="people_team")], today=TODAY, author="t", source="form")
    hidden, report = own_company.ids["E03"], own_company.ids["E05"]
    colleague, team = own_company.testapp, own_company.client("e08@larkfield.example", role="people_team")
    assert team.get(f"{LIST}/{hidden}").status_int == 200
    never = problem(colleague.get(f"{LIST}/999999", status=404), 404)
    told = problem(colleague.get(f"{LIST}/{hidden}", status=404), 404)
    assert told["detail"] == never["detail"]
    assert hidden not in [each["id"] for each in colleague.get(ALL).json["items"]]
    assert colleague.get(f"{ALL}&count=exact").json["total"] == team.get(f"{ALL}&count=exact").json["total"] - 1
    assert colleague.get(f"{LIST}/{report}").json["manager"] is None
    item = next(each for each in colleague.get(ALL).json["items"] if each["id"] == report)
    assert item["manager"] is None


def test_what_someone_keeps_to_a_few_is_null(own_company: Company) -> None:
    from myproject.directory.changes.change_sets import apply
    from myproject.directory.schema.fields import Card
    from myproject.directory.schema.verbs import EditCard
    from tests.support.company import TODAY

    verb = EditCard(employee="E05", changes=Card(phone="+47 1234567"), audiences={"phone": "people_team"})
    with own_company.engines.begin() as conn:
        apply(conn, [verb], today=TODAY, author="t", source="form")
    person = own_company.ids["E05"]
    team = own_company.client("e08@larkfield.example", role="people_team")
    for client, wanted in ((team, "+47 1234567"), (own_company.testapp, None)):
        item = next(each for each in client.get(ALL).json["items"] if each["id"] == person)
        assert item["phone"] == wanted
        assert client.get(f"{LIST}/{person}").json.get("phone") == wanted
    assert own_company.client("e05@larkfield.example").get(f"{LIST}/{person}").json["phone"] == "+47 1234567"


def test_names_in_a_row_are_those_of_now(own_company: Company) -> None:
    """A row tells what others are called: the manager, the location. They change without a change of the row's own."""
    verbs = [
        EditCard(employee="E03", changes=Card(family_name="Okafor")),
        ChangeLocation(location="LOS", name="Lagos harbour", time_zone="Africa/Accra"),
    ]
    with own_company.engines.begin() as conn:
        change_sets.apply(conn, verbs, today=NOW.date(), author="someone", source="test")
    with own_company.engines.read.connect() as conn:
        assert present_table.verify(conn) == []
    items = own_company.testapp.get(ALL).json["items"]
    reports = [item for item in items if item["manager"] and item["manager"]["id"] == own_company.ids["E03"]]
    assert len(reports) > 1
    assert {item["manager"]["name"] for item in reports} == {"Adaeze Okafor"}
    moved = [item for item in items if item["location"] and item["location"]["name"].startswith("Lagos")]
    assert len(moved) > 1
    assert {item["location"]["name"] for item in moved} == {"Lagos harbour"}
    with own_company.engines.begin() as conn:
        change_sets.undo(conn, conn.execute(LAST).scalar_one(), today=NOW.date(), author="someone", source="test")
    with own_company.engines.read.connect() as conn:
        assert present_table.verify(conn) == []
    assert own_company.testapp.get(ALL).json["items"] != items


def test_queries_are_few(company: Company, query_count: Any) -> None:
    client = company.testapp
    client.get(f"{LIST}?limit=9")  # the session, the tree
    with query_count(company.app) as count:
        client.get(f"{LIST}?limit=10")
    assert len(count) == 2, count
    with query_count(company.app) as count:
        client.get(f"{LIST}/{company.ids['E05']}?omit=about")
    assert len(count) == 2, count
    with query_count(company.app) as count:
        client.get(f"{LIST}?limit=11&expand=department,location,manager")
    assert len(count) == 4, count
    with query_count(company.app) as count:
        client.get(f"{LIST}?limit=10")
    assert len(count) == 1, count


def test_a_good_copy_costs_one_query(own_company: Company, query_count: Any) -> None:
    from myproject.directory.changes.change_sets import apply
    from myproject.directory.schema.fields import Card
    from myproject.directory.schema.verbs import EditCard
    from tests.support.company import TODAY

    client = own_company.testapp
    for address in (f"{LIST}?limit=3", f"{LIST}/{own_company.ids['E05']}"):
        tag = client.get(address).headers["ETag"]
        assert tag.startswith('"')
        with query_count(own_company.app) as count:
            response = client.get(address, headers={"If-None-Match": f'"other", {tag}'}, status=304)
        assert len(count) == 1, count
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert not response.body
        # Somebody else's copy is another one, and so is that of another question.
        if "?" in address:
            team = own_company.client("e08@larkfield.example", role="people_team")
            assert team.get(address).headers["ETag"] != tag
        with own_company.engines.begin() as conn:
            edit = EditCard(employee="E05", changes=Card(about=address))
            apply(conn, [edit], today=TODAY, author="t", source="form")
        assert client.get(address, headers={"If-None-Match": tag}).status_int == 200
    assert client.get(LIST, headers={"If-None-Match": "*"}, status=304)
