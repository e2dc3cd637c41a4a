"""Managers that follow from who heads the department on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from .careers import NOTHING, Period, StatedSpell, uncovered, within
from .departments import ImportedDepartments
from .imported_person import ImportedPerson
from .people import People
from .reporting import LinePiece

_DEEPEST = 200


class Derivation:
    """Works out managers from heads.

    Who heads nothing reports to the head of their department, or of the nearest one above it that has a head that day.
    Who heads departments reports to the head of the nearest one above the topmost of them. So no circle can come of it:
    each step leads to a head whose topmost department lies higher.
    """

    def __init__(self, people: People, departments: ImportedDepartments) -> None:
        """After the people have been written: heads count as they were accepted then, while they work here."""
        self.above: Mapping[int, int | None] = departments.above
        self.heads: dict[int, list[tuple[Period, ImportedPerson]]] = {}
        """Department -> who heads it when."""
        self._own: dict[int, list[tuple[Period, int]]] = {}
        """Row of a person -> the departments that they head."""
        for person in people:
            for department, headed in person.dated.heading if person.dated else ():
                for period in person.periods:
                    start, end = max(period.start, headed.start), min(period.end, headed.end)
                    if start < end:
                        self._add(department, Period(start, end), person)

    def _add(self, department: int, period: Period, person: ImportedPerson) -> None:
        """One head more; of two on a day the one begun earlier counts."""
        taken = [StatedSpell(held.start, held.end, NOTHING) for held, _ in self.heads.get(department, ())]
        for part in uncovered(StatedSpell(period.start, period.end, NOTHING), taken):
            self.heads.setdefault(department, []).append((Period(part.start, part.end), person))
            self._own.setdefault(person.row, []).append((Period(part.start, part.end), department))

    def pieces(self, person: ImportedPerson) -> Iterator[LinePiece]:
        """The managers of a person through time."""
        own = self._own.get(person.row, ())
        edges = {edge for period, _ in own for edge in period}
        for spell in person.through:
            cuts = sorted({spell.start, spell.end, *(edge for edge in edges if spell.start < edge < spell.end)})
            for start, end in pairwise(cuts):
                headed = [department for period, department in own if period.start <= start < period.end]
                assert isinstance(spell.state.department, int)
                if headed:
                    department = self.above.get(min(headed, key=lambda item: (self._depth(item), item)))
                else:
                    department = spell.state.department
                yield from self._nearest(person, department, [StatedSpell(start, end, NOTHING)])

    def _nearest(self, person: ImportedPerson, department: int | None, days: list[StatedSpell]) -> Iterator[LinePiece]:
        """The head of the department on these days; where it has none, of the nearest one above."""
        for _ in range(_DEEPEST):
            if department is None or not days:
                return
            taken: list[StatedSpell] = []
            for period, head in self.heads.get(department, ()):
                if head is not person and head.fate == "good":
                    found = [part for day in days for part in within(day, [period])]
                    taken += found
                    for part in found:
                        yield LinePiece(part.start, part.end, head)
            days = [part for day in days for part in uncovered(day, taken)]
            department = self.above.get(department)

    def _depth(self, department: int) -> int:
        depth, at = 0, self.above.get(department)
        while at is not None and depth < _DEEPEST:
            depth, at = depth + 1, self.above.get(at)
        return depth
