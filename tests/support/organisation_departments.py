"""The departments of the plain model, and the verbs about them."""

from __future__ import annotations

from typing import Any

from tests.support.organisation_days import LAST, empty, moved_edges, need, put_off, restate, run, until_other

#: What changes apart: the name, and the parent.
DEPARTMENT = ((0,), (1,))


class Departments:
    """Departments by day. Every verb either raises Not or changes them."""

    def __init__(self) -> None:
        self.departments: dict[int, list[Any]] = {}

    def check_department(self, id_: int, days: list[Any], day: int) -> None:
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

    def create_department(self, id_: int, name: str, parent: int | None, first: int, end: int) -> None:
        need(first < end and id_ not in self.departments)
        days = self.departments[id_] = empty()
        for day in range(first, end):
            days[day] = (name, parent)

    def change_department(self, id_: int, first: int, later: bool, place: int, value: Any) -> None:
        days = self.departments[id_]
        need(days[first] and not (place == 1 and value == id_))
        end = LAST + 1 if later else until_other([pair and (pair[place],) for pair in days], first)
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
        old = run(days, on)
        moved = moved_edges(days, old, span)
        if moved is None:
            restate(days, old, span, days[on], None)
        for day, to in moved or ():
            put_off(days, DEPARTMENT, day, to)
        for day in range(*span):
            days[day] = (name, days[day][1])

    def remove_version(self, id_: int, on: int) -> None:
        days = self.departments[id_]
        need(days[on])
        first, _ = run(days, on)
        need(first > 0 and days[first - 1])
        put_off(days, DEPARTMENT, first, None)
