"""The chart: around one person, from the top, and between two people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Annotated, Any

from pydantic import Field
from pyramid.response import Response

from myproject.api import shapes
from myproject.api.dated import not_shown
from myproject.api.employees import gone
from myproject.api.framework.answering import answer
from myproject.api.framework.operations import operation
from myproject.api.framework.paging import link_header, link_to
from myproject.api.schemas import Chart, ChartPath, ChartTop
from myproject.directory.org_chart import between, focus, top
from myproject.directory.org_chart.focus import Branch, OtherLine
from myproject.directory.org_chart.people import ChartPerson, NotShownError
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import ClockQuery, Count, Id
from myproject.web.problems import not_found
from myproject.web.request import Request

PageNumber = Annotated[
    Count, Field(ge=1, le=100_000, description=f"Which page of {focus.PAGE} people, from 1.", examples=[1])
]


class ChartQuery(ClockQuery):
    """Which page of those who report to the person."""

    page: PageNumber = 1


class PathQuery(ClockQuery):
    """Between whom."""

    from_: Annotated[Id, Field(alias="from", description="The id of the one.")]
    to: Annotated[Id, Field(description="The id of the other.")]


def _shown(view: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """An operation on reporting lines: refused to whom they are not open."""

    @wraps(view)
    def wrapped(request: Request) -> Response:
        try:
            return view(request)
        except NotShownError:
            raise not_shown() from None

    return wrapped


def person(someone: ChartPerson) -> dict[str, Any]:
    """Somebody on the chart."""
    return {
        "id": someone.id,
        "name": someone.name,
        "job_title": someone.title,
        "department": shapes.reference(someone.department),
        "manager_id": someone.manager,
        "reports": someone.reports,
        "below": someone.below,
    }


def _people(people: Iterable[ChartPerson]) -> list[dict[str, Any]]:
    return [person(each) for each in people]


def _others(lines: Iterable[OtherLine]) -> list[dict[str, Any]]:
    return [
        {"kind": line.kind, "direction": "up" if line.upward else "down", "person": person(line.person)}
        for line in lines
    ]


def _links(request: Request, branch: Branch, page: int) -> tuple[str | None, str | None]:
    if page > branch.pages:
        raise not_found(f"There is no page {page}; the last one is {branch.pages}.", "Begin with page 1.")
    later = link_to(request, page=page + 1) if page < branch.pages else None
    return later, link_to(request, page=page - 1) if page > 1 else None


@operation(
    "chart",
    "GET",
    "/chart",
    summary="Read the top of the chart",
    description="The managers who report to nobody, those with most people below first.",
    tag="Chart",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=ChartQuery,
    answers={200: ChartTop},
    errors=(403, 404),
    vary="audience",
)
@_shown
def read_top(request: Request) -> Response:
    """The top of the organisation."""
    page = ChartQuery.of(request).page
    found = top.top(request.conn, request.clock, request.viewer, page=page)
    later, earlier = _links(request, found.branch, page)
    answered = {
        "items": _people(item.person for item in found.branch.items),
        "total": found.branch.total,
        "outside": found.outside,
        "next": later,
        "previous": earlier,
    }
    return answer(answered, headers=link_header(later, earlier))


@operation(
    "chart.path",
    "GET",
    "/chart/path",
    summary="Read how two people are connected",
    tag="Chart",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=PathQuery,
    answers={200: ChartPath},
    errors=(403, 404),
    vary="audience",
)
@_shown
def read_path(request: Request) -> Response:
    """The steps between two people by the lines of the tree, and the nearest person above both."""
    query = PathQuery.of(request)
    link = between.link(request.conn, request.clock, request.viewer, query.from_, query.to)
    if link is None:
        for each in (query.from_, query.to):
            if focus.focus(request.conn, request.clock, request.viewer, each) is None:
                raise gone(request, each)
        raise gone(request, query.to)
    answered = {
        "one": person(link.one),
        "other": person(link.other),
        "common": None if link.common is None else person(link.common),
        "up": _people(link.one_up),
        "down": _people(reversed(link.other_up)),
        "direct": _others(link.direct),
        "department": shapes.reference(link.department),
    }
    return answer(answered)


@operation(
    "chart.focus",
    "GET",
    "/chart/{id}",
    summary="Read the chart around a person",
    description="Everyone above, some of those beside, a page of those who report to them, and other lines.",
    tag="Chart",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=ChartQuery,
    answers={200: Chart},
    errors=(403, 404),
    parts={"id": "The id of the employee."},
    vary="audience",
)
@_shown
def read_chart(request: Request) -> Response:
    """The chart around one person."""
    page, number = ChartQuery.of(request).page, int(request.matchdict["id"])
    found = focus.focus(request.conn, request.clock, request.viewer, number, page=page)
    if found is None:
        raise gone(request, number)
    later, earlier = _links(request, found.reports, page)
    answered = {
        "person": person(found.person),
        "chain": _people(found.chain),
        "peers": _people(found.peers),
        "peers_total": found.peers_total,
        "reports": _people(item.person for item in found.reports.items),
        "reports_total": found.reports.total,
        "others": _others(found.others),
        "next": later,
        "previous": earlier,
    }
    return answer(answered, headers=link_header(later, earlier))
