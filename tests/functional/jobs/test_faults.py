"""Jobs while processes are killed and the mail server is away, with figures: `make faults`."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts import mail_jobs
from myproject.accounts.mail_jobs import ToAccount
from myproject.application import utc_now
from myproject.db.engines import Engines
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState
from myproject.jobs.mail import Message
from myproject.models.account import Attempt
from tests.support.accounts import account
from tests.support.jobs import Number, kind, pool
from tests.support.serving import until

pytestmark = pytest.mark.long

JOBS, KILLS = 1_000, 20
ROWS: Any = Attempt.__table__
#: A worker whose jobs write a row each, and sleep for a moment in the midst of it. Its leases are short.
WORKER = """
import sys, threading, time
from datetime import timedelta
import sqlalchemy as sa
from myproject.application import utc_now
from myproject.db.engines import engines_for
from myproject.jobs import kinds, ledger, pool
from myproject.models.account import Attempt

kinds.DECLARED_IN = ()
ledger.LEASE = timedelta(seconds=5)
pool.RENEWAL = 1.5

class Number(kinds.Args):
    number: int = 0

@kinds.job("fault.row", "A row", Number)
def row(work, args):
    with work.finishing() as conn:
        conn.execute(sa.insert(Attempt.__table__).values(key=f"effect {args.number}", at=work.now()))
        time.sleep(0.004)

does = pool.Pool(engines_for(sys.argv[1]), {"jobs.threads": 4, "organisation.time_zone": "UTC"}, utc_now)
does.start()
print("begun", flush=True)
threading.Event().wait()
"""


def effects(engines: Engines) -> Counter[str]:
    with engines.read.connect() as conn:
        return Counter(conn.execute(sa.select(ROWS.c.key).where(ROWS.c.key.like("effect %"))).scalars())


@contextlib.contextmanager
def worker(engines: Engines, folder: Path) -> Iterator[None]:
    """A worker that has begun; it is killed in the end."""
    url = engines.write.url.render_as_string(hide_password=False)
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen([sys.executable, "-c", WORKER, url], stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield
        finally:
            process.kill()


def test_a_worker_that_is_killed_twenty_times_has_each_effect_once(
    engines: Engines, tmp_path: Path, record_property: Any
) -> None:
    with kind(lambda _work, _args: None, "fault.row") as wanted, engines.begin() as conn:
        for number in range(JOBS):
            wanted.enqueue(conn, Number(number=number), now=utc_now())
    began = time.monotonic()
    for _ in range(KILLS):
        with worker(engines, tmp_path):
            before = sum(effects(engines).values())
            until(lambda before=before: sum(effects(engines).values()) >= min(before + 20, JOBS), 60)
    with worker(engines, tmp_path):
        until(lambda: sum(effects(engines).values()) >= JOBS, 120)
        until(lambda: states(engines)["done"] == JOBS, 30)
    record_property("seconds", round(time.monotonic() - began, 1))
    assert effects(engines) == Counter(f"effect {number}" for number in range(JOBS))


def states(engines: Engines) -> dict[str, int]:
    with engines.read.connect() as conn:
        return ledger.counts(conn)


def test_a_mail_server_that_is_away_for_a_minute_costs_no_mail_and_doubles_none(engines: Engines) -> None:
    """A hundred mails, and a minute of refused connections: the time of the jobs is the test's."""
    now = utc_now()
    clock = [now]
    does = pool(engines, lambda: clock[0], _settings())
    arrived: Counter[str] = Counter()

    def send(_settings: Any, message: Message, _stable_id: str) -> None:
        if (clock[0] - now).total_seconds() < 60:
            raise ConnectionRefusedError
        arrived[message.to] += 1

    does.send = send
    people = [account(engines, f"p{number}@example.org") for number in range(100)]
    with engines.begin() as conn:
        for who in people:
            mail_jobs.invitation.enqueue(conn, ToAccount(user=who.id), now=now)
    while states(engines)[JobState.DUE]:
        does.drain()
        clock[0] += timedelta(seconds=5)
        assert (clock[0] - now).total_seconds() < 300
    assert arrived == Counter(f"p{number}@example.org" for number in range(100))


def _settings() -> dict[str, Any]:
    return {
        "security.base_url": "http://localhost",
        "organisation.name": "Test",
        "pages.languages": ("en",),
    }
