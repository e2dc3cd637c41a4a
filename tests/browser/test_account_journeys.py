"""What people do with their accounts, in a real browser: sign in, edit a card, send a portrait, sign out elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from myproject.accounts import links
from myproject.accounts.audit import Origin
from myproject.accounts.links import Purpose
from tests.browser.conftest import ADMINISTRATOR, PEOPLE_TEAM, Served, Who, served_from
from tests.conftest import NOW
from tests.support import company
from tests.support.accounts import PASSWORD, account, cookie_of

Opened = Callable[..., Any]
ADAEZE = Who("e03@larkfield.example")
SALES_HEAD = "e09@larkfield.example"


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """A server of its own for each test: these write."""
    with served_from(tmp_path_factory.mktemp("living"), ini_settings, company.load) as served:
        yield served


def sign_in(page: Any, who: Who, password: str = PASSWORD) -> None:
    page.goto("/employees?q=haddad")
    page.get_by_label("Email address").fill(who.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_sign_in_find_a_colleague_sign_out(opened: Opened, served: Served, scripts: bool) -> None:
    account(served.app.registry.engines, ADAEZE.email, password=PASSWORD)
    page = opened(who=None, scripts=scripts)
    sign_in(page, ADAEZE, "not the password")
    assert "password is wrong" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Email address").input_value() == ADAEZE.email
    assert page.get_by_label("Password").input_value() == ""
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    # On to where one wanted to go.
    page.wait_for_url("**/employees?q=haddad")
    page.get_by_role("link", name="Noor Haddad").click()
    page.locator("h1", has_text="Noor Haddad").wait_for()
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto("/employees")
    page.wait_for_url(re.compile("/sign-in"))


def test_sign_in_by_keyboard_alone(opened: Opened, served: Served) -> None:
    account(served.app.registry.engines, ADAEZE.email, password=PASSWORD)
    page = opened(who=None)
    page.goto("/sign-in")
    # The browser puts the cursor there once the page is drawn: what is typed before goes nowhere.
    page.locator("input[name=email]:focus").wait_for()
    page.keyboard.type(ADAEZE.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    page.locator(".account-menu summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()


@pytest.mark.parametrize(
    ("purpose", "place"),
    [
        (Purpose.SIGN_IN, "/sign-in/link/{}"),
        (Purpose.INVITE, "/sign-in/invitation/{}"),
        (Purpose.RESET, "/sign-in/reset/{}"),
        (Purpose.EMAIL, "/account/email/{}"),
    ],
)
def test_a_link_that_works_once_works(opened: Opened, served: Served, purpose: Purpose, place: str) -> None:
    """In a browser, which tells where a form was sent from; the page keeps its secret address from referrers."""
    engines = served.app.registry.engines
    known = account(engines, ADAEZE.email, password=None if purpose is Purpose.INVITE else PASSWORD)
    new = "adaeze@larkfield.example" if purpose is Purpose.EMAIL else None
    with engines.begin() as conn:
        token = links.make(conn, Origin("test", NOW), known, purpose, new_email=new)
    page = opened(who=None)
    referrers: list[str] = []
    page.on("request", lambda request: referrers.append(request.all_headers().get("referer", "")))
    page.goto(place.format(token))
    if purpose in (Purpose.INVITE, Purpose.RESET):
        page.get_by_label("New password").first.fill("nine green lanterns hum")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: token not in url)
    assert not any(token in referrer for referrer in referrers)
    page.goto(place.format(token))
    page.get_by_text("has been used").first.wait_for()


@pytest.mark.parametrize("scripts", [True, False])
def test_edit_ones_own_card(opened: Opened, served: Served, scripts: bool) -> None:
    page = opened(who=ADAEZE, scripts=scripts)
    page.goto(served.address("/employees/{E03}"))
    page.locator("main").get_by_role("link", name="Edit").first.click()
    page.get_by_label("Phone", exact=True).fill("no digits")
    page.get_by_label("Pronouns", exact=True).fill("she/her")
    page.get_by_role("button", name="Save").click()
    phone = page.get_by_label("Phone", exact=True)
    assert phone.get_attribute("aria-invalid") == "true"
    assert phone.input_value() == "no digits"
    assert page.get_by_label("Pronouns", exact=True).input_value() == "she/her"
    phone.fill("+47 22 12 34 56")
    page.get_by_role("button", name="Save").click()
    page.goto(served.address("/employees/{E03}"))
    assert "she/her" in page.locator(".profile-head").inner_text()
    assert "+47 22 12 34 56" in page.locator("main").inner_text()


def test_send_a_portrait(opened: Opened, served: Served) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (900, 700), "teal").save(picture, "JPEG")
    page = opened(who=ADAEZE)
    page.goto(served.address("/employees/{E03}/portrait"))
    page.locator("input[type=file]").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    page.get_by_role("button", name=re.compile("Save|Send|Use")).first.click()
    page.goto(served.address("/employees/{E03}"))
    shown = page.locator(".profile-head img")
    shown.wait_for()
    assert shown.evaluate("async (img) => { await img.decode(); return img.naturalWidth; }") >= 64
    # Colleagues see it in lists.
    other = opened()
    other.goto("/employees?q=nwosu")
    assert other.locator("main img").count() == 1


def test_sign_out_elsewhere(opened: Opened, served: Served) -> None:
    here, elsewhere = opened(who=ADAEZE), opened(who=ADAEZE)
    elsewhere.goto("/employees")
    here.goto("/account")
    assert here.get_by_text("this browser", exact=True).count() == 1
    here.get_by_role("button", name="Sign out everywhere else").click()
    elsewhere.goto("/employees")
    elsewhere.wait_for_url(re.compile("/sign-in"))
    here.goto("/employees")
    assert here.url.endswith("/employees")


def test_grant_an_editor(opened: Opened, served: Served) -> None:
    account(served.app.registry.engines, ADAEZE.email)
    administrator, editor = opened(who=ADMINISTRATOR), opened(who=ADAEZE)
    editor.goto(served.address("/employees/{E05}/edit"))
    assert "You are not allowed to see this page" in editor.locator("h1").inner_text()
    administrator.goto("/roles/grant")
    administrator.get_by_label("To whom").fill(ADAEZE.email)
    administrator.get_by_role("radio", name="Editor").check()
    administrator.locator("select[name=department]").select_option("ENG")
    administrator.get_by_role("button", name="Grant").click()
    administrator.wait_for_url(re.compile(r"/roles\?done=granted"))
    assert "Adaeze Nwosu" in administrator.locator("main").inner_text()
    editor.goto(served.address("/employees/{E05}/edit"))
    assert "Łukasz" in editor.locator("h1").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_grant_an_editor_of_the_department_at_hand(opened: Opened, served: Served, scripts: bool) -> None:
    engines = served.app.registry.engines
    account(engines, SALES_HEAD)
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
    assert "Kenji" in page.locator("dt:has-text('Editors') + dd").inner_text()
    page.goto("/roles")
    page.get_by_role("button", name="Revoke: Kenji").click()
    page.wait_for_url("**/roles?**")
    assert page.get_by_role("button", name="Revoke: Kenji").count() == 0


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


def test_tell_the_people_team(opened: Opened, served: Served) -> None:
    colleague, team = opened(scripts=False), opened(who=PEOPLE_TEAM, scripts=False)
    colleague.goto(served.address("/employees/{E05}"))
    colleague.get_by_role("link", name="Report a mistake").click()
    colleague.locator("select[name=subject]").select_option("job_title")
    colleague.locator("textarea").fill("He has been senior since May.")
    colleague.get_by_role("button", name=re.compile("Send|Tell")).click()
    team.goto("/inbox")
    team.get_by_role("link", name=re.compile("Żak")).first.click()
    assert "senior since May" in team.locator("main").inner_text()
    team.locator("textarea").fill("Corrected, thank you.")
    team.get_by_role("button", name=re.compile("[Dd]one")).first.click()
    colleague.goto("/me/reports")
    assert "Corrected, thank you." in colleague.locator("main").inner_text()
