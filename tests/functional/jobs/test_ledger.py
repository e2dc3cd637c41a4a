"""Jobs: what is wanted is done once, whatever fails, is cancelled, comes twice or dies."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.db.engines import Engines
from myproject.db.turns import DatabaseBusyError
from myproject.jobs import LEASE, ledger, running
from myproject.jobs.kinds import Args, GiveUpError, Kind, kinds
from myproject.jobs.ledger import JobState, LedgerRow
from myproject.jobs.pool import Pool
from myproject.jobs.running import FIRST_PAUSE, LONGEST_PAUSE, LostError, Work, pause
from myproject.models.vocabulary import Skill
from tests.support.jobs import Number, Time, kind, pool

SKILL = Skill.__table__


@pytest.fixture(autouse=True)
def nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was given up makes no further job here: `test_notifications.py` has that."""
    kinds()  # declared by the name that it has
    monkeypatch.setattr(running, "GIVEN_UP", "nobody is told")


@pytest.fixture
def time() -> Time:
    """The time that jobs go by."""
    return Time()


@pytest.fixture
def does(engines: Engines, time: Time) -> Pool:
    """What does the jobs."""
    return pool(engines, time)


def insert(work: Work, args: Number) -> None:
    """Add a row, and be done with it."""
    with work.finishing() as conn:
        name = f"skill {args.number}"
        conn.execute(sa.insert(SKILL).values(id=args.number + 1, name=name, sort_name=name))


@pytest.fixture
def inserts() -> Iterator[Kind[Number]]:
    """A kind of job that adds a row."""
    with kind(insert) as made:
        yield made


def enqueued(engines: Engines, wanted: Kind[Number], time: Time, number: int = 0, **options: Any) -> int | None:
    with engines.begin() as conn:
        return wanted.enqueue(conn, Number(number=number), now=time(), **options)


def job(engines: Engines, job_id: int | None) -> LedgerRow:
    with engines.read.connect() as conn:
        found = ledger.one(conn, job_id or 0)
    assert found is not None
    return found


def skills(engines: Engines) -> list[str]:
    with engines.read.connect() as conn:
        return list(conn.execute(sa.select(SKILL.c.name).order_by(SKILL.c.id)).scalars())


def claimed(engines: Engines, time: Time) -> LedgerRow | None:
    with engines.begin() as conn:
        return ledger.claim(conn, time())


def test_what_is_wanted_is_done_once(engines: Engines, time: Time, does: Pool, inserts: Kind[Number]) -> None:
    number = enqueued(engines, inserts, time, 7)
    assert job(engines, number).state == JobState.DUE
    assert does.drain() == 1
    assert does.drain() == 0
    assert skills(engines) == ["skill 7"]
    done = job(engines, number)
    assert (done.state, done.attempt, done.finished_at, done.lease_until) == (JobState.DONE, 1, time(), None)


def test_what_is_rolled_back_is_not_wanted(engines: Engines, time: Time, does: Pool, inserts: Kind[Number]) -> None:
    with engines.begin() as conn:
        inserts.enqueue(conn, Number(), now=time())
        conn.rollback()
    assert does.drain() == 0


def test_nothing_begins_before_it_is_due(engines: Engines, time: Time, does: Pool, inserts: Kind[Number]) -> None:
    enqueued(engines, inserts, time, due=time() + timedelta(hours=1))
    assert does.drain() == 0
    time.goes_on(3600)
    assert does.drain() == 1


def test_what_fails_is_tried_again_later_and_in_the_end_given_up(
    engines: Engines, time: Time, does: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_work: Work, args: Number) -> None:
        raise ConnectionRefusedError(f"secret {args.number}")

    with kind(fails, attempts=3) as wanted, caplog.at_level(logging.INFO):
        number = enqueued(engines, wanted, time, 77)
        for attempt in (1, 2):
            assert does.drain() == 1
            waits = job(engines, number)
            assert (waits.state, waits.attempt, waits.error) == (JobState.DUE, attempt, "ConnectionRefusedError")
            assert FIRST_PAUSE * 0.7 < waits.due_at - time() < FIRST_PAUSE * 2 * 1.3
            time.goes_on(60)
        assert does.drain() == 1
    dead = job(engines, number)
    assert (dead.state, dead.attempt, dead.attempts_left, dead.finished_at) == (JobState.DEAD, 3, 0, time())
    assert "secret" not in caplog.text
    with engines.begin() as conn:
        assert ledger.retry(conn, dead.id, time(), 3)
        assert not ledger.retry(conn, dead.id + 1, time(), 3)
    with kind(insert):
        assert does.drain() == 1
    assert job(engines, number).state == JobState.DONE


