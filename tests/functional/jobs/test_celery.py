"""Jobs by Celery, on real brokers: done once, whatever becomes of messages, workers and the broker."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from myproject.db.engines import Engines
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState
from myproject.jobs.pool import Pool
from myproject.settings.table import examine
from tests.functional.jobs.test_processes import done, invited, receivers, running
from tests.support.brokers import broker, own_broker, queue
from tests.support.commands import RELAXED, address, write_ini
from tests.support.jobs import pool
from tests.support.serving import until

pytestmark = pytest.mark.slow


class Place:
    """A folder with an ini for a broker, whose mails become files."""

    def __init__(self, folder: Path, engines: Engines, url: str) -> None:
        self.folder, self.engines, self.url, self.queue = folder, engines, url, queue()
        (folder / "mail").mkdir(mode=0o700)
        jobs = f"jobs.transport = celery\njobs.broker = {url}\njobs.queue = {self.queue}\n"
        mail = "mail.transport = file\nmail.folder = %(here)s/mail\n"
        write_ini(folder, address(engines), RELAXED + mail + jobs)

    @property
    def settings(self) -> dict[str, Any]:
        """Those of the jobs."""
        return {"jobs.transport": "celery", "jobs.broker": self.url, "jobs.queue": self.queue}

    def working(self) -> contextlib.AbstractContextManager[Any]:
        """A worker."""
        return running("myproject", "work", cwd=self.folder)

    @contextlib.contextmanager
    def announcing(self) -> Iterator[Pool]:
        """What a web process does: it announces, and does no job itself."""
        from myproject.application import utc_now

        announces = pool(self.engines, utc_now, self.settings)
        announces.start()
        try:
            yield announces
        finally:
            announces.stop()


@pytest.fixture(params=["redis", pytest.param("rabbitmq", marks=pytest.mark.long)])
def place(request: pytest.FixtureRequest, tmp_path: Path, engines: Engines) -> Place:
    """With each broker: RabbitMQ, which is slow to begin with, among the long tests."""
    return Place(tmp_path, engines, broker(request.param))


def test_a_worker_does_what_is_announced_and_ends_when_it_is_told_to(place: Place) -> None:
    with place.working() as process, place.announcing() as announces:
        emails = invited(place.engines, 1, 2, 3)
        announces.ring()
        until(lambda: done(place.engines) == 3, 60)
        process.terminate()
        assert process.wait(40) == 0
    assert receivers(place.folder) == emails


def test_what_nobody_announced_is_found_by_a_worker(place: Place) -> None:
    emails = invited(place.engines, 1, 2)
    with place.working():
        until(lambda: done(place.engines) == 2, 60)
    assert receivers(place.folder) == emails


def test_a_message_that_comes_three_times_is_one_mail(place: Place) -> None:
    from myproject.jobs.celery_transport import TASK, celery_app

    emails = invited(place.engines, 1, 2)
    app = celery_app(place.settings)
    with place.engines.read.connect() as conn:
        wanted = [each.id for each in ledger.newest(conn, kind="mail.invitation")]
    for job in wanted * 3:
        app.send_task(TASK, args=(job,))
    with place.working():
        until(lambda: done(place.engines) == 2, 60)
        time.sleep(1)
    app.close()
    assert receivers(place.folder) == emails


AWAY = 60.0
"""Seconds that a broker is away."""


@pytest.mark.long
def test_a_broker_that_is_away_for_a_minute_holds_up_nobody_and_everything_is_done_once_it_is_back(
    tmp_path: Path, engines: Engines
) -> None:
    """A thousand people are invited meanwhile: each at once, and each mail is sent within a minute after its return.

    Each broker with one of the databases: it takes its minute.
    """
    with own_broker("redis" if engines.file else "rabbitmq", tmp_path) as own:
        place = Place(tmp_path, engines, own.url)
        with place.announcing() as announces, place.working():
            began, emails, slowest = time.monotonic(), [], 0.0
            own.kill()
            for batch in range(100):
                before = time.monotonic()
                emails += invited(engines, *range(batch * 10, batch * 10 + 10))
                announces.ring()
                slowest = max(slowest, time.monotonic() - before)
                time.sleep(max(0.0, began + (batch + 1) * AWAY / 100 - time.monotonic()))
            assert slowest < 2
            assert _done(engines) == 0
            own.start()
            until(lambda: _done(engines) == 1_000, 60)
        assert receivers(tmp_path) == sorted(emails)


@pytest.mark.long
def test_a_broker_that_is_killed_with_a_thousand_jobs_announced_loses_none(tmp_path: Path, engines: Engines) -> None:
    with own_broker("rabbitmq" if engines.file else "redis", tmp_path) as own:
        place = Place(tmp_path, engines, own.url)
        emails = invited(engines, *range(1_000))
        with place.announcing() as announces:
            announces.ring()
            with place.working():
                until(lambda: done(engines) >= 50, 60)
                own.kill()
                own.start()
                until(lambda: _done(engines) == 1_000, 120)
        assert receivers(tmp_path) == sorted(emails)


def _done(engines: Engines) -> int:
    with engines.read.connect() as conn:
        return len(ledger.newest(conn, states=[JobState.DONE], kind="mail.invitation", limit=2_000))


def test_it_needs_a_broker() -> None:
    given = {"sqlalchemy.url": "sqlite:///x.sqlite", "jobs.transport": "celery"}
    _, problems = examine(given, {})
    assert [each.partition(":")[0] for each in problems] == ["jobs.broker"]
    for wrong in ("localhost", "http://localhost", "redis://", "amqp://:0"):
        _, problems = examine({**given, "jobs.broker": wrong}, {})
        assert "give an address such as redis://localhost/0" in problems[0]
        assert problems[0].startswith("jobs.broker: ")
