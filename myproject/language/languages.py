"""The languages that there are, and the one that is spoken now.

A request, or whoever writes a mail, says in which language (`use`, `speaking`); without that it is English, as for
commands and the API. The catalogues lie in ``locale/``; `make messages` keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "locale"
SOURCE = "en"
"""The language of the texts in the code."""
DOMAIN = "myproject"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Language:
    """A language that pages can be in."""

    def __init__(self, code: str, translations: NullTranslations, fingerprint: str = "") -> None:
        self.code = code
        """As in ``<html lang>``: "en", "de", "ar"."""
        self.translations = translations
        self.fingerprint = fingerprint
        """Another one for other translations."""
        self.direction = "rtl" if code.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"

    def __repr__(self) -> str:
        return f"<Language {self.code}>"


ENGLISH = Language(SOURCE, NullTranslations())


def available() -> tuple[str, ...]:
    """The codes of the languages that have a catalogue, with English before them."""
    found = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE, *found)


@lru_cache(maxsize=64)
def language_of(code: str) -> Language:
    """The language of a code. Raises LookupError where there is no catalogue."""
    if code == SOURCE:
        return ENGLISH
    path = FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if code not in available():
        raise LookupError(f"No catalogue {path.name} for the language {code}.")
    catalogue = path.read_bytes()
    return Language(code, GNUTranslations(BytesIO(catalogue)), sha256(catalogue).hexdigest())


_current: ContextVar[Language | Callable[[], Language]] = ContextVar("language", default=ENGLISH)


def use(language: Language | Callable[[], Language]) -> None:
    """Speak it from now on, in this thread. What gives a language is asked when the first text is."""
    _current.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak another language for a while, as a mail does."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Language:
    """The language that is spoken."""
    language = _current.get()
    if isinstance(language, Language):
        return language
    found = language()
    _current.set(found)
    return found
