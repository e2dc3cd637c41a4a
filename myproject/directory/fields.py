"""Every field of an employee, declared once.

A field's name, type and limits, label and help, who may see and edit it, whether it is dated, and the headings under
which spreadsheets call it stand here and nowhere else. Pages, imports, exports and filters read `FIELDS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from .text import clean, fold

Audience = Literal["administrators", "people_team", "manager_line", "self", "colleagues"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
"""Who may see a field, narrow to wide; each takes in those before it, and the person always sees their own."""
Editor = Literal["people_team", "self", "nobody"]


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of a field besides its type."""

    label: str
    help: str = ""
    audience: Audience = "colleagues"
    editor: Editor = "people_team"
    dated: bool = False
    headings: tuple[str, ...] = ()
    """Further headings of spreadsheets, any spelling; label and name count by themselves."""
    narrowable: bool = False
    """Whether the person may keep their own value to a narrower audience."""
    importable: bool = True
    """Whether a spreadsheet may give it."""


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


_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\".]+(\.[^@\s,;<>()\".]+)*")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("is not a mail address; write it like ada@example.org")
    return value


def _phone(value: str) -> str:
    if sum(c.isdigit() for c in value) < 2:
        raise ValueError("is not a phone number; write it with its digits, like +44 20 7946 0000")
    return value


def _link(value: str) -> str:
    if not re.match(r"https?://[^\s/]", value):
        raise ValueError("is not a link; it starts with https:// or http://")
    return value


def _working_days(value: Any) -> Any:
    value = _clean_list(value)
    if value is None or not isinstance(value, list):
        return value
    days = {str(day).casefold()[:3] for day in value}
    if unknown := days - set(_DAYS):
        raise ValueError(f"holds {', '.join(sorted(unknown))}; write the days as {', '.join(_DAYS)}")
    return [day for day in _DAYS if day in days]


def _birth(value: date) -> date:
    if not date(1900, 1, 1) <= value <= datetime.now(UTC).date():
        raise ValueError("is not a birth date; it lies between 1900 and today")
    return value


_Text40 = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_Text60 = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Text100 = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Text190 = Annotated[str, StringConstraints(min_length=1, max_length=190)]
_Text4000 = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_Email = Annotated[str, StringConstraints(min_length=1, max_length=254), AfterValidator(_email)]
_Phone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_phone)]
_Link = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_link)]
_Picture = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]
_BirthDay = Annotated[date, AfterValidator(_birth)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Fte = Annotated[float, Field(ge=0, le=9)]
Title = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=120)]
Code = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=64)]
EmployeeNumber = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=32)]
_Line = BeforeValidator(_clean)
_TextList: TypeAlias = Annotated[list[_Text100] | None, BeforeValidator(_clean_list)]


class Card(BaseModel):
    """The undated fields of an employee. In an edit, only the fields that are given change; None clears one."""

    model_config = ConfigDict(extra="forbid")

    given_name: Annotated[
        _Text100 | None,
        _Line,
        Info("Given name", headings=("first name", "forename", "firstname", "vorname", "prénom", "nombre")),
    ] = None
    family_name: Annotated[
        _Text100 | None,
        _Line,
        Info("Family name", headings=("last name", "surname", "lastname", "nachname", "nom", "apellido", "sn")),
    ] = None
    preferred_name: Annotated[
        _Text100 | None,
        _Line,
        Info(
            "Preferred name",
            "What colleagues call you, instead of the given name.",
            editor="self",
            headings=("known as", "nickname", "goes by", "rufname", "display given name"),
        ),
    ] = None
    alternative_names: Annotated[
        _TextList,
        Info(
            "Other names",
            "Former or other names by which colleagues may look for you.",
            editor="self",
            narrowable=True,
            headings=("alternative names", "also known as", "aliases", "former name", "maiden name"),
        ),
    ] = None
    pronunciation: Annotated[
        _Text100 | None,
        _Line,
        Info(
            "Pronunciation",
            "How the name sounds, in plain letters.",
            editor="self",
            narrowable=True,
            headings=("name pronunciation", "phonetic"),
        ),
    ] = None
    pronouns: Annotated[_Text40 | None, _Line, Info("Pronouns", editor="self", narrowable=True)] = None
    external_id: Annotated[
        _Text190 | None,
        _Line,
        Info(
            "External identifier",
            "The key of this person in another system.",
            audience="people_team",
            headings=("external id", "guid", "object id", "immutable id"),
        ),
    ] = None
    email: Annotated[
        _Email | None,
        _Line,
        Info(
            "Mail",
            headings=(
                "email",
                "e-mail",
                "email address",
                "mail address",
                "e-mail address",
                "contact e-mail",
                "work email",
            ),
        ),
    ] = None
    phone: Annotated[
        _Phone | None,
        _Line,
        Info(
            "Phone",
            editor="self",
            narrowable=True,
            headings=("phone number", "telephone", "telephone number", "work phone", "tel", "contact phone", "telefon"),
        ),
    ] = None
    mobile: Annotated[
        _Phone | None,
        _Line,
        Info(
            "Mobile",
            editor="self",
            narrowable=True,
            headings=("mobile phone", "cell", "cell phone", "mobile number", "handy"),
        ),
    ] = None
    desk: Annotated[
        _Text60 | None,
        _Line,
        Info(
            "Desk",
            "Room or desk.",
            editor="self",
            narrowable=True,
            headings=("room", "office", "room number", "desk number"),
        ),
    ] = None
    date_of_birth: Annotated[
        _BirthDay | None,
        _Line,
        Info(
            "Date of birth",
            audience="people_team",
            headings=("birth date", "birthdate", "birthday", "dob", "born", "born on"),
        ),
    ] = None
    about: Annotated[
        _Text4000 | None,
        BeforeValidator(_clean_lines),
        Info(
            "About",
            "What you do, and what to ask you about.",
            editor="self",
            narrowable=True,
            headings=("bio", "biography"),
        ),
    ] = None
    skills: Annotated[
        _TextList,
        Info("Skills", "What colleagues may ask you for.", editor="self", headings=("skill", "expertise", "tags")),
    ] = None
    languages: Annotated[
        _TextList, Info("Languages", editor="self", narrowable=True, headings=("language", "spoken languages"))
    ] = None
    working_days: Annotated[
        list[str] | None,
        BeforeValidator(_working_days),
        Info(
            "Working days",
            "The days of the week on which you work.",
            editor="self",
            narrowable=True,
            headings=("days",),
        ),
    ] = None
    links: Annotated[
        Annotated[list[_Link], Field(max_length=20)] | None,
        BeforeValidator(_clean_list),
        Info("Links", editor="self", narrowable=True, headings=("link", "website", "url")),
    ] = None
    portrait: Annotated[
        _Picture | None,
        _Line,
        Info("Portrait", "A picture of you.", editor="self", narrowable=True, importable=False),
    ] = None

    @property
    def name(self) -> str:
        """How the person is called."""
        return " ".join(part for part in (self.preferred_name or self.given_name, self.family_name) if part)


