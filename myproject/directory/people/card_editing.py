"""Editing one card: what it holds, what others have changed since a form was opened, and what is written.

A form carries the version that it was made from: the last revision that touched the employee. When it comes back, each
field is compared three ways: what the form showed, what is typed, what is stored by now. What was not touched in the
form stays as it is stored; a field changed by two people is a `FieldConflict`, and nothing is written until the person
has chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

import pydantic
from sqlalchemy import Connection, bindparam, func, select

from myproject.db.ids import id_list
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.changes.planning.cards import CHOICE
from myproject.directory.changes.plans import PlanProblem
from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, Card, EmployeeNumber
from myproject.directory.schema.text import fold
from myproject.directory.schema.verbs import EditCard
from myproject.directory.visibility.audience import Viewer, visible_fields
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.vocabulary import Skill

_E = Employee.__table__
_ES = EmployeeSkill.__table__
_K = Skill.__table__
_ITEM = ChangeItem.__table__
_SET = ChangeSet.__table__

NUMBER = "employee_number"
EDITABLE: tuple[str, ...] = (NUMBER, *CARD_FIELDS)
"""Every field that an edit of a card can change."""
_COLUMNS = tuple(name for name in EDITABLE if name != "skills")


def editable(
    viewer: Viewer, seen: frozenset[str], *, own: bool, edits_department: bool, maintains: bool, invitable: bool = False
) -> frozenset[str]:
    """The fields of a card that somebody may edit, of those that they see of it.

    own: it is theirs. edits_department: they edit the cards of a department above the person. maintains: they edit
    everybody's. invitable: the person has no account yet, so that an invitation would go to their mail
    address: only who maintains the cards says where that is.
    """
    fields: set[str] = set()
    if own:
        fields.update(name for name in CARD_FIELDS if FIELDS[name].edited_by == "self")
    if edits_department:
        fields.update(visible_fields(viewer).intersection(CARD_FIELDS) - {"external_id"})
        fields -= {"email"} if invitable else set()
    if maintains:
        fields.update(EDITABLE)
    return frozenset(fields & seen)


_EMPLOYEE_NUMBER: Any = pydantic.TypeAdapter(EmployeeNumber)
_ID: Any = bindparam("id")
_CARD = select(*(_E.c[name] for name in _COLUMNS), _E.c.name, _E.c.narrowed).where(_E.c.id == _ID)
_SKILLS = (
    select(_K.c.name).join(_ES, _ES.c.skill_id == _K.c.id).where(_ES.c.employee_id == _ID).order_by(_K.c.sort_name)
)
_VERSION = select(func.max(_ITEM.c.revision)).where(_ITEM.c.employee_id == _ID)
_SINCE = (
    select(_SET.c.revision, _SET.c.author, _ITEM.c.details)
    .join(_SET, _SET.c.revision == _ITEM.c.revision)
    .where(_ITEM.c.employee_id == _ID, _ITEM.c.revision > bindparam("version"))
    .order_by(_ITEM.c.revision, _ITEM.c.position)
)


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card as it is stored."""

    id: int
    name: str
    values: dict[str, Any]
    """Every field of `EDITABLE`; skills by their names. None, never "" or []."""
    narrowed: dict[str, str]
    """Field -> the narrower audience that the person chose."""
    version: int


class LaterEdit(NamedTuple):
    """A change that others made to a field after a version."""

    before: Any
    """What it held at the version."""
    author: str
    """Who changed it last."""
    revision: int


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that two have changed: neither is written until somebody chooses."""

    field: str
    theirs: Any
    mine: Any
    author: str
    revision: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an edit. `revision` is None where nothing was written: nothing was changed, or something is
    wrong, as listed in `problems` and `conflicts`.
    """

    revision: int | None
    stored: StoredCard
    """The card as it was found, before this edit."""
    touched: frozenset[str] = frozenset()
    """The fields that differ from what the form showed."""
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[PlanProblem, ...] = ()
    errors: tuple[Any, ...] = field(default=())
    """What pydantic has against the values, as its `errors()` gives it."""


def stored_card(conn: Connection, employee: int) -> StoredCard | None:
    """The card of an employee, whether they work here or not. None for an unknown one. Three queries."""
    row = conn.execute(_CARD, {"id": employee}).mappings().first()
    if row is None:
        return None
    values = {name: _plain(row[name]) for name in _COLUMNS}
    values["skills"] = _plain(list(conn.execute(_SKILLS, {"id": employee}).scalars()))
    version = conn.execute(_VERSION, {"id": employee}).scalar() or 0
    return StoredCard(employee, row["name"], values, dict(row["narrowed"] or {}), version)


def later_edits(conn: Connection, employee: int, version: int) -> dict[str, LaterEdit]:
    """The fields of a card that were changed after a version, with what they held then."""
    found: dict[str, LaterEdit] = {}
    for revision, author, details in conn.execute(_SINCE, {"id": employee, "version": version}):
        for name, (before, _) in ((details or {}).get("changes") or {}).items():
            first = found[name].before if name in found else before
            found[name] = LaterEdit(first, author, revision)
    if "skills" in found:
        names = _skill_names(conn, found["skills"].before or [])
        found["skills"] = found["skills"]._replace(before=names)
    if (born := found.get("date_of_birth")) and born.before:
        found["date_of_birth"] = born._replace(before=date.fromisoformat(born.before))
    return {name: each._replace(before=_plain(each.before)) for name, each in found.items()}


