"""The filter bar above a list of people: its fields, what is set, and the addresses that set something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from myproject.directory.people.listing import filter_values
from myproject.directory.people.listing.declared_filters import FILTERS, FromDay, ListFilter, OfPerson
from myproject.directory.people.listing.filter_values import Choice
from myproject.directory.people.listing.filters import FIELD_OF
from myproject.directory.visibility.audience import may_see
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.people.list_columns import ListColumn, visible_columns
from myproject.web.request import Request

if TYPE_CHECKING:
    from myproject.pages.people.employees import EmployeesPageQuery
    from myproject.web.listing import ListRequest


class Field(NamedTuple):
    """A field of the form. `options` None: too many to choose from, the value is typed."""

    name: str
    label: str
    value: str
    options: Sequence[Choice] | None
    any: str
    """What stands for no choice."""
    problem: str


class Chip(NamedTuple):
    """Something that is set, and the address without it."""

    label: str
    value: str
    url: str


class Heading(NamedTuple):
    """The heading of a column."""

    name: str
    label: str
    url: str
    """Sorts by the column; "" for one that can't be sorted by."""
    sorted: str
    """ascending, descending or none, as `aria-sort` has it."""
    hint: str
    """What following the link does."""


class Sorting(NamedTuple):
    """An order to choose."""

    label: str
    url: str
    current: bool


