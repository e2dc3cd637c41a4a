"""Signing in, signing out elsewhere, granting an editor, as people do it: by keyboard, and with scripts off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.accounts import PASSWORD, account, cookie_of
from tests.browser.conftest import ADMINISTRATOR, Served
from tests.conftest import NOW

SIOBHAN = "e07@larkfield.example"
KENJI = "e09@larkfield.example"


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_and_out_by_keyboard(opened: Callable[..., Any], served: Served, scripts: bool) -> None:
    account(served.app.registry.engines, SIOBHAN, password=PASSWORD)
    page = opened(who=None, scripts=scripts)
    page.goto("/employees?q=haddad")
    assert page.title().startswith("Sign in")
    page.keyboard.type(SIOBHAN)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.problem")
    assert page.locator("#email").input_value() == SIOBHAN
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/employees?q=haddad")
    page.locator(".account-menu summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    page.goto("/employees")
    assert page.title().startswith("Sign in")


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_out_elsewhere(opened: Callable[..., Any], served: Served, scripts: bool) -> None:
    account(served.app.registry.engines, SIOBHAN, password=PASSWORD)
    here, there = (opened(who=None, scripts=scripts) for _ in range(2))
    for page in (here, there):
        page.goto("/sign-in")
        page.fill("#email", SIOBHAN)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
    here.locator(".account-menu summary").click()
    here.get_by_role("link", name="Sign-in and security").click()
    here.get_by_role("button", name="Sign out everywhere else").click()
    here.wait_for_selector(".notice.done")
    assert here.locator(".tag.joined").inner_text() == "this one"
    there.goto("/employees")
    assert there.title().startswith("Sign in")


@pytest.mark.parametrize("scripts", [True, False])
def test_granting_an_editor(opened: Callable[..., Any], served: Served, scripts: bool) -> None:
    engines = served.app.registry.engines
    account(engines, KENJI)
    boss = account(engines, ADMINISTRATOR.email, role=ADMINISTRATOR.role, password=PASSWORD)
    # Long enough ago for the password to be asked for once more.
    token = cookie_of(served.app, boss, NOW - timedelta(hours=1))
    page = opened(who=None, scripts=scripts)
    cookie = {"name": served.app.registry.session_cookie, "value": token, "url": served.url}
    page.context.add_cookies([cookie])
    page.goto("/departments/larkfield/sales/")
    page.get_by_role("link", name="Add an editor").click()
    page.wait_for_url("**/roles/grant?**")
    page.fill("#who", "Kenji")
    page.get_by_role("button", name="Grant the role").click()
    page.wait_for_selector("#confirm_password")
    page.fill("#confirm_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/roles?**")
    assert "Kenji" in page.locator(".notice.done").inner_text()
    page.goto("/departments/larkfield/sales/")
    assert "Kenji" in page.locator("dt:has-text('Edited by') + dd").inner_text()
    page.goto("/roles")
    page.get_by_role("button", name="Take back: Kenji").click()
    page.wait_for_url("**/roles?**")
    assert page.get_by_role("button", name="Take back: Kenji").count() == 0


def test_the_menu_closes_when_something_else_is_wanted(page: Any) -> None:
    page.goto("/employees")
    menu, summary = page.locator(".account-menu"), page.locator(".account-menu summary")
    summary.click()
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert summary.evaluate("each => each === document.activeElement")
    summary.click()
    page.locator("h1").click()
    assert menu.get_attribute("open") is None
