"""Background work: `python -m bench.jobs URL [--workers 2] [--jobs 2000]` on an empty, migrated database.

Tells how long a job waits from its commit until it begins, with the threads of one process rung as a request does it,
and how many jobs a second so many processes of `myproject work` do. Each job writes one row.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bench.databases import environment
from myproject.db import migrations
from myproject.db.engines import Engines, engines_for
from myproject.jobs import kinds
from myproject.jobs.kinds import Args, job
from myproject.jobs.ledger import JobState, counts
from myproject.jobs.pool import Pool
from myproject.jobs.running import Work
from myproject.models.account import Attempt

SETTINGS = {"jobs.threads": 2, "organisation.time_zone": "UTC"}
begun: dict[int, float] = {}
_begun = threading.Condition()


class Number(Args):
    """Which job it is."""

    number: int


@job("bench.row", "A row", Number)
def row(work: Work, args: Number) -> None:
    """Write a row, and note when it began."""
    with _begun:
        begun[args.number] = time.perf_counter()
        _begun.notify_all()
    with work.finishing() as conn:
        conn.execute(sa.insert(Attempt.__table__).values(key=str(args.number), at=work.now()))


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def waits(engines: Engines, number: int) -> list[float]:
    """Milliseconds from a commit until its job begins, one job after the other."""
    pool = Pool(engines, SETTINGS, now)
    pool.start()
    time.sleep(2)  # until it has begun
    found = []
    for each in range(number):
        with engines.begin() as conn:
            row.enqueue(conn, Number(number=each), now=now())
        committed = time.perf_counter()
        pool.ring()
        with _begun:
            while each not in begun:
                _begun.wait(5)
        found.append((begun[each] - committed) * 1000)
    pool.stop()
    return found


def rate(engines: Engines, url: str, workers: int, number: int) -> float:
    """Jobs a second that processes do, each with 4 threads."""
    with engines.begin() as conn:
        done = counts(conn)[JobState.DONE]
        for each in range(number):
            row.enqueue(conn, Number(number=100_000 + each), now=now())
    command = [sys.executable, "-m", "bench.jobs", "--work", url]
    started = [subprocess.Popen(command, env=environment(url)) for _ in range(workers)]
    try:
        first = _wait(engines, done + number // 10)
        last = _wait(engines, done + number)
    finally:
        for process in started:
            process.terminate()
            process.wait(30)
    return (last[1] - first[1]) / (last[0] - first[0])


def _wait(engines: Engines, number: int) -> tuple[float, int]:
    while True:
        with engines.read.connect() as conn:
            done = counts(conn)[JobState.DONE]
        if done >= number:
            return time.perf_counter(), done
        time.sleep(0.05)


def work(url: str) -> None:
    """The process of one worker."""
    pool = Pool(engines_for(url), SETTINGS, now)
    pool.start(4)
    threading.Event().wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    kinds.DECLARED_IN = ()  # type: ignore[assignment] # none but the one above
    if given.work:
        work(given.url)
        return
    engines: Any = engines_for(given.url)
    migrations.upgrade(engines)
    found = sorted(waits(engines, 300))
    p50, p99 = statistics.median(found), found[int(len(found) * 0.99)]
    print(f"from commit to start  p50 {p50:6.1f} ms   p99 {p99:6.1f} ms")
    print(
        f"{given.workers} workers             {rate(engines, given.url, given.workers, given.jobs):6.0f} jobs a second"
    )


if __name__ == "__main__":
    main()
