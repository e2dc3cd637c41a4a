"""The page of people, the same as a file, and live search, through the application."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject import main
from myproject.directory.changes import change_sets
from myproject.directory.schema import verbs
from myproject.directory.schema.fields import Card
from myproject.models.counter import Counter
from tests.conftest import Company, _travel, engines_on
from tests.support import crowd
from tests.support.accounts import close, signed_in, without_tokens

NOW = "2026-06-15T10:00+00:00"


@pytest.fixture(scope="module")
def page(database: Any, ini_settings: dict[str, str]) -> Iterator[TestApp]:
    """A client of the crowd, twenty on a page."""
    with engines_on(database, database.template("crowd", crowd.load)) as engines:
        yield from _served(engines, ini_settings)


def _served(engines: Any, ini_settings: dict[str, str], **settings: str) -> Iterator[TestApp]:
    url = engines.write.url.render_as_string(hide_password=False)
    app = main({}, **{**ini_settings, "sqlalchemy.url": url, "page.size": "20", **settings})
    _travel(app, NOW)
    yield signed_in(app, employee="C050")
    close(app)


def names(response: Any) -> list[str]:
    """The people on a page, by name, in its order."""
    return [link.text for link in response.html.select(".row-link")]


def listed(fits: Callable[[crowd.Someone], bool] = lambda who: True) -> list[str]:
    """The names that should be there, in the order of names."""
    return [who.name for who in sorted(filter(fits, crowd.PERSONS), key=lambda who: (who.sort_name, who.number))]


def follow(page: TestApp, response: Any, rel: str) -> Any:
    link = response.html.select_one(f'.pager a[rel="{rel}"]')
    return page.get(link["href"]) if link else None


def test_pages_forth_and_back(page: TestApp) -> None:
    response = page.get("/employees")
    pages = [response]
    while (response := follow(page, response, "next")) is not None:
        pages.append(response)
    assert [name for each in pages for name in names(each)] == listed()
    assert [len(names(each)) for each in pages[:-1]] == [20] * (len(pages) - 1)
    assert f"1–20 of {len(crowd.PERSONS)}" in pages[0].text
    assert f"21–40 of {len(crowd.PERSONS)}" in pages[1].text
    response = pages[-1]
    returned = [response]
    while (response := follow(page, response, "prev")) is not None:
        returned.append(response)
    assert [names(each) for each in returned[::-1]] == [names(each) for each in pages]
    assert returned[-1].request.path_qs == "/employees"


def test_a_filter_by_name_path_or_id(page: TestApp) -> None:
    fits = listed(lambda who: who.department in crowd.BELOW["A"])[:20]
    by_path = page.get("/employees?department=crowd/assembly")
    assert names(by_path) == fits
    chosen = by_path.html.select_one("#f-department option[selected]")["value"]
    assert names(page.get(f"/employees?department={chosen}")) == fits
    assert names(page.get("/employees?department=A")) == fits
    exact = page.get(f"/employees?department={chosen}&only=1")
    assert names(exact) == listed(lambda who: who.department == "A")[:20]
    assert "Include sub-departments" in exact.text
    assert names(page.get("/employees?location=south")) == listed(lambda who: who.location == "S")[:20]
    assert names(page.get("/employees?job_title=Fitter&skill=rigging")) == listed(
        lambda who: who.title == "Fitter" and "Rigging" in who.skills
    )
    ambiguous = page.get("/employees?department=Assembly", status=400)
    assert "2 departments are called “Assembly”" in ambiguous.text
    assert "crowd/aegir/assembly" in ambiguous.text
    assert ambiguous.html.select_one("#f-department")["aria-invalid"] == "true"


def test_what_is_set_can_be_taken_away(page: TestApp) -> None:
    query = "?department=A&skill=Welding&skill=Rigging&hired_on_from=2012-01-01&sort=-hired_on&view=cards"
    response = page.get(f"/employees{query}")
    chips = {chip.contents[0].strip(): chip.a["href"] for chip in response.html.select(".chip")}
    assert list(chips) == ["Department: Assembly", "Skill: Welding", "Skill: Rigging", "Joined from: 1 Jan 2012"]
    without = parse_qs(urlsplit(chips["Skill: Welding"]).query)
    assert without.keys() == {"department", "skill", "hired_on_from", "sort", "view"}
    assert len(without["skill"]) == 1
    for url in chips.values():
        assert len(page.get(url).html.select(".chip")) == 3
    # The form keeps what it has no field for, and the fields hold what is set.
    form = response.forms["filters"]
    assert form.get("sort").value == "-hired_on"
    assert form.get("view").value == "cards"
    form.get("job_title").select(text="Fitter")
    assert len(form.submit("").html.select(".chip")) == 5


def test_headings_sort_and_say_so(page: TestApp) -> None:
    response = page.get("/employees?sort=hired_on")
    heads = {th.get_text(strip=True): th for th in response.html.select(".people thead th")}
    assert heads["Joined"]["aria-sort"] == "ascending"
    assert heads["Joined"].a["href"] == "/employees?sort=-hired_on"
    assert heads["Name"].a["href"] == "/employees"
    assert [label for label, th in heads.items() if th.get("aria-sort")] == ["Joined"]
    backwards = page.get("/employees?sort=-name")
    assert names(backwards) == listed()[::-1][:20]


def test_both_sources_make_the_same_page(page: TestApp) -> None:
    addresses = (
        "/employees",
        "/employees?sort=-department&department=A",
        "/employees?sort=job_title&location=N&view=cards",
        "/employees?q=berg&sort=hired_on",
        "/employees?q=berg",
        "/employees.csv?sort=location",
    )
    before = [page.get(address).body for address in addresses]
    engines = page.app.registry.engines
    roll_forward = page.app.registry.roll_forward
    counter = Counter.__table__
    try:
        with engines.begin() as conn:
            conn.execute(sa.update(counter).values(present_day=None))
        page.app.registry.roll_forward = lambda today, day: day
        assert [page.get(address).body for address in addresses] == before
    finally:
        page.app.registry.roll_forward = roll_forward
        with engines.begin() as conn:
            conn.execute(sa.update(counter).values(present_day=crowd.TODAY))


def test_csv_is_the_list(page: TestApp) -> None:
    response = page.get("/employees.csv?department=A&sort=-hired_on")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="people-2026-06-15.csv"'
    assert response.body.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in response.body.replace(b"\r\n", b"")
    rows = list(csv.DictReader(io.StringIO(response.body.decode("utf-8-sig"), newline="")))
    fits = [who for who in crowd.PERSONS if who.department in crowd.BELOW["A"]]
    wanted = sorted(fits, key=lambda who: (who.joined, who.sort_name, who.number), reverse=True)
    assert [row["Employee number"] for row in rows] == [who.number for who in wanted]
    assert list(rows[0])[:9] == [
        "Name",
        "Employee number",
        "Job title",
        "Department",
        "Location",
        "Manager",
        "Hired on",
        "Email",
        "Phone",
    ]
    people = {who.number: who for who in crowd.PERSONS}
    for row in rows:
        who = people[row["Employee number"]]
        assert row["Hired on"] == who.joined.isoformat()
        assert row["Phone"].startswith("+47 22 00")
        title = who.title or ""
        assert row["Job title"] == (f"'{title}" if title.startswith("=") else title)
    assert all(not value.startswith(("=", "@")) for row in rows for value in row.values())


def test_csv_on_another_day_and_head(page: TestApp) -> None:
    response = page.get("/employees.csv?as_of=2012-06-01")
    rows = list(csv.DictReader(io.StringIO(response.body.decode("utf-8-sig"), newline="")))
    assert len(rows) == sum(who.joined <= date(2012, 6, 1) for who in crowd.EVERYONE)
    assert 'filename="people-2012-06-01.csv"' in response.headers["Content-Disposition"]
    head = page.head("/employees.csv")
    assert head.body == b""
    page.get("/employees.csv?view=cards", status=400)
    page.get("/employees.csv?department=Nowhere", status=400)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sort=best", "needs a search"),
        ("sort=age", "not a choice"),
        ("after=nonsense", "can&#39;t be read"),
        ("after=WyJuYW1lIiwxLDIsM10", "can&#39;t be read"),
        ("after=WyJuYW1lIixbIlx1ZDgwMCJdLDEsMF0", "can&#39;t be read"),
        ("before=!!", "can&#39;t be used"),
        ("manager=99999999999999999999", "not a number"),
        ("manager=5000", "no employee 5000"),
        ("location=77", "no location “77”"),
        ("job_title=fittr", "Did you mean “Fitter”"),
        ("skill=Wielding", "Did you mean “Welding”"),
        ("skill=a&skill=b&skill=c&skill=d&skill=e", "at most 4"),
        ("hired_on_from=2014-01-01&hired_on_to=2013-01-01", "last day is before the first"),
        ("hired_on_from=2014-02-30", "not a day"),
        ("department=999", "no department “999”"),
        ("departmnt=A", "Did you mean “department”"),
        ("age=40", "no parameter “age”"),
        ("date_of_birth=1969-07-13", "no parameter"),
        ("sort=-date_of_birth", "not a choice"),
        ("q=" + "x" * 201, "too long"),
        ("view=list", "not a choice"),
        ("limit=1000", "no parameter"),
    ],
)
def test_what_makes_no_sense_is_told(page: TestApp, query: str, told: str) -> None:
    response = page.get(f"/employees?{query}", status=400)
    assert told in response.text


def test_a_place_of_another_order_is_refused(page: TestApp) -> None:
    link = page.get("/employees").html.select_one('.pager a[rel="next"]')["href"]
    after = parse_qs(urlsplit(link).query)["after"][0]
    response = page.get(f"/employees?sort=-hired_on&after={after}", status=400)
    assert "list in another order" in response.text
    response = page.get(f"/employees?after={after}&before={after}", status=400)
    assert "either after a position or before it" in response.text


def test_a_place_in_a_list_that_has_changed_since(page: TestApp) -> None:
    """Whoever comes back to a page by an old link gets what now follows that place."""
    link = page.get("/employees").html.select_one('.pager a[rel="next"]')["href"]
    response = page.get(f"{link}&location=N")
    assert names(response) == listed(lambda who: who.location == "N")[-len(names(response)) :]


def test_nobody(page: TestApp) -> None:
    response = page.get("/employees?location=N&manager=90")
    assert "No one matches" in response.text
    assert names(response) == []
    early = page.get("/employees?as_of=1990-01-01")
    assert "No one worked here on this day" in early.text


def test_similar_spellings_are_a_link_away(engines: Any, testapp: TestApp) -> None:
    """Who is called as it was typed comes alone; the page offers to look for those who are called almost so."""
    called = ("Anna Berg", "Hanna Berg", "Anna Borg", "Hannah Bergh")
    day = date(2026, 1, 1)
    with engines.begin() as conn:
        change_sets.apply(
            conn,
            [
                verbs.CreateDepartment(code="co", name="Company", on=day),
                *(
                    verbs.Join(
                        employee_number=str(number),
                        card=Card(given_name=name.split()[0], family_name=name.split()[1]),
                        on=day,
                        department="co",
                    )
                    for number, name in enumerate(called)
                ),
            ],
            today=date(2026, 6, 15),
            author="test",
            source="test",
        )
    offer = "Include similar spellings"
    response = testapp.get("/employees?q=anna+berg&view=cards")
    assert names(response) == ["Anna Berg"]
    assert "spelled almost like" not in response.text
    link = response.html.find("a", string=offer)["href"]
    assert parse_qs(urlsplit(link).query) == {"q": ["anna berg"], "view": ["cards"], "similar": ["1"]}
    similar = testapp.get(link)
    assert names(similar)[0] == "Anna Berg"
    assert set(names(similar)) >= {"Anna Berg", "Hanna Berg", "Anna Borg"}
    assert offer not in similar.text
    assert "spelled almost like" in similar.text
    # Filters, orders and the file keep it; without the search it is gone.
    assert similar.html.select_one('#filters input[name="similar"]')["value"] == "1"
    assert sorted(names(testapp.get(f"{link}&sort=name"))) == sorted(names(similar))
    told = csv.reader(io.StringIO(testapp.get(similar.html.select_one("a[download]")["href"]).text))
    assert len(list(told)) == 1 + len(names(similar))
    assert "similar" not in similar.html.select_one(".chip a")["href"]
    # What nobody is called is forgiven at once, and what is only begun too.
    for q in ("anna+brg", "ann+berg"):
        forgiven = testapp.get(f"/employees?q={q}")
        assert len(names(forgiven)) > 1
        assert offer not in forgiven.text


def test_cost(page: TestApp, query_count: Any) -> None:
    """Counter, sizes of filters, page; and names that were typed. A second look costs no more, whatever is asked."""
    addresses = {
        "/employees": 2,
        "/employees?sort=-hired_on": 2,
        "/employees?department=2&location=1&sort=job_title": 4,
        "/employees?as_of=2020-05-05": 2,
        "/employees?as_of=2020-05-05&sort=department": 2,
    }
    for address in addresses:
        page.get(address)
    for address, cost in addresses.items():
        with query_count(page.app) as count:
            page.get(address)
        assert len(count) <= cost, f"{address}\n{count}"


def test_live_search(page: TestApp) -> None:
    answer = page.get("/suggest?q=ada").json
    assert answer["items"][0]["kind"] == "person"
    assert {"label", "detail", "url", "id", "kind"} <= answer["items"][0].keys()
    assert answer["all"] == "/employees?q=ada"
    things = page.get("/suggest?q=assembly&as_of=2020-01-01").json["items"]
    departments = [item for item in things if item["kind"] == "department"]
    assert {item["url"] for item in departments} == {
        "/departments/crowd/assembly/?as_of=2020-01-01",
        "/departments/crowd/aegir/assembly/?as_of=2020-01-01",
    }
    kinds = page.get("/suggest?q=weld&kind=skill").json["items"]
    assert [(item["kind"], item["value"]) for item in kinds] == [("skill", "Welding")]
    assert page.get("/suggest").json["items"] == []
    assert page.get("/suggest?q=" + "x" * 300, status=400).json["status"] == 400


def test_the_viewer_sees_no_more_than_is_open(database: Any, ini_settings: dict[str, str]) -> None:
    closed = {"audience.hired_on": "people_team", "audience.phone": "self", "audience.skills": "manager_line"}
    with engines_on(database, database.template("crowd", crowd.load)) as engines:
        for page in _served(engines, ini_settings, **closed):
            for address in (
                "/employees",
                "/employees?view=cards",
                "/employees.csv",
                "/employees/1",
                "/employees/1.vcf",
            ):
                text = page.get(address).text
                assert "22 00" not in text, address
                assert "Joined" not in text, address
                assert "Welding" not in text, address
            for query in ("sort=hired_on", "hired_on_from=2012-01-01", "skill=Welding"):
                assert "not open to you" in page.get(f"/employees?{query}", status=400).text
                assert page.get(f"/employees.csv?{query}", status=400)


def test_what_nobody_may_see_is_nowhere(company: Company) -> None:
    """Birth date, age and external identifier, on every page, export and answer."""
    ids = company.ids
    addresses = [
        "/employees",
        "/employees?view=cards",
        "/employees?q=1971-07-13",
        "/employees?q=canary-E03",
        "/employees.csv",
        "/changes",
        "/changes/1",
        "/changes/2",
        "/changes/3",
        "/suggest?q=canary",
        *(f"/employees/{ids[number]}" for number in ("E03", "E10", "E12")),
        *(f"/employees/{ids[number]}.vcf" for number in ("E03", "E10", "E12")),
    ]
    for address in addresses:
        text = without_tokens(company.testapp.get(address).text)
        # What was typed stands in the search box and in the links.
        text = re.sub(r"canary(-E03)?\b|1971-07-13", "", text) if "?q=" in address else text
        assert "1971" not in text, address
        assert "canary" not in text, address
        assert "BDAY" not in text, address
    assert names(company.testapp.get("/employees?q=1971-07-13")) == []
    assert names(company.testapp.get("/employees?q=canary-E03")) == []
