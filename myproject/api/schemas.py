"""What answers look like, for the specification: these models describe, the answers are made without them.

Every field but the id may be absent: what is not open to the viewer is not there, and `fields`, `omit` and `brief`
choose. A value that is not known, or that somebody keeps to a few, is null.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from myproject.api.framework.paging import CountedPage, ListPage
from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, KINDS, Kind

OF_DEPARTMENT = {"id": "The id of the department."}
"""The step of an address."""


class Described(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Reference(Described):
    """Something by its id and name."""

    id: Annotated[int, Field(examples=[42])]
    name: Annotated[str, Field(examples=["Platform"])]


class Department(Described):
    """A department on a day, with its place in the tree."""

    id: Annotated[int, Field(examples=[12])]
    code: Annotated[str, Field(description="Its key in spreadsheets.", examples=["PLAT"])]
    name: Annotated[str, Field(examples=["Platform"])]
    path: Annotated[str, Field(description="Its place, as addresses have it.", examples=["engineering/platform"])]
    depth: Annotated[int, Field(ge=0, description="How deep it lies in the tree; 0 at the top.")]
    parent: Annotated[Reference | None, Field(description="The department above; null at the top.")]
    employees: Annotated[int, Field(ge=0, description="People whose primary job is in this very department.")]
    employees_below: Annotated[int, Field(ge=0, description="The same, with all departments below.")]


class DepartmentDetail(Department):
    """A department, with what is written about it and what lies below."""

    about: str | None
    email: str | None
    departments: Annotated[list[Reference], Field(description="The departments directly below, by name.")]
    heads: Annotated[list[Reference] | None, Field(description="The people who lead it.")] = None


class DepartmentTree(Department):
    """A department with all that lies below it."""

    departments: Annotated[list[DepartmentTree], Field(description="Those directly below, by name.")]


class Location(Described):
    """A place of work."""

    id: Annotated[int, Field(examples=[3])]
    code: Annotated[str, Field(examples=["OSL"])]
    name: Annotated[str, Field(examples=["Oslo"])]
    address: str | None
    city: str | None
    country: Annotated[str | None, Field(description="ISO 3166-1, two letters.", examples=["NO"])]
    time_zone: Annotated[str | None, Field(description="IANA name.", examples=["Europe/Oslo"])]


def _says(name: str) -> Any:
    """What the declaration of a field of an employee says of it."""
    info = FIELDS[name]
    return Field(description=info.help or None, examples=[info.example] if info.example else None)


class _Identity(Described):
    id: Annotated[int, Field(examples=[1042])]
    employee_number: Annotated[str | None, _says("employee_number")] = None
    name: Annotated[str | None, _says("name")] = None


_TYPES: dict[Kind, Any] = {"list": list[str], "lines": list[str], "days": list[str], "date": date}
"""Of the fields of a card; all others are texts. A portrait is told by the address of the picture."""

if TYPE_CHECKING:
    _Card = _Identity
else:
    _Card = create_model(
        "Card",
        __base__=_Identity,
        **{
            name: (Annotated[_TYPES.get(KINDS[name], str) | None, _says(name)], None)
            for name in CARD_FIELDS
            if name != "skills"
        },
    )


class EmployeeItem(_Card):
    """Somebody in a list."""

    job_title: Annotated[str | None, _says("job_title")] = None
    age: Annotated[int | None, _says("age")] = None
    hired_on: Annotated[date | None, _says("hired_on")] = None
    location: Reference | Location | None = None
    department: Annotated[Reference | Department | None, Field(description="Of the primary job.")] = None
    manager: Annotated[Reference | EmployeeItem | None, Field(description="By the solid line of the primary job.")] = (
        None
    )
    via: Annotated[list[str] | None, Field(description="Fields other than the name by which a search found them.")] = (
        None
    )


class Employee(EmployeeItem):
    """One employee, with everything that is open to the viewer."""

    skills: Annotated[list[Reference] | None, Field(description="By name.")] = None
    fte: Annotated[float | None, _says("fte")] = None
    is_head: Annotated[bool | None, _says("is_head")] = None
    left_on: Annotated[date | None, _says("left_on")] = None


class EmployeePage(CountedPage):
    """A page of employees."""

    items: list[EmployeeItem]


class DepartmentPage(CountedPage):
    """A page of departments."""

    items: list[Department]


class DepartmentForest(BaseModel):
    """The departments at the top, each with all that lies below."""

    items: list[DepartmentTree]


class LocationPage(CountedPage):
    """A page of locations."""

    items: list[Location]


class DatedRow(Described):
    """Something that is true over a period."""

    id: Annotated[int, Field(description="Of this row.")]
    valid_from: Annotated[date, Field(description="The first day.")]
    valid_to: Annotated[date | None, Field(description="The first day on which it is not true any more; null: none.")]
    recorded_in: Annotated[int, Field(description="The revision that wrote it.")]


class Assignment(DatedRow):
    """Somebody's job in a department over a period."""

    assignment: Annotated[int, Field(description="The number of the job through all its periods.")]
    employee: Reference
    department: Reference | None = None
    job_title: str | None = None
    location: Reference | None = None
    fte: float | None = None
    is_primary: bool
    is_head: bool | None = None


