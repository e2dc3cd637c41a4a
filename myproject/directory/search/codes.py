"""Employee numbers, mail addresses and phone numbers in the forms under which they are found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from myproject.directory.schema.text import fold

# Country codes of one and two digits (ITU E.164); all others have three, and none begins like another.
_SHORT_CODES = frozenset(
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66"
    " 81 82 84 86 90 91 92 93 94 95 98".split()
)
_DIVIDERS = re.compile(r"[\W_]+")
_NO_DIGITS = re.compile(r"[^0-9]+")
_INTERNATIONAL = re.compile(r"\s*(?:[+＋]|00)")

_TRUNK = "(0)"
"""How people write the zero that is dialled within the country only."""

PHONE_FROM = 4
"""So many digits make a phone number worth looking for."""


def number_form(number: str) -> str:
    """An employee number's folded letters and digits, however it is divided: "E-00123" -> "e00123"."""
    return _DIVIDERS.sub("", fold(number))[:32]


def significant_digits(text: str) -> str:
    """The digits without leading zeros: "e00123" -> "123"; "0" if there are but zeros, "" without any."""
    digits = digits_of(text)
    return (digits.lstrip("0") or "0") if digits else ""


def digits_of(text: str) -> str:
    """The decimal digits of a text, as ASCII."""
    return _NO_DIGITS.sub("", text if text.isascii() else fold(text))


def phone_forms(phone: str) -> tuple[str, str] | None:
    """(national digits, all digits reversed) of a phone number as people write it; None without enough digits.

    "+44 (0)20 7946 0123" -> ("2079460123", "321064970244"). A number that names no country counts as national,
    without its trunk zero. An extension counts as the last digits.
    """
    digits = digits_of(phone.replace(_TRUNK, ""))
    if len(digits) < 2:
        return None
    if _INTERNATIONAL.match(phone):
        whole = digits.lstrip("0")
        national = without_country(whole)
    else:
        whole = national = digits.lstrip("0") or digits
    return national[:60], whole[::-1][:60]


@dataclass(frozen=True, slots=True)
class PhoneQuestion:
    """The digits of a phone number as somebody types them: beginnings of its two indexed forms."""

    starts: tuple[str, ...]
    ends: tuple[str, ...]


def phone_question(typed: str) -> PhoneQuestion | None:
    """How to look for typed digits: as the beginning of a national number and as the end of any; None if too few."""
    digits = digits_of(typed.replace(_TRUNK, ""))
    bare = digits.lstrip("0")
    if len(digits) < PHONE_FROM or len(bare) < 2:
        return None
    starts = {bare}
    if _INTERNATIONAL.match(typed) and len(national := without_country(bare)) >= PHONE_FROM - 1:
        starts.add(national)
    ends = {digits} | ({bare} if len(bare) >= PHONE_FROM else set())
    return PhoneQuestion(tuple(sorted(start[:60] for start in starts)), tuple(sorted(end[::-1][:60] for end in ends)))


def without_country(digits: str) -> str:
    """An international number's digits without its country code: "442079460123" -> "2079460123"."""
    for length in (1, 2):
        if digits[:length] in _SHORT_CODES:
            return digits[length:]
    return digits[3:]


def mail_form(mail: str) -> str:
    """A mail address folded for looking up."""
    return fold(mail)[:254]
