"""The start page: search, head counts, and who joined, moved, leaves and comes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pyramid.view import view_config

from myproject.directory import figures, people, reports
from myproject.directory.people import Person
from myproject.pages.faces import know_faces
from myproject.pages.plot import curve
from myproject.pages.rows import Links
from myproject.request import Request
from myproject.security.permissions import Permission

SHOWN = 8
"""People of each list that are shown at once; the rest is folded."""


@view_config(route_name="home", request_method="GET", renderer="home.html")
def home(request: Request) -> dict[str, Any]:
    """What is going on in the organisation on the day shown."""
    clock = request.clock
    found = figures.figures(request.conn, clock, request.viewer)
    lists = (found.joined, found.moved, found.leaving, found.planned)
    know_faces(request, (event.employee_id for events in lists for event in events.listed))
    plans_from = _plans_from(request)
    since = clock.as_of - timedelta(days=figures.RECENT - 1)
    return {
        "greeting": _greeting(request),
        "own": _own_place(request),
        "links": Links(request),
        "figures": found,
        "curve": curve(found.months, clock.as_of),
        # Counted here and in the inbox only: no other page pays for it.
        "waiting": reports.waiting(request.conn, request.viewer)
        if request.has_permission(Permission.INBOX_HANDLE)
        else 0,
        "most": max((bar.count for bar in found.bars), default=0),
        "joined_link": request.link(
            "employees", _query={"joined_from": since, "joined_to": clock.as_of, "sort": "-joined"}
        ),
        "recent": figures.RECENT,
        "soon": figures.SOON,
        "shown": SHOWN,
        "plans_from": plans_from,
        "lists": [
            ("joined", "Joined", found.joined, f"Nobody joined in the {figures.RECENT} days before."),
            ("moved", "Moved", found.moved, f"Nobody moved in the {figures.RECENT} days before."),
            ("leaving", "Leaving soon", found.leaving, f"Nobody leaves in the next {figures.SOON} days."),
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
        return "After this day", events, f"Nobody came or moved in the {figures.SOON} days after."
    return "Planned", events, f"Nothing is planned for the next {figures.SOON} days."


def _greeting(request: Request) -> str:
    """How to greet whoever is signed in, at this time of the organisation's day; nobody on a page of another day."""
    me = request.me
    if me.employee is None or not request.clock.is_now:
        return ""
    hour = request.now.astimezone(request.zone).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {me.name}"


def _own_place(request: Request) -> Person | None:
    """Where whoever is signed in is in the organisation on the day shown."""
    me = request.me.employee
    if me is None:
        return None
    return next(iter(people.some(request.conn, request.clock, request.viewer, [me])), None)
