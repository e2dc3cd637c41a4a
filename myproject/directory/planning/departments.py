"""The verbs of departments and locations."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from myproject.directory.text import fold, slug
from myproject.directory.verbs import (
    ChangeLocation,
    CloseDepartment,
    CorrectDepartment,
    CreateDepartment,
    CreateLocation,
    EditDepartment,
    MoveDepartment,
    RenameDepartment,
    given,
)
from myproject.models.dated import FOREVER

from .careers import period_of
from .draft import LOCATION_FIELDS, DepartmentDraft, Draft, Item, LocationDraft, Refusal, change_values, day_words
from .field_runs import VERSION_UNITS, moves_start, planned_end, put_off, row_before, run_of, say, with_period
from .rows import VersionRow, cut, day_after, joined, row_on


def create_department(draft: Draft, verb: CreateDepartment) -> Item:
    known = draft.places.by_code.get(verb.code)
    department = draft.departments[known] if known is not None else None
    if department is not None and department.versions:
        raise Refusal("code", f"The code {verb.code} belongs to {department.label} already.", "Give another code.")
    start, end = period_of(verb.on, verb.until)
    parent = None if verb.parent is None else draft.department(verb.parent, "parent").id
    if department is None:
        raise KeyError(verb.code)  # `reserve` has been here: a mistake of ours
    draft.touch_department(department)
    code = {"code": verb.code} if department.new else {}
    change_values(department, {**code, "about": verb.about, "email": verb.email})
    department.versions = [VersionRow(start, end, department.id, verb.name, "", parent)]
    give_slugs(draft, department)
    return Item("create_department", department_id=department.id, effective=verb.on)


def _version_on(department: DepartmentDraft, day: date, field: str = "on") -> VersionRow:
    row = row_on(department.versions, day)
    if row is None:
        raise Refusal(
            field,
            f"The department {department.label} does not exist on {day_words(day)}.",
            "Give a day on which it does.",
        )
    return row


def _change(draft: Draft, department: DepartmentDraft, on: date, also_later: bool, **changes: Any) -> None:
    _version_on(department, on)
    draft.touch_department(department)
    for name, value in changes.items():
        rows, unit = department.versions, (name,)
        end = max(r.valid_to for r in rows) if also_later else run_of(rows, unit, on)[1]
        department.versions = say(rows, unit, on, end, (value,))
    give_slugs(draft, department)


def rename_department(draft: Draft, verb: RenameDepartment) -> Item:
    department = draft.department(verb.department)
    _change(draft, department, verb.on, verb.also_later, name=verb.name)
    return Item("rename_department", department_id=department.id, effective=verb.on)


def move_department(draft: Draft, verb: MoveDepartment) -> Item:
    department = draft.department(verb.department)
    parent = None if verb.parent is None else draft.department(verb.parent, "parent")
    if parent is department:
        raise Refusal("parent", f"{department.label} can't be under itself.", "Name another department, or none.")
    _change(draft, department, verb.on, verb.also_later, parent_id=None if parent is None else parent.id)
    return Item("move_department", department_id=department.id, effective=verb.on)


def close_department(draft: Draft, verb: CloseDepartment) -> Item:
    department = draft.department(verb.department)
    _version_on(department, verb.last_day, "last_day")
    draft.touch_department(department)
    department.versions = cut(department.versions, day_after(verb.last_day), FOREVER)
    return Item("close_department", department_id=department.id, effective=verb.last_day)


def edit_department(draft: Draft, verb: EditDepartment) -> Item:
    department = draft.department(verb.department)
    wanted = given(verb, "about", "email")
    if not wanted:
        raise Refusal(None, "The edit changes nothing.", "Give what changes: about or mail.")
    draft.touch_department(department)
    changes = change_values(department, wanted)
    return Item("edit_department", department_id=department.id, changes=changes)


def correct_department(draft: Draft, verb: CorrectDepartment) -> Item:
    department = draft.department(verb.department)
    row = _version_on(department, verb.on)
    wanted = given(verb, "name", "parent", "valid_from", "valid_to")
    if bool(wanted) == verb.remove:
        raise Refusal(
            None, "The correction changes nothing.", "Say what it should read, or that it should go, one of them."
        )
    draft.touch_department(department)
    if verb.remove:
        if row_before(department.versions, row) is None:
            raise Refusal(
                "remove",
                f"{department.label} begins with what was recorded from {day_words(row.valid_from)} on.",
                "Undo the change that made the department, or close it.",
            )
        department.versions = put_off(department.versions, VERSION_UNITS, row.valid_from, None)
    else:
        department.versions = _corrected(draft, department, row, verb, wanted)
    give_slugs(draft, department)
    return Item("correct_department", department_id=department.id, effective=verb.on)


def _corrected(
    draft: Draft, department: DepartmentDraft, row: VersionRow, verb: CorrectDepartment, wanted: dict[str, Any]
) -> list[VersionRow]:
    values: dict[str, Any] = {}
    if "parent" in wanted:
        parent = None if verb.parent is None else draft.department(verb.parent, "parent")
        if parent is department:
            raise Refusal("parent", f"{department.label} can't be under itself.", "Name another department, or none.")
        values["parent_id"] = None if parent is None else parent.id
    if verb.name is not None:
        values["name"] = verb.name
    rows, today = department.versions, draft.today
    start = verb.valid_from or row.valid_from
    end = (verb.valid_to or FOREVER) if "valid_to" in wanted else row.valid_to
    if end <= start and ("valid_to" in wanted or not moves_start(rows, row, start, today)):
        raise Refusal(
            "valid_to",
            f"It would end on {day_words(end)}, not after it begins.",
            f"Give an end after {day_words(start)}, or none.",
        )
    rows, _ = with_period(rows, row, VERSION_UNITS, (start, end), today)
    for name, value in values.items():
        until = end if "valid_to" in wanted else planned_end(rows, (name,), start, today)
        rows = say(rows, (name,), start, until, (value,))
    return rows


def give_slugs(draft: Draft, department: DepartmentDraft) -> None:
    """A step of the address for each name under each parent, unlike those of its siblings on the same days.

    A department keeps the slug it has where name and parent are as stored.
    """
    kept = {(r.name, r.parent_id): r.slug for r in department.stored}
    slugs: dict[tuple[str, int | None], str] = {}
    for row in department.versions:
        key = (row.name, row.parent_id)
        if key not in slugs:
            slugs[key] = kept.get(key) or slug(row.name)
    for (name, parent), wanted in slugs.items():
        days = [r for r in department.versions if (r.name, r.parent_id) == (name, parent)]
        number = 2
        while _slug_taken(draft, department, parent, slugs[name, parent], days):
            slugs[name, parent] = f"{wanted}-{number}"
            number += 1
    department.versions = joined([r._replace(slug=slugs[r.name, r.parent_id]) for r in department.versions])
    draft.places.note(department)


def _slug_taken(
    draft: Draft, department: DepartmentDraft, parent: int | None, wanted: str, days: list[VersionRow]
) -> bool:
    return any(
        other.slug == wanted and other.parent_id == parent and any(overlapping(other, mine) for mine in days)
        for sibling in draft.places.addressed(parent, wanted)
        if sibling is not department
        for other in sibling.versions
    )


def slugs_taken(draft: Draft, department: DepartmentDraft) -> bool:
    """Whether a sibling has one of its slugs on the same days."""
    return any(_slug_taken(draft, department, row.parent_id, row.slug, [row]) for row in department.versions)


def overlapping(a: VersionRow, b: VersionRow) -> bool:
    """Whether two versions have a day in common."""
    return a.valid_from < b.valid_to and b.valid_from < a.valid_to


def same_name(a: VersionRow, b: VersionRow) -> bool:
    """Whether two versions are siblings of one name on one day, which nobody could tell apart."""
    return a.parent_id == b.parent_id and overlapping(a, b) and fold(a.name) == fold(b.name)


def create_location(draft: Draft, verb: CreateLocation) -> Item:
    location = draft.locations[draft.places.by_location_code[verb.code]]
    if location.values is not None or not (location.new or location.closed):
        raise Refusal("code", f"The code {verb.code} belongs to {location.name} already.", "Give another code.")
    _check_zone(verb.time_zone)
    draft.touch_location(location)
    location.name, location.closed = verb.name, False
    fields = {name: getattr(verb, name) for name in LOCATION_FIELDS}
    change_values(location, fields | {"closed": False, "sort_name": fold(verb.name)})
    return Item("create_location", location_id=location.id, changes={"closed": [True, False]})


def change_location(draft: Draft, verb: ChangeLocation) -> Item:
    location = draft.location(verb.location)
    wanted = given(verb, *LOCATION_FIELDS)
    if wanted.get("name", "") is None:
        raise Refusal("name", "A location has a name.", "Give a name, or leave it out.")
    if not wanted:
        raise Refusal(None, "The change changes nothing.", f"Give what changes: {', '.join(LOCATION_FIELDS)}.")
    _check_zone(verb.time_zone)
    draft.touch_location(location)
    if "name" in wanted:
        location.name = wanted["name"]
        wanted["sort_name"] = fold(location.name)
    changes = change_values(location, wanted)
    changes.pop("sort_name", None)
    return Item("change_location", location_id=location.id, changes=changes)


def _check_zone(name: str | None) -> None:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Refusal("time_zone", f"{name!r} is not a time zone.", "Use a name like Europe/Oslo.") from error


def reserve_locations(draft: Draft, codes: list[str]) -> None:
    """Give each new location its id before any verb is worked out, so that verbs may name it in any order."""
    for code in codes:
        if code not in draft.places.by_location_code:
            id_ = draft.next_id("locations")
            draft.locations[id_] = LocationDraft(id_, code, code, new=True)
            draft.places.by_location_code[code] = id_
