"""What is known of the domain is declared once: in how many files of the product an example of each kind is named.

Comments and docstrings don't count; identifiers and texts do, in snake case, camel case and as words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "myproject").rglob("*.py"), *(ROOT / "alembic").rglob("*.py")])
OTHER_MEANING = {
    # Departments and jobs of the made-up company: "Forecast Desk", "Briefing Editor".
    ("desk", "myproject/demo/crafts.py"),
    ("editor", "myproject/demo/crafts.py"),
}
"""Word and file in which it means something else."""


def _names(tree: ast.AST) -> Iterator[str]:
    """Identifiers, and the texts of strings that are no docstrings."""
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and id(node) not in docs:
                yield node.value
            continue
        for attribute in ("id", "attr", "arg", "name", "asname", "rest"):
            value = getattr(node, attribute, None)
            if isinstance(value, str):
                yield value
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names


def _as_words(name: str) -> str:
    """ "MakePrimary", "make_primary" and "make-primary" are all "make primary"."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\W_]+", " ", parted).casefold()


LISTS = re.compile(r"myproject/(web|pages|api|directory/people/(listing|exporting)/|directory/people/people_list)")
"""Where lists of people are asked for, read and shown."""
OTHER_KINDS = {
    # What the search box finds besides people, and by what it found them.
    "myproject/api/schemas.py",
    "myproject/api/search.py",
    "myproject/pages/people/values.py",
    "myproject/pages/people/suggest.py",
}


@pytest.fixture(scope="module")
def named() -> dict[str, str]:
    """File -> everything that is named in it, as words between bars."""
    return {
        path.relative_to(ROOT).as_posix(): "|".join(map(_as_words, _names(ast.parse(path.read_text(encoding="utf-8")))))
        for path in FILES
    }


@pytest.mark.parametrize(
    ("kind", "words", "most"),
    [
        ("field", "desk", 3),
        ("verb", "make primary", 4),
        ("role", "editor", 2),
        ("event", "view as (begun|ended)", 2),
    ],
)
def test_an_example_is_named_in_few_files(named: dict[str, str], kind: str, words: str, most: int):
    wanted = re.compile(rf"\b{words}s?\b")
    found = [file for file, text in named.items() if wanted.search(text) and (words, file) not in OTHER_MEANING]
    assert len(found) <= most, (kind, found)


SCHEMAS = ("myproject/api/schemas.py", "myproject/api/change_bodies.py")
"""What is sent and answered, under the names of the specification: an Employee there describes an Employee here."""


def test_a_class_name_means_one_thing():
    where: dict[str, list[str]] = {}
    for path in (path for path in FILES if "alembic" not in path.parts):
        file = path.relative_to(ROOT).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and file not in SCHEMAS:
                where.setdefault(node.name, []).append(file)
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


def test_a_list_filter_is_named_in_few_files(named: dict[str, str]) -> None:
    found = [
        file
        for file, text in named.items()
        if LISTS.match(file) and file not in OTHER_KINDS and re.search(r"\bskill\b", text)
    ]
    assert found == ["myproject/directory/people/listing/declared_filters.py"]


def sentences(tree: ast.AST) -> Iterator[str]:
    """Strings of more than 24 characters with a space in them; no docstrings, and of a plural only one form."""
    apart = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            apart.add(id(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ngettext":
            apart.add(id(node.args[1]))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            text = node.value
            yield from [text] if len(text) > 24 and " " in text.strip() else []


def test_a_sentence_is_written_once() -> None:
    where: dict[str, list[str]] = {}
    for path in (path for path in FILES if "alembic" not in path.parts):
        for sentence in sentences(ast.parse(path.read_text(encoding="utf-8"))):
            where.setdefault(sentence, []).append(path.relative_to(ROOT).as_posix())
    assert {sentence: files for sentence, files in where.items() if len(files) > 1} == {}
