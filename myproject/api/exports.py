"""Lists of people as files that are made in the background."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pyramid.response import Response

from myproject.api.framework.operations import operation
from myproject.api.framework.writing import IDEMPOTENCY_KEY
from myproject.api.jobs import STARTED, TAG, JobAnswer, start_once
from myproject.directory.search.search_text import BadSearchText, ask
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.transfers.exports import ExportFormat, ExportOrder, export
from myproject.web.exports import count_export
from myproject.web.listing import ListQuery, ListRequest, refused
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
    if query.q:
        try:
            ask(query.q)
        except BadSearchText as error:
            raise refused(error) from None

    def start() -> int | None:
        count_export(request)
        return request.enqueue(export, _order(request, query, asked), user=request.me.user or None)

    return start_once(request, start)


def _order(request: Request, query: ExportQuery, asked: ListRequest) -> ExportOrder:
    filters = asked.filters
    given = query.model_dump(mode="json", exclude_defaults=True)
    return ExportOrder.by(
        request.me,
        request.origin,
        format=query.format,
        q=filters.q,
        name=filters.name,
        similar=filters.similar,
        only=filters.only,
        chosen=filters.chosen,
        given={name: value for name, value in given.items() if value},
        sort=asked.order.text,
        as_of=None if request.clock.as_of == request.today else request.clock.as_of,
        known_at=request.clock.known_at,
    )
