"""Everything that can be changed about people: hire, edit, move, let go, correct."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pyramid.httpexceptions import HTTPPreconditionFailed
from sqlalchemy import Connection, bindparam, select

from myproject.api import change_bodies as sent
from myproject.api.bodies import InvalidBodyError
from myproject.api.change_bodies import WRITABLE
from myproject.api.changing import Change
from myproject.api.schemas import Employee
from myproject.api.writing import ChangeQuery, change
from myproject.directory import editing
from myproject.directory.audience import knows
from myproject.directory.fields import Card
from myproject.directory.verbs import (
    AddAssignment,
    ChangeAudience,
    ChangeManager,
    Correct,
    CorrectedFact,
    EditCard,
    EndAssignment,
    EndReportingLine,
    Join,
    Leave,
    MakePrimary,
    Move,
    Rehire,
    Verb,
)
from myproject.models.dated import is_current, valid_on
from myproject.models.employee import Employee as Stored
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Day, Problem
from myproject.web.problems import forbidden, not_found
from myproject.web.rights import Rights

_TAG = "Changing people"
_HIRE = ("department", "job_title", "location", "fte", "is_head")
_E: Any = Stored.__table__
_S: Any = Employment.__table__
_A: Any = Assignment.__table__
_LINE: Any = ReportingLine.__table__
_BY_NUMBER = select(_E.c.id).where(_E.c.employee_number == bindparam("number"))
_DAY = bindparam("day", type_=_S.c.valid_from.type)
_EMPLOYED = select(_S.c.id).where(is_current(_S), _S.c.employee_id == bindparam("id"), valid_on(_S, _DAY))
_LINE_ROW = select(_LINE.c.manager_id, _LINE.c.kind, _LINE.c.assignment_id).where(
    is_current(_LINE), _LINE.c.id == bindparam("line"), _LINE.c.employee_id == bindparam("id")
)


def _places(body: Any, **others: str) -> dict[str, str]:
    """Where the parts of a verb stand in a body."""
    names = ("department", "location", "manager", "parent", "hand_over_to")
    found = {name: f"/{name}" for name in type(body).model_fields}
    if hasattr(body, "pointer"):
        found |= {name: body.pointer(name) for name in names if f"{name}_id" in found}
    return found | others


def _hire(body: Any) -> dict[str, Any]:
    """Where somebody works, as a verb takes it; what was not said keeps its usual value."""
    values = {name: body.named(name) if name in ("department", "location") else getattr(body, name) for name in _HIRE}
    return {name: value for name, value in values.items() if value is not None}


def _move(body: Any) -> dict[str, Any]:
    """What a move says: null where somebody said so."""
    return {
        name: body.named(name) if name in ("department", "location") else getattr(body, name)
        for name in _HIRE
        if body.says(name)
    }


def _card(body: Any) -> Card:
    return Card.model_construct(
        _fields_set=set(WRITABLE) & body.model_fields_set, **{name: getattr(body, name) for name in WRITABLE}
    )


def _join(body: Any, number: str) -> Join:
    return Join(
        employee_number=number,
        card=_card(body),
        on=body.hired_on,
        until=body.until,
        manager=body.named("manager"),
        **_hire(body),
    )


def _id(parts: Mapping[str, str]) -> int:
    return int(parts["id"])


def _action(name: str, body: Any, summary: str, description: str = "") -> Any:
    """Declare a named action on an employee."""
    return change(
        f"employee.{name}",
        "POST",
        f"/employees/{{id}}:{name}",
        body=body,
        permission=Permission.PERSON_HIDE if name == "change-audience" else Permission.EMPLOYEE_CHANGE,
        scope=Scope.EMPLOYEES_WRITE,
        tag=_TAG,
        summary=summary,
        description=description or (body.__doc__ or ""),
        made=Employee,
        parts={"id": "The id of the employee."},
    )


def _about(body: Any, parts: Mapping[str, str], verb: Verb, **places: str) -> Change:
    return Change([verb], "employee", _id(parts), [_places(body, **places)], body.reason)


# --- cards ----------------------------------------------------------------------------------------------------


@change(
    "employees",
    "POST",
    "/employees",
    body=sent.EmployeeCreate,
    permission=Permission.EMPLOYEE_CHANGE,
    scope=Scope.EMPLOYEES_WRITE,
    tag=_TAG,
    summary="Hire somebody",
    description=(
        "Somebody starts to work here on `hired_on`. A number or mail address that is somebody's already is a 409. "
        "Who comes back is rehired, not hired anew."
    ),
    made=Employee,
    creates=True,
)
def create_employee(_request: Request, _conn: Connection, _parts: Mapping[str, str], body: Any) -> Change:
    """A new employee."""
    places = _places(body, on="/hired_on")
    return Change([_join(body, body.employee_number)], "employee", places=[places], reason=body.reason, mail=body.email)


@change(
    "employee",
    "PATCH",
    "/employees/{id}",
    body=sent.EmployeePatch,
    permission=Permission.CARD_EDIT,
    scope=Scope.EMPLOYEES_WRITE,
    tag=_TAG,
    summary="Edit a card",
    description=(
        "A JSON merge patch (RFC 7396) of the undated fields: what is given changes, null clears. "
        "Department, job title, location and manager are dated: they change by `:move` and `:change-manager`."
    ),
    made=Employee,
    parts={"id": "The id of the employee."},
)
def edit_employee(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """The card changes."""
    if "employee_number" in body.model_fields_set and body.employee_number is None:
        raise InvalidBodyError([Problem("/employee_number", "A number can't be taken away.", "Give another one.")])
    verb = EditCard(
        employee=_id(parts), changes=_card(body), employee_number=body.employee_number, audiences=body.audiences
    )
    return _about(body, parts, verb, **{f"audiences.{name}": f"/audiences/{name}" for name in body.audiences or ()})


@change(
    "employee.by_number",
    "PUT",
    "/employees/by-number/{employee_number}",
    body=sent.EmployeePut,
    permission=Permission.EMPLOYEE_CHANGE,
    scope=Scope.EMPLOYEES_WRITE,
    tag=_TAG,
    summary="Hire somebody, or replace their card",
    description=(
        "By employee number. Where there is nobody with it, they are hired (201): `hired_on` and a department are "
        "needed then. Else their card is replaced: what is not given is cleared, as far as you may edit it. "
        "Where they work and whom they "
        "report to changes from `effective` on, as far as it is given and differs; who has left is rehired. "
        "`If-None-Match: *` makes sure that somebody new is meant."
    ),
    made=Employee,
    parts={"employee_number": "The number of the employee."},
)
def put_employee(request: Request, conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """Somebody with this number, as it is sent."""
    number = parts["employee_number"]
    known = conn.execute(_BY_NUMBER, {"number": number}).scalar()
    start = body.effective or request.today
    if known is None:
        return _new(body, number)
    if not knows(request.read, request.today_clock, request.viewer, known):
        raise not_found("There is no such employee.", "Look it up in the list.")
    if request.environ.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
        error: Any = HTTPPreconditionFailed("There is somebody with this number.")
        error.remedy = "Send their version in the header If-Match to replace their card."
        raise error
    card = Card.model_construct(_fields_set=set(WRITABLE), **{name: getattr(body, name) for name in WRITABLE})
    now = editing.held(conn, known)
    assert now is not None
    # What stays as it is asks for no right; what is not given is cleared, as far as it is theirs who sent it.
    may = Rights(request, conn).card(known)
    if not may:
        raise forbidden("You may not change this card.", "The people team can, or an editor of a department above.")
    given = {name for name in WRITABLE if name in body.model_fields_set} | may
    differing = {
        name
        for name in WRITABLE
        if name in given and not editing.same(name, getattr(card, name) or None, now.values[name])
    }
    verbs: list[Verb] = []
    places: list[dict[str, str]] = []
    if differing:
        changes = Card.model_construct(_fields_set=differing, **{name: getattr(card, name) for name in WRITABLE})
        verbs.append(EditCard(employee=known, changes=changes))
        places.append(_places(body))
    if conn.execute(_EMPLOYED, {"id": known, "day": start}).first() is None:
        if body.named("department") is not None:
            on = body.effective or body.hired_on or request.today
            values = {"manager": body.named("manager"), **_hire(body)}
            verbs.append(Rehire(employee=known, on=on, until=body.until, **values))
            places.append(_places(body, on="/effective"))
    else:
        if wanted := _move(body):
            verbs.append(Move(employee=known, on=start, **wanted))
            places.append(_places(body, on="/effective"))
        if body.says("manager") and not _reports_to(conn, known, start, body.named("manager")):
            verbs.append(ChangeManager(employee=known, manager=body.named("manager"), on=start))
            places.append(_places(body, on="/effective"))
    return Change(verbs, "employee", known, places, body.reason)


def _new(body: Any, number: str) -> Change:
    missing = []
    if body.hired_on is None:
        missing.append(Problem("/hired_on", "“hired_on” is missing.", "Somebody new needs a first day."))
    if body.named("department") is None:
        missing.append(Problem("/department_id", "“department_id” is missing.", "Somebody new needs a department."))
    if missing:
        raise InvalidBodyError(missing)
    places = _places(body, on="/hired_on", employee_number="")
    return Change([_join(body, number)], "employee", places=[places], reason=body.reason, mail=body.email)


def _reports_to(conn: Connection, employee: int, day: date, manager: int | str | None) -> bool:
    """Whether somebody's primary assignment reports to a manager on a day."""
    query = (
        select(_E.c.id, _E.c.employee_number)
        .select_from(_A)
        .join(
            _LINE,
            (_LINE.c.assignment_id == _A.c.assignment_id)
            & is_current(_LINE)
            & valid_on(_LINE, day)
            & (_LINE.c.kind == "solid"),
        )
        .join(_E, _E.c.id == _LINE.c.manager_id)
        .where(is_current(_A), valid_on(_A, day), _A.c.employee_id == employee, _A.c.is_primary)
    )
    row = conn.execute(query).first()
    return manager is None if row is None else manager in (row.id, row.employee_number)


