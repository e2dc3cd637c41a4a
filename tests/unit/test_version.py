"""One version: the newest section of the changelog, the installed package, the API, the command line."""

from __future__ import annotations

import re
from datetime import date
from importlib.metadata import metadata

from click.testing import CliRunner

from myproject.api.framework.openapi import document
from myproject.commands.main import cli
from tests.support.documents import ROOT

#: What setup.py looks for, and what stands behind it.
SECTION = re.compile(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", re.MULTILINE)
SECTIONS = SECTION.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))


def test_every_door_tells_the_version_of_the_changelog() -> None:
    newest = SECTIONS[0][0]
    told = CliRunner().invoke(cli, ["--version"], prog_name="myproject").output
    assert told == f"myproject {newest}\n", "the installed package is older than CHANGELOG.md: run `make env`"
    assert document()["info"]["version"] == newest


def test_sections_of_the_changelog_are_dated_and_in_order() -> None:
    numbers = [tuple(map(int, number.split("."))) for number, _ in SECTIONS]
    days = [date.fromisoformat(day) for _, day in SECTIONS]
    assert numbers == sorted(set(numbers), reverse=True)
    assert days == sorted(days, reverse=True)


def test_the_license_is_the_one_that_the_package_names() -> None:
    assert metadata("myproject")["License"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License\n")
