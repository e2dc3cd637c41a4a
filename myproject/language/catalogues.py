"""Keeps the catalogues: ``make messages``.

Texts of the code and of the templates are taken into ``locale/LANGUAGE/LC_MESSAGES/myproject.po``, what is gone goes,
and each catalogue is compiled beside it. A new language is a new folder with an empty ``myproject.po``.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from myproject.language.languages import DOMAIN, FOLDER

PACKAGE = FOLDER.parent
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in the head of every catalogue: the same texts are the same file. Git knows the true one."""
_METHODS = [
    ("templates/**.html", "jinja2"),
    ("migrations/**.py", "ignore"),
    ("demo/**.py", "ignore"),
    ("**.py", "python"),
]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "encoding": "utf-8"}}
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "marked": None,
    "marked_plural": (1, 2),
}


def extracted() -> Catalog:
    """Every text of the code, with the files where it stands."""
    catalog = Catalog(domain=DOMAIN, project="myproject", charset="utf-8")
    found = extract_from_dir(PACKAGE, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("NOTE:",))
    for name, _, message, comments, context in found:
        catalog.add(message, None, [(Path(name).as_posix(), 1)], auto_comments=comments, context=context)
    return catalog


def updated(path: Path, template: Catalog) -> Catalog:
    """A catalogue with exactly the texts of the code. A changed text is a new one: nothing is guessed."""
    language = path.parent.parent.name
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, domain=DOMAIN)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def written(catalog: Catalog) -> tuple[bytes, bytes]:
    """A catalogue as .po and as .mo, always the same for the same texts."""
    catalog.creation_date = catalog.revision_date = _ALWAYS
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalog, width=120, sort_output=True, omit_header=False, include_lineno=False)
    write_mo(compiled, catalog)
    lines = text.getvalue().decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By'))]
    return "".join(kept).encode(), compiled.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or only a part of the plural forms."""
    lacking = []
    for message in catalog:
        if message.id:
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if not all(strings):
                lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def main() -> None:
    """Bring every catalogue up to date, and tell what is left to translate."""
    template = extracted()
    for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalog = updated(path, template)
        text, compiled = written(catalog)
        path.write_bytes(text)
        path.with_suffix(".mo").write_bytes(compiled)
        lacking = missing(catalog)
        print(f"{path.parent.parent.name}: {len(catalog)} texts, {len(lacking)} without a translation")  # noqa: T201


if __name__ == "__main__":
    main()
