"""`correct`: what is recorded was always wrong. One row is restated; its neighbours follow the moved edges."""

from __future__ import annotations

from datetime import date
from typing import Any

from myproject.directory.schema.fields import fields_of
from myproject.directory.schema.verbs import Correct, given
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _

from .assignments import CHECK_LINE, apply_facts, assignment_on, facts, line_on, say_facts, set_primary
from .careers import employment_on, hand_over, manager_of, set_end
from .draft import LINE_KINDS, Career, Draft, Item, Refusal, period_words
from .field_runs import (
    ASSIGNMENT_UNITS,
    LINE_UNITS,
    NOTHING,
    planned_end,
    put_off,
    row_before,
    run_of,
    say,
    with_period,
)
from .handlers import handles
from .periods import check_correction, corrected_period
from .rows import ONE_DAY, AssignmentRow, EmploymentRow, LineRow, cut, overlay, restate, row_on

_ALLOWED = {
    "employment": {"valid_from", "valid_to"},
    "assignment": {"valid_from", "valid_to", *fields_of("assignment")},
    "reporting_line": {"valid_from", "valid_to", "manager", "kind"},
}


@handles(Correct)
def correct(draft: Draft, verb: Correct) -> Item:
    career = draft.career(verb.employee)
    named = set(verb.changes.model_fields_set)
    if wrong := sorted(named - _ALLOWED[verb.fact]):
        raise Refusal(
            f"changes.{wrong[0]}",
            _("“%(field)s” can't be corrected here.", field=wrong[0]),
            _("These can be corrected: %(fields)s.", fields=", ".join(sorted(_ALLOWED[verb.fact]))),
        )
    check_correction(named, verb.remove, "changes", _("Give changes or remove."))
    {"employment": _employment, "assignment": _assignment, "reporting_line": _line}[verb.fact](draft, career, verb)
    return Item(verb.verb, employee_id=career.id, effective=verb.on)


def _period(row: Any, verb: Correct, rows: list[Any], today: date) -> tuple[date, date]:
    return corrected_period(rows, row, given(verb.changes, "valid_from", "valid_to"), today, "changes.valid_to")


def _employment(draft: Draft, career: Career, verb: Correct) -> None:
    row = employment_on(career, verb.on)
    draft.touch(career)
    if verb.remove:
        _clear(career, row.valid_from, row.valid_to)
        hand_over(draft, career, row.valid_from, row.valid_to, None, None)
        return
    start, end = _period(row, verb, [row], draft.today)
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
    if verb.remove:
        _remove_assignment(draft, career, row, rows)
        return
    start, end = period = _period(row, verb, rows, draft.today)
    after, restated = with_period(rows, row, ASSIGNMENT_UNITS, period, draft.today)
    primary = [] if restated else _moved_edges(row, rows, period)
    changes = facts(draft, verb.changes)
    if changes and "valid_to" in verb.changes.model_fields_set:
        after = overlay(after, start, end, lambda r: apply_facts(r, changes, verb.changes))
    elif changes:
        said = list(after)
        after = say_facts(said, start, changes, verb.changes, lambda unit: planned_end(said, unit, start, draft.today))
    draft.touch(career)
    career.replace_assignment(row.assignment_id, after)
    for day, to in primary:
        _put_off_primary(career, row.assignment_id, day, to)
    if restated:
        edges = (row.valid_from, start), (row.valid_to, end)
        career.lines = _follow(career.lines, row.assignment_id, *edges, rows, after)


def _remove_assignment(draft: Draft, career: Career, row: AssignmentRow, rows: list[AssignmentRow]) -> None:
    """The change with which a row begins never was; the first row of a second assignment goes."""
    if row_before(rows, row) is not None:
        draft.touch(career)
        career.replace_assignment(row.assignment_id, put_off(rows, ASSIGNMENT_UNITS, row.valid_from, None))
        _put_off_primary(career, row.assignment_id, row.valid_from, None)
        return
    if row.is_primary:
        raise Refusal(
            "on",
            _(
                "The primary assignment of %(name)s begins with this row; without it they have no job %(period)s.",
                name=career.label,
                period=period_words(row.valid_from, row.valid_to),
            ),
            _("Correct it instead, or remove the employment together with its assignments."),
        )
    draft.touch(career)
    career.replace_assignment(row.assignment_id, [r for r in rows if r is not row])
    career.lines = [r for r in career.lines if r.assignment_id != row.assignment_id] + cut(
        [r for r in career.lines if r.assignment_id == row.assignment_id], row.valid_from, row.valid_to
    )


