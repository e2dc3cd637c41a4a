"""Who may know of somebody at all: the people team hides a person, or shows them again."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from myproject.directory import change_sets, editing
from myproject.directory.audience import audience_of_person, hides_from, knows
from myproject.directory.fields import Audience
from myproject.directory.verbs import ChangeAudience
from myproject.pages.forms import Form, Sent
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.web.params import Nothing, Text
from myproject.web.problems import not_found

_CHOICES: dict[Audience, tuple[str, str]] = {
    "colleagues": ("All colleagues", "As everyone else: found, listed, counted and on the chart."),
    "manager_line": ("Those above them, and the people team", "For all others they do not exist."),
    "people_team": ("The people team only", "For all others, their manager included, they do not exist."),
    "administrators": ("Administrators only", "For all others, the people team included, they do not exist."),
}


class VisibilityForm(Form):
    """Who may know of the person, and why."""

    audience: Text
    reason: Text = ""


@view_config(
    route_name="visibility",
    request_method="GET",
    permission=Permission.PERSON_HIDE,
    query=Nothing,
    renderer="visibility.html",
)
def form(request: Request) -> Any:
    """Who may know of them now, and what can be chosen."""
    employee = _employee(request)
    return _page(request, VisibilityForm.empty(audience=audience_of_person(request.conn, employee)), employee)


@view_config(
    route_name="visibility",
    request_method="POST",
    permission=Permission.PERSON_HIDE,
    query=Nothing,
    renderer="visibility.html",
)
def save(request: Request) -> Any:
    """Hide or show them, as a change set."""
    employee = _employee(request)
    sent = VisibilityForm.sent(request)
    offered = {value: value for value in _offered(request)}
    audience = offered.get(sent.form.audience) if sent.form else None  # type: ignore[call-overload]
    if sent.form is None or audience is None:
        request.response.status_int = 400
        return _page(request, sent.refuse("audience", "Choose who may know of this person."), employee)
    change_sets.apply(
        request.db.connection(),
        [ChangeAudience(employee=employee, audience=audience)],
        today=request.today,
        author=request.me.email,
        source="form",
        reason=sent.form.reason,
        request_id=request.request_id,
    )
    return HTTPSeeOther(request.link("employee", id=employee))


def _offered(request: Request) -> list[Audience]:
    """What whoever asks may choose: nothing that would hide the person from themselves."""
    return [audience for audience in _CHOICES if not hides_from(request.viewer, audience)]


def _employee(request: Request) -> int:
    employee = int(request.matchdict["id"])
    known = knows(request.conn, request.today_clock, request.viewer, employee)
    if not known or editing.held(request.conn, employee) is None:
        raise not_found("There is nobody at this address.", "Search for the person.")
    return employee


def _page(request: Request, sent: Sent[VisibilityForm], employee: int) -> dict[str, Any]:
    held = editing.held(request.conn, employee)
    assert held is not None
    return {
        "sent": sent,
        "id": employee,
        "name": held.name,
        "choices": [(value, *_CHOICES[value]) for value in _offered(request)],
    }
