"""The list of people: filters, orders, pages; and the same list as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field
from pyramid.response import Response
from pyramid.view import view_config

from myproject.accounts.audit import Event, record
from myproject.directory import departments, people
from myproject.directory.audience import may_see
from myproject.directory.exporting.people_csv import lines
from myproject.directory.listing import choices
from myproject.directory.listing.choices import Choice
from myproject.directory.listing.question import BEST, MOST_SKILLS, Filters, Order, Refused, read_place
from myproject.directory.search.question import BadQuestion
from myproject.pages.filter_bar import Bar, make_bar
from myproject.pages.rows import rows
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.web.params import BadQuery, ClockQuery, Day, Flag, Id, Problem, Text, Token

Sort = Literal[
    "best",
    "name",
    "-name",
    "job_title",
    "-job_title",
    "department",
    "-department",
    "location",
    "-location",
    "joined",
    "-joined",
]
Several = Annotated[tuple[Text, ...], Field(max_length=MOST_SKILLS)]


class ListQuery(ClockQuery):
    """What a list of people is asked for. A department, place, title or skill is an id or a name.

    `similar`: words spelled almost like those of the search too, though somebody has them as they were typed.
    `only`: without sub-departments. `sort`: "best" goes with a search, and is what a search without it gets.
    """

    q: Text = ""
    similar: Flag = False
    department: Text = ""
    only: Flag = False
    location: Text = ""
    job_title: Text = ""
    skill: Several = ()
    manager: Id | None = None
    joined_from: Day | None = None
    joined_to: Day | None = None
    sort: Sort | None = None


class EmployeesQuery(ListQuery):
    """The parameters of the page: the list's own, how it is shown, and which page of it."""

    view: Literal["table", "cards"] = "table"
    density: Literal["comfortable", "compact"] = "comfortable"
    after: Token = ""
    before: Token = ""


class Asked:
    """What was asked for, with every value looked up. `problems` has a sentence for each that means nothing."""

    def __init__(self, request: Request, query: ListQuery) -> None:
        self.query = query
        self.problems: dict[str, Refused] = {}
        self.chosen: dict[str, Choice] = {}
        self.skills: list[Choice] = []
        conn, clock = request.conn, request.clock
        self.tree = departments.seen_tree(conn, clock, request.viewer)
        if query.department:
            self._find("department", lambda: choices.find_department(conn, self.tree, query.department))
        if query.location:
            self._find("location", lambda: choices.find_location(conn, query.location))
        if query.job_title:
            self._find("job_title", lambda: choices.find_job_title(conn, query.job_title))
        if query.manager:
            self._find("manager", lambda: choices.find_manager(conn, clock, request.viewer, query.manager or 0))
        for text in query.skill:
            self._find("skill", lambda text=text: choices.find_skill(conn, text))
        if query.joined_from and query.joined_to and query.joined_from > query.joined_to:
            self.problems["joined_to"] = Refused(
                "joined_to", "The last day is before the first.", "Swap the two, or clear one."
            )
        self.order = self._order(query)

    def _find(self, name: str, find: Any) -> None:
        try:
            found = find()
        except Refused as refused:
            self.problems[name] = refused
            return
        if name == "skill":
            self.skills += [found] if found not in self.skills else []
        else:
            self.chosen[name] = found

    @staticmethod
    def _order(query: ListQuery) -> Order:
        if query.q and query.sort in (None, "best"):
            return BEST
        if query.sort == "best":
            raise BadQuery(
                [Problem("sort", "“best” needs a search.", "Type something to search for, or sort by name.")]
            )
        return Order.of(query.sort or "name")

    @property
    def filters(self) -> Filters:
        """The question, as the directory takes it."""
        ids = {name: choice.id for name, choice in self.chosen.items()}
        return Filters(
            q=self.query.q,
            similar=self.query.similar,
            only=self.query.only,
            skills=tuple(sorted(choice.id for choice in self.skills)),
            joined_from=self.query.joined_from,
            joined_to=self.query.joined_to,
            **ids,
        )


def _refused(error: Refused | BadQuestion) -> BadQuery:
    if isinstance(error, Refused):
        return BadQuery([Problem(error.place, error.message, error.remedy)])
    return BadQuery([Problem("q", error.message, "Type a name, or a part of one.")])


