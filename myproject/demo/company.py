"""Larkfield, the made-up company: the same for the same size, day and seed; told as the change sets it came in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import Connection, select

from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import Verb
from myproject.models.counter import Counter

from .cards import CardMaker
from .events import CORRECTED, FIRST, PLANNED, PLANNED_LATER, REORGANISED, REVIEW, CompanyStory, DemoEvent, tell
from .extras import Extras
from .people import DemoPerson, Staffing, staff
from .shape import make_shape

SMALLEST, LARGEST, USUAL = 20, 300_000, 240
CHUNK = 5_000
"""Verbs worked out at a time: bounds the memory."""


class NotEmpty(Exception):
    """The directory holds something already."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A change set to be: who recorded it, when and why, and its events in order."""

    author: str
    source: str
    reason: str
    applied_at: datetime
    events: list[DemoEvent]

    def verbs(self) -> Iterator[Verb]:
        """What happened, as verbs; made as they are asked for, once."""
        return (event.tell() for event in self.events)


def make_company(employees: int, today: date, seed: int = 1) -> list[Chapter]:
    """The company with as many people employed today, in the change sets of its history, oldest first."""
    if not SMALLEST <= employees <= LARGEST:
        raise ValueError(f"a made-up company has {SMALLEST} to {LARGEST:,} people")
    chance = Random(f"{seed}/{employees}")
    # So much becomes of people in a large company that its history would take longer to load than anybody waits.
    density = min(1.0, max(0.35, 1.5 - employees / 150_000))
    shape = make_shape(employees, today, chance)
    crew = staff(shape, density, chance)
    cards = CardMaker(today, Random(f"{seed}/{employees}/cards"))
    story = tell(crew, _card_maker(cards), chance)
    extras = Extras(story, Staffing(crew, 0, chance).new, chance)
    extras.add_all()
    story.add_joiners(extras.joiners)
    story.rename = cards.new_name
    story.events.sort(key=lambda event: event[:4])
    numbers = itertools.count(1)
    for event in story.events:
        if event.person is not None:
            event.person.number = f"L{next(numbers):05}"
    return _chapters(story)


def _card_maker(cards: CardMaker) -> Callable[[DemoPerson], Card]:
    return lambda person: cards.card(person, int(person.number[1:]))


def _chapters(story: CompanyStory) -> list[Chapter]:
    return [
        Chapter(*_imprint(story, chapter), list(events))
        for chapter, events in itertools.groupby(story.events, key=lambda event: event.chapter)
    ]


def _imprint(story: CompanyStory, chapter: int) -> tuple[str, str, str, datetime]:
    """Author, source, reason and time of a chapter."""
    shape, office = story.shape, "People team"
    yesterday = shape.today - timedelta(days=1)
    if chapter == FIRST:
        return office, "import", "Personnel list of the former system", _at(shape.recorded, 9)
    if chapter == CORRECTED:
        return office, "form", "Titles corrected after a check of the records", _at(yesterday, 14)
    if chapter == PLANNED:
        return office, "form", "Joiners, moves and leavers of the coming months", _at(yesterday, 15)
    if chapter == PLANNED_LATER:
        return office, "form", "Organisation from the next quarter on", _at(yesterday, 16)
    year, part = divmod(chapter, 10)
    if part == REVIEW:
        return office, "import", f"Yearly review {year}", _at(date(year, 3, 14), 10)
    if part == REORGANISED:
        return "Chief Executive", "form", "Reorganisation", _at(shape.reorganised - timedelta(days=11), 8)
    end, when = min(date(year, 12, 30), shape.today - timedelta(days=2)), ""
    if year == shape.reorganised.year:
        end, when = date(year, 12, 30), ", after the reorganisation"
        if part < REORGANISED:
            end, when = shape.reorganised - timedelta(days=14), ", until the reorganisation"
    return office, "import", f"Joiners, moves and leavers of {year}{when}", _at(end, 12)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 5), UTC)


def is_empty(conn: Connection) -> bool:
    """Whether nothing was ever recorded in the directory."""
    return conn.execute(select(Counter.__table__.c.revision)).scalar_one() == 0


def load(
    conn: Connection,
    chapters: list[Chapter],
    today: date,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> int:
    """Record the chapters in an empty directory, inside the caller's transaction; the number of verbs.

    Raises NotEmpty where the directory is not. `progress` is told how many verbs were done with each step. The
    chapters are used up.
    """
    if not is_empty(conn):
        raise NotEmpty
    total = 0
    for chapter in chapters:
        verbs = chapter.verbs()
        with ChangeSetWriter(
            conn,
            today=today,
            author=chapter.author,
            source=chapter.source,
            reason=chapter.reason,
            applied_at=chapter.applied_at,
        ) as writer:
            while chunk := list(itertools.islice(verbs, CHUNK)):
                plan = writer.add(chunk)
                if plan.problems:
                    raise AssertionError(f"{chapter.reason}: {plan.problems[0]}")
                total += len(chunk)
                progress(len(chunk))
        chapter.events.clear()
    return total
