"""The verbs of assignments and reporting lines."""

from __future__ import annotations

from collections.abc import Callable
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
from myproject.models.dated import FOREVER

from .careers import assign, period_of
from .draft import Career, Draft, Item, Refusal, day_words
from .field_runs import PLACE, Unit, run_of
from .rows import AssignmentRow, LineRow, cut, day_after, joined, overlay, row_on


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


def say_facts(
    rows: list[AssignmentRow], on: date, changes: dict[str, Any], verb: Any, end_of: Callable[[Unit], date]
) -> list[AssignmentRow]:
    """The rows of an assignment with each fact said from a day on, until the day that `end_of` gives for its unit."""
    row = row_on(rows, on)
    assert row is not None
    place = {name: value for name, value in changes.items() if name in PLACE}
    others = changes.keys() - set(PLACE)
    said: list[tuple[Unit, dict[str, Any]]] = [((name,), {name: changes[name]}) for name in sorted(others)]
    if place.get("department_id", row.department_id) != row.department_id:
        # The head's flag goes along: what was planned of it is about the department that is left.
        said.append((("department_id",), place))
    elif verb.is_head is not None:
        said.append((PLACE, {"is_head": verb.is_head}))
    ends = [(end_of(unit), facts) for unit, facts in said]
    for end, facts in ends:
        rows = overlay(rows, on, end, lambda r, facts=facts: apply_facts(r, facts, verb))  # type: ignore[misc]
    return rows


def move(draft: Draft, verb: Move) -> Item:
    career = draft.career(verb.employee)
    changes = facts(draft, verb)
    if not changes:
        raise Refusal(
            None, "The move changes nothing.", "Say what changes: department, job title, location, FTE or head."
        )
    row = assignment_on(career, verb.assignment, verb.on)
    rows = career.assignment_rows(row.assignment_id)
    if verb.until is not None or verb.also_later:
        end = period_of(verb.on, verb.until)[1] if verb.until is not None else max(r.valid_to for r in rows)
        after = overlay(rows, verb.on, end, lambda r: apply_facts(r, changes, verb))
    else:
        after = say_facts(rows, verb.on, changes, verb, lambda unit: run_of(rows, unit, verb.on)[1])
    draft.touch(career)
    career.replace_assignment(row.assignment_id, after)
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
    primary = [r for r in career.assignments if r.is_primary]
    end = run_of(primary, ("assignment_id",), verb.on)[1] if row_on(primary, verb.on) else FOREVER
    draft.touch(career)
    set_primary(career, verb.assignment, verb.on, end)
    return Item("make_primary", employee_id=career.id, effective=verb.on)


def set_primary(career: Career, assignment: int, start: date, end: date) -> None:
    """Make an assignment the primary one in [start, end), on the days on which it is in force."""
    for piece in sorted(career.assignment_rows(assignment)):
        a, b = max(piece.valid_from, start), min(piece.valid_to, end)
        if a < b:
            career.assignments = overlay(
                career.assignments, a, b, lambda r: r._replace(is_primary=r.assignment_id == assignment)
            )


def change_manager(draft: Draft, verb: ChangeManager) -> Item:
    career = draft.career(verb.employee)
    manager = None if verb.manager is None else draft.career(verb.manager, "manager")
    if manager is career:
        raise Refusal("manager", f"{career.label} can't report to themselves.", "Name somebody else, or nobody.")
    held = assignment_on(career, verb.assignment, verb.on)
    last = _held_until(career.assignment_rows(held.assignment_id), verb.on)
    alike = [r for r in career.lines if r.assignment_id == held.assignment_id and r.kind == verb.kind]
    chains = [alike]
    if verb.kind == "dotted":  # each is a fact of its own, beside those to other managers
        managers = {r.manager_id for r in alike} if manager is None else {manager.id}
        chains = [[r for r in alike if r.manager_id == id_] for id_ in sorted(managers)]
    lines = career.lines
    for chain in chains:
        if verb.until is not None:
            _, end = period_of(verb.on, verb.until)
        else:
            end = last if verb.also_later else _next_change(chain, verb.on, last)
        lines = [r for r in lines if r not in chain] + cut(chain, verb.on, end)
        if manager is not None:
            lines.append(LineRow(verb.on, end, held.assignment_id, career.id, manager.id, verb.kind))
    ended = [line for line in draft.known_lines(career) if line not in lines]
    if manager is None and not ended:
        raise Refusal(
            "manager",
            f"{career.label} has no {verb.kind} line to end on {day_words(verb.on)}.",
            "Give a day on which there is one.",
        )
    draft.touch(career)
    career.lines = lines
    if manager is not None and manager.id in draft.incoming:
        draft.incoming[manager.id].add(career.id)
    return Item("change_manager", employee_id=career.id, effective=verb.on)


def _next_change(chain: list[LineRow], day: date, last: date) -> date:
    """The first day after one on which a chain of lines says something else; `last` without one."""
    edges = (r.valid_to if r.valid_from <= day else r.valid_from for r in joined(chain) if r.valid_to > day)
    return min((last, *(edge for edge in edges if edge > day)))


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
