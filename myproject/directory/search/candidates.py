"""From readings to people: which term leads, and the rows its indexes give that fit the others too.

The leading term is the one that fewest people have. Its indexes are read only as far as needed, so the cost does not
grow with the organisation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, literal, select, union_all

from myproject.directory.clock import Clock

from .codes import PhoneQuestion
from .crew import Crew
from .question import Term
from .readings import Reading, Sight
from .sources import Anyone, Codes, Condition, Jobs, Names, Narrowed, NearNames, Skills, Source, Things, any_of
from .statements import kept
from .words import after, just_after

CAP = 2_000
"""People of a source are counted so far. Fewer are sorted; more are read in an order that an index has."""

GUESSED = 25_000
"""So many people are gone through at most for who fits several words of which one is forgiven and all are frequent."""

_LISTED = 4
"""As many times the people tried may a list have that they are looked up in."""

Row = Sequence[Any]
"""Somebody found in an index: label of the source, text, number, employee_id, sort_name, department_id, job_title_id,
location_id. The same person may come in several rows."""


class Search:
    """The conditions of one question, on one day, for one viewer."""

    def __init__(self, clock: Clock, seen: Sight, readings: Sequence[Reading], narrow: Sequence[Condition]) -> None:
        self._clock = clock
        self._crew = Crew(clock)
        self._narrow: list[Source] = [Narrowed(tuple(narrow))] if narrow else []
        alone = len(readings) == 1
        terms = [
            [
                *sources(place, reading, seen),
                *(_tiers([reading], seen.kinds) if alone else things(place, reading, seen)),
            ]
            for place, reading in enumerate(readings)
        ]
        # Who fits several terms by one job title fits them better than who does by the title and the department.
        titles = (
            []
            if len(readings) < 2
            else [source for source in _tiers(readings, seen.kinds, always=True) if source.key in _TITLES]
        )
        self._sources = [*terms, *([self._narrow] if narrow else []), list[Source](titles)]
        self._terms = len(self._sources) - 1
        self._lengths = [len(reading.term.text) for reading in readings] + [0]
        self._counts: dict[tuple[int, int], int] = {}
        self._counted = False
        self._known: list[int] | None = None
        """Of a question whose slips are forgiven: how many sources of each term have been read as they were typed."""

    def forgive(self, seen: Sight, readings: Sequence[Reading]) -> None:
        """Forgive slips from now on, once `candidates` has told who fits as it is typed.

        The candidates are then those who fit at least one term by a slip; the others are known.
        """
        alone = len(readings) == 1
        self._sources[self._terms :] = [[]]
        self._known = [len(term) for term in self._sources[: self._terms]]
        self._counts = {key: count for key, count in self._counts.items() if key[0] < self._terms}
        self._counted = False
        for place, reading in enumerate(readings):
            self._sources[place] += [*near_names(place, reading, seen), *near_things(place, reading, seen, alone)]

    @property
    def _values(self) -> dict[str, Any]:
        """The parameters of every condition."""
        found = dict(self._crew.values)
        for term in self._sources:
            for source in term:
                found |= source.values
        return found

    def condition(self, people: FromClause) -> ColumnElement[bool]:
        """That somebody fits every term, its values inside; for a list that is read in an order of its own."""
        crew = Crew(self._clock, inline=True)
        return and_(*(any_of(term, crew, people) for term in self._sources[: self._terms]))

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
        for number, source in enumerate(self._sources[self._terms]):
            count = self._counts[self._terms, number]
            steps.append(
                _Step(_readable(source, count, self._crew), count < CAP, [self._narrow] if self._narrow else [])
            )
            if _enough(count, most):
                break
        enough = any(_enough(count, most) for (place, _), count in self._counts.items() if place == self._terms)
        further, cut = self._led(lead, range(len(self._sources[lead])), others, most, enough=enough)
        return steps + further, cut

    def _near_steps(self, known: Sequence[int], most: int) -> tuple[list[_Step], bool]:
        """For each term, those who fit it by a slip and the others in any way.

        They are found among the people of near words, or among those of another term where these are fewer.
        """
        steps: list[_Step] = []
        cut = False
        for place, first in enumerate(known):
            fresh = range(first, len(self._sources[place]))
            if not fresh:
                continue
            sizes = {
                other: sum(self._counts.get((other, number), CAP) for number in range(len(self._sources[other])))
                for other in range(self._terms)
                if other != place
            }
            sizes[place] = min(sum(self._counts.get((place, number), 0) for number in fresh), CAP)
            lead = min(sizes, key=lambda each: (sizes[each], each != place))
            restricted = [self._sources[place][number] for number in fresh]
            others = [
                self._listed(other, restricted if other == place else term, sizes[lead])
                for other, term in enumerate(self._sources[: self._terms])
                if other != lead
            ]
            numbers = fresh if lead == place else range(len(self._sources[lead]))
            further, left = self._led(lead, numbers, others, most, enough=False)
            steps += further
            cut = cut or left
        return steps, cut

    def _listed(self, place: int, sources: Sequence[Source], asked: int) -> list[Source]:
        """The sources of a term, for `asked` people at least to be tried: near words of not many more are listed.

        A look-up costs five times as much as a row of the list and is made for each person; the list is made once.
        """
        numbers = {id(source): number for number, source in enumerate(self._sources[place])}
        most = min(CAP - 1, _LISTED * asked)
        return [
            replace(source, listed=True)
            if isinstance(source, NearNames) and self._counts.get((place, numbers[id(source)]), CAP) <= most
            else source
            for source in sources
        ]

    def _led(
        self, lead: int, numbers: Iterable[int], others: Sequence[Sequence[Source]], most: int, *, enough: bool
    ) -> tuple[list[_Step], bool]:
        """The steps that read some sources of a term, and whether some are left out although they have people."""
        steps: list[_Step] = []
        many: list[Source] = []
        cut = False
        for number in numbers:
            source = self._sources[lead][number]
            count = self._counts.get((lead, number), 0)
            few = count < CAP
            if few or isinstance(source, Names | NearNames | Codes) or self._terms == 1:
                steps.append(_Step(_readable(source, count, self._crew), few, others))
                # Of many near words only the nearest are read.
                cut = cut or (isinstance(source, NearNames) and not few)
            else:
                many.append(source)
            if self._terms == 1 and isinstance(source, Jobs) and _enough(count, most):
                cut = True
                break
        if many and not enough:
            within = None if self._known is None or self._terms == 1 else GUESSED
            steps.append(_Step(Anyone(many, within), few=False, others=others))
            cut = cut or within is not None
        return steps, cut or bool(many and enough)

    def _rows(self, steps: Sequence[_Step], most: int) -> Any:
        queries = [
            (step.source.label, query.subquery())
            for step in steps
            for query in step.source.rows(
                self._crew, [_holds(self._crew, term) for term in step.others], most + 1, step.few
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
        sizes = [self._counts.get((place, number), 0) for number in range(len(term))]
        many = any(size >= CAP and not isinstance(source, Names) for size, source in zip(sizes, term, strict=True))
        return min(sum(sizes), CAP), many, -self._lengths[place], place

    def _count(self, conn: Connection, *, all_sources: bool = False) -> None:
        """Count the people of each source, where it makes a difference, and drop the sources that have none."""
        if self._counted:
            return
        self._counted = True
        alone = self._terms == 1 and not all_sources
        counted = [
            (place, number, source)
            for place, term in enumerate(self._sources)
            for number, source in enumerate(term)
            if not (alone and isinstance(source, Names | Codes)) and (place, number) not in self._counts
        ]
        if not counted:
            return

        def build() -> Any:
            selects = []
            for place, (_, _, source) in enumerate(counted):
                some = source.some(self._crew).limit(CAP).subquery()
                selects.append(select(literal(place), func.count()).select_from(some))
            return union_all(*selects)

        shape = ("counts", CAP, tuple(source.shape for _, _, source in counted))
        counts = dict(self._counts)
        counts |= {counted[place][:2]: count for place, count in self._run(conn, shape, build)}
        kept_sources: list[list[Source]] = []
        kept_counts: dict[tuple[int, int], int] = {}
        for place, term in enumerate(self._sources):
            left = [number for number in range(len(term)) if counts.get((place, number), 1)]
            kept_sources.append([term[number] for number in left])
            kept_counts |= {(place, new): counts[place, old] for new, old in enumerate(left) if (place, old) in counts}
        self._sources, self._counts = kept_sources, kept_counts

    def _run(self, conn: Connection, shape: Hashable, build: Callable[[], Any]) -> list[Row]:
        # A list's filters are not part of the shape, so what has them is built each time.
        statement = build() if self._narrow else kept((self._crew.shape, shape), build)
        return list(conn.execute(statement, self._values).all())


class _Step(NamedTuple):
    """One source to be read, for people who are in one of the sources of each of the other terms."""

    source: Source
    few: bool
    others: Sequence[Sequence[Source]]


def _enough(count: int, most: int) -> bool:
    """Whether a source that has so many people, all of them employed, gives all that are asked for."""
    return count > most or count >= CAP >= most


def _shape(steps: Sequence[_Step], most: int) -> tuple[Hashable, ...]:
    return most, tuple(
        (step.source.shape, step.few, tuple(tuple(source.shape for source in term) for term in step.others))
        for step in steps
    )


def _readable(source: Source, count: int, crew: Crew) -> Source:
    """The source in the form in which it is read: jobs and skills of many people in the order of names."""
    if count < CAP or not isinstance(source, Jobs | Things | Skills):
        return source
    ordered = crew.indexed and isinstance(source, Jobs) and len(source.ids) == 1
    return source if ordered else Anyone((source,))


def _holds(crew: Crew, term: Sequence[Source]) -> Condition:
    return lambda people: any_of(term, crew, people)


def sources(place: int, reading: Reading, seen: Sight) -> list[Source]:
    """The names, numbers, ... in which a term may find people, of those that the viewer may be answered from."""
    term = reading.term
    found: list[Source] = []
    if seen.names:
        fields = _fields(seen)
        found += [
            Names(f"t{place}_name{number}", start, end, fields) for number, (start, end) in enumerate(term.ranges)
        ]
    found += [
        Codes(f"t{place}_code{number}", column, start, end)
        for number, (column, start, end) in enumerate(codes(term))
        if column in seen.codes
    ]
    return found


def _fields(seen: Sight) -> Sequence[int] | None:
    return None if seen.all_names else seen.names


def near_names(place: int, reading: Reading, seen: Sight) -> list[Source]:
    """The words of names that are one slip away from a term: whole ones, and those of which the beginning is."""
    if not seen.names:
        return []
    near = [(whole, [word for word, is_whole in reading.near_words if is_whole is whole]) for whole in (True, False)]
    return [NearNames(f"t{place}_near{whole:d}", words, _fields(seen)) for whole, words in near if words]


def near_things(place: int, reading: Reading, seen: Sight, alone: bool) -> list[Source]:
    """The departments, titles, ... that a term stands for by a slip only; in one where there are other terms."""
    ids = {kind: found - reading.begun.get(kind, frozenset()) for kind, found in reading.near.items()}
    ids = {kind: found for kind, found in ids.items() if found and kind in seen.kinds}
    if alone:
        return [_thing(f"near_{kind}", kind, ids[kind]) for kind in _IN_ORDER if kind in ids]
    skills = ids.pop("skill", frozenset())
    return [
        *([Things(f"t{place}_near_job", ids)] if ids else []),
        *([Skills(f"t{place}_near_skill", skills)] if skills else []),
    ]


def things(place: int, reading: Reading, seen: Sight) -> list[Source]:
    """The departments, titles, ... that a term stands for, each kind whether there are any or not.

    So questions of as many words are counted by the same statement, whatever the words stand for.
    """
    if not reading.term.spellings:
        return []
    jobs = {kind: reading.things(kind) for kind in seen.kinds if kind != "skill"}
    return [Things(f"t{place}_job", jobs), Skills(f"t{place}_skill", reading.things("skill"))]


def _thing(key: str, kind: str, ids: frozenset[int]) -> Skills | Jobs:
    return Skills(key, ids) if kind == "skill" else Jobs(key, kind, ids)


_TITLES = ("exact_job_title", "begun_job_title")


def _tiers(readings: Sequence[Reading], kinds: Sequence[str], *, always: bool = False) -> list[Skills | Jobs]:
    """The departments, titles, ... that every term stands for by itself, in the order of their points.

    always: those of a kind whether there are any or not.
    """
    found: list[Skills | Jobs] = []
    known: dict[str, frozenset[int]] = {}
    for how in ("exact", "begun", "near"):
        for kind in _IN_ORDER:
            if kind not in kinds:
                continue
            ids = reduce(frozenset.intersection, (_meant(reading, kind, how) for reading in readings))
            ids -= known.get(kind, frozenset())
            known[kind] = known.get(kind, frozenset()) | ids
            if ids or always:
                found.append(_thing(f"{how}_{kind}", kind, ids))
    return found


_IN_ORDER = ("job_title", "skill", "department", "location")


def _meant(reading: Reading, kind: str, how: str) -> frozenset[int]:
    if how == "near":
        return reading.things(kind)
    meant: Mapping[str, frozenset[int]] = reading.exact if how == "exact" else reading.begun
    return meant.get(kind, frozenset())


def codes(term: Term) -> list[tuple[str, str, str]]:
    """(column of `search_code`, from, to) for a term with digits or a mail address."""
    found: list[tuple[str, str, str]] = []
    if term.number:
        found.append(("number", term.number, after(term.number)))
    if term.digits and term.digits == term.number:
        found.append(("digits", term.digits, after(term.digits)))
    elif term.digits:
        # With letters or leading zeros: the number that has others, or none. Its beginning would be too many.
        found += [(column, term.digits, just_after(term.digits)) for column in ("number", "digits")]
    if term.mail:
        found.append(("mail", term.mail, after(term.mail)))
    if term.phone:
        found += _phones(term.phone)
    return found


def _phones(phone: PhoneQuestion) -> list[tuple[str, str, str]]:
    return [
        (column + suffix, start, after(start))
        for column in ("phone", "mobile")
        for suffix, starts in (("", phone.starts), ("_end", phone.ends))
        for start in starts
    ]
