"""Finding people: one box, best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)

from myproject.db.ids import id_list, text_list
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import AllBut, Hidden, is_visible

from .candidates import CAP, Row, Search
from .population import CODE, NAME, NO_NUMBER, NO_TEXT, SKILL
from .ranking import Evidence, Hit, rank, whole
from .readings import Reading, SearchScope, read, read_near, search_scope
from .search_text import SearchText, ask
from .sources import Condition
from .statements import STATEMENTS
from .term_sources import codes

MOST = 200
"""So many are ranked, and given, at most."""

FEW = 8
"""Words spelt almost as typed are looked for when fewer people than this fit what is typed."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question: hits, best first."""

    hits: tuple[Hit, ...]
    more: bool
    """Whether more people match than are given."""
    near: bool
    """Whether some of the hits have a word that is spelt almost as it was typed."""
    narrow: bool = False
    """Whether such words were not looked for, because somebody has every word as it was typed."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The employees, best first."""
        return tuple(hit.employee_id for hit in self.hits)


class Matching:
    """Everyone who matches, as a condition: call it with what is selected from.

    The FROM clause needs `employee_id`; with the other columns of `present` it is quicker.
    """

    def __init__(self, ids: Iterable[int] | None, search: Search, least: int) -> None:
        self.ids = None if ids is None else tuple(sorted(ids))
        """All of them, or None where they are too many to be told one by one."""
        self.least = least if self.ids is None else len(self.ids)
        """At least so many match; exactly so many where `ids` tells them."""
        self._search = search

    @property
    def count(self) -> int | None:
        """How many match, or None where they are too many to be told one by one."""
        return None if self.ids is None else len(self.ids)

    def __call__(self, people: FromClause) -> ColumnElement[bool]:
        if self.ids is not None:
            return people.c.employee_id.in_(id_list(self.ids))
        return self._search.condition(people)


def find(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    q: str,
    limit: int = MOST,
    *,
    narrow: Sequence[Condition] = (),
    similar: bool = True,
) -> Found:
    """The people who fit every word of `q`, best first: at most `limit`, never more than 200.

    Names count before titles, departments, places and skills, whole words before beginnings. If fewer than 8 people
    fit, those follow who have a word that is one slip away; without `similar` only if nobody has every word, whole, as
    it was typed. `narrow` are further conditions, such as a list's filters;
    they are given a FROM clause with the columns of `population.COLUMNS`. A `q` without words finds nobody; one that is
    too long raises `BadSearchText`. At most four queries, eight where slips are looked for, and the department tree.
    """
    return look(conn, clock, viewer, ask(q), narrow, MOST, similar=similar).found(conn, limit)


def matching(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    q: str,
    *,
    narrow: Sequence[Condition] = (),
    similar: bool = True,
) -> Matching:
    """Everyone who fits `q` and `narrow`, for a list in an order of its own, for counting and for exports.

    It matches the people whom `find` would rank, were it not for its limit. Where they are too many to be told one by
    one, the condition holds for people of whom the viewer may not know too: the list leaves those out by itself.
    """
    looked = look(conn, clock, viewer, ask(q), narrow, CAP, similar=similar)
    ids = {row[3] for row in looked.rows}
    hidden = hidden_from(conn, clock, viewer)
    least = len(ids) or CAP - (0 if isinstance(hidden, AllBut) else len(hidden))
    return Matching(None if looked.more else ids, looked.search, max(least, 0))


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for a question, not yet ranked."""

    question: SearchText
    seen: SearchScope
    readings: Sequence[Reading]
    search: Search
    rows: Sequence[Row]
    exact: frozenset[int]
    """The employees whose words are spelt as typed."""
    more: bool
    people: Sequence[Evidence] | None = None
    """The rows by person, where they have been looked at already."""
    narrow: bool = False
    """Whether slips were not looked for, because somebody has every word as it was typed."""

    def found(self, conn: Connection, limit: int) -> Found:
        """The best of them; a query where the rows don't tell all."""
        people = self.people
        if people is None:
            people = _evidence(conn, self.seen, self.readings, self.rows)
        hits = rank(self.question, self.readings, people)
        limit = min(limit, MOST)
        near = any(hit.employee_id not in self.exact for hit in hits[:limit])
        return Found(tuple(hits[:limit]), self.more or len(hits) > limit, near, self.narrow)


