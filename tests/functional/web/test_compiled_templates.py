"""Templates that are kept compiled are those of the sources that there are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from myproject.language.languages import ENGLISH, Language
from myproject.web.compiled_templates import CompiledTemplates

GERMAN = Language("de", ENGLISH.translations, "1")


@pytest.fixture
def compiler(tmp_path: Path) -> Path:
    """What stands for the file that says how templates are compiled."""
    path = tmp_path / "compiler.py"
    path.write_text("1")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates, with one in it; what is compiled is kept."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = tmp_path / "templates"
    path.mkdir()
    (path / "page.html").write_text("old")
    return path


@pytest.fixture
def render(folder: Path, compiler: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, bool]]:
    """Render the template as a new process would: its text, and whether it had to be compiled."""
    compiled: list[str] = []
    compile_ = jinja2.Environment._compile

    def noting(self: jinja2.Environment, source: str, filename: str) -> object:
        compiled.append(filename)
        return compile_(self, source, filename)

    monkeypatch.setattr(jinja2.Environment, "_compile", noting)

    def rendered(language: Language = ENGLISH) -> tuple[str, bool]:
        compiled.clear()
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            bytecode_cache=CompiledTemplates(language, compiler),
            autoescape=True,
        )
        return environment.get_template("page.html").render(), bool(compiled)

    return rendered


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def test_a_template_is_compiled_once(render: Callable[..., tuple[str, bool]], folder: Path) -> None:
    assert render() == ("old", True)
    assert render() == ("old", False)
    assert len(kept(folder)) == 1


def test_a_new_source_compiler_or_catalogue_compiles_it_again(
    render: Callable[..., tuple[str, bool]], folder: Path, compiler: Path
) -> None:
    render()
    (folder / "page.html").write_text("new")
    assert render() == ("new", True)
    compiler.write_text("2")
    assert render() == ("new", True)
    assert render(GERMAN) == ("new", True)
    assert render(GERMAN) == ("new", False)
    assert render(Language("de", ENGLISH.translations, "2")) == ("new", True)
    assert render() == ("new", False)
    assert len(kept(folder)) == 2


@pytest.mark.parametrize("part", [0, 10, 60, -1])
def test_a_file_that_is_cut_short_is_written_anew(
    render: Callable[..., tuple[str, bool]], folder: Path, part: int
) -> None:
    render()
    (path,) = kept(folder)
    path.write_bytes(path.read_bytes()[:part])
    assert render() == ("old", True)
    assert render() == ("old", False)


def test_where_nothing_can_be_written_pages_come_all_the_same(
    render: Callable[..., tuple[str, bool]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "__pycache__").write_text("a file stands in the way")
    assert render() == ("old", True)
    assert render() == ("old", True)
    (folder / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert render() == ("old", True)
    assert not kept(folder)
