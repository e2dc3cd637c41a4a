"""The verbs of departments and locations."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from myproject.directory.schema.text import fold, slug
from myproject.directory.schema.verbs import (
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
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.models.dated import FOREVER

from .draft import Draft, Item, Refusal
from .field_runs import VERSION_UNITS, planned_end, put_off, row_before, run_of, say, with_period
from .handlers import handles
from .periods import check_correction, corrected_period, period_of
from .place_drafts import LOCATION_FIELDS, DepartmentDraft, LocationDraft, change_values
from .rows import VersionRow, cut, day_after, joined, row_on


@handles(CreateDepartment)
def create_department(draft: Draft, verb: CreateDepartment) -> Item:
    known = draft.places.by_code.get(verb.code)
    department = draft.departments[known] if known is not None else None
    if department is not None and department.versions:
        raise _code_taken(department)
    start, end = period_of(verb.on, verb.until)
    parent = None if verb.parent is None else draft.department(verb.parent, "parent").id
    if department is None:
        raise KeyError(verb.code)  # `reserve` has been here: a mistake of ours
    draft.touch_department(department)
    code = {"code": verb.code} if department.new else {}
    change_values(department, {**code, "about": verb.about, "email": verb.email})
    department.versions = [VersionRow(start, end, department.id, verb.name, "", parent)]
    give_slugs(draft, department)
    return Item(verb.verb, department_id=department.id, effective=verb.on)


def _code_taken(thing: DepartmentDraft | LocationDraft) -> Refusal:
    message = _("The code %(code)s already belongs to %(name)s.", code=thing.code, name=thing.label)
    return Refusal("code", message, _("Choose another code."))


def _version_on(department: DepartmentDraft, day: date, field: str = "on") -> VersionRow:
    row = row_on(department.versions, day)
    if row is None:
        raise Refusal(
            field,
            _("%(department)s does not exist on %(day)s.", department=department.label, day=day_text(day)),
            _("Choose a day on which it exists."),
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


@handles(RenameDepartment)
def rename_department(draft: Draft, verb: RenameDepartment) -> Item:
    department = draft.department(verb.department)
    _change(draft, department, verb.on, verb.also_later, name=verb.name)
    return Item(verb.verb, department_id=department.id, effective=verb.on)


@handles(MoveDepartment)
def move_department(draft: Draft, verb: MoveDepartment) -> Item:
    department = draft.department(verb.department)
    _change(draft, department, verb.on, verb.also_later, parent_id=_parent_id(draft, department, verb.parent))
    return Item(verb.verb, department_id=department.id, effective=verb.on)


def _parent_id(draft: Draft, department: DepartmentDraft, ref: int | str | None) -> int | None:
    """The id of the department that a verb puts one into; None for the top level."""
    parent = None if ref is None else draft.department(ref, "parent")
    if parent is department:
        raise Refusal(
            "parent",
            _("%(department)s can't be inside itself.", department=department.label),
            _("Choose another department, or none."),
        )
    return None if parent is None else parent.id


@handles(CloseDepartment)
def close_department(draft: Draft, verb: CloseDepartment) -> Item:
    department = draft.department(verb.department)
    _version_on(department, verb.last_day, "last_day")
    draft.touch_department(department)
    department.versions = cut(department.versions, day_after(verb.last_day), FOREVER)
    return Item(verb.verb, department_id=department.id, effective=verb.last_day)


@handles(EditDepartment)
def edit_department(draft: Draft, verb: EditDepartment) -> Item:
    department = draft.department(verb.department)
    wanted = given(verb, "about", "email")
    if not wanted:
        raise _empty_edit(_("Change the description or the email address."))
    draft.touch_department(department)
    changes = change_values(department, wanted)
    return Item(verb.verb, department_id=department.id, changes=changes)


def _empty_edit(remedy: str) -> Refusal:
    return Refusal(None, _("The edit changes nothing."), remedy)


@handles(CorrectDepartment)
def correct_department(draft: Draft, verb: CorrectDepartment) -> Item:
    department = draft.department(verb.department)
    row = _version_on(department, verb.on)
    wanted = given(verb, "name", "parent", "valid_from", "valid_to")
    check_correction(wanted, verb.remove, None, _("Give what it should read, or remove it."))
    draft.touch_department(department)
    if verb.remove:
        if row_before(department.versions, row) is None:
            raise Refusal(
                "remove",
                _(
                    "%(department)s begins on %(day)s: this is its first version.",
                    department=department.label,
                    day=day_text(row.valid_from),
                ),
                _("Undo the change that created the department, or close it."),
            )
        department.versions = put_off(department.versions, VERSION_UNITS, row.valid_from, None)
    else:
        department.versions = _corrected(draft, department, row, verb, wanted)
    give_slugs(draft, department)
    return Item(verb.verb, department_id=department.id, effective=verb.on)


def _corrected(
    draft: Draft, department: DepartmentDraft, row: VersionRow, verb: CorrectDepartment, wanted: dict[str, Any]
) -> list[VersionRow]:
    values: dict[str, Any] = {}
    if "parent" in wanted:
        values["parent_id"] = _parent_id(draft, department, verb.parent)
    if verb.name is not None:
        values["name"] = verb.name
    rows, today = department.versions, draft.today
    start, end = period = corrected_period(rows, row, wanted, today)
    rows, _restated = with_period(rows, row, VERSION_UNITS, period, today)
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


@handles(CreateLocation)
def create_location(draft: Draft, verb: CreateLocation) -> Item:
    location = draft.locations[draft.places.by_location_code[verb.code]]
    if location.values is not None or not (location.new or location.closed):
        raise _code_taken(location)
    _check_zone(verb.time_zone)
    draft.touch_location(location)
    location.name, location.closed = verb.name, False
    fields = {name: getattr(verb, name) for name in LOCATION_FIELDS}
    change_values(location, fields | {"closed": False, "sort_name": fold(verb.name)})
    return Item(verb.verb, location_id=location.id, changes={"closed": [True, False]})


@handles(ChangeLocation)
def change_location(draft: Draft, verb: ChangeLocation) -> Item:
    location = draft.location(verb.location)
    wanted = given(verb, *LOCATION_FIELDS)
    if wanted.get("name", "") is None:
        raise Refusal("name", _("A location needs a name."), _("Give a name, or leave it unchanged."))
    if not wanted:
        raise _empty_edit(_("Give what changes: %(fields)s.", fields=", ".join(LOCATION_FIELDS)))
    _check_zone(verb.time_zone)
    draft.touch_location(location)
    if "name" in wanted:
        location.name = wanted["name"]
        wanted["sort_name"] = fold(location.name)
    changes = change_values(location, wanted)
    changes.pop("sort_name", None)
    return Item(verb.verb, location_id=location.id, changes=changes)


def _check_zone(name: str | None) -> None:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Refusal(
            "time_zone", _("“%(name)s” is not a time zone.", name=name), _("Use a name like Europe/Oslo.")
        ) from error


def reserve_locations(draft: Draft, codes: list[str]) -> None:
    """Give each new location its id before any verb is worked out, so that verbs may name it in any order."""
    for code in codes:
        if code not in draft.places.by_location_code:
            id_ = draft.next_id("locations")
            draft.locations[id_] = LocationDraft(id_, code, code, new=True)
            draft.places.by_location_code[code] = id_
