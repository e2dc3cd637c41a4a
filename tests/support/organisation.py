"""A plain model of the directory's rules, day by day, to compare the real one with.

No periods and no rows: for each day there is a value. Day `LAST` stands for itself and for ever after. It knows nothing
of the code under test; what it shares with it is only the wording of the rules in DESIGN and in the verbs' docstrings.
"""

from __future__ import annotations

import copy
from typing import Any

from tests.support.organisation_days import (
    DAYS,
    LAST,
    TODAY,
    empty,
    moved_edges,
    need,
    part,
    put_off,
    restate,
    run,
    until_other,
)
from tests.support.organisation_departments import Departments
from tests.support.organisation_people import JOB, Job, Person, changed


class Organisation(Departments):
    """People and departments by day. Every verb either raises Not or changes the organisation."""

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[int, Person] = {}
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
                self.check_department(id_, days, day)

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
            need(old > TODAY)
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
        if end is None and later:
            end = max(day for day in DAYS if days[day]) + 1
        need(end is None or first < end)
        if end is not None:
            self._say(days, first, changes, dict.fromkeys(changes, end))
            return
        self._say(days, first, changes, self._each_until(days, first, changes, until_other))

    def _say(self, days: list[Any], first: int, changes: dict[str, Any], ends: dict[str, int]) -> None:
        for day in range(first, LAST + 1):
            now = {name: changes[name] for name, stop in ends.items() if day < stop}
            if days[day] and now:
                days[day] = changed(days[day], now)

    def _each_until(self, days: list[Any], first: int, changes: dict[str, Any], until: Any) -> dict[str, int]:
        """Until when each change holds: the next change of the same field. Who heads what goes with the department."""
        away = changes.get("department", days[first].department) != days[first].department
        ends: dict[str, int] = {}
        for name in changes:
            fields: tuple[str, ...] = (name,)
            if name == "head":
                fields = ("department",) if away else ("department", "head")
            elif name == "department" and not away:
                continue
            ends[name] = until([part(job, fields) for job in days], first)
        return ends

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
        end = until_other([person.primary(day) for day in DAYS], first)
        person.set_primary(number, first, end)

    def change_manager(
        self, id_: int, assignment: int | None, manager: int | None, kind: str, first: int, end: int | None, later: bool
    ) -> None:
        person, number, days = self._held(id_, assignment, first)
        need(manager != id_)
        lines = {key: them for key, them in person.lines.items() if key[0] == number and key[1] == kind}
        last = until_other([bool(job) for job in days], first)
        groups = [list(lines)]
        if kind == "dotted":  # each is a fact of its own
            groups = [[key] for key in lines] if manager is None else [[(number, kind, manager)]]
        ended = False
        for keys in groups:
            said = [frozenset(key for key in keys if lines.get(key, empty())[day]) for day in DAYS]
            stop = end
            if stop is None:
                stop = last if later else min(last, until_other(said, first))
            need(first < stop)
            for key in keys:
                ended = ended or any(lines.get(key, empty())[first:stop])
                person.end_lines(first, stop, assignment=number, kind=kind, manager=key[2])
            if manager is not None:
                person.set_line(number, kind, manager, first, stop)
        need(manager is not None or ended)

    def end_line(self, id_: int, manager: int, kind: str, last: int) -> None:
        found = [
            (key, days) for key, days in self.people[id_].lines.items() if key[1:] == (kind, manager) and days[last]
        ]
        need(found)
        need(len(found) == 1)
        days = found[0][1]
        for day in range(last + 1, run(days, last)[1]):
            days[day] = False

    def correct_job(self, id_: int, on: int, span: tuple[int | None, int | None], changes: dict[str, Any]) -> None:
        """None in the span leaves that day as it is."""
        person, number, days = self._held(id_, None, on)
        first, end = run(days, on)
        new_first, new_end = first if span[0] is None else span[0], end if span[1] is None else span[1]
        moved = moved_edges(days, (first, end), (new_first, new_end))
        need(new_first < new_end or (span[1] is None and moved))
        if moved is None:
            self._restate_job(person, number, (first, end), (new_first, new_end))
        for day, to in moved or ():
            put_off(days, JOB, day, to)
        if span[1] is not None:
            self._say(days, new_first, changes, dict.fromkeys(changes, new_end))
        else:
            # It holds on through planned rows that say the same of the field.
            rows = [run(days, day)[1] if days[day] else None for day in DAYS]

            def until(values: list[Any], start: int) -> int:
                stop = rows[start] or start
                while TODAY < stop <= LAST and values[stop] == values[start]:
                    stop = rows[stop] or stop
                return stop

            self._say(days, new_first, changes, self._each_until(days, new_first, changes, until))
        for day, to in moved or ():
            person.put_off_primary(number, day, to)

    def _restate_job(self, person: Person, number: int, old: tuple[int, int], new: tuple[int, int]) -> None:
        days = person.jobs[number]
        (first, end), (new_first, new_end) = old, new
        before = [day for day in DAYS if days[day]]
        restate(days, old, new, days[first], None)
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

    def remove_job(self, id_: int, assignment: int | None, on: int) -> None:
        """The change that the row of a day begins with never was."""
        person, number, days = self._held(id_, assignment, on)
        first, end = run(days, on)
        if first > 0 and days[first - 1]:
            put_off(days, JOB, first, None)
            person.put_off_primary(number, first, None)
            return
        need(not days[on].primary)
        for day in range(first, end):
            days[day] = None
        person.end_lines(first, end, assignment=number)

    def remove_line(self, id_: int, on: int) -> None:
        """The solid line of the primary assignment on a day never was: the one before it goes on."""
        person, number, _ = self._held(id_, None, on)
        manager = person.solid(number, on)
        need(manager is not None)
        first, end = run(person.lines[number, "solid", manager], on)
        before = person.solid(number, first - 1) if first > 0 else None
        person.end_lines(first, end, assignment=number, kind="solid")
        if before is not None:
            person.set_line(number, "solid", before, first, end)

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
