"""Reports that something is wrong: from a profile to the people team's inbox, and the answer back."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.directory.changes import change_sets
from myproject.directory.reports import reports
from myproject.directory.schema.verbs import ChangeAudience
from myproject.directory.visibility.audience import Viewer
from myproject.models.report import Report
from tests.conftest import Company
from tests.support import company as facts
from tests.support.accounts import post

R: Any = Report.__table__
WHO: dict[str, Any] = {"today": facts.TODAY, "author": "test", "source": "test"}
EVIL = '<script>alert("canary")</script>'


@pytest.fixture
def people(own_company: Company) -> TestApp:
    """E08, of the people team."""
    return own_company.client("e08@larkfield.example", role="people_team")


def about(company: Company, number: str = "E03") -> str:
    return f"/employees/{company.ids[number]}/report"


def text(response: Any, selector: str = "main") -> str:
    return re.sub(r"\s+", " ", " ".join(each.get_text(" ") for each in response.html.select(selector))).strip()


def stored(company: Company) -> list[Any]:
    with company.engines.read.connect() as conn:
        return list(conn.execute(sa.select(R).order_by(R.c.id)).mappings())


def form_of(page: Any, action: str) -> Any:
    return next(form for key, form in page.forms.items() if isinstance(key, int) and form.action == action)


def test_there_and_back(own_company: Company, people: TestApp) -> None:
    """A colleague says what is wrong, the people team puts it right and answers, the colleague reads it."""
    colleague = own_company.testapp
    page = colleague.get(f"/employees/{own_company.ids['E03']}").click("Report a mistake")
    form = form_of(page, about(own_company))
    form["subject"] = "phone"
    form["message"] = f"It ends in 04.\r\n{EVIL}"
    sent = colleague.get(form.submit(status=303).location)
    assert "Thank you" in text(sent, ".notice")
    assert "Adaeze Nwosu Phone open" in text(sent)

    assert "1 in the inbox" in text(people.get("/"), ".figures")
    assert "in the inbox" not in text(colleague.get("/"), ".figures")
    inbox = people.get("/inbox")
    assert text(inbox, "h1") == "Inbox 1"
    assert "Adaeze Nwosu Phone" in text(inbox)
    assert "Hana 山田" in text(inbox), "who says so"
    assert EVIL not in inbox.text
    report = inbox.click("Adaeze Nwosu")
    assert "It ends in 04." in text(report, "blockquote")
    report.click("Edit card")
    answer = form_of(report, report.request.path)
    answer["answer"] = "Put right, thank you."
    done = people.get(answer.submit("do", status=303).location)
    assert "Nothing is waiting" in text(done)
    assert "done by e08@larkfield.example" in text(people.get("/inbox?state=done"))

    mine = colleague.get("/me/reports")
    assert "Adaeze Nwosu Phone done" in text(mine)
    assert "Put right, thank you." in text(mine, ".answer")
    row = stored(own_company)[0]
    assert (row["subject"], row["done_by"]) == ("phone", "e08@larkfield.example")

    # It can be opened again, and is then done by whoever comes first.
    again = people.get(f"/inbox/{row['id']}")
    form_of(again, again.request.path).submit("do", status=303)
    assert "done" not in text(colleague.get("/me/reports"), ".tag")
    form = form_of(people.get(f"/inbox/{row['id']}"), f"/inbox/{row['id']}")
    assert form["answer"].value.strip() == "Put right, thank you."
    post(people, f"/inbox/{row['id']}", {"do": "done"}, status=303)
    assert "Someone else was faster" in form.submit("do", status=409).text


def test_a_form_that_is_wrong_comes_back(own_company: Company) -> None:
    colleague, where = own_company.testapp, about(own_company)
    cases = (
        ({"subject": "", "message": "x"}, "subject", "Choose what is wrong"),
        ({"subject": "nonsense", "message": "x"}, "subject", "Choose what is wrong"),
        ({"subject": "date_of_birth", "message": "x"}, "subject", "Choose what is wrong"),
        ({"subject": "phone", "message": "  "}, "message", "Say what is wrong"),
        ({"subject": "phone", "message": "x" * 2001}, "message", "2,001 characters"),
    )
    for fields, name, words in cases:
        page = post(colleague, where, fields, status=400)
        problem = page.html.find(id=f"{name}-problem")
        assert words in problem.text
        assert problem["id"] in page.html.find(id=name)["aria-describedby"]
        assert page.html.find(id="message").text.strip("\n") == fields["message"]
    post(colleague, where, {"subject": "left", "message": "", "state": "done"}, status=400)
    post(colleague, where, {"subject": "phone", "message": "a\0b"}, status=400)
    assert stored(own_company) == []
    post(colleague, where, {"subject": "left", "message": ""}, status=303)
    assert "No longer works here" in text(colleague.get("/me/reports"))


def test_what_can_be_reported_is_what_can_be_seen(own_company: Company, people: TestApp) -> None:
    def offered(client: TestApp) -> set[str]:
        return {option["value"] for option in client.get(about(own_company)).html.select("#subject option")} - {""}

    assert {"phone", "job_title", "department", "left", "other"} <= offered(own_company.testapp)
    assert not {"date_of_birth", "age", "external_id"} & offered(own_company.testapp)
    assert "date_of_birth" in offered(people)


@pytest.mark.slow
def test_who_may(own_company: Company) -> None:
    colleague = own_company.testapp
    post(colleague, about(own_company), {"subject": "left"}, status=303)
    number = stored(own_company)[0]["id"]
    editor = own_company.client("e02@larkfield.example", role="editor", department="ENG")
    for client in (colleague, editor, own_company.client("e03@larkfield.example")):
        client.get("/inbox", status=403)
        client.get(f"/inbox/{number}", status=403)
        post(client, f"/inbox/{number}", {"do": "done"}, status=403)
        assert "Inbox" not in text(client.get("/"), ".account-menu")
    assert text(editor.get("/me/reports")).endswith("tells the people team."), "each sees their own"
    administrator = own_company.client("root@larkfield.example", role="administrator")
    administrator.get(f"/inbox/{number}")
    administrator.get("/inbox/999", status=404)
    post(administrator, "/inbox/999", {"do": "done"}, status=404)
    post(administrator, f"/inbox/{number}", {"do": "burn"}, status=400)
    post(administrator, f"/inbox/{number}", {"do": "done", "answer": "x" * 2001}, status=400)
    assert "Inbox" in text(administrator.get("/"), ".account-menu")
    TestApp(own_company.app).get(about(own_company), status=303)


def test_of_whom_one_may_not_know_there_is_nothing(own_company: Company, people: TestApp) -> None:
    colleague = own_company.testapp
    post(colleague, about(own_company), {"subject": "left", "message": "canary"}, status=303)
    number = stored(own_company)[0]["id"]
    with own_company.engines.begin() as conn:
        change_sets.apply(conn, [ChangeAudience(employee="E03", audience="administrators")], **WHO)
    for path in (about(own_company), "/employees/999/report"):
        colleague.get(path, status=404)
        post(colleague, path, {"subject": "left"}, status=404)
    mine = colleague.get("/me/reports")
    assert "Someone who is no longer shown" in text(mine)
    assert "Adaeze" not in mine.text
    assert "Nothing is waiting" in text(people.get("/inbox"))
    people.get(f"/inbox/{number}", status=404)
    post(people, f"/inbox/{number}", {"do": "done"}, status=404)
    administrator = own_company.client("root@larkfield.example", role="administrator")
    assert "Adaeze Nwosu" in text(administrator.get("/inbox"))


def test_nobody_floods_the_inbox(own_company: Company) -> None:
    for _ in range(reports.MAX_OPEN):
        post(own_company.testapp, about(own_company), {"subject": "left"}, status=303)
    page = post(own_company.testapp, about(own_company), {"subject": "left"}, status=400)
    assert "20 reports waiting" in page.text
    assert len(stored(own_company)) == reports.MAX_OPEN


def test_a_long_inbox_comes_in_pages(own_company: Company, people: TestApp) -> None:
    everyone = Viewer("administrators")
    with own_company.engines.begin() as conn:
        user = conn.execute(sa.text("SELECT min(id) FROM user_account")).scalar_one()
        conn.execute(
            sa.insert(R),
            [
                {
                    "employee_id": own_company.ids["E03"],
                    "user_id": user,
                    "subject": "other",
                    "message": f"number {number}",
                    "sent_at": facts.APPLIED[0],
                    "done_at": facts.APPLIED[1] if number % 2 else None,
                    "answer": "",
                }
                for number in range(120)
            ],
        )
        assert reports.waiting(conn, everyone) == 60
    for state in ("open", "done"):
        seen: list[str] = []
        page = people.get(f"/inbox?state={state}")
        while True:
            seen += [each.text for each in page.html.select(".reports .message")]
            link = page.html.select_one("a[rel=next]")
            if link is None:
                break
            page = people.get(link["href"])
        assert len(seen) == len(set(seen)) == 60
        numbers = [int(each.removeprefix("number ")) for each in seen]
        assert numbers == sorted(numbers, reverse=state == "done")


def test_reports_are_no_change_sets(own_company: Company, people: TestApp) -> None:
    before = people.get("/changes").html.select(".change-sets li")
    post(own_company.testapp, about(own_company), {"subject": "left"}, status=303)
    assert len(people.get("/changes").html.select(".change-sets li")) == len(before)
