"""Forms that change a person's career: typed, reviewed, saved as one change set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from sqlalchemy import Connection, bindparam, select

from myproject.accounts import invitations
from myproject.accounts.errors import AccountError
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.changes.plans import Plan, make_plan
from myproject.directory.people import profile as profiles
from myproject.directory.people.profile import Profile
from myproject.directory.schema.verbs import Verb
from myproject.directory.visibility.audience import hidden_from, knows
from myproject.language.texts import gettext as _
from myproject.models.dated import is_current, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment
from myproject.pages.accounts.users import mail_invitation
from myproject.pages.changes.plan_words import parts_of
from myproject.pages.people.profile import no_employee
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.forms import Sent, no_field
from myproject.web.params import BadQuery, Nothing, Problem
from myproject.web.problems import not_found
from myproject.web.request import Request
from myproject.web.rights import Rights
from myproject.web.views import view_config

from . import numbers, references
from .consequences import alike, follows
from .forms import ACTIONS, HIRE, Action, Entered, PrefillQuery, begin, share
from .references import UnclearError

NO_CLOCK: dict[str, Any] = {"as_of": None, "known_at": None}
_E = Employee.__table__
_A = Assignment.__table__
_S = Employment.__table__
_HEAD = (
    select(_A.c.employee_id)
    .where(is_current(_A), _A.c.department_id == bindparam("department"), _A.c.is_head, valid_on(_A, bindparam("day")))
    .order_by(_A.c.id)
    .limit(1)
)
_EMPLOYED = select(_S.c.id).where(
    is_current(_S), _S.c.employee_id == bindparam("employee"), valid_on(_S, bindparam("day"))
)
TWO = 2
_DAYS = ("last_day", "on", "day")
"""What forms call the day on which something begins or ends."""
NEW_JOBS = (HIRE, ACTIONS["rehire"], ACTIONS["role"])
_FINDERS = {
    "person": references.find_person,
    "department": references.find_a_department,
    "location": references.find_location,
}


@dataclass
class ActionPage:
    """A form, for one request."""

    request: Request
    action: Action
    employee: int | None
    """Whom it is about; None of somebody new."""
    person: Profile | None
    """As they are today; None of who does not work here."""
    name: str
    reports: list[Any] = field(default_factory=list)
    """Who reports to a leaver."""
    offers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Control -> those who may be meant by what was typed."""

    @property
    def title(self) -> str:
        """The heading."""
        title = _(self.action.title, name=self.name)
        return f"{title}: {self.name}" if self.action.second else title

    @property
    def roles(self) -> list[tuple[int, str]]:
        """The roles beside the main one, in words."""
        jobs = self.person.jobs[1:] if self.person is not None else []
        return [
            (job.assignment, ", ".join(filter(None, (job.title, job.department.name if job.department else None))))
            for job in jobs
        ]

    @property
    def before(self) -> dict[str, str]:
        """What the form begins with."""
        request, job = self.request, self.person.job if self.person is not None else None
        boss = self.person.around.chain[-1] if self.person and self.person.around and self.person.around.chain else None
        texts = {
            "department": references.department_text(request, job.department.id if job and job.department else None),
            "location": references.location_text(request, job.place.id if job and job.place else None),
            "job_title": (job.title if job else None) or "",
            "manager": references.person_text(request, boss.id) if boss is not None else "",
        }
        values = begin(self.action, self.person, request.today, texts)
        if self.action is HIRE:
            values["employee_number"] = numbers.next_number(request.read, _hidden(request))
        return values


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
    return _opened(_action_page(request))


def _opened(career: ActionPage) -> dict[str, Any]:
    given = PrefillQuery.of(career.request).model_dump(exclude_defaults=True)
    strange = [name for name in given if name not in career.action.form.model_fields]
    if strange:
        raise BadQuery([no_field(name) for name in strange])
    typed = career.before | given
    return _page(career, Sent(None, {}, typed))


def _action_page(request: Request) -> ActionPage:
    action = ACTIONS.get(request.matchdict["action"])
    number = int(request.matchdict["id"])
    if action is None:
        raise not_found(_("There is no such action."), _("Choose one from the menu of the profile."))
    clock = request.today_clock
    if not knows(request.read, clock, request.viewer, number):
        raise no_employee(number)
    person = profiles.profile(request.read, clock, request.viewer, number)
    former = profiles.absent(request.read, clock, request.viewer, number) if person is None else None
    if person is None and former is None:
        raise no_employee(number)
    if action.former:
        if person is not None:
            message = _("%(name)s works here already.", name=person.name)
            raise not_found(message, _("Change the job instead."))
        assert former is not None
        return ActionPage(request, action, number, None, former.name)
    if person is None:
        raise not_found(_("This person does not work here today."), _("Rehire them instead."))
    if action.second and len(person.jobs) < TWO:
        raise not_found(_("This person has one role only."), _("Add a second role, or change the job."))
    career = ActionPage(request, action, number, person, person.name)
    if action.name == "leave" and person.around is not None:
        career.reports = list(person.around.reports.items)
    return career


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
    return _sent(_action_page(request))


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
    plan = make_plan(request.read, verbs, today=request.today, hidden_people=_hidden(request), unique_mail=True)
    return _review(career, request.read, sent, verbs, plan)


def _hidden(request: Request) -> Any:
    return hidden_from(request.read, request.today_clock, request.viewer)


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
        ids["manager"] = _head(career, ids["department"], form.on)
    if getattr(form, "fte", "") and share(form.fte) is None:
        sent.problems["fte"] = Problem("fte", _("This is not a share of full time."), _("Enter a number like 80."))
    return None if sent.problems else Entered(form, ids, career.before)


def _head(career: ActionPage, department: int | None, day: date) -> int | None:
    """Who heads a department on a day, where the viewer may know of them."""
    found = career.request.read.execute(_HEAD, {"department": department, "day": day}).scalar()
    return found if found != career.employee and found not in _hidden(career.request) else None


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
        hidden_people=_hidden(request),
        unique_mail=True,
    ) as writer:
        denied = rights.denied(verbs)
        plan = make_plan(conn, verbs, today=request.today, hidden_people=_hidden(request), unique_mail=True)
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
        mail_invitation(request, invitations.invite_address(conn, request.origin, email, None, hidden=_hidden(request)))
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
