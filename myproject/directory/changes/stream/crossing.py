"""Who comes into a department and who leaves it, as the stream goes on: for who is bound to it and its subtree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from myproject.models.department import DepartmentVersion

_V = DepartmentVersion.__table__
_VERSIONS = select(
    _V.c.department_id, _V.c.parent_id, _V.c.valid_from, _V.c.valid_to, _V.c.recorded_in, _V.c.superseded_in
)

Moment = tuple[int, date]
"""A revision and a day: a state of the directory on the way of the stream."""


class Bounds:
    """A department with all below it, at every moment. One query, over all that was ever said of departments."""

    def __init__(self, conn: Connection, top: int) -> None:
        self._top = top
        self._versions: dict[int, list[Any]] = defaultdict(list)
        for row in conn.execute(_VERSIONS):
            self._versions[row.department_id].append(row)
        self._known: dict[tuple[int, Moment], bool] = {}

    def holds(self, department: int, at: Moment) -> bool:
        """Whether a department is there and lies within."""
        key = (department, at)
        if key not in self._known:
            self._known[key] = self._climb(department, *at)
        return self._known[key]

    def any(self, departments: Iterable[int], at: Moment) -> bool:
        """Whether one of some departments lies within."""
        return any(self.holds(each, at) for each in departments)

    def _climb(self, department: int, revision: int, day: date) -> bool:
        passed: set[int] = set()
        place: int | None = department
        while place is not None and place not in passed:
            passed.add(place)
            version = next(
                (
                    each
                    for each in self._versions.get(place, ())
                    if each.recorded_in <= revision < each.superseded_in and each.valid_from <= day < each.valid_to
                ),
                None,
            )
            if version is None:
                return False
            if place == self._top:
                return True
            place = version.parent_id
        return False
