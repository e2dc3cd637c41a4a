"""From what is stated of a person and what is recorded to the verbs that make the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from myproject.directory.schema.fields import IMPORTED_FIELDS
from myproject.directory.schema.text import fold
from myproject.directory.schema.verbs import AddAssignment, Correct, EndAssignment, Join, Leave, Move, Rehire
from myproject.models.dated import FOREVER

from .careers import NOTHING, UNSTATED, Period, State, StatedCareer, StatedSpell, merged, within
from .current import RecordedPerson

ONE_DAY = timedelta(days=1)


class VerbDraft(NamedTuple):
    """A verb that is not checked yet."""

    kind: type[Any]
    values: dict[str, Any]
    spell: StatedSpell | None = None
    """Where it comes from."""
    before: dict[str, Any] = {}  # noqa: RUF012  never changed
    """What was so before, for those of its arguments that change something."""


_BLANK = State(UNSTATED, None, None, 1.0, False)


def last_day(end: date) -> date | None:
    """The last day of a period that ends before `end`; None for no end."""
    return None if end == FOREVER else end - ONE_DAY


def arguments(state: State) -> dict[str, Any]:
    """An assignment's state as arguments of a verb that begins it: what is unstated is blank."""
    return {name: value for name, value in state.over(_BLANK).stated().items() if value is not None}


def hires(career: StatedCareer, employee: int | str, first: dict[str, Any] | None) -> Iterator[VerbDraft]:
    """The verbs for the periods of a career of which nothing is recorded.

    first: what Join needs besides (card, number, manager), if the first period is the person's first ever.
    """
    for number, period in enumerate(career.periods):
        spells = [part for spell in career.primary for part in within(spell, [period])]
        begin = {"on": period.start, "until": last_day(period.end), **arguments(spells[0].state)}
        if number == 0 and first is not None:
            yield VerbDraft(Join, {**first, **begin}, spells[0])
        else:
            yield VerbDraft(Rehire, {"employee": employee, **begin}, spells[0])
        for before, spell in pairwise(spells):
            then, now = before.state.over(_BLANK), spell.state.over(_BLANK)
            changed = {name: b for name, a, b in zip(State._fields, then, now, strict=True) if a != b}
            if changed:
                if "department" in changed:
                    changed.setdefault("is_head", now.is_head)
                values = {"employee": employee, "on": spell.start, **changed}
                yield VerbDraft(Move, values, spell, then.stated())
        for spell in career.others:
            if period.start <= spell.start < period.end:
                yield _second(employee, spell)


def _second(employee: int | str, spell: StatedSpell) -> VerbDraft:
    values = {"employee": employee, "on": spell.start, "until": last_day(spell.end), **arguments(spell.state)}
    return VerbDraft(AddAssignment, values, spell)


def changed_card(known: RecordedPerson, card: dict[str, Any]) -> dict[str, Any]:
    """The fields of a card (validated values) that differ from those recorded."""
    changes = {}
    for name in IMPORTED_FIELDS:
        if name not in card:
            continue
        before, after = known.card.get(name), card[name]
        if name in ("given_name", "family_name"):
            before, after = before or None, after or None
        if name == "skills":
            same = {fold(item) for item in before or ()} == {fold(item) for item in after or ()}
        else:
            same = (before or None) == (after or None)
        if not same:
            changes[name] = after
    return changes


def employment_changes(
    known: RecordedPerson, wanted: Sequence[Period]
) -> tuple[list[VerbDraft], list[tuple[Period, Period]], list[Period], list[Period]]:
    """How recorded employment becomes the stated one.

    Gives the corrections, the pairs of (recorded, stated) periods that are one employment, the stated ones that are
    new, and the recorded ones that no row states.
    """
    verbs: list[VerbDraft] = []
    pairs: list[tuple[Period, Period]] = []
    new: list[Period] = []
    left = list(known.periods)
    for period in wanted:
        match = next((old for old in left if old.start < period.end and period.start < old.end), None)
        if match is None:
            new.append(period)
            continue
        left.remove(match)
        pairs.append((match, period))
        verbs += _corrected(known, match, period)
    return verbs, pairs, new, left


def _corrected(known: RecordedPerson, recorded: Period, stated: Period) -> Iterator[VerbDraft]:
    """An employment that begins or ends on another day than recorded: it was wrong, or somebody leaves earlier."""
    spell = StatedSpell(stated.start, stated.end, NOTHING, -1)
    changes: dict[str, date | None] = {}
    if stated.start != recorded.start:
        changes["valid_from"] = stated.start
    if stated.end > recorded.end:
        changes["valid_to"] = None if stated.end == FOREVER else stated.end
    if changes:
        values = {"employee": known.id, "fact": "employment", "on": recorded.start, "changes": changes}
        yield VerbDraft(Correct, values, spell, {"valid_from": recorded.start, "valid_to": recorded.end})
    if stated.end < recorded.end:
        before = {"last_day": last_day(recorded.end)}
        yield VerbDraft(Leave, {"employee": known.id, "last_day": stated.end - ONE_DAY}, spell, before)


def assignment_changes(
    known: RecordedPerson,
    career: StatedCareer,
    pairs: Sequence[tuple[Period, Period]],
    comparable: Sequence[Period],
    *,
    dated: bool,
) -> Iterator[VerbDraft]:
    """The moves that make the recorded primary assignment say what is stated, on the days that are comparable.

    dated: the sheets state history, so every such day must read as stated. Else they state how it is from a day on, and
    what is planned for later days stays.
    """
    moves = _moves if dated else _moves_from
    for recorded, stated in pairs:
        now = after_correction(known.primary, recorded, stated)
        for spell in (part for item in career.primary for part in within(item, [stated])):
            for day in comparable:
                yield from moves(known, now, within(spell, [day]))


