"""Whether a plan stays within a department: what who is bound to one may write."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from myproject.directory.visibility.department_scope import departments_of
from myproject.directory.visibility.hidden_people import Hidden

from .planning.draft import Career
from .planning.place_drafts import DepartmentDraft
from .planning.rows import AssignmentRow, VersionRow, row_on
from .plans import Plan


def leaves(conn: Connection, plan: Plan, department: int, hidden: Hidden, today: date) -> bool:
    """Whether a plan touches anything that does not lie in a department or below it, as the tree stands today.

    A person lies there if they may be known of and their primary assignment today is there; of what is written of them
    every assignment has to be there too, whatever its days. A department keeps within by itself and by what it hangs
    under. A location never does. `hidden`: of whom whoever asks may not know. One query.
    """
    inside = departments_of(conn, today, department)
    new = {thing.id for thing in plan.things() if isinstance(thing, DepartmentDraft) and thing.new}
    bounds = _Bounds(department, inside | new if inside else inside, new, hidden, today)
    return not all(bounds.hold(thing) for thing in plan.things())


class _Bounds:
    def __init__(self, top: int, inside: frozenset[int], new: set[int], hidden: Hidden, today: date) -> None:
        self._top, self._inside, self._new, self._hidden, self._today = top, inside, new, hidden, today

    def hold(self, thing: object) -> bool:
        if isinstance(thing, Career):
            return self._person(thing)
        return isinstance(thing, DepartmentDraft) and self._department(thing)

    def _person(self, career: Career) -> bool:
        if not career.new:
            jobs = (row for row in career.stored if isinstance(row, AssignmentRow) and row.is_primary)
            job = row_on(jobs, self._today)
            if career.id in self._hidden or job is None or job.department_id not in self._inside:
                return False
        touched = career.stored.keys() ^ set(career.rows())
        return all(row.department_id in self._inside for row in touched if isinstance(row, AssignmentRow))

    def _department(self, department: DepartmentDraft) -> bool:
        if department.id not in self._inside:
            return False
        stored = [row for row in department.stored if isinstance(row, VersionRow)]
        touched = set(stored) ^ set(department.versions)
        if department.id == self._top:
            # It hangs under what is outside, and stays where it is.
            now = row_on(stored, self._today)
            return all(now is not None and row.parent_id == now.parent_id for row in touched)
        return all(row.parent_id in self._inside for row in touched)
