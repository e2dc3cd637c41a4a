"""Random histories, against a plain model of the same rules: as of any day, as known at any revision.

A step is a tuple of small numbers from hypothesis, read as a verb about whoever exists by then. The model and the
directory must agree on whether it is allowed, and, whenever it is, on everything that is true on every day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myproject.db.engines import Engines
from myproject.directory.changes import change_sets
from myproject.directory.present import present_table
from tests.support.examples import examples
from tests.support.histories import STEPS, TODAY, Step, history
from tests.support.organisation_days import DAYS

pytestmark = pytest.mark.long

RANDOM = settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@RANDOM
@given(steps=STEPS)
def test_random_histories_agree_with_the_model(engines: Engines, steps: list[Step]) -> None:
    with history(engines) as both:
        for step in steps:
            both.step(step)
        both.agree()


@RANDOM
@given(steps=STEPS, back=st.lists(st.integers(0, 20), min_size=1, max_size=3))
def test_undoing_any_change_set_keeps_every_rule(engines: Engines, steps: list[Step], back: list[int]) -> None:
    """Older change sets are taken back or refused; what is there then obeys the rules, and known_at stays as it was."""
    with history(engines) as both:
        for step in steps:
            both.step(step)
        frozen = {revision: both.answer(10, revision) for revision in both.known}
        for choice in back:
            revisions = sorted(both.known)
            try:
                change_sets.undo(
                    both.conn, revisions[choice % len(revisions)], today=TODAY, author="test", partial=choice % 2 == 1
                )
            except change_sets.ChangeRefused:
                continue
        assert {revision: both.answer(10, revision) for revision in both.known} == frozen
        assert present_table.verify(both.conn) == []
        for on in DAYS:
            obeys(*both.answer(on, None))


def obeys(employed: set[int], jobs: set[Any], lines: set[Any], departments: set[Any]) -> None:
    """The rules of one day, on bare answers."""
    there = {row[0] for row in departments}
    parents = {row[0]: row[2] for row in departments}
    assert all(parent is None or parent in there for parent in parents.values())
    assert sorted(row[0] for row in jobs if row[5]) == sorted(employed)
    assert all(row[0] in employed and row[2] in there for row in jobs)
    held = {row[1] for row in jobs}
    assert all(line[1] in held and line[3] in employed and line[0] != line[3] for line in lines)
    solid: dict[int, tuple[int, int]] = {}
    for employee, assignment, kind, manager in lines:
        if kind == "solid":
            assert assignment not in solid
            solid[assignment] = (employee, manager)
    for start in there:
        at, seen = parents[start], {start}
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = parents[at]
    up: dict[int, set[int]] = {}
    for employee, manager in solid.values():
        up.setdefault(employee, set()).add(manager)
    for start, managers in up.items():
        level: set[int] = managers
        above: set[int] = set()
        while level:
            assert start not in level
            above |= level
            level = set().union(*(up.get(at, set()) for at in level)) - above


@pytest.mark.parametrize("days", [1, 5, 40, 400])
def test_present_rolls_forward_over_planned_changes(engines: Engines, days: int) -> None:
    with history(engines) as both:
        for step in [
            (0, 0, 2, 0, 0, 1),
            (1, 1, 12, 0, 0, 2),
            (6, 1, 13, 0, 1, 5),
            (3, 1, 16, 0, 0, 1),
            (16, 1, 14, 0, 0, 3),
        ]:
            both.step(step)
        present_table.roll_forward(both.conn, TODAY + timedelta(days=days))
        assert present_table.verify(both.conn) == []
        assert present_table.roll_forward(both.conn, TODAY + timedelta(days=days)) is False
