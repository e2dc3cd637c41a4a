"""The verbs of assignments and reporting lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from myproject.directory.verbs import (
    AddAssignment,
    ChangeManager,
    EndAssignment,
    EndReportingLine,
    MakePrimary,
    Move,
    given,
)

from .careers import assign, period_of
from .draft import Career, Draft, Item, Refusal, day_words
from .rows import AssignmentRow, LineRow, cut, day_after, overlay, row_on


def assignment_on(career: Career, assignment: int | None, day: date, field: str = "on") -> AssignmentRow:
    """The row of an assignment that is in force on a day; without `assignment`, of the primary one."""
    if assignment is None:
        row = career.primary_on(day)
        if row is None:
            raise Refusal(
                field, f"{career.label} does not work here on {day_words(day)}.", "Give a day within the employment."
            )
        return row
    row = row_on(career.assignment_rows(assignment), day)
    if row is None:
        if not career.assignment_rows(assignment):
            raise Refusal(
                "assignment",
                f"{career.label} has no assignment {assignment}.",
                "Name one of the assignments of this employee.",
            )
        raise Refusal(
            field,
            f"This assignment of {career.label} is not in force on {day_words(day)}.",
            "Give a day on which it is.",
        )
    return row


def facts(draft: Draft, verb: Any) -> dict[str, Any]:
    """What a verb says of an assignment, as columns; a new department takes the head's flag away."""
    changes: dict[str, Any] = {}
    for name, value in given(verb, "department", "job_title", "location", "fte", "is_head").items():
        if name == "department":
            if value is not None:
                changes["department_id"] = draft.department(value).id
                changes.setdefault("is_head", False)
        elif name == "job_title":
            changes["job_title_id"] = draft.job_title(value)
        elif name == "location":
            changes["location_id"] = None if value is None else draft.location(value).id
        elif value is not None:
            changes[name] = value
    return changes


def apply_facts(row: AssignmentRow, changes: dict[str, Any], verb: Any) -> AssignmentRow:
    """The row with the facts. Staying in the same department keeps the head's flag unless the verb says otherwise."""
    if "department_id" in changes and verb.is_head is None and row.department_id == changes["department_id"]:
        changes = {name: value for name, value in changes.items() if name != "is_head"}
    return row._replace(**changes)


def move(draft: Draft, verb: Move) -> Item:
    career = draft.career(verb.employee)
    changes = facts(draft, verb)
    if not changes:
        raise Refusal(
            None, "The move changes nothing.", "Say what changes: department, job title, location, FTE or head."
        )
    row = assignment_on(career, verb.assignment, verb.on)
    rows = career.assignment_rows(row.assignment_id)
    if verb.until is not None:
        _, end = period_of(verb.on, verb.until)
    else:
        end = max(r.valid_to for r in rows) if verb.also_later else row.valid_to
    draft.touch(career)
    career.replace_assignment(row.assignment_id, overlay(rows, verb.on, end, lambda r: apply_facts(r, changes, verb)))
    return Item("move", employee_id=career.id, effective=verb.on)


def add_assignment(draft: Draft, verb: AddAssignment) -> Item:
    career = draft.career(verb.employee)
    employment = career.employed_on(verb.on)
    if employment is None:
        raise Refusal(
            "on", f"{career.label} does not work here on {day_words(verb.on)}.", "Give a day within the employment."
        )
    start, end = period_of(verb.on, verb.until)
    draft.touch(career)
    assign(draft, career, verb, start, end if verb.until else employment.valid_to, primary=False)
    return Item("add_assignment", employee_id=career.id, effective=verb.on)


def end_assignment(draft: Draft, verb: EndAssignment) -> Item:
    career = draft.career(verb.employee)
    assignment_on(career, verb.assignment, verb.last_day, "last_day")
    rows = career.assignment_rows(verb.assignment)
    start, end = day_after(verb.last_day), max(r.valid_to for r in rows)
    if any(r.is_primary and r.valid_to > start for r in rows):
        raise Refusal(
            "assignment",
            f"This is the primary assignment of {career.label} after {day_words(verb.last_day)}.",
            "Make another assignment primary from the next day on, or let the person leave.",
        )
    draft.touch(career)
    career.replace_assignment(verb.assignment, cut(rows, start, end))
    _cut_lines(career, verb.assignment, start, end)
    return Item("end_assignment", employee_id=career.id, effective=verb.last_day)


