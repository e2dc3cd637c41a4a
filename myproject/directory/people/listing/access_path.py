"""Which way a filtered list is read: in its order, passing over those who don't fit, or through a filter's own index.

Planners guess this from averages and guess badly for the rare and the common value alike; here the sizes are known.
They are counted from an index, exactly, once per revision and value, and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection

from myproject.cache.revision_cache import RevisionCache
from myproject.directory.schema.clock import Clock

from . import present_list
from .conditions import on_a_link, on_a_name
from .declared_filters import CONDITIONS, range_of
from .statement_shape import Shape

# Microseconds, measured at 300,000 people on both databases.
_ENTRY = 0.1
"""Passing over an entry of an index that holds all that is looked at."""
_ROW = 1.5
"""Fetching a row of a table by its key."""
_DATED = 4.0
"""Looking at someone's dated rows."""
_CHEAP = 2_000.0
"""So much is well spent to be safe from a list whose order and filter hang together."""

_SIZES: RevisionCache[int] = RevisionCache(4096)


def sizes(conn: Connection, clock: Clock, names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, int]:
    """How many people each condition lets through by itself; one query for all that are not known yet.

    They are those of today: for another day they tell as much as is needed to choose a way. Former employees count
    among those with a skill.
    """
    keys = {
        name: (
            clock.revision,
            clock.today,
            name,
            *((each, values.get(each)) for each in names if name in (each, range_of(each))),
        )
        for name in present_list.counted(names)
    }
    known = {name: _SIZES.get(conn, key) for name, key in keys.items()}
    missing = tuple(name for name in names if known[range_of(name) or name] is None)
    if missing:
        row = conn.execute(present_list.SIZES(missing), values).one()
        for name, size in zip(present_list.counted(missing), row, strict=True):
            known[name] = _SIZES.get_or_make(conn, keys[name], partial(int, size))
    return {name: size for name, size in known.items() if size is not None}


def _values(name: str, names: tuple[str, ...], values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What the size of a condition depends on: its value, or the values of both ends of a range."""
    return [(each, values.get(each)) for each in names if name in (each, range_of(each))]


def driver(shape: Shape, known: Mapping[str, int], everyone: int, rows: int, *, present: bool) -> str | None:
    """The condition to begin with, or None to read the list in its order. `rows` are wanted of `everyone`."""
    if not known:
        return None
    if present and present_list.by_its_index(shape):
        return shape.filters[0]
    first = min(known, key=lambda name: known[name])
    share = 1.0
    for name, size in known.items():
        if name != first:
            share *= min(1.0, size / max(everyone, 1))
    # What is not in the list's index costs a look-up for everyone who is passed over.
    looked_up = sum(map(_elsewhere, known))
    elsewhere = _elsewhere(first)
    fits = known[first] * share
    passed = min(float(everyone), rows * everyone / max(fits, 0.001))
    if not present:
        return _dated_driver(known, passed, ordered=shape.order.key != "name")
    index = known[first] * (_ROW if elsewhere else _ENTRY + _ROW * (looked_up > 0)) + fits * _ROW
    order = passed * (_ENTRY + _ROW * (looked_up > 0))
    if first == shape.order.key and first not in CONDITIONS:
        # A range of the days that the list is sorted by.
        return None
    return first if index < max(order, _CHEAP) else None


def _dated_driver(known: Mapping[str, int], passed: float, *, ordered: bool) -> str | None:
    """Who sorts the dated rows by anything but the name finds everyone first."""
    first = narrowest(known, present=False)
    if first is None or ordered:
        return first
    return first if known[first] * _DATED < max(passed * _DATED, _CHEAP) else None


def narrowest(known: Mapping[str, int], *, present: bool) -> str | None:
    """The condition to count by: one with an index."""
    indexed = {
        name: size
        for name, size in known.items()
        if present or name not in CONDITIONS or CONDITIONS[name].indexed_on_other_days
    }
    return min(indexed, key=lambda name: indexed[name]) if indexed else None


def _elsewhere(name: str) -> bool:
    """Whether a condition looks into another table than that of the list."""
    return on_a_link(name) or on_a_name(name)
