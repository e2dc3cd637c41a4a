"""The sources (names, codes, skills, ...) in which each search term is looked up, within the viewer's search scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from .codes import PhoneQuestion
from .readings import Reading, SearchScope
from .search_text import Term
from .sources import Codes, Jobs, Names, NearNames, Skills, TermSource, Things
from .words import after, just_after


def sources(place: int, reading: Reading, seen: SearchScope) -> list[TermSource]:
    """Name and code sources for a term, within the search scope."""
    term = reading.term
    found: list[TermSource] = []
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


def _fields(seen: SearchScope) -> Sequence[int] | None:
    return None if seen.all_names else seen.names


def near_names(place: int, reading: Reading, seen: SearchScope) -> list[TermSource]:
    """The words of names that are one slip away from a term: whole ones, and those of which the beginning is."""
    if not seen.names:
        return []
    near = [(whole, [word for word, is_whole in reading.near_words if is_whole is whole]) for whole in (True, False)]
    return [NearNames(f"t{place}_near{whole:d}", words, _fields(seen)) for whole, words in near if words]


def near_things(place: int, reading: Reading, seen: SearchScope, alone: bool) -> list[TermSource]:
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


def things(place: int, reading: Reading, seen: SearchScope) -> list[TermSource]:
    """The departments, titles, ... that a term stands for, each kind whether there are any or not.

    So questions of as many words are counted by the same statement, whatever the words stand for.
    """
    if not reading.term.spellings:
        return []
    jobs = {kind: reading.things(kind) for kind in seen.kinds if kind != "skill"}
    return [Things(f"t{place}_job", jobs), Skills(f"t{place}_skill", reading.things("skill"))]


def _thing(key: str, kind: str, ids: frozenset[int]) -> Skills | Jobs:
    return Skills(key, ids) if kind == "skill" else Jobs(key, kind, ids)


TITLES = ("exact_job_title", "begun_job_title")


def tiers(readings: Sequence[Reading], kinds: Sequence[str], *, always: bool = False) -> list[Skills | Jobs]:
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
