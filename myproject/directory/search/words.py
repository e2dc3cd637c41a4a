"""Words as they are indexed and typed: other spellings of them, and the forgiveness of one slip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from myproject.directory.schema.text import words

LONGEST = 64
"""Letters of a word that are kept; the column is no wider."""

TYPO_FROM = 3
"""Shorter words are taken as they are typed."""

PREFIX_FROM = 4
"""From so many letters on a slip is forgiven in the beginning of a word too, not in the whole word only."""

STEM = 5
"""Letters of the beginning from which variants are made: enough to tell words apart, few enough to be cheap."""


NAME_FIELDS = ("name", "given_name", "alternative_names", "email")
"""The fields that words of names come from, by their number in the index; they have audiences of their own."""

CALLED, GIVEN, ALTERNATIVE, MAIL = range(len(NAME_FIELDS))


# How these letters are written where a keyboard lacks them. `fold` only drops their marks: "Müller" is indexed as
# "muller" and as "mueller".
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_JOINED = re.compile(r"[-‐‑'’‘ʼ`´.]")


def spelt_out(text: str) -> str:
    """The text with umlauts and their like as two letters, other marks as they are."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.casefold()).translate(_SPELT_OUT)


@lru_cache(maxsize=65536)
def spellings(text: str) -> frozenset[str]:
    """Every word under which a name or title is found: "Jean-Luc O'Neill" -> jean, luc, jeanluc, oneill, o, neill.

    Words joined by a hyphen or an apostrophe count joined and apart, umlauts count as one letter and as two.
    """
    found: set[str] = set()
    for spelling in {text, spelt_out(text)}:
        found.update(words(spelling))
        if _JOINED.search(spelling):
            found.update(words(_JOINED.sub(" ", spelling)))
            found.update(words(_JOINED.sub("", spelling)))
    return frozenset(word[:LONGEST] for word in found)


@lru_cache(maxsize=65536)
def name_spellings(name: str) -> frozenset[str]:
    """`spellings` of one part of a person's name, and its words written as one: "van den Berg" -> also vandenberg."""
    found = spellings(name)
    if " " not in name.strip():
        return found
    return found | {"".join(words(spelling))[:LONGEST] for spelling in {name, spelt_out(name)} if words(spelling)}


def after(prefix: str) -> str:
    """The end, not included, of the range of words that begin with `prefix`, in order of code points."""
    return prefix + "\U0010ffff"


def just_after(word: str) -> str:
    """The end, not included, of the range that holds the word alone: a blank sorts before every letter."""
    return word + " "


def has_typos(word: str) -> bool:
    """Whether a slip in this word is forgiven: letters only, and enough of them."""
    return len(word) >= TYPO_FROM and (word.isalpha() or not any(c.isdigit() for c in word))


def stem(word: str) -> str:
    """The first letters of a word, which all its variants are made from."""
    return word[:STEM]


TAIL_AT = (STEM, STEM + 1, STEM + 2)
"""Where in a word one slip away the `tail` of the typed one begins, if the slip is before it."""


def tail(typed: str) -> str:
    """What follows the first letters of a typed word and one more.

    A word one slip away begins with the same `stem`, or it has this tail at one of `TAIL_AT`: two neighbours that are
    swapped may be the last letter of the stem and the one after it. Most words that share a variant do neither.
    """
    return typed[STEM + 1 :]


def variants(word: str) -> set[str]:
    """The first letters of a word, whole and with each of them left out: what known words are kept under.

    Two words that are one slip apart (a letter more, less or other, or two neighbours swapped) share a variant; so
    do a typed word and a known one that begins almost like it, with `lookups`.
    """
    start = stem(word)
    return {start} | {start[:place] + start[place + 1 :] for place in range(len(start))}


def lookups(typed: str) -> tuple[set[str], list[tuple[str, str]]]:
    """What to look for among the variants: exact ones, and ranges [from, to) of them.

    A typed word shorter than the stem is the beginning of a longer known word: what is left of it without a letter
    is then the beginning of a variant.
    """
    exact = variants(typed)
    if not PREFIX_FROM <= len(typed) < STEM:
        return exact, []
    return exact, [(variant, after(variant)) for variant in sorted(exact)]


def near(typed: str, word: str) -> bool | None:
    """True if `word` is at most one slip away from `typed`, False if only its beginning is, None if neither is.

    Whatever the slip is, it is where the two first differ. A thousand words take half a millisecond.
    """
    size = len(typed)
    least = min(size, len(word))
    at = 0
    while at < least and typed[at] == word[at]:
        at += 1
    rests = (
        (typed[at + 1 :], word[at + 1 :]),  # another letter
        (typed[at + 1 :], word[at:]),  # one too many
        (typed[at:], word[at + 1 :]),  # one too few
    )
    beginning = False
    for mine, its in rests:
        if mine == its:
            return True
        beginning = beginning or its.startswith(mine)
    if typed[at : at + 2] == word[at : at + 2][::-1]:
        mine, its = typed[at + 2 :], word[at + 2 :]
        if mine == its:
            return True
        beginning = beginning or its.startswith(mine)
    return False if beginning and PREFIX_FROM <= size <= len(word) else None


def nearest(typed: str, known: Iterable[str], limit: int) -> list[tuple[str, bool]]:
    """The known words within one slip of the typed one, whole words first, then in order; (word, whole word?)."""
    found = sorted(
        (not whole, word) for word in known if not word.startswith(typed) and (whole := near(typed, word)) is not None
    )
    return [(word, not beginning) for beginning, word in found[:limit]]
