"""The verbs of employment: join, leave, rehire; and what happens to those who reported to a leaver."""

from __future__ import annotations

from datetime import date

from myproject.directory.schema.verbs import HiringVerb, Join, Leave, Rehire
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked

from .cards import OWN_NUMBER, edit_card_of, new_card, number_taken
from .draft import Career, Draft, Item, Refusal, period_words
from .handlers import handles
from .periods import period_of
from .rows import ONE_DAY, AssignmentRow, EmploymentRow, LineRow, cut, day_after, overlay, row_on

NOTHING_TO_DO = marked("Nothing needs to be done.")
"""Remedy where what a verb asks for is so already."""


def absence_text(name: str, day: date) -> str:
    """A sentence: somebody does not work here on a day."""
    return _("%(name)s does not work here on %(day)s.", name=name, day=day_text(day))


def not_employed(career: Career, day: date, field: str = "on") -> Refusal:
    """Refuses a day that must lie within the employment."""
    return Refusal(field, absence_text(career.label, day), _("Choose a day within the employment."))


def employment_on(career: Career, day: date) -> EmploymentRow:
    """The employment that is in force on a day."""
    row = career.employed_on(day)
    if row is None:
        raise not_employed(career, day)
    return row


def manager_of(draft: Draft, career: Career, ref: int | str, field: str = "manager", remedy: str = "") -> Career:
    """The manager whom a verb names for somebody: never themselves."""
    manager = draft.career(ref, field)
    if manager is career:
        raise Refusal(
            field,
            _("%(name)s can't report to themselves.", name=career.label),
            remedy or _("Choose someone else, or no one."),
        )
    return manager


@handles(Join)
def join(draft: Draft, verb: Join) -> Item:
    known = draft.by_number.get(verb.employee_number)
    career = draft.careers.get(known) if known is not None else None
    if career is None:
        raise KeyError(verb.employee_number)  # `reserve` has been here: a mistake of ours
    changes = None
    if career.new:
        if career.card is not None:
            raise Refusal(
                "employee_number",
                _("The number %(number)s is used for two people here.", number=verb.employee_number),
                _(OWN_NUMBER),
            )
        draft.touch(career)
        new_card(draft, career, verb.card)
    else:
        if career.employment or career.hidden:
            remedy = _("Rehire someone who comes back, or choose another number.")
            raise number_taken(verb.employee_number, career, remedy)
        draft.touch(career)
        changes = edit_card_of(draft, career, verb.card, verb.employee_number)
    _employ(draft, career, verb)
    return Item(verb.verb, employee_id=career.id, effective=verb.on, changes=changes)


@handles(Rehire)
def rehire(draft: Draft, verb: Rehire) -> Item:
    career = draft.career(verb.employee)
    start, end = period_of(verb.on, verb.until)
    for row in career.employment:
        if row.valid_from < end and row.valid_to > start:
            remedy = _("Choose a day after the earlier employment ends, and a last day before a later one begins.")
            if row.valid_from > draft.today:
                remedy = _("Correct the employment to change its first day, or choose a last day before it.")
            raise Refusal(
                "on",
                _(
                    "%(name)s already works here %(period)s.",
                    name=career.label,
                    period=period_words(row.valid_from, row.valid_to),
                ),
                remedy,
            )
    draft.touch(career)
    _employ(draft, career, verb)
    return Item(verb.verb, employee_id=career.id, effective=verb.on)


def _employ(draft: Draft, career: Career, verb: Join | Rehire) -> None:
    start, end = period_of(verb.on, verb.until)
    career.employment = [*career.employment, EmploymentRow(start, end, career.id)]
    assign(draft, career, verb, start, end, primary=True)


def assign(draft: Draft, career: Career, verb: HiringVerb, start: date, end: date, *, primary: bool) -> int:
    """A new assignment over a period, with the solid line that the verb names; its id."""
    assignment = draft.next_id("assignments")
    row = AssignmentRow(
        start,
        end,
        assignment,
        career.id,
        draft.department(verb.department).id,
        draft.job_title(verb.job_title),
        None if verb.location is None else draft.location(verb.location).id,
        float(verb.fte),
        primary,
        verb.is_head,
    )
    career.assignments = [*career.assignments, row]
    if verb.manager is not None:
        manager = manager_of(draft, career, verb.manager)
        career.lines = [*career.lines, LineRow(start, end, assignment, career.id, manager.id, "solid")]
        if manager.id in draft.incoming:
            draft.incoming[manager.id].add(career.id)
    return assignment


