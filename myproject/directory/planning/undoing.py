"""The plan that takes a change set back.

What a change set wrote goes, what it superseded comes back, and edited fields get their former values, part by part:
a part is one employee, department or location. A part that was changed since is refused; so is one that would break a
rule without what came after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from myproject.db.ids import id_list
from myproject.directory.fields import FIELDS
from myproject.directory.hidden import NOBODY, Hidden
from myproject.directory.text import fold
from myproject.models.change_set import ChangeItem
from myproject.models.dated import OPEN_REVISION, is_current
from myproject.models.department import Department
from myproject.models.employment import Assignment
from myproject.models.location import Location

from . import rules
from .cards import CHOICE, names
from .departments import give_slugs, slugs_taken
from .draft import Career, DepartmentDraft, Draft, Item, LocationDraft, Refusal
from .loading import load, load_cards, load_careers, load_incoming
from .rows import AssignmentRow, EmploymentRow, LineRow, VersionRow
from .writing import TABLES

Key = tuple[str, int]
_ITEM: Any = ChangeItem.__table__


@dataclass(slots=True)
class Part:
    """What a change set did to one employee, department or location."""

    added: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)
    superseded: dict[Any, int] = field(default_factory=dict)
    """Of what it added, what was superseded since, and by which change set."""
    changes: dict[str, list[Any]] = field(default_factory=dict)


def parts_of(conn: Connection, revision: int) -> dict[Key, Part]:
    """Everything that a change set did, by what it did it to."""
    parts: dict[Key, Part] = {}
    for row_type, table in TABLES.items():
        key = "department" if row_type is VersionRow else "employee"
        columns = [table.c[name] for name in row_type._fields]  # type: ignore[attr-defined]
        query = select(table.c.recorded_in, table.c.superseded_in, *columns).where(
            or_(table.c.recorded_in == revision, table.c.superseded_in == revision)
        )
        for recorded_in, superseded_in, *values in conn.execute(query):
            row = row_type._make(values)  # type: ignore[attr-defined]
            part = parts.setdefault((key, getattr(row, f"{key}_id")), Part())
            if recorded_in != revision:
                part.removed.append(row)
                continue
            part.added.append(row)
            if superseded_in != OPEN_REVISION:
                part.superseded[row] = superseded_in
    items = select(_ITEM).where(_ITEM.c.revision == revision).order_by(_ITEM.c.position)
    for item in conn.execute(items).mappings():
        for key in ("employee", "department", "location"):
            if (id_ := item[f"{key}_id"]) is not None:
                changes = parts.setdefault((key, id_), Part()).changes
                for name, (before, after) in ((item["details"] or {}).get("changes") or {}).items():
                    changes[name] = [changes.get(name, [before])[0], after]
    return parts


def undo_draft(
    conn: Connection,
    revision: int,
    *,
    today: date,
    new_revision: int | None,
    skip: set[Key],
    hidden_people: Hidden = NOBODY,
) -> tuple[Draft, list[Key], dict[int, Item], list[tuple[int, Refusal]]]:
    """The draft with a change set taken back, but for the parts in `skip`; parts, items and problems by position."""
    draft = load(conn, (), today=today, revision=new_revision, hidden_people=hidden_people)
    parts = {key: part for key, part in sorted(parts_of(conn, revision).items()) if key not in skip}
    people = [id_ for kind, id_ in parts if kind == "employee"]
    load_careers(conn, draft, people)
    load_incoming(
        conn,
        draft,
        [
            id_
            for (kind, id_), part in parts.items()
            if kind == "employee" and any(isinstance(row, EmploymentRow) for row in part.added + part.removed)
        ],
    )
    load_cards(conn, draft, [id_ for (kind, id_), part in parts.items() if kind == "employee" and part.changes])
    undated = _undated(conn, parts)
    found: list[tuple[int, Refusal]] = []
    items: dict[int, Item] = {}
    for position, ((kind, id_), part) in enumerate(parts.items()):
        try:
            with draft.step(position):
                _refuse_changed(draft, kind, id_, part)
                changes = {name: [after, before] for name, (before, after) in part.changes.items()}
                if kind == "employee":
                    _employee(draft, draft.careers[id_], part, changes)
                elif kind == "department":
                    _department(draft, draft.departments[id_], part, changes, undated)
                else:
                    _location(conn, draft, draft.locations[id_], changes, undated)
                items[position] = item = Item("undo", changes=changes or None)
                setattr(item, f"{kind}_id", id_)
        except Refusal as refusal:
            found.append((position, refusal))
    if not found:
        found = rules.check(conn, draft)
    return draft, list(parts), items, found


def _refuse_changed(draft: Draft, kind: str, id_: int, part: Part) -> None:
    """Refuse a part that was changed since, unless a later undo has brought back the very rows."""
    held: set[Any] = set()
    if kind == "employee":
        held = set(draft.careers[id_].rows())
    elif kind == "department":
        held = set(draft.departments[id_].versions)
    since = max((by for row, by in part.superseded.items() if row not in held), default=None)
    if since is not None:
        raise Refusal(
            kind,
            f"{_label(draft, kind, id_)} was changed since, by #{since}.",
            f"Take #{since} back first, or leave this part.",
        )


def _label(draft: Draft, kind: str, id_: int) -> str:
    if kind == "employee":
        return draft.careers[id_].label
    return draft.departments[id_].label if kind == "department" else draft.locations[id_].name


def _undated(conn: Connection, parts: Iterable[Key]) -> dict[Key, Any]:
    """The stored rows of departments and locations, for their undated fields."""
    stored: dict[Key, Any] = {}
    tables: dict[str, Any] = {"department": Department.__table__, "location": Location.__table__}
    for kind, table in tables.items():
        ids = [id_ for key, id_ in parts if key == kind]
        if ids:
            for row in conn.execute(select(table).where(table.c.id.in_(id_list(ids)))).mappings():
                stored[kind, row["id"]] = row
    return stored


def _swap(rows: list[Any], part: Part, kind: type) -> list[Any]:
    mine = [row for row in part.removed if type(row) is kind]
    return [row for row in rows if row not in part.added] + mine


def _employee(draft: Draft, career: Career, part: Part, changes: dict[str, list[Any]]) -> None:
    draft.touch(career)
    career.employment = _swap(career.employment, part, EmploymentRow)
    career.assignments = _swap(career.assignments, part, AssignmentRow)
    career.lines = _swap(career.lines, part, LineRow)
    for line in career.lines:
        if line.manager_id in draft.incoming:
            draft.incoming[line.manager_id].add(career.id)
    if not changes:
        return
    stored = draft.cards[career.id]
    if "skills" in changes:
        after, before = changes["skills"]
        if sorted(draft.skills_of[career.id]) != sorted(after):
            raise _changed_since(career.label, "skills")
        career.skills = list(before)
    wanted = _card_before(career.label, stored, changes)
    if wanted:
        renamed = names(stored | wanted)
        career.card = wanted | renamed
        career.name = renamed["name"]
        career.number = wanted.get("employee_number", career.number)


def _card_before(label: str, stored: dict[str, Any], changes: dict[str, list[Any]]) -> dict[str, Any]:
    """What to write into the employee's row to take edits of the card and choices of audiences back."""
    wanted: dict[str, Any] = {}
    narrowed = dict(stored["narrowed"] or {})
    for name, (after, before) in changes.items():
        if name == "skills":
            continue
        if name.startswith(CHOICE):
            field = name.removeprefix(CHOICE)
            if narrowed.pop(field, None) != after:
                raise _changed_since(label, f"who may see {FIELDS[field].label.lower()}")
            narrowed |= {} if before is None else {field: before}
            wanted["narrowed"] = narrowed
            continue
        held = stored[name]
        if (held.isoformat() if isinstance(held, date) else held) != after:
            raise _changed_since(label, name)
        wanted[name] = date.fromisoformat(before) if name == "date_of_birth" and before else before
    if "narrowed" in wanted:
        wanted["narrowed"] = narrowed or None
    return wanted


