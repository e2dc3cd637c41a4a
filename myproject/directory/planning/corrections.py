"""`correct`: what is recorded was always wrong. One row is restated; its neighbours follow the moved edges."""

from __future__ import annotations

from datetime import date
from typing import Any

from myproject.directory.verbs import Correct, given
from myproject.models.dated import FOREVER

from .assignments import apply_facts, assignment_on, facts
from .careers import hand_over, set_end
from .draft import Career, Draft, Item, Refusal, day_words
from .rows import EmploymentRow, LineRow, cut, overlay, restate, row_on

_ALLOWED = {
    "employment": {"valid_from", "valid_to"},
    "assignment": {"valid_from", "valid_to", "department", "job_title", "location", "fte", "is_head"},
    "reporting_line": {"valid_from", "valid_to", "manager", "kind"},
}


def correct(draft: Draft, verb: Correct) -> Item:
    career = draft.career(verb.employee)
    named = set(verb.changes.model_fields_set)
    if wrong := sorted(named - _ALLOWED[verb.fact]):
        raise Refusal(
            f"changes.{wrong[0]}",
            f"{wrong[0]} is not part of an {verb.fact.replace('_', ' ')}.",
            f"What can be corrected there: {', '.join(sorted(_ALLOWED[verb.fact]))}.",
        )
    if bool(named) == verb.remove:
        raise Refusal("changes", "Say either what it should read, or that it should go.", "Give changes or remove.")
    {"employment": _employment, "assignment": _assignment, "reporting_line": _line}[verb.fact](draft, career, verb)
    return Item("correct", employee_id=career.id, effective=verb.on)


def _period(row: Any, verb: Correct) -> tuple[date, date]:
    dates = given(verb.changes, "valid_from", "valid_to")
    start = dates.get("valid_from") or row.valid_from
    end = (dates["valid_to"] or FOREVER) if "valid_to" in dates else row.valid_to
    if end <= start:
        raise Refusal(
            "changes.valid_to",
            f"It would end on {day_words(end)}, not after it begins.",
            f"Give an end after {day_words(start)}, or none.",
        )
    return start, end


def _employment(draft: Draft, career: Career, verb: Correct) -> None:
    row = career.employed_on(verb.on)
    if row is None:
        raise Refusal(
            "on", f"{career.label} does not work here on {day_words(verb.on)}.", "Give a day within the employment."
        )
    draft.touch(career)
    if verb.remove:
        _clear(career, row.valid_from, row.valid_to)
        hand_over(draft, career, row.valid_from, row.valid_to, None, None)
        return
    start, end = _period(row, verb)
    if start != row.valid_from:
        row = _set_start(draft, career, row, start)
    if end != row.valid_to:
        set_end(draft, career, row, end, None)


def _clear(career: Career, start: date, end: date) -> None:
    career.employment = cut(career.employment, start, end)
    career.assignments = cut(career.assignments, start, end)
    career.lines = cut(career.lines, start, end)


def _set_start(draft: Draft, career: Career, row: EmploymentRow, start: date) -> EmploymentRow:
    """Let an employment begin on another day; the rows that began with it follow."""
    old = row.valid_from
    new = row._replace(valid_from=start)
    if start < old:
        career.employment = [new if r is row else r for r in career.employment]
        first = {r.assignment_id for r in career.assignments if r.valid_from == old and r.is_primary}
        career.assignments = [
            r._replace(valid_from=start) if r.valid_from == old and r.assignment_id in first else r
            for r in career.assignments
        ]
        career.lines = [
            r._replace(valid_from=max(start, _covered_since(draft, r.manager_id, old)))
            if r.valid_from == old and r.assignment_id in first and _covered_since(draft, r.manager_id, old) < old
            else r
            for r in career.lines
        ]
        return new
    _clear(career, old, start)
    hand_over(draft, career, old, start, None, None)
    return next(row for row in career.employment if row == new)  # `set_end` knows its row by identity


