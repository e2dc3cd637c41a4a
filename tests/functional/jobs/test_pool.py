"""The threads that do jobs: rung, too slow, beside others, and while the database can't be written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from myproject.db.engines import Engines
from myproject.db.turns import DatabaseBusyError
from myproject.jobs import LEASE, ledger
from myproject.jobs.kinds import Kind
from myproject.jobs.ledger import JobState
from myproject.jobs.pool import Pool
from myproject.jobs.running import Work
from tests.support.jobs import Number, Time, claimed, enqueued, job_of, kind, pool, skills, until

pytestmark = pytest.mark.usefixtures("nobody_is_told")


def test_a_pool_does_jobs_when_it_is_rung(engines: Engines, time: Time, does: Pool, inserts: Kind[Number]) -> None:
    does.start()
    try:
        for number in range(5):
            enqueued(engines, inserts, time, number)
            does.ring()
        until(lambda: len(skills(engines)) == 5)
    finally:
        does.stop()
    enqueued(engines, inserts, time, 6)
    does.ring()
    threading.Event().wait(0.1)
    assert len(skills(engines)) == 5


def test_of_two_pools_on_a_file_one_works_and_the_other_takes_over(
    engines: Engines, time: Time, inserts: Kind[Number]
) -> None:
    if engines.file is None:
        pytest.skip("a server is shared by all")
    first, second = pool(engines, time), pool(engines, time)
    first.start()
    until(lambda: len(first._threads) > 1)
    second.start()
    try:
        enqueued(engines, inserts, time, 1)
        first.ring()
        until(lambda: len(skills(engines)) == 1)
        assert len(second._threads) == 1
        # Claimed by a process that is gone: the new owner knows that it runs no more.
        first.stop()
        enqueued(engines, inserts, time, 2)
        assert claimed(engines, time) is not None or len(skills(engines)) == 2
        until(lambda: len(skills(engines)) == 2)
    finally:
        first.stop()
        second.stop()


def test_a_job_that_takes_too_long_is_let_go(
    engines: Engines, time: Time, does: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myproject.jobs.pool.RENEWAL", 0.05)
    let_go = threading.Event()

    def takes_long(work: Work, _args: Number) -> None:
        until(lambda: work.is_lost)
        let_go.set()
        work.check()

    with kind(takes_long, time_limit=timedelta(milliseconds=1)) as wanted:
        number = enqueued(engines, wanted, time)
        does.start(1)
        try:
            assert let_go.wait(20)
        finally:
            does.stop()
    assert job_of(engines, number).state == JobState.RUNNING


def test_while_a_job_runs_its_lease_is_renewed(
    engines: Engines, time: Time, does: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myproject.jobs.pool.RENEWAL", 0.05)
    goes_on = threading.Event()

    with kind(lambda _work, _args: {"waited": goes_on.wait(20)}) as wanted:
        number = enqueued(engines, wanted, time)
        does.start(1)
        try:
            until(lambda: job_of(engines, number).state == JobState.RUNNING)
            time.goes_on(50)
            until(lambda: (job_of(engines, number).lease_until or time()) > time() + timedelta(seconds=50))
            goes_on.set()
            until(lambda: job_of(engines, number).state == JobState.DONE)
        finally:
            goes_on.set()
            does.stop()


def test_an_attempt_that_was_let_go_ends_beside_the_next_one(engines: Engines, time: Time, does: Pool) -> None:
    begun: list[int] = []

    def twice(work: Work, _args: Number) -> None:
        begun.append(work.job.attempt)
        if work.job.attempt == 1:
            time.goes_on(LEASE.total_seconds() + 1)
            # Another thread claims it meanwhile, and is done before this one.
            assert does.drain() == 1
        with work.finishing():
            pass

    with kind(twice) as wanted:
        number = enqueued(engines, wanted, time)
        assert does.drain() == 1
    assert begun == [1, 2]
    assert (job_of(engines, number).state, job_of(engines, number).attempt) == (JobState.DONE, 2)


def test_a_pool_begins_once_the_database_can_be_written(
    engines: Engines, time: Time, does: Pool, inserts: Kind[Number], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myproject.jobs.pool.POLL", 0.01)
    monkeypatch.setattr("myproject.jobs.pool.RENEWAL", 0.01)
    tries: list[str] = []

    def fails_at_first(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            tries.append(name)
            if tries.count(name) == 1:
                raise DatabaseBusyError("another writer")
            return real(*args)

        return call

    monkeypatch.setattr(ledger, "release_all", fails_at_first("release", ledger.release_all))
    monkeypatch.setattr(Pool, "schedule", fails_at_first("schedule", Pool.schedule))
    enqueued(engines, inserts, time)
    does.start()
    try:
        until(lambda: len(skills(engines)) == 1)
        until(lambda: tries.count("schedule") >= 2)
    finally:
        does.stop()
    assert tries.count("release") == (2 if engines.file else 0)
