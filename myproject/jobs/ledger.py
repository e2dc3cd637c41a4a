"""The ledger of jobs: what is wanted, what runs, what became of it. The one truth about background work.

    due -> running -> done
     ^        |--> due (failed, tried again later) --> ... --> dead
     |        `--> cancelled
     `-- retry of a dead or cancelled one

A process claims a job for a time (the lease) and renews that while it runs. What a job writes, and that it is done, is
one transaction, which counts only if the attempt is still the newest: so effects in the database happen exactly once,
whatever dies when. Effects elsewhere (mail) happen at least once, under the job's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.exc import IntegrityError

from myproject.jobs import LEASE
from myproject.models.job import BackgroundJob

_J = BackgroundJob.__table__
LONGEST_ERROR = 2000


class JobState(StrEnum):
    """What a job is in."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class LedgerRow(NamedTuple):
    """A row of the ledger."""

    id: int
    kind: str
    args: dict[str, Any]
    state: str
    due_at: datetime
    lease_until: datetime | None
    attempt: int
    attempts_left: int
    unique_key: str | None
    group_key: str | None
    user_id: int | None
    progress: dict[str, Any] | None
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


_ROW = [_J.c[name] for name in LedgerRow._fields]
_OPEN = _J.c.state.in_((JobState.DUE, JobState.RUNNING))
_ADD = insert(_J).returning(_J.c.id)

