"""What has been applied: change sets, newest first, and the items of one; as far as the viewer may see them.

A value that someone keeps from the viewer today is not told of any day, and nothing of whom they may not know.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select

from myproject.db.ids import id_list, text_list
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from, sees_choices, visible_by_audience
from myproject.directory.visibility.hidden_people import AllBut, Hidden, is_hidden, is_visible, listed
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import Skill

from .planning.cards import CHOICE

_SET = ChangeSet.__table__
_ITEM = ChangeItem.__table__
_EMPLOYEE = Employee.__table__
_DEPARTMENT = Department.__table__
_VERSION = DepartmentVersion.__table__
_LOCATION = Location.__table__
_SKILL = Skill.__table__
_LINE = ReportingLine.__table__
_UNDO: Any = _SET.alias("undo")


class ChangeSummary(NamedTuple):
    """A change set. `summary` counts the verbs by name; `undone_by` is the change set that took it back.

    `author` is "" where it is somebody of whom the viewer may not know.
    """

    revision: int
    applied_at: datetime
    author: str
    source: str
    reason: str
    request_id: str | None
    undoes: int | None
    undone_by: int | None
    summary: dict[str, int]


class ChangeLine(NamedTuple):
    """A verb of a change set: what it was about, from which day on, and fields with what they held before and after."""

    position: int
    verb: str
    kind: str
    id: int | None
    name: str
    effective: date | None
    changes: dict[str, list[Any]]


_CHANGES = select(
    _SET.c.revision,
    _SET.c.applied_at,
    _SET.c.author,
    _SET.c.source,
    _SET.c.reason,
    _SET.c.request_id,
    _SET.c.undoes,
    select(func.max(_UNDO.c.revision)).where(_UNDO.c.undoes == _SET.c.revision).scalar_subquery().label("undone_by"),
    _SET.c.summary,
)


def change_sets(
    conn: Connection, clock: Clock, viewer: Viewer, *, limit: int = 20, before: int | None = None
) -> list[ChangeSummary]:
    """The newest change sets, or the newest of those before a revision; newest first.

    One query; three where somebody is hidden from the viewer.
    """
    query = _CHANGES.order_by(_SET.c.revision.desc()).limit(limit)
    if before is not None:
        query = query.where(_SET.c.revision < before)
    return _read(conn, clock, viewer, query)


def change_set(conn: Connection, clock: Clock, viewer: Viewer, revision: int) -> ChangeSummary | None:
    """One change set, or None where there is none of that number."""
    found = _read(conn, clock, viewer, _CHANGES.where(_SET.c.revision == revision))
    return found[0] if found else None


def change_sets_of(
    conn: Connection, clock: Clock, viewer: Viewer, revisions: Collection[int]
) -> dict[int, ChangeSummary]:
    """Some change sets by revision; without those that are not there for the viewer."""
    if not revisions:
        return {}
    found = _read(conn, clock, viewer, _CHANGES.where(_SET.c.revision.in_(id_list(list(revisions)))))
    return {change.revision: change for change in found}


def count_since(conn: Connection, clock: Clock, viewer: Viewer, moment: datetime, most: int = 10_000) -> int:
    """How many change sets the viewer may know of were applied since a moment; `most` are looked at."""
    return len(_read(conn, clock, viewer, _CHANGES.where(_SET.c.applied_at >= moment).limit(most)))


def author_names(conn: Connection, authors: Collection[str]) -> dict[str, str]:
    """The names of those authors whose mail address is an employee's. The authors are those whom the viewer may see."""
    query = select(_EMPLOYEE.c.email, _EMPLOYEE.c.name).where(_EMPLOYEE.c.email.in_(text_list(list(authors))))
    return {row.email: row.name for row in conn.execute(query)}


