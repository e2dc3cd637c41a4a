"""What a page can listen to.

people          whom it lists: any employee, department or location
person:17       one employee
department:3    a department, with all below it
"""

from __future__ import annotations

import re
from typing import NamedTuple

from myproject.directory.changes.affected import VisibleThings

_TOPIC = re.compile(r"(people|mine)|(person|department|person-form|department-form):([1-9][0-9]{0,17})").fullmatch

MOST = 20
"""Topics of one page."""


class LiveTopic(NamedTuple):
    """One of them."""

    kind: str
    id: int = 0

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def is_form(self) -> bool:
        """Whether it is a form, which people are in rather than told of."""
        return self.kind.endswith("-form")

    def is_in(self, visible: VisibleThings) -> bool:
        """Whether something is told that belongs to it."""
        if self.kind == "mine" or self.is_form:
            return False
        if visible.everything:
            return True
        if self.kind == "people":
            return bool(visible.people or visible.departments)
        return self.id in (visible.people if self.kind == "person" else visible.departments)


MINE = LiveTopic("mine")


def read_topic(text: str) -> LiveTopic:
    """A topic as it is written. Raises ValueError."""
    found = _TOPIC(text)
    if found is None:
        raise ValueError(text)
    everyone, kind, number = found.groups()
    return LiveTopic(everyone) if everyone else LiveTopic(kind, int(number))