def test_pauses_grow_up_to_a_bound() -> None:
    pauses = [pause(attempt) for attempt in (1, 2, 5, 12, 40, 5000)]
    assert FIRST_PAUSE * 0.75 <= pauses[0] <= FIRST_PAUSE * 1.25
    assert sorted(pauses[:4]) == pauses[:4]
    assert all(each <= LONGEST_PAUSE * 1.25 for each in pauses)


def test_what_can_not_succeed_is_given_up_at_once(engines: Engines, time: Time, does: Pool) -> None:
    def refuses(_work: Work, _args: Number) -> None:
        raise GiveUpError("There is no such address.")

    with kind(refuses) as wanted:
        number = enqueued(engines, wanted, time)
        assert does.drain() == 1
    assert (job(engines, number).state, job(engines, number).error) == (JobState.DEAD, "There is no such address.")


def test_a_job_of_another_version_delays_nobody(
    engines: Engines, time: Time, does: Pool, inserts: Kind[Number]
) -> None:
    with kind(insert, "gone") as wanted:
        gone = enqueued(engines, wanted, time)
    odd = enqueued(engines, inserts, time)
    with engines.begin() as conn:
        conn.execute(sa.text("UPDATE job SET args = '{\"other\": 1}' WHERE id = :id"), {"id": odd})
    number = enqueued(engines, inserts, time, 5)
    assert does.drain() == 3
    assert "knows no such kind" in str(job(engines, gone).error)
    assert "does not understand its arguments" in str(job(engines, odd).error)
    assert job(engines, number).state == JobState.DONE


def test_of_one_unique_key_one_is_open(engines: Engines, time: Time, does: Pool, inserts: Kind[Number]) -> None:
    number = enqueued(engines, inserts, time, 1, unique="nightly")
    assert number is not None
    assert enqueued(engines, inserts, time, 2, unique="nightly") is None
    assert enqueued(engines, inserts, time, 3, unique="weekly") is not None
    does.drain()
    assert skills(engines) == ["skill 1", "skill 3"]
    assert enqueued(engines, inserts, time, 4, unique="nightly") is not None


def test_of_one_group_one_runs_at_a_time(engines: Engines, time: Time, inserts: Kind[Number]) -> None:
    first, second = (enqueued(engines, inserts, time, number, group="one receiver") for number in (1, 2))
    other = enqueued(engines, inserts, time, 3, group="another")
    begun = [claimed(engines, time) for _ in range(3)]
    assert [each and each.id for each in begun] == [first, other, None]
    with engines.begin() as conn:
        assert begun[0] is not None
        assert ledger.finish(conn, begun[0], time(), None)
    assert getattr(claimed(engines, time), "id", None) == second


def test_a_process_that_ends_leaves_its_job_to_another(
    engines: Engines, time: Time, does: Pool, inserts: Kind[Number]
) -> None:
    number = enqueued(engines, inserts, time, 1)
    lost = claimed(engines, time)
    assert lost is not None
    assert does.drain() == 0
    time.goes_on(LEASE.total_seconds() + 1)
    assert does.drain() == 1
    assert (job(engines, number).state, job(engines, number).attempt) == (JobState.DONE, 2)
    # It was only slow: what it writes by now counts for nothing.
    late = Work(lost, engines, {}, time, lambda *_: None)
    with pytest.raises(LostError):
        insert(late, Number(number=2))
    assert skills(engines) == ["skill 1"]


def test_a_job_that_kills_its_process_is_parked(
    engines: Engines, time: Time, does: Pool, inserts: Kind[Number]
) -> None:
    with kind(insert, "deadly", attempts=2) as wanted:
        number = enqueued(engines, wanted, time)
        for _ in range(2):
            assert claimed(engines, time) is not None
            time.goes_on(LEASE.total_seconds() + 1)
        behind = enqueued(engines, inserts, time, 1)
        assert does.drain() == 2
    assert (job(engines, number).state, skills(engines)) == (JobState.DEAD, ["skill 1"])
    assert "ended before it was done" in str(job(engines, number).error)
    assert job(engines, behind).state == JobState.DONE


