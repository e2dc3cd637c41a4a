"""What the timeline of an employee is made of."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

What = Literal[
    "joined",
    "rejoined",
    "left",
    "title",
    "department",
    "location",
    "fte",
    "head_begins",
    "head_ends",
    "main",
    "second_begins",
    "second_ends",
    "manager",
    "manager_ends",
    "dotted_begins",
    "dotted_ends",
    "acting_begins",
    "acting_ends",
]
"""Kinds of facts, in the order in which those of one day are told."""
Phase = Literal["past", "later", "planned"]
ORDER = {name: place for place, name in enumerate(get_args(What))}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that became so, or ceased to be, on a day."""

    what: What
    revision: int
    """The change set that said so first."""
    now: str | None = None
    was: str | None = None
    """What it is about, and what was before: a title, a department, a location, a manager's name.

    None: there is none, or the viewer may not see it."""
    person: int | None = None
    """The manager that `now` names (`was` where a line ends)."""
    department: int | None = None
    """The department that `now` names, or in which the job is."""
    role: str | None = None
    """The job it is about, where that is not the primary one."""
    fte: float | None = None
    with_it: dict[str, Any] = field(default_factory=dict)
    """Of who joins: title, department, department_id, location, manager, manager_id."""
    restated: tuple[int, ...] = ()
    """The change sets that corrected what is in `with_it`."""


@dataclass(frozen=True, slots=True)
class CareerEvent:
    """What happened, or is planned, on one day."""

    day: date
    """For what ends: the last day on which it was so."""
    phase: Phase
    """past: by the day shown; later: after it, and by now; planned: still to come."""
    facts: tuple[Fact, ...]

    @property
    def revisions(self) -> tuple[int, ...]:
        """The change sets that said so, the first one first."""
        return tuple(sorted({each for fact in self.facts for each in (fact.revision, *fact.restated)}))


class CareerRow(NamedTuple):
    """A dated row of any table, as the story reads it."""

    employee: int
    what: str
    assignment: int | None
    department: int | None
    title: str | None
    location: str | None
    fte: float | None
    primary: bool | None
    head: bool | None
    manager: int | None
    manager_name: str | None
    kind: str | None
    start: date
    end: date
    recorded: int
    superseded: int


def said(row: CareerRow) -> Iterator[Hashable]:
    """What a row says, as keys: a row is written anew when its other end moves, so the one that counts now may be
    younger than what it says."""
    if row.what == "employment":
        yield "employment", "start", row.start
        yield "employment", "end", row.end
    elif row.what == "assignment":
        yield "assignment", row.assignment, "start", row.start
        yield "assignment", row.assignment, "end", row.end
        for name in ("title", "department", "location", "fte", "head", "primary"):
            yield "assignment", row.assignment, row.start, name, getattr(row, name)
    else:
        yield "line", row.assignment, row.kind, row.manager, "start", row.start
        yield "line", row.assignment, row.kind, row.manager, "end", row.end
