"""Hidden people are nowhere: in no answer, count, chain or change set, except to those who may know of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from myproject.directory.changes import change_history
from myproject.directory.changes.change_sets import undo
from myproject.directory.departments import department_history as history
from myproject.directory.departments import department_people, department_tree
from myproject.directory.org_chart import atlas, between, find, focus, top
from myproject.directory.people import people_list
from myproject.directory.people.career.differences import of_people
from myproject.directory.people.career.timeline import timeline
from myproject.directory.people.listing.declared_filters import FILTERS
from myproject.directory.people.listing.filter_values import choices, find_employee
from myproject.directory.people.listing.filters import BEST, Filters, ListQueryError, Order
from myproject.directory.people.profile import absent, profile
from myproject.directory.schema.clock import Clock, clock_now, make_clock
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeAudience, Join
from myproject.directory.search.query import find as search
from myproject.directory.search.suggest import suggest
from myproject.directory.statistics import figures
from myproject.directory.visibility.audience import Viewer, hidden_from
from tests.conftest import Company, company_on
from tests.support import company as facts
from tests.support.audiences import HIDDEN, clocks, hide, write

NAMES = ("Adaeze", "Nwosu", "Rehired", "e03@", "e13@", "00 00 03", "E03", "E13")


def counted(page: people_list.PeoplePage) -> tuple[people_list.PeoplePage, people_list.PeopleCount]:
    """A page, which counts when it is asked to, with its count."""
    return page, page.count


def everything(conn: Connection, clock: Clock, viewer: Viewer, ids: dict[str, int]) -> dict[str, Any]:
    """Every answer of the domain to every question that this company allows."""
    everyone = sorted(ids.values())
    tree = department_tree.seen_tree(conn, clock, viewer)
    told: dict[str, Any] = {
        f"list {key}": counted(people_list.page(conn, clock, viewer, Filters(), Order.of(key), size=7))
        for key in ("name", "-name", "job_title", "department", "location", "-hired_on")
    }
    for filters in [Filters(department=node.id) for node in tree] + [
        *(Filters(department=node.id, only=True) for node in tree),
        *(Filters(manager=each) for each in everyone),
        *(
            Filters(q=q)
            for q in ("a", "nwosu", "rehired", "engineer", "python", "e03@larkfield.example", "E13", "oslo")
        ),
        Filters(skill=(1,)),
        Filters(job_title=3),
        Filters(hired_on_from=date(2017, 1, 1)),
    ]:
        told[f"page {filters}"] = counted(people_list.page(conn, clock, viewer, filters, Order(), size=3))
        told[f"all {filters}"] = [
            (page.people, page.via) for _, page in people_list.chunks(conn, clock, viewer, filters, Order("job_title"))
        ]
        if filters.q:
            told[f"best {filters}"] = counted(people_list.page(conn, clock, viewer, filters, BEST, size=3))
            told[f"suggest {filters}"] = suggest(conn, clock, viewer, filters.q)
            told[f"chart {filters}"] = find.find(conn, clock, viewer, filters.q)
    told["some"] = people_list.some(conn, clock, viewer, everyone)
    told["choices"] = choices(conn, clock, viewer, tree)
    told["tree"] = [(node.name, node.own, node.total) for node in tree]
    told["top"] = top.top(conn, clock, viewer, opened=everyone[:15])
    told["outside"] = top.outside(conn, clock, viewer)
    for each in everyone:
        told[f"profile {each}"] = profile(conn, clock, viewer, each)
        told[f"absent {each}"] = absent(conn, clock, viewer, each)
        told[f"timeline {each}"] = timeline(conn, clock, viewer, each)
        told[f"focus {each}"] = focus.focus(conn, clock, viewer, each, opened=everyone[:15])
        told[f"atlas {each}"] = atlas.atlas(conn, clock, viewer, [each])
        told[f"link {each}"] = between.link(conn, clock, viewer, each, ids["E05"])
    ids_of_departments = [node.id for node in tree]
    told["heads"] = department_people.heads(conn, clock, viewer, ids_of_departments)
    for department in ids_of_departments:
        told[f"second {department}"] = department_people.second_roles(conn, clock, viewer, department)
        told[f"places {department}"] = department_people.places(conn, clock, viewer, tree, department)
        told[f"history {department}"] = history.timeline(conn, clock, viewer, department)
    told["figures"] = figures.figures(conn, clock, viewer)
    told["sets"] = change_history.change_sets(conn, clock, viewer)
    for revision in range(1, clock.newest + 1):
        told[f"set {revision}"] = change_history.change_set(conn, clock, viewer, revision)
        told[f"lines {revision}"] = change_history.change_lines(conn, clock, viewer, revision)
        told[f"facts {revision}"] = of_people(conn, clock, viewer, revision, everyone)
    return told


@pytest.fixture(scope="module")
def hidden(database: Any, ini_settings: Any) -> Iterator[Company]:
    """The company in which two are hidden; for the whole module."""
    with company_on(database, ini_settings) as company:
        hide(company)
        yield company


@pytest.mark.slow
def test_hidden_people_are_nowhere(hidden: Company) -> None:
    ids = hidden.ids
    outsider = Viewer(employee=ids["E05"])
    with hidden.engines.read.connect() as conn:
        assert hidden_from(conn, clock_now(conn, facts.TODAY), outsider) == frozenset(ids[number] for number in HIDDEN)
        for name, clock in clocks(conn).items():
            for question, answer in everything(conn, clock, outsider, ids).items():
                text = repr(answer)
                for secret in NAMES:
                    assert secret not in text, (name, question, text)
            with pytest.raises(ListQueryError):
                find_employee(conn, clock, outsider, FILTERS["manager"], ids["E03"])
        every = everything(conn, clocks(conn)["now"], Viewer("people_team"), ids)
        assert all(name in repr(every) for name in ("Nwosu", "Rehired"))


@pytest.mark.slow
def test_present_and_the_dated_rows_hide_alike(hidden: Company) -> None:
    with hidden.engines.read.connect() as conn:
        day = clocks(conn)
        for viewer in (Viewer(), Viewer("people_team"), Viewer(employee=hidden.ids["E03"], manages=True)):
            now = everything(conn, day["now"], viewer, hidden.ids)
            dated = everything(conn, day["not rolled"], viewer, hidden.ids)
            for question, answer in now.items():
                if not question.startswith(("choices", "suggest")):
                    assert answer == dated[question], question


def test_counts_leave_the_hidden_out_and_the_chain_is_cut(hidden: Company) -> None:
    ids = hidden.ids
    with hidden.engines.read.connect() as conn:
        for name, clock in clocks(conn).items():
            if name in ("past", "known"):
                continue
            for viewer, fewer in ((Viewer(), 2), (Viewer("people_team"), 0)):
                whole = department_tree.tree(conn, clock).people
                listed = people_list.page(conn, clock, viewer, Filters(), Order(), size=50)
                tree = department_tree.seen_tree(conn, clock, viewer)
                assert listed.count.number == len(listed.people) == tree.people == whole - fewer
                assert figures.figures(conn, clock, viewer).headcount == whole - fewer
                shown = top.top(conn, clock, viewer)
                assert shown.placed + shown.outside == whole - fewer
                for node in tree:
                    filters = Filters(department=node.id)
                    assert people_list.page(conn, clock, viewer, filters, Order(), size=1).count.number == node.total
                    places = department_people.places(conn, clock, viewer, tree, node.id)
                    assert sum(place.people for place in places) == node.total
            grace = focus.focus(conn, clock, Viewer(), ids["E02"])
            assert grace is not None
            assert grace.reports.total == len(grace.reports.items) == grace.person.reports == 1
            lukasz = focus.focus(conn, clock, Viewer(), ids["E05"])
            assert lukasz is not None
            assert (lukasz.chain, lukasz.peers, lukasz.person.manager) == ((), (), None)
            if name in ("now", "not rolled"):
                assert {each.id for each in top.outside(conn, clock, Viewer())} == {ids["E05"], ids["E06"]}
            listed = people_list.page(conn, clock, Viewer(), Filters(), Order(), size=50)
            assert {each.manager for each in listed.people if each.id == ids["E05"]} == {None}


def test_people_see_themselves_and_those_below_them(own_company: Company) -> None:
    hide(own_company, "manager_line")
    ids = own_company.ids
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        of = {
            "self": Viewer(employee=ids["E03"]),
            "manager": Viewer(employee=ids["E02"], manages=True),
            "of both": Viewer(employee=ids["E01"], manages=True),
            "other": Viewer(employee=ids["E04"], manages=True),
        }
        assert {name: hidden_from(conn, clock, viewer) for name, viewer in of.items()} == {
            "self": frozenset({ids["E13"]}),
            "manager": frozenset({ids["E13"]}),
            "of both": frozenset(),
            "other": frozenset({ids["E03"], ids["E13"]}),
        }
        assert profile(conn, clock, of["self"], ids["E03"]) is not None
        assert ids["E03"] in search(conn, clock, of["manager"], "adaeze").ids
        assert ids["E03"] not in search(conn, clock, of["other"], "adaeze").ids
    hide(own_company, "administrators")
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        assert ids["E03"] in hidden_from(conn, clock, of["of both"])
        assert ids["E03"] in hidden_from(conn, clock, Viewer("people_team"))
        assert hidden_from(conn, clock, Viewer("administrators")) == frozenset()


def test_change_sets_about_the_hidden_are_not_there(hidden: Company) -> None:
    with hidden.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        last = clock.newest
        assert change_history.change_set(conn, clock, Viewer(), last) is None
        assert [each.revision for each in change_history.change_sets(conn, clock, Viewer())] == [3, 2, 1]
        assert [each.revision for each in change_history.change_sets(conn, clock, Viewer("people_team"))] == [
            last,
            3,
            2,
            1,
        ]
        first = change_history.change_set(conn, clock, Viewer(), 1)
        whole = change_history.change_set(conn, clock, Viewer("people_team"), 1)
        assert first is not None
        assert whole is not None
        assert whole.summary["join"] - first.summary["join"] == 2
        assert "rehire" in whole.summary
        assert "rehire" not in first.summary


def test_hiding_is_undone_and_kept_answers_follow(own_company: Company) -> None:
    ids = own_company.ids

    def listed(known_at: datetime | None = None) -> set[int]:
        with own_company.engines.read.connect() as conn:
            now = clock_now(conn, facts.TODAY)
            clock = make_clock(
                conn, today=facts.TODAY, revision=now.revision, present_day=facts.TODAY, known_at=known_at
            )
            page = people_list.page(conn, clock, Viewer(), Filters(q="platform"), BEST, size=50)
            counted = department_tree.seen_tree(conn, clock, Viewer()).find_by_code("PLAT")
            assert counted is not None
            assert counted.total == len(page.people) == page.count.number
            return {person.id for person in page.people}

    once = datetime(2026, 4, 1, tzinfo=UTC)
    assert ids["E03"] in listed() & listed(once)
    revision = hide(own_company)
    assert ids["E03"] not in listed() | listed(once)
    with own_company.engines.begin() as conn:
        undo(conn, revision, today=facts.TODAY, author="test")
    assert ids["E03"] in listed() & listed(once)


def test_long_lists_of_reports_lose_nobody_else(own_company: Company) -> None:
    """Pages of reports are counted off without the hidden."""
    joins = [
        Join(
            employee_number=f"N{n:03}", card=Card(given_name="New", family_name=f"Number {n:03}"), on=date(2026, 1, 1),
            department="SALES", manager="E09",
        )
        for n in range(120)
    ]  # fmt: skip
    write(own_company, *joins)
    write(own_company, *(ChangeAudience(employee=f"N{n:03}", audience="people_team") for n in (0, 7, 49, 50, 119)))
    with own_company.engines.read.connect() as conn:
        for clock in (clocks(conn)["now"], clocks(conn)["not rolled"]):
            names: list[str] = []
            for page in (1, 2, 3):
                found = focus.focus(conn, clock, Viewer(), own_company.ids["E09"], page=page)
                assert found is not None
                assert (found.reports.pages, found.reports.total) == (3, 117)
                names += [item.person.name for item in found.reports.items]
            assert len(names) == len(set(names)) == 117
            assert not {"New Number 000", "New Number 007", "New Number 049", "New Number 119"} & set(names)
            opened = focus.branches(conn, clock, Viewer(), [own_company.ids["E09"]])
            assert len(opened[own_company.ids["E09"]]) == focus.BRANCH
            listed: list[int] = []
            after = None
            while True:
                page_of = people_list.page(conn, clock, Viewer(), Filters(), Order(), size=25, after=after)
                listed += [person.id for person in page_of.people]
                if page_of.next is None:
                    break
                after = page_of.next
            assert (
                len(listed) == len(set(listed)) == page_of.count.number == department_tree.tree(conn, clock).people - 5
            )
