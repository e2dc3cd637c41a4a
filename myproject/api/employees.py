"""Employees: the list and one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from pyramid.response import Response
from sqlalchemy import Connection

from myproject.api import employee_records as made
from myproject.api import former_employees
from myproject.api.framework.answering import answer
from myproject.api.framework.formats import MEDIA_TYPES, Format, json_lines
from myproject.api.framework.operations import operation
from myproject.api.framework.paging import MOST, Counting, Cursor, Ids, Limit, Offset, link_header, links, read_cursor
from myproject.api.framework.selecting import Brief, Expand, Fields, Omit, expanded, select
from myproject.api.schemas import Employee, EmployeePage
from myproject.directory.people import people_list, person_record
from myproject.directory.people.exporting import people_csv, reading
from myproject.directory.people.listing import filter_values
from myproject.directory.people.listing.filters import Filters, ListQueryError, Order
from myproject.directory.people.profile import absent
from myproject.directory.search.search_text import BadSearchText
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.exports import people_file
from myproject.web.listing import ListQuery, ListRequest, refused
from myproject.web.params import BadQuery, ClockQuery, Problem, Text
from myproject.web.problems import forbidden, not_found
from myproject.web.request import Request


class EmployeesQuery(ListQuery):
    """What a list of employees is asked for: everything that the page of people takes, and how it is answered."""

    ids: Annotated[Ids, Field(description=f"Only the employees with these ids, at most {MOST}.")] = ()
    employee_number: Annotated[Text, Field(description="With exactly this employee number.", examples=["E-1042"])] = ""
    email: Annotated[Text, Field(description="With exactly this mail address.", examples=["ada@example.org"])] = ""
    employed: Annotated[
        Literal["yes", "no", "any"],
        Field(
            description=(
                "Whether they are employed on the day. “no” and “any” are for the people team and administrators, and "
                "go with `name`, `ids`, `employee_number`, `email` and the order of names."
            )
        ),
    ] = "yes"
    format: Format = "json"
    limit: Limit = 50
    offset: Offset = None
    cursor: Cursor = ""
    count: Counting = "none"
    fields: Fields = ()
    omit: Omit = ()
    brief: Brief = False
    expand: Expand = ()


class EmployeeQuery(ClockQuery):
    """How one employee is answered."""

    fields: Fields = ()
    omit: Omit = ()
    brief: Brief = False
    expand: Expand = ()


@operation(
    "employees",
    "GET",
    "/employees",
    summary="List employees",
    description=(
        "The people employed on the day, by name; or those who fit what is asked, in the order that is asked for. "
        "What a filter takes by name, it takes by id too. "
        "Follow `next` until it is null; what is written meanwhile makes no one come twice or be left out of the way."
    ),
    tag="Employees",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=EmployeesQuery,
    answers={200: EmployeePage},
    vary="audience",
)
def list_employees(request: Request) -> Response:
    """A page of the employees who fit."""
    query = EmployeesQuery.of(request)
    viewer = request.viewer
    asked = ListRequest(request, query, also=[key for key in get_args(filter_values.Key) if getattr(query, key)])
    seen = made.open_fields(*viewer.key)
    names = select(query, usual=made.USUAL, known=made.KNOWN, brief=made.BRIEF, open_=seen)
    expand = expanded(query, made.EXPANDED, seen)
    if asked.bad_query:
        raise asked.bad_query
    turn = _turn(request, query, asked)
    filters = asked.filters.among(_ids(request, query))
    if query.format != "json":
        return _file(request, query, filters, asked.order, names)
    if query.employed != "yes":
        return former_employees.page(request, query, filters, asked.order, names, turn)
    try:
        page = people_list.page(
            request.conn,
            request.clock,
            viewer,
            filters,
            asked.order,
            size=query.limit,
            offset=query.offset or 0,
            also=made.also_for(names),
            **turn,
        )
        answered: dict[str, Any] = {
            "items": made.EmployeeItems(request.conn, request.clock, viewer, names, page).items(expand),
            "next": None,
            "previous": None,
        }
        if query.count != "none":
            count = page.total(exact=query.count == "exact")
            answered |= {"total": count.number, "total_exact": not count.more}
    except (ListQueryError, BadSearchText) as error:
        raise refused(error) from None
    for item in answered["items"] if page.via else ():
        if page.via.get(item.get("id")):
            item["via"] = list(page.via[item["id"]])
    later, earlier = links(
        request,
        # `offset=0` is how a client that knows no cursors begins: it gets those that stay right.
        offset=None if turn else query.offset or None,
        limit=query.limit,
        previous=page.previous,
        following=page.next,
    )
    answered["next"], answered["previous"] = later, earlier
    total = (("Total-Objects", str(answered["total"])),) if "total" in answered else ()
    return answer(answered, headers=(*link_header(later, earlier), *total))


def _turn(request: Request, query: EmployeesQuery, asked: ListRequest) -> dict[str, Any]:
    if not query.cursor:
        return {}
    if query.offset:
        raise BadQuery([Problem("cursor", "A page is told by a number or by a cursor.", "Give one of the two.")])
    place, backwards = read_cursor(request, query.cursor, asked.order)
    return {"before": place} if backwards else {"after": place}


def _file(request: Request, query: EmployeesQuery, filters: Filters, order: Order, names: tuple[str, ...]) -> Response:
    """Everyone who fits, as a file: the table that pages give, or the items of the list, a line each."""
    if not request.has_permission(Permission.DIRECTORY_EXPORT):
        raise forbidden("Taking lists as files is not open to you.", "Read them page by page.")
    if query.employed != "yes":
        raise BadQuery([Problem("employed", "Files hold people employed on the day.", "Leave out “format”.")])
    clock, viewer = request.clock, request.viewer
    if query.format == "csv":
        fixed = sorted(query.model_fields_set & {"fields", "omit", "brief", "expand"})
        if fixed:
            message = "The columns of the table are those of every export."
            raise BadQuery([Problem(name, message, "Leave it out, or ask for “ndjson”.") for name in fixed])

        def table(conn: Connection) -> Iterator[bytes]:
            return people_csv.lines(reading.everyone(conn, clock, viewer, filters, order), viewer)

        return people_file(request, query, MEDIA_TYPES["csv"], "csv", table)

    expand = expanded(query, made.EXPANDED, made.open_fields(*viewer.key))

    def items(conn: Connection) -> Iterator[bytes]:
        for at, page in people_list.chunks(conn, clock, viewer, filters, order, also=made.also_for(names)):
            yield json_lines(made.EmployeeItems(conn, at, viewer, names, page).items(expand))

    return people_file(request, query, MEDIA_TYPES["ndjson"], "ndjson", items)


def _ids(request: Request, query: EmployeesQuery) -> tuple[int, ...] | None:
    """The only employees that are asked for; None where they are not named."""
    found = [set(query.ids)] if query.ids else []
    for key in get_args(filter_values.Key):
        value = getattr(query, key)
        if value:
            found.append(set(filter_values.ids_by_key(request.conn, key, value)))
    return tuple(sorted(set.intersection(*found))) if found else None


@operation(
    "employee",
    "GET",
    "/employees/{id}",
    summary="Read an employee",
    description="Everything that is open to you of one person who works here on the day.",
    tag="Employees",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=EmployeeQuery,
    answers={200: Employee},
    errors=(404,),
    parts={"id": "The id of the employee."},
)
def read_employee(request: Request) -> Response:
    """One employee."""
    query = EmployeeQuery.of(request)
    conn, clock, viewer = request.conn, request.clock, request.viewer
    number = int(request.matchdict["id"])
    one = person_record.read_one(conn, clock, viewer, number)
    if one is None:
        raise gone(request, number)
    whole = made.detail(conn, clock, one)
    if query.fields or query.omit or query.brief:
        names = select(query, usual=made.DETAIL, known=made.DETAIL, brief=made.BRIEF, open_=frozenset(whole))
        whole = {name: whole[name] for name in names}
    if query.expand:
        expand = expanded(query, made.EXPANDED, made.open_fields(*viewer.key))
        made.expand_items(conn, clock, viewer, [whole], expand)
    return answer(whole)


def gone(request: Request, number: int) -> Exception:
    """A 404 for an employee; it tells when somebody works here who is known, but not on the day, without their name."""
    known = absent(request.conn, request.clock, request.viewer, number)
    if known is None:
        return not_found("There is no such employee.", "Look for them by name: /api/v1/employees?name=...")
    error: Any = not_found(f"This person does not work here on {request.clock.as_of}.", "Ask about another day.")
    error.kind = "not-employed"
    error.more = {"employments": [{"first_day": each.first, "last_day": each.last} for each in known.spells]}
    return error
