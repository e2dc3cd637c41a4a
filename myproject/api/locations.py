"""Locations: the list, and one of them."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from myproject.api import shapes
from myproject.api.framework.answering import answer
from myproject.api.framework.formats import Format, whole
from myproject.api.framework.operations import operation
from myproject.api.framework.paging import FARTHEST, Counting, Limit, Offset, by_number, link_header
from myproject.api.schemas import Location, LocationPage
from myproject.directory.departments import locations
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Nothing, Query
from myproject.web.problems import not_found
from myproject.web.request import Request


class LocationsQuery(Query):
    """Which locations: they are not dated."""

    limit: Limit = 50
    offset: Offset = None
    count: Counting = "none"
    format: Format = "json"


@operation(
    "locations",
    "GET",
    "/locations",
    summary="List locations",
    description="The places of work, by name. They are not dated.",
    tag="Locations",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.LOCATIONS_READ,
    query=LocationsQuery,
    answers={200: LocationPage},
    vary="audience",
)
def list_locations(request: Request) -> Response:
    """A page of locations."""
    query = LocationsQuery.of(request)
    if query.format != "json":
        return whole(query, [shapes.location(place) for place in locations.places(request.conn, limit=FARTHEST)])
    offset = query.offset or 0
    found = locations.places(request.conn, limit=query.limit + 1, offset=offset)
    items = [shapes.location(place) for place in found[: query.limit]]
    later, earlier = by_number(request, query, items, offset + len(found))
    answered: dict[str, Any] = {"items": items, "next": later, "previous": earlier}
    if query.count != "none":
        answered |= {"total": locations.count(request.conn), "total_exact": True}
    return answer(answered, headers=link_header(later, earlier))


@operation(
    "location",
    "GET",
    "/locations/{id}",
    summary="Read a location",
    tag="Locations",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.LOCATIONS_READ,
    query=Nothing,
    answers={200: Location},
    errors=(404,),
    parts={"id": "The id of the location."},
    vary="audience",
)
def read_location(request: Request) -> Response:
    """One place of work."""
    place = locations.place(request.conn, int(request.matchdict["id"]))
    if place is None:
        raise not_found("There is no such location.", "Look it up: /api/v1/locations")
    return answer(shapes.location(place))
