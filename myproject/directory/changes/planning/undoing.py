"""The plan that takes a change set back.

What a change set said goes, and edited fields get their former values, part by part: a part is one employee, department
or location. Dated facts are taken back field by field and day by day (`merging.py`), so what was said since of another
field, or for other days, stands. A part of which something was said anew is refused; so is one that would break a rule
without what came after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, or_, select

from myproject.db.ids import id_list
from myproject.directory.changes.place_fields import place_label
from myproject.directory.schema.fields import FIELDS
from myproject.directory.schema.text import fold, slug
from myproject.directory.visibility.hidden_people import NOBODY, Hidden
from myproject.language.texts import gettext as _
from myproject.models.change_set import ChangeItem
from myproject.models.dated import OPEN_REVISION, is_current
from myproject.models.department import Department
from myproject.models.employment import Assignment
from myproject.models.location import Location

from . import rules
from .cards import CHOICE, names
from .departments import give_slugs, slugs_taken
from .draft import Career, Draft, Item, Refusal
from .field_runs import ASSIGNMENT_UNITS, LINE_UNITS, VERSION_UNITS
from .history import History, key_of, last_to_supersede
from .loading import load, load_cards, load_careers, load_incoming
from .merging import Kept, States, merge
from .place_drafts import DepartmentDraft, LocationDraft, different
from .rows import AssignmentRow, EmploymentRow, LineRow, VersionRow, first_gap, first_overlap, joined, overlay
from .writing import TABLES

Key = tuple[str, int]
_ITEM = ChangeItem.__table__


@dataclass(slots=True)
class UndoPart:
    """What a change set did to one employee, department or location."""

    added: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)
    superseded: dict[Any, int] = field(default_factory=dict)
    """Of what it added, what was superseded since, and by which change set."""
    changes: dict[str, list[Any]] = field(default_factory=dict)


def parts_of(conn: Connection, revision: int) -> dict[Key, UndoPart]:
    """Everything that a change set did, by what it did it to."""
    parts: dict[Key, UndoPart] = {}
    for row_type, table in TABLES.items():
        key = key_of(row_type)
        columns = [table.c[name] for name in row_type._fields]  # type: ignore[attr-defined]
        query = select(table.c.recorded_in, table.c.superseded_in, *columns).where(
            or_(table.c.recorded_in == revision, table.c.superseded_in == revision)
        )
        for recorded_in, superseded_in, *values in conn.execute(query):
            row = row_type._make(values)  # type: ignore[attr-defined]
            part = parts.setdefault((key, getattr(row, f"{key}_id")), UndoPart())
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
                changes = parts.setdefault((key, id_), UndoPart()).changes
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
    load_careers(conn, draft, [id_ for kind, id_ in parts if kind == "employee"])
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
    ids = {name: [id_ for kind, id_ in parts if kind == name] for name in ("employee", "department", "location")}
    history = History(conn, revision, ids)
    found: list[tuple[int, Refusal]] = []
    items: dict[int, Item] = {}
    for position, ((kind, id_), part) in enumerate(parts.items()):
        try:
            with draft.step(position):
                _refuse_changed(draft, kind, id_, part)
                changes = {name: [after, before] for name, (before, after) in part.changes.items()}
                if kind == "employee":
                    _employee(draft, draft.careers[id_], part, changes, history)
                elif kind == "department":
                    _department(draft, draft.departments[id_], part, changes, undated, history)
                else:
                    _location(conn, draft, draft.locations[id_], changes, undated, history)
                items[position] = item = Item("undo", changes=changes or None)
                setattr(item, f"{kind}_id", id_)
        except Refusal as refusal:
            found.append((position, refusal))
    if not found:
        found = rules.check(conn, draft)
    return draft, list(parts), items, found


def _refuse_changed(draft: Draft, kind: str, id_: int, part: UndoPart) -> None:
    """Refuse a part whose employment was changed since, unless a later undo has brought back the very rows."""
    if kind != "employee":
        return
    held = set(draft.careers[id_].employment)
    rows = ((row, by) for row, by in part.superseded.items() if isinstance(row, EmploymentRow))
    since = max((by for row, by in rows if row not in held), default=None)
    if since is not None:
        raise _changed_by(kind, draft.careers[id_].label, since)


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


def _swap(rows: list[Any], part: UndoPart, kind: type) -> list[Any]:
    mine = [row for row in part.removed if type(row) is kind]
    return [row for row in rows if row not in part.added] + mine


def _employee(draft: Draft, career: Career, part: UndoPart, changes: dict[str, list[Any]], history: History) -> None:
    draft.touch(career)
    hired = any(isinstance(row, EmploymentRow) for row in part.added)
    if hired and not part.removed and not part.superseded:  # as they were hired: by far the most frequent case
        career.assignments = _swap(career.assignments, part, AssignmentRow)
        career.lines = _swap(career.lines, part, LineRow)
    else:
        _without_what_was_said(career, part, history)
    career.employment = _swap(career.employment, part, EmploymentRow)
    for line in career.lines:
        since, held = career.stored.get(line, (0, 0))[1], career.assignment_rows(line.assignment_id)
        if since > history.revision and first_gap(held, line.valid_from, line.valid_to):
            # Somebody was named as their manager since, in a job that would be gone.
            raise _changed_by("employee", career.label, since)
        if line.manager_id in draft.incoming:
            draft.incoming[line.manager_id].add(career.id)
    if not changes:
        return
    stored = draft.cards[career.id]
    if "skills" in changes:
        after, before = changes["skills"]
        if sorted(draft.skills_of[career.id]) != sorted(after):
            raise _edited_since(history, "employee", career, "skills")
        career.skills = list(before) if sorted(before) != sorted(after) else None
    wanted = _card_before(career, stored, changes, history)
    if wanted:
        renamed = names(stored | wanted)
        career.card = wanted | renamed
        career.name = renamed["name"]
        career.number = wanted.get("employee_number", career.number)


def _without_what_was_said(career: Career, part: UndoPart, history: History) -> None:
    """Take back what the change set said of assignments and lines, field by field; what was said since stands."""
    touched = [row for row in (*part.added, *part.removed) if isinstance(row, AssignmentRow)]
    states = _states(career.assignments, part, AssignmentRow, history.before(AssignmentRow, career.id))
    for id_ in dict.fromkeys(row.assignment_id for row in touched):
        merged = merge(_of_thing(states, assignment_id=id_), ASSIGNMENT_UNITS)
        _refuse_kept(career, part, history, AssignmentRow, merged.kept, {"assignment_id": id_})
        career.replace_assignment(id_, merged.rows)
    if any(row.is_primary for row in touched):
        which = ("assignment_id",)
        primary = merge(_of_thing(states, is_primary=True), [which])
        _refuse_kept(career, part, history, AssignmentRow, primary.kept, {"is_primary": True})
        rows = [row._replace(is_primary=False) for row in career.assignments]
        for row in primary.rows:
            rows = overlay(
                rows, row.valid_from, row.valid_to,
                lambda r, row=row: r._replace(is_primary=r.assignment_id == row.assignment_id),  # type: ignore[misc]
            )  # fmt: skip
        career.assignments = rows
    _take_back_lines(career, part, history)


def _take_back_lines(career: Career, part: UndoPart, history: History) -> None:
    states = _states(career.lines, part, LineRow, history.before(LineRow, career.id))
    things: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in (*part.added, *part.removed):
        if isinstance(row, LineRow):
            thing: dict[str, Any] = {"assignment_id": row.assignment_id, "kind": row.kind}
            chain = _of_thing(states, **thing)
            beside = any(first_overlap(rows) for rows in (chain.before, chain.after, chain.now))
            if row.kind == "dotted" or beside:  # each is a fact of its own, beside those to other managers
                thing["manager_id"] = row.manager_id
            things[tuple(thing.values())] = thing
    for thing in things.values():
        merged = merge(_of_thing(states, **thing), LINE_UNITS)
        _refuse_kept(career, part, history, LineRow, merged.kept, thing)
        career.lines = [row for row in career.lines if not _is(row, thing)] + merged.rows


def _states(now: list[Any], part: UndoPart, kind: type, before: list[Any]) -> States[Any]:
    removed, added = set(part.removed), [row for row in part.added if type(row) is kind]
    return States(before, [row for row in before if row not in removed] + added, now)


def _of_thing(states: States[Any], **thing: Any) -> States[Any]:
    return States(*([row for row in rows if _is(row, thing)] for rows in (states.before, states.after, states.now)))


def _is(row: Any, thing: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in thing.items())


def _refuse_kept(
    thing: Career | DepartmentDraft,
    part: UndoPart,
    history: History,
    kind: type,
    kept: list[Kept],
    which: dict[str, Any],
) -> None:
    """Refuse where nothing of what the change set said of a field is left, because something else was said since."""
    if not kept:
        return
    since = history.first_to_change(kind, thing.id, kept[0], which)
    if since is None:
        since = last_to_supersede(part.superseded, part.added, kept[0].start, kept[0].end)
    raise _changed_by(key_of(kind), thing.label, since)


def _card_before(
    career: Career, stored: dict[str, Any], changes: dict[str, list[Any]], history: History
) -> dict[str, Any]:
    """What to write into the employee's row to take edits of the card and choices of audiences back."""
    wanted: dict[str, Any] = {}
    narrowed = dict(stored["narrowed"] or {})
    for name, (after, before) in changes.items():
        if name == "skills":
            continue
        if name.startswith(CHOICE):
            field = name.removeprefix(CHOICE)
            if narrowed.pop(field, None) != after:
                what = _("who may see “%(field)s”", field=_(FIELDS[field].label))
                raise _edited_since(history, "employee", career, name, what)
            narrowed |= {} if before is None else {field: before}
            wanted["narrowed"] = narrowed
            continue
        held = stored[name]
        if (held.isoformat() if isinstance(held, date) else held) != after:
            raise _edited_since(history, "employee", career, name)
        wanted[name] = date.fromisoformat(before) if name == "date_of_birth" and before else before
    if "narrowed" in wanted:
        wanted["narrowed"] = narrowed or None
    return different(stored, wanted)


