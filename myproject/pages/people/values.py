"""Values of people as pages write them: local times, phone and mail links, addresses of profiles and departments.

A list of fifty is fifty rows of eight cells; a macro or a `request.link` per cell would cost more than the queries.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from myproject.directory.visibility.audience import Viewer, may_see
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.web.request import Request


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
        known[zone] = _local_time(request.now.astimezone(found), zone, request.today) if found else None
    return known[zone]


def _local_time(moment: datetime, zone: str, today: date) -> LocalTime:
    days = (moment.date() - today).days
    other = {1: _("tomorrow"), -1: _("yesterday")}.get(days, "")
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


#: What a search found somebody by, where the row does not show it already.
VIA = {
    "skills": marked("by skill"),
    "alternative_names": marked("by another name"),
    "given_name": marked("by given name"),
    "mobile": marked("by mobile"),
    "employee_number": marked("by employee number"),
}


def found_by(fields: tuple[str, ...]) -> str:
    """By what a search found somebody, in words; "" by the name, which the row shows."""
    return next((_(VIA[each]) for each in fields if each in VIA), "")


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


SEVERAL_PEOPLE = marked("“%(text)s” matches several people.")
"""What was typed is not enough to tell who is meant."""


def person_text(viewer: Viewer, employee: int, name: str, number: str | None) -> str:
    """Somebody as forms write them, so that they are found again: name and number."""
    return f"{name} ({number})" if may_see(viewer, "employee_number") else f"{name} #{employee}"