def test_a_job_that_ends_its_process_again_and_again_is_begun_five_times(
    engines: Engines, time: Time, does: Pool
) -> None:
    with kind(insert, "deadly") as wanted:
        number = enqueued(engines, wanted, time)
        begun = 0
        while (taken := claimed(engines, time)) is not None and taken.attempts_left >= 0:
            begun += 1
            time.goes_on(LEASE.total_seconds() + 1)
        time.goes_on(LEASE.total_seconds() + 1)
        does.drain()
    assert begun == 5
    assert job(engines, number).state == JobState.DEAD


def test_what_is_cancelled_while_it_runs_writes_nothing(engines: Engines, time: Time, does: Pool) -> None:
    def cancelled_meanwhile(work: Work, _args: Number) -> None:
        with work.engines.begin() as conn:
            assert ledger.cancel(conn, work.job.id, time())
        with pytest.raises(LostError):
            work.progress(done=1)
        with work.finishing() as conn:
            conn.execute(sa.insert(SKILL).values(id=1, name="never", sort_name="never"))

    with kind(cancelled_meanwhile) as wanted:
        number = enqueued(engines, wanted, time)
        assert does.drain() == 1
        assert (job(engines, number).state, skills(engines)) == (JobState.CANCELLED, [])
        with engines.begin() as conn:
            assert not ledger.cancel(conn, number or 0, time())


def test_it_tells_how_far_it_is(engines: Engines, time: Time, does: Pool) -> None:
    def counts(work: Work, _args: Number) -> dict[str, Any]:
        work.progress(done=1, of=2)
        assert job(engines, work.job.id).progress == {"done": 1, "of": 2}
        return {"rows": 2}

    with kind(counts) as wanted:
        number = enqueued(engines, wanted, time)
        does.drain()
    assert (job(engines, number).state, job(engines, number).result) == (JobState.DONE, {"rows": 2})


def test_many_claim_and_each_job_goes_to_one(engines: Engines, time: Time, inserts: Kind[Number]) -> None:
    wanted = {enqueued(engines, inserts, time, number) for number in range(40)}
    gate = threading.Barrier(4)

    def claim_all(_number: int) -> list[int]:
        gate.wait()
        found = []
        # On PostgreSQL a claimer may find the one row that it looked at taken: it asks again.
        for _ in range(60):
            each = claimed(engines, time)
            found += [each.id] if each else []
        return found

    with ThreadPoolExecutor(4) as threads:
        claims = [number for each in threads.map(claim_all, range(4)) for number in each]
    assert len(claims) == len(set(claims))
    assert set(claims) == wanted


def test_what_is_done_is_forgotten_after_a_while_and_what_is_dead_is_not(
    engines: Engines, time: Time, does: Pool, inserts: Kind[Number]
) -> None:
    number = enqueued(engines, inserts, time)
    with kind(lambda _work, _args: (_ for _ in ()).throw(GiveUpError("No.")), "bad") as bad:
        dead = enqueued(engines, bad, time)
        does.drain()
    with engines.begin() as conn:
        assert ledger.prune(conn, time()) == 0
        assert ledger.prune(conn, time() + timedelta(days=1)) == 1
        assert ledger.one(conn, number or 0) is None
        assert ledger.counts(conn) == {"due": 0, "running": 0, "done": 0, "dead": 1, "cancelled": 0}
        assert [each.id for each in ledger.newest(conn, states=["dead"], kind="bad")] == [dead]


def test_every_kind_has_words_and_arguments_without_secrets() -> None:
    for name, each in kinds().items():
        assert each.label[:1].isupper(), name
        assert issubclass(each.args, Args)
        assert not {"token", "password", "link"} & set(each.args.model_fields), name


# --- threads that do them -----------------------------------------------------------------------------------


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that other threads do."""
    wait = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        wait.wait(0.02)
    raise AssertionError("it did not come")


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
    assert job(engines, number).state == JobState.RUNNING


def test_while_a_job_runs_its_lease_is_renewed(
    engines: Engines, time: Time, does: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myproject.jobs.pool.RENEWAL", 0.05)
    goes_on = threading.Event()

    with kind(lambda _work, _args: {"waited": goes_on.wait(20)}) as wanted:
        number = enqueued(engines, wanted, time)
        does.start(1)
        try:
            until(lambda: job(engines, number).state == JobState.RUNNING)
            time.goes_on(50)
            until(lambda: (job(engines, number).lease_until or time()) > time() + timedelta(seconds=50))
            goes_on.set()
            until(lambda: job(engines, number).state == JobState.DONE)
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
    assert (job(engines, number).state, job(engines, number).attempt) == (JobState.DONE, 2)


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
