"""The facts of a timeline in words, with links for what they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from myproject.directory import departments
from myproject.directory.career.facts import Event, Fact
from myproject.pages.rows import Links, day_in_words
from myproject.request import Request


class Piece(NamedTuple):
    """A part of a sentence; `url` "" is plain text."""

    text: str
    url: str = ""


class Told(NamedTuple):
    """An event of the timeline as it is written down."""

    day: str
    iso: str
    phase: str
    sentences: list[list[Piece]]
    revisions: Sequence[int]


def told(request: Request, events: Iterable[Event]) -> list[Told]:
    """Every event in words, in the order given."""
    words = Words(request)
    return [
        Told(
            day_in_words(event.day),
            event.day.isoformat(),
            event.phase,
            [words.of(fact, ahead=event.phase == "planned") for fact in event.facts],
            event.revisions,
        )
        for event in events
    ]


class Words:
    """Makes sentences of facts."""

    def __init__(self, request: Request) -> None:
        self._links = Links(request)
        self._tree = departments.tree(request.conn, request.clock, counts=False)

    def of(self, fact: Fact, *, ahead: bool) -> list[Piece]:
        """One fact as a sentence; what lies ahead is told in the present tense, what is past in the past."""
        sentence = _SENTENCES[fact.what](self, fact, ahead)
        if fact.role is not None and fact.what not in ("second_begins", "second_ends"):
            sentence.append(Piece(f" (as {fact.role})"))
        return [piece for piece in sentence if piece.text]

    def _person(self, fact: Fact, name: str | None) -> Piece:
        return Piece(name or "someone", self._links.person(fact.person) if fact.person is not None else "")

    def _department(self, number: int | None, name: str | None) -> Piece:
        node = self._tree.get(number)
        return Piece(name or "a department", self._links.department(node.path) if node else "")

    def joined(self, fact: Fact, ahead: bool) -> list[Piece]:
        again = fact.what == "rejoined"
        verb = {
            (False, False): "Joined",
            (False, True): "Joins",
            (True, False): "Came back",
            (True, True): "Comes back",
        }[again, ahead]
        pieces = [Piece(verb)]
        with_it = fact.with_it
        if "title" in with_it:
            pieces.append(Piece(f" as {with_it['title']}"))
        if "department" in with_it:
            pieces += [Piece(" in "), self._department(with_it["department_id"], with_it["department"])]
        if "location" in with_it:
            pieces.append(Piece(f", {with_it['location']}"))
        if "manager" in with_it:
            reporting = Piece(with_it["manager"], self._links.person(with_it["manager_id"]))
            pieces += [Piece(", reporting to "), reporting]
        return pieces

    def left(self, _fact: Fact, ahead: bool) -> list[Piece]:
        return [Piece("Last day here" if ahead else "Left")]

    def title(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.now is None:
            return [Piece(f"{'Has' if ahead else 'Had'} no job title any more"), _before(fact)]
        return [Piece(f"{'Becomes' if ahead else 'Became'} {fact.now}"), _before(fact)]

    def department(self, fact: Fact, ahead: bool) -> list[Piece]:
        verb = "Moves to " if ahead else "Moved to "
        return [Piece(verb), self._department(fact.department, fact.now), _before(fact, "from")]

    def location(self, fact: Fact, ahead: bool) -> list[Piece]:
        if fact.now is None:
            return [Piece("No fixed location"), _before(fact)]
        return [Piece(f"{'Moves' if ahead else 'Moved'} to {fact.now}"), _before(fact, "from")]

    def fte(self, fact: Fact, _ahead: bool) -> list[Piece]:
        share = _share(fact.fte)
        return [Piece(f"Working time: {share}" if share else "Working time changed"), _before(fact)]

    def head_begins(self, fact: Fact, ahead: bool) -> list[Piece]:
        verb = "Becomes head of " if ahead else "Became head of "
        return [Piece(verb), self._department(fact.department, fact.now)]

    def head_ends(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return [Piece("No longer head of "), self._department(fact.department, fact.was)]

    def main(self, fact: Fact, ahead: bool) -> list[Piece]:
        return [Piece(f"{fact.now or 'Another role'} {'becomes' if ahead else 'became'} the main role")]

    def second_begins(self, fact: Fact, ahead: bool) -> list[Piece]:
        verb = "Takes on a second role" if ahead else "Took on a second role"
        return [Piece(verb), *self._second(fact, fact.now), Piece(_bracketed(_share(fact.fte)))]

    def second_ends(self, fact: Fact, ahead: bool) -> list[Piece]:
        return [
            Piece("Last day of the second role" if ahead else "Gave up the second role"),
            *self._second(fact, fact.was),
        ]

    def _second(self, fact: Fact, title: str | None) -> list[Piece]:
        pieces = [Piece(f" as {title}" if title else "")]
        if fact.role is not None:
            pieces += [Piece(" in "), self._department(fact.department, fact.role)]
        return pieces

    def manager(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return [Piece("New manager: "), self._person(fact, fact.now), _before(fact)]

    def manager_ends(self, fact: Fact, ahead: bool) -> list[Piece]:
        verb = "Last day of reporting to " if ahead else "Reported for the last day to "
        return [Piece(verb), self._person(fact, fact.was)]

    def dotted_begins(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return [Piece("Dotted line to "), self._person(fact, fact.now)]

    def dotted_ends(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return [Piece("Last day of the dotted line to "), self._person(fact, fact.was)]

    def acting_begins(self, fact: Fact, ahead: bool) -> list[Piece]:
        return [self._person(fact, fact.now), Piece(" becomes acting manager" if ahead else " became acting manager")]

    def acting_ends(self, fact: Fact, _ahead: bool) -> list[Piece]:
        return [Piece("Last day under acting manager "), self._person(fact, fact.was)]


_SENTENCES: dict[str, Any] = {
    name: getattr(Words, {"rejoined": "joined"}.get(name, name))
    for name in (
        "joined",
        "rejoined",
        "left",
        "title",
        "department",
        "location",
        "fte",
        "head_begins",
        "head_ends",
        "main",
        "second_begins",
        "second_ends",
        "manager",
        "manager_ends",
        "dotted_begins",
        "dotted_ends",
        "acting_begins",
        "acting_ends",
    )
}


def _before(fact: Fact, word: str = "before:") -> Piece:
    if fact.was is None:
        return Piece("")
    return Piece(f", from {fact.was}" if word == "from" else f", before: {fact.was}")


def _share(share: float | None) -> str:
    """A share of full time as one says it."""
    if share is None:
        return ""
    return "full time" if share == 1 else f"{share * 100:.3g} %"


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""
