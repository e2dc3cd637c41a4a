"""Going through a list: every order, both directions, by number and by cursor; counts; cursors that are not ours."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from tests.conftest import Company
from tests.support.problems import problem

LIST = "/api/v1/employees"
ORDERS = ["name", "-name", "job_title", "-job_title", "department", "-department", "location", "-hired_on", "hired_on"]


def walk(client: TestApp, address: str, relation: str = "next") -> list[Any]:
    """The pages from an address on."""
    pages: list[Any] = []
    following = address
    while following:
        assert len(pages) < 100, address
        pages.append(client.get(following).json)
        following = pages[-1][relation]
    return pages


def ids(pages: list[Any]) -> list[int]:
    return [item["id"] for page in pages for item in page["items"]]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("clock", ["", "&as_of=2026-01-10"])
def test_forth_and_back(company: Company, order: str, clock: str) -> None:
    client = company.testapp
    whole = ids([client.get(f"{LIST}?limit=200&sort={order}{clock}").json])
    forth = walk(client, f"{LIST}?limit=3&sort={order}{clock}")
    assert ids(forth) == whole
    back = walk(client, forth[-2]["next"], "previous")
    assert ids(back[::-1]) == whole
    # By number as well, a page at a time or from anywhere.
    assert ids(walk(client, f"{LIST}?limit=4&offset=0&sort={order}{clock}")) == whole
    assert ids([client.get(f"{LIST}?limit=2&offset=5&sort={order}{clock}").json]) == whole[5:7]
    assert client.get(f"{LIST}?limit=2&offset=9000&sort={order}{clock}").json["items"] == []


def test_the_best_hits(company: Company) -> None:
    client = company.testapp
    whole = client.get(f"{LIST}?limit=200&q=e").json["items"]
    assert len(whole) > 4
    pages = walk(client, f"{LIST}?limit=2&q=e")
    assert ids(pages) == [each["id"] for each in whole]
    assert ids(walk(client, pages[-2]["next"], "previous")[::-1]) == [each["id"] for each in whole]
    assert [each["id"] for each in client.get(f"{LIST}?limit=2&offset=1&q=e").json["items"]] == [
        each["id"] for each in whole[1:3]
    ]


def test_links_are_in_the_header_too(company: Company) -> None:
    first = company.testapp.get(f"{LIST}?limit=3")
    assert first.headers["Link"] == f'<{first.json["next"]}>; rel="next"'
    assert first.json["previous"] is None
    second = company.testapp.get(first.json["next"])
    assert f'<{second.json["previous"]}>; rel="prev"' in second.headers["Link"]


def test_counts(company: Company) -> None:
    get = company.testapp.get
    everyone = len(get(f"{LIST}?limit=200").json["items"])
    assert "total" not in get(LIST).json
    for kind in ("exact", "estimate"):
        answer = get(f"{LIST}?limit=1&count={kind}")
        assert answer.json["total"] == everyone
        assert answer.json["total_exact"] is True
        assert answer.headers["Total-Objects"] == str(everyone)
        assert get(f"{LIST}?count={kind}&q=zzzz").json["total"] == 0
        assert get(f"{LIST}?count={kind}&name=a&limit=0").json["total"] == len(
            get(f"{LIST}?name=a&limit=200").json["items"]
        )
    nothing = get(f"{LIST}?limit=0&count=exact").json
    assert nothing["items"] == []
    assert nothing["next"] is None
    assert company.testapp.head(f"{LIST}?count=exact").headers["Total-Objects"] == str(everyone)


def test_cursors_that_are_not_ours(company: Company) -> None:
    get = company.testapp.get
    following = get(f"{LIST}?limit=3").json["next"]
    cursor = following.partition("cursor=")[2]
    other = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for query in (
        "cursor=x", f"cursor={other}", f"cursor=b{cursor[1:]}", f"cursor={cursor}&sort=-name", f"cursor={cursor}&q=a",
        f"cursor={cursor}&as_of=2026-01-01", f"cursor={cursor}&department=ENG",
    ):  # fmt: skip
        problem(get(f"{LIST}?{query}", status=400), 400, place="cursor")
    problem(get(f"{LIST}?cursor={cursor}&offset=3", status=400), 400, place="cursor")
    # How much of what is answered may change on the way.
    assert get(f"{LIST}?cursor={cursor}&limit=1&fields=id&count=exact").json["items"]
    problem(get(f"{LIST}?limit=201", status=400), 400, place="limit")
    problem(get(f"{LIST}?offset=10001", status=400), 400, place="offset")


def test_what_is_written_meanwhile_doubles_nobody(own_company: Company) -> None:
    from myproject.directory.changes.change_sets import apply
    from myproject.directory.schema.fields import Card
    from myproject.directory.schema.verbs import EditCard
    from tests.support.company import TODAY

    client = own_company.testapp
    before = set(ids([client.get(f"{LIST}?limit=200").json]))
    first = client.get(f"{LIST}?limit=4").json
    with own_company.engines.begin() as conn:
        edit = EditCard(employee="E05", changes=Card(about="new"))
        apply(conn, [edit], today=TODAY, author="t", source="form")
    rest = walk(client, first["next"])
    found = ids([first, *rest])
    assert len(found) == len(set(found))
    assert set(found) == before


def test_pages_by_number(company: Company) -> None:
    """The page of people takes numbers as well."""
    site = company.client("e08@larkfield.example", role="people_team")
    assert site.get("/employees?page=1").status_int == 200
    beyond = site.get("/employees?page=200")
    assert "no more people" in beyond.text
    assert site.get("/employees?page=201", status=400)
    assert site.get("/employees?page=2&after=x", status=400)
