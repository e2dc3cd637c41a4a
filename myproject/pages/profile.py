"""The page of one employee; the same as a card for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field
from pyramid.response import Response
from pyramid.view import view_config

from myproject.directory import profile as profiles
from myproject.directory.audience import LABELS, audience_of_person, audiences_of
from myproject.directory.career.timeline import timeline
from myproject.directory.exporting.vcard import file_name, vcard
from myproject.directory.fields import CARD_FIELDS
from myproject.directory.org_chart.focus import OtherLine
from myproject.directory.profile import Absent, Job, Profile
from myproject.pages.career_words import told
from myproject.pages.faces import know_faces
from myproject.pages.rows import Links, day_in_words, local_time, telephone
from myproject.request import Request
from myproject.resources import employee_context
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import ClockQuery, Id
from myproject.web.problems import not_found

PEERS = 12
"""Of those with the same manager, how many are shown."""


class ProfileQuery(ClockQuery):
    """The parameters of a profile. `page`: which page of those who report to the person. `saved`: the change set that
    was just made of them.
    """

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    saved: Id | None = None


@view_config(route_name="employee", request_method="GET", query=ProfileQuery, renderer="employee.html")
def employee(request: Request) -> Any:
    """Someone who works here on the day shown; else a 404 that says when they do."""
    number = int(request.matchdict["id"])
    query = ProfileQuery.of(request)
    page, own = query.page, request.me.employee == number
    found = profiles.profile(request.conn, request.clock, request.viewer, number, page=page)
    if found is None:
        return _absent(request, number)
    around = found.around
    if around is not None and page > around.reports.pages:
        raise not_found(
            f"There is no page {page} of those who report to {found.name}; the last one is {around.reports.pages}.",
            "Go back to the first page.",
        )
    clock, job = request.clock, found.job
    may_hide = holds(request.me, Permission.PERSON_HIDE)
    know_faces(request, _around(found))
    card = {name: found.card.get(name) for name in ("employee_number", *CARD_FIELDS)}
    place = job.place if job else None
    birth = card["date_of_birth"]
    return {
        "person": found,
        "card": card,
        "job": job,
        "others": found.jobs[1:],
        "around": around,
        "links": Links(request),
        "portrait": card["portrait"],
        "may_edit": _may_edit(request, number),
        "may_report": request.has_permission(Permission.REPORT_SEND),
        "may_hide": may_hide,
        "hidden": _hidden(request, number) if may_hide else "",
        "kept": _kept(request, number),
        "own": own,
        "saved": query.saved,
        "said": " · ".join(
            part for part in (card["pronouns"], card["pronunciation"] and f"“{card['pronunciation']}”") if part
        ),
        "place": place,
        "local": local_time(request, place.time_zone if place else None),
        "works": _works(card["working_days"], job),
        "contact": _contact(found),
        "joined": day_in_words(found.joined_on) if found.joined_on else "",
        "tenure": _tenure(found.joined_on, clock.as_of) if found.joined_on else "",
        "last_day": day_in_words(found.last_day) if found.last_day else "",
        "birth": day_in_words(birth) if birth else "",
        "line_words": _line_words,
        "timeline": told(request, timeline(request.conn, clock, request.viewer, number)),
        "page": page,
        "most_peers": PEERS,
    }


def _may_edit(request: Request, employee: int) -> bool:
    """Whether the viewer may edit the card. Asks the database for editors of departments only."""
    if request.me.employee == employee or request.me.editor_of:
        return bool(request.has_permission(Permission.CARD_EDIT, employee_context(request)))
    return bool(request.has_permission(Permission.CARD_EDIT))


def _kept(request: Request, employee: int) -> dict[str, str]:
    """On one's own profile, the fields that one keeps to a few, and to whom."""
    if request.me.employee != employee:
        return {}
    found = audiences_of(request.conn, request.viewer, employee)
    return {name: each.who for name, each in found.items() if each.rule == "person"}


def _around(found: Profile) -> Iterator[int]:
    """Those whose faces are on the page, besides the person."""
    around = found.around
    if around is None:
        return
    yield from (person.id for person in (*around.chain[-1:], *around.peers[:PEERS]))
    yield from (line.person.id for line in around.others)
    yield from (item.person.id for item in around.reports.items)


