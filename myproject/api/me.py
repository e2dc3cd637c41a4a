"""Who asks: the account or the token, and what it may do."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from myproject.api.framework.answering import answer
from myproject.api.framework.operations import operation
from myproject.api.schemas import Me
from myproject.directory.changes.change_history import department_names
from myproject.directory.departments import department_tree
from myproject.directory.visibility.audience import knows
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import Nothing
from myproject.web.request import Request


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
            "department_roles": {
                role: sorted(id_ for name, id_ in me.department_roles if name == role)
                for role in sorted({name for name, _ in me.department_roles})
            },
            "audience": me.audience,
            "permissions": sorted(each.value for each in Permission if holds(me, each)),
            "department": None if viewer.within is None else _department(request, viewer.within),
            "scopes": None if scopes is None else sorted(scopes),
            "proof": "session" if me.session is not None else "token",
        }
    )


def _department(request: Request, department: int) -> dict[str, Any]:
    """The department that a token is bound to; one that is closed by the name that it had."""
    node = department_tree.tree(request.read, request.today_clock, counts=False).get(department)
    if node is not None:
        return {"id": node.id, "name": node.name}
    return {"id": department, "name": department_names(request.read, {department}).get(department, "")}
