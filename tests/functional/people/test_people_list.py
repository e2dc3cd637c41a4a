"""The list of people: every filter in every order, page by page, from both sources, against plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from myproject.directory.people import people_list
from myproject.directory.people.listing import access_path, people_query
from myproject.directory.people.listing.filters import Filters, ListQueryError, Order, read_position, write_position
from myproject.directory.schema.clock import Clock, make_clock
from myproject.directory.schema.text import fold
from myproject.directory.visibility.audience import colleague
from myproject.models.department import Department
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill
from tests.conftest import engines_on
from tests.support import crowd
from tests.support.crowd import Someone

VIEWER = colleague()
KEYS = ("name", "job_title", "department", "location", "hired_on")
ORDERS = [Order(key, descending) for key in KEYS for descending in (False, True)]


class Ids:
    """Ids by natural key."""

    def __init__(self, conn: Connection) -> None:
        def of(model: Any, key: str) -> dict[str, int]:
            table = model.__table__
            return {row[0]: row[1] for row in conn.execute(sa.select(table.c[key], table.c.id))}

        self.people = of(Employee, "employee_number")
        self.departments = of(Department, "code")
        self.locations = of(Location, "code")
        self.titles = of(JobTitle, "name")
        self.skills = of(Skill, "name")


@pytest.fixture(scope="module")
def conn(database: Any) -> Iterator[Connection]:
    """The crowd."""
    with engines_on(database, database.template("crowd", crowd.load)) as engines, engines.read.connect() as conn:
        yield conn


@pytest.fixture(scope="module")
def ids(conn: Connection) -> Ids:
    return Ids(conn)


@pytest.fixture(scope="module")
def now(conn: Connection) -> Clock:
    clock = make_clock(conn, today=crowd.TODAY, revision=2, present_day=crowd.TODAY)
    assert clock.present
    return clock


Case = tuple[Callable[[Ids], Filters], Callable[[Someone], bool]]
CASES: dict[str, Case] = {
    "everyone": (lambda ids: Filters(), lambda who: True),
    "department": (
        lambda ids: Filters(department=ids.departments["A"]),
        lambda who: who.department in crowd.BELOW["A"],
    ),
    "department only": (
        lambda ids: Filters(department=ids.departments["A"], only=True),
        lambda who: who.department == "A",
    ),
    "whole": (lambda ids: Filters(department=ids.departments["TOP"]), lambda who: True),
    "location": (lambda ids: Filters(location=ids.locations["S"]), lambda who: who.location == "S"),
    "title": (lambda ids: Filters(job_title=ids.titles["Fitter"]), lambda who: who.title == "Fitter"),
    "manager": (lambda ids: Filters(manager=ids.people["C001"]), lambda who: who.manager == "C001"),
    "skill": (lambda ids: Filters(skill=(ids.skills["Rigging"],)), lambda who: "Rigging" in who.skills),
    "skills": (
        lambda ids: Filters(skill=tuple(ids.skills.values())),
        lambda who: who.skills == set(crowd.SKILLS),
    ),
    "joined": (
        lambda ids: Filters(hired_on_from=date(2012, 1, 1), hired_on_to=date(2013, 12, 31)),
        lambda who: date(2012, 1, 1) <= who.joined <= date(2013, 12, 31),
    ),
    "joined since": (
        lambda ids: Filters(hired_on_from=date(2014, 3, 1)),
        lambda who: who.joined >= date(2014, 3, 1),
    ),
    "all at once": (
        lambda ids: Filters(
            department=ids.departments["A"],
            location=ids.locations["N"],
            skill=(ids.skills["Welding"],),
            hired_on_to=date(2015, 1, 1),
        ),
        lambda who: (
            who.department in crowd.BELOW["A"]
            and who.location == "N"
            and "Welding" in who.skills
            and who.joined <= date(2015, 1, 1)
        ),
    ),
    "nobody": (
        lambda ids: Filters(location=ids.locations["N"], manager=ids.people["C089"]),
        lambda who: False,
    ),
    "searched": (lambda ids: Filters(q="berg"), lambda who: who.sort_name.startswith("berg ")),
    "searched in": (
        lambda ids: Filters(q="berg", location=ids.locations["N"]),
        lambda who: who.sort_name.startswith("berg ") and who.location == "N",
    ),
}


def expected(fits: Callable[[Someone], bool], order: Order) -> list[str]:
    """The numbers of a list, worked out by plain Python."""

    def key(who: Someone) -> tuple[Any, ...]:
        first: Any = {
            "name": "",
            "job_title": fold(who.title or ""),
            "department": fold(crowd.NAMES[who.department]),
            "location": fold(crowd.PLACES[who.location]) if who.location else "",
            "hired_on": who.joined,
        }[order.key]
        return (first, who.sort_name, who.number)

    return [who.number for who in sorted(filter(fits, crowd.PERSONS), key=key, reverse=bool(order.descending))]


def forth(conn: Connection, clock: Clock, filters: Filters, order: Order, size: int) -> list[people_list.PeoplePage]:
    """The pages of a list, one after the other."""
    pages = [people_list.page(conn, clock, VIEWER, filters, order, size=size)]
    while pages[-1].next is not None:
        place = read_position(write_position(pages[-1].next), order, "after")
        pages.append(people_list.page(conn, clock, VIEWER, filters, order, size=size, after=place))
    return pages


def back(
    conn: Connection, clock: Clock, filters: Filters, order: Order, size: int, last: people_list.PeoplePage
) -> list[Any]:
    """The pages of a list from its last to its first."""
    pages = [last]
    while pages[-1].previous is not None:
        place = read_position(write_position(pages[-1].previous), order, "before")
        pages.append(people_list.page(conn, clock, VIEWER, filters, order, size=size, before=place))
    return pages


def plain(pages: list[people_list.PeoplePage]) -> list[list[people_list.PersonRow]]:
    """The people of pages."""
    return [list(page.people) for page in pages]


@pytest.mark.parametrize("cheap", [2_000.0, 0.0], ids=["by the filter", "by the order"])
@pytest.mark.parametrize("case", CASES)
def test_pages_of_every_order(
    conn: Connection, ids: Ids, now: Clock, case: str, cheap: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_path, "_CHEAP", cheap)
    asked, fits = CASES[case]
    filters = asked(ids)
    dated = replace(now, present=False)
    for order in ORDERS:
        wanted = expected(fits, order)
        pages = forth(conn, now, filters, order, 19)
        rows = [who for page in pages for who in page.people]
        assert [who.employee_number for who in rows] == wanted, order
        assert [page.first for page in pages] == [19 * number for number in range(len(pages))]
        assert all(page.count == people_list.PeopleCount(len(wanted)) for page in pages)
        assert plain(back(conn, now, filters, order, 19, pages[-1])[::-1]) == plain(pages)
        then = forth(conn, dated, filters, order, 19)
        assert plain(then) == plain(pages), order
        assert [page.count for page in then] == [page.count for page in pages]
        assert plain(back(conn, dated, filters, order, 19, then[-1])[::-1]) == plain(pages)
        if not filters.q and not order.descending:
            chunks = people_list.chunks(conn, now, VIEWER, filters, order, size=40)
            assert [who.employee_number for _, chunk in chunks for who in chunk.people] == wanted


def test_what_is_told_of_each(conn: Connection, ids: Ids, now: Clock) -> None:
    page = people_list.page(conn, now, VIEWER, Filters(), Order(), size=200)
    told = {who.employee_number: who for who in page.people}
    names = {each.number: each.name for each in crowd.EVERYONE}
    zones = {code: zone for code, _, zone in crowd.LOCATIONS}
    assert told.keys() == {who.number for who in crowd.PERSONS}
    for who in crowd.PERSONS:
        row = told[who.number]
        assert (row.name, row.hired_on, row.job_title) == (who.name, who.joined, who.title)
        assert row.department_id == ids.departments[who.department]
        assert row.location == (crowd.PLACES[who.location] if who.location else None)
        assert row.time_zone == (zones[who.location] if who.location else None)
        assert row.manager == (names[who.manager] if who.manager else None)


def test_other_days_and_other_knowledge(conn: Connection, ids: Ids, now: Clock) -> None:
    early = replace(now, as_of=date(2012, 6, 1), present=False)
    there = {who.number for who in crowd.EVERYONE if who.joined <= early.as_of}
    page = people_list.page(conn, early, VIEWER, Filters(), Order(), size=200)
    assert {who.employee_number for who in page.people} == there
    assert page.count == people_list.PeopleCount(len(there))
    assert {who.job_title for who in page.people} == {"Beginner"}
    assert {who.manager for who in page.people} == {None}
    for order in ORDERS:
        pages = forth(conn, early, Filters(), order, 7)
        assert {who.employee_number for page in pages for who in page.people} == there
    # As it was known after the first change set, nobody had left and nobody reported to anybody.
    before = Clock(crowd.TODAY, crowd.TODAY, now.known_at, 1, present=False)
    before = replace(before, known_at=people_list._SOME_TIME)
    for order in ORDERS:
        pages = forth(conn, before, Filters(), order, 7)
        found = [who for page in pages for who in page.people]
        assert len(found) == len({who.id for who in found}) == crowd.SIZE
        assert {who.manager for who in found} == {None}
    nobody = people_list.page(conn, replace(early, as_of=date(1999, 1, 1)), VIEWER, Filters(), Order(), size=10)
    assert (list(nobody.people), nobody.count, nobody.next, nobody.previous) == (
        [],
        people_list.PeopleCount(0),
        None,
        None,
    )


def test_a_department_that_is_not_there_holds_nobody(conn: Connection, now: Clock) -> None:
    page = people_list.page(conn, now, VIEWER, Filters(department=999), Order(), size=10)
    assert (list(page.people), page.count) == ([], people_list.PeopleCount(0))
    assert list(people_list.chunks(conn, now, VIEWER, Filters(department=999), Order())) == []


def test_best_hits_by_pages(conn: Connection, ids: Ids, now: Clock) -> None:
    whole = people_list.page(conn, now, VIEWER, Filters(q="ada"), people_list.BEST, size=100)
    assert whole.people
    pages = forth(conn, now, Filters(q="ada"), people_list.BEST, 4)
    assert [who.id for page in pages for who in page.people] == [who.id for who in whole.people]
    assert plain(back(conn, now, Filters(q="ada"), people_list.BEST, 4, pages[-1])[::-1]) == plain(pages)
    found = people_list.page(conn, now, VIEWER, Filters(q="welding"), people_list.BEST, size=5)
    assert found.via[found.people[0].id] == ("skills",)


@pytest.mark.parametrize("cut", [0, 1, 3], ids=["all of them", "too few entries", "enough entries"])
def test_beginnings_of_names_by_pages(conn: Connection, now: Clock, cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Those who have left are among the entries that are cut; without any, everyone is looked up.
    monkeypatch.setattr(people_query, "_CUT", cut or 1_000)
    for start in ("b", "ber", "a", "ada", "van", "zzz"):
        for order in (Order(), Order("name", descending=True)):
            wanted = expected(lambda who: any(word.startswith(start) for word in who.sort_name.split()), order)  # noqa: B023
            pages = forth(conn, now, Filters(name=start), order, 3)
            assert [who.employee_number for page in pages for who in page.people] == wanted, (start, order)
            assert plain(back(conn, now, Filters(name=start), order, 3, pages[-1])[::-1]) == plain(pages)


def test_who_fits_is_counted_and_who_nearly_fits_is_not(
    conn: Connection, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = {word for who in crowd.PERSONS for word in who.sort_name.split() if word.startswith("berg")}
    fit = sum(not called.isdisjoint(who.sort_name.split()) for who in crowd.PERSONS)
    monkeypatch.setattr("myproject.directory.search.query.MOST", 10)
    found = people_list.page(conn, now, VIEWER, Filters(q="berg"), people_list.BEST, size=20)
    assert (found.count, found.near, found.capped) == (people_list.PeopleCount(fit), False, True)
    guessed = people_list.page(conn, now, VIEWER, Filters(q="brerg"), people_list.BEST, size=20)
    assert (guessed.count, guessed.near, guessed.capped) == (people_list.PeopleCount(10, more=True), True, True)


def test_hidden_fields_are_neither_shown_nor_asked(conn: Connection, ids: Ids, now: Clock) -> None:
    viewer = colleague({"hired_on": "people_team", "location": "people_team", "email": "self"})
    for clock in (now, replace(now, present=False)):
        page = people_list.page(conn, clock, viewer, Filters(), Order(), size=200)
        assert {(who.hired_on, who.location, who.location_id, who.time_zone, who.email) for who in page.people} == {
            (None, None, None, None, None)
        }
        assert all(who.phone for who in page.people)
        for filters, order, place in (
            (Filters(), Order("hired_on"), "sort"),
            (Filters(), Order("location", descending=True), "sort"),
            (Filters(location=1), Order(), "location"),
            (Filters(hired_on_to=date(2012, 1, 1)), Order(), "hired_on_to"),
        ):
            with pytest.raises(ListQueryError) as refused:
                people_list.page(conn, clock, viewer, filters, order, size=5)
            assert refused.value.place == place
            with pytest.raises(ListQueryError):
                list(people_list.chunks(conn, clock, viewer, filters, order))


def test_an_export_keeps_to_the_revision_at_which_it_began(database: Any) -> None:
    from myproject.directory.changes.change_sets import apply
    from myproject.directory.schema.verbs import Leave

    with engines_on(database, database.template("crowd", crowd.load)) as engines, engines.read.connect() as conn:
        now = make_clock(conn, today=crowd.TODAY, revision=2, present_day=crowd.TODAY)
        wanted = expected(lambda who: True, Order("department"))
        chunks = people_list.chunks(conn, now, VIEWER, Filters(), Order("department"), size=20)
        exported = [who.employee_number for who in next(chunks)[1].people]
        with engines.begin() as writing:
            leaves = [Leave(employee=number, last_day=date(2026, 6, 1)) for number in wanted[-5:]]
            apply(writing, leaves, today=crowd.TODAY, author="test", source="command")
        exported += [who.employee_number for _, chunk in chunks for who in chunk.people]
        assert exported == wanted
