"""Parts of the list of people that are written here and not by the template, because there are so many of them.

Fifty rows of twenty values took a template two milliseconds; written like this they take a tenth of that. Everything
that comes from outside goes through `text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from myproject.directory.listing.choices import Choice
from myproject.directory.people import Person
from myproject.pages.faces import face
from myproject.pages.rows import VIA, Links, day_in_words, local_time, mail_target, telephone
from myproject.request import Request


@lru_cache(maxsize=16_384)
def text(value: str) -> str:
    """A value as it may stand between tags and in quotes."""
    return str(escape(value))


def table_rows(request: Request, people: Sequence[Person], seen: Mapping[str, bool]) -> Markup:
    """People as rows of the table; of what the viewer may not see there is no column."""
    links = Links(request)
    country: str | None = request.settings["organisation.phone_country"]
    columns = tuple(name for name in _CELLS if seen[name])
    times: dict[str, str] = {}
    made = []
    for person in people:
        via = next((VIA[each] for each in person.via if each in VIA), "")
        tag = f' <span class="tag">{text(via)}</span>' if via else ""
        picture = face(request, person.id, person.name, portrait=person.portrait)
        link = f'<a class="row-link" href="{text(links.person(person.id))}">{text(person.name)}</a>'
        cells = [f'    <tr>\n      <td class="name"><span class="who">{picture}<span>{link}{tag}</span></span></td>\n']
        for name in columns:
            if name == "job_title":
                cells.append(f'      <td class="title">{text(person.job_title or "")}</td>\n')
            elif name == "department":
                node = person.department
                inside = f'<a href="{text(links.department(node.path))}">{text(node.name)}</a>' if node else ""
                cells.append(f"      <td>{inside}</td>\n")
            elif name == "location":
                cells.append(f"      <td>{_place(request, person, times)}</td>\n")
            elif name == "manager":
                inside = ""
                if person.manager and person.manager_id is not None:
                    url = text(links.person(person.manager_id))
                    inside = f'<span class="narrow-only">reports to </span><a href="{url}">{text(person.manager)}</a>'
                cells.append(f"      <td>{inside}</td>\n")
            elif name == "joined_on":
                day = person.joined_on
                shown = f'<time datetime="{day.isoformat()}">{day_in_words(day)}</time>' if day else "<time></time>"
                cells.append(f'      <td class="nowrap"><span class="narrow-only">since </span>{shown}</td>\n')
            elif name == "email":
                cells.append(f'      <td class="reach">{_mail(person.email) if person.email else ""}</td>\n')
            else:
                inside = _phone(person.phone, country) if person.phone else ""
                cells.append(f'      <td class="reach nowrap">{inside}</td>\n')
        cells.append("    </tr>\n")
        made.append("".join(cells))
    return Markup("".join(made))  # noqa: S704 - every value went through `text`, or holds letters and digits only


#: The columns after the name, by the field whose audience decides about them.
_CELLS = ("job_title", "department", "location", "manager", "joined_on", "email", "phone")


def _place(request: Request, person: Person, times: dict[str, str]) -> str:
    """Where somebody sits, and what time it is there."""
    if not person.location:
        return ""
    zone = person.time_zone or ""
    shown = times.get(zone)
    if shown is None:
        now = local_time(request, zone)
        shown = times[zone] = (
            f' <time class="small" datetime="{text(now.iso)}" data-zone="{text(now.zone)}">{text(now.time)}</time>'
            if now
            else ""
        )
    return text(person.location) + shown


def pager_nav(pager: Mapping[str, Any], count: str) -> Markup:
    """The way to the pages before and after."""
    off = '<span class="off"></span>'
    earlier = f'<a rel="prev" href="{text(pager["previous"])}">‹ Previous</a>' if pager["previous"] else off
    later = f'<a rel="next" href="{text(pager["next"])}">Next ›</a>' if pager["next"] else off
    first = pager["beginning"]
    beginning = f' · <a href="{text(first)}">first page</a>' if first else ""
    return Markup(  # noqa: S704 - addresses went through `text`, the rest are numbers
        f'<nav class="pager" aria-label="Pages">\n  {earlier}\n'
        f"  <span>{pager['first']}–{pager['last']} of {count}{beginning}</span>\n  {later}\n</nav>"
    )


@lru_cache(maxsize=4096)
def _mail(email: str) -> str:
    shown = text(email)
    return f'<a href="mailto:{text(mail_target(email))}" data-copy="{shown}">{shown}</a>'


@lru_cache(maxsize=4096)
def _phone(phone: str, country: str | None) -> str:
    shown = text(phone)
    return f'<a href="tel:{text(telephone(phone, country))}" data-copy="{shown}">{shown}</a>'


_WRITTEN: dict[int, tuple[Sequence[Choice], str]] = {}
_MOST_WRITTEN = 64
_INDENT = "\N{EM SPACE}"


def options(choices: Sequence[Choice], value: str) -> Markup:
    """What a filter can be set to, as options; the one with the id `value` is chosen.

    The choices of a revision are the same for every page: they are written once.
    """
    known = _WRITTEN.get(id(choices))
    if known is not None and known[0] is choices:
        written = known[1]
    else:
        written = "".join(
            f'<option value="{choice.id}">{_INDENT * choice.depth}{text(choice.name)}</option>\n      '
            for choice in choices
        )
        if len(_WRITTEN) >= _MOST_WRITTEN:
            _WRITTEN.clear()
        # What is kept holds on to the choices, so that no others can come to have their number.
        _WRITTEN[id(choices)] = (choices, written)
    if value.isdigit():
        written = written.replace(f'<option value="{value}">', f'<option value="{value}" selected>', 1)
    return Markup(written)  # noqa: S704 - numbers, and names that went through `text`
