"""Kinds of job that tests do, and a pool that does them when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from myproject.db.engines import Engines
from myproject.jobs import kinds as kinds_module
from myproject.jobs.kinds import Args, Kind, job
from myproject.jobs.pool import Pool
from myproject.jobs.running import Work
from tests.conftest import NOW


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
