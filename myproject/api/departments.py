"""Departments: the list, the tree, one of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pyramid.response import Response

from myproject.api import shapes
from myproject.api.framework.answering import answer
from myproject.api.framework.formats import Format, whole
from myproject.api.framework.operations import operation
from myproject.api.framework.paging import Counting, PagedQuery, by_number, link_header
from myproject.api.schemas import OF_DEPARTMENT, DepartmentDetail, DepartmentForest, DepartmentPage
from myproject.directory.departments import department_history as history
from myproject.directory.departments import department_people, department_tree
from myproject.directory.departments.department_tree import DepartmentTree
from myproject.directory.people.listing import filter_values
from myproject.directory.people.listing.filters import ListQueryError
from myproject.directory.schema.text import words
from myproject.directory.visibility.audience import may_see
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.listing import refused
from myproject.web.params import BadQuery, ClockQuery, Count, Id, Problem, Text
from myproject.web.problems import not_found
from myproject.web.request import Request

_LOOK_UP = "Look it up: /api/v1/departments?name=..."


class DepartmentsQuery(PagedQuery):
    """Which departments: in the order of the tree, each before those below it."""

    name: Annotated[Text, Field(description="Beginnings of words of the name or the code.")] = ""
    parent: Annotated[Id | None, Field(description="Directly below this department.")] = None
    count: Counting = "none"
    format: Format = "json"


class TreeQuery(ClockQuery):
    """Which part of the tree, and how deep."""

    root: Annotated[Text, Field(description="Begin with this department: its id, path, code or name.")] = ""
    depth: Annotated[Count, Field(le=100, description="How many levels below the first; all, where none is given.")] = (
        100
    )


def _counted(request: Request, item: dict[str, Any]) -> dict[str, Any]:
    """Head counts tell who works where: for viewers to whom that is open."""
    if not may_see(request.viewer, "department"):
        del item["employees"], item["employees_below"]
    return item


@operation(
    "departments",
    "GET",
    "/departments",
    summary="List departments",
    description="The departments on the day, in the order of the tree: each before those below it.",
    tag="Departments",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.DEPARTMENTS_READ,
    query=DepartmentsQuery,
    answers={200: DepartmentPage},
    vary="audience",
)
def list_departments(request: Request) -> Response:
    """A page of departments."""
    query = DepartmentsQuery.of(request)
    if query.cursor:
        message = "Departments are read by number: there are few."
        raise BadQuery([Problem("cursor", message, "Leave it out, and give “offset”.")])
    tree = department_tree.seen_tree(request.conn, request.clock, request.viewer)
    nodes = list(tree) if query.parent is None else _children(tree, query.parent)
    typed = words(query.name)
    if query.name:
        nodes = [node for node in nodes if _fits(typed, node.name, node.code)]
    if query.format != "json":
        return whole(query, [_counted(request, shapes.department(tree, node)) for node in nodes])
    start = query.offset or 0
    chosen = nodes[start : start + query.limit]
    items = [_counted(request, shapes.department(tree, node)) for node in chosen]
    later, earlier = by_number(request, query, items, len(nodes))
    answered: dict[str, Any] = {"items": items, "next": later, "previous": earlier}
    if query.count != "none":
        answered |= {"total": len(nodes), "total_exact": True}
    return answer(answered, headers=link_header(later, earlier))


def _children(tree: DepartmentTree, parent: int) -> list[Any]:
    if parent not in tree:
        message = f"There is no department {parent} on this day."
        raise BadQuery([Problem("parent", message, _LOOK_UP)])
    return tree.children(parent)


def _fits(typed: list[str], *texts: str) -> bool:
    known = [word for text in texts for word in words(text)]
    return all(any(word.startswith(each) for word in known) for each in typed)


@operation(
    "departments.tree",
    "GET",
    "/departments/tree",
    summary="Read the tree of departments",
    description="Departments with all that lies below each, from the top or from one of them.",
    tag="Departments",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.DEPARTMENTS_READ,
    query=TreeQuery,
    answers={200: DepartmentForest},
    vary="audience",
)
def read_tree(request: Request) -> Response:
    """The tree, or a part of it."""
    query = TreeQuery.of(request)
    tree = department_tree.seen_tree(request.conn, request.clock, request.viewer)
    tops = tree.roots
    if query.root:
        try:
            root = filter_values.find_department(request.conn, tree, query.root).id
        except ListQueryError as error:
            raise refused(ListQueryError("root", error.message, error.remedy)) from None
        tops = (root,) if root in tree else ()
    first = min((tree[top].depth for top in tops), default=0)
    made: dict[int, dict[str, Any]] = {}
    for top in tops:
        # In this order every department comes after the one above it.
        for key in tree.subtree(top):
            node = tree[key]
            if node.depth - first > query.depth:
                continue
            item = made[key] = {**_counted(request, shapes.department(tree, node)), "departments": []}
            if key != top and node.parent in made:
                made[node.parent]["departments"].append(item)
    return answer({"items": [made[top] for top in tops]})


@operation(
    "department",
    "GET",
    "/departments/{id}",
    summary="Read a department",
    tag="Departments",
    permission=Permission.DIRECTORY_READ,
    scope=Scope.DEPARTMENTS_READ,
    answers={200: DepartmentDetail},
    errors=(404,),
    parts=OF_DEPARTMENT,
    vary="audience",
)
def read_department(request: Request) -> Response:
    """One department, with what is written about it, its heads, and what lies directly below."""
    conn, clock, viewer = request.conn, request.clock, request.viewer
    tree = department_tree.seen_tree(conn, clock, viewer)
    number = int(request.matchdict["id"])
    node = tree.get(number)
    if node is None:
        raise not_found("There is no such department on this day.", _LOOK_UP)
    about = history.about(conn, number)
    whole = _counted(request, shapes.department(tree, node))
    whole |= {
        "about": about.about,
        "email": about.email,
        "departments": [shapes.reference(child) for child in tree.children(number)],
    }
    if may_see(viewer, "is_head") and may_see(viewer, "department"):
        heads = department_people.heads(conn, clock, viewer, [number]).get(number, [])
        whole["heads"] = [{"id": head.id, "name": head.name} for head in heads]
    return answer(whole)
