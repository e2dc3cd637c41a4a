"""The background work that one has started: how far it is, and cancelling it."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from myproject.accounts import job_actions
from myproject.accounts.errors import AccountError
from myproject.accounts.job_actions import STATES
from myproject.jobs import ledger
from myproject.jobs.kinds import kinds
from myproject.jobs.ledger import JobState, LedgerRow
from myproject.language.texts import gettext as _
from myproject.security.permissions import Permission
from myproject.transfers import imports
from myproject.transfers.made_files import open_files
from myproject.web.exports import job_file
from myproject.web.forms import Form
from myproject.web.params import FROM_THE_LIST, Id, Nothing
from myproject.web.problems import bad_request, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

ROWS = 30


class OwnJobForm(Form):
    """Which job."""

    job: Id


class OwnJob(NamedTuple):
    """A job, worked out for the page."""

    job: LedgerRow
    label: str
    state: str
    done: int | None
    of: int | None
    """How far it is, where it says so."""
    is_open: bool
    files: list[tuple[str, str]]
    """Names and addresses of what it has made."""
    page: str | None
    """Where more is told of it."""


@view_config(
    route_name="me.jobs",
    request_method="GET",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    renderer="accounts/own_jobs.html",
)
def mine(request: Request) -> Any:
    """The newest of them."""
    found = ledger.newest(request.conn, user=request.me.user, limit=ROWS)
    lines = [_line(request, each) for each in found]
    return {"lines": lines, "any_open": any(line.is_open for line in lines)}


def _line(request: Request, job: LedgerRow) -> OwnJob:
    kind, progress = kinds().get(job.kind), job.progress or {}
    return OwnJob(
        job,
        _(imports.title(job.args, job.result)) if job.kind == imports.KIND else _(kind.label) if kind else job.kind,
        _(STATES[JobState(job.state)]),
        progress.get("done"),
        progress.get("of"),
        job.state in (JobState.DUE, JobState.RUNNING),
        [
            (file.name, request.link("me.jobs.file", NO_CLOCK, job=job.id, name=file.name))
            for file in open_files(request.conn, request.me, job)
        ],
        request.link("import.job", NO_CLOCK, job=job.id) if job.kind == imports.KIND else None,
    )


@view_config(route_name="me.jobs.file", request_method="GET", permission=Permission.ACCOUNT_OWN, query=Nothing)
def made_file(request: Request) -> Response:
    """A file that a job has made."""
    job = ledger.one(request.conn, int(request.matchdict["job"]))
    for file in open_files(request.conn, request.me, job) if job is not None else ():
        if file.name == request.matchdict["name"]:
            return job_file(request, file)
    raise not_found(_("There is no such file."), _("It was made for someone else, or it has been deleted."))


@view_config(route_name="me.jobs.cancel", request_method="POST", permission=Permission.ACCOUNT_OWN, query=Nothing)
def cancel(request: Request) -> HTTPSeeOther:
    """Cancel one's own job; one of somebody else is not there."""
    sent = OwnJobForm.sent(request)
    conn = request.db.connection()
    found = ledger.one(conn, sent.form.job) if sent.form is not None else None
    if found is None or found.user_id != request.me.user:
        raise bad_request(_("There is no such job."), _(FROM_THE_LIST))
    try:
        job_actions.cancel(conn, request.origin, found.id)
    except AccountError as error:
        raise bad_request(error.message, error.remedy) from None
    return HTTPSeeOther(request.link("me.jobs", NO_CLOCK))
