"""Kinds of job that tests do, and a pool that does them when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from myproject.db.engines import Engines
from myproject.jobs import kinds as kinds_module
from myproject.jobs import ledger
from myproject.jobs.kinds import Args, Kind, job
from myproject.jobs.ledger import LedgerRow
from myproject.jobs.pool import Pool
from myproject.jobs.running import Work
from myproject.models.vocabulary import Skill
from tests.conftest import NOW

SKILL = Skill.__table__


class Number(Args):
    """An argument."""

    number: int = 0


class Time:
    """The time of a test: it goes on when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@contextmanager
def kind(run: Callable[[Work, Number], Any], name: str = "test", **options: Any) -> Iterator[Kind[Number]]:
    """A kind of job, for as long as it takes."""
    made = job(name, name, Number, **options)(run)
    try:
        yield made
    finally:
        del kinds_module._KINDS[name]


def pool(engines: Engines, time: Callable[[], datetime], settings: dict[str, Any] | None = None) -> Pool:
    """What does the jobs of a database."""
    return Pool(engines, {"jobs.threads": 2, "organisation.time_zone": "Europe/London", **(settings or {})}, time)


def insert(work: Work, args: Number) -> None:
    """Add a row, and be done with it."""
    with work.finishing() as conn:
        name = f"skill {args.number}"
        conn.execute(sa.insert(SKILL).values(id=args.number + 1, name=name, sort_name=name))


def enqueued(engines: Engines, wanted: Kind[Number], time: Time, number: int = 0, **options: Any) -> int | None:
    with engines.begin() as conn:
        return wanted.enqueue(conn, Number(number=number), now=time(), **options)


def job_of(engines: Engines, job_id: int | None) -> LedgerRow:
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


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that other threads do."""
    wait = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        wait.wait(0.02)
    raise AssertionError("it did not come")
