"""The threads that do the jobs of the ledger, in the web process or in one of their own (`myproject work`)."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet
from zoneinfo import ZoneInfo

from sqlalchemy import select

from myproject.db.engines import Engines
from myproject.models.counter import Counter

from . import LEASE

if TYPE_CHECKING:
    from .mail import Message
    from .running import Work

# What does jobs is imported when one is done: every application has a pool, most processes never begin one, and it is
# a twentieth of a start.

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks at the ledger when nobody rings: jobs of other processes, and those that become due."""
RELAY = 10.0
"""The same where a broker carries jobs: workers look more often."""
POOLS: WeakSet[Pool] = WeakSet()
"""Those of the applications that this process has made."""
RENEWAL = LEASE.total_seconds() / 3
_REVISION = select(Counter.__table__.c.revision)
SCHEDULING = 3600.0
"""Seconds between two looks whether each daily job has its next run."""


class Pool:
    """Does jobs. Made with the application; it begins when a server starts it, and never in tests and shells."""

    def __init__(self, engines: Engines, settings: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self._engines = engines
        self._settings = settings
        self._now = now
        self.send: Callable[[Mapping[str, Any], Message, str], None] | None = None
        """What hands a mail over, where it is not `mail.send`: tests put something here."""
        self.threads: int = settings["jobs.threads"]
        self._followed = -1
        """The revision up to which what follows change sets is written down."""
        self._rung = threading.Condition()
        self._rings = 0
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._running: dict[tuple[int, int], tuple[Work, float]] = {}
        """Job and attempt -> the work, and when its time is up. One that was let go may go on beside the next."""
        POOLS.add(self)

    def ring(self) -> None:
        """Something is wanted at once: called after a commit."""
        with self._rung:
            self._rings += 1
            self._rung.notify_all()

    def start(self, threads: int | None = None) -> None:
        """Begin to work, with so many jobs at a time; ``jobs.threads`` of them unless told otherwise.

        Of the processes with one SQLite file one does its jobs; another takes over when that has ended.
        """
        self._ending.clear()
        self.threads = self.threads if threads is None else threads
        if self._settings.get("jobs.transport") == "celery":
            self._begin("job-relay", lambda: self._relay(RELAY))
            return
        self._begin("jobs", self._own if self._engines.file else self._begin_all)

    def start_beside(self) -> None:
        """Begin what a worker of a broker needs besides its own threads: leases, daily jobs, announcing what is due."""
        self._ending.clear()
        self._begin("job-leases", self._renew)
        self._begin("job-relay", lambda: self._relay(POLL))

    def _begin(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def schedule(self) -> None:
        """Write down the next run of each daily job that has none."""
        from .kinds import kinds

        zone = ZoneInfo(self._settings["organisation.time_zone"])
        with self._engines.begin(wait=30) as conn:
            for kind in kinds().values():
                if kind.daily is not None:
                    kind.schedule(conn, self._now(), zone)

    def follow(self) -> None:
        """Write down what is done after change sets, if there were any since the last time."""
        from .kinds import kinds

        with self._engines.read.connect() as conn:
            revision = conn.execute(_REVISION).scalar_one()
        if revision == self._followed:
            return
        with self._engines.begin(wait=30) as conn:
            for kind in kinds().values():
                if kind.after_changes:
                    kind.enqueue(conn, kind.args(), now=self._now(), unique=f"after:{kind.name}")
        self._followed = revision
        self.ring()

    def _begin_all(self) -> None:
        for number in range(self.threads):
            self._begin(f"job-{number}", self._work)
        self._begin("job-leases", self._renew)

    def _own(self) -> None:
        """Wait until no other process does the jobs of the file; begin, and keep others out until the end."""
        import fcntl

        from . import ledger

        with Path(f"{self._engines.file}-jobs").open("a") as lock:
            while not self._ending.is_set():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    self._ending.wait(POLL)
                    continue
                try:
                    with self._engines.begin(wait=30) as conn:
                        ledger.release_all(conn)
                except Exception:  # another writer takes long: an import, a backup
                    log.exception("the jobs of the process before could not be given back, trying again")
                    self._ending.wait(POLL)
                    continue
                self._begin_all()
                self._ending.wait()

    def stop(self, seconds: float = 5.0) -> None:
        """Begin nothing more, and wait for what runs; what does not end in time is done by whoever starts next."""
        self._ending.set()
        self.ring()
        end = time.monotonic() + seconds
        for thread in self._threads[:]:
            thread.join(max(0.0, end - time.monotonic()))
        self._threads.clear()

    def drain(self) -> int:
        """Do all that is due, in this thread; how many it was. For tests and `myproject jobs run`."""
        done = 0
        while self._next():
            done += 1
        return done

    def _next(self) -> bool:
        """Do one job, if one is due."""
        from . import ledger

        with self._engines.read.connect() as conn:
            if not ledger.is_any_due(conn, self._now()):
                return False
        return self.do(None)

    def do(self, one: int | None) -> bool:
        """Claim the next job, or one by its id, and do it; whether there was anything to claim."""
        from . import ledger, mail
        from .kinds import kinds
        from .running import Work, run

        with self._engines.begin(wait=30) as conn:
            job = ledger.claim(conn, self._now(), one)
        if job is None:
            return False
        kind = kinds().get(job.kind)
        work = Work(job, self._engines, self._settings, self._now, self.send or mail.send)
        limit = kind.time_limit.total_seconds() if kind else LEASE.total_seconds()
        self._running[job.id, job.attempt] = (work, time.monotonic() + limit)
        try:
            run(work)
        finally:
            del self._running[job.id, job.attempt]
        if kind is not None and kind.daily is not None:
            self.schedule()
        return True

    def _work(self) -> None:
        seen = -1
        while not self._ending.is_set():
            try:
                if self._next():
                    continue
            except Exception:  # the database is away: it may come back
                log.exception("the ledger of jobs could not be read or written")
                self._ending.wait(POLL)
            with self._rung:
                if self._rings == seen and not self._ending.is_set():
                    self._rung.wait(POLL)
                seen = self._rings

    def _relay(self, pause: float) -> None:
        """Announce what is due to the broker, when somebody rings and every so many seconds."""
        from . import ledger
        from .celery_transport import Announcer

        announcer, seen, away = Announcer(self._settings), -1, False
        while not self._ending.is_set():
            try:
                with self._engines.read.connect() as conn:
                    due = ledger.due(conn, self._now(), 500)
                announcer.announce(due)
                away = False
            except Exception as error:  # noqa: BLE001 - the database's, or of whichever client the broker needs
                if not away:
                    log.error("jobs can't be announced to the broker, trying again: %s", type(error).__name__)  # noqa: TRY400
                away = True
                self._ending.wait(POLL)
                continue
            with self._rung:
                if self._rings == seen and not self._ending.is_set():
                    self._rung.wait(pause)
                seen = self._rings
        announcer.close()

    def _renew(self) -> None:
        """Keep what runs, for as long as it may take; tell it when it is not to go on; see to daily jobs."""
        seconds, next_look = 0.0, 0.0
        while not self._ending.wait(seconds):
            seconds = RENEWAL
            if time.monotonic() >= next_look:
                try:
                    self.schedule()
                    next_look = time.monotonic() + SCHEDULING
                except Exception:
                    log.exception("the daily jobs could not be written down, trying again")
            try:
                self.follow()
            except Exception:
                log.exception("what follows change sets could not be written down, trying again")
            for work, end in list(self._running.values()):
                try:
                    if time.monotonic() > end or not self._is_kept(work):
                        work.lose()
                except Exception:
                    log.exception("the lease of job %s could not be renewed", work.job.id)

    def _is_kept(self, work: Work) -> bool:
        from . import ledger

        with self._engines.begin(wait=RENEWAL) as conn:
            return ledger.renew(conn, work.job, self._now())


@contextlib.contextmanager
def jobs_running() -> Iterator[None]:
    """While a server serves: the pools of the applications of this process work, as ``jobs.threads`` says."""
    started = [pool for pool in POOLS if pool.threads]
    for pool in started:
        pool.start()
    try:
        yield
    finally:
        for pool in started:
            pool.stop()