_OTHERS: dict[str, Info] = {
    "employee_number": Info(
        "Employee number",
        editor="nobody",
        headings=(
            "employee id",
            "employee no",
            "emp no",
            "emp id",
            "staff number",
            "staff id",
            "personnel number",
            "number",
            "personalnummer",
            "matricule",
            "employee_id",
            "emp_no",
        ),
    ),
    "name": Info("Name", editor="nobody", headings=("full name", "display name", "employee name")),
    "age": Info("Age", "Worked out from the date of birth.", audience="people_team", editor="nobody"),
    "department": Info(
        "Department",
        dated=True,
        headings=(
            "dept",
            "department name",
            "team",
            "unit",
            "division",
            "organisational unit",
            "department code",
            "abteilung",
        ),
    ),
    "job_title": Info("Job title", dated=True, headings=("title", "position", "role", "job", "function", "post")),
    "location": Info("Location", dated=True, headings=("office location", "site", "city", "place", "standort")),
    "fte": Info(
        "FTE", "Share of full time; 1 is full time.", dated=True, headings=("full time equivalent", "working time")
    ),
    "is_head": Info("Head of department", dated=True, headings=("head", "department head")),
    "manager": Info(
        "Manager",
        dated=True,
        headings=(
            "manager id",
            "reports to",
            "line manager",
            "supervisor",
            "boss",
            "manager number",
            "manager email",
            "reports to id",
            "vorgesetzter",
        ),
    ),
    "joined_on": Info(
        "Joined on",
        dated=True,
        headings=(
            "hire date",
            "hired on",
            "start date",
            "joining date",
            "date of joining",
            "date joined",
            "entry date",
            "hire_date",
            "employment start",
        ),
    ),
    "left_on": Info(
        "Last day",
        "The last day of work here.",
        dated=True,
        headings=(
            "end date",
            "leaving date",
            "leave date",
            "termination date",
            "exit date",
            "date left",
            "employment end",
        ),
    ),
}


def _declared() -> dict[str, Info]:
    infos = {
        name: next(item for item in field.metadata if isinstance(item, Info))
        for name, field in Card.model_fields.items()
    }
    return infos | _OTHERS


FIELDS: dict[str, Info] = _declared()
"""Every field of an employee by name."""

CARD_FIELDS: tuple[str, ...] = tuple(Card.model_fields)

IMPORTED_FIELDS: tuple[str, ...] = tuple(name for name in CARD_FIELDS if FIELDS[name].importable)
"""The fields of the card that spreadsheets may give."""

NARROWABLE_FIELDS: tuple[str, ...] = tuple(name for name in CARD_FIELDS if FIELDS[name].narrowable)
"""The fields that a person may keep to a narrower audience."""


def headings() -> dict[str, str]:
    """Folded heading of a spreadsheet -> name of the field. Aliases come from the declarations above."""
    found: dict[str, str] = {}
    for name, info in FIELDS.items():
        if not info.importable:
            continue
        for heading in (name, name.replace("_", " "), info.label, *info.headings):
            found.setdefault(heading_key(heading), name)
    return found


def heading_key(heading: str) -> str:
    """A heading without case, accents, blanks and punctuation: "E-Mail address" -> "emailaddress"."""
    return re.sub(r"[\W_]+", "", fold(heading))