def _read(conn: Connection, clock: Clock, viewer: Viewer, query: Select[Any]) -> list[ChangeSummary]:
    hidden = hidden_from(conn, clock, viewer)
    if not hidden:
        return [ChangeSummary._make(row) for row in conn.execute(query)]
    mine, other = _ITEM.alias("mine"), _ITEM.alias("other")
    others = exists().where(other.c.revision == _SET.c.revision, _of_the_known(other, hidden))
    if isinstance(hidden, AllBut):
        # Nearly all items are of the hidden: each change set is looked at by itself.
        empty = ~exists().where(mine.c.revision == _SET.c.revision)
    else:
        empty = _SET.c.revision.not_in(select(mine.c.revision).where(is_hidden(mine.c.employee_id, hidden)))
    sets = [ChangeSummary._make(row) for row in conn.execute(query.where(or_(empty, others)))]
    return _without(conn, sets, hidden)


def _of_the_known(items: Any, hidden: Hidden) -> Any:
    return or_(items.c.employee_id.is_(None), is_visible(items.c.employee_id, hidden))


def _without(conn: Connection, sets: list[ChangeSummary], hidden: Hidden) -> list[ChangeSummary]:
    """The change sets without what they count of the hidden, and without authors who are hidden."""
    query = (
        select(_ITEM.c.revision, _ITEM.c.verb, func.count())
        .where(_ITEM.c.revision.in_(id_list([change.revision for change in sets])))
        .where(is_hidden(_ITEM.c.employee_id, hidden))
        .group_by(_ITEM.c.revision, _ITEM.c.verb)
    )
    fewer = {(revision, verb): count for revision, verb, count in conn.execute(query)}
    authors = told_authors(conn, hidden, {change.author for change in sets})
    told = []
    for change in sets:
        counts = {verb: count - fewer.get((change.revision, verb), 0) for verb, count in change.summary.items()}
        author = change.author if change.author in authors else ""
        told.append(change._replace(summary={verb: count for verb, count in counts.items() if count}, author=author))
    return told


SERVICE = "service: "
"""How the name of an author begins that is a program."""


def told_authors(conn: Connection, hidden: Hidden, authors: Collection[str]) -> Collection[str]:
    """Those of some authors of change sets whom the viewer may be told; one query where somebody is hidden.

    Who knows of a few people only is told those, and programs: whoever else it may be is told to nobody of them.
    """
    if not hidden:
        return authors
    people = select(_EMPLOYEE.c.email).where(_EMPLOYEE.c.id.in_(id_list(listed(hidden))))
    if isinstance(hidden, AllBut):
        people = people.where(func.lower(_EMPLOYEE.c.email).in_(text_list([each.lower() for each in authors])))
    mails = {mail.casefold() for mail in conn.execute(people).scalars() if mail}
    if isinstance(hidden, AllBut):
        return {each for each in authors if each.startswith(SERVICE) or each.casefold() in mails}
    return {each for each in authors if each.casefold() not in mails}


_LINES = (
    select(
        _ITEM.c.position,
        _ITEM.c.verb,
        _ITEM.c.employee_id,
        _ITEM.c.department_id,
        _ITEM.c.location_id,
        _EMPLOYEE.c.name,
        _DEPARTMENT.c.code,
        _LOCATION.c.name,
        _ITEM.c.effective,
        _ITEM.c.details,
        _EMPLOYEE.c.narrowed,
    )
    .outerjoin(_EMPLOYEE, _EMPLOYEE.c.id == _ITEM.c.employee_id)
    .outerjoin(_DEPARTMENT, _DEPARTMENT.c.id == _ITEM.c.department_id)
    .outerjoin(_LOCATION, _LOCATION.c.id == _ITEM.c.location_id)
    .order_by(_ITEM.c.position)
)


