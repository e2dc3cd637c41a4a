"""Who may see which field, and of whom: the one policy for every way out.

What someone may see of everyone is `visible_fields`: lists, search, filters, orders, counts, files and plots go by it.
On one person's own profile, vCard and timeline a relation opens more (`visible_of`): people see all of their own, and
whoever is above them what is open to the manager line. Whom a viewer may not know of at all is `hidden_from`; no
reader tells of them. Rights follow the organisation as it is today and as known now, whatever the clock shows.

Who is bound to a department knows of nobody but those who have an assignment in it, or below, today: everyone else is
hidden from them in the very same way.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection, select, text

from myproject.db.prepared import Prepared
from myproject.models.employee import HIDDEN, Employee

from .clock import Clock
from .fields import AUDIENCES, FIELDS, Audience
from .hidden import NOBODY, AllBut, Hidden
from .memo import Memo
from .org_chart.lines import NOW, PRESENT
from .within import departments_of, people_of

_LINE, _EVERYONE = AUDIENCES.index("manager_line"), AUDIENCES.index("colleagues")
_E: Any = Employee.__table__


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks."""

    reach: str = "colleagues"
    """The narrowest audience that the viewer is in for everybody; every wider one is open to them too."""
    audiences: tuple[tuple[str, str], ...] = field(default=())
    """The organisation's own choices, from the ini, for fields where they differ from the declaration."""
    employee: int | None = None
    """Who the viewer is, among the employees."""
    manages: bool = False
    """Whether anybody is below them today: only then is it looked up whether the person at hand is."""
    within: int | None = None
    """The department that they are bound to, with all below it; None for nearly everyone."""

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What an answer about fields of everyone is kept under; one that tells of people: under `kept_for`."""
        return (self.reach, self.audiences)


EVERYTHING = Viewer("administrators")
"""Who sees all there is: the operator at the command line."""


def colleague(audiences: Mapping[str, str] | None = None) -> Viewer:
    """An ordinary signed-in employee."""
    return Viewer("colleagues", tuple(sorted((audiences or {}).items())))


# --- fields -------------------------------------------------------------------------------------------------


def visible_fields(viewer: Viewer) -> frozenset[str]:
    """The names of the fields that the viewer may see of everyone who did not choose otherwise."""
    return _visible(viewer.reach, viewer.audiences)


@lru_cache(maxsize=256)
def _visible(reach: str, audiences: tuple[tuple[str, str], ...]) -> frozenset[str]:
    chosen, rank = dict(audiences), AUDIENCES.index(reach)
    return frozenset(name for name, info in FIELDS.items() if AUDIENCES.index(chosen.get(name, info.audience)) >= rank)


def may_see(viewer: Viewer, name: str) -> bool:
    """Whether the viewer may see a field of everyone. An unknown field is a mistake of ours: KeyError."""
    if name not in FIELDS:
        raise KeyError(name)
    return name in visible_fields(viewer)


def open_to(viewer: Viewer, narrowed: Mapping[str, str] | None, name: str) -> bool:
    """Whether what someone chose for a field leaves it open to the viewer, who may see it of everyone else."""
    return not narrowed or AUDIENCES.index(narrowed.get(name, "colleagues")) >= AUDIENCES.index(viewer.reach)


def visible_by_reach(viewer: Viewer, employee: int, narrowed: Mapping[str, str] | None) -> frozenset[str]:
    """The fields of one person that the viewer may see wherever they come up: without the manager line. No query."""
    if employee == viewer.employee:
        return frozenset(FIELDS)
    return _less(_visible(viewer.reach, viewer.audiences), viewer.reach, narrowed)


def visible_of(
    conn: Connection, clock: Clock, viewer: Viewer, employee: int, narrowed: Mapping[str, str] | None
) -> frozenset[str]:
    """The fields of one person that the viewer may see on that person's own page, vCard and timeline.

    `narrowed`: what that person chose. A query where the viewer manages somebody, once per person and revision.
    """
    if employee != viewer.employee and _above_counts(viewer) and is_above(conn, clock, viewer.employee, employee):
        return _less(_visible("manager_line", viewer.audiences), "manager_line", narrowed)
    return visible_by_reach(viewer, employee, narrowed)


def _less(seen: frozenset[str], reach: str, narrowed: Mapping[str, str] | None) -> frozenset[str]:
    if not narrowed:
        return seen
    rank = AUDIENCES.index(reach)
    return seen - {name for name, audience in narrowed.items() if AUDIENCES.index(audience) < rank}


def sees_choices(viewer: Viewer, employee: int) -> bool:
    """Whether the viewer may see to whom someone keeps what: they themself, and who maintains the cards."""
    return employee == viewer.employee or AUDIENCES.index(viewer.reach) <= AUDIENCES.index("people_team")


# --- relations ----------------------------------------------------------------------------------------------

_CHAINS: Memo[frozenset[int]] = Memo(1024)


def _above_counts(viewer: Viewer) -> bool:
    """Whether being above somebody would tell the viewer anything more."""
    return viewer.manages and viewer.employee is not None and AUDIENCES.index(viewer.reach) > _LINE


def is_above(conn: Connection, clock: Clock, manager: int | None, employee: int) -> bool:
    """Whether someone is anywhere above another by solid lines, today and as known now, whatever the clock shows.

    One query, kept per person and revision.
    """
    if manager is None or manager == employee:
        return False
    return manager in _CHAINS.get(conn, (clock.newest, clock.today, employee), lambda: _chain(conn, clock, [employee]))


def _chain(conn: Connection, clock: Clock, people: list[int]) -> frozenset[int]:
    """Everyone above some people today, as known now; the people themselves are in it."""
    lines = PRESENT if clock.present else NOW
    rows = conn.execute(lines.climb, {"day": clock.today, "ids": people})
    return frozenset(each for row in rows for each in row if each is not None)


# --- people -------------------------------------------------------------------------------------------------

_HIDDEN: Memo[dict[int, str]] = Memo(8)
# As text, so that SQLite takes the partial index.
_WHO = Prepared(select(_E.c.id, _E.c.audience).where(text(HIDDEN)))
_INSIDE: Memo[AllBut] = Memo(16)


def hidden_from(conn: Connection, clock: Clock, viewer: Viewer) -> Hidden:
    """The employees of whom the viewer may know nothing: for nearly everyone and nearly always none.

    Nobody is hidden from themself, nor from those above them where the manager line may know. One query per
    revision, kept in the process; another one for managers while somebody is hidden. Who is bound to a department
    costs two more per revision, and there is no exception: whoever is not inside is hidden.
    """
    hidden = hidden_by_audience(conn, clock, viewer)
    if viewer.within is None:
        return hidden
    key = (clock.newest, clock.today, viewer.within, hidden)
    return _INSIDE.get(conn, key, lambda: AllBut(_inside(conn, clock.today, viewer.within or 0) - hidden))


def _inside(conn: Connection, today: date, department: int) -> frozenset[int]:
    return people_of(conn, today, departments_of(conn, today, department))


def hidden_by_audience(conn: Connection, clock: Clock, viewer: Viewer) -> frozenset[int]:
    """Those whom the people team has hidden from the viewer, in whichever department they are."""
    rank = AUDIENCES.index(viewer.reach)
    if not rank:
        return NOBODY
    everyone = _HIDDEN.get(conn, clock.newest, lambda: _read_hidden(conn))
    if not everyone:
        return NOBODY
    found = {id_ for id_, audience in everyone.items() if AUDIENCES.index(audience) < rank}
    found.discard(viewer.employee or 0)
    if _above_counts(viewer):
        reports = [id_ for id_ in found if AUDIENCES.index(everyone[id_]) >= _LINE]
        found.difference_update(id_ for id_ in reports if is_above(conn, clock, viewer.employee, id_))
    return frozenset(found)


def _read_hidden(conn: Connection) -> dict[int, str]:
    return dict(_WHO.rows(conn))


def people_key(conn: Connection, clock: Clock, viewer: Viewer) -> Hashable:
    """All that decides, besides the revision and the day, of whom the viewer may know. Short, unlike who they are."""
    return (viewer.within, sorted(hidden_by_audience(conn, clock, viewer)))


def knows(conn: Connection, clock: Clock, viewer: Viewer, employee: int) -> bool:
    """Whether the viewer may know of someone at all."""
    return employee not in hidden_from(conn, clock, viewer)


def hides_from(viewer: Viewer, audience: Audience) -> bool:
    """Whether somebody of whom only this audience may know would be hidden from people with the viewer's reach."""
    return AUDIENCES.index(audience) < AUDIENCES.index(viewer.reach)


