"""Who or what is meant by a text that was typed into a form: a person, a department, a location."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import DepartmentTree
from myproject.directory.people import people_list
from myproject.directory.people.listing.filter_values import find_department
from myproject.directory.people.listing.filters import ListQueryError
from myproject.directory.schema.text import fold
from myproject.directory.search.search_text import BadSearchText
from myproject.directory.search.suggest import suggest
from myproject.directory.visibility.audience import hidden_from
from myproject.language.texts import gettext as _
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.pages.people import values
from myproject.web.params import Problem
from myproject.web.request import Request

_E = Employee.__table__
_L = Location.__table__
_KEY = or_(
    _E.c.employee_number == bindparam("key"),
    func.lower(_E.c.email) == bindparam("mail"),
    _E.c.id == bindparam("id"),
)
_PERSON = select(_E.c.id, _E.c.name, _E.c.employee_number).where(_KEY).limit(2)
_NAMED = select(_E.c.id, _E.c.name, _E.c.employee_number).where(_E.c.id == bindparam("id"))
_LOCATIONS = select(_L.c.id, _L.c.code, _L.c.name).where(~_L.c.closed)
_TOLD = re.compile(r"\(([^()]+)\)\s*$|#([0-9]{1,18})\s*$").search
MOST = 8
"""People who are offered where a name fits several."""


class Meant(NamedTuple):
    """What a text means."""

    id: int
    text: str
    """As forms write it, so that it is found again."""


class UnclearError(Exception):
    """A text means nothing that is there, or several; then they are offered."""

    def __init__(self, name: str, message: str, remedy: str, offers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.problem = Problem(name, message, remedy)
        self.offers = list(offers)
        """Value and words of each that may be meant."""


def person_text(request: Request, employee: int) -> str:
    """Somebody as forms write it: name and number."""
    row = request.read.execute(_NAMED, {"id": employee}).first()
    return "" if row is None else _text(request, row)


def _text(request: Request, row: Any) -> str:
    return values.person_text(request.viewer, row.id, row.name, row.employee_number)


def find_person(request: Request, name: str, text: str) -> Meant:
    """Somebody by number, mail address or a part of a name. Raises `UnclearError`."""
    hidden = hidden_from(request.read, request.today_clock, request.viewer)
    told = _TOLD(text)
    key = (told[1] or "") if told else text.strip()
    id_ = int(told[2]) if told and told[2] else 0
    keys = {"key": key, "mail": key.lower(), "id": id_}
    rows = [row for row in request.read.execute(_PERSON, keys) if row.id not in hidden]
    if len(rows) == 1:
        return Meant(rows[0].id, _text(request, rows[0]))
    try:
        hits = suggest(request.read, request.today_clock, request.viewer, text, MOST).people
    except BadSearchText as error:
        raise UnclearError(name, error.message, _("Enter a name or an employee number.")) from None
    page = people_list.some(request.read, request.today_clock, request.viewer, [hit.employee_id for hit in hits])
    offers = [
        (
            person_text(request, person.id),
            " · ".join(part for part in (person.name, person.job_title, page.department_name(person)) if part),
        )
        for person in page.people
    ]
    if len(offers) == 1:
        return Meant(page.people[0].id, offers[0][0])
    if offers:
        raise UnclearError(name, _(values.SEVERAL_PEOPLE, text=text), _("Choose one of them."), offers)
    remedy = _("Enter a name or an employee number of someone who works here.")
    raise UnclearError(name, _("No one matches “%(text)s”.", text=text), remedy)


def tree_of(request: Request) -> DepartmentTree:
    """The departments of today that the viewer may know of."""
    return department_tree.seen_tree(request.read, request.today_clock, request.viewer)


def department_text(request: Request, department: int | None) -> str:
    """A department as forms write it: its name, or its place where others have the name."""
    tree = tree_of(request)
    node = tree.get(department)
    if node is None:
        return ""
    alike = sum(fold(each.name) == fold(node.name) for each in tree)
    return node.name if alike == 1 else node.path


def find_a_department(request: Request, name: str, text: str) -> Meant:
    """A department by name, code or place. Raises `UnclearError`."""
    try:
        found = find_department(request.read, tree_of(request), text)
    except ListQueryError as error:
        raise UnclearError(name, error.message, error.remedy) from None
    return Meant(found.id, found.name or text)


def location_text(request: Request, location: int | None) -> str:
    """A location as forms write it: its name."""
    return next((row.name for row in request.read.execute(_LOCATIONS) if row.id == location), "")


def find_location(request: Request, name: str, text: str) -> Meant:
    """A location by name or code. Raises `UnclearError`."""
    wanted = fold(text)
    rows = request.read.execute(_LOCATIONS).all()
    found = [row for row in rows if wanted in (fold(row.name), fold(row.code))]
    if len(found) == 1:
        return Meant(found[0].id, found[0].name)
    if found:
        offers = [(row.code, f"{row.name} ({row.code})") for row in found]
        message = _("“%(text)s” matches several locations.", text=text)
        raise UnclearError(name, message, _("Choose one of them."), offers)
    near = [(row.name, row.name) for row in rows if fold(row.name).startswith(wanted[:1])][:MOST]
    raise UnclearError(
        name, _("No location matches “%(text)s”.", text=text), _("Enter the name or the code of a location."), near
    )
