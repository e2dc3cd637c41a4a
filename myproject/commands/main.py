"""The command line: ``myproject [--ini FILE] COMMAND``.

Each command is loaded when it is called: help comes at once, and a command that is broken breaks no other.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import click


class CommandEntry(NamedTuple):
    """Where a command is, and what the list of commands says of it."""

    module: str
    attribute: str
    summary: str


COMMANDS: dict[str, CommandEntry] = {
    "changes": CommandEntry("changes", "changes", "List change sets, show one, take one back."),
    "check": CommandEntry("check", "check", "Tell what is wrong or unsafe in an ini file."),
    "db": CommandEntry("db", "db", "Migrate the database, verify and rebuild what is derived in it."),
    "demo": CommandEntry("demo", "demo", "Fill an empty directory with a made-up company."),
    "import": CommandEntry("importing", "import_", "Import a spreadsheet, or a folder of related ones."),
    "jobs": CommandEntry("jobs", "jobs", "See what waits, runs and failed; try again, cancel."),
    "settings": CommandEntry("settings", "settings", "Show every setting, its value and where that comes from."),
    "token": CommandEntry("token", "token", "Make access tokens for the JSON API, list them, revoke them."),
    "user": CommandEntry("user", "user", "Add accounts, look at them, grant roles, disable them."),
    "work": CommandEntry("jobs", "work", "Do background work, in a process of its own."),
}


class Commands(click.Group):
    """A group that knows its commands by the table, and what failures mean to whoever typed the command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(f"myproject.commands.{entry.module}"), entry.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; tell the nearest one when there is none of that name."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            alike = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {alike[0]}?" if alike else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, loading none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what went wrong with the settings or the database is told in words."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from myproject.commands.context import in_words

            message = in_words(error)
            if message is None:
                raise
            click.echo(message, err=True)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--ini",
    metavar="FILE",
    default=lambda: os.environ.get("MYPROJECT_INI") or "development.ini",
    help="The ini file; by default the one that MYPROJECT_INI names, else development.ini.",
)
@click.version_option(package_name="myproject", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, ini: str) -> None:
    """Run a staff directory."""
    from myproject.commands.context import Context

    ctx.obj = Context(ini)
    ctx.call_on_close(ctx.obj.close)