def _cut_lines(career: Career, assignment: int, start: date, end: date) -> None:
    mine = [line for line in career.lines if line.assignment_id == assignment]
    career.lines = [line for line in career.lines if line.assignment_id != assignment] + cut(mine, start, end)


def make_primary(draft: Draft, verb: MakePrimary) -> Item:
    career = draft.career(verb.employee)
    row = assignment_on(career, verb.assignment, verb.on)
    if row.is_primary:
        raise Refusal(
            "assignment", f"This is the primary assignment of {career.label} already.", "Nothing is to be done."
        )
    draft.touch(career)
    for piece in sorted(r for r in career.assignment_rows(verb.assignment) if r.valid_to > verb.on):
        start = max(piece.valid_from, verb.on)
        career.assignments = overlay(
            career.assignments,
            start,
            piece.valid_to,
            lambda r: r._replace(is_primary=r.assignment_id == verb.assignment),
        )
    return Item("make_primary", employee_id=career.id, effective=verb.on)


def change_manager(draft: Draft, verb: ChangeManager) -> Item:
    career = draft.career(verb.employee)
    manager = None if verb.manager is None else draft.career(verb.manager, "manager")
    if manager is career:
        raise Refusal("manager", f"{career.label} can't report to themselves.", "Name somebody else, or nobody.")
    held = assignment_on(career, verb.assignment, verb.on)
    mine = career.assignment_rows(held.assignment_id)
    last = _held_until(mine, verb.on)
    lines = [r for r in career.lines if r.assignment_id == held.assignment_id]
    alike = [r for r in lines if r.kind == verb.kind]
    if verb.until is not None:
        _, end = period_of(verb.on, verb.until)
    elif verb.also_later or (verb.kind == "dotted" and manager is not None):
        end = last
    else:
        end = min(
            (r.valid_to if r.valid_from <= verb.on else r.valid_from for r in alike if r.valid_to > verb.on),
            default=last,
        )
    if manager is not None and verb.kind == "dotted":
        alike = [r for r in alike if r.manager_id == manager.id]
    others = [r for r in career.lines if r not in alike]
    kept = cut(alike, verb.on, end)
    if manager is not None:
        kept = [*kept, LineRow(verb.on, end, held.assignment_id, career.id, manager.id, verb.kind)]
    elif not any(line in draft.known_lines(career) for line in alike if line not in kept):
        raise Refusal(
            "manager",
            f"{career.label} has no {verb.kind} line to end on {day_words(verb.on)}.",
            "Give a day on which there is one.",
        )
    draft.touch(career)
    career.lines = others + kept
    if manager is not None and manager.id in draft.incoming:
        draft.incoming[manager.id].add(career.id)
    return Item("change_manager", employee_id=career.id, effective=verb.on)


def _held_until(rows: list[AssignmentRow], day: date) -> date:
    """Until when an assignment is held without a break from a day on."""
    end = day
    for row in sorted(rows):
        if row.valid_from <= end < row.valid_to:
            end = row.valid_to
    return end


def end_reporting_line(draft: Draft, verb: EndReportingLine) -> Item:
    career = draft.career(verb.employee)
    manager = draft.career(verb.manager, "manager")
    line = row_on(
        [
            r
            for r in career.lines
            if r.manager_id == manager.id
            and r.kind == verb.kind
            and (verb.assignment is None or r.assignment_id == verb.assignment)
        ],
        verb.last_day,
    )
    if line is None:
        raise Refusal(
            "manager",
            f"{career.label} has no {verb.kind} line to {manager.label} on {day_words(verb.last_day)}.",
            "Check the manager, the kind and the day.",
        )
    draft.touch(career)
    rest = [r for r in career.lines if r is not line]
    end = day_after(verb.last_day)
    career.lines = [*rest, *cut([line], end, line.valid_to)] if end < line.valid_to else [*rest, line]
    return Item("end_reporting_line", employee_id=career.id, effective=verb.last_day)
