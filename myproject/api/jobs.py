"""Background work that a program has asked for: how far it is, cancelling it, and the files that it has made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field
from pyramid.response import Response
from sqlalchemy import Connection

from myproject.accounts import job_actions
from myproject.accounts.askers import has_asked
from myproject.accounts.errors import AccountError
from myproject.api.framework.answering import answer
from myproject.api.framework.idempotency import key_of
from myproject.api.framework.operations import PREFIX, operation
from myproject.api.framework.writing import writer_for
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState, LedgerRow
from myproject.language.texts import gettext as _
from myproject.security.permissions import Permission
from myproject.transfers import exports, imports
from myproject.transfers.made_files import SEEN_AS, open_files
from myproject.web.exports import job_file
from myproject.web.params import Nothing
from myproject.web.problems import conflict, not_found
from myproject.web.request import Request

NAMES = {imports.KIND: "import", exports.KIND: "export"}
TAG = "Imports and exports"
STARTED = ("Location", "Retry-After")
"""Headers of the answer to a request that has started a job."""


class JobProgress(BaseModel):
    """How far a job is."""

    phase: str | None = Field(default=None, description="What it does at the moment.")
    done: int
    of: int | None = Field(default=None, description="How many there are, where that is known.")


class MadeFile(BaseModel):
    """A file that a job has made."""

    name: str
    media_type: str
    size: int = Field(description="In bytes.")
    href: str = Field(description="Its address.")


class ImportResult(BaseModel):
    """What became of an import."""

    outcome: imports.Outcome
    message: str | None = Field(default=None, description="Why it was stopped.")
    remedy: str | None = None
    revision: int | None = Field(default=None, description="The change set that was written.")
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = Field(default=0, description="People who are employed and in none of the files.")
    vacant: int = Field(default=0, description="Rows of posts that nobody holds.")
    changes: dict[str, int] = Field(default_factory=dict, description="Verb -> how many.")
    refused: dict[str, int] = Field(default_factory=dict, description="Reason -> how many: see the report.")
    noted: dict[str, int] = Field(default_factory=dict, description="What was settled by a rule -> how many.")


class ExportResult(BaseModel):
    """What became of an export."""

    people: int


class JobAnswer(BaseModel):
    """Background work."""

    id: int
    kind: Literal["import", "export"]
    state: Literal["due", "running", "done", "dead", "cancelled"]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: JobProgress | None
    result: ImportResult | ExportResult | None
    error: str | None = Field(description="Why the last attempt failed.")
    files: list[MadeFile] = Field(description="What it has made, as long as it is kept and open to you.")


@operation(
    "job",
    "GET",
    "/jobs/{job}",
    summary="Read how far a job is",
    description="A job that you have asked for, with this token where it was a token. Ask every second or more seldom.",
    tag=TAG,
    permission=Permission.DIRECTORY_READ,
    scope=None,
    query=Nothing,
    answers={200: JobAnswer},
    errors=(404,),
    parts={"job": "The id of the job."},
    etag=False,
)
def read_job(request: Request) -> Response:
    """How far it is."""
    return answer(told(request, request.conn, _asked(request, request.conn)))


@operation(
    "job.cancel",
    "POST",
    "/jobs/{job}:cancel",
    summary="Cancel a job",
    description="It does not begin, or stops and writes nothing. What has been written stays.",
    tag=TAG,
    permission=Permission.DIRECTORY_EXPORT,
    scope=None,
    query=Nothing,
    answers={200: JobAnswer},
    errors=(404, 409),
    parts={"job": "The id of the job."},
)
def cancel_job(request: Request) -> Response:
    """Cancel it."""
    conn = request.db.connection()
    found = _asked(request, conn)
    try:
        job_actions.cancel(conn, request.origin, found.id)
    except AccountError as error:
        raise conflict(error.message, error.remedy) from None
    return answer(told(request, conn, _asked(request, conn)))


@operation(
    "job.file",
    "GET",
    "/jobs/{job}/files/{name}",
    summary="Download a file of a job",
    description="A file that a job has made. It is open as long as you may see the same as when it was made.",
    tag=TAG,
    permission=Permission.DIRECTORY_READ,
    scope=None,
    query=Nothing,
    answers={200: None},
    errors=(404,),
    parts={"job": "The id of the job.", "name": "The name of the file."},
    etag=False,
)
def read_file(request: Request) -> Response:
    """A file, in pieces."""
    wanted = request.matchdict["name"]
    for file in open_files(request.conn, request.me, _asked(request, request.conn)):
        if file.name == wanted:
            return job_file(request, file)
    raise not_found("There is no such file.", "The job names those there are.")


def _asked(request: Request, conn: Connection) -> LedgerRow:
    """The job that the address names; a 404 for one that somebody else has asked for."""
    found = ledger.one(conn, int(request.matchdict["job"]))
    if found is None or found.kind not in NAMES or not has_asked(request.me, found.args):
        raise not_found("There is no such job.", "Its address came with the answer that started it.")
    return found


def told(request: Request, conn: Connection, job: LedgerRow) -> dict[str, Any]:
    """A job as JSON."""
    result = None if job.result is None else {name: value for name, value in job.result.items() if name != SEEN_AS}
    address = _address(request, job.id)
    return {
        "id": job.id,
        "kind": NAMES[job.kind],
        "state": job.state,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "progress": job.progress,
        "result": result,
        "error": _(job.error) if job.error else None,
        "files": [
            {
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "href": f"{address}/files/{quote(file.name)}",
            }
            for file in (open_files(conn, request.me, job) if job.state == JobState.DONE else ())
        ],
    }


def start_once(request: Request, start: Callable[[], int | None]) -> Response:
    """Start a job, once for each Idempotency-Key; where to ask how far it is."""
    with key_of(request) as key:
        conn = request.db.connection()
        if key is not None:
            # Whoever waits here for the place in the queue finds the answer of who went before.
            with writer_for(request, conn, ""):
                known = key.known(conn)
            if known is not None:
                return known
        job = start()
        found = ledger.one(conn, job) if job is not None else None
        assert found is not None
        headers = (("Location", _address(request, found.id)), ("Retry-After", "1"))
        response = answer(told(request, conn, found), status=202, headers=headers)
        if key is not None:
            key.keep(conn, response)
        return response


def _address(request: Request, job: int) -> str:
    return f"{request.environ.get('SCRIPT_NAME', '')}{PREFIX}/jobs/{job}"
