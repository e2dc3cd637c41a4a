"""Every field of an employee, declared once.

A field's name, type and limits, label and help, who may see and edit it, whether it is dated, and the headings under
which spreadsheets call it stand here and nowhere else. Pages, imports, exports and filters read `FIELDS`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from .field_info import AUDIENCES, Audience, Editor, Info, headings_of
from .other_fields import OTHER_FIELDS
from .text import clean, fold

__all__ = [
    "AUDIENCES",
    "CARD_FIELDS",
    "FIELDS",
    "HEADINGS",
    "IMPORTED_FIELDS",
    "NARROWABLE_FIELDS",
    "Audience",
    "Card",
    "Code",
    "Day",
    "Editor",
    "EmployeeNumber",
    "Fte",
    "Heading",
    "Info",
    "Name",
    "Title",
    "heading_key",
    "known_heading",
]


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
        Info(
            "Given name",
            headings=headings_of(
                "first name, forename, given names, firstname, legal first name, legal name first name, vorname, "
                "vornamen, prénom, prénoms, nombre, nombre de pila, primer nombre"
            ),
        ),
    ] = None
    family_name: Annotated[
        _Text100 | None,
        _Line,
        Info(
            "Family name",
            headings=headings_of(
                "last name, surname, lastname, sn, legal last name, legal name last name, nachname, familienname, "
                "zuname, nom de famille, nom, apellido, apellidos, primer apellido"
            ),
        ),
    ] = None
    preferred_name: Annotated[
        _Text100 | None,
        _Line,
        Info(
            "Preferred name",
            "What colleagues call you, instead of the given name.",
            editor="self",
            headings=headings_of(
                "preferred first name, known as, nickname, goes by, display given name, rufname, spitzname, prénom "
                "usuel, prénom d'usage, nombre preferido"
            ),
        ),
    ] = None
    alternative_names: Annotated[
        _TextList,
        Info(
            "Other names",
            "Former or other names by which colleagues may look for you.",
            editor="self",
            narrowable=True,
            headings=headings_of(
                "alternative names, also known as, aliases, former name, maiden name, geburtsname, frühere namen, nom "
                "de naissance, nom de jeune fille, otros nombres"
            ),
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
            headings=headings_of("name pronunciation, phonetic, aussprache, prononciation, pronunciación"),
        ),
    ] = None
    pronouns: Annotated[
        _Text40 | None,
        _Line,
        Info("Pronouns", editor="self", narrowable=True, headings=headings_of("pronomen, pronoms, pronombres")),
    ] = None
    external_id: Annotated[
        _Text190 | None,
        _Line,
        Info(
            "External identifier",
            "The key of this person in another system.",
            audience="people_team",
            headings=headings_of(
                "external id, guid, object id, immutable id, objectguid, entryuuid, user id, uid, samaccountname, "
                "username, user name, externe id, identifiant externe, benutzername, nom d'utilisateur, nombre de "
                "usuario"
            ),
        ),
    ] = None
    email: Annotated[
        _Email | None,
        _Line,
        Info(
            "Mail",
            headings=headings_of(
                "email, e-mail, emails, email address, mail address, e-mail address, contact e-mail, work email, "
                "primary work email, email primary work, business email, company email, primary email, e-mail-adresse, "
                "geschäftliche e-mail, dienstliche e-mail, e-mail geschäftlich, adresse e-mail, adresse mail, adresse "
                "électronique, courriel, e-mail professionnel, correo electrónico, correo, correo de trabajo, correo "
                "corporativo, user principal name"
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
            headings=headings_of(
                "phone number, primary phone, phone numbers, phones, telephone, telephone number, work phone, primary "
                "work phone, phone primary work, business phone, office phone, tel, contact phone, biz phone, telefon, "
                "telefonnummer, telefon geschäftlich, téléphone, téléphone professionnel, téléphone fixe, numéro de "
                "téléphone, teléfono, teléfono de trabajo, teléfono fijo, número de teléfono"
            ),
        ),
    ] = None
    mobile: Annotated[
        _Phone | None,
        _Line,
        Info(
            "Mobile",
            editor="self",
            narrowable=True,
            headings=headings_of(
                "mobile phone, cell, cell phone, mobile number, mobile phone number, handy, handynummer, mobiltelefon, "
                "mobilnummer, téléphone portable, téléphone mobile, portable, móvil, teléfono móvil, celular"
            ),
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
            headings=headings_of(
                "room, office, room number, desk number, physical delivery office name, raum, raumnummer, zimmer, "
                "büro, bureau, numéro de bureau, despacho, sala"
            ),
        ),
    ] = None
    date_of_birth: Annotated[
        _BirthDay | None,
        _Line,
        Info(
            "Date of birth",
            audience="people_team",
            headings=headings_of(
                "birth date, birthdate, birthday, dob, born, born on, geburtsdatum, geburtstag, date de naissance, "
                "fecha de nacimiento"
            ),
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
            headings=headings_of("bio, biography, about me, über mich, à propos, biographie, sobre mí"),
        ),
    ] = None
    skills: Annotated[
        _TextList,
        Info(
            "Skills",
            "What colleagues may ask you for.",
            editor="self",
            headings=headings_of(
                "skill, expertise, tags, kenntnisse, fähigkeiten, compétences, habilidades, competencias"
            ),
        ),
    ] = None
    languages: Annotated[
        _TextList,
        Info(
            "Languages",
            editor="self",
            narrowable=True,
            headings=headings_of("language, spoken languages, sprachen, sprachkenntnisse, langues, idiomas"),
        ),
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
        Info(
            "Links",
            editor="self",
            narrowable=True,
            headings=headings_of("link, website, url, www home page, webseite, site web, página web"),
        ),
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


def _declared() -> dict[str, Info]:
    infos = {
        name: next(item for item in field.metadata if isinstance(item, Info))
        for name, field in Card.model_fields.items()
    }
    return infos | OTHER_FIELDS


FIELDS: dict[str, Info] = _declared()
"""Every field of an employee by name."""

CARD_FIELDS: tuple[str, ...] = tuple(Card.model_fields)

IMPORTED_FIELDS: tuple[str, ...] = tuple(name for name in CARD_FIELDS if FIELDS[name].importable)
"""The fields of the card that spreadsheets may give."""

NARROWABLE_FIELDS: tuple[str, ...] = tuple(name for name in CARD_FIELDS if FIELDS[name].narrowable)
"""The fields that a person may keep to a narrower audience."""


class Heading(NamedTuple):
    """What a heading of a file says that its column holds."""

    field: str
    by: str | None
    """Of a field that refers to something: the one property by which the column names it ("email"); None for any."""
    rank: int
    """Of several columns of one field, the one with the lowest counts."""


def _headings() -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    for name, info in FIELDS.items():
        for rank, heading in enumerate((info.label, name, *info.headings)):
            found.setdefault(heading_key(heading), Heading(name, None, rank))
        for by, headings in info.by:
            for rank, heading in enumerate(headings):
                found.setdefault(heading_key(heading), Heading(name, by, rank))
    return found


def known_heading(heading: str) -> Heading | None:
    """What a heading says, in any spelling, with or without a remark in brackets ("First Name [Required]")."""
    found = HEADINGS.get(heading_key(heading))
    if found is None and (remark := _REMARK.search(heading)) and not _PRIVATE.search(fold(remark[0])):
        found = HEADINGS.get(heading_key(_REMARK.sub("", heading)))
    return found


_REMARK = re.compile(r"\[[^]]*\]|\([^)]*\)")
_PRIVATE = re.compile(r"priva|personal|perso\b|home|particular")
"""In brackets: not what colleagues are to use."""


def heading_key(heading: str) -> str:
    """A heading without case, accents, blanks and punctuation: "E-Mail address" -> "emailaddress"."""
    return re.sub(r"[\W_]+", "", fold(heading.replace("#", " number ")))


HEADINGS = _headings()
"""Heading without case, accents, blanks and punctuation -> what it says. The words stand with the fields."""
