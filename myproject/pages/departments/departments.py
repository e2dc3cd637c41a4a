"""Departments: the tree of all, the page of one, and what to say where there is none."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from pydantic import Field
from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound
from pyramid.renderers import render_to_response
from pyramid.response import Response

from myproject.accounts import roles
from myproject.directory.departments import department_history as history
from myproject.directory.departments import department_people, department_tree
from myproject.directory.departments.department_tree import DepartmentNode, DepartmentTree
from myproject.directory.people.listing.filters import Filters, ListQueryError, Order
from myproject.directory.people.people_list import PeoplePage
from myproject.directory.schema.text import slug, words
from myproject.directory.visibility.audience import may_see
from myproject.pages.accounts.role_words import hidden
from myproject.pages.departments.timeline_words import event_pieces
from myproject.pages.people.faces import know_faces
from myproject.pages.people.list_columns import department_rows
from myproject.pages.people.people_pages import next_text, previous_text, read_page
from myproject.pages.people.values import Links, local_time
from myproject.security.permissions import Permission
from myproject.web.error_answers import http_error
from myproject.web.params import BadQuery, ClockQuery, Flag, Problem, Text, Token
from myproject.web.request import Request
from myproject.web.resources import DepartmentResource, DepartmentsRoot
from myproject.web.views import notfound_view_config, view_config

PEOPLE = 25
"""People on one page of a department."""
ROWS = 400
"""Departments that the overview shows at most; deeper levels are left out beyond that."""
DEEPEST = 8
"""The deepest step of indenting."""
CHILDREN = 200
"""Sub-departments on one page of a department."""


class DepartmentTreeQuery(ClockQuery):
    """The parameters of the overview."""

    q: Text = ""


class DepartmentQuery(ClockQuery):
    """The parameters of a department's page. `after`, `before`: places in its list of people."""

    only: Flag = False
    after: Token = ""
    before: Token = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Of its sub-departments."""


@view_config(
    route_name="departments",
    context=DepartmentsRoot,
    request_method="GET",
    query=DepartmentTreeQuery,
    renderer="departments/tree.html",
)
def overview(_context: DepartmentsRoot, request: Request) -> Any:
    """The whole tree, or the departments whose names fit what was typed."""
    elsewhere = _canonical(request, "")
    if elsewhere is not None:
        return elsewhere
    query = DepartmentTreeQuery.of(request)
    tree = department_tree.seen_tree(request.conn, request.clock, request.viewer)
    depth = _depth_that_fits(tree)
    found = _named(tree, query.q)
    shown = found[:ROWS] if query.q else [node for node in tree if node.depth <= depth]
    return {
        "q": query.q,
        "tree": tree,
        "rows": _rows(request, tree, shown, None if query.q else depth),
        "depth": depth,
        "found": len(found),
        "counted": may_see(request.viewer, "department"),
    }


class DepartmentRow(NamedTuple):
    """A department in a table, everything worked out: there may be hundreds."""

    name: str
    url: str
    above: str
    """The names on the way to it, where it stands by itself."""
    depth: int
    hidden: int
    """How many departments are below and not in the table."""
    heads: list[tuple[str, str]]
    """Name and address."""
    people: int
    share: str
    """Of all people that the bar is measured by, in per cent."""


def _rows(
    request: Request,
    tree: DepartmentTree,
    nodes: Sequence[DepartmentNode],
    depth: int | None,
    whole: int | None = None,
) -> list[DepartmentRow]:
    """Departments as rows: down to a depth of the tree, each for itself (None), or measured by a department (whole)."""
    heads = department_people.heads(request.conn, request.clock, request.viewer, [node.id for node in nodes])
    links = Links(request)
    total = tree.people if whole is None else whole
    alone = depth is None and whole is None
    made = []
    for node in nodes:
        above = "".join(f"{each.name} / " for each in tree.path_of(node.parent)) if alone and node.parent else ""
        hidden = len(tree.subtree(node.id)) - 1 if node.children and (node.depth == depth or whole is not None) else 0
        made.append(
            DepartmentRow(
                node.name,
                links.department(node.path),
                above,
                0 if depth is None else min(node.depth, DEEPEST),
                hidden,
                [(head.name, links.person(head.id)) for head in heads.get(node.id, ())],
                node.total,
                f"{100 * node.total / total:.1f}" if total else "0",
            )
        )
    return made


def _depth_that_fits(tree: DepartmentTree) -> int:
    """The deepest level down to which the tree has at most `ROWS` departments; the roots always."""
    levels: dict[int, int] = {}
    for node in tree:
        levels[node.depth] = levels.get(node.depth, 0) + 1
    total = 0
    for level in range(len(levels)):
        total += levels[level]
        if total > ROWS:
            return max(0, level - 1)
    return max(0, len(levels) - 1)


def _named(tree: DepartmentTree, q: str) -> list[DepartmentNode]:
    """The departments whose name or code holds every typed word at the beginning of one of its own."""
    typed = words(q)
    if not typed:
        return []
    found = []
    for node in tree:
        known = [*words(node.name), *words(node.code)]
        if all(any(word.startswith(each) for word in known) for each in typed):
            found.append(node)
    return found


@view_config(
    route_name="departments",
    context=DepartmentResource,
    request_method="GET",
    query=DepartmentQuery,
    renderer="departments/department.html",
)
def department(context: DepartmentResource, request: Request) -> Any:
    """One department: its path, heads, sub-departments, people, places, past and plans."""
    elsewhere = _canonical(request, context.node.path)
    if elsewhere is not None:
        return elsewhere
    query = DepartmentQuery.of(request)
    conn, clock, viewer = request.conn, request.clock, request.viewer
    tree = department_tree.seen_tree(conn, clock, viewer)
    node = tree[context.node.id]
    children = tree.children(node.id)
    start = (query.page - 1) * CHILDREN
    shown = children[start : start + CHILDREN]
    only = query.only or not children
    page = _people(request, node, query, only=only)
    second_roles = department_people.second_roles(conn, clock, viewer, node.id)
    know_faces(request, (each.id for each in second_roles))
    return {
        "node": node,
        "path": tree.path_of(node.id),
        "children": _rows(request, tree, shown, None, node.total),
        "children_total": len(children),
        "children_page": query.page,
        "children_pages": max(1, -(-len(children) // CHILDREN)),
        "heads": department_people.heads(conn, clock, viewer, [node.id]).get(node.id, []),
        "below": len(tree.subtree(node.id)) - 1,
        "only": only,
        "people": page,
        "rows": department_rows(request, page, departments=not only) if page else "",
        "previous": previous_text(page, PEOPLE) if page else None,
        "next": next_text(page) if page else None,
        "second_roles": second_roles,
        "places": [
            (place, local_time(request, place.time_zone))
            for place in department_people.places(conn, clock, viewer, tree, node.id, only=only)
        ],
        "timeline": history.timeline(conn, clock, viewer, node.id),
        "event_pieces": partial(event_pieces, name=node.name, links=Links(request)),
        "about": history.about(conn, node.id),
        "counted": may_see(viewer, "department"),
        **_editing(context, request, tree),
    }


def _editing(context: DepartmentResource, request: Request, tree: DepartmentTree) -> dict[str, Any]:
    """Who edits the department, by a role on it or on one above, and what the viewer may do about it: today only."""
    if not request.clock.is_now:
        return {"edited_by": [], "may_edit": False, "may_grant": False}
    on = [node.id for node in tree.path_of(context.node.id)]
    counter = request.counter
    known = (counter.access, counter.revision, request.today)
    granted = roles.who_may_in(request.conn, Permission.DEPARTMENT_EDIT, on, request.now, known)
    names = {each.employee_id: each.name for each in granted if each.employee_id not in hidden(request)}
    return {
        "edited_by": [(name, request.link("employee", id=employee)) for employee, name in names.items()],
        "may_edit": bool(request.has_permission(Permission.DEPARTMENT_EDIT, context)),
        "may_grant": bool(request.has_permission(Permission.ROLE_GRANT)),
    }


def _people(request: Request, node: DepartmentNode, query: DepartmentQuery, *, only: bool) -> PeoplePage | None:
    """A page of the department's people; None where the viewer may not see who works where."""
    if not may_see(request.viewer, "department"):
        return None
    order = Order("name")
    try:
        filters = Filters(department=node.id, only=only)
        return read_page(request, filters, order, PEOPLE, after=query.after, before=query.before)
    except ListQueryError as refused:
        raise BadQuery([Problem(refused.place, refused.message, refused.remedy)]) from None


