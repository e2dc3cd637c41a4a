"""The page of one employee; the same as a card for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from pydantic import Field
from pyramid.response import Response

from myproject.directory.changes.planning.careers import absence_text
from myproject.directory.org_chart.focus import OtherLine
from myproject.directory.people import profile as profiles
from myproject.directory.people.card_editing import EDITABLE
from myproject.directory.people.career.timeline import timeline
from myproject.directory.people.exporting.vcard import file_name, vcard
from myproject.directory.people.profile import Absent, Job, Profile
from myproject.directory.schema.fields import FIELDS, KINDS, SECTIONS, Kind, Section
from myproject.directory.visibility.audience import LABELS, audience_of_person, audiences_of
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.pages.people.action_menu import actions
from myproject.pages.people.career_words import share_text, timeline_lines
from myproject.pages.people.faces import know_faces
from myproject.pages.people.values import Links, local_time, telephone
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import ClockQuery, Id
from myproject.web.problems import no_page, not_found
from myproject.web.request import Request
from myproject.web.resources import employee_context
from myproject.web.views import view_config

PEERS = 12
"""Of those with the same manager, how many are shown."""


class ProfileQuery(ClockQuery):
    """The parameters of a profile. `page`: which page of those who report to the person. `saved`: the change set that
    was just made of them.
    """

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    saved: Id | None = None


@view_config(route_name="employee", request_method="GET", query=ProfileQuery, renderer="people/employee.html")
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
        raise no_page(page, around.reports.pages)
    clock, job = request.clock, found.job
    may_hide = holds(request.me, Permission.PERSON_HIDE)
    know_faces(request, _around(found))
    card = {name: found.card.get(name) for name in EDITABLE}
    place = job.place if job else None
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
        "actions": actions(request, number, several=len(found.jobs) > 1),
        "hidden": _hidden(request, number) if may_hide else "",
        "kept": _kept(request, number),
        "own": own,
        "saved": query.saved,
        "may_undo": query.saved is not None and holds(request.me, Permission.CHANGES_UNDO),
        "said": " · ".join(
            part for part in (card["pronouns"], card["pronunciation"] and f"“{card['pronunciation']}”") if part
        ),
        "place": place,
        "local": local_time(request, place.time_zone if place else None),
        "works": _works(card["working_days"], job),
        "facts": {section: list(_facts(card, section)) for section in SECTIONS},
        "joined": day_text(found.hired_on) if found.hired_on else "",
        "tenure": _tenure(found.hired_on, clock.as_of) if found.hired_on else "",
        "last_day": day_text(found.last_day) if found.last_day else "",
        "line_words": _line_words,
        "timeline": timeline_lines(request, timeline(request.conn, clock, request.viewer, number)),
        "page": page,
        "most_peers": PEERS,
    }


def _may_edit(request: Request, employee: int) -> bool:
    """Whether the viewer may edit the card. Asks the database only for who has a role for a department."""
    if request.me.employee == employee or request.me.department_roles:
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
    return "" if audience == "colleagues" else _(LABELS[audience])


def _works(days: Sequence[str] | None, job: Job | None) -> str:
    """When someone works: "Mon–Thu, 80%"."""
    share = share_text(job.fte) if job and job.fte != 1 else ""
    return _(", ").join(part for part in (profiles.days_in_words(days or ()), share) if part)


def _tenure(joined: date, day: date) -> str:
    """How long someone has been here, roughly."""
    months = (day.year - joined.year) * 12 + day.month - joined.month - (day.day < joined.day)
    years = months // 12
    if years:
        return ngettext("%(num)s year", "%(num)s years", years)
    return ngettext("%(num)s month", "%(num)s months", months) if months > 0 else _("new")


def _line_words(line: OtherLine) -> str:
    """What another line is, seen from whose profile it is on."""
    match line.kind, line.upward:
        case "dotted", True:
            return _("dotted-line manager")
        case "dotted", False:
            return _("dotted-line report")
        case "acting", True:
            return _("acting manager")
        case "acting", False:
            return _("report, as acting manager")
        case _kind, True:
            return _("manager in a second role")
        case _:
            return _("report in a second role")


class CardFact(NamedTuple):
    """A field of the card in words, with the texts to show and where each links to."""

    name: str
    label: str
    kind: Kind
    texts: list[tuple[str, str]]
    """Text and address of a link ("" where it is none)."""


_ELSEWHERE = frozenset(
    ("given_name", "family_name", "preferred_name", "pronunciation", "pronouns", "skills", "working_days", "about")
)
"""Fields of the card that have a place of their own on the page."""


def _facts(card: Mapping[str, Any], section: Section) -> Iterator[CardFact]:
    """The fields of one section of the card that hold something, in the order in which they are declared."""
    for name in EDITABLE:
        info, value = FIELDS[name], card[name]
        if info.section != section or name in _ELSEWHERE or value in (None, "", []):
            continue
        kind = KINDS.get(name, "line")
        yield CardFact(name, _(info.label), kind, list(_linked(kind, value)))


def _linked(kind: Kind, value: Any) -> Iterator[tuple[str, str]]:
    if kind == "email":
        yield value, f"mailto:{quote(value, safe='@.+-_')}"
    elif kind == "tel":
        yield value, f"tel:{telephone(value)}"
    elif kind == "lines":
        yield from ((text.removeprefix("https://").removeprefix("http://"), text) for text in value)
    elif kind == "date":
        yield day_text(value), ""
    else:
        yield _(", ").join(value) if isinstance(value, list) else value, ""


def _absent(request: Request, number: int) -> Any:
    found = _known(request, number)
    request.response.status_int = 404
    request.override_renderer = "people/employee_absent.html"
    return {
        "person": found,
        "actions": actions(request, number, former=True) if request.clock.is_now else [],
        "spells": _spells(request, found),
        "day": day_text(request.clock.as_of),
    }


def _known(request: Request, number: int) -> Absent:
    found = profiles.absent(request.conn, request.clock, request.viewer, number)
    if found is None:
        raise no_employee(number)
    return found


def no_employee(number: int) -> Exception:
    """A 404 for somebody whom there is not, or of whom the viewer may not know."""
    return not_found(_("There is no employee %(number)s.", number=number), _("Search for the person by name."))


def _spells(request: Request, found: Absent) -> list[dict[str, str]]:
    """The periods of working here in words, each with the address of the profile on a day of it."""
    told_spells = []
    for spell in found.spells:
        first, last = day_text(spell.first), day_text(spell.last) if spell.last else ""
        ahead = spell.first > request.clock.as_of
        day = spell.first if ahead or spell.last is None else spell.last
        told_spells.append(
            {
                "sentence": _spell_text(first, last, ahead),
                "day": day_text(day),
                "url": request.link("employee", id=found.id, _query={"as_of": day}),
            }
        )
    return told_spells


def _spell_text(first: str, last: str, ahead: bool) -> str:
    if ahead:
        if last:
            return _("Will work here from %(first)s to %(last)s", first=first, last=last)
        return _("Will work here from %(first)s", first=first)
    if last:
        return _("Worked here from %(first)s to %(last)s", first=first, last=last)
    return _("Worked here from %(first)s", first=first)


@view_config(route_name="employee.vcard", request_method="GET", permission=Permission.DIRECTORY_READ)
def as_vcard(request: Request) -> Response:
    """The person as a vCard file."""
    number = int(request.matchdict["id"])
    found = profiles.profile(request.conn, request.clock, request.viewer, number, around=False)
    if found is None:
        known = _known(request, number)
        raise not_found(
            absence_text(known.name, request.clock.as_of),
            _("Choose another day."),
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
