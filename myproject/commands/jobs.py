"""``myproject jobs`` and ``myproject work``: background work, seen and done from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from myproject.commands.context import Context, pass_context
from myproject.commands.user import doing, in_words
from myproject.jobs.ledger import JobState

if TYPE_CHECKING:
    from myproject.jobs.ledger import LedgerRow
    from myproject.jobs.pool import Pool

_ID = click.argument("job_id", metavar="ID", type=click.IntRange(1, 10**18 - 1))


@click.group()
def jobs() -> None:
    """See what waits, runs and failed; try again, cancel."""


@jobs.command("list")
@click.option(
    "--state", "states", multiple=True, type=click.Choice([each.value for each in JobState]), help="Repeat it."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many.")
@pass_context
def list_(context: Context, states: tuple[str, ...], limit: int) -> None:
    """List jobs, the newest first: id, state, kind, when, attempts, error. The last line counts them all."""
    from myproject.jobs import ledger

    with context.database.read.connect() as conn:
        for each in ledger.newest(conn, states=states, limit=limit):
            click.echo("\t".join(_cells(each)))
        counts = ledger.counts(conn)
    click.echo(", ".join(f"{number} {state}" for state, number in counts.items()), err=True)


def _cells(job: LedgerRow) -> tuple[str, ...]:
    when = f"finished {in_words(job.finished_at)}" if job.finished_at else f"due {in_words(job.due_at)}"
    attempts = f"{job.attempt} attempt" if job.attempt == 1 else f"{job.attempt} attempts"
    return str(job.id), job.state, job.kind, when, attempts, job.error or ""


@jobs.command()
@_ID
@pass_context
def show(context: Context, job_id: int) -> None:
    """Show everything about the job with ID."""
    from myproject.accounts import job_actions

    with doing(context) as (conn, _origin):
        job = job_actions.find(conn, job_id)
    for name, value in job._asdict().items():
        if value is not None:
            shown = in_words(value) if isinstance(value, datetime) else value
            click.echo(f"{name}: {json.dumps(shown, ensure_ascii=False) if isinstance(shown, dict) else shown}")


@jobs.command()
@_ID
@pass_context
def retry(context: Context, job_id: int) -> None:
    """Try the job with ID again: one that is given up or cancelled, or waits for its next attempt."""
    from myproject.accounts import job_actions

    with doing(context) as (conn, origin):
        job_actions.retry(conn, origin, job_id)
    click.echo(f"Job {job_id} is tried again.")


@jobs.command()
@_ID
@pass_context
def cancel(context: Context, job_id: int) -> None:
    """Cancel the job with ID: it does not begin, or stops where it can, and writes nothing more."""
    from myproject.accounts import job_actions

    with doing(context) as (conn, origin):
        job_actions.cancel(conn, origin, job_id)
    click.echo(f"Job {job_id} is cancelled.")


@jobs.command()
@pass_context
def run(context: Context) -> None:
    """Do all that is due now, and end."""
    count = _pool(context).drain()
    click.echo(f"{count} {'job' if count == 1 else 'jobs'} done.")


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Jobs at a time.")
@pass_context
def work(context: Context, threads: int) -> None:
    """Do jobs until a signal ends it. As many of these processes as one likes share the work on PostgreSQL.

    With SQLite one process does all jobs: this one waits while a server does them, unless `jobs.threads` is 0 there.
    """
    import signal
    import threading

    pool = _pool(context)
    if context.settings["jobs.transport"] == "celery":
        from myproject.jobs import celery_transport

        pool.start_beside()
        click.echo("Working. Ctrl-C ends it.", err=True)
        try:
            celery_transport.work(pool, context.settings, threads)
        finally:
            pool.stop(30)
        return
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    pool.start(threads)
    click.echo("Working. Ctrl-C ends it.", err=True)
    ended.wait()
    pool.stop(30)


def _pool(context: Context) -> Pool:
    from myproject.jobs.pool import Pool

    return Pool(context.database, context.settings, lambda: datetime.now(UTC))
