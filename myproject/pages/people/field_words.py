"""What is wrong with a value that somebody typed, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from myproject.directory.schema.field_info import BadValue
from myproject.directory.schema.fields import FIELDS
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.web.params import shown


class Wrong(NamedTuple):
    """What is wrong with a field: a sentence, and what to do about it."""

    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


def wrong(errors: Iterable[Mapping[str, Any]]) -> dict[str, Wrong]:
    """What pydantic has against values, by field; of several mistakes in one field the first."""
    found: dict[str, Wrong] = {}
    for each in errors:
        name = str(each["loc"][0]) if each["loc"] else ""
        found.setdefault(name, _wrong(name, each))
    return found


def _wrong(name: str, error: Mapping[str, Any]) -> Wrong:
    kind, context = error["type"], error.get("ctx") or {}
    given = str(error["input"])
    value, label = shown(given), _(FIELDS[name].label) if name in FIELDS else name
    if kind == "value_error":
        problem = context.get("error")
        if isinstance(problem, BadValue):
            return Wrong(_(problem.sentence, value=value, **problem.values), _(problem.remedy))
    if kind == "string_too_long":
        length, most = number_text(len(given)), number_text(context["max_length"])
        # One of a list: the sentence says which.
        message = (
            _("“%(value)s” is too long: %(length)s characters.", value=value, length=length)
            if len(error["loc"]) > 1
            else _("%(field)s is too long: %(length)s characters.", field=label, length=length)
        )
        return Wrong(message, _("Use at most %(number)s.", number=most))
    if kind == "too_long":
        given_number, most = number_text(context["actual_length"]), number_text(context["max_length"])
        return Wrong(
            _("%(field)s has too many entries: %(number)s.", field=label, number=given_number),
            _("Use at most %(number)s.", number=most),
        )
    if kind.startswith("date"):
        return Wrong(_("“%(value)s” is not a date.", value=value), _("Write it like 1985-03-31."))
    if kind in ("string_too_short", "missing") or error["input"] is None:
        return Wrong(_("%(field)s is missing.", field=label), _("Enter a value."))
    return Wrong(
        _("“%(value)s” can’t be used here.", value=value), _("Write it differently, or leave the field empty.")
    )
