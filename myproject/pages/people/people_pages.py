"""Pages of a list of people, read by the texts of an address, and the texts for the pages around."""

from __future__ import annotations

from myproject.directory.people import people_list
from myproject.directory.people.listing.filters import Filters, Order, read_position, write_position
from myproject.directory.people.people_list import PeoplePage
from myproject.web.request import Request


def read_page(
    request: Request, filters: Filters, order: Order, size: int, *, after: str = "", before: str = "", page: int = 1
) -> PeoplePage:
    """The page after or before a position, or by number. Raises what `people_list.page` raises.

    What lies before a position may be fewer than a page: then the first page is shown, which is full.
    """

    def read(**where: object) -> PeoplePage:
        return people_list.page(
            request.conn,
            request.clock,
            request.viewer,
            filters,
            order,
            size=size,
            **where,  # type: ignore[arg-type]
        )

    if before:
        found = read(before=read_position(before, order, "before"))
        return found if found.previous is not None else read()
    if after:
        return read(after=read_position(after, order, "after"))
    return read(offset=(page - 1) * size)


def previous_text(page: PeoplePage, size: int) -> str | None:
    """What to give as `before` for the page before: "" for the first page, which has a plain address; None without one.

    A page past the end leads back to the first.
    """
    if page.previous is None:
        return "" if page.first and not page.people else None
    return write_position(page.previous) if page.first > size else ""


def next_text(page: PeoplePage) -> str | None:
    """What to give as `after` for the next page."""
    return write_position(page.next) if page.next else None
