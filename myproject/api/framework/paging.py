"""Pages of lists: limit and offset, cursors that can't be made up, links to what comes next, counts."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from pydantic import BaseModel, BeforeValidator, Field

from myproject.api.framework.selecting import split
from myproject.directory.people.listing.filters import (
    ListPosition,
    ListQueryError,
    Order,
    read_position,
    write_position,
)
from myproject.web.params import BadQuery, ClockQuery, Count, Id, Problem, Token
from myproject.web.request import Request

MOST = 200
"""Items of one page at most."""
FARTHEST = 10_000
"""How far one can go by `offset`: a cursor costs the same anywhere."""

Limit = Annotated[
    Count, Field(le=MOST, description=f"How many items to answer: at most {MOST}; 0 for none.", examples=[50])
]
# No default: a generated client sends the defaults that the specification declares, and a list that is read by number
# loses the paging that stays right while somebody writes.
Offset = Annotated[
    Annotated[
        Count,
        Field(le=FARTHEST, description=f"How many items to skip, up to {FARTHEST:,}. Then follow `next`."),
    ]
    | None,
    Field(examples=[200]),
]
Ids = Annotated[tuple[Id, ...], BeforeValidator(split), Field(max_length=MOST)]
"""Several ids, given many times or divided by commas."""
Cursor = Annotated[
    Token, Field(description="Where to go on: the value from a `next` or `previous` link, for the same question.")
]
Counting = Annotated[
    Literal["none", "exact", "estimate"],
    Field(
        description=(
            "Whether to add `total`, the number of all items: `estimate` stops counting where it would take long, "
            "and `total_exact` tells whether it did."
        )
    ),
]


class PagedQuery(ClockQuery):
    """The parameters of a list that is read page by page."""

    limit: Limit = 50
    offset: Offset = None
    cursor: Cursor = ""


class ListPage(BaseModel):
    """What every page of a list says besides its items."""

    next: Annotated[str | None, Field(description="The full address of the next page; null on the last one.")]
    previous: Annotated[str | None, Field(description="The full address of the page before; null on the first one.")]


TOTAL = "How many items there are on all pages; with `count`."


class CountedPage(ListPage):
    """A page of a list that can be counted."""

    total: Annotated[int | None, Field(description=TOTAL)] = None
    total_exact: Annotated[bool | None, Field(description="Whether there are no more than `total`.")] = None


#: Parameters that don't change which items a list holds, and in which order: a cursor goes with any of them.
_FREE = frozenset({"limit", "offset", "cursor", "count", "fields", "omit", "brief", "expand"})


class Turn(NamedTuple):
    """Where a page begins, or ends: `backwards`, it ends before the place."""

    place: ListPosition
    backwards: bool


def read_cursor(request: Request, cursor: str, order: Order) -> Turn:
    """The place of a cursor that was made for the same question. Raises `BadQuery`."""
    direction, signature, text = cursor[:1], cursor[1:17], cursor[17:]
    if direction not in ("a", "b") or not compare_digest(signature, _signature(request, direction + text)):
        raise _not_ours()
    try:
        return Turn(read_position(text, order, "cursor"), direction == "b")
    except ListQueryError:
        raise _not_ours() from None


def _not_ours() -> BadQuery:
    message = "This cursor was not made for this list."
    return BadQuery([Problem("cursor", message, "Start again without it, and follow the links as they come.")])


def write_cursor(request: Request, place: ListPosition, *, backwards: bool) -> str:
    """A place as an opaque text that only goes with the question of this request."""
    text = write_position(place)
    direction = "b" if backwards else "a"
    return direction + _signature(request, direction + text) + text


def _signature(request: Request, text: str) -> str:
    environ = request.environ
    bound = repr((environ["PATH_INFO"], _bound(environ.get("QUERY_STRING", "")), text)).encode()
    return blake2b(bound, digest_size=8, key=request.registry.cursor_key).hexdigest()


@lru_cache(maxsize=2048)
def _bound(query: str) -> str:
    """The parameters of a query that decide which items a list holds, in one order."""
    return repr(sorted((name, value) for name, value in parse_qsl(query) if name not in _FREE and value.strip()))


def link_to(request: Request, **changes: Any) -> str:
    """The full address of this list with other parameters; None removes one."""
    environ = request.environ
    query = _without(environ.get("QUERY_STRING", ""), frozenset(changes))
    more = urlencode([(name, str(value)) for name, value in changes.items() if value is not None])
    address = request.public_address(quote(environ["PATH_INFO"]))
    both = f"{query}&{more}" if query and more else query or more
    return f"{address}?{both}" if both else address


@lru_cache(maxsize=2048)
def _without(query: str, names: frozenset[str]) -> str:
    """A query without some parameters, written anew."""
    given = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in given if name not in names])


def links(
    request: Request, *, offset: int | None, limit: int, previous: ListPosition | None, following: ListPosition | None
) -> tuple[str | None, str | None]:
    """The addresses of the next page and of the one before, by number as long as one goes by numbers."""
    later = earlier = None
    if following is not None:
        if offset is not None and offset + limit <= FARTHEST:
            later = link_to(request, offset=offset + limit, cursor=None)
        else:
            later = link_to(request, offset=None, cursor=write_cursor(request, following, backwards=False))
    if previous is not None:
        if offset is not None:
            earlier = link_to(request, offset=max(offset - limit, 0), cursor=None)
        else:
            earlier = link_to(request, offset=None, cursor=write_cursor(request, previous, backwards=True))
    return later, earlier


def link_header(later: str | None, earlier: str | None) -> tuple[tuple[str, str], ...]:
    """The same as a header (RFC 8288)."""
    told = [f'<{url}>; rel="{rel}"' for url, rel in ((later, "next"), (earlier, "prev")) if url]
    return (("Link", ", ".join(told)),) if told else ()


def by_number(request: Request, query: Any, items: list[Any], total: int) -> tuple[str | None, str | None]:
    """The links of a list that is read by number alone: small ones, that end before `FARTHEST`."""
    offset = query.offset or 0
    later = offset + query.limit if query.limit and offset + len(items) < total else None
    earlier = max(offset - query.limit, 0) if offset and query.limit else None
    return (
        None if later is None else link_to(request, offset=later),
        None if earlier is None else link_to(request, offset=earlier or None),
    )
