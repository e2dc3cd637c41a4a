"""Who is in the directory and not in the files: told, or let go within bounds that a torn file can't cross."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection

from myproject.directory.schema.text import fold
from myproject.directory.schema.verbs import CloseDepartment, Leave

from . import current
from .current import Employed
from .departments import ImportedDepartments
from .emitting import Emitter
from .findings import FilePlace, Findings
from .people import People
from .writing import Tally

if TYPE_CHECKING:
    from .options import Options, Result

Leavers = Literal["report", "end", "keep"]
TOO_MANY = "too many leavers"
"""The finding that stops an import by which more would leave than may at once."""
LISTED = 200
"""How many gone people are kept by name."""


class Absentees:
    """The people and departments that the directory holds on the effective day and no row is about."""

    def __init__(self, conn: Connection, people: People, departments: ImportedDepartments, options: Options) -> None:
        self.conn = conn
        self.people = people
        self.departments = departments
        self.options = options
        self.findings: Findings = people.findings
        self._refused: set[str] = set()
        """What tells those apart whose row was refused."""

    def handle(self, tally: Tally, emitter: Emitter, result: Result) -> None:
        """Tell them, or let them go; after everybody else has been written."""
        self._refused = {person.identity for person in self.people.all if person.id is None}
        hidden = self.people.importer.hidden
        here = current.employed_on(self.conn, self.options.effective, hidden)
        named = tally.known | {person.id for person in self.people.all if person.id is not None}
        new = named - tally.known
        gone = [person for person in here if person.id not in named and not self._mentioned(person)]
        result.gone_count = len(gone)
        result.gone = [f"{person.name} ({person.number})" for person in gone[:LISTED]]
        ending = self.options.leavers == "end"
        if ending:
            self._check_number(len(gone), sum(person.id not in new for person in here), result)
        for person in gone:
            label = f"{person.name} ({person.number})"
            place = FilePlace("directory", None, None, label)
            if ending:
                leave = Leave(employee=person.id, last_day=self._eve)
                emitter.add(leave, lambda _, place=place: place, None, label)  # type: ignore[misc]
            else:
                self.findings.note(
                    "not in the files", place, "Works here according to the directory, and no row is about them."
                )
        emitter.flush()
        if self.people.mapping.departments is not None:
            staying = ({person.id for person in here} - {person.id for person in gone}) | hidden
            self._departments(staying if ending else (), emitter, result, ending=ending)

    @property
    def _eve(self) -> date:
        return self.options.effective - timedelta(days=1)

    def _mentioned(self, person: Employed) -> bool:
        """Whether a row that was refused is about somebody, or any row names them. Who only may be meant is told."""
        if person.called(self.people.identity) in self._refused:
            return True
        names = {person.number, person.external_id, person.email, person.name, person.whole_name} - {None}
        if not any(fold(str(name)) in self.people.mentioned for name in names):
            return False
        self.findings.note(
            "named elsewhere", FilePlace("directory", None, None, f"{person.name} ({person.number})"),
            "No good row is about them, but another row names them: they stay as they are.",
        )  # fmt: skip
        return True

    def _check_number(self, leaving: int, before: int, result: Result) -> None:
        """Stop the import if more leave than may at once; what would become of them is told all the same."""
        options = self.options
        most = max(options.leavers_least, before * options.leavers_percent // 100)
        if leaving == options.leavers_count or (options.leavers_count is None and leaving <= most):
            return
        result.stopped = True
        place = FilePlace("directory", None, None, f"{leaving:,} of {before:,} people")
        if options.leavers_count is not None:
            reason = f"{leaving:,} people would leave, not {options.leavers_count:,}."
        else:
            reason = f"{leaving:,} of {before:,} people are in no row and would leave: more than {most:,}."
        remedy = f"Look at who they are. If all of them have left, give --leavers-count {leaving}."
        self.findings.refuse(TOO_MANY, place, reason, remedy)

    def _departments(self, staying: Iterable[int], emitter: Emitter, result: Result, *, ending: bool) -> None:
        occupied = current.departments_of(self.conn, staying, self.options.effective)
        for department in self.departments.gone(occupied):
            label = f"{self.departments.version(department).name} ({department.code})"
            result.gone_departments.append(label)
            place = FilePlace("directory", None, None, label)
            if ending:
                close = CloseDepartment(department=department.id, last_day=self._eve)
                emitter.add(close, lambda _, place=place: place, None, label)  # type: ignore[misc]
            else:
                self.findings.note(
                    "not in the files", place, "The department exists in the directory, and no row is about it."
                )
        emitter.flush()
