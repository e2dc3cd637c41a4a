"""Days as people write them in sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from myproject.directory.schema.text import fold

Order = Literal["dmy", "mdy"]

OPEN_FROM_YEAR = 2200
"""An end in this year or later, like 9999-01-01, is no end."""

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:.*)?")
_PARTS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?: \d{1,2}:.*)?")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?(?: (?:of|de)(?= ))?[- ./]*([^\W\d_]+)\.?(?: de)?[- ,./']*(\d{4}|\d{2})"
)
_NAMED_FIRST = re.compile(r"([^\W\d_]+)\.?[- ./]*(\d{1,2})(?:st|nd|rd|th)?[- ,./']+(\d{4}|\d{2})")
_NAMED_LAST = re.compile(r"(\d{4})[- ./]+([^\W\d_]+)\.?[- ./]+(\d{1,2})")
_WEEKDAY = re.compile(r"^[^\W\d_]+\.?,? +(?=\d)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")

# The folded beginnings of the months in English, German, French, Spanish, Italian, Dutch and Portuguese.
_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            "jan jän ene gen", "feb fev fév", "mar mär mrt maa", "apr avr abr", "may mai mei mag maj", "jun juin giu",
            "jul juil lug", "aug aoû ago aou", "sep set", "oct okt ott out", "nov", "dec dez déc dic dis",
        ),
        start=1,
    )
    for month in map(fold, names.split())
}  # fmt: skip


class NotADay(ValueError):
    """The text is no day, or could be two. The message completes "…"; `remedy` says what to write."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


_WRITE = "Write it like 2024-03-31."


@lru_cache(maxsize=65536)
def read_day(text: str, formats: tuple[str, ...] = (), order: Order | None = None, pivot: int = 2035) -> date:
    """The day that a text names.

    formats: strptime formats that are tried first. order: which comes first in 03/04/2024; None refuses to guess.
    pivot: the last year that two digits may mean. Raises NotADay.
    """
    text = " ".join(text.split())
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    parts = _by_shape(text, order, pivot)
    if parts is None:
        raise NotADay("is not a date", _WRITE)
    if isinstance(parts, date):
        return parts
    year, month, day = parts
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotADay("is not a day of the calendar", _WRITE) from error


def _by_shape(text: str, order: Order | None, pivot: int) -> tuple[int, int, int] | date | None:
    if match := _ISO.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _PLAIN.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _PARTS.fullmatch(text):
        return _numeric(int(match[1]), match[2], int(match[3]), _year(match[4], pivot), order)
    if _SERIAL.fullmatch(text):
        days = int(float(text))
        return date(1899, 12, 30) + timedelta(days=days) if 10_000 <= days < 110_000 else None
    bare = fold(text)
    for candidate in (bare, _WEEKDAY.sub("", bare)):
        if (match := _NAMED.fullmatch(candidate)) and (month := _month(match[2])):
            return _year(match[3], pivot), month, int(match[1])
        if (match := _NAMED_FIRST.fullmatch(candidate)) and (month := _month(match[1])):
            return _year(match[3], pivot), month, int(match[2])
        if (match := _NAMED_LAST.fullmatch(candidate)) and (month := _month(match[2])):
            return int(match[1]), month, int(match[3])
    return None


def _numeric(first: int, mark: str, second: int, year: int, order: Order | None) -> tuple[int, int, int]:
    if mark == "." or order == "dmy":  # with dots the day always comes first
        return year, second, first
    if order == "mdy":
        return year, first, second
    if first > 12 or first == second:
        return year, second, first
    if second > 12:
        return year, first, second
    raise NotADay(
        "may be the day or the month first",
        'Write it like 2024-03-31, or say dates = "dmy" or "mdy" in the mapping.',
    )


def _year(text: str, pivot: int) -> int:
    if len(text) == 4:
        return int(text)
    year = pivot - pivot % 100 + int(text)
    return year if year <= pivot else year - 100


def _month(name: str) -> int | None:
    for length in (4, 3):
        if len(name) >= length and (number := _MONTHS.get(name[:length])):
            return number
    return None


def order_of(texts: Iterable[str]) -> Order | None:
    """Which part comes first in days like 03/04/2024, told by the others of the column; None if nothing tells, or
    if they contradict each other."""
    seen: Counter[Order] = Counter()
    for text in texts:
        match = _PARTS.fullmatch(" ".join(text.split()))
        if match and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                seen["dmy"] += 1
            elif second > 12 >= first:
                seen["mdy"] += 1
    return next(iter(seen)) if len(seen) == 1 else None
