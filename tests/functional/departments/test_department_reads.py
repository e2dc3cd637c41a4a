"""What is told of a department: heads, second roles, places, past and plans, and addresses of other days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from myproject.directory.changes.change_sets import apply
from myproject.directory.departments import department_history as history
from myproject.directory.departments import department_people, department_tree
from myproject.directory.schema.clock import Clock, make_clock
from myproject.directory.schema.verbs import CloseDepartment, CreateDepartment, Move, MoveDepartment, RenameDepartment
from myproject.directory.visibility.audience import Viewer, colleague
from tests.conftest import engines_on
from tests.support.company import TODAY

VIEWER = colleague()
LAST = 5


def load(engines: Any) -> None:
    """The known company, then a reorganisation (#4) and what comes of it (#5)."""
    from tests.support.company import load as company

    company(engines)
    on = date(2026, 2, 1)
    reorganised = [
        MoveDepartment(department="PLAT", parent="LARK", on=on),
        RenameDepartment(department="PLAT", name="Foundations", on=on),
        Move(employee="E05", on=on, department="PEOPLE", is_head=True),
        CreateDepartment(code="LAB", name="Lab", parent="ENG", on=date(2020, 1, 1), until=date(2020, 12, 31)),
    ]
    later = [
        CreateDepartment(code="PLAT2", name="Platform", parent="SALES", on=date(2026, 3, 1)),
        CloseDepartment(department="PLAT2", last_day=date(2026, 12, 31)),
        Move(employee="E03", on=date(2026, 4, 1), is_head=False),
    ]
    for verbs in (reorganised, later):
        with engines.begin() as conn:
            apply(conn, verbs, today=TODAY, author="test", source="command")


@pytest.fixture(scope="module")
def conn(database: Any) -> Iterator[Connection]:
    """A connection to read by."""
    with engines_on(database, database.template("department reads", load)) as engines, engines.read.connect() as conn:
        yield conn


def clock(conn: Connection, as_of: date = TODAY, revision: int = LAST) -> Clock:
    known_at = None if revision == LAST else datetime(2026, 1, 1, tzinfo=UTC)
    made = make_clock(conn, today=TODAY, revision=LAST, present_day=TODAY, as_of=as_of)
    return replace(made, revision=revision, known_at=known_at, present=made.present and known_at is None)


def of(conn: Connection, at: Clock, code: str) -> department_tree.DepartmentNode:
    node = department_tree.tree(conn, at).find_by_code(code)
    assert node is not None
    return node


def test_the_tree_counts_alike_from_present_and_from_the_dated_rows(conn: Connection) -> None:
    now = clock(conn)
    assert now.present
    trees = []
    for at in (now, replace(now, present=False), replace(now, present=False, known_at=datetime.now(UTC))):
        department_tree._TREES.clear()
        trees.append(list(department_tree.tree(conn, at)))
    assert trees[0] == trees[1] == trees[2]
    assert trees[0][0].total == 12
    assert of(conn, clock(conn, date(2024, 3, 1)), "WEB").own == 4


def test_a_tree_without_counts_costs_one_query_and_is_the_same(conn: Connection) -> None:
    department_tree._TREES.clear()
    bare = department_tree.tree(conn, clock(conn), counts=False)
    assert not bare.counted
    full = department_tree.tree(conn, clock(conn))
    assert full.counted
    assert [node.path for node in bare] == [node.path for node in full]
    assert department_tree.tree(conn, clock(conn), counts=False) is full


def test_heads_are_those_of_the_day(conn: Connection) -> None:
    def names(at: Clock) -> dict[str, list[str]]:
        tree = department_tree.tree(conn, at)
        found = department_people.heads(conn, at, VIEWER, list(tree.order))
        return {tree[key].code: [head.name for head in heads] for key, heads in found.items()}

    assert names(clock(conn)) == {
        "LARK": ["Omar Haddad"],
        "ENG": ["Grace Hall"],
        "WEB": ["Bjørn Sørensen"],
        "PEOPLE": ["Noor Haddad", "Łukasz Żak"],
        "SALES": ["Kenji Itō"],
    }
    assert names(clock(conn, date(2026, 3, 31)))["PLAT"] == ["Adaeze Nwosu"]
    assert names(clock(conn, revision=1))["PLAT"] == ["Adaeze Nwosu"]
    closed = Viewer("colleagues", (("is_head", "people_team"),))
    assert department_people.heads(conn, clock(conn), closed, [1, 2]) == {}


def test_second_roles_are_told_apart_from_head_counts(conn: Connection) -> None:
    now = clock(conn)
    web = of(conn, now, "WEB")
    assert [
        (each.name, each.title, each.primary) for each in department_people.second_roles(conn, now, VIEWER, web.id)
    ] == [("Zoë de la Cruz", "Translator", False)]
    before = clock(conn, date(2024, 12, 31))
    assert department_people.second_roles(conn, before, VIEWER, web.id) == []


@pytest.mark.parametrize("only", [False, True])
def test_places_add_up_to_the_head_count(conn: Connection, only: bool) -> None:
    for day in (TODAY, date(2024, 3, 1), date(2026, 9, 2)):
        at = clock(conn, day)
        tree = department_tree.tree(conn, at)
        for node in tree:
            places = department_people.places(conn, at, VIEWER, tree, node.id, only=only)
            assert sum(place.people for place in places) == (node.own if only else node.total)
            sizes = [place.people for place in places if place.id]
            assert sizes == sorted(sizes, reverse=True)
            assert all(place.id is not None for place in places[:-1])
    hidden = Viewer("colleagues", (("location", "people_team"),))
    assert department_people.places(conn, clock(conn), hidden, department_tree.tree(conn, clock(conn)), 1) == ()


def told(conn: Connection, at: Clock, code: str) -> list[tuple[str, str, str, str, int, str]]:
    key = next(
        node.id
        for day in (TODAY, date(2020, 6, 1))
        for node in department_tree.tree(conn, clock(conn, day))
        if node.code == code
    )
    events = history.timeline(conn, at, VIEWER, key)
    assert [event.day for event in events] == sorted((event.day for event in events), reverse=True)
    return [(f"{e.day}", e.what, e.before, e.after, e.revision, e.phase) for e in events]


def test_the_timeline_tells_past_and_plans_with_their_change_sets(conn: Connection) -> None:
    assert told(conn, clock(conn), "PLAT") == [
        ("2026-04-01", "head_ends", "", "Adaeze Nwosu", 5, "past"),
        ("2026-02-01", "renamed", "Platform", "Foundations", 4, "past"),
        ("2026-02-01", "moved", "Engineering", "Larkfield", 4, "past"),
        ("2021-09-03", "head_begins", "", "Adaeze Nwosu", 1, "past"),
        ("2015-01-01", "created", "Engineering", "Platform", 1, "past"),
    ]
    assert told(conn, clock(conn), "WEB")[0] == ("2026-09-01", "renamed", "Web", "Web and Mobile", 3, "planned")
    assert told(conn, clock(conn, date(2026, 10, 1)), "WEB")[0][-1] == "past"
    assert told(conn, clock(conn, date(2025, 1, 1)), "PLAT")[0][-1] == "later"
    assert told(conn, clock(conn), "PLAT2") == [
        ("2027-01-01", "closed", "Platform", "", 5, "planned"),
        ("2026-03-01", "created", "Sales", "Platform", 5, "past"),
    ]
    assert [event[1] for event in told(conn, clock(conn), "LAB")] == ["closed", "created"]


def test_the_timeline_as_known_earlier_does_not_tell_what_came_later(conn: Connection) -> None:
    assert told(conn, clock(conn, revision=1), "PLAT") == [
        ("2021-09-03", "head_begins", "", "Adaeze Nwosu", 1, "past"),
        ("2015-01-01", "created", "Engineering", "Platform", 1, "past"),
    ]
    assert [event[1] for event in told(conn, clock(conn, revision=2), "WEB")] == ["head_begins", "created"]


@pytest.mark.parametrize(
    ("path", "names", "leads_to"),
    [
        ("larkfield/engineering/platform", ["Platform"], "larkfield/foundations"),
        ("larkfield/sales/platform", ["Platform"], "larkfield/sales/platform"),
        ("larkfield/engineering/foundations", [], None),
        ("larkfield/engineering/lab", ["Lab"], None),
        ("larkfield/sales/old-products", ["Old Products"], None),
        ("larkfield/engineering/web-and-mobile", ["Web and Mobile"], "larkfield/engineering/web"),
        ("platform", [], None),
        ("nowhere/at/all", [], None),
    ],
)
def test_addresses_of_other_days_are_found(conn: Connection, path: str, names: list[str], leads_to: str | None) -> None:
    now = clock(conn)
    found = history.elsewhere(conn, now, path.split("/"))
    assert [each.name for each in found] == names
    assert history.moved_to(found, department_tree.tree(conn, now)) == leads_to


def test_the_days_on_which_an_address_led_somewhere(conn: Connection) -> None:
    found = history.elsewhere(conn, clock(conn), ["larkfield", "engineering", "platform"])
    assert [(each.start, each.last) for each in found] == [(date(2015, 1, 1), date(2026, 1, 31))]
    later = history.elsewhere(conn, clock(conn), ["larkfield", "engineering", "web-and-mobile"])
    assert [(each.start, each.last) for each in later] == [(date(2026, 9, 1), None)]
    as_known_then = history.elsewhere(conn, clock(conn, revision=1), ["larkfield", "engineering", "platform"])
    assert as_known_then[0].last is None


def test_what_is_undated(conn: Connection) -> None:
    assert history.about(conn, 1) == (None, None)
    assert history.about(conn, 10**9) == (None, None)
