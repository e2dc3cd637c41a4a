"""Lists of people as files that are made in the background."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pyramid.response import Response

from myproject.api.framework.operations import operation
from myproject.api.framework.writing import IDEMPOTENCY_KEY
from myproject.api.jobs import STARTED, TAG, JobAnswer, start_once
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.transfers.exports import ExportFormat, export
from myproject.web.exports import count_export, export_order
from myproject.web.listing import ListQuery, ListRequest
from myproject.web.request import Request


class ExportQuery(ListQuery):
    """Which people, and as what kind of file."""

    format: Annotated[
        ExportFormat, Field(description="A table as CSV, or a workbook. An import takes either as “0 changes”.")
    ] = "csv"


@operation(
    "exports",
    "POST",
    "/exports",
    summary="Export people",
    description=(
        "Everyone who fits, with all that is open to you, as a file that is made in the background: for lists that "
        "take long. Ask at the address in `Location` how far it is; it names the file when it is done. "
        "`GET /employees?format=csv` answers shorter lists at once."
    ),
    tag=TAG,
    permission=Permission.DIRECTORY_EXPORT,
    scope=Scope.EMPLOYEES_READ,
    query=ExportQuery,
    answers={202: JobAnswer},
    errors=(400, 409, 422),
    headers={"Idempotency-Key": IDEMPOTENCY_KEY},
    sends=STARTED,
)
def export_people(request: Request) -> Response:
    """Have a list made as a file."""
    query = ExportQuery.of(request)
    asked = ListRequest(request, query)
    if asked.bad_query:
        raise asked.bad_query

    def start() -> int | None:
        count_export(request)
        return request.enqueue(export, export_order(request, query, asked, query.format), user=request.me.user or None)

    return start_once(request, start)
