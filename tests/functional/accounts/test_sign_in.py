"""Signing in and out: the same answer whatever is wrong, limits on tries, where one goes on to."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts import audit, links, users
from myproject.accounts.audit import Origin
from myproject.accounts.links import Purpose
from tests.conftest import NOW
from tests.support.accounts import PASSWORD, account, post, signed_in

GRACE = "e02@larkfield.example"
GONE = "e11@larkfield.example"


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation, with an account that has a password."""
    account(own_company.engines, GRACE, password=PASSWORD)
    return own_company.app


def sign_in(client: TestApp, email: str, password: str, next_: str = "", **kw: Any) -> Any:
    page = client.get("/sign-in", {"next": next_} if next_ else {})
    page.form["email"] = email
    page.form["password"] = password
    return page.form.submit(**kw)


def session_cookie(client: TestApp) -> str | None:
    value: str | None = client.cookies.get(client.app.registry.session_cookie)
    return value


def problem(page: Any) -> str:
    text: str = page.html.select_one(".notice.problem").text.strip()
    return text


def events(app: Any, **wanted: Any) -> list[Any]:
    with app.registry.engines.read.connect() as conn:
        return audit.entries(conn, **wanted)


def test_a_password_signs_in_and_a_button_signs_out(app: Any) -> None:
    client = TestApp(app)
    assert client.get("/employees", status=303).location.endswith("/sign-in?next=%2Femployees")
    answer = sign_in(client, f" {GRACE.upper()} ", PASSWORD, "/employees?q=grace", status=303)
    assert answer.location.endswith("/employees?q=grace")
    cookie = session_cookie(client)
    assert client.get("/employees").status_int == 200
    assert client.get("/sign-in", status=303).location.endswith("/")
    client.get("/sign-out", status=405)
    post(client, "/sign-out", status=303)
    assert not session_cookie(client)
    client.set_cookie(app.registry.session_cookie, cookie or "")
    client.get("/employees", status=303)
    assert [each.event for each in events(app, actor=GRACE)][:2] == ["sign_in.signed_out", "sign_in.done"]


def test_signing_out_drops_what_the_browser_kept(app: Any) -> None:
    client = signed_in(app, GRACE)
    answer = post(client, "/sign-out", status=303)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_each_sign_in_begins_a_new_session_and_ends_the_one_before(app: Any) -> None:
    client = TestApp(app)
    sign_in(client, GRACE, PASSWORD)
    first = session_cookie(client)
    other = TestApp(app)
    sign_in(other, GRACE, PASSWORD)
    assert session_cookie(other) != first
    token = links_for(app)
    assert "Grace Hall" in client.get(f"/sign-in/link/{token}").html.h1.text
    post(client, f"/sign-in/link/{token}", status=303)
    assert session_cookie(client) not in (None, first)
    old = TestApp(app)
    old.set_cookie(app.registry.session_cookie, first or "")
    old.get("/employees", status=303)


def links_for(app: Any, email: str = GRACE, purpose: Purpose = Purpose.SIGN_IN) -> str:
    with app.registry.engines.begin() as conn:
        who = users.by_email(conn, email)
        assert who is not None
        return links.make(conn, Origin("test", NOW), who, purpose)


def test_whatever_is_wrong_the_answer_is_the_same(app: Any, own_company: Any) -> None:
    account(own_company.engines, "e03@larkfield.example", password=PASSWORD)
    account(own_company.engines, GONE, password=PASSWORD)
    account(own_company.engines, "e04@larkfield.example")
    with own_company.engines.begin() as conn:
        who = users.by_email(conn, "e03@larkfield.example")
        assert who is not None
        users.disable(conn, Origin("test", NOW), who)
    answers = set()
    for email, password in (
        (GRACE, "not the password"),
        ("nobody@larkfield.example", PASSWORD),
        ("e03@larkfield.example", PASSWORD),
        (GONE, PASSWORD),
        ("e04@larkfield.example", PASSWORD),
        ("not an address", PASSWORD),
    ):
        client = TestApp(app)
        page = sign_in(client, email, password, status=403)
        assert session_cookie(client) is None
        assert page.html.find("input", id="email")["value"] == email
        assert PASSWORD not in page.text
        page.html.find("input", id="email")["value"] = ""
        answers.add(problem(page))
    assert len(answers) == 1, answers


def test_what_was_typed_into_the_wrong_field_is_not_written_down(app: Any) -> None:
    sign_in(TestApp(app), "my secret password", "x", status=403)
    assert [(each.actor, each.target) for each in events(app, event="sign_in.failed")] == [("unknown", None)]
    sign_in(TestApp(app), GRACE, "x", status=403)
    assert events(app, event="sign_in.failed")[0].actor == GRACE


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "", "password": "x"}, "email"),
        ({"email": GRACE, "password": ""}, "password"),
        ({"email": "a" * 300, "password": "x"}, "too long"),
    ],
)
def test_what_is_missing_is_told_beside_the_field(app: Any, fields: dict[str, str], words: str) -> None:
    page = sign_in(TestApp(app), **fields, status=400)
    assert words in page.html.select_one(".field .problem").text


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "/a//b",
        "/%2F%2Felsewhere.example", "/%5Celsewhere.example", "\\\\elsewhere.example", "http:elsewhere.example",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Any, address: str) -> None:
    answer = sign_in(TestApp(app), GRACE, PASSWORD, address, status=303)
    assert answer.location == "http://localhost/"


def test_a_link_signs_in_once(app: Any) -> None:
    token = links_for(app)
    client = TestApp(app)
    page = client.get(f"/sign-in/link/{token}")
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "Grace Hall" in page.html.h1.text
    assert page.form.submit(status=303).location == "http://localhost/"
    assert client.get("/account").status_int == 200
    assert "has been used" in TestApp(app).get(f"/sign-in/link/{token}", status=404).text
    TestApp(app).get("/sign-in/link/nonsense", status=404)


def test_a_password_is_hashed_anew_by_the_parameters_of_today(app: Any) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with app.registry.engines.begin() as conn:
        conn.execute(sa.text("UPDATE user_account SET password_hash = :hash WHERE email = :email"),
                     {"hash": weak, "email": GRACE})  # fmt: skip
    sign_in(TestApp(app), GRACE, PASSWORD, status=303)
    with app.registry.engines.read.connect() as conn:
        who = users.by_email(conn, GRACE)
    assert who is not None
    assert who.password_hash != weak
    sign_in(TestApp(app), GRACE, PASSWORD, status=303)
