"""What can be asked of the list of people: filters, orders, and a place in the list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import orjson

from myproject.directory.audience import Viewer, may_see

MOST_SKILLS = 4
"""How many skills can be asked for at once: all of them must be there."""


class Refused(ValueError):
    """The question can't be answered for this viewer, or at all. `place` is the parameter, `remedy` what to do."""

    def __init__(self, place: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.place, self.message, self.remedy = place, message, remedy


@dataclass(frozen=True, slots=True)
class Filters:
    """Who is asked for; every condition must hold. Ids are those of rows that exist."""

    q: str = ""
    """What was typed into the search box."""
    name: str = ""
    """Beginnings of words of a given or family name: each word of it must begin one."""
    similar: bool = False
    """Whether words spelt almost so are looked for even where somebody has every word as it was typed."""
    department: int | None = None
    only: bool = False
    """Without the departments below `department`."""
    location: int | None = None
    job_title: int | None = None
    ids: tuple[int, ...] | None = None
    """Only these employees; None: everyone."""
    manager: int | None = None
    """Who reports to this employee, by the solid line of the primary assignment."""
    skills: tuple[int, ...] = ()
    joined_from: date | None = None
    """First day of the current employment, from and to, both included."""
    joined_to: date | None = None

    @property
    def key(self) -> Hashable:
        """What a kept answer is filed under."""
        return (
            self.q,
            self.name,
            self.similar,
            self.department,
            self.only,
            self.location,
            self.job_title,
            self.ids,
            self.manager,
            self.skills,
            self.joined_from,
            self.joined_to,
        )

    def fields(self) -> list[tuple[str, str]]:
        """The fields looked at, as (parameter, field)."""
        asked = [(name, name) for name in ("department", "location", "job_title", "manager") if getattr(self, name)]
        if self.skills:
            asked.append(("skill", "skills"))
        asked += [(name, "joined_on") for name in ("joined_from", "joined_to") if getattr(self, name)]
        return asked


FIELD_OF = {
    "name": "name",
    "job_title": "job_title",
    "department": "department",
    "location": "location",
    "joined": "joined_on",
}
"""Each order and the field it looks at."""


class Order(NamedTuple):
    """The order of a list: by `FIELD_OF` a key, then by name; or "best", by how well the search fits.

    Descending is the ascending list read backwards, names included: so both come straight out of one index.
    """

    key: str = "name"
    descending: bool = False

    @property
    def text(self) -> str:
        """As it is written in an address: "-joined"."""
        return f"-{self.key}" if self.descending else self.key

    @classmethod
    def of(cls, text: str) -> Order:
        """The order from its text."""
        return cls(text.removeprefix("-"), text.startswith("-"))


BEST = Order("best")


def refuse_hidden(viewer: Viewer, filters: Filters, order: Order) -> None:
    """Refuse to filter or sort by what the viewer may not see: the answer would tell it."""
    for place, name in filters.fields():
        if not may_see(viewer, name):
            raise Refused(place, f"“{place}” is not open to you.", "Leave this filter out.")
    if order.key in FIELD_OF and not may_see(viewer, FIELD_OF[order.key]):
        raise Refused("sort", f"“{order.key}” is not open to you.", "Sort by name.")


class Place(NamedTuple):
    """Where a page begins: after (or before) a row, told by its keys. `number` rows lie before the page's first."""

    order: str
    keys: tuple[str, ...]
    """The key of the order (absent for "name" and "best"), then the sort name."""
    id: int
    number: int


_LIMIT = 10**15


def write_place(place: Place) -> str:
    """A place as an opaque text for an address."""
    packed = orjson.dumps([place.order, list(place.keys), place.id, place.number])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_place(text: str, order: Order, parameter: str) -> Place:
    """The place that was written by `write_place` for the same order; anything else is `Refused`."""
    wrong = Refused(parameter, "This place in the list can't be read.", "Start again from the first page.")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        wanted, keys, id_, number = orjson.loads(packed)
    except (binascii.Error, ValueError, TypeError):
        raise wrong from None
    if wanted != order.text:
        raise Refused(parameter, "This place belongs to a list in another order.", "Start again from the first page.")
    count = {"best": 0, "id": 0, "name": 1}.get(order.key, 2)
    if not (isinstance(keys, list) and len(keys) == count and all(map(_is_key, keys))):
        raise wrong
    if not all(type(each) is int and 0 <= each < _LIMIT for each in (id_, number)):
        raise wrong
    if order.key == "joined":
        try:
            date.fromisoformat(keys[0])
        except ValueError:
            raise wrong from None
    return Place(wanted, tuple(keys), id_, number)


def _is_key(key: Any) -> bool:
    """Whether something may be a sort key. A lone surrogate would not get past the driver."""
    return isinstance(key, str) and len(key) <= 400 and "\0" not in key and key.isprintable()
