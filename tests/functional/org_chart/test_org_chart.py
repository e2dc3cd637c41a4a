"""The org chart as the domain tells it: one answer from `present` and from the dated rows, in few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event

from myproject.directory.changes.change_sets import apply
from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import tree
from myproject.directory.org_chart import between, find, focus, people, top
from myproject.directory.org_chart.atlas import HEAD, ROOM, Atlas, atlas
from myproject.directory.org_chart.people import NotShownError
from myproject.directory.schema.clock import Clock, make_clock
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import AddAssignment, ChangeManager, CreateDepartment, Join, Leave, Move, Verb
from myproject.directory.visibility.audience import Viewer, colleague
from tests.conftest import engines_on

TODAY = date(2026, 6, 15)
START = date(2020, 1, 1)
VIEWER = colleague()


def joins(wide: int = 60) -> list[Verb]:
    """Two trees and two people in none: A leads B and C; B leads `wide` people, the first leads two; X leads Y."""
    verbs: list[Verb] = [CreateDepartment(code=code, name=f"Department {code}", on=START) for code in ("D1", "D2")]

    def join(number: str, name: str, manager: str | None, department: str = "D1") -> None:
        card = Card(given_name=name, family_name=f"Family{number}")
        verbs.append(
            Join(
                employee_number=number,
                card=card,
                on=START,
                department=department,
                manager=manager,
                job_title=f"Title {number[0]}",
            )
        )

    join("A", "Ada", None)
    join("B", "Bo", "A")
    join("C", "Cy", "A", "D2")
    for place in range(wide):
        join(f"P{place:03}", f"Pat{place:03}", "B")
    join("Q1", "Quin", "P000")
    join("Q2", "Quill", "P000")
    join("X", "Xi", None, "D2")
    join("Y", "Yan", "X", "D2")
    join("Z1", "Zed", None)
    join("Z2", "Zoe", None)
    return verbs


def history() -> list[Verb]:
    """Changes past and planned, and lines that are not in the tree."""
    return [
        ChangeManager(employee="Q2", manager="C", on=date(2024, 1, 1)),
        Move(employee="Q2", on=date(2024, 1, 1), department="D2"),
        Leave(employee="P059", last_day=date(2025, 12, 31)),
        ChangeManager(employee="Y", manager="A", on=date(2026, 9, 1)),
        ChangeManager(employee="C", manager="X", on=date(2023, 1, 1), kind="dotted"),
        AddAssignment(employee="Q1", on=date(2023, 1, 1), department="D2", job_title="Second", manager="X"),
    ]


def load(engines: Any) -> None:
    """Two change sets."""
    for verbs in (joins(), history()):
        with engines.begin() as conn:
            apply(conn, verbs, today=TODAY, author="test", source="command")


Chart = tuple[Any, dict[str, int], int]


@contextmanager
def made(database: Any) -> Iterator[Chart]:
    """Engines, number -> id, revision."""
    with engines_on(database, database.template("org chart", load)) as engines:
        with engines.read.connect() as conn:
            rows = conn.exec_driver_sql("SELECT employee_number, id FROM employee").all()
        yield engines, dict(rows), 2


@pytest.fixture(scope="module")
def chart(database: Any) -> Iterator[Chart]:
    """For tests that only read."""
    with made(database) as chart:
        yield chart


@pytest.fixture
def own_chart(database: Any) -> Iterator[Chart]:
    """For a test that writes."""
    with made(database) as chart:
        yield chart


def clocks(conn: Connection, revision: int, as_of: date = TODAY) -> tuple[Clock, Clock, Clock]:
    """The same question put to `present`, to the rows known now, and to those known at the last revision."""
    present = make_clock(conn, today=TODAY, revision=revision, present_day=TODAY)
    assert present.present
    dated = replace(present, present=False)
    then = replace(dated, known_at=conn.exec_driver_sql("SELECT 1").scalar())
    return present, replace(dated, as_of=as_of), replace(then, as_of=as_of)


def everything(conn: Connection, clock: Clock, ids: dict[str, int]) -> list[Any]:
    """One answer of each kind, with nothing kept from the last time."""
    for kept in (department_tree._TREES, top._SUMMITS):
        kept.clear()
    tree(conn, clock)
    few = {number: ids[number] for number in ("A", "B", "C", "P000", "P059", "Q1", "Q2", "X", "Y", "Z1")}
    answers: list[Any] = [focus.focus(conn, clock, VIEWER, key, opened=(ids["B"], ids["P000"])) for key in few.values()]
    answers += [focus.focus(conn, clock, VIEWER, ids["B"], page=2)]
    answers += [top.top(conn, clock, VIEWER, opened=(ids["A"], ids["X"])), top.outside(conn, clock, VIEWER)]
    answers += [between.link(conn, clock, VIEWER, few["Q1"], other) for other in few.values()]
    ada = people.upward(conn, clock, VIEWER, [ids["A"]])[ids["A"]]
    answers += [find.find(conn, clock, VIEWER, q, ada) for q in ("pat01", "quil", "zed", "family")]
    answers += [atlas(conn, clock, VIEWER, [ids["A"], ids["X"]])]
    return answers


def test_present_and_the_dated_rows_give_one_answer(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        present, dated, then = (everything(conn, clock, ids) for clock in clocks(conn, revision))
    for one, other, third in zip(present, dated, then, strict=True):
        assert one == other == third


def test_the_focus_tells_chain_peers_reports_and_other_lines(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        clock = clocks(conn, revision)[0]
        found = focus.focus(conn, clock, VIEWER, ids["P000"])
        assert found is not None
        assert [person.name for person in found.chain] == ["Ada FamilyA", "Bo FamilyB"]
        assert [item.person.name for item in found.reports.items] == ["Quin FamilyQ1"]
        assert (found.person.reports, found.person.below) == (1, 1)
        assert found.peers_total == 58
        assert len(found.peers) == focus.BRANCH - 1
        quin = focus.focus(conn, clock, VIEWER, ids["Q1"])
        assert quin is not None
        assert [(line.person.id, line.kind, line.upward) for line in quin.others] == [(ids["X"], "solid", True)]
        boss = focus.focus(conn, clock, VIEWER, ids["X"])
        assert boss is not None
        assert {(line.person.id, line.kind, line.upward) for line in boss.others} == {
            (ids["C"], "dotted", False),
            (ids["Q1"], "solid", False),
        }
        assert focus.focus(conn, clock, VIEWER, ids["P059"]) is None
        assert focus.focus(conn, clock, VIEWER, 10**12) is None


def test_the_day_decides(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        _present, past, _then = clocks(conn, revision, date(2023, 6, 1))
        found = focus.focus(conn, past, VIEWER, ids["P000"])
        assert found is not None
        assert found.person.reports == 2
        assert focus.focus(conn, past, VIEWER, ids["P059"]) is not None
        _present, coming, _then = clocks(conn, revision, date(2026, 9, 2))
        assert [item.person.id for item in top.top(conn, coming, VIEWER).branch.items] == [ids["A"]]
        yan = focus.focus(conn, coming, VIEWER, ids["Y"])
        assert yan is not None
        assert [person.id for person in yan.chain] == [ids["A"]]
        before = focus.focus(conn, replace(past, as_of=date(2019, 1, 1)), VIEWER, ids["A"])
        assert before is None
        assert top.top(conn, replace(past, as_of=date(2019, 1, 1)), VIEWER).branch.items == []


def test_reports_come_in_pages_by_name(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        for clock in clocks(conn, revision):
            seen: list[int] = []
            positions: list[int] = []
            for page in (1, 2, 3):
                found = focus.focus(conn, clock, VIEWER, ids["B"], page=page)
                assert found is not None
                assert (found.reports.total, found.reports.pages) == (59, 2)
                seen += [item.person.id for item in found.reports.items]
                positions += [item.position for item in found.reports.items]
            assert len(seen) == len(set(seen)) == 59
            assert positions == list(range(1, 60))
            first = focus.focus(conn, clock, VIEWER, ids["B"])
            assert first is not None
            assert first.reports.rest == 9


def test_opened_branches_hang_where_they_belong(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        clock = clocks(conn, revision)[0]
        found = focus.focus(conn, clock, VIEWER, ids["A"], opened=(ids["P000"], ids["B"], ids["Y"], 10**15))
        assert found is not None
        bo, cy = found.reports.items
        assert bo.branch is not None
        assert cy.branch is None
        assert (len(bo.branch.items), bo.branch.rest) == (focus.BRANCH, 59 - focus.BRANCH)
        pat = bo.branch.items[0]
        assert pat.branch is not None
        assert [item.person.id for item in pat.branch.items] == [ids["Q1"]]


def test_the_top_shows_every_tree_and_counts_who_is_in_none(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        for clock in clocks(conn, revision):
            found = top.top(conn, clock, VIEWER, opened=(ids["X"],))
            assert [item.person.id for item in found.branch.items] == [ids["A"], ids["X"]]
            assert found.branch.items[1].branch is not None
            assert found.outside == 2
            assert found.placed + found.outside == tree(conn, clock).people
            assert [person.id for person in top.outside(conn, clock, VIEWER)] == [ids["Z1"], ids["Z2"]]
            assert top.outside(conn, clock, VIEWER, page=2) == []


@pytest.mark.parametrize(
    ("one", "other", "common", "ups"),
    [
        ("Q1", "Q2", "A", (2, 1)),
        ("Q1", "A", "A", (2, 0)),
        ("A", "Q1", "A", (0, 2)),
        ("P001", "P002", "B", (0, 0)),
        ("Q1", "Y", None, (3, 1)),
        ("Q1", "Q1", "Q1", (0, 0)),
        ("Q1", "X", None, (3, 0)),
        ("Z1", "Z2", None, (0, 0)),
    ],
)
def test_how_two_people_are_connected(
    chart: Any, one: str, other: str, common: str | None, ups: tuple[int, int]
) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        link = between.link(conn, clocks(conn, revision)[0], VIEWER, ids[one], ids[other])
        assert link is not None
        assert (link.common.id if link.common else None) == (ids[common] if common else None)
        assert (len(link.one_up), len(link.other_up)) == ups
        assert [line.kind for line in link.direct] == (["solid"] if (one, other) == ("Q1", "X") else [])


def test_finding_keeps_to_the_branch_and_tells_the_way(chart: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        for small in (find._SMALL, 0):
            # 0: the way that large branches are searched.
            monkeypatch.setattr(find, "_SMALL", small)
            for clock in clocks(conn, revision):
                known = people.upward(conn, clock, VIEWER, [ids["A"], ids["B"], ids["C"], ids["Q1"]])
                hits = find.find(conn, clock, VIEWER, "qui", known[ids["A"]])
                assert {hit.person.id: [step.id for step in hit.path] for hit in hits.hits} == {
                    ids["Q1"]: [ids["B"], ids["P000"]],
                    ids["Q2"]: [ids["C"]],
                }
                assert [hit.person.id for hit in find.find(conn, clock, VIEWER, "qui", known[ids["B"]]).hits] == [
                    ids["Q1"]
                ]
                assert find.find(conn, clock, VIEWER, "bo", known[ids["B"]]).hits == ()
                assert find.find(conn, clock, VIEWER, "zed", known[ids["A"]]).hits == ()
                assert find.find(conn, clock, VIEWER, "qui", known[ids["Q1"]]).hits == ()
                assert [hit.person.id for hit in find.find(conn, clock, VIEWER, "zed").hits] == [ids["Z1"]]
                near = find.find(conn, clock, VIEWER, "quyn", known[ids["A"]])
                assert near.near
                assert ids["Q1"] in [hit.person.id for hit in near.hits]


def lines_of(found: Atlas) -> list[Any]:
    return [line for page in found.pages for block in page.blocks for line in block.lines]


def test_an_atlas_holds_everyone_once_and_its_pages_refer_to_each_other(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        found = atlas(conn, clocks(conn, revision)[0], VIEWER, [ids["A"], ids["X"]])
    assert found is not None
    assert found.whole
    assert [page.number for page in found.pages] == list(range(1, len(found.pages) + 1))
    for page in found.pages:
        assert sum(HEAD + len(block.lines) for block in page.blocks) <= ROOM
    everyone = [line.person.id for line in lines_of(found)] + [ids["A"], ids["X"]]
    assert len(everyone) == len(set(everyone)) == 2 + 59 + 2 + 2 + 1
    numbers = {person.id: number for person, number in found.index}
    assert set(numbers) == set(everyone)
    begins = {block.person.id: page.number for page in reversed(found.pages) for block in page.blocks}
    for line in lines_of(found):
        assert line.page == begins.get(line.person.id)
        assert not line.cut
    parts = [block for page in found.pages for block in page.blocks if block.person.id == ids["B"]]
    assert [(block.part, block.parts) for block in parts] == [(1, 2), (2, 2)]
    assert parts[0].above == numbers[ids["B"]] == 1


def test_an_atlas_of_few_levels_says_what_is_cut(chart: Any) -> None:
    engines, ids, revision = chart
    with engines.read.connect() as conn:
        clock = clocks(conn, revision)[1]
        found = atlas(conn, clock, VIEWER, [ids["A"]], 1)
        assert found is not None
        assert (found.levels, found.whole, len(found.index)) == (1, False, 3)
        assert [line.cut for line in lines_of(found)] == [True, True]
        assert atlas(conn, clock, VIEWER, [10**12]) is None


def test_what_the_viewer_may_not_see_does_not_come_out(chart: Any) -> None:
    engines, ids, revision = chart
    closed = Viewer("colleagues", (("department", "people_team"), ("job_title", "people_team")))
    with engines.read.connect() as conn:
        clock = clocks(conn, revision)[0]
        found = focus.focus(conn, clock, closed, ids["B"])
        assert found is not None
        assert (found.person.title, found.person.department) == (None, None)
        assert all(item.person.title is None for item in found.reports.items)
        nobody = Viewer("colleagues", (("manager", "people_team"),))
        for answer in (
            lambda: focus.focus(conn, clock, nobody, ids["B"]),
            lambda: top.top(conn, clock, nobody),
            lambda: between.link(conn, clock, nobody, ids["A"], ids["B"]),
            lambda: find.find(conn, clock, nobody, "pat"),
            lambda: atlas(conn, clock, nobody, [ids["A"]]),
        ):
            with pytest.raises(NotShownError):
                answer()


def test_the_number_of_queries_does_not_grow(chart: Any) -> None:
    engines, ids, revision = chart
    counted: list[str] = []
    event.listen(engines.read, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def queries(read: Any, *args: Any, **kw: Any) -> int:
        counted.clear()
        assert read(conn, clock, VIEWER, *args, **kw)
        return len(counted)

    with engines.read.connect() as conn:
        for clock in clocks(conn, revision):
            everything(conn, clock, ids)  # trees, spans and summits are kept from here on
            opened = tuple(ids[each] for each in ("B", "P000", "P001", "P002", "C"))
            for number in ("B", "P000", "Q1"):
                assert queries(focus.focus, ids[number], opened=opened) <= 4
            bo = _person(conn, clock, ids["B"])
            assert queries(focus.branch, bo) == 1
            assert queries(focus.branch, bo, page=2) == 1
            assert queries(top.top, opened=(ids["A"],)) == 2
            assert queries(between.link, ids["Q1"], ids["Q2"]) == 2
            assert queries(atlas, [ids["A"]]) == 2


def _person(conn: Connection, clock: Clock, key: int) -> people.ChartPerson:
    return people.people_by_id(conn, clock, VIEWER, [key])[0]


def test_a_circle_in_the_table_ends_every_walk(own_chart: Any) -> None:
    """The engine refuses circles. Should one come about all the same, every page must still come."""
    engines, ids, revision = own_chart
    with engines.begin() as conn:
        statement = "UPDATE present SET manager_id = {} WHERE employee_id = {}"
        conn.exec_driver_sql(statement.format(ids["Q1"], ids["A"]))
    with engines.read.connect() as conn:
        clock = clocks(conn, revision)[0]
        for number in ("A", "B", "P000", "Q1"):
            found = focus.focus(
                conn, clock, VIEWER, ids[number], opened=tuple(ids[n] for n in ("A", "B", "P000", "Q1"))
            )
            assert found is not None
            assert len(found.chain) == 3
        assert between.link(conn, clock, VIEWER, ids["Q1"], ids["A"]) is not None
        assert find.find(conn, clock, VIEWER, "quin", _person(conn, clock, ids["A"])).hits
        round_ = atlas(conn, clock, VIEWER, [ids["A"]])
        assert round_ is not None
        assert len(round_.index) == len({person.id for person, _page in round_.index})
