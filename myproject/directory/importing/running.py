"""A whole import: read, compare, write as one change set; or told what would be, and nothing written."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from myproject.db.engines import Engines
from myproject.directory.change_sets import ChangeSetWriter, wait_for_writers
from myproject.directory.meanwhile import Outdated, Touched, touched
from myproject.directory.verbs import CloseDepartment, Leave
from myproject.directory.working_copy import WorkingCopyWriter, working_copy

from . import current
from .careers import Period
from .current import Identity
from .departments import Departments
from .deriving import Derivation
from .describing import Change, Describer
from .emitting import Emitter, PlaceOf, checked
from .findings import Findings, ImportStopped, Place
from .lines import LineWriter
from .locations import Locations
from .people import Headed, People
from .reporting import Bosses
from .source import Source
from .stating import Statements
from .tables import Table, bind
from .values import Lookups, words
from .writing import PeopleWriter

log = logging.getLogger(__name__)

Leavers = Literal["report", "end", "keep"]
Progress = Callable[[str, int | None], Callable[[int], object]]
"""Called with the name of a phase and how many steps it has; gives what to call with the steps done."""
_TRIES = 3
"""How often an import is planned beside other writers, before they have to wait for it."""
_TOLD = 200
"""How many gone people and departments are kept by name."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an import is to be done.

    today: in the organisation's time zone. effective: the day from which differences are true.
    good_rows: whether the good rows go in where others are refused. dry_run: whether nothing is to be written.
    leavers: what becomes of people (and departments) of the directory that the files don't name.
    """

    today: date
    effective: date
    author: str
    good_rows: bool = False
    dry_run: bool = False
    leavers: Leavers = "report"
    reason: str = ""


@dataclass(slots=True)
class Result:
    """What an import did, or would do."""

    findings: Findings
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    samples: list[Change] = field(default_factory=list)
    """The first changes of each kind, in words."""
    revision: int | None = None
    """The change set; None if nothing was written."""
    gone: list[str] = field(default_factory=list)
    """Employed people whom the files don't name: the first of them."""
    gone_count: int = 0
    gone_departments: list[str] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)
    """Columns that were not read, by sheet."""
    guessed: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """Sheets whose encoding was guessed: sheet, encoding, words as they were read."""


class Changes(Protocol):
    """Where every change goes, in words."""

    def add(self, change: Change) -> object: ...

    def restart(self) -> None:
        """Forget them: the import is planned again."""


class NotApplied(Exception):
    """Nothing is to be written: a dry run, or rows were refused. `result` tells all."""

    def __init__(self, result: Result) -> None:
        super().__init__("nothing was written")
        self.result = result


def run_import(
    engines: Engines,
    source: Source,
    options: Options,
    findings: Findings,
    *,
    progress: Progress = lambda _name, _total: lambda _steps: None,
    changes: Changes | None = None,
) -> Result:
    """Import a source as one change set.

    It is planned on a copy of the directory, on which others go on writing, and written in a moment. Where they have
    changed what it leans on it is planned again; if need be while they wait.
    Raises ImportStopped if the files can't be read at all, and NotApplied after a dry run or, unless good rows are to
    go in, when any row was refused: then nothing was written.
    """

    def planned(copy: Connection) -> tuple[Result, WorkingCopyWriter]:
        return _planned(copy, source, options, findings, progress, changes)

    for _ in range(_TRIES):
        with contextlib.ExitStack() as stack:
            with engines.snapshot() as conn:
                copy = stack.enter_context(working_copy(conn))
            result, draft = planned(copy)
            if not draft.applied:
                return result
            touches = touched(copy, draft.prepared.base["revision"])
            try:
                with engines.begin() as conn:
                    return _written(conn, result, draft, touches, options)
            except (Outdated, IntegrityError) as error:
                # The first line: the next ones of a database's error tell values.
                reason = str(error).partition("\n")[0]
                log.info("the import is planned again, because others have changed meanwhile: %s", reason)
        findings.restart()
        if changes is not None:
            changes.restart()
    with engines.begin() as conn:
        wait_for_writers(conn)
        with working_copy(conn) as copy:
            result, draft = planned(copy)
            return _written(conn, result, draft, Touched(), options) if draft.applied else result


