"""The list of people on any other day, or as it was known once: from the dated rows.

Who is employed on a day has exactly one primary assignment on it: that row stands for the person here. The page of
people is chosen first and the rest joined to it; a join left to the planner was measured at half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select

from myproject.db.hints import by_another
from myproject.db.ids import id_list
from myproject.db.pairs import pairs
from myproject.db.types import key_text
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle

from .conditions import HIDING, Condition, compare, is_called, is_linked, on_a_link, on_a_name, unseen
from .declared_filters import CONDITIONS, range_of
from .statement_shape import Shape, in_order, shown, sorted_by

_COLUMN = {
    **{name: each.dated.name for name, each in CONDITIONS.items() if each.dated is not None},
    "departments": "department_id",
    "here": "department_id",
    "ids": "employee_id",
    **dict.fromkeys(HIDING, "employee_id"),
}
EMPLOYEE = Employee.__table__
_DAY: ColumnElement[Any] = sa.bindparam("day", type_=sa.Date)


def holds(table: FromClause, known_now: bool) -> ColumnElement[bool]:
    """The rows of a dated table that hold on the parameter `day`, as known now or at the parameter `revision`."""
    revision: Any = None if known_now else sa.bindparam("revision", type_=sa.BigInteger)
    return known_at(table, revision) & valid_on(table, _DAY)


def _condition(name: str, job: FromClause, known_now: bool, *, driving: bool = False) -> ColumnElement[bool]:
    """One condition of a question, on a primary assignment."""
    if on_a_link(name):
        return is_linked(name, job.c.employee_id, driving=driving)
    if on_a_name(name):
        return is_called(name, job.c.employee_id, driving=driving)
    declared = CONDITIONS.get(name)
    table = declared.dated.table if declared is not None and declared.dated is not None else None
    if table is ReportingLine.__table__:
        line = ReportingLine.__table__.alias()
        mine = sa.and_(line.c.kind == "solid", compare(name, line.c[_COLUMN[name]]), holds(line, known_now))
        there = sa.exists(
            sa.select(1).where(
                line.c.employee_id == job.c.employee_id,
                by_another(line.c.assignment_id) == job.c.assignment_id,
                mine,
            )
        )
        return there & job.c.employee_id.in_(sa.select(line.c.employee_id).where(mine)) if driving else there
    if table is Employment.__table__:
        spell = Employment.__table__.alias()
        fits = compare(name, spell.c[_COLUMN[name]]) & holds(spell, known_now)
        if driving:
            return job.c.employee_id.in_(sa.select(spell.c.employee_id).where(fits))
        return sa.exists(sa.select(1).where(spell.c.employee_id == job.c.employee_id, fits))
    return compare(name, job.c[_COLUMN[name]])


def _jobs(
    shape: Shape, known_now: bool, further: Sequence[Condition], job: FromClause, *, of_one: bool = False
) -> list[ColumnElement[bool]]:
    """The conditions that pick the primary assignments of those who fit; `of_one`: those of a given employee."""
    driving = [each for each in shape.filters if shape.driver and shape.driver in (each, range_of(each))]
    here = [job.c.is_primary, holds(job, known_now)]
    others = [
        *(_condition(name, job, known_now) for name in shape.filters if name not in driving),
        *(each(job) for each in further),
    ]
    if of_one or driving:
        return [*here, *(_condition(name, job, known_now, driving=True) for name in driving), *unseen(others)]
    # No index leads to them: the table is read as it lies. By the index of `valid_from`, which takes in nearly every
    # row, SQLite needs five times as long.
    return unseen([*here, *others])


def _by_name(shape: Shape, known_now: bool, further: Sequence[Condition]) -> Select[Any]:
    """The page of a list in the order of names in which most people fit: name by name, with a look at each."""
    job = Assignment.__table__.alias("job")
    fits = _jobs(shape, known_now, further, job, of_one=True)
    # Not EXISTS: PostgreSQL would rather gather everyone first.
    found = sa.select(job.c.employee_id).where(job.c.employee_id == EMPLOYEE.c.id, *fits).limit(1).scalar_subquery()
    statement = sa.select(EMPLOYEE.c.id.label("employee_id"), EMPLOYEE.c.sort_name).where(found.is_not(None))
    return in_order(statement, [EMPLOYEE.c.sort_name, EMPLOYEE.c.id], shape)


def _few(shape: Shape, known_now: bool, further: Sequence[Condition]) -> sa.CTE:
    """Everyone who fits, with what the orders need."""
    job = Assignment.__table__.alias("job")
    statement = sa.select(job.c.employee_id, job.c.department_id, job.c.job_title_id, job.c.location_id).where(
        *_jobs(shape, known_now, further, job)
    )
    return statement.cte("few").prefix_with("MATERIALIZED")


def _sorted(shape: Shape, known_now: bool, further: Sequence[Condition]) -> Select[Any]:
    """The page of a list whose people are all found first, then sorted."""
    few = _few(shape, known_now, further)
    tables = few.outerjoin(EMPLOYEE, EMPLOYEE.c.id == few.c.employee_id)
    keys: list[ColumnElement[Any]] = [EMPLOYEE.c.sort_name, few.c.employee_id]
    if shape.order.key == "department":
        names = pairs("department_names")
        tables = tables.outerjoin(names, names.c.id == few.c.department_id)
        keys.insert(0, _or_empty(names.c.text).label("department_sort"))
    elif shape.order.key == "location":
        place = Location.__table__
        tables = tables.outerjoin(place, place.c.id == few.c.location_id)
        keys.insert(0, _or_empty(place.c.sort_name).label("location_sort"))
    elif shape.order.key == "job_title":
        title = JobTitle.__table__
        tables = tables.outerjoin(title, title.c.id == few.c.job_title_id)
        keys.insert(0, _or_empty(title.c.sort_name).label("job_title_sort"))
    elif shape.order.key == "hired_on":
        spell = Employment.__table__.alias("spell")
        tables = tables.outerjoin(spell, (spell.c.employee_id == few.c.employee_id) & holds(spell, known_now))
        keys.insert(0, spell.c.valid_from.label("hired_on"))
    bare = [key.element if isinstance(key, sa.Label) else key for key in keys]
    return in_order(sa.select(*keys).select_from(tables), bare, shape)


def _or_empty(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Without a title or a place one comes first, as in `present`."""
    return sa.func.coalesce(column, sa.literal("", key_text()), type_=key_text())


