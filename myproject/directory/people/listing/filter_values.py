"""What a list can be filtered by: the values to choose from, and the value that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, or_, select

from myproject.cache.revision_cache import RevisionCache
from myproject.directory.departments.department_tree import DepartmentTree
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.text import fold
from myproject.directory.visibility.audience import Viewer, hidden_from, may_see
from myproject.directory.visibility.hidden_people import HidingMode, hidden_parameters, hiding_mode, visible_conditions
from myproject.language.formats import list_text, number_text
from myproject.language.texts import gettext as _
from myproject.models.department import Department
from myproject.models.employee import Employee

from .declared_filters import FILTERS, InTable, InTree, ListFilter, OfPerson
from .filters import ListQueryError

Key = Literal["employee_number", "email"]
"""A field by whose exact value people are looked up."""

MOST = 120
"""More values than this are typed, not chosen from a list."""


class Choice(NamedTuple):
    """A value to filter by."""

    id: int
    name: str
    depth: int = 0
    """How deep a department lies in the tree."""


Choices = Mapping[str, tuple[Choice, ...] | None]
"""Filter -> its values, in order; None where there are too many to choose from, () where there are none."""

_D = Department.__table__
_E = Employee.__table__


def _offered(declared: ListFilter, values: InTable, *, now: bool, how: HidingMode) -> Select[Any]:
    """Today the values that somebody visible has; on other days, or without a history, all that were ever recorded."""
    table = values.table
    query = select(table.c.id, table.c.name).order_by(table.c.sort_name, table.c.id).limit(MOST + 1)
    if now or declared.linked:
        people = declared.column.table
        known = visible_conditions(people.c.employee_id, how)
        return query.where(exists(select(1).where(declared.column == table.c.id, *known)))
    if "closed" in table.c:
        query = query.where(~table.c.closed)
    return query if how == "nobody" else query.where(*_recorded(values, how))


def _recorded(values: InTable, how: HidingMode) -> list[ColumnElement[bool]]:
    """The condition that a value is, or was, recorded of somebody visible; none where everyone may know all values."""
    if values.recorded is None:
        return []
    visible = visible_conditions(values.recorded.table.c.employee_id, how)
    return [values.table.c.id.in_(select(values.recorded).where(*visible))]


_HOW: tuple[HidingMode, ...] = ("nobody", "some", "others")
_OFFERED = {
    (each.name, now, how): _offered(each, each.values, now=now, how=how)
    for each in FILTERS.values()
    if isinstance(each.values, InTable)
    for now in (True, False)
    for how in _HOW
}
_KEPT: RevisionCache[tuple[Choice, ...]] = RevisionCache(64)


def choices(conn: Connection, clock: Clock, viewer: Viewer, tree: DepartmentTree) -> Choices:
    """What the viewer can choose from, for every filter with values to choose. A query each per revision, then none."""
    return {
        each.name: _choices(conn, clock, viewer, tree, each) if may_see(viewer, each.field) else ()
        for each in FILTERS.values()
        if isinstance(each.values, InTable | InTree)
    }


def _choices(
    conn: Connection, clock: Clock, viewer: Viewer, tree: DepartmentTree, declared: ListFilter
) -> tuple[Choice, ...] | None:
    if isinstance(declared.values, InTree):
        if len(tree) > MOST:
            return None
        return _KEPT.get_or_make(
            conn,
            (declared.name, clock.key),
            lambda: tuple(Choice(node.id, node.name, node.depth) for node in tree),
        )
    hidden = hidden_from(conn, clock, viewer)
    query = _OFFERED[declared.name, clock.is_now, hiding_mode(hidden)]
    key = (declared.name, clock.revision, clock.is_now and clock.today, hidden)

    def read() -> tuple[Choice, ...]:
        return tuple(Choice(*row) for row in conn.execute(query, hidden_parameters(hidden)))

    # One more than can be chosen from is cached, so that "too many" is not found out anew for every list.
    found = _KEPT.get_or_make(conn, key, read)
    return found if len(found) <= MOST else None


# --- what was meant -----------------------------------------------------------------------------------------


def find(
    conn: Connection, clock: Clock, viewer: Viewer, tree: DepartmentTree, declared: ListFilter, given: str
) -> Choice:
    """The value meant by a text. Raises `ListQueryError`, with values that are spelled almost so."""
    if isinstance(declared.values, InTree):
        return find_department(conn, tree, given)
    if isinstance(declared.values, OfPerson):
        return find_employee(conn, clock, viewer, declared, int(given))
    assert isinstance(declared.values, InTable)
    return _find(conn, clock, viewer, declared, declared.values, given)


def find_department(conn: Connection, tree: DepartmentTree, text: str) -> Choice:
    """The department meant by an id, a path ("engineering/platform"), a code or a name. Raises `ListQueryError`.

    One that exists on other days only is found by its id, and has no name.
    """
    number = _number(text)
    node = tree.get(number)
    if node is None and number is not None and conn.execute(_KNOWN_DEPARTMENT, {"id": number}).first():
        return Choice(number, "")
    node = node or tree.by_path(text.strip("/").lower().split("/")) or tree.find_by_code(text)
    if node is not None:
        return Choice(node.id, node.name)
    wanted = fold(text)
    found = [each for each in tree if fold(each.name) == wanted]
    if len(found) == 1:
        return Choice(found[0].id, found[0].name)
    if found:
        paths = [each.path for each in found]
        raise ListQueryError(
            "department",
            _("%(number)s departments are called “%(name)s”.", number=number_text(len(found)), name=text),
            _("Give one of: %(paths)s.", paths=_listed(paths)),
        )
    raise _unknown(FILTERS["department"], text, (each.name for each in tree))


def find_employee(conn: Connection, clock: Clock, viewer: Viewer, declared: ListFilter, number: int) -> Choice:
    """The employee with an id."""
    row = conn.execute(_EMPLOYEE, {"id": number}).first()
    if row is None or number in hidden_from(conn, clock, viewer):
        raise ListQueryError(declared.name, _(declared.unknown, name=number), _(declared.choose))
    return Choice(*row)


def ids_by_key(conn: Connection, key: Key, value: str) -> tuple[int, ...]:
    """The ids of the employees whose field is exactly this; hidden ones too: the list leaves them out."""
    return tuple(conn.execute(_BY_KEY[key], {"value": value}).scalars())


_BY_KEY = {key: select(_E.c.id).where(_E.c[key] == bindparam("value")) for key in get_args(Key)}
_KNOWN_DEPARTMENT = select(_D.c.id).where(_D.c.id == bindparam("id"))
_EMPLOYEE = select(_E.c.id, _E.c.name).where(_E.c.id == bindparam("id"))


def _by_text(values: InTable) -> Select[Any]:
    table = values.table
    ways = [table.c.id == bindparam("id"), table.c.sort_name == bindparam("folded")]
    if values.given_as is not None:
        ways.append(values.given_as == bindparam("text"))
    return select(table.c.id, table.c.name).where(or_(*ways)).limit(20)


_BY_TEXT = {each.name: _by_text(each.values) for each in FILTERS.values() if isinstance(each.values, InTable)}


def _find(conn: Connection, clock: Clock, viewer: Viewer, declared: ListFilter, values: InTable, text: str) -> Choice:
    hidden = hidden_from(conn, clock, viewer)
    # A value with a history was recorded of somebody: where nobody is hidden there is nothing to look for.
    known = _recorded(values, hiding_mode(hidden)) if hidden or declared.linked else []
    people = hidden_parameters(hidden) if known else {}
    number = _number(text)
    given = {"id": number or 0, "folded": fold(text), "text": text, **people}
    found = [Choice(*row) for row in conn.execute(_BY_TEXT[declared.name].where(*known), given)]
    chosen = next((each for each in found if each.id == number), None) or next(
        (each for each in found if each.name == text), None
    )
    if chosen is None and found:
        chosen = min(found)
    if chosen is None:
        table = values.table
        names = select(table.c.name).where(*known).order_by(table.c.sort_name).limit(2_000)
        raise _unknown(declared, text, conn.execute(names, people).scalars())
    return chosen


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _unknown(declared: ListFilter, text: str, names: Iterable[str]) -> ListQueryError:
    by_fold = {fold(name): name for name in names}
    near = [by_fold[each] for each in difflib.get_close_matches(fold(text), by_fold, 3, 0.6)]
    remedy = _("Did you mean %(names)s?", names=_listed(near)) if near else _(declared.choose)
    return ListQueryError(declared.name, _(declared.unknown, name=text), remedy)


def _listed(names: Sequence[str]) -> str:
    return list_text([f"“{name}”" for name in names[:5]], "or")
