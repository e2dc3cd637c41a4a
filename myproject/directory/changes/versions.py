"""The version of one employee, department or location: the last revision that touched it.

That is more than what change sets name: whoever passes to another manager because the former one leaves was touched
as well, and only the dated rows tell so. Locations have no dated rows.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, Select, bindparam, func, select, union_all

from myproject.models.change_set import ChangeItem
from myproject.models.dated import OPEN_REVISION
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location

Kind = Literal["employee", "department", "location"]

_ITEM = ChangeItem.__table__
_ID = bindparam("id", type_=_ITEM.c.employee_id.type)
_THINGS: dict[Kind, tuple[Any, tuple[Any, ...]]] = {
    "employee": (Employee.__table__, (Employment.__table__, Assignment.__table__, ReportingLine.__table__)),
    "department": (Department.__table__, (DepartmentVersion.__table__,)),
    "location": (Location.__table__, ()),
}


def _statement(kind: Kind) -> Select[Any]:
    table, dated = _THINGS[kind]
    name = f"{kind}_id"
    parts = [
        select(table.c.recorded_in.label("revision")).where(table.c.id == _ID),
        select(func.max(_ITEM.c.revision)).where(_ITEM.c[name] == _ID),
    ]
    for each in dated:
        mine = each.c[name] == _ID
        parts.append(select(func.max(each.c.recorded_in)).where(mine))
        parts.append(select(func.max(each.c.superseded_in)).where(mine, each.c.superseded_in < OPEN_REVISION))
    touched = union_all(*parts).subquery()
    return select(func.max(touched.c.revision))


_VERSIONS = {kind: _statement(kind) for kind in _THINGS}


def version_of(conn: Connection, kind: Kind, thing: int) -> int | None:
    """The last revision that touched it; None where there is no such thing. One query."""
    found: int | None = conn.execute(_VERSIONS[kind], {"id": thing}).scalar()
    return found
