"""``myproject settings``: the table of settings, filled in."""

from __future__ import annotations

import json
import os
import sys

import click

from myproject.commands.context import Context, pass_context
from myproject.settings.ini import app_section
from myproject.settings.table import SETTINGS, SettingsError, examine


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@pass_context
def settings(context: Context, as_json: bool) -> None:
    """Show every setting: its value, where that comes from, and what it is for. Secrets are masked."""
    values, problems = examine(app_section(context.ini, os.environ), os.environ)
    rows = [
        {
            "name": setting.name,
            "value": values.shown(setting.name) if setting.name in values else "",
            "source": values.source(setting.name) if setting.name in values else "missing",
            "variable": setting.variable,
            "help": setting.help,
        }
        for setting in SETTINGS
    ]
    if as_json:
        click.echo(json.dumps({"settings": rows, "problems": problems}, indent=2, ensure_ascii=False))
    else:
        _table(rows)
    if problems:
        click.echo(str(SettingsError(problems, context.ini)), err=True)
        sys.exit(1)


def _table(rows: list[dict[str, str]]) -> None:
    columns = ("name", "value", "source")
    widths = [max(len(row[column]) for row in rows) for column in columns]
    for row in rows:
        cells = [row[column].ljust(width) for column, width in zip(columns, widths, strict=True)]
        click.echo("  ".join([*cells, row["help"]]).rstrip())
