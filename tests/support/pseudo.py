"""A language that nobody speaks: every text in ⟦brackets⟧, so that what is not translated stands out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from babel.messages.mofile import write_mo
from bs4 import BeautifulSoup

from myproject.language.catalogues import extracted
from myproject.language.languages import DOMAIN
from myproject.models.meta import Base

CODE = "en-XA"
_LETTERS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|&\w+;|\{\w*\})")
_SHOWN_ATTRIBUTES = (
    "aria-label",
    "alt",
    "title",
    "placeholder",
    "data-label",
    "aria-description",
    "aria-roledescription",
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def accented(text: str) -> str:
    """A text as it is in the language: "⟦Sávé⟧". Placeholders and markup stay."""
    parts = _KEPT.split(text)
    return f"⟦{''.join(part if place % 2 else part.translate(_LETTERS) for place, part in enumerate(parts))}⟧"


def write_catalogue(folder: Path) -> None:
    """The catalogue of every text of the code, as ``FOLDER`` holds one."""
    catalog = extracted()
    catalog.locale = None
    for message in catalog:
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else message.id
            message.string = tuple(map(accented, forms)) if message.pluralizable else accented(forms[0])
    place = folder / CODE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalog)


def words_of_data(conn: sa.Connection) -> set[str]:
    """Every word that stands in the database: names, titles, reasons."""
    words: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for row in conn.execute(sa.select(table)):
            for value in row:
                words.update(_WORD.findall(str(value)))
    return words


def untranslated(html: str, known: set[str]) -> list[str]:
    """The words of a page that are neither in brackets nor data, in their order."""
    soup: Any = BeautifulSoup(html, "html.parser")
    texts: list[str] = []
    for element in soup.find_all(True):
        if element.name in ("script", "style", "code", "pre", "kbd") or element.find_parent(["code", "pre", "svg"]):
            continue
        if element.get("lang") not in (None, CODE):
            continue
        texts += [_outside(str(element[name])) for name in _SHOWN_ATTRIBUTES if element.get(name)]
    for gone in soup.find_all(["script", "style", "code", "pre", "kbd", "svg"]):
        gone.decompose()
    for gone in soup.find_all(attrs={"lang": lambda value: value not in (None, CODE)}):
        gone.decompose()
    texts.append(_outside(soup.get_text("\n")))
    return [word for text in texts for word in _WORD.findall(text) if word not in known]


def _outside(text: str) -> str:
    """What stands in no brackets."""
    kept, depth = [], 0
    for letter in text:
        if letter == "⟦":
            depth += 1
        elif letter == "⟧":
            depth -= 1
            kept.append(" ")
        elif depth == 0:
            kept.append(letter)
    return "".join(kept)
