"""The page of one employee, their vCard, and the record of changes, through the application."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from myproject.directory.changes.change_sets import apply, undo
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    ChangeManager,
    EditCard,
    EditDepartment,
    EndAssignment,
    Join,
    MakePrimary,
    Move,
)
from tests.conftest import Company
from tests.support import company as facts
from tests.support.accounts import without_tokens


def profile(company: Company, number: str, query: str = "", status: int = 200) -> Any:
    return company.testapp.get(f"/employees/{company.ids[number]}{query}", status=status)


def section(response: Any, name: str) -> str:
    """The text of a part of the page."""
    found = response.html.find(id=name)
    return re.sub(r"\s+", " ", found.find_parent("section").get_text(" ")).replace(" ,", ",") if found else ""


def events(response: Any) -> list[str]:
    """The timeline, a line for each event."""
    return [re.sub(r"\s+", " ", li.get_text("", strip=False)).strip() for li in response.html.select(".timeline > li")]


def test_who_is_this(company: Company) -> None:
    response = profile(company, "E03")
    assert response.html.h1.get_text(strip=True) == "Adaeze Nwosu"
    assert response.html.title.string.startswith("Adaeze Nwosu, Principal engineer")
    head = response.html.select_one(".profile-head").get_text(" ", strip=True)
    assert "Principal engineer" in head
    assert "Platform" in head
    assert "head of department" in head
    assert response.html.select_one(".profile-head time").get_text() == "11:00"
    assert [a.text for a in response.html.select(".profile .chain a")] == ["Grace Hall", "Omar Haddad"]
    assert "Łukasz Żak" in section(response, "reports")
    assert "Bjørn Sørensen" in section(response, "peers")
    assert "Larkfield Engineering Platform" in section(response, "work")
    skills = {a.text: a["href"] for a in response.html.select(".tags a")}
    assert list(skills) == ["PostgreSQL", "Python"]
    assert "Łukasz" in company.testapp.get(skills["Python"]).text
    mail = response.html.select_one("[data-copy]")
    assert mail["href"] == "mailto:e03@larkfield.example"
    assert events(response) == [
        "12 Mar 2025 Became Principal engineer (was Staff engineer) #1",
        "3 Sep 2021 Joined as Staff engineer in Platform, Lagos, reporting to Grace Hall #1",
    ]
    for link in response.html.select(".timeline a, .profile a[href^='/']"):
        company.testapp.get(link["href"])


def test_past_and_plans(company: Company) -> None:
    assert events(profile(company, "E07")) == [
        "1 Jul 2026 Moves from Web to Platform. Reports to Adaeze Nwosu (was Bjørn Sørensen) planned #3",
        "15 May 2023 Joined as Engineer in Web, Lagos, reporting to Bjørn Sørensen #1",
    ]
    assert events(profile(company, "E13"))[:2] == [
        "1 Jan 2022 Came back as Account manager in Sales, reporting to Kenji Itō #1",
        "31 Dec 2020 Left #1",
    ]
    assert events(profile(company, "E12"))[0] == "31 Jul 2026 Last day here planned #3"
    assert "last day 31 Jul 2026" in profile(company, "E12").text
    assert "Dotted line to Grace Hall" in events(profile(company, "E08"))[0]
    # What was corrected is told as it should have been, with the change set that said so.
    assert events(profile(company, "E05")) == [
        "1 Oct 2021 Joined as Senior engineer in Platform, Oslo, reporting to Adaeze Nwosu #1 #2"
    ]


def test_second_roles_and_lines_both_ways(company: Company) -> None:
    response = profile(company, "E10")
    assert "Also Translator, Web 20%" in section(response, "work")
    assert "Bjørn Sørensen manager in a second role" in section(response, "lines")
    assert "Works 50%" in response.html.select_one(".profile-head").get_text(" ", strip=True)
    assert "Noor Haddad dotted-line report" in section(profile(company, "E02"), "lines")
    assert "Grace Hall dotted-line manager" in section(profile(company, "E08"), "lines")


def test_on_another_day(company: Company) -> None:
    response = profile(company, "E03", "?as_of=2024-06-01")
    assert "Staff engineer" in response.html.select_one(".profile-head").text
    assert response.html.select_one(".profile-head time") is None, "the time there is that of today"
    assert "after this day" in events(response)[0]
    links = [a["href"] for a in response.html.select("main a") if a["href"].startswith("/")]
    assert all("as_of=2024-06-01" in link for link in links)
    # Renamed since: the department is told by its name of the day.
    later = profile(company, "E04", "?as_of=2026-10-01")
    assert "Web and Mobile" in later.html.select_one(".profile-head").text
    assert "Team lead in Web, Oslo" in events(later)[-1]
    known = profile(company, "E05", "?known_at=2026-02-01")
    assert "Engineer" in known.html.select_one(".profile-head").text
    assert events(known) == ["1 Oct 2021 Joined as Engineer in Platform, Oslo, reporting to Adaeze Nwosu #1"]
    assert len(events(profile(company, "E07", "?known_at=2026-02-01"))) == 1


def test_who_is_not_here(company: Company) -> None:
    left = profile(company, "E11", status=404)
    assert "Per Ås does not work here on 15 Jun 2026" in left.text
    link = left.html.select_one(".error-page li a")
    assert link["href"].endswith("?as_of=2026-03-31")
    assert "Per Ås" in company.testapp.get(link["href"]).html.h1.text
    coming = profile(company, "E14", status=404)
    assert "Will work here from 1 Jul 2026" in coming.text
    company.testapp.get(coming.html.select_one(".error-page li a")["href"])
    early = profile(company, "E13", "?as_of=2021-06-01", status=404)
    assert len(early.html.select(".error-page li")) == 2
    # Nobody knew of them then, so there is nothing to tell.
    unknown = profile(company, "E14", "?known_at=2026-05-01", status=404)
    assert "Future" not in unknown.text
    for number in (999, 10**17):
        response = company.testapp.get(f"/employees/{number}", status=404)
        assert f"There is no employee {number}" in response.text
    company.testapp.get("/employees/0", status=404)
    company.testapp.get(f"/employees/{10**30}", status=404)
    company.testapp.get(f"/employees/{company.ids['E11']}.vcf", status=404)
    company.testapp.get("/employees/999.vcf", status=404)
    company.testapp.get(f"/employees/{company.ids['E03']}?page=2", status=404)


def test_cost(company: Company, query_count: Any) -> None:
    for number, query, cost in (("E03", "", 11), ("E01", "", 11), ("E03", "?as_of=2024-06-01", 12)):
        profile(company, number, query)
        with query_count(company.app) as count:
            profile(company, number, query)
        assert len(count) <= cost, count


# --- vCard --------------------------------------------------------------------------------------------------


def parsed(body: bytes) -> list[tuple[str, str]]:
    """The properties of a vCard: unfolded, name and parameters as they are, values unescaped."""
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    text = body.decode().replace("\r\n ", "")
    pairs = [line.split(":", 1) for line in text.removesuffix("\r\n").split("\r\n")]
    return [(name, value) for name, value in pairs]


def test_vcard(company: Company) -> None:
    number = company.ids["E03"]
    response = company.testapp.get(f"/employees/{number}.vcf")
    assert response.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="adaeze-nwosu.vcf"'
    card = parsed(response.body)
    assert card[0] == ("BEGIN", "VCARD")
    assert card[1] == ("VERSION", "3.0")
    assert card[-1] == ("END", "VCARD")
    told = dict(card)
    assert told["FN"] == "Adaeze Nwosu"
    assert told["N"] == "Nwosu;Adaeze;;;"
    assert told["ORG"] == "Testing;Larkfield;Engineering;Platform"
    assert told["TITLE"] == "Principal engineer"
    assert told["EMAIL;TYPE=INTERNET,WORK,PREF"] == "e03@larkfield.example"
    assert told["TEL;TYPE=WORK,VOICE"] == "+47 22 00 00 03"
    assert told["CATEGORIES"] == "PostgreSQL,Python"
    assert told["URL"].endswith(f"/employees/{number}")
    other = company.testapp.get(f"/employees/{company.ids['E06']}.vcf")
    assert f'filename="employee-{company.ids["E06"]}.vcf"' in other.headers["Content-Disposition"]
    assert dict(parsed(other.body))["NICKNAME"] == "花子,Hanako Yamada"


# --- the record of changes ----------------------------------------------------------------------------------


def items(response: Any) -> dict[str, list[str]]:
    """What a change set says, by what it is about."""
    return {
        li.select_one(".subject").text: [
            re.sub(r"\s+", " ", line.get_text(" ", strip=True)).replace(" ,", ",") for line in li.select("ul > li")
        ]
        for li in response.html.select(".change-items > li")
    }


def test_changes(company: Company) -> None:
    response = company.testapp.get("/changes")
    assert [a["href"] for a in response.html.select("main .row-link")] == ["/changes/3", "/changes/2", "/changes/1"]
    assert "1 person joins" in response.text
    then = company.testapp.get("/changes?known_at=2026-04-01")
    assert then.html.select_one("main .change-sets > li .line").text == "1 correction"
    company.testapp.get("/changes/3?known_at=2026-04-01", status=404)
    company.testapp.get("/changes/4", status=404)
    company.testapp.get("/changes?before=0", status=400)
    first = company.testapp.get("/changes?before=2")
    assert len(first.html.select("main .row-link")) == 1


def test_one_change_in_words(company: Company) -> None:
    assert items(company.testapp.get("/changes/3")) == {
        "Future Joiner": ["1 Jul 2026 Joins as Engineer in Web, Oslo, reporting to Bjørn Sørensen"],
        "Siobhán O’Brien": [
            "1 Jul 2026 Moves from Web to Platform",
            "1 Jul 2026 Reports to Adaeze Nwosu (was Bjørn Sørensen)",
        ],
        "Nessie Pereira": ["31 Jul 2026 Last day here"],
        "Web and Mobile": ["1 Sep 2026 Renamed to Web and Mobile (was Web)"],
    }
    corrected = items(company.testapp.get("/changes/2"))
    assert corrected == {
        "Łukasz Żak": [
            "1 Oct 2021 removed Joins as Engineer in Platform, Oslo, reporting to Adaeze Nwosu",
            "1 Oct 2021 Joins as Senior engineer in Platform, Oslo, reporting to Adaeze Nwosu",
        ]
    }


def test_a_long_change_by_pages(own_company: Company, query_count: Any) -> None:
    verbs = [
        Join(
            employee_number=f"X{n}",
            card=Card(given_name="New", family_name=f"Number {n:03}", date_of_birth=facts.BIRTH),
            on=facts.TODAY,
            department="SALES",
            manager="E09",
        )
        for n in range(120)
    ]
    with own_company.engines.begin() as conn:
        revision = apply(conn, verbs, today=facts.TODAY, author="test", source="import").revision
    response = own_company.testapp.get(f"/changes/{revision}")
    found = list(items(response))
    while (link := response.html.select_one('.pager a[rel="next"]')) is not None:
        with query_count(own_company.app) as count:
            response = own_company.testapp.get(link["href"])
        assert len(count) <= 8, count
        found += items(response)
    assert found == [f"New Number {n:03}" for n in range(120)]
    boss = own_company.testapp.get(f"/employees/{own_company.ids['E09']}")
    assert len(boss.html.select("#reports")) == 1
    second = boss.html.select_one('.pager a[rel="next"]')["href"]
    assert "page=2" in second
    assert "51–100 of 122" in own_company.testapp.get(second).text
    whole = boss.html.find(id="reports").find_parent("section").select_one("a[href*='manager=']")["href"]
    assert "1–50 of 122" in own_company.testapp.get(whole).text


def test_edits_and_an_undo_in_words(own_company: Company) -> None:
    def write(*verbs: Any) -> int:
        with own_company.engines.begin() as conn:
            revision = apply(conn, verbs, today=facts.TODAY, author="Grace", source="form", reason="tidy").revision
        assert revision is not None
        return revision

    edited = write(
        EditCard(
            employee="E03",
            changes=Card(
                pronouns="she/her",
                pronunciation="ah-DAH-eh-zeh",
                phone="+47 99 99 99 99",
                date_of_birth=date(1970, 1, 1),
                working_days=["mon", "tue", "wed", "thu"],
                languages=["Igbo", "English"],
                about="Asks; listens,\nanswers\\.",
                links=["https://example.org/ada"],
            ),
        ),
        EditDepartment(department="PLAT", about="The ground."),
    )
    page = own_company.testapp.get(f"/changes/{edited}")
    assert "1970" not in without_tokens(page.text)
    assert "Phone +47 99 99 99 99 (was +47 22 00 00 03)" in items(page)["Adaeze Nwosu"]
    assert items(page)["Platform"] == ["About The ground."]
    shown = profile(own_company, "E03")
    assert shown.html.select_one(".said").text == "(she/her · “ah-DAH-eh-zeh”)"
    assert "Works Mon–Thu" in shown.html.select_one(".profile-head").text
    assert "Igbo, English" in shown.text
    assert shown.html.select_one('a[href="https://example.org/ada"]').text == "example.org/ada"
    card = dict(parsed(own_company.testapp.get(f"/employees/{own_company.ids['E03']}.vcf").body))
    assert card["NOTE"] == "she/her\\nAsks\\; listens\\,\\nanswers\\\\."

    moved = write(
        Move(employee="E03", on=facts.TODAY, department="WEB", location="OSL", fte=0.8, is_head=False),
        ChangeManager(employee="E03", manager="E01", on=facts.TODAY, kind="acting"),
    )
    assert items(own_company.testapp.get(f"/changes/{moved}"))["Adaeze Nwosu"] == [
        "15 Jun 2026 Moves from Platform to Web",
        "15 Jun 2026 Moves from Lagos to Oslo",
        "15 Jun 2026 Working time: 80% (was 100%)",
        "15 Jun 2026 No longer head of Platform",
        "15 Jun 2026 Omar Haddad becomes acting manager",
    ]
    assert "acting manager" in section(profile(own_company, "E03"), "lines")
    with own_company.engines.begin() as conn:
        undone = undo(conn, moved, today=facts.TODAY, author="Grace").revision
    assert undone is not None
    taken_back = items(own_company.testapp.get(f"/changes/{undone}"))["Adaeze Nwosu"]
    assert "15 Jun 2026 removed Moves from Platform to Web" in taken_back
    assert f"undone by #{undone}" in own_company.testapp.get("/changes").text
    assert "Undoes" in own_company.testapp.get(f"/changes/{undone}").text


def test_second_roles_come_and_go(own_company: Company) -> None:
    with own_company.engines.begin() as conn:
        number = own_company.ids["E10"]
        from myproject.models.employment import Assignment

        table = Assignment.__table__
        second = conn.execute(table.select().where(table.c.employee_id == number, ~table.c.is_primary)).first()
        assert second is not None
        apply(
            conn,
            [MakePrimary(employee="E10", assignment=second.assignment_id, on=date(2026, 6, 20))],
            today=facts.TODAY,
            author="test",
            source="form",
        )
    told = events(profile(own_company, "E10"))
    assert told[0].startswith("20 Jun 2026 Translator becomes the main role")
    assert "planned" in told[0]
    with own_company.engines.begin() as conn:
        undo(conn, 4, today=facts.TODAY, author="test")
        apply(
            conn,
            [EndAssignment(employee="E10", assignment=second.assignment_id, last_day=date(2026, 6, 10))],
            today=facts.TODAY,
            author="test",
            source="form",
        )
    told = events(profile(own_company, "E10"))
    assert told[0] == "10 Jun 2026 Gave up the second role as Translator in Web #6"


@pytest.mark.parametrize("path", ["/changes/0", "/changes/x", "/employees/03"])
def test_addresses_that_are_none(company: Company, path: str) -> None:
    company.testapp.get(path, status=404)
