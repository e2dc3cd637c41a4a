"""``myproject import``: a spreadsheet, or a folder of related ones, as one change set that can be taken back."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from myproject.commands.context import Context, pass_context

if TYPE_CHECKING:
    from myproject.directory.importing.findings import Finding, Findings
    from myproject.directory.importing.options import Options, Result
    from myproject.directory.importing.source import ImportSource

_SHOWN = 20
"""How many findings, changes and names are shown on the terminal; the rest is counted."""


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE", help="Which column says what (TOML).")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and write nothing.")
@click.option("--effective", metavar="DATE", help="The day from which differences are true; by default today.")
@click.option("--department", metavar="NAME", help="Where new people are whose row names no department.")
@click.option("--joined", metavar="DATE", help="The first day of new people whose row names none.")
@click.option("--as", "author", metavar="USER", help="Who is recorded as the author.")
@click.option(
    "--good-rows/--all-or-nothing",
    default=False,
    help="Let the good rows in where others are refused; by default nothing goes in then.",
)
@click.option(
    "--leavers",
    type=click.Choice(["report", "end", "keep"]),
    default="report",
    show_default=True,
    help="People of the directory whom the files don't name: tell, let them leave the day before, or pass over.",
)
@click.option(
    "--leavers-count",
    type=click.IntRange(0),
    metavar="N",
    help="How many leave, where that is more than the ini allows.",
)
@click.option(
    "--bad-cells",
    type=click.Choice(["refuse", "blank"]),
    help="A cell that can't be taken refuses its row, or is left out; by default only mail, phones and the like are.",
)
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write every refusal and note as CSV.")
@click.option("--changes", type=click.Path(path_type=Path), metavar="FILE", help="Write every change as CSV.")
@click.option("--encoding", metavar="NAME", help="Encoding of text files, where it is not found out rightly.")
@click.option("--delimiter", metavar="CHAR", help="What stands between the cells of text files.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook, where the mapping doesn't name it.")
@click.option(
    "--manager-by",
    type=click.Choice(["employee_number", "external_id", "email"]),
    help="Which column of their row managers are named by, where the mapping doesn't say it.",
)
@pass_context
def import_(
    context: Context,
    path: Path,
    mapping: Path | None,
    dry_run: bool,
    effective: str | None,
    department: str | None,
    joined: str | None,
    author: str | None,
    good_rows: bool,
    leavers: Any,
    leavers_count: int | None,
    bad_cells: Any,
    report: Path | None,
    changes: Path | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    manager_by: Any,
) -> None:
    """Import PATH: a file of employees, or with --mapping a folder of related sheets.

    Reads CSV, TSV, XLSX, XLS, ODS, JSON, JSON lines, LDIF and vCard, gzipped too. Headings are known by their usual
    names; docs/imports/README.md tells which, and how to write a mapping file. The import is one change set:
    `myproject changes undo N` takes it back.
    Exit status 1 if nothing was written because of refused rows, too many leavers or unreadable files.
    """
    from myproject.directory.importing.findings import Findings, ImportStopped
    from myproject.directory.importing.mapping import load_mapping
    from myproject.directory.importing.options import Options
    from myproject.directory.importing.source import ImportSource

    began = time.monotonic()
    try:
        with ExitStack() as stack:
            described = load_mapping(mapping) if mapping is not None else None
            source = ImportSource(path, described, encoding=encoding, delimiter=_delimiter(delimiter), sheet=sheet)
            stack.callback(source.close)
            if source.mapping.employees.manager_by is None:
                source.mapping.employees.manager_by = manager_by
            findings = Findings(report)
            stack.callback(findings.close)
            options = Options(
                today=context.today,
                effective=_day(effective, "--effective") or source.mapping.effective or context.today,
                author=author or context.author,
                good_rows=good_rows,
                dry_run=dry_run,
                leavers=leavers,
                leavers_percent=context.settings["import.leavers_percent"],
                leavers_least=context.settings["import.leavers_least"],
                leavers_count=leavers_count,
                bad_cells=bad_cells or "contact",
                reason=source.mapping.title or f"Import of {path.name}",
                department=" ".join((department or "").split()) or None,
                joined=_day(joined, "--joined"),
            )
            written, result = _run(context, source, options, findings, changes)
    except ImportStopped as stopped:
        raise click.ClickException(f"{stopped.message}\n{stopped.remedy}".strip()) from None
    _tell(result, options, written, report, time.monotonic() - began, context)
    if not written and (result.findings.refused or not options.dry_run):
        sys.exit(1)


def _run(
    context: Context, source: ImportSource, options: Options, findings: Findings, changes: Path | None
) -> tuple[bool, Result]:
    """Run the import; whether it was written."""
    from myproject.directory.importing.change_list import ChangeList
    from myproject.directory.importing.options import NotApplied
    from myproject.directory.importing.running import run_import

    with ExitStack() as stack:
        listed = stack.enter_context(ChangeList(changes)) if changes else None
        bars = stack.enter_context(_Bars())
        try:
            result = run_import(context.database, source, options, findings, progress=bars.phase, changes=listed)
        except NotApplied as stopped:
            return False, stopped.result
    return True, result


def _day(text: str | None, option: str) -> date | None:
    from myproject.directory.importing.dates import NotADay, read_day

    if text is None:
        return None
    try:
        return read_day(text)
    except NotADay as error:
        raise click.BadParameter(f"{text!r} {error}. {error.remedy}", param_hint=option) from None


def _delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    text = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|"}.get(text.lower(), text)
    if len(text) != 1 or text in '"\r\n':
        raise click.BadParameter("give one character, or tab", param_hint="--delimiter")
    return text


class _Bars:
    """Progress on a terminal, one bar for each phase; nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def phase(self, name: str, total: int | None) -> Callable[[int], object]:
        self._close()
        if not sys.stderr.isatty():
            return lambda _: None
        from tqdm import tqdm

        self._bar = tqdm(total=total, desc=name, unit=" rows", leave=False, dynamic_ncols=True)
        return self._bar.update

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


