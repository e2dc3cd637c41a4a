"""Dates, times and numbers as they are written in the language that is spoken. Babel knows how.

English, the language of the texts in the code, is written here: it costs a start without Babel, which is 20 MB and a
tenth of a second, and months have three letters as everywhere in tables, where CLDR has "Sept".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from myproject.language.languages import ENGLISH, current

if TYPE_CHECKING:
    from babel import Locale

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Digits are written 0-9 in every language, as on cards, in addresses and in files.
_DIGITS = "latn"


@lru_cache(maxsize=64)
def _locale(code: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-" if "-" in code else "_")
    except (UnknownLocaleError, ValueError):  # a language that Babel does not know: as in English
        return Locale.parse("en_GB")


def day_text(day: date) -> str:
    """A date as one reads it: "12 Mar 2025"."""
    language = current()
    if language is ENGLISH:
        return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
    return _day(language.code, day, "yMMMd")


def month_text(day: date) -> str:
    """The month of a date: "March 2025"."""
    language = current()
    return f"{_MONTHS[day.month - 1]} {day.year}" if language is ENGLISH else _day(language.code, day, "yMMMM")


def short_day_text(day: date) -> str:
    """A date of this year: "12 Mar"."""
    language = current()
    return f"{day.day} {_MONTHS[day.month - 1][:3]}" if language is ENGLISH else _day(language.code, day, "MMMd")


def weekday_text(day: date) -> str:
    """The day of the week: "Sunday"."""
    language = current()
    return _WEEKDAYS[day.weekday()] if language is ENGLISH else _day(language.code, day, "EEEE")


@lru_cache(maxsize=8192)
def _day(code: str, day: date, skeleton: str) -> str:
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, day, locale=_locale(code))


def number_text(number: int) -> str:
    """A whole number: "12,345"."""
    if -1000 < number < 1000:
        return str(number)
    language = current()
    return f"{number:,}" if language is ENGLISH else _number(language.code, number)


@lru_cache(maxsize=4096)
def _number(code: str, number: int) -> str:
    from babel.numbers import format_decimal

    return format_decimal(number, locale=_locale(code), numbering_system=_DIGITS)


def percent_text(share: float, *, exact: bool = False) -> str:
    """A share of 1 in whole percent: "40 %" or "40%", as the language has it; `exact`: with the tenths."""
    share = round(share, 3 if exact else 2)
    language = current()
    if language is ENGLISH:
        return f"{share * 100:.4g}%"
    from babel.numbers import format_percent

    return format_percent(share, locale=_locale(language.code), decimal_quantization=False)


def list_text(items: Sequence[str], style: Literal["and", "or"] = "and") -> str:
    """Several things in a sentence: "A, B and C"; with style "or": "A, B or C"."""
    language = current()
    if language is ENGLISH:
        return f" {style} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))
    from babel.lists import format_list

    return format_list(items, style="or" if style == "or" else "standard", locale=_locale(language.code))


def language_name(code: str) -> str:
    """What a language calls itself: "Deutsch"."""
    locale = _locale(code)
    return locale.get_language_name(locale) or code


def country_name(code: str) -> str:
    """The name of a country by its two letters."""
    return _locale(current().code).territories.get(code, code)
