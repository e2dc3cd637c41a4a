"""What is wrong with a value that somebody typed, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from myproject.directory.fields import FIELDS
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
        found.setdefault(name, _told(name, each))
    return found


def _told(name: str, error: Mapping[str, Any]) -> Wrong:
    kind, context = error["type"], error.get("ctx") or {}
    given = str(error["input"])
    label = FIELDS[name].label if name in FIELDS else name
    # One of a list: the sentence says which.
    what = f"“{shown(given)}”" if len(error["loc"]) > 1 else label
    if kind == "value_error":
        message, _, remedy = str(context.get("error", "")).partition("; ")
        return Wrong(f"“{shown(given)}” {message}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else "")
    if kind == "string_too_long":
        most = context["max_length"]
        return Wrong(f"{what} is too long: {len(given):,} characters.", f"Use at most {most:,}.")
    if kind == "too_long":
        return Wrong(f"There are {context['actual_length']} {label.lower()}.", f"Give at most {context['max_length']}.")
    if kind.startswith("date"):
        return Wrong(f"“{shown(given)}” is not a day of the calendar.", "Write it like 1985-03-31.")
    if kind in ("string_too_short", "missing") or error["input"] is None:
        return Wrong(f"{label} is missing.", "Give it a value.")
    return Wrong(f"“{shown(given)}” can’t be used here.", "Write it another way, or leave it empty.")
