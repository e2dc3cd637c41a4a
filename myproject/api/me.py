"""Who asks: the account or the token, and what it may do."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from myproject.api.answering import answer
from myproject.api.operations import operation
from myproject.api.schemas import Me
from myproject.directory import departments
from myproject.directory.audience import knows
from myproject.directory.changes import department_names
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import Nothing


@operation(
    "me",
    "GET",
    "/me",
    summary="Read who you are",
    description="Whom your proof stands for, and what you may do with it. Any token will do.",
    tag="Me",
    permission=Permission.DIRECTORY_READ,
    scope=None,
    query=Nothing,
    answers={200: Me},
)
def read_me(request: Request) -> Response:
    """Who asks."""
    me, viewer = request.me, request.viewer
    known = me.employee is not None and knows(request.read, request.today_clock, viewer, me.employee)
    scopes = getattr(me, "scopes", None)
    return answer(
        {
            "name": me.name,
            "email": me.email,
            "employee": {"id": me.employee, "name": me.name} if known else None,
            "roles": sorted(me.roles),
            "editor_of": sorted(me.editor_of),
            "audience": me.reach,
            "permissions": sorted(each.value for each in Permission if holds(me, each)),
            "department": None if viewer.within is None else _department(request, viewer.within),
            "scopes": None if scopes is None else sorted(scopes),
            "proof": "session" if me.session is not None else "token",
        }
    )


def _department(request: Request, department: int) -> dict[str, Any]:
    """The department that a token is bound to; one that is closed by the name that it had."""
    node = departments.tree(request.read, request.today_clock, counts=False).get(department)
    if node is not None:
        return {"id": node.id, "name": node.name}
    return {"id": department, "name": department_names(request.read, {department}).get(department, "")}
