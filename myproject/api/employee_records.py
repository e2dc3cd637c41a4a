"""An employee as JSON: which fields there are, and rows of the list made into them.

A field that is not open to the viewer is not there at all; one that is not known, or that the person keeps to a few,
is null.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from myproject.api import shapes
from myproject.directory.departments import department_tree, locations
from myproject.directory.people import people_list, person_record
from myproject.directory.people.people_list import PeoplePage, PersonRow
from myproject.directory.people.person_record import PersonRecord
from myproject.directory.people.profile import ONE_DAY, age_of
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import FIELDS
from myproject.directory.visibility.audience import Viewer, visible_fields
from myproject.models.dated import FOREVER

#: What a list answers where nothing else is asked for.
USUAL = (
    "id", "employee_number", "name", "given_name", "family_name", "email", "phone", "job_title", "age", "hired_on",
    "location", "department", "manager",
)  # fmt: skip
#: Of the one at its own address only.
_DETAIL = ("skills", "fte", "is_head", "left_on")
#: Every field of an employee: the usual ones, then the rest of the declared ones.
DETAIL = tuple(dict.fromkeys((*USUAL, *FIELDS)))
KNOWN = tuple(name for name in DETAIL if name not in _DETAIL)
BRIEF = ("id", "employee_number", "name")
EXPANDED = ("department", "location", "manager")

#: Fields that every row has as a column of that name.
_IN_ROW = frozenset({"id", "name", "employee_number", "email", "phone", "hired_on", "job_title"})
#: Those of them, and the portrait, that are columns of `employee`.
IN_CARD = ("id", "name", "employee_number", "email", "phone", "portrait")


@lru_cache(maxsize=256)
def open_fields(reach: str, audiences: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The fields of an employee that are open to viewers, of everyone."""
    seen = visible_fields(Viewer(reach, audiences))
    return frozenset(name for name in DETAIL if _audience_of(name) in seen)


def _audience_of(name: str) -> str:
    """The declared field whose audience a field has: an id tells no more than a name."""
    return "name" if name == "id" else name


def also_for(names: Collection[str]) -> tuple[str, ...]:
    """The columns of `employee` that a list has to read besides, for these fields."""
    wanted = ["date_of_birth" if name == "age" else name for name in names]
    return tuple(
        dict.fromkeys(
            name for name in wanted if name not in _IN_ROW and name != "portrait" and FIELDS[name].table is None
        )
    )


