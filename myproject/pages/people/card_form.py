"""The form of a card, made from the declarations of the fields: how each is written, and read back.

What a person typed is kept as text until it is saved, so that a form that comes back with a reason beside a field holds
exactly what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from myproject.directory.people.card_editing import EDITABLE
from myproject.directory.people.profile import DAYS, days_in_words
from myproject.directory.schema import fields
from myproject.directory.schema.field_types import EMPLOYEE_NUMBER_LENGTH
from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, Kind
from myproject.directory.visibility.audience import WHO, Shown
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.people.field_words import Wrong

_IN_FORM = tuple(name for name in EDITABLE if FIELDS[name].section is not None)
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (title, tuple(name for name in _IN_FORM if FIELDS[name].section == title)) for title in fields.SECTIONS
)
"""Headings of the form, each with its fields."""
PORTRAIT = "portrait"

_HINTS = {
    "list": marked("Separate entries with commas."),
    "lines": marked("One address per line, starting with https://."),
}
KINDS: dict[str, Kind] = {name: fields.KINDS.get(name, "line") for name in _IN_FORM}


def _longest(name: str) -> int | None:
    """How many characters may be typed; None where a limit is one of each value of several."""
    if KINDS[name] in ("list", "lines", "days", "date"):
        return None
    return fields.longest(name) if name in CARD_FIELDS else EMPLOYEE_NUMBER_LENGTH


_LONGEST = {name: _longest(name) for name in KINDS}


def days() -> list[tuple[str, str]]:
    """The days of the week: value and label."""
    return [(day, _(label)) for day, label in DAYS.items()]


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
    return Control(
        name,
        _(info.label),
        " ".join(filter(None, (_(info.help), _(_HINTS.get(kind, ""))))),
        kind,
        value,
        _LONGEST[name],
        info.autocomplete if own else "off",
        problem,
        shelf,
        claim,
    )


def shelf(shown: Shown, chosen: str | None, claim: Claim | None = None) -> Shelf:
    """Who can see a field, with `chosen` marked where there is a choice; "" stands for what the organisation says."""
    if not shown.choices:
        return Shelf(_capital(shown.who), shown.why)
    options = [Option("", _capital(_(WHO[shown.standard])), not chosen)]
    options += [Option(each, _capital(_(WHO[each])), each == chosen) for each in shown.choices]
    return Shelf(_capital(shown.who), shown.why, tuple(options), claim)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_words(name: str, value: Any) -> str:
    """A value in one line, to be read; "" for none."""
    if value in (None, "", []):
        return ""
    if KINDS.get(name) == "days":
        return days_in_words(value)
    return _(", ").join(map(str, value)) if isinstance(value, list) else str(value)


def audience_in_words(_name: str, audience: str | None) -> str:
    """An audience that was chosen, in words."""
    return _(WHO[audience]) if audience else _("as set by the organisation")
