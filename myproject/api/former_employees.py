"""The list of employees with those who are not employed on the day: `employed=no` and `employed=any`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyramid.response import Response

from myproject.api import employee_records, shapes
from myproject.api.framework.answering import answer
from myproject.api.framework.paging import link_header, links
from myproject.directory.people import former
from myproject.directory.people.former import FormerPerson
from myproject.directory.people.listing.filters import Filters, Order
from myproject.directory.people.profile import ONE_DAY, age_of
from myproject.directory.schema.fields import AUDIENCES, FIELDS
from myproject.directory.visibility.audience import open_to, visible_fields
from myproject.models.dated import FOREVER
from myproject.web.params import BadQuery, Problem
from myproject.web.problems import forbidden
from myproject.web.request import Request

if TYPE_CHECKING:
    from myproject.api.employees import EmployeesQuery

#: What can be asked together with `employed`.
_GOES_WITH = frozenset(
    "employed name ids employee_number email sort limit offset cursor count fields omit brief as_of known_at".split()
)
#: Fields of a job or an employment: whoever is not employed on the day has none.
_NONE = frozenset(name for name, info in FIELDS.items() if info.table)


def page(
    request: Request,
    query: EmployeesQuery,
    filters: Filters,
    order: Order,
    names: tuple[str, ...],
    turn: Mapping[str, Any],
) -> Response:
    """A page of people, each with `employed` and, where it is known, `left_on`."""
    _check(request, query, order)
    conn, clock, viewer = request.conn, request.clock, request.viewer
    asked = former.FormerFilters(query.employed, filters.name, filters.ids)  # type: ignore[arg-type]
    place = turn.get("after") or turn.get("before")
    backwards = "before" in turn
    offset = 0 if turn else query.offset or 0
    found = former.page(
        conn, clock, viewer, asked, descending=order.descending, size=query.limit + 1, offset=offset, place=place,
        backwards=backwards,
    )  # fmt: skip
    chosen, more = found[: query.limit], len(found) > query.limit
    first = place.number if place is not None else offset
    if backwards:
        chosen = chosen[::-1]
        first = max(first - len(chosen), 0)
    places = [former.place_of(each, first, descending=order.descending) for each in chosen[:1]]
    ends = [former.place_of(each, first + len(chosen), descending=order.descending) for each in chosen[-1:]]
    later, earlier = links(
        request,
        offset=offset or None,
        limit=query.limit,
        previous=places[0] if places and (more if backwards else first > 0) else None,
        following=ends[0] if ends and (backwards or more) else None,
    )
    answered: dict[str, Any] = {"items": _items(request, chosen, names), "next": later, "previous": earlier}
    headers = link_header(later, earlier)
    if query.count != "none":
        answered |= {"total": former.count(conn, clock, viewer, asked), "total_exact": True}
        headers = (*headers, ("Total-Objects", str(answered["total"])))
    return answer(answered, headers=headers)


def _check(request: Request, query: EmployeesQuery, order: Order) -> None:
    if AUDIENCES.index(request.viewer.audience) > AUDIENCES.index("people_team"):
        raise forbidden("Who does not work here on the day is not open to you.", "Leave out “employed”.")
    others = sorted(query.model_fields_set - _GOES_WITH)
    if order.key != "name":
        others.append("sort")
    if others:
        raise BadQuery(
            [Problem(name, f"“{name}” goes with people employed on the day.", "Leave it out.") for name in others]
        )


def _items(request: Request, people: Sequence[FormerPerson], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each person with the fields asked for; those of a job are null where there is none."""
    conn, clock, viewer = request.conn, request.clock, request.viewer
    ids = [each.id for each in people]
    items = {each["id"]: each for each in employee_records.employees(conn, clock, viewer, ids, names=("id", *names))}
    away = [each for each in ids if each not in items]
    spells = former.spells(conn, clock, ids)
    seen = visible_fields(viewer)
    columns = employee_records.also_for([name for name in names if name not in _NONE])
    for row in former.cards(conn, away, (*employee_records.IN_CARD, *columns)) if away else ():
        items[row.id] = {name: _value(request, row, name) for name in ("id", *names)}
        if "hired_on" in seen and "hired_on" in names:
            items[row.id]["hired_on"] = spells[row.id].valid_from
    whole = []
    for each in ids:
        item = items[each] if "id" in names else {k: v for k, v in items[each].items() if k != "id"}
        item["employed"] = each not in away
        if "left_on" in seen:
            end = spells[each].valid_to
            item["left_on"] = None if end == FOREVER else end - ONE_DAY
        whole.append(item)
    return whole


def _value(request: Request, row: Any, name: str) -> Any:
    if name in _NONE or not open_to(request.viewer, row.narrowed, name):
        return None
    if name == "age":
        return age_of(request.clock, visible_fields(request.viewer), row.date_of_birth)
    if name == "portrait":
        return shapes.portrait(row.id, row.portrait)
    return getattr(row, name)
