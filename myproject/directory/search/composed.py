"""Sources made of others: their people as a list, everyone who is in one of them, whom the filters of a list leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, or_, select, true

from .population import Population
from .sources import Condition, Jobs, TermSource, Things, all_sorted, in_order


@dataclass(frozen=True, slots=True)
class Listed:
    """A source whose people are few beside those it is asked about: they are listed once, not looked up for each."""

    source: TermSource

    @property
    def key(self) -> str:
        return self.source.key

    @property
    def label(self) -> str:
        return self.source.label

    @property
    def shape(self) -> Any:
        return ("listed", self.source.shape)

    @property
    def values(self) -> dict[str, Any]:
        return self.source.values

    def some(self, population: Population) -> Select[Any]:
        return self.source.some(population)

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        return self.source.rows(population, fit, most, few)

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        return people.c.employee_id.in_(self.source.some(population)).is_(true())


@dataclass(frozen=True, slots=True)
class Anyone:
    """Everyone in the order of names, as long as it takes to find enough of those in some sources: each has many."""

    sources: Sequence[TermSource]
    within: int | None = None
    """So many are gone through at most, where it is a guess: who fits several frequent words may not exist."""

    key = "anyone"
    label = "job"

    @property
    def shape(self) -> Any:
        return ("anyone", self.within, tuple(source.shape for source in self.sources))

    @property
    def values(self) -> dict[str, Any]:
        return {}

    def some(self, population: Population) -> Select[Any]:
        return select(population.everyone().c.employee_id)

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        return [in_order(population.in_order(self.within), [lambda people: self.holds(population, people), *fit], most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        return any_of(self.sources, population, people)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The people whom the filters of a list leave."""

    conditions: Sequence[Condition]

    key = "narrow"
    label = "job"

    @property
    def shape(self) -> Any:
        return None

    @property
    def values(self) -> dict[str, Any]:
        return {}

    def some(self, population: Population) -> Select[Any]:
        people = population.everyone()
        return select(people.c.employee_id).where(self.holds(population, people))

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        return [all_sorted(population.everyone(), [lambda people: self.holds(population, people), *fit], most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        return and_(*(condition(people) for condition in self.conditions))


def any_of(sources: Sequence[TermSource], population: Population, people: FromClause) -> ColumnElement[bool]:
    """That somebody is in one of the sources: what the row at hand tells is asked first."""
    ordered = sorted(sources, key=lambda source: not isinstance(source, Jobs | Things | Narrowed))
    return or_(*(source.holds(population, people) for source in ordered))