# What is told at the end


def _tell(
    result: Result, options: Options, written: bool, report: Path | None, seconds: float, context: Context
) -> None:
    for sheet, encoding, words in result.guessed:
        click.echo(f"{sheet} was read as {encoding} ({', '.join(words)}): if that looks wrong, give --encoding.")
    for sheet, columns in result.unread.items():
        click.echo(f"{sheet}: not read: {', '.join(columns[:_SHOWN])}{' …' if len(columns) > _SHOWN else ''}")
    _unread_sheets(result)
    click.echo(
        f"{result.rows:,} rows: {result.new:,} new, {result.changed:,} changed, {result.unchanged:,} unchanged"
        f"{f', {result.gone_count:,} gone' if result.gone_count else ''}."
    )
    _left_out(result)
    if result.undated:
        first = options.joined or options.effective
        have = "new person has" if result.undated == 1 else "new people have"
        click.echo(f"{result.undated:,} {have} no joining date: {first} was taken.")
    if result.verbs:
        counted = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(result.verbs.items()))
        click.echo(f"Changes: {counted}.")
        if options.dry_run:
            for change in sorted(result.samples, key=lambda item: item.verb):
                day = f", {change.day}" if change.day else ""
                click.echo(f"  {change.verb}, {change.about}{day}: {change.details}".rstrip(": "))
    _names("Not in the files", result.gone, result.gone_count, options)
    _names("Departments not in the files", result.gone_departments, len(result.gone_departments), options)
    _findings(result, report)
    if written and result.revision is not None:
        undo = context.command(f"changes undo {result.revision}")
        click.echo(f"Applied as change set {result.revision} in {seconds:.1f} s. To take it back: {undo}")
    elif written:
        click.echo("Nothing to change.")
    elif options.dry_run:
        click.echo("Dry run: nothing was written.")
    elif result.stopped:
        click.echo("Nothing was written: too many people would leave.")
    elif not result.good:
        click.echo("Nothing was written: there is no good row.")
    else:
        click.echo("Nothing was written. Mend the rows above, or let the good ones in with --good-rows.")


def _unread_sheets(result: Result) -> None:
    for sheet, others in result.unread_sheets.items():
        people = [repr(name) for name, names_people in others.items() if names_people]
        rest = [repr(name) for name, names_people in others.items() if not names_people]
        if people:
            listed = ", ".join(people[:_SHOWN])
            click.echo(f"{sheet} was read. NOT read, though with people in it: {listed}. --sheet NAME chooses another.")
        if rest:
            click.echo(f"{sheet}: sheets not read: {', '.join(rest[:_SHOWN])}{' …' if len(rest) > _SHOWN else ''}")


def _left_out(result: Result) -> None:
    """One line on what the files hold besides people."""
    parts = []
    if result.vacant:
        share = f" ({100 * result.vacant / result.rows:.0f} % of the rows)" if result.rows else ""
        parts.append(f"{_counted(result.vacant, 'post')} without a holder{share}")
    if result.groups:
        parts.append(f"{_counted(result.groups, 'group')} that stand for {result.grouped_posts:,.0f} posts")
    if parts:
        click.echo(f"Left out: {' and '.join(parts)}.")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _names(title: str, names: list[str], count: int, options: Options) -> None:
    if not count:
        return
    done = {"end": "leave", "report": "kept as they are; --leavers end would let them leave"}[options.leavers]
    more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
    click.echo(f"{title} ({done}): {', '.join(names[:_SHOWN])}{more}.")


def _findings(result: Result, report: Path | None) -> None:
    findings = result.findings
    for level, title in (("refused", "Refused"), ("noted", "Noted")):
        counts = {kind: count for (of, kind), count in findings.counts.items() if of == level}
        if not counts:
            continue
        listed = ", ".join(f"{count:,} × {kind}" for kind, count in sorted(counts.items(), key=lambda item: -item[1]))
        click.echo(f"{title}: {listed}")
        kept = [finding for finding in findings.kept if finding.level == level]
        chosen = _of_each_kind(kept, 5 if level == "refused" else 1)
        _table(chosen)
        if sum(counts.values()) > len(chosen) and level == "refused":
            click.echo(f"  … {sum(counts.values()) - len(chosen):,} more; {_where(report)}")
    if report is not None:
        click.echo(f"Every refusal and note is in {report}.")


def _where(report: Path | None) -> str:
    return f"all are in {report}." if report else "--report FILE writes all of them."


def _of_each_kind(kept: list[Finding], most: int) -> list[Finding]:
    """The first findings of each kind."""
    taken: Counter[str] = Counter()
    chosen = []
    for finding in kept:
        taken[finding.kind] += 1
        if taken[finding.kind] <= most:
            chosen.append(finding)
    return chosen[: 2 * _SHOWN]


def _table(findings: Iterable[Finding]) -> None:
    from myproject.directory.importing.findings import shown

    for finding in findings:
        place = finding.place
        where = place.sheet + (f", row {place.row}" if place.row is not None else "")
        what = f"{place.column}: {shown(place.value, 40)!r}" if place.column else shown(place.value, 40)
        click.echo(f"  {where}{f', {what}' if what else ''}: {finding.reason} {finding.remedy}".rstrip())
