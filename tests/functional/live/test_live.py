"""Pages that listen: what they are told of changes, when, and what is kept from them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from myproject.accounts import sessions
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeAudience, CreateLocation, EditCard, Leave, Move, RenameDepartment
from tests.conftest import Company
from tests.support.accounts import ORIGIN, again, post
from tests.support.company import TODAY
from tests.support.listening import Page, code_of, newest_of, socket_of, waited_for
from tests.support.serving import ask, serving


class Told:
    """An organisation that is served, and pages of it."""

    def __init__(self, company: Company, port: int) -> None:
        self.company, self.port = company, port
        self.team = company.client("e08@larkfield.example", role="people_team")
        self.pages: list[Page] = []

    def page(self, client: Any, *topics: str, **more: Any) -> Page:
        """A page that shows some topics, `{E03}` for the id of an employee; told of all that has been until now."""
        page = Page(self.port, client, *(topic.format_map(self.company.ids) for topic in topics), **more)
        self.pages.append(page)
        return page

    def apply(self, *verbs: Any) -> int:
        """Apply a change as another process does, and wait for no poll."""
        with self.company.engines.begin() as conn:
            applied = apply(conn, list(verbs), today=TODAY, author="test", source="command", reason="")
        self.company.app.registry.live.ring()
        assert applied.revision is not None
        return applied.revision


@pytest.fixture
def told(own_company: Company) -> Iterator[Told]:
    """An organisation being served."""
    with serving(own_company.app) as port:
        told = Told(own_company, port)
        yield told
        for page in told.pages:
            with contextlib.suppress(ConnectionClosed):
                page.close()


def move(who: str, title: str = "Staff engineer") -> Move:
    return Move(employee=who, on=TODAY, job_title=title)


# --- what is told ---------------------------------------------------------------------------------------------


def test_a_page_is_told_of_what_it_shows_and_of_nothing_else(told: Told) -> None:
    everyone = told.page(told.company.testapp, "people")
    kenji = told.page(told.company.testapp, "person:{E09}")
    both = told.page(told.company.testapp, "person:{E05}", "person:{E09}", "people")
    revision = told.apply(move("E05"))
    assert everyone.next() == {"revision": revision, "topics": ["people"]}
    assert both.next() == {"revision": revision, "topics": [f"person:{told.company.ids['E05']}", "people"]}
    assert kenji.is_told_nothing()


def test_a_form_that_is_sent_tells_other_pages(told: Told) -> None:
    page = told.page(told.company.testapp, "person:{E05}")
    here = told.company.ids["E05"]
    forms = told.team.get(f"/employees/{here}/edit").forms.values()
    form = next(each for each in forms if "desk" in each.fields)
    form["desk"] = "7"
    answer = ask(
        told.port,
        "POST",
        f"/employees/{here}/edit",
        headers={
            "Cookie": "; ".join(f"{name}={value}" for name, value in told.team.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        },
        body="&".join(f"{name}={value}" for name, value in _urlencoded(form)).encode(),
    )
    assert answer.status == 303
    assert page.next()["revision"] == newest_of(told.team)


def _urlencoded(form: Any) -> list[tuple[str, str]]:
    return [(name, quote(value)) for name, value in form.submit_fields() if isinstance(value, str)]


def test_a_department_is_told_of_people_below_it_of_those_who_leave_it_and_of_itself(told: Told) -> None:
    with told.company.engines.read.connect() as conn:
        number = {row.code: row.id for row in conn.execute(sa.text("SELECT code, id FROM department"))}
    pages = {
        code: told.page(told.team, f"department:{number[code]}") for code in ("LARK", "ENG", "WEB", "PLAT", "SALES")
    }
    first = told.apply(Move(employee="E05", on=TODAY, department="WEB"))
    for code in ("LARK", "ENG", "WEB", "PLAT"):
        assert pages[code].next()["revision"] == first
    second = told.apply(RenameDepartment(department="PLAT", name="Foundations", on=TODAY))
    for code in ("LARK", "ENG", "PLAT"):
        assert pages[code].next()["revision"] == second
    assert pages["SALES"].is_told_nothing()
    assert pages["WEB"].is_told_nothing(0.05)


def test_whoever_reported_to_a_leaver_is_told_of_as_well(told: Told) -> None:
    page = told.page(told.team, "person:{E05}")
    revision = told.apply(Leave(employee="E03", last_day=TODAY))
    assert page.next()["revision"] == revision


def test_places_and_what_must_not_be_named_concern_every_page(told: Told) -> None:
    page = told.page(told.company.testapp, "person:{E09}")
    first = told.apply(CreateLocation(code="BER", name="Berlin"))
    assert page.next()["revision"] == first
    second = told.apply(ChangeAudience(employee="E05", audience="people_team"))
    assert page.next() == {"revision": second, "topics": [f"person:{told.company.ids['E09']}"]}


def test_a_page_is_told_what_it_has_missed_since_it_was_made(told: Told) -> None:
    made = newest_of(told.team)
    missed = [told.apply(move("E05", "One")), told.apply(move("E09", "Two")), told.apply(move("E05", "Three"))]
    page = told.page(told.team, "person:{E05}", revision=made)
    assert [page.next()["revision"], page.next()["revision"]] == [missed[0], missed[2]]
    assert page.is_told_nothing()


def test_a_page_that_has_missed_too_much_is_told_to_begin_anew(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myproject.directory.changes.affected.MANY_SETS", 2)
    made = newest_of(told.team)
    for title in ("One", "Two", "Three"):
        told.apply(move("E05", title))
    page = told.page(told.team, "person:{E09}", revision=made)
    assert page.next() == {"revision": made + 3, "resync": True}


def test_a_long_change_set_concerns_every_page(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myproject.directory.changes.affected.MANY_ITEMS", 2)
    page = told.page(told.team, "person:{E09}")
    revision = told.apply(move("E05"), move("E07"), move("E12"))
    assert page.next() == {"revision": revision, "topics": [f"person:{told.company.ids['E09']}"]}


def test_a_new_day_makes_every_page_old(told: Told, travel: Callable[[Any, Any], None]) -> None:
    page = told.page(told.team, "person:{E09}")
    assert page.is_told_nothing(0.1)
    travel(told.company.app, "2026-06-16T08:00:00+00:00")
    told.company.app.registry.live.ring()
    assert page.next()["resync"] is True


def test_topics_can_be_changed(told: Told) -> None:
    page = told.page(told.team, "person:{E09}")
    page.listen(f"person:{told.company.ids['E05']}")
    assert page.is_told_nothing(0.1)
    revision = told.apply(move("E05"))
    assert page.next()["revision"] == revision


@pytest.mark.parametrize("number", [20, pytest.param(200, marks=pytest.mark.long)])
def test_pages_miss_no_change_over_a_restart(told: Told, number: int) -> None:
    readers = [told.company.client(f"reader{n}@example.org") for n in range(number // 10)]
    pages = [told.page(readers[n // 10], "people") for n in range(number)]
    first = told.apply(move("E05", "Before"))
    assert [page.next()["revision"] for page in pages] == [first] * number
    told.company.app.registry.live.stop()
    for page in pages:
        assert code_of(page.connection) == 1001
    second = told.apply(move("E05", "Meanwhile"))
    opened = [told.page(readers[n // 10], "people", revision=first) for n in range(number)]
    assert [page.next()["revision"] for page in opened] == [second] * number


# --- two in one form ------------------------------------------------------------------------------------------


def test_two_in_one_form_are_told_of_each_other(told: Told) -> None:
    topic = "person-form:{E05}"
    name = topic.format_map(told.company.ids)
    first = told.page(told.team, topic)
    assert first.next() == {"form": name, "others": 0}
    owner = told.page(told.company.client("e05@larkfield.example"), topic)
    assert first.next() == owner.next() == {"form": name, "others": 1}
    same_person = told.page(told.team, topic)
    assert same_person.next() == {"form": name, "others": 1}
    assert first.next() == {"form": name, "others": 1}
    assert owner.next() == {"form": name, "others": 1}
    owner.close()
    assert first.next() == same_person.next() == {"form": name, "others": 0}


def test_who_may_not_edit_is_not_told_who_does(told: Told) -> None:
    told.page(told.team, "person-form:{E05}", "department-form:2")
    colleague = told.page(told.company.testapp, "person-form:{E05}", "department-form:2")
    assert colleague.is_told_nothing()


# --- what is kept from whom -------------------------------------------------------------------------------------


def test_nobody_is_told_of_those_whom_they_may_not_know(told: Told) -> None:
    told.apply(ChangeAudience(employee="E05", audience="people_team"))
    colleague = told.page(told.company.testapp, "people", "person:{E05}")
    team = told.page(told.team, "person:{E05}")
    revision = told.apply(move("E05"))
    assert team.next()["revision"] == revision
    assert colleague.is_told_nothing()


def test_an_edit_of_a_field_that_is_hidden_is_told_to_whoever_sees_it(told: Told) -> None:
    colleague = told.page(told.company.testapp, "people")
    person = told.page(told.company.client("e05@larkfield.example"), "person:{E05}")
    manager = told.page(told.company.client("e03@larkfield.example"), "person:{E05}")
    team = told.page(told.team, "person:{E05}")
    born = told.apply(EditCard(employee="E05", changes=Card(date_of_birth=date(1980, 1, 1))))
    assert person.next()["revision"] == team.next()["revision"] == born
    desk = told.apply(EditCard(employee="E05", changes=Card(desk="7")))
    assert colleague.next()["revision"] == desk
    assert team.next()["revision"] == desk
    assert manager.next()["revision"] in (born, desk)


def test_a_session_that_ends_takes_its_sockets_along(told: Told) -> None:
    client = told.company.client("e09@larkfield.example")
    page, other = told.page(client, "people"), told.page(told.team, "people")
    with told.company.engines.begin() as conn:
        found = conn.execute(sa.text("SELECT id FROM user_account WHERE email = 'e09@larkfield.example'")).scalar_one()
        sessions.end_all(conn, ORIGIN, found)
    told.company.app.registry.live.ring()
    assert code_of(page.connection) == 4401
    revision = told.apply(move("E05"))
    assert other.next()["revision"] == revision


def test_a_right_that_is_narrowed_narrows_what_is_told(told: Told) -> None:
    told.apply(ChangeAudience(employee="E05", audience="people_team"))
    page = told.page(told.team, "person:{E05}")
    post(again(told.team), "/view-as", {"whom": "colleague"})
    revision = told.apply(move("E05"))
    assert page.is_told_nothing(), revision


def test_a_right_that_is_narrowed_before_a_page_says_what_it_shows_narrows_what_is_told(told: Told) -> None:
    told.apply(ChangeAudience(employee="E05", audience="people_team"))
    other = told.page(told.team, "people")
    connection = socket_of(told.port, told.team)
    post(again(told.team), "/view-as", {"whom": "colleague"})
    topic = f"person:{told.company.ids['E05']}"
    connection.send(json.dumps({"topics": [topic], "revision": newest_of(told.team)}))
    told.apply(move("E05"))
    with pytest.raises(TimeoutError):
        connection.recv(0.5)
    assert other.is_told_nothing(0.1)
    connection.close()


def test_an_open_page_keeps_no_session_from_ending(told: Told, travel: Callable[[Any, Any], None]) -> None:
    registry = told.company.app.registry
    now = registry.now()
    client = told.company.client("e09@larkfield.example", at=now)
    page = told.page(client, "people")
    told.apply(move("E05"))
    assert page.next()
    for minutes in range(30, registry.session_limits.idle // timedelta(minutes=1) + 60, 30):
        travel(told.company.app, now + timedelta(minutes=minutes))
        with registry.engines.read.connect() as conn:
            known = conn.execute(sa.text("SELECT revision FROM counter")).scalar_one()
        client.get("/live/news", {"revision": known, "topic": "people"}, headers={"X-Open-Page": "1"}, status="*")
    told.apply(move("E05", "Title after hours"))
    assert code_of(page.connection) == 4401


# --- who may listen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:1", "http://localhost.evil.example", "null", "http://127.0.0.1"],
)
def test_pages_of_other_sites_open_no_socket(told: Told, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        socket_of(told.port, told.team, origin=origin)
    assert refused.value.response.status_code == 403


def test_a_request_without_an_origin_opens_no_socket(told: Told) -> None:
    with pytest.raises(InvalidStatus) as refused:
        socket_of(told.port, told.team, origin="")
    assert refused.value.response.status_code == 403


def test_who_is_not_signed_in_opens_no_socket(told: Told) -> None:
    stranger = again(told.team)
    stranger.reset()
    with pytest.raises(InvalidStatus) as refused:
        socket_of(told.port, stranger)
    assert refused.value.response.status_code == 401
    with pytest.raises(InvalidStatus) as refused:
        socket_of(told.port, stranger, Cookie=f"{told.company.app.registry.session_cookie}=forged")
    assert refused.value.response.status_code == 401


def test_an_account_has_ten_sockets_at_most(told: Told) -> None:
    pages = [told.page(told.team, "people") for _ in range(10)]
    with pytest.raises(InvalidStatus) as refused:
        socket_of(told.port, told.team)
    assert refused.value.response.status_code == 429
    pages.pop().close()
    assert waited_for(lambda: _opens(told))


def _opens(told: Told) -> bool:
    try:
        told.page(told.team, "people")
    except InvalidStatus:
        return False
    return True


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        "{}",
        '{"topics": ["people"]}',
        '{"topics": ["everything"], "revision": 1}',
        '{"topics": ["person:0"], "revision": 1}',
        '{"topics": ["person:1 "], "revision": 1}',
        '{"topics": ["people"], "revision": -1}',
        '{"topics": ["people"], "revision": "1"}',
        '{"topics": ["people"], "revision": 1, "as": "administrator"}',
        json.dumps({"topics": [f"person:{n}" for n in range(1, 30)], "revision": 1}),
    ],
)
def test_what_is_not_understood_ends_the_connection(told: Told, message: str) -> None:
    connection = socket_of(told.port, told.team)
    connection.send(message)
    assert code_of(connection) in (1007, 1008)


def test_junk_and_long_messages_end_their_connection_and_no_other(told: Told) -> None:
    good = told.page(told.team, "people")
    long = socket_of(told.port, told.team)
    long.send("x" * 70_000)
    assert code_of(long) == 1009
    binary = socket_of(told.port, told.team)
    binary.send(b"x")
    assert code_of(binary) == 1003
    reserved = socket_of(told.port, told.team)
    frame = bytearray(Frame(Opcode.TEXT, b"{}").serialize(mask=True))
    frame[0] |= 0x40
    reserved.socket.sendall(bytes(frame))
    assert code_of(reserved) == 1002
    revision = told.apply(move("E05"))
    assert good.next()["revision"] == revision


def test_the_address_answers_an_ordinary_request_like_any_that_is_not_there(told: Told) -> None:
    assert ask(told.port, "GET", "/live/socket").status == 404


# --- by an ordinary request -----------------------------------------------------------------------------------


def test_without_a_socket_a_page_asks_and_mostly_hears_that_nothing_is_new(told: Told) -> None:
    client, made = told.company.testapp, newest_of(told.team)
    topic = f"person:{told.company.ids['E05']}"
    first = client.get("/live/news", {"revision": made, "topic": topic})
    assert first.json == {"revision": made, "hints": [], "resync": False}
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/live/news", {"revision": made, "topic": topic}, headers=tag).status_int == 304
    revision = told.apply(move("E05"))
    later = client.get("/live/news", {"revision": made, "topic": topic}, headers=tag)
    assert later.json == {"revision": revision, "hints": [{"revision": revision, "topics": [topic]}], "resync": False}


def test_a_page_that_asks_wrongly_is_told_so(told: Told) -> None:
    client = told.company.testapp
    for query in ({}, {"revision": "x"}, {"revision": 1, "topic": "all"}, {"revision": 1, "sort": "name"}):
        assert client.get("/live/news", query, status=400)
