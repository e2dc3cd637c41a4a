"""The chart on paper: an outline cut into pages that name each other's numbers, with an index of names.

A block is one manager and the lines below. Branches that fit are written out in the block; a branch that does not gets
a block of its own, and the line of its manager says on which page. Blocks that fit share a page; a manager with more
reports than a page has lines goes on over several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer
from myproject.directory.visibility.reporting_lines import lines_for

from .people import ChartPerson, chart_people, climb, upward

ROOM = 44
"""Lines on one page: A4 and Letter upright, the foot left out."""
HEAD = 4
"""Lines that the head of a block takes."""
MOST = 2_000
"""People in one atlas."""
DEEPEST = 9
"""Levels in one atlas."""


@dataclass(slots=True)
class SheetLine:
    """Someone in a block."""

    person: ChartPerson
    level: int
    """1 for those who report to the block's manager."""
    page: int | None = None
    """Where their own reports are, if not in this block."""
    cut: bool = False
    """Whether they have reports that are not in this atlas at all."""


@dataclass(slots=True)
class SheetBlock:
    """A manager and lines below; `part` of `parts` where they go over several pages."""

    person: ChartPerson
    chain: tuple[ChartPerson, ...]
    """From the top of the organisation down to the person's manager."""
    part: int
    parts: int
    lines: list[SheetLine] = field(default_factory=list)
    above: int | None = None
    """The page on which the person is a line; None for the first."""


@dataclass(slots=True)
class SheetPage:
    """What is printed on one page."""

    number: int
    blocks: list[SheetBlock]


@dataclass(frozen=True, slots=True)
class Atlas:
    """All pages, and everyone on them by name with the page to look at."""

    people: tuple[ChartPerson, ...]
    """Whose branches it holds."""
    levels: int
    """How many levels below them are in it."""
    pages: tuple[SheetPage, ...]
    index: tuple[tuple[ChartPerson, int], ...]
    whole: bool
    """Whether everyone below is in it."""


def atlas(conn: Connection, clock: Clock, viewer: Viewer, people: Sequence[int], levels: int = DEEPEST) -> Atlas | None:
    """The atlas of the branches of some people, as many levels as asked for and as fit; None if nobody works here.

    Two queries. Of branches with more than `MOST` people it holds the upper levels, whole ones only.
    """
    known = upward(conn, clock, viewer, people)
    tops = [known[person] for person in people if person in known]
    if not tops:
        return None
    lines = lines_for(clock)
    values = {**lines.values(clock), "ids": [top.id for top in tops], "depth": levels, "limit": MOST + 1}
    rows = [row for row in conn.execute(lines.outline, values) if row.id is not None]
    steps = _whole_levels({row.id: row.step for row in rows}, len(rows) > MOST)
    order = {row.id: (row.sort_name, row.id) for row in rows}
    reports: dict[int, list[ChartPerson]] = {}
    shown = [each for each in chart_people(rows, conn, clock, viewer) if each.id in steps]
    for each in sorted(shown, key=lambda each: order[each.id]):
        manager = each.manager
        if steps[each.id] and manager is not None and steps.get(manager, levels) < steps[each.id]:
            reports.setdefault(manager, []).append(each)
    pages = _paged(_Cutter([(top, climb(top.id, known)) for top in tops], reports).cut())
    found: dict[int, tuple[ChartPerson, int]] = {}
    for page in pages:
        for block in page.blocks:
            found.setdefault(block.person.id, (block.person, page.number))
            for line in block.lines:
                found.setdefault(line.person.id, (line.person, page.number))
    index = sorted(found.values(), key=lambda entry: order.get(entry[0].id, ("", 0)))
    whole = len(found) >= sum(top.below + 1 for top in tops)
    levels = max((steps[person] for person in found if person in steps), default=0)
    return Atlas(tuple(tops), levels, tuple(pages), tuple(index), whole)


def _whole_levels(steps: Mapping[int, int], cut: bool) -> dict[int, int]:
    """Those on the levels that were read to the end. The first level below stays even if it was not."""
    if not cut:
        return dict(steps)
    last = max(steps.values())
    return {person: step for person, step in steps.items() if step < last or step <= 1}


class _Cutter:
    def __init__(
        self,
        tops: Sequence[tuple[ChartPerson, tuple[ChartPerson, ...]]],
        reports: Mapping[int, Sequence[ChartPerson]],
    ) -> None:
        self._tops = tops
        self._reports = reports
        self._sizes: dict[int, int] = {}
        self._measure()

    def _measure(self) -> None:
        """How many lines everyone's whole branch takes, without themselves."""
        stack = [(top.id, False) for top, _chain in self._tops]
        while stack:
            person, done = stack.pop()
            below = [each.id for each in self._reports.get(person, ())]
            if done:
                self._sizes[person] = len(below) + sum(self._sizes[each] for each in below)
            else:
                stack.append((person, True))
                stack.extend((each, False) for each in below)

    def cut(self) -> list[SheetBlock]:
        """The blocks in reading order: those of a branch follow the one that refers to them."""
        blocks: list[SheetBlock] = []
        waiting = list(reversed(self._tops))
        while waiting:
            person, chain = waiting.pop()
            written = self._written_out(person)
            lines = self._outline(person, written)
            size = ROOM - HEAD
            parts = [lines[start : start + size] for start in range(0, len(lines), size)] or [[]]
            blocks += [SheetBlock(person, chain, part, len(parts), content) for part, content in enumerate(parts, 1)]
            apart = [
                each for each in self._reports.get(person.id, ()) if self._sizes[each.id] and each.id not in written
            ]
            waiting += [(each, (*chain, person)) for each in reversed(apart)]
        return blocks

    def _written_out(self, person: ChartPerson) -> set[int]:
        """Whose branches are written out in the person's block: the small ones first, while there is room."""
        reports = self._reports.get(person.id, ())
        room = ROOM - HEAD - len(reports)
        written: set[int] = set()
        for each in sorted(reports, key=lambda each: self._sizes[each.id]):
            room -= self._sizes[each.id]
            if room < 0:
                break
            written.update(self._branch(each))
        return written

    def _branch(self, person: ChartPerson) -> list[int]:
        found = [person.id]
        for key in found:
            found.extend(each.id for each in self._reports.get(key, ()))
        return found

    def _outline(self, person: ChartPerson, written: set[int]) -> list[SheetLine]:
        """The lines of a person's block in order."""
        lines = []
        stack = [(each, 1) for each in reversed(self._reports.get(person.id, ()))]
        while stack:
            each, level = stack.pop()
            below = self._reports.get(each.id, ())
            lines.append(SheetLine(each, level, cut=bool(each.reports) and not below))
            if each.id in written:
                stack.extend((other, level + 1) for other in reversed(below))
        return lines


def _paged(blocks: Sequence[SheetBlock]) -> list[SheetPage]:
    """The blocks on pages, each referring to the pages of the others."""
    pages: list[SheetPage] = []
    room = 0
    for block in blocks:
        needed = HEAD + len(block.lines)
        if needed > room:
            pages.append(SheetPage(len(pages) + 1, []))
            room = ROOM
        pages[-1].blocks.append(block)
        room -= needed
    begins: dict[int, int] = {}
    for page in pages:
        for block in page.blocks:
            begins.setdefault(block.person.id, page.number)
    mentioned: dict[int, int] = {}
    for page in pages:
        for block in page.blocks:
            for line in block.lines:
                line.page = begins.get(line.person.id)
                mentioned[line.person.id] = page.number
    for page in pages:
        for block in page.blocks:
            block.above = mentioned.get(block.person.id)
    return pages
