"""The facts of a timeline in words, with links for what they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, get_args

from myproject.directory.departments import department_tree
from myproject.directory.people.career.facts import CareerEvent, Fact, What
from myproject.language.formats import day_text, percent_text
from myproject.language.texts import gettext as _
from myproject.pages.people.values import Links
from myproject.web.request import Request


class Piece(NamedTuple):
    """A part of a sentence; `url` "" is plain text."""

    text: str
    url: str = ""


class TimelineLine(NamedTuple):
    """An event of the timeline as it is written down."""

    day: str
    iso: str
    phase: str
    sentences: list[list[Piece]]
    revisions: Sequence[int]


def timeline_lines(request: Request, events: Iterable[CareerEvent]) -> list[TimelineLine]:
    """Every event in words, in the order given."""
    words = Words(request)
    return [
        TimelineLine(
            day_text(event.day),
            event.day.isoformat(),
            event.phase,
            [words.of(fact, ahead=event.phase == "planned") for fact in event.facts],
            event.revisions,
        )
        for event in events
    ]


def pieces(text: str, **values: str | Piece | list[Piece]) -> list[Piece]:
    """A translated text as pieces, with the values in its named places: ``pieces(_("Left %(name)s"), name=...)``."""
    made: list[Piece] = []
    for place, part in enumerate(_PLACES.split(text)):
        value = values[part] if place % 2 else part
        made += value if isinstance(value, list) else [Piece(value) if isinstance(value, str) else value]
    return [piece for piece in made if piece.text]


_PLACES = re.compile(r"%\((\w+)\)s")


class Words:
    """Makes sentences of facts."""

    def __init__(self, request: Request) -> None:
        self._links = Links(request)
        self._tree = department_tree.tree(request.conn, request.clock, counts=False)

    def of(self, fact: Fact, *, ahead: bool) -> list[Piece]:
        """One fact as a sentence; what lies ahead is told in the present tense, what is past in the past."""
        sentence = _SENTENCES[fact.what](self, fact, ahead)
        if fact.role is not None and fact.what not in ("second_begins", "second_ends"):
            sentence = pieces(_("%(sentence)s (as %(role)s)"), sentence=sentence, role=fact.role)
        return sentence

    def _person(self, fact: Fact, name: str | None) -> Piece:
        return Piece(name or _("someone"), self._links.person(fact.person) if fact.person is not None else "")

    def _department(self, number: int | None, name: str | None) -> Piece:
        node = self._tree.get(number)
        return Piece(name or _("a department"), self._links.department(node.path) if node else "")

    def joined(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.what == "rejoined":
            sentence = [Piece(_("Comes back") if ahead else _("Came back"))]
        else:
            sentence = [Piece(_("Joins") if ahead else _("Joined"))]
        about = fact.with_it
        department = self._department(about["department_id"], about["department"]) if "department" in about else None
        if "title" in about and department:
            text = _("%(joined)s as %(title)s in %(department)s")
            sentence = pieces(text, joined=sentence, title=about["title"], department=department)
        elif "title" in about:
            sentence = pieces(_("%(joined)s as %(title)s"), joined=sentence, title=about["title"])
        elif department:
            sentence = pieces(_("%(joined)s in %(department)s"), joined=sentence, department=department)
        if "location" in about:
            sentence = pieces(_("%(joined)s, %(location)s"), joined=sentence, location=about["location"])
        if "manager" in about:
            manager = Piece(about["manager"], self._links.person(about["manager_id"]))
            sentence = pieces(_("%(joined)s, reporting to %(manager)s"), joined=sentence, manager=manager)
        return sentence

    def left(self, _fact: Fact, ahead: bool) -> list[Piece]:
        return [Piece(_("Last day here") if ahead else _("Left"))]

    def title(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.now is None:
            text = _("No longer has a job title (was %(before)s)") if fact.was else _("No longer has a job title")
        elif ahead:
            text = _("Becomes %(title)s (was %(before)s)") if fact.was else _("Becomes %(title)s")
        else:
            text = _("Became %(title)s (was %(before)s)") if fact.was else _("Became %(title)s")
        return pieces(text, title=fact.now or "", before=fact.was or "")

    def department(self, fact: Fact, ahead: bool) -> list[Piece]:
        return pieces(
            _moved(ahead, bool(fact.was)), place=self._department(fact.department, fact.now), before=fact.was or ""
        )

    def location(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.now is None:
            text = _("No fixed location (was %(before)s)") if fact.was else _("No fixed location")
        else:
            text = _moved(ahead, bool(fact.was))
        return pieces(text, place=fact.now or "", before=fact.was or "")

    def fte(self, fact: Fact, _ahead: bool) -> list[Piece]:
        share = share_text(fact.fte)
        if share:
            text = _("Working time: %(share)s (was %(before)s)") if fact.was else _("Working time: %(share)s")
        else:
            text = _("Working time changed (was %(before)s)") if fact.was else _("Working time changed")
        return pieces(text, share=share, before=fact.was or "")

    def head_begins(self, fact: Fact, ahead: bool) -> list[Piece]:
        text = _("Becomes head of %(department)s") if ahead else _("Became head of %(department)s")
        return pieces(text, department=self._department(fact.department, fact.now))

    def head_ends(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return pieces(_("No longer head of %(department)s"), department=self._department(fact.department, fact.was))

    def main(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.now is None:
            return [Piece(_("Another role becomes the main role") if ahead else _("Another role became the main role"))]
        text = _("%(role)s becomes the main role") if ahead else _("%(role)s became the main role")
        return pieces(text, role=fact.now)

    def second_begins(self, fact: Fact, ahead: bool) -> list[Piece]:
        sentence = self._second(_("Takes on a second role") if ahead else _("Took on a second role"), fact, fact.now)
        share = share_text(fact.fte)
        return pieces(_("%(sentence)s (%(share)s)"), sentence=sentence, share=share) if share else sentence

    def second_ends(self, fact: Fact, ahead: bool) -> list[Piece]:
        text = _("Last day in the second role") if ahead else _("Gave up the second role")
        return self._second(text, fact, fact.was)

    def _second(self, text: str, fact: Fact, title: str | None) -> list[Piece]:
        department = self._department(fact.department, fact.role) if fact.role is not None else None
        if title and department:
            return pieces(
                _("%(sentence)s as %(title)s in %(department)s"), sentence=text, title=title, department=department
            )
        if title:
            return pieces(_("%(sentence)s as %(title)s"), sentence=text, title=title)
        if department:
            return pieces(_("%(sentence)s in %(department)s"), sentence=text, department=department)
        return [Piece(text)]

    def manager(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.was:
            text = (
                _("Reports to %(person)s (was %(before)s)")
                if ahead
                else _("Now reports to %(person)s (was %(before)s)")
            )
        else:
            text = _("Reports to %(person)s") if ahead else _("Now reports to %(person)s")
        return pieces(text, person=self._person(fact, fact.now), before=fact.was or "")

    def manager_ends(self, fact: Fact, ahead: bool) -> list[Piece]:
        text = _("Last day of reporting to %(person)s") if ahead else _("No longer reports to %(person)s")
        return pieces(text, person=self._person(fact, fact.was))

    def dotted_begins(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return pieces(_("Dotted line to %(person)s"), person=self._person(fact, fact.now))

    def dotted_ends(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return pieces(_("Last day of the dotted line to %(person)s"), person=self._person(fact, fact.was))

    def acting_begins(self, fact: Fact, ahead: bool) -> list[Piece]:
        text = _("%(person)s becomes acting manager") if ahead else _("%(person)s became acting manager")
        return pieces(text, person=self._person(fact, fact.now))

    def acting_ends(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return pieces(_("Last day under acting manager %(person)s"), person=self._person(fact, fact.was))


_SENTENCES: dict[What, Callable[[Words, Fact, bool], list[Piece]]] = {
    what: getattr(Words, "joined" if what == "rejoined" else what) for what in get_args(What)
}


def _moved(ahead: bool, known_before: bool) -> str:
    if ahead:
        return _("Moves from %(before)s to %(place)s") if known_before else _("Moves to %(place)s")
    return _("Moved from %(before)s to %(place)s") if known_before else _("Moved to %(place)s")


def share_text(share: float | None) -> str:
    """A share of full time as one says it."""
    if share is None:
        return ""
    return _("full time") if share == 1 else percent_text(share, exact=True)
