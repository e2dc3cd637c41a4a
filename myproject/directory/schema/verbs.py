"""The verbs: everything that can be said of a change in the organisation.

A list of verbs becomes a plan (`changes/plans.py`). *Change* verbs are true from a day on; `correct` says what was
always wrong. References are an id (int) or a natural key (str): employee number, department code, location code.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from myproject.language.texts import marked, marked_plural

from .fields import Audience, Card, Code, Day, EmployeeNumber, Fte, Name, Title

EmployeeRef = int | EmployeeNumber
DepartmentRef = int | Code
LocationRef = int | Code
Kind = Literal["solid", "dotted", "acting"]


VERBS: dict[str, type[Verb]] = {}
"""Every verb by name."""


class Said(BaseModel):
    """Base of what is said: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Verb(Said):
    """Base of the verbs. A verb's words, permission and fields are declared with it; its handler is in `planning/`."""

    title: ClassVar[str]
    """What is done, beside the name of whom or what it is about. Translated where it is shown."""
    counted: ClassVar[tuple[str, str]]
    """What was done, by how often: one and many, as `ngettext` takes them."""
    subject: ClassVar[Literal["employee", "department", "location"]]
    """What kind of thing it is said of."""
    permission: ClassVar[str]
    """Who has it may do it to everyone (`security.permissions`)."""
    told_to: ClassVar[Audience] = "colleagues"
    """Who else than the person may be told that it was done: the audience of its announcement."""
    verb: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kw: Any) -> None:
        super().__pydantic_init_subclass__(**kw)
        if not (name := cls.model_fields["verb"]).is_required():
            VERBS[name.default] = cls


class EmployeeVerb(Verb):
    """What is said about a person."""

    subject = "employee"
    permission = "employee:change"


class DepartmentVerb(Verb):
    """What is said about a department."""

    subject = "department"
    permission = "department:edit"


class LocationVerb(Verb):
    """What is said about a place of work."""

    subject = "location"
    permission = "location:change"


class HiringVerb(EmployeeVerb):
    """What begins an assignment: where, as what, and for whom."""

    department: DepartmentRef
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte = 1.0
    is_head: bool = False
    manager: EmployeeRef | None = None


class JobFacts(Said):
    """What changes of an assignment: only what is given."""

    department: DepartmentRef | None = None
    job_title: Title | None = None
    location: LocationRef | None = None
    fte: Fte | None = None
    is_head: bool | None = None


class Join(HiringVerb):
    """A new employee starts work. `until` is the last day, where the end is known."""

    title = marked("Joins")
    counted = marked_plural("%(num)s person joins", "%(num)s people join")
    verb: Literal["join"] = "join"
    employee_number: EmployeeNumber
    card: Card
    on: Day
    until: Day | None = None


class Leave(EmployeeVerb):
    """An employment ends; `last_day` is the last one worked.

    Whoever reports to the leaver after that day reports to `hand_over_to`; unless told, to the leaver's own manager.
    Everything of the employment that was planned for later days is cancelled. Given again before it has ended, it moves
    the end; of an employment that is over, only `correct` changes the dates.
    """

    title = marked("Leaves")
    counted = marked_plural("%(num)s person leaves", "%(num)s people leave")
    verb: Literal["leave"] = "leave"
    employee: EmployeeRef
    last_day: Day
    hand_over_to: EmployeeRef | None = None


class Rehire(HiringVerb):
    """A former employee starts a new employment."""

    title = marked("Comes back")
    counted = marked_plural("%(num)s person comes back", "%(num)s people come back")
    verb: Literal["rehire"] = "rehire"
    employee: EmployeeRef
    on: Day
    until: Day | None = None


class Move(JobFacts, EmployeeVerb):
    """An assignment changes from a day on: department, job title, location, FTE, head of department.

    Only what is given changes. Each field holds until `until` (last day), else until the next change of the same field
    that is already planned; with `also_later` it holds beyond those too. Without `assignment`, the primary one.
    """

    title = marked("Moves")
    counted = marked_plural("%(num)s move", "%(num)s moves")
    verb: Literal["move"] = "move"
    employee: EmployeeRef
    on: Day
    until: Day | None = None
    also_later: bool = False
    assignment: int | None = None


