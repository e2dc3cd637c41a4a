"""Change sets: what was applied, the newest first, and what each of them changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from pyramid.response import Response

from myproject.api.framework.answering import answer
from myproject.api.framework.operations import operation
from myproject.api.framework.paging import Limit, link_header, link_to
from myproject.api.schemas import ChangeDetail, ChangePage
from myproject.directory.changes import change_history
from myproject.directory.changes.change_history import ChangeLine, ChangeSummary
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Count, Id, Query
from myproject.web.problems import not_found
from myproject.web.request import Request


class ChangeSetsQuery(Query):
    """Which change sets."""

    before: Annotated[Id | None, Field(description="Only those before this revision.")] = None
    limit: Limit = 50


class ChangeSetQuery(Query):
    """Which of its changes."""

    after: Annotated[Count | None, Field(description="Only those after this position.")] = None
    limit: Limit = 100


def change(change_set: ChangeSummary) -> dict[str, Any]:
    """A change set as JSON."""
    return change_set._asdict()


def change_item(line: ChangeLine, passed_on: Sequence[tuple[int, str]] = ()) -> dict[str, Any]:
    """One change of it, with those (id, name) who get another manager by it."""
    return {
        "position": line.position,
        "verb": line.verb,
        "subject": {"kind": line.kind, "id": line.id, "name": line.name},
        "effective": line.effective,
        "changes": line.changes,
        "passed_on": [{"id": id_, "name": name} for id_, name in passed_on],
    }


@operation(
    "change_sets",
    "GET",
    "/change-sets",
    summary="List change sets",
    description="What was changed together, the newest first; as far as it is open to you.",
    tag="Changes",
    permission=Permission.CHANGES_READ,
    scope=Scope.CHANGES_READ,
    query=ChangeSetsQuery,
    answers={200: ChangePage},
)
def list_change_sets(request: Request) -> Response:
    """A page of change sets."""
    query = ChangeSetsQuery.of(request)
    found = change_history.change_sets(
        request.conn, request.clock, request.viewer, limit=query.limit + 1, before=query.before
    )
    items = [change(each) for each in found[: query.limit]]
    later = link_to(request, before=items[-1]["revision"]) if items and len(found) > query.limit else None
    return answer({"items": items, "next": later, "previous": None}, headers=link_header(later, None))


@operation(
    "change_set",
    "GET",
    "/change-sets/{revision}",
    summary="Read a change set",
    description="A change set, and its changes in their order.",
    tag="Changes",
    permission=Permission.CHANGES_READ,
    scope=Scope.CHANGES_READ,
    query=ChangeSetQuery,
    answers={200: ChangeDetail},
    errors=(404,),
    parts={"revision": "The number of the change set."},
)
def read_change_set(request: Request) -> Response:
    """One change set."""
    query = ChangeSetQuery.of(request)
    conn, clock, viewer = request.conn, request.clock, request.viewer
    revision = int(request.matchdict["revision"])
    found = change_history.change_set(conn, clock, viewer, revision)
    if found is None:
        raise not_found("There is no such change set.", "Look it up: /api/v1/change-sets")
    after = -1 if query.after is None else query.after
    lines = change_history.change_lines(conn, clock, viewer, revision, limit=query.limit + 1, after=after)
    shown = lines[: query.limit]
    people = {line.id for line in shown if line.kind == "employee" and line.id is not None}
    reports = change_history.passed_on(conn, clock, viewer, revision, people)
    # Of several changes about one person the first tells it.
    items = [change_item(line, reports.pop(line.id or 0, ()) if line.kind == "employee" else ()) for line in shown]
    later = link_to(request, after=items[-1]["position"]) if items and len(lines) > query.limit else None
    return answer({**change(found), "items": items, "next": later}, headers=link_header(later, None))
