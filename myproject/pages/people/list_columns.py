"""The columns of the list of people: each declared once, for the table, the cards, department pages and sort headings.

Cells are written here and not by a template, because there are so many of them; docs/architecture.md has the figures.
Everything that comes from outside goes through `text`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

from markupsafe import Markup, escape

from myproject.directory.departments.department_tree import DepartmentTree
from myproject.directory.people.people_list import PeoplePage
from myproject.directory.visibility.audience import may_see
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.people.faces import drawn
from myproject.pages.people.values import Links, found_by, local_time, mail_target, telephone
from myproject.web.request import Request

Cell = Callable[[Any], str]
"""Writes the content of a cell from the values that its column reads: one value, or a tuple of them."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column. A marked text is translated where it is shown."""

    name: str
    """Its class in the page."""
    label: str
    field: str
    """Field whose audience may see it."""
    reads: tuple[str, ...]
    """Columns of `PersonRow`."""
    writer: Callable[[Request, PeoplePage], Cell]
    """Makes the writer of its cells for one page. What many people share is written once."""
    order: str = ""
    """Sort order that its heading chooses; "" for none."""
    more: str = ""
    """Further classes of its cells."""
    before: str = ""
    """Text before the value on narrow screens, where the headings are not shown."""


@lru_cache(maxsize=16_384)
def text(value: str) -> str:
    """A value as it may stand between tags and in quotes."""
    return str(escape(value))


# --- cells --------------------------------------------------------------------------------------------------


class _Once(dict[Any, str]):
    """Cells of one page by what they are made of."""

    def __init__(self, make: Cell) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, made_of: Any) -> str:
        cell = self[made_of] = self._make(made_of)
        return cell


def _name(request: Request, page: PeoplePage) -> Cell:
    root, address, via = request.script_name, Links(request).to_person, page.via
    if not via:
        return partial(_person, root, address, "")
    return lambda made_of: _person(root, address, found_by(via.get(made_of[1], ())), made_of)


@lru_cache(maxsize=4096)
def _person(root: str, address: tuple[str, str], via: str, made_of: tuple[str, int, str | None]) -> str:
    """The face and the name, and by what else a search found them."""
    name, id_, portrait = made_of
    tag = f' <span class="tag">{text(via)}</span>' if via else ""
    link = f'<a class="row-link" href="{text(str(id_).join(address))}">{text(name)}</a>'
    return f"{drawn(root, id_, name, '', portrait)}<span>{link}{tag}</span>"


def _plain(_request: Request, _page: PeoplePage) -> Cell:
    return _text_or_nothing


@lru_cache(maxsize=4096)
def _text_or_nothing(value: str | None) -> str:
    return text(value or "")


def _department(request: Request, page: PeoplePage) -> Cell:
    return _Once(partial(_department_link, Links(request), page.tree)).__getitem__


def _department_link(links: Links, tree: DepartmentTree, department: int | None) -> str:
    node = tree.get(department)
    return f'<a href="{text(links.department(node.path))}">{text(node.name)}</a>' if node else ""


def _location(request: Request, _page: PeoplePage) -> Cell:
    return _Once(partial(_location_time, request)).__getitem__


def _location_time(request: Request, made_of: tuple[str | None, str | None]) -> str:
    """Where somebody sits, and what time it is there."""
    location, zone = made_of
    now = local_time(request, zone) if location else None
    time = (
        f' <time class="small" datetime="{text(now.iso)}" data-zone="{text(now.zone)}">{text(now.time)}</time>'
        if now
        else ""
    )
    return f"{text(location or '')}{time}"


def _manager(request: Request, _page: PeoplePage) -> Cell:
    return partial(_manager_link, Links(request).to_person)


@lru_cache(maxsize=4096)
def _manager_link(address: tuple[str, str], made_of: tuple[str | None, int | None]) -> str:
    name, id_ = made_of
    return f'<a href="{text(str(id_).join(address))}">{text(name)}</a>' if name and id_ is not None else ""


def _hired(request: Request, _page: PeoplePage) -> Cell:
    return partial(_day, request.language.code)


@lru_cache(maxsize=4096)
def _day(_language: str, day: date | None) -> str:
    return f'<time datetime="{day.isoformat()}">{text(day_text(day))}</time>' if day is not None else ""


def _email(_request: Request, _page: PeoplePage) -> Cell:
    return _email_link


@lru_cache(maxsize=4096)
def _email_link(email: str | None) -> str:
    shown = text(email or "")
    return f'<a href="mailto:{text(mail_target(email))}" data-copy="{shown}">{shown}</a>' if email else ""


def _phone(request: Request, _page: PeoplePage) -> Cell:
    return partial(_phone_link, request.settings["organisation.phone_country"])


