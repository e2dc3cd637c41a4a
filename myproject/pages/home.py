"""The start page: search, head counts, and who joined, moved, leaves and comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pyramid.view import view_config

from myproject.directory import figures, reports
from myproject.pages.faces import know_faces
from myproject.pages.plot import curve
from myproject.request import Request
from myproject.security.permissions import Permission


@view_config(route_name="home", request_method="GET", renderer="home.html")
def home(request: Request) -> dict[str, Any]:
    """What is going on in the organisation on the day shown."""
    clock = request.clock
    found = figures.figures(request.conn, clock, request.viewer)
    lists = (found.joined, found.moved, found.leaving, found.planned)
    know_faces(request, (event.employee_id for events in lists for event in events.shown))
    since = clock.as_of - timedelta(days=figures.RECENT - 1)
    return {
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
        "lists": [
            ("joined", "Joined", found.joined, f"Nobody joined in the {figures.RECENT} days before."),
            ("moved", "Moved", found.moved, f"Nobody moved in the {figures.RECENT} days before."),
            ("leaving", "Leaving soon", found.leaving, f"Nobody leaves in the next {figures.SOON} days."),
            ("planned", "Planned", found.planned, f"Nothing is planned for the next {figures.SOON} days."),
        ],
    }
