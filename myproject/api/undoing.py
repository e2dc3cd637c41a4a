"""Taking a change set back."""

from __future__ import annotations

from pydantic import BaseModel
from pyramid.response import Response
from sqlalchemy import Connection

from myproject.api.change_bodies import Undo
from myproject.api.framework import bodies
from myproject.api.framework.answering import answer
from myproject.api.framework.changing import ChangeRequest, may_read, pointed
from myproject.api.framework.idempotency import given_key, key_of
from myproject.api.framework.operations import PREFIX, operation
from myproject.api.framework.writing import IDEMPOTENCY_KEY, REVISION, WriteQuery, told_changes
from myproject.directory.changes import undo
from myproject.directory.changes.change_sets import ChangeRefused
from myproject.directory.changes.plans import Plan
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Problem
from myproject.web.problems import as_pointed, conflict, forbidden, not_found
from myproject.web.request import Request
from myproject.web.rights import Rights

#: What a token needs to be told what a change set holds.
_READ = (Scope.CHANGES_READ,)


class Undone(BaseModel):
    """What became of an undo."""

    revision: int | None
    """The change set that took it back; null where nothing was left to take back."""
    undoes: int
    problems: list[dict[str, str]]
    """The parts that were left as they are, with `partial`."""


@operation(
    "change_set.undo",
    "POST",
    "/change-sets/{revision}:undo",
    summary="Take a change set back",
    description=(
        "What it wrote goes, what it replaced comes back, as a change set of its own. A part that was changed since is "
        "refused (409), or left as it is with `partial`. `dry_run=1` tells what would be otherwise."
    ),
    tag="Change sets",
    permission=Permission.CHANGES_UNDO,
    scope=Scope.CHANGES_UNDO,
    query=WriteQuery,
    body=Undo,
    answers={200: Undone},
    errors=(400, 403, 404, 409, 413, 415, 422),
    parts={"revision": "The revision of the change set."},
    headers={"Idempotency-Key": IDEMPOTENCY_KEY},
    sends=(REVISION, "Location"),
)
def undo_change_set(request: Request) -> Response:
    """Take a change set back, or tell what that would do."""
    revision = int(request.matchdict["revision"])
    body = bodies.read(request, Undo)
    if WriteQuery.of(request).dry_run:
        given_key(request)
        plan = _plan(request, request.read, revision, body.partial)
        problems = [as_pointed(each) for each in _problems(request, plan)]
        open_ = may_read(request, *_READ) and (body.partial or not plan.problems)
        told = told_changes(request, request.read, plan) if open_ else {}
        possible = body.partial or not plan.problems
        return answer(
            {"dry_run": True, "possible": possible, "differences": [], "changes": [], **told, "problems": problems}
        )
    with key_of(request) as key:
        conn = request.db.connection()
        with undo.Undoing(
            conn,
            request.today_clock,
            request.viewer,
            revision,
            author=request.me.author,
            source="api",
            reason=body.reason,
            request_id=request.request_id,
            check=Rights(request, conn).check,
        ) as undoing:
            known = key.known(conn) if key is not None else None
            if known is not None:
                return known
            try:
                applied = undoing.apply(partial=body.partial)
            except LookupError:
                raise _unknown(revision) from None
            except undo.NotYoursError as error:
                raise forbidden(str(error), "Ask an administrator.") from None
            except ChangeRefused as refused:
                found = _problems(request, refused.plan)
                message = " ".join(dict.fromkeys(each.message for each in found[:5]))
                raise conflict(message, kind="changed-since", problems=found) from None
        told = {
            "revision": applied.revision,
            "undoes": revision,
            "problems": [as_pointed(each) for each in _problems(request, applied.plan)],
        }
        headers: tuple[tuple[str, str], ...] = ()
        if applied.revision is not None:
            prefix = request.environ.get("SCRIPT_NAME", "")
            headers = (
                (REVISION, str(applied.revision)),
                ("Location", f"{prefix}{PREFIX}/change-sets/{applied.revision}"),
            )
        response = answer(told, headers=headers)
        if key is not None:
            key.keep(conn, response)
        return response


def _plan(request: Request, conn: Connection, revision: int, partial: bool) -> Plan:
    try:
        plan = undo.plan(conn, request.today_clock, request.viewer, revision, partial=partial)
    except LookupError:
        raise _unknown(revision) from None
    except undo.NotYoursError as error:
        raise forbidden(str(error), "Ask an administrator.") from None
    Rights(request, conn).check(plan)
    return plan


def _unknown(revision: int) -> Exception:
    return not_found(f"There is no change set {revision}.", "Look it up: /api/v1/change-sets.")


def _problems(request: Request, plan: Plan) -> list[Problem]:
    return pointed(request, ChangeRequest((), "employee", read_scopes=_READ), plan)
