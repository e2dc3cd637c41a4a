"""Live search: people, and the departments, places, titles and skills that a text names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, bindparam, case, literal, select, union_all

from myproject.db.ids import id_list
from myproject.directory.departments.department_tree import DepartmentNode, tree
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.text import fold
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import (
    Hidden,
    HidingMode,
    hidden_parameters,
    hiding_mode,
    visible_conditions,
)
from myproject.models.employee import EmployeeSkill
from myproject.models.employment import Assignment
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle, Skill

from .population import NO_TEXT
from .query import MOST, look
from .ranking import Hit
from .readings import Reading
from .search_text import ask
from .statements import STATEMENTS
from .words import after

_EACH = 3
"""Things of each kind that are suggested."""

_PRESENT = Present.__table__
_HAS_SKILL = EmployeeSkill.__table__
_JOB = Assignment.__table__
_TABLES: dict[str, Any] = {
    "location": Location.__table__,
    "job_title": JobTitle.__table__,
    "skill": Skill.__table__,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A department, location, job title or skill that is suggested."""

    id: int
    name: str
    detail: str = ""
    """What tells it from others of the name: a department's ancestors, a location's city."""
    path: str = ""
    """Of a department, its address below /departments/."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to offer for a text, the best first."""

    people: tuple[Hit, ...] = ()
    departments: tuple[Entity, ...] = ()
    locations: tuple[Entity, ...] = ()
    job_titles: tuple[Entity, ...] = ()
    skills: tuple[Entity, ...] = ()
    more: bool = False
    """Whether more people match."""


def suggest(conn: Connection, clock: Clock, viewer: Viewer, q: str, limit: int = 8) -> Suggestions:
    """People as `find` gives them, and up to three things of each kind whose name has every word of `q`.

    Raises `BadSearchText` as `find` does. Titles and skills that nobody has today are left out.
    """
    question = ask(q)
    if not question.terms:
        return Suggestions()
    looked = look(conn, clock, viewer, question, (), MOST, similar=True)
    people = looked.found(conn, limit)
    named = {kind: _in_all(looked.readings, kind) for kind in looked.seen.kinds}
    hidden = hidden_from(conn, clock, viewer)
    tabled = {kind: ids for kind, ids in named.items() if ids and kind in _TABLES}
    things = _things(conn, clock, tabled, question.text, hidden)
    return Suggestions(
        people.hits,
        _departments(conn, clock, named.get("department", frozenset()), question.text),
        things.get("location", ()),
        things.get("job_title", ()),
        things.get("skill", ()),
        people.more,
    )


def _in_all(readings: Sequence[Reading], kind: str) -> frozenset[int]:
    """The things of a kind that every term names."""
    return reduce(frozenset.intersection, (reading.named.get(kind, frozenset()) for reading in readings))


def _departments(conn: Connection, clock: Clock, ids: frozenset[int], text: str) -> tuple[Entity, ...]:
    if not ids:
        return ()
    departments = tree(conn, clock, counts=False)

    def order(node: DepartmentNode) -> tuple[int, int, str, int]:
        name = fold(node.name)
        return 0 if name == text else 1 if name.startswith(text) else 2, node.depth, name, node.id

    nodes = sorted((departments[key] for key in ids), key=order)[:_EACH]
    return tuple(
        Entity(node.id, node.name, " / ".join(above.name for above in departments.path_of(node.id)[:-1]), node.path)
        for node in nodes
    )


def _things(
    conn: Connection, clock: Clock, named: dict[str, frozenset[int]], text: str, hidden: Hidden
) -> dict[str, tuple[Entity, ...]]:
    """Kind -> the best of the things named; one query."""
    if not named:
        return {}
    kinds, how = tuple(named), hiding_mode(hidden)
    statement = STATEMENTS.get_or_make(
        ("suggest", kinds, clock.present, how),
        lambda: union_all(*(_thing_select(kind, clock.present, how) for kind in kinds)),
    )
    values: dict[str, Any] = {f"{kind}_ids": sorted(ids) for kind, ids in named.items()}
    values |= hidden_parameters(hidden)
    rows = conn.execute(statement, values | {"text": text, "after": after(text)}).all()
    rows = sorted(rows, key=lambda row: (row.rank, row.sort_name, row.id))
    return {
        kind: tuple(Entity(row.id, row.name, row.detail or "") for row in rows if row.kind == kind) for kind in kinds
    }


def _thing_select(kind: str, present: bool, how: HidingMode) -> Select[Any]:
    table = _TABLES[kind]
    begins: Any = and_(table.c.sort_name >= bindparam("text"), table.c.sort_name < bindparam("after"))
    rank = case((table.c.sort_name == bindparam("text"), 0), (begins, 1), else_=2)
    query = select(
        literal(kind).label("kind"),
        rank.label("rank"),
        table.c.id,
        table.c.name,
        table.c.sort_name,
        (table.c.city if kind == "location" else NO_TEXT).label("detail"),
    ).where(table.c.id.in_(id_list(f"{kind}_ids")))
    if kind == "location":
        query = query.where(table.c.closed.is_(False))
    elif present:
        query = query.where(_in_use(kind, table, how))
    elif how == "others":
        query = query.where(_ever_in_use(kind, table, how))
    best = query.order_by(rank, table.c.sort_name, table.c.id).limit(_EACH).subquery()
    return select(best)


def _in_use(kind: str, table: FromClause, how: HidingMode) -> Any:
    """That somebody has it whom the viewer may know of; looked up for each title or skill in turn, as far as needed."""
    if kind == "job_title":
        owners = select(_PRESENT.c.employee_id).where(_PRESENT.c.job_title_id == table.c.id)
    else:
        both = _HAS_SKILL.join(_PRESENT, _PRESENT.c.employee_id == _HAS_SKILL.c.employee_id)
        owners = select(_HAS_SKILL.c.employee_id).select_from(both).where(_HAS_SKILL.c.skill_id == table.c.id)
    return owners.where(*visible_conditions(_PRESENT.c.employee_id, how)).limit(1).scalar_subquery().is_not(None)


def _ever_in_use(kind: str, table: FromClause, how: HidingMode) -> Any:
    """The same of any day: for who may know of a few only, to whom all that there is would tell of the others."""
    owned = _JOB if kind == "job_title" else _HAS_SKILL
    return table.c.id.in_(select(owned.c[f"{kind}_id"]).where(*visible_conditions(owned.c.employee_id, how)))
