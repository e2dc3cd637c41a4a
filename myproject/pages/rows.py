"""People as pages show them in lists: everything worked out beforehand, so that a template only writes it down.

A list of fifty is fifty rows of eight cells; a macro or a `request.link` per cell would cost more than the queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup

from myproject.directory.people import Person
from myproject.pages.faces import face
from myproject.request import Request

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_in_words(day: date) -> str:
    """A date as one reads it: "12 Mar 2025"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class LocalTime(NamedTuple):
    """What the clock on the wall says somewhere."""

    time: str
    """14:32."""
    iso: str
    """The same for `<time datetime>`, with the offset."""
    zone: str
    other_day: str
    """"tomorrow" or "yesterday", seen from the organisation; else ""."""


def local_time(request: Request, zone: str | None) -> LocalTime | None:
    """The time at a place now; None without a time zone, and where another day is shown."""
    if not zone or not request.clock.is_now:
        return None
    known: dict[str, LocalTime | None] = request.__dict__.setdefault("_local_times", {})
    if zone not in known:
        found = _zone(zone)
        known[zone] = _told(request.now.astimezone(found), zone, request.today) if found else None
    return known[zone]


def _told(moment: datetime, zone: str, today: date) -> LocalTime:
    days = (moment.date() - today).days
    other = {1: "tomorrow", -1: "yesterday"}.get(days, "")
    return LocalTime(f"{moment:%H:%M}", moment.isoformat(timespec="minutes"), zone, other)


@lru_cache(maxsize=4096)
def telephone(number: str, country: str | None = None) -> str:
    """A phone number as a `tel:` link takes it; letters after it, such as an extension, are left out.

    `country` (two letters) is where a number without + belongs; so it can be called from abroad as well.
    """
    if number.lstrip().startswith(("+", "00")):
        # The zero that is dialled inside the country only: +44 (0)20 ...
        number = number.replace("(0)", "")
    digits = re.sub(r"[^\d+]", "", re.split(r"[A-Za-z;,]", number)[0])
    digits = f"{digits[:1]}{digits[1:].replace('+', '')}"
    if country and not digits.startswith("+"):
        import phonenumbers

        try:
            parsed = phonenumbers.parse(digits, country)
        except phonenumbers.NumberParseException:
            return digits
        # An extension of three digits is called as it is.
        if phonenumbers.is_valid_number(parsed):
            return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return digits


class Row(NamedTuple):
    """A person in a list."""

    id: int
    url: str
    name: str
    face: Markup
    title: str
    department: str
    department_url: str
    location: str
    time: LocalTime | None
    email: str
    mail_to: str
    phone: str
    dial: str
    joined: str
    joined_iso: str
    manager: str
    manager_url: str
    via: str


#: What a search found somebody by, where the row does not show it already.
VIA = {
    "skills": "by skill",
    "alternative_names": "by another name",
    "given_name": "by given name",
    "mobile": "by mobile",
    "employee_number": "by employee number",
}


@lru_cache(maxsize=4096)
def _quoted(path: str) -> str:
    return quote(path, safe="/~")


class Links:
    """Addresses of many people and departments, made without asking the request for each."""

    def __init__(self, request: Request) -> None:
        marked = 7_777_777_777
        head, tail = request.link("employee", id=marked).split(str(marked))
        self.to_person = head, tail
        """What stands before and after the id in the address of a profile."""
        self._department = request.link("departments", traverse=(str(marked),)).split(str(marked))

    def person(self, employee: int) -> str:
        """The address of a profile."""
        head, tail = self.to_person
        return f"{head}{employee}{tail}"

    def department(self, path: str) -> str:
        """The address of a department."""
        head, tail = self._department
        return f"{head}{_quoted(path)}{tail}"


def mail_target(email: str) -> str:
    """A mail address as a `mailto:` link takes it."""
    return quote(email, safe="@.+-_")


def rows(request: Request, people: Iterable[Person]) -> list[Row]:
    """People as the rows of a list."""
    links = Links(request)
    return [_row(request, links, person) for person in people]


def _row(request: Request, links: Links, person: Person) -> Row:
    node, joined = person.department, person.joined_on
    return Row(
        person.id,
        links.person(person.id),
        person.name,
        face(request, person.id, person.name, portrait=person.portrait),
        person.job_title or "",
        node.name if node else "",
        links.department(node.path) if node else "",
        person.location or "",
        local_time(request, person.time_zone),
        person.email or "",
        mail_target(person.email) if person.email else "",
        person.phone or "",
        telephone(person.phone, request.settings["organisation.phone_country"]) if person.phone else "",
        day_in_words(joined) if joined else "",
        joined.isoformat() if joined else "",
        person.manager or "",
        links.person(person.manager_id) if person.manager_id is not None else "",
        next((VIA[each] for each in person.via if each in VIA), ""),
    )
