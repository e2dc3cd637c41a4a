"""The pages of departments: all of them, one, and what is said where there is none."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import CreateDepartment, EditDepartment, MoveDepartment, RenameDepartment
from tests.conftest import app_on
from tests.support.accounts import signed_in
from tests.support.company import TODAY

PAGES = (
    "/departments/",
    "/departments/?q=plat",
    "/departments/larkfield/",
    "/departments/larkfield/engineering/",
    "/departments/larkfield/engineering/?only=1",
    "/departments/larkfield/engineering/web/",
)


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", page.html.main.text)


def change(company: Any, *verbs: Any) -> None:
    with company.engines.begin() as conn:
        apply(conn, list(verbs), today=TODAY, author="test", source="command")


def test_the_tree_shows_every_department_with_head_and_head_count(company: Any) -> None:
    rows = company.testapp.get("/departments/").html.select(".depts tbody tr")
    told = [[cell.text.strip() for cell in row.select("th, td")][:3] for row in rows]
    assert told == [
        ["Larkfield", "Omar Haddad", "12"],
        ["Engineering", "Grace Hall", "7"],
        ["Platform", "Adaeze Nwosu", "3"],
        ["Web", "Bjørn Sørensen", "3"],
        ["People", "Noor Haddad", "1"],
        ["Sales", "Kenji Itō", "3"],
    ]
    past = company.testapp.get("/departments/?as_of=2024-03-01")
    assert "Old Products" in past.text
    assert all("as_of=2024-03-01" in link["href"] for link in past.html.select(".depts a"))


def test_departments_are_found_by_name_and_code(company: Any) -> None:
    page = company.testapp.get("/departments/?q=plat")
    assert [link.text for link in page.html.select(".depts .name")] == ["Platform"]
    assert "Larkfield / Engineering /" in words(page)
    assert company.testapp.get("/departments/?q=ENG").html.select_one(".depts .name").text == "Engineering"
    assert "No department matches" in company.testapp.get("/departments/?q=zzz").text


def test_a_department_tells_path_heads_people_places_and_timeline(company: Any) -> None:
    page = company.testapp.get("/departments/larkfield/engineering/")
    text = words(page)
    assert [link.text for link in page.html.select(".crumbs a")] == ["Departments", "Larkfield"]
    assert page.html.h1.text == "Engineering"
    assert "7 people · 1 in Engineering itself · 2 departments below · Head: Grace Hall" in text
    assert [link.text for link in page.html.select(".depts .name")] == ["Platform", "Web"]
    assert len(page.html.select(".people tbody tr")) == 7
    assert "Created in Larkfield" in text
    assert page.html.select_one('a[href="/changes/1"]')
    zones = {time["data-zone"]: time.text for time in page.html.select("time[data-zone]")}
    assert zones == {"Europe/Oslo": "12:00", "Africa/Lagos": "11:00"}
    only = company.testapp.get("/departments/larkfield/engineering/?only=1")
    assert [row.text.strip() for row in only.html.select(".people tbody .row-link")] == ["Grace Hall"]
    employees = page.html.find("a", string="Open as a list with filters")["href"]
    assert company.testapp.get(employees).status_int == 200


def test_second_roles_plans_and_other_days(company: Any) -> None:
    web = company.testapp.get("/departments/larkfield/engineering/web/")
    assert "Zoë de la CruzTranslator" in words(web)
    assert "Will be renamed from Web to Web and Mobile planned" in words(web)
    renamed = company.testapp.get("/departments/larkfield/engineering/web-and-mobile/?as_of=2026-09-01")
    assert renamed.html.h1.text == "Web and Mobile"
    assert "Created in Engineering as Web" in words(renamed)
    past = company.testapp.get("/departments/larkfield/engineering/web/?as_of=2026-03-01")
    assert "Per Ås" in words(past)
    assert "after this day" in words(company.testapp.get("/departments/larkfield/sales/old-products/?as_of=2024-01-01"))
    assert not past.html.select("time[data-zone]"), "the time over there is that of now, not of another day"
    for link in past.html.select("main a[href^='/']"):
        assert "as_of=2026-03-01" in link["href"]


def test_people_come_in_pages(own_company: Any) -> None:
    from tests.support.company import join

    many = [
        join(f"N{n:02}", "New", f"Person{n:02}", date(2018, 1, 1), "SALES", "Trainee", "OSL", "E09", {})
        for n in range(30)
    ]
    change(own_company, *many)
    seen = []
    page = own_company.testapp.get("/departments/larkfield/sales/")
    for _ in range(2):
        seen += [link.text for link in page.html.select(".people .row-link")]
        following = page.html.select_one("a[rel=next]")
        page = own_company.testapp.get(following["href"].partition("#")[0]) if following else page
    assert len(seen) == len(set(seen)) == 33
    back = own_company.testapp.get(page.html.select_one("a[rel=prev]")["href"].partition("#")[0])
    assert [link.text for link in back.html.select(".people .row-link")] == seen[:25]
    assert own_company.testapp.get("/departments/larkfield/sales/?after=nonsense", status=400)


@pytest.mark.parametrize(
    ("asked", "leads_to", "status"),
    [
        ("/departments", "/departments/", 308),
        ("/departments/larkfield", "/departments/larkfield/", 308),
        ("/departments/larkfield/engineering?as_of=2024-01-01",
         "/departments/larkfield/engineering/?as_of=2024-01-01", 308),
        ("/departments//larkfield/", "/departments/larkfield/", 308),
        ("/departments/Larkfield/ENGINEERING/", "/departments/larkfield/engineering/", 308),
        ("/departments/larkfield/engineering/web-and-mobile/", "/departments/larkfield/engineering/web/", 302),
        ("/departments/larkfield/engineering/web/?as_of=2026-10-01",
         "/departments/larkfield/engineering/web-and-mobile/?as_of=2026-10-01", 302),
    ],
)  # fmt: skip
def test_other_addresses_lead_to_the_one(company: Any, asked: str, leads_to: str, status: int) -> None:
    answer = company.testapp.get(asked, status=status)
    assert answer.headers["Location"].removeprefix("http://localhost") == leads_to
    company.testapp.get(leads_to, status=200)


def test_an_address_of_other_days_says_so(company: Any) -> None:
    page = company.testapp.get("/departments/larkfield/sales/old-products/", status=404)
    text = words(page)
    assert "Old Products, 1 Jan 2015 to 31 Dec 2024" in text
    assert "Above it: Sales" in text
    link = page.html.select_one('main a[href*="as_of=2024-12-31"]')["href"]
    assert company.testapp.get(link, status=200).html.h1.text == "Old Products"


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "larkfield/nowhere",
        "larkfield/engineering/web/1",
        "engineering",
        "a/" * 200,
        "%F0%9F%98%80",
        "x" * 3000,
    ],
)
def test_what_never_was_is_a_404_that_helps(company: Any, path: str) -> None:
    page = company.testapp.get(f"/departments/{path}/", status=404)
    assert "All departments" in page.text


def test_something_spelled_almost_so_is_offered(company: Any) -> None:
    page = company.testapp.get("/departments/larkfield/enginering/", status=404)
    assert "Similar names: Engineering" in words(page)


def test_an_address_that_two_departments_had_is_left_to_the_reader(own_company: Any) -> None:
    change(
        own_company,
        RenameDepartment(department="PLAT", name="Base", on=TODAY),
        CreateDepartment(
            code="OLD2", name="Old Products", parent="SALES", on=date(2025, 6, 15), until=date(2026, 1, 15)
        ),
    )
    page = own_company.testapp.get("/departments/larkfield/sales/old-products/", status=404)
    assert len(page.html.select(".plain-list li")) == 2
    moved = own_company.testapp.get("/departments/larkfield/engineering/platform/", status=302)
    assert moved.headers["Location"].endswith("/departments/larkfield/engineering/base/")
    change(own_company, MoveDepartment(department="PLAT", parent="PEOPLE", on=date(2026, 6, 14), also_later=True))
    again = own_company.testapp.get("/departments/larkfield/engineering/platform/", status=302)
    assert again.headers["Location"].endswith("/departments/larkfield/people/base/")


def test_what_is_undated_shows(own_company: Any) -> None:
    change(
        own_company, EditDepartment(department="WEB", about="<b>Sites</b>\nand shops", email="web@larkfield.example")
    )
    page = own_company.testapp.get("/departments/larkfield/engineering/web/")
    assert "<b>Sites</b>" in page.html.select_one("#about").parent.text
    assert page.html.select_one('a[href="mailto:web@larkfield.example"]')


@pytest.mark.parametrize("path", PAGES)
def test_present_and_dated_rows_make_the_same_page(company: Any, path: str) -> None:
    known = path + ("&" if "?" in path else "?") + "known_at=2026-06-14T12:00Z"
    now, then = company.testapp.get(path), company.testapp.get(known)
    for time in now.html.select("time[data-zone]"):
        time.extract()
    text = re.sub(r"\d\d:\d\d|Local time", "", words(now))
    assert re.sub(r"\s+", "", text) == re.sub(r"\s+", "", words(then))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("clock", ["", "as_of=2026-03-01", "known_at=2026-05-01"])
def test_a_page_takes_few_queries_whatever_it_shows(company: Any, query_count: Any, path: str, clock: str) -> None:
    address = path + (("&" if "?" in path else "?") + clock if clock else "")
    company.testapp.get(address, status="*")
    with query_count(company.app) as count:
        company.testapp.get(address, status=200)
    assert len(count) <= 8 + ("known_at" in clock), count


@pytest.mark.parametrize("parameter", ["only=maybe", "page=0", "sort=name", "before=%00", "after=" + "x" * 3000])
def test_bad_parameters_are_400(company: Any, parameter: str) -> None:
    company.testapp.get(f"/departments/larkfield/?{parameter}", status=400)


def test_an_empty_organisation_has_no_departments(testapp: Any) -> None:
    assert "There are no departments on this day" in testapp.get("/departments/").text


def test_hidden_departments_hide_who_works_where(own_company: Any, ini_settings: Any) -> None:
    closed = {"audience.department": "people_team", "audience.manager": "people_team"}
    with app_on(own_company.engines, ini_settings, **closed) as app:
        client = signed_in(app, "e06@larkfield.example")
        for path in ("/departments/", "/departments/larkfield/engineering/"):
            page = client.get(path)
            assert "Grace Hall" not in page.text
            assert "people" not in re.sub(r"People|Find people", "", words(page))
        client.get("/chart", status=403)
        client.get(f"/chart/{own_company.ids['E02']}", status=403)