def _edited_since(
    history: History, kind: str, thing: Career | DepartmentDraft | LocationDraft, name: str, what: str = ""
) -> Refusal:
    since = history.first_edit(kind, thing.id, name)
    facts = {"name": thing.label, "field": what or _field_label(kind, name), "since": since}
    message = (
        _("%(name)s: %(field)s was changed since.", **facts)
        if since is None
        else _("%(name)s: %(field)s was changed since by #%(since)s.", **facts)
    )
    return Refusal(name, message, _remedy(since), since=since, about=thing.label)


def _field_label(kind: str, name: str) -> str:
    if kind != "employee":
        return place_label(name)
    return _("who can find this person") if name == "audience" else _(FIELDS[name].label)


def _changed_by(kind: str, label: str, since: int | None) -> Refusal:
    message = (
        _("%(name)s was changed since.", name=label)
        if since is None
        else _("%(name)s was changed since by #%(since)s.", name=label, since=since)
    )
    return Refusal(kind, message, _remedy(since), since=since, about=label)


def _remedy(since: int | None) -> str:
    if since is None:
        return _("Leave this part as it is.")
    return _("Undo #%(since)s first, or leave this part as it is.", since=since)


def _department(
    draft: Draft,
    department: DepartmentDraft,
    part: UndoPart,
    changes: dict[str, list[Any]],
    stored: dict[Key, Any],
    history: History,
) -> None:
    draft.touch_department(department)
    if part.added or part.removed:
        states = _states(department.versions, part, VersionRow, history.before(VersionRow, department.id))
        merged = merge(states, VERSION_UNITS)
        _refuse_kept(department, part, history, VersionRow, merged.kept, {})
        department.versions = sorted(joined([_addressed(row, states) for row in merged.rows]))
    draft.places.note(department)
    if slugs_taken(draft, department):
        give_slugs(draft, department)
    if changes:
        department.values = _values(history, "department", department, changes, stored["department", department.id])


