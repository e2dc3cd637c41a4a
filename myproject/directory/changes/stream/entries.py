"""What the stream says of each thing: its fields before and after, and its dated rows, as far as they may be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, FromClause, select

from myproject.db.ids import id_list
from myproject.directory.changes.plan_data import as_data
from myproject.directory.changes.planning.cards import CHOICE
from myproject.directory.changes.planning.rows import AssignmentRow, EmploymentRow, LineRow, VersionRow
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import CARD_FIELDS
from myproject.directory.schema.verbs import PRIVATE_VERBS
from myproject.directory.visibility.audience import Viewer, hidden_from, visible_by_audience
from myproject.models.change_set import ChangeItem
from myproject.models.dated import FOREVER
from myproject.models.department import Department
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .crossing import Bounds, Moment
from .places import StreamPosition
from .steps import DATED, KINDS, ONE_DAY, Step, hides_since, place_after

_ITEM = ChangeItem.__table__
_E = Employee.__table__
_D = Department.__table__
_L = Location.__table__
_ES = EmployeeSkill.__table__
_SKILL = Skill.__table__
_TITLE = JobTitle.__table__
_CARD = ("employee_number", "name", *(name for name in CARD_FIELDS if name != "skills"))
_LOCATION = ("code", "name", "address", "city", "country", "time_zone", "closed")
_DEPARTMENT = ("code", "about", "email")


@dataclass(slots=True)
class ThingEntry:
    """What happened to one thing."""

    type: str
    """change, effective, reload"""
    place: StreamPosition
    """Right after it."""
    day: date
    revision: int
    kind: str | None = None
    thing: dict[str, Any] | None = None
    verbs: list[str] = field(default_factory=list)
    effective: date | None = None
    fields: dict[str, list[Any]] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


class _Row(NamedTuple):
    id: int
    recorded: int
    superseded: int
    row: Any

    def known(self, revision: int) -> bool:
        return self.recorded <= revision < self.superseded

    def holds(self, revision: int, day: date) -> bool:
        return self.known(revision) and self.row.valid_from <= day < self.row.valid_to


def _before(step: Step) -> Moment:
    """The moment before a step; after it, it is that of the step."""
    return (step.revision, step.day - ONE_DAY) if step.of_day else (step.revision - 1, step.day)


def _tell(found: list[ThingEntry], entry: ThingEntry) -> None:
    """Add an entry; of several in a row that say the same, the last is enough."""
    if entry.type == "reload" and found and found[-1].type == "reload":
        found.pop()
    found.append(entry)


class Telling:
    """Makes the entries of some steps: everything about the things in them is read at once."""

    def __init__(self, conn: Connection, clock: Clock, viewer: Viewer, steps: Sequence[Step]) -> None:
        self._conn, self._viewer, self._steps = conn, viewer, steps
        self._hidden = hidden_from(conn, clock, viewer)
        self._bounds = None if viewer.within is None or not steps else Bounds(conn, viewer.within)
        self._ids = [sorted({step.id for step in steps if step.rank == rank}) for rank in range(3)]
        self._last = max((step.revision for step in steps), default=0)
        # The cards first, the edits after: see above.
        self._stored = [self._read(table, columns, rank) for rank, table, columns in (
            (0, _L, _LOCATION), (1, _D, _DEPARTMENT), (2, _E, (*_CARD, "narrowed")),
        )]  # fmt: skip
        self._skills = self._read_skills()
        self._items = self._read_items()
        self._rows = self._read_rows()
        self._names = self._read_names()

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(self, table: FromClause, columns: Sequence[str], rank: int) -> dict[int, dict[str, Any]]:
        if not self._ids[rank]:
            return {}
        query = select(table.c.id, table.c.recorded_in, *(table.c[name] for name in columns)).where(
            table.c.id.in_(id_list(self._ids[rank]))
        )
        return {row["id"]: dict(row) for row in self._conn.execute(query).mappings()}

    def _read_skills(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        if self._ids[2]:
            query = select(_ES.c.employee_id, _ES.c.skill_id).where(_ES.c.employee_id.in_(id_list(self._ids[2])))
            for employee, skill in self._conn.execute(query):
                found[employee].append(skill)
        return found

    def _read_items(self) -> dict[tuple[int, int], list[Any]]:
        """(rank, id) -> the items about a thing, in order; those after the last step too: they undo it from now."""
        found: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for rank, kind in enumerate(KINDS):
            if self._ids[rank]:
                column = _ITEM.c[f"{kind}_id"]
                query = (
                    select(column.label("thing"), _ITEM.c.revision, _ITEM.c.verb, _ITEM.c.effective, _ITEM.c.details)
                    .where(column.in_(id_list(self._ids[rank])))
                    .order_by(_ITEM.c.revision, _ITEM.c.position)
                )
                for row in self._conn.execute(query):
                    found[rank, row.thing].append(row)
        return found

    def _read_rows(self) -> dict[tuple[int, int], list[_Row]]:
        found: dict[tuple[int, int], list[_Row]] = defaultdict(list)
        for table, kind, rank in DATED:
            if self._ids[rank]:
                name = "department_id" if kind is VersionRow else "employee_id"
                columns = [table.c[each] for each in kind._fields]
                place = kind._fields.index(name)
                query = select(table.c.id, table.c.recorded_in, table.c.superseded_in, *columns).where(
                    table.c[name].in_(id_list(self._ids[rank])), table.c.recorded_in <= self._last
                )
                for id_, recorded, superseded, *values in self._conn.execute(query):
                    found[rank, values[place]].append(_Row(id_, recorded, superseded, kind._make(values)))
        return found

    def _read_names(self) -> dict[str, dict[int, str]]:
        """Names of what rows and items only number."""
        rows = [each.row for rows in self._rows.values() for each in rows]
        jobs = [row for row in rows if isinstance(row, AssignmentRow)]
        skills = {id_ for ids in self._skills.values() for id_ in ids}
        for items in self._items.values():
            for item in items:
                for values in ((item.details or {}).get("changes") or {}).get("skills", ()):
                    skills.update(values or ())
        wanted: dict[str, tuple[Any, set[int]]] = {
            "job_title": (_TITLE, {row.job_title_id for row in jobs if row.job_title_id is not None}),
            "location": (_L, {row.location_id for row in jobs if row.location_id is not None}),
            "skill": (_SKILL, skills),
            "employee": (_E, {row.manager_id for row in rows if isinstance(row, LineRow)}),
        }
        found: dict[str, dict[int, str]] = {}
        for name, (table, ids) in wanted.items():
            query = select(table.c.id, table.c.name).where(table.c.id.in_(id_list(ids)))
            found[name] = {row.id: row.name for row in self._conn.execute(query)} if ids else {}
        return found

    # --- telling ------------------------------------------------------------------------------------------------

    def entries(self, start: StreamPosition, end: StreamPosition) -> list[ThingEntry]:
        """The entries of all steps, in their order, from the place before the first to that after the last."""
        found: list[ThingEntry] = []
        for number, step in enumerate(self._steps):
            last = number + 1 == len(self._steps)
            place = end if last else place_after(step, self._steps[number + 1])
            entry = self._entry(step, place)
            if self._crosses(step) or self._changes_audience(step):
                # Who goes on after it is told once more to reload, rather than never what follows.
                reload = ThingEntry("reload", start if entry is not None else place, step.day, step.revision)
                _tell(found, reload)
            if entry is not None:
                _tell(found, entry)
            start = place
        return found

    def _crosses(self, step: Step) -> bool:
        """Whether somebody comes into the department that the reader is bound to here, or leaves it.

        Who is new here is told whole.
        """
        if self._bounds is None or step.rank == 0:
            return False
        stored = self._stored[step.rank].get(step.id)
        if stored is None or (stored["recorded_in"] == step.revision and not step.of_day):
            return False
        was, now = (self._bounds.any(self._places(step, at), at) for at in (_before(step), (step.revision, step.day)))
        return was != now

    def _places(self, step: Step, at: Moment) -> list[int]:
        """The department itself, or those in which somebody works at a moment."""
        if step.rank == 1:
            return [step.id]
        rows = (each.row for each in self._rows[step.rank, step.id] if each.holds(*at))
        return [row.department_id for row in rows if isinstance(row, AssignmentRow)]

    def _items_of(self, step: Step) -> list[Any]:
        """The items of a step's change set about its thing."""
        if step.of_day:
            return []
        return [each for each in self._items[step.rank, step.id] if each.revision == step.revision]

    def _changes_audience(self, step: Step) -> bool:
        """Whether it is said here who may know of somebody at all, of whom one could know before; administrators
        know of everybody.
        """
        stored = self._stored[step.rank].get(step.id)
        if step.rank != 2 or self._viewer.audience == "administrators" or stored is None:
            return False
        return any(hides_since(item, stored["recorded_in"]) for item in self._items_of(step))

    def _entry(self, step: Step, place: StreamPosition) -> ThingEntry | None:
        items = self._items_of(step)
        stored = self._stored[step.rank].get(step.id)
        if stored is None or (step.rank == 2 and step.id in self._hidden):
            return None
        entry = ThingEntry("effective" if step.of_day else "change", place, step.day, step.revision, KINDS[step.rank])
        # That somebody was hidden before is nobody's business but the administrators'.
        private = PRIVATE_VERBS if self._changes_audience(step) else frozenset()
        entry.verbs = list(dict.fromkeys(item.verb for item in items if item.verb not in private))
        entry.effective = min((item.effective for item in items if item.effective), default=None)
        then, now = self._state(step, *_before(step)), self._state(step, step.revision, step.day)
        entry.thing = self._thing(step, stored, now)
        opened = self._opened(step, items, entry)
        # Whoever comes into view is told whole: what was edited while they were out of it has not been told.
        whole = self._changes_audience(step) or self._crosses(step)
        entry.fields = {
            name: [then.get(name), value]
            for name, value in now.items()
            if whole or then.get(name) != value or name in opened
        }
        entry.rows = self._told_rows(step)
        if not (entry.fields or entry.rows or entry.verbs or entry.withdrawn):
            return None
        return entry

    def _opened(self, step: Step, items: Sequence[Any], entry: ThingEntry) -> set[str]:
        """The fields that this step let the reader see; those that it took away go into `withdrawn`."""
        if step.rank != 2:
            return set()
        seen = self._seen(step.id)
        chosen = {
            name.removeprefix(CHOICE)
            for item in items
            for name in ((item.details or {}).get("changes") or {})
            if name.startswith(CHOICE)
        }
        entry.withdrawn = sorted(chosen - seen)
        return chosen & seen

    def _seen(self, employee: int) -> frozenset[str]:
        return visible_by_audience(self._viewer, employee, self._stored[2][employee]["narrowed"])

    def _thing(self, step: Step, stored: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"id": step.id}
        if step.rank == 2:
            seen = self._seen(step.id)
            if "employee_number" in seen:
                told["employee_number"] = stored["employee_number"]
            return told | {"name": stored["name"]}
        return told | {"code": stored["code"], "name": now.get("name") or self._last_name(step, stored)}

    def _last_name(self, step: Step, stored: Mapping[str, Any]) -> str:
        versions = [each.row for each in self._rows[step.rank, step.id] if each.known(step.revision)]
        return max(versions, key=lambda row: row.valid_from).name if versions else stored.get("name", stored["code"])

    def _told_rows(self, step: Step) -> list[dict[str, Any]]:
        found = []
        for each in self._rows[step.rank, step.id]:
            if step.of_day:
                if each.known(step.revision) and step.day in (each.row.valid_from, each.row.valid_to):
                    told = self._row(step, each, "begins" if each.row.valid_from == step.day else "ends")
                    found.append(told)
            elif each.superseded == step.revision:
                found.append(self._row(step, each, "removed"))
            elif each.recorded == step.revision:
                found.append(self._row(step, each, "added"))
        order = {"removed": 0, "ends": 0, "added": 1, "begins": 1}
        return sorted(filter(None, found), key=lambda row: (order[row["change"]], row["id"]))

    def _row(self, step: Step, each: _Row, change: str) -> dict[str, Any] | None:
        seen = self._seen(step.id) if step.rank == 2 else None
        told = as_data(each.row, seen, self._hidden)
        if told is None:
            return None
        if told.get("job_title_id") is not None:
            told["job_title"] = self._names["job_title"][told["job_title_id"]]
        return {"id": each.id, "change": change, **told}

    # --- the state of a thing -----------------------------------------------------------------------------------

    def _state(self, step: Step, revision: int, day: date) -> dict[str, Any]:
        """What the reader may see of a thing at a revision, on a day; nothing before there was one."""
        stored = self._stored[step.rank][step.id]
        if stored["recorded_in"] > revision:
            return {}
        at = self._undated(step, stored, revision)
        holding = [each.row for each in self._rows[step.rank, step.id] if each.holds(revision, day)]
        if step.rank == 0:
            return at | {"closed": bool(at["closed"])}
        if step.rank == 1:
            version = next(iter(holding), None)
            name, parent = (version.name, version.parent_id) if version is not None else (None, None)
            return at | {"exists": version is not None, "name": name, "parent_id": parent}
        return self._person(step.id, at, holding)

    def _undated(self, step: Step, stored: Mapping[str, Any], revision: int) -> dict[str, Any]:
        """The undated values at a revision: those of now, taken back through what was edited since."""
        columns = (_LOCATION, _DEPARTMENT, _CARD)[step.rank]
        at: dict[str, Any] = {name: stored[name] for name in columns}
        if step.rank == 2:
            at["skills"] = self._skills[step.id]
        for item in reversed(self._items[step.rank, step.id]):
            if item.revision <= revision:
                break
            for name, (before, _) in ((item.details or {}).get("changes") or {}).items():
                if name in at:
                    at[name] = before
        if step.rank == 2:
            at["skills"] = sorted(self._names["skill"][id_] for id_ in at["skills"] or ())
            called = (at["preferred_name"] or at["given_name"], at["family_name"])
            at["name"] = " ".join(filter(None, called))
            born = at["date_of_birth"]
            at["date_of_birth"] = born.isoformat() if isinstance(born, date) else born
        return at

    def _person(self, employee: int, at: Mapping[str, Any], holding: Sequence[Any]) -> dict[str, Any]:
        seen = self._seen(employee)
        spell = next((row for row in holding if isinstance(row, EmploymentRow)), None)
        job = next((row for row in holding if isinstance(row, AssignmentRow) and row.is_primary), None)
        line = None
        if job is not None:
            mine = [row for row in holding if isinstance(row, LineRow) and row.assignment_id == job.assignment_id]
            line = next((row for row in mine if row.kind == "solid"), None)
        dated: dict[str, Any] = {
            "hired_on": spell.valid_from if spell else None,
            "left_on": spell.valid_to - ONE_DAY if spell and spell.valid_to < FOREVER else None,
            "department": job.department_id if job else None,
            "job_title": self._names["job_title"].get(job.job_title_id or 0) if job else None,
            "location": job.location_id if job else None,
            "fte": job.fte if job else None,
            "is_head": job.is_head if job else None,
            "manager": line.manager_id if line and line.manager_id not in self._hidden else None,
        }
        shown = {name: value for name, value in {**at, **dated}.items() if name in seen or name == "name"}
        for name in ("department", "location", "manager"):
            if name in shown:
                shown[f"{name}_id"] = shown.pop(name)
        return {"employed": spell is not None, **shown}