def _skill_names(conn: Connection, ids: list[int]) -> list[str]:
    query = select(_K.c.name).where(_K.c.id.in_(id_list(ids))).order_by(_K.c.sort_name)
    return list(conn.execute(query).scalars())


def _plain(value: Any) -> Any:
    return None if value in ("", []) else value


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are the same; the order and spelling of skills does not count."""
    if name == "skills":
        return {fold(each) for each in one or ()} == {fold(each) for each in other or ()}
    return bool(one == other)


Choice = Literal["mine", "theirs"]
Touched = Callable[[str, Any, Any], bool]
"""Field, what was typed, what the form showed -> whether they differ."""


def save(
    writer: ChangeSetWriter,
    employee: int,
    typed: Mapping[str, Any],
    *,
    version: int,
    narrowed: Mapping[str, str | None] | None = None,
    touched: Touched | None = None,
    chosen: Mapping[str, Choice] | None = None,
    seen: int = 0,
) -> Saved | None:
    """Write what is typed, unless something is wrong. None for an unknown employee.

    typed: field -> raw value, only of fields that the author may edit. touched: whether a field differs
    from what the form showed, where that is more than comparing values. narrowed: field -> audience, or
    None for that of everyone. chosen: what to do about fields in conflict, by somebody who was shown what they hold at
    the version `seen`; a later change is a new conflict.

    The writer has the place in the queue, so what is compared here is what is written over.
    """
    now = stored_card(writer.conn, employee)
    if now is None:
        return None
    later = later_edits(writer.conn, employee, version)
    shown = {name: later[name].before if name in later else now.values[name] for name in EDITABLE}
    raw = {
        name: value
        for name, value in typed.items()
        if (touched(name, value, shown[name]) if touched else not same(name, value, shown[name]))
    }
    touched_names = frozenset(raw)
    values, errors = _checked(raw)
    if errors:
        return Saved(None, now, touched_names, errors=tuple(errors))
    audiences = {
        name: audience
        for name, audience in (narrowed or {}).items()
        if audience != (later[CHOICE + name].before if CHOICE + name in later else now.narrowed.get(name))
    }
    settled = {name: each for name, each in (chosen or {}).items() if name not in later or later[name].revision <= seen}
    conflicts = _conflicts(values, now.values, shown, later, settled)
    mine = {CHOICE + name: audience for name, audience in audiences.items()}
    theirs = {name: now.narrowed.get(name.removeprefix(CHOICE)) for name in mine}
    then = {name: later[name].before if name in later else theirs[name] for name in mine}
    conflicts += _conflicts(mine, theirs, then, later, settled)
    audiences = {name: mine[CHOICE + name] for name in audiences if CHOICE + name in mine}
    if conflicts:
        return Saved(None, now, touched_names, conflicts=tuple(conflicts))
    changed = {name: value for name, value in values.items() if not same(name, value, now.values[name])}
    audiences = {name: each for name, each in audiences.items() if each != now.narrowed.get(name)}
    if not changed and not audiences:
        return Saved(None, now)
    plan = writer.add([_verb(employee, changed, audiences)])
    if plan.problems:
        return Saved(None, now, touched_names, problems=tuple(plan.problems))
    return Saved(writer.revision if writer.applied else None, now, touched_names)


def _conflicts(
    mine: dict[str, Any],
    theirs: Mapping[str, Any],
    shown: Mapping[str, Any],
    later: Mapping[str, LaterEdit],
    chosen: Mapping[str, Choice],
) -> list[FieldConflict]:
    """What two have changed and nobody has chosen between; what was chosen to stay theirs goes from `mine`."""
    found = []
    for name, value in list(mine.items()):
        if name not in later or same(name, theirs[name], value) or same(name, theirs[name], shown[name]):
            continue
        if chosen.get(name) == "theirs":
            del mine[name]
        elif chosen.get(name) != "mine":
            found.append(FieldConflict(name, theirs[name], value, later[name].author, later[name].revision))
    return found


def _checked(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """The values by the declarations of the fields, and everything that is wrong with them."""
    values: dict[str, Any] = {}
    errors: list[Any] = []
    card = {name: value for name, value in raw.items() if name != NUMBER}
    try:
        checked = Card.model_validate(card)
        values = {name: _plain(getattr(checked, name)) for name in card}
    except pydantic.ValidationError as error:
        errors += error.errors(include_url=False)
    if NUMBER in raw:
        try:
            values[NUMBER] = _EMPLOYEE_NUMBER.validate_python(raw[NUMBER])
        except pydantic.ValidationError as error:
            errors += [{**each, "loc": (NUMBER, *each["loc"])} for each in error.errors(include_url=False)]
    return values, errors


def _verb(employee: int, changed: Mapping[str, Any], audiences: Mapping[str, str | None]) -> EditCard:
    card = Card(**{name: value for name, value in changed.items() if name != NUMBER})
    more: dict[str, Any] = {NUMBER: changed[NUMBER]} if NUMBER in changed else {}
    if audiences:
        more["audiences"] = dict(audiences)
    return EditCard(employee=employee, changes=card, **more)
