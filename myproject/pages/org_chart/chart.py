"""The org chart: around one person, from the top, between two people, and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import Field
from pyramid.httpexceptions import HTTPSeeOther

from myproject.directory.org_chart import atlas as atlases
from myproject.directory.org_chart import between, find, focus, people, top
from myproject.directory.org_chart.people import ChartPerson, NotShownError
from myproject.directory.people.profile import absent
from myproject.directory.search import query as search
from myproject.directory.search.search_text import BadSearchText
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.pages.people.faces import know_faces
from myproject.web.params import BadQuery, ClockQuery, Flag, Id, Problem, Text
from myproject.web.problems import bad_request, forbidden, no_page, not_found
from myproject.web.request import Request
from myproject.web.views import view_config

Opened = Annotated[tuple[Id, ...], Field(max_length=focus.MOST_OPEN)]
Number = Annotated[int, Field(ge=1, le=100_000)]

FEW_TOPS = 5
"""So many people at the top, and their branches are open from the start."""
CANDIDATES = 12
"""People to choose from when a name was typed."""


class FocusQuery(ClockQuery):
    """The parameters of the chart around a person. `open`: whose branches are open; `q`: find below."""

    page: Number = 1
    open: Opened = ()
    q: Text = ""


class TopQuery(FocusQuery):
    """Those of the top. `from` and `to`: two people, how they are connected; `who`: the second one by name.

    `closed`: nothing is open, where a few branches are from the start.
    """

    outside: Flag = False
    closed: Flag = False
    from_: Annotated[Id | None, Field(alias="from")] = None
    to: Id | None = None
    who: Text = ""


class BranchQuery(ClockQuery):
    """The parameters of a branch by itself. `level`: that of its items in the tree."""

    page: Number = 1
    level: Annotated[int, Field(ge=1, le=1_000)] = 2


class PrintQuery(ClockQuery):
    """The parameters of the chart on paper."""

    levels: Annotated[int, Field(ge=1, le=atlases.DEEPEST)] = atlases.DEEPEST


class Ways:
    """The addresses in a tree, made quickly: there are four to a row."""

    def __init__(self, request: Request, at: str, opened: Sequence[int], page: int = 1, nothing: str = "") -> None:
        """at: address of the page whose branches open; `opened`: those that are; `nothing`: says that none is."""
        self._request = request
        self._at = at
        self._opened = opened
        kept = request.link("chart").partition("?")[2]
        self._kept = f"?{kept}" if kept else ""
        self._also = f"&{kept}" if kept else ""
        self._prefix = quote(request.environ.get("SCRIPT_NAME", ""))
        query = [("page", page)] if page > 1 else []
        self._query = urlencode([*query, *(("open", each) for each in opened)])
        self._nothing = nothing
        self._full = len(opened) >= focus.MOST_OPEN

    def focus(self, person: int) -> str:
        """The chart around someone."""
        return f"{self._prefix}/chart/{person}{self._kept}"

    def profile(self, person: int) -> str:
        """Someone's own page."""
        return f"{self._prefix}/employees/{person}{self._kept}"

    def branch(self, person: int, page: int, level: int) -> str:
        """A piece of page with those who report to someone."""
        pages = f"page={page}&" if page > 1 else ""
        return f"{self._prefix}/chart/{person}/branch?{pages}level={level}{self._also}"

    def toggle(self, person: int, is_open: bool) -> str:
        """This page with someone's branch opened or closed; their own chart, once too many are open."""
        if is_open:
            query = "&".join(part for part in self._query.split("&") if part != f"open={person}") or self._nothing
        elif self._full:
            return self.focus(person)
        else:
            query = f"{self._query}&open={person}" if self._query else f"open={person}"
        both = f"{query}{self._also}" if query else self._kept[1:]
        return f"{self._at}?{both}#p{person}" if both else f"{self._at}#p{person}"

    @staticmethod
    def page_after(last: int) -> int:
        """The page of a branch that begins after so many."""
        return last // focus.BRANCH + 1


def _shown(view: Any) -> Any:
    """A view on reporting lines: refused to whom they are not open."""

    def wrapped(request: Request) -> Any:
        try:
            return view(request)
        except NotShownError:
            raise forbidden(_("You may not see who reports to whom."), _("Ask an administrator.")) from None
        except BadSearchText as error:
            place = "who" if "who" in request.GET else "q"
            raise BadQuery([Problem(place, error.message, _("Type a name, or part of one."))]) from None

    wrapped.__doc__ = view.__doc__
    return wrapped


@view_config(route_name="chart.focus", request_method="GET", query=FocusQuery, renderer="org_chart/focus.html")
@_shown
def around(request: Request) -> Any:
    """The chart around one person."""
    query = FocusQuery.of(request)
    number = int(request.matchdict["id"])
    return _around(request, number, query) or _absent(request, number)


