"""Live search: what to offer while somebody types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field
from pyramid.response import Response

from myproject.directory.people import people_list
from myproject.directory.search.search_text import BadSearchText
from myproject.directory.search.suggest import Entity, suggest
from myproject.directory.visibility.audience import may_see
from myproject.pages.people.faces import face_picture, hue, initials
from myproject.pages.people.values import Links, person_text
from myproject.web.listing import refused
from myproject.web.params import ClockQuery, Text
from myproject.web.request import Request
from myproject.web.views import view_config

Kind = Literal["all", "employee", "department", "location", "job_title", "skill"]


class SuggestQuery(ClockQuery):
    """`q`: what was typed. `kind`: of what; "all" for the search box. `limit`: people at most."""

    q: Text = ""
    kind: Kind = "all"
    limit: Annotated[int, Field(ge=1, le=20)] = 8


@view_config(route_name="suggest", request_method="GET", query=SuggestQuery)
def suggestions(request: Request) -> Response:
    """What fits, as JSON: `items`, each with kind, id, label, detail and url; people first, with initials,
    hue and the address of their portrait.

    What is not a person has `value` too: what a filter takes for it.

    `all` is the address of the whole list, `more` says whether it holds more people than are given.
    """
    query = SuggestQuery.of(request)
    try:
        found = suggest(request.conn, request.clock, request.viewer, query.q, query.limit)
    except BadSearchText as error:
        raise refused(error) from None
    items: list[dict[str, Any]] = []
    if query.kind in ("all", "employee"):
        items += _people(request, found.people)
    items += _things(request, query.kind, "department", found.departments)
    items += _things(request, query.kind, "location", found.locations)
    items += _things(request, query.kind, "job_title", found.job_titles)
    items += _things(request, query.kind, "skill", found.skills)
    answer = {
        "q": query.q,
        "items": items,
        "more": found.more,
        "all": request.link("employees", _query={"q": query.q}),
    }
    return Response(orjson.dumps(answer), content_type="application/json")


def _people(request: Request, hits: Any) -> list[dict[str, Any]]:
    via = {hit.employee_id: hit.via for hit in hits}
    links = Links(request)
    found = people_list.some(request.conn, request.clock, request.viewer, list(via))
    return [
        {
            "kind": "person",
            "id": person.id,
            "label": person.name,
            "value": person_text(request.viewer, person.id, person.name, person.employee_number),
            "detail": " · ".join(part for part in (person.job_title, found.department_name(person)) if part),
            "url": links.person(person.id),
            "initials": initials(person.name),
            "hue": hue(person.id),
            "portrait": face_picture(request, person.id, person.portrait),
            "via": list(via[person.id]),
        }
        for person in found.people
    ]


def _things(request: Request, asked: str, kind: str, things: tuple[Entity, ...]) -> list[dict[str, Any]]:
    if asked not in ("all", kind) or not may_see(request.viewer, "skills" if kind == "skill" else kind):
        return []
    return [
        {
            "kind": kind,
            "id": thing.id,
            "label": thing.name,
            "detail": thing.detail,
            "value": thing.path if kind == "department" else thing.name,
            "url": request.link("departments", traverse=thing.path.split("/"))
            if kind == "department" and asked == "all"
            else request.link("employees", _query={kind: thing.id}),
        }
        for thing in things
    ]
