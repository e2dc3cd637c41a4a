"""``myproject db``: migrations, and what is derived from the dated rows."""

from __future__ import annotations

import sys

import click

from myproject.commands.context import Context, pass_context


@click.group()
def db() -> None:
    """Migrate the database, verify and rebuild what is derived in it."""


@db.command()
@click.argument("revision", default="head")
@pass_context
def upgrade(context: Context, revision: str) -> None:
    """Bring the database to REVISION, by default the newest."""
    from myproject.db import migrations

    before = _current(context)
    _refused(migrations.upgrade, context, revision)
    _tell(before, _current(context))


@db.command()
@click.argument("revision")
@pass_context
def downgrade(context: Context, revision: str) -> None:
    """Take the database back to REVISION; `base` empties it."""
    from myproject.db import migrations

    before = _current(context)
    _refused(migrations.downgrade, context, revision)
    _tell(before, _current(context))


@db.command()
@pass_context
def current(context: Context) -> None:
    """Tell which migration the database is at."""
    from myproject.db import migrations

    at, head = _current(context), migrations.head()
    click.echo(f"{at or 'empty'}{' (newest)' if at == head else f' (the newest is {head})'}")


@db.command()
@pass_context
def check(context: Context) -> None:
    """Compare the database with the models: at the newest migration, and no difference. Status 1 if not."""
    from myproject.db import migrations
    from myproject.models.all import metadata

    at, head = _current(context), migrations.head()
    if at != head:
        advice = f"run `{context.command('db upgrade')}`"
        click.echo(f"The database is at {at or 'no migration'}, the newest is {head}: {advice}.")
        sys.exit(1)
    with context.engines.read.connect() as conn:
        differences = migrations.differences(conn, metadata)
    for difference in differences:
        click.echo(difference)
    if differences:
        sys.exit(1)
    click.echo(f"The database agrees with the models (migration {head}).")


@db.command()
@pass_context
def verify(context: Context) -> None:
    """Compare the counter with what it counts, and all that is derived with the dated rows. Status 1 if they differ."""
    from myproject.directory.changes import derived

    with context.database.read.connect() as conn:
        problems = derived.verify(conn)
    for problem in problems[:100]:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} differences: run `{context.command('db rebuild')}`.")
        sys.exit(1)
    click.echo("The counter, the list of people employed today and the search index agree with the dated rows.")


@db.command()
@pass_context
def rebuild(context: Context) -> None:
    """Put the counter right, and make everything that is derived anew from the dated rows."""
    from myproject.directory.changes import derived

    with context.database.begin() as conn:
        derived.rebuild(conn, context.today)
    click.echo("Put the counter right; made the list of people employed today and the search index anew.")


def _current(context: Context) -> str | None:
    from myproject.db import migrations

    with context.engines.read.connect() as conn:
        return migrations.current(conn)


def _refused(action: object, context: Context, revision: str) -> None:
    from alembic.util import CommandError

    assert callable(action)
    try:
        action(context.engines, revision)
    except CommandError as error:
        raise click.ClickException(str(error)) from None


def _tell(before: str | None, after: str | None) -> None:
    if before == after:
        click.echo(f"Nothing to do: the database is at {after or 'no migration'}.")
    else:
        click.echo(f"The database went from {before or 'empty'} to {after or 'empty'}.")
