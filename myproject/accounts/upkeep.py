"""What is done each night: forgetting what is over, making the new day's table, comparing what is derived."""

from __future__ import annotations

import logging
from datetime import time, timedelta
from typing import Any

from myproject.directory.changes import derived
from myproject.directory.present import present_table
from myproject.jobs import files, ledger
from myproject.jobs.kinds import GiveUpError, NoArgs, job
from myproject.jobs.running import Work
from myproject.language.texts import marked

from . import links, notifications, sessions, throttle
from .sessions import Limits

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)


@job("upkeep.new_day", marked("List of the new day"), NoArgs, time_limit=HOUR, daily=time(0, 0, 5))
def new_day(work: Work, _args: NoArgs) -> None:
    """Take `present` to the new day, so that nobody's first page of the day does."""
    with work.finishing() as conn:
        present_table.roll_forward(conn, work.today)


@job("upkeep.retention", marked("Forgetting what is over"), NoArgs, time_limit=HOUR, daily=time(3, 0))
def retention(work: Work, _args: NoArgs) -> None:
    """Forget sessions and links that have ended, tries of yesterday, old notifications, jobs and files."""
    settings, now = work.settings, work.now()
    limits = Limits(
        timedelta(minutes=settings["session.idle_minutes"]), timedelta(days=settings["session.absolute_days"])
    )
    with work.begin() as conn:
        forgotten: dict[str, Any] = {
            "sessions": sessions.forget_old(conn, limits, now),
            "links": links.forget_old(conn, now),
            "tries": throttle.forget_old(conn, now),
            "notifications": notifications.forget_old(conn, now - timedelta(days=settings["notifications.keep_days"])),
            "files": files.forget_old(conn, now - timedelta(days=settings["jobs.keep_days"])),
            "jobs": ledger.prune(conn, now - timedelta(days=settings["jobs.keep_days"])),
        }
        work.finish(conn, forgotten)


@job("upkeep.rebuild", marked("Making what is derived anew"), NoArgs, time_limit=HOUR)
def rebuild(work: Work, _args: NoArgs) -> None:
    """Make the counter, `present` and the search index anew from the dated rows."""
    with work.finishing() as conn:
        derived.rebuild(conn, work.today)


@job("upkeep.verification", marked("Comparing what is derived"), NoArgs, attempts=2, time_limit=HOUR, daily=time(3, 30))
def verify(work: Work, _args: NoArgs) -> None:
    """Compare the counter, `present` and the search index with the dated rows; where they differ, have them made anew.

    It gives up then, so that administrators hear of it.
    """
    with work.engines.snapshot() as conn:
        problems = derived.verify(conn)
    for problem in problems:
        log.error("verification: %s", problem)
    if problems:
        with work.begin() as conn:
            rebuild.enqueue(conn, NoArgs(), now=work.now(), unique="rebuild")
        raise GiveUpError(marked("What is derived differed, and is made anew: the log says what it was."))
