"""Folding of text for sorting, searching and comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t"}
)
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text without case, accents and doubled spaces: "Ødegård  Søren" -> "odegard soren".

    Compatibility forms (full width, ligatures) become plain ones; scripts other than Latin keep their letters.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", bare.translate(_LETTERS)).split())


def words(text: str) -> list[str]:
    """The folded words of a text, in order; an apostrophe joins ("O'Brien" -> "obrien"), all else divides."""
    folded = _APOSTROPHES.sub("", fold(text))
    if folded.isascii():
        return _WORD.findall(folded)
    # A vowel sign belongs to its word in the scripts of India and South-East Asia; to `re` it is punctuation.
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded).split()


def slug(text: str) -> str:
    """The text as one step of an address: "R & D, Øst" -> "r-d-ost"; "x" if nothing is left."""
    return "-".join(words(text))[:100].strip("-") or "x"


def clean(text: str) -> str:
    """One line without control characters, no-break spaces and doubled blanks."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
