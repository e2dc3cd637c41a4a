"""How a change is answered: planned for who only asks (`dry_run=1`), else written, in the request's transaction.

Everything is looked at by who has the place in the queue of writers: what is found there is what is written over, so of
two changes that name the same version one is written and the other told so (412).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field
from pyramid.response import Response
from sqlalchemy import Connection, bindparam, select

from myproject.api import employee_records
from myproject.api.change_bodies import PlanAnswer
from myproject.api.framework import bodies
from myproject.api.framework.answering import answer
from myproject.api.framework.changing import (
    PATHS,
    READ_SCOPES,
    ChangeRequest,
    declare,
    hidden_people,
    look,
    may_read,
    pointed,
    refusal,
    tag_for,
)
from myproject.api.framework.idempotency import Key, given_key, key_of
from myproject.api.framework.operations import PREFIX, operation
from myproject.directory.changes import plan_data
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.changes.differences import differences
from myproject.directory.changes.plans import Plan, make_plan
from myproject.directory.changes.versions import Kind
from myproject.directory.people import person_record
from myproject.directory.schema.clock import make_clock
from myproject.directory.schema.verbs import Verb
from myproject.directory.visibility.audience import Viewer, hidden_from, may_see
from myproject.directory.visibility.hidden_people import without
from myproject.models.dated import FOREVER, is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Flag, Query
from myproject.web.problems import as_pointed
from myproject.web.request import Request
from myproject.web.resources import Changeable
from myproject.web.rights import Rights

REVISION = "Revision"
"""The header that tells as which change set it was written."""
MOST_DIFFERENCES = 1_000
"""Differences that a plan tells; of a larger one the rest is left out."""

_E = Employee.__table__
_D = Department.__table__
_V = DepartmentVersion.__table__
_L = Location.__table__
_ID: Any = bindparam("id")
_LOCATION = select(*(_L.c[name] for name in ("id", "code", "name", "address", "city", "country", "time_zone"))).where(
    _L.c.id == _ID
)
_VERSIONS = (
    select(_D.c.id, _D.c.code, _V.c.name, _V.c.parent_id, _D.c.about, _D.c.email, _V.c.valid_from, _V.c.valid_to)
    .select_from(_D)
    .outerjoin(_V, (_V.c.department_id == _D.c.id) & is_current(_V))
    .where(_D.c.id == _ID)
    .order_by(_V.c.valid_from)
)
View = TypeVar("View", bound=Callable[..., ChangeRequest])


class WriteQuery(Query):
    """The parameters of a change."""

    dry_run: Annotated[Flag, Field(description="Only tell what it would do: the answer is a plan.")] = False


IDEMPOTENCY_KEY: dict[str, Any] = {
    "description": "A text of your own, such as a UUID: the request is done once, however often it is sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    "example": "6f9619ff-8b86-4d01-b42d-00c04fc964ff",
}
HEADERS: dict[str, Any] = {
    "If-Match": "The ETag of what is changed, as it was read; `*` for whatever it is now.",
    "Idempotency-Key": IDEMPOTENCY_KEY,
}


def change(
    name: str,
    method: str,
    pattern: str,
    *,
    body: Any,
    permission: Permission,
    scope: Scope,
    tag: str,
    summary: str,
    made: Any,
    creates: bool = False,
    query: type[Query] = WriteQuery,
    **more: Any,
) -> Callable[[View], View]:
    """Declare an operation that changes something, by the function that says what: (request, conn, parts, body)."""

    def declared(make: View) -> View:
        mine = declare(name, method, pattern, make, body, permission, scope)

        def view(request: Request) -> Response:
            sent = bodies.read(request, mine.body) if mine.body is not None else None
            return perform(request, lambda conn: mine.make(request, conn, request.matchdict, sent))

        view.__qualname__ = make.__qualname__
        view.__doc__ = make.__doc__
        headers = HEADERS if not creates else {"Idempotency-Key": IDEMPOTENCY_KEY}
        if method != "POST":
            headers = {name: words for name, words in headers.items() if name != "Idempotency-Key"}
        answers: dict[int, Any] = {201 if creates else 200: made}
        if method == "PUT":
            answers = {200: made, 201: made}
        operation(
            name,
            method,
            pattern,
            summary=summary,
            tag=tag,
            permission=permission,
            scope=scope,
            query=query,
            body=body,
            answers=answers,
            errors=(400, 403, 404, 409, 413, 415, 422, *(() if creates else (412, 428))),
            headers=headers,
            sends=("ETag", REVISION),
            factory=Changeable,
            **more,
        )(view)
        return make

    return declared


def writer_for(request: Request, conn: Connection, reason: str, **more: Any) -> ChangeSetWriter:
    """The change set of a request."""
    return ChangeSetWriter(
        conn,
        today=request.today,
        author=request.me.author,
        source="api",
        reason=reason,
        request_id=request.request_id,
        check=Rights(request, conn).check,
        hidden_people=hidden_people(request),
        unique_mail=True,
        **more,
    )


# --- one change -----------------------------------------------------------------------------------------------


def perform(request: Request, make: Callable[[Connection], ChangeRequest]) -> Response:
    """Answer a change: the plan, or what became of it."""
    if WriteQuery.of(request).dry_run:
        given_key(request)
        conn = request.read
        asked = _prepared(request, make(conn))
        look(request, conn, asked, lenient=True)
        plan = plan_of(request, conn, asked.verbs)
        Rights(request, conn).check(plan)
        return answer(told_plan(request, conn, asked, plan))
    with key_of(request) as key:
        return _written(request, make, key)


def plan_of(request: Request, conn: Connection, verbs: Sequence[Verb]) -> Plan:
    """The plan of verbs, for who only asks: as `writer_for` would make it."""
    return make_plan(conn, verbs, today=request.today, hidden_people=hidden_people(request), unique_mail=True)


def _prepared(request: Request, asked: ChangeRequest) -> ChangeRequest:
    asked.if_match = request.environ.get("HTTP_IF_MATCH")
    return asked


def _written(request: Request, make: Callable[[Connection], ChangeRequest], key: Key | None) -> Response:
    conn = request.db.connection()
    with writer_for(request, conn, "") as writer:
        if key is not None:
            known = key.known(conn)
            if known is not None:
                return known
        asked = _prepared(request, make(conn))
        look(request, conn, asked)
        writer.reason(asked.reason)
        plan = writer.add(asked.verbs)
        if plan.problems:
            raise refusal(request, asked, plan)
    response = done(request, conn, asked, plan, writer)
    if key is not None:
        key.keep(conn, response)
    return response


def done(request: Request, conn: Connection, asked: ChangeRequest, plan: Plan, writer: ChangeSetWriter) -> Response:
    """The answer to a change that was written, or that changed nothing: the thing as it is now."""
    revision = writer.revision if writer.applied else writer.revision - 1
    created = asked.thing is None
    target = asked.thing if asked.thing is not None else plan.targets[0]
    assert target is not None
    headers = [("ETag", tag_for(request, asked.kind, target, revision))]
    if writer.applied:
        headers.append((REVISION, str(revision)))
    if created:
        prefix = request.environ.get("SCRIPT_NAME", "")
        headers.append(("Location", f"{prefix}{PREFIX}/{PATHS[asked.kind]}/{target}"))
    headers += asked.headers.items()
    return answer(
        record(request, conn, asked.kind, target, revision, writer.present_day),
        status=201 if created else 200,
        headers=tuple(headers),
    )


def record(
    request: Request, conn: Connection, kind: Kind, thing: int, revision: int, present_day: date | None
) -> dict[str, Any]:
    """Something as it is after the change, read in its transaction; its id alone, for a token that may not read it."""
    if not may_read(request, READ_SCOPES[kind]):
        return {"id": thing}
    viewer = request.viewer
    clock = make_clock(conn, today=request.today, revision=revision, present_day=present_day)
    if kind == "department":
        return _department(conn, request.today, thing)
    if kind == "location":
        return dict(conn.execute(_LOCATION, {"id": thing}).mappings().one())
    # The tree of departments and whom nobody may know are those from before: no change of a person alters them, but
    # the choice of who may know of that person, and where they work: that is answered to who made it.
    hidden = without(hidden_from(request.read, request.today_clock, viewer), [thing])
    one = person_record.read_one(conn, clock, viewer, thing, hidden=hidden)
    if one is not None:
        return employee_records.detail(request.read, request.today_clock, one)
    return _elsewhere(conn, viewer, thing)


def _department(conn: Connection, today: date, department: int) -> dict[str, Any]:
    """A department as it is today; where it does not exist today, as it begins or as it was last."""
    rows = conn.execute(_VERSIONS, {"id": department}).mappings().all()
    row = next((each for each in rows if each["valid_from"] <= today < each["valid_to"]), rows[-1])
    told = {name: row[name] for name in ("id", "code", "name", "parent_id", "about", "email", "valid_from")}
    return {**told, "valid_to": None if row["valid_to"] == FOREVER else row["valid_to"]}


def _elsewhere(conn: Connection, viewer: Viewer, employee: int) -> dict[str, Any]:
    """Somebody who does not work here today: who will, or who has left."""
    row = conn.execute(select(_E.c.employee_number, _E.c.name).where(_E.c.id == employee)).one()
    number = {"employee_number": row.employee_number} if may_see(viewer, "employee_number") else {}
    return {"id": employee, **number, "name": row.name}


# --- plans ----------------------------------------------------------------------------------------------------


def told_plan(request: Request, conn: Connection, asked: ChangeRequest, plan: Plan) -> dict[str, Any]:
    """A plan for a program: differences in words and as data, and everything that is wrong."""
    return {
        "dry_run": True,
        "possible": not plan.problems,
        **told_changes(request, conn, plan),
        "problems": [as_pointed(each) for each in pointed(request, asked, plan)],
    }


def told_changes(request: Request, conn: Connection, plan: Plan) -> dict[str, Any]:
    """What a plan changes, as far as it may be read; nothing where it has problems."""
    if plan.problems:
        return {"differences": [], "changes": []}
    viewer, clock = request.viewer, request.today_clock
    hidden = without(hidden_from(request.read, clock, viewer), plan.hired)
    open_ = {kind for kind, scope in READ_SCOPES.items() if may_read(request, scope)}
    told = (
        {"kind": each.kind, "id": each.id, "name": each.name, "text": each.text}
        for each in differences(conn, plan, clock, viewer)
        if each.kind in open_
    )
    data = (each for each in plan_data.changes(plan, viewer, hidden) if each["kind"] in open_)
    return {"differences": list(islice(told, MOST_DIFFERENCES)), "changes": list(islice(data, MOST_DIFFERENCES))}


def body_of(sent: BaseModel, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Where the parts of a verb stand in the body: the same names, and what `names` says otherwise."""
    return {name: f"/{name}" for name in type(sent).model_fields} | dict(names or {})


__all__ = ["PlanAnswer", "change", "perform"]
