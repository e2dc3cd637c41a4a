"""Whom a viewer may not know of: a few people, or everybody but some; as a set, and as a condition in SQL.

`audience.hidden_from` decides which. For nearly everyone it is a plain `frozenset`, and an empty one; for an access
token that is bound to a department it is `AllBut` the people there. Whatever reads people goes by what is here and
need not know which of the two it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement

from myproject.db.ids import id_list


@dataclass(frozen=True, slots=True)
class AllBut:
    """Everybody who is not among some people."""

    people: frozenset[int]

    def __contains__(self, employee: int | None) -> bool:
        return employee is not None and employee not in self.people

    def __bool__(self) -> bool:
        """Nobody can say that there is no one else, now or in a moment."""
        return True


Hidden = frozenset[int] | AllBut
NOBODY: frozenset[int] = frozenset()

Hiding = Literal["nobody", "some", "others"]
"""How a statement leaves people out; what it is kept under, where statements are built once."""
PEOPLE = "hidden"
"""The parameter of a statement that is built once: the people whom it leaves out, or whom alone it tells of."""


def hiding(hidden: Hidden) -> Hiding:
    """How a statement has to leave these out."""
    return "others" if isinstance(hidden, AllBut) else "some" if hidden else "nobody"


def values(hidden: Hidden) -> dict[str, Any]:
    """The parameter of a statement that was built for `hiding(hidden)`."""
    return {PEOPLE: listed(hidden)} if hidden else {}


def listed(hidden: Hidden) -> list[int]:
    """The people who have to be named: the hidden, or those who alone are not."""
    return sorted(hidden.people if isinstance(hidden, AllBut) else hidden)


def told(column: Any, how: Hiding) -> list[ColumnElement[bool]]:
    """The condition that somebody may be told of, with the parameter of `values`; none where nobody is hidden."""
    if how == "nobody":
        return []
    people = id_list(PEOPLE)
    return [column.in_(people) if how == "others" else column.not_in(people)]


def known(column: Any, hidden: Hidden) -> ColumnElement[bool]:
    """That somebody may be told of, the people inside: for statements that are built for this one question."""
    people = id_list(listed(hidden))
    return column.in_(people) if isinstance(hidden, AllBut) else column.not_in(people)


def unknown(column: Any, hidden: Hidden) -> ColumnElement[bool]:
    """That somebody may not be told of; not true where there is nobody."""
    people = id_list(listed(hidden))
    return column.not_in(people) if isinstance(hidden, AllBut) else column.in_(people)


def but(hidden: Hidden, people: Iterable[int]) -> Hidden:
    """The same without some people, who may be known of: those whom a change has just made."""
    return AllBut(hidden.people.union(people)) if isinstance(hidden, AllBut) else hidden.difference(people)
