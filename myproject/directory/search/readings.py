"""What the terms of a question stand for: which departments, places, titles and skills, and which words nearly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from myproject.db.ids import text_list
from myproject.directory.departments.department_tree import tree
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, visible_fields
from myproject.models.search import SearchVariant, SearchWord

from .search_text import Term
from .statements import STATEMENTS
from .words import NAME_FIELDS, STEM, TAIL_AT, lookups, nearest, spellings, stem, tail

_WORD = SearchWord.__table__
_VARIANT = SearchVariant.__table__

_MOST_THINGS = 5_000
"""Job titles, skills, ... that one term stands for at most, of each kind."""

_MOST_VARIANTS = 5_000
_MOST_NEAR = 200
"""Words within one slip of a term that are looked for at most."""

FIELD_OF_KIND = {"department": "department", "job_title": "job_title", "location": "location", "skill": "skills"}
"""Kind of thing -> the field whose audience decides."""

FIELD_OF_CODE = {
    "number": "employee_number",
    "digits": "employee_number",
    "mail": "email",
    "phone": "phone",
    "phone_end": "phone",
    "mobile": "mobile",
    "mobile_end": "mobile",
}
"""Column of `search_code` -> the field whose audience decides."""

_NO_IDS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchScope:
    """The parts of the search index that a viewer may search: hidden fields can't be found."""

    kinds: tuple[str, ...]
    names: tuple[int, ...]
    """Numbers of `words.NAME_FIELDS`."""
    codes: frozenset[str]

    @property
    def all_names(self) -> bool:
        return len(self.names) == len(NAME_FIELDS)


