"""Who may see which fields, and which people: the policy behind every page, API answer, file and count.

`visible_fields`: fields a viewer may see of everyone. Used by lists, search, filters, orders, counts, files.
`visible_of`: fields of one person on their own profile, vCard and timeline. People see all of their own fields; the
managers above someone also see what is open to the manager line.
`hidden_from`: people that a viewer must not learn about. No reader returns them.

Rights follow the organisation as it is today and as known now, whatever the clock shows. For a viewer bound to a
department, everyone without an assignment in it (or below it) today is hidden.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection, select, text

from myproject.cache.revision_cache import RevisionCache
from myproject.db.prepared import Prepared
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import AUDIENCES, FIELDS, Audience
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.employee import HIDDEN, Employee

from .department_scope import departments_of, people_of
from .hidden_people import NOBODY, AllBut, Hidden
from .reporting_lines import NOW, PRESENT

_LINE, _EVERYONE = AUDIENCES.index("manager_line"), AUDIENCES.index("colleagues")
_E = Employee.__table__


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person, token or process that reads."""

    audience: str = "colleagues"
    """The narrowest audience that the viewer belongs to for every person; includes all wider ones."""
    audiences: tuple[tuple[str, str], ...] = field(default=())
    """(field, audience) pairs from the ini, for fields whose audience differs from the declaration."""
    employee: int | None = None
    """The viewer's own employee id."""
    manages: bool = False
    """Whether anyone reports to them today. If not, no query checks whether they are above somebody."""
    within: int | None = None
    """The department they are bound to, including those below it; usually None."""

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Cache key for answers that depend on visible fields only. Answers about people use `kept_for`."""
        return (self.audience, self.audiences)


EVERYTHING = Viewer("administrators")
"""Sees everything: the operator at the command line."""


def colleague(audiences: Mapping[str, str] | None = None) -> Viewer:
    """An ordinary signed-in employee."""
    return Viewer("colleagues", tuple(sorted((audiences or {}).items())))


# --- fields -------------------------------------------------------------------------------------------------


def visible_fields(viewer: Viewer) -> frozenset[str]:
    """Fields the viewer may see of everyone who has not narrowed them."""
    return _visible(viewer.audience, viewer.audiences)


@lru_cache(maxsize=256)
def _visible(audience: str, audiences: tuple[tuple[str, str], ...]) -> frozenset[str]:
    chosen, rank = dict(audiences), AUDIENCES.index(audience)
    return frozenset(name for name, info in FIELDS.items() if AUDIENCES.index(chosen.get(name, info.audience)) >= rank)


def may_see(viewer: Viewer, name: str) -> bool:
    """Whether the viewer may see a field of everyone. Raises KeyError for an unknown field."""
    if name not in FIELDS:
        raise KeyError(name)
    return name in visible_fields(viewer)


def open_to(viewer: Viewer, narrowed: Mapping[str, str] | None, name: str) -> bool:
    """Whether one person's own choices (`narrowed`) leave a field, which is in `visible_fields`, open to the viewer."""
    return not narrowed or AUDIENCES.index(narrowed.get(name, "colleagues")) >= AUDIENCES.index(viewer.audience)


def visible_by_audience(viewer: Viewer, employee: int, narrowed: Mapping[str, str] | None) -> frozenset[str]:
    """Fields of one person that the viewer may see in any list, without the manager line. No query."""
    if employee == viewer.employee:
        return frozenset(FIELDS)
    return _less(_visible(viewer.audience, viewer.audiences), viewer.audience, narrowed)


def visible_of(
    conn: Connection, clock: Clock, viewer: Viewer, employee: int, narrowed: Mapping[str, str] | None
) -> frozenset[str]:
    """Fields of one person that the viewer may see on that person's page, vCard and timeline.

    `narrowed`: the audiences that person chose. One query if the viewer manages somebody, cached per revision.
    """
    if employee != viewer.employee and _above_counts(viewer) and is_above(conn, clock, viewer.employee, employee):
        return _less(_visible("manager_line", viewer.audiences), "manager_line", narrowed)
    return visible_by_audience(viewer, employee, narrowed)


def _less(seen: frozenset[str], audience: str, narrowed: Mapping[str, str] | None) -> frozenset[str]:
    if not narrowed:
        return seen
    rank = AUDIENCES.index(audience)
    return seen - {name for name, audience in narrowed.items() if AUDIENCES.index(audience) < rank}


def sees_choices(viewer: Viewer, employee: int) -> bool:
    """Whether the viewer may see which audiences someone chose: that person and the people team may."""
    return employee == viewer.employee or AUDIENCES.index(viewer.audience) <= AUDIENCES.index("people_team")


# --- relations ----------------------------------------------------------------------------------------------

_CHAINS: RevisionCache[frozenset[int]] = RevisionCache(1024)