def _changed_since(label: str, name: str) -> Refusal:
    return Refusal(name, f"{label}: {name.replace('_', ' ')} was changed since.", "Leave this part as it is.")


def _department(
    draft: Draft, department: DepartmentDraft, part: Part, changes: dict[str, list[Any]], stored: dict[Key, Any]
) -> None:
    draft.touch_department(department)
    department.versions = sorted(_swap(department.versions, part, VersionRow))
    draft.places.note(department)
    if slugs_taken(draft, department):
        give_slugs(draft, department)
    if changes:
        department.values = _values(department.label, changes, stored["department", department.id])


def _values(label: str, changes: dict[str, list[Any]], stored: Any) -> dict[str, Any]:
    for name, (after, _) in changes.items():
        if stored[name] != after:
            raise _changed_since(label, name)
    return {name: before for name, (_, before) in changes.items()}


def _location(
    conn: Connection, draft: Draft, location: LocationDraft, changes: dict[str, list[Any]], stored: dict[Key, Any]
) -> None:
    draft.touch_location(location)
    values = _values(location.name, changes, stored["location", location.id])
    if values.get("closed"):
        _check_unused(conn, draft, location)
        location.closed = True
    if "name" in values:
        values["sort_name"] = fold(values["name"])
        location.name = values["name"]
    location.values = values


def _check_unused(conn: Connection, draft: Draft, location: LocationDraft) -> None:
    """Nobody sits there once the change set is taken back."""
    table: Any = Assignment.__table__
    people = conn.execute(
        select(table.c.employee_id).where(is_current(table), table.c.location_id == location.id)
    ).scalars()
    load_careers(conn, draft, set(people))
    for career in draft.careers.values():
        if any(row.location_id == location.id for row in career.assignments):
            raise Refusal("location", f"{career.label} sits in {location.name}.", "Move everyone elsewhere first.")