def _moved_edges(
    row: AssignmentRow, rows: list[AssignmentRow], period: tuple[date, date]
) -> list[tuple[date, date | None]]:
    """The planned changes that a corrected period moves: from which day, to which; None for never."""
    high = run_of(rows, NOTHING, row.valid_from)[1]
    edges = [(row.valid_to, period[1] if period[1] < high else None), (row.valid_from, period[0])]
    return [(day, to) for day, to in edges if to != day and day < high]


def _put_off_primary(career: Career, assignment: int, day: date, to: date | None) -> None:
    """An assignment becomes the primary one, or ceases to be, on `to` instead of on `day`; None: on no day."""
    primary = [r for r in career.assignments if r.is_primary]
    before, after = row_on(primary, day - ONE_DAY), row_on(primary, day)
    if before is None or after is None or before.assignment_id == after.assignment_id:
        return
    if assignment not in (before.assignment_id, after.assignment_id):
        return
    if row_on(career.assignment_rows(before.assignment_id), day) is None:
        return  # the primary one ended: nothing to go back to
    which = ("assignment_id",)
    set_primary(career, before.assignment_id, day, run_of(primary, which, day)[1])
    if to is not None:
        primary = [r for r in career.assignments if r.is_primary]
        if row_on(primary, to) is not None:
            set_primary(career, after.assignment_id, to, run_of(primary, which, to)[1])


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
    row = line_on(draft, career, kind, manager, verb.assignment, verb.on)
    if row is None:
        raise Refusal(
            "on",
            _(
                "%(name)s has no such %(line)s on %(day)s.",
                name=career.label,
                line=_(LINE_KINDS[kind]),
                day=day_text(verb.on),
            ),
            _(CHECK_LINE),
        )
    chain = _chain(career, row)
    others = [r for r in career.lines if r not in chain]
    draft.touch(career)
    if verb.remove:
        before = row_before(chain, row)
        kept = [r for r in chain if r is not row]
        if before is not None:  # the change from one manager to the next never was
            kept.append(before._replace(valid_from=row.valid_from, valid_to=row.valid_to))
        career.lines = others + kept
        return
    start, end = _period(row, verb, chain, draft.today)
    changes = given(verb.changes, "manager", "kind")
    other = None
    if changes.get("manager") is not None:
        other = manager_of(draft, career, changes["manager"], "changes.manager", _("Choose someone else."))
        if other.id in draft.incoming:
            draft.incoming[other.id].add(career.id)
    if changes.get("kind") in (None, row.kind):
        chain, _restated = with_period(chain, row, LINE_UNITS, (start, end), draft.today)
        if other is not None:
            until = end if "valid_to" in verb.changes.model_fields_set else run_of(chain, LINE_UNITS[0], start)[1]
            chain = say(chain, LINE_UNITS[0], start, until, (other.id,))
        career.lines = others + chain
        return
    new = row._replace(valid_from=start, valid_to=end, kind=changes["kind"])
    if other is not None:
        new = new._replace(manager_id=other.id)
    if new.kind == "solid":
        others = [
            piece
            for r in others
            for piece in (cut([r], start, end) if r.kind == "solid" and r.assignment_id == row.assignment_id else [r])
        ]
    career.lines = others + restate(chain, row, new)


def _chain(career: Career, row: LineRow) -> list[LineRow]:
    """The lines that take turns with one: those of its kind and assignment. A dotted one is a fact of its own."""
    return [
        r
        for r in career.lines
        if r.assignment_id == row.assignment_id
        and r.kind == row.kind
        and (row.kind != "dotted" or r.manager_id == row.manager_id)
    ]
