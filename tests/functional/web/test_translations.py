"""Every text is translated: no catalogue lacks one, and a made-up language leaves no English on any page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from myproject.language import languages
from myproject.language.catalogues import extracted, missing, updated, written
from myproject.language.languages import FOLDER, SOURCE, available
from tests.conftest import app_on, engines_on
from tests.support import company as company_data
from tests.support.accounts import signed_in
from tests.support.crawling import crawl
from tests.support.pseudo import CODE, untranslated, words_of_data, write_catalogue

pytestmark = pytest.mark.slow

PO_FILES = sorted(FOLDER.glob("*/LC_MESSAGES/myproject.po"))


@pytest.fixture(scope="module")
def texts() -> Any:
    """Every text of the code."""
    return extracted()


def test_german_and_arabic_are_there() -> None:
    assert {"de", "ar"} <= set(available())
    assert available()[0] == SOURCE


@pytest.mark.parametrize("path", PO_FILES, ids=lambda path: path.parent.parent.name)
def test_no_text_is_missing_and_the_compiled_file_is_of_today(path: Path, texts: Any) -> None:
    catalog = updated(path, texts)
    assert missing(catalog) == []
    assert written(catalog) == (path.read_bytes(), path.with_suffix(".mo").read_bytes()), "run `make messages`"


@pytest.mark.parametrize("path", PO_FILES, ids=lambda path: path.parent.parent.name)
def test_placeholders_and_markup_are_those_of_the_source(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parent.parent.name)
    wrong = []
    for message in catalog:
        source = _marks(" ".join(message.id) if isinstance(message.id, list | tuple) else str(message.id))
        forms = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
        # A plural form may leave the number out: "the only one".
        fits = source.issuperset if message.pluralizable else source.__eq__
        wrong += [f"{message.id} -> {form}" for form in forms if message.id and form and not fits(_marks(form))]
    assert wrong == []


def _marks(text: str) -> set[str]:
    """Its placeholders and tags."""
    return set(re.findall(r"%\(\w+\)s|</?\w+", text))


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory, database: Any, ini_settings: dict[str, str]) -> Iterator[Any]:
    """The known organisation, on pages in the made-up language."""
    folder = tmp_path_factory.mktemp("locale")
    write_catalogue(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "FOLDER", folder)
        languages.language_of.cache_clear()
        template = database.template("company", company_data.load)
        with (
            engines_on(database, template) as engines,
            app_on(engines, ini_settings, **{"pages.languages": CODE}) as app,
        ):
            yield app
    languages.language_of.cache_clear()


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("e06@larkfield.example", None),
        ("e02@larkfield.example", "people_team"),
        ("e01@larkfield.example", "administrator"),
    ],
)
def test_no_english_is_left_on_any_page(pseudo: Any, email: str, role: str | None) -> None:
    client = signed_in(pseudo, email, role=role)
    pages = list(crawl(client, "/", "/employees?q=qqqq", "/nowhere"))
    # Read afterwards: looking at pages writes to the audit log, which pages show.
    with pseudo.registry.engines.read.connect() as conn:
        known = words_of_data(conn)
    left: dict[str, str] = {}
    for address, response in pages:
        if response.content_type == "text/html" and not address.startswith("/api"):
            left = dict.fromkeys(untranslated(response.text, known | OURS), address) | left
    assert left == {}, "\n".join(f"{word} {where}" for word, where in left.items())


#: Names of formats, the name of the directory, what was searched for, months where Babel does not know the language.
OURS = {"vCard", "CSV", "qqqq", "Testing", *"Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split()}