def _above_counts(viewer: Viewer) -> bool:
    """Whether being above somebody would tell the viewer anything more."""
    return viewer.manages and viewer.employee is not None and AUDIENCES.index(viewer.audience) > _LINE


def is_above(conn: Connection, clock: Clock, manager: int | None, employee: int) -> bool:
    """Whether someone is anywhere above another by solid lines, today and as known now, whatever the clock shows.

    One query, kept per person and revision.
    """
    if manager is None or manager == employee:
        return False
    return manager in _CHAINS.get_or_make(
        conn, (clock.newest, clock.today, employee), lambda: _chain(conn, clock, [employee])
    )


def _chain(conn: Connection, clock: Clock, people: list[int]) -> frozenset[int]:
    """Everyone above some people today, as known now; the people themselves are in it."""
    lines = PRESENT if clock.present else NOW
    rows = conn.execute(lines.climb, {"day": clock.today, "ids": people})
    return frozenset(each for row in rows for each in row if each is not None)


# --- people -------------------------------------------------------------------------------------------------

_HIDDEN: RevisionCache[dict[int, str]] = RevisionCache(8)
# As text, so that SQLite takes the partial index.
_WHO = Prepared(select(_E.c.id, _E.c.audience).where(text(HIDDEN)))
_INSIDE: RevisionCache[AllBut] = RevisionCache(16)


def hidden_from(conn: Connection, clock: Clock, viewer: Viewer) -> Hidden:
    """The employees hidden from the viewer; usually none.

    Nobody is hidden from themself, nor from the managers above them if the audience is the manager line. One query per
    revision, cached; one more for managers while somebody is hidden. For a viewer bound to a department two more per
    revision; then everyone outside is hidden, without exception.
    """
    hidden = hidden_by_audience(conn, clock, viewer)
    if viewer.within is None:
        return hidden
    key = (clock.newest, clock.today, viewer.within, hidden)
    return _INSIDE.get_or_make(conn, key, lambda: AllBut(_inside(conn, clock.today, viewer.within or 0) - hidden))


def _inside(conn: Connection, today: date, department: int) -> frozenset[int]:
    return people_of(conn, today, departments_of(conn, today, department))


def hidden_by_audience(conn: Connection, clock: Clock, viewer: Viewer) -> frozenset[int]:
    """People whom the people team has hidden from the viewer, regardless of department scope."""
    rank = AUDIENCES.index(viewer.audience)
    if not rank:
        return NOBODY
    everyone = _HIDDEN.get_or_make(conn, clock.newest, lambda: _read_hidden(conn))
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
    """Cache key for the set of people this viewer may see; add the revision and the day. Shorter than the set."""
    return (viewer.within, sorted(hidden_by_audience(conn, clock, viewer)))


def knows(conn: Connection, clock: Clock, viewer: Viewer, employee: int) -> bool:
    """Whether someone is visible to the viewer."""
    return employee not in hidden_from(conn, clock, viewer)


def hides_from(viewer: Viewer, audience: Audience) -> bool:
    """Whether a person visible to `audience` only would be hidden from the viewer."""
    return AUDIENCES.index(audience) < AUDIENCES.index(viewer.audience)


def audience_of_person(conn: Connection, employee: int) -> Audience:
    """The audience that may know of someone. Raises LookupError if there is no such employee."""
    found: Audience | None = conn.execute(select(_E.c.audience).where(_E.c.id == employee)).scalar()
    if found is None:
        raise LookupError(f"there is no employee {employee}")
    return found


def kept_for(conn: Connection, clock: Clock, viewer: Viewer) -> Hashable:
    """Cache key of the viewer for answers about people; add the clock's key."""
    return (viewer.key, hidden_from(conn, clock, viewer), clock.newest)


# --- in words -----------------------------------------------------------------------------------------------

WHO: dict[str, str] = {
    "administrators": marked("administrators"),
    "people_team": marked("the people team"),
    "manager_line": marked("your managers and the people team"),
    "self": marked("you, your managers and the people team"),
    "colleagues": marked("all colleagues"),
}
"""Each audience as one tells the person whose field it is; translated where it is shown."""

LABELS: dict[str, str] = {
    "administrators": marked("administrators"),
    "people_team": marked("the people team"),
    "manager_line": marked("their managers and the people team"),
    "self": marked("the person, their managers and the people team"),
    "colleagues": marked("all colleagues"),
}
"""Each audience as one tells anybody else; translated where it is shown."""

Rule = Literal["organisation", "person", "hidden"]
WHY: dict[Rule, str] = {
    "organisation": marked("set by the organisation"),
    "person": marked("you chose"),
    "hidden": marked("you are hidden"),
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
        return _(WHO[self.audience])

    @property
    def why(self) -> str:
        """By which rule, in words."""
        return _(WHY[self.rule])


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
