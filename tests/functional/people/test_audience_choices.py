"""Choosing who sees a field: what is chosen is taken back, undone and told; what is derived and kept follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from myproject.directory.changes import change_history
from myproject.directory.changes.change_sets import ChangeRefused as PlanRefused
from myproject.directory.changes.change_sets import undo
from myproject.directory.changes.differences import differences
from myproject.directory.changes.plans import make_plan
from myproject.directory.people import people_list
from myproject.directory.people.listing.filters import BEST, Filters, Order
from myproject.directory.present import present_table
from myproject.directory.schema.clock import clock_now, make_clock
from myproject.directory.schema.fields import AUDIENCES, NARROWABLE_FIELDS, Card
from myproject.directory.schema.verbs import ChangeAudience, ChangeManager, EditCard
from myproject.directory.search import index, verification
from myproject.directory.visibility.audience import Viewer, audiences_of, colleague
from tests.conftest import Company
from tests.support import company as facts
from tests.support.audiences import write


def test_choices_are_made_taken_back_and_undone(own_company: Company) -> None:
    him = own_company.ids["E05"]
    table = "phone", "mobile"

    def chosen() -> dict[str, Any]:
        with own_company.engines.read.connect() as conn:
            assert present_table.verify(conn) == []
            assert verification.verify(conn) == []
            return {name: audiences_of(conn, colleague(), him)[name].chosen for name in table}

    first = write(own_company, EditCard(employee="E05", audiences={"phone": "people_team", "mobile": "manager_line"}))
    assert chosen() == {"phone": "people_team", "mobile": "manager_line"}
    second = write(own_company, EditCard(employee="E05", audiences={"phone": None}))
    assert chosen() == {"phone": None, "mobile": "manager_line"}
    assert write(own_company, EditCard(employee="E05", audiences={"phone": "colleagues"})) == 0, "that changes nothing"
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        for viewer, told in (
            (Viewer(employee=him), {"audience.phone": ["people_team", None]}),
            (Viewer("people_team"), {"audience.phone": ["people_team", None]}),
            (colleague(), {}),
        ):
            assert [line.changes for line in change_history.change_lines(conn, clock, viewer, second)] == [told]
    with own_company.engines.begin() as conn, pytest.raises(PlanRefused, match="who may see “Phone” was changed since"):
        undo(conn, first, today=facts.TODAY, author="test")
    for revision in (second, first):
        with own_company.engines.begin() as conn:
            undo(conn, revision, today=facts.TODAY, author="test")
    assert chosen() == {"phone": None, "mobile": None}


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("skills", "Only the organisation decides"),
        ("name", "Only the organisation decides"),
        ("email", "Only the organisation decides"),
        ("job_title", "Only the organisation decides"),
        ("fone", "Did you mean phone?"),
        ("nonsense", "The fields are"),
    ],
)
def test_what_nobody_chooses_for(own_company: Company, field: str, message: str) -> None:
    with own_company.engines.begin() as conn:
        plan = make_plan(conn, [EditCard(employee="E05", audiences={field: "people_team"})], today=facts.TODAY)
        assert [problem.field for problem in plan.problems] == [f"audiences.{field}"]
        assert message in str(plan.problems[0])


def test_a_plan_is_told_to_who_may_see_it(own_company: Company) -> None:
    ids = own_company.ids
    write(own_company, ChangeAudience(employee="E03", audience="people_team"))
    edit = {"phone": "+47 11 11 11 11", "date_of_birth": "1980-01-01", "email": "l@larkfield.example"}
    verbs = [
        EditCard(employee="E05", changes=Card.model_validate(edit), audiences={"phone": "people_team"}),
        ChangeManager(employee="E05", manager="E04", on=date(2026, 9, 1)),
    ]
    with own_company.engines.begin() as conn:
        plan = make_plan(conn, verbs, today=facts.TODAY)
        clock = clock_now(conn, facts.TODAY)
        told = [each.text for each in differences(conn, plan, clock, colleague())]
        assert sorted(told) == [
            # Not instead of whom: they may not know that there was somebody.
            "Email: l@larkfield.example (was e05@larkfield.example)",
            "Phone: +47 11 11 11 11 (was +47 22 00 00 05)",
            "from 1 Sep 2026: reports to Bjørn Sørensen (E04)",
        ]
        own = [each.text for each in differences(conn, plan, clock, Viewer(employee=ids["E05"]))]
        assert "Phone: only visible to the people team" in own
        assert "Date of birth: 1 Jan 1980 (was 13 Jul 1971)" in own


def test_an_answer_of_once_forgets_what_is_kept_back_since(own_company: Company) -> None:
    """What was kept in the process for a past state of knowledge is not told any more."""
    him = own_company.ids["E05"]

    def found() -> set[int]:
        with own_company.engines.read.connect() as conn:
            now = clock_now(conn, facts.TODAY)
            once = datetime(2026, 4, 1, tzinfo=UTC)
            clock = make_clock(conn, today=facts.TODAY, revision=now.revision, present_day=None, known_at=once)
            return {
                each.id for each in people_list.page(conn, clock, Viewer(), Filters(q="22000005"), BEST, size=9).people
            }

    assert him in found()
    write(own_company, EditCard(employee="E05", audiences={"phone": "people_team"}))
    assert him not in found()


def test_what_is_derived_stays_right_whatever_is_chosen(own_company: Company) -> None:
    chance = Random(4)
    numbers = [number for number in own_company.ids if number != "E14"]
    revisions: list[int] = []
    for _ in range(40):
        number = chance.choice(numbers)
        audiences = {name: chance.choice([None, *AUDIENCES]) for name in chance.sample(NARROWABLE_FIELDS, 3)}
        verb: Any = chance.choice(
            [
                EditCard(employee=number, audiences=audiences),
                EditCard(employee=number, changes=Card(phone=f"+47 {chance.randrange(10**6, 10**7)}")),
                EditCard(employee=number, changes=Card(portrait=f"{chance.randrange(2**64):016x}")),
                ChangeAudience(employee=number, audience=chance.choice(AUDIENCES)),
            ]
        )
        if revisions and chance.random() < 0.2:
            with own_company.engines.begin() as conn:
                undo(conn, chance.choice(revisions), today=facts.TODAY, author="test", partial=True)
        elif revision := write(own_company, verb):
            revisions.append(revision)
    with own_company.engines.begin() as conn:
        assert present_table.verify(conn) == []
        assert verification.verify(conn) == []
        present_table.rebuild(conn, facts.TODAY)
        index.rebuild(conn)
        assert present_table.verify(conn) == []
        assert verification.verify(conn) == []
        now = clock_now(conn, facts.TODAY)
        for viewer in (Viewer(), Viewer("manager_line"), Viewer("people_team"), Viewer("administrators")):
            one, other = (
                [list(page.people) for _, page in people_list.chunks(conn, clock, viewer, Filters(), Order())]
                for clock in (now, replace(now, present=False))
            )
            assert one == other
