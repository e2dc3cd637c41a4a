"""The list of people: filters, orders, pages."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Annotated, Any, Literal

from pydantic import Field
from pyramid.renderers import render
from pyramid.response import Response

from myproject.directory.people.listing.filters import ListQueryError
from myproject.directory.people.people_list import PeoplePage
from myproject.directory.search.search_text import BadSearchText
from myproject.directory.visibility.audience import may_see
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.pages.people import frames
from myproject.pages.people.filter_bar import linker, make_bar
from myproject.pages.people.list_columns import cards, table_rows
from myproject.pages.people.list_parts import options, pager_nav
from myproject.pages.people.people_pages import next_text, previous_text, read_page
from myproject.web.listing import ListQuery, ListRequest, refused
from myproject.web.params import BadQuery, Count, Problem, Token
from myproject.web.request import Request
from myproject.web.views import view_config

MOST_PAGES = 200
"""Pages that can be asked for by number; to go on from there one follows the links."""


class EmployeesPageQuery(ListQuery):
    """The parameters of the page: the list's own, how it is shown, and which page of it."""

    page: Annotated[Count, Field(ge=1, le=MOST_PAGES)] = 1
    view: Literal["table", "cards"] = "table"
    density: Literal["comfortable", "compact"] = "comfortable"
    after: Token = ""
    before: Token = ""


@view_config(route_name="employees", request_method="GET", query=EmployeesPageQuery)
def employees(request: Request) -> Response:
    """The people who fit, a page of them."""
    query = EmployeesPageQuery.of(request)
    key = frames.key_of(request) if query.view == "table" else None
    kept = frames.kept_page(request, key)
    if kept is not None:
        return frames.with_menu(request, kept)
    asked = ListRequest(request, query)
    if asked.problems:
        return frames.with_menu(request, _rendered(request, query, asked, None), status=400)
    made = _whole(request, query, asked, key)
    frames.keep_page(request, key, made)
    return frames.with_menu(request, made)


def _whole(request: Request, query: EmployeesPageQuery, asked: ListRequest, key: Hashable) -> str:
    """The page, with a mark where the menu goes."""
    page = _page(request, asked, query)
    if key is None or not page.people:
        return _rendered(request, query, asked, page)
    key = (key, page.count, page.capped, page.near, page.similar)
    marked = {"rows": frames.MARK, "pager_nav": frames.MARK}
    pieces = frames.frame(key, lambda: _rendered(request, query, asked, page, marked))
    head, before, between, after = pieces
    nav = pager_nav(_pager(linker(request, asked, query), page, request.settings["page.size"]), _count_words(page))
    return "".join((head, frames.MARK, before, table_rows(request, page), between, nav, after))


def _rendered(
    request: Request,
    query: EmployeesPageQuery,
    asked: ListRequest,
    page: PeoplePage | None,
    marked: dict[str, Any] | None = None,
) -> str:
    bar = make_bar(request, asked, query)
    count = _count_words(page)
    pager = _pager(bar.link, page, request.settings["page.size"]) if page else None
    if marked is None:
        write = table_rows if query.view == "table" else cards
        marked = {
            "rows": write(request, page) if page else "",
            "pager_nav": pager_nav(pager, count) if pager else "",
        }
    context = {
        "menu": frames.MARK,
        "options": options,
        "bar": bar,
        "query": query,
        "order": asked.order,
        "page": page,
        "people": page if page and page.people else None,
        "count": count,
        "pager": pager,
        "total": asked.tree.people,
        "days_shown": may_see(request.viewer, "hired_on"),
        **marked,
    }
    return str(render("myproject:templates/people/employees.html", context, request))


def _page(request: Request, asked: ListRequest, query: EmployeesPageQuery) -> PeoplePage:
    if query.after and query.before:
        problem = Problem("before", _("A page is either after a position or before it."), _("Give one of the two."))
        raise BadQuery([problem])
    if query.page > 1 and (query.after or query.before):
        problem = Problem("page", _("A page is given by its number or by a position."), _("Give one of the two."))
        raise BadQuery([problem])
    size = request.settings["page.size"]
    try:
        return read_page(
            request, asked.filters, asked.order, size, after=query.after, before=query.before, page=query.page
        )
    except (ListQueryError, BadSearchText) as error:
        raise refused(error) from None


def number(value: int) -> str:
    """A number as one reads it, its thousands apart: "12,400"."""
    return number_text(value)


def _count_words(page: PeoplePage | None) -> str:
    if page is None:
        return ""
    return f"{number(page.count.number)}{'+' if page.count.more else ''}"


def _pager(link: Callable[..., str], page: PeoplePage, size: int) -> dict[str, Any]:
    earlier, later = previous_text(page, size), next_text(page)
    first = page.first + 1 if page.people else 1
    return {
        "previous": None if earlier is None else link(before=earlier),
        "next": link(after=later) if later else None,
        "first": number(first),
        "last": number(page.first + len(page.people)),
        "beginning": link() if earlier else None,
    }
