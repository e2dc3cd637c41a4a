"""A whole import: read, compare, write as one change set; or told what would be, and nothing written."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from myproject.db.bulk import gather_statistics
from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import ChangeSetWriter, wait_for_writers
from myproject.directory.changes.meanwhile import Outdated, touched
from myproject.directory.changes.working_copy import WorkingCopyWriter, working_copy
from myproject.directory.schema.clock import clock_now
from myproject.directory.schema.fields import FIELDS

from . import current
from .careers import Period
from .current import Identity
from .departments import ImportedDepartments
from .deriving import Derivation
from .describing import Describer
from .emitting import Emitter, PlaceOf, checked
from .findings import FilePlace, Findings, ImportStopped
from .imported_person import Headed
from .importer import Importer
from .leaving import Absentees
from .lines import LineWriter
from .locations import ImportedLocations
from .options import Changes, NotApplied, Options, Progress, Result
from .people import People
from .reporting import Bosses
from .source import ImportSource
from .stating import Statements
from .tables import Table, bind, blanked_fields
from .values import Lookups, words
from .writing import PeopleWriter

log = logging.getLogger(__name__)

_MANY = 1_000
"""After how many changes the database is told to look at its tables anew."""
_TRIES = 3
"""How often an import is planned beside other writers, before they have to wait for it."""


def run_import(
    engines: Engines,
    source: ImportSource,
    options: Options,
    findings: Findings,
    *,
    progress: Progress = lambda _name, _total: lambda _steps: None,
    changes: Changes | None = None,
    written: Callable[[Connection, Result], object] = lambda _conn, _result: None,
) -> Result:
    """Import a source as one change set.

    `written`: called at the end of the transaction that writes it.

    It is planned on a copy of the directory, on which others go on writing, and written in a moment. Where they have
    changed what it leans on it is planned again; if need be while they wait.
    Raises ImportStopped if the files can't be read at all, and NotApplied after a dry run, where no row is good or too
    many people would leave, and, unless good rows are to go in, when any row was refused: then nothing was written.
    """

    def plan(copy: Connection, importer: Importer) -> tuple[Result, WorkingCopyWriter]:
        return _planned(copy, source, options, findings, importer, progress, changes)

    def write(conn: Connection, copy: Connection, draft: WorkingCopyWriter, result: Result, importer: Importer) -> None:
        touches = touched(copy, draft.prepared.base["revision"])
        with ChangeSetWriter(conn, **_details(options, importer)) as writer:
            writer.write_prepared(draft.prepared, touches)
        result.revision = writer.revision
        written(conn, result)

    for _ in range(_TRIES):
        with contextlib.ExitStack() as stack:
            with engines.snapshot() as conn:
                importer = _importer(conn, options)
                copy = stack.enter_context(working_copy(conn))
            result, draft = plan(copy, importer)
            if not draft.applied:
                return result
            try:
                with engines.begin() as conn:
                    write(conn, copy, draft, result, importer)
            except (Outdated, IntegrityError) as error:
                # The first line: the next ones of a database's error tell values.
                reason = str(error).partition("\n")[0]
                log.info("the import is planned again, because others have changed meanwhile: %s", reason)
            else:
                return _counted(engines, result)
        findings.restart()
        if changes is not None:
            changes.restart()
    with engines.begin() as conn:
        wait_for_writers(conn)
        importer = _importer(conn, options)
        with working_copy(conn) as copy:
            result, draft = plan(copy, importer)
            if draft.applied:
                try:
                    write(conn, copy, draft, result, importer)
                except Outdated as error:
                    # Accounts don't wait for the directory's writers.
                    raise ImportStopped(f"Others have changed {error} meanwhile.", "Import it again.") from error
    return _counted(engines, result)


def _planned(
    copy: Connection,
    source: ImportSource,
    options: Options,
    findings: Findings,
    importer: Importer,
    progress: Progress,
    changes: Changes | None,
) -> tuple[Result, WorkingCopyWriter]:
    """The import on a copy of the directory. Raises as `run_import`."""
    work = _Import(copy, source, options, findings, importer, progress)
    work.read()
    with WorkingCopyWriter(copy, **_details(options, importer)) as draft:
        describer = Describer(copy, work.departments, work.locations)
        emitter = Emitter(draft, findings, describer, changes.add if changes is not None else None)
        work.write(emitter)
        result = work.result
        result.verbs, result.samples = emitter.counts, emitter.samples
        result.good = sum(person.fate == "good" for person in work.people.all)
        if options.dry_run or result.stopped or not result.good or (findings.refused and not options.good_rows):
            raise NotApplied(result)
    return result, draft


def _counted(engines: Engines, result: Result) -> Result:
    if result.verbs.total() > _MANY:
        with engines.begin() as conn:
            gather_statistics(conn)
    return result


def _importer(conn: Connection, options: Options) -> Importer:
    return Importer.of(conn, clock_now(conn, options.today), options.viewer)


def _details(options: Options, importer: Importer) -> dict[str, Any]:
    return {
        "today": options.today,
        "author": options.author,
        "source": "import",
        "reason": options.reason,
        "request_id": options.request_id,
        "hidden_people": importer.hidden,
    }


class _Import:
    def __init__(
        self,
        conn: Connection,
        source: ImportSource,
        options: Options,
        findings: Findings,
        importer: Importer,
        progress: Progress,
    ) -> None:
        self.conn = conn
        self.importer = importer
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
        self._unread_people()
        self.people = People(
            bound["employees"][0], mapping, self.findings, guessed=source.guessed, importer=self.importer
        )
        self._closed_columns([table for tables in bound.values() for table in tables])
        blanked = blanked_fields(self.options.bad_cells, self.people.identity)
        for table in (self.people.table, *bound["assignments"]):
            table.blanked = blanked
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
        self.departments = ImportedDepartments(self.conn, self.findings, self.options.effective, create)
        self.locations = ImportedLocations(self.conn, self.findings, create)
        if mapping.locations is not None:
            self.locations.read(bound["locations"][0])
        if mapping.departments is not None:
            self.departments.read(bound["departments"][0], mapping.departments.roots)
        self._heads_of_departments()
        self.result.rows, self.result.vacant = self.people.rows, self.people.vacant
        self._count_groups(bound["groups"])
        self.result.unread = source.unread()
        self.result.unread_sheets = source.unread_sheets()
        for sheet in source.opened():
            if sheet.encoding is not None and sheet.encoding.guessed is not None:
                self.result.guessed.append((sheet.name, sheet.encoding.name, sheet.encoding.guessed))

    def _closed_columns(self, tables: list[Table]) -> None:
        """Stop at columns of fields that are closed to whoever imports."""
        for table in tables:
            for name in self.importer.closed(table.readers):
                column = ", ".join(table.readers[name].value.columns) or FIELDS[name].label
                raise ImportStopped(f"{table.sheet.name}: {column} is not open to you.", "Leave the column out.")

    def _unread_people(self) -> None:
        """Stop where people would leave because the sheet with their rows is not the one that is read."""
        if self.options.leavers != "end":
            return
        for sheet, others in self.source.unread_sheets().items():
            for name, people in others.items():
                if people:
                    raise ImportStopped(
                        f"{sheet} is read, and the sheet {name!r} beside it names people too: they would leave.",
                        "Let nobody leave, or say in a mapping or with --sheet which one holds everybody.",
                    )

    def _count_groups(self, tables: list[Table]) -> None:
        """The rows that count posts: how many, and how many posts."""
        for table in tables:
            for number, row in table.sheet.rows(self.findings):
                values = table.read(("count",), number, row, self.findings)
                if values is not None:
                    self.result.groups += 1
                    self.result.grouped_posts += values["count"] or 0.0

    def _bound(self, lookups: Lookups) -> Iterable[tuple[str, list[Table]]]:
        mapping, source = self.mapping, self.source
        wrong: list[ImportStopped] = []
        for name in (
            "locations", "departments", "employees", "assignments", "employments", "heads", "reporting_lines", "groups",
        ):  # fmt: skip
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
            by = self.mapping.departments.head_by if self.mapping.departments else None
            match = self.people.find(reference, by)
            person = match.person
            if match.several or person is None or person.fate == "refused":
                self.people.mention(reference)
            if match.several:
                self.findings.refuse("ambiguous", place, match.doubt, match.remedy)
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
        bosses = Bosses(self.people, self.conn, self.findings, options.effective)
        bosses.resolve()
        first_day = options.joined or options.effective
        statements = Statements(
            self.people, self.departments, self.locations, options.effective, first_day, options.department
        )
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
        result.undated = tally.undated
        if not self.fresh and options.leavers != "keep":
            Absentees(self.conn, self.people, self.departments, options).handle(tally, emitter, result)

    def _places(self, emitter: Emitter) -> None:
        since = self._since()
        if self.options.department in since:
            self.people.departments.setdefault(self.options.department, FilePlace("--department"))
        planned = self.locations.plan(self.people.locations)
        planned += self.departments.plan(self.people.departments, since)
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
                known |= current.employed(self.conn, by, keys[at : at + 10_000], self.importer.hidden)
        since: dict[str, date] = {}

        def begins(reference: object, day: date | None) -> None:
            if isinstance(reference, str):
                day = day or self.options.effective
                since[reference] = min(since.get(reference, day), day)

        for person in self.people:
            held = known.get(person.identity)
            new = held is None or (person.joined is not None and not held.start <= person.joined < held.end)
            department = person.department
            if held is None and department is None and not (person.dated and person.dated.spells):
                department = self.options.department
            begins(department, (person.joined or self.options.joined) if new else None)
            for spell in person.dated.spells if person.dated else ():
                begins(spell.state.department, person.joined if spell.start == date.min else spell.start)
        return since


def _always(place: FilePlace) -> PlaceOf:
    return lambda _: place
