"""The start page: search, head counts, and who joined, moved, leaves and comes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from myproject.directory.departments.department_tree import DepartmentNode
from myproject.directory.people import people_list
from myproject.directory.people.people_list import PersonRow
from myproject.directory.reports import reports
from myproject.directory.statistics import figures
from myproject.language.formats import weekday_text
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.pages.insights.plot import curve
from myproject.pages.people.faces import know_faces
from myproject.pages.people.values import Links
from myproject.security.permissions import Permission
from myproject.web.request import Request
from myproject.web.views import view_config

SHOWN = 8
"""People of each list that are shown at once; the rest is folded."""


@view_config(route_name="home", request_method="GET", renderer="insights/home.html")
def home(request: Request) -> dict[str, Any]:
    """What is going on in the organisation on the day shown."""
    clock = request.clock
    found = figures.figures(request.conn, clock, request.viewer)
    lists = (found.joined, found.moved, found.leaving, found.planned)
    know_faces(request, (event.employee_id for events in lists for event in events.listed))
    plans_from = _plans_from(request)
    own, own_department = _own_place(request) or (None, None)
    since = clock.as_of - timedelta(days=figures.RECENT - 1)
    return {
        "greeting": _greeting(request),
        "own": own,
        "own_department": own_department,
        "links": Links(request),
        "figures": found,
        "curve": curve(found.months, clock.as_of),
        # Counted here and in the inbox only: no other page pays for it.
        "waiting": reports.waiting(request.conn, request.viewer)
        if request.has_permission(Permission.INBOX_HANDLE)
        else 0,
        "most": max((bar.count for bar in found.bars), default=0),
        "joined_link": request.link(
            "employees", _query={"hired_on_from": since, "hired_on_to": clock.as_of, "sort": "-hired_on"}
        ),
        "weekday": weekday_text(clock.as_of),
        "recent": figures.RECENT,
        "soon": figures.SOON,
        "shown": SHOWN,
        "plans_from": plans_from,
        "lists": [
            (
                "joined",
                _("Joined"),
                found.joined,
                ngettext(
                    "No one joined in the last %(num)s day.", "No one joined in the last %(num)s days.", figures.RECENT
                ),
            ),
            (
                "moved",
                _("Moved"),
                found.moved,
                ngettext(
                    "No one moved in the last %(num)s day.", "No one moved in the last %(num)s days.", figures.RECENT
                ),
            ),
            (
                "leaving",
                _("Leaving soon"),
                found.leaving,
                ngettext(
                    "No one leaves in the next %(num)s day.", "No one leaves in the next %(num)s days.", figures.SOON
                ),
            ),
            ("planned", *_ahead(clock.as_of < plans_from, found.planned)),
        ],
    }


def _plans_from(request: Request) -> date:
    """The day after which what is shown is a plan: today, or that on which it was known."""
    clock = request.clock
    return clock.today if clock.known_at is None else min(clock.today, clock.known_at.astimezone(request.zone).date())


def _ahead(past: bool, events: figures.Events) -> tuple[str, figures.Events, str]:
    """Heading, events and the words for none of what comes after the day; `past`: it has come, and is no plan."""
    if past:
        none = ngettext(
            "No one joined or moved in the %(num)s day after.",
            "No one joined or moved in the %(num)s days after.",
            figures.SOON,
        )
        return _("After this day"), events, none
    none = ngettext(
        "Nothing is planned for the next %(num)s day.", "Nothing is planned for the next %(num)s days.", figures.SOON
    )
    return _("Planned"), events, none


def _greeting(request: Request) -> str:
    """How to greet whoever is signed in, at this time of the organisation's day; nobody on a page of another day."""
    me = request.me
    if me.employee is None or not request.clock.is_now:
        return ""
    hour = request.now.astimezone(request.zone).hour
    if 4 <= hour < 12:
        return _("Good morning, %(name)s", name=me.name)
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s", name=me.name)
    return _("Good evening, %(name)s", name=me.name)


def _own_place(request: Request) -> tuple[PersonRow, DepartmentNode | None] | None:
    """Where whoever is signed in is in the organisation on the day shown."""
    me = request.me.employee
    if me is None:
        return None
    page = people_list.some(request.conn, request.clock, request.viewer, [me])
    return next(((person, page.department(person)) for person in page.people), None)
