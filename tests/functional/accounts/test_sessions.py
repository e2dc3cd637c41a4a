"""How long a sign-in session lasts, and what ends it at once, in every process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts import sessions, users
from myproject.accounts.audit import Event, Origin
from myproject.accounts.sessions import Limits
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import Leave
from myproject.pages.accounts.devices import device
from tests.conftest import NOW, app_on
from tests.functional.accounts.test_sign_in import GRACE, sign_in
from tests.support.accounts import PASSWORD, account, again, post, signed_in
from tests.support.company import TODAY

WHO = Origin("test", NOW)


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation, with an account that has a password."""
    account(own_company.engines, GRACE, password=PASSWORD)
    return own_company.app


def is_in(client: TestApp) -> bool:
    return bool(client.get("/account", status="*").status_int == 200)


def rows(app: Any) -> list[Any]:
    forever = Limits(timedelta(days=10_000), timedelta(days=10_000))
    with app.registry.engines.read.connect() as conn:
        who = users.by_email(conn, GRACE)
        assert who is not None
        return sessions.of_user(conn, who.id, forever, NOW)


def test_an_idle_session_ends(app: Any, travel: Any) -> None:
    client = signed_in(app, GRACE, at=NOW)
    travel(app, NOW + timedelta(hours=11))
    assert is_in(client)
    travel(app, NOW + timedelta(hours=22))
    assert is_in(client)
    travel(app, NOW + timedelta(hours=34, minutes=1))
    assert not is_in(client)


def test_no_session_outlasts_its_days_however_busy(app: Any, travel: Any) -> None:
    client = signed_in(app, GRACE, at=NOW)
    for hours in range(6, 14 * 24, 6):
        travel(app, NOW + timedelta(hours=hours))
        assert is_in(client)
    travel(app, NOW + timedelta(days=14))
    assert not is_in(client)


def test_the_last_use_is_noted_within_five_minutes(app: Any, travel: Any, query_count: Any) -> None:
    client = signed_in(app, GRACE, at=NOW)
    client.get("/account")
    travel(app, NOW + timedelta(minutes=4))
    with query_count(app) as count:
        client.get("/account")
    assert not count.write
    travel(app, NOW + timedelta(minutes=6))
    client.get("/account")
    assert rows(app)[0].used_at == NOW + timedelta(minutes=6)


def test_what_ends_it_holds_in_every_process(own_company: Any, ini_settings: Any) -> None:
    account(own_company.engines, GRACE, password=PASSWORD)
    one = own_company.app
    with app_on(own_company.engines, ini_settings) as other:
        client = signed_in(one, GRACE)
        there = TestApp(other)
        name = one.registry.session_cookie
        there.set_cookie(name, client.cookies[name].strip('"'))
        assert is_in(there)
        post(again(client), "/account/sessions", {"session": str(rows(one)[0].id)}, status=303)
        assert not is_in(there)

        for end in (_disable, _change_password, _leave):
            account(own_company.engines, GRACE)
            client = signed_in(other, GRACE)
            assert is_in(client)
            end(own_company.engines)
            assert not is_in(client), end


def _disable(engines: Any) -> None:
    with engines.begin() as conn:
        who = users.by_email(conn, GRACE)
        assert who is not None
        users.disable(conn, WHO, who)
    with engines.begin() as conn:
        who = users.by_email(conn, GRACE)
        assert who is not None
        users.enable(conn, WHO, who)


def _change_password(engines: Any) -> None:
    with engines.begin() as conn:
        who = users.by_email(conn, GRACE)
        assert who is not None
        users.set_password(conn, WHO, who, "hash", Event.PASSWORD_CHANGED)


def _leave(engines: Any) -> None:
    with engines.begin() as conn:
        leave = Leave(employee="E02", last_day=TODAY - timedelta(days=1), hand_over_to="E01")
        apply(conn, [leave], today=TODAY, author="test", source="command")


def test_the_last_day_of_an_employment_is_the_last_day_of_its_account(app: Any, travel: Any) -> None:
    client = signed_in(app, "e12@larkfield.example")
    travel(app, "2026-07-31T21:00Z")
    assert is_in(client)
    travel(app, "2026-08-01T08:00Z")
    assert not is_in(client)


def test_one_sees_where_one_is_signed_in_and_ends_it(app: Any) -> None:
    agents = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1",
        "",
    )
    clients = [TestApp(app, extra_environ={"HTTP_USER_AGENT": each, "REMOTE_ADDR": "192.0.2.4"}) for each in agents]
    for client in clients:
        sign_in(client, GRACE, PASSWORD, status=303)
    here, _phone, third = clients
    page = here.get("/account")
    told = [line.text for line in page.html.select("section[aria-labelledby=sessions] .what")]
    assert len(told) == 3
    assert any("Firefox 140 on Windows" in line and "this browser" in line and "192.0.2.4" in line for line in told)
    assert any("Safari 17 on iPhone" in line and "this browser" not in line for line in told)
    phones = next(each.id for each in rows(app) if "iPhone" in each.user_agent)
    post(here, "/account/sessions", {"session": str(phones)}, status=303)
    assert [is_in(each) for each in clients] == [True, False, True]
    assert "Every other browser was signed out" in post(here, "/account/sessions", status=303).follow().text
    assert [is_in(each) for each in clients] == [True, False, False]
    assert is_in(third) is False
    own = rows(app)[0].id
    assert post(here, "/account/sessions", {"session": str(own)}, status=303).location.endswith("/sign-in")
    assert not is_in(here)


def test_nobody_ends_the_sessions_of_others(app: Any) -> None:
    client, other = signed_in(app, GRACE), signed_in(app, "e03@larkfield.example")
    post(other, "/account/sessions", {"session": str(rows(app)[0].id)}, status=303)
    assert is_in(client)
    post(client, "/account/sessions", {"session": "everything"}, status=400)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", "Unknown browser"),
        ("curl/8.5.0", "curl 8"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 400, "x" * 59 + "…"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
         "Chrome 138 on Linux"),
    ],
)  # fmt: skip
def test_devices_in_words(agent: str, words: str) -> None:
    assert device(agent) == words
