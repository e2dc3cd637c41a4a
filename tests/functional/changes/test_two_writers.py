"""Writers at once: no rule is broken, nothing acknowledged is lost, revisions come in the order of commits."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from myproject.db.engines import Engines
from myproject.db.turns import DatabaseBusyError
from myproject.directory.changes import change_sets
from myproject.directory.present import present_table
from myproject.directory.schema import verbs
from myproject.directory.schema.fields import Card
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.counter import Counter
from myproject.models.dated import is_current
from myproject.models.employee import Employee
from myproject.models.employment import ReportingLine

TODAY = date(2026, 6, 15)
JOINED = date(2020, 1, 1)
WHO: dict[str, Any] = {"today": TODAY, "author": "test", "source": "test"}


def settle(engines: Engines, people: int) -> None:
    with engines.begin() as conn:
        change_sets.apply(
            conn,
            [
                verbs.CreateDepartment(code="co", name="Company", on=JOINED),
                *(
                    verbs.Join(employee_number=str(n), card=Card(family_name=f"P{n}"), on=JOINED, department="co")
                    for n in range(1, people + 1)
                ),
            ],
            **WHO,
        )


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs at the same time; what each returned or raised."""
    results: list[Any] = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = jobs[place]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def change(engines: Engines, *wanted: verbs.Verb) -> int | None:
    with engines.begin() as conn:
        return change_sets.apply(conn, wanted, **WHO).revision


def test_of_two_that_would_close_a_circle_one_is_refused(engines: Engines) -> None:
    settle(engines, 2)
    for _ in range(10):
        first, second = together(
            lambda: change(engines, verbs.ChangeManager(employee="1", manager="2", on=TODAY)),
            lambda: change(engines, verbs.ChangeManager(employee="2", manager="1", on=TODAY)),
        )
        done, refused = sorted((first, second), key=lambda result: isinstance(result, Exception))
        assert isinstance(done, int)
        assert isinstance(refused, change_sets.ChangeRefused), refused
        with engines.begin() as conn:
            lines = ReportingLine.__table__
            assert len(conn.execute(select(lines.c.id).where(is_current(lines))).all()) == 1
            change_sets.undo(conn, done, **{**WHO, "source": "undo"})


def test_every_acknowledged_change_is_there_and_revisions_have_no_gap(engines: Engines) -> None:
    settle(engines, 30)

    def writer(seed: int) -> Callable[[], list[int]]:
        dice = random.Random(seed)

        def write() -> list[int]:
            done = []
            for number in range(12):
                employee, manager = dice.sample(range(1, 31), 2)
                choice: verbs.Verb = verbs.EditCard(employee=1, changes=Card(desk=f"{seed}-{number}"))
                if dice.random() < 0.6:
                    choice = verbs.ChangeManager(employee=employee, manager=manager, on=TODAY)
                try:
                    revision = change(engines, choice)
                except change_sets.ChangeRefused:
                    continue
                if revision is not None:
                    done.append(revision)
            return done

        return write

    results = together(*(writer(seed) for seed in range(6)))
    assert not [result for result in results if isinstance(result, Exception)]
    acknowledged = sorted(revision for done in results for revision in done)
    with engines.begin() as conn:
        recorded = conn.execute(select(ChangeSet.revision).order_by(ChangeSet.revision)).scalars().all()
        assert acknowledged == recorded[1:]
        assert recorded == list(range(1, len(recorded) + 1))
        assert conn.execute(select(Counter.revision)).scalar() == recorded[-1]
        assert present_table.verify(conn) == []
        # Each edit of the one card found the value that the edit before it had left: none was overwritten unseen.
        edits = conn.execute(
            select(ChangeItem.details).where(ChangeItem.verb == "edit_card").order_by(ChangeItem.revision)
        ).scalars()
        value = None
        for details in edits:
            before, after = details["changes"]["desk"]
            assert before == value
            value = after
        assert conn.execute(select(Employee.desk).where(Employee.id == 1)).scalar() == value


def test_threads_wait_for_each_other_in_the_process(engines: Engines) -> None:
    """Who changes the directory has the turn until the connection is given back, whatever became of the transaction."""
    settle(engines, 1)

    def edit(name: str, wait: float) -> None:
        with engines.begin(wait) as conn:
            change_sets.apply(conn, [verbs.EditCard(employee="1", changes=Card(family_name=name))], **WHO)

    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with suppress(RuntimeError), engines.begin() as conn, change_sets.ChangeSetWriter(conn, **WHO):
            held.set()
            assert done.wait(20)
            raise RuntimeError

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    with pytest.raises(DatabaseBusyError):
        edit("Early", 0.1)
    done.set()
    holder.join()
    edit("Late", 0)
    with engines.read.connect() as conn:
        assert conn.execute(select(Employee.__table__.c.family_name)).scalar_one() == "Late"
