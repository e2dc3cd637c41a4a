"""The filter bar above a list of people: its fields, what is set, and the addresses that set something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from myproject.directory.audience import may_see
from myproject.directory.listing import choices
from myproject.directory.listing.choices import Choice
from myproject.directory.listing.question import FIELD_OF, MOST_SKILLS
from myproject.pages.rows import day_in_words
from myproject.request import Request

if TYPE_CHECKING:
    from myproject.pages.employees import EmployeesQuery
    from myproject.web.listing import Asked


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
    """A column that the list can be sorted by."""

    key: str
    label: str
    url: str
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
    "name": "By name",
    "job_title": "By job title",
    "department": "By department",
    "location": "By location",
    "-joined": "Newest first",
    "joined": "Longest here first",
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
    joined_from: str
    joined_to: str
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
        sorts = [Sorting("Best first", self.link(sort=None), self.order == "best")] if searching else []
        for key, label in _SORTS.items():
            if may_see(self.request.viewer, FIELD_OF[key.removeprefix("-")]):
                url = self.link(sort=None if key == "name" and not searching else key)
                sorts.append(Sorting(label, url, key == self.order))
        return sorts

    @property
    def sorted(self) -> str:
        """The order of the list, in words."""
        if self.order == "best":
            return "Best first"
        words = {"joined": "longest here first", "-joined": "newest first"}
        label = _LABELS[self.order.removeprefix("-")].lower()
        backwards = ", Z to A" if self.order.startswith("-") else ""
        return f"Sorted {words[self.order]}" if self.order in words else f"Sorted by {label}{backwards}"

    @property
    def below(self) -> Sorting | None:
        """The list with or without the departments below the one chosen."""
        if not self.has_below:
            return None
        if "only" in self.kept:
            return Sorting("with sub-departments", self.link(only=None), current=False)
        return Sorting("without sub-departments", self.link(only=1), current=False)

    @property
    def csv(self) -> str:
        """The address of the list as a file."""
        shown = {name: value for name, value in self.kept.items() if name not in ("view", "density")}
        return self.request.link("employees.csv", _query=shown)

    @property
    def clear(self) -> str:
        """The address of the list without filters."""
        kept = {name: value for name, value in self.kept.items() if name in ("view", "density")}
        return self.request.link("employees", _query=kept)


def _link(request: Request, kept: dict[str, Any], changes: dict[str, Any]) -> str:
    query = {**kept, **changes}
    return request.link("employees", _query={name: value for name, value in query.items() if value})


def linker(request: Request, asked: Asked, query: EmployeesQuery) -> Callable[..., str]:
    """`Bar.link` without a bar."""
    kept = _kept(asked, query)

    def link(**changes: Any) -> str:
        return _link(request, kept, changes)

    return link


def make_bar(request: Request, asked: Asked, query: EmployeesQuery) -> Bar:
    """The bar for what was asked. Texts that were typed stay as they were, looked-up ones become ids."""
    kept = _kept(asked, query)
    offered = choices.choices(request.conn, request.clock, request.viewer, asked.tree)
    bar = Bar(
        request,
        kept,
        asked.order.text,
        _fields(asked, query, offered),
        [],
        [],
        {name: f"{each.message} {each.remedy}" for name, each in asked.problems.items()},
        [(name, str(kept[name])) for name in _CARRIED if name in kept],
        query.joined_from.isoformat() if query.joined_from else "",
        query.joined_to.isoformat() if query.joined_to else "",
        request.script_name + request.registry.paths["employees"],
        len(asked.tree.subtree(asked.chosen["department"].id)) > 1 if "department" in asked.chosen else False,
    )
    bar.hidden.extend((name, request.GET[name]) for name in ("as_of", "known_at") if request.GET.get(name))
    bar.hidden.extend(("skill", str(skill.id)) for skill in asked.skills)
    bar.chips.extend(_chips(bar, asked, query))
    bar.headings.extend(_headings(request, bar, asked))
    return bar


_CARRIED = ("q", "name", "similar", "only", "sort", "view", "density", "manager")


def _kept(asked: Asked, query: EmployeesQuery) -> dict[str, Any]:
    """The parameters of this very list, the clock apart."""
    values: dict[str, Any] = {
        "q": query.q,
        "name": query.name,
        "similar": 1 if query.q and query.similar else None,
        "department": _value(asked, "department", query.department),
        "only": 1 if query.only else None,
        "location": _value(asked, "location", query.location),
        "job_title": _value(asked, "job_title", query.job_title),
        "skill": [skill.id for skill in asked.skills],
        "manager": query.manager,
        "joined_from": query.joined_from,
        "joined_to": query.joined_to,
        "sort": query.sort,
        "view": None if query.view == "table" else query.view,
        "density": None if query.density == "comfortable" else query.density,
    }
    return {name: value for name, value in values.items() if value}


def _value(asked: Asked, name: str, typed: str) -> str:
    return str(asked.chosen[name].id) if name in asked.chosen else typed


def _fields(asked: Asked, query: EmployeesQuery, offered: choices.Choices) -> list[Field]:
    def field(name: str, label: str, any_: str, typed: str, options: Sequence[Choice] | None) -> Field:
        chosen = asked.chosen.get(name)
        problem = asked.problems.get(name)
        told = f"{problem.message} {problem.remedy}" if problem else ""
        if options is not None and not problem:
            if chosen and chosen not in [Choice(each.id, each.name) for each in options]:
                options = (chosen, *options)
            return Field(name, label, str(chosen.id) if chosen else "", options, any_, "")
        return Field(name, label, chosen.name if chosen else typed, None, any_, told)

    skills = offered.skills
    if skills and asked.skills:
        skills = tuple(each for each in skills if each.id not in {skill.id for skill in asked.skills})
    fields = [
        field("department", "Department", "All departments", query.department, offered.departments),
        field("location", "Location", "All locations", query.location, offered.locations),
        field("job_title", "Job title", "All job titles", query.job_title, offered.job_titles),
    ]
    if len(asked.skills) < MOST_SKILLS:
        any_skill = "Any skill" if not asked.skills else "And another skill"
        problem = asked.problems.get("skill")
        told = f"{problem.message} {problem.remedy}" if problem else ""
        unknown = query.skill[-1] if problem else ""
        fields.append(Field("skill", "Skill", unknown, None if problem else skills, any_skill, told))
    return [each for each in fields if each.options is None or len(each.options)]


def _chips(bar: Bar, asked: Asked, query: EmployeesQuery) -> list[Chip]:
    chips = []
    if query.q:
        # Without its search, a list can't be in the order of the best hits.
        sort = None if query.sort == "best" else query.sort
        chips.append(Chip("Search", query.q, bar.link(q=None, similar=None, sort=sort)))
    if query.name:
        chips.append(Chip("Name begins with", query.name, bar.link(name=None)))
    for name, label in (("department", "Department"), ("location", "Location"), ("job_title", "Job title")):
        choice = asked.chosen.get(name)
        if choice is None:
            continue
        value = choice.name or f"no longer or not yet there ({choice.id})"
        if name == "department" and query.only:
            value = f"{value}, without sub-departments"
        chips.append(Chip(label, value, bar.link(**{name: None, **({"only": None} if name == "department" else {})})))
    if "manager" in asked.chosen:
        chips.append(Chip("Reports to", asked.chosen["manager"].name, bar.link(manager=None)))
    for skill in asked.skills:
        others = [each.id for each in asked.skills if each.id != skill.id]
        chips.append(Chip("Skill", skill.name, bar.link(skill=others)))
    if query.joined_from:
        chips.append(Chip("Joined from", day_in_words(query.joined_from), bar.link(joined_from=None)))
    if query.joined_to:
        chips.append(Chip("Joined until", day_in_words(query.joined_to), bar.link(joined_to=None)))
    return chips


_LABELS = {
    "name": "Name",
    "job_title": "Job title",
    "department": "Department",
    "location": "Location",
    "joined": "Joined",
}


def _headings(request: Request, bar: Bar, asked: Asked) -> list[Heading]:
    headings = []
    for key, label in _LABELS.items():
        if not may_see(request.viewer, FIELD_OF[key]):
            continue
        here = asked.order.key == key
        falling = here and asked.order.descending
        # Whoever sorts by the day of joining looks for the newest first.
        first = "-joined" if key == "joined" else key
        target = first if not here else key if falling else f"-{key}"
        state = "none" if not here else "descending" if falling else "ascending"
        # The name is the order of a list without a search.
        plain = target == "name" and not asked.query.q
        url = bar.link(sort=None if plain else target)
        headings.append(Heading(key, label, url, state, _hint(label, target)))
    return headings


def _hint(label: str, target: str) -> str:
    if target.endswith("joined"):
        return "Newest first" if target.startswith("-") else "Oldest first"
    return f"Sort by {label.lower()}, {'Z to A' if target.startswith('-') else 'A to Z'}"