def change_lines(
    conn: Connection, clock: Clock, viewer: Viewer, revision: int, *, limit: int = 100, after: int = -1
) -> list[ChangeLine]:
    """The first items of a change set, or the first of those after a position. Three queries at most.

    `changes` holds the fields that the viewer may see, and "audience" or "audience." + field where it was changed who
    may know of the person or see the field. Names are those of now.
    """
    hidden = hidden_from(conn, clock, viewer)
    query = _LINES.where(_ITEM.c.revision == revision, _ITEM.c.position > after).limit(limit)
    if hidden:
        query = query.where(_of_the_known(_ITEM, hidden))
    rows = conn.execute(query).all()
    departments = department_names(conn, {row.department_id for row in rows} - {None})
    lines = [_line(row, departments, viewer) for row in rows]
    return _with_skills(conn, lines)


_PASSED_ON = (
    select(_LINE.c.manager_id, _LINE.c.employee_id, _EMPLOYEE.c.name)
    .join(_EMPLOYEE, _EMPLOYEE.c.id == _LINE.c.employee_id)
    .where(
        _LINE.c.superseded_in == bindparam("revision"),
        _LINE.c.manager_id.in_(id_list("managers")),
        ~exists().where(_ITEM.c.revision == bindparam("revision"), _ITEM.c.employee_id == _LINE.c.employee_id),
    )
    .order_by(_LINE.c.manager_id, _EMPLOYEE.c.sort_name, _LINE.c.employee_id)
    .distinct()
    .add_columns(_EMPLOYEE.c.sort_name)
)


def passed_on(
    conn: Connection, clock: Clock, viewer: Viewer, revision: int, managers: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Those who no longer report to some people since a change set without a verb of their own: manager -> (id, name).

    Whoever leaves hands their reports over. Without people of whom the viewer may not know, and those whose manager
    they may not see. One query.
    """
    found: dict[int, list[tuple[int, str]]] = {}
    if managers:
        hidden = hidden_from(conn, clock, viewer)
        for manager, employee, name, _ in conn.execute(_PASSED_ON, {"revision": revision, "managers": list(managers)}):
            if employee not in hidden and "manager" in visible_by_audience(viewer, employee, None):
                found.setdefault(manager, []).append((employee, name))
    return found


def _with_skills(conn: Connection, lines: list[ChangeLine]) -> list[ChangeLine]:
    """Skills by name: an item keeps their ids."""
    ids = {id_ for line in lines for values in line.changes.get("skills", ()) for id_ in values or ()}
    if not ids:
        return lines
    names = {
        row.id: row.name
        for row in conn.execute(select(_SKILL.c.id, _SKILL.c.name).where(_SKILL.c.id.in_(id_list(ids))))
    }

    def named(line: ChangeLine) -> ChangeLine:
        if "skills" not in line.changes:
            return line
        skills = [sorted(names[id_] for id_ in values or ()) for values in line.changes["skills"]]
        return line._replace(changes={**line.changes, "skills": skills})

    return [named(line) for line in lines]


def _line(row: Any, departments: dict[int, str], viewer: Viewer) -> ChangeLine:
    position, verb, employee, department, location, person, code, place, effective, details, narrowed = row
    if employee is not None:
        kind, id_, name = "employee", employee, person
    elif department is not None:
        kind, id_, name = "department", department, departments.get(department, code)
    else:
        kind, id_, name = "location", location, place
    changes = (details or {}).get("changes") or {}
    # How a location is taken back by an undo, not a field that anyone knows.
    shown = {field: values for field, values in changes.items() if field != "closed"}
    if employee is not None:
        seen, choices = visible_by_audience(viewer, employee, narrowed), sees_choices(viewer, employee)
        shown = {
            field: values
            for field, values in shown.items()
            if (choices if field == "audience" or field.startswith(CHOICE) else field in seen)
        }
    return ChangeLine(position, verb, kind, id_, name or "", effective, shown)


def department_names(conn: Connection, ids: set[int]) -> dict[int, str]:
    """The newest name of each of some departments; one that was taken back has none."""
    query = (
        select(_VERSION.c.department_id, _VERSION.c.name)
        .where(_VERSION.c.department_id.in_(id_list(ids)), is_current(_VERSION))
        .order_by(_VERSION.c.valid_from)
    )
    return {row.department_id: row.name for row in conn.execute(query)}
