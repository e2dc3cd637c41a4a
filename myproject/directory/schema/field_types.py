"""The types of the values that fields hold: how a text is cleaned, and what is refused, in words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from myproject.language.texts import marked

from .field_info import BadValue
from .text import clean, fold


def _clean(value: Any) -> Any:
    """Trim, fold white space; blank is none."""
    return (clean(value) or None) if isinstance(value, str) else value


def _clean_lines(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "\n".join(clean(line) for line in value.splitlines()).strip() or None


def _clean_list(value: Any) -> Any:
    """A list, or text divided by commas, semicolons, bars or line breaks; doubles are dropped, order kept."""
    if isinstance(value, str):
        value = re.split(r"[,;|\n]", value)
    if not isinstance(value, list | tuple) or any(isinstance(item, list | dict) for item in value):
        return value
    unique = {fold(item): item for item in map(_clean, value) if item}
    return list(unique.values()) or None


is_email = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\".]+(\.[^@\s,;<>()\".]+)*").fullmatch
NO_EMAIL = marked("“%(value)s” is not an email address.")
LIKE_AN_EMAIL = marked("Write it like ada@example.org.")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _email(value: str) -> str:
    if not is_email(value):
        raise BadValue(NO_EMAIL, LIKE_AN_EMAIL)
    return value


def _phone(value: str) -> str:
    if sum(c.isdigit() for c in value) < 2:
        raise BadValue(
            marked("“%(value)s” is not a phone number."), marked("Write it with its digits, like +44 20 7946 0000.")
        )
    return value


def _link(value: str) -> str:
    if not re.match(r"https?://[^\s/]", value):
        raise BadValue(marked("“%(value)s” is not a link."), marked("Start it with https:// or http://"))
    return value


def _working_days(value: Any) -> Any:
    value = _clean_list(value)
    if value is None or not isinstance(value, list):
        return value
    days = {str(day).casefold()[:3] for day in value}
    if unknown := days - set(_DAYS):
        raise BadValue(
            marked("“%(value)s” contains unknown days: %(days)s."),
            marked("Write the days as mon, tue, wed, thu, fri, sat, sun."),
            days=", ".join(sorted(unknown)),
        )
    return [day for day in _DAYS if day in days]


def _birth(value: date) -> date:
    if not date(1900, 1, 1) <= value <= datetime.now(UTC).date():
        raise BadValue(marked("“%(value)s” is not a date of birth."), marked("It must be between 1900 and today."))
    return value


Text40 = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Text60 = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Text100 = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Text190 = Annotated[str, StringConstraints(min_length=1, max_length=190)]
Text4000 = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Email = Annotated[str, StringConstraints(min_length=1, max_length=254), AfterValidator(_email)]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_phone)]
Link = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_link)]
Picture = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]
BirthDay = Annotated[date, AfterValidator(_birth)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Fte = Annotated[float, Field(ge=0, le=9)]
Title = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=120)]
Code = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=64)]
EMPLOYEE_NUMBER_LENGTH = 32
EmployeeNumber = Annotated[
    str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=EMPLOYEE_NUMBER_LENGTH)
]
OneLine = BeforeValidator(_clean)
ManyLines = BeforeValidator(_clean_lines)
TextList: TypeAlias = Annotated[list[Text100] | None, BeforeValidator(_clean_list)]
WorkingDays: TypeAlias = Annotated[list[str] | None, BeforeValidator(_working_days)]
Links: TypeAlias = Annotated[Annotated[list[Link], Field(max_length=20)] | None, BeforeValidator(_clean_list)]
