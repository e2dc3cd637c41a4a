"""Doing a job that was claimed, and writing down what became of it."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Connection

from myproject.db.engines import Engines
from myproject.db.retry import is_busy
from myproject.language.texts import marked

from . import ledger
from .kinds import GiveUpError, Kind, kinds
from .ledger import LedgerRow
from .mail import Message, is_final

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=6)
GIVEN_UP = "notifications.given_up"
"""The kind of job that tells of one that was given up."""
HINT = 1.0
"""Seconds between two hints of how far a job is."""
_WAIT = 60.0
"""Seconds that a job waits for others that write."""


class LostError(Exception):
    """The job was cancelled, took too long, or is done by another process by now: what was written is rolled back."""


class Work:
    """What a job is given: the database, the settings, and the way to say how far it is."""

    def __init__(
        self,
        job: LedgerRow,
        engines: Engines,
        settings: Mapping[str, Any],
        now: Callable[[], datetime],
        send: Callable[[Mapping[str, Any], Message, str], None],
    ) -> None:
        self.job = job
        self.engines = engines
        self.settings = settings
        self.now = now
        self._send = send
        self._lost = threading.Event()
        self._finished = False
        self._next_hint = 0.0

    @property
    def today(self) -> date:
        """The day, in the organisation's time zone."""
        return self.now().astimezone(ZoneInfo(self.settings["organisation.time_zone"])).date()

    @property
    def is_lost(self) -> bool:
        """Whether it is not to go on."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raise `LostError` where it is not to go on: long jobs ask now and then."""
        if self._lost.is_set():
            raise LostError

    def lose(self) -> None:
        """It is not to go on."""
        self._lost.set()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction of its own, for a job that writes in steps. Each may happen again with the next attempt."""
        self.check()
        with self.engines.begin(wait=_WAIT) as conn:
            yield conn

    @contextmanager
    def finishing(self, result: dict[str, Any] | None = None) -> Iterator[Connection]:
        """The transaction in which the job writes what must happen once, and is done."""
        with self.begin() as conn:
            yield conn
            self.finish(conn, result)

    def finish(self, conn: Connection, result: dict[str, Any] | None = None) -> None:
        """Done, with this transaction. Raises `LostError`, which rolls it back."""
        if not ledger.finish(conn, self.job, self.now(), result):
            raise LostError
        self._finished = True

    @property
    def is_finished(self) -> bool:
        """Whether it has been written down as done."""
        return self._finished

    def progress(self, **values: Any) -> None:
        """Say how far it is: `done=20, of=100`. Raises `LostError` where it is not to go on."""
        with self.begin() as conn:
            if not ledger.note_progress(conn, self.job, values):
                raise LostError

    def hint_progress(self, **values: Any) -> None:
        """Say how far it is where nothing waits for that: once in a second at most, and not while others write."""
        self.check()
        if time.monotonic() < self._next_hint:
            return
        self._next_hint = time.monotonic() + HINT
        try:
            with self.engines.begin(wait=0) as conn:
                kept = ledger.note_progress(conn, self.job, values)
        except Exception as error:
            if not is_busy(error):
                raise
            return
        if not kept:
            raise LostError

    def mail(self, message: Message) -> None:
        """Send a mail. It has the same id with each attempt, by which mail servers know a second one."""
        self.check()
        try:
            self._send(self.settings, message, f"job-{self.job.id}-{self.job.created_at:%Y%m%d%H%M%S}")
        except OSError as error:
            if is_final(error):
                raise GiveUpError(marked("The mail server refused it for good.")) from error
            raise


def run(work: Work) -> None:
    """Do it, and write down what became of it. Raises nothing but errors of the database."""
    job = work.job
    try:
        kind, args = _understood(job)
        result = kind.run(work, args)
        if not work.is_finished:
            with work.begin() as conn:
                work.finish(conn, result)
    except LostError:
        log.info("job %s (%s) was stopped: it was cancelled, took too long, or runs elsewhere", job.id, job.kind)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this job's: others go on
        _failed(work, error)


def pause(attempt: int) -> timedelta:
    """How long to wait after a failed attempt, the first being 1: twice as long each time, give or take a quarter.

    So jobs that failed together do not come back together.
    """
    longest = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311 # nosec B311


def _understood(job: LedgerRow) -> tuple[Kind[Any], Any]:
    """Its declaration and its arguments. Raises `GiveUpError` for one that is not to be begun."""
    if job.attempts_left < 0:
        raise GiveUpError(marked("Each process that began it ended before it was done."))
    kind = kinds().get(job.kind)
    if kind is None:
        raise GiveUpError(marked("This version knows no such kind of job."))
    try:
        return kind, kind.args.model_validate(job.args)
    except ValidationError:
        raise GiveUpError(marked("This version does not understand its arguments.")) from None


def _failed(work: Work, error: Exception) -> None:
    job, now = work.job, work.now()
    again = None if isinstance(error, GiveUpError) or job.attempts_left <= 0 else now + pause(job.attempt)
    # The text of an unexpected error may hold values of people; its type and place are in the log.
    reason = str(error) if isinstance(error, GiveUpError) else type(error).__name__
    known = isinstance(error, GiveUpError | OSError)
    log.log(
        logging.WARNING if again else logging.ERROR,
        "job %s (%s) failed, %s: %s",
        job.id,
        job.kind,
        f"tried again at {again:%H:%M:%S}" if again else "given up",
        reason,
        exc_info=None if known else error,
    )
    with work.engines.begin(wait=_WAIT) as conn:
        counts = ledger.fail(conn, job, now, reason, again)
        teller = kinds().get(GIVEN_UP)
        if counts and again is None and teller is not None and job.kind != GIVEN_UP:
            teller.enqueue(conn, teller.args(job=job.id, kind=job.kind), now=now)
