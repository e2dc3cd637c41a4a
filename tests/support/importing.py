"""Imports in tests: run one, and read what the directory then says of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from myproject.db.engines import Engines
from myproject.directory.changes import change_sets
from myproject.directory.importing.findings import Findings
from myproject.directory.importing.mapping import Mapping, load_mapping
from myproject.directory.importing.options import NotApplied, Options, Result
from myproject.directory.importing.running import run_import
from myproject.directory.importing.source import ImportSource
from myproject.models.dated import is_current, valid_on
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle

TODAY = date(2026, 6, 15)
#: A sheet of four people, with managers that come later in it.
STAFF = """\
Employee number,First name,Last name,E-mail,Department,Job title,Location,Hire date,Reports to,FTE
0003,Åsa,Öberg,asa@example.com,Sales,Seller,Oslo,2021-02-01,bo@example.com,80%
0002,Bo,Lee,bo@example.com,Sales,Head of sales,Oslo,2020-01-01,0001,1
0001,Cy,Dee,cy@example.com,Board,Director,Bergen,2019-01-01,,1
0004,Bo,Lee,bo.lee@example.com,Sales,Seller,Oslo,2022-03-01,0002,
"""


@dataclass
class Outcome:
    """What an import said."""

    written: bool
    result: Result

    @property
    def told(self) -> list[tuple[str, int | None, str | None]]:
        """Every refusal: kind, row, column."""
        return [(f.kind, f.place.row, f.place.column) for f in self.result.findings.kept if f.level == "refused"]

    @property
    def noted(self) -> list[tuple[str, int | None]]:
        """Every note: kind, row."""
        return [(f.kind, f.place.row) for f in self.result.findings.kept if f.level == "noted"]

    @property
    def verbs(self) -> dict[str, int]:
        """Applied verbs."""
        return dict(self.result.verbs)


class Importer:
    """Imports into one database. A sheet may be given as text, several as a dict of texts by file name."""

    def __init__(self, engines: Engines, folder: Path) -> None:
        self.engines = engines
        self.folder = folder
        self._number = 0

    def __call__(
        self,
        source: str | dict[str, str] | Path,
        mapping: dict[str, Any] | Path | None = None,
        *,
        report: Path | None = None,
        today: date = TODAY,
        progress: Any = lambda _name, _total: lambda _steps: None,
        changes: Any = None,
        **options: Any,
    ) -> Outcome:
        path = self._path(source)
        described = load_mapping(mapping) if isinstance(mapping, Path) else mapping and Mapping.model_validate(mapping)
        opened, findings = ImportSource(path, described or None), Findings(report)
        effective = options.pop("effective", None) or opened.mapping.effective or today
        chosen = Options(today=today, effective=effective, author="tests", **options)
        try:
            return Outcome(True, run_import(self.engines, opened, chosen, findings, progress=progress, changes=changes))
        except NotApplied as stopped:
            return Outcome(False, stopped.result)
        finally:
            findings.close()
            opened.close()

    def _path(self, source: str | dict[str, str] | Path) -> Path:
        if isinstance(source, Path):
            return source
        self._number += 1
        folder = self.folder / str(self._number)
        folder.mkdir()
        if isinstance(source, str):
            source = {"staff.csv": source}
        for name, text in source.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder / "staff.csv" if len(source) == 1 else folder

    def undo(self, revision: int, today: date = TODAY) -> None:
        """Take a change set back."""
        with self.engines.begin() as conn:
            change_sets.undo(conn, revision, today=today, author="tests")


class Fact(NamedTuple):
    """What is so of one person on a day, by their primary assignment."""

    name: str | None
    department: str | None
    title: str | None
    location: str | None
    manager: str | None
    is_head: bool
    fte: float


def facts(engines: Engines, day: date = TODAY) -> dict[str, Fact]:
    """Everyone employed on a day, by employee number. Read table by table: a join of all would wait for statistics."""
    person: Any = Employee.__table__
    employment: Any = Employment.__table__
    held: Any = Assignment.__table__
    line: Any = ReportingLine.__table__
    with engines.read.connect() as conn:

        def dated(table: Any, *more: Any) -> list[Any]:
            return list(conn.execute(sa.select(table).where(is_current(table), valid_on(table, day), *more)))

        def named(table: Any, column: Any) -> dict[int | None, str | None]:
            return {None: None, **{row[0]: row[1] for row in conn.execute(sa.select(table.c.id, column))}}

        numbers, names = named(person, person.c.employee_number), named(person, person.c.name)
        titles = named(JobTitle.__table__, JobTitle.__table__.c.name)
        departments = named(Department.__table__, Department.__table__.c.code)
        locations = named(Location.__table__, Location.__table__.c.code)
        here = [row.employee_id for row in dated(employment)]
        primary = {row.employee_id: row for row in dated(held, held.c.is_primary)}
        managers = {row.assignment_id: row.manager_id for row in dated(line, line.c.kind == "solid")}
    assert len(here) == len(set(here)), "somebody is there twice"
    found = {}
    for employee in here:
        row = primary[employee]
        manager = numbers[managers.get(row.assignment_id)]
        place = departments[row.department_id], titles[row.job_title_id], locations[row.location_id]
        found[str(numbers[employee])] = Fact(names[employee], *place, manager, row.is_head, row.fte)
    return found


def cards(engines: Engines) -> dict[str, Any]:
    """The employee rows by number."""
    with engines.read.connect() as conn:
        return {row.employee_number: row for row in conn.execute(sa.select(Employee.__table__))}


def tree(engines: Engines, day: date = TODAY) -> dict[str, tuple[str, str | None]]:
    """The departments of a day: code -> name, code of the parent."""
    department: Any = Department.__table__
    version: Any = DepartmentVersion.__table__
    above = department.alias()
    with engines.read.connect() as conn:
        rows = conn.execute(
            sa.select(department.c.code, version.c.name, above.c.code)
            .join(version, version.c.department_id == department.c.id)
            .outerjoin(above, above.c.id == version.c.parent_id)
            .where(is_current(version), valid_on(version, day))
        ).all()
    return {code: (name, parent) for code, name, parent in rows}


def employments(engines: Engines, number: str) -> list[tuple[date, date]]:
    """The periods of employment of somebody."""
    person: Any = Employee.__table__
    employment: Any = Employment.__table__
    with engines.read.connect() as conn:
        rows = conn.execute(
            sa.select(employment.c.valid_from, employment.c.valid_to)
            .join(person, person.c.id == employment.c.employee_id)
            .where(is_current(employment), person.c.employee_number == number)
            .order_by(employment.c.valid_from)
        )
        return [(row[0], row[1]) for row in rows]
