"""``python -m myproject``: the command line."""

from myproject.commands.main import cli

cli(prog_name="myproject")
