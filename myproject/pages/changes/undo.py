"""Undoing a change set: what that would do, and doing it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther
from sqlalchemy import Connection

from myproject.directory.changes import change_history, undo
from myproject.directory.changes.change_sets import ChangeRefused
from myproject.directory.changes.plans import Plan
from myproject.language.texts import gettext as _
from myproject.pages.changes.changes import no_change, title
from myproject.pages.changes.plan_words import parts_of
from myproject.security.permissions import Permission
from myproject.web.forms import Form
from myproject.web.params import Nothing, Text
from myproject.web.problems import forbidden
from myproject.web.request import Request
from myproject.web.rights import Rights
from myproject.web.views import view_config


class UndoForm(Form):
    """Why, and whether what was changed since is left as it is."""

    reason: Text = ""
    partial: Literal["", "1"] = ""


class Later(NamedTuple):
    """A later change set that stands in the way, and whose parts it changed."""

    revision: int
    title: str
    url: str
    """"" where it is not there for the viewer."""
    names: list[str]


class Other(NamedTuple):
    """Problems that are mended in one way."""

    remedy: str
    messages: list[str]


class Causes(NamedTuple):
    """Why parts can't be undone, by cause."""

    later: list[Later]
    others: list[Other]


@view_config(
    route_name="change.undo",
    request_method="GET",
    query=Nothing,
    permission=Permission.CHANGES_UNDO,
    renderer="changes/undo.html",
)
def form(request: Request) -> Any:
    """The plan, and the form that applies it."""
    revision = int(request.matchdict["revision"])
    return _page(request, request.conn, revision, _plan(request, request.conn, revision, partial=False))


@view_config(
    route_name="change.undo",
    request_method="POST",
    query=Nothing,
    permission=Permission.CHANGES_UNDO,
    renderer="changes/undo.html",
)
def take_back(request: Request) -> Any:
    """Undo it by a change set; the plan again, with reasons, where something was changed since."""
    revision = int(request.matchdict["revision"])
    sent = UndoForm.sent(request)
    conn = request.db.connection()
    if sent.form is None:
        request.response.status_int = 400
        return _page(request, conn, revision, _plan(request, conn, revision, partial=False), sent)
    try:
        with undo.Undoing(
            conn,
            request.today_clock,
            request.viewer,
            revision,
            author=request.me.email,
            reason=sent.form.reason,
            request_id=request.request_id,
            check=Rights(request, conn).check,
        ) as undoing:
            applied = undoing.apply(partial=bool(sent.form.partial))
    except (LookupError, undo.NotYoursError) as error:
        raise _none(revision, error) from None
    except ChangeRefused as refused:
        request.tm.doom()
        request.response.status_int = 409
        return _page(request, conn, revision, refused.plan, sent)
    # Where nothing was left to take back there is nothing new to show.
    return HTTPSeeOther(request.link("change", revision=applied.revision or revision))


def _plan(request: Request, conn: Connection, revision: int, *, partial: bool) -> Plan:
    try:
        plan = undo.plan(conn, request.today_clock, request.viewer, revision, partial=partial)
    except (LookupError, undo.NotYoursError) as error:
        raise _none(revision, error) from None
    Rights(request, conn).check(plan)
    return plan


def _none(revision: int, error: Exception) -> Exception:
    if isinstance(error, undo.NotYoursError):
        return forbidden(str(error), _("Ask an administrator."))
    return no_change(revision)


def _page(request: Request, conn: Connection, revision: int, plan: Plan, sent: Any = None) -> dict[str, Any]:
    clock, viewer = request.today_clock, request.viewer
    shown = plan
    if plan.problems:
        # What can be undone all the same.
        shown = _plan(request, conn, revision, partial=True)
    parts, more = parts_of(request, conn, shown)
    change = change_history.change_set(conn, clock, viewer, revision)
    return {
        "revision": revision,
        "title": title(change) if change is not None else f"#{revision}",
        "sent": sent or UndoForm.empty(),
        "parts": parts,
        "more": more,
        "causes": _causes(request, conn, shown) if plan.problems else None,
    }


def _causes(request: Request, conn: Connection, plan: Plan) -> Causes:
    clock, viewer = request.today_clock, request.viewer
    later: dict[int, list[str]] = {}
    others: dict[str, list[str]] = {}
    for problem in plan.problems:
        if problem.since is not None:
            later.setdefault(problem.since, []).append(problem.about)
        else:
            others.setdefault(problem.remedy, []).append(problem.message)
    sets = change_history.change_sets_of(conn, clock, viewer, later)
    return Causes(
        [
            Later(
                revision,
                title(sets[revision]) if revision in sets else "",
                request.link("change", revision=revision) if revision in sets else "",
                list(dict.fromkeys(later[revision])),
            )
            for revision in sorted(later, reverse=True)
        ],
        [Other(remedy, list(dict.fromkeys(messages))) for remedy, messages in others.items()],
    )
