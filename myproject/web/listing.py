"""What a list of people is asked for, whether as a page or by a program: one grammar, looked up once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from myproject.directory import departments
from myproject.directory.audience import may_see
from myproject.directory.listing import choices
from myproject.directory.listing.choices import Choice
from myproject.directory.listing.question import BEST, MOST_SKILLS, Filters, Order, Refused
from myproject.directory.listing.shape import called
from myproject.directory.search.question import BadQuestion
from myproject.request import Request
from myproject.web.params import BadQuery, ClockQuery, Day, Flag, Id, Problem, Text

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
    department: Annotated[
        Text, Field(description="In this department and all below it: its id, path, code or name.")
    ] = ""
    only: Annotated[Flag, Field(description="In that very department, without those below it.")] = False
    location: Annotated[Text, Field(description="At this place of work: its id, code or name.")] = ""
    job_title: Annotated[Text, Field(description="With this job title: its id or its words.")] = ""
    skill: Annotated[
        Several, Field(description="With this skill, by its id or name; given several times, with all of them.")
    ] = ()
    manager: Annotated[Id | None, Field(description="Who report to this employee.")] = None
    joined_from: Annotated[Day | None, Field(description="Who joined on this day or later.")] = None
    joined_to: Annotated[Day | None, Field(description="Who joined on this day or earlier.")] = None
    sort: Annotated[
        Sort | None,
        Field(
            description="In which order; “-” turns it round, “best” goes with a search. The id decides among equals."
        ),
    ] = None


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
            self._find("job_title", lambda: choices.find_job_title(conn, clock, request.viewer, query.job_title))
        if query.manager:
            self._find("manager", lambda: choices.find_manager(conn, clock, request.viewer, query.manager or 0))
        for text in query.skill:
            self._find("skill", lambda text=text: choices.find_skill(conn, clock, request.viewer, text))
        if query.joined_from and query.joined_to and query.joined_from > query.joined_to:
            self.problems["joined_to"] = Refused(
                "joined_to", "The last day is before the first.", "Swap the two, or clear one."
            )
        if query.name and not called(Filters(name=query.name)):
            self.problems["name"] = Refused("name", "The name has neither letters nor digits.", "Give a part of one.")
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
        ids: dict[str, Any] = {name: choice.id for name, choice in self.chosen.items()}
        return Filters(
            q=self.query.q,
            name=self.query.name,
            similar=self.query.similar,
            only=self.query.only,
            skills=tuple(sorted(choice.id for choice in self.skills)),
            joined_from=self.query.joined_from,
            joined_to=self.query.joined_to,
            **ids,
        )


def refused(error: Refused | BadQuestion) -> BadQuery:
    """What the directory refuses, as a 400."""
    if isinstance(error, Refused):
        return BadQuery([Problem(error.place, error.message, error.remedy)])
    return BadQuery([Problem("q", error.message, "Type a name, or a part of one.")])


def hidden_parameters(request: Request, query: ListQuery, **more: Any) -> None:
    """A 400 for a filter or an order by a field that the viewer may not see, as for one that does not exist.

    `more`: further fields that are asked about, with what is asked for, where anything is.
    """
    looked_at = {
        **more,
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
