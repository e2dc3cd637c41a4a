"""Where the people come from whom a term stands for: each source is one index, read in one order.

A source counts its people, gives the first of those who fit further conditions, and tells of anyone whether they are
in it. All orders are by code point and id, so every database gives the same rows. What a source looks for are
parameters, named by its `key`; statements of the same `shape` are built once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    or_,
    select,
    true,
    union_all,
)

from myproject.db.texts import holds_text

from .population import CODE, NAME, NO_NUMBER, NO_TEXT, SKILL, Population

Condition = Callable[[FromClause], ColumnElement[bool]]
"""A condition on people; is given a FROM clause with the columns of `population.COLUMNS`."""

_WORDS_APART = 12
"""Near words of too many people to be sorted are read one by one, so many of them."""

_OF_WORD = 500
"""Of each of these, so many people are looked at: a guess at what somebody meant is not worth a tenth of a second."""

COLUMN_OF_KIND = {"department": "department_id", "job_title": "job_title_id", "location": "location_id"}


class TermSource(Protocol):
    """One index that has people for a term. Fields other than those in `shape` don't change its statements."""

    @property
    def key(self) -> str:
        """Its own name among the sources of a question."""

    @property
    def label(self) -> str:
        """What its rows say of a person: name, skill, job, or a column of `search_code`."""

    @property
    def shape(self) -> Any: ...

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of its conditions."""

    def some(self, population: Population) -> Select[Any]:
        """A row for each that the index has, for counting."""

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        """The first people who fit: text, number, employee_id, sort_name and the ids of the job.

        few: whether everyone in the index may be sorted.
        """

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        """The condition that somebody is in the index."""


@dataclass(frozen=True, slots=True)
class Names:
    """Words of names that begin so, read in their order."""

    key: str
    start: str
    end: str
    fields: Sequence[int] | None
    """The numbers of `words.NAME_FIELDS` that may be looked at; None is all of them."""

    label = "name"

    @property
    def shape(self) -> Any:
        return ("names", self.key, self.fields)

    @property
    def values(self) -> dict[str, Any]:
        return {f"{self.key}_start": self.start, f"{self.key}_end": self.end, f"{self.key}_blank": f" {self.start}"}

    def _condition(self, population: Population, table: FromClause) -> ColumnElement[bool]:
        start, end = population.value(f"{self.key}_start", self.start), population.value(f"{self.key}_end", self.end)
        return _visible(and_(table.c.word >= start, table.c.word < end), table, self.fields)

    def some(self, population: Population) -> Select[Any]:
        return select(NAME.c.employee_id).where(self._condition(population, NAME))

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        people = population.named(self._condition(population, NAME))
        query = _people(people, fit).order_by(people.c.text, people.c.sort_name, people.c.employee_id)
        return [query.limit(most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        if self.fields is None and "words" in people.c:
            # Who was found by another word has all of theirs at hand.
            return holds_text(people.c.words, population.value(f"{self.key}_blank", f" {self.start}"))
        return _probe(NAME, people, lambda table: self._condition(population, table))


@dataclass(frozen=True, slots=True)
class NearNames:
    """Words of names from a list, the nearest first."""

    key: str
    words: Sequence[str]
    fields: Sequence[int] | None

    label = "name"

    @property
    def shape(self) -> Any:
        return ("near", self.key, self.fields)

    @property
    def values(self) -> dict[str, Any]:
        return {f"{self.key}_words": self.words} | {f"{self.key}_{n}": word for n, word in enumerate(self.apart)}

    @property
    def apart(self) -> list[str]:
        """The nearest words, always as many; blanks make up for the missing."""
        return [*self.words[:_WORDS_APART], *[""] * _WORDS_APART][:_WORDS_APART]

    def _condition(self, population: Population, table: FromClause) -> ColumnElement[bool]:
        return _visible(table.c.word.in_(population.texts(f"{self.key}_words", self.words)), table, self.fields)

    def some(self, population: Population) -> Select[Any]:
        return select(NAME.c.employee_id).where(self._condition(population, NAME))

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        if few:
            count = bindparam(f"{self.key}_count", type_=Integer)
            return [all_sorted(population.named(self._condition(population, NAME), count=count), fit, most)]
        queries = []
        for number in range(_WORDS_APART):
            word = NAME.c.word == population.value(f"{self.key}_{number}", self.apart[number])
            people = population.named(_visible(word, NAME, self.fields), most=_OF_WORD)
            query = _people(people, fit).order_by(people.c.text, people.c.sort_name, people.c.employee_id)
            queries.append(query.limit(most))
        return queries

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        # By the person's few words, not by each of the words of the list.
        words = population.texts(f"{self.key}_words", self.words)
        return _probe(NAME, people, lambda table: _visible(table.c.word.in_(words).is_(true()), table, self.fields))


@dataclass(frozen=True, slots=True)
class Codes:
    """Numbers, mail addresses or phones that begin so."""

    key: str
    column: str
    start: str
    end: str

    @property
    def label(self) -> str:
        return self.column

    @property
    def shape(self) -> Any:
        return ("codes", self.key, self.column)

    @property
    def values(self) -> dict[str, Any]:
        return {f"{self.key}_start": self.start, f"{self.key}_end": self.end}

    def _condition(self, population: Population, table: FromClause) -> ColumnElement[bool]:
        start, end = population.value(f"{self.key}_start", self.start), population.value(f"{self.key}_end", self.end)
        return and_(table.c[self.column] >= start, table.c[self.column] < end)

    def some(self, population: Population) -> Select[Any]:
        return select(CODE.c.employee_id).where(self._condition(population, CODE))

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        people = population.coded(self.column, self._condition(population, CODE))
        return [_people(people, fit).order_by(people.c.text, people.c.employee_id).limit(most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        return _probe(CODE, people, lambda table: self._condition(population, table))


@dataclass(frozen=True, slots=True)
class Jobs:
    """Departments, job titles or locations."""

    key: str
    kind: str
    ids: frozenset[int]

    label = "job"

    @property
    def shape(self) -> Any:
        return ("jobs", self.key, self.kind, len(self.ids) == 1)

    @property
    def values(self) -> dict[str, Any]:
        return {f"{self.key}_ids": list(self.ids), f"{self.key}_id": min(self.ids, default=0)}

    def some(self, population: Population) -> Select[Any]:
        people = population.everyone()
        return select(people.c.employee_id).where(self._condition(population, people.c[COLUMN_OF_KIND[self.kind]]))

    def _condition(self, population: Population, column: ColumnElement[int]) -> ColumnElement[bool]:
        # Of a single department, title or place an index has the people in the order of names.
        if len(self.ids) == 1:
            return column == population.value(f"{self.key}_id", min(self.ids, default=0))
        return column.in_(population.ids(f"{self.key}_ids", list(self.ids)))

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        people = population.everyone()
        condition = self._condition(population, people.c[COLUMN_OF_KIND[self.kind]])
        if len(self.ids) == 1 and population.indexed:
            return [in_order(people, [lambda _: condition, *fit], most)]
        return [all_sorted(people, [lambda _: condition, *fit], most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        # "Is true" keeps planners from the column's index, whose many rows come in the wrong order, and from joining
        # with the list: it is looked into for each person.
        return self._condition(population, population.column(people, COLUMN_OF_KIND[self.kind])).is_(true())


@dataclass(frozen=True, slots=True)
class Things:
    """Departments, job titles and locations in one: always of the same shape, whichever of them there are."""

    key: str
    ids: Mapping[str, frozenset[int]]
    """Kind -> ids; kinds may be missing."""

    label = "job"

    @property
    def shape(self) -> Any:
        return ("things", self.key)

    @property
    def values(self) -> dict[str, Any]:
        return {f"{self.key}_{kind}": list(self.ids.get(kind, ())) for kind in COLUMN_OF_KIND}

    def _conditions(self, population: Population) -> list[Condition]:
        return [
            lambda people, kind=kind, column=column: population.column(people, column).in_(  # type: ignore[misc]
                population.ids(f"{self.key}_{kind}", list(self.ids.get(kind, ())))
            )
            for kind, column in COLUMN_OF_KIND.items()
        ]

    def some(self, population: Population) -> Select[Any]:
        people = population.everyone()
        found = [select(people.c.employee_id).where(condition(people)) for condition in self._conditions(population)]
        return select(union_all(*found).subquery().c.employee_id)

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        people = population.everyone()
        found = union_all(
            *(_people(people, [condition, *fit]) for condition in self._conditions(population))
        ).subquery()
        return [select(*found.c).order_by(found.c.sort_name, found.c.employee_id).limit(most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        # "Is true" keeps planners from joining with the lists: they are looked into for each person.
        return or_(*(condition(people).is_(true()) for condition in self._conditions(population)))


@dataclass(frozen=True, slots=True)
class Skills:
    """Skills, by the people who have them."""

    key: str
    ids: frozenset[int]

    label = "skill"

    @property
    def shape(self) -> Any:
        return ("skills", self.key)

    @property
    def values(self) -> dict[str, Any]:
        return {f"{self.key}_ids": list(self.ids)}

    def _condition(self, population: Population, table: FromClause) -> ColumnElement[bool]:
        fits: ColumnElement[bool] = table.c.skill_id.in_(population.ids(f"{self.key}_ids", list(self.ids)))
        return fits

    def some(self, population: Population) -> Select[Any]:
        return select(SKILL.c.employee_id).where(self._condition(population, SKILL))

    def rows(self, population: Population, fit: Sequence[Condition], most: int, few: bool) -> list[Select[Any]]:
        return [all_sorted(population.skilled(self._condition(population, SKILL)), fit, most)]

    def holds(self, population: Population, people: FromClause) -> ColumnElement[bool]:
        # By the person's few skills, not by each of the skills asked for.
        return _probe(
            SKILL,
            people,
            lambda table: self._condition(population, table).is_(true()),
        )


def _visible(condition: ColumnElement[bool], table: FromClause, fields: Sequence[int] | None) -> ColumnElement[bool]:
    return condition if fields is None else and_(condition, table.c.field.in_(fields))


def _probe(
    table: FromClause, people: FromClause, condition: Callable[[Any], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Whether somebody has a row that fits: one look-up for each person asked about, whatever a planner thinks.

    EXISTS might be turned into a join with everyone who has such a row.
    """
    other = table.alias()
    return (
        select(other.c.employee_id)
        .where(other.c.employee_id == people.c.employee_id, condition(other))
        .limit(1)
        .scalar_subquery()
        .is_not(None)
    )


def _people(people: FromClause, fit: Sequence[Condition]) -> Select[Any]:
    return select(
        people.c.text if "text" in people.c else NO_TEXT.label("text"),
        cast(people.c.number if "number" in people.c else NO_NUMBER, BigInteger).label("number"),
        people.c.employee_id,
        people.c.sort_name,
        people.c.department_id,
        people.c.job_title_id,
        people.c.location_id,
    ).where(*(condition(people) for condition in fit))


def all_sorted(people: FromClause, fit: Sequence[Condition], most: int) -> Select[Any]:
    """All who fit, found by whatever index serves, then sorted. The limit inside keeps the two steps apart."""
    found = _people(people, fit).limit(1_000_000_000).subquery("found")
    return select(*found.c).order_by(found.c.sort_name, found.c.employee_id).limit(most)


def in_order(people: FromClause, fit: Sequence[Condition], most: int) -> Select[Any]:
    """The first who fit, read in the order of names."""
    return _people(people, fit).order_by(people.c.sort_name, people.c.employee_id).limit(most)
