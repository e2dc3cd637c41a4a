"""A plan in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from myproject.db.engines import Engines
from myproject.directory.changes import change_sets
from myproject.directory.changes.change_history import change_lines
from myproject.directory.changes.differences import differences
from myproject.directory.changes.plans import make_plan
from myproject.directory.schema import verbs
from myproject.directory.schema.clock import clock_now
from myproject.directory.schema.fields import Card
from myproject.directory.visibility.audience import EVERYTHING

TODAY = date(2026, 6, 15)
FIRST = date(2020, 1, 1)
LATER = date(2026, 7, 1)


def test_a_plan_is_told_in_words_before_it_is_applied(engines: Engines) -> None:
    with engines.begin() as conn:
        change_sets.apply(
            conn,
            [
                verbs.CreateDepartment(code="co", name="Company", on=FIRST),
                verbs.CreateDepartment(code="pay", name="Payments", parent="co", on=FIRST),
                verbs.Join(employee_number="1", card=Card(family_name="Hall"), on=FIRST, department="co"),
                verbs.Join(
                    employee_number="2", card=Card(given_name="Ada", family_name="Nwosu", skills=["Go"]), on=FIRST,
                    department="co", job_title="Engineer", manager="1",
                ),
                verbs.Join(employee_number="3", card=Card(family_name="Li"), on=FIRST, department="pay"),
            ],
            today=TODAY, author="test", source="test",
        )  # fmt: skip
        plan = make_plan(
            conn,
            [
                verbs.Move(employee="2", on=LATER, department="pay", job_title="Team lead"),
                verbs.ChangeManager(employee="2", manager="3", on=LATER),
                verbs.ChangeManager(employee="3", manager="1", kind="dotted", on=LATER, until=date(2026, 8, 31)),
                verbs.EditCard(employee="2", changes=Card(email="ada@example.org", skills=["Go", "Rust"])),
                verbs.Leave(employee="1", last_day=date(2026, 12, 31)),
                verbs.RenameDepartment(department="pay", name="Money", on=date(2027, 1, 1)),
                verbs.CreateLocation(code="osl", name="Oslo", time_zone="Europe/Oslo"),
            ],
            today=TODAY,
        )
        assert not plan.problems
        assert [str(difference) for difference in differences(conn, plan)] == [
            "Ada Nwosu (2): Email: ada@example.org",
            "Ada Nwosu (2): Skills: Go, Rust (was Go)",
            "Ada Nwosu (2): from 1 Jul 2026: moves from Company to Payments; job title: Team lead (was Engineer)",
            "Ada Nwosu (2): from 1 Jul 2026: reports to Li (3) instead of Hall (1)",
            "Li (3): from 1 Jul 2026 to 31 Aug 2026: has a dotted line to Hall (1)",
            "Hall (1): from 1 Jan 2027: no longer works here",
            "Hall (1): from 1 Jan 2027: no longer in Company",
            "Money: from 1 Jan 2027: name: Money (was Payments)",
            "Oslo: created",
        ]


def test_a_change_set_can_be_taken_back_once_the_later_one_has_been(engines: Engines) -> None:
    who: dict[str, Any] = {"today": TODAY, "author": "test", "source": "test"}
    with engines.begin() as conn:
        change_sets.apply(
            conn,
            [
                verbs.CreateDepartment(code="co", name="Company", on=FIRST),
                verbs.Join(employee_number="1", card=Card(family_name="Hall"), on=FIRST, department="co"),
            ],
            **who,
        )
        first = change_sets.apply(conn, [verbs.Move(employee="1", on=LATER, job_title="Lead")], **who)
        second = change_sets.apply(conn, [verbs.Move(employee="1", on=LATER, job_title="Head")], **who)
        with pytest.raises(change_sets.ChangeRefused, match=f"by #{second.revision}"):
            change_sets.undo(conn, first.revision or 0, **who)
        change_sets.undo(conn, second.revision or 0, **who)
        assert change_sets.undo(conn, first.revision or 0, **who).revision == 5


def test_an_item_of_a_change_set_names_skills_and_keeps_quiet_of_how_places_are_taken_back(engines: Engines) -> None:
    who: dict[str, Any] = {"today": TODAY, "author": "test", "source": "test"}
    with engines.begin() as conn:
        change_sets.apply(
            conn,
            [
                verbs.CreateLocation(code="osl", name="Oslo"),
                verbs.CreateDepartment(code="co", name="Company", on=FIRST),
                verbs.Join(employee_number="1", card=Card(family_name="H", skills=["Go"]), on=FIRST, department="co"),
            ],
            **who,
        )
        change_sets.apply(conn, [verbs.EditCard(employee="1", changes=Card(skills=["Rust", "Go"]))], **who)
        clock = clock_now(conn, TODAY)
        assert [line.changes for line in change_lines(conn, clock, EVERYTHING, 1)] == [{}, {}, {}]
        lines = change_lines(conn, clock, EVERYTHING, 2)
        assert [line.changes for line in lines] == [{"skills": [["Go"], ["Go", "Rust"]]}]
