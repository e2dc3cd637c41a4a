"""The rows of `present`, worked out from the dated rows: what is told of everyone employed on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from myproject.db.hints import by_another
from myproject.db.ids import id_list
from myproject.db.prepared import Prepared
from myproject.directory.schema.text import fold
from myproject.models.dated import is_current, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle

_EMPLOYEE = Employee.__table__
_EMPLOYMENT = Employment.__table__
_ASSIGNMENT = Assignment.__table__
_LINE = ReportingLine.__table__
_VERSION = DepartmentVersion.__table__
_LOCATION = Location.__table__
_TITLE = JobTitle.__table__
_BOSS: Any = _EMPLOYEE.alias("boss")

_PLACE = ("name", "time_zone", "sort_name")
"""What is told of a location."""
_CALLED = ("name", "sort_name")
"""What is told of a job title."""
_DAY = bindparam("day", type_=_EMPLOYMENT.c.valid_from.type)
_SLICE = (
    select(
        _EMPLOYEE.c.id,
        _EMPLOYEE.c.employee_number,
        _EMPLOYEE.c.name,
        _EMPLOYEE.c.given_name,
        _EMPLOYEE.c.family_name,
        _EMPLOYEE.c.sort_name,
        _EMPLOYEE.c.email,
        _EMPLOYEE.c.phone,
        _EMPLOYEE.c.date_of_birth,
        _EMPLOYEE.c.portrait,
        _EMPLOYEE.c.narrowed,
        _EMPLOYMENT.c.valid_from,
        _ASSIGNMENT.c.assignment_id,
        _ASSIGNMENT.c.department_id,
        _ASSIGNMENT.c.job_title_id,
        _ASSIGNMENT.c.location_id,
        _ASSIGNMENT.c.fte,
        _ASSIGNMENT.c.is_head,
        _LINE.c.manager_id,
        # Looked up for each: to join one table more, PostgreSQL would read all of it.
        select(_BOSS.c.name).where(_BOSS.c.id == _LINE.c.manager_id).scalar_subquery().label("manager"),
    )
    .select_from(_EMPLOYEE)
    .join(
        _EMPLOYMENT,
        and_(_EMPLOYMENT.c.employee_id == _EMPLOYEE.c.id, is_current(_EMPLOYMENT), valid_on(_EMPLOYMENT, _DAY)),
    )
    .join(
        _ASSIGNMENT,
        and_(
            _ASSIGNMENT.c.employee_id == _EMPLOYEE.c.id,
            is_current(_ASSIGNMENT),
            valid_on(_ASSIGNMENT, _DAY),
            _ASSIGNMENT.c.is_primary,
        ),
    )
    .outerjoin(
        _LINE,
        and_(
            _LINE.c.employee_id == _EMPLOYEE.c.id,
            by_another(_LINE.c.assignment_id) == _ASSIGNMENT.c.assignment_id,
            is_current(_LINE),
            valid_on(_LINE, _DAY),
            _LINE.c.kind == "solid",
        ),
    )
    .where(_EMPLOYEE.c.id.in_(id_list("ids")))
)
_NAMED_SLICE = Prepared(
    _SLICE.add_columns(_VERSION.c.name, *(_LOCATION.c[name] for name in _PLACE), *(_TITLE.c[name] for name in _CALLED))
    .outerjoin(
        _VERSION,
        and_(_VERSION.c.department_id == _ASSIGNMENT.c.department_id, is_current(_VERSION), valid_on(_VERSION, _DAY)),
    )
    .outerjoin(_LOCATION, _LOCATION.c.id == _ASSIGNMENT.c.location_id)
    .outerjoin(_TITLE, _TITLE.c.id == _ASSIGNMENT.c.job_title_id)
)

Told = dict[int | None, tuple[Any, ...]]
Names = tuple[dict[int, str], Told, Told]


def names_on(conn: Connection, day: date) -> Names:
    """By id: what departments are sorted by, and what is told of locations and job titles. They are few."""
    versions = select(_VERSION.c.department_id, _VERSION.c.name).where(is_current(_VERSION), valid_on(_VERSION, day))
    departments = {id_: fold(name) for id_, name in conn.execute(versions)}
    locations = conn.execute(select(_LOCATION.c.id, *(_LOCATION.c[name] for name in _PLACE)))
    titles = conn.execute(select(_TITLE.c.id, *(_TITLE.c[name] for name in _CALLED)))
    return departments, {id_: tuple(told) for id_, *told in locations}, {id_: tuple(told) for id_, *told in titles}


_NOWHERE = (None, None, "")
_NO_TITLE = (None, "")


def worked_out(conn: Connection, ids: Iterable[int], day: date, names: Names | None) -> Iterator[tuple[Any, ...]]:
    """The rows of `present` for these employees, in the order of its columns, the two counts still nought.

    Without `names`, those of where they are are looked up with them.
    """
    departments, locations, titles = names or ({}, {}, {})
    values = {"ids": list(ids), "day": day}
    for found in _NAMED_SLICE.rows(conn, values) if names is None else conn.execute(_SLICE, values):
        row: Any = found
        if names is None:
            *row, department_name, place, zone, place_sort, title_name, title_sort = row
            department, title, location = row[-7:-4]
            departments[department] = fold(department_name) if department_name is not None else ""
            if location is not None:
                locations[location] = (place, zone, place_sort)
            if title is not None:
                titles[title] = (title_name, title_sort)
        *card, assignment, department, title, location, fte, is_head, manager, manager_name = row
        yield (
            *card,
            assignment,
            department,
            departments.get(department, ""),
            title,
            *titles.get(title, _NO_TITLE),
            location,
            *locations.get(location, _NOWHERE),
            fte,
            is_head,
            manager,
            manager_name,
            0,
            0,
        )
