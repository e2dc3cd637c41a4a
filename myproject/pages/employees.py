"""The list of people: filters, orders, pages; and the same list as a file."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field
from pyramid.renderers import render
from pyramid.response import Response
from pyramid.view import view_config
from sqlalchemy import Connection

from myproject.directory import people
from myproject.directory.audience import may_see
from myproject.directory.exporting import reading
from myproject.directory.exporting.people_csv import lines
from myproject.directory.listing.question import Refused, read_place
from myproject.directory.search.question import BadQuestion
from myproject.pages import frames
from myproject.pages.filter_bar import linker, make_bar
from myproject.pages.table import pager_nav, table_rows
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.web.exports import people_file
from myproject.web.listing import Asked, ListQuery, hidden_parameters, refused
from myproject.web.params import BadQuery, Count, Problem, Token

MOST_PAGES = 200
"""Pages that can be asked for by number; to go on from there one follows the links."""


class EmployeesQuery(ListQuery):
    """The parameters of the page: the list's own, how it is shown, and which page of it."""

    page: Annotated[Count, Field(ge=1, le=MOST_PAGES)] = 1
    view: Literal["table", "cards"] = "table"
    density: Literal["comfortable", "compact"] = "comfortable"
    after: Token = ""
    before: Token = ""


@view_config(route_name="employees", request_method="GET", query=EmployeesQuery)
def employees(request: Request) -> Response:
    """The people who fit, a page of them."""
    query = EmployeesQuery.of(request)
    hidden_parameters(request, query)
    key = frames.key_of(request) if query.view == "table" else None
    kept = frames.kept_page(request, key)
    if kept is not None:
        return frames.with_menu(request, kept)
    asked = Asked(request, query)
    if asked.problems:
        return frames.with_menu(request, _rendered(request, query, asked, None), status=400)
    made = _whole(request, query, asked, key)
    frames.keep_page(request, key, made)
    return frames.with_menu(request, made)


def _whole(request: Request, query: EmployeesQuery, asked: Asked, key: Hashable) -> str:
    """The page, with a mark where the menu goes."""
    page = _page(request, asked, query)
    if key is None or not page.people:
        return _rendered(request, query, asked, page)
    seen = _seen(request)
    key = (key, page.count, page.capped, page.near, page.similar)
    marked = {"rows": frames.MARK, "pager_nav": frames.MARK}
    pieces = frames.frame(key, lambda: _rendered(request, query, asked, page, marked))
    head, before, between, after = pieces
    nav = pager_nav(_pager(linker(request, asked, query), page), _count_words(page))
    return "".join((head, frames.MARK, before, table_rows(request, page.people, seen), between, nav, after))


def _rendered(
    request: Request,
    query: EmployeesQuery,
    asked: Asked,
    page: people.Page | None,
    marked: dict[str, Any] | None = None,
) -> str:
    bar = make_bar(request, asked, query)
    seen, count = _seen(request), _count_words(page)
    pager = _pager(bar.link, page) if page else None
    if marked is None:
        table = page is not None and query.view == "table"
        marked = {
            "rows": table_rows(request, page.people, seen) if page and table else "",
            "pager_nav": pager_nav(pager, count) if pager else "",
        }
    context = {
        "menu": frames.MARK,
        "bar": bar,
        "query": query,
        "order": asked.order,
        "page": page,
        "people": page.people if page else [],
        "count": count,
        "pager": pager,
        "total": asked.tree.people,
        "seen": seen,
        **marked,
    }
    return str(render("myproject:templates/employees.html", context, request))


def _seen(request: Request) -> dict[str, bool]:
    return {name: may_see(request.viewer, name) for name in _SHOWN}


_SHOWN = ("job_title", "department", "location", "joined_on", "email", "phone", "manager")


def _page(request: Request, asked: Asked, query: EmployeesQuery) -> people.Page:
    if query.after and query.before:
        problem = Problem("before", "A page is either after a place or before it.", "Give one of the two.")
        raise BadQuery([problem])
    if query.page > 1 and (query.after or query.before):
        problem = Problem("page", "A page is told by its number or by a place.", "Give one of the two.")
        raise BadQuery([problem])
    size = request.settings["page.size"]
    try:
        return people.page(
            request.conn,
            request.clock,
            request.viewer,
            asked.filters,
            asked.order,
            size=size,
            offset=(query.page - 1) * size,
            after=read_place(query.after, asked.order, "after") if query.after else None,
            before=read_place(query.before, asked.order, "before") if query.before else None,
        )
    except (Refused, BadQuestion) as error:
        raise refused(error) from None


def number(value: int) -> str:
    """A number as one reads it, its thousands apart: "12,400"."""
    return f"{value:,}"


def _count_words(page: people.Page | None) -> str:
    if page is None:
        return ""
    return f"{number(page.count.number)}{'+' if page.count.more else ''}"


def _pager(link: Callable[..., str], page: people.Page) -> dict[str, Any]:
    earlier = None if page.previous is None else link(before=page.previous)
    first = page.first + 1
    return {
        "previous": earlier,
        "next": link(after=page.next) if page.next else None,
        "first": number(first),
        "last": number(page.first + len(page.people)),
        "beginning": link() if page.first and page.previous else None,
    }


# --- as a file ----------------------------------------------------------------------------------------------


@view_config(route_name="employees.csv", request_method="GET", query=ListQuery, permission=Permission.DIRECTORY_EXPORT)
def as_csv(request: Request) -> Response:
    """Exactly the people of the list, on all its pages, as CSV; made while it is sent."""
    query = ListQuery.of(request)
    hidden_parameters(request, query)
    asked = Asked(request, query)
    if asked.problems:
        raise BadQuery([Problem(each.place, each.message, each.remedy) for each in asked.problems.values()])
    clock, viewer, filters = request.clock, request.viewer, asked.filters

    def made(conn: Connection) -> Iterator[bytes]:
        return lines(reading.everyone(conn, clock, viewer, filters, asked.order), viewer)

    return people_file(request, query, "text/csv", "csv", made)
