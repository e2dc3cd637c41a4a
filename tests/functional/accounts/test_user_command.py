"""``myproject user``: accounts from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from webtest import TestApp

from myproject.accounts import audit
from myproject.commands.main import cli
from tests.conftest import NOW
from tests.functional.accounts.test_sign_in import sign_in
from tests.support.accounts import PASSWORD, account, post

ROOT = Path(__file__).parents[3]
ADA = "e03@larkfield.example"
Run = Callable[..., Any]


@pytest.fixture
def myproject(own_company: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``myproject("user", "list")`` on the company; what it said, and whether it failed."""
    url = own_company.engines.write.url.render_as_string(hide_password=False)
    environ = {
        "MYPROJECT_INI": str(ROOT / "testing.ini"),
        "MYPROJECT_SQLALCHEMY_URL": url,
        "MYPROJECT_MAIL_TRANSPORT": "file",
        "MYPROJECT_MAIL_FOLDER": str(tmp_path / "mails"),
    }
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mails").mkdir()

    def run(*words: str, fails: bool = False) -> str:
        result = CliRunner().invoke(cli, words, prog_name="myproject", env=environ)
        assert (result.exit_code != 0) is fails, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.output

    return run


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


@pytest.mark.slow
def test_from_nothing_to_an_administrator(own_company: Any, myproject: Run) -> None:
    assert "nobody" not in myproject("user", "list")
    assert ADA in myproject("user", "add", ADA, "--role", "administrator")
    link = last_line(myproject("user", "link", ADA))
    client = TestApp(own_company.app)
    page = client.get(urlsplit(link).path)
    assert "Sign in as Adaeze Nwosu" in page.text
    page.forms[0].submit(status=303)
    client.get("/audit")
    # Once only.
    TestApp(own_company.app).get(urlsplit(link).path, status=404)
    # Whoever has signed in by a link is no longer invited, and chooses a password without any mail.
    assert f"{ADA}\tactive\tadministrator" in myproject("user", "list")
    assert "invited" not in client.get("/accounts?state=active").html.select_one("tbody").text
    assert "No account matches" in client.get("/accounts?state=invited").text
    page = client.get(client.get("/account").html.find("a", string="Choose one")["href"])
    form = next(each for each in page.forms.values() if "new_password" in each.fields)
    assert "current_password" not in form.fields
    form["new_password"] = "short"
    assert "at least 12" in form.submit(status=400).text
    form["new_password"] = PASSWORD
    done = form.submit(status=303).follow()
    assert "Your password was changed" in done.text
    assert "Change" in done.html.find("dt", string="Password").find_next("dd").text
    sign_in(TestApp(own_company.app), ADA, PASSWORD, status=303)


def test_a_first_password_is_chosen_soon_after_the_link(own_company: Any, myproject: Run, travel: Any) -> None:
    """Else whoever finds a screen left alone makes the account their own."""
    myproject("user", "add", ADA)
    client = TestApp(own_company.app)
    client.get(urlsplit(last_line(myproject("user", "link", ADA))).path).forms[0].submit(status=303)
    form = next(each for each in client.get("/account/password").forms.values() if "new_password" in each.fields)
    travel(own_company.app, NOW + timedelta(minutes=16))
    form["new_password"] = PASSWORD
    page = form.submit(status=403)
    assert "with a link more than 15 minutes ago" in page.html.select_one(".notice.problem").text
    sign_in(TestApp(own_company.app), ADA, PASSWORD, status=403)
    # With a password the one before is asked for, however fresh the session is.
    account(own_company.engines, ADA, password=PASSWORD)
    fresh = own_company.client(ADA)
    post(fresh, "/account/password", {"new_password": "nine green lanterns hum softly"}, status=400)


def test_the_cookie_of_a_session(own_company: Any, myproject: Run) -> None:
    myproject("user", "add", ADA)
    name, _, token = last_line(myproject("user", "session", ADA)).partition("=")
    client = TestApp(own_company.app)
    client.get("/employees", headers={"Cookie": f"{name}={token}"}, status=200)
    client.get("/audit", headers={"Cookie": f"{name}={token}"}, status=403)
    myproject("user", "disable", ADA)
    client.get("/employees", headers={"Cookie": f"{name}={token}"}, status=303)


@pytest.mark.slow
def test_roles_come_and_go(own_company: Any, myproject: Run) -> None:
    myproject("user", "add", ADA, "--role", "editor", "--department", "WEB")
    myproject("user", "grant", ADA, "people_team", "--until", "2090-12-31")
    shown = myproject("user", "show", ADA)
    assert "editor of WEB" in shown
    assert "people_team until 2091-01-01" in shown
    myproject("user", "revoke", ADA, "editor", "--department", "WEB")
    assert "editor" not in myproject("user", "list")
    with own_company.engines.read.connect() as conn:
        events = [entry.event for entry in audit.entries(conn) if entry.email == ADA]
    assert events == ["role.revoked", "role.granted", "role.granted", "user.added"]


def test_an_invitation_goes_by_mail(myproject: Run, tmp_path: Path) -> None:
    said = myproject("user", "invite", ADA)
    (mail,) = (tmp_path / "mails").iterdir()
    text = mail.read_text()
    assert "/sign-in/invitation/" in text
    assert "/sign-in/" not in said
    assert "/sign-in/invitation/" in myproject("user", "invite", ADA, "--print")


@pytest.mark.slow
def test_disable_enable_reset(myproject: Run, tmp_path: Path) -> None:
    myproject("user", "add", ADA)
    myproject("user", "disable", ADA)
    assert "disabled" in myproject("user", "list", "--disabled")
    myproject("user", "link", ADA, fails=True)
    myproject("user", "enable", ADA)
    assert "/sign-in/reset/" in myproject("user", "reset", ADA, "--print")
    myproject("user", "reset", ADA)
    assert len(list((tmp_path / "mails").iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nobody@example.org"), "There is no account for nobody@example.org"),
        (("add", "no address"), "is not an email address"),
        (("add", ADA, "--employee", "E99"), "no employee with the number"),
        (("add", ADA, "--role", "editor"), "Choose the department"),
        (("add", ADA, "--role", "editor", "--department", "NOWHERE"), "no department with the code"),
        (("add", ADA, "--role", "chief"), "Invalid value"),
        (("revoke", "admin@example.org", "administrator"), "last administrator"),
        (("disable", "admin@example.org"), "last administrator"),
        (("revoke", "admin@example.org", "people_team"), "does not have this role"),
        (("grant", "admin@example.org", "people_team", "--until", "2001-01-01"), "That day is in the past"),
    ],
)
def test_what_can_not_be_done_is_told(own_company: Any, myproject: Run, words: tuple[str, ...], told: str) -> None:
    myproject("user", "add", "admin@example.org", "--role", "administrator")
    said = myproject("user", *words, fails=True)
    assert told in said
    assert "Traceback" not in said
    # Nothing half-done: an account that could not get its role isn't there either.
    assert ADA not in myproject("user", "list")