class AddAssignment(HiringVerb):
    """A second assignment beside the primary one: a job share, a second role."""

    title = marked("Second role")
    counted = marked_plural("%(num)s second role", "%(num)s second roles")
    verb: Literal["add_assignment"] = "add_assignment"
    employee: EmployeeRef
    on: Day
    until: Day | None = None


class EndAssignment(EmployeeVerb):
    """An assignment other than the primary one ends."""

    title = marked("Second role ends")
    counted = marked_plural("%(num)s second role ends", "%(num)s second roles end")
    verb: Literal["end_assignment"] = "end_assignment"
    employee: EmployeeRef
    assignment: int
    last_day: Day


class MakePrimary(EmployeeVerb):
    """Another of the employee's assignments becomes the primary one from a day on."""

    title = marked("Main role")
    counted = marked_plural("%(num)s change of main role", "%(num)s changes of main role")
    verb: Literal["make_primary"] = "make_primary"
    employee: EmployeeRef
    assignment: int
    on: Day


class ChangeManager(EmployeeVerb):
    """From a day on, an assignment reports to `manager` by a line of a kind; None ends the lines of that kind.

    A solid or acting line replaces the one before it; a dotted one is added beside others. It holds until `until`
    (last day), else until the next change of the same already planned (`also_later`: beyond it).
    """

    title = marked("Manager")
    counted = marked_plural("%(num)s change of manager", "%(num)s changes of manager")
    verb: Literal["change_manager"] = "change_manager"
    employee: EmployeeRef
    manager: EmployeeRef | None
    on: Day
    until: Day | None = None
    also_later: bool = False
    kind: Kind = "solid"
    assignment: int | None = None


class EndReportingLine(EmployeeVerb):
    """A reporting line to a manager ends."""

    title = marked("Reporting line ends")
    counted = marked_plural("%(num)s reporting line ends", "%(num)s reporting lines end")
    verb: Literal["end_reporting_line"] = "end_reporting_line"
    employee: EmployeeRef
    manager: EmployeeRef
    kind: Kind
    last_day: Day
    assignment: int | None = None


class EditCard(EmployeeVerb):
    """The card of an employee is edited: only the fields that are set in `changes`.

    `audiences`: field -> the narrower audience that the person keeps it to; None takes the choice back, as does
    "colleagues", which is narrower than nothing. A choice wider than the organisation's own audience has no effect
    as long as that stands (`audience.choices_of` tells what to offer).
    """

    title = marked("Card")
    counted = marked_plural("%(num)s card edited", "%(num)s cards edited")
    permission = "card:edit"
    verb: Literal["edit_card"] = "edit_card"
    employee: EmployeeRef
    changes: Card = Field(default_factory=Card)
    employee_number: EmployeeNumber | None = None
    audiences: dict[str, Audience | None] | None = None


class ChangeAudience(EmployeeVerb):
    """Who may know of an employee at all: "colleagues" for everyone; anything narrower hides them from the others."""

    title = marked("Visibility")
    counted = marked_plural("%(num)s change of visibility", "%(num)s changes of visibility")
    permission = "person:hide"
    told_to = "administrators"
    verb: Literal["change_audience"] = "change_audience"
    employee: EmployeeRef
    audience: Audience


class Correct(EmployeeVerb):
    """What is recorded was always wrong: restate the one row of a fact that is in force on a day.

    fact: employment (valid_from, valid_to), assignment (department, job_title, location, fte, is_head, valid_from,
    valid_to), reporting_line (manager, kind, valid_from, valid_to). `valid_to` is the first day it no longer holds,
    None for no end. Rows of the same thing that the restated one now covers give way; edges that lay on the moved
    edge of an employment or assignment follow it. An edge that is still to come between two rows is a planned change:
    it moves field by field, and what else is planned stands. A field that is given holds on through planned changes of
    other fields. `remove` says that the change with which the row begins never was, or will not be: what was before it
    holds on. The first row of a second assignment, a line with none before it, or an employment goes.
    """

    title = marked("Correction")
    counted = marked_plural("%(num)s correction", "%(num)s corrections")
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


