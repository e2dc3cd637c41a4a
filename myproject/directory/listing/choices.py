"""What a list can be filtered by: the values to choose from, and the value that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, or_, select

from myproject.directory.audience import Viewer, hidden_from, may_see
from myproject.directory.clock import Clock
from myproject.directory.departments import DepartmentTree
from myproject.directory.hidden import Hiding, hiding, told, values
from myproject.directory.memo import Memo
from myproject.directory.text import fold
from myproject.models.department import Department
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle, Skill

from .question import Refused

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


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of each filter, in order; None where there are too many to choose from, () where there are none."""

    departments: tuple[Choice, ...] | None
    locations: tuple[Choice, ...] | None
    job_titles: tuple[Choice, ...] | None
    skills: tuple[Choice, ...] | None


_P: Any = Present.__table__
_A: Any = Assignment.__table__
_D: Any = Department.__table__
_E: Any = Employee.__table__
_L: Any = Location.__table__
_T: Any = JobTitle.__table__
_S: Any = Skill.__table__
_ES: Any = EmployeeSkill.__table__


def _first(table: Any, used: Any = None) -> Select[Any]:
    query = select(table.c.id, table.c.name).order_by(table.c.sort_name, table.c.id).limit(MOST + 1)
    return query if used is None else query.where(used)


def _used(column: Any, table: Any, *known: Any) -> Any:
    return exists(select(1).where(column == table.c.id, *known))


def _offered(*, now: bool, how: Hiding) -> dict[str, Select[Any]]:
    """Today only what somebody has is offered; on other days, all there is.

    how: what only those have of whom the viewer may not know is left out.
    """
    known, skilled = told(_P.c.employee_id, how), told(_ES.c.employee_id, how)
    titled = None if how == "nobody" else _recorded(_T, how)
    return {
        "locations": _first(_L, _used(_P.c.location_id, _L, *known) if now else ~_L.c.closed),
        "job_titles": _first(_T, _used(_P.c.job_title_id, _T, *known) if now else titled),
        "skills": _first(_S, _used(_ES.c.skill_id, _S, *skilled)),
    }


def _recorded(table: Any, how: Hiding) -> ColumnElement[bool]:
    """That a job title or skill is, or was, recorded of somebody whom the viewer may know of."""
    column, employee = (_A.c.job_title_id, _A.c.employee_id) if table is _T else (_ES.c.skill_id, _ES.c.employee_id)
    return table.c.id.in_(select(column).where(*told(employee, how)))


_HOW: tuple[Hiding, ...] = ("nobody", "some", "others")
_OFFERED = {(now, how): _offered(now=now, how=how) for now in (True, False) for how in _HOW}
_FIELDS = {"locations": "location", "job_titles": "job_title", "skills": "skills"}

_KEPT: Memo[tuple[Choice, ...]] = Memo(64)


def choices(conn: Connection, clock: Clock, viewer: Viewer, tree: DepartmentTree) -> Choices:
    """What the viewer can choose from. Three queries once per revision, then none."""
    hidden = hidden_from(conn, clock, viewer)
    given = values(hidden)

    def of(name: str) -> tuple[Choice, ...] | None:
        if not may_see(viewer, _FIELDS[name]):
            return ()
        query = _OFFERED[clock.is_now, hiding(hidden)][name]
        key = (name, clock.revision, clock.is_now and clock.today, hidden)

        # What is kept is never None, so that "too many" is not found out anew for every list.
        found = _KEPT.get(conn, key, lambda: tuple(Choice(*row) for row in conn.execute(query, given)))
        return found if len(found) <= MOST else None

    departments: tuple[Choice, ...] | None = None
    if not may_see(viewer, "department"):
        departments = ()
    elif len(tree) <= MOST:
        key = ("departments", clock.key)
        departments = _KEPT.get(conn, key, lambda: tuple(Choice(node.id, node.name, node.depth) for node in tree))
    return Choices(departments, of("locations"), of("job_titles"), of("skills"))


# --- what was meant -----------------------------------------------------------------------------------------


