"""Pages on which people and administrators make access tokens, see them and revoke them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from myproject.accounts import tokens
from tests.conftest import NOW
from tests.support.accounts import post, signed_in
from tests.support.tokens import GRACE, get, personal


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation."""
    return own_company.app


def last_form(page: Any) -> Any:
    return page.forms[max(key for key in page.forms if isinstance(key, int))]


def tick(form: Any, *scopes: str) -> None:
    for box in form.fields["scopes"]:
        box.checked = box._value in scopes


def made_on(page: Any) -> str:
    token: str = page.html.select_one("input[readonly]")["value"]
    return token


def test_somebody_makes_a_token_and_revokes_it(app: Any) -> None:
    client = signed_in(app, GRACE)
    form = last_form(client.get("/account").click("Create a token"))
    form["name"] = "My script"
    tick(form, "employees:read")
    form["until"] = ""
    page = form.submit()
    assert page.headers["Cache-Control"] == "no-store"
    token = made_on(page)
    assert get(app, token).status_int == 200
    shown = client.get("/account")
    assert token not in shown.text
    assert token[-4:] in shown.text
    revoke = next(form for form in shown.forms.values() if form.action.endswith("/account/tokens/revoke"))
    assert "no longer works" in revoke.submit().follow().text
    assert get(app, token).status_int == 401


def test_the_form_comes_back_with_what_was_typed(app: Any) -> None:
    client = signed_in(app, GRACE)
    form = last_form(client.get("/account/tokens"))
    form["name"] = "My script"
    form["until"] = "2020-01-01"
    page = form.submit(status=400)
    assert "Choose one scope or more" in page
    form = last_form(page)
    assert form["name"].value == "My script"
    tick(form, "changes:read", "employees:read")
    page = form.submit(status=400)
    assert "That day is in the past" in page
    assert [box["value"] for box in page.html.select("input[name=scopes][checked]")] == [
        "employees:read",
        "changes:read",
    ]


def test_making_one_asks_for_the_password_again(app: Any, travel: Any) -> None:
    client = signed_in(app, GRACE, at=NOW)
    travel(app, NOW + timedelta(minutes=20))
    form = last_form(client.get("/account/tokens"))
    form["name"] = "My script"
    tick(form, "changes:read", "employees:read")
    page = form.submit(status=403)
    assert "Confirm that it is you" in page
    assert len(page.html.select("input[type=hidden][name=scopes]")) == 2
    with app.registry.engines.read.connect() as conn:
        assert tokens.rows(conn) == []


def test_nobody_revokes_the_token_of_another(app: Any) -> None:
    token = personal(app)
    with app.registry.engines.read.connect() as conn:
        id_ = tokens.rows(conn)[0].id
    post(signed_in(app, "e12@larkfield.example"), "/account/tokens/revoke", {"token": id_}, status=404)
    assert get(app, token).status_int == 200


def test_administrators_make_tokens_for_services_and_revoke_any(app: Any) -> None:
    own = personal(app)
    client = signed_in(app, "admin@example.org", role="administrator")
    form = last_form(client.get("/tokens").click("Create a service token"))
    form["name"] = "Payroll"
    tick(form, "employees:read")
    form["role"] = "employee"
    form["until"] = "2027-12-31"
    token = made_on(form.submit())
    assert get(app, token).status_int == 200
    page = client.get("/tokens")
    assert "Payroll" in page
    assert "until 31 Dec 2027" in page
    for form in [form for form in page.forms.values() if form.action.endswith("/tokens/revoke")]:
        form.submit(status=303)
    assert get(app, token).status_int == 401
    assert get(app, own).status_int == 401
    assert "Payroll" not in client.get("/tokens")
    assert "Payroll" in client.get("/tokens?all=1")
    assert "made the access token “Payroll”" in client.get("/audit")
