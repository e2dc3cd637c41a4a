"""Texts in the language that is spoken.

English is the source: the text itself is the key of its translation, and placeholders are named:
``_("Saved as change #%(number)s.", number=12)``. A text is one whole sentence, never put together from parts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from myproject.language.formats import day_text, number_text
from myproject.language.languages import current

S = TypeVar("S", bound=str)


def gettext(message: str, **values: Any) -> str:
    """A text in the language that is spoken. With values, a % that is meant is written twice."""
    text = current().translations.gettext(message) if message else message
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    """A text about a number of things; ``%(num)s`` is the number as it is written."""
    text = current().translations.ngettext(one, many, number)
    return text % ({"num": number_text(number)} | values)


def pgettext(context: str, message: str, **values: Any) -> str:
    """A text whose translation depends on where it stands: "Open" as a verb, and as a state."""
    text = current().translations.pgettext(context, message)
    return text % values if values else text


def marked(message: S) -> S:
    """The text as it is, for a declaration: found by `make messages`, translated where it is shown."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """Both forms of a text about a number of things, for a declaration: ``ngettext(*forms, number)`` shows it."""
    return one, many


def moment_text(moment: datetime) -> str:
    """A moment, in the zone that it has: "12 Mar 2025, 14:32"."""
    time = moment.strftime("%H:%M")
    return gettext("%(day)s, %(time)s", day=day_text(moment.date()), time=time)


def length_text(text: str) -> str:
    """How long a text is, for one that is too long."""
    return ngettext("The text has %(num)s character.", "The text has %(num)s characters.", len(text))