def look(
    conn: Connection,
    clock: Clock,
    viewer: Viewer,
    question: SearchText,
    narrow: Sequence[Condition],
    most: int,
    *,
    similar: bool,
) -> Looked:
    """Look for people: as typed first, and with slips forgiven if that finds few. `most`: people of each source."""
    seen = search_scope(viewer)
    readings = read(conn, clock, seen, question.terms)
    unknown = hidden_from(conn, clock, viewer)
    if isinstance(unknown, AllBut):
        # Of many who fit only some are read: those who may be known of have to be among them.
        narrow = (*narrow, partial(_among, unknown))
    search = Search(clock, seen, readings, narrow)
    if not question.terms:
        return Looked(question, seen, readings, search, (), frozenset(), False)
    if most == CAP and search.many(conn, CAP):
        return Looked(question, seen, readings, search, (), frozenset(), True)
    rows, more = search.candidates(conn, most)
    rows = _of_the_known(rows, unknown)
    exact = frozenset(row[3] for row in rows)
    if len(exact) < FEW and any(term.typos for term in question.terms):
        if exact and not similar:
            people = _evidence(conn, seen, readings, rows)
            if any(whole(readings, person) for person in people):
                return Looked(question, seen, readings, search, rows, exact, more, people, narrow=True)
        nearly = read_near(conn, clock, seen, readings)
        if any(reading.near_words for reading in nearly):
            readings = nearly
            search.forgive(seen, nearly)
            nearby, cut = search.candidates(conn, most)
            rows, more = [*rows, *_of_the_known(nearby, unknown)], more or cut
    return Looked(question, seen, readings, search, rows, exact, more)


def _among(hidden: Hidden, people: FromClause) -> ColumnElement[bool]:
    return is_visible(people.c.employee_id, hidden)


def _of_the_known(rows: list[Row], unknown: Hidden) -> list[Row]:
    return [row for row in rows if row[3] not in unknown] if unknown else rows


def _evidence(conn: Connection, seen: SearchScope, readings: Sequence[Reading], rows: Iterable[Row]) -> list[Evidence]:
    """The candidates with what the terms ask about; a query where the rows don't tell it already."""
    people: dict[int, Evidence] = {}
    jobs = False
    for row in rows:
        person = people.get(row[3])
        if person is None:
            person = people[row[3]] = Evidence(row)
        person.note(row[0], row[1], row[2])
        jobs = jobs or row[0] == "job"
    if not people:
        return []
    wanted = _wanted(seen, readings, jobs)
    if wanted:
        skills = frozenset().union(*(reading.things("skill") for reading in readings))
        values = {"ids": sorted(people), "skills": sorted(skills), **_starts(readings)}
        statement = STATEMENTS.get_or_make(("facts", wanted, seen.names), lambda: _facts(wanted, seen))
        for label, text, number, employee_id in conn.execute(statement, values).all():
            people[employee_id].note(label, text, number)
    return list(people.values())


def _wanted(seen: SearchScope, readings: Sequence[Reading], jobs: bool) -> tuple[str, ...]:
    """What to ask about the candidates: name, skill, columns of `search_code`.

    The rows of a single term tell it themselves; but who came by their job may have a skill too.
    """
    alone = len(readings) == 1
    wanted = [] if alone or not seen.names else ["name"]
    if any(reading.things("skill") for reading in readings) and (jobs or not alone):
        wanted.append("skill")
    if not alone:
        asked = {column for reading in readings for column, _, _ in codes(reading.term)}
        wanted += sorted(asked & seen.codes)
    return tuple(wanted)


def _starts(readings: Sequence[Reading]) -> dict[str, Any]:
    """With what letters words of names begin that can count for a term: people have twice as many that can't."""
    words = {word for reading in readings for word in reading.term.spellings}
    words |= {word for reading in readings for word, _ in reading.near_words}
    length = min(map(len, words), default=1)
    return {"length": length, "starts": sorted({word[:length] for word in words})}


def _facts(wanted: Iterable[str], seen: SearchScope) -> Any:
    selects: list[Any] = []
    columns: tuple[ColumnElement[Any], ColumnElement[Any]]
    for label in wanted:
        if label == "name":
            table, columns = NAME, (NAME.c.word, cast(NAME.c.field, BigInteger))
            start = func.substr(NAME.c.word, 1, bindparam("length", type_=Integer))
            further = [start.in_(text_list("starts")).is_(true())]
            further += [] if seen.all_names else [NAME.c.field.in_(seen.names)]
        elif label == "skill":
            table, columns = SKILL, (NO_TEXT, SKILL.c.skill_id)
            further = [SKILL.c.skill_id.in_(id_list("skills")).is_(true())]
        else:
            table, columns = CODE, (CODE.c[label], NO_NUMBER)
            further = [CODE.c[label].is_not(None)]
        query = select(literal(label).label("label"), *columns, table.c.employee_id)
        selects.append(query.where(table.c.employee_id.in_(id_list("ids")), *further))
    return union_all(*selects)
