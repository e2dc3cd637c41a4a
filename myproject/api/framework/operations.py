"""Every operation of the API, declared once: address, rights, parameters, body, answers, and words for people.

A module of this package declares what it answers::

    @operation(
        "employees", "GET", "/employees",
        summary="List employees", tag="Employees",
        permission=Permission.DIRECTORY_READ, scope=Scope.EMPLOYEES_READ,
        query=EmployeesQuery, answers={200: EmployeePage},
    )
    def list_employees(request): ...

`OPERATIONS` is what the routes and views are made from, and what the specification, the reference and the tests of
permissions read. A view below /api that is not in it fails a test.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import BaseModel
from pyramid.config import Configurator

from myproject.routes import ID
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import ClockQuery, Query

PREFIX = "/api/v1"

#: What the parts of addresses hold, where a pattern says nothing else; all others are one step of any text.
_PATTERNS = {
    "id": ID,
    "employee": ID,
    "department": ID,
    "location": ID,
    "revision": ID,
    "assignment": ID,
    "line": ID,
    "job": ID,
}
#: The modules that declare operations, the busiest first: addresses are tried in this order.
MODULES = (
    "employees", "search", "stream", "employee_changes", "career_changes", "departments", "dated", "chart", "locations",
    "change_sets", "place_changes", "batch", "undoing", "me", "imports",
    "exports", "jobs", "documentation",
)  # fmt: skip

Vary = Literal["audience", "person"]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    name: str
    """Of the address, dotted: "employees", "employee.move". The route is "api." + name."""
    method: str
    pattern: str
    """The path below /api/v1, where ``{id}`` may be followed by a regular expression: ``{id:[0-9]+}``."""
    view: Callable[..., Any]
    summary: str
    description: str
    tag: str
    permission: Permission
    scope: Scope | None
    """What a token needs to be good for; None: any token will do."""
    query: type[Query]
    body: type[BaseModel] | None
    files: Mapping[str, str]
    """The parts of a form with files, where that is the body, the needed one first: name -> words."""
    answers: Mapping[int, Any]
    """Status -> pydantic model that describes the answer; None where it has no body."""
    errors: tuple[int, ...]
    parts: Mapping[str, str]
    """What each part of the address is: name -> words."""
    headers: Mapping[str, Any]
    """Further headers that it takes: name -> words."""
    sends: tuple[str, ...]
    """Headers of a successful answer, besides those of every answer."""
    examples: Mapping[str, Any]
    """Of the body and of answers, by "body" or by status."""
    vary: Vary
    """Whom an answer is the same for: everyone of one audience, or one person only. What many share is kept."""
    etag: bool
    """Whether an answer to GET has a tag by which the reader can ask whether it is still good."""
    factory: Callable[..., Any] | None
    """The root factory of the route, for rights that hang on a department or a person. One method that names it is
    enough: all that a route answers have one."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the view."""

    @property
    def route(self) -> str:
        """The name of the route."""
        return f"api.{self.name}"

    @property
    def path(self) -> str:
        """The whole address, as the specification writes it: "/api/v1/employees/{id}"."""
        return PREFIX + re.sub(r"\{(\w+):[^{}]*(?:\{[^{}]*\})?[^{}]*\}", r"{\1}", self.pattern)

    @property
    def id(self) -> str:
        """A name of its own: "employees.get"."""
        return f"{self.name}.{self.method.lower()}"

    @property
    def safe(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"


OPERATIONS: dict[tuple[str, str], Operation] = {}
"""(route name, method) -> the operation."""


def operation(
    name: str,
    method: str,
    pattern: str,
    *,
    summary: str,
    tag: str,
    permission: Permission,
    scope: Scope | None,
    answers: Mapping[int, Any],
    description: str = "",
    query: type[Query] = ClockQuery,
    body: type[BaseModel] | None = None,
    files: Mapping[str, str] | None = None,
    errors: tuple[int, ...] = (),
    parts: Mapping[str, str] | None = None,
    headers: Mapping[str, Any] | None = None,
    sends: tuple[str, ...] = (),
    examples: Mapping[str, Any] | None = None,
    vary: Vary = "person",
    etag: bool = True,
    factory: Callable[..., Any] | None = None,
    **options: Any,
) -> Callable[[View], View]:
    """Declare a view as an operation; it is called with the request and gives a `Response`.

    The errors that every operation has (401, 403, 406, 429, 500, 503, and 400 for its query) need not be named.
    """

    def declared(view: View) -> View:
        made = Operation(
            name=name,
            method=method,
            pattern=pattern,
            view=view,
            summary=summary,
            description=description or (view.__doc__ or "").strip(),
            tag=tag,
            permission=permission,
            scope=scope,
            query=query,
            body=body,
            files=files or {},
            answers=answers,
            errors=errors,
            parts=parts or {},
            headers=headers or {},
            sends=sends,
            examples=examples or {},
            vary=vary,
            etag=etag and method == "GET",
            factory=factory,
            options=options,
        )
        known = OPERATIONS.setdefault((made.route, method), made)
        if known.view.__qualname__ != view.__qualname__:
            raise ValueError(f"{method} {made.path} is declared twice")
        OPERATIONS[made.route, method] = made
        return view

    return declared


def route_pattern(pattern: str) -> str:
    """The address as Pyramid takes it: parts that say nothing of themselves get the pattern of their name."""

    def part(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"{{{name}:{_PATTERNS[name]}}}" if name in _PATTERNS else match.group(0)

    return PREFIX + re.sub(r"\{(\w+)\}", part, pattern)


def load() -> dict[tuple[str, str], Operation]:
    """Every operation there is: `OPERATIONS`, once all modules have declared theirs."""
    for module in MODULES:
        importlib.import_module(f"myproject.api.{module}")
    return OPERATIONS


def includeme(config: Configurator) -> None:
    """Add a route for every address and a view for every operation."""
    registry: Any = config.registry
    done: set[str] = set()
    factories = {each.route: each.factory for each in load().values() if each.factory}
    for each in load().values():
        if each.route not in done:
            done.add(each.route)
            factory = factories.get(each.route)
            options = {"factory": factory} if factory else {}
            config.add_route(each.route, route_pattern(each.pattern), **options)
            registry.paths[each.route] = each.path
        config.add_view(
            each.view,
            route_name=each.route,
            request_method=each.method,
            permission=each.permission,
            query=each.query,
            operation=each,
            # A token is not sent by a browser on its own; who comes by the cookie of a session is asked for the
            # token of forms by `answering.operation_view`.
            **({} if each.safe else {"require_csrf": False}),
            **each.options,
        )