_NOW: BindParameter[datetime] = bindparam("now", type_=_J.c.due_at.type)
_other = _J.alias("other")
_GROUP_IS_FREE = or_(
    _J.c.group_key.is_(None),
    ~exists().where(_other.c.group_key == _J.c.group_key, _other.c.state == JobState.RUNNING, _other.c.id != _J.c.id),
)
_CLAIMABLE = or_(
    and_(_J.c.state == JobState.DUE, _J.c.due_at <= _NOW, _GROUP_IS_FREE),
    and_(_J.c.state == JobState.RUNNING, _J.c.lease_until < _NOW),
)
_NEXT = select(_J.c.id).where(_CLAIMABLE).order_by(_J.c.due_at, _J.c.id).limit(1)
_IS_ANY = select(exists(_NEXT.correlate(None)))
# An attempt whose process ended costs half of those that are left: a job that ends its process does so five times at
# most, where one that only fails may be tried sixteen times.
_COST = case(
    (and_(_J.c.state == JobState.RUNNING, _J.c.attempts_left > 1), (_J.c.attempts_left + 1) // 2),
    else_=1,
)
_BEGIN = (
    update(_J)
    .values(
        state=JobState.RUNNING,
        attempt=_J.c.attempt + 1,
        attempts_left=_J.c.attempts_left - _COST,
        lease_until=bindparam("until"),
        started_at=func.coalesce(_J.c.started_at, bindparam("now_", type_=_J.c.started_at.type)),
    )
    .returning(*_ROW)
)
_CLAIM = _BEGIN.where(_J.c.id == _NEXT.with_for_update(skip_locked=True).scalar_subquery())
_CLAIM_ONE = _BEGIN.where(_J.c.id == bindparam("one"), _CLAIMABLE)


_DUE = select(_J.c.id).where(_CLAIMABLE).order_by(_J.c.due_at, _J.c.id)


def add(conn: Connection, values: dict[str, Any]) -> int | None:
    """A new job; None where an open one has the same unique key."""
    values = {"state": JobState.DUE, "attempt": 0, **values}
    if values.get("unique_key") is None:
        return int(conn.execute(_ADD, values).scalar_one())
    key = values["unique_key"]
    if conn.execute(select(_J.c.id).where(_J.c.unique_key == key, _OPEN)).first():
        return None
    try:
        with conn.begin_nested():
            return int(conn.execute(_ADD, values).scalar_one())
    except IntegrityError:  # somebody else, at this moment
        return None


def is_any_due(conn: Connection, now: datetime) -> bool:
    """Whether `claim` would find something: a read, for whoever asks often."""
    return bool(conn.execute(_IS_ANY, {"now": now}).scalar())


def due(conn: Connection, now: datetime, limit: int) -> list[int]:
    """The ids of the next jobs that can be claimed."""
    return list(conn.execute(_DUE.limit(limit), {"now": now}).scalars())


def claim(conn: Connection, now: datetime, one: int | None = None) -> LedgerRow | None:
    """The next job that is due, or `one` if it is: for this process alone, until its lease ends. None where none is.

    A job whose lease has ended is claimed again: its process is gone, or too slow. Its `attempts_left` is -1 where it
    had none left: then it is not to be begun.
    """
    try:
        with conn.begin_nested():
            values = {"now": now, "now_": now, "until": now + LEASE}
            row = conn.execute(*((_CLAIM, values) if one is None else (_CLAIM_ONE, {**values, "one": one}))).first()
    except IntegrityError:  # another process has just begun one of the same group
        return None
    return LedgerRow._make(row) if row else None


def renew(conn: Connection, job: LedgerRow, now: datetime) -> bool:
    """Keep a job for another lease. False where it was cancelled, or another attempt has begun."""
    return bool(conn.execute(_mine(job).values(lease_until=now + LEASE)).rowcount)


def note_progress(conn: Connection, job: LedgerRow, progress: dict[str, Any]) -> bool:
    """Say how far it is. False as with `renew`."""
    return bool(conn.execute(_mine(job).values(progress=progress)).rowcount)


def finish(conn: Connection, job: LedgerRow, now: datetime, result: dict[str, Any] | None) -> bool:
    """Done. False where the attempt is no longer the newest: what it wrote must be rolled back."""
    done = {"state": JobState.DONE, "finished_at": now, "lease_until": None, "result": result, "error": None}
    return bool(conn.execute(_mine(job).values(done)).rowcount)


def fail(conn: Connection, job: LedgerRow, now: datetime, error: str, again: datetime | None) -> bool:
    """An attempt failed: the next one from `again` on, or none. False as with `finish`."""
    values: dict[str, Any] = {"lease_until": None, "error": error[:LONGEST_ERROR]}
    if again is None:
        values |= {"state": JobState.DEAD, "finished_at": now}
    else:
        values |= {"state": JobState.DUE, "due_at": again}
    return bool(conn.execute(_mine(job).values(values)).rowcount)


def release_all(conn: Connection) -> int:
    """Give back every job that runs, for the one process of a database: none of them runs any more."""
    values = {"state": JobState.DUE, "lease_until": None}
    return conn.execute(update(_J).where(_J.c.state == JobState.RUNNING).values(values)).rowcount


def cancel(conn: Connection, job_id: int, now: datetime) -> bool:
    """Cancel a job that is open. One that runs is stopped where it next asks, and writes nothing more."""
    values = {"state": JobState.CANCELLED, "finished_at": now, "lease_until": None}
    return bool(conn.execute(update(_J).where(_J.c.id == job_id, _OPEN).values(values)).rowcount)


def retry(conn: Connection, job_id: int, now: datetime, attempts: int) -> bool:
    """Try a dead or cancelled job again, and one that waits for its next attempt at once.

    False where there is nothing to try. Raises IntegrityError where an open job has its unique key by now.
    """
    may = _J.c.state.in_((JobState.DEAD, JobState.CANCELLED, JobState.DUE))
    values = {"state": JobState.DUE, "due_at": now, "finished_at": None, "attempts_left": attempts}
    return bool(conn.execute(update(_J).where(_J.c.id == job_id, may).values(values)).rowcount)


def prune(conn: Connection, before: datetime) -> int:
    """Forget jobs that were done or cancelled before a moment. Dead ones stay until somebody has looked at them."""
    over = _J.c.state.in_((JobState.DONE, JobState.CANCELLED)) & (_J.c.finished_at < before)
    return conn.execute(delete_from(_J).where(over)).rowcount


def one(conn: Connection, job_id: int) -> LedgerRow | None:
    """A job by its id."""
    row = conn.execute(select(*_ROW).where(_J.c.id == job_id)).first()
    return LedgerRow._make(row) if row else None


def newest(
    conn: Connection,
    *,
    states: Sequence[str] = (),
    kind: str | None = None,
    user: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[LedgerRow]:
    """Jobs, the newest first, from the one before an id on."""
    query = select(*_ROW).order_by(_J.c.id.desc()).limit(limit)
    if states:
        query = query.where(_J.c.state.in_(states))
    if kind is not None:
        query = query.where(_J.c.kind == kind)
    if before is not None:
        query = query.where(_J.c.id < before)
    if user is not None:
        query = query.where(_J.c.user_id == user)
    return [LedgerRow._make(row) for row in conn.execute(query)]


def counts(conn: Connection) -> dict[str, int]:
    """How many there are, by state."""
    found = conn.execute(select(_J.c.state, func.count()).group_by(_J.c.state)).all()
    return {state.value: 0 for state in JobState} | {state: number for state, number in found}  # noqa: C416 - rows are no pairs


def _mine(job: LedgerRow) -> Any:
    mine: ColumnElement[bool] = and_(_J.c.id == job.id, _J.c.attempt == job.attempt, _J.c.state == JobState.RUNNING)
    return update(_J).where(mine)
