"""Who asks: the account or the token, and what it may do."""

from __future__ import annotations

from pyramid.response import Response

from myproject.api.answering import answer
from myproject.api.operations import operation
from myproject.api.schemas import Me
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
    me = request.me
    scopes = getattr(me, "scopes", None)
    return answer(
        {
            "name": me.name,
            "email": me.email,
            "employee": None if me.employee is None else {"id": me.employee, "name": me.name},
            "roles": sorted(me.roles),
            "editor_of": sorted(me.editor_of),
            "audience": me.reach,
            "permissions": sorted(each.value for each in Permission if holds(me, each)),
            "scopes": None if scopes is None else sorted(scopes),
            "proof": "session" if me.session is not None else "token",
        }
    )
