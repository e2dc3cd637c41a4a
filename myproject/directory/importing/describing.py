"""Changes in words: what a verb of an import changes, from when, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import Connection

from myproject.directory.schema.fields import FIELDS
from myproject.directory.schema.verbs import Verb

from .current import names_of
from .departments import ImportedDepartments
from .findings import shown
from .locations import ImportedLocations

PEOPLE = ("manager", "hand_over_to")
"""Parts of verbs that name somebody."""
_KNOWN_PEOPLE = 20_000
_DAYS = ("on", "last_day")
_TOLD_ELSEWHERE = frozenset(("verb", "employee", "employee_number", "card", "assignment", "also_later", *_DAYS))
_LABELS = {
    "valid_from": "First day", "valid_to": "First day after", "until": "Until", "parent": "Under", "name": "Name",
    "fact": "Of", "kind": "Kind", "code": "Code", "address": "Address", "city": "City", "country": "Country",
    "time_zone": "Time zone", "department": "Department",
}  # fmt: skip


class ChangeInWords(NamedTuple):
    """One change: the verb in words, whom or what it is about, from which day, and what it changes."""

    verb: str
    about: str
    day: date | None
    details: str


class Describer:
    """Knows the names of what verbs only give the ids of."""

    def __init__(self, conn: Connection, departments: ImportedDepartments, locations: ImportedLocations) -> None:
        self.conn = conn
        self.departments = departments
        self.locations = locations
        self._people: dict[int | str, str] = {}
        """Id or employee number -> how the person is called in words."""

    def look_up(self, people: Iterable[int | str | None]) -> None:
        """Read the names of people, given by id or employee number, in one query."""
        unknown = {person for person in people if person is not None and person not in self._people}
        if not unknown:
            return
        if len(self._people) > _KNOWN_PEOPLE:
            self._people.clear()
        ids = [person for person in unknown if isinstance(person, int)]
        numbers = [person for person in unknown if isinstance(person, str)]
        for id_, number, name in names_of(self.conn, ids, numbers):
            self._people[id_] = self._people[number] = f"{name} ({number})"

    def person(self, reference: int | str) -> str:
        """Name and employee number of somebody."""
        self.look_up([reference])
        return self._people.get(reference) or (reference if isinstance(reference, str) else f"employee {reference}")

    def change(self, verb: Verb, about: str, before: Mapping[str, Any]) -> ChangeInWords:
        """A verb in words. `before`: what was so before, by the names of its parts."""
        name = verb.verb
        day = next((value for field in _DAYS if (value := getattr(verb, field, None)) is not None), None)
        return ChangeInWords(name.replace("_", " "), about, day, "; ".join(self._parts(verb, before)))

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
                if was == after and before[field] != value:
                    was, after = self._told_apart(field, before[field], value)
                if was != after:
                    yield f"{_label(field)}: {was or '–'} → {after or '–'}"
            elif after:
                yield f"{_label(field)}: {after}"

    def _told_apart(self, field: str, was: Any, after: Any) -> tuple[str, str]:
        """Two values that read the same: departments by what is above them, texts from where they differ."""
        if field in ("department", "parent"):
            return self.departments.path(was), self.departments.path(after)
        if isinstance(was, str) and isinstance(after, str):
            same = next((at for at, (a, b) in enumerate(zip(was, after, strict=False)) if a != b), 0)
            return tuple(shown(f"…{text[max(same - 20, 0) :]}") for text in (was, after))  # type: ignore[return-value]
        return "", ""

    def _value(self, field: str, value: Any) -> str:
        if value is None or value is False:
            return ""
        if field in ("department", "parent"):
            return self.departments.name(value)
        if field == "location":
            return self.locations.name(value)
        if field in PEOPLE:
            return self.person(value)
        if isinstance(value, list | tuple):
            return shown(", ".join(map(str, value)))
        return "yes" if value is True else shown(str(value))


def _label(field: str) -> str:
    return _LABELS.get(field) or (FIELDS[field].label if field in FIELDS else field.replace("_", " ").capitalize())
