"""The page of one employee; the same as a card for a phone."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pyramid.response import Response
from pyramid.view import view_config

from myproject.directory import profile as profiles
from myproject.directory.career.timeline import timeline
from myproject.directory.exporting.vcard import file_name, vcard
from myproject.directory.profile import Absent, Profile
from myproject.pages.career_words import told
from myproject.pages.errors import not_found
from myproject.pages.params import ClockQuery
from myproject.pages.rows import Links, day_in_words, hue, initials, local_time, telephone
from myproject.request import Request
from myproject.security.permissions import Permission


class ProfileQuery(ClockQuery):
    """The parameters of a profile. `reports`: which page of those who report to the person."""

    reports: Annotated[int, Field(ge=1, le=100_000)] = 1


@view_config(route_name="employee", request_method="GET", query=ProfileQuery, renderer="employee.html")
def employee(request: Request) -> Any:
    """Someone who works here on the day shown; else a 404 that says when they do."""
    number = int(request.matchdict["id"])
    page = ProfileQuery.of(request).reports
    found = profiles.profile(request.conn, request.clock, request.viewer, number, page=page)
    if found is None:
        return _absent(request, number)
    around = found.around
    if around is not None and page > around.reports.pages:
        raise not_found(
            f"There is no page {page} of those who report to {found.name}; the last one is {around.reports.pages}.",
            "Go back to the first page.",
        )
    links = Links(request)
    job = found.job
    return {
        "person": found,
        "job": job,
        "others": found.jobs[1:],
        "around": around,
        "links": links,
        "initials": initials,
        "hue": hue,
        "time": local_time(request, job.place.time_zone if job and job.place else None),
        "works": profiles.days_in_words(found.card.get("working_days", ())),
        "contact": _contact(found),
        "joined": day_in_words(found.joined_on) if found.joined_on else "",
        "last_day": day_in_words(found.last_day) if found.last_day else "",
        "timeline": told(request, timeline(request.conn, request.clock, request.viewer, number)),
        "page": page,
    }


def _contact(found: Profile) -> list[tuple[str, str, str, str]]:
    """Ways to reach someone: name of the field, label, text, address of the link."""
    card = found.card
    ways = []
    if card.get("email"):
        ways.append(("email", "Mail", card["email"], f"mailto:{card['email']}"))
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