def find_department(conn: Connection, tree: DepartmentTree, text: str) -> Choice:
    """The department meant by an id, a path ("engineering/platform"), a code or a name. Raises `Refused`.

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
        raise Refused("department", f"{len(found)} departments are called “{text}”.", f"Say which: {_listed(paths)}.")
    raise _unknown("department", "department", text, (each.name for each in tree))


def find_location(conn: Connection, text: str) -> Choice:
    """The location meant by an id, a code or a name."""
    return _find(conn, "location", "location", text, _LOCATION, _L)


def find_job_title(conn: Connection, clock: Clock, viewer: Viewer, text: str) -> Choice:
    """The job title meant by an id or its name: one that nobody has of whom the viewer may know is none."""
    hidden = hidden_from(conn, clock, viewer)
    # Each was recorded of somebody: where nobody is hidden there is nothing to look for.
    known = [_recorded(_T, hiding(hidden))] if hidden else []
    return _find(conn, "job_title", "job title", text, _JOB_TITLE, _T, known=known, people=values(hidden))


def find_skill(conn: Connection, clock: Clock, viewer: Viewer, text: str) -> Choice:
    """The skill meant by an id or its name: one that nobody has of whom the viewer may know is none."""
    hidden = hidden_from(conn, clock, viewer)
    known = [_recorded(_S, hiding(hidden))]
    return _find(conn, "skill", "skill", text, _SKILL, _S, known=known, people=values(hidden))


def find_manager(conn: Connection, clock: Clock, viewer: Viewer, number: int) -> Choice:
    """The employee with an id."""
    row = conn.execute(_EMPLOYEE, {"id": number}).first()
    if row is None or number in hidden_from(conn, clock, viewer):
        raise Refused("manager", f"There is no employee {number}.", "Search for the manager by name.")
    return Choice(*row)


def ids_by_key(conn: Connection, key: Key, value: str) -> tuple[int, ...]:
    """The ids of the employees whose field is exactly this; hidden ones too: the list leaves them out."""
    return tuple(conn.execute(_BY_KEY[key], {"value": value}).scalars())


_BY_KEY = {key: select(_E.c.id).where(_E.c[key] == bindparam("value")) for key in get_args(Key)}
_KNOWN_DEPARTMENT = select(_D.c.id).where(_D.c.id == bindparam("id"))
_EMPLOYEE = select(_E.c.id, _E.c.name).where(_E.c.id == bindparam("id"))


def _by(table: Any, *more: Any) -> Select[Any]:
    ways = [table.c.id == bindparam("id"), table.c.sort_name == bindparam("folded")]
    ways += [column == bindparam("text") for column in more]
    return select(table.c.id, table.c.name).where(or_(*ways)).limit(20)


_LOCATION = _by(_L, _L.c.code)
_JOB_TITLE = _by(_T, _T.c.name)
_SKILL = _by(_S)


def _find(
    conn: Connection,
    place: str,
    noun: str,
    text: str,
    query: Select[Any],
    table: Any,
    *,
    known: Sequence[ColumnElement[bool]] = (),
    people: Mapping[str, Any] | None = None,
) -> Choice:
    """The value meant by a text. `known`: conditions of values that may be told of; `people`: their parameters.

    Raises `Refused`, which names values that are nearly so.
    """
    number = _number(text)
    given = {"id": number or 0, "folded": fold(text), "text": text, **(people or {})}
    found = [Choice(*row) for row in conn.execute(query.where(*known), given)]
    chosen = next((each for each in found if each.id == number), None) or next(
        (each for each in found if each.name == text), None
    )
    if chosen is None and found:
        chosen = min(found)
    if chosen is None:
        names = select(table.c.name).where(*known).order_by(table.c.sort_name).limit(2_000)
        raise _unknown(place, noun, text, conn.execute(names, people or {}).scalars())
    return chosen


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _unknown(place: str, noun: str, text: str, names: Iterable[str]) -> Refused:
    by_fold = {fold(name): name for name in names}
    near = [by_fold[each] for each in difflib.get_close_matches(fold(text), by_fold, 3, 0.6)]
    remedy = f"Did you mean {_listed(near)}?" if near else f"Choose a {noun} from the list, or leave it out."
    return Refused(place, f"There is no {noun} “{text}”.", remedy)


def _listed(names: Sequence[str]) -> str:
    shown = [f"“{name}”" for name in names[:5]]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
