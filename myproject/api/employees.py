"""Employees: the list and one of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from pyramid.response import Response

from myproject.api.answering import answer
from myproject.api.operations import operation
from myproject.directory import people
from myproject.directory.listing.question import Filters, Order
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import ClockQuery, Count


class EmployeesQuery(ClockQuery):
    """What a list of employees is asked for."""

    limit: Annotated[Count, Field(le=200)] = 50


class EmployeePage(BaseModel):
    """A page of employees."""

    items: list[dict[str, object]]
    next: str | None


@operation(
    "employees",
    "GET",
    "/employees",
    summary="List employees",
    tag="Employees",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.EMPLOYEES_READ,
    query=EmployeesQuery,
    answers={200: EmployeePage},
    vary="audience",
)
def list_employees(request: Request) -> Response:
    """The people who fit, a page of them."""
    query = EmployeesQuery.of(request)
    page = people.page(request.conn, request.clock, request.viewer, Filters(), Order(), size=max(query.limit, 1))
    return answer({"items": [{"id": person.id, "name": person.name} for person in page.people], "next": None})
