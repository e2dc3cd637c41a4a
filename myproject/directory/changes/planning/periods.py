"""The periods that verbs name and correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.models.dated import FOREVER

from .draft import Refusal
from .field_runs import moves_start
from .rows import R, day_after


def period_of(start: date, last_day: date | None) -> tuple[date, date]:
    """[on, until] of a verb as a half-open period."""
    end = day_after(last_day)
    if end <= start:
        raise _backwards(
            "until", last_day or end, _("Choose a last day from %(day)s on, or none.", day=day_text(start))
        )
    return start, end


def corrected_period(
    rows: Sequence[R], row: R, dates: Mapping[str, Any], today: date, field: str = "valid_to"
) -> tuple[date, date]:
    """[valid_from, valid_to) of a row as corrected. A planned change may move past the next one of its thing.

    dates: those of `valid_from` and `valid_to` that the verb names. field: what a refusal blames.
    """
    start = dates.get("valid_from") or row.valid_from
    end = (dates["valid_to"] or FOREVER) if "valid_to" in dates else row.valid_to
    if end <= start and ("valid_to" in dates or not moves_start(rows, row, start, today)):
        raise _backwards(field, end, _("Choose an end after %(day)s, or none.", day=day_text(start)))
    return start, end


def _backwards(field: str, day: date, remedy: str) -> Refusal:
    return Refusal(field, _("It would end on %(day)s, before it begins.", day=day_text(day)), remedy)


def check_correction(changes: Any, remove: bool, field: str | None, remedy: str) -> None:
    """Refuse a correction that both changes and removes a row, or neither."""
    if bool(changes) == remove:
        raise Refusal(field, _("Correct or remove it, not both."), remedy)
