"""Importing by pages: checked, looked at, and then imported."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import Upload

from myproject.jobs import ledger
from tests.conftest import Company
from tests.support.accounts import post
from tests.support.api_writes import last_set

TEAM = "e08@larkfield.example"
CSV = b"Employee number,Given name,Family name,Department,Desk\nE05,,,,7\nN1,New,Person,Engineering,8\n"
BAD = CSV + b"N2,,,Engineering,9\n"


@pytest.fixture
def team(own_company: Company) -> Any:
    return own_company.client(TEAM, role="people_team")


def file_form(client: Any) -> Any:
    return next(form for form in client.get("/import").forms.values() if "file" in form.fields)


def checked(company: Company, team: Any, data: bytes = CSV, **fields: Any) -> Any:
    """Send a file by the form, and see what it would change."""
    form = file_form(team)
    form["file"] = [Upload("people.csv", data)]
    for name, value in fields.items():
        form[name] = value
    page = form.submit(status=303).follow()
    assert "Checking" in page.text
    assert "Cancel" in page.text
    company.app.registry.jobs.drain()
    return team.get(page.request.path)


def figures(page: Any) -> dict[str, str]:
    return {each.contents[-1].strip(): each.strong.text for each in page.html.select(".figures li")}


def apply(company: Company, page: Any, **fields: Any) -> Any:
    form = next(form for form in page.forms.values() if (form.action or "").endswith("/apply"))
    for name, value in fields.items():
        form[name] = value
    answer = form.submit(status="*")
    if answer.status_int != 303:
        return answer
    page = answer.follow()
    company.app.registry.jobs.drain()
    return page.test_app.get(page.request.path)


def test_a_file_is_checked_looked_at_and_imported(own_company: Company, team: Any) -> None:
    before = last_set(own_company)["revision"]
    page = checked(own_company, team, reason="The new lab")
    assert figures(page) == {
        "rows": "2",
        "new": "1",
        "changed": "1",
        "unchanged": "0",
        "not in the files": "11",
        "refused": "0",
    }
    assert last_set(own_company)["revision"] == before
    assert "Desk" in page.html.select_one("section[aria-labelledby=listed]").text
    page = apply(own_company, page)
    written = last_set(own_company)
    assert (written["reason"], written["author"]) == ("The new lab", TEAM)
    assert page.html.h1.text == "Imported"
    links = [link["href"] for link in page.html.select(".page-actions a")]
    assert links == [f"/changes/{written['revision']}", f"/changes/{written['revision']}/undo"]
    # It can't be imported twice, nor again without being checked.
    assert not [form for form in page.forms.values() if (form.action or "").endswith("/apply")]
    post(team, f"{page.request.path}/apply", {}, status=400)
    assert "Imported" in team.get("/me/jobs").text
    assert checked(own_company, team).html.h1.text == "Nothing to change: the directory says the same"


def test_refused_rows_are_listed_and_the_others_can_go_in(own_company: Company, team: Any) -> None:
    page = checked(own_company, team, BAD)
    row = page.html.select_one("section[aria-labelledby=refused] tbody tr").text
    assert "people.csv, row 4, Family name" in row
    assert "This new person has no name." in row
    page = apply(own_company, page)
    assert page.html.h1.text == "Imported"
    report = page.click("report.csv")
    assert report.content_type == "text/csv"
    assert "attachment" in report.headers["Content-Disposition"]


def test_many_leavers_are_confirmed_by_their_number(own_company: Company) -> None:
    team = own_company.client("team@example.org", role="people_team")
    page = checked(own_company, team, leavers="end")
    assert page.html.h1.text == "Too many people would leave: nothing has been changed"
    refused = apply(own_company, page, leavers_count="3")
    assert refused.status_int == 400
    assert "11 people who would leave" in refused.text
    page = apply(own_company, page, leavers_count="11")
    assert page.html.h1.text == "Imported"
    assert last_set(own_company)["summary"]["leave"] == 11


def test_what_can_not_be_imported(own_company: Company, team: Any) -> None:
    for file, said in (
        ([Upload("", b"")], "There is no file to import."),
        ([Upload("people.pdf", b"x")], "this kind of file is not supported"),
        ([Upload("a.csv", CSV), Upload("b.csv", CSV)], "There are several files and no mapping file."),
    ):
        form = file_form(team)
        form["file"] = file
        page = form.submit(status=400)
        assert said in page.html.select_one("main").text
    page = checked(own_company, team, b"no,heading\n1,2\n")
    assert page.html.h1.text == "The files can’t be imported"
    assert page.html.select_one(".notice.problem").text.strip()


def test_one_s_own_imports_alone(own_company: Company, team: Any) -> None:
    page = checked(own_company, team)
    other = own_company.client("e07@larkfield.example", role="people_team")
    path = page.request.path
    other.get(path, status=404)
    post(other, f"{path}/apply", {}, status=404)
    job = re.sub(r"\D", "", path)
    other.get(f"/me/jobs/{job}/files/report.csv", status=404)
    assert "people.csv" not in other.get("/import").text


def test_an_import_can_be_cancelled(own_company: Company, team: Any) -> None:
    form = file_form(team)
    form["file"] = [Upload("people.csv", CSV)]
    page = form.submit(status=303).follow()
    next(form for form in page.forms.values() if (form.action or "").endswith("/cancel")).submit(status=303)
    own_company.app.registry.jobs.drain()
    assert team.get(page.request.path).html.h1.text == "Cancelled"


def test_a_list_becomes_a_workbook(own_company: Company, team: Any) -> None:
    page = team.get("/employees?department=ENG")
    page = page.click("Export")
    assert "7 people, with all that you can see" in page.text
    form = next(form for form in page.forms.values() if "format" in form.fields)
    page = form.submit(status=303).follow()
    own_company.app.registry.jobs.drain()
    page = team.get("/me/jobs")
    file = page.click("xlsx")
    assert file.body.startswith(b"PK")
    with own_company.engines.read.connect() as conn:
        (job,) = ledger.newest(conn, kind="transfers.export")
        known = conn.execute(sa.text("SELECT count(*) FROM notification WHERE kind = 'job_done'")).scalar()
    assert list(job.args["given"]) == ["department"]
    assert known == 1
