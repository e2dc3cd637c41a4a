"""The verbs: everything that can be said of a change in the organisation.

A list of verbs becomes a plan (`plans.py`). *Change* verbs are true from a day on; `correct` says what was always
wrong. References are an id (int) or a natural key (str): employee number, department code, location code.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .fields import Audience, Card, Code, Day, EmployeeNumber, Fte, Name, Title

EmployeeRef = int | EmployeeNumber
DepartmentRef = int | Code
LocationRef = int | Code
Kind = Literal["solid", "dotted", "acting"]


class Verb(BaseModel):
    """Base of the verbs: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Join(Verb):
    """A new employee starts work. `until` is the last day, where the end is known."""

    verb: Literal["join"] = "join"
    employee_number: EmployeeNumber
    card: Card
    on: Day
    until: Day | None = None
    department: DepartmentRef
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte = 1.0
    is_head: bool = False
    manager: EmployeeRef | None = None


class Leave(Verb):
    """An employment ends; `last_day` is the last one worked.

    Whoever reports to the leaver after that day reports to `hand_over_to`; unless told, to the leaver's own manager.
    Everything of the employment that was planned for later days is cancelled. Given again before it has ended, it moves
    the end; of an employment that is over, only `correct` changes the dates.
    """

    verb: Literal["leave"] = "leave"
    employee: EmployeeRef
    last_day: Day
    hand_over_to: EmployeeRef | None = None


class Rehire(Verb):
    """A former employee starts a new employment."""

    verb: Literal["rehire"] = "rehire"
    employee: EmployeeRef
    on: Day
    until: Day | None = None
    department: DepartmentRef
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte = 1.0
    is_head: bool = False
    manager: EmployeeRef | None = None


class Move(Verb):
    """An assignment changes from a day on: department, job title, location, FTE, head of department.

    Only what is given changes. Each field holds until `until` (last day), else until the next change of the same field
    that is already planned; with `also_later` it holds beyond those too. Without `assignment`, the primary one.
    """

    verb: Literal["move"] = "move"
    employee: EmployeeRef
    on: Day
    until: Day | None = None
    also_later: bool = False
    assignment: int | None = None
    department: DepartmentRef | None = None
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte | None = None
    is_head: bool | None = None


class AddAssignment(Verb):
    """A second assignment beside the primary one: a job share, a second role."""

    verb: Literal["add_assignment"] = "add_assignment"
    employee: EmployeeRef
    on: Day
    until: Day | None = None
    department: DepartmentRef
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte = 1.0
    is_head: bool = False
    manager: EmployeeRef | None = None


class EndAssignment(Verb):
    """An assignment other than the primary one ends."""

    verb: Literal["end_assignment"] = "end_assignment"
    employee: EmployeeRef
    assignment: int
    last_day: Day


class MakePrimary(Verb):
    """Another of the employee's assignments becomes the primary one from a day on."""

    verb: Literal["make_primary"] = "make_primary"
    employee: EmployeeRef
    assignment: int
    on: Day


class ChangeManager(Verb):
    """From a day on, an assignment reports to `manager` by a line of a kind; None ends the lines of that kind.

    A solid or acting line replaces the one before it; a dotted one is added beside others. It holds until `until`
    (last day), else until the next change of the same already planned (`also_later`: beyond it).
    """

    verb: Literal["change_manager"] = "change_manager"
    employee: EmployeeRef
    manager: EmployeeRef | None
    on: Day
    until: Day | None = None
    also_later: bool = False
    kind: Kind = "solid"
    assignment: int | None = None


class EndReportingLine(Verb):
    """A reporting line to a manager ends."""

    verb: Literal["end_reporting_line"] = "end_reporting_line"
    employee: EmployeeRef
    manager: EmployeeRef
    kind: Kind
    last_day: Day
    assignment: int | None = None


class EditCard(Verb):
    """The card of an employee is edited: only the fields that are set in `changes`.

    `audiences`: field -> the narrower audience that the person keeps it to; None takes the choice back, as does
    "colleagues", which is narrower than nothing. A choice wider than the organisation's own audience has no effect
    as long as that stands (`audience.choices_of` tells what to offer).
    """

    verb: Literal["edit_card"] = "edit_card"
    employee: EmployeeRef
    changes: Card = Field(default_factory=Card)
    employee_number: EmployeeNumber | None = None
    audiences: dict[str, Audience | None] | None = None


class ChangeAudience(Verb):
    """Who may know of an employee at all: "colleagues" for everyone; anything narrower hides them from the others."""

    verb: Literal["change_audience"] = "change_audience"
    employee: EmployeeRef
    audience: Audience


