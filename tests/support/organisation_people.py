"""A person of the plain model: employments, jobs and reporting lines by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.support.organisation_days import DAYS, LAST, empty, until_other


class Job(NamedTuple):
    department: int
    title: str | None
    fte: float
    primary: bool
    head: bool


#: What changes together: whether somebody heads the department means nothing without it.
JOB = (("department", "head"), ("title",), ("fte",))


def changed(job: Job, changes: dict[str, Any]) -> Job:
    """A job with the changes; whoever goes to another department is not head of it unless that is said."""
    new = job._replace(**changes)
    if new.department != job.department and "head" not in changes:
        new = new._replace(head=False)
    return new


@dataclass
class Person:
    employed: list[Any] = field(default_factory=empty)
    """The number of the employment, counted per person."""
    employments: int = 0
    jobs: dict[int, list[Any]] = field(default_factory=dict)
    lines: dict[tuple[int, str, int], list[Any]] = field(default_factory=dict)
    """(assignment, kind, manager) -> whether it holds, by day."""

    def primary(self, day: int) -> Any:
        for number, days in self.jobs.items():
            if days[day] and days[day].primary:
                return number
        return None

    def solid(self, assignment: int | None, day: int) -> Any:
        for (number, kind, manager), days in self.lines.items():
            if number == assignment and kind == "solid" and days[day]:
                return manager
        return None

    def set_primary(self, assignment: int, first: int, end: int) -> None:
        """Make an assignment the primary one wherever it is held in [first, end)."""
        for day in range(first, end):
            if self.jobs[assignment][day]:
                for number, days in self.jobs.items():
                    if days[day]:
                        days[day] = days[day]._replace(primary=number == assignment)

    def put_off_primary(self, assignment: int, first: int, to: int | None) -> None:
        """A change of the primary assignment happens on another day, or never."""
        before, after = self.primary(first - 1), self.primary(first)
        if None in (before, after) or before == after or assignment not in (before, after):
            return
        if not self.jobs[before][first]:
            return
        self.set_primary(before, first, until_other([self.primary(day) for day in DAYS], first))
        if to is not None and self.primary(to) is not None:
            self.set_primary(after, to, until_other([self.primary(day) for day in DAYS], to))

    def set_line(self, assignment: int, kind: str, manager: int, first: int, end: int) -> None:
        days = self.lines.setdefault((assignment, kind, manager), [False] * (LAST + 1))
        for day in range(first, end):
            days[day] = True

    def end_lines(self, first: int, end: int, **what: Any) -> None:
        for (assignment, kind, manager), days in self.lines.items():
            named = {"assignment": assignment, "kind": kind, "manager": manager}
            if all(named[name] == value for name, value in what.items()):
                for day in range(first, end):
                    days[day] = False