def _hidden(request: Request, employee: int) -> str:
    """Who alone may know of someone, in words; "" of those of whom everybody may."""
    audience = audience_of_person(request.conn, employee)
    return "" if audience == "colleagues" else LABELS[audience]


def _works(days: Sequence[str] | None, job: Job | None) -> str:
    """When someone works: "Mon–Thu, 80 %"."""
    share = f"{job.fte * 100:.3g} %" if job and job.fte not in (None, 1) else ""
    return ", ".join(part for part in (profiles.days_in_words(days or ()), share) if part)


def _tenure(joined: date, day: date) -> str:
    """How long someone has been here, roughly."""
    months = (day.year - joined.year) * 12 + day.month - joined.month - (day.day < joined.day)
    years = months // 12
    if years:
        return f"{years} year{'s' if years > 1 else ''}"
    return f"{months} month{'s' if months > 1 else ''}" if months > 0 else "new"


def _line_words(line: OtherLine) -> str:
    """What another line is, seen from whose profile it is on."""
    if line.upward:
        return {"dotted": "dotted line to", "acting": "acting manager"}.get(line.kind, "manager of a second role")
    return {"dotted": "dotted line from", "acting": "for whom acting manager"}.get(
        line.kind, "reports in a second role"
    )


def _contact(found: Profile) -> list[tuple[str, str, str, str]]:
    """Ways to reach someone: field, label, text, address of the link."""
    card = found.card
    ways = []
    if card.get("email"):
        ways.append(("email", "Mail", card["email"], f"mailto:{quote(card['email'], safe='@.+-_')}"))
    for name, label in (("phone", "Phone"), ("mobile", "Mobile")):
        if card.get(name):
            ways.append((name, label, card[name], f"tel:{telephone(card[name])}"))
    return ways


def _absent(request: Request, number: int) -> Any:
    found = profiles.absent(request.conn, request.clock, request.viewer, number)
    if found is None:
        raise not_found(f"There is no employee {number}.", "Look for the person by name.")
    request.response.status_int = 404
    request.override_renderer = "employee_absent.html"
    return {"person": found, "spells": _spells(request, found), "day": day_in_words(request.clock.as_of)}


def _spells(request: Request, found: Absent) -> list[dict[str, str]]:
    """The periods of working here in words, each with the address of the profile on a day of it."""
    told_spells = []
    for spell in found.spells:
        first, last = day_in_words(spell.first), day_in_words(spell.last) if spell.last else ""
        ahead = spell.first > request.clock.as_of
        day = spell.first if ahead or spell.last is None else spell.last
        told_spells.append(
            {
                "words": (f"from {first} to {last}" if last else f"from {first} on"),
                "day": day_in_words(day),
                "url": request.link("employee", id=found.id, _query={"as_of": day}),
                "ahead": "yes" if ahead else "",
            }
        )
    return told_spells


@view_config(route_name="employee.vcard", request_method="GET", permission=Permission.DIRECTORY_READ)
def as_vcard(request: Request) -> Response:
    """The person as a vCard file."""
    number = int(request.matchdict["id"])
    found = profiles.profile(request.conn, request.clock, request.viewer, number, around=False)
    if found is None:
        known = profiles.absent(request.conn, request.clock, request.viewer, number)
        if known is None:
            raise not_found(f"There is no employee {number}.", "Look for the person by name.")
        raise not_found(
            f"{known.name} does not work here on {day_in_words(request.clock.as_of)}.", "Choose another day."
        )
    address = request.host_url + request.link("employee", id=number)
    body = vcard(
        found,
        organisation=request.settings["organisation.name"],
        url=address,
        uid=f"{request.host_url}{request.script_name}/employees/{number}",
    )
    response = Response(body, content_type="text/vcard", charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_ascii(file_name(found), number)}"'
    return response


def _ascii(name: str, number: int) -> str:
    """A file name that every header takes; names in other scripts go by the number."""
    return name if name.isascii() else f"employee-{number}.vcf"
