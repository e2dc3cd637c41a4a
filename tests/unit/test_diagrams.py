"""CONTRIBUTING.md and docs/architecture.md: diagrams are those of the code, and what they name is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.documents import ROOT, blocks, inline_code
from tools import diagrams

ARCHITECTURE = "docs/architecture.md"
#: `tests/unit/`, `myproject/directory/schema/fields.py`, `alembic/versions/*.py`; not `text/html` or `/employees`.
PATH = re.compile(r"\.?[A-Za-z_][\w.*-]*(?:/[\w.*-]+)*(?:\.(?:py|md|toml|ini|jinja2|js|css|po|yaml)|/)")
#: Where a path may begin, so that a sentence about a room need not repeat where the room is.
BEGINNINGS = (ROOT, ROOT / "myproject", ROOT / "myproject/directory", ROOT / "docs")


def test_diagrams_are_drawn_anew() -> None:
    text = (ROOT / ARCHITECTURE).read_text("utf-8")
    assert diagrams.drawn(text) == text, "the code has changed: run `make diagrams`"
    assert text.count("<!-- made by make diagrams: ") == len(diagrams.MADE)


def test_every_room_says_what_is_in_it() -> None:
    for root in ("myproject", "myproject.directory"):
        rows = diagrams.table(root).splitlines()[2:]
        assert len(rows) > 10
        assert [row for row in rows if row.endswith("|  |")] == []


def test_arrows_that_follow_from_others_are_left_out() -> None:
    arrows = {"door": {"web", "domain", "tables"}, "web": {"domain"}, "domain": {"tables"}, "tables": set()}
    assert diagrams.reduced(arrows) == {"door": {"web"}, "web": {"domain"}, "domain": {"tables"}, "tables": set()}


def test_the_functions_of_a_write_are_there() -> None:
    (drawn,) = (block.text for block in blocks(ARCHITECTURE) if block.text.startswith("sequenceDiagram"))
    files = dict(re.findall(r"participant (\w+) as (myproject/\S+)", drawn))
    calls = re.findall(r"->>(\w+): (\w+)\(\)", drawn)
    assert len(calls) == drawn.count("->>") - drawn.count("-->>") > 8
    for called, name in calls:
        tree = ast.parse((ROOT / files[called]).read_text("utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in names, f"{files[called]} has no {name}()"


@pytest.mark.parametrize("document", [ARCHITECTURE, "CONTRIBUTING.md"])
def test_paths_in_the_text_are_there(document: str) -> None:
    paths = {code for code in inline_code(document) if PATH.fullmatch(code)}
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not is_there(path)] == []


def is_there(path: str) -> bool:
    """Whether a path leads somewhere; a bare name may be that of any file."""
    if any(any(root.glob(path)) for root in BEGINNINGS):
        return True
    return "/" not in path and any(any((ROOT / top).rglob(path)) for top in ("myproject", "tests", "tools", "bench"))


def test_what_is_not_there_is_found() -> None:
    assert PATH.fullmatch("directory/schema/fields.py")
    assert not PATH.fullmatch("application/json")
    assert is_there("fields.py")
    assert not is_there("directory/schema/field.py")
    assert not is_there(str(Path("myproject") / "nowhere") + "/")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ARCHITECTURE])
def test_links_and_pictures_are_there(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()}
    assert sizes.keys() == {"list.png", "profile.png", "chart.png"}
    assert max(sizes.values()) < 150_000