class Correct(Verb):
    """What is recorded was always wrong: restate the one row of a fact that is in force on a day.

    fact: employment (valid_from, valid_to), assignment (department, job_title, location, fte, is_head, valid_from,
    valid_to), reporting_line (manager, kind, valid_from, valid_to). `valid_to` is the first day it no longer holds,
    None for no end. Rows of the same thing that the restated one now covers give way; edges that lay on the moved
    edge of an employment or assignment follow it. An edge that is still to come between two rows is a planned change:
    it moves field by field, and what else is planned stands. A field that is given holds on through planned changes of
    other fields. `remove` says that the change with which the row begins never was, or will not be: what was before it
    holds on. The first row of a second assignment, a line with none before it, or an employment goes.
    """

    verb: Literal["correct"] = "correct"
    employee: EmployeeRef
    fact: Literal["employment", "assignment", "reporting_line"]
    on: Day
    assignment: int | None = None
    manager: EmployeeRef | None = None
    """Which line, where several are in force: the manager as recorded now."""
    kind: Kind | None = None
    changes: CorrectedFact = Field(default_factory=lambda: CorrectedFact())  # noqa: PLW0108 - defined further down
    remove: bool = False


class CorrectedFact(Verb):
    """What a corrected row should read; only what is set changes."""

    valid_from: Day | None = None
    valid_to: Day | None = None
    department: DepartmentRef | None = None
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte | None = None
    is_head: bool | None = None
    manager: EmployeeRef | None = None
    kind: Kind | None = None


class CreateDepartment(Verb):
    """A department comes into being. `parent` None makes a root."""

    verb: Literal["create_department"] = "create_department"
    code: Code
    name: Name
    parent: DepartmentRef | None = None
    on: Day
    until: Day | None = None
    about: str | None = Field(default=None, max_length=4000)
    email: str | None = Field(default=None, max_length=254)


class RenameDepartment(Verb):
    """A department has another name from a day on."""

    verb: Literal["rename_department"] = "rename_department"
    department: DepartmentRef
    name: Name
    on: Day
    also_later: bool = False


class MoveDepartment(Verb):
    """A department hangs under another one from a day on, with all that is below it."""

    verb: Literal["move_department"] = "move_department"
    department: DepartmentRef
    parent: DepartmentRef | None
    on: Day
    also_later: bool = False


class CloseDepartment(Verb):
    """A department ceases to be; `last_day` is its last. It must hold neither people nor departments after it."""

    verb: Literal["close_department"] = "close_department"
    department: DepartmentRef
    last_day: Day


class EditDepartment(Verb):
    """The undated fields of a department: only those given change; None clears one."""

    verb: Literal["edit_department"] = "edit_department"
    department: DepartmentRef
    about: str | None = Field(default=None, max_length=4000)
    email: str | None = Field(default=None, max_length=254)


class CorrectDepartment(Verb):
    """A department's recorded name, parent or dates were always wrong: restate the version in force on a day.

    Planned changes and `remove` are as with `correct`; the first version can't be removed.
    """

    verb: Literal["correct_department"] = "correct_department"
    department: DepartmentRef
    on: Day
    name: Name | None = None
    parent: DepartmentRef | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    remove: bool = False


class CreateLocation(Verb):
    """A place of work."""

    verb: Literal["create_location"] = "create_location"
    code: Code
    name: Name
    address: str | None = Field(default=None, max_length=1000)
    city: str | None = Field(default=None, max_length=120)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    time_zone: str | None = Field(default=None, max_length=64)


class ChangeLocation(Verb):
    """The fields of a location: only those given change; None clears one."""

    verb: Literal["change_location"] = "change_location"
    location: LocationRef
    name: Name | None = None
    address: str | None = Field(default=None, max_length=1000)
    city: str | None = Field(default=None, max_length=120)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    time_zone: str | None = Field(default=None, max_length=64)


Correct.model_rebuild()

AnyVerb = Annotated[
    Join
    | Leave
    | Rehire
    | Move
    | AddAssignment
    | EndAssignment
    | MakePrimary
    | ChangeManager
    | EndReportingLine
    | EditCard
    | ChangeAudience
    | Correct
    | CreateDepartment
    | RenameDepartment
    | MoveDepartment
    | CloseDepartment
    | EditDepartment
    | CorrectDepartment
    | CreateLocation
    | ChangeLocation,
    Field(discriminator="verb"),
]
"""Any verb, told apart by its field `verb`."""


def given(verb: BaseModel, *names: str) -> dict[str, Any]:
    """The fields among `names` that were set, with their values."""
    return {name: getattr(verb, name) for name in names if name in verb.model_fields_set}
