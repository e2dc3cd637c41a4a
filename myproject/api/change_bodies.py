"""What is sent to change something: the models of the bodies.

Their values are those of the verbs (`directory/schema/verbs.py`), which they become. A reference is an object,
{"id": 3} or {"code": "ENG"}, or its id in a field of its own (``department_id``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, Audience, Card, Code, EmployeeNumber, Fte, Title
from myproject.directory.schema.fields import Day as AnyDay
from myproject.directory.schema.verbs import Kind

LARGEST = 10**18 - 1
ALSO_LATER = "Write it beyond the changes of the same field that are planned for later days too."
REMOVE = "The change that begins with this row never was, or will not be: what was before it holds on."


NO_DEPARTMENT = "“department_id” is missing."
_NO_QUOTES = "Give one, without quotation marks."


def refused(message: str, remedy: str) -> PydanticCustomError:
    """What a validator raises to say it in its own words."""
    return PydanticCustomError("told", "{message}", {"message": message, "remedy": remedy})


def _whole(value: Any) -> Any:
    """A whole number as JSON has it, which may be written 3.0; true is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused("A whole number is needed here.", _NO_QUOTES)
    return value


def _text(value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise refused("A text is needed here.", "Put it between quotation marks.")
    return value


def _list(value: Any) -> Any:
    if value is not None and not isinstance(value, list):
        raise refused("A list is needed here.", "Put the values between square brackets.")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused("A number is needed here.", _NO_QUOTES)
    return value


def _flag(value: Any) -> Any:
    if not isinstance(value, bool):
        raise refused("It is true or false.", "Give one of them, without quotation marks.")
    return value


Id = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=LARGEST)]
Day = Annotated[AnyDay, BeforeValidator(_text)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Share = Annotated[Fte, BeforeValidator(_number)]
Reason = Annotated[str, Field(max_length=500)]


class Body(BaseModel):
    """Base of what is sent: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Reasoned(Body):
    """Base of every change."""

    reason: Reason = Field(default="", description="Why: kept with the change set.")


class _Ref(Body):
    @model_validator(mode="after")
    def _one(self) -> Any:
        if len([name for name in self.model_fields_set if getattr(self, name) is not None]) != 1:
            names = " or ".join(f"“{name}”" for name in type(self).model_fields)
            raise refused("The reference does not say which.", f"Give {names}, one of them.")
        return self

    @property
    def ref(self) -> Any:
        """What a verb takes: the id, or the natural key."""
        values = (getattr(self, name) for name in self.model_fields_set)
        return next(value for value in values if value is not None)


class DepartmentRef(_Ref):
    """A department, by its id or its code."""

    id: Id | None = None
    code: Code | None = None


class LocationRef(_Ref):
    """A location, by its id or its code."""

    id: Id | None = None
    code: Code | None = None


class EmployeeRef(_Ref):
    """An employee, by their id or their number."""

    id: Id | None = None
    employee_number: EmployeeNumber | None = None


class Referring(Reasoned):
    """Base of bodies that name other things: `named` gives what a field refers to, in whichever way it was said."""

    @model_validator(mode="after")
    def _once(self) -> Any:
        for name in self.model_fields_set:
            if f"{name}_id" in self.model_fields_set:
                raise refused(f"“{name}” is said twice.", f"Give “{name}” or “{name}_id”.")
        return self

    def named(self, field: str) -> Any:
        """The reference of a field: id, natural key, or None."""
        ref = getattr(self, field, None)
        return ref.ref if ref is not None else getattr(self, f"{field}_id", None)

    def says(self, field: str) -> bool:
        """Whether the field was given, in either way."""
        return field in self.model_fields_set or f"{field}_id" in self.model_fields_set

    def pointer(self, field: str) -> str:
        """Where a field stands in the body; "" where it has none."""
        for name in (field, f"{field}_id"):
            if name in self.model_fields_set:
                return f"/{name}"
        return f"/{field}" if field in type(self).model_fields else ""


class _Placed(Referring):
    """Where somebody works, as what, and for whom."""

    department: DepartmentRef | None = None
    department_id: Id | None = None
    job_title: Title | None = None
    location: LocationRef | None = None
    location_id: Id | None = None
    fte: Share | None = Field(default=None, description=FIELDS["fte"].help)
    is_head: Flag | None = Field(default=None, description="Whether they are head of the department.")


class _Hired(_Placed):
    manager: EmployeeRef | None = None
    manager_id: Id | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Any:
        if self.named("department") is None:
            raise refused(NO_DEPARTMENT, "Give it a value, or “department”.")
        return self


# --- people -------------------------------------------------------------------------------------------------

_HINTS = get_type_hints(Card, include_extras=True)
#: The fields of a card that are sent as they are; a portrait is a picture, which has a page of its own.
WRITABLE = tuple(name for name in CARD_FIELDS if name != "portrait")


def _strictly(name: str) -> Any:
    """The type of a field of the card, for JSON: no text where a list is meant, no number where a day is."""
    lists = "list[" in str(_HINTS[name])
    return Annotated[_HINTS[name], BeforeValidator(_list if lists else _text)]


_CARD: Any = {
    name: (_strictly(name), Field(default=None, title=FIELDS[name].label, description=FIELDS[name].help or None))
    for name in WRITABLE
}

EmployeeNew: Any = create_model(
    "EmployeeNew",
    __base__=_Hired,
    __doc__="Somebody who starts to work here.",
    **_CARD,
    hired_on=(Day, Field(description="The first day of work; also in the past.")),
    until=(Day | None, Field(default=None, description="The last day, where the end is known.")),
)
EmployeeCreate: Any = create_model(
    "EmployeeCreate",
    __base__=EmployeeNew,
    __doc__="Somebody who starts to work here, with their number.",
    employee_number=(EmployeeNumber, Field()),
)
EmployeePatch: Any = create_model(
    "EmployeePatch",
    __base__=Reasoned,
    __doc__="A merge patch of a card: what is given changes, null clears. What is dated has operations of its own.",
    **_CARD,
    employee_number=(EmployeeNumber | None, Field(default=None)),
    audiences=(
        dict[str, Audience | None] | None,
        Field(default=None, description="Field -> the narrower audience that you keep your own value to; null: none."),
    ),
)
EmployeePut: Any = create_model(
    "EmployeePut",
    __base__=_Placed,
    __doc__=(
        "Somebody with this number: made if there is none, else their card is replaced, and where they work and whom "
        "they report to changes from `effective` on, as far as it is given."
    ),
    **_CARD,
    manager=(EmployeeRef | None, None),
    manager_id=(Id | None, None),
    hired_on=(Day | None, Field(default=None, description="The first day of work, for somebody new.")),
    until=(Day | None, Field(default=None, description="The last day, for somebody new.")),
    effective=(Day | None, Field(default=None, description="From when on; today unless given.")),
)


class EmployeeMove(_Placed):
    """An assignment changes from a day on: only what is given.

    Each field holds until the next change of the same field that is planned already.
    """

    effective: Day
    until: Day | None = Field(default=None, description="The last day, where it is for a time.")
    also_later: Flag = Field(default=False, description=ALSO_LATER)
    assignment: Id | None = Field(default=None, description="Which one; the primary one unless given.")


class EmployeeLeave(Referring):
    """An employment ends."""

    last_day: Day = Field(description="The last day of work.")
    hand_over_to: EmployeeRef | None = Field(
        default=None, description="Whom the reports pass to; to the leaver's own manager unless given."
    )
    hand_over_to_id: Id | None = None


class EmployeeRehire(_Hired):
    """Somebody comes back."""

    hired_on: Day = Field(description="The first day of the new employment.")
    until: Day | None = None


class EmployeeChangeManager(Referring):
    """From a day on, an assignment reports to somebody; null ends the lines of the kind."""

    effective: Day
    manager: EmployeeRef | None = None
    manager_id: Id | None = None
    until: Day | None = None
    also_later: Flag = Field(default=False, description=ALSO_LATER)
    kind: Kind = "solid"
    assignment: Id | None = None

    @model_validator(mode="after")
    def _whom(self) -> Any:
        if not self.says("manager"):
            raise refused("“manager_id” is missing.", "Give it a value, or null for nobody.")
        return self


class EmployeeEndLine(Referring):
    """A reporting line ends."""

    last_day: Day
    manager: EmployeeRef | None = None
    manager_id: Id | None = None
    kind: Kind = "solid"
    assignment: Id | None = None

    @model_validator(mode="after")
    def _whom(self) -> Any:
        if self.named("manager") is None:
            raise refused("“manager_id” is missing.", "Give it a value.")
        return self


class CorrectedFact(_Placed):
    """What the corrected row should read; only what is given changes."""

    reason: Literal[""] = Field(default="", exclude=True)
    manager: EmployeeRef | None = None
    manager_id: Id | None = None
    kind: Kind | None = None
    valid_from: Day | None = None
    valid_to: Day | None = Field(default=None, description="The first day on which it no longer holds; null: no end.")


class EmployeeCorrect(Referring):
    """What is recorded was always wrong: the row of a fact that is in force on a day reads otherwise, or never was.

    A planned change moves to another day by `changes.valid_from` of the row with which it begins; `remove` cancels it.
    Field by field: what else is planned stands.
    """

    fact: Literal["employment", "assignment", "reporting_line"]
    on: Day
    assignment: Id | None = None
    manager: EmployeeRef | None = Field(default=None, description="Which line: the manager as recorded now.")
    manager_id: Id | None = None
    kind: Kind | None = None
    changes: CorrectedFact = Field(default_factory=CorrectedFact)
    remove: Flag = Field(default=False, description=REMOVE)


class EmployeeAddAssignment(_Hired):
    """A second assignment beside the primary one."""

    effective: Day
    until: Day | None = None


class EmployeeEndAssignment(Reasoned):
    """An assignment other than the primary one ends."""

    assignment: Id
    last_day: Day


class EmployeeMakePrimary(Reasoned):
    """Another assignment becomes the primary one."""

    assignment: Id
    effective: Day


class EmployeeHide(Reasoned):
    """Who may know of somebody at all."""

    audience: Audience


# --- change sets ----------------------------------------------------------------------------------------------


class Undo(Reasoned):
    """A change set is taken back."""

    partial: Flag = Field(default=False, description="Leave what was changed since as it is, and take the rest back.")


# --- answers --------------------------------------------------------------------------------------------------


class Pointed(BaseModel):
    """Something that is wrong, and where."""

    pointer: str = Field(description="JSON pointer into the body; empty for all of it.")
    message: str
    remedy: str


class DifferenceInWords(BaseModel):
    """A difference in words."""

    kind: Literal["employee", "department", "location"]
    id: int
    name: str
    text: str


class PlanAnswer(BaseModel):
    """What a change would do; nothing was written."""

    model_config = ConfigDict(title="Plan")

    dry_run: Literal[True]
    possible: bool = Field(description="Whether it would be taken.")
    differences: list[DifferenceInWords]
    changes: list[dict[str, Any]] = Field(description="The same as data: fields before and after, dated rows.")
    problems: list[Pointed]
