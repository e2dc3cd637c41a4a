"""All that happens in a career: moves, ends, managers, assignments, corrections; and who may know of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, bindparam, select

from myproject.api import change_bodies as sent
from myproject.api.employee_changes import TAG, about, hired, id_of, moved, places_of
from myproject.api.framework.changing import ChangeRequest, hidden_people
from myproject.api.framework.writing import WriteQuery, change
from myproject.api.schemas import Employee
from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeAudience,
    ChangeManager,
    Correct,
    CorrectedFact,
    EndAssignment,
    EndReportingLine,
    Leave,
    MakePrimary,
    Move,
    Rehire,
    Verb,
)
from myproject.models.dated import is_current
from myproject.models.employment import ReportingLine
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Day
from myproject.web.problems import not_found
from myproject.web.request import Request

_LINE = ReportingLine.__table__
_LINE_ROW = select(_LINE.c.manager_id, _LINE.c.kind, _LINE.c.assignment_id).where(
    is_current(_LINE), _LINE.c.id == bindparam("line"), _LINE.c.employee_id == bindparam("id")
)


def _action(verb: type[Verb], body: Any, summary: str, description: str = "") -> Any:
    """Declare the named action that says a verb of an employee: ``/employees/7:make-primary``."""
    name = verb.model_fields["verb"].default.replace("_", "-")
    return change(
        f"employee.{name}",
        "POST",
        f"/employees/{{id}}:{name}",
        body=body,
        permission=Permission(verb.permission),
        scope=Scope.EMPLOYEES_WRITE,
        tag=TAG,
        summary=summary,
        description=description or (body.__doc__ or ""),
        made=Employee,
        parts={"id": "The id of the employee."},
    )


# --- named actions --------------------------------------------------------------------------------------------


@_action(Move, sent.EmployeeMove, "Move somebody")
def move(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """An assignment changes."""
    verb = Move(
        employee=id_of(parts),
        on=body.effective,
        until=body.until,
        also_later=body.also_later,
        assignment=body.assignment,
        **moved(body),
    )
    return about(body, parts, verb, on="/effective")


@_action(
    Leave,
    sent.EmployeeLeave,
    "Let somebody go",
    "The employment ends with `last_day`. Their reports pass to `hand_over_to`, else to the leaver's own manager; what "
    "was planned for later is cancelled. Given again before that day, it moves the end; of somebody who has left, "
    "`:correct` changes the dates.",
)
def leave(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """An employment ends."""
    verb = Leave(employee=id_of(parts), last_day=body.last_day, hand_over_to=body.named("hand_over_to"))
    return about(body, parts, verb)


@_action(Rehire, sent.EmployeeRehire, "Rehire somebody")
def rehire(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """Somebody comes back."""
    values = {"manager": body.named("manager"), **hired(body)}
    verb = Rehire(employee=id_of(parts), on=body.hired_on, until=body.until, **values)
    return about(body, parts, verb, on="/hired_on")


@_action(ChangeManager, sent.EmployeeChangeManager, "Change whom somebody reports to")
def change_manager(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A reporting line begins."""
    verb = ChangeManager(
        employee=id_of(parts),
        manager=body.named("manager"),
        on=body.effective,
        until=body.until,
        also_later=body.also_later,
        kind=body.kind,
        assignment=body.assignment,
    )
    return about(body, parts, verb, on="/effective")


@_action(EndReportingLine, sent.EmployeeEndLine, "End a reporting line")
def end_reporting_line(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A reporting line ends."""
    verb = EndReportingLine(
        employee=id_of(parts),
        manager=body.named("manager"),
        kind=body.kind,
        last_day=body.last_day,
        assignment=body.assignment,
    )
    return about(body, parts, verb)


@_action(Correct, sent.EmployeeCorrect, "Correct what was always wrong")
def correct(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A fact is restated."""
    said = body.changes
    wanted = moved(said)
    wanted |= {name: getattr(said, name) for name in ("valid_from", "valid_to", "kind") if said.says(name)}
    if said.says("manager"):
        wanted["manager"] = said.named("manager")
    verb = Correct(
        employee=id_of(parts),
        fact=body.fact,
        on=body.on,
        assignment=body.assignment,
        manager=body.named("manager"),
        kind=body.kind,
        changes=CorrectedFact(**wanted),
        remove=body.remove,
    )
    inner = {name: f"/changes{place}" for name, place in places_of(said).items() if said.says(name)}
    return about(body, parts, verb, **inner)


@_action(AddAssignment, sent.EmployeeAddAssignment, "Give somebody a second assignment")
def add_assignment(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A second assignment begins."""
    values = {"manager": body.named("manager"), **hired(body)}
    verb = AddAssignment(employee=id_of(parts), on=body.effective, until=body.until, **values)
    return about(body, parts, verb, on="/effective")


@_action(EndAssignment, sent.EmployeeEndAssignment, "End an assignment")
def end_assignment(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """An assignment ends."""
    verb = EndAssignment(employee=id_of(parts), assignment=body.assignment, last_day=body.last_day)
    return about(body, parts, verb)


@_action(MakePrimary, sent.EmployeeMakePrimary, "Make an assignment the primary one")
def make_primary(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """Another assignment becomes the primary one."""
    verb = MakePrimary(employee=id_of(parts), assignment=body.assignment, on=body.effective)
    return about(body, parts, verb, on="/effective")


@_action(ChangeAudience, sent.EmployeeHide, "Say who may know of somebody")
def change_audience(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """Who may know of somebody at all."""
    return about(body, parts, ChangeAudience(employee=id_of(parts), audience=body.audience))


# --- ending by DELETE -----------------------------------------------------------------------------------------


class EndQuery(WriteQuery):
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
        tag=TAG,
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
def delete_assignment(request: Request, _conn: Connection, parts: Mapping[str, str], _body: Any) -> ChangeRequest:
    """An assignment ends."""
    last_day = EndQuery.of(request).last_day
    verb = EndAssignment(employee=id_of(parts), assignment=int(parts["assignment"]), last_day=last_day)
    return ChangeRequest([verb], "employee", id_of(parts), [{}])


@_end(
    "employee.line",
    "/employees/{id}/reporting-lines/{line}",
    "End a reporting line",
    {"line": "The id of the reporting line."},
)
def delete_line(request: Request, conn: Connection, parts: Mapping[str, str], _body: Any) -> ChangeRequest:
    """A reporting line ends."""
    last_day = EndQuery.of(request).last_day
    row = conn.execute(_LINE_ROW, {"line": int(parts["line"]), "id": id_of(parts)}).first()
    if row is None or row.manager_id in hidden_people(request):
        raise not_found("There is no such reporting line of this employee.", "Look it up among their reporting lines.")
    verb = EndReportingLine(
        employee=id_of(parts),
        manager=row.manager_id,
        kind=row.kind,
        assignment=row.assignment_id,
        last_day=last_day,
    )
    return ChangeRequest([verb], "employee", id_of(parts), [{}])
