"""``myproject demo``: a made-up company for an empty directory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
@click.option("--seed", type=int, default=1, show_default=True, help="Another number makes another company.")
@pass_context
def demo(context: Context, employees: int, if_empty: bool, seed: int) -> None:
    """Fill an empty directory with Larkfield, a made-up company.

    Ten years of joiners, moves, reviews and leavers, a reorganisation, and what is planned for the coming months:
    the same people each time for the same number and day.
    """
    from myproject.directory.demo.company import NotEmpty, is_empty, load, make_company

    with context.database.read.connect() as conn:
        empty = is_empty(conn)
    if not empty and if_empty:
        return
    if not empty:
        raise _not_empty(context)
    began = time.monotonic()
    today = context.today
    try:
        chapters = make_company(employees, today, seed)
        with context.database.begin() as conn, _bar(sum(len(chapter.events) for chapter in chapters)) as progress:
            verbs = load(conn, chapters, today, progress=progress)
    except NotEmpty:
        raise _not_empty(context) from None
    click.echo(
        f"Larkfield is in: {employees:,} people employed today, told in {verbs:,} changes"
        f" ({time.monotonic() - began:.1f} s)."
    )


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