def _addressed(row: VersionRow, states: States[VersionRow]) -> VersionRow:
    """The version with the slug that its name and parent had, before the change set or now."""
    same = (
        other.slug
        for rows in (states.before, states.now, states.after)
        for other in rows
        if (other.name, other.parent_id) == (row.name, row.parent_id)
    )
    return row._replace(slug=next(same, slug(row.name)))


def _values(
    history: History, kind: str, thing: DepartmentDraft | LocationDraft, changes: dict[str, list[Any]], stored: Any
) -> dict[str, Any]:
    for name, (after, _before) in changes.items():
        if stored[name] != after:
            raise _edited_since(history, kind, thing, name)
    return different(stored, {name: before for name, (_after, before) in changes.items()})


def _location(
    conn: Connection,
    draft: Draft,
    location: LocationDraft,
    changes: dict[str, list[Any]],
    stored: dict[Key, Any],
    history: History,
) -> None:
    draft.touch_location(location)
    values = _values(history, "location", location, changes, stored["location", location.id])
    if values.get("closed"):
        _check_unused(conn, draft, location)
        location.closed = True
    if "name" in values:
        values["sort_name"] = fold(values["name"])
        location.name = values["name"]
    location.values = values


def _check_unused(conn: Connection, draft: Draft, location: LocationDraft) -> None:
    """Nobody sits there once the change set is taken back."""
    table: FromClause = Assignment.__table__
    people = conn.execute(
        select(table.c.employee_id).where(is_current(table), table.c.location_id == location.id)
    ).scalars()
    load_careers(conn, draft, set(people))
    for career in draft.careers.values():
        if any(row.location_id == location.id for row in career.assignments):
            raise Refusal(
                "location",
                _("%(name)s works in %(location)s.", name=career.label, location=location.name),
                _("Move everyone to another location first."),
            )
