"""What holds on every day, checked on all that a plan touches before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from myproject.db.ids import id_list, text_list
from myproject.db.prepared import Prepared
from myproject.directory.changes.planning.administrators import MAKE_ANOTHER, administrators, loss
from myproject.directory.search.codes import mail_form
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.models.dated import is_current
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, ReportingLine
from myproject.models.search import SearchCode

from .department_rules import department_problems
from .draft import LINE_KINDS, Career, Draft, Refusal
from .loading import load_careers, load_incoming
from .rows import LineRow, first_gap, first_overlap

Found = tuple[int, Refusal]
"""Position of the verb to blame, and what is wrong."""

_LINE = ReportingLine.__table__.c
_LINES_OF = Prepared(
    select(_LINE.employee_id, _LINE.manager_id, _LINE.valid_from, _LINE.valid_to).where(
        is_current(ReportingLine.__table__), _LINE.kind == "solid", _LINE.employee_id.in_(id_list("ids"))
    )
)
_EMPLOYEE = Employee.__table__.c
_CODE = SearchCode.__table__.c
# By the search index, which holds every address folded: that of the card is indexed as it is written.
_WITH_MAIL = Prepared(
    select(_EMPLOYEE.id, _EMPLOYEE.email, _EMPLOYEE.name, _EMPLOYEE.employee_number)
    .select_from(SearchCode.__table__)
    .join(Employee.__table__, _EMPLOYEE.id == _CODE.employee_id)
    .where(_CODE.mail.in_(text_list("mails")))
    .order_by(_EMPLOYEE.id)
)
_ASSIGNMENT = Assignment.__table__.c
_PEOPLE_OF = select(_ASSIGNMENT.employee_id).where(
    is_current(Assignment.__table__), _ASSIGNMENT.department_id.in_(id_list("ids"))
)


def check(conn: Connection, draft: Draft) -> list[Found]:
    """Every rule that the draft breaks, each blamed on the last verb that touched the thing."""
    found: list[Found] = []
    _load_neighbours(conn, draft)
    for department_id, position in draft.touched_departments.items():
        department = draft.departments[department_id]
        found += ((position, problem) for problem in department_problems(draft, department))
    for id_, position in draft.touched.items():
        career = draft.careers[id_]
        for problem in _career(draft, career):
            problem.hidden |= career.hidden
            found.append((position, problem))
    found += _people_left_behind(draft)
    if draft.unique_mail:
        found += _shared_mail(conn, draft)
    if not found:
        found += _cycles(conn, draft)
    found += _administrators_lost(conn, draft)
    # What is about hidden people is told, namelessly, only where nothing else stands in the way.
    return [each for each in found if not each[1].hidden] or found


def _load_neighbours(conn: Connection, draft: Draft) -> None:
    """Whoever the touched rows lean on, or leans on them."""
    load_incoming(conn, draft, _employed_otherwise(draft))
    managers = {line.manager_id for id_ in draft.touched for line in draft.careers[id_].lines}
    load_careers(conn, draft, managers)
    closed = [
        id_
        for id_ in draft.touched_departments
        if any(row not in draft.departments[id_].versions for row in draft.departments[id_].stored)
    ]
    if closed:
        load_careers(conn, draft, set(conn.execute(_PEOPLE_OF, {"ids": closed}).scalars()))


def _employed_otherwise(draft: Draft) -> list[int]:
    """Those of whose recorded employment something gives way."""
    return [
        id_
        for id_ in draft.touched
        if not (career := draft.careers[id_]).new
        and any(row not in career.employment for row in career.stored if len(row) == 3)
    ]


def _administrators_lost(conn: Connection, draft: Draft) -> Iterator[Found]:
    """Administrators whose employment would end, or end earlier, while nobody else administers for as long."""
    ends: dict[int | None, date] = {}
    for id_ in _employed_otherwise(draft):
        job = draft.careers[id_].employed_on(draft.today)
        ends[id_] = job.valid_to if job else date.min
    before = administrators(conn, draft.today) if ends else []
    if not any(each.employee in ends for each in before):
        return
    if draft.writes:
        before = administrators(conn, draft.today, lock=True)
    after = [each._replace(employed_until=ends.get(each.employee, each.employed_until)) for each in before]
    day = loss(before, after, draft.today)
    if day is None:
        return
    longest = max(each.until for each in before)
    for each, left in zip(before, after, strict=True):
        if each.employee is not None and left.until < each.until == longest:
            career = draft.careers[each.employee]
            message = (
                _("%(name)s is the last administrator.", name=career.label)
                if day == draft.today
                else _("%(name)s is the last administrator from %(day)s on.", name=career.label, day=day_text(day))
            )
            refusal = Refusal("employee", message, _(MAKE_ANOTHER))
            yield draft.touched[career.id], refusal


def _career(draft: Draft, career: Career) -> Iterator[Refusal]:
    who = career.label
    if day := first_overlap(career.employment):
        yield Refusal(
            "on",
            _("%(name)s would be employed twice on %(day)s.", name=who, day=day_text(day)),
            _("End the earlier employment first."),
        )
        return
    if not career.employment and not career.assignments and not career.lines:
        return
    primary = [row for row in career.assignments if row.is_primary]
    if day := first_overlap(primary):
        yield Refusal(
            "assignment",
            _("%(name)s would have two primary assignments on %(day)s.", name=who, day=day_text(day)),
            _("Make only one of them primary, or end the other before that day."),
        )
    for row in career.employment:
        if day := first_gap(primary, row.valid_from, row.valid_to):
            yield Refusal(
                "on",
                _("%(name)s would have no primary assignment on %(day)s.", name=who, day=day_text(day)),
                _("Every day of an employment needs one: make another assignment primary from that day on."),
            )
    by_assignment: dict[int, list[Any]] = {}
    for job in career.assignments:
        by_assignment.setdefault(job.assignment_id, []).append(job)
        if day := first_gap(career.employment, job.valid_from, job.valid_to):
            yield Refusal(
                "on",
                _("%(name)s would have an assignment on %(day)s but not work here.", name=who, day=day_text(day)),
                _("Choose a period within the employment."),
            )
        department = draft.departments[job.department_id]
        if day := first_gap(department.versions, job.valid_from, job.valid_to):
            yield Refusal(
                "department",
                _(
                    "%(name)s would be in %(department)s on %(day)s, but that department does not exist then.",
                    name=who,
                    department=department.label,
                    day=day_text(day),
                ),
                _("Choose another department or another day."),
            )
    for rows in by_assignment.values():
        if day := first_overlap(rows):
            yield Refusal(
                "on",
                _("An assignment of %(name)s would have two versions on %(day)s.", name=who, day=day_text(day)),
                _("Correct its dates."),
            )
    yield from _lines(draft, career, by_assignment)


def _lines(draft: Draft, career: Career, by_assignment: dict[int, list[Any]]) -> Iterator[Refusal]:
    who = career.label
    chains: dict[Any, list[LineRow]] = {}
    for line in career.lines:
        if day := first_gap(by_assignment.get(line.assignment_id, ()), line.valid_from, line.valid_to):
            yield Refusal(
                "manager",
                _(
                    "%(name)s would report to someone on %(day)s without holding that assignment.",
                    name=who,
                    day=day_text(day),
                ),
                _("Choose a period within the assignment."),
            )
        yield from _manager_there(draft, career, line)
        chains.setdefault((line.assignment_id, line.manager_id, line.kind), []).append(line)
        if line.kind == "solid":
            chains.setdefault(line.assignment_id, []).append(line)
    for rows in chains.values():
        if day := first_overlap(rows):
            yield Refusal(
                "manager",
                _(
                    "%(name)s would have two reporting lines of one kind (%(line)s) on %(day)s.",
                    name=who,
                    line=_(LINE_KINDS[rows[0].kind]),
                    day=day_text(day),
                ),
                _("An assignment has one solid line at a time: end the other one first."),
            )


def _manager_there(draft: Draft, career: Career, line: LineRow) -> Iterator[Refusal]:
    manager = draft.careers.get(line.manager_id)
    if manager is None or manager is career:
        yield Refusal(
            "manager",
            _("%(name)s can't report to employee %(number)s.", name=career.label, number=line.manager_id),
            _("Choose someone else."),
        )
    elif day := first_gap(manager.employment, line.valid_from, line.valid_to):
        yield Refusal(
            "manager",
            _(
                "%(name)s would report to %(manager)s on %(day)s, who does not work here then.",
                name=career.label,
                manager=manager.label,
                day=day_text(day),
            ),
            _("Choose another manager from that day on, or give the reporting line an end."),
            hidden=career.hidden or manager.hidden,
        )


def _people_left_behind(draft: Draft) -> Iterator[Found]:
    """Those whom the plan did not touch, but whose manager or department it took away."""
    for manager in [id_ for id_ in draft.touched if id_ in draft.incoming]:
        # Asked one by one: a difference with the keys would go through all that is touched, for each manager.
        for id_ in [id_ for id_ in draft.incoming[manager] if id_ not in draft.touched]:
            for line in draft.careers[id_].lines:
                if line.manager_id == manager:
                    problems = _manager_there(draft, draft.careers[id_], line)
                    yield from ((draft.touched[manager], problem) for problem in problems)
    if draft.touched_departments:
        yield from _left_in_departments(draft)


def _shared_mail(conn: Connection, draft: Draft) -> Iterator[Found]:
    """Mail addresses that are given to somebody and are somebody else's, in whichever case they are written.

    An address of which whoever plans may not know is as good as free: a refusal would tell that somebody has it. One
    query where any address changes.
    """
    given: dict[str, list[Career]] = {}
    for id_ in draft.touched:
        mail = (draft.careers[id_].card or {}).get("email")
        if mail:
            given.setdefault(mail.casefold(), []).append(draft.careers[id_])
    if not given:
        return
    owners: dict[str, list[tuple[int, str]]] = {}
    for id_, mail, name, number in _WITH_MAIL.rows(conn, {"mails": [mail_form(each) for each in given]}):
        changed = id_ in draft.touched and "email" in (draft.careers[id_].card or {})
        if not changed and id_ not in draft.hidden_people:
            owners.setdefault(mail.casefold(), []).append((id_, f"{name} ({number})"))
    for mail, people in given.items():
        for position, career in enumerate(people):
            others = [label for _, label in owners.get(mail, ())] + [other.label for other in people[:position]]
            if others:
                message = _(
                    "The email address %(email)s already belongs to %(name)s.",
                    email=(career.card or {})["email"],
                    name=others[0],
                )
                refusal = Refusal("email", message, _("Use another address, or edit that person instead."))
                yield draft.touched[career.id], refusal


def _left_in_departments(draft: Draft) -> Iterator[Found]:
    behind: dict[int, list[tuple[date, Career]]] = {}
    untouched = [career for career in draft.careers.values() if career.id not in draft.touched]
    for career in untouched:
        for row in career.assignments:
            if row.department_id in draft.touched_departments:
                day = first_gap(draft.departments[row.department_id].versions, row.valid_from, row.valid_to)
                if day is not None:
                    behind.setdefault(row.department_id, []).append((day, career))
    for department_id, everyone in behind.items():
        # Those of whom whoever plans may not know count only where they are the only ones.
        people = [pair for pair in everyone if not pair[1].hidden] or everyone
        day, first = min(people, key=lambda pair: pair[0])
        count = len({career.id for _, career in people})
        facts = {"name": first.label, "department": draft.departments[department_id].label, "day": day_text(day)}
        message = (
            _("%(name)s would be in %(department)s on %(day)s, but it does not exist then.", **facts)
            if count == 1
            else ngettext(
                "%(name)s and %(num)s more would be in %(department)s on %(day)s, but it does not exist then.",
                "%(name)s and %(num)s more would be in %(department)s on %(day)s, but it does not exist then.",
                count - 1,
                **facts,
            )
        )
        refusal = Refusal("department", message, _("Move them to another department first."), hidden=first.hidden)
        yield draft.touched_departments[department_id], refusal


def _cycles(conn: Connection, draft: Draft) -> Iterator[Found]:
    """Nobody is above themselves on any day. From each new solid line up, over the days on which each step holds."""
    lines: dict[int, list[tuple[int, date, date]]] = {}
    for id_, career in draft.careers.items():
        lines[id_] = [(r.manager_id, r.valid_from, r.valid_to) for r in career.lines if r.kind == "solid"]
    managers = {line.manager_id for career in draft.careers.values() for line in career.lines}
    started = [
        (career, line)
        for id_ in draft.touched
        for career in (draft.careers[id_],)
        # Whoever is new has nobody below but by lines of this very plan.
        if not career.new or career.id in managers
        for line in career.lines
        if line.kind == "solid" and line not in career.stored
    ]
    _load_chains(conn, lines, {line.manager_id for _, line in started})
    for career, line in started:
        day = _meets(lines, career.id, line)
        if day is not None:
            manager = draft.careers[line.manager_id]
            yield (
                draft.touched[career.id],
                Refusal(
                    "manager",
                    _(
                        "%(name)s would be above and below %(manager)s on %(day)s.",
                        name=career.label,
                        manager=manager.label,
                        day=day_text(day),
                    ),
                    _("Choose a manager who does not report to this person, directly or through others."),
                ),
            )


def _load_chains(conn: Connection, lines: dict[int, list[tuple[int, date, date]]], start: set[int]) -> None:
    """Add the solid lines of everyone above `start`: one query a level."""
    level, seen = start, set(start)
    while level:
        if missing := [id_ for id_ in level if id_ not in lines]:
            for id_ in missing:
                lines[id_] = []
            for employee, manager, a, b in _LINES_OF.rows(conn, {"ids": missing}):
                lines[employee].append((manager, a, b))
        level = {manager for id_ in level for manager, _, _ in lines[id_]} - seen
        seen |= level


def _meets(lines: dict[int, list[tuple[int, date, date]]], employee: int, line: LineRow) -> date | None:
    """The first day found on which the line's manager is below `employee`."""
    stack = [(line.manager_id, line.valid_from, line.valid_to)]
    seen: set[tuple[int, date, date]] = set()
    while stack:
        at, start, end = stack.pop()
        if at == employee:
            return start
        if (at, start, end) in seen:
            continue
        seen.add((at, start, end))
        for manager, a, b in lines.get(at, ()):
            first, last = max(a, start), min(b, end)
            if first < last:
                stack.append((manager, first, last))
    return None
