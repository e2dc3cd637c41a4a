"""A plain model of the directory's rules, day by day, to compare the real one with.

No periods and no rows: for each day there is a value. Day `LAST` stands for itself and for ever after. It knows nothing
of the code under test; what it shares with it is only the wording of the rules in DESIGN and in the verbs' docstrings.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LAST = 24
"""Days are numbered 0 to LAST."""
DAYS = range(LAST + 1)


class Not(Exception):
    """The model refuses."""


class Job(NamedTuple):
    department: int
    title: str | None
    fte: float
    primary: bool
    head: bool


def empty() -> list[Any]:
    return [None] * (LAST + 1)


def run(values: list[Any], day: int) -> tuple[int, int]:
    """The longest [from, to) around a day over which the value is the same."""
    first, end = day, day + 1
    while first > 0 and values[first - 1] == values[day]:
        first -= 1
    while end <= LAST and values[end] == values[day]:
        end += 1
    return first, end


def need(condition: Any) -> None:
    if not condition:
        raise Not


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


class Organisation:
    """People and departments by day. Every verb either raises Not or changes the organisation."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.departments: dict[int, list[Any]] = {}
        self.assignments = 0

    def copy(self) -> Organisation:
        return copy.deepcopy(self)

    # What it answers.

    def answer(self, day: int) -> tuple[Any, ...]:
        """Everything true on a day: jobs, lines, departments."""
        jobs = {
            (id_, number, *days[day])
            for id_, person in self.people.items()
            for number, days in person.jobs.items()
            if days[day]
        }
        lines = {(id_, *key) for id_, person in self.people.items() for key, days in person.lines.items() if days[day]}
        employed = {id_ for id_, person in self.people.items() if person.employed[day] is not None}
        departments = {(id_, *days[day]) for id_, days in self.departments.items() if days[day]}
        return employed, jobs, lines, departments

    # The rules that hold on every day.

    def check(self) -> None:
        for day in DAYS:
            for id_, person in self.people.items():
                self._check_person(id_, person, day)
            for id_, days in self.departments.items():
                self._check_department(id_, days, day)

    def _check_person(self, id_: int, person: Person, day: int) -> None:
        held = {number: days[day] for number, days in person.jobs.items() if days[day]}
        primaries = [job for job in held.values() if job.primary]
        need(len(primaries) == (person.employed[day] is not None))
        need(held == {} or person.employed[day] is not None)
        need(all(self.departments[job.department][day] for job in held.values()))
        solid: list[int] = []
        for (assignment, kind, manager), days in person.lines.items():
            if days[day]:
                need(assignment in held and manager != id_)
                need(self.people[manager].employed[day] is not None)
                if kind == "solid":
                    need(assignment not in solid)
                    solid.append(assignment)
        above: set[int] = set()
        level = {id_}
        while level:
            level = {
                manager
                for at in level
                for (_, kind, manager), days in self.people[at].lines.items()
                if kind == "solid" and days[day]
            } - above
            above |= level
        need(id_ not in above)

    def _check_department(self, id_: int, days: list[Any], day: int) -> None:
        if days[day] is None:
            return
        _, parent = days[day]
        seen = {id_}
        while parent is not None:
            need(parent not in seen and self.departments[parent][day])
            seen.add(parent)
            parent = self.departments[parent][day][1]
        twins = [other for other, them in self.departments.items() if them[day] == days[day] and other != id_]
        need(not twins)

    # Verbs about people. `end` is the first day after; LAST + 1 is no end.

    def join(self, id_: int, first: int, end: int, job: Job, manager: int | None) -> None:
        need(id_ not in self.people or not any(day is not None for day in self.people[id_].employed))
        self.people.setdefault(id_, Person())
        self._employ(id_, first, end, job, manager)

    def rehire(self, id_: int, first: int, end: int, job: Job, manager: int | None) -> None:
        need(all(self.people[id_].employed[day] is None for day in range(first, end)))
        self._employ(id_, first, end, job, manager)

    def _employ(self, id_: int, first: int, end: int, job: Job, manager: int | None) -> None:
        need(first < end)
        person = self.people[id_]
        person.employments += 1
        for day in range(first, end):
            person.employed[day] = person.employments
        self._assign(person, first, end, job._replace(primary=True), manager)

    def _assign(self, person: Person, first: int, end: int, job: Job, manager: int | None) -> None:
        self.assignments += 1
        days = person.jobs[self.assignments] = empty()
        for day in range(first, end):
            days[day] = job
        if manager is not None:
            person.set_line(self.assignments, "solid", manager, first, end)

    def leave(self, id_: int, last: int, successor: int | None) -> None:
        person, end = self.people[id_], last + 1
        number: Any = person.employed[last]
        if number is None:
            before = [day for day in range(last) if person.employed[day] is not None]
            need(before)
            number = person.employed[before[-1]]
        old = max(day for day in DAYS if person.employed[day] == number) + 1
        need(end != old)
        if end > old:
            self._extend(person, number, old, end)
            return
        primary = person.primary(last)
        next_manager = person.solid(primary, end)
        own = person.solid(primary, last) if next_manager is None else next_manager
        for day in range(end, old):
            person.employed[day] = None
            for days in person.jobs.values():
                days[day] = None
        person.end_lines(end, old)
        self._hand_over(id_, end, old, successor, own)

    def _extend(self, person: Person, number: Any, old: int, end: int) -> None:
        primary = person.primary(old - 1)
        for day in range(old, end):
            person.employed[day] = number
            person.jobs[primary][day] = person.jobs[primary][old - 1]
        for (assignment, _, manager), days in person.lines.items():
            if assignment == primary and days[old - 1]:
                for day in range(old, end):
                    if self.people[manager].employed[day] is None or (
                        self.people[manager].employed[day] != self.people[manager].employed[old]
                    ):
                        break
                    days[day] = True

    def _hand_over(self, leaver: int, first: int, end: int, successor: int | None, own: int | None) -> None:
        for id_, report in self.people.items():
            for (assignment, kind, manager), days in list(report.lines.items()):
                if manager != leaver:
                    continue
                lost = [day for day in range(first, end) if days[day]]
                for day in lost:
                    days[day] = False
                if kind != "solid":
                    continue
                heir, named = (successor, True) if successor not in (None, id_) else (own, False)
                if heir is None:
                    continue
                taken: list[int] = []
                for day in lost:
                    there = self.people[heir].employed[day]
                    begins = day - 1 not in lost
                    unbroken = not begins and day - 1 in taken and self.people[heir].employed[day - 1] == there
                    if named or (there is not None and (begins or unbroken)):
                        taken.append(day)
                        report.set_line(assignment, "solid", heir, day, day + 1)

    def _held(self, id_: int, assignment: int | None, day: int) -> tuple[Person, int, list[Any]]:
        person = self.people[id_]
        number: Any = person.primary(day) if assignment is None else assignment
        need(number in person.jobs and person.jobs[number][day])
        return person, number, person.jobs[number]

    def move(
        self, id_: int, assignment: int | None, first: int, end: int | None, later: bool, changes: dict[str, Any]
    ) -> None:
        _, _, days = self._held(id_, assignment, first)
        need(changes)
        if end is None:
            end = max(day for day in DAYS if days[day]) + 1 if later else run(days, first)[1]
        need(first < end)
        for day in range(first, end):
            if days[day]:
                days[day] = changed(days[day], changes)

    def add_assignment(self, id_: int, first: int, end: int | None, job: Job, manager: int | None) -> None:
        person = self.people[id_]
        need(person.employed[first] is not None)
        if end is None:
            end = max(day for day in DAYS if person.employed[day] == person.employed[first]) + 1
        need(first < end)
        self._assign(person, first, end, job._replace(primary=False), manager)

    def end_assignment(self, id_: int, assignment: int, last: int) -> None:
        person, number, days = self._held(id_, assignment, last)
        need(not any(days[day] and days[day].primary for day in range(last + 1, LAST + 1)))
        for day in range(last + 1, LAST + 1):
            days[day] = None
        person.end_lines(last + 1, LAST + 1, assignment=number)

    def make_primary(self, id_: int, assignment: int, first: int) -> None:
        person, number, days = self._held(id_, assignment, first)
        need(not days[first].primary)
        for day in range(first, LAST + 1):
            if days[day]:
                for other, them in person.jobs.items():
                    if them[day]:
                        them[day] = them[day]._replace(primary=other == number)

    def change_manager(
        self, id_: int, assignment: int | None, manager: int | None, kind: str, first: int, end: int | None, later: bool
    ) -> None:
        person, number, days = self._held(id_, assignment, first)
        need(manager != id_)
        lines = {key: them for key, them in person.lines.items() if key[0] == number and key[1] == kind}
        if end is None:
            end = first
            while end <= LAST and days[end]:
                end += 1
            if not later and not (kind == "dotted" and manager is not None):
                for them in lines.values():
                    for day in range(first, LAST + 1):
                        if them[day] and (day == first or not them[day - 1]):
                            stop = run(them, day)[1] if day == first else day
                            end = min(end, stop) if stop > first else end
                            break
        need(first < end)
        if manager is None:
            need(any(them[day] for them in lines.values() for day in range(first, end)))
        if kind == "dotted" and manager is not None:
            person.end_lines(first, end, assignment=number, kind=kind, manager=manager)
        else:
            person.end_lines(first, end, assignment=number, kind=kind)
        if manager is not None:
            person.set_line(number, kind, manager, first, end)

    def end_line(self, id_: int, manager: int, kind: str, last: int) -> None:
        found = [
            (key, days) for key, days in self.people[id_].lines.items() if key[1:] == (kind, manager) and days[last]
        ]
        need(found)
        need(len(found) == 1)
        days = found[0][1]
        for day in range(last + 1, run(days, last)[1]):
            days[day] = False

    def correct_job(self, id_: int, on: int, span: tuple[int, int] | None, changes: dict[str, Any]) -> None:
        person, number, days = self._held(id_, None, on)
        first, end = run(days, on)
        new_first, new_end = span or (first, end)
        new = changed(days[on], changes)
        before = [day for day in DAYS if days[day]]
        restate(days, (first, end), (new_first, new_end), new, None)
        after = [day for day in DAYS if days[day]]
        for (assignment, _, _), held in person.lines.items():
            if assignment != number:
                continue
            if new_first < first == before[0] and held[first]:
                for day in range(new_first, first):
                    held[day] = True
            if new_end > end == before[-1] + 1 and held[end - 1]:
                for day in range(end, new_end):
                    held[day] = True
            for day in DAYS:
                if day < after[0] or day > after[-1]:
                    held[day] = False

    def correct_line(self, id_: int, on: int, manager: int) -> None:
        """The solid line of the primary assignment on a day was always to another manager."""
        person, number, _ = self._held(id_, None, on)
        old = person.solid(number, on)
        need(old is not None and manager != id_)
        first, end = run(person.lines[number, "solid", old], on)
        person.end_lines(first, end, assignment=number, kind="solid")
        person.set_line(number, "solid", manager, first, end)

    def correct_employment(self, id_: int, on: int, first: int) -> None:
        """The employment in force on a day began on another day."""
        person = self.people[id_]
        number = person.employed[on]
        need(number is not None)
        old, end = run(person.employed, on)
        need(first < end)
        if first < old:
            need(all(person.employed[day] is None for day in range(first, old)))
            primary = person.primary(old)
            for day in range(first, old):
                person.employed[day] = number
                person.jobs[primary][day] = person.jobs[primary][old]
            for (assignment, _, manager), days in person.lines.items():
                begins = days[old] and not (old > 0 and days[old - 1])
                if assignment == primary and begins:
                    boss = self.people[manager].employed
                    for day in range(old - 1, first - 1, -1):
                        if boss[day] is None or boss[day] != boss[old]:
                            break
                        days[day] = True
            return
        for day in range(old, first):
            person.employed[day] = None
            for days in person.jobs.values():
                days[day] = None
        person.end_lines(old, first)
        self._hand_over(id_, old, first, None, None)

    # Verbs about departments.

    def create_department(self, id_: int, name: str, parent: int | None, first: int, end: int) -> None:
        need(first < end and id_ not in self.departments)
        days = self.departments[id_] = empty()
        for day in range(first, end):
            days[day] = (name, parent)

    def change_department(self, id_: int, first: int, later: bool, place: int, value: Any) -> None:
        days = self.departments[id_]
        need(days[first] and not (place == 1 and value == id_))
        end = LAST + 1 if later else run(days, first)[1]
        for day in range(first, end):
            if days[day]:
                pair = list(days[day])
                pair[place] = value
                days[day] = tuple(pair)

    def close_department(self, id_: int, last: int) -> None:
        days = self.departments[id_]
        need(days[last])
        for day in range(last + 1, LAST + 1):
            days[day] = None

    def correct_department(self, id_: int, on: int, span: tuple[int, int], name: str) -> None:
        days = self.departments[id_]
        need(days[on] and span[0] < span[1])
        restate(days, run(days, on), span, (name, days[on][1]), None)


def changed(job: Job, changes: dict[str, Any]) -> Job:
    """A job with the changes; whoever goes to another department is not head of it unless that is said."""
    new = job._replace(**changes)
    if new.department != job.department and "head" not in changes:
        new = new._replace(head=False)
    return new


def restate(days: list[Any], old: tuple[int, int], new: tuple[int, int], value: Any, gone: Any) -> None:
    """The run `old` reads `value` over `new`; a neighbour that touched a moved edge follows it."""
    left = days[old[0] - 1] if old[0] > 0 else gone
    right = days[old[1]] if old[1] <= LAST else gone
    for day in range(old[0], min(new[0], old[1])):
        days[day] = left
    for day in range(max(new[1], old[0]), old[1]):
        days[day] = right
    for day in range(*new):
        days[day] = value
