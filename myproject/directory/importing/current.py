"""What the directory holds now of the people and places that an import names, read in bulk.

`hidden`: people of whom whoever imports may not know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, FromClause, Select, func, or_, select

from myproject.db.ids import id_list, text_list
from myproject.directory.schema.fields import IMPORTED_FIELDS
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .careers import Period, State, StatedSpell
from .references import name_keys

Identity = Literal["employee_number", "external_id", "email"]
IDENTITIES: tuple[Identity, ...] = ("employee_number", "external_id", "email")
"""The fields that tell people apart, the first one that a sheet has."""

_EMPLOYEE = Employee.__table__
_EMPLOYMENT = Employment.__table__
_ASSIGNMENT = Assignment.__table__
_LINE = ReportingLine.__table__
_CARD = tuple(name for name in IMPORTED_FIELDS if name in _EMPLOYEE.c)


class RecordedLine(NamedTuple):
    """A reporting line as recorded."""

    start: date
    end: date
    manager: int
    kind: str
    assignment: int


@dataclass(slots=True)
class RecordedPerson:
    """One person as recorded now."""

    id: int
    number: str
    name: str
    card: dict[str, Any]
    narrowed: dict[str, str]
    """Field -> the narrower audience that the person chose."""
    periods: list[Period] = field(default_factory=list)
    primary: list[StatedSpell] = field(default_factory=list)
    others: dict[int, list[StatedSpell]] = field(default_factory=dict)
    """Assignments beside the primary one, by their id."""
    lines: list[RecordedLine] = field(default_factory=list)


def known_people(
    conn: Connection, by: Identity, keys: Sequence[str], hidden: Collection[int] = ()
) -> dict[str, RecordedPerson | None]:
    """The people with these keys, by key (a mail address in lower case). None for an address that several share."""
    column = _EMPLOYEE.c[by]
    condition = column.in_(text_list(keys))
    if by == "email":
        condition = func.lower(column).in_(text_list(keys))
    columns = [_EMPLOYEE.c[name] for name in ("id", "employee_number", "name", "narrowed", *_CARD)]
    found: dict[str, RecordedPerson | None] = {}
    for row in conn.execute(select(*columns).where(condition)):
        if row.id in hidden:
            continue
        card = dict(zip(_CARD, row[4:], strict=True))
        key = row.employee_number if by == "employee_number" else card[by]
        key = key.lower() if by == "email" else key
        found[key] = (
            None if key in found else RecordedPerson(row.id, row.employee_number, row.name, card, row.narrowed or {})
        )
    fill({known.id: known for known in found.values() if known is not None}, conn, hidden)
    return found


def fill(people: dict[int, RecordedPerson], conn: Connection, hidden: Collection[int] = ()) -> None:
    """Read the skills and all dated rows of people."""
    if not people:
        return
    ids = list(people)
    skills: dict[int, list[str]] = {}
    skill: Any = Skill.__table__
    having: Any = EmployeeSkill.__table__
    for employee, name in conn.execute(
        select(having.c.employee_id, skill.c.name).join(skill, skill.c.id == having.c.skill_id)
        .where(having.c.employee_id.in_(id_list(ids)))
    ):  # fmt: skip
        skills.setdefault(employee, []).append(name)
    for employee, known in people.items():
        known.card["skills"] = skills.get(employee)
    for row in conn.execute(_of(_EMPLOYMENT, ids)):
        people[row.employee_id].periods.append(Period(row.valid_from, row.valid_to))
    assignments = conn.execute(_of(_ASSIGNMENT, ids)).all()
    titles = titles_by_id(conn, {row.job_title_id for row in assignments if row.job_title_id is not None})
    for row in assignments:
        title = None if row.job_title_id is None else titles[row.job_title_id]
        state = State(row.department_id, title, row.location_id, row.fte, row.is_head)
        spell = StatedSpell(row.valid_from, row.valid_to, state, row.assignment_id)
        known = people[row.employee_id]
        (known.primary if row.is_primary else known.others.setdefault(row.assignment_id, [])).append(spell)
    for row in conn.execute(_of(_LINE, ids)):
        if row.manager_id in hidden:
            continue
        line = RecordedLine(row.valid_from, row.valid_to, row.manager_id, row.kind, row.assignment_id)
        people[row.employee_id].lines.append(line)


def primary_lines(conn: Connection, ids: Iterable[int], hidden: Collection[int] = ()) -> dict[int, list[RecordedLine]]:
    """The reporting lines of people's primary assignments, in order of time."""
    wanted = list(ids)
    primary = {(row.employee_id, row.assignment_id) for row in conn.execute(_of(_ASSIGNMENT, wanted)) if row.is_primary}
    found: dict[int, list[RecordedLine]] = {}
    for row in conn.execute(_of(_LINE, wanted)):
        if (row.employee_id, row.assignment_id) in primary and row.manager_id not in hidden:
            line = RecordedLine(row.valid_from, row.valid_to, row.manager_id, row.kind, row.assignment_id)
            found.setdefault(row.employee_id, []).append(line)
    return found


