"""The verbs that bring a department from how it is recorded to how a sheet states it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from myproject.directory.schema.verbs import (
    CorrectDepartment,
    CreateDepartment,
    EditDepartment,
    MoveDepartment,
    RenameDepartment,
    Verb,
)
from myproject.models.dated import FOREVER

from .current import RecordedDepartment, RecordedVersion
from .findings import FilePlace

ONE_DAY = timedelta(days=1)


class PlannedVerb(NamedTuple):
    """A verb of a place that is not checked yet, and where it comes from."""

    kind: type[Verb]
    values: dict[str, Any]
    place: FilePlace
    about: str
    before: dict[str, Any] = {}  # noqa: RUF012  never changed


Planned = list[PlannedVerb]


@dataclass(slots=True)
class Stated:
    """A department as a sheet states it."""

    code: str
    place: FilePlace
    values: dict[str, Any]
    parent: str | None = None


def creation(stated: Stated, begins: date) -> PlannedVerb:
    """The verb that makes a new department; it begins on the day given, unless the sheet states another."""
    values = stated.values
    until = values.get("until") or FOREVER
    made = {
        "code": stated.code,
        "name": values.get("name") or stated.code,
        "parent": stated.parent,
        "on": values.get("since") or begins,
        "until": None if until == FOREVER else until - ONE_DAY,
        "about": values.get("about"),
        "email": values.get("email"),
    }
    return PlannedVerb(CreateDepartment, made, stated.place, str(made["name"]))


def edits(
    stated: Stated, known: RecordedDepartment, version: RecordedVersion, above: str | None, effective: date
) -> Planned:
    """The verbs for what a sheet states otherwise than recorded; none where it agrees.

    version: how the department is on the effective day; above: the code of its parent then.
    """
    values, place, name = stated.values, stated.place, version.name
    day = {"department": stated.code, "on": max(version.valid_from, effective)}
    planned: Planned = []
    if values.get("name") and values["name"] != name:
        planned.append(PlannedVerb(RenameDepartment, day | {"name": values["name"]}, place, name, {"name": name}))
    if "parent" in values and above != stated.parent:
        planned.append(PlannedVerb(MoveDepartment, day | {"parent": stated.parent}, place, name, {"parent": above}))
    changed = {key: values[key] for key in ("about", "email") if values.get(key) and values[key] != known.values[key]}
    if changed:
        edit = {"department": stated.code, **changed}
        planned.append(PlannedVerb(EditDepartment, edit, place, name, known.values))
    return planned + _dates(stated, known)


def _dates(stated: Stated, known: RecordedDepartment) -> Planned:
    """A first or last day that the sheet states otherwise than recorded."""
    since, until = stated.values.get("since"), stated.values.get("until")
    planned: Planned = []
    if since and since != known.versions[0].valid_from:
        planned.append(other_beginning(stated.code, known, since, stated.place))
    last = known.versions[-1]
    if until and until != last.valid_to:
        end = None if until == FOREVER else until
        values = {"department": stated.code, "on": last.valid_from, "valid_to": end}
        planned.append(PlannedVerb(CorrectDepartment, values, stated.place, last.name, {"valid_to": last.valid_to}))
    return planned


def other_beginning(code: str, known: RecordedDepartment, day: date, place: FilePlace) -> PlannedVerb:
    """The verb that lets a known department begin on another day."""
    first = known.versions[0]
    values = {"department": code, "on": first.valid_from, "valid_from": day}
    return PlannedVerb(CorrectDepartment, values, place, first.name, {"valid_from": first.valid_from})
