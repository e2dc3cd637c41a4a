"""What can be done with a person by a form: the entries of each action, what they begin with, the verbs they make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import create_model

from myproject.directory.people.profile import Profile
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeManager,
    Correct,
    CorrectedFact,
    Join,
    Leave,
    Move,
    Rehire,
    Verb,
)
from myproject.language.texts import marked
from myproject.pages.people.action_menu import ROLE_VERBS
from myproject.web.params import Day, Query, Text

from .forms import (
    Action,
    ChangeJobForm,
    CorrectForm,
    Entered,
    Entry,
    HireForm,
    LeaveForm,
    ManagerForm,
    RehireForm,
    RoleForm,
    SecondRoleForm,
    share,
)

_SHARE_HELP = marked("In per cent of full time.")
_UNTIL_HELP = marked("Leave empty if it has no end.")
_FROM = Entry("on", marked("From"), "day", required=True)
_END = Entry("until", marked("Until"), "day", help=_UNTIL_HELP)
_LATER = Entry("also_later", marked("Also replace what is already planned for later"), "flag")
_JOB = (
    Entry("department", marked("Department"), "department"),
    Entry("job_title", marked("Job title"), "title"),
    Entry("location", marked("Location"), "location"),
)
_FTE = Entry("fte", marked("Working time"), "percent", help=_SHARE_HELP)
_MANAGER = Entry("manager", marked("Manager"), "person")
_HEAD_HELP = marked("Leave empty for the head of the department.")
_KINDS = (
    ("solid", marked("Manager")),
    ("dotted", marked("Dotted-line manager, beside the manager")),
    ("acting", marked("Acting manager, for a time")),
)


def _job_changes(values: Entered) -> dict[str, Any]:
    """What was typed anew of a job."""
    form = values.form
    changes: dict[str, Any] = {}
    for name in ("department", "location"):
        if values.changed(name):
            changes[name] = values.ids[name]
    if values.changed("job_title"):
        changes["job_title"] = form.job_title or None
    if values.changed("fte") and form.fte:
        changes["fte"] = share(form.fte)
    if form.is_head != (values.before.get("is_head") == "1"):
        changes["is_head"] = form.is_head
    return changes


def _job(employee: int, values: Entered) -> list[Verb]:
    form, changes = values.form, _job_changes(values)
    if not changes:
        return []
    return [Move(employee=employee, on=form.on, until=form.until, also_later=form.also_later, **changes)]


def _manager(employee: int, values: Entered) -> list[Verb]:
    form = values.form
    return [
        ChangeManager(
            employee=employee,
            manager=values.ids["manager"],
            on=form.on,
            until=form.until,
            also_later=form.also_later,
            kind=form.kind,
        )
    ]


def _leave(employee: int, values: Entered) -> list[Verb]:
    form = values.form
    verbs: list[Verb] = [Leave(employee=employee, last_day=form.last_day, hand_over_to=values.ids["hand_over_to"])]
    after = form.last_day + timedelta(days=1)
    for report in form.report:
        taker = values.ids.get(f"taken_by_{report}")
        if taker is not None:
            verbs.append(ChangeManager(employee=report, manager=taker, on=after))
    return verbs


def _hiring(values: Entered) -> dict[str, Any]:
    form = values.form
    found: dict[str, Any] = {"on": form.on, "until": form.until, "fte": share(form.fte) if form.fte else 1.0}
    found |= {name: values.ids[name] for name in ("department", "location", "manager")}
    return found | {"job_title": form.job_title or None}


def _second_role(employee: int, values: Entered) -> list[Verb]:
    return [AddAssignment(employee=employee, **_hiring(values))]


def _said_of_role(verb: Any, employee: int, values: Entered) -> list[Verb]:
    day = "last_day" if "last_day" in verb.model_fields else "on"
    return [verb(employee=employee, assignment=values.form.assignment, **{day: values.form.day})]


def _correct(employee: int, values: Entered) -> list[Verb]:
    """What was always so. A day that is moved moves all that begins on it; a join takes its first job along."""
    form, begins = values.form, values.begins
    if form.never:
        facts: Any = [fact for fact in ("assignment", "reporting_line") if fact in begins]
        return [Correct(employee=employee, fact=fact, on=form.on, remove=True) for fact in facts]
    moved = {"valid_from": form.valid_from} if form.valid_from is not None and form.valid_from != form.on else {}
    verbs: list[Verb] = []
    day = form.on
    if moved and "employment" in begins:
        verbs.append(Correct(employee=employee, fact="employment", on=day, changes=CorrectedFact(**moved)))
        day, moved = max(day, form.valid_from), {}
    job = _job_changes(values) | (moved if "assignment" in begins else {})
    if job:
        verbs.append(Correct(employee=employee, fact="assignment", on=day, changes=CorrectedFact(**job)))
    line: dict[str, Any] = {"manager": values.ids["manager"]} if values.changed("manager") else {}
    line |= moved if "reporting_line" in begins else {}
    if line:
        changes = CorrectedFact(**line)
        verbs.append(Correct(employee=employee, fact="reporting_line", on=day, kind="solid", changes=changes))
    return verbs


def _rehire(employee: int, values: Entered) -> list[Verb]:
    return [Rehire(employee=employee, **_hiring(values))]


def _hire(_employee: int, values: Entered) -> list[Verb]:
    form = values.form
    card = {name: getattr(form, name) or None for name in ("given_name", "family_name", "email")}
    said: Any = {name: value for name, value in card.items() if value}
    return [Join(employee_number=form.employee_number, card=Card(**said), **_hiring(values))]


_NEW_JOB = (
    *(entry._replace(required=entry.name == "department") for entry in _JOB),
    _MANAGER._replace(help=_HEAD_HELP),
    _FTE,
)
_SINCE, _LAST_DAY = marked("From"), marked("Last day")
_ROLE = Entry("assignment", marked("Role"), "role", required=True)
_UNTIL = Entry("until", marked("Last day, for a fixed term"), "day", help=_UNTIL_HELP)

HIRE = Action(
    "hire",
    marked("Hire someone"),
    HireForm,
    (
        Entry("given_name", marked("Given name"), "text"),
        Entry("family_name", marked("Family name"), "text"),
        Entry("on", marked("First day"), "day", required=True),
        *_NEW_JOB,
        Entry("employee_number", marked("Employee number"), "text", required=True),
        Entry("email", marked("Email"), "email"),
        _UNTIL,
    ),
    _hire,
)
ACTIONS: dict[str, Action] = {
    each.name: each
    for each in (
        Action(
            "job",
            marked("Change the job of %(name)s"),
            ChangeJobForm,
            (
                _FROM,
                *_JOB,
                _FTE,
                Entry("is_head", marked("Head of the department"), "flag"),
                _END,
                _LATER,
            ),
            _job,
        ),
        Action(
            "manager",
            marked("New manager of %(name)s"),
            ManagerForm,
            (
                _FROM,
                _MANAGER._replace(help=marked("Leave empty for nobody.")),
                Entry("kind", marked("As"), "choice", choices=_KINDS),
                _END,
                _LATER,
            ),
            _manager,
        ),
        Action(
            "role",
            marked("Second role of %(name)s"),
            SecondRoleForm,
            (
                _FROM,
                *_NEW_JOB,
                _END,
            ),
            _second_role,
        ),
        *(
            Action(
                name,
                verb.title,
                RoleForm,
                (
                    _ROLE,
                    Entry(
                        "day",
                        marked("Last day") if "last_day" in verb.model_fields else marked("From"),
                        "day",
                        required=True,
                    ),
                ),
                partial(_said_of_role, verb),
                second=True,
            )
            for name, verb in ROLE_VERBS.items()
        ),
        Action(
            "correct",
            marked("Correct what is recorded of %(name)s"),
            CorrectForm,
            (
                Entry("on", marked("On"), "day", required=True),
                *_JOB,
                _FTE,
                Entry("is_head", marked("Head of the department"), "flag"),
                _MANAGER,
                Entry("valid_from", marked("It began on"), "day"),
                Entry("never", marked("It never happened, or will not: what was before it holds on"), "flag"),
            ),
            _correct,
            dated=True,
        ),
        Action(
            "leave",
            marked("%(name)s leaves"),
            LeaveForm,
            (
                Entry("last_day", marked("Last day"), "day", required=True),
                Entry("hand_over_to", marked("Who takes the reports"), "person"),
            ),
            _leave,
        ),
        Action(
            "rehire",
            marked("Rehire %(name)s"),
            RehireForm,
            (Entry("on", marked("First day"), "day", required=True), *_NEW_JOB, _UNTIL),
            _rehire,
            former=True,
        ),
    )
}
"""What can be done with somebody who is there, in the order of the menu."""


if TYPE_CHECKING:
    PrefillQuery = Query
else:
    PrefillQuery = create_model(
        "PrefillQuery",
        __base__=Query,
        __doc__="What a form begins with, by the names of its entries.",
        **{
            each.name: (Day | None, None) if each.kind == "day" else (Text, "")
            for action in (HIRE, *ACTIONS.values())
            for each in action.entries
        },
        reason=(Text, ""),
    )


def begin(action: Action, person: Profile | None, day: date, texts: Mapping[str, str]) -> dict[str, str]:
    """What a form begins with. `texts`: department, location, title and manager of the day, as forms write them."""
    values = dict.fromkeys((entry.name for entry in action.entries), "")
    job = person.job if person is not None else None
    if action.name in ("job", "correct") and job is not None:
        values |= {name: texts[name] for name in ("department", "location", "job_title")}
        values["fte"] = f"{job.fte * 100:g}" if job.fte is not None else ""
        values["is_head"] = "1" if job.head else ""
    if action.name in ("job", "manager", "role"):
        values["on"] = day.isoformat()
    if action.second:
        values["day"] = day.isoformat()
    if action.name == "manager":
        values["kind"] = "solid"
    if action.dated:
        values["on"] = values["valid_from"] = day.isoformat()
        values["manager"] = texts["manager"]
    if action.name == "leave":
        values["hand_over_to"] = texts["manager"]
    if action.name in ("hire", "rehire"):
        values["fte"] = "100"
        values["on"] = day.isoformat()
    return values
