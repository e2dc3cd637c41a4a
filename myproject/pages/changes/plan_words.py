"""What a plan would do, in words: for whom and when, what follows from it, and what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, islice
from typing import NamedTuple

from sqlalchemy import Connection

from myproject.directory.changes.differences import Difference, differences
from myproject.directory.changes.plans import Plan
from myproject.language.texts import marked_plural, ngettext
from myproject.web.request import Request

MOST = 100
"""Differences that a page tells."""
_KINDS = {
    "employee": marked_plural("%(num)s person", "%(num)s people"),
    "department": marked_plural("%(num)s department", "%(num)s departments"),
    "location": marked_plural("%(num)s location", "%(num)s locations"),
}


class AlikeChanges(NamedTuple):
    """What would be otherwise, for all those of whom the same is told."""

    kind: str
    """employee, department or location."""
    names: list[str]
    texts: tuple[str, ...]

    @property
    def counted(self) -> str:
        """How many they are, in words."""
        return ngettext(*_KINDS[self.kind], len(self.names))


def parts_of(request: Request, conn: Connection, plan: Plan) -> tuple[list[AlikeChanges], bool]:
    """What a plan changes, as far as the viewer may see it; and whether there is more than is told."""
    told = list(islice(differences(conn, plan, request.today_clock, request.viewer), MOST + 1))
    return _parts(told[:MOST]), len(told) > MOST


def _parts(told: Sequence[Difference]) -> list[AlikeChanges]:
    alike: dict[tuple[str, tuple[str, ...]], AlikeChanges] = {}
    for (kind, _id, name), group in groupby(told, key=lambda each: (each.kind, each.id, each.name)):
        texts = tuple(each.text for each in group)
        alike.setdefault((kind, texts), AlikeChanges(kind, [], texts)).names.append(name)
    return list(alike.values())
