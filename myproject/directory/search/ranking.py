"""Best first: how well somebody fits the terms of a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .candidates import Row
from .readings import FIELD_OF_CODE, FIELD_OF_KIND, Reading
from .search_text import SearchText
from .term_sources import codes
from .words import ALTERNATIVE, CALLED, GIVEN, MAIL, NAME_FIELDS

# Points for one term. What people are called comes before what they do, all of a word before its beginning, and what
# is spelt as typed before what is spelt almost so.
_NAME = {CALLED: 100, GIVEN: 95, ALTERNATIVE: 95, MAIL: 85}
_BEGINNING = 20
_CODE, _CODE_BEGINS, _CODE_ENDS = 100, 70, 66
_THING = {"job_title": 50, "skill": 48, "department": 46, "location": 44}
_THING_BEGINS = 10
_PLACE_IN_ROW = {"department": 5, "job_title": 6, "location": 7}
_NOTHING: frozenset[int] = frozenset()
_NEAR_NAME, _NEAR_BEGINNING, _NEAR_THING = 24, 18, 12
_WHOLE_NAME, _IN_ORDER = 5, 3


class Hit(NamedTuple):
    """Somebody found. `via` names the fields, other than the name, by which they were."""

    employee_id: int
    score: int
    via: tuple[str, ...]


class Evidence:
    """What is known of a candidate, as far as the terms ask for it."""

    __slots__ = ("codes", "employee_id", "names", "row", "skills", "sort_name")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.employee_id: int = row[3]
        self.sort_name: str = row[4]
        self.names: list[tuple[str, int]] = []
        # Most have none: two hundred people are many objects to make, and to look through when memory is tidied.
        self.skills: tuple[int, ...] = ()
        self.codes: dict[str, str] | None = None

    def things(self, kind: str) -> tuple[Any, ...]:
        """Their skills, or their one department, title or place."""
        return self.skills if kind == "skill" else (self.row[_PLACE_IN_ROW[kind]],)

    def note(self, label: str, text: str, number: int) -> None:
        """Take in what one row tells."""
        if label == "name":
            self.names.append((text, number))
        elif label == "skill":
            self.skills += (number,)
        elif label != "job":
            if self.codes is None:
                self.codes = {}
            self.codes[label] = text


def rank(question: SearchText, readings: Sequence[Reading], found: Iterable[Evidence]) -> list[Hit]:
    """The candidates, best first; equals in the order of every list."""
    judges = [_Judge(reading) for reading in readings]
    scored = []
    for person in found:
        score = _bonus(question.text, person.sort_name)
        via: tuple[str, ...] = ()
        for judge in judges:
            points, name = judge.points(person)
            score += points
            if name != "name" and name not in via:
                via += (name,)
        scored.append((-score, person.sort_name, person.employee_id, via))
    scored.sort()
    return [Hit(employee_id, -score, via) for score, _, employee_id, via in scored]


def whole(readings: Sequence[Reading], person: Evidence) -> bool:
    """Whether somebody has a whole word, number, ... for every term, spelt as typed."""
    return all(_Judge(reading).whole(person) for reading in readings)


def _bonus(text: str, sort_name: str) -> int:
    """More for a full name, most with the given name first as people write it."""
    if len(text) != len(sort_name) or " " not in text:
        return 0
    typed, sorted_ = text.split(), sort_name.split()
    if sorted(typed) != sorted(sorted_):
        return 0
    turns = (sorted_[place:] + sorted_[:place] for place in range(1, len(sorted_)))
    return _WHOLE_NAME + (_IN_ORDER if typed in turns else 0)


class _Judge:
    """The points of people for one term."""

    def __init__(self, reading: Reading) -> None:
        self._spellings = reading.term.spellings
        self._near = dict(reading.near_words)
        self._codes = codes(reading.term)
        self._things = [
            (kind, points, reading.exact.get(kind, _NOTHING), reading.begun.get(kind, _NOTHING), reading.near.get(kind))
            for kind, points in _THING.items()
            if reading.things(kind)
        ]

    def points(self, person: Evidence) -> tuple[int, str]:
        """The points of the best way in which somebody fits the term, and the field it is by."""
        best, name = self._name_points(person.names)
        if self._codes and person.codes:
            best, name = max((best, name), self._code_points(person.codes))
        for kind, whole, exact, begun, near in self._things:
            # The kinds are in the order of their points.
            if best >= whole:
                break
            for key in person.things(kind):
                points = whole if key in exact else whole - _THING_BEGINS if key in begun else _NEAR_THING
                if points > best and (key in begun or (near and key in near)):
                    best, name = points, FIELD_OF_KIND[kind]
        return best, name

    def whole(self, person: Evidence) -> bool:
        """Whether it is all of one of their words, not its beginning and not almost so."""
        return (
            any(word in self._spellings for word, _ in person.names)
            or any((person.codes or {}).get(column) == start for column, start, _ in self._codes)
            or any(key in exact for kind, _, exact, _, _ in self._things for key in person.things(kind))
        )

    def _name_points(self, names: Iterable[tuple[str, int]]) -> tuple[int, str]:
        best, name = 0, "name"
        for word, number in names:
            if word in self._spellings:
                points = _NAME[number]
            elif word.startswith(self._spellings):
                points = _NAME[number] - _BEGINNING
            elif word in self._near:
                points = _NEAR_NAME if self._near[word] else _NEAR_BEGINNING
            else:
                continue
            if points > best:
                best, name = points, NAME_FIELDS[number]
        return best, name

    def _code_points(self, found: dict[str, str]) -> tuple[int, str]:
        best, name = 0, ""
        for column, start, end in self._codes:
            value = found.get(column)
            if value is None or not start <= value < end:
                continue
            points = _CODE if value == start else _CODE_ENDS if column.endswith("_end") else _CODE_BEGINS
            if points > best:
                best, name = points, FIELD_OF_CODE[column]
        return best, name
