"""The verbs of assignments and reporting lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from myproject.directory.schema.fields import fields_of
from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeManager,
    EndAssignment,
    EndReportingLine,
    MakePrimary,
    Move,
    given,
)
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.dated import FOREVER

from .careers import NOTHING_TO_DO, assign, employment_on, manager_of, not_employed
from .draft import LINE_KINDS, Career, Draft, Item, Refusal
from .field_runs import PLACE, Unit, run_of
from .handlers import handles
from .periods import period_of
from .rows import AssignmentRow, LineRow, cut, day_after, joined, overlay, row_on

_FACTS = fields_of("assignment")


def assignment_on(career: Career, assignment: int | None, day: date, field: str = "on") -> AssignmentRow:
    """The row of an assignment that is in force on a day; without `assignment`, of the primary one."""
    if assignment is None:
        row = career.primary_on(day)
        if row is None:
            raise not_employed(career, day, field)
        return row
    row = row_on(career.assignment_rows(assignment), day)
    if row is None:
        if not career.assignment_rows(assignment):
            raise Refusal(
                "assignment",
                _("%(name)s has no assignment %(id)s.", name=career.label, id=assignment),
                _("Choose one of the assignments of this employee."),
            )
        raise Refusal(
            field,
            _("%(name)s does not hold this assignment on %(day)s.", name=career.label, day=day_text(day)),
            _("Choose a day within the assignment."),
        )
    return row


def facts(draft: Draft, verb: Any) -> dict[str, Any]:
    """What a verb says of an assignment, as columns; a new department takes the head's flag away."""
    changes: dict[str, Any] = {}
    for name, value in given(verb, *_FACTS).items():
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


@handles(Move)
def move(draft: Draft, verb: Move) -> Item:
    career = draft.career(verb.employee)
    changes = facts(draft, verb)
    if not changes:
        raise Refusal(
            None,
            _("The move changes nothing."),
            _("Change the department, job title, location, FTE or head of department."),
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
    return Item(verb.verb, employee_id=career.id, effective=verb.on)


@handles(AddAssignment)
def add_assignment(draft: Draft, verb: AddAssignment) -> Item:
    career = draft.career(verb.employee)
    employment = employment_on(career, verb.on)
    start, end = period_of(verb.on, verb.until)
    draft.touch(career)
    assign(draft, career, verb, start, end if verb.until else employment.valid_to, primary=False)
    return Item(verb.verb, employee_id=career.id, effective=verb.on)


@handles(EndAssignment)
def end_assignment(draft: Draft, verb: EndAssignment) -> Item:
    career = draft.career(verb.employee)
    assignment_on(career, verb.assignment, verb.last_day, "last_day")
    rows = career.assignment_rows(verb.assignment)
    start, end = day_after(verb.last_day), max(r.valid_to for r in rows)
    if any(r.is_primary and r.valid_to > start for r in rows):
        raise Refusal(
            "assignment",
            _(
                "This is the primary assignment of %(name)s after %(day)s.",
                name=career.label,
                day=day_text(verb.last_day),
            ),
            _("Make another assignment primary from the next day on, or record that the person leaves."),
        )
    draft.touch(career)
    career.replace_assignment(verb.assignment, cut(rows, start, end))
    _cut_lines(career, verb.assignment, start, end)
    return Item(verb.verb, employee_id=career.id, effective=verb.last_day)


def _cut_lines(career: Career, assignment: int, start: date, end: date) -> None:
    mine = [line for line in career.lines if line.assignment_id == assignment]
    career.lines = [line for line in career.lines if line.assignment_id != assignment] + cut(mine, start, end)


@handles(MakePrimary)
def make_primary(draft: Draft, verb: MakePrimary) -> Item:
    career = draft.career(verb.employee)
    row = assignment_on(career, verb.assignment, verb.on)
    if row.is_primary:
        raise Refusal(
            "assignment",
            _("This is already the primary assignment of %(name)s.", name=career.label),
            _(NOTHING_TO_DO),
        )
    primary = [r for r in career.assignments if r.is_primary]
    end = run_of(primary, ("assignment_id",), verb.on)[1] if row_on(primary, verb.on) else FOREVER
    draft.touch(career)
    set_primary(career, verb.assignment, verb.on, end)
    return Item(verb.verb, employee_id=career.id, effective=verb.on)


def set_primary(career: Career, assignment: int, start: date, end: date) -> None:
    """Make an assignment the primary one in [start, end), on the days on which it is in force."""
    for piece in sorted(career.assignment_rows(assignment)):
        a, b = max(piece.valid_from, start), min(piece.valid_to, end)
        if a < b:
            career.assignments = overlay(
                career.assignments, a, b, lambda r: r._replace(is_primary=r.assignment_id == assignment)
            )


@handles(ChangeManager)
def change_manager(draft: Draft, verb: ChangeManager) -> Item:
    career = draft.career(verb.employee)
    manager = None if verb.manager is None else manager_of(draft, career, verb.manager)
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
            end = period_of(verb.on, verb.until)[1]
        else:
            end = last if verb.also_later else _next_change(chain, verb.on, last)
        lines = [r for r in lines if r not in chain] + cut(chain, verb.on, end)
        if manager is not None:
            lines.append(LineRow(verb.on, end, held.assignment_id, career.id, manager.id, verb.kind))
    ended = [line for line in draft.known_lines(career) if line not in lines]
    if manager is None and not ended:
        raise Refusal(
            "manager",
            _(
                "%(name)s has no %(line)s to end on %(day)s.",
                name=career.label,
                line=_(LINE_KINDS[verb.kind]),
                day=day_text(verb.on),
            ),
            _("Choose a day on which there is one."),
        )
    draft.touch(career)
    career.lines = lines
    if manager is not None and manager.id in draft.incoming:
        draft.incoming[manager.id].add(career.id)
    return Item(verb.verb, employee_id=career.id, effective=verb.on)


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


CHECK_LINE = marked("Check the manager, the kind and the day.")
"""Remedy where `line_on` finds nothing."""


def line_on(
    draft: Draft, career: Career, kind: str, manager: Career | None, assignment: int | None, day: date
) -> LineRow | None:
    """The reporting line of a kind that is in force on a day; None for any manager, and for any assignment."""
    lines = [r for r in draft.known_lines(career) if r.kind == kind]
    if manager is not None:
        lines = [r for r in lines if r.manager_id == manager.id]
    if assignment is not None:
        lines = [r for r in lines if r.assignment_id == assignment]
    return row_on(lines, day)


@handles(EndReportingLine)
def end_reporting_line(draft: Draft, verb: EndReportingLine) -> Item:
    career = draft.career(verb.employee)
    manager = draft.career(verb.manager, "manager")
    line = line_on(draft, career, verb.kind, manager, verb.assignment, verb.last_day)
    if line is None:
        raise Refusal(
            "manager",
            _(
                "%(name)s has no %(line)s to %(manager)s on %(day)s.",
                name=career.label,
                line=_(LINE_KINDS[verb.kind]),
                manager=manager.label,
                day=day_text(verb.last_day),
            ),
            _(CHECK_LINE),
        )
    draft.touch(career)
    rest = [r for r in career.lines if r is not line]
    end = day_after(verb.last_day)
    career.lines = [*rest, *cut([line], end, line.valid_to)] if end < line.valid_to else [*rest, line]
    return Item(verb.verb, employee_id=career.id, effective=verb.last_day)