@lru_cache(maxsize=4096)
def _phone_link(country: str | None, phone: str | None) -> str:
    shown = text(phone or "")
    return f'<a href="tel:{text(telephone(phone, country))}" data-copy="{shown}">{shown}</a>' if phone else ""


# --- the columns --------------------------------------------------------------------------------------------

_NAME = ListColumn("name", marked("Name"), "name", ("name", "id", "portrait"), _name, "name")
_TITLE = ListColumn("title", marked("Job title"), "job_title", ("job_title",), _plain, "job_title")
_DEPARTMENT = ListColumn(
    "department", marked("Department"), "department", ("department_id",), _department, "department"
)
_LOCATION = ListColumn("location", marked("Location"), "location", ("location", "time_zone"), _location, "location")
_MANAGER = ListColumn(
    "manager", marked("Reports to"), "manager", ("manager", "manager_id"), _manager, before=marked("Reports to")
)
_HIRED = ListColumn(
    "joined", marked("Joined"), "hired_on", ("hired_on",), _hired, "hired_on", " nowrap", before=marked("Joined")
)
_EMAIL = ListColumn("mail", marked("Email"), "email", ("email",), _email, more=" reach")
_PHONE = ListColumn("phone", marked("Phone"), "phone", ("phone",), _phone, more=" reach")

_PLACE = replace(_LOCATION, reads=("location",), writer=_plain)
"""Without the time there."""

COLUMNS = (_NAME, _TITLE, _DEPARTMENT, _LOCATION, _MANAGER, _HIRED, _EMAIL, _PHONE)
"""All columns, in the order of the table."""


def visible_columns(request: Request) -> list[ListColumn]:
    """The columns that the viewer may see."""
    return [column for column in COLUMNS if may_see(request.viewer, column.field)]


def _cells(request: Request, page: PeoplePage, column: ListColumn) -> Iterator[str]:
    """A column's cells, from the first person to the last."""
    return map(column.writer(request, page), map(attrgetter(*column.reads), page.people))


# --- lists --------------------------------------------------------------------------------------------------


def table_rows(request: Request, page: PeoplePage) -> Markup:
    """People as rows of the table."""
    parts: list[Iterator[str]] = []
    between = "    <tr>\n"
    for column in visible_columns(request):
        cells = _cells(request, page, column)
        if column.before:
            before = f'<span class="narrow-only">{text(_(column.before))} </span>'
            cells = map(partial(_after, before), cells)
        between += f'      <td class="{column.name}{column.more}">'
        if column is _NAME:
            parts += [repeat(between + '<span class="who">'), cells]
            between = "</span></td>\n"
        else:
            parts += [repeat(between), cells]
            between = "</td>\n"
    # Column by column: that leaves no work of Python's own between the cells.
    rows = zip(*parts, repeat(between + "    </tr>\n"), strict=False)
    return Markup("".join(chain.from_iterable(rows)))  # noqa: S704 - every value went through `text`


@lru_cache(maxsize=8192)
def _after(before: str, cell: str) -> str:
    return before + cell if cell else ""


def cards(request: Request, page: PeoplePage) -> Markup:
    """People as cards: the same cells in another arrangement."""
    seen = set(visible_columns(request))
    columns = (_cells(request, page, column) if column in seen else repeat("") for column in COLUMNS)
    comma = text(_(", "))
    reports, joined = escape(_("Reports to %(name)s")), escape(_("joined %(day)s"))
    made = []
    for who, title, department, location, manager, hired, email, phone in zip(*columns, strict=False):
        more = []
        if manager:
            more.append(str(reports % {"name": Markup(manager)}))  # noqa: S704 - went through `text`
        if hired:
            more.append(f'<span class="nowrap">{joined % {"day": Markup(hired)}}</span>')  # noqa: S704 - a date
        made.append(
            f"  <li>\n    {who}\n    <span>{comma.join(filter(None, (title, department)))}</span>\n"
            f"    <span>{location}</span>\n    <span>{'<br>'.join(filter(None, (email, phone)))}</span>\n"
            + (f'    <span class="more">{" · ".join(more)}</span>\n' if more else "")
            + "  </li>\n"
        )
    return Markup("".join(made))  # noqa: S704 - every value went through `text`


def department_rows(request: Request, page: PeoplePage, *, departments: bool) -> Markup:
    """People as rows of a department's table; `departments`: with the department of each."""
    shown = [_NAME, _TITLE, *([_DEPARTMENT] if departments else []), _PLACE]
    columns = [
        _cells(request, page, column) if may_see(request.viewer, column.field) else repeat("") for column in shown
    ]
    return Markup(  # noqa: S704 - every value went through `text`
        "".join(
            f'      <tr><td class="name"><span class="who">{who}</span></td>'
            + "".join(f"<td>{cell}</td>" for cell in others)
            + "</tr>\n"
            for who, *others in zip(*columns, strict=False)
        )
    )