def _planned(
    copy: Connection,
    source: Source,
    options: Options,
    findings: Findings,
    progress: Progress,
    changes: Changes | None,
) -> tuple[Result, WorkingCopyWriter]:
    """The import on a copy of the directory. Raises as `run_import`."""
    work = _Import(copy, source, options, findings, progress)
    work.read()
    with WorkingCopyWriter(copy, **_details(options)) as draft:
        describer = Describer(work.people, work.departments, work.locations)
        emitter = Emitter(draft, findings, describer, changes.add if changes is not None else None)
        work.write(emitter)
        result = work.result
        result.verbs, result.samples = emitter.counts, emitter.samples
        if options.dry_run or (findings.refused and not options.good_rows):
            raise NotApplied(result)
    return result, draft


def _written(
    conn: Connection, result: Result, draft: WorkingCopyWriter, touches: Touched, options: Options
) -> Result:
    """Write what was planned into the directory. Raises Outdated."""
    with ChangeSetWriter(conn, **_details(options)) as writer:
        writer.write_prepared(draft.prepared, touches)
    result.revision = writer.revision
    return result


def _details(options: Options) -> dict[str, Any]:
    return {"today": options.today, "author": options.author, "source": "import", "reason": options.reason}


class _Import:
    def __init__(
        self, conn: Connection, source: Source, options: Options, findings: Findings, progress: Progress
    ) -> None:
        self.conn = conn
        self.source = source
        self.mapping = source.mapping
        self.options = options
        self.findings = findings
        self.progress = progress
        self.result = Result(findings)
        self.fresh = not current.anyone(conn)

    # Reading

    def read(self) -> None:
        """Bind the mapping to the sheets and read all but the cards."""
        mapping, source = self.mapping, self.source
        lookups = Lookups(source.sheet)
        bound = dict(self._bound(lookups))
        self.people = People(bound["employees"][0], mapping, self.findings)
        self.people.survey(self.progress(f"Reading {self.people.table.sheet.name}", None))
        for name, read in (
            ("assignments", self.people.read_assignments),
            ("employments", self.people.read_employments),
            ("heads", self.people.read_heads),
            ("reporting_lines", self.people.read_lines),
        ):
            for table, section in zip(bound[name], getattr(mapping, name), strict=True):
                read(table, section, self.progress(f"Reading {table.sheet.name}", None))
        create = mapping.rules.missing == "create"
        self.departments = Departments(self.conn, self.findings, self.options.effective, create)
        self.locations = Locations(self.conn, self.findings, create)
        if mapping.locations is not None:
            self.locations.read(bound["locations"][0])
        if mapping.departments is not None:
            self.departments.read(bound["departments"][0], mapping.departments.roots)
        self._heads_of_departments()
        self.result.rows = self.people.rows
        self.result.unread = source.unread()
        for sheet in source.opened():
            if sheet.encoding is not None and sheet.encoding.guessed is not None:
                self.result.guessed.append((sheet.name, sheet.encoding.name, sheet.encoding.guessed))

    def _bound(self, lookups: Lookups) -> Iterable[tuple[str, list[Table]]]:
        mapping, source = self.mapping, self.source
        wrong: list[ImportStopped] = []
        for name in ("locations", "departments", "employees", "assignments", "employments", "heads", "reporting_lines"):
            sections = getattr(mapping, name)
            if not isinstance(sections, list):
                sections = [sections]
            try:
                plain = ("name",) if name in ("locations", "departments") else ()
                yield name, bind(sections, source, lookups, plain)
            except ImportStopped as stopped:
                wrong.append(stopped)
                yield name, []
        if wrong:
            raise ImportStopped("\n".join(dict.fromkeys(stop.message for stop in wrong)), wrong[0].remedy)

    def _heads_of_departments(self) -> None:
        """Who heads a department, where the sheet of departments says so."""
        for code, reference, place in self.departments.heads:
            person, several = self.people.find(reference)
            if several:
                self.findings.refuse(
                    "ambiguous", place, f"{words(reference)} could be several people.", "Name one by number."
                )
            elif person is None or person.fate == "refused":
                self.findings.refuse(
                    "unknown head", place, f"No good row of {self.people.table.sheet.name} has {words(reference)}.",
                    "Correct the reference, or add the person.",
                )  # fmt: skip
            elif person.fate == "vacant":
                self.findings.note("vacant post", place, f"The post {words(reference)} is vacant.")
            else:
                self.people.departments.setdefault(code, place)
                person.more.heads.append(Headed(code, None, date.max, place))

    # Writing

    def write(self, emitter: Emitter) -> None:
        """Write places, people, lines, and the end of what is gone."""
        options = self.options
        self._places(emitter)
        bosses = Bosses(self.people, self.conn, self.findings)
        bosses.resolve()
        statements = Statements(self.people, self.departments, self.locations, options.effective)
        writer = PeopleWriter(self.conn, self.people, statements, bosses, emitter, fresh=self.fresh)
        writer.write(self.progress("Employees", len(self.people.all)))
        derivation = None
        if self.mapping.rules.managers == "department_head":
            derivation = Derivation(self.people, self.departments)
        if derivation is not None or bosses.of or bosses.lines or self.mapping.rules.blanks == "clear":
            lines = LineWriter(self.conn, self.people, bosses, emitter, options.effective, writer.tally, derivation)
            lines.write(self.progress("Reporting lines", len(self.people.all)))
        result, tally = self.result, writer.tally
        result.new, result.changed, result.unchanged = tally.new, tally.changed, tally.unchanged
        if not self.fresh and options.leavers != "keep":
            self._gone(emitter, tally.known)

    def _places(self, emitter: Emitter) -> None:
        planned = self.locations.plan(self.people.locations)
        planned += self.departments.plan(self.people.departments, self._since())
        for item in planned:
            verb = checked(item.kind, item.values, _always(item.place), self.findings)
            if verb is not None:
                emitter.add(verb, _always(item.place), None, item.about, item.before)
        emitter.flush()
        self.locations.applied()
        self.departments.applied()

    def _since(self) -> dict[str, date]:
        """Department as it is named -> the first day on which the files put somebody there."""
        known: dict[str, Period] = {}
        if not self.fresh:
            by: Identity = self.people.identity
            keys = [person.identity for person in self.people]
            for at in range(0, len(keys), 10_000):
                known |= current.employed(self.conn, by, keys[at : at + 10_000])
        since: dict[str, date] = {}

        def begins(reference: object, day: date | None) -> None:
            if isinstance(reference, str):
                day = day or self.options.effective
                since[reference] = min(since.get(reference, day), day)

        for person in self.people:
            held = known.get(person.identity)
            new = held is None or (person.joined is not None and not held.start <= person.joined < held.end)
            begins(person.department, person.joined if new else None)
            for spell in person.dated.spells if person.dated else ():
                begins(spell.state.department, person.joined if spell.start == date.min else spell.start)
        return since

    def _gone(self, emitter: Emitter, known: set[int]) -> None:
        """Who is employed on the effective day and not in the files; then departments likewise."""
        effective = self.options.effective
        eve = effective - timedelta(days=1)
        named = known | {person.id for person in self.people.all if person.id is not None}
        for id_, number, name, _ in current.employed_on(self.conn, effective):
            if id_ in named:
                continue
            self.result.gone_count += 1
            if len(self.result.gone) < _TOLD:
                self.result.gone.append(f"{name} ({number})")
            place = Place("directory", None, None, f"{name} ({number})")
            if self.options.leavers == "end":
                emitter.add(Leave(employee=id_, last_day=eve), _always(place), None, f"{name} ({number})")
            else:
                self.findings.note(
                    "not in the files", place, "Works here according to the directory, and no row is about them."
                )
        emitter.flush()
        if self.mapping.departments is None:
            return
        for department in self.departments.gone():
            label = f"{self.departments.version(department)[2]} ({department.code})"
            self.result.gone_departments.append(label)
            place = Place("directory", None, None, label)
            if self.options.leavers == "end":
                emitter.add(CloseDepartment(department=department.id, last_day=eve), _always(place), None, label)
            else:
                self.findings.note(
                    "not in the files", place, "The department exists in the directory, and no row is about it."
                )
        emitter.flush()


def _always(place: Place) -> PlaceOf:
    return lambda _: place
