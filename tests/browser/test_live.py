"""Pages that are open while something changes, in two windows of a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from myproject.accounts import notifications, users
from myproject.accounts.invitation_jobs import InviteEveryone, invite_everyone
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import Move
from tests.browser.conftest import COLLEAGUE, PEOPLE_TEAM, Served, Who, served_from
from tests.conftest import NOW
from tests.support import company
from tests.support.company import TODAY

PATIENCE = 10_000


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, ini_settings: dict[str, str]) -> Iterator[Served]:
    """The organisation, for one test that changes it."""
    with served_from(tmp_path_factory.mktemp("live"), ini_settings, company.load) as served:
        yield served


def change(served: Served, title: str) -> None:
    """What somebody else does meanwhile, in another process."""
    with served.app.registry.engines.begin() as conn:
        apply(
            conn,
            [Move(employee="E05", on=TODAY, job_title=title)],
            today=TODAY,
            author="test",
            source="command",
            reason="",
        )


def has_said(page: Any, changes: int) -> None:
    """Wait until the page tells of so many changes."""
    from playwright.sync_api import expect

    said = f"Changes since you opened this page: {changes}"
    expect(page.locator("#live-changes span")).to_have_text(said, timeout=PATIENCE)


def test_an_open_page_says_how_much_has_changed_and_nothing_moves(own: Served, opened: Callable[..., Any]) -> None:
    page, other = opened(at=own), opened(at=own)
    page.goto("/employees")
    other.goto(own.address("/employees/{E09}"))
    before = page.locator("main").bounding_box()
    change(own, "First")
    note = page.locator("#live-changes")
    has_said(page, 1)
    assert note.is_visible()
    change(own, "Second")
    has_said(page, 2)
    assert page.locator("main").bounding_box() == before
    assert other.locator("#live-changes").is_hidden()
    note.locator("a").click()
    page.wait_for_load_state()
    assert page.locator("#live-changes").is_hidden()
    assert "Second" in page.locator("main").inner_text()


def test_a_form_in_one_window_is_heard_of_in_the_other(own: Served, opened: Callable[..., Any]) -> None:
    reader, editor = opened(at=own), opened(at=own, who=PEOPLE_TEAM)
    reader.goto(own.address("/employees/{E05}"))
    editor.goto(own.address("/employees/{E05}/edit"))
    editor.get_by_label("Desk").fill("7")
    editor.get_by_role("button", name="Save").click()
    reader.locator("#live-changes").wait_for(timeout=PATIENCE)
    # Whoever changed it sees it as it is now.
    assert editor.locator("#live-changes").is_hidden()


def test_a_page_whose_socket_is_lost_comes_back_and_has_missed_nothing(own: Served, opened: Callable[..., Any]) -> None:
    page = opened(at=own)
    page.goto("/employees")
    change(own, "First")
    has_said(page, 1)
    own.app.registry.live.stop()
    change(own, "Second")
    has_said(page, 2)


def test_where_no_socket_comes_through_the_page_asks(own: Served, opened: Callable[..., Any]) -> None:
    page = opened(at=own)
    page.route_web_socket("**/live/socket", lambda socket: socket.close())
    page.clock.install()
    page.goto("/employees")
    change(own, "First")
    for _ in range(20):
        page.clock.run_for(5_000)
        if page.locator("#live-changes").is_visible():
            break
    has_said(page, 1)


def test_without_scripts_the_page_offers_to_be_loaded_again(own: Served, opened: Callable[..., Any]) -> None:
    page = opened(at=own, scripts=False)
    page.goto("/employees")
    page.get_by_role("link", name="Reload to see changes").click()
    assert page.url.endswith("/employees")


def test_two_in_one_form_see_each_other(own: Served, opened: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    first, second = opened(at=own, who=PEOPLE_TEAM), opened(at=own, who=Who("e05@larkfield.example"))
    first.goto(own.address("/employees/{E05}/edit"))
    second.goto(own.address("/employees/{E05}/edit"))
    for page in (first, second):
        expect(page.locator("#live-others")).to_have_text("Others who have this form open: 1", timeout=PATIENCE)
    second.goto(own.address("/employees/{E05}"))
    expect(first.locator("#live-others")).to_be_hidden(timeout=PATIENCE)


def test_the_bell_counts_while_the_page_is_open(own: Served, opened: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = opened(at=own)
    page.goto("/changes")
    badge = page.locator(".bell .badge")
    expect(badge).to_be_hidden()
    app = own.app
    with app.registry.engines.begin() as conn:
        user = users.by_email(conn, COLLEAGUE.email)
        assert user is not None
        args = {"employee": own.ids["E02"], "day": "2026-07-01"}
        notifications.notify(conn, "new_manager", users=[user.id], args=args, now=NOW)
    app.registry.live.ring()
    expect(badge).to_have_text("1", timeout=PATIENCE)
    page.get_by_role("link", name="Notifications").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(badge).to_be_hidden()


def test_the_page_of_what_is_going_on_keeps_itself_up_to_date(own: Served, opened: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = opened(at=own, who=PEOPLE_TEAM)
    page.goto("/live")
    change(own, "First")
    expect(page.locator("section[aria-labelledby=latest] li")).to_have_count(4, timeout=PATIENCE)


def test_the_page_of_own_work_shows_how_it_ends(own: Served, opened: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = opened(at=own, who=PEOPLE_TEAM)
    own.app.registry.jobs.send = lambda *_: None
    with own.app.registry.engines.begin() as conn:
        user = users.by_email(conn, PEOPLE_TEAM.email)
        assert user is not None
        args = InviteEveryone(user=user.id, email=user.email, address=None, request_id=None, count=11)
        invite_everyone.enqueue(conn, args, now=NOW, user=user.id)
    page.goto("/me/jobs")
    line = page.locator(".lines .what")
    expect(line).to_contain_text("waiting")
    own.app.registry.jobs.drain()
    expect(line).to_contain_text("done", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
