"""The list of people as a file."""

from __future__ import annotations

from collections.abc import Iterator

from pyramid.response import Response
from sqlalchemy import Connection

from myproject.directory.people.exporting import reading
from myproject.directory.people.exporting.people_csv import lines
from myproject.security.permissions import Permission
from myproject.web.exports import people_file
from myproject.web.listing import ListQuery, ListRequest
from myproject.web.request import Request
from myproject.web.views import view_config


@view_config(route_name="employees.csv", request_method="GET", query=ListQuery, permission=Permission.DIRECTORY_EXPORT)
def as_csv(request: Request) -> Response:
    """Exactly the people of the list, on all its pages, as CSV; made while it is sent."""
    query = ListQuery.of(request)
    asked = ListRequest(request, query)
    if asked.bad_query:
        raise asked.bad_query
    clock, viewer, filters = request.clock, request.viewer, asked.filters

    def made(conn: Connection) -> Iterator[bytes]:
        return lines(reading.everyone(conn, clock, viewer, filters, asked.order), viewer)

    return people_file(request, query, "text/csv", "csv", made)
