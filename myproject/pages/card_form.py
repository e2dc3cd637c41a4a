"""The form of a card, made from the declarations of the fields: how each is written, and read back.

What a person typed is kept as text until it is saved, so that a form that comes back with a reason beside a field holds
exactly what was typed.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from annotated_types import MaxLen

from myproject.directory.audience import WHO, Shown
from myproject.directory.editing import EDITABLE, NUMBER
from myproject.directory.fields import CARD_FIELDS, FIELDS, Card
from myproject.pages.field_words import Wrong

Kind = Literal["line", "text", "list", "lines", "days", "date", "email", "tel"]

#: The order in which people think of them.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Name", ("given_name", "family_name", "preferred_name", "alternative_names", "pronunciation", "pronouns")),
    ("Contact", ("email", "phone", "mobile", "desk", "links")),
    ("Work", ("working_days", "languages", "skills")),
    ("About", ("about",)),
    ("Kept by the people team", ("date_of_birth", NUMBER, "external_id")),
)
PORTRAIT = "portrait"
DAYS = (("mon", "Mon"), ("tue", "Tue"), ("wed", "Wed"), ("thu", "Thu"), ("fri", "Fri"), ("sat", "Sat"), ("sun", "Sun"))

# What a browser may fill in by itself, and only where one edits one's own card.
_AUTOCOMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "preferred_name": "nickname",
    "email": "work email",
    "phone": "work tel",
    "mobile": "mobile tel",
}
_KINDS: dict[str, Kind] = {"email": "email", "phone": "tel", "mobile": "tel", "links": "lines", "working_days": "days"}
_HINTS = {
    "list": "Separate several by commas.",
    "lines": "One address on a line, beginning with https://.",
}


def _parts(annotation: Any) -> Iterable[Any]:
    """An annotation and everything inside it: types and what they are annotated with."""
    yield annotation
    for each in (*typing.get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield from _parts(each)


def _kind(name: str) -> Kind:
    if name in _KINDS:
        return _KINDS[name]
    parts = list(_parts(Card.model_fields[name].annotation)) if name in CARD_FIELDS else []
    if date in parts:
        return "date"
    if any(typing.get_origin(part) is list for part in parts):
        return "list"
    return "text" if (_longest(name) or 0) > 500 else "line"


def _longest(name: str) -> int | None:
    """How many characters a text may have."""
    if name not in CARD_FIELDS:
        return 32
    field = Card.model_fields[name]
    for part in (*field.metadata, *_parts(field.annotation)):
        most = part.max_length if hasattr(part, "max_length") else None
        if isinstance(part, MaxLen) or most is not None:
            return int(part.max_length)
    return None


KINDS: dict[str, Kind] = {name: _kind(name) for name in EDITABLE if name != PORTRAIT}
_LONGEST = {
    name: _longest(name) if kind not in ("list", "lines", "days", "date") else None for name, kind in KINDS.items()
}


def written(name: str, value: Any) -> str | list[str]:
    """A stored value as the form shows it: text, or the days that are ticked."""
    kind = KINDS[name]
    if kind == "days":
        return list(value or ())
    if value is None:
        return ""
    if kind == "list":
        return ", ".join(value)
    if kind == "lines":
        return "\n".join(value)
    return str(value)


def read(name: str, given: list[str]) -> Any:
    """What was typed, as the declaration of the field takes it; what it is worth is checked there."""
    kind = KINDS[name]
    if kind == "days":
        return [day for day in given if day] or None
    text = given[0].replace("\r\n", "\n") if given else ""
    if not text.strip():
        return None
    if kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text


def differs(name: str, typed: Any, shown: Any) -> bool:
    """Whether what was typed is not what the form showed.

    By its text: a value from an import that would not be taken today stands in nobody's way until it is touched.
    """
    if name not in KINDS:
        return bool(typed != shown)
    return _texts(name, typed) != _texts(name, written(name, shown))


def _texts(name: str, value: Any) -> Any:
    if KINDS[name] == "days":
        return set(value or ())
    if isinstance(value, list):
        value = "\n".join(value)
    return "\n".join(" ".join(line.split()) for line in (value or "").strip().splitlines())


class Claim(NamedTuple):
    """What two people wrote into one field: somebody has to choose."""

    author: str
    theirs: str
    mine: str


class Option(NamedTuple):
    """A choice of a list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """Who can see a field: beside each value of one's own card."""

    who: str
    why: str
    options: tuple[Option, ...] = ()
    """The audiences to choose from; none where there is nothing to choose."""
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the form."""

    name: str
    label: str
    help: str
    kind: Kind
    value: str | list[str]
    longest: int | None
    complete: str
    problem: Wrong | None = None
    shelf: Shelf | None = None
    claim: Claim | None = None

    @property
    def described(self) -> str:
        """The ids of what explains it, for ``aria-describedby``."""
        parts = [f"{self.name}-problem"] if self.problem else []
        return " ".join([*parts, *([f"{self.name}-help"] if self.help else [])])


def control(
    name: str,
    value: str | list[str],
    *,
    own: bool,
    problem: Wrong | None = None,
    shelf: Shelf | None = None,
    claim: Claim | None = None,
) -> Control:
    """One field of the form, holding what is stored or what was typed."""
    info, kind = FIELDS[name], KINDS[name]
    # The declarations speak to the person whose card it is.
    said = info.help if own or " you" not in f" {info.help}".lower() else ""
    return Control(
        name,
        info.label,
        " ".join(filter(None, (said, _HINTS.get(kind, "")))),
        kind,
        value,
        _LONGEST[name],
        _AUTOCOMPLETE.get(name, "off") if own else "off",
        problem,
        shelf,
        claim,
    )


def shelf(shown: Shown, chosen: str | None, claim: Claim | None = None) -> Shelf:
    """Who can see a field, with `chosen` marked where there is a choice; "" stands for what the organisation says."""
    if not shown.choices:
        return Shelf(_capital(shown.who), shown.why)
    options = [Option("", _capital(WHO[shown.standard]), not chosen)]
    options += [Option(each, _capital(WHO[each]), each == chosen) for each in shown.choices]
    return Shelf(_capital(shown.who), shown.why, tuple(options), claim)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_words(name: str, value: Any) -> str:
    """A value in one line, to be read."""
    if value in (None, "", []):
        return "nothing"
    if KINDS.get(name) == "days":
        labels: Mapping[str, str] = dict(DAYS)
        return ", ".join(labels.get(day, day) for day in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def audience_in_words(_name: str, audience: str | None) -> str:
    """An audience that was chosen, in words."""
    return WHO[audience] if audience else "as the organisation says"
