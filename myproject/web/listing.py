"""What a list of people is asked for, whether as a page or by a program: one grammar, looked up once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from myproject.directory.departments import department_tree
from myproject.directory.people.listing import filter_values
from myproject.directory.people.listing.declared_filters import (
    FILTERS,
    FromDay,
    InTable,
    InTree,
    ListFilter,
    OfPerson,
)
from myproject.directory.people.listing.filter_values import Choice
from myproject.directory.people.listing.filters import BEST, Filters, ListQueryError, Order, hidden_errors
from myproject.directory.people.listing.statement_shape import called
from myproject.directory.search.search_text import BadSearchText
from myproject.language.texts import gettext as _
from myproject.web.params import BadQuery, ClockQuery, Day, Flag, Id, Problem, Text
from myproject.web.request import Request

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
    "hired_on",
    "-hired_on",
]
_TYPES: dict[type, Any] = {InTree: Text, InTable: Text, OfPerson: Id | None, FromDay: Day | None}


def _parameter(declared: ListFilter) -> tuple[Any, Any]:
    """Type and default of a filter's parameter, as pydantic takes them."""
    described = Field(description=declared.description)
    if declared.most > 1:
        return Annotated[tuple[Text, ...], Field(max_length=declared.most), described], ()
    kind = _TYPES[type(declared.values)]
    return Annotated[kind, described], "" if kind is Text else None


if TYPE_CHECKING:
    FilterQuery = ClockQuery
else:
    FilterQuery = create_model(
        "FilterQuery", __base__=ClockQuery, **{each.name: _parameter(each) for each in FILTERS.values()}
    )


class ListQuery(FilterQuery):
    """What a list of people is asked for: the declared filters, a search, and an order.

    `name`: the beginning of a given or family name. `similar`: words spelled almost like those of the search too,
    though somebody has them as they were typed.
    `only`: without sub-departments. `sort`: "best" goes with a search, and is what a search without it gets.
    """

    q: Annotated[
        Text,
        Field(description="What to search for: names, titles, departments, places, skills, numbers."),
    ] = ""
    name: Annotated[Text, Field(description="The beginning of a given or a family name.")] = ""
    similar: Annotated[
        Flag,
        Field(description="Also words spelled almost like those that somebody has as they were typed."),
    ] = False
    only: Annotated[Flag, Field(description="In that very department, without those below it.")] = False
    sort: Annotated[
        Sort | None,
        Field(
            description="In which order; “-” turns it round, “best” goes with a search. The id decides among equals."
        ),
    ] = None

    @cached_property
    def given(self) -> dict[str, tuple[Any, ...]]:
        """The filters that are given, each with its values. Queries are cached, and with them this."""
        values = {name: getattr(self, name) for name in FILTERS}
        return {name: value if isinstance(value, tuple) else (value,) for name, value in values.items() if value}


class ListRequest:
    """What was asked for, with every value looked up. `problems` has a sentence for each that means nothing."""

    def __init__(self, request: Request, query: ListQuery, also: Iterable[str] = ()) -> None:
        """`also`: fields that are filtered by under their own names. Raises `BadQuery` for filters and orders whose
        field the viewer may not see, before a value is looked at.
        """
        self.query = query
        self.order = self._order(query)
        hidden = hidden_errors(
            request.viewer, [*query.given, *(["department"] if query.only else [])], self.order, also
        )
        if hidden:
            raise BadQuery([Problem(each.place, each.message, each.remedy) for each in hidden])
        self.problems: dict[str, ListQueryError] = {}
        self.chosen: dict[str, list[Choice]] = {}
        """Filter -> the values meant, for those that are looked up."""
        self.tree = department_tree.seen_tree(request.conn, request.clock, request.viewer)
        for name, values in query.given.items():
            if not isinstance(FILTERS[name].values, FromDay):
                for given in values:
                    self._find(request, FILTERS[name], str(given))
        self._check_days()
        if query.name and not called(Filters(name=query.name)):
            self.problems["name"] = ListQueryError(
                "name", _("The name has neither letters nor digits."), _("Enter a part of a name.")
            )

    def _find(self, request: Request, declared: ListFilter, given: str) -> None:
        try:
            found = filter_values.find(request.conn, request.clock, request.viewer, self.tree, declared, given)
        except ListQueryError as refused:
            self.problems[declared.name] = refused
            return
        chosen = self.chosen.setdefault(declared.name, [])
        if found not in chosen:
            chosen.append(found)

    def _check_days(self) -> None:
        first: dict[str, date] = {}
        for name, days in self.query.given.items():
            kind = FILTERS[name].values
            if isinstance(kind, FromDay) and days[0] < first.setdefault(kind.range, days[0]):
                self.problems[name] = ListQueryError(*swapped_days(name))

    @property
    def bad_query(self) -> BadQuery | None:
        """The problems as a 400, for who shows no form."""
        problems = [Problem(each.place, each.message, each.remedy) for each in self.problems.values()]
        return BadQuery(problems) if problems else None

    @staticmethod
    def _order(query: ListQuery) -> Order:
        if query.q and query.sort in (None, "best"):
            return BEST
        if query.sort == "best":
            raise BadQuery(
                [Problem("sort", _("“best” needs a search."), _("Type something to search for, or sort by name."))]
            )
        return Order.of(query.sort or "name")

    @property
    def filters(self) -> Filters:
        """The question, as the directory takes it."""
        values: dict[str, Any] = {}
        for name, given in self.query.given.items():
            if name in self.chosen:
                given = tuple(sorted(each.id for each in self.chosen[name]))
            values[name] = given if FILTERS[name].most > 1 else given[0]
        query = self.query
        return Filters(q=query.q, name=query.name, similar=query.similar, only=query.only, **values)


def swapped_days(place: str) -> Problem:
    """The last day of a filter is before its first."""
    return Problem(place, _("The last day is before the first."), _("Swap the two, or clear one."))


def refused(error: ListQueryError | BadSearchText) -> BadQuery:
    """What the directory refuses, as a 400."""
    if isinstance(error, ListQueryError):
        return BadQuery([Problem(error.place, error.message, error.remedy)])
    return BadQuery([Problem("q", error.message, _("Type a name, or a part of one."))])
