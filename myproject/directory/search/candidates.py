"""From readings to people: which term leads, and the rows its indexes give that fit the others too.

The leading term is the one that fewest people have. Its indexes are read only as far as needed, so the cost does not
grow with the organisation. Where each term is frequent, the rare sources of any of them lead (`Search._of_many`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, literal, select, union_all

from myproject.directory.schema.clock import Clock

from .composed import Anyone, Listed, Narrowed, any_of
from .population import Population
from .readings import Reading, SearchScope
from .sources import Codes, Condition, Jobs, Names, NearNames, Skills, TermSource, Things
from .statements import STATEMENTS
from .term_sources import TITLES, near_names, near_things, sources, things, tiers

CAP = 2_000
"""People of a source are counted so far. Fewer are sorted; more are read in an order that an index has."""

GUESSED = 25_000
"""So many people are gone through at most for who fits several words of which one is forgiven and all are frequent."""

_LISTED = 4
"""As many times the people tried may a list have that they are looked up in. A row of a list costs a fifth of a look-up
for one of them. So where there are several words, sources are counted so many times `CAP`."""

Row = Sequence[Any]
"""Somebody found in an index: label of the source, text, number, employee_id, sort_name, department_id, job_title_id,
location_id. The same person may come in several rows."""


class Search:
    """The conditions of one question, on one day, for one viewer."""

    def __init__(
        self, clock: Clock, seen: SearchScope, readings: Sequence[Reading], narrow: Sequence[Condition]
    ) -> None:
        self._clock = clock
        self._population = Population(clock)
        self._narrow: list[TermSource] = [Narrowed(tuple(narrow))] if narrow else []
        alone = len(readings) == 1
        terms = [
            [
                *sources(place, reading, seen),
                *(tiers([reading], seen.kinds) if alone else things(place, reading, seen)),
            ]
            for place, reading in enumerate(readings)
        ]
        # Who fits several terms by one job title fits them better than who does by the title and the department.
        titles = (
            []
            if len(readings) < 2
            else [source for source in tiers(readings, seen.kinds, always=True) if source.key in TITLES]
        )
        self._sources = [*terms, *([self._narrow] if narrow else []), list[TermSource](titles)]
        self._terms = len(self._sources) - 1
        self._lengths = [len(reading.term.text) for reading in readings] + [0]
        self._counts: dict[str, int] = {}
        """Key of a source -> its people, as far as they are counted."""
        # On another day, to count is to look at everybody's dated rows.
        self._deep = self._terms > 1 and self._population.indexed
        self._counted = False
        self._known: list[int] | None = None
        """Of a question whose slips are forgiven: how many sources of each term have been read as they were typed."""

    def forgive(self, seen: SearchScope, readings: Sequence[Reading]) -> None:
        """Forgive slips from now on, once `candidates` has told who fits as it is typed.

        The candidates are then those who fit at least one term by a slip; the others are known.
        """
        alone = len(readings) == 1
        self._sources[self._terms :] = [[]]
        self._known = [len(term) for term in self._sources[: self._terms]]
        self._counted = False
        for place, reading in enumerate(readings):
            self._sources[place] += [*near_names(place, reading, seen), *near_things(place, reading, seen, alone)]

    @property
    def _values(self) -> dict[str, Any]:
        """The parameters of every condition."""
        found = self._population.values | {f"{key}_count": count for key, count in self._counts.items()}
        for term in self._sources:
            for source in term:
                found |= source.values
        return found

    def condition(self, people: FromClause) -> ColumnElement[bool]:
        """That somebody fits every term, its values inside; for a list that is read in an order of its own."""
        population = Population(self._clock, inline=True)
        return and_(*(any_of(term, population, people) for term in self._sources[: self._terms]))

    def candidates(self, conn: Connection, most: int) -> tuple[list[Row], bool]:
        """Rows of people who fit, some `most` from each source, and whether one has more; two queries at most."""
        self._count(conn)
        if not all(self._sources[: self._terms]):
            return [], False
        steps, cut = self._steps(most) if self._known is None else self._near_steps(self._known, most)
        if not steps:
            return [], False
        rows = self._run(conn, ("rows", *_shape(steps, most)), lambda: self._rows(steps, most))
        full = any(count > most for count in Counter(row[0] for row in rows).values())
        return [row[1:] for row in rows], cut or full

    def many(self, conn: Connection, most: int) -> bool:
        """Whether a single term has at least `most` people who fit, so that nobody would name them one by one."""
        if self._terms > 1:
            return False
        self._count(conn, all_sources=True)
        if all(count < most for count in self._counts.values()):
            return False
        steps, _ = self._steps(most)

        def build() -> Any:
            found = self._rows(steps, most).subquery()
            return select(func.count(found.c.employee_id.distinct()))

        return bool(self._run(conn, ("many", *_shape(steps, most)), build)[0][0] >= most)

    def _steps(self, most: int) -> tuple[list[_Step], bool]:
        """The sources to read, and whether some are left out although they have people.

        Those of the leading term, the best first; what comes after a source that gives `most` by itself is left out.
        """
        lead = min(range(self._terms), key=self._cost)
        others = [term for place, term in enumerate(self._sources[: self._terms]) if place != lead]
        steps: list[_Step] = []
        enough = False
        for source in self._sources[self._terms]:
            count = self._counts[source.key]
            steps.append(self._step(_readable(source, count, self._population), count < CAP, [self._narrow]))
            if _enough(count, most):
                enough = True
                break
        further, cut = self._led(self._sources[lead], others, most, enough=enough)
        return steps + further, cut

    def _near_steps(self, known: Sequence[int], most: int) -> tuple[list[_Step], bool]:
        """For each term, those who fit it by a slip and the others in any way.

        They are found among the people of near words, or among those of another term where these are fewer.
        """
        steps: list[_Step] = []
        cut = False
        for place, first in enumerate(known):
            fresh = self._sources[place][first:]
            if not fresh:
                continue
            terms = [fresh if other == place else term for other, term in enumerate(self._sources[: self._terms])]
            lead = min(range(self._terms), key=lambda each: (min(self._size(terms[each]), CAP), each != place))
            others = [term for other, term in enumerate(terms) if other != lead]
            further, left = self._led(terms[lead], others, most, enough=False)
            steps += further
            cut = cut or left
        return steps, cut

    def _led(
        self, term: Sequence[TermSource], others: Sequence[Sequence[TermSource]], most: int, *, enough: bool
    ) -> tuple[list[_Step], bool]:
        """The steps that read some sources of a term, and whether some are left out although they have people."""
        steps: list[_Step] = []
        many: list[TermSource] = []
        cut = False
        for source in term:
            count = self._counts.get(source.key, 0)
            few = count < CAP or (isinstance(source, NearNames) and self._sortable(source))
            if few or isinstance(source, Names | NearNames | Codes) or self._terms == 1:
                steps += self._apart(_readable(source, count, self._population), few, others)
                # Of many near words only the nearest are read.
                cut = cut or (isinstance(source, NearNames) and not few)
            else:
                many.append(source)
            if self._terms == 1 and isinstance(source, Jobs) and _enough(count, most):
                cut = True
                break
        if not many:
            return steps, cut
        if enough:
            return steps, True
        further, left = self._of_many(many, others)
        return steps + further, cut or left

    def _of_many(self, many: Sequence[TermSource], others: Sequence[Sequence[TermSource]]) -> tuple[list[_Step], bool]:
        """The steps for sources with many people, and whether they leave some out.

        Whatever can be sorted leads by itself, of these sources or of another term; everyone is gone through only for
        those whom none of that has. To go through 300,000 for the few who have a frequent skill and a frequent
        department took a second.
        """
        steps = [self._step(source, True, others) for source in many if self._sortable(source)]
        large = [source for source in many if not self._sortable(source)]
        if not large or not others:
            return steps, False
        place = min(range(len(others)), key=lambda each: self._size(others[each]))
        rest = [*others[:place], *others[place + 1 :]]
        steps += [self._step(source, True, [large, *rest]) for source in others[place] if self._sortable(source)]
        left = [source for source in others[place] if not self._sortable(source)]
        if not left:
            return steps, False
        within = None if self._known is None else GUESSED
        steps.append(self._step(Anyone(large, within), False, [left, *rest]))
        return steps, within is not None

    def _apart(self, source: TermSource, few: bool, others: Sequence[Sequence[TermSource]]) -> list[_Step]:
        """The steps for one source. Of a frequent word of names, who has the other words in the name too is read by
        itself: the first ones found of a mixture would mostly have them elsewhere, and rank lower."""
        if few or not isinstance(source, Names):
            return [self._step(source, few, others)]
        names = [[each for each in term if isinstance(each, Names)] for term in others]
        steps = [self._step(source, few, names)] if others and all(names) else []
        if not steps or any(len(term) > len(found) for term, found in zip(others, names, strict=True)):
            steps.append(self._step(source, few, others))
        return steps

    def _step(self, source: TermSource, few: bool, others: Sequence[Sequence[TermSource]]) -> _Step:
        """A step in which the sources of other terms are listed where that costs less than to look everyone up."""
        asked = self._counts.get(source.key, CAP)
        named = isinstance(source, Names | NearNames)
        return _Step(source, few, [[self._listed(each, asked, named) for each in term] for term in others if term])

    def _listed(self, source: TermSource, asked: int, named: bool) -> TermSource:
        at_hand = isinstance(source, Names) and named and source.fields is None
        if at_hand or not isinstance(source, Names | NearNames | Skills | Things) or not self._sortable(source):
            return source
        if isinstance(source, Things) and not self._population.indexed:
            return source
        return Listed(source) if self._counts[source.key] <= _LISTED * asked else source

    def _size(self, term: Sequence[TermSource]) -> int:
        return sum(self._counts.get(source.key, CAP) for source in term)

    def _most(self, source: TermSource) -> int:
        """So many people of a source are counted at most."""
        return _LISTED * CAP if self._deep and not isinstance(source, Narrowed) else CAP

    def _sortable(self, source: TermSource) -> bool:
        """Whether all people of a source are counted."""
        return self._counts.get(source.key, CAP) < self._most(source)

    def _rows(self, steps: Sequence[_Step], most: int) -> Any:
        queries = [
            (step.source.label, query.subquery())
            for step in steps
            for query in step.source.rows(
                self._population, [_holds(self._population, term) for term in step.others], most + 1, step.few
            )
        ]
        return union_all(
            *(
                select(literal(number), literal(label).label("label"), *query.c)
                for number, (label, query) in enumerate(queries)
            )
        )

    def _cost(self, place: int) -> tuple[int, bool, int, int]:
        """Orders the terms: the rarest first; of the frequent ones those read in the order of words, the longest."""
        term = self._sources[place]
        many = any(not isinstance(source, Names) and self._counts.get(source.key, 0) >= CAP for source in term)
        size = sum(self._counts.get(source.key, 0) for source in term)
        return min(size, _LISTED * CAP), many, -self._lengths[place], place

    def _count(self, conn: Connection, *, all_sources: bool = False) -> None:
        """Count the people of each source, where it makes a difference, and drop the sources that have none."""
        if self._counted:
            return
        self._counted = True
        alone = self._terms == 1 and not all_sources
        counted = [
            source
            for term in self._sources
            for source in term
            if not (alone and isinstance(source, Names | Codes)) and source.key not in self._counts
        ]
        if not counted:
            return

        def build() -> Any:
            selects = []
            for place, source in enumerate(counted):
                some = source.some(self._population).limit(self._most(source)).subquery()
                selects.append(select(literal(place), func.count()).select_from(some))
            return union_all(*selects)

        shape = ("counts", CAP, self._deep, tuple(source.shape for source in counted))
        self._counts |= {counted[place].key: count for place, count in self._run(conn, shape, build)}
        self._sources = [[source for source in term if self._counts.get(source.key, 1)] for term in self._sources]

    def _run(self, conn: Connection, shape: Hashable, build: Callable[[], Any]) -> list[Row]:
        # A list's filters are not part of the shape, so what has them is built each time.
        statement = build() if self._narrow else STATEMENTS.get_or_make((self._population.shape, shape), build)
        return list(conn.execute(statement, self._values).all())


class _Step(NamedTuple):
    """One source to be read, for people who are in one of the sources of each of the other terms."""

    source: TermSource
    few: bool
    others: Sequence[Sequence[TermSource]]


def _enough(count: int, most: int) -> bool:
    """Whether a source that has so many people, all of them employed, gives all that are asked for."""
    return count > most or count >= CAP >= most


def _shape(steps: Sequence[_Step], most: int) -> tuple[Hashable, ...]:
    return most, tuple(
        # To the others it makes no difference, so it need not make another statement either.
        (
            step.source.shape,
            isinstance(step.source, NearNames) and step.few,
            tuple(tuple(source.shape for source in term) for term in step.others),
        )
        for step in steps
    )


def _readable(source: TermSource, count: int, population: Population) -> TermSource:
    """The source in the form in which it is read: jobs and skills of many people in the order of names."""
    if count < CAP or not isinstance(source, Jobs | Things | Skills):
        return source
    ordered = population.indexed and isinstance(source, Jobs) and len(source.ids) == 1
    return source if ordered else Anyone((source,))


def _holds(population: Population, term: Sequence[TermSource]) -> Condition:
    return lambda people: any_of(term, population, people)