def audience_of_person(conn: Connection, employee: int) -> Audience:
    """Who may know of someone. Raises LookupError for somebody who does not exist."""
    found: Audience | None = conn.execute(select(_E.c.audience).where(_E.c.id == employee)).scalar()
    if found is None:
        raise LookupError(f"there is no employee {employee}")
    return found


def kept_for(conn: Connection, clock: Clock, viewer: Viewer) -> Hashable:
    """What an answer that tells of people is kept under, besides the clock's key: all that makes viewers differ."""
    return (viewer.key, hidden_from(conn, clock, viewer), clock.newest)


# --- in words -----------------------------------------------------------------------------------------------

WHO: dict[str, str] = {
    "administrators": "administrators",
    "people_team": "the people team",
    "manager_line": "your managers and the people team",
    "self": "you, your managers and the people team",
    "colleagues": "all colleagues",
}
"""Each audience as one tells the person whose field it is."""

LABELS: dict[str, str] = {
    "administrators": "administrators",
    "people_team": "the people team",
    "manager_line": "the manager line",
    "self": "the person and the manager line",
    "colleagues": "all colleagues",
}
"""Each audience as one tells anybody else."""

Rule = Literal["organisation", "person", "hidden"]
WHY: dict[Rule, str] = {
    "organisation": "set by the organisation",
    "person": "you chose",
    "hidden": "you are hidden",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Who may see a field of one person, and by which rule."""

    name: str
    audience: Audience
    rule: Rule
    standard: Audience
    """What the organisation says."""
    chosen: Audience | None
    """What the person chose, even where the organisation keeps it closer."""
    choices: tuple[Audience, ...]
    """The narrower audiences that the person may choose, wide to narrow; none where there is nothing to choose."""

    @property
    def who(self) -> str:
        """Who may see it, in words."""
        return WHO[self.audience]

    @property
    def why(self) -> str:
        """By which rule, in words."""
        return WHY[self.rule]


def standard_audience(viewer: Viewer, name: str) -> Audience:
    """The organisation's audience of a field: from the ini, else from its declaration."""
    chosen: Any = dict(viewer.audiences).get(name, FIELDS[name].audience)
    return chosen


def choices_of(viewer: Viewer, name: str) -> tuple[Audience, ...]:
    """The audiences to which a person may narrow a field, wide to narrow.

    "self" is not among them: people see their own anyway, so it would say the same as "manager_line".
    """
    if not FIELDS[name].narrowable:
        return ()
    rank = AUDIENCES.index(standard_audience(viewer, name))
    return tuple(each for each in reversed(AUDIENCES[:rank]) if each != "self")


def audience_of(
    viewer: Viewer, name: str, narrowed: Mapping[str, Any] | None = None, person: Audience = "colleagues"
) -> Shown:
    """Who may see a field of someone who chose `narrowed` and of whom `person` may know.

    A choice that is wider than what the organisation says changes nothing.
    """
    standard = standard_audience(viewer, name)
    chosen: Audience | None = (narrowed or {}).get(name)
    audience = standard
    rule: Rule = "organisation"
    if chosen is not None and AUDIENCES.index(chosen) < AUDIENCES.index(audience):
        audience, rule = chosen, "person"
    if AUDIENCES.index(person) < AUDIENCES.index(audience):
        audience, rule = person, "hidden"
    return Shown(name, audience, rule, standard, chosen, choices_of(viewer, name))


_CHOSEN = select(_E.c.narrowed, _E.c.audience)


def audiences_of(conn: Connection, viewer: Viewer, employee: int) -> dict[str, Shown]:
    """Field -> who may see it of an employee, for every field: what the own card tells beside each value. One query.

    Raises LookupError for somebody who does not exist. Whether the viewer may read it is for the door to decide.
    """
    row = conn.execute(_CHOSEN.where(_E.c.id == employee)).first()
    if row is None:
        raise LookupError(f"there is no employee {employee}")
    return {name: audience_of(viewer, name, row.narrowed, row.audience) for name in FIELDS}