def hidden_parameters(request: Request, query: ListQuery) -> None:
    """A 400 for a filter or an order by a field that the viewer may not see, as for one that does not exist."""
    looked_at = {
        "department": query.department or query.only,
        "location": query.location,
        "job_title": query.job_title,
        "manager": query.manager,
        "skills": query.skill,
        "joined_on": query.joined_from or query.joined_to,
    }
    hidden = [name for name, asked in looked_at.items() if asked and not may_see(request.viewer, name)]
    if hidden:
        raise BadQuery([Problem(name, f"“{name}” is not open to you.", "Leave it out.") for name in hidden])


@view_config(route_name="employees", request_method="GET", query=EmployeesQuery, renderer="employees.html")
def employees(request: Request) -> Any:
    """The people who fit, a page of them."""
    query = EmployeesQuery.of(request)
    hidden_parameters(request, query)
    asked = Asked(request, query)
    page = None
    if not asked.problems:
        page = _page(request, asked, query)
    else:
        request.response.status_int = 400
    bar = make_bar(request, asked, query)
    return {
        "bar": bar,
        "query": query,
        "order": asked.order,
        "page": page,
        "people": rows(request, page.people) if page else [],
        "count": _count_words(page),
        "pager": _pager(bar, page) if page else None,
        "total": asked.tree.people,
        "seen": {name: may_see(request.viewer, name) for name in _SHOWN},
    }


_SHOWN = ("job_title", "department", "location", "joined_on", "email", "phone", "manager")


def _page(request: Request, asked: Asked, query: EmployeesQuery) -> people.Page:
    if query.after and query.before:
        problem = Problem("before", "A page is either after a place or before it.", "Give one of the two.")
        raise BadQuery([problem])
    try:
        return people.page(
            request.conn,
            request.clock,
            request.viewer,
            asked.filters,
            asked.order,
            size=request.settings["page.size"],
            after=read_place(query.after, asked.order, "after") if query.after else None,
            before=read_place(query.before, asked.order, "before") if query.before else None,
        )
    except (Refused, BadQuestion) as error:
        raise _refused(error) from None


def number(value: int) -> str:
    """A number as one reads it, its thousands apart: "12,400"."""
    return f"{value:,}"


def _count_words(page: people.Page | None) -> str:
    if page is None:
        return ""
    return f"{number(page.count.number)}{'+' if page.count.more else ''}"


def _pager(bar: Bar, page: people.Page) -> dict[str, Any]:
    earlier = None if page.previous is None else bar.link(before=page.previous)
    first = page.first + 1
    return {
        "previous": earlier,
        "next": bar.link(after=page.next) if page.next else None,
        "first": number(first),
        "last": number(page.first + len(page.people)),
        "beginning": bar.link() if page.first and page.previous else None,
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
    response = Response(content_type="text/csv", charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="people-{request.clock.as_of}.csv"'
    if request.method != "HEAD":
        response.app_iter = _streamed(request, asked)
        _note(request, query)
    return response


def _note(request: Request, query: ListQuery) -> None:
    """Enter the export into the audit log: the one page that writes although it is only read.

    Without the entry there is no file: while another write holds the database for long, the answer is a 503.
    """
    filters = {name: value for name, value in query.model_dump(mode="json", exclude_defaults=True).items() if value}
    details = {"what": "people", **({"filters": filters} if filters else {})}
    with request.engines.begin(wait=2) as conn:
        record(conn, request.origin, Event.EXPORTED, user=request.me.user, details=details)


def _streamed(request: Request, asked: Asked) -> Iterator[bytes]:
    """The file in pieces, read over a connection of its own: that of the request is closed before they are sent."""
    engine, clock, viewer, filters = request.engines.read, request.clock, request.viewer, asked.filters

    def pieces() -> Iterator[bytes]:
        with engine.connect() as conn:
            yield from lines(people.everyone(conn, clock, viewer, filters, asked.order), viewer)

    # The first piece is made now, while a mistake can still be answered with an error.
    given = pieces()
    try:
        first = [next(given), *_one(given)]
    except (Refused, BadQuestion) as error:
        raise _refused(error) from None

    def all_pieces() -> Iterator[bytes]:
        yield from first
        yield from given

    return all_pieces()


def _one(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        return
