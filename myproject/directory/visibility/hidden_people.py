"""The people hidden from a viewer, as a set and as SQL conditions.

`audience.hidden_from` returns the set: usually an empty `frozenset`, sometimes a few ids; for an access token bound to
a department, `AllBut` the people of that department. Queries use the functions below, which handle both kinds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement

from myproject.db.ids import id_list


@dataclass(frozen=True, slots=True)
class AllBut:
    """Everyone except `people`."""

    people: frozenset[int]

    def __contains__(self, employee: int | None) -> bool:
        return employee is not None and employee not in self.people

    def __bool__(self) -> bool:
        """Always true: there may be other people at any time."""
        return True


Hidden = frozenset[int] | AllBut
NOBODY: frozenset[int] = frozenset()

HidingMode = Literal["nobody", "some", "others"]
"""Which condition a statement needs; part of the cache key of statements that are built once."""
HIDDEN_PARAMETER = "hidden"
"""Bind parameter with a list of ids: those to leave out, or with `AllBut` the only ones to keep."""


def hiding_mode(hidden: Hidden) -> HidingMode:
    """The mode for a set of hidden people."""
    return "others" if isinstance(hidden, AllBut) else "some" if hidden else "nobody"


def hidden_parameters(hidden: Hidden) -> dict[str, Any]:
    """Bind values for a statement built with `hiding_mode(hidden)`."""
    return {HIDDEN_PARAMETER: listed(hidden)} if hidden else {}


def listed(hidden: Hidden) -> list[int]:
    """The ids for the list: the hidden people, or with `AllBut` the visible ones. Sorted."""
    return sorted(hidden.people if isinstance(hidden, AllBut) else hidden)


def visible_conditions(column: Any, how: HidingMode) -> list[ColumnElement[bool]]:
    """Conditions that `column` is a visible employee, with `HIDDEN_PARAMETER`; empty where nobody is hidden."""
    if how == "nobody":
        return []
    people = id_list(HIDDEN_PARAMETER)
    return [column.in_(people) if how == "others" else column.not_in(people)]


def is_visible(column: Any, hidden: Hidden) -> ColumnElement[bool]:
    """The condition that `column` is a visible employee, with the ids inside: for statements built per request."""
    people = id_list(listed(hidden))
    return column.in_(people) if isinstance(hidden, AllBut) else column.not_in(people)


def is_hidden(column: Any, hidden: Hidden) -> ColumnElement[bool]:
    """The condition that `column` is a hidden employee; not true for NULL."""
    people = id_list(listed(hidden))
    return column.not_in(people) if isinstance(hidden, AllBut) else column.in_(people)


def without(hidden: Hidden, people: Iterable[int]) -> Hidden:
    """`hidden` without some people, such as those that a change has just created."""
    return AllBut(hidden.people.union(people)) if isinstance(hidden, AllBut) else hidden.difference(people)
