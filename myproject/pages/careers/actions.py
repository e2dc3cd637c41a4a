"""Forms that change a person's career: typed, reviewed, saved as one change set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from sqlalchemy import Connection, bindparam, select

from myproject.accounts import invitations
from myproject.accounts.errors import AccountError
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.changes.plans import Plan, make_plan
from myproject.directory.schema.verbs import Verb
from myproject.language.texts import gettext as _
from myproject.models.dated import is_current, valid_on
from myproject.models.employment import Employment
from myproject.pages.accounts.users import mail_invitation
from myproject.pages.changes.plan_words import parts_of
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.forms import Sent, no_field
from myproject.web.params import BadQuery, Nothing, Problem
from myproject.web.request import NO_CLOCK, Request
from myproject.web.rights import Rights
from myproject.web.views import view_config

from . import references
from .action_page import ActionPage, action_page, begins, head_of, hidden_people
from .catalogue import ACTIONS, HIRE, PrefillQuery
from .consequences import alike, follows
from .forms import Entered, share
from .references import UnclearError

_DAYS = ("last_day", "on", "day")
"""What forms call the day on which something begins or ends."""
NEW_JOBS = (HIRE, ACTIONS["rehire"], ACTIONS["role"])
_S = Employment.__table__
_EMPLOYED = select(_S.c.id).where(
    is_current(_S), _S.c.employee_id == bindparam("employee"), valid_on(_S, bindparam("day"))
)
_FINDERS = {
    "person": references.find_person,
    "department": references.find_a_department,
    "location": references.find_location,
}


# --- opening ----------------------------------------------------------------------------------------------------


@view_config(
    route_name="hire",
    request_method="GET",
    permission=Permission.EMPLOYEE_CHANGE,
    query=PrefillQuery,
    renderer="careers/action.html",
)
def hire_form(request: Request) -> Any:
    """The form for somebody new; an address can fill it in."""
    return _opened(ActionPage(request, HIRE, None, None, ""))


@view_config(
    route_name="career.act",
    request_method="GET",
    permission=Permission.EMPLOYEE_CHANGE,
    query=PrefillQuery,
    renderer="careers/action.html",
)
def form(request: Request) -> Any:
    """The form of an action; an address can fill it in."""
    return _opened(action_page(request))


def _opened(career: ActionPage) -> dict[str, Any]:
    given = PrefillQuery.of(career.request).model_dump(mode="json", exclude_defaults=True)
    strange = [name for name in given if name not in career.action.form.model_fields]
    if strange:
        raise BadQuery([no_field(name) for name in strange])
    typed = career.before | given
    return _page(career, Sent(None, {}, typed))


def _page(career: ActionPage, sent: Sent[Any]) -> dict[str, Any]:
    request = career.request
    posted = request.method == "POST"
    taken = dict(zip(request.POST.getall("report"), request.POST.getall("taken_by"), strict=False)) if posted else {}
    return {
        "career": career,
        "action": career.action,
        "title": f"{_(career.action.title)}: {career.name}"
        if career.action.second
        else _(career.action.title, name=career.name),
        "sent": sent,
        "taken": taken,
        "here": request.path,
        "back": _back(career),
        "may_invite": career.action is HIRE and holds(request.me, Permission.USER_INVITE),
    }


def _back(career: ActionPage) -> str:
    if career.employee is None:
        return career.request.link("employees", NO_CLOCK)
    return career.request.link("employee", NO_CLOCK, id=career.employee)


# --- reviewing and saving -----------------------------------------------------------------------------------------


@view_config(
    route_name="hire",
    request_method="POST",
    permission=Permission.EMPLOYEE_CHANGE,
    query=Nothing,
    renderer="careers/review.html",
)
def hire(request: Request) -> Any:
    """Look at what hiring somebody would do, and hire them."""
    return _sent(ActionPage(request, HIRE, None, None, ""))


@view_config(
    route_name="career.act",
    request_method="POST",
    permission=Permission.EMPLOYEE_CHANGE,
    query=Nothing,
    renderer="careers/review.html",
)
def act(request: Request) -> Any:
    """Look at what an action would do, and do it."""
    return _sent(action_page(request))


def _sent(career: ActionPage) -> Any:
    request, action = career.request, career.action
    sent: Sent[Any] = action.form.sent(request)
    values = _understood(career, sent)
    if values is None or sent.form is None or sent.form.do == "edit":
        return _again(career, sent, 400 if values is None else 200)
    verbs = _verbs(career, sent, values)
    if verbs is None:
        return _again(career, sent, 400)
    if sent.form.do == "save":
        return _save(career, sent, verbs)
    plan = make_plan(request.read, verbs, today=request.today, hidden_people=hidden_people(request), unique_mail=True)
    return _review(career, request.read, sent, verbs, plan)


def _again(career: ActionPage, sent: Sent[Any], status: int) -> Any:
    career.request.response.status_int = status
    career.request.override_renderer = "careers/action.html"
    return _page(career, sent)


def _understood(career: ActionPage, sent: Sent[Any]) -> Entered | None:
    """What was entered with everything looked up; None where something can't be, which stands beside its control."""
    if sent.form is None:
        return None
    form = sent.form
    ids: dict[str, int | None] = {}
    wanted = [
        (each.name, each.kind, str(getattr(form, each.name) or ""))
        for each in career.action.entries
        if each.kind in _FINDERS
    ]
    if career.action.name == "leave":
        known = {report.person.id for report in career.reports}
        pairs = [pair for pair in zip(form.report, form.taken_by, strict=False) if pair[0] in known]
        wanted += [(f"taken_by_{report}", "person", text) for report, text in pairs]
    for name, kind, text in wanted:
        ids[name] = None
        if text:
            try:
                ids[name] = _FINDERS[kind](career.request, name, text).id
            except UnclearError as unclear:
                sent.problems[name] = unclear.problem
                career.offers[name] = unclear.offers
    if career.action in NEW_JOBS and ids["manager"] is None and not sent.problems:
        ids["manager"] = head_of(career, ids["department"], form.on)
    if getattr(form, "fte", "") and share(form.fte) is None:
        sent.problems["fte"] = Problem("fte", _("This is not a share of full time."), _("Enter a number like 80."))
    facts = begins(career) if career.action.dated else frozenset()
    return None if sent.problems else Entered(form, ids, career.before, facts)