class EmployeeItems:
    """Makes the rows of a page into the items of an answer."""

    def __init__(
        self, conn: Connection, clock: Clock, viewer: Viewer, names: tuple[str, ...], page: PeoplePage
    ) -> None:
        self._conn, self._clock, self._viewer = conn, clock, viewer
        self._names, self._page = names, page
        seen = visible_fields(viewer)
        # A viewer who may not see the birth date gets the age of today: choosing days would tell the birth date.
        self._age = _ages(clock.as_of if "date_of_birth" in seen else clock.today)

    def items(self, expand: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
        """Each row as a dictionary of the chosen fields."""
        people = self._page.people
        if self._names == USUAL:
            made = self._usual(people)
        else:
            writers = [(name, self._writer(name)) for name in self._names]
            made = [{name: write(row) for name, write in writers} for row in people]
        if expand:
            expand_items(self._conn, self._clock, self._viewer, made, expand)
        return made

    def _usual(self, people: Sequence[PersonRow]) -> list[dict[str, Any]]:
        """The fields `USUAL`, without a call per field: most answers have just these."""
        department: Callable[[Any], Any] = self._page.tree.references.get
        age = self._age
        return [
            {
                "id": row.id,
                "employee_number": row.employee_number,
                "name": row.name,
                "given_name": row.given_name,
                "family_name": row.family_name,
                "email": row.email,
                "phone": row.phone,
                "job_title": row.job_title,
                "age": age(row.date_of_birth),
                "hired_on": row.hired_on,
                "location": {"id": row.location_id, "name": row.location} if row.location_id is not None else None,
                "department": department(row.department_id),
                "manager": {"id": row.manager_id, "name": row.manager} if row.manager_id is not None else None,
            }
            for row in people
        ]

    def _writer(self, name: str) -> Callable[[PersonRow], Any]:
        """What makes the value of a field from a row."""
        page, age = self._page, self._age
        special: dict[str, Callable[[PersonRow], Any]] = {
            "department": lambda row: shapes.reference(page.department(row)),
            "location": lambda row: shapes.named(row.location_id, row.location),
            "manager": lambda row: shapes.named(row.manager_id, row.manager),
            "portrait": lambda row: shapes.portrait(row.id, row.portrait),
            "age": lambda row: age(row.date_of_birth),
        }
        return special.get(name) or attrgetter(name)


@lru_cache(maxsize=4)
def _ages(day: date) -> Callable[[date | None], int | None]:
    year, month, number = day.year, day.month, day.day

    @lru_cache(maxsize=8192)
    def age(birth: date | None) -> int | None:
        if birth is None:
            return None
        return max(year - birth.year - ((month, number) < (birth.month, birth.day)), 0)

    return age


def expand_items(
    conn: Connection, clock: Clock, viewer: Viewer, items: list[dict[str, Any]], expand: frozenset[str]
) -> None:
    """Put the whole of what they name into items: a query each for managers and locations, none for departments."""
    if "department" in expand:
        tree = department_tree.seen_tree(conn, clock, viewer)
        for item in items:
            if item.get("department"):
                item["department"] = shapes.department(tree, tree[item["department"]["id"]])
    if "location" in expand:
        ids = {item["location"]["id"] for item in items if item.get("location")}
        found = {each.id: each for each in locations.some(conn, ids)}
        for item in items:
            if item.get("location"):
                item["location"] = shapes.location(found[item["location"]["id"]])
    if "manager" in expand:
        ids = {item["manager"]["id"] for item in items if item.get("manager")}
        whole = {each["id"]: each for each in employees(conn, clock, viewer, sorted(ids))}
        for item in items:
            if item.get("manager"):
                item["manager"] = whole.get(item["manager"]["id"], item["manager"])


def employees(
    conn: Connection, clock: Clock, viewer: Viewer, ids: Collection[int], names: tuple[str, ...] | None = None
) -> list[dict[str, Any]]:
    """Some people, of those who work here on the day, with the fields named: the usual ones unless told otherwise."""
    if names is None:
        seen = open_fields(*viewer.key)
        names = tuple(name for name in USUAL if name in seen)
    page = people_list.some(conn, clock, viewer, ids, also=also_for(names))
    return EmployeeItems(conn, clock, viewer, names, page).items()


def detail(conn: Connection, clock: Clock, one: PersonRecord) -> dict[str, Any]:
    """Everything of one person that is open to the viewer."""
    row, seen = one.row, one.seen
    tree = department_tree.tree(conn, clock, counts=False)
    whole = {
        "id": row.id,
        "employee_number": row.employee_number,
        "name": row.name,
        **{name: getattr(row, name) for name in person_record.COLUMNS},
        "job_title": row.job_title,
        "age": age_of(clock, seen, row.date_of_birth),
        "hired_on": row.valid_from,
        "location": shapes.named(row.location_id, row.location),
        "department": shapes.reference(tree.get(row.department_id)),
        "manager": None if row.manager_id in one.hidden else shapes.named(row.manager_id, row.manager),
        "portrait": shapes.portrait(row.id, row.portrait),
        "skills": [{"id": key, "name": name} for key, name in one.skills],
        "fte": row.fte,
        "is_head": row.is_head,
        "left_on": row.valid_to - ONE_DAY if row.valid_to is not None and row.valid_to < FOREVER else None,
    }
    return {name: whole[name] for name in DETAIL if _audience_of(name) in seen}
