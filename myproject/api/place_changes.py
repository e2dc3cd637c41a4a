"""Everything that can be changed about departments and locations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from myproject.api import place_bodies as sent
from myproject.api.framework.changing import ChangeRequest
from myproject.api.framework.writing import change
from myproject.api.schemas import OF_DEPARTMENT, Location
from myproject.directory.schema.verbs import (
    ChangeLocation,
    CloseDepartment,
    CorrectDepartment,
    CreateDepartment,
    CreateLocation,
    EditDepartment,
    MoveDepartment,
    RenameDepartment,
    Verb,
)
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.request import Request

_DEPARTMENTS: Any = {
    "permission": Permission.DEPARTMENT_EDIT,
    "scope": Scope.DEPARTMENTS_WRITE,
    "tag": "Changing departments",
    "made": sent.DepartmentState | sent.Changed,
}
_LOCATIONS: Any = {
    "permission": Permission.LOCATION_CHANGE,
    "scope": Scope.LOCATIONS_WRITE,
    "tag": "Changing locations",
    "made": Location | sent.Changed,
}


def _given(body: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(body, name) for name in names if name in body.model_fields_set}


def _places(body: Any, **others: str) -> dict[str, str]:
    found = {name: f"/{name}" for name in type(body).model_fields}
    if "parent_id" in found:
        found["parent"] = body.pointer("parent")
    return found | others


def _department(parts: Mapping[str, str], verb: Verb, body: Any, **places: str) -> ChangeRequest:
    return ChangeRequest([verb], "department", int(parts["id"]), [_places(body, **places)], body.reason)


def _action(name: str, body: Any, summary: str, description: str = "") -> Any:
    return change(
        f"department.{name}",
        "POST",
        f"/departments/{{id}}:{name}",
        body=body,
        summary=summary,
        description=description or (body.__doc__ or ""),
        parts=OF_DEPARTMENT,
        **_DEPARTMENTS,
    )


@change(
    "departments",
    "POST",
    "/departments",
    body=sent.DepartmentCreate,
    summary="Create a department",
    description="It exists from `effective` on, under `parent`; without one, at the top.",
    creates=True,
    **_DEPARTMENTS,
)
def create_department(_request: Request, _conn: Connection, _parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A new department."""
    verb = CreateDepartment(
        code=body.code,
        name=body.name,
        parent=body.named("parent"),
        on=body.effective,
        until=body.until,
        about=body.about,
        email=body.email,
    )
    return ChangeRequest([verb], "department", places=[_places(body, on="/effective")], reason=body.reason)


@change(
    "department",
    "PATCH",
    "/departments/{id}",
    body=sent.DepartmentPatch,
    summary="Edit what is said about a department",
    description="A JSON merge patch (RFC 7396) of the undated fields. Name and place are dated: `:rename`, `:move`.",
    parts=OF_DEPARTMENT,
    **_DEPARTMENTS,
)
def edit_department(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """The undated fields change."""
    given = _given(body, "about", "email")
    verbs = [EditDepartment(department=int(parts["id"]), **given)] if given else []
    return ChangeRequest(verbs, "department", int(parts["id"]), [_places(body)], body.reason)


@_action("rename", sent.DepartmentRename, "Rename a department")
def rename(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """Another name."""
    verb = RenameDepartment(department=int(parts["id"]), name=body.name, on=body.effective, also_later=body.also_later)
    return _department(parts, verb, body, on="/effective")


@_action("move", sent.DepartmentMove, "Move a department", "It hangs under another one, with all that is below it.")
def move(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """Another place."""
    verb = MoveDepartment(
        department=int(parts["id"]), parent=body.named("parent"), on=body.effective, also_later=body.also_later
    )
    return _department(parts, verb, body, on="/effective")


@_action(
    "close",
    sent.DepartmentClose,
    "Close a department",
    "`last_day` is its last. It must hold neither people nor departments after it.",
)
def close(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """No longer."""
    return _department(parts, CloseDepartment(department=int(parts["id"]), last_day=body.last_day), body)


@_action("correct", sent.DepartmentCorrect, "Correct what was always wrong about a department")
def correct(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A version is restated."""
    wanted = _given(body, "name", "valid_from", "valid_to")
    if body.says("parent"):
        wanted["parent"] = body.named("parent")
    verb = CorrectDepartment(department=int(parts["id"]), on=body.on, remove=body.remove, **wanted)
    return _department(parts, verb, body)


@change(
    "locations",
    "POST",
    "/locations",
    body=sent.LocationCreate,
    summary="Create a location",
    description="A place of work; its code is its key in spreadsheets.",
    creates=True,
    **_LOCATIONS,
)
def create_location(_request: Request, _conn: Connection, _parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A new location."""
    values = _given(body, "code", "name", "address", "city", "country", "time_zone")
    return ChangeRequest([CreateLocation(**values)], "location", places=[_places(body)], reason=body.reason)


@change(
    "location",
    "PATCH",
    "/locations/{id}",
    body=sent.LocationPatch,
    summary="Change a location",
    description="A JSON merge patch (RFC 7396): what is given changes, null clears.",
    parts={"id": "The id of the location."},
    **_LOCATIONS,
)
def edit_location(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A location changes."""
    given = _given(body, "name", "address", "city", "country", "time_zone")
    verbs = [ChangeLocation(location=int(parts["id"]), **given)] if given else []
    return ChangeRequest(verbs, "location", int(parts["id"]), [_places(body)], body.reason)