def _around(request: Request, number: int, query: FocusQuery) -> dict[str, Any] | None:
    conn, clock, viewer = request.conn, request.clock, request.viewer
    found = focus.focus(conn, clock, viewer, number, page=query.page, opened=query.open)
    if found is None:
        return None
    _check_page(found.reports, query.page)
    hits = find.find(conn, clock, viewer, query.q, found.person) if query.q else None
    others = (line.person for line in found.others)
    know_faces(request, _faces((found.person, *found.chain, *found.peers, *others), found.reports, hits))
    at = request.link("chart.focus", id=number).partition("?")[0]
    return {
        "focus": found,
        "person": found.person,
        "ways": Ways(request, at, query.open, query.page),
        "q": query.q,
        "hits": hits,
        "most_open": focus.MOST_OPEN,
    }


def _faces(
    shown: Iterable[ChartPerson], branch: focus.Branch | None = None, hits: find.ChartHits | None = None
) -> Iterator[int]:
    """The people whose faces a page shows: by themselves, in what is open of a branch, among what was found."""
    yield from (person.id for person in shown)
    for item in branch.items if branch else ():
        yield item.person.id
        yield from _faces((), item.branch)
    yield from (hit.person.id for hit in hits.hits) if hits else ()


def _check_page(branch: focus.Branch, page: int) -> None:
    if page > branch.pages:
        raise no_page(page, branch.pages)


@view_config(route_name="chart", request_method="GET", query=TopQuery, renderer="org_chart/top.html")
@_shown
def summit(request: Request) -> Any:
    """The top of the organisation; the connection of two people, with `from`."""
    query = TopQuery.of(request)
    if query.from_ is not None:
        return _connection(request, query, query.from_)
    if query.to is not None or query.who:
        raise bad_request(
            _("Name two people to see how they are connected."), _("Start from the chart of one of them.")
        )
    conn, clock, viewer = request.conn, request.clock, request.viewer
    if query.outside:
        return _outside(request, query)
    found = top.top(conn, clock, viewer, page=query.page, opened=query.open)
    _check_page(found.branch, query.page)
    tops = found.branch.items
    if len(tops) == 1 and found.branch.total == 1:
        # One person leads all: their own chart is the top.
        context = _around(request, tops[0].person.id, query)
        if context is not None:
            hits = _hits(request, query.q)
            know_faces(request, _faces((), None, hits))
            return {**context, "top": found, "hits": hits}
    at_first = _open_at_first(found)
    opened = query.open
    if at_first and not query.open and not query.closed:
        opened = at_first
        found = top.top(conn, clock, viewer, page=query.page, opened=opened)
    at = request.link("chart").partition("?")[0]
    hits = _hits(request, query.q)
    know_faces(request, _faces((), found.branch, hits))
    return {
        "focus": None,
        "top": found,
        "ways": Ways(request, at, opened, query.page, "closed=1" if at_first else ""),
        "q": query.q,
        "hits": hits,
        "most_open": focus.MOST_OPEN,
    }


def _open_at_first(found: top.Top) -> tuple[int, ...]:
    """Whose branches are open when nobody asked: a few tops', or the one with more than half of all people."""
    people = [item.person for item in found.branch.items]
    if len(people) <= FEW_TOPS:
        return tuple(person.id for person in people)
    return tuple(person.id for person in people[:1] if 2 * person.below > found.placed)


def _hits(request: Request, q: str) -> find.ChartHits | None:
    return find.find(request.conn, request.clock, request.viewer, q) if q else None


