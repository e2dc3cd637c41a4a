"""A plan as data: the fields and the dated rows that would be otherwise, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from myproject.directory.visibility.audience import Viewer, sees_choices, visible_by_audience
from myproject.directory.visibility.hidden_people import Hidden
from myproject.models.dated import FOREVER

from .planning.draft import Career
from .planning.place_drafts import DepartmentDraft
from .planning.rows import AssignmentRow, EmploymentRow, LineRow, VersionRow
from .plans import Plan

FACTS: dict[type, str] = {
    EmploymentRow: "employment",
    AssignmentRow: "assignment",
    LineRow: "reporting_line",
    VersionRow: "department",
}
"""What each dated row is called."""


def changes(plan: Plan, viewer: Viewer, hidden: Hidden) -> Iterator[dict[str, Any]]:
    """What the plan changes, one thing after the other; nothing of whom the viewer may not know."""
    for thing in plan.things():
        if isinstance(thing, Career):
            if thing.id in hidden:
                continue
            narrowed = (plan.draft.cards.get(thing.id) or {}).get("narrowed")
            seen = visible_by_audience(viewer, thing.id, narrowed)
            found = {"kind": "employee", "id": thing.id, "name": thing.name, "new": thing.new}
            if "employee_number" in seen:
                found["employee_number"] = thing.number
            fields = _card(plan, thing, viewer, seen)
            rows = list(_rows(plan, thing.stored, thing.rows(), seen, hidden))
        elif isinstance(thing, DepartmentDraft):
            found = {"kind": "department", "id": thing.id, "name": thing.label, "new": thing.new, "code": thing.code}
            fields = {name: [None, value] for name, value in (thing.values or {}).items() if name != "code"}
            rows = list(_rows(plan, thing.stored, thing.versions, None, hidden))
        else:
            found = {"kind": "location", "id": thing.id, "name": thing.name, "new": thing.new, "code": thing.code}
            values = (thing.values or {}).items()
            fields = {name: [None, value] for name, value in values if name not in ("sort_name", "closed")}
            rows = []
        if fields or rows or thing.new:
            yield {**found, "fields": fields, "rows": rows}


def _card(plan: Plan, career: Career, viewer: Viewer, seen: frozenset[str]) -> dict[str, list[Any]]:
    if career.new:
        card = career.card or {}
        return {name: [None, value] for name, value in card.items() if name in seen and value not in (None, "", [])}
    fields: dict[str, list[Any]] = {}
    choices = sees_choices(viewer, career.id)
    for position in sorted(plan.items):
        item = plan.items[position]
        if item.employee_id != career.id:
            continue
        for name, (before, after) in (item.changes or {}).items():
            if choices if name.startswith("audience") else name in seen:
                fields[name] = [fields[name][0] if name in fields else before, after]
    if "skills" in fields:
        # As they are folded, new ones too: whether a skill is known already is not for everybody.
        names = {id_: name for name, id_ in plan.draft.skills.items()}
        fields["skills"] = [[names.get(id_, str(id_)) for id_ in ids or ()] for ids in fields["skills"]]
    return fields


def _rows(
    plan: Plan, stored: Any, wanted: Any, seen: frozenset[str] | None, hidden: Hidden
) -> Iterator[dict[str, Any]]:
    now = set(wanted)
    titles = {id_: name for name, id_ in plan.draft.job_titles.items()}
    for change, rows in (("removed", stored.keys() - now), ("added", now - stored.keys())):
        for row in sorted(rows, key=lambda row: (FACTS[type(row)], row.valid_from)):
            told = as_data(row, seen, hidden)
            if told is not None:
                if told.get("job_title_id") in titles:
                    # By name alone: a known id would tell that somebody has the title, perhaps somebody hidden.
                    told["job_title"] = titles[told.pop("job_title_id")]
                yield {"change": change, **told}


def as_data(row: Any, seen: frozenset[str] | None, hidden: Hidden) -> dict[str, Any] | None:
    """A dated row as plain values, without what may not be seen.

    `valid_to` is the first day on which it no longer holds. None where nothing of it may be told. `seen` is None for
    what has no audience.
    """
    told: dict[str, Any] = {
        "fact": FACTS[type(row)],
        "valid_from": row.valid_from,
        "valid_to": None if row.valid_to == FOREVER else row.valid_to,
    }
    if isinstance(row, VersionRow):
        return told | {"department_id": row.department_id, "name": row.name, "parent_id": row.parent_id}
    assert seen is not None
    told["employee_id"] = row.employee_id
    if isinstance(row, EmploymentRow):
        return told
    told["assignment_id"] = row.assignment_id
    if isinstance(row, LineRow):
        if "manager" not in seen or row.manager_id in hidden:
            return None
        return told | {"kind": row.kind, "manager_id": row.manager_id}
    told["is_primary"] = row.is_primary
    for name, value in (
        ("department", ("department_id", row.department_id)),
        ("job_title", ("job_title_id", row.job_title_id)),
        ("location", ("location_id", row.location_id)),
        ("fte", ("fte", row.fte)),
        ("is_head", ("is_head", row.is_head)),
    ):
        if name in seen:
            told[value[0]] = value[1]
    return told