_SORTS = {
    "name": marked("By name"),
    "job_title": marked("By job title"),
    "department": marked("By department"),
    "location": marked("By location"),
    "-hired_on": marked("Newest first"),
    "hired_on": marked("Longest here first"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """Everything around the list."""

    request: Request
    kept: dict[str, Any]
    order: str
    fields: list[Field]
    chips: list[Chip]
    headings: list[Heading]
    problems: dict[str, str]
    hidden: list[tuple[str, str]]
    """Parameters that the form keeps as they are."""
    days: dict[str, str]
    """Each filter by a day, "" where it is not set."""
    action: str
    """Where the form goes."""
    has_below: bool
    """Whether the department that is chosen has others below it."""

    def link(self, **changes: Any) -> str:
        """The address of this list with something changed; None takes a parameter out."""
        return _link(self.request, self.kept, changes)

    @property
    def sorts(self) -> list[Sorting]:
        """Every order to choose from, for lists that have no headings."""
        searching = bool(self.kept.get("q"))
        sorts = [Sorting(_("Best match first"), self.link(sort=None), self.order == "best")] if searching else []
        for key, label in _SORTS.items():
            if may_see(self.request.viewer, FIELD_OF[key.removeprefix("-")]):
                url = self.link(sort=None if key == "name" and not searching else key)
                sorts.append(Sorting(_(label), url, key == self.order))
        return sorts

    @property
    def sorted(self) -> str:
        """The order of the list, in words."""
        if self.order == "best":
            return _("Best match first")
        return _(_SORTED[self.order])

    @property
    def below(self) -> Sorting | None:
        """The list with or without the departments below the one chosen."""
        if not self.has_below:
            return None
        if "only" in self.kept:
            return Sorting(_("Include sub-departments"), self.link(only=None), current=False)
        return Sorting(_("Exclude sub-departments"), self.link(only=1), current=False)

    @property
    def csv(self) -> str:
        """The address of the list as a file."""
        return self._as_file("employees.csv")

    @property
    def export(self) -> str:
        """Where the list is asked for as another kind of file."""
        return self._as_file("export")

    def _as_file(self, route: str) -> str:
        shown = {name: value for name, value in self.kept.items() if name not in ("view", "density")}
        return self.request.link(route, _query=shown)

    @property
    def clear(self) -> str:
        """The address of the list without filters."""
        kept = {name: value for name, value in self.kept.items() if name in ("view", "density")}
        return self.request.link("employees", _query=kept)


def _link(request: Request, kept: dict[str, Any], changes: dict[str, Any]) -> str:
    query = {**kept, **changes}
    return request.link("employees", _query={name: value for name, value in query.items() if value})


def linker(request: Request, asked: ListRequest, query: EmployeesPageQuery) -> Callable[..., str]:
    """`Bar.link` without a bar."""
    kept = _kept(asked, query)

    def link(**changes: Any) -> str:
        return _link(request, kept, changes)

    return link


def make_bar(request: Request, asked: ListRequest, query: EmployeesPageQuery) -> Bar:
    """The bar for what was asked. Texts that were typed stay as they were, looked-up ones become ids."""
    kept = _kept(asked, query)
    offered = filter_values.choices(request.conn, request.clock, request.viewer, asked.tree)
    bar = Bar(
        request,
        kept,
        asked.order.text,
        _fields(asked, query, offered),
        [],
        [],
        {name: f"{each.message} {each.remedy}" for name, each in asked.problems.items()},
        [(name, str(kept[name])) for name in _CARRIED if name in kept],
        {name: "".join(map(str, query.given.get(name, ()))) for name in _DAYS},
        request.script_name + request.registry.paths["employees"],
        any(len(asked.tree.subtree(each.id)) > 1 for each in asked.chosen.get("department", ())),
    )
    bar.hidden.extend((name, request.GET[name]) for name in ("as_of", "known_at") if request.GET.get(name))
    for name, declared in FILTERS.items():
        # The form's own field adds one more; what has no field is carried along.
        if declared.most > 1 or isinstance(declared.values, OfPerson):
            bar.hidden.extend((name, str(each.id)) for each in asked.chosen.get(name, ()))
    bar.chips.extend(_chips(bar, asked, query))
    bar.headings.extend(_headings(request, bar, asked))
    return bar


_CARRIED = ("q", "name", "similar", "only", "sort", "view", "density")
_DAYS = [name for name, each in FILTERS.items() if isinstance(each.values, FromDay)]


def _kept(asked: ListRequest, query: EmployeesPageQuery) -> dict[str, Any]:
    """The parameters of this very list, the clock apart."""
    values: dict[str, Any] = {
        "q": query.q,
        "name": query.name,
        "similar": 1 if query.q and query.similar else None,
        **{name: _value(asked, query, name) for name in query.given},
        "only": 1 if query.only else None,
        "sort": query.sort,
        "view": None if query.view == "table" else query.view,
        "density": None if query.density == "comfortable" else query.density,
    }
    return {name: value for name, value in values.items() if value}


def _value(asked: ListRequest, query: EmployeesPageQuery, name: str) -> Any:
    """What the address holds for a filter: ids of what was found, else the text as typed."""
    if name not in asked.problems and name in asked.chosen:
        return [each.id for each in asked.chosen[name]]
    return list(query.given[name]) if FILTERS[name].most == 1 else [each.id for each in asked.chosen.get(name, ())]


def _fields(asked: ListRequest, query: EmployeesPageQuery, offered: filter_values.Choices) -> list[Field]:
    """The form's fields, for filters with values to choose or type."""
    fields = [_field(asked, query, each, offered[each.name]) for each in FILTERS.values() if each.any]
    return [each for each in fields if each is not None and (each.options is None or len(each.options))]


def _field(
    asked: ListRequest, query: EmployeesPageQuery, declared: ListFilter, options: Sequence[Choice] | None
) -> Field | None:
    name, label, any_ = declared.name, _(declared.label), _(declared.any)
    chosen = asked.chosen.get(name, [])
    problem = asked.problems.get(name)
    told = f"{problem.message} {problem.remedy}" if problem else ""
    if declared.most > 1:
        # The field is for one value more; those that are chosen are chips.
        if len(chosen) >= declared.most:
            return None
        any_ = _(declared.another) if chosen else any_
        if problem:
            return Field(name, label, query.given[name][-1], None, any_, told)
        left = options and tuple(each for each in options if each.id not in {one.id for one in chosen})
        return Field(name, label, "", left, any_, "")
    if options is not None and not problem:
        if chosen and chosen[0] not in [Choice(each.id, each.name) for each in options]:
            options = (*chosen, *options)
        return Field(name, label, str(chosen[0].id) if chosen else "", options, any_, "")
    typed = chosen[0].name if chosen else "".join(query.given.get(name, ()))
    return Field(name, label, typed, None, any_, told)


def _chips(bar: Bar, asked: ListRequest, query: EmployeesPageQuery) -> list[Chip]:
    chips = []
    if query.q:
        # Without its search, a list can't be in the order of the best hits.
        sort = None if query.sort == "best" else query.sort
        chips.append(Chip(_("Search"), query.q, bar.link(q=None, similar=None, sort=sort)))
    if query.name:
        chips.append(Chip(_("Name starts with"), query.name, bar.link(name=None)))
    for name, declared in FILTERS.items():
        without: dict[str, Any] = {name: None, **({"only": None} if name == "department" else {})}
        for choice in asked.chosen.get(name, ()):
            value = choice.name or _("not in use on this day (%(id)s)", id=choice.id)
            if name == "department" and query.only:
                value = _("%(department)s, without sub-departments", department=value)
            without[name] = [each.id for each in asked.chosen[name] if each is not choice]
            chips.append(Chip(_(declared.label), value, bar.link(**without)))
        if isinstance(declared.values, FromDay):
            chips += [Chip(_(declared.label), day_text(day), bar.link(**without)) for day in query.given.get(name, ())]
    return chips


_SORTED = {
    "name": marked("Sorted by name"),
    "-name": marked("Sorted by name, Z to A"),
    "job_title": marked("Sorted by job title"),
    "-job_title": marked("Sorted by job title, Z to A"),
    "department": marked("Sorted by department"),
    "-department": marked("Sorted by department, Z to A"),
    "location": marked("Sorted by location"),
    "-location": marked("Sorted by location, Z to A"),
    "hired_on": marked("Sorted longest here first"),
    "-hired_on": marked("Sorted newest first"),
}
_HINTS = {
    "name": marked("Sort by name, A to Z"),
    "-name": marked("Sort by name, Z to A"),
    "job_title": marked("Sort by job title, A to Z"),
    "-job_title": marked("Sort by job title, Z to A"),
    "department": marked("Sort by department, A to Z"),
    "-department": marked("Sort by department, Z to A"),
    "location": marked("Sort by location, A to Z"),
    "-location": marked("Sort by location, Z to A"),
    "hired_on": marked("Longest here first"),
    "-hired_on": marked("Newest first"),
}
"""What following the link of a heading does."""


def _headings(request: Request, bar: Bar, asked: ListRequest) -> list[Heading]:
    """The headings of the columns that the viewer may see; those with an order are links."""
    return [
        _sortable(bar, asked, column) if column.order else Heading(column.name, _(column.label), "", "none", "")
        for column in visible_columns(request)
    ]


def _sortable(bar: Bar, asked: ListRequest, column: ListColumn) -> Heading:
    key = column.order
    here = asked.order.key == key
    falling = here and asked.order.descending
    # Whoever sorts by the day of joining looks for the newest first.
    first = "-hired_on" if key == "hired_on" else key
    target = first if not here else key if falling else f"-{key}"
    state = "none" if not here else "descending" if falling else "ascending"
    # The name is the order of a list without a search.
    plain = target == "name" and not asked.query.q
    url = bar.link(sort=None if plain else target)
    return Heading(column.name, _(column.label), url, state, _(_HINTS[target]))
