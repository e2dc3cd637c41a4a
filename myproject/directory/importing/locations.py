"""Locations: what a sheet states of them, what people name, and the verbs that bring them about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from myproject.directory.schema.text import fold, slug
from myproject.directory.schema.verbs import ChangeLocation, CreateLocation

from . import current
from .department_verbs import Planned, PlannedVerb
from .findings import FilePlace, Findings
from .mapping import nearest
from .references import plain, properties
from .tables import Table
from .values import CellProblem

_LOCATION = ("name", "address", "city", "country", "time_zone")


@dataclass(slots=True)
class ImportedLocations:
    """The locations of an import."""

    conn: Connection
    findings: Findings
    create: bool
    stated: dict[str, tuple[dict[str, Any], FilePlace]] = field(default_factory=dict)
    known: dict[str, current.RecordedDepartment] = field(default_factory=dict)
    code_of: dict[str, str | CellProblem] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    _names: dict[int | str, str] = field(default_factory=dict)
    _named: dict[str, set[str]] = field(default_factory=dict)
    _created: set[str] = field(default_factory=set)
    """Codes of those that are only named, and new."""
    _given: set[str] = field(default_factory=set)
    """Those of them that the files give."""

    def __post_init__(self) -> None:
        for place in current.locations(self.conn):
            self.known[place.code] = place
            self.ids[place.code] = place.id
            if not place.values["closed"]:
                self._named.setdefault(fold(place.values["name"]), set()).add(place.code)

    def read(self, table: Table) -> None:
        """The rows of [locations]."""
        for number, row in table.sheet.rows(self.findings):
            values = table.read(("code", *_LOCATION), number, row, self.findings)
            if values is None:
                continue
            place = table.at("code", number, row)
            code = values.pop("code")
            if not code:
                self.findings.refuse("no key", place, "The location has no code.", "Give it one.")
            elif code in self.stated:
                first = self.stated[code][1].row
                self.findings.refuse("repeated key", place, f"Row {first} has the same.", "Give each location one row.")
            else:
                self.stated[code] = (values, place)
                self._named.setdefault(fold(values.get("name") or code), set()).add(code)

    def plan(self, named: Mapping[str, FilePlace]) -> Planned:
        """The verbs for what is stated and what is only named, as class and arguments (not checked yet)."""
        planned: Planned = []
        for code, (values, place) in self.stated.items():
            known = self.known.get(code)
            if known is None or known.values["closed"]:
                made = {"code": code, **values, "name": values.get("name") or code}
                planned.append(PlannedVerb(CreateLocation, made, place, made["name"]))
                continue
            changed = {key: value for key, value in values.items() if value is not None and value != known.values[key]}
            if changed:
                about = str(known.values["name"])
                planned.append(PlannedVerb(ChangeLocation, {"location": code, **changed}, place, about, known.values))
        for reference, place in named.items():
            found = self._match(reference)
            if isinstance(found, CellProblem) and self.create and found.kind == "unknown location":
                told = properties(reference)
                name = told.get("name") or told.get("code") or reference
                found = told.get("code") or self._free_code(name)
                planned.append(PlannedVerb(CreateLocation, {"code": found, "name": name}, place, name))
                self._named.setdefault(fold(name), set()).add(found)
                self._created.add(found)
                self._given |= {found} if "code" in told else set()
            self.code_of[reference] = found
        return planned

    def _match(self, reference: str) -> str | CellProblem:
        named = properties(reference)
        code, name = named.get("code", ""), named.get("name", "")
        if None in named:
            code = name = reference
        known = self.known.get(code)
        if code in self.stated or code in self._created or (known is not None and not known.values["closed"]):
            return code
        codes = self._named.get(fold(name), set())
        if named.get("code"):
            # A new code with the name of a known location means that one, unless the files give it another code.
            codes = codes - self._given if name else set()
            codes = codes if len(codes) == 1 else set()
        if len(codes) == 1:
            return next(iter(codes))
        if codes:
            listed = ", ".join(sorted(codes)[:5])
            return CellProblem("ambiguous", "is the name of several locations", f"Give the code instead: {listed}.")
        hint = nearest(plain(reference), [*self.stated, *self.known, *self._named][:5000])
        return CellProblem(
            "unknown location", "is no known location", f"Check its name or code{hint}, or create it first."
        )

    def _free_code(self, name: str) -> str:
        base = slug(name)[:56].strip("-")
        code, number = base, 2
        taken = {code for codes in self._named.values() for code in codes}
        while (code in self.known and not self.known[code].values["closed"]) or code in self.stated or code in taken:
            code, number = f"{base}-{number}", number + 1
        return code

    def applied(self) -> None:
        """Read the ids after the verbs have been applied."""
        self._names.clear()
        self.ids = {place.code: place.id for place in current.locations(self.conn) if not place.values["closed"]}

    def name(self, reference: int | str) -> str:
        """The name of a location by its id or code, for words."""
        if not self._names:
            for place in current.locations(self.conn):
                self._names[place.id] = self._names[place.code] = str(place.values["name"])
        return self._names.get(reference) or str(reference)

    def find(self, reference: str) -> int:
        """The id of the location that a reference means. Raises CellProblem."""
        found = self.code_of[reference]
        if isinstance(found, CellProblem):
            raise found
        id_ = self.ids.get(found)
        if id_ is None:
            raise CellProblem("refused location", "is a location that was refused", "Mend that one first.")
        return id_