def after_correction(primary: Sequence[StatedSpell], recorded: Period, stated: Period) -> list[StatedSpell]:
    """The recorded assignments of an employment once its first or last day has been corrected."""
    inside = [part for spell in primary for part in within(spell, [recorded])]
    if inside and stated.start < recorded.start:
        inside[0] = inside[0]._replace(start=stated.start)
    if inside and stated.end > recorded.end:
        inside[-1] = inside[-1]._replace(end=stated.end)
    return [part for spell in inside for part in within(spell, [stated])]


def _moves(known: RecordedPerson, now: Sequence[StatedSpell], wanted: Sequence[StatedSpell]) -> Iterator[VerbDraft]:
    differing: list[StatedSpell] = []
    for spell in wanted:
        for part in (piece for item in now for piece in within(item, [spell])):
            changes = differences(part.state, spell.state)
            if changes != NOTHING:
                differing.append(StatedSpell(part.start, part.end, changes, spell.row))
    for piece in merged(differing):
        values = {"employee": known.id, "on": piece.start, **piece.state.stated()}
        if any(end != piece.end for end in _ends(now, piece).values()):
            if piece.end == FOREVER:
                values["also_later"] = True
            else:
                values["until"] = last_day(piece.end)
        yield VerbDraft(Move, values, piece, _on(now, piece.start).state.stated())


def _moves_from(
    known: RecordedPerson, now: Sequence[StatedSpell], wanted: Sequence[StatedSpell]
) -> Iterator[VerbDraft]:
    """What is stated holds from the first day of each spell on, each field until its next planned change."""
    for spell in wanted:
        if not any(item.start <= spell.start < item.end for item in now):
            continue
        before = _on(now, spell.start).state
        piece = spell._replace(state=differences(before, spell.state))
        stated, ends = piece.state.stated(), _ends(now, piece)
        natural = {name: value for name, value in stated.items() if ends[name] <= spell.end}
        bounded = {name: value for name, value in stated.items() if ends[name] > spell.end}
        values = {"employee": known.id, "on": spell.start}
        if natural:
            yield VerbDraft(Move, values | natural, piece, before.stated())
        if bounded:
            yield VerbDraft(Move, values | bounded | {"until": last_day(spell.end)}, piece, before.stated())


def _on(now: Sequence[StatedSpell], day: date) -> StatedSpell:
    return next(item for item in now if item.start <= day < item.end)


def _ends(now: Sequence[StatedSpell], piece: StatedSpell) -> dict[str, date]:
    """Until when each stated field of a piece would hold if it were said on its first day: as `Move` has it."""
    ends = {}
    for name in piece.state.stated():
        fields: tuple[str, ...] = (name,)
        if name == "is_head":
            fields = ("department",) if piece.state.department is not UNSTATED else ("department", "is_head")
        held, end = _on(now, piece.start), piece.start
        for item in now:
            if item.start <= end < item.end and all(
                getattr(item.state, each) == getattr(held.state, each) for each in fields
            ):
                end = item.end
        ends[name] = end
    return ends


def differences(recorded: State, stated: State) -> State:
    """What is stated otherwise than recorded; all else unstated. A change of department states the head's flag too."""
    changes = State._make(
        b if b is not UNSTATED and a != b else UNSTATED for a, b in zip(recorded, stated, strict=True)
    )
    if changes.department is not UNSTATED and stated.is_head is not UNSTATED:
        changes = changes._replace(is_head=stated.is_head)
    return changes


def second_changes(known: RecordedPerson, career: StatedCareer, effective: date, *, dated: bool) -> Iterator[VerbDraft]:
    """Verbs for the assignments beside the primary one.

    A stated one is the recorded one in the same department on a common day. Recorded ones that no row states are left.
    """
    left = {id_: list(spells) for id_, spells in known.others.items()}
    for spell in merged(career.others):
        match = next(
            (
                (id_, old)
                for id_, spells in left.items()
                for old in spells
                if old.state.department == spell.state.department and old.start < spell.end and spell.start < old.end
            ),
            None,
        )
        if match is None:
            start = spell.start if dated else max(spell.start, effective)
            if start < spell.end:
                yield _second(known.id, spell._replace(start=start))
            continue
        id_, old = match
        left[id_].remove(old)
        changes = differences(old.state, spell.state).stated()
        on = max(old.start, spell.start) if dated else max(old.start, effective)
        if changes and on < old.end:
            values = {"employee": known.id, "assignment": id_, "on": on, **changes}
            if dated and any(other.start == old.end for other in known.others[id_]):
                values["until"] = last_day(old.end)
            yield VerbDraft(Move, values, spell, old.state.stated())
        if spell.end < old.end:
            yield VerbDraft(
                EndAssignment, {"employee": known.id, "assignment": id_, "last_day": spell.end - ONE_DAY}, spell
            )
        elif spell.end > old.end or (dated and spell.start != old.start):
            edges: dict[str, Any] = {"valid_to": None if spell.end == FOREVER else spell.end}
            if dated:
                edges["valid_from"] = spell.start
            fact = {"employee": known.id, "fact": "assignment", "assignment": id_, "on": old.start, "changes": edges}
            yield VerbDraft(Correct, fact, spell)