def _outside(request: Request, query: TopQuery) -> Any:
    conn, clock, viewer = request.conn, request.clock, request.viewer
    found = top.top(conn, clock, viewer)
    pages = max(1, -(-found.outside // focus.PAGE))
    if query.page > pages:
        raise no_page(query.page, pages)
    shown = top.outside(conn, clock, viewer, page=query.page) if found.outside else []
    know_faces(request, _faces(shown))
    request.override_renderer = "org_chart/outside.html"
    return {"top": found, "people": shown, "page": query.page, "pages": pages}


@view_config(route_name="chart.branch", request_method="GET", query=BranchQuery, renderer="org_chart/branch.html")
@_shown
def branch(request: Request) -> Any:
    """Who reports to someone, as a piece of a page: for branches that open in place."""
    query = BranchQuery.of(request)
    conn, clock, viewer = request.conn, request.clock, request.viewer
    number = int(request.matchdict["id"])
    found = {person.id: person for person in people.people_by_id(conn, clock, viewer, [number])}
    if number not in found:
        return _absent(request, number)
    shown = focus.branch(conn, clock, viewer, found[number], page=query.page)
    _check_page(shown, query.page)
    know_faces(request, _faces((), shown))
    ways = Ways(request, request.link("chart.focus", id=number).partition("?")[0], ())
    return {"person": found[number], "branch": shown, "level": query.level, "ways": ways}


def _absent(request: Request, number: int) -> Any:
    """A 404 that tells an unknown id from someone who does not work here on the day."""
    known = absent(request.conn, request.clock, request.viewer, number)
    if known is None:
        raise not_found(_("There is no such person."), _("Search by name."))
    request.response.status_int = 404
    request.override_renderer = "org_chart/absent.html"
    return {"absent": known}


# --- between two people -------------------------------------------------------------------------------------


def _connection(request: Request, query: TopQuery, one: int) -> Any:
    conn, clock, viewer = request.conn, request.clock, request.viewer
    candidates: list[ChartPerson] = []
    other = query.to
    if other is None and query.who:
        found = search.find(conn, clock, viewer, query.who, limit=CANDIDATES + 1)
        known = {each.id: each for each in people.people_by_id(conn, clock, viewer, found.ids)}
        candidates = [known[each] for each in found.ids if each in known and each != one]
        if len(candidates) == 1:
            address = request.link("chart", _query={"from": one, "to": candidates[0].id})
            raise HTTPSeeOther(location=address)
    wanted = [one] if other is None else [one, other]
    known = {each.id: each for each in people.people_by_id(conn, clock, viewer, wanted)}
    for each in wanted:
        if each not in known:
            return _absent(request, each)
    link = between.link(conn, clock, viewer, one, other) if other is not None else None
    steps = (link.common, *link.one_up, *link.other_up) if link else ()
    know_faces(request, _faces(each for each in (*known.values(), *steps, *candidates) if each is not None))
    request.override_renderer = "org_chart/between.html"
    return {
        "one": known[one],
        "other": known[other] if other is not None else None,
        "who": query.who,
        "candidates": candidates[:CANDIDATES],
        "link": link,
        "words": in_words(link) if link else "",
    }


def in_words(link: between.PathLink) -> str:
    """How two people are connected, in a sentence."""
    one, other, common = link.one.name, link.other.name, link.common
    if link.one.id == link.other.id:
        return _("Both are the same person: %(name)s.", name=one)
    if common is None:
        ends = [(chain[-1].name if chain else name) for chain, name in ((link.one_up, one), (link.other_up, other))]
        return _(
            "They have no manager in common: one chain ends at %(first)s, the other at %(second)s.",
            first=ends[0],
            second=ends[1],
        )
    up, down = len(link.one_up) + 1, len(link.other_up) + 1
    if common.id == link.one.id:
        return _leads(one, other, down)
    if common.id == link.other.id:
        return _leads(other, one, up)
    if up == down == 1:
        return _("%(one)s and %(other)s both report to %(manager)s.", one=one, other=other, manager=common.name)
    return _(
        "%(manager)s is the nearest manager of both: %(up)s above %(one)s, %(down)s above %(other)s.",
        manager=common.name,
        up=_levels(up),
        one=one,
        down=_levels(down),
        other=other,
    )


def _leads(leader: str, name: str, levels: int) -> str:
    if levels == 1:
        return _("%(leader)s is the manager of %(name)s.", leader=leader, name=name)
    if levels == 2:
        return _("%(leader)s is the manager of %(name)s’s manager.", leader=leader, name=name)
    return _("%(leader)s is %(levels)s above %(name)s.", leader=leader, levels=_levels(levels), name=name)


def _levels(number: int) -> str:
    return ngettext("%(num)s level", "%(num)s levels", number)


# --- on paper -----------------------------------------------------------------------------------------------


@view_config(route_name="chart.print", request_method="GET", query=PrintQuery, renderer="org_chart/print.html")
@_shown
def on_paper(request: Request) -> Any:
    """A branch laid out for printing."""
    number = int(request.matchdict["id"])
    query = PrintQuery.of(request)
    found = atlases.atlas(request.conn, request.clock, request.viewer, [number], query.levels)
    if found is None:
        return _absent(request, number)
    return _paper(request, found, query)


@view_config(route_name="chart.print.top", request_method="GET", query=PrintQuery, renderer="org_chart/print.html")
@_shown
def all_on_paper(request: Request) -> Any:
    """The whole chart laid out for printing: the largest branches first."""
    query = PrintQuery.of(request)
    found = top.top(request.conn, request.clock, request.viewer)
    tops = [item.person.id for item in found.branch.items]
    atlas = atlases.atlas(request.conn, request.clock, request.viewer, tops, query.levels)
    if atlas is None:
        raise not_found(
            _("There is no chart to print: no one reports to anyone on this day."), _("Choose another day.")
        )
    return _paper(request, atlas, query)


def _paper(request: Request, atlas: atlases.Atlas, query: PrintQuery) -> dict[str, Any]:
    return {
        "atlas": atlas,
        "levels": query.levels,
        "deepest": atlases.DEEPEST,
        "most": atlases.MOST,
        "organisation": request.settings["organisation.name"],
        "printed": request.now.astimezone(request.zone),
    }
