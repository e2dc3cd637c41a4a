"""What can be changed about people themselves: hire somebody, edit or replace a card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pyramid.httpexceptions import HTTPPreconditionFailed
from sqlalchemy import Connection, bindparam, select

from myproject.accounts.permissions import WHO_CAN
from myproject.api import change_bodies as sent
from myproject.api.change_bodies import WRITABLE
from myproject.api.framework.bodies import InvalidBodyError
from myproject.api.framework.changing import ChangeRequest, hidden_people
from myproject.api.framework.writing import change
from myproject.api.schemas import Employee
from myproject.directory.schema.fields import Card, fields_of
from myproject.directory.schema.verbs import ChangeManager, EditCard, Join, Move, Rehire, Verb
from myproject.directory.visibility.hidden_people import Hidden
from myproject.models.dated import is_current, valid_on
from myproject.models.employee import Employee as Stored
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Problem
from myproject.web.problems import forbidden
from myproject.web.request import Request
from myproject.web.rights import Rights

TAG = "Changing people"
_E = Stored.__table__
_S = Employment.__table__
_A = Assignment.__table__
_LINE = ReportingLine.__table__
_BY_NUMBER = select(_E.c.id).where(_E.c.employee_number == bindparam("number"))
_DAY = bindparam("day", type_=_S.c.valid_from.type)
_EMPLOYED = select(_S.c.id).where(is_current(_S), _S.c.employee_id == bindparam("id"), valid_on(_S, _DAY))


def places_of(body: Any, **others: str) -> dict[str, str]:
    """Where the parts of a verb stand in a body."""
    names = ("department", "location", "manager", "parent", "hand_over_to")
    found = {name: f"/{name}" for name in type(body).model_fields}
    if hasattr(body, "pointer"):
        found |= {name: body.pointer(name) for name in names if f"{name}_id" in found}
    return found | others


def hired(body: Any) -> dict[str, Any]:
    """Where somebody works, as a verb takes it; what was not said keeps its usual value."""
    values = {
        name: body.named(name) if name in ("department", "location") else getattr(body, name)
        for name in fields_of("assignment")
    }
    return {name: value for name, value in values.items() if value is not None}


def moved(body: Any) -> dict[str, Any]:
    """What a move says: null where somebody said so."""
    return {
        name: body.named(name) if name in ("department", "location") else getattr(body, name)
        for name in fields_of("assignment")
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
        **hired(body),
    )


def id_of(parts: Mapping[str, str]) -> int:
    """The employee whom an address names."""
    return int(parts["id"])


def about(body: Any, parts: Mapping[str, str], verb: Verb, **places: str) -> ChangeRequest:
    """One verb about the employee whom an address names."""
    return ChangeRequest([verb], "employee", id_of(parts), [places_of(body, **places)], body.reason)


# --- cards ----------------------------------------------------------------------------------------------------


@change(
    "employees",
    "POST",
    "/employees",
    body=sent.EmployeeCreate,
    permission=Permission.EMPLOYEE_CHANGE,
    scope=Scope.EMPLOYEES_WRITE,
    tag=TAG,
    summary="Hire somebody",
    description=(
        "Somebody starts to work here on `hired_on`. A number or mail address that is somebody's already is a 409. "
        "Who comes back is rehired, not hired anew."
    ),
    made=Employee,
    creates=True,
)
def create_employee(_request: Request, _conn: Connection, _parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """A new employee."""
    places = places_of(body, on="/hired_on")
    return ChangeRequest([_join(body, body.employee_number)], "employee", places=[places], reason=body.reason)


@change(
    "employee",
    "PATCH",
    "/employees/{id}",
    body=sent.EmployeePatch,
    permission=Permission.CARD_EDIT,
    scope=Scope.EMPLOYEES_WRITE,
    tag=TAG,
    summary="Edit a card",
    description=(
        "A JSON merge patch (RFC 7396) of the undated fields: what is given changes, null clears. "
        "Department, job title, location and manager are dated: they change by `:move` and `:change-manager`."
    ),
    made=Employee,
    parts={"id": "The id of the employee."},
)
def edit_employee(_request: Request, _conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """The card changes."""
    if "employee_number" in body.model_fields_set and body.employee_number is None:
        raise InvalidBodyError([Problem("/employee_number", "A number can't be taken away.", "Give another one.")])
    verb = EditCard(
        employee=id_of(parts), changes=_card(body), employee_number=body.employee_number, audiences=body.audiences
    )
    return about(body, parts, verb, **{f"audiences.{name}": f"/audiences/{name}" for name in body.audiences or ()})


@change(
    "employee.by_number",
    "PUT",
    "/employees/by-number/{employee_number}",
    body=sent.EmployeePut,
    permission=Permission.EMPLOYEE_CHANGE,
    scope=Scope.EMPLOYEES_WRITE,
    tag=TAG,
    summary="Hire somebody, or replace their card",
    description=(
        "By employee number. Where there is nobody with it, they are hired (201): `hired_on` and a department are "
        "needed then. Else their card is replaced: what is not given is cleared, as far as you may edit it; what is "
        "given asks for the right to it, also where it is the same. "
        "Where they work and whom they "
        "report to changes from `effective` on, as far as it is given and differs; who has left is rehired. "
        "`If-None-Match: *` makes sure that somebody new is meant."
    ),
    made=Employee,
    parts={"employee_number": "The number of the employee."},
)
def put_employee(request: Request, conn: Connection, parts: Mapping[str, str], body: Any) -> ChangeRequest:
    """Somebody with this number, as it is sent."""
    number = parts["employee_number"]
    known = conn.execute(_BY_NUMBER, {"number": number}).scalar()
    hidden = hidden_people(request)
    if known is None or known in hidden:
        return _new(body, number)
    if request.environ.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
        error: Any = HTTPPreconditionFailed("There is somebody with this number.")
        error.remedy = "Send their version in the header If-Match to replace their card."
        raise error
    may = Rights(request, conn).card(known)
    if not may:
        raise forbidden("You may not change this card.", WHO_CAN)
    # The right to each field that was sent is asked before any is compared, so that no answer tells what is stored.
    # What was not sent is cleared, as far as it is theirs who sent it.
    named = {name for name in WRITABLE if name in body.model_fields_set or name in may}
    card = Card.model_construct(_fields_set=named, **{name: getattr(body, name) for name in WRITABLE})
    start = body.effective or request.today
    change = ChangeRequest([EditCard(employee=known, changes=card)], "employee", known, [places_of(body)], body.reason)
    change.verbs = [*change.verbs, *_placed(conn, known, start, body)]
    change.places = [*change.places, *(places_of(body, on="/effective") for _ in change.verbs[1:])]

    def settle(conn: Connection) -> None:
        """Leave the reporting line alone where it is as it is said to be."""
        stays = body.says("manager") and _reports_to(conn, known, start, body.named("manager"), hidden)
        change.verbs = [each for each in change.verbs if not (stays and isinstance(each, ChangeManager))]

    change.settle = settle
    return change


def _placed(conn: Connection, known: int, start: date, body: Any) -> Iterator[Verb]:
    """Where somebody works and whom they report to from a day on, as far as it was sent."""
    if conn.execute(_EMPLOYED, {"id": known, "day": start}).first() is None:
        if body.named("department") is not None:
            values = {"manager": body.named("manager"), **hired(body)}
            yield Rehire(employee=known, on=body.effective or body.hired_on or start, until=body.until, **values)
        return
    if wanted := moved(body):
        yield Move(employee=known, on=start, **wanted)
    if body.says("manager"):
        yield ChangeManager(employee=known, manager=body.named("manager"), on=start)


def _new(body: Any, number: str) -> ChangeRequest:
    missing = []
    if body.hired_on is None:
        missing.append(Problem("/hired_on", "“hired_on” is missing.", "Somebody new needs a first day."))
    if body.named("department") is None:
        missing.append(Problem("/department_id", sent.NO_DEPARTMENT, "Somebody new needs a department."))
    if missing:
        raise InvalidBodyError(missing)
    places = places_of(body, on="/hired_on", employee_number="")
    return ChangeRequest([_join(body, number)], "employee", places=[places], reason=body.reason)


def _reports_to(conn: Connection, employee: int, day: date, manager: int | str | None, hidden: Hidden) -> bool:
    """Whether somebody's primary assignment reports to a manager on a day; to somebody hidden is to nobody."""
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
    if row is None or row.id in hidden:
        return manager is None
    return manager in (row.id, row.employee_number)