def search_scope(viewer: Viewer) -> SearchScope:
    """The search scope of a viewer, from the fields visible to them."""
    visible = visible_fields(viewer)
    return SearchScope(
        tuple(kind for kind, name in FIELD_OF_KIND.items() if name in visible),
        tuple(number for number, name in enumerate(NAME_FIELDS) if name in visible),
        frozenset(column for column, name in FIELD_OF_CODE.items() if name in visible),
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A term and what it stands for. The sets of departments hold everything below those that are named so."""

    term: Term
    exact: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Kind -> ids of things with this very word."""
    begun: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Kind -> ids of things with a word that begins so; `exact` is part of it."""
    near: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Kind -> ids of things with a word that is one slip away."""
    near_words: tuple[tuple[str, bool], ...] = ()
    """Known words one slip away, the nearest first; False where only the word's beginning is near."""
    named: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Kind -> ids of the things themselves; of departments without those below."""

    def things(self, kind: str) -> frozenset[int]:
        """All ids of a kind that the term stands for."""
        return self.begun.get(kind, _NO_IDS) | self.near.get(kind, _NO_IDS)


def read(conn: Connection, clock: Clock, seen: SearchScope, terms: Sequence[Term]) -> list[Reading]:
    """The readings of terms as they are typed; one query."""
    alone = len(terms) == 1
    rows = _things(
        conn,
        clock,
        seen,
        [
            (place, len(term.spellings), _bounds(place, term.thing_ranges(alone)))
            for place, term in enumerate(terms)
            if term.spellings
        ],
    )
    readings = []
    for place, term in enumerate(terms):
        mine = [row for row in rows if row[0] == place]
        exact = [row for row in mine if row[2] in term.spellings]
        named = _by_kind(mine)
        readings.append(Reading(term, _spread(conn, clock, _by_kind(exact)), _spread(conn, clock, named), named=named))
    return readings


def read_near(conn: Connection, clock: Clock, seen: SearchScope, readings: Sequence[Reading]) -> list[Reading]:
    """The same readings with the words that are one slip away; two queries. Unchanged where there are none."""
    known = _variants(conn, {place: reading.term for place, reading in enumerate(readings) if reading.term.typos})
    words = [
        tuple(nearest(reading.term.text, known.get(place, ()), _MOST_NEAR)) for place, reading in enumerate(readings)
    ]
    rows = _things(
        conn,
        clock,
        seen,
        [(place, 0, {f"words{place}": [word for word, _ in found]}) for place, found in enumerate(words) if found],
    )
    nearly = []
    for place, (reading, found) in enumerate(zip(readings, words, strict=True)):
        near = _by_kind(row for row in rows if row[0] == place)
        named = {kind: reading.named.get(kind, _NO_IDS) | ids for kind, ids in near.items()}
        nearly.append(
            replace(reading, near_words=found, near=_spread(conn, clock, near), named={**reading.named, **named})
        )
    return nearly


def _variants(conn: Connection, terms: Mapping[int, Term]) -> dict[int, set[str]]:
    """Known words that may be one slip away from each of the terms, by the place of the term."""
    if not terms:
        return {}
    values: dict[str, Any] = {}
    shape = []
    for place, term in terms.items():
        exact, ranges = lookups(term.text)
        start, rest = stem(term.text), tail(term.text)
        values |= {f"exact{place}": sorted(exact), f"stem{place}": start, f"tail{place}": rest}
        values |= {f"length{place}": len(rest)} | _bounds(place, ranges)
        shape.append((place, len(ranges), bool(rest)))
    statement = STATEMENTS.get_or_make(
        ("variants", *shape), lambda: union_all(*(each for one in shape for each in _variant_selects(*one)))
    )
    found: dict[int, set[str]] = {}
    for place, word in conn.execute(statement, values):
        found.setdefault(place, set()).add(word)
    return found


def _variant_selects(place: int, ranges: int, tailed: bool) -> list[Select[Any]]:
    variant, word = _VARIANT.c.variant, _VARIANT.c.word
    conditions: list[ColumnElement[bool]] = [variant.in_(text_list(f"exact{place}"))]
    conditions += [
        and_(variant >= bindparam(f"start{place}_{number}"), variant < bindparam(f"end{place}_{number}"))
        for number in range(ranges)
    ]
    if tailed:
        # Looked at in the index, where it costs a tenth of fetching the word.
        rest = [
            func.substr(word, at + 1, bindparam(f"length{place}", type_=Integer)) == bindparam(f"tail{place}")
            for at in TAIL_AT
        ]
        stemmed = func.substr(word, 1, STEM) == bindparam(f"stem{place}")
        conditions = [and_(condition, or_(stemmed, *rest)) for condition in conditions]
    found = []
    for condition in conditions:
        inner = select(word).where(condition).order_by(variant, word).limit(_MOST_VARIANTS).subquery()
        found.append(select(literal(place), inner.c.word))
    return found


def _bounds(place: int, ranges: Iterable[tuple[str, str]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, (start, end) in enumerate(ranges):
        values |= {f"start{place}_{number}": start, f"end{place}_{number}": end}
    return values


def _things(
    conn: Connection, clock: Clock, seen: SearchScope, asked: Sequence[tuple[int, int, dict[str, Any]]]
) -> list[Any]:
    """Rows (place of the term, kind, word, id); of departments those that have the word on the day.

    asked: for each term its place, how many ranges of words it stands for (0: a list of words), and the parameters.
    """
    if not asked or not seen.kinds:
        return []
    shape = tuple((place, ranges) for place, ranges, _ in asked)
    statement = STATEMENTS.get_or_make(
        ("things", seen.kinds, shape),
        lambda: union_all(*(each for place, ranges in shape for each in _words_selects(seen.kinds, place, ranges))),
    )
    rows = conn.execute(statement, {name: value for _, _, values in asked for name, value in values.items()}).all()
    if all(row[1] != "department" for row in rows):
        return list(rows)
    departments = tree(conn, clock, counts=False)
    kept_rows = []
    for row in rows:
        if row[1] == "department":
            node = departments.get(row[3])
            if node is None or not (row[2] in spellings(node.name) or row[2] in spellings(node.code)):
                continue
        kept_rows.append(row)
    return kept_rows


def _words_selects(kinds: tuple[str, ...], place: int, ranges: int) -> list[Select[Any]]:
    word = _WORD.c.word
    within = [
        and_(word >= bindparam(f"start{place}_{number}"), word < bindparam(f"end{place}_{number}"))
        for number in range(ranges)
    ]
    # Each range by itself: for two that are joined by OR, SQLite goes through every word there is.
    selects = []
    for condition in within or [word.in_(text_list(f"words{place}"))]:
        inner = (
            select(_WORD.c.kind, word, _WORD.c.target_id)
            .where(_WORD.c.kind.in_(kinds), condition)
            .order_by(_WORD.c.kind, word, _WORD.c.target_id)
            .limit(_MOST_THINGS * len(kinds))
            .subquery()
        )
        selects.append(select(literal(place), inner.c.kind, inner.c.word, inner.c.target_id))
    return selects


def _by_kind(rows: Iterable[Any]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for _, kind, _, target in rows:
        found.setdefault(kind, set()).add(target)
    return {kind: frozenset(ids) for kind, ids in found.items()}


def _spread(conn: Connection, clock: Clock, things: dict[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """The same, with the departments below those named."""
    if "department" not in things:
        return things
    departments = tree(conn, clock, counts=False)
    spread: set[int] = set()
    for key in things["department"]:
        if key not in spread:
            spread.update(departments.subtree(key))
    return {**things, "department": frozenset(spread)}