def _verbs(career: ActionPage, sent: Sent[Any], values: Entered) -> list[Verb] | None:
    """The verbs; None where a value is refused, which stands beside its control."""
    from pydantic import ValidationError

    try:
        return career.action.verbs(career.employee or 0, values)
    except ValidationError as error:
        for item in error.errors():
            name = next(
                (str(part) for part in reversed(item["loc"]) if str(part) in career.action.form.model_fields), ""
            )
            message, _sep, remedy = str((item.get("ctx") or {}).get("error", item["msg"])).partition("; ")
            sent.refuse(name, _("This value can’t be used: %(reason)s.", reason=message), remedy)
        return None


def _save(career: ActionPage, sent: Sent[Any], verbs: Sequence[Verb]) -> Any:
    request, form = career.request, sent.form
    assert form is not None
    conn = request.db.connection()
    rights = Rights(request, conn)
    with ChangeSetWriter(
        conn,
        today=request.today,
        author=request.me.email,
        source="form",
        reason=form.reason,
        request_id=request.request_id,
        check=rights.check,
        hidden_people=hidden_people(request),
        unique_mail=True,
    ) as writer:
        denied = rights.denied(verbs)
        plan = make_plan(conn, verbs, today=request.today, hidden_people=hidden_people(request), unique_mail=True)
        if not denied and not plan.problems:
            plan = writer.add(verbs)
    if denied or plan.problems:
        request.tm.doom()
        request.response.status_int = 409
        return _review(career, conn, sent, verbs, plan)
    who = career.employee if career.employee is not None else plan.targets[0]
    if career.action is HIRE and form.invite and form.email:
        _invite(request, conn, form.email)
    if career.action is HIRE and form.another:
        kept = {name: value for name in ("department", "location", "on") if (value := sent.typed.get(name))}
        return HTTPSeeOther(request.link("hire", _query=NO_CLOCK | kept))
    query: dict[str, Any] = {"as_of": _day_to_show(request, conn, who, form), "known_at": None}
    if writer.applied:
        query["saved"] = writer.revision
    return HTTPSeeOther(request.link("employee", id=who, _query=query))


def _day_to_show(request: Request, conn: Connection, employee: int | None, form: Any) -> date | None:
    """A day on which somebody works here: None for today, else their first or last one."""
    day: date | None = next((each for name in _DAYS if (each := getattr(form, name, None)) is not None), None)
    here = conn.execute(_EMPLOYED, {"employee": employee, "day": request.today}).first()
    return None if here else day


def _invite(request: Request, conn: Connection, email: str) -> None:
    """Send an invitation to who was hired, by whoever may."""
    if not holds(request.me, Permission.USER_INVITE):
        return
    try:
        mail_invitation(
            request, invitations.invite_address(conn, request.origin, email, None, hidden=hidden_people(request))
        )
    except AccountError:  # they have an account: nothing is to be sent
        return


def _review(career: ActionPage, conn: Connection, sent: Sent[Any], verbs: Sequence[Verb], plan: Plan) -> dict[str, Any]:
    """What it would do, and what is in the way."""
    request = career.request
    rights = Rights(request, conn)
    problems = [(each.field or "", each.message, each.remedy) for each in plan.problems]
    problems += [(each.field or "", each.message, each.remedy) for each in rights.denied(verbs)]
    if not problems:
        rights.check(plan)
    parts, more = parts_of(request, conn, plan) if not plan.problems else ([], False)
    return {
        **_page(career, sent),
        "problems": problems,
        "parts": parts,
        "more": more,
        "follows": list(follows(request, career.person, sent.form)) if career.action.name == "leave" else [],
        "alike": alike(request, sent.form) if career.action is HIRE else [],
        "kept": [(name, value) for name, value in _posted(request) if name not in ("csrf_token", "do", "reason")],
    }


def _posted(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.POST.items() if isinstance(value, str)]
