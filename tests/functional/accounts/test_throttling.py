"""Limits on tries at a password: per account, per address, and so that nobody locks an owner out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from webtest import TestApp

from tests.conftest import NOW, app_on
from tests.functional.accounts.test_sign_in import GRACE, events, problem, sign_in
from tests.support.accounts import PASSWORD, account
from tests.support.threads import in_threads


def test_too_many_tries_have_to_wait(own_company: Any, ini_settings: Any, travel: Any) -> None:
    account(own_company.engines, GRACE, password=PASSWORD)
    with app_on(own_company.engines, ini_settings, **{"throttle.account": "3"}) as app:
        for _ in range(3):
            sign_in(TestApp(app), GRACE, "wrong", status=403)
        page = sign_in(TestApp(app), GRACE, PASSWORD, status=429)
        assert 0 < int(page.headers["Retry-After"]) <= 301
        assert "Try again in" in problem(page)
        # An address that nobody has is held off as well.
        for _ in range(3):
            sign_in(TestApp(app), "nobody@larkfield.example", "wrong", status=403)
        unknown = sign_in(TestApp(app), "nobody@larkfield.example", "wrong", status=429)
        assert problem(unknown) == problem(page)
        # From another place the owner gets in meanwhile.
        sign_in(TestApp(app, extra_environ={"REMOTE_ADDR": "198.51.100.9"}), GRACE, PASSWORD, status=303)
        travel(app, NOW + timedelta(minutes=6))
        sign_in(TestApp(app), GRACE, PASSWORD, status=303)
        assert events(app, event="sign_in.throttled")


def _from(app: Any, address: str) -> TestApp:
    """A browser somewhere."""
    return TestApp(app, extra_environ={"REMOTE_ADDR": address})


def test_tries_from_everywhere_do_not_lock_the_owner_out(own_company: Any, ini_settings: Any) -> None:
    account(own_company.engines, GRACE, password=PASSWORD)
    with app_on(own_company.engines, ini_settings, **{"throttle.account": "1", "throttle.everywhere": "10"}) as app:
        sign_in(_from(app, "198.51.100.9"), GRACE, PASSWORD, status=303)
        sign_in(_from(app, "2001:db8:1:2::7"), GRACE, PASSWORD, status=303)
        for number in range(10):
            sign_in(_from(app, f"203.0.113.{number}"), GRACE, "wrong", status=403)
        page = sign_in(_from(app, "203.0.113.99"), GRACE, PASSWORD, status=429)
        assert "Or have a link sent" in problem(page)
        # From where the owner has been before, and from another address of the same network.
        sign_in(_from(app, "198.51.100.9"), GRACE, PASSWORD, status=303)
        sign_in(_from(app, "2001:db8:1:2:aaaa::1"), GRACE, PASSWORD, status=303)
        # The way by mail is open from wherever the owner is.
        post = _from(app, "203.0.113.98").get("/sign-in/forgot").form
        post["email"] = GRACE
        post.submit(status=303)


@pytest.mark.slow
def test_forty_addresses_do_not_try_one_account_forty_times(own_company: Any, ini_settings: Any, travel: Any) -> None:
    account(own_company.engines, GRACE, password=PASSWORD)
    limits = {"throttle.account": "3", "throttle.address": "3", "throttle.everywhere": "4"}
    with app_on(own_company.engines, ini_settings, **limits) as app:

        def taken(start: int, email: str = GRACE) -> int:
            addresses = [f"203.0.113.{start + number}" for number in range(7)]
            return sum(sign_in(_from(app, each), email, "wrong", status="*").status_int == 403 for each in addresses)

        assert taken(0) == 4
        # Nobody's address is answered in the same way.
        assert taken(50, "nobody@larkfield.example") == 4
        # Every five minutes four more, but no more than twenty in a day.
        for times in range(1, 6):
            travel(app, NOW + timedelta(minutes=6 * times))
            assert taken(7 * times) == (4 if times < 5 else 0)
        page = sign_in(_from(app, "203.0.113.250"), GRACE, PASSWORD, status=429)
        assert "hours" in problem(page)
        travel(app, NOW + timedelta(hours=25))
        sign_in(_from(app, "203.0.113.250"), GRACE, PASSWORD, status=303)


def test_one_place_tries_no_more_than_so_many_accounts(own_company: Any, ini_settings: Any) -> None:
    with app_on(own_company.engines, ini_settings, **{"throttle.address": "4"}) as app:
        for number in range(4):
            sign_in(TestApp(app), f"somebody{number}@larkfield.example", "wrong", status=403)
        sign_in(TestApp(app), "another@larkfield.example", "wrong", status=429)


def test_tries_at_once_are_counted_like_tries_in_turn(own_company: Any, ini_settings: Any) -> None:
    account(own_company.engines, GRACE, password=PASSWORD)
    with app_on(own_company.engines, ini_settings, **{"throttle.account": "3"}) as app:
        pages = []
        for _ in range(8):
            client = TestApp(app)
            form = client.get("/sign-in").form
            form["email"], form["password"] = GRACE, "wrong"
            pages.append(form)
        statuses = in_threads(lambda number: pages[number].submit(status="*").status_int, 8, 1)
    assert set(statuses) <= {403, 429}
    assert statuses.count(403) <= 3


def test_a_limit_holds_in_every_process(own_company: Any, ini_settings: Any) -> None:
    account(own_company.engines, GRACE, password=PASSWORD)
    limit = {"throttle.account": "2"}
    engines = own_company.engines
    with app_on(engines, ini_settings, **limit) as one, app_on(engines, ini_settings, **limit) as other:
        sign_in(TestApp(one), GRACE, "wrong", status=403)
        sign_in(TestApp(other), GRACE, "wrong", status=403)
        sign_in(TestApp(one), GRACE, PASSWORD, status=429)
        sign_in(TestApp(other), GRACE, PASSWORD, status=429)