# --- addresses ----------------------------------------------------------------------------------------------


def _address(request: Request, path: str) -> str:
    """The address of a department, in the form in which it stands in the address bar."""
    prefix = request.environ.get("SCRIPT_NAME", "")
    return quote(f"{prefix}/departments/{path}/" if path else f"{prefix}/departments/", safe="/~")


def _canonical(request: Request, path: str) -> Response | None:
    """A redirect to the one address of a department, where it was asked for by another (no slash at the end)."""
    address = _address(request, path)
    if quote(request.environ.get("SCRIPT_NAME", "") + request.path_info, safe="/~") == address:
        return None
    return _redirect(request, address, 308)


def _redirect(request: Request, address: str, status: int) -> Response:
    query = request.environ.get("QUERY_STRING", "")
    return Response(status=status, headers={"Location": f"{address}?{query}" if query else address})


@notfound_view_config(route_name="departments")
def missing(error: HTTPNotFound, request: Request) -> Response:
    """No such department on the day shown: leads on if it has another address, else says where to look."""
    if type(error) is not HTTPNotFound or hasattr(error, "remedy") or request.method not in ("GET", "HEAD"):
        return http_error(error, request)
    if request.identity is None:
        # No view was found because nobody walks the tree without having signed in.
        return http_error(HTTPForbidden(), request)
    asked = [segment for segment in request.matchdict["traverse"] if segment]
    conn, clock = request.conn, request.clock
    tree = department_tree.tree(conn, clock, counts=False)
    slugs = [slug(segment) for segment in asked]
    node = tree.by_path(slugs)
    if node is not None:
        return _redirect(request, _address(request, node.path), 308)
    found = history.elsewhere(conn, clock, slugs)
    path = history.moved_to(found, tree)
    if path is not None:
        return _redirect(request, _address(request, path), 302)
    response = render_to_response(
        "departments/missing.html",
        {
            "asked": asked[-1][:100],
            "here": _address(request, "/".join(slugs)),
            "found": found,
            "tree": tree,
            "above": _nearest_above(tree, slugs),
            "alike": _alike(tree, slugs[-1]),
        },
        request,
    )
    response.status_int = 404
    return response


def _nearest_above(tree: DepartmentTree, slugs: Sequence[str]) -> DepartmentNode | None:
    """The last department along an address that is there."""
    node = None
    for step in slugs:
        below = tree.child(node.id if node else None, step)
        if below is None:
            break
        node = below
    return node


def _alike(tree: DepartmentTree, step: str) -> list[DepartmentNode]:
    """Departments whose names are spelled like a step of an address, the likest first."""
    by_slug: dict[str, list[DepartmentNode]] = {}
    for node in tree:
        by_slug.setdefault(node.slug, []).append(node)
    near = difflib.get_close_matches(step[:100], by_slug, 5, 0.6)
    return [node for each in near for node in by_slug[each]][:8]
