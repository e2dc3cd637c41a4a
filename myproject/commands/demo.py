"""``myproject demo``: a made-up company for an empty directory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from myproject.commands.context import Context, pass_context


@click.command()
@click.option(
    "-n",
    "--employees",
    type=click.IntRange(20, 300_000),
    default=240,
    show_default=True,
    help="How many people work there today.",
)
@click.option("--if-empty", is_flag=True, help="Do nothing where the directory holds something already.")
@click.option("--sign-in", is_flag=True, help="Print a single-use link that signs the administrator in.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number makes another company.")
@pass_context
def demo(context: Context, employees: int, if_empty: bool, sign_in: bool, seed: int) -> None:
    """Fill an empty directory with Larkfield, a made-up company.

    Ten years of joiners, moves, reviews and leavers, a reorganisation, and what is planned for the coming months:
    the same people each time for the same number and day. Some of them have accounts, to try each role with.
    """
    if not _load(context, employees, seed, if_empty=if_empty):
        return
    if sign_in:
        _show_ways_in(context)


def _load(context: Context, employees: int, seed: int, *, if_empty: bool) -> bool:
    """Fill the directory; whether the made-up company is in it now."""
    from myproject.accounts.audit import Origin
    from myproject.demo import accounts
    from myproject.demo.company import NotEmpty, is_empty, load, make_company
    from myproject.demo.portraits import add_portraits

    with context.database.read.connect() as conn:
        empty = is_empty(conn)
    if not empty and if_empty:
        return True
    if not empty:
        raise _not_empty(context)
    began = time.monotonic()
    today = context.today
    try:
        chapters = make_company(employees, today, seed)
        with context.database.begin() as conn, _bar(sum(len(chapter.events) for chapter in chapters)) as progress:
            verbs = load(conn, chapters, today, progress=progress)
            add_portraits(conn, today)
            accounts.make(conn, Origin(context.author, datetime.now(UTC)))
    except NotEmpty:
        raise _not_empty(context) from None
    click.echo(
        f"Larkfield is in: {employees:,} people employed today, told in {verbs:,} changes"
        f" ({time.monotonic() - began:.1f} s)."
    )
    return True


def _show_ways_in(context: Context) -> None:
    """A link for the administrator, if the company has the accounts of the made-up one; and who else there is."""
    from myproject.accounts.users import by_email
    from myproject.commands.user import make_link
    from myproject.demo import accounts

    with context.database.read.connect() as conn:
        found = [trial for trial in accounts.trials(conn) if by_email(conn, trial.email)]
    if not found or found[0].role is None:
        return
    click.echo(f"\nSign in as {found[0].what} (once, within a day):\n\n    {make_link(context, found[0].email)}\n")
    click.echo("Others to try:")
    for trial in found[1:]:
        click.echo(f"    {context.command(f'user link {trial.email}')}    {trial.what}")
    click.echo("")


def _not_empty(context: Context) -> click.ClickException:
    down, up = context.command("db downgrade base"), context.command("db upgrade")
    return click.ClickException(
        "The directory holds something already, and the made-up company needs an empty one. Name another database in "
        f"the ini file; or empty this one with `{down}` and `{up}`, which removes all that is in it."
    )


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], object]]:
    """Progress on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(total=total, desc="Larkfield", unit=" changes", leave=False, dynamic_ncols=True, delay=0.5) as bar:
        yield bar.update
