"""A department and all below it, as the organisation is today and as known now: what an access token is bound to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from myproject.db.ids import id_list
from myproject.models.dated import is_current, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employment import Assignment

_A = Assignment.__table__
_V = DepartmentVersion.__table__
_DAY: Any = bindparam("day")


def _below() -> Any:
    top = select(_V.c.department_id).where(
        _V.c.department_id == bindparam("department"), is_current(_V), valid_on(_V, _DAY)
    )
    below = top.cte("below", recursive=True)
    lower = _V.alias("lower")
    # By UNION over ids alone: even a circle, which the plan engine refuses, ends.
    step = select(lower.c.department_id).join(below, lower.c.parent_id == below.c.department_id)
    below = below.union(step.where(is_current(lower), valid_on(lower, _DAY)))
    return select(below.c.department_id)


_BELOW = _below()
_PEOPLE = (
    select(_A.c.employee_id)
    .where(is_current(_A), valid_on(_A, _DAY), _A.c.department_id.in_(id_list("departments")))
    .distinct()
)


def departments_of(conn: Connection, day: date, department: int) -> frozenset[int]:
    """The department and all below it on a day; empty where it does not exist then. One query."""
    return frozenset(conn.execute(_BELOW, {"day": day, "department": department}).scalars())


def people_of(conn: Connection, day: date, departments: Collection[int]) -> frozenset[int]:
    """Everyone who has an assignment in one of some departments on a day. One query."""
    if not departments:
        return frozenset()
    return frozenset(conn.execute(_PEOPLE, {"day": day, "departments": sorted(departments)}).scalars())
