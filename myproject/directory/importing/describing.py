"""Changes in words: what a verb of an import changes, from when, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel

from myproject.directory.fields import FIELDS
from myproject.directory.verbs import Verb

from .departments import Departments
from .findings import shown
from .locations import Locations
from .people import People

_DAYS = ("on", "last_day")
_TOLD_ELSEWHERE = frozenset(("verb", "employee", "employee_number", "card", "assignment", "also_later", *_DAYS))
_LABELS = {
    "valid_from": "First day", "valid_to": "First day after", "until": "Until", "parent": "Under", "name": "Name",
    "fact": "Of", "kind": "Kind", "code": "Code", "address": "Address", "city": "City", "country": "Country",
    "time_zone": "Time zone", "department": "Department",
}  # fmt: skip


class Change(NamedTuple):
    """One change: the verb in words, whom or what it is about, from which day, and what it changes."""

    verb: str
    about: str
    day: date | None
    details: str


class Describer:
    """Knows the names of what verbs only give the ids of."""

    def __init__(self, people: People, departments: Departments, locations: Locations) -> None:
        self.people = people
        self.departments = departments
        self.locations = locations
        self._numbers: dict[int, str] = {}

    def change(self, verb: Verb, about: str, before: Mapping[str, Any]) -> Change:
        """A verb in words. `before`: what was so before, by the names of its parts."""
        name: str = verb.verb  # type: ignore[attr-defined]
        day = next((value for field in _DAYS if (value := getattr(verb, field, None)) is not None), None)
        return Change(name.replace("_", " "), about, day, "; ".join(self._parts(verb, before)))

    def _parts(self, verb: BaseModel, before: Mapping[str, Any]) -> Iterator[str]:
        for field in type(verb).model_fields:
            if field not in verb.model_fields_set or field in _TOLD_ELSEWHERE:
                continue
            value = getattr(verb, field)
            if isinstance(value, BaseModel):
                yield from self._parts(value, before)
                continue
            if field in ("department", "location") and getattr(verb, "verb", "").endswith(field):
                continue  # it is what the change is about
            after = self._value(field, value)
            if field in before:
                was = self._value(field, before[field])
                if was != after:
                    yield f"{_label(field)}: {was or '–'} → {after or '–'}"
            elif after:
                yield f"{_label(field)}: {after}"

    def _value(self, field: str, value: Any) -> str:
        if value is None or value is False:
            return ""
        if field in ("department", "parent"):
            return self.departments.name(value)
        if field == "location":
            return self.locations.name(value)
        if field == "manager" and isinstance(value, int):
            return self._number(value)
        if isinstance(value, list | tuple):
            return shown(", ".join(map(str, value)))
        return "yes" if value is True else shown(str(value))

    def _number(self, employee: int) -> str:
        if employee not in self._numbers:
            self._numbers |= {person.id: person.number or "" for person in self.people.all if person.id is not None}
        return self._numbers.get(employee) or f"employee {employee}"


def _label(field: str) -> str:
    return _LABELS.get(field) or (FIELDS[field].label if field in FIELDS else field.replace("_", " ").capitalize())
