"""Changes that the API takes: what was sent becomes verbs, is looked at, planned, and written as one change set.

An operation that changes something is a function from its address and body to a `ChangeRequest`; `change` declares it,
and `writing` answers it. Nothing is written in any other way, so a batch and a single request are held to the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pyramid.httpexceptions import HTTPPreconditionFailed, HTTPPreconditionRequired
from sqlalchemy import Connection

from myproject.api.framework.answering import revision_of, tag_of
from myproject.api.framework.operations import PREFIX, route_pattern
from myproject.directory.changes.plans import Plan
from myproject.directory.changes.versions import Kind, version_of
from myproject.directory.schema.verbs import Verb
from myproject.directory.visibility.audience import hidden_from
from myproject.directory.visibility.hidden_people import Hidden
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Problem
from myproject.web.problems import conflict, forbidden, not_found, unprocessable
from myproject.web.request import Request
from myproject.web.rights import Rights

PATHS: dict[Kind, str] = {"employee": "employees", "department": "departments", "location": "locations"}
_TAKEN = frozenset({"employee_number", "external_id", "code", "email"})
"""Where a value that is somebody else's is a conflict, not a mistake."""
READ_SCOPES: dict[Kind, Scope] = {
    "employee": Scope.EMPLOYEES_READ,
    "department": Scope.DEPARTMENTS_READ,
    "location": Scope.LOCATIONS_READ,
}
"""What a token needs to be told of a thing, when it changes one as when it reads one."""


@dataclass(slots=True)
class ChangeRequest:
    """What somebody wants changed."""

    verbs: Sequence[Verb]
    kind: Kind
    thing: int | None = None
    """What it is about, where that is there already: then its version must be named."""
    places: Sequence[Mapping[str, str]] = ()
    """For each verb, where its parts stand in the body: name -> pointer."""
    reason: str = ""
    if_match: str | None = None
    read_scopes: Sequence[Scope] = ()
    """What a token needs to be told why it can't be done, where that is not for `kind` to say."""
    settle: Callable[[Connection], None] | None = None
    """Drops the verbs that would change nothing: called once the right to all that was sent is known."""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    """An operation that changes something."""

    name: str
    method: str
    pattern: str
    make: Callable[[Request, Connection, Mapping[str, str], Any], ChangeRequest]
    body: type[BaseModel] | None
    permission: Permission
    scope: Scope
    match: Callable[[str], re.Match[str] | None]


CHANGES: list[Declared] = []
"""All of them: a batch finds its parts here by method and path."""


def declare(
    name: str, method: str, pattern: str, make: Any, body: Any, permission: Permission, scope: Scope
) -> Declared:
    """Note an operation that changes something."""
    declared = Declared(name, method, pattern, make, body, permission, scope, _matcher(pattern))
    CHANGES.append(declared)
    return declared


def _matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Recognises the path of an operation, as its route does."""
    parts = re.split(r"\{(\w+)(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}", route_pattern(pattern))
    text = re.escape(parts[0])
    for name, inner, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        text += f"(?P<{name}>{inner or '[^/]+'})" + re.escape(rest)
    return re.compile(text).fullmatch


# --- what must hold -------------------------------------------------------------------------------------------


class VersionNeededError(HTTPPreconditionRequired):
    """A change of what is there came without the version that it is meant for."""

    kind = "version-needed"
    remedy = "Send the ETag of what you read in the header If-Match, or “If-Match: *” to change it whatever it is now."

    def __init__(self) -> None:
        super().__init__("The request does not say which version it changes.")


class VersionChangedError(HTTPPreconditionFailed):
    """What is to be changed is not what it was."""

    kind = "version-changed"
    remedy = "Read it again, and repeat the change on what it is now."

    def __init__(self, tag: str) -> None:
        super().__init__("It was changed meanwhile.")
        self.headers["ETag"] = tag


def tag_for(request: Request, kind: Kind, thing: int, revision: int) -> str:
    """The tag that reading something by its own address has at a revision."""
    vary = "person" if kind == "employee" else "audience"
    return tag_of(request, vary, path=f"{PREFIX}/{PATHS[kind]}/{thing}", revision=revision)


def look(request: Request, conn: Connection, change: ChangeRequest, *, lenient: bool = False) -> None:
    """Raise what stands in the way of a change before it is planned: 404, 403, 428, 412, 409, 422.

    lenient: the version need not be named, as in a dry run.
    """
    version = None
    if change.thing is not None:
        version = version_of(conn, change.kind, change.thing)
        if version is None or (change.kind == "employee" and change.thing in hidden_people(request)):
            raise not_found(f"There is no such {change.kind}.", "Look it up in the list.")
    rights = Rights(request, conn)
    denied = rights.denied(change.verbs)
    if denied:
        error: Any = forbidden(denied[0].message, denied[0].remedy)
        error.problems = [
            Problem(_place(change, each.position, each.field), each.message, each.remedy or "Leave it out.")
            for each in denied
        ]
        raise error
    if version is not None:
        _check_version(request, change, version, lenient=lenient)
    if change.settle is not None:
        change.settle(conn)


def hidden_people(request: Request) -> Hidden:
    """The employees of whom whoever sent a request may not know, today."""
    return hidden_from(request.read, request.today_clock, request.viewer)


def may_read(request: Request, *scopes: Scope) -> bool:
    """Whether what a change answers may tell what these scopes open: always, but to a token that lacks one."""
    granted = request.me.scopes
    return granted is None or granted.issuperset(scopes)


def _check_version(request: Request, change: ChangeRequest, version: int, *, lenient: bool) -> None:
    given = change.if_match
    if given is None:
        if lenient:
            return
        raise VersionNeededError
    if given.strip() == "*":
        return
    tags = [revision_of(each) for each in given.split(",") if not each.strip().startswith("W/")]
    # A tag is made of the revision at which it was read: it holds as long as nothing has touched the thing since.
    newest = request.counter.revision
    if not any(each is not None and version <= each <= max(newest, version) for each in tags):
        assert change.thing is not None
        raise VersionChangedError(tag_for(request, change.kind, change.thing, max(newest, version)))


def refusal(request: Request, change: ChangeRequest, plan: Plan, offset: int = 0) -> Exception:
    """The error that tells the problems of a plan, with the places in the body that they are about."""
    told = pointed(request, change, plan, offset)
    taken = [
        problem
        for problem in plan.problems
        if problem.field in _TAKEN and ("belongs to" in problem.message or "given to two" in problem.message)
    ]
    return conflict(_sum(told), kind="taken", problems=told) if taken else _impossible(told)


def pointed(request: Request, change: ChangeRequest, plan: Plan, offset: int = 0) -> list[Problem]:
    """The problems of a plan as problems of a body. What they say is told to who may read it."""
    # What stands in the way of a department may be the people in it.
    open_ = may_read(request, *(change.read_scopes or (READ_SCOPES[change.kind], Scope.EMPLOYEES_READ)))
    return [
        Problem(
            _place(change, problem.position - offset, problem.field),
            problem.message if open_ else "This goes against what is recorded.",
            (problem.remedy or " ") if open_ else "A token that may read it as well is told what.",
        )
        for problem in plan.problems
    ]


def _place(change: ChangeRequest, position: int, name: str | None) -> str:
    if name is None or not 0 <= position < len(change.places):
        return ""
    return change.places[position].get(name, "")


def _impossible(problems: list[Problem]) -> Exception:
    return unprocessable(_sum(problems), kind="not-possible", problems=problems)


def _sum(problems: Sequence[Problem]) -> str:
    return " ".join(dict.fromkeys(problem.message for problem in problems))
