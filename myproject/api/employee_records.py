"""An employee as JSON: which fields there are, and rows of the list made into them.

A field that is not open to the viewer is not there at all; one that is not known, or that the person keeps to a few,
is null.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from myproject.api import shapes
from myproject.directory import departments, locations, records
from myproject.directory.audience import Viewer, open_to, visible_fields
from myproject.directory.clock import Clock
from myproject.directory.departments import DepartmentTree
from myproject.directory.listing.asking import CARD
from myproject.directory.profile import ONE_DAY, age_of
from myproject.directory.records import One, Part
from myproject.models.dated import FOREVER

#: Field of an employee -> the field of the directory whose audience it has.
AUDIENCE_OF: dict[str, str] = {
    "id": "name",
    "employee_number": "employee_number",
    "name": "name",
    "given_name": "given_name",
    "family_name": "family_name",
    "email": "email",
    "phone": "phone",
    "job_title": "job_title",
    "age": "age",
    "hired_on": "joined_on",
    "location": "location",
    "department": "department",
    "manager": "manager",
    "preferred_name": "preferred_name",
    "alternative_names": "alternative_names",
    "pronunciation": "pronunciation",
    "pronouns": "pronouns",
    "external_id": "external_id",
    "mobile": "mobile",
    "desk": "desk",
    "date_of_birth": "date_of_birth",
    "about": "about",
    "languages": "languages",
    "working_days": "working_days",
    "links": "links",
    "portrait": "portrait",
    "skills": "skills",
    "fte": "fte",
    "is_head": "is_head",
    "left_on": "left_on",
}
#: Of the one at its own address only.
_DETAIL = frozenset({"skills", "fte", "is_head", "left_on"})
DETAIL = tuple(AUDIENCE_OF)
KNOWN = tuple(name for name in AUDIENCE_OF if name not in _DETAIL)
#: What a list answers where nothing else is asked for.
USUAL = KNOWN[: KNOWN.index("manager") + 1]
BRIEF = ("id", "employee_number", "name")
EXPANDED = ("department", "location", "manager")

#: What the row of a list holds already: name -> its place.
_IN_ROW = {"id": 0, "name": 1, "employee_number": 2, "email": 3, "phone": 4, "hired_on": 5, "job_title": 7}
_NARROWED = CARD - 1
#: Those of them, and the portrait, that are columns of `employee`.
IN_CARD = ("id", "name", "employee_number", "email", "phone", "portrait")


@lru_cache(maxsize=256)
def open_fields(reach: str, audiences: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The fields of an employee that are open to viewers, of everyone."""
    seen = visible_fields(Viewer(reach, audiences))
    return frozenset(name for name, audience in AUDIENCE_OF.items() if audience in seen)


def also_for(names: Collection[str]) -> tuple[str, ...]:
    """The columns of `employee` that a list has to read besides, for these fields."""
    wanted = ["date_of_birth" if name == "age" else name for name in names]
    return tuple(
        dict.fromkeys(
            name
            for name in wanted
            if name not in _IN_ROW and name not in ("location", "department", "manager", "portrait")
        )
    )


