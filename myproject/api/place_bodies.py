"""What is sent to change departments and locations."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from myproject.api.change_bodies import (
    ALSO_LATER,
    REMOVE,
    Day,
    DepartmentRef,
    Flag,
    Id,
    Reasoned,
    Referring,
    refused,
)
from myproject.directory.schema.fields import Code, Name

_About = Annotated[str, Field(max_length=4000)]
_Mail = Annotated[str, Field(max_length=254)]


class DepartmentCreate(Referring):
    """A department comes into being."""

    code: Code
    name: Name
    effective: Day
    parent: DepartmentRef | None = None
    parent_id: Id | None = None
    until: Day | None = None
    about: _About | None = None
    email: _Mail | None = None


class DepartmentPatch(Reasoned):
    """A merge patch of what is said about a department: what is given changes, null clears."""

    about: _About | None = None
    email: _Mail | None = None


class DepartmentRename(Reasoned):
    """A department has another name from a day on."""

    name: Name
    effective: Day
    also_later: Flag = Field(default=False, description=ALSO_LATER)


class DepartmentMove(Referring):
    """A department hangs under another one from a day on; null: at the top."""

    effective: Day
    parent: DepartmentRef | None = None
    parent_id: Id | None = None
    also_later: Flag = Field(default=False, description=ALSO_LATER)

    @model_validator(mode="after")
    def _where(self) -> Any:
        if not self.says("parent"):
            raise refused("“parent_id” is missing.", "Give it a value, or null for the top.")
        return self


class DepartmentClose(Reasoned):
    """A department ceases to be."""

    last_day: Day


class DepartmentCorrect(Referring):
    """What is recorded of a department on a day was always wrong; only what is given changes.

    A planned change moves to another day by `valid_from`; `remove` cancels it. What else is planned stands.
    """

    on: Day
    name: Name | None = None
    parent: DepartmentRef | None = None
    parent_id: Id | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    remove: Flag = Field(default=False, description=REMOVE)


class LocationCreate(Reasoned):
    """A place of work."""

    code: Code
    name: Name
    address: Annotated[str, Field(max_length=1000)] | None = None
    city: Annotated[str, Field(max_length=120)] | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")] | None = None
    time_zone: Annotated[str, Field(max_length=64, description="IANA name, like Europe/Oslo.")] | None = None


class LocationPatch(Reasoned):
    """A merge patch of a location: what is given changes, null clears."""

    name: Name | None = None
    address: Annotated[str, Field(max_length=1000)] | None = None
    city: Annotated[str, Field(max_length=120)] | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None


class Changed(BaseModel):
    """What was changed, to a token that may change it and not read it."""

    id: int


class DepartmentState(BaseModel):
    """A department as it is today; where it does not exist today, as it will begin or as it was last."""

    id: int
    code: str
    name: str | None
    parent_id: int | None
    about: str | None
    email: str | None
    valid_from: Any = Field(description="The first day of this name and place.")
    valid_to: Any = Field(description="The first day on which they no longer hold; null: no end.")
