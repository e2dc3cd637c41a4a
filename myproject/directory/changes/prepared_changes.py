"""A change set that was planned on a working copy, and how it gets into the directory.

Ids that the copy gave out are those that the directory would have given out next. Where others have written meanwhile,
they move on by as many as the others took.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from myproject.db.bulk import insert_rows, kept
from myproject.db.ids import id_list
from myproject.directory.search import index
from myproject.models.change_set import ChangeItem
from myproject.models.department import Department
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .planning.draft import SERIES
from .planning.loading import COUNTER
from .planning.writing import TABLES, Written

_EMPLOYEE = Employee.__table__
_SKILL_OF = EmployeeSkill.__table__
_DEPARTMENT = Department.__table__
_LOCATION = Location.__table__
_ITEM = ChangeItem.__table__
_AT_ONCE = 5_000

_SERIES_OF = {
    "employee_id": "employees",
    "manager_id": "employees",
    "department_id": "departments",
    "parent_id": "departments",
    "location_id": "locations",
    "job_title_id": "job_titles",
    "skill_id": "skills",
    "assignment_id": "assignments",
}
"""Column -> the series of the counter that its values come from."""
# Table, the series of its own ids, and the column of the other spelling that no two rows share.
_VOCABULARIES: tuple[tuple[Any, str, str], ...] = (
    (JobTitle.__table__, "job_titles", "name"),
    (Skill.__table__, "skills", "sort_name"),
)
_THINGS: tuple[tuple[Any, str], ...] = (
    (_LOCATION, "locations"),
    (_DEPARTMENT, "departments"),
    (_EMPLOYEE, "employees"),
)

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class PreparedChanges:
    """What a plan on a working copy comes to. The rows themselves are in the copy: it must stay open."""

    conn: Connection
    base: Mapping[str, int]
    """The counter row that the copy began with."""
    used: Mapping[str, int]
    """The last id that was given out on the copy, by series."""
    tally: Counter[str]
    """How many items there are of each verb."""
    written: Written
    cards: Mapping[int, dict[str, Any]]
    """Employee -> the columns of the card that change."""
    departments: Mapping[int, dict[str, Any]]
    locations: Mapping[int, dict[str, Any]]
    reskilled: Iterable[int]
    """Employees whose skills change."""

    @property
    def revision(self) -> int:
        """Its number on the copy."""
        return self.base["revision"] + 1

    def is_old(self, id_: int, series: str) -> bool:
        """Whether an id was there before the copy was made."""
        return id_ <= self.base[series]


class _Numbers:
    """Turns ids of the copy into ids of the directory."""

    def __init__(self, conn: Connection, prepared: PreparedChanges, counter: Mapping[str, int]) -> None:
        self._prepared = prepared
        self._shift = {name: counter[name] - prepared.base[name] for name in SERIES}
        self.known = {series: self._same(conn, table, series, key) for table, series, key in _VOCABULARIES}
        """Job titles and skills that are new here, and that others have added meanwhile: id -> theirs."""

    def _same(self, conn: Connection, table: Table, series: str, key: str) -> dict[int, int]:
        if not self._shift[series]:
            return {}
        query = select(table.c[key], table.c.id).where(table.c.id > self._prepared.base[series])
        theirs: dict[str, int] = dict(conn.execute(query).all())
        return {id_: theirs[text] for text, id_ in self._prepared.conn.execute(query) if text in theirs}

    def of(self, series: str) -> Convert | None:
        """What turns the ids of a series; None where they stay."""
        shift, last, known = self._shift[series], self._prepared.base[series], self.known.get(series, {})
        if not shift:
            return None
        return lambda id_: id_ if id_ is None or id_ <= last else known.get(id_) or id_ + shift

    def all(self, series: str, ids: Iterable[int]) -> set[int]:
        convert = self.of(series)
        return set(ids if convert is None else map(convert, ids))

    def rows(self, table: Table, where: Any, own: str | None, revision: int) -> Iterator[tuple[Any, ...]]:
        """Rows of the copy as they go into the directory. own: the series of their column `id`, if they have one."""
        query = select(*kept(table)).where(where).order_by(*table.primary_key.columns)
        converts: dict[str, Convert | None] = {name: self.of(series) for name, series in _SERIES_OF.items()}
        if revision != self._prepared.revision:
            converts |= dict.fromkeys(("recorded_in", "revision"), lambda _: revision)
        if own is not None:
            converts["id"] = self.of(own)
        if table is _ITEM:
            converts["details"] = self._details
        found = [(place, converts.get(name)) for place, name in enumerate(table.c.keys())]
        chosen = [(place, convert) for place, convert in found if convert is not None]
        for rows in self._prepared.conn.execute(query).partitions(_AT_ONCE):
            if not chosen:
                yield from rows
                continue
            for row in rows:
                values = list(row)
                for place, convert in chosen:
                    values[place] = convert(values[place])
                yield tuple(values)

    def _details(self, text: str | None) -> str | None:
        """What an item keeps: skills are told by their ids."""
        convert = self.of("skills")
        if convert is None or text is None or '"skills"' not in text:
            return text
        details = json.loads(text)
        changes = details["changes"]
        if "skills" in changes:
            changes["skills"] = [sorted(map(convert, ids)) for ids in changes["skills"]]
        return json.dumps(details)


def write(
    conn: Connection, prepared: PreparedChanges, revision: int, counter: Mapping[str, int]
) -> tuple[Written, dict[str, int]]:
    """Write it under the revision that the caller has taken. What changed, and the new counts of the counter row.

    counter: the counter row, which nobody else changes before this transaction ends.
    """
    numbers = _Numbers(conn, prepared, counter)

    def insert(table: Table, where: Any, own: str | None = None) -> None:
        insert_rows(conn, table, table.c.keys(), numbers.rows(table, where, own, revision), as_kept=True)

    for table, series, _ in _VOCABULARIES:
        known = numbers.known[series]
        insert(table, (table.c.id > prepared.base[series]) & table.c.id.not_in(id_list(known)), series)
    for table, series in _THINGS:
        insert(table, table.c.id > prepared.base[series], series)
    _edit(conn, prepared)
    reskilled = [id_ for id_ in prepared.reskilled if prepared.is_old(id_, "employees")]
    if reskilled:
        conn.execute(delete(_SKILL_OF).where(_SKILL_OF.c.employee_id.in_(id_list(reskilled))))
    new = _SKILL_OF.c.employee_id > prepared.base["employees"]
    insert(_SKILL_OF, new | _SKILL_OF.c.employee_id.in_(id_list(reskilled)))
    for dated in TABLES.values():
        of_dated: Any = dated
        closed = select(of_dated.c.id).where(of_dated.c.superseded_in == prepared.revision)
        ids = prepared.conn.execute(closed).scalars().all()
        if ids:
            conn.execute(update(of_dated).where(of_dated.c.id.in_(id_list(ids))).values(superseded_in=revision))
        insert(of_dated, of_dated.c.recorded_in == prepared.revision, "rows")
    insert(_ITEM, _ITEM.c.revision == prepared.revision)
    for indexed in index.OF_EMPLOYEES:
        insert(indexed, indexed.c.employee_id > prepared.base["employees"])
    counts = {name: counter[name] + prepared.used[name] - prepared.base[name] for name in SERIES}
    conn.execute(update(COUNTER).values(counts))
    index.learn(conn, index.words_of(prepared.conn))
    return _written(prepared, numbers), counts


def _edit(conn: Connection, prepared: PreparedChanges) -> None:
    """Write the undated values of what was there before: those that change the same together."""
    for table, series, edits in (
        (_EMPLOYEE, "employees", prepared.cards),
        (_DEPARTMENT, "departments", prepared.departments),
        (_LOCATION, "locations", prepared.locations),
    ):
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for id_, values in edits.items():
            values = {name: value for name, value in values.items() if name in table.c}
            if values and prepared.is_old(id_, series):
                row = {f"new_{name}": value for name, value in values.items()} | {"of": id_}
                alike.setdefault(tuple(sorted(values)), []).append(row)
        for names, rows in alike.items():
            new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
            conn.execute(update(table).where(table.c.id == bindparam("of")).values(new), rows)


def _written(prepared: PreparedChanges, numbers: _Numbers) -> Written:
    done = prepared.written
    return Written(
        employees=numbers.all("employees", done.employees),
        new_names=numbers.all("employees", done.new_names),
        names=numbers.all("employees", done.names - done.new_names),
        new_departments=numbers.all("departments", done.new_departments),
        departments=numbers.all("departments", done.departments),
        locations=numbers.all("locations", done.locations),
        job_titles=numbers.all("job_titles", done.job_titles - numbers.known["job_titles"].keys()),
        skills=numbers.all("skills", done.skills - numbers.known["skills"].keys()),
    )
