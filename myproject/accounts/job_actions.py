"""What administrators do with jobs, on the pages and on the command line; all of it is in the audit log."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from myproject.jobs import ledger
from myproject.jobs.kinds import kinds
from myproject.jobs.ledger import LedgerRow
from myproject.language.texts import gettext as _
from myproject.language.texts import marked

from .audit import Event, Origin, record
from .errors import AccountError

_NOTHING_TO_TRY = marked("There is nothing to try again.")
STATES = {
    ledger.JobState.DUE: marked("waiting"),
    ledger.JobState.RUNNING: marked("running"),
    ledger.JobState.DONE: marked("done"),
    ledger.JobState.DEAD: marked("given up"),
    ledger.JobState.CANCELLED: marked("cancelled"),
}


def find(conn: Connection, job_id: int) -> LedgerRow:
    """A job. Raises `AccountError` where there is none."""
    job = ledger.one(conn, job_id)
    if job is None:
        raise AccountError(_("There is no job %(id)s.", id=job_id), _("The list shows those there are."))
    return job


def retry(conn: Connection, origin: Origin, job_id: int) -> LedgerRow:
    """Try a job again. Raises `AccountError` where that can't be."""
    job = find(conn, job_id)
    kind = kinds().get(job.kind)
    if kind is None:
        raise AccountError(_("This version can't do this job."), _("Try again once every process has been upgraded."))
    try:
        with conn.begin_nested():
            done = ledger.retry(conn, job_id, origin.at, kind.attempts)
    except IntegrityError:
        raise AccountError(_("Another job does the same by now."), _(_NOTHING_TO_TRY)) from None
    if not done:
        raise _refused(job, _(_NOTHING_TO_TRY))
    record(conn, origin, Event.JOB_RETRIED, target=f"{job.id} ({job.kind})")
    return job


def cancel(conn: Connection, origin: Origin, job_id: int) -> LedgerRow:
    """Cancel a job: it does not begin, or stops where it can and writes nothing more. Raises `AccountError`."""
    job = find(conn, job_id)
    if not ledger.cancel(conn, job_id, origin.at):
        raise _refused(job, _("There is nothing to cancel."))
    record(conn, origin, Event.JOB_CANCELLED, target=f"{job.id} ({job.kind})")
    return job


def _refused(job: LedgerRow, remedy: str) -> AccountError:
    state = _(STATES[ledger.JobState(job.state)])
    return AccountError(_("Job %(id)s: %(state)s.", id=job.id, state=state), remedy)
