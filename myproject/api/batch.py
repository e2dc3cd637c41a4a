"""Many changes in one request: all of them as one change set, or each by itself; a result for each, in their order."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from pyramid.httpexceptions import HTTPException
from pyramid.response import Response
from sqlalchemy import Connection

from myproject.api.change_bodies import Body, Flag, Reason
from myproject.api.framework import bodies
from myproject.api.framework.answering import OutOfScopeError, answer
from myproject.api.framework.changing import CHANGES, PATHS, ChangeRequest, Declared, look, pointed, refusal, tag_for
from myproject.api.framework.idempotency import given_key, key_of
from myproject.api.framework.operations import PREFIX, operation
from myproject.api.framework.writing import IDEMPOTENCY_KEY, REVISION, WriteQuery, plan_of, told_changes, writer_for
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.changes.plans import Plan
from myproject.security.permissions import Permission
from myproject.web.params import Problem
from myproject.web.problems import as_pointed, forbidden, phrase, unprocessable
from myproject.web.request import Request
from myproject.web.resources import Changeable
from myproject.web.rights import Rights

MOST = 500
"""Changes in one request."""
LONGEST = 4 * 1024**2


class BatchPart(Body):
    """One change, written as the request that would make it by itself."""

    method: Literal["POST", "PATCH", "PUT"]
    path: Annotated[str, Field(max_length=500, description="Below /api/v1, or the whole: “/employees/7:move”.")]
    body: dict[str, Any] = Field(default_factory=dict)
    if_match: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="What the header If-Match would hold."
    )


class Batch(Body):
    """Changes to be made together."""

    atomic: Flag = Field(default=True, description="All of them or none, as one change set; else each by itself.")
    reason: Reason = Field(default="", description="Why: for all that say no reason of their own.")
    operations: Annotated[list[BatchPart], Field(min_length=1, max_length=MOST)]


class BatchResult(BaseModel):
    """What became of one change."""

    status: int
    id: int | None = None
    etag: str | None = None
    location: str | None = None
    revision: int | None = None
    title: str | None = None
    detail: str | None = None
    problems: list[dict[str, str]] | None = None


class BatchAnswer(BaseModel):
    """What became of all of them."""

    revision: int | None = Field(description="The change set, where they are one.")
    applied: bool = Field(description="Whether anything was written.")
    results: list[BatchResult]


@operation(
    "batch",
    "POST",
    "/batch",
    summary="Make many changes",
    description=(
        f"Up to {MOST} changes, in their order. With `atomic` (the default) they are planned as one: one may name by "
        "number or code what another makes, and if one can't be done none is; the others' status is 424 then. Without, "
        "each is a change set of its own and stands or falls by itself. The answer is 200 where anything was written, "
        "else the status of the first that failed."
    ),
    tag="Change sets",
    # Of one's own card at least; what each part asks for is asked for each part.
    permission=Permission.CARD_EDIT,
    scope=None,
    query=WriteQuery,
    body=Batch,
    # Where nothing was written the status is that of the first that failed.
    answers=dict.fromkeys((200, 403, 404, 409, 412, 422, 428), BatchAnswer),
    errors=(400, 403, 404, 409, 412, 413, 415, 422, 428),
    headers={"Idempotency-Key": IDEMPOTENCY_KEY},
    sends=(REVISION,),
    factory=Changeable,
)
def batch(request: Request) -> Response:
    """Make many changes."""
    sent = bodies.validate(Batch, bodies.read_json(request, limit=LONGEST))
    if WriteQuery.of(request).dry_run:
        given_key(request)
        return _dry(request, sent)
    with key_of(request) as key:
        conn = request.db.connection()
        if key is not None:
            # The place in the queue first, as for any change: whoever waits here finds the answer of who went before.
            with writer_for(request, conn, ""):
                known = key.known(conn)
            if known is not None:
                return known
        response = _together(request, conn, sent) if sent.atomic else _one_by_one(request, conn, sent)
        if key is not None and response.status_int == 200:
            key.keep(conn, response)
        return response


# --- what is asked ----------------------------------------------------------------------------------------------


def _made(request: Request, conn: Connection, part: BatchPart, place: str) -> ChangeRequest:
    """The change that a part of a batch asks for. Raises what the request by itself would."""
    path = part.path.removeprefix(PREFIX)
    for declared in CHANGES:
        found = declared.method == part.method and declared.match(PREFIX + path)
        if found:
            _check(request, declared)
            assert declared.body is not None
            body = bodies.validate(declared.body, part.body, f"{place}/body")
            change = declared.make(request, conn, found.groupdict(), body)
            change.if_match = part.if_match
            change.places = [
                {name: f"{place}/body{pointer}" for name, pointer in places.items() if pointer}
                for places in change.places
            ]
            return change
    message = f"There is no change {part.method} {part.path}."
    remedy = "Use the address of an operation that changes something."
    raise unprocessable(message, problems=[Problem(f"{place}/path", message, remedy)])


def _check(request: Request, declared: Declared) -> None:
    scopes = request.me.scopes
    if scopes is not None and declared.scope not in scopes:
        raise OutOfScopeError(declared.scope)
    if not request.has_permission(declared.permission):
        raise forbidden("This is not open to you.", "Ask an administrator for the right.")


# --- all as one -------------------------------------------------------------------------------------------------


class _Failed(Exception):
    def __init__(self, results: list[dict[str, Any]]) -> None:
        super().__init__("a change of the batch can't be made")
        self.results = results


def _together(request: Request, conn: Connection, sent: Batch) -> Response:
    try:
        with writer_for(request, conn, sent.reason) as writer:
            changes = _all(request, conn, sent, lenient=False)
            plan = writer.add([verb for change in changes for verb in change.verbs])
        if plan.problems:
            return _answered(None, False, _failures(request, changes, plan))
    except _Failed as failed:
        request.tm.doom()
        return _answered(None, False, failed.results)
    results = [
        _result(request, change, target, writer.revision if writer.applied else writer.revision - 1, writer)
        for change, target in zip(changes, _targets(changes, plan), strict=True)
    ]
    return _answered(writer.revision if writer.applied else None, writer.applied, results)


def _all(request: Request, conn: Connection, sent: Batch, *, lenient: bool) -> list[ChangeRequest]:
    """Every change, looked at; raises `_Failed` with all that are wrong by themselves."""
    changes: list[ChangeRequest] = []
    results: list[dict[str, Any]] = []
    for number, part in enumerate(sent.operations):
        try:
            change = _made(request, conn, part, f"/operations/{number}")
            look(request, conn, change, lenient=lenient)
            changes.append(change)
            results.append(_DEPENDS)
        except HTTPException as error:
            results.append(_failure(error))
    if any(result is not _DEPENDS for result in results):
        raise _Failed(results)
    return changes


_DEPENDS = {"status": 424, "title": phrase(424), "detail": "Nothing was done, because another change can't be made."}


def _failures(request: Request, changes: list[ChangeRequest], plan: Plan) -> list[dict[str, Any]]:
    results = []
    first = 0
    for change in changes:
        positions = range(first, first + len(change.verbs))
        mine = Plan(plan.verbs, plan.draft, [each for each in plan.problems if each.position in positions])
        results.append(_failure(refusal(request, change, mine, first)) if mine.problems else _DEPENDS)
        first = positions.stop
    return results


def _targets(changes: list[ChangeRequest], plan: Plan) -> list[int | None]:
    targets, found, first = plan.targets, [], 0
    for change in changes:
        found.append(change.thing if change.thing is not None else targets[first])
        first += len(change.verbs)
    return found


# --- each by itself ---------------------------------------------------------------------------------------------


def _one_by_one(request: Request, conn: Connection, sent: Batch) -> Response:
    results = []
    applied = False
    for number, part in enumerate(sent.operations):
        with writer_for(request, conn, sent.reason) as writer:
            results.append(_alone(request, conn, writer, part, number))
        applied |= writer.applied
    return _answered(None, applied, results)


def _alone(request: Request, conn: Connection, writer: ChangeSetWriter, part: BatchPart, number: int) -> dict[str, Any]:
    try:
        change = _made(request, conn, part, f"/operations/{number}")
        look(request, conn, change)
        if change.reason:
            writer.reason(change.reason)
        plan = writer.add(change.verbs)
        if plan.problems:
            return _failure(refusal(request, change, plan))
    except HTTPException as error:
        return _failure(error)
    revision = writer.revision if writer.applied else writer.revision - 1
    return _result(request, change, _targets([change], plan)[0], revision, writer)


# --- answers ----------------------------------------------------------------------------------------------------


def _result(
    request: Request, change: ChangeRequest, target: int | None, revision: int, writer: ChangeSetWriter
) -> dict[str, Any]:
    assert target is not None
    created = change.thing is None
    told: dict[str, Any] = {
        "status": 201 if created else 200,
        "id": target,
        "etag": tag_for(request, change.kind, target, revision),
    }
    if writer.applied:
        told["revision"] = revision
    if created:
        prefix = request.environ.get("SCRIPT_NAME", "")
        told["location"] = f"{prefix}{PREFIX}/{PATHS[change.kind]}/{target}"
    return told


def _failure(error: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "status": error.status_int,
        "type": f"/problems/{error.kind}" if getattr(error, "kind", "") else "about:blank",
        "title": phrase(error.status_int),
        "detail": " ".join(filter(None, (error.detail, getattr(error, "remedy", "").strip()))),
    }
    problems = [as_pointed(each) for each in getattr(error, "problems", ())]
    if problems:
        told["problems"] = problems
    with contextlib.suppress(KeyError):
        told["etag"] = error.headers["ETag"]
    return told


def _answered(revision: int | None, applied: bool, results: list[dict[str, Any]]) -> Response:
    worst = next((each["status"] for each in results if each["status"] not in (200, 201, 424)), 200)
    status = 200 if applied or worst == 200 else worst
    headers = ((REVISION, str(revision)),) if revision is not None else ()
    return answer({"revision": revision, "applied": applied, "results": results}, status=status, headers=headers)


def _dry(request: Request, sent: Batch) -> Response:
    """What it would do: of an atomic batch; one by one each would have to be written before the next is planned."""
    conn = request.read
    try:
        changes = _all(request, conn, sent, lenient=True)
    except _Failed as failed:
        problems = [
            problem
            for number, each in enumerate(failed.results)
            if each is not _DEPENDS
            for problem in each.get("problems")
            or [{"pointer": f"/operations/{number}", "message": each["detail"], "remedy": each["title"]}]
        ]
        return answer({"dry_run": True, "possible": False, "differences": [], "changes": [], "problems": problems})
    plan = plan_of(request, conn, [verb for change in changes for verb in change.verbs])
    Rights(request, conn).check(plan)
    problems, first = [], 0
    for change in changes:
        positions = range(first, first + len(change.verbs))
        mine = Plan(plan.verbs, plan.draft, [each for each in plan.problems if each.position in positions])
        problems += [as_pointed(each) for each in pointed(request, change, mine, first)]
        first = positions.stop
    told = told_changes(request, conn, plan)
    return answer({"dry_run": True, "possible": not plan.problems, **told, "problems": problems})
