"""Assignments and reporting lines: what is true of somebody, period by period."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pyramid.response import Response

from myproject.api import shapes
from myproject.api.framework.answering import answer
from myproject.api.framework.operations import operation
from myproject.api.framework.paging import Cursor, Limit, link_header, links, read_cursor
from myproject.api.schemas import AssignmentPage, ReportingLinePage
from myproject.directory.departments import department_tree
from myproject.directory.org_chart.people import NotShownError
from myproject.directory.people import dated_rows
from myproject.directory.people.dated_rows import DatedRowsFilter
from myproject.directory.people.listing import filter_values
from myproject.directory.people.listing.filters import ListPosition, ListQueryError, Order
from myproject.directory.schema.fields import fields_of
from myproject.directory.visibility.audience import may_see
from myproject.models.dated import FOREVER
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.listing import refused
from myproject.web.params import BadQuery, ClockQuery, Flag, Id, Problem, Text
from myproject.web.problems import forbidden
from myproject.web.request import Request

#: The order of rows by their number.
_BY_ID = Order("id")


class RowsQuery(ClockQuery):
    """Which periods: with `as_of` those that are true on that day, without it all, past and planned."""

    employee: Annotated[Id | None, Field(description="Of this employee.")] = None
    department: Annotated[Text, Field(description="In this department: its id, path, code or name.")] = ""
    only: Annotated[Flag, Field(description="Without the departments below it.")] = False
    limit: Limit = 50
    cursor: Cursor = ""


class LinesQuery(RowsQuery):
    """The same for reporting lines."""

    manager: Annotated[Id | None, Field(description="To this manager.")] = None


@operation(
    "assignments",
    "GET",
    "/assignments",
    summary="List assignments",
    description=(
        "Jobs in departments, a row for each period. Without `as_of`, all that is believed now: past, present and "
        "planned. With it, what is true on that day."
    ),
    tag="Assignments",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=RowsQuery,
    answers={200: AssignmentPage},
    vary="audience",
)
def list_assignments(request: Request) -> Response:
    """A page of assignments."""
    query = RowsQuery.of(request)
    _open(request, "department", asked=bool(query.department))
    asked = _asked(request, query)
    rows = dated_rows.assignments(request.conn, request.clock, request.viewer, asked, limit=query.limit + 1)
    return _page(request, query, rows, _assignments(request, rows[: query.limit]))


def _assignments(request: Request, rows: list[dated_rows.AssignmentPeriod]) -> list[dict[str, Any]]:
    viewer = request.viewer
    tree = department_tree.tree(request.conn, request.clock, counts=False)
    hidden = [name for name in fields_of("assignment") if not may_see(viewer, name)]
    names = _department_names(request, {row.department for row in rows if row.department not in tree})
    made = []
    for row in rows:
        node = tree.get(row.department)
        item = {
            **_dated(row),
            "assignment": row.assignment,
            "employee": {"id": row.employee, "name": row.employee_name},
            "department": {"id": row.department, "name": node.name if node else names.get(row.department, "")},
            "job_title": row.job_title,
            "location": shapes.named(row.location, row.location_name),
            "fte": row.fte,
            "is_primary": row.is_primary,
            "is_head": row.is_head,
        }
        for name in hidden:
            del item[name]
        made.append(item)
    return made


def _department_names(request: Request, ids: set[int]) -> dict[int, str]:
    """The names of departments that are not there on the day."""
    from myproject.directory.changes.change_history import department_names

    return department_names(request.conn, ids) if ids else {}


@operation(
    "reporting_lines",
    "GET",
    "/reporting-lines",
    summary="List reporting lines",
    description="Whom jobs report to, a row for each period; `as_of` as for assignments.",
    tag="Reporting lines",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=LinesQuery,
    answers={200: ReportingLinePage},
    errors=(403,),
    vary="audience",
)
def list_reporting_lines(request: Request) -> Response:
    """A page of reporting lines."""
    query = LinesQuery.of(request)
    _open(request, "department", asked=bool(query.department))
    asked = _asked(request, query)._replace(manager=query.manager)
    try:
        rows = dated_rows.reporting_lines(request.conn, request.clock, request.viewer, asked, limit=query.limit + 1)
    except NotShownError:
        raise not_shown() from None
    items = [
        {
            **_dated(row),
            "assignment": row.assignment,
            "employee": {"id": row.employee, "name": row.employee_name},
            "manager": {"id": row.manager, "name": row.manager_name},
            "kind": row.kind,
        }
        for row in rows[: query.limit]
    ]
    return _page(request, query, rows, items)


def not_shown() -> Exception:
    """A 403 for whom reporting lines are not open to."""
    return forbidden("Who reports to whom is not open to you.", "Ask an administrator.")


def _open(request: Request, name: str, *, asked: bool) -> None:
    if asked and not may_see(request.viewer, name):
        raise BadQuery([Problem(name, f"“{name}” is not open to you.", "Leave it out.")])


def _asked(request: Request, query: RowsQuery) -> DatedRowsFilter:
    within: tuple[int, ...] = ()
    if query.department:
        tree = department_tree.tree(request.conn, request.clock, counts=False)
        try:
            found = filter_values.find_department(request.conn, tree, query.department).id
        except ListQueryError as error:
            raise refused(error) from None
        within = (found,) if query.only else (*tree.subtree(found),) or (found,)
    after = read_cursor(request, query.cursor, _BY_ID).place.id if query.cursor else 0
    # The clock has a day in any case; the rows keep to it where it was asked for.
    return DatedRowsFilter(query.employee, None, within, query.as_of, after)


def _dated(row: Any) -> dict[str, Any]:
    last: date | None = None if row.valid_to == FOREVER else row.valid_to
    return {"id": row.id, "valid_from": row.valid_from, "valid_to": last, "recorded_in": row.recorded_in}


def _page(request: Request, query: RowsQuery, rows: list[Any], items: list[dict[str, Any]]) -> Response:
    following = ListPosition("id", (), items[-1]["id"], 0) if len(rows) > query.limit and items else None
    later, _ = links(request, offset=None, limit=query.limit, previous=None, following=following)
    return answer({"items": items, "next": later, "previous": None}, headers=link_header(later, None))