class CorrectedFact(JobFacts):
    """What a corrected row should read; only what is set changes."""

    valid_from: Day | None = None
    valid_to: Day | None = None
    manager: EmployeeRef | None = None
    kind: Kind | None = None


class CreateDepartment(DepartmentVerb):
    """A department comes into being. `parent` None makes a root."""

    title = marked("New department")
    counted = marked_plural("%(num)s new department", "%(num)s new departments")
    verb: Literal["create_department"] = "create_department"
    code: Code
    name: Name
    parent: DepartmentRef | None = None
    on: Day
    until: Day | None = None
    about: str | None = Field(default=None, max_length=4000)
    email: str | None = Field(default=None, max_length=254)


class RenameDepartment(DepartmentVerb):
    """A department has another name from a day on."""

    title = marked("Renamed")
    counted = marked_plural("%(num)s department renamed", "%(num)s departments renamed")
    verb: Literal["rename_department"] = "rename_department"
    department: DepartmentRef
    name: Name
    on: Day
    also_later: bool = False


class MoveDepartment(DepartmentVerb):
    """A department hangs under another one from a day on, with all that is below it."""

    title = marked("Moved")
    counted = marked_plural("%(num)s department moved", "%(num)s departments moved")
    verb: Literal["move_department"] = "move_department"
    department: DepartmentRef
    parent: DepartmentRef | None
    on: Day
    also_later: bool = False


class CloseDepartment(DepartmentVerb):
    """A department ceases to be; `last_day` is its last. It must hold neither people nor departments after it."""

    title = marked("Closed")
    counted = marked_plural("%(num)s department closed", "%(num)s departments closed")
    verb: Literal["close_department"] = "close_department"
    department: DepartmentRef
    last_day: Day


class EditDepartment(DepartmentVerb):
    """The undated fields of a department: only those given change; None clears one."""

    title = marked("Department")
    counted = marked_plural("%(num)s department edited", "%(num)s departments edited")
    verb: Literal["edit_department"] = "edit_department"
    department: DepartmentRef
    about: str | None = Field(default=None, max_length=4000)
    email: str | None = Field(default=None, max_length=254)


class CorrectDepartment(DepartmentVerb):
    """A department's recorded name, parent or dates were always wrong: restate the version in force on a day.

    Planned changes and `remove` are as with `correct`; the first version can't be removed.
    """

    title = marked("Correction")
    counted = marked_plural("%(num)s department corrected", "%(num)s departments corrected")
    verb: Literal["correct_department"] = "correct_department"
    department: DepartmentRef
    on: Day
    name: Name | None = None
    parent: DepartmentRef | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    remove: bool = False


class CreateLocation(LocationVerb):
    """A place of work."""

    title = marked("New location")
    counted = marked_plural("%(num)s new location", "%(num)s new locations")
    verb: Literal["create_location"] = "create_location"
    code: Code
    name: Name
    address: str | None = Field(default=None, max_length=1000)
    city: str | None = Field(default=None, max_length=120)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    time_zone: str | None = Field(default=None, max_length=64)


class ChangeLocation(LocationVerb):
    """The fields of a location: only those given change; None clears one."""

    title = marked("Location")
    counted = marked_plural("%(num)s location edited", "%(num)s locations edited")
    verb: Literal["change_location"] = "change_location"
    location: LocationRef
    name: Name | None = None
    address: str | None = Field(default=None, max_length=1000)
    city: str | None = Field(default=None, max_length=120)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    time_zone: str | None = Field(default=None, max_length=64)


Correct.model_rebuild()

PRIVATE_VERBS = frozenset(name for name, verb in VERBS.items() if verb.told_to != "colleagues")
"""Verbs that are not told to everyone who may know of the person."""


def given(verb: BaseModel, *names: str) -> dict[str, Any]:
    """The fields among `names` that were set, with their values."""
    return {name: getattr(verb, name) for name in names if name in verb.model_fields_set}
