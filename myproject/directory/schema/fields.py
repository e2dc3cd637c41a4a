"""Every field of an employee, declared once.

A field's name, type and limits, label and help, who may see and edit it, its place in the form of a card, and the
headings under which spreadsheets call it stand here and nowhere else; of fields that are not on the card, in
`other_fields`. Pages, the API, imports and exports read `FIELDS`.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from annotated_types import MaxLen
from pydantic import BaseModel, ConfigDict

from myproject.language.texts import marked

from .field_info import AUDIENCES, SECTIONS, Audience, DatedTable, EditedBy, Info, Kind, Section, headings_of
from .field_types import (
    BirthDay,
    Code,
    Day,
    Email,
    EmployeeNumber,
    Fte,
    Links,
    ManyLines,
    Name,
    OneLine,
    Phone,
    Picture,
    Text40,
    Text60,
    Text100,
    Text190,
    Text4000,
    TextList,
    Title,
    WorkingDays,
)
from .other_fields import OTHER_FIELDS

__all__ = [
    "AUDIENCES",
    "CARD_FIELDS",
    "FIELDS",
    "IMPORTED_FIELDS",
    "KINDS",
    "NARROWABLE_FIELDS",
    "SECTIONS",
    "Audience",
    "Card",
    "Code",
    "Day",
    "EditedBy",
    "EmployeeNumber",
    "Fte",
    "Info",
    "Kind",
    "Name",
    "Section",
    "Title",
    "fields_of",
    "longest",
]


class Card(BaseModel):
    """The undated fields of an employee. In an edit, only the fields that are given change; None clears one."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    given_name: Annotated[
        Text100 | None,
        OneLine,
        Info(
            marked("Given name"),
            section="Name",
            kind="name",
            autocomplete="given-name",
            headings=headings_of(
                "first name, forename, given names, firstname, legal first name, legal name first name, vorname, "
                "vornamen, prénom, prénoms, nombre, nombre de pila, primer nombre"
            ),
        ),
    ] = None
    family_name: Annotated[
        Text100 | None,
        OneLine,
        Info(
            marked("Family name"),
            section="Name",
            kind="name",
            autocomplete="family-name",
            headings=headings_of(
                "last name, surname, lastname, sn, legal last name, legal name last name, nachname, familienname, "
                "zuname, nom de famille, nom, apellido, apellidos, primer apellido"
            ),
        ),
    ] = None
    preferred_name: Annotated[
        Text100 | None,
        OneLine,
        Info(
            marked("Preferred name"),
            marked("Used by colleagues instead of the given name."),
            section="Name",
            kind="name",
            autocomplete="nickname",
            edited_by="self",
            headings=headings_of(
                "preferred first name, known as, nickname, goes by, display given name, rufname, spitzname, prénom "
                "usuel, prénom d'usage, nombre preferido"
            ),
        ),
    ] = None
    alternative_names: Annotated[
        TextList,
        Info(
            marked("Other names"),
            marked("Former or other names that colleagues may search for."),
            section="Name",
            edited_by="self",
            narrowable=True,
            headings=headings_of(
                "alternative names, also known as, aliases, former name, maiden name, geburtsname, frühere namen, nom "
                "de naissance, nom de jeune fille, otros nombres"
            ),
        ),
    ] = None
    pronunciation: Annotated[
        Text100 | None,
        OneLine,
        Info(
            marked("Pronunciation"),
            marked("How the name sounds, in plain letters."),
            section="Name",
            vcard="X-PHONETIC-FIRST-NAME",
            edited_by="self",
            narrowable=True,
            headings=headings_of("name pronunciation, phonetic, aussprache, prononciation, pronunciación"),
        ),
    ] = None
    pronouns: Annotated[
        Text40 | None,
        OneLine,
        Info(
            marked("Pronouns"),
            section="Name",
            vcard="NOTE",
            edited_by="self",
            narrowable=True,
            headings=headings_of("pronomen, pronoms, pronombres"),
        ),
    ] = None
    external_id: Annotated[
        Text190 | None,
        OneLine,
        Info(
            marked("External ID"),
            marked("The identifier of this person in another system."),
            section="Kept by the people team",
            audience="people_team",
            headings=headings_of(
                "external identifier, guid, object id, immutable id, objectguid, entryuuid, user id, uid, "
                "samaccountname, username, user name, externe id, identifiant externe, benutzername, nom "
                "d'utilisateur, nombre de usuario"
            ),
        ),
    ] = None
    email: Annotated[
        Email | None,
        OneLine,
        Info(
            marked("Email"),
            section="Contact",
            kind="email",
            autocomplete="work email",
            example="ada@example.org",
            vcard="EMAIL;TYPE=INTERNET,WORK,PREF",
            headings=headings_of(
                "mail, e-mail, emails, email address, mail address, e-mail address, contact e-mail, work email, "
                "primary work email, email primary work, business email, company email, primary email, e-mail-adresse, "
                "geschäftliche e-mail, dienstliche e-mail, e-mail geschäftlich, adresse e-mail, adresse mail, adresse "
                "électronique, courriel, e-mail professionnel, correo electrónico, correo, correo de trabajo, correo "
                "corporativo, user principal name"
            ),
        ),
    ] = None
    phone: Annotated[
        Phone | None,
        OneLine,
        Info(
            marked("Phone"),
            section="Contact",
            kind="tel",
            autocomplete="work tel",
            example="+47 22 00 00 00",
            vcard="TEL;TYPE=WORK,VOICE",
            edited_by="self",
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
        Phone | None,
        OneLine,
        Info(
            marked("Mobile"),
            section="Contact",
            kind="tel",
            autocomplete="mobile tel",
            example="+47 90 00 00 00",
            vcard="TEL;TYPE=CELL,VOICE",
            edited_by="self",
            narrowable=True,
            headings=headings_of(
                "mobile phone, cell, cell phone, mobile number, mobile phone number, handy, handynummer, mobiltelefon, "
                "mobilnummer, téléphone portable, téléphone mobile, portable, móvil, teléfono móvil, celular"
            ),
        ),
    ] = None
    desk: Annotated[
        Text60 | None,
        OneLine,
        Info(
            marked("Desk"),
            marked("Room or desk."),
            section="Contact",
            example="B2.14",
            vcard="ADR",
            edited_by="self",
            narrowable=True,
            headings=headings_of(
                "room, office, room number, desk number, physical delivery office name, raum, raumnummer, zimmer, "
                "büro, bureau, numéro de bureau, despacho, sala"
            ),
        ),
    ] = None
    date_of_birth: Annotated[
        BirthDay | None,
        OneLine,
        Info(
            marked("Date of birth"),
            section="Kept by the people team",
            vcard="BDAY",
            audience="people_team",
            headings=headings_of(
                "birth date, birthdate, birthday, dob, born, born on, geburtsdatum, geburtstag, date de naissance, "
                "fecha de nacimiento"
            ),
        ),
    ] = None
    about: Annotated[
        Text4000 | None,
        ManyLines,
        Info(
            marked("About"),
            marked("The work, and good questions to ask."),
            section="About",
            vcard="NOTE",
            edited_by="self",
            narrowable=True,
            headings=headings_of("bio, biography, about me, über mich, à propos, biographie, sobre mí"),
        ),
    ] = None
    skills: Annotated[
        TextList,
        Info(
            marked("Skills"),
            marked("What colleagues can ask for help with."),
            section="Work",
            edited_by="self",
            headings=headings_of(
                "skill, expertise, tags, kenntnisse, fähigkeiten, compétences, habilidades, competencias"
            ),
        ),
    ] = None
    languages: Annotated[
        TextList,
        Info(
            marked("Languages"),
            section="Work",
            edited_by="self",
            narrowable=True,
            headings=headings_of("language, spoken languages, sprachen, sprachkenntnisse, langues, idiomas"),
        ),
    ] = None
    working_days: Annotated[
        WorkingDays,
        Info(
            marked("Working days"),
            marked("The days of the week worked."),
            section="Work",
            kind="days",
            edited_by="self",
            narrowable=True,
            headings=("days",),
        ),
    ] = None
    links: Annotated[
        Links,
        Info(
            marked("Links"),
            section="Contact",
            kind="lines",
            edited_by="self",
            narrowable=True,
            headings=headings_of("link, website, url, www home page, webseite, site web, página web"),
        ),
    ] = None
    portrait: Annotated[
        Picture | None,
        OneLine,
        Info(marked("Photo"), marked("A photo."), edited_by="self", narrowable=True, importable=False),
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


def fields_of(table: DatedTable) -> tuple[str, ...]:
    """The fields that the rows of a dated table hold."""
    return tuple(name for name, info in FIELDS.items() if info.table == table)


def _parts(annotation: Any) -> Iterable[Any]:
    """An annotation and everything inside it: types and what they are annotated with."""
    yield annotation
    for each in (*typing.get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield from _parts(each)


def longest(name: str) -> int | None:
    """How many characters the text of a field of the card may have, or each text of a list of them."""
    field = Card.model_fields[name]
    for part in (*field.metadata, *_parts(field.annotation)):
        most = part.max_length if isinstance(part, MaxLen) else getattr(part, "max_length", None)
        if most is not None:
            return int(most)
    return None


def _kind(name: str) -> Kind:
    if (declared := FIELDS[name].kind) is not None:
        return declared
    parts = list(_parts(Card.model_fields[name].annotation))
    if date in parts:
        return "date"
    if any(typing.get_origin(part) is list for part in parts):
        return "list"
    return "text" if (longest(name) or 0) > 500 else "line"


KINDS: dict[str, Kind] = {name: _kind(name) for name in CARD_FIELDS}
"""How the value of each field of the card is written."""
