"""What the sheets state of one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from myproject.models.dated import FOREVER

from .careers import Period, StatedSpell
from .findings import FilePlace

Fate = Literal["good", "refused", "vacant"]


@dataclass(slots=True)
class StatedLine:
    """A reporting line that a row states."""

    manager: str
    kind: str
    start: date | None
    end: date
    place: FilePlace
    by: str | None = None
    """By which column the manager is named."""


@dataclass(slots=True)
class Headed:
    """A department that the person heads, as a row states it. Without `start` it is so now."""

    department: str
    start: date | None
    end: date
    place: FilePlace


@dataclass(slots=True)
class DatedStatements:
    """What further sheets state of one person."""

    spells: list[StatedSpell] = field(default_factory=list)
    overlays: list[StatedSpell] = field(default_factory=list)
    employments: list[StatedSpell] = field(default_factory=list)
    lines: list[StatedLine] = field(default_factory=list)
    heads: list[Headed] = field(default_factory=list)
    heading: list[tuple[int, Period]] = field(default_factory=list)
    """The departments that they head, and when, once `heads` have been held against their assignments."""
    places: list[FilePlace] = field(default_factory=list)
    """Where the spells, overlays and employments stand; their `row` is the position here."""

    def at(self, place: FilePlace) -> int:
        """Keep a place; its position."""
        self.places.append(place)
        return len(self.places) - 1


@dataclass(slots=True)
class ImportedPerson:
    """One person of the sheet of employees (or a vacant post of it)."""

    identity: str
    row: int
    joined: date | None = None
    left: date = FOREVER
    manager: str | None = None
    department: str | None = None
    fate: Fate = "good"
    id: int | None = None
    number: str | None = None
    dated: DatedStatements | None = None
    periods: tuple[Period, ...] = ()
    """When they are employed, once that has been worked out."""
    through: tuple[StatedSpell, ...] = ()
    """Their primary assignments, where managers follow from departments."""

    @property
    def more(self) -> DatedStatements:
        """What further sheets state, made on first use."""
        if self.dated is None:
            self.dated = DatedStatements()
        return self.dated