def _covered_since(draft: Draft, employee: int, day: date) -> date:
    """Since when somebody works here without a break, seen from a day."""
    career = draft.careers.get(employee)
    row = career.employed_on(day) if career is not None else None
    return day if row is None else row.valid_from


def _assignment(draft: Draft, career: Career, verb: Correct) -> None:
    row = assignment_on(career, verb.assignment, verb.on)
    rows = career.assignment_rows(row.assignment_id)
    draft.touch(career)
    if verb.remove:
        rest = [r for r in rows if r is not row]
        career.replace_assignment(row.assignment_id, rest)
        career.lines = [r for r in career.lines if r.assignment_id != row.assignment_id] + cut(
            [r for r in career.lines if r.assignment_id == row.assignment_id], row.valid_from, row.valid_to
        )
        return
    start, end = _period(row, verb)
    new = apply_facts(row, facts(draft, verb.changes), verb.changes)._replace(valid_from=start, valid_to=end)
    after = restate(rows, row, new)
    career.replace_assignment(row.assignment_id, after)
    career.lines = _follow(career.lines, row.assignment_id, (row.valid_from, start), (row.valid_to, end), rows, after)


def _follow(
    lines: list[LineRow],
    assignment: int,
    begins: tuple[date, date],
    ends: tuple[date, date],
    before: list[Any],
    after: list[Any],
) -> list[LineRow]:
    """The lines of an assignment whose first or last day was corrected: those on its edge follow."""
    first, last = min(r.valid_from for r in after), max(r.valid_to for r in after)
    first_before, last_before = min(r.valid_from for r in before), max(r.valid_to for r in before)
    result = []
    for line in lines:
        if line.assignment_id == assignment:
            if line.valid_from == first_before == begins[0] or line.valid_from < first:
                line = line._replace(valid_from=first)
            if line.valid_to == last_before == ends[0] or line.valid_to > last:
                line = line._replace(valid_to=last)
            if line.valid_from >= line.valid_to:
                continue
        result.append(line)
    return result


def _line(draft: Draft, career: Career, verb: Correct) -> None:
    manager = None if verb.manager is None else draft.career(verb.manager, "manager")
    kind = verb.kind or "solid"
    row = row_on(
        [
            r
            for r in draft.known_lines(career)
            if r.kind == kind
            and (manager is None or r.manager_id == manager.id)
            and (verb.assignment is None or r.assignment_id == verb.assignment)
        ],
        verb.on,
    )
    if row is None:
        raise Refusal(
            "on",
            f"{career.label} has no such {kind} line on {day_words(verb.on)}.",
            "Check the day, the kind and the manager.",
        )
    draft.touch(career)
    if verb.remove:
        career.lines = [r for r in career.lines if r is not row]
        return
    start, end = _period(row, verb)
    changes = given(verb.changes, "manager", "kind")
    new = row._replace(valid_from=start, valid_to=end)
    if (ref := changes.get("manager")) is not None:
        other = draft.career(ref, "changes.manager")
        if other is career:
            raise Refusal("changes.manager", f"{career.label} can't report to themselves.", "Name somebody else.")
        new = new._replace(manager_id=other.id)
        if other.id in draft.incoming:
            draft.incoming[other.id].add(career.id)
    if changes.get("kind"):
        new = new._replace(kind=changes["kind"])
    # Solid lines of one assignment are one chain of periods; a dotted line is a thing of its own.
    chain = [
        r
        for r in career.lines
        if r.assignment_id == row.assignment_id
        and r.kind == row.kind
        and (row.kind == "solid" or r.manager_id == row.manager_id)
    ]
    others = [r for r in career.lines if r not in chain]
    if new.kind == "solid" != row.kind:
        others = [
            piece
            for r in others
            for piece in (
                overlay([r], start, end, lambda _: None)
                if r.kind == "solid" and r.assignment_id == row.assignment_id
                else [r]
            )
        ]
    career.lines = others + restate(chain, row, new)
