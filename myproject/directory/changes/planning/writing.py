"""Writes a plan: the difference between the rows of its draft and those stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, update

from myproject.db.bulk import insert_rows
from myproject.db.ids import id_list
from myproject.db.prepared import Prepared
from myproject.directory.schema.text import fold
from myproject.models.change_set import ChangeItem
from myproject.models.dated import OPEN_REVISION
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .cards import COLUMNS as CARD_COLUMNS
from .draft import SERIES, Draft, Item
from .loading import COUNTER
from .rows import AssignmentRow, EmploymentRow, LineRow, VersionRow

TABLES: dict[type, Table] = {
    EmploymentRow: Employment.__table__,
    AssignmentRow: Assignment.__table__,
    LineRow: ReportingLine.__table__,
    VersionRow: DepartmentVersion.__table__,
}
_COUNTED = Prepared(update(COUNTER).values({name: bindparam(name) for name in SERIES}))


@dataclass(slots=True)
class Written:
    """What a plan changed, for those who keep derived tables: ids by kind."""

    employees: set[int] = field(default_factory=set)
    """Whose dated rows or card changed."""
    new_names: set[int] = field(default_factory=set)
    """Employees who are new."""
    new_cards: list[dict[str, Any]] = field(default_factory=list)
    """What was written of them into `employee`."""
    names: set[int] = field(default_factory=set)
    """Known employees whose card changed."""
    new_departments: set[int] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)
    """Whatever changed of them, the new ones too."""
    locations: set[int] = field(default_factory=set)
    job_titles: set[int] = field(default_factory=set)
    skills: set[int] = field(default_factory=set)

    def add(self, other: Written) -> None:
        """Take in what another plan of the same change set changed; the cards are for who keeps the index at once."""
        for name in self.__slots__:
            if name != "new_cards":
                getattr(self, name).update(getattr(other, name))


def write(conn: Connection, draft: Draft, items: Iterable[Item], first_item: int) -> Written:
    """Write the draft under its revision, which the caller has taken from the counter. What changed."""
    written = Written()
    _vocabulary(conn, draft, written)
    _locations(conn, draft, written)
    _departments(conn, draft, written)
    _employees(conn, draft, written)
    _dated(conn, draft, written)
    _items(conn, draft, items, first_item)
    _COUNTED.run(conn, draft.counter)
    return written


def _vocabulary(conn: Connection, draft: Draft, written: Written) -> None:
    titles = draft.new_job_titles
    if titles:
        rows = [(id_, name, fold(name)) for name, id_ in titles.items()]
        insert_rows(conn, JobTitle.__table__, ("id", "name", "sort_name"), rows)
        written.job_titles.update(titles.values())
    if draft.new_skills:
        rows = [(id_, name, fold(name)) for id_, name in draft.new_skills.items()]
        insert_rows(conn, Skill.__table__, ("id", "name", "sort_name"), rows)
        written.skills.update(draft.new_skills)


def _locations(conn: Connection, draft: Draft, written: Written) -> None:
    table: Table = Location.__table__
    for id_ in draft.touched_locations:
        location = draft.locations[id_]
        if not location.values:
            continue
        if location.new:
            values = {"id": id_, "code": location.code, "recorded_in": draft.revision} | location.values
            conn.execute(table.insert().values(values))
        else:
            conn.execute(update(table).where(table.c.id == id_).values(location.values))
        written.locations.add(id_)


def _departments(conn: Connection, draft: Draft, written: Written) -> None:
    table: Table = Department.__table__
    new = []
    for id_ in draft.touched_departments:
        department = draft.departments[id_]
        values = department.values or {}
        if department.new:
            new.append((id_, department.code, values.get("about"), values.get("email"), draft.revision))
            written.new_departments.add(id_)
        elif values:
            conn.execute(update(table).where(table.c.id == id_).values(values))
        if department.new or values or set(department.versions) != department.stored.keys():
            written.departments.add(id_)
    insert_rows(conn, table, ("id", "code", "about", "email", "recorded_in"), new)


def _employees(conn: Connection, draft: Draft, written: Written) -> None:
    table: Table = Employee.__table__
    columns = (*CARD_COLUMNS, "name", "sort_name", "narrowed", "audience")
    new = []
    skills: list[tuple[int, int]] = []
    reskilled = []
    for id_ in draft.touched:
        career = draft.careers[id_]
        if career.new and career.card is not None:
            new.append((id_, career.number, draft.revision, *map(career.card.__getitem__, columns)))
            written.new_names.add(id_)
            written.new_cards.append({"id": id_, "employee_number": career.number, **career.card})
        elif career.card:
            values = {name: value for name, value in career.card.items() if name in table.c}
            conn.execute(update(table).where(table.c.id == id_).values(values))
            written.names.add(id_)
        if career.skills is not None:
            skills.extend((id_, skill) for skill in career.skills)
            if not career.new:
                reskilled.append(id_)
                written.employees.add(id_)
    insert_rows(conn, table, ("id", "employee_number", "recorded_in", *columns), new)
    skill_table: Any = EmployeeSkill.__table__
    if reskilled:
        conn.execute(delete(skill_table).where(skill_table.c.employee_id.in_(id_list(reskilled))))
    insert_rows(conn, skill_table, ("employee_id", "skill_id"), skills)
    written.employees |= written.new_names | written.names


def _dated(conn: Connection, draft: Draft, written: Written) -> None:
    opens: dict[type, list[tuple[Any, ...]]] = {kind: [] for kind in TABLES}
    closes: dict[type, list[int]] = {kind: [] for kind in TABLES}
    drops: dict[type, list[int]] = {kind: [] for kind in TABLES}
    for id_ in draft.touched:
        career = draft.careers[id_]
        if _difference(draft, career.stored, career.rows(), opens, closes, drops):
            written.employees.add(id_)
    for id_ in draft.touched_departments:
        department = draft.departments[id_]
        _difference(draft, department.stored, department.versions, opens, closes, drops)
    for kind, table in TABLES.items():
        if drops[kind]:  # written by an earlier chunk of this same change set: nobody has seen it yet
            conn.execute(delete(table).where(table.c.id.in_(id_list(drops[kind]))))
        if closes[kind]:
            conn.execute(
                update(table).where(table.c.id.in_(id_list(closes[kind]))).values(superseded_in=draft.revision)
            )
        columns = ("id", "recorded_in", "superseded_in", *kind._fields)  # type: ignore[attr-defined]
        insert_rows(conn, table, columns, opens[kind])


def _difference(
    draft: Draft,
    stored: dict[Any, tuple[int, int]],
    rows: Iterable[Any],
    opens: dict[type, list[tuple[Any, ...]]],
    closes: dict[type, list[int]],
    drops: dict[type, list[int]],
) -> bool:
    wanted = dict.fromkeys(rows)
    changed = False
    for row, (id_, recorded_in) in stored.items():
        if row not in wanted:
            (drops if recorded_in == draft.revision else closes)[type(row)].append(id_)
            changed = True
    for row in wanted:
        if row in stored:
            continue
        opens[type(row)].append((draft.next_id("rows"), draft.revision, OPEN_REVISION, *row))
        changed = True
    return changed


def _items(conn: Connection, draft: Draft, items: Iterable[Item], first: int) -> None:
    table: Table = ChangeItem.__table__
    columns = ("revision", "position", "verb", "employee_id", "department_id", "location_id", "effective", "details")
    insert_rows(
        conn,
        table,
        columns,
        (
            (
                draft.revision,
                first + offset,
                item.verb,
                item.employee_id,
                item.department_id,
                item.location_id,
                item.effective,
                {"changes": item.changes} if item.changes else None,
            )
            for offset, item in enumerate(items)
        ),
    )