class AssignmentPage(ListPage):
    """A page of assignments."""

    items: list[Assignment]


class ReportingLine(DatedRow):
    """Whom a job reports to over a period."""

    assignment: int
    employee: Reference
    manager: Reference
    kind: Literal["solid", "dotted", "acting"]


class ReportingLinePage(ListPage):
    """A page of reporting lines."""

    items: list[ReportingLine]


class ChartPerson(Described):
    """Somebody on the chart."""

    id: int
    name: str
    job_title: str | None
    department: Reference | None
    manager_id: int | None
    reports: Annotated[int, Field(ge=0, description="How many report directly.")]
    below: Annotated[int, Field(ge=0, description="How many are anywhere below.")]


class OtherLine(Described):
    """A line that is not in the tree."""

    kind: Literal["solid", "dotted", "acting"]
    direction: Annotated[Literal["up", "down"], Field(description="up: the person in focus reports to them.")]
    person: ChartPerson


class Chart(BaseModel):
    """The chart around one person."""

    person: ChartPerson
    chain: Annotated[list[ChartPerson], Field(description="From the top down to the manager.")]
    peers: Annotated[list[ChartPerson], Field(description="The first of those with the same manager, by name.")]
    peers_total: int
    reports: Annotated[list[ChartPerson], Field(description="A page of those who report to them, by name.")]
    reports_total: int
    others: list[OtherLine]
    next: str | None
    previous: str | None


class ChartTop(BaseModel):
    """Who reports to nobody: a page of them, the largest branches first."""

    items: list[ChartPerson]
    total: int
    outside: Annotated[int, Field(description="People in no chain: nobody is above or below them.")]
    next: str | None
    previous: str | None


class ChartPath(BaseModel):
    """How two people are connected by the lines of the tree."""

    one: ChartPerson
    other: ChartPerson
    common: Annotated[ChartPerson | None, Field(description="The nearest person above both, or one of them.")]
    up: Annotated[list[ChartPerson], Field(description="From the first up to below the common one.")]
    down: Annotated[list[ChartPerson], Field(description="From below the common one down to the other.")]
    direct: Annotated[list[OtherLine], Field(description="Dotted and other lines between the two.")]
    department: Annotated[Reference | None, Field(description="The smallest department that takes in both.")]


class Hit(Described):
    """Something that was found."""

    kind: Literal["employee", "department", "location", "job_title", "skill"]
    id: int
    name: str
    detail: Annotated[str, Field(description="What tells it from others of the name.")]
    url: Annotated[str | None, Field(description="Its address in the API, or that of those who have it.")]


class Hits(BaseModel):
    """What was found, the best first, people before all else."""

    items: list[Hit]


class Change(Described):
    """A change set: what was changed together."""

    revision: Annotated[int, Field(examples=[1204])]
    applied_at: datetime
    author: Annotated[str, Field(description="Who did it; empty where the viewer may not know of them.")]
    source: Annotated[str, Field(description="Through which door: form, import, api, ...", examples=["form"])]
    reason: str
    request_id: str | None
    undoes: Annotated[int | None, Field(description="The change set that this one takes back.")]
    undone_by: Annotated[int | None, Field(description="The change set that took this one back.")]
    summary: Annotated[dict[str, int], Field(description="How many changes of each kind.", examples=[{"move": 1}])]


class Subject(Described):
    """What a change is about."""

    kind: Literal["employee", "department", "location"]
    id: int | None
    name: str


class ChangeItem(Described):
    """One change of a change set."""

    position: int
    verb: Annotated[str, Field(examples=["move"])]
    subject: Subject
    effective: Annotated[date | None, Field(description="From which day on; null for what is not dated.")]
    changes: Annotated[
        dict[str, list[Any]], Field(description="Field -> before and after, of those open to the viewer.")
    ]
    passed_on: Annotated[
        list[Reference], Field(description="Who reported to the employee and gets another manager by this change set.")
    ]


class ChangePage(ListPage):
    """A page of change sets, the newest first."""

    items: list[Change]


class ChangeDetail(Change):
    """A change set and a page of its changes."""

    items: list[ChangeItem]
    next: str | None


class Me(BaseModel):
    """Who asks, and what they may do."""

    name: str
    email: str | None
    employee: Annotated[Reference | None, Field(description="Themselves among the employees.")]
    roles: list[str]
    department_roles: Annotated[
        dict[str, list[int]],
        Field(description="Role -> the departments for which they have it, those below included.", examples=[{}]),
    ]
    audience: Annotated[str, Field(description="The narrowest audience they are in for everybody.")]
    permissions: list[str]
    department: Annotated[
        Reference | None, Field(description="The department that the token is bound to, with all below it.")
    ]
    scopes: Annotated[list[str] | None, Field(description="What the token is good for; null for a session: all.")]
    proof: Literal["session", "token"]