class Made:
    """Rows of a part of the list, made into what is answered."""

    def __init__(self, conn: Connection, clock: Clock, viewer: Viewer, names: tuple[str, ...], part: Part) -> None:
        self._clock, self._viewer, self._part = clock, viewer, part
        self._names = names
        self._also = {name: CARD + part.keys + n for n, name in enumerate(also_for(names))}
        self._conn = conn
        seen = visible_fields(viewer)
        # Who may not see the birth date is told the age of today: days to choose from would tell it.
        self._birthdays = clock.as_of if "date_of_birth" in seen else clock.today

    def items(self, expand: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
        """Each row as a dictionary of the chosen fields."""
        rows = self._part.rows
        if self._names == USUAL and not self._part.unknown and not expand:
            made = self._usual(rows)
        else:
            made = [self._chosen(row) for row in rows]
        for item, row in zip(made, rows, strict=True):
            if row[_NARROWED]:
                self._narrow(item, row[_NARROWED])
        if expand:
            expand_items(self._conn, self._clock, self._viewer, made, expand)
        return made

    def _usual(self, rows: Any) -> list[dict[str, Any]]:
        """The fields that nearly everybody asks for, without a loop over their names."""
        get = self._part.tree.references.get
        age = _ages(self._birthdays)
        # A row: the columns of a card, one or two keys of its place, and what `also_for(USUAL)` names.
        return [
            {
                "id": number,
                "employee_number": own_number,
                "name": name,
                "given_name": given_name,
                "family_name": family_name,
                "email": email,
                "phone": phone,
                "job_title": title,
                "age": age(born),
                "hired_on": joined,
                "location": {"id": place, "name": place_name} if place is not None else None,
                "department": get(department),
                "manager": {"id": boss, "name": boss_name} if boss is not None else None,
            }
            for number, name, own_number, email, phone, joined, department, title, place, place_name, _, boss, boss_name, _, _, *_, given_name, family_name, born in rows  # noqa: E501
        ]  # fmt: skip

    def _chosen(self, row: Any) -> dict[str, Any]:
        item: dict[str, Any] = {}
        for name in self._names:
            place = _IN_ROW.get(name)
            if place is not None:
                item[name] = row[place]
            elif name == "department":
                item[name] = shapes.reference(self._part.tree.get(row[6]))
            elif name == "location":
                item[name] = shapes.named(row[8], row[9])
            elif name == "manager":
                item[name] = None if row[11] in self._part.unknown else shapes.named(row[11], row[12])
            elif name == "portrait":
                item[name] = shapes.portrait(row[0], row[13])
            elif name == "age":
                item[name] = _ages(self._birthdays)(row[self._also["date_of_birth"]])
            else:
                item[name] = row[self._also[name]]
        return item

    def _narrow(self, item: dict[str, Any], narrowed: Mapping[str, str]) -> None:
        for name in narrowed:
            if name in item and not open_to(self._viewer, narrowed, name):
                item[name] = None


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
        tree = departments.seen_tree(conn, clock, viewer)
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
    rows = records.some(conn, clock, viewer, ids, also=also_for(names))
    return Made(conn, clock, viewer, names, of_rows(conn, clock, viewer, rows)).items()


def of_rows(conn: Connection, clock: Clock, viewer: Viewer, rows: list[Any]) -> Part:
    """Rows of `records.some` as a part of a list."""
    from myproject.directory.audience import hidden_from

    tree: DepartmentTree = departments.tree(conn, clock, counts=False)
    return Part(rows, 1, tree, hidden_from(conn, clock, viewer), None)


def detail(conn: Connection, clock: Clock, one: One) -> dict[str, Any]:
    """Everything of one person that is open to the viewer."""
    row, seen = one.row, one.seen
    tree = departments.tree(conn, clock, counts=False)
    whole = {
        "id": row.id,
        "employee_number": row.employee_number,
        "name": row.name,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "email": row.email,
        "phone": row.phone,
        "job_title": row.job_title,
        "age": age_of(clock, seen, row.date_of_birth),
        "hired_on": row.valid_from,
        "location": shapes.named(row.location_id, row.location),
        "department": shapes.reference(tree.get(row.department_id)),
        "manager": None if row.manager_id in one.unknown else shapes.named(row.manager_id, row.manager),
        "preferred_name": row.preferred_name,
        "alternative_names": row.alternative_names,
        "pronunciation": row.pronunciation,
        "pronouns": row.pronouns,
        "external_id": row.external_id,
        "mobile": row.mobile,
        "desk": row.desk,
        "date_of_birth": row.date_of_birth,
        "about": row.about,
        "languages": row.languages,
        "working_days": row.working_days,
        "links": row.links,
        "portrait": shapes.portrait(row.id, row.portrait),
        "skills": [{"id": key, "name": name} for key, name in one.skills],
        "fte": row.fte,
        "is_head": row.is_head,
        "left_on": row.valid_to - ONE_DAY if row.valid_to is not None and row.valid_to < FOREVER else None,
    }
    return {name: value for name, value in whole.items() if AUDIENCE_OF[name] in seen}