# --- named actions --------------------------------------------------------------------------------------------


@_action("move", sent.EmployeeMove, "Move somebody")
def move(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """An assignment changes."""
    verb = Move(
        employee=_id(parts),
        on=body.effective,
        until=body.until,
        also_later=body.also_later,
        assignment=body.assignment,
        **_move(body),
    )
    return _about(body, parts, verb, on="/effective")


@_action(
    "leave",
    sent.EmployeeLeave,
    "Let somebody go",
    "The employment ends with `last_day`. Their reports pass to `hand_over_to`, else to the leaver's own manager; what "
    "was planned for later is cancelled. Given again, it moves the end.",
)
def leave(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """An employment ends."""
    verb = Leave(employee=_id(parts), last_day=body.last_day, hand_over_to=body.named("hand_over_to"))
    return _about(body, parts, verb)


@_action("rehire", sent.EmployeeRehire, "Rehire somebody")
def rehire(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """Somebody comes back."""
    values = {"manager": body.named("manager"), **_hire(body)}
    verb = Rehire(employee=_id(parts), on=body.effective, until=body.until, **values)
    return _about(body, parts, verb, on="/effective")


@_action("change-manager", sent.EmployeeChangeManager, "Change whom somebody reports to")
def change_manager(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """A reporting line begins."""
    verb = ChangeManager(
        employee=_id(parts),
        manager=body.named("manager"),
        on=body.effective,
        until=body.until,
        also_later=body.also_later,
        kind=body.kind,
        assignment=body.assignment,
    )
    return _about(body, parts, verb, on="/effective")


@_action("end-reporting-line", sent.EmployeeEndLine, "End a reporting line")
def end_reporting_line(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """A reporting line ends."""
    verb = EndReportingLine(
        employee=_id(parts),
        manager=body.named("manager"),
        kind=body.kind,
        last_day=body.last_day,
        assignment=body.assignment,
    )
    return _about(body, parts, verb)


@_action("correct", sent.EmployeeCorrect, "Correct what was always wrong")
def correct(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """A fact is restated."""
    said = body.changes
    wanted = _move(said)
    wanted |= {name: getattr(said, name) for name in ("valid_from", "valid_to", "kind") if said.says(name)}
    if said.says("manager"):
        wanted["manager"] = said.named("manager")
    verb = Correct(
        employee=_id(parts),
        fact=body.fact,
        on=body.on,
        assignment=body.assignment,
        manager=body.named("manager"),
        kind=body.kind,
        changes=CorrectedFact(**wanted),
        remove=body.remove,
    )
    inner = {name: f"/changes{place}" for name, place in _places(said).items() if said.says(name)}
    return _about(body, parts, verb, **inner)


@_action("add-assignment", sent.EmployeeAddAssignment, "Give somebody a second assignment")
def add_assignment(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """A second assignment begins."""
    values = {"manager": body.named("manager"), **_hire(body)}
    verb = AddAssignment(employee=_id(parts), on=body.effective, until=body.until, **values)
    return _about(body, parts, verb, on="/effective")


@_action("end-assignment", sent.EmployeeEndAssignment, "End an assignment")
def end_assignment(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """An assignment ends."""
    verb = EndAssignment(employee=_id(parts), assignment=body.assignment, last_day=body.last_day)
    return _about(body, parts, verb)


@_action("make-primary", sent.EmployeeMakePrimary, "Make an assignment the primary one")
def make_primary(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """Another assignment becomes the primary one."""
    verb = MakePrimary(employee=_id(parts), assignment=body.assignment, on=body.effective)
    return _about(body, parts, verb, on="/effective")


@_action("change-audience", sent.EmployeeHide, "Say who may know of somebody")
def change_audience(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> Change:
    """Who may know of somebody at all."""
    return _about(body, parts, ChangeAudience(employee=_id(parts), audience=body.audience))


# --- ending by DELETE -----------------------------------------------------------------------------------------


class EndQuery(ChangeQuery):
    """The parameters of an end."""

    last_day: Annotated[Day, Field(description="The last day on which it holds.", examples=["2026-03-31"])]


def _end(name: str, pattern: str, summary: str, parts: Mapping[str, str]) -> Any:
    return change(
        name,
        "DELETE",
        pattern,
        body=None,
        permission=Permission.EMPLOYEE_CHANGE,
        scope=Scope.EMPLOYEES_WRITE,
        tag=_TAG,
        summary=summary,
        description="It holds until the end of `last_day`. Nothing dated is erased: what was is still told.",
        made=Employee,
        query=EndQuery,
        parts={"id": "The id of the employee.", **parts},
    )


@_end(
    "employee.assignment",
    "/employees/{id}/assignments/{assignment}",
    "End an assignment",
    {"assignment": "The assignment, as `assignment_id` names it."},
)
def delete_assignment(request: Request, _conn: Connection, parts: Mapping[str, str], _body: Any) -> Change:
    """An assignment ends."""
    last_day = EndQuery.of(request).last_day
    verb = EndAssignment(employee=_id(parts), assignment=int(parts["assignment"]), last_day=last_day)
    return Change([verb], "employee", _id(parts), [{}])


@_end(
    "employee.line",
    "/employees/{id}/reporting-lines/{line}",
    "End a reporting line",
    {"line": "The id of the reporting line."},
)
def delete_line(request: Request, conn: Connection, parts: Mapping[str, str], _body: Any) -> Change:
    """A reporting line ends."""
    last_day = EndQuery.of(request).last_day
    row = conn.execute(_LINE_ROW, {"line": int(parts["line"]), "id": _id(parts)}).first()
    if row is None:
        raise not_found("There is no such reporting line of this employee.", "Look it up among their reporting lines.")
    verb = EndReportingLine(
        employee=_id(parts),
        manager=row.manager_id,
        kind=row.kind,
        assignment=row.assignment_id,
        last_day=last_day,
    )
    return Change([verb], "employee", _id(parts), [{}])
