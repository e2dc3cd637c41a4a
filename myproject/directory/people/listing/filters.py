"""What can be asked of the list of people: filters, orders, and a place in the list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any, NamedTuple, cast

import orjson

from myproject.directory.visibility.audience import Viewer, may_see
from myproject.language.texts import gettext as _

from .declared_filters import FILTERS

FilterValue = int | date | tuple[int, ...]


class ListQueryError(ValueError):
    """The question can't be answered for this viewer, or at all. `place` is the parameter, `remedy` what to do."""

    def __init__(self, place: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.place, self.message, self.remedy = place, message, remedy


class Filters:
    """Which people are asked for; every condition must hold. Not changed once made.

    `q`: text of the search box. `name`: beginnings of words of a given or family name, one for each word of it.
    `similar`: look for words spelled almost so even if somebody has every word as typed. `only`: without the
    departments below `department`. `ids`: only these employees; None: everyone. The others are values of the declared
    `FILTERS`, ids of rows that exist: an int, a day, or a tuple where several may be given.
    """

    __slots__ = ("chosen", "ids", "key", "name", "only", "q", "similar")

    def __init__(
        self,
        *,
        q: str = "",
        name: str = "",
        similar: bool = False,
        only: bool = False,
        ids: tuple[int, ...] | None = None,
        **chosen: FilterValue | None,
    ) -> None:
        if not chosen.keys() <= FILTERS.keys():
            raise TypeError(f"no such filters: {sorted(chosen.keys() - FILTERS.keys())}")
        self.q, self.name, self.similar, self.only, self.ids = q, name, similar, only, ids
        self.chosen: dict[str, FilterValue] = {
            each: value for each in FILTERS if (value := chosen.get(each)) is not None and value != ()
        }
        self.key: Hashable = (q, name, similar, only, ids, *self.chosen.items())
        """Cache key."""

    def __repr__(self) -> str:
        return f"Filters{self.key}"

    @property
    def department(self) -> int | None:
        """The department asked for."""
        found = self.chosen.get("department")
        return found if isinstance(found, int) else None

    def values_of(self, name: str) -> tuple[Any, ...]:
        """The values of a filter that is given, in a tuple."""
        value = self.chosen[name]
        return value if isinstance(value, tuple) else (value,)

    def without(self, name: str) -> Filters:
        """The same without a filter."""
        rest: Any = {each: value for each, value in self.chosen.items() if each != name}
        return Filters(q=self.q, name=self.name, similar=self.similar, only=self.only, ids=self.ids, **rest)

    def among(self, ids: tuple[int, ...] | None) -> Filters:
        """The same for these employees only."""
        return Filters(
            q=self.q, name=self.name, similar=self.similar, only=self.only, ids=ids, **cast(Any, self.chosen)
        )


FIELD_OF = {
    "name": "name",
    "job_title": "job_title",
    "department": "department",
    "location": "location",
    "hired_on": "hired_on",
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
        """As it is written in an address: "-hired_on"."""
        return f"-{self.key}" if self.descending else self.key

    @classmethod
    def of(cls, text: str) -> Order:
        """The order from its text."""
        return cls(text.removeprefix("-"), text.startswith("-"))


BEST = Order("best")


def hidden_errors(
    viewer: Viewer, filters: Iterable[str], order: Order, also: Iterable[str] = ()
) -> list[ListQueryError]:
    """An error for each filter, and for the order, whose field the viewer may not see: the answer would tell it.

    `also`: fields that are filtered by under their own names.
    """
    fields = {name: FILTERS[name].field for name in filters} | {name: name for name in also}
    wrong = [(name, name, _("Leave it out.")) for name, field in fields.items() if not may_see(viewer, field)]
    if order.key in FIELD_OF and not may_see(viewer, FIELD_OF[order.key]):
        wrong.append(("sort", order.key, _("Sort by name.")))
    return [
        ListQueryError(parameter, _("“%(name)s” is not open to you.", name=name), remedy)
        for parameter, name, remedy in wrong
    ]


class ListPosition(NamedTuple):
    """Where a page begins: after (or before) a row, told by its keys. `number` rows lie before the page's first."""

    order: str
    keys: tuple[str, ...]
    """The key of the order (absent for "name" and "best"), then the sort name."""
    id: int
    number: int


_LIMIT = 10**15


def write_position(place: ListPosition) -> str:
    """A place as an opaque text for an address."""
    packed = orjson.dumps([place.order, list(place.keys), place.id, place.number])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_position(text: str, order: Order, parameter: str) -> ListPosition:
    """The place that was written by `write_position` for the same order; anything else is `ListQueryError`."""
    again = _("Start again from the first page.")
    wrong = ListQueryError(parameter, _("This position in the list can’t be read."), again)
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        wanted, keys, id_, number = orjson.loads(packed)
    except (binascii.Error, ValueError, TypeError):
        raise wrong from None
    if wanted != order.text:
        raise ListQueryError(parameter, _("This position belongs to a list in another order."), again)
    count = {"best": 0, "id": 0, "name": 1}.get(order.key, 2)
    if not (isinstance(keys, list) and len(keys) == count and all(map(_is_key, keys))):
        raise wrong
    if not all(type(each) is int and 0 <= each < _LIMIT for each in (id_, number)):
        raise wrong
    if order.key == "hired_on":
        try:
            date.fromisoformat(keys[0])
        except ValueError:
            raise wrong from None
    return ListPosition(wanted, tuple(keys), id_, number)


def _is_key(key: Any) -> bool:
    """Whether something may be a sort key. A lone surrogate would not get past the driver."""
    return isinstance(key, str) and len(key) <= 400 and "\0" not in key and key.isprintable()
