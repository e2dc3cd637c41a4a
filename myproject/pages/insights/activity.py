"""What is going on right now: for the people team and administrators, on a page that stays up to date by itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from myproject.accounts import sessions
from myproject.accounts.job_actions import STATES
from myproject.accounts.sessions import ActiveUser
from myproject.directory.changes import change_history
from myproject.directory.statistics import figures
from myproject.directory.visibility.audience import hidden_from
from myproject.jobs import ledger
from myproject.jobs.kinds import kinds
from myproject.jobs.ledger import JobState
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.pages.changes.changes import SOURCES, title
from myproject.pages.people.values import Links
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import Nothing
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

LATELY = timedelta(minutes=15)
"""Who has used the directory since then counts as here."""
SETS = 8
"""Change sets that are shown."""


class ActivityFigure(NamedTuple):
    """A number with its words, and where it leads: "" for nowhere."""

    number: str
    label: str
    url: str = ""


@view_config(
    route_name="activity",
    request_method="GET",
    permission=Permission.ACTIVITY_READ,
    query=Nothing,
    renderer="insights/activity.html",
)
def activity(request: Request) -> Any:
    """People, changes, jobs, who is here, and what this process does."""
    conn, clock, viewer = request.conn, request.today_clock, request.viewer
    found = figures.figures(conn, clock, viewer)
    here = _here(request)
    sets = change_history.change_sets(conn, clock, viewer, limit=SETS)
    names = change_history.author_names(conn, {each.author for each in sets})
    load = request.registry.load.figures()
    may_manage = holds(request.me, Permission.JOB_MANAGE)
    waiting, today = ledger.counts(conn), _today(request)
    home = request.link("home", NO_CLOCK)
    return {
        "links": Links(request),
        "people": [
            ActivityFigure(number_text(found.joined.count), _("joined lately"), f"{home}#joined"),
            ActivityFigure(number_text(found.moved.count), _("moved lately"), f"{home}#moved"),
            ActivityFigure(number_text(found.leaving.count), _("leaving soon"), f"{home}#leaving"),
            ActivityFigure(
                number_text(today), ngettext("change today", "changes today", today), request.link("changes", NO_CLOCK)
            ),
        ],
        "jobs": [
            ActivityFigure(
                number_text(waiting[state]),
                _(label),
                request.link("jobs", {"state": state.value}) if may_manage else "",
            )
            for state, label in STATES.items()
            if state in _SHOWN
        ],
        "running": [
            (_(kinds()[each.kind].label) if each.kind in kinds() else each.kind, each)
            for each in ledger.newest(conn, states=(JobState.RUNNING,), limit=10)
        ],
        "process": [
            ActivityFigure(number_text(len(here)), _("active in the last 15 minutes")),
            ActivityFigure(number_text(request.registry.live.pages), _("pages listening for changes")),
            ActivityFigure(number_text(load.requests), _("requests in the last minute")),
            ActivityFigure(number_text(load.errors), _("failed requests in the last minute")),
        ],
        "here": here,
        "sets": [
            {
                "url": request.link("change", NO_CLOCK, revision=each.revision),
                "title": title(each),
                "author": names.get(each.author, each.author) or _("someone"),
                "source": _(SOURCES.get(each.source, each.source)),
                "at": each.applied_at,
            }
            for each in sets
        ],
    }


_SHOWN = (JobState.DUE, JobState.RUNNING, JobState.DEAD)


def _here(request: Request) -> list[ActiveUser]:
    """Who was here lately, without those of whom the viewer may not know."""
    hidden = hidden_from(request.conn, request.today_clock, request.viewer)
    found = sessions.active_since(request.conn, request.now - LATELY)
    return [each for each in found if each.employee is None or each.employee not in hidden]


def _today(request: Request) -> int:
    """Change sets of this day that the viewer may know of."""
    midnight = datetime.combine(request.today, time(), request.zone)
    return change_history.count_since(request.conn, request.today_clock, request.viewer, midnight)