def _of(table: FromClause, ids: list[int]) -> Select[Any]:
    return (
        select(table)
        .where(is_current(table), table.c.employee_id.in_(id_list(ids)))
        .order_by(table.c.employee_id, table.c.valid_from)
    )


def titles_by_id(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The names of job titles."""
    table: FromClause = JobTitle.__table__
    return dict(conn.execute(select(table.c.id, table.c.name).where(table.c.id.in_(id_list(ids)))).all())


class ReferencedPerson(NamedTuple):
    """Who a reference means."""

    id: int
    number: str
    external_id: str | None
    email: str | None
    periods: list[Period]

    def key(self, by: Identity) -> str | None:
        """What rows call the person by; a mail address in lower case."""
        if by == "employee_number":
            return self.number
        return self.external_id if by == "external_id" else self.email and self.email.lower()


class MailHolder(NamedTuple):
    """Somebody who has a mail address, with what rows may call them."""

    id: int
    employee_number: str
    external_id: str | None
    name: str


def find_people(
    conn: Connection, references: Iterable[str], hidden: Collection[int] = ()
) -> dict[str, list[ReferencedPerson]]:
    """Whom texts may mean: those with that employee number, external identifier or mail address (in lower case)."""
    wanted = list(references)
    lower = [text.lower() for text in wanted if "@" in text]
    table = _EMPLOYEE.c
    conditions = [table.employee_number.in_(text_list(wanted)), table.external_id.in_(text_list(wanted))]
    if lower:
        conditions.append(func.lower(table.email).in_(text_list(lower)))
    rows = conn.execute(
        select(table.id, table.employee_number, table.external_id, table.email).where(or_(*conditions))
    ).all()
    rows = [row for row in rows if row.id not in hidden]
    found: dict[str, list[ReferencedPerson]] = {}
    for row, person in zip(rows, _with_periods(conn, rows), strict=True):
        for key in {row.employee_number, row.external_id, row.email and row.email.lower()} - {None}:
            found.setdefault(key, []).append(person)
    return found


def mail_holders(conn: Connection, mails: Iterable[str], hidden: Collection[int] = ()) -> dict[str, list[MailHolder]]:
    """Who has these mail addresses, which are in lower case."""
    table = _EMPLOYEE.c
    found: dict[str, list[MailHolder]] = {}
    for row in conn.execute(
        select(table.id, table.employee_number, table.external_id, table.name, table.email)
        .where(func.lower(table.email).in_(text_list(list(mails))))
        .order_by(table.id)
    ):
        if row.id not in hidden:
            found.setdefault(row.email.lower(), []).append(MailHolder(*row[:4]))
    return found


def _with_periods(conn: Connection, rows: Sequence[Any]) -> list[ReferencedPerson]:
    periods: dict[int, list[Period]] = {row.id: [] for row in rows}
    for row in conn.execute(_of(_EMPLOYMENT, list(periods))):
        periods[row.employee_id].append(Period(row.valid_from, row.valid_to))
    return [ReferencedPerson(row.id, row.employee_number, row.external_id, row.email, periods[row.id]) for row in rows]


def find_named(
    conn: Connection, keys: Collection[str], hidden: Collection[int] = ()
) -> dict[str, list[ReferencedPerson]]:
    """Everybody who is called so, by key of the name (`references.name_keys`). Looks at all names once."""
    table = _EMPLOYEE.c
    columns = (table.id, table.employee_number, table.external_id, table.email)
    named: dict[str, list[Any]] = {}
    for row in conn.execute(select(*columns, table.name, table.given_name, table.family_name)):
        for key in name_keys(row.name, f"{row.given_name} {row.family_name}"):
            if key in keys and row.id not in hidden:
                named.setdefault(key, []).append(row)
    rows = list({row.id: row for found in named.values() for row in found}.values())
    people = {person.id: person for person in _with_periods(conn, rows)}
    return {key: [people[row.id] for row in found] for key, found in named.items()}


def employed(conn: Connection, by: Identity, keys: Sequence[str], hidden: Collection[int] = ()) -> dict[str, Period]:
    """Those of the keys that belong to somebody with an employment: first start to last end."""
    column: Any = func.lower(_EMPLOYEE.c.email) if by == "email" else _EMPLOYEE.c[by]
    rows = conn.execute(
        select(column, func.min(_EMPLOYMENT.c.valid_from), func.max(_EMPLOYMENT.c.valid_to))
        .join(_EMPLOYMENT, _EMPLOYMENT.c.employee_id == _EMPLOYEE.c.id)
        .where(is_current(_EMPLOYMENT), column.in_(text_list(keys)), _EMPLOYEE.c.id.not_in(id_list(list(hidden))))
        .group_by(column)
    )
    return {key: Period(start, end) for key, start, end in rows}


class Employed(NamedTuple):
    """Somebody who is employed on a day, with what rows may call them."""

    id: int
    number: str
    name: str
    external_id: str | None
    email: str | None
    whole_name: str
    """Given and family name, where `name` has a preferred one."""

    def called(self, by: Identity) -> str | None:
        """What tells them apart in a column."""
        return {"employee_number": self.number, "external_id": self.external_id, "email": self.email}[by]


def employed_on(conn: Connection, day: date, hidden: Collection[int] = ()) -> list[Employed]:
    """Everyone employed on a day, in order of their ids."""
    table = _EMPLOYEE.c
    rows = conn.execute(
        select(
            table.id, table.employee_number, table.name, table.external_id, table.email, table.given_name,
            table.family_name,
        )
        .join(_EMPLOYMENT, _EMPLOYMENT.c.employee_id == table.id)
        .where(is_current(_EMPLOYMENT), _EMPLOYMENT.c.valid_from <= day, _EMPLOYMENT.c.valid_to > day)
        .order_by(table.id)
    )  # fmt: skip
    return [Employed(*row[:5], " ".join(filter(None, row[5:]))) for row in rows if row.id not in hidden]


def departments_of(conn: Connection, people: Iterable[int], day: date) -> set[int]:
    """The departments in which people have an assignment on a day."""
    table = _ASSIGNMENT.c
    rows = conn.execute(
        select(table.department_id)
        .where(is_current(_ASSIGNMENT), table.employee_id.in_(id_list(list(people))))
        .where(table.valid_from <= day, table.valid_to > day)
    )
    return set(rows.scalars())


def names_of(conn: Connection, ids: Iterable[int], numbers: Iterable[str] = ()) -> list[tuple[int, str, str]]:
    """Id, employee number and name of people given by id or by employee number."""
    table = _EMPLOYEE.c
    chosen = or_(table.id.in_(id_list(list(ids))), table.employee_number.in_(text_list(list(numbers))))
    rows = conn.execute(select(table.id, table.employee_number, table.name).where(chosen))
    return [(row[0], row[1], row[2]) for row in rows]


def anyone(conn: Connection) -> bool:
    """Whether the directory holds any employee at all."""
    return conn.execute(select(_EMPLOYEE.c.id).limit(1)).first() is not None


def numbers_like(conn: Connection, before: str, after: str) -> int:
    """The highest number that stands between two texts in the employee numbers; 0 if there is none."""
    column = _EMPLOYEE.c.employee_number
    highest = 0
    for (text,) in conn.execute(select(column).where(column.startswith(before, autoescape=True))):
        middle = text[len(before) : len(text) - len(after)]
        if text.endswith(after) and middle.isascii() and middle.isdigit():
            highest = max(highest, int(middle))
    return highest


class RecordedVersion(NamedTuple):
    """A department between two days."""

    valid_from: date
    valid_to: date
    name: str
    parent: int | None


class RecordedDepartment(NamedTuple):
    """A department or location as recorded. `values` are its fields; `versions` those of a department through time."""

    id: int
    code: str
    values: dict[str, Any]
    versions: list[RecordedVersion]


def departments(conn: Connection) -> list[RecordedDepartment]:
    """Every department with its versions in order of time. One whose creation was undone has none."""
    table: FromClause = Department.__table__
    version: Any = DepartmentVersion.__table__
    found = {
        row.id: RecordedDepartment(row.id, row.code, {"about": row.about, "email": row.email}, [])
        for row in conn.execute(select(table).order_by(table.c.id))
    }
    for row in conn.execute(select(version).where(is_current(version)).order_by(version.c.valid_from)):
        version_row = RecordedVersion(row.valid_from, row.valid_to, row.name, row.parent_id)
        found[row.department_id].versions.append(version_row)
    return list(found.values())


def locations(conn: Connection) -> list[RecordedDepartment]:
    """Every location."""
    table: FromClause = Location.__table__
    fields = ("name", "address", "city", "country", "time_zone", "closed")
    return [
        RecordedDepartment(row.id, row.code, {name: getattr(row, name) for name in fields}, [])
        for row in conn.execute(select(table).order_by(table.c.id))
    ]
