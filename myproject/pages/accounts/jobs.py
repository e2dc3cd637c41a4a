"""Background work, for administrators: what waits, runs and was given up; trying again and cancelling."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import job_actions, users
from myproject.accounts.errors import AccountError
from myproject.accounts.job_actions import STATES
from myproject.accounts.users import Account
from myproject.jobs import ledger
from myproject.jobs.kinds import kinds
from myproject.jobs.ledger import JobState, LedgerRow
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.security.permissions import Permission
from myproject.web.forms import Form
from myproject.web.params import FROM_THE_LIST, Id, Nothing, Query, Text
from myproject.web.problems import bad_request
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

ROWS = 50


class JobsQuery(Query):
    """Which jobs. `done`: what has just been done with one."""

    state: Literal["", "due", "running", "done", "dead", "cancelled"] = ""
    before: Id | None = None
    """The last job of the page before."""
    done: Literal["", "retried", "cancelled"] = ""


class JobForm(Form):
    """Which job, and the state that the list showed."""

    job: Id
    state: Text = ""


class JobLine(NamedTuple):
    """A job, worked out for the page."""

    job: LedgerRow
    label: str
    state: str
    account: Account | None
    """Whom it is about."""
    may_retry: bool
    may_cancel: bool


@view_config(
    route_name="jobs",
    request_method="GET",
    permission=Permission.JOB_MANAGE,
    query=JobsQuery,
    renderer="accounts/jobs.html",
)
def list_jobs(request: Request) -> Any:
    """A page of jobs, the newest first, and how many there are of each state."""
    query = JobsQuery.of(request)
    states = (query.state,) if query.state else ()
    found = ledger.newest(request.conn, states=states, before=query.before, limit=ROWS + 1)
    counts = ledger.counts(request.conn)
    shown = found[:ROWS]
    return {
        "query": query,
        "lines": [_line(request, each) for each in shown],
        "states": [("", _("All"), number_text(sum(counts.values())))]
        + [(state.value, _(label), number_text(counts[state])) for state, label in STATES.items()],
        "next": _address(request, query.state, before=shown[-1].id) if len(found) > ROWS else None,
        "newest": _address(request, query.state) if query.before else None,
    }


def _line(request: Request, job: LedgerRow) -> JobLine:
    kind, about = kinds().get(job.kind), job.args.get("user")
    return JobLine(
        job,
        _(kind.label) if kind else job.kind,
        _(STATES[JobState(job.state)]),
        users.by_id(request.conn, about) if isinstance(about, int) else None,
        may_retry=job.state in (JobState.DEAD, JobState.CANCELLED) or (job.state == JobState.DUE and job.attempt > 0),
        may_cancel=job.state in (JobState.DUE, JobState.RUNNING),
    )


def _address(request: Request, state: str, **more: Any) -> str:
    return request.link("jobs", _query={"state": state or None, **NO_CLOCK, **more})


@view_config(route_name="jobs.retry", request_method="POST", permission=Permission.JOB_MANAGE, query=Nothing)
def retry(request: Request) -> HTTPSeeOther:
    """Try a job again."""
    answer = _acted(request, job_actions.retry, "retried")
    request.ring()
    return answer


@view_config(route_name="jobs.cancel", request_method="POST", permission=Permission.JOB_MANAGE, query=Nothing)
def cancel(request: Request) -> HTTPSeeOther:
    """Cancel a job."""
    return _acted(request, job_actions.cancel, "cancelled")


def _acted(request: Request, action: Any, done: str) -> HTTPSeeOther:
    sent = JobForm.sent(request)
    if sent.form is None:
        raise bad_request(_("There is no such job."), _(FROM_THE_LIST))
    try:
        action(request.db.connection(), request.origin, sent.form.job)
    except AccountError as error:
        raise bad_request(error.message, error.remedy) from None
    state = sent.form.state if sent.form.state in [each.value for each in JobState] else ""
    return HTTPSeeOther(_address(request, state, done=done))
