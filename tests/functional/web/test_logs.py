"""What proves who one is never gets into the log: not when a form is refused, nor when something of ours fails."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts import links
from myproject.accounts.links import Purpose
from myproject.db.turns import DatabaseBusyError
from myproject.routes import ROUTES
from myproject.web.request import Request
from tests.support.accounts import ORIGIN, account, session_of, signed_in, token_of
from tests.support.tokens import bearer, personal

PURPOSES = {
    "sign_in.link": Purpose.SIGN_IN,
    "reset": Purpose.RESET,
    "invitation": Purpose.INVITE,
    "account.email.link": Purpose.EMAIL,
}
WITH_TOKEN = {route.name: route.pattern for route in ROUTES if "{token}" in route.pattern}
FAILURES = (RuntimeError("broken"), DatabaseBusyError("another write"))


def test_every_address_that_holds_a_token_is_looked_at() -> None:
    assert WITH_TOKEN.keys() == PURPOSES.keys()


@pytest.mark.parametrize("name", WITH_TOKEN)
def test_a_single_use_link(app: Any, name: str, caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    client, engines = TestApp(app), app.registry.engines
    who = account(engines, "ada@example.org")
    new_email = "new@example.org" if name == "account.email.link" else None
    with engines.begin() as conn:
        token = links.make(conn, ORIGIN, who, PURPOSES[name], new_email=new_email)
    path = WITH_TOKEN[name].replace("{token}", token)
    with caplog.at_level(logging.DEBUG):
        client.post(path, {"word": "x"}, status=403)
        client.post(path, {"word": "x"}, headers={"Origin": "https://evil.example"}, status=403)
        client.put(path, {"word": "x"}, status="4*")
        client.get(f"{path}?word=1", status=400)
        client.get(f"{path}/", status="*")
        for error in FAILURES:
            monkeypatch.setattr(Request, "now", failing(error))
            client.get(path, status="5*")
            client.post(path, {"word": "x"}, status="*")
    assert f"{name} ({WITH_TOKEN[name]})" in caplog.text
    assert "myproject.web" in {record.name.rpartition(".")[0] for record in caplog.records}
    assert token not in caplog.text


def test_a_session_a_form_and_an_access_token(app: Any, caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    browser, program = signed_in(app, "ada@example.org"), TestApp(app)
    token = personal(app, "ada@example.org")
    secrets = (session_of(browser), token_of(browser), token)
    with caplog.at_level(logging.DEBUG):
        browser.get("/audit", status=403)
        browser.post("/sign-out", {"csrf_token": secrets[1] + "0"}, status=403)
        program.get("/api/v1/departments", headers=bearer(token), status=403)
        program.get(f"/api/v1/{token}", headers=bearer(token), status=404)
        for error in FAILURES:
            monkeypatch.setattr(Request, "counter", failing(error))
            browser.get("/employees", status="5*")
            program.get("/api/v1/employees", headers=bearer(token), status="5*")
            browser.post("/sign-out", {"csrf_token": secrets[1]}, status="*")
    assert len(re.findall(r"api\.employees|audit \(/audit\)", caplog.text)) >= 2
    assert not [secret for secret in secrets if secret in caplog.text]


def failing(error: Exception) -> property:
    """A property that can't be read."""

    def read(_request: Any) -> Any:
        raise error

    return property(read)
