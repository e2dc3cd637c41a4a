"""Who may see which field: the one policy for every way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from .fields import AUDIENCES, FIELDS


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `reach` is the narrowest audience the viewer is in; every wider one is open to them too.

    `audiences` holds the organisation's own choices, from the ini, for fields where they differ from the declaration.
    """

    reach: str = "colleagues"
    audiences: tuple[tuple[str, str], ...] = field(default=())

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What a cached answer for this viewer is kept under."""
        return (self.reach, self.audiences)


def colleague(audiences: Mapping[str, str] | None = None) -> Viewer:
    """An ordinary signed-in employee."""
    return Viewer("colleagues", tuple(sorted((audiences or {}).items())))


@lru_cache(maxsize=256)
def visible_fields(viewer: Viewer) -> frozenset[str]:
    """The names of the fields that the viewer may see of anyone."""
    chosen = dict(viewer.audiences)
    reach = AUDIENCES.index(viewer.reach)
    return frozenset(name for name, info in FIELDS.items() if AUDIENCES.index(chosen.get(name, info.audience)) >= reach)


def may_see(viewer: Viewer, name: str) -> bool:
    """Whether the viewer may see a field of anyone. An unknown field is a mistake of ours: KeyError."""
    if name not in FIELDS:
        raise KeyError(name)
    return name in visible_fields(viewer)
