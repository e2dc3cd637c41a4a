"""Loads into a draft all that a list of verbs names: a fixed number of queries, however many verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, FromClause, cast, literal, null, select, union, union_all

from myproject.db.ids import id_list, text_list
from myproject.db.prepared import Prepared
from myproject.directory.schema.text import fold
from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeAudience,
    Correct,
    CreateDepartment,
    EditCard,
    EditDepartment,
    Join,
    Leave,
    Move,
    Rehire,
    Verb,
)
from myproject.directory.visibility.hidden_people import NOBODY, Hidden
from myproject.models.counter import Counter
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .draft import SERIES, Career, Draft
from .place_drafts import LOCATION_FIELDS, DepartmentDraft, DepartmentsById, LocationDraft, Places
from .rows import AssignmentRow, EmploymentRow, LineRow, VersionRow

EMPLOYEE = Employee.__table__.c
COUNTER = Counter.__table__
_DEPARTMENT = Department.__table__.c
_VERSION = DepartmentVersion.__table__
_LOCATION = Location.__table__.c
_SKILL_OF = EmployeeSkill.__table__.c

_BY_ID = select(EMPLOYEE.id, EMPLOYEE.employee_number, EMPLOYEE.name).where(EMPLOYEE.id.in_(id_list("ids")))
_BY_NUMBER = select(EMPLOYEE.id, EMPLOYEE.employee_number, EMPLOYEE.name).where(
    EMPLOYEE.employee_number.in_(text_list("numbers"))
)
_BY_EITHER = Prepared(union_all(_BY_ID, _BY_NUMBER))
_ONLY_BY_ID, _ONLY_BY_NUMBER = Prepared(_BY_ID), Prepared(_BY_NUMBER)
FEW = 20
"""Up to so many verbs about people, only the departments and locations that they name are loaded, not all."""


def _dated(table: FromClause, row: Any, *where: Any) -> Any:
    columns = [table.c[name] for name in row._fields]
    return select(table.c.id, table.c.recorded_in, *columns).where(is_current(table), *where)


def _careers() -> Any:
    """Everything dated about some employees in one query: which of `_KINDS` a row is, and null for what it has not."""
    names = dict.fromkeys(name for _, _, row in _KINDS for name in row._fields)
    types = {name: table.c[name].type for _, table, row in _KINDS for name in row._fields}
    return union_all(
        *(
            select(
                literal(which).label("which"),
                table.c.id,
                table.c.recorded_in,
                *(table.c[name] if name in row._fields else cast(null(), types[name]).label(name) for name in names),
            ).where(is_current(table), table.c.employee_id.in_(id_list("ids")))
            for which, (_, table, row) in enumerate(_KINDS)
        )
    )


_KINDS: tuple[tuple[str, Any, Any], ...] = (
    ("employment", Employment.__table__, EmploymentRow),
    ("assignments", Assignment.__table__, AssignmentRow),
    ("lines", ReportingLine.__table__, LineRow),
)
_CAREERS = Prepared(_careers())
_PICK = [itemgetter(*map(_CAREERS.columns.index, row._fields)) for _, _, row in _KINDS]
_DEPARTMENTS = select(_DEPARTMENT.id, _DEPARTMENT.code)
_UNDATED = select(_DEPARTMENT.id, _DEPARTMENT.about, _DEPARTMENT.email).where(_DEPARTMENT.id.in_(id_list("ids")))
_THESE_DEPARTMENTS = _DEPARTMENTS.where(_DEPARTMENT.id.in_(id_list("ids")))
_VERSIONS = _dated(_VERSION, VersionRow)
_THESE_VERSIONS = _dated(_VERSION, VersionRow, _VERSION.c.department_id.in_(id_list("ids")))
_NAMED = union(
    select(_DEPARTMENT.id).where(_DEPARTMENT.id.in_(id_list("ids"))),
    select(_DEPARTMENT.id).where(_DEPARTMENT.code.in_(text_list("codes"))),
).subquery()
_NAMED_DEPARTMENTS = Prepared(
    select(_DEPARTMENT.id, _DEPARTMENT.code, *_VERSIONS.selected_columns)
    .select_from(_NAMED)
    .join(Department.__table__, _DEPARTMENT.id == _NAMED.c.id)
    .outerjoin(_VERSION, (_VERSION.c.department_id == _DEPARTMENT.id) & is_current(_VERSION))
)
_TITLE = JobTitle.__table__.c
_TITLES = Prepared(select(_TITLE.name, _TITLE.id).where(_TITLE.name.in_(text_list("names"))))
_LOCATIONS = select(*(_LOCATION[name] for name in ("id", "code", "closed", "sort_name", *LOCATION_FIELDS)))
_NAMED_LOCATIONS = Prepared(
    union(_LOCATIONS.where(_LOCATION.id.in_(id_list("ids"))), _LOCATIONS.where(_LOCATION.code.in_(text_list("codes"))))
)
_INCOMING = select(ReportingLine.__table__.c.manager_id, ReportingLine.__table__.c.employee_id).where(
    is_current(ReportingLine.__table__), ReportingLine.__table__.c.manager_id.in_(id_list("ids"))
)


def load(
    conn: Connection,
    verbs: Sequence[Verb],
    *,
    today: date,
    revision: int | None = None,
    places: Places | None = None,
    counter: Mapping[str, int] | None = None,
    hidden_people: Hidden = NOBODY,
    unique_mail: bool = False,
) -> Draft:
    """A draft with all that the verbs name: people, the managers they name, reports of leavers, departments.

    `revision` is the number that the change set has been given; None, for a dry run, takes the next.
    `places` are those of the plans before in the same change set. `counter` is the counter row, where it is known.
    `hidden_people` can't be named by the verbs; with `unique_mail` they give nobody an address that is somebody's.
    """
    if counter is None:
        counter = dict(conn.execute(select(COUNTER)).mappings().one())
    draft = Draft(
        today=today,
        revision=counter["revision"] + 1 if revision is None else revision,
        counter={name: counter[name] for name in SERIES},
        writes=revision is not None,
        places=Places() if places is None else places,
        hidden_people=hidden_people,
        unique_mail=unique_mail,
    )
    ids, numbers = _employees_named(verbs)
    if not draft.places.loaded and 0 < len(verbs) <= FEW and all(verb.subject == "employee" for verb in verbs):
        _load_named_places(conn, draft.places, verbs)
    else:
        load_places(conn, draft.places)
    load_careers(conn, draft, ids, numbers)
    _load_reports(conn, draft, verbs)
    _load_vocabulary(conn, draft, verbs)
    _load_cards(conn, draft, verbs)
    _load_undated(conn, draft, verbs)
    return draft


def _employees_named(verbs: Iterable[Verb]) -> tuple[set[int], set[str]]:
    ids: set[int] = set()
    numbers: set[str] = set()

    def name(ref: int | str | None) -> None:
        if isinstance(ref, str):
            numbers.add(ref)
        elif ref is not None:
            ids.add(ref)

    for verb in verbs:
        name(getattr(verb, "employee", None))
        name(getattr(verb, "employee_number", None))
        name(getattr(verb, "manager", None))
        if isinstance(verb, Leave):
            name(verb.hand_over_to)
        elif isinstance(verb, Correct):
            name(verb.changes.manager)
    return ids, numbers


def load_careers(conn: Connection, draft: Draft, ids: Iterable[int], numbers: Iterable[str] = ()) -> None:
    """Load these employees, with everything dated about them, unless the draft has them already."""
    wanted = set(ids) - draft.careers.keys()
    unknown = [number for number in numbers if number not in draft.by_number]
    found: Sequence[Any] = ()
    if wanted and unknown:
        found = _BY_EITHER.rows(conn, {"ids": wanted, "numbers": unknown})
    elif wanted:
        found = _ONLY_BY_ID.rows(conn, {"ids": wanted})
    elif unknown:
        found = _ONLY_BY_NUMBER.rows(conn, {"numbers": unknown})
    fresh = {}
    for id_, number, name in found:
        if id_ not in draft.careers:
            fresh[id_] = draft.careers[id_] = Career(id_, number, name, hidden=id_ in draft.hidden_people)
            draft.by_number[number] = id_
    if not fresh:
        return
    for values in _CAREERS.rows(conn, {"ids": fresh}):
        name, _, row_type = _KINDS[values.which]
        row = row_type._make(_PICK[values.which](values))
        career = fresh[row.employee_id]
        career.stored[row] = (values.id, values.recorded_in)
        getattr(career, name).append(row)


def _load_reports(conn: Connection, draft: Draft, verbs: Iterable[Verb]) -> None:
    """Whoever has a line to somebody whose employment may get shorter; and the managers they would pass to."""
    leaving = set()
    for verb in verbs:
        if isinstance(verb, Leave) or (isinstance(verb, Correct) and verb.fact == "employment"):
            ref = verb.employee
            id_ = draft.by_number.get(ref) if isinstance(ref, str) else ref
            if id_ in draft.careers:
                leaving.add(id_)
    load_incoming(conn, draft, leaving)
    load_careers(conn, draft, {line.manager_id for id_ in leaving for line in draft.careers[id_].lines})


def load_incoming(conn: Connection, draft: Draft, managers: Iterable[int]) -> None:
    """Load everyone with a line to these managers."""
    wanted = [id_ for id_ in managers if id_ not in draft.incoming]
    if not wanted:
        return
    for id_ in wanted:
        draft.incoming[id_] = set()
    for manager, employee in conn.execute(_INCOMING, {"ids": wanted}):
        draft.incoming[manager].add(employee)
    load_careers(conn, draft, {employee for id_ in wanted for employee in draft.incoming[id_]})


def load_places(conn: Connection, places: Places) -> None:
    """All departments and locations: there are few, and nearly every verb must know that its department exists.

    Of those loaded before, the departments that an earlier plan may have changed.
    """
    if not places.loaded:
        places.departments = DepartmentsById()
        places.by_code.clear()
        _load_departments(conn, places, _DEPARTMENTS, _VERSIONS, {})
    elif places.doubtful:
        for id_ in places.doubtful:
            del places.by_code[places.departments.pop(id_).code]
        _load_departments(conn, places, _THESE_DEPARTMENTS, _THESE_VERSIONS, {"ids": list(places.doubtful)})
    places.doubtful.clear()
    places.loaded = True
    places.locations.clear()
    places.by_location_code.clear()
    _keep_locations(places, conn.execute(_LOCATIONS))


def _load_named_places(conn: Connection, places: Places, verbs: Iterable[Verb]) -> None:
    """The departments and locations that these verbs name; two queries at most.

    Nothing that is planned about people asks for a department by its name or for what is below it. What is asked for
    by id besides, of rows that are stored, is fetched then.
    """
    departments: set[int | str] = set()
    locations: set[int | str] = set()
    for verb in verbs:
        said: Any = verb.changes if isinstance(verb, Correct) else verb
        departments.add(getattr(said, "department", None) or 0)
        locations.add(getattr(said, "location", None) or 0)

    def fetch(wanted: Iterable[int | str]) -> None:
        found: dict[int, DepartmentDraft] = {}
        for id_, code, row_id, recorded_in, *facts in _NAMED_DEPARTMENTS.rows(conn, _refs(wanted)):
            department = found.setdefault(id_, DepartmentDraft(id_, code))
            if row_id is not None:
                row = VersionRow._make(facts)
                department.stored[row] = (row_id, recorded_in)
                department.versions.append(row)
        for department in found.values():
            department.versions.sort()
            places.departments[department.id] = department
            places.by_code[department.code] = department.id

    places.departments.fetch = lambda id_: fetch((id_,))
    departments -= {0, *places.departments, *places.by_code}
    if departments:
        fetch(departments)
    places.locations.clear()
    places.by_location_code.clear()
    locations.discard(0)
    if locations:
        _keep_locations(places, _NAMED_LOCATIONS.rows(conn, _refs(locations)))


def _refs(wanted: Iterable[int | str]) -> dict[str, list[Any]]:
    found = list(wanted)
    return {
        "ids": [ref for ref in found if not isinstance(ref, str)],
        "codes": [ref for ref in found if isinstance(ref, str)],
    }


def _keep_locations(places: Places, rows: Iterable[Any]) -> None:
    for row in rows:
        values = row._asdict()
        id_, code = values.pop("id"), values.pop("code")
        places.locations[id_] = LocationDraft(id_, code, row.name, row.closed, values)
        places.by_location_code[code] = id_


def _load_departments(
    conn: Connection, places: Places, departments: Any, versions: Any, values: dict[str, list[int]]
) -> None:
    found = [DepartmentDraft(id_, code) for id_, code in conn.execute(departments, values)]
    for department in found:
        places.departments[department.id] = department
        places.by_code[department.code] = department.id
    for id_, recorded_in, *facts in conn.execute(versions, values):
        row = VersionRow._make(facts)
        department = places.departments[row.department_id]
        department.stored[row] = (id_, recorded_in)
        department.versions.append(row)
    for department in found:
        department.versions.sort()
        places.note(department)


def _load_vocabulary(conn: Connection, draft: Draft, verbs: Iterable[Verb]) -> None:
    titles: set[str] = set()
    skills: set[str] = set()
    for verb in verbs:
        if isinstance(verb, Join | Rehire | Move | AddAssignment):
            if verb.job_title is not None:
                titles.add(verb.job_title)
        elif isinstance(verb, Correct) and verb.changes.job_title is not None:
            titles.add(verb.changes.job_title)
        card = verb.card if isinstance(verb, Join) else verb.changes if isinstance(verb, EditCard) else None
        if card is not None and card.skills:
            skills.update(map(fold, card.skills))
    if titles:
        draft.job_titles.update(_TITLES.rows(conn, {"names": titles}))
    if skills:
        columns = Skill.__table__.c
        rows = conn.execute(select(columns.sort_name, columns.id).where(columns.sort_name.in_(text_list(skills))))
        draft.skills.update(rows.all())


def _load_cards(conn: Connection, draft: Draft, verbs: Iterable[Verb]) -> None:
    """The stored cards of those that are edited, and who has the external identifiers that verbs give."""
    edited: set[int] = set()
    external: set[str] = set()
    for verb in verbs:
        if isinstance(verb, Join):
            known = draft.by_number.get(verb.employee_number)
            if known is not None:
                edited.add(known)
            if verb.card.external_id:
                external.add(verb.card.external_id)
        elif isinstance(verb, EditCard | ChangeAudience):
            id_ = draft.by_number.get(verb.employee) if isinstance(verb.employee, str) else verb.employee
            if id_ is not None:
                edited.add(id_)
            if isinstance(verb, EditCard) and verb.changes.external_id:
                external.add(verb.changes.external_id)
    load_cards(conn, draft, edited)
    if external:
        rows = conn.execute(
            select(EMPLOYEE.external_id, EMPLOYEE.id).where(EMPLOYEE.external_id.in_(text_list(external)))
        )
        draft.external_ids.update(rows.all())


def _load_undated(conn: Connection, draft: Draft, verbs: Iterable[Verb]) -> None:
    """The stored undated values of the departments that are edited, or made again."""
    named: set[int | str] = set()
    for verb in verbs:
        if isinstance(verb, EditDepartment):
            named.add(verb.department)
        elif isinstance(verb, CreateDepartment):
            named.add(verb.code)
    found = (draft.places.by_code.get(ref) if isinstance(ref, str) else ref for ref in named)
    ids = [id_ for id_ in found if id_ in draft.departments]
    if ids:
        for id_, about, email in conn.execute(_UNDATED, {"ids": ids}):
            draft.departments[id_].stored_values = {"about": about, "email": email}


def load_cards(conn: Connection, draft: Draft, ids: Iterable[int]) -> None:
    """The stored cards and skills of these employees."""
    wanted = [id_ for id_ in ids if id_ not in draft.cards]
    if not wanted:
        return
    for row in conn.execute(select(Employee.__table__).where(EMPLOYEE.id.in_(id_list(wanted)))).mappings():
        draft.cards[row["id"]] = dict(row)
        draft.skills_of[row["id"]] = []
    skill = Skill.__table__.c
    for employee, id_, sort_name in conn.execute(
        select(_SKILL_OF.employee_id, skill.id, skill.sort_name)
        .join_from(EmployeeSkill.__table__, Skill.__table__)
        .where(_SKILL_OF.employee_id.in_(id_list(wanted)))
        .order_by(_SKILL_OF.employee_id, skill.sort_name)
    ):
        draft.skills_of[employee].append(id_)
        draft.skills[sort_name] = id_
