"""Imports by programs: files that are sent, and imported in the background."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pyramid.httpexceptions import HTTPUnsupportedMediaType
from pyramid.response import Response

from myproject.accounts.errors import AccountError
from myproject.api.framework.bodies import InvalidBodyError
from myproject.api.framework.operations import operation
from myproject.api.framework.writing import IDEMPOTENCY_KEY, WriteQuery
from myproject.api.jobs import STARTED, TAG, JobAnswer, start_once
from myproject.language.texts import gettext as _
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.transfers import imports
from myproject.transfers.imports import ImportOrder, import_files
from myproject.web.params import Count, Day, Flag, Problem, Text, shown
from myproject.web.problems import forbidden, too_often
from myproject.web.request import Request
from myproject.web.rights import BEYOND, WITHIN
from myproject.web.uploads import FILE, MAPPED, SentFiles, sent_files

FORM = "multipart/form-data"
FILES = {
    FILE: "A file of people: CSV, TSV, XLSX, XLS, ODS, JSON, LDIF or vCard, or one of these as .gz. Several, where a "
    "mapping says how they belong together.",
    MAPPED: "A mapping file (TOML): which column says what. Without one, headings are known by their usual names.",
}


class ImportQuery(WriteQuery):
    """How it is to be imported."""

    dry_run: Annotated[Flag, Field(description="Only tell what it would do.")] = False
    effective: Annotated[
        Day | None, Field(description="The day from which differences are true; today, unless the mapping says it.")
    ] = None
    good_rows: Annotated[Flag, Field(description="Let the good rows in where others are refused.")] = False
    leavers: Annotated[
        Literal["report", "end", "keep"],
        Field(description="What becomes of people who are in none of the files: told, ended the day before, or kept."),
    ] = "report"
    leavers_count: Annotated[
        Count | None, Field(description="How many leave so, exactly: needed where they are many.")
    ] = None
    bad_cells: Annotated[
        Literal["contact", "refuse", "blank"],
        Field(description="A cell that can't be taken: left out if it is a contact, refuses its row, or is left out."),
    ] = "contact"
    department: Annotated[Text, Field(description="The department of new people whose row names none.")] = ""
    joined: Annotated[
        Day | None, Field(description="The first day of new people whose row names none, instead of `effective`.")
    ] = None
    sheet: Annotated[Text, Field(description="Which sheet of a workbook.")] = ""
    reason: Annotated[Text, Field(description="Why: the title of the change set.")] = ""


class NoFormError(HTTPUnsupportedMediaType):
    """The body is no form with a file."""

    kind = "not-a-form"
    remedy = "Send the file as multipart/form-data, in the part “file”: curl -F file=@people.csv."

    def __init__(self) -> None:
        super().__init__("The body is not a form with a file.")


@operation(
    "imports",
    "POST",
    "/imports",
    summary="Import people",
    description=(
        "What the files say becomes one change set, in the background; with `dry_run` it is only planned. Ask at the "
        "address in `Location` how far it is. When it is done, `report.csv` names every cell that was refused or "
        "settled by a rule, and `changes.csv` every change. Fields and people that are not open to you stay as they "
        "are. An import can be undone like any change set."
    ),
    tag=TAG,
    permission=Permission.DIRECTORY_IMPORT,
    scope=Scope.IMPORTS_WRITE,
    query=ImportQuery,
    files=FILES,
    answers={202: JobAnswer},
    errors=(400, 403, 409, 413, 415, 422),
    headers={"Idempotency-Key": IDEMPOTENCY_KEY},
    sends=STARTED,
)
def import_people(request: Request) -> Response:
    """Keep what was sent, and have it imported."""
    query = ImportQuery.of(request)
    if request.me.within is not None:
        raise forbidden(_(BEYOND), _(WITHIN))
    sent = _files(request)

    def start() -> int | None:
        conn = request.db.connection()
        try:
            imports.refuse_many(conn)
        except AccountError as error:
            raise too_often(error.message, error.remedy, 60) from None
        order = ImportOrder.by(request.me, request.origin, **query.model_dump())
        job = request.enqueue(import_files, order, user=request.me.user or None, group=imports.GROUP)
        assert job is not None
        imports.keep(conn, job, sent.files, sent.mapping)
        return job

    return start_once(request, start)


def _files(request: Request) -> SentFiles:
    """The files that were sent. Raises what is wrong with them."""
    if request.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != FORM:
        raise NoFormError
    sent = sent_files(request.POST)
    problems = [each._replace(place=f"/{each.place}") for each in sent.problems]
    problems += [
        Problem(f"/{name}", f"There is no part “{shown(name)}” here.", "Leave it out.")
        for name in dict.fromkeys(request.POST)
        if name not in FILES
    ]
    if problems:
        raise InvalidBodyError(problems)
    # What an Idempotency-Key is held to.
    request.__dict__["sent"] = sent.digest
    return sent