@handles(Leave)
def leave(draft: Draft, verb: Leave) -> Item:
    career = draft.career(verb.employee)
    end = day_after(verb.last_day)
    row = career.employed_on(verb.last_day)
    if row is None:
        # The end may be moved to a later day: then the employment that ended before is the one that is meant.
        row = max((r for r in career.employment if r.valid_to <= verb.last_day), default=None)
        if row is None or any(r.valid_from < end and r.valid_to > row.valid_to for r in career.employment):
            raise Refusal(
                "last_day",
                absence_text(career.label, verb.last_day),
                _("Choose a last day within the employment."),
            )
    if row.valid_to == end:
        raise Refusal(
            "last_day",
            _("%(name)s already leaves on %(day)s.", name=career.label, day=day_text(verb.last_day)),
            _(NOTHING_TO_DO),
        )
    if row.valid_to <= draft.today and end > row.valid_to:
        raise Refusal(
            "last_day",
            _("%(name)s left on %(day)s.", name=career.label, day=day_text(row.valid_to - ONE_DAY)),
            _("Correct the employment if that day is wrong, or rehire someone who came back."),
        )
    draft.touch(career)
    set_end(
        draft, career, row, end, None if verb.hand_over_to is None else draft.career(verb.hand_over_to, "hand_over_to")
    )
    return Item(verb.verb, employee_id=career.id, effective=verb.last_day)


def set_end(draft: Draft, career: Career, row: EmploymentRow, end: date, successor: Career | None) -> None:
    """Let an employment end on a day; what hung on its former end follows."""
    old = row.valid_to
    if end > old:
        edges = {row.assignment_id for row in career.assignments if row.valid_to == old and row.is_primary}
        career.employment = [r._replace(valid_to=end) if r is row else r for r in career.employment]
        career.assignments = [
            r._replace(valid_to=end) if r.valid_to == old and r.assignment_id in edges else r
            for r in career.assignments
        ]
        career.lines = [
            r._replace(valid_to=min(end, covered_until(draft, r.manager_id, old)))
            if r.valid_to == old and r.assignment_id in edges and covered_until(draft, r.manager_id, old) > old
            else r
            for r in career.lines
        ]
        return
    eve = date.fromordinal(end.toordinal() - 1)
    primary = career.primary_on(eve)
    mine = [r for r in career.lines if r.kind == "solid" and primary and r.assignment_id == primary.assignment_id]
    # Whoever they would have reported to next: the manager of the last day may leave with it.
    line = row_on(mine, end) or row_on(mine, eve)
    own_manager = draft.careers.get(line.manager_id) if line is not None else None
    career.employment = cut(career.employment, end, old)
    career.assignments = cut(career.assignments, end, old)
    career.lines = cut(career.lines, end, old)
    hand_over(draft, career, end, old, successor, own_manager)


def covered_until(draft: Draft, employee: int, day: date) -> date:
    """Until when somebody works here without a break from a day on; that day itself where they don't."""
    career = draft.careers.get(employee)
    row = career.employed_on(day) if career is not None else None
    return day if row is None else row.valid_to


def hand_over(
    draft: Draft, leaver: Career, start: date, end: date, successor: Career | None, own_manager: Career | None
) -> None:
    """In [start, end) nobody reports to the leaver: solid lines pass on, dotted and acting ones end.

    They pass to the successor; without one, and for the successor's own line, to the leaver's manager, for as long as
    that person works here.
    """
    for id_ in sorted(draft.incoming.get(leaver.id, ())):
        report = draft.careers[id_]
        if not any(r.manager_id == leaver.id and r.valid_to > start and r.valid_from < end for r in report.lines):
            continue
        named = successor is not None and successor is not report
        heir = successor if named else own_manager

        def passed_on(row: LineRow, heir: Career | None = heir, named: bool = named) -> LineRow | None:
            if row.manager_id != leaver.id:
                return row
            if row.kind != "solid" or heir is None:
                return None
            if named:  # whom the verb names must be there all the time: the rules tell if not
                return row._replace(manager_id=heir.id)
            until = min(row.valid_to, covered_until(draft, heir.id, row.valid_from))
            return row._replace(manager_id=heir.id, valid_to=until) if until > row.valid_from else None

        draft.touch(report)
        report.lines = overlay(report.lines, start, end, passed_on)
        if heir is not None:
            draft.incoming.setdefault(heir.id, set()).add(report.id)
