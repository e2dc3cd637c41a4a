"""Importing by pages: files are sent and checked, what they would change is looked at, and then they are imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, Literal, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther
from sqlalchemy import Connection

from myproject.accounts.askers import Asked, has_asked
from myproject.accounts.errors import AccountError
from myproject.directory.importing.leaving import TOO_MANY
from myproject.directory.schema.verbs import VERBS
from myproject.jobs import files, ledger
from myproject.jobs.files import JobFileRow
from myproject.jobs.ledger import JobState, LedgerRow
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.pages.changes.changes import summary
from myproject.security.permissions import Permission
from myproject.transfers import imports
from myproject.transfers.imports import CHANGES, REPORT, ImportOrder, import_files, title
from myproject.transfers.made_files import open_files
from myproject.web.forms import Form, Sent
from myproject.web.params import Count, Day, Flag, Nothing, Text
from myproject.web.problems import bad_request, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.uploads import sent_files
from myproject.web.views import view_config

SHOWN = 100
"""Rows of a list on the page; the file has all."""


class ImportForm(Form):
    """What is to be imported, and how. The files are read by `sent_files`."""

    file: Text = ""
    mapping: Text = ""
    effective: Day | None = None
    leavers: Literal["report", "end", "keep"] = "report"
    sheet: Text = ""
    reason: Text = ""


class ApplyForm(Form):
    """How the checked files are to be imported."""

    good_rows: Flag = False
    leavers_count: Count | None = None


class Figure(NamedTuple):
    """A number of the result, with what it counts."""

    number: str
    label: str


class RefusedRow(NamedTuple):
    """A line of the report."""

    place: str
    value: str
    reason: str
    remedy: str


@view_config(
    route_name="import",
    request_method="GET",
    permission=Permission.DIRECTORY_IMPORT,
    query=Nothing,
    renderer="transfers/import.html",
)
def form(request: Request) -> Any:
    """What can be imported, and what was lately."""
    return _form(request, ImportForm.empty(effective=request.today.isoformat(), leavers="report"))


def _form(request: Request, sent: Sent[ImportForm]) -> dict[str, Any]:
    mine = ledger.newest(request.conn, kind=imports.KIND, user=request.me.user, limit=10)
    return {
        "sent": sent,
        "leavers": [
            ("report", _("List them"), _("Nothing changes for them.")),
            (
                "end",
                _("Let them leave"),
                _("Their last day is the day before. If they are many, you are asked to confirm their number."),
            ),
            ("keep", _("Ignore them"), _("For files with only some of the people.")),
        ],
        "recent": [
            (job, request.link("import.job", NO_CLOCK, job=job.id), _(title(job.args, job.result))) for job in mine
        ],
    }


@view_config(
    route_name="import",
    request_method="POST",
    permission=Permission.DIRECTORY_IMPORT,
    query=Nothing,
    renderer="transfers/import.html",
)
def check(request: Request) -> Any:
    """Keep the files and have them checked."""
    sent = ImportForm.sent(request)
    given = sent_files(request.POST)
    for problem in given.problems:
        sent.refuse(problem.place, problem.message, problem.remedy)
    conn = request.db.connection()
    if sent.form is not None:
        try:
            imports.refuse_many(conn)
        except AccountError as error:
            sent.refuse("", error.message, error.remedy)
    if sent.form is None:
        request.response.status_int = 400
        return _form(request, sent)
    how = sent.form.model_dump(exclude={"file", "mapping"})
    order = ImportOrder.by(request.me, request.origin, dry_run=True, **how)
    job = _start(request, order)
    imports.keep(conn, job, given.files, given.mapping)
    return HTTPSeeOther(request.link("import.job", NO_CLOCK, job=job))


def _start(request: Request, order: ImportOrder) -> int:
    job = request.enqueue(import_files, order, user=request.me.user, group=imports.GROUP)
    assert job is not None
    return job


@view_config(
    route_name="import.job",
    request_method="GET",
    permission=Permission.DIRECTORY_IMPORT,
    query=Nothing,
    renderer="transfers/import_job.html",
)
def one(request: Request) -> Any:
    """How far an import is, and what became of it."""
    return _page(request, _asked(request, request.conn), ApplyForm.empty())


@view_config(
    route_name="import.apply",
    request_method="POST",
    permission=Permission.DIRECTORY_IMPORT,
    query=Nothing,
    renderer="transfers/import_job.html",
)
def apply(request: Request) -> Any:
    """Import the files that were checked."""
    conn = request.db.connection()
    job, sent = _asked(request, conn), ApplyForm.sent(request)
    inputs = files.of_job(conn, job.id, is_input=True)
    if job.state != JobState.DONE or not job.args["dry_run"] or not inputs:
        raise bad_request(_("These files can’t be imported any more."), _("Send them again."))
    gone = (job.result or {}).get("gone", 0)
    stopped = (job.result or {}).get("outcome") == "too_many_leavers"
    if sent.form is not None and stopped and sent.form.leavers_count != gone:
        message = ngettext("It is %(num)s person who would leave.", "It is %(num)s people who would leave.", gone)
        sent.refuse("leavers_count", message, _("If they have all left, type this number."))
    if sent.form is None:
        request.response.status_int = 400
        return _page(request, job, sent)
    how = ImportOrder.model_validate(job.args).model_dump(exclude=set(Asked.model_fields))
    how |= {"dry_run": False, "good_rows": sent.form.good_rows, "leavers_count": sent.form.leavers_count}
    new = _start(request, ImportOrder.by(request.me, request.origin, **how))
    files.share(conn, job.id, new)
    return HTTPSeeOther(request.link("import.job", NO_CLOCK, job=new))


def _asked(request: Request, conn: Connection) -> LedgerRow:
    found = ledger.one(conn, int(request.matchdict["job"]))
    if found is None or found.kind != imports.KIND or not has_asked(request.me, found.args):
        raise not_found(_("There is no such import."), _("You can see only the imports that you started."))
    return found


# --- what became of it ------------------------------------------------------------------------------------------


def _page(request: Request, job: LedgerRow, sent: Sent[ApplyForm]) -> dict[str, Any]:
    result, made = job.result or {}, {file.name: file for file in open_files(request.conn, request.me, job)}
    refused = sum(count for kind, count in result.get("refused", {}).items() if kind != TOO_MANY)
    revision = result.get("revision")
    return {
        "job": job,
        "sent": sent,
        "title": _(title(job.args, job.result)),
        "names": ", ".join(file.name for file in files.of_job(request.conn, job.id, is_input=True)),
        "open": job.state in (JobState.DUE, JobState.RUNNING),
        "result": result,
        "figures": _figures(result, refused) if "rows" in result else [],
        "changes": summary(result.get("changes", {})),
        "report": list(_report(request.conn, made.get(REPORT))),
        "listed": [
            (
                row,
                _(VERBS[row["change"].replace(" ", "_")].title),
                date.fromisoformat(day) if (day := row["from"]) else None,
            )
            for row in islice(_rows(request.conn, made.get(CHANGES)), SHOWN)
        ],
        "refused": refused,
        "files": [(name, request.link("me.jobs.file", NO_CLOCK, job=job.id, name=name)) for name in made],
        "change_set": request.link("change", NO_CLOCK, revision=revision) if revision else None,
        "undo": request.link("change.undo", NO_CLOCK, revision=revision) if revision else None,
        "may_apply": job.state == JobState.DONE
        and job.args["dry_run"]
        and result.get("outcome") in ("dry_run", "too_many_leavers")
        and bool(result.get("changes")),
    }


def _figures(result: dict[str, Any], refused: int) -> list[Figure]:
    told = [
        (result["rows"], ngettext("row", "rows", result["rows"])),
        (result["new"], _("new")),
        (result["changed"], _("changed")),
        (result["unchanged"], _("unchanged")),
        (result["gone"], _("not in the files")),
        (refused, _("refused")),
    ]
    return [Figure(number_text(number), label) for number, label in told]


def _report(conn: Connection, file: JobFileRow | None) -> Iterator[RefusedRow]:
    refused = (row for row in _rows(conn, file) if row["level"] == "refused")
    for row in islice(refused, SHOWN):
        place = ", ".join(filter(None, (row["sheet"], row["row"] and _("row %(row)s", row=row["row"]), row["column"])))
        yield RefusedRow(place, row["value"], row["reason"], row["remedy"])


def _rows(conn: Connection, file: JobFileRow | None) -> Iterator[dict[str, str]]:
    """The lines of a table that a job has made."""
    if file is None:
        return iter(())
    text = io.TextIOWrapper(io.BufferedReader(_Stored(files.content(conn, file))), "utf-8-sig", newline="")
    return iter(csv.DictReader(text))


class _Stored(io.RawIOBase):
    """A file that comes in parts, to be read from."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next(self._parts, b"")
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)