def page(shape: Shape, known_now: bool, further: Sequence[Condition] = ()) -> Select[Any]:
    """A page of the list: who is on it first, then all that is shown of them."""
    walk = shape.order.key == "name" and shape.driver is None
    chosen = (_by_name if walk else _sorted)(shape, known_now, further).subquery("page")
    keys = [column for column in chosen.c if column.key != "employee_id"] + [chosen.c.employee_id]
    return _cards(chosen, shape, keys, known_now).order_by(*sorted_by(keys, shape))


def _cards(chosen: FromClause, shape: Shape, keys: Sequence[ColumnElement[Any]], known_now: bool) -> Select[Any]:
    """The columns of `PersonRow`, the keys of the order, and `also`. Outer joins keep the written order of tables."""
    title, location = JobTitle.__table__, Location.__table__
    job, spell, line = (each.__table__.alias() for each in (Assignment, Employment, ReportingLine))
    manager = EMPLOYEE.alias("manager")
    return sa.select(
        EMPLOYEE.c.id,
        EMPLOYEE.c.name,
        shown(shape, "employee_number", EMPLOYEE.c.employee_number),
        shown(shape, "email", EMPLOYEE.c.email),
        shown(shape, "phone", EMPLOYEE.c.phone),
        shown(shape, "hired_on", spell.c.valid_from.label("hired_on")),
        shown(shape, "department", job.c.department_id),
        shown(shape, "job_title", title.c.name.label("job_title")),
        shown(shape, "location", job.c.location_id),
        shown(shape, "location", location.c.name.label("location")),
        shown(shape, "location", location.c.time_zone.label("time_zone")),
        shown(shape, "manager", line.c.manager_id),
        shown(shape, "manager", manager.c.name.label("manager")),
        shown(shape, "portrait", EMPLOYEE.c.portrait),
        EMPLOYEE.c.narrowed,
        *(key.label(f"key_{n}") for n, key in enumerate(keys[:-1])),
        *(EMPLOYEE.c[name] for name in shape.also),
    ).select_from(
        chosen.outerjoin(EMPLOYEE, EMPLOYEE.c.id == chosen.c.employee_id)
        .outerjoin(
            job,
            (job.c.employee_id == chosen.c.employee_id) & job.c.is_primary & holds(job, known_now),
        )
        .outerjoin(spell, (spell.c.employee_id == chosen.c.employee_id) & holds(spell, known_now))
        .outerjoin(
            line,
            (line.c.employee_id == chosen.c.employee_id)
            & (by_another(line.c.assignment_id) == job.c.assignment_id)
            & (line.c.kind == "solid")
            & holds(line, known_now),
        )
        .outerjoin(title, title.c.id == job.c.job_title_id)
        .outerjoin(location, location.c.id == job.c.location_id)
        .outerjoin(manager, manager.c.id == line.c.manager_id)
    )


def some(shape: Shape, known_now: bool) -> Select[Any]:
    """What a list shows of the people in the parameter `ids`, of those employed on the day, in no order."""
    job = Assignment.__table__.alias("mine")
    chosen = (
        sa.select(job.c.employee_id)
        .where(job.c.employee_id.in_(id_list("ids")), job.c.is_primary, holds(job, known_now))
        .subquery("chosen")
    )
    return _cards(chosen, shape, [EMPLOYEE.c.sort_name, chosen.c.employee_id], known_now)


def spread(shape: Shape, known_now: bool, further: Sequence[Condition] = ()) -> Select[Any]:
    """How many of those who fit are in each department."""
    job = Assignment.__table__.alias("job")
    return (
        sa.select(job.c.department_id, sa.func.count())
        .where(*_jobs(shape, known_now, further, job))
        .group_by(job.c.department_id)
    )


def count(shape: Shape, known_now: bool, further: Sequence[Condition] = ()) -> Select[Any]:
    """How many fit, counted up to the parameter `limit`."""
    job = Assignment.__table__.alias("job")
    few = (
        sa.select(job.c.employee_id)
        .where(*_jobs(shape, known_now, further, job))
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
    return sa.select(sa.func.count()).select_from(few.subquery("counted"))


PAGE = lru_cache(512)(page)
COUNT = lru_cache(256)(count)
SPREAD = lru_cache(256)(spread)
SOME = lru_cache(32)(some)
