"""The forms of careers: their entries, and what is typed into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from myproject.directory.schema.verbs import Verb
from myproject.web.forms import Form
from myproject.web.params import Day, Flag, Id, Text

Kind = Literal["person", "department", "location", "title", "day", "text", "email", "percent", "choice", "flag", "role"]


class Entry(NamedTuple):
    """A field of a form: its name, what it is called, and how it is entered."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class Entered(NamedTuple):
    """What was entered, with everything looked up."""

    form: Any
    ids: Mapping[str, int | None]
    """Entry of a person, a department or a location -> whom or what is meant."""
    before: Mapping[str, str]
    """What the form began with."""
    begins: frozenset[str] = frozenset()
    """Of a correction: the facts that begin on its day."""

    def changed(self, name: str) -> bool:
        """Whether an entry holds something else than it began with."""
        return str(getattr(self.form, name) or "").strip() != self.before.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Action:
    """An action, as menus and forms have it."""

    name: str
    title: str
    """Above the form; %(name)s is the person."""
    form: type[Form]
    entries: tuple[Entry, ...]
    verbs: Callable[[int, Entered], list[Verb]]
    """The verbs, from the id of the person and what was entered."""
    second: bool = False
    """Whether it is done with who has a role beside the main one."""
    dated: bool = False
    """Whether it begins with what was recorded for its day, instead of today."""
    former: bool = False
    """Whether it is done with people who do not work here now."""


class ActionForm(Form):
    """Of every action: why, and what is to be done with the form."""

    reason: Text = ""
    do: Literal["review", "save", "edit"] = "review"


class ChangeJobForm(ActionForm):
    """Another department, title, location, share of full time."""

    on: Day
    department: Text = ""
    job_title: Text = ""
    location: Text = ""
    fte: Text = ""
    is_head: Flag = False
    until: Day | None = None
    also_later: Flag = False


class ManagerForm(ActionForm):
    """Whom somebody reports to."""

    on: Day
    manager: Text = ""
    kind: Literal["solid", "dotted", "acting"] = "solid"
    until: Day | None = None
    also_later: Flag = False


class SecondRoleForm(ActionForm):
    """A role beside the main one."""

    on: Day
    department: Text
    job_title: Text = ""
    location: Text = ""
    manager: Text = ""
    fte: Text = ""
    until: Day | None = None


class RoleForm(ActionForm):
    """Which role beside the main one, and the day."""

    assignment: Id
    day: Day


class CorrectForm(ActionForm):
    """What was recorded for a day and was always wrong."""

    on: Day
    department: Text = ""
    job_title: Text = ""
    location: Text = ""
    fte: Text = ""
    is_head: Flag = False
    manager: Text = ""
    valid_from: Day | None = None
    never: Flag = False


class LeaveForm(ActionForm):
    """The last day, and who takes the reports."""

    last_day: Day
    hand_over_to: Text = ""
    report: tuple[Id, ...] = ()
    """The reports, in the order in which they were shown."""
    taken_by: tuple[Text, ...] = ()
    """Who takes each of them; "" whoever takes the others."""


class RehireForm(SecondRoleForm):
    """A new employment."""


class HireForm(RehireForm):
    """Somebody new."""

    given_name: Text = ""
    family_name: Text = ""
    employee_number: Text
    email: Text = ""
    invite: Flag = False
    another: Flag = False


def share(text: str) -> float | None:
    """A share of full time as it is typed: "80", "80 %", "0.8". None for what is none."""
    try:
        number = float(text.replace("%", "").replace(",", ".").strip())
    except ValueError:
        return None
    number = number / 100 if number > MOST_TIMES or "%" in text else number
    return number if 0 < number <= MOST_TIMES else None


MOST_TIMES = 2
"""Full times that one assignment can be; a larger number is a share in per cent."""
