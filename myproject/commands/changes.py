"""``myproject changes``: what was applied to the directory, and taking it back."""

from __future__ import annotations

import sys
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import click

from myproject.commands.context import Context, pass_context
from myproject.directory.changes.change_history import ChangeLine, ChangeSummary, change_lines, change_sets, passed_on
from myproject.directory.changes.change_history import change_set as one_change_set
from myproject.directory.schema.clock import clock_now
from myproject.directory.visibility.audience import EVERYTHING

#: Problems shown before the rest is only counted.
_SHOWN = 20
#: Items read at a time, and shown without --all.
_PAGE = 200


@click.group()
def changes() -> None:
    """List change sets, show one, take one back."""


@changes.command("list")
@click.option(
    "-n", "--number", "limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many."
)
@click.option("--before", type=click.IntRange(1), metavar="REVISION", help="Only those before this one.")
@pass_context
def list_(context: Context, limit: int, before: int | None) -> None:
    """List the newest change sets."""
    with context.database.read.connect() as conn:
        found = change_sets(conn, clock_now(conn, context.today), EVERYTHING, limit=limit, before=before)
    if not found:
        click.echo("Nothing has been applied yet." if before is None else f"There is nothing before #{before}.")
    for change in found:
        click.echo(_summary(context, change))


@changes.command()
@click.argument("revision", type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="Every item, however many there are.")
@pass_context
def show(context: Context, revision: int, everything: bool) -> None:
    """Show the change set REVISION: who, when, why, and its items."""
    with context.database.read.connect() as conn:
        clock = clock_now(conn, context.today)
        change = one_change_set(conn, clock, EVERYTHING, revision)
        if change is None:
            raise click.ClickException(f"There is no change set #{revision}.")
        click.echo(_summary(context, change))
        if change.request_id:
            click.echo(f"  request {change.request_id}")
        after = -1
        while lines := change_lines(conn, clock, EVERYTHING, revision, after=after, limit=_PAGE):
            reports = passed_on(conn, clock, EVERYTHING, revision, _people(lines))
            for line in lines:
                click.echo(f"  {_line(line)}")
                if line.kind == "employee" and (names := [name for _, name in reports.pop(line.id or 0, ())]):
                    click.echo(f"    get another manager: {', '.join(names)}")
            after = lines[-1].position
            if not everything:
                break
        if not everything and change_lines(conn, clock, EVERYTHING, revision, after=after, limit=1):
            click.echo("  ... and more: add --all.")


@changes.command()
@click.argument("revision", type=click.IntRange(1))
@click.option("--dry-run", is_flag=True, help="Only tell what would become of it.")
@click.option("--partial", is_flag=True, help="Leave the parts that were changed since as they are.")
@click.option("--reason", default="", help="Why, for the record.")
@click.option("--as", "author", metavar="USER", help="Who takes it back, for the record.")
@pass_context
def undo(context: Context, revision: int, dry_run: bool, partial: bool, reason: str, author: str | None) -> None:
    """Take the change set REVISION back, by a change set of its own."""
    from myproject.directory.changes.change_sets import ChangeRefused
    from myproject.directory.changes.change_sets import undo as take_back
    from myproject.directory.changes.differences import differences
    from myproject.directory.changes.plans import make_undo_plan

    told: list[str] = []
    with context.database.begin() as conn:
        if dry_run:
            plan = make_undo_plan(conn, revision, today=context.today, partial=partial)
            told = [str(difference) for difference in islice(differences(conn, plan), _SHOWN + 1)]
        try:
            applied = take_back(
                conn,
                revision,
                today=context.today,
                author=author or context.author,
                reason=reason,
                partial=partial,
            )
        except LookupError as error:
            raise click.ClickException(str(error)) from None
        except ChangeRefused as refused:
            _tell(refused.plan.problems)
            click.echo("Nothing was taken back. Take back the later change first, or add --partial.", err=True)
            sys.exit(1)
        transaction = conn.get_transaction()
        if dry_run and transaction:
            transaction.rollback()
    _tell(applied.plan.problems)
    if applied.revision is None:
        click.echo("There is nothing left of it to take back.")
    elif dry_run:
        for text in told[:_SHOWN]:
            click.echo(f"  {text}")
        if len(told) > _SHOWN:
            click.echo("  ... and more")
        click.echo(f"#{revision} can be taken back. Nothing was written.")
    else:
        click.echo(f"Took #{revision} back; that is change set #{applied.revision}.")


def _tell(problems: list[Any]) -> None:
    for problem in problems[:_SHOWN]:
        click.echo(f"  - {problem}", err=True)
    if len(problems) > _SHOWN:
        click.echo(f"  ... and {len(problems) - _SHOWN} more", err=True)


def _summary(context: Context, change: ChangeSummary) -> str:
    zone = ZoneInfo(context.settings["organisation.time_zone"])
    parts = [f"#{change.revision}", _when(change.applied_at, zone), change.author, f"by {change.source}"]
    counts = sorted(change.summary.items(), key=lambda item: (-item[1], item[0]))
    what = ", ".join(f"{count} {verb.replace('_', ' ')}" for verb, count in counts)
    notes = [change.reason] if change.reason else []
    if change.undoes is not None and f"#{change.undoes}" not in change.reason:
        notes.append(f"takes back #{change.undoes}")
    if change.undone_by is not None:
        notes.append(f"taken back by #{change.undone_by}")
    return "  ".join([*parts, what, *(f"({note})" for note in notes)])


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _people(lines: list[ChangeLine]) -> set[int]:
    return {line.id for line in lines if line.kind == "employee" and line.id is not None}


def _line(line: ChangeLine) -> str:
    about = f"{line.kind} {line.id} {line.name}".rstrip()
    day = f" from {line.effective}" if line.effective else ""
    fields = "; ".join(
        f"{name.replace('_', ' ')}: {_value(before)} -> {_value(after)}"
        for name, (before, after) in line.changes.items()
    )
    return f"{line.verb.replace('_', ' ')} {about}{day}" + (f": {fields}" if fields else "")


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
