"""Who imports: of whom they may know, and which fields they may change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import FIELDS, IMPORTED_FIELDS
from myproject.directory.visibility.audience import (
    EVERYTHING,
    Viewer,
    hidden_by_audience,
    visible_by_audience,
    visible_fields,
)
from myproject.directory.visibility.hidden_people import NOBODY


@dataclass(frozen=True, slots=True)
class Importer:
    """Whoever imports."""

    viewer: Viewer = EVERYTHING
    hidden: frozenset[int] = NOBODY
    """People who are unknown to them: no row is about one of them, and nothing becomes of them."""

    @classmethod
    def of(cls, conn: Connection, clock: Clock, viewer: Viewer) -> Importer:
        """A viewer as they are now."""
        return cls(viewer, hidden_by_audience(conn, clock, viewer))

    def closed(self, names: Iterable[str]) -> list[str]:
        """Those of some fields that they may see of nobody."""
        seen = visible_fields(self.viewer)
        return [name for name in names if name in FIELDS and name not in seen]

    def closed_of(self, employee: int, narrowed: Mapping[str, str]) -> frozenset[str]:
        """The fields of a card that somebody has closed to them."""
        if not narrowed:
            return frozenset()
        return frozenset(IMPORTED_FIELDS) - visible_by_audience(self.viewer, employee, narrowed)


OPERATOR = Importer()
"""Who imports by the command line: nothing is closed to them."""
