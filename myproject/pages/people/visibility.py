"""Who may know of somebody at all: the people team hides a person, or shows them again."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from myproject.directory.changes import change_sets
from myproject.directory.people import card_editing
from myproject.directory.schema.fields import Audience
from myproject.directory.schema.verbs import ChangeAudience
from myproject.directory.visibility.audience import audience_of_person, hides_from
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.people.card import known_card
from myproject.security.permissions import Permission
from myproject.web.forms import Form, Sent
from myproject.web.params import Nothing, Text
from myproject.web.request import Request
from myproject.web.views import view_config

_CHOICES: dict[Audience, tuple[str, str]] = {
    "colleagues": (marked("All colleagues"), marked("Found, listed, counted and on the chart, like everyone else.")),
    "manager_line": (marked("Their managers and the people team"), marked("Hidden from everyone else.")),
    "people_team": (marked("Only the people team"), marked("Hidden from everyone else, including their manager.")),
    "administrators": (marked("Only administrators"), marked("Hidden from everyone else, including the people team.")),
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
    renderer="people/visibility.html",
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
    renderer="people/visibility.html",
)
def save(request: Request) -> Any:
    """Hide or show them, as a change set."""
    employee = _employee(request)
    sent = VisibilityForm.sent(request)
    offered = {value: value for value in _offered(request)}
    audience = offered.get(sent.form.audience) if sent.form else None  # type: ignore[call-overload]
    if sent.form is None or audience is None:
        request.response.status_int = 400
        return _page(request, sent.refuse("audience", _("Choose who can see this person.")), employee)
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
    return known_card(request).id


def _page(request: Request, sent: Sent[VisibilityForm], employee: int) -> dict[str, Any]:
    held = card_editing.stored_card(request.conn, employee)
    assert held is not None
    return {
        "sent": sent,
        "id": employee,
        "name": held.name,
        "choices": [(value, *map(_, _CHOICES[value])) for value in _offered(request)],
    }
