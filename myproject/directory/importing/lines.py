"""Reporting lines into the change set, once everybody is in it: who is a manager may come later in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, pairwise
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from myproject.directory.schema.verbs import ChangeManager
from myproject.models.dated import FOREVER

from .careers import NOTHING, Period, StatedSpell, uncovered, within
from .comparing import last_day
from .current import RecordedLine, primary_lines
from .deriving import Derivation
from .emitting import Emitter, checked
from .findings import FilePlace
from .imported_person import ImportedPerson
from .people import People
from .references import plain
from .reporting import Boss, Bosses, LinePiece, shared
from .writing import Tally

GROUP = 4_000


class LineWriter:
    """Writes the reporting lines of an import."""

    def __init__(
        self,
        conn: Connection,
        people: People,
        bosses: Bosses,
        emitter: Emitter,
        effective: date,
        tally: Tally,
        derivation: Derivation | None,
    ) -> None:
        """tally: who was recorded before, so that the lines are to be compared."""
        self.conn = conn
        self.people = people
        self.findings = people.findings
        self.bosses = bosses
        self.emitter = emitter
        self.effective = effective
        self.known = tally.known
        self.again = tally.again
        self.derivation = derivation
        self._clear = people.mapping.rules.blanks == "clear" and "manager" in people.table

    def write(self, progress: Callable[[int], object]) -> None:
        """Write the lines of everyone."""
        order = iter(self.bosses.top_down() if self.known else list(self.people))
        while group := list(islice(order, GROUP)):
            ids = [person.id for person in group if person.id in self.known and person.id is not None]
            recorded = primary_lines(self.conn, ids, self.people.importer.hidden) if ids else {}
            for person in group:
                if person.fate == "good" and person.id is not None:
                    self._person(person, recorded.get(person.id, []))
            if self.emitter.full:
                self.emitter.flush()
            progress(len(group))
        self.emitter.flush()

    def _person(self, person: ImportedPerson, recorded: list[RecordedLine]) -> None:
        solid = [line for line in recorded if line.kind == "solid"]
        if self.derivation is not None:
            wanted = list(self.derivation.pieces(person))
            self._exactly(
                person, wanted, solid, list(person.periods), FilePlace(self.people.table.sheet.name, person.row)
            )
            return
        boss = self.bosses.of.get(person.row)
        if boss is not None and person.row not in self.bosses.settled:
            self._stated(person, boss, solid)
        elif boss is None and self._clear and person.manager is None and person.row not in self.bosses.lines:
            days = [Period(max(person.periods[-1].start, self.effective), person.periods[-1].end)]
            self._exactly(person, [], solid, [day for day in days if day.start < day.end], self._place(person))
        if person.row in self.bosses.lines:
            self._dated(person, recorded)

    def _place(self, person: ImportedPerson) -> FilePlace:
        column = None
        if "manager" in self.people.table:
            column = ", ".join(self.people.table.readers["manager"].value.columns)
        return FilePlace(self.people.table.sheet.name, person.row, column, person.manager and plain(person.manager))

    def _never_together(self, place: FilePlace, reason: str) -> None:
        self.findings.refuse("manager not there", place, reason, "Check the dates of both, or name another manager.")

    def _stated(self, person: ImportedPerson, boss: Boss, solid: list[RecordedLine]) -> None:
        """The manager whom the person's row states, on the days of the last employment on which both work here."""
        place = self._place(person)
        if not self.bosses.is_good(boss, place):
            return
        last = person.periods[-1]
        pieces = shared([last], boss)
        if not pieces:
            self._never_together(place, "The person and the manager never work here at the same time.")
            return
        if pieces[0].start > last.start:
            self.findings.note("manager came later", place, f"The line begins with the manager, on {pieces[0].start}.")
        if pieces[-1].end < last.end:
            self.findings.note(
                "manager leaves earlier", place, f"The line ends when the manager leaves, before {pieces[-1].end}."
            )
        for before, after in pairwise(pieces):
            self.findings.note(
                "manager away", place,
                f"The manager does not work here from {before.end} until {after.start}: no line on these days.",
            )  # fmt: skip
        days = [Period(piece.start, piece.end) for piece in pieces]
        if person.id in self.known:
            days = self._from_now(person, days, solid)
        self._exactly(person, pieces, solid, days, place)

    def _from_now(self, person: ImportedPerson, days: list[Period], solid: Sequence[RecordedLine]) -> list[Period]:
        """Of somebody recorded before, a row tells the manager from the effective day on, until the next planned."""
        last = person.periods[-1]
        since = last.start if person.row in self.again else max(last.start, self.effective)
        rest = [Period(max(day.start, since), day.end) for day in days if day.end > since]
        edges = [edge for line in solid for edge in (line.start, line.end)]
        planned = min((edge for edge in edges if rest and edge > rest[0].start), default=FOREVER)
        return [Period(day.start, min(day.end, planned)) for day in rest if day.start < planned]

    def _exactly(
        self,
        person: ImportedPerson,
        wanted: Sequence[LinePiece],
        solid: Sequence[RecordedLine],
        days: Sequence[Period],
        place: FilePlace,
    ) -> None:
        """Make the solid lines of a person on these days the wanted ones; elsewhere they stay."""
        for on, end, boss, now in changes(wanted, solid, days):
            last = next(period.end for period in person.periods if period.start <= on < period.end)
            values: dict[str, Any] = {"employee": person.id, "manager": None if boss is None else _ref(boss), "on": on}
            if end < last or (end != FOREVER and solid):
                values["until"] = last_day(end)
            elif any(line.end > on for line in solid):
                values["also_later"] = True
            self._emit(values, person, place, {} if now is None else {"manager": now})

    def _dated(self, person: ImportedPerson, recorded: list[RecordedLine]) -> None:
        """The dated lines that sheets state."""
        solid: list[tuple[LinePiece, FilePlace]] = []
        for line, boss in self.bosses.lines[person.row]:
            if not self.bosses.is_good(boss, line.place):
                continue
            start = line.start or person.periods[-1].start
            asked = StatedSpell(start, line.end, NOTHING)
            pieces = shared([Period(part.start, part.end) for part in within(asked, person.periods)], boss)
            if not pieces:
                self._never_together(line.place, "The person and the manager don't both work here then.")
            elif (
                uncovered(asked, [StatedSpell(piece.start, piece.end, NOTHING) for piece in pieces])
                and line.end != FOREVER
            ):
                self.findings.note("line in part", line.place, "The line holds only on days on which both work here.")
            if line.kind != "solid":
                for piece in pieces:
                    self._beside(person, piece, line.kind, recorded, line.place)
            elif any(piece.start < other.end and other.start < piece.end for piece in pieces for other, _ in solid):
                self.findings.refuse(
                    "two managers", line.place, "The person has another manager on these days.", "Correct one."
                )
            else:
                solid += [(piece, line.place) for piece in pieces]
        before = [line for line in recorded if line.kind == "solid"]
        for piece, place in sorted(solid, key=lambda item: item[0].start):
            self._exactly(person, [piece], before, [Period(piece.start, piece.end)], place)

    def _beside(
        self, person: ImportedPerson, piece: LinePiece, kind: str, recorded: Sequence[RecordedLine], place: FilePlace
    ) -> None:
        """A dotted or acting line, unless it is recorded already."""
        same = [line for line in recorded if line.kind == kind and line.manager == piece.boss.id]
        if not uncovered(
            StatedSpell(piece.start, piece.end, NOTHING), [StatedSpell(x.start, x.end, NOTHING) for x in same]
        ):
            return
        values = {"employee": person.id, "manager": _ref(piece.boss), "on": piece.start, "kind": kind}
        end = {"also_later": True} if piece.end == FOREVER else {"until": last_day(piece.end)}
        self._emit(values | end, person, place)

    def _emit(
        self,
        values: dict[str, Any],
        person: ImportedPerson,
        place: FilePlace,
        before: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        verb = checked(ChangeManager, values, lambda _: place, self.findings)
        if verb is not None:
            self.emitter.add(verb, lambda _: place, person, "", before)


def _ref(boss: Boss) -> int | str | None:
    return boss.number if boss.id is None else boss.id


def changes(
    wanted: Sequence[LinePiece], solid: Sequence[RecordedLine], days: Sequence[Period]
) -> Iterator[tuple[date, date, Boss | None, int | None]]:
    """From, to, new and former manager wherever the recorded solid lines are not the wanted ones, in order of time."""
    found: list[tuple[date, date, Boss | None, int | None]] = []
    for day in days:
        edges = {day.start, day.end}
        ends = [*((item.start, item.end) for item in wanted), *((item.start, item.end) for item in solid)]
        edges |= {edge for both in ends for edge in both if day.start < edge < day.end}
        cuts = sorted(edges)
        for start, end in pairwise(cuts):
            boss = next((piece.boss for piece in wanted if piece.start <= start < piece.end), None)
            now = next((line.manager for line in solid if line.start <= start < line.end), None)
            if (None if boss is None else boss.id) == now:
                continue
            if found and found[-1][1] == start and found[-1][2] is boss:
                found[-1] = (found[-1][0], end, boss, found[-1][3])
            else:
                found.append((start, end, boss, now))
    yield from found
