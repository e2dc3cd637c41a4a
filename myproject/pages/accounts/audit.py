"""The audit log: what has happened that concerns security, for administrators; as a page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from pyramid.response import Response

from myproject.accounts import audit, users
from myproject.accounts.audit import GROUPS, AuditEntry, Event, record
from myproject.directory.people.exporting.people_csv import safe
from myproject.language.texts import gettext as _
from myproject.pages.accounts.audit_words import audit_line, sentence
from myproject.security.permissions import Permission
from myproject.web.exports import count_export
from myproject.web.forms import Form
from myproject.web.listing import swapped_days
from myproject.web.params import FROM_THE_LIST, BadQuery, Day, Id, Nothing, Problem, Query, Text
from myproject.web.problems import bad_request
from myproject.web.request import Request
from myproject.web.views import view_config

ROWS = 50
_AT_ONCE = 1_000
_EVENTS = frozenset({*GROUPS, *(event.value for event in Event)})


class AuditQuery(Query):
    """Which entries. `event` is an event or a group of them; `after` and `until` are days, both included."""

    event: Text = ""
    actor: Text = ""
    account: Text = ""
    address: Text = ""
    request_id: Text = ""
    since: Day | None = None
    until: Day | None = None
    before: Id | None = None
    """The last entry of the page before."""


class AuditForm(Form):
    """Which entries a file holds."""

    event: Text = ""
    actor: Text = ""
    account: Text = ""
    address: Text = ""
    request_id: Text = ""
    since: Day | None = None
    until: Day | None = None


@view_config(
    route_name="audit",
    request_method="GET",
    permission=Permission.AUDIT_READ,
    query=AuditQuery,
    renderer="accounts/audit.html",
)
def log(request: Request) -> Any:
    """A page of the log, the newest first."""
    query = AuditQuery.of(request)
    asked = _asked(query)
    fits = _filters(request, query)
    found = [] if fits is None else audit.entries(request.conn, **fits, before=query.before, limit=ROWS + 1)
    shown = found[:ROWS]
    return {
        "query": query,
        "asked": asked,
        "groups": [
            (group, _(label), [(event.value, _(event.label)) for event in Event if event.startswith(f"{group}.")])
            for group, label in GROUPS.items()
        ],
        "entries": [audit_line(request, each) for each in shown],
        "next": request.link("audit", _query={**asked, "before": shown[-1].id}) if len(found) > ROWS else None,
        "newest": request.link("audit", _query=asked) if query.before else None,
    }


def _asked(query: AuditQuery | AuditForm) -> dict[str, str]:
    """What is set of the filters, as an address or a form holds it."""
    return {name: str(value) for name in AuditForm.model_fields if (value := getattr(query, name))}


def _filters(request: Request, query: AuditQuery | AuditForm) -> dict[str, Any] | None:
    """The arguments of `audit.entries`; None where nothing can fit. Raises `BadQuery`."""
    if query.event and query.event not in _EVENTS:
        raise BadQuery([Problem("event", _("There is no event “%(event)s”.", event=query.event), _(FROM_THE_LIST))])
    if query.since and query.until and query.since > query.until:
        raise BadQuery([swapped_days("until")])
    account = users.by_email(request.conn, query.account) if query.account else None
    if query.account and account is None:
        return None
    return {
        "event": query.event or None,
        "actor": query.actor or None,
        "user": account.id if account else None,
        "address": query.address or None,
        "request_id": query.request_id or None,
        "since": _midnight(request, query.since) if query.since else None,
        "until": _midnight(request, query.until + timedelta(days=1)) if query.until else None,
    }


def _midnight(request: Request, day: date) -> datetime:
    return datetime.combine(day, time(), request.zone)


# --- as a file ----------------------------------------------------------------------------------------------


@view_config(
    route_name="audit.csv", request_method="POST", permission=Permission.AUDIT_READ, query=Nothing, confirm=True
)
def as_csv(request: Request) -> Response:
    """The entries that fit, as CSV, made while it is sent; that it was taken is an entry itself."""
    sent = AuditForm.sent(request)
    if sent.form is None:
        problem = next(iter(sent.problems.values()))
        raise bad_request(problem.message, problem.remedy)
    fits = _filters(request, sent.form)
    count_export(request)
    details = {"what": "the audit log", **({"filters": _asked(sent.form)} if _asked(sent.form) else {})}
    record(request.db.connection(), request.origin, Event.EXPORTED, user=request.me.user, details=details)
    response = Response(content_type="text/csv", charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{request.today}.csv"'
    response.app_iter = _lines(request, fits)
    return response


_HEADING = ("id", "at", "event", "actor", "account", "target", "address", "request", "what happened")


def _lines(request: Request, fits: dict[str, Any] | None) -> Iterator[bytes]:
    engine = request.engines.read

    def pages() -> Iterator[list[AuditEntry]]:
        before = None
        with engine.connect() as conn:
            while fits is not None and (found := audit.entries(conn, **fits, before=before, limit=_AT_ONCE)):
                yield found
                before = found[-1].id

    yield b"\xef\xbb\xbf" + _csv([_HEADING])
    for found in pages():
        yield _csv([_row(each, request.zone) for each in found])


def _row(each: AuditEntry, zone: tzinfo) -> list[Any]:
    at = each.at.isoformat(timespec="seconds")
    return [
        each.id, at, each.event, each.actor, each.email, each.target, each.address, each.request_id,
        sentence(each, zone),
    ]  # fmt: skip


def _csv(rows: list[Any]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([[safe(value) for value in row] for row in rows])
    return buffer.getvalue().encode()
