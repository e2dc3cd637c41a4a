"""Jobs: what is wanted is done once, whatever fails, is cancelled, comes twice or dies."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.db.engines import Engines
from myproject.jobs import LEASE, ledger
from myproject.jobs.kinds import Args, GiveUpError, Kind, kinds
from myproject.jobs.ledger import JobState
from myproject.jobs.pool import Pool
from myproject.jobs.running import FIRST_PAUSE, LONGEST_PAUSE, LostError, Work, pause
from tests.support.jobs import SKILL, Number, Time, claimed, enqueued, insert, job_of, kind, skills

pytestmark = pytest.mark.usefixtures("nobody_is_told")


def test_what_is_wanted_is_done_once(engines: Engines, time: Time, does: Pool, inserts: Kind[Number]) -> None:
    number = enqueued(engines, inserts, time, 7)
    assert job_of(engines, number).state == JobState.DUE
    assert does.drain() == 1
    assert does.drain() == 0
    assert skills(engines) == ["skill 7"]
    done = job_of(engines, number)
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
            waits = job_of(engines, number)
            assert (waits.state, waits.attempt, waits.error) == (JobState.DUE, attempt, "ConnectionRefusedError")
            assert FIRST_PAUSE * 0.7 < waits.due_at - time() < FIRST_PAUSE * 2 * 1.3
            time.goes_on(60)
        assert does.drain() == 1
    dead = job_of(engines, number)
    assert (dead.state, dead.attempt, dead.attempts_left, dead.finished_at) == (JobState.DEAD, 3, 0, time())
    assert "secret" not in caplog.text
    with engines.begin() as conn:
        assert ledger.retry(conn, dead.id, time(), 3)
        assert not ledger.retry(conn, dead.id + 1, time(), 3)
    with kind(insert):
        assert does.drain() == 1
    assert job_of(engines, number).state == JobState.DONE


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
    assert (job_of(engines, number).state, job_of(engines, number).error) == (
        JobState.DEAD,
        "There is no such address.",
    )


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
    assert "knows no such kind" in str(job_of(engines, gone).error)
    assert "does not understand its arguments" in str(job_of(engines, odd).error)
    assert job_of(engines, number).state == JobState.DONE


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
    assert (job_of(engines, number).state, job_of(engines, number).attempt) == (JobState.DONE, 2)
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
    assert (job_of(engines, number).state, skills(engines)) == (JobState.DEAD, ["skill 1"])
    assert "ended before it was done" in str(job_of(engines, number).error)
    assert job_of(engines, behind).state == JobState.DONE


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
    assert job_of(engines, number).state == JobState.DEAD


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
        assert (job_of(engines, number).state, skills(engines)) == (JobState.CANCELLED, [])
        with engines.begin() as conn:
            assert not ledger.cancel(conn, number or 0, time())


def test_it_tells_how_far_it_is(engines: Engines, time: Time, does: Pool) -> None:
    def counts(work: Work, _args: Number) -> dict[str, Any]:
        work.progress(done=1, of=2)
        assert job_of(engines, work.job.id).progress == {"done": 1, "of": 2}
        return {"rows": 2}

    with kind(counts) as wanted:
        number = enqueued(engines, wanted, time)
        does.drain()
    assert (job_of(engines, number).state, job_of(engines, number).result) == (JobState.DONE, {"rows": 2})


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
