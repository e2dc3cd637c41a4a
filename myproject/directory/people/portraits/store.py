"""Where pictures are kept: written once under a name made from what they hold, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, insert, select

from myproject.models.picture import Picture

_PICTURE = Picture.__table__
_DATA = select(_PICTURE.c.data).where(_PICTURE.c.name == bindparam("name"), _PICTURE.c.size == bindparam("size"))
_KNOWN = select(func.count()).where(_PICTURE.c.name == bindparam("name"))


def name_of(sizes: Mapping[int, bytes]) -> str:
    """The name of a picture: 32 hexadecimal digits, worked out from all its sizes."""
    whole = hashlib.sha256()
    for size in sorted(sizes):
        whole.update(hashlib.sha256(sizes[size]).digest())
    return whole.hexdigest()[:32]


def store(conn: Connection, sizes: Mapping[int, bytes]) -> str:
    """Keep a picture, unless it is there already; its name.

    Call it with the place in the queue of writers taken (inside a `ChangeSetWriter`): two who store the same picture
    at once would meet otherwise.
    """
    name = name_of(sizes)
    if not conn.execute(_KNOWN, {"name": name}).scalar():
        conn.execute(insert(_PICTURE), [{"name": name, "size": size, "data": data} for size, data in sizes.items()])
    return name


def fetch(conn: Connection, name: str, size: int) -> bytes | None:
    """One size of a picture, JPEG; None where there is none. Who may see it has been decided before."""
    data: bytes | None = conn.execute(_DATA, {"name": name, "size": size}).scalar()
    return data
