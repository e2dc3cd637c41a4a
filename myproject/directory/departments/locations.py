"""Where people sit: the list of places."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select

from myproject.db.ids import id_list
from myproject.models.location import Location

_L = Location.__table__


class LocationRow(NamedTuple):
    """A place of work."""

    id: int
    code: str
    name: str
    address: str | None
    city: str | None
    country: str | None
    """ISO 3166-1 alpha-2."""
    time_zone: str | None
    """IANA name."""


_PLACES: Select[Any] = select(*(_L.c[name] for name in LocationRow._fields))
_OPEN = ~_L.c.closed
_ALL = _PLACES.where(_OPEN).order_by(_L.c.sort_name, _L.c.id).limit(bindparam("limit")).offset(bindparam("offset"))
_COUNT = select(func.count()).select_from(_L).where(_OPEN)
_ONE = _PLACES.where(_L.c.id == bindparam("id"), _OPEN)
_SOME = _PLACES.where(_L.c.id.in_(id_list("ids")))


def places(conn: Connection, *, limit: int, offset: int = 0) -> list[LocationRow]:
    """Some of the places, in the order of their names."""
    return [LocationRow._make(row) for row in conn.execute(_ALL, {"limit": limit, "offset": offset})]


def count(conn: Connection) -> int:
    """How many places there are."""
    return int(conn.execute(_COUNT).scalar_one())


def place(conn: Connection, location: int) -> LocationRow | None:
    """One of them, or None."""
    row = conn.execute(_ONE, {"id": location}).first()
    return None if row is None else LocationRow._make(row)


def some(conn: Connection, ids: Collection[int]) -> list[LocationRow]:
    """The places with these ids, in no order, closed ones among them."""
    return [LocationRow._make(row) for row in conn.execute(_SOME, {"ids": sorted(ids)})] if ids else []
