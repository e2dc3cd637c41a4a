"""Departments: what the sheets state of them, and what people name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from myproject.directory.schema.text import fold, slug
from myproject.directory.schema.verbs import CreateDepartment

from . import current
from .department_verbs import Planned, PlannedVerb, Stated, creation, edits, other_beginning
from .findings import FilePlace, Findings
from .mapping import nearest
from .references import plain, properties
from .tables import Table
from .values import PATH_MARK, CellProblem, bare


@dataclass(slots=True)
class ImportedDepartments:
    """The departments of an import. After `plan`, `find` answers for every name and code that was given."""

    conn: Connection
    findings: Findings
    effective: date
    create: bool
    """Whether a department that is only named is created."""
    stated: dict[str, Stated] = field(default_factory=dict)
    known: dict[str, current.RecordedDepartment] = field(default_factory=dict)
    code_of: dict[str, str | CellProblem] = field(default_factory=dict)
    """Reference -> code, or why there is none."""
    ids: dict[str, int] = field(default_factory=dict)
    """Code -> id, once the verbs have been applied."""
    above: dict[int, int | None] = field(default_factory=dict)
    """Id -> id of the parent, once the verbs have been applied."""
    refused: set[str] = field(default_factory=set)
    """The codes of departments whose row was refused."""
    heads: list[tuple[str, str, FilePlace]] = field(default_factory=list)
    """Code of a department, who heads it, where that is stated."""
    _named: dict[str, set[str]] = field(default_factory=dict)
    """Folded name -> codes."""
    _below: dict[tuple[str | None, str], str] = field(default_factory=dict)
    """Code of the parent and folded name -> code."""
    _names: dict[int | str, str] = field(default_factory=dict)
    _given: set[str] = field(default_factory=set)
    """Codes of new departments that the files give: another code means another department, whatever its name."""
    _parents: dict[str, str | None] = field(default_factory=dict)
    """Code of a department that is only named -> code of its parent."""

    def __post_init__(self) -> None:
        for place in current.departments(self.conn):
            self.ids[place.code] = place.id
            self.known[place.code] = place
        codes = {place.id: place.code for place in self.known.values()}
        for place in self.known.values():
            if place.versions:
                version = self.version(place)
                name, parent = fold(version.name), version.parent
                self._named.setdefault(name, set()).add(place.code)
                self._below[None if parent is None else codes[parent], name] = place.code

    def version(self, place: current.RecordedDepartment) -> current.RecordedVersion:
        """How a known department is on the effective day, else in its last days."""
        for version in place.versions:
            if version.valid_from <= self.effective < version.valid_to:
                return version
        return place.versions[-1]

    def read(self, table: Table, roots: Iterable[str]) -> None:
        """The rows of [departments]."""
        tops = {bare(text) for text in roots}
        fields = ("code", "name", "parent", "head", "since", "until", "about", "email")
        for number, row in table.sheet.rows(self.findings):
            values = table.read(fields, number, row, self.findings)
            if values is None:
                with contextlib.suppress(CellProblem):
                    self.refused.add(table.get("code", row) or "")
                continue
            place = table.at("code", number, row)
            code = values["code"]
            if not code:
                self.findings.refuse("no key", place, "The department has no code.", "Give it one.")
            elif code in self.stated:
                first = self.stated[code].place.row
                self.findings.refuse(
                    "repeated key", place, f"Row {first} has the same.", "Give each department one row."
                )
            else:
                parent = values.get("parent")
                if parent and bare(parent) in tops:
                    parent = None
                self.stated[code] = Stated(code, place, values, parent)
                if values.get("head"):
                    self.heads.append((code, values["head"], table.at("head", number, row)))
        self._resolve_parents(table)

    def _resolve_parents(self, table: Table) -> None:
        for stated in self.stated.values():
            self._named.setdefault(fold(stated.values.get("name") or stated.code), set()).add(stated.code)
        for stated in list(self.stated.values()):
            if stated.parent is None:
                continue
            place = FilePlace(table.sheet.name, stated.place.row, _column(table, "parent"), stated.parent)
            found = self._match(stated.parent)
            if found == stated.code:
                self._drop(
                    stated,
                    "own parent",
                    place,
                    "The department is its own parent.",
                    "Leave the parent blank for a root.",
                )
            elif isinstance(found, CellProblem):
                self._drop(stated, found.kind, place, f"The parent {found.reason}.", found.remedy)
            else:
                stated.parent = found
        circles = [(stated, circle) for stated in self.stated.values() if (circle := self._circle(stated))]
        for stated, circle in circles:
            place = FilePlace(table.sheet.name, stated.place.row, _column(table, "parent"), stated.parent)
            told = f"The parents go in a circle: {' under '.join(circle)}."
            self._drop(stated, "circle", place, told, "Correct one of the parents.")

    def _drop(self, stated: Stated, kind: str, place: FilePlace, reason: str, remedy: str) -> None:
        self.findings.refuse(kind, place, reason, remedy)
        self.refused.add(stated.code)
        del self.stated[stated.code]

    def _circle(self, start: Stated) -> list[str]:
        """The codes from a department up to itself; empty where the way ends."""
        way = [start.code]
        at: str | None = start.parent
        while at is not None and at in self.stated and len(way) <= len(self.stated):
            way.append(at)
            if at == start.code:
                return way
            at = self.stated[at].parent
        return []

    def _match(self, reference: str) -> str | CellProblem:
        """The code that a reference means."""
        named = properties(reference)
        if None not in named:
            return self._match_named(reference, named.get("code"), named.get("name"), named.get("path", ""))
        if PATH_MARK in reference:
            parent: str | None = None
            for name in reference.split(PATH_MARK):
                found = self._below.get((parent, fold(name)))
                if found is None:
                    return self._unknown(reference)
                parent = found
            return parent or self._unknown(reference)
        if reference in self.stated or (reference in self.known and self.known[reference].versions):
            return reference
        return self._match_name(reference, reference)

    def _match_named(self, reference: str, code: str | None, name: str | None, path: str) -> str | CellProblem:
        """The code that a reference by properties means. A new code with the name of a known department means that."""
        if code:
            if code in self.stated or code in self._parents or (code in self.known and self.known[code].versions):
                return code
            named = [each for each in self._named.get(fold(name or ""), ()) if each not in self._given]
            return named[0] if len(named) == 1 else self._unknown(reference)
        if name:
            return self._match_name(name, reference)
        return self._match(PATH_MARK.join(_steps(path)))

    def _match_name(self, name: str, reference: str) -> str | CellProblem:
        codes = self._named.get(fold(name), set())
        if len(codes) == 1:
            return next(iter(codes))
        if codes:
            listed = ", ".join(sorted(codes)[:5])
            return CellProblem("ambiguous", "is the name of several departments", f"Give the code instead: {listed}.")
        return self._unknown(reference)

    def _unknown(self, reference: str) -> CellProblem:
        reference = plain(reference)
        names = [*self.stated, *(stated.values.get("name") or "" for stated in self.stated.values())]
        names += [self.version(place).name for place in self.known.values() if place.versions]
        hint = nearest(reference, names[:5000])
        return CellProblem(
            "unknown department", "is no known department", f"Check its name or code{hint}, or create it first."
        )

    def plan(self, named: Mapping[str, FilePlace], since: Mapping[str, date]) -> Planned:
        """The verbs for all that is stated, and for what is only named.

        since: reference -> the first day on which the files put somebody there.
        """
        created: Planned = []
        wanted: dict[str, date] = {}
        for reference in named:
            found = self._match(reference)
            if isinstance(found, CellProblem) and self.create and found.kind == "unknown department":
                found = self._create(reference, named[reference], created)
            self.code_of[reference] = found
            if isinstance(found, str):
                wanted[found] = min(wanted.get(found, date.max), since.get(reference, self.effective))
        self._pass_up(wanted)
        first = min([*wanted.values(), self.effective])
        if not any(place.versions for place in self.known.values()):
            wanted = dict.fromkeys(
                [*wanted, *self.stated], first
            )  # a new directory: all of it was there from the first day
        planned: Planned = []
        for stated in self._parents_first():
            planned += self._verbs(stated, wanted)
        for item in created:
            planned.append(item._replace(values=item.values | {"on": wanted.get(item.values["code"], self.effective)}))
        planned += self._earlier(wanted)
        return planned

    def _create(self, reference: str, place: FilePlace, created: Planned) -> str | CellProblem:
        """Plan the departments that a name or a path of names needs; the code of the last."""
        own_code = properties(reference).get("code")
        names = _names_to_create(reference)
        parent: str | None = None
        for name in names:
            code = self._below.get((parent, fold(name))) if len(names) > 1 or parent else None
            if code is None:
                if len(name) > 120:
                    return CellProblem(
                        "too long", "is longer than 120 characters", "Shorten the name, or say cut = 120."
                    )
                code = own_code or self._free_code(name)
                self._given |= {own_code} if own_code else set()
                values = {"code": code, "name": name, "parent": parent}
                created.append(PlannedVerb(CreateDepartment, values, place, name))
                self._below[parent, fold(name)] = code
                self._named.setdefault(fold(name), set()).add(code)
                self._parents[code] = parent
            parent = code
        assert parent is not None
        return parent

    def _free_code(self, name: str) -> str:
        base = slug(name)[:56].strip("-")
        code, number = base, 2
        while (code in self.known and self.known[code].versions) or code in self.stated or code in self._parents:
            code, number = f"{base}-{number}", number + 1
        return code

    def _pass_up(self, wanted: dict[str, date]) -> None:
        """Whoever is in a department is under those above it: they must be there as early."""
        above = {code: stated.parent for code, stated in self.stated.items()} | self._parents
        for code, day in list(wanted.items()):
            at, steps = above.get(code), 0
            while at is not None and steps < 1000:
                wanted[at] = min(wanted.get(at, date.max), day)
                at, steps = above.get(at), steps + 1

    def _parents_first(self) -> list[Stated]:
        """In the order of the sheet, but each after its parent."""
        done: dict[str, Stated] = {}

        def add(stated: Stated) -> None:
            chain = []
            at: Stated | None = stated
            while at is not None and at.code not in done and at not in chain:
                chain.append(at)
                at = self.stated.get(at.parent) if at.parent else None
            for item in reversed(chain):
                done[item.code] = item

        for stated in self.stated.values():
            add(stated)
        return list(done.values())

    def _verbs(self, stated: Stated, wanted: Mapping[str, date]) -> Planned:
        known = self.known.get(stated.code)
        if known is None or not known.versions:
            return [creation(stated, wanted.get(stated.code, self.effective))]
        version = self.version(known)
        above = next((item.code for item in self.known.values() if item.id == version.parent), None)
        return edits(stated, known, version, above, self.effective)

    def _earlier(self, wanted: Mapping[str, date]) -> Planned:
        """Known departments begin earlier where somebody was in them before, unless a sheet states the first day."""
        planned: Planned = []
        for code, day in wanted.items():
            known = self.known.get(code)
            stated = self.stated.get(code)
            if known is None or not known.versions or (stated and stated.values.get("since")):
                continue
            if day < known.versions[0].valid_from:
                place = stated.place if stated else FilePlace("", None, None, code)
                planned.append(other_beginning(code, known, day, place))
        return planned

    def applied(self) -> None:
        """Read the ids after the verbs have been applied."""
        places = [place for place in current.departments(self.conn) if place.versions]
        self.ids = {place.code: place.id for place in places}
        self._names.clear()
        self.above = {place.id: self.version(place).parent for place in places}

    def name(self, reference: int | str) -> str:
        """The name of a department by its id or code, for words."""
        if not self._names:
            for place in current.departments(self.conn):
                if place.versions:
                    self._names[place.id] = self._names[place.code] = self.version(place).name
        return self._names.get(reference) or str(reference)

    def path(self, department: int) -> str:
        """The name of a department after those above it, for words."""
        names: list[str] = []
        at: int | None = department
        while at is not None and len(names) < 20:
            names.append(self.name(at))
            at = self.above.get(at)
        return " / ".join(reversed(names))

    def find(self, reference: str) -> int:
        """The id of the department that a reference means. Raises CellProblem."""
        found = self.code_of[reference]
        if isinstance(found, CellProblem):
            raise found
        id_ = self.ids.get(found)
        if id_ is None:
            raise CellProblem("refused department", "is a department that was refused", "Mend that one first.")
        return id_

    def gone(self, occupied: Iterable[int] = ()) -> list[current.RecordedDepartment]:
        """Departments of the effective day that no row states or names; without these and those above them."""
        used = {*self.stated, *self.refused, *(code for code in self.code_of.values() if isinstance(code, str))}
        kept: set[int] = set()
        for department in occupied:
            at: int | None = department
            while at is not None and at not in kept:
                kept.add(at)
                at = self.above.get(at)
        return [
            place
            for code, place in self.known.items()
            if code not in used
            and place.id not in kept
            and any(version.valid_from <= self.effective < version.valid_to for version in place.versions)
        ]


def _names_to_create(reference: str) -> list[str]:
    """The names of the departments that a reference means, from the top down."""
    named = properties(reference)
    if None in named:
        return reference.split(PATH_MARK)
    name = named.get("name") or named.get("code")
    return [name] if name else _steps(named["path"])


def _steps(path: str) -> list[str]:
    """The names of a path that is written with slashes, from the top down."""
    return [name for step in path.split("/") if (name := step.strip())]


def _column(table: Table, field_name: str) -> str | None:
    reader = table.readers.get(field_name)
    return ", ".join(reader.value.columns) if reader else None
