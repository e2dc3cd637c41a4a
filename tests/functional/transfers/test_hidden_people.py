"""Imports and exports of two companies that differ by hidden people alone: all that they tell is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Company
from tests.functional.changes.test_hidden_differences import pair
from tests.support.api import Program, service
from tests.support.declared import VALUES
from tests.support.twins import JOINER, LEAVER, MANAGER, SKILL, TITLE, Twins

__all__ = ["pair"]

FILES = (
    f"Employee number,Family name,Department,Manager number\nN404,New,Platform,{MANAGER}\nE05,,,{LEAVER}\n",
    "Employee number,Family name,Department,Manager\nN404,New,Platform,Quill\nE06,,,e90@larkfield.example\n",
    f"Employee number,Family name,Department,Job title,Skills\nN404,New,Platform,{TITLE},{SKILL}\n",
    "Employee number,Email\nE05,e90@larkfield.example\nE06,e91@larkfield.example\n",
    "Email,Family name,Department,Desk\ne90@larkfield.example,New,Platform,3\n",
    "Employee number,Desk\nE05,3\n",
    f"Employee number,Head number\nE05,{JOINER}\n",
)


@pytest.fixture(scope="module")
def programs(pair: Twins) -> tuple[tuple[Company, Program], ...]:
    return tuple((company, service(company.app, name="twin")) for company in (pair.full, pair.bare))


def outcome(company: Company, program: Program, started: Any) -> Any:
    """What a job has told, and what is in its files; without ids and moments."""
    if started.status_int != 202:
        return started.status_int, started.json.get("detail")
    company.app.registry.jobs.drain()
    told = program.get(started.headers["Location"]).json
    files = {file["name"]: program.get(file["href"]).body for file in told["files"]}
    return told["state"], told["result"], told["error"], files


def asked() -> Iterator[str]:
    lists = ("q", "name", "department", "location", "job_title", "skill", "hired_on_from", "sort", "as_of", "known_at")
    for name in lists:
        for value in VALUES[name]:
            yield f"{name}={value}"


@pytest.mark.parametrize("query", ["dry_run=1", "dry_run=1&leavers=end", "dry_run=1&good_rows=1&effective=2026-09-01"])
@pytest.mark.parametrize("file", FILES)
def test_an_import_tells_the_same(programs: Any, file: str, query: str) -> None:
    one, other = (
        outcome(company, program, program.upload(f"/imports?{query}", [("file", "people.csv", file.encode())]))
        for company, program in programs
    )
    assert one == other
    assert "umbra" not in str(one).lower()


@pytest.mark.parametrize("query", list(asked()))
def test_an_export_tells_the_same(programs: Any, query: str) -> None:
    one, other = (outcome(company, program, program.post(f"/exports?{query}", {})) for company, program in programs)
    assert one == other
