"""Search: people, and the departments, places, titles and skills that a text names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from pyramid.response import Response

from myproject.api.framework.answering import answer
from myproject.api.framework.operations import PREFIX, operation
from myproject.api.schemas import Hits
from myproject.directory.people import people_list
from myproject.directory.search.search_text import BadSearchText
from myproject.directory.search.suggest import Entity, suggest
from myproject.directory.visibility.audience import may_see
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.listing import refused
from myproject.web.params import ClockQuery, Count, Text
from myproject.web.request import Request

Kind = Literal["all", "employee", "department", "location", "job_title", "skill"]


class SearchQuery(ClockQuery):
    """What is looked for."""

    q: Annotated[Text, Field(min_length=1, description="What to look for: words, or their beginnings.")]
    kind: Annotated[Kind, Field(description="What it may be.")] = "all"
    limit: Annotated[Count, Field(ge=1, le=50, description="How many people at most.")] = 10


@operation(
    "search",
    "GET",
    "/search",
    summary="Search for anything",
    description=(
        "People, and up to three each of the departments, locations, job titles and skills that the text names. "
        "For all people who fit, ask for `/api/v1/employees?q=...`."
    ),
    tag="Search",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=SearchQuery,
    answers={200: Hits},
    vary="audience",
)
def search(request: Request) -> Response:
    """What fits, the best first."""
    query = SearchQuery.of(request)
    try:
        found = suggest(request.conn, request.clock, request.viewer, query.q, query.limit)
    except BadSearchText as error:
        raise refused(error) from None
    items = _people(request, found.people) if query.kind in ("all", "employee") else []
    for kind, things in (
        ("department", found.departments),
        ("location", found.locations),
        ("job_title", found.job_titles),
        ("skill", found.skills),
    ):
        if query.kind in ("all", kind) and may_see(request.viewer, "skills" if kind == "skill" else kind):
            items += [_thing(kind, thing) for thing in things]
    return answer({"items": items})


def _people(request: Request, hits: Any) -> list[dict[str, Any]]:
    ids = [hit.employee_id for hit in hits]
    found = people_list.some(request.conn, request.clock, request.viewer, ids)
    return [
        {
            "kind": "employee",
            "id": each.id,
            "name": each.name,
            "detail": ", ".join(filter(None, (each.job_title, found.department_name(each)))),
            "url": f"{PREFIX}/employees/{each.id}",
        }
        for each in found.people
    ]


def _thing(kind: str, thing: Entity) -> dict[str, Any]:
    own = kind in ("department", "location")
    url = f"{PREFIX}/{kind}s/{thing.id}" if own else f"{PREFIX}/employees?{kind}={thing.id}"
    return {"kind": kind, "id": thing.id, "name": thing.name, "detail": thing.detail, "url": url}
