"""A plan in words: what would be otherwise, for whom and when, against what is recorded now."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from myproject.db.ids import id_list
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .audience import EVERYTHING, LABELS, Viewer, hidden_from, may_see, sees_choices, visible_by_reach
from .clock import Clock
from .fields import FIELDS
from .hidden import NOBODY, Hidden, but
from .planning.draft import Career, DepartmentDraft, day_words, period_words
from .planning.rows import AssignmentRow, EmploymentRow, LineRow, Row, VersionRow, row_on
from .plans import Plan

_DERIVED = ("name", "sort_name", "closed", "narrowed", "audience")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would be otherwise. `text` is a sentence that leaves out whom it is about."""

    kind: str
    """employee, department or location."""
    id: int
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


def differences(
    conn: Connection, plan: Plan, clock: Clock | None = None, viewer: Viewer = EVERYTHING
) -> Iterator[Difference]:
    """Every difference that the plan makes, employee by employee, each in order of time.

    Made one by one as they are asked for; looking only at the first few of a large plan costs little. For a `viewer`
    who does not see everything, which needs the clock, it tells no field that they may not see, and nobody of whom
    they may not know.
    """
    hidden = but(hidden_from(conn, clock, viewer), plan.hired) if clock is not None else NOBODY
    words = _Words(conn, plan, viewer, hidden)
    for thing in plan.things():
        name = thing.label
        if isinstance(thing, Career):
            if thing.id in hidden:
                continue
            texts = _career(words, thing)
            kind, name = "employee", words.person(thing.id)
        elif isinstance(thing, DepartmentDraft):
            texts = _department(words, thing)
            kind = "department"
        else:
            texts = _values(thing.new, thing.values or {}, f"created as {thing.name}")
            kind = "location"
        yield from (Difference(kind, thing.id, name, text) for text in texts)


class _Words:
    """Names of what rows only number; looked up when they are first needed, and kept."""

    def __init__(self, conn: Connection, plan: Plan, viewer: Viewer, hidden: Hidden) -> None:
        self._conn = conn
        self.viewer = viewer
        self._hidden = hidden
        self._draft = plan.draft
        self._known: dict[tuple[str, int], str] = {
            **{("title", id_): name for name, id_ in plan.draft.new_job_titles.items()},
            **{("skill", id_): name for id_, name in plan.draft.new_skills.items()},
        }
        self._tables: dict[str, Any] = {
            "title": JobTitle.__table__,
            "skill": Skill.__table__,
            "place": Location.__table__,
            "person": Employee.__table__,
        }

    def of(self, kind: str, id_: int | None) -> str:
        if id_ is None:
            return "none"
        if (kind, id_) not in self._known:
            table = self._tables[kind]
            query = select(table.c.name).where(table.c.id.in_(id_list([id_])))
            self._known[kind, id_] = self._conn.execute(query).scalar() or f"{kind} {id_}"
        return self._known[kind, id_]

    def person(self, id_: int) -> str:
        if id_ in self._hidden:
            return "someone"
        career = self._draft.careers.get(id_)
        if career is None:
            return self.of("person", id_)
        return career.label if may_see(self.viewer, "employee_number") else career.name

    def seen(self, career: Career) -> frozenset[str]:
        """The fields of someone that may be told."""
        narrowed = None if self.viewer is EVERYTHING else self.card(career).get("narrowed")
        return visible_by_reach(self.viewer, career.id, narrowed)

    def place(self, id_: int | None) -> str:
        location = self._draft.locations.get(id_) if id_ is not None else None
        return location.name if location is not None else self.of("place", id_)

    def known(self, lines: Iterable[LineRow]) -> list[LineRow]:
        """Lines without those to managers of whom the viewer may not know: to them there is no line."""
        return [line for line in lines if line.manager_id not in self._hidden]

    def department(self, id_: int | None, day: date) -> str:
        return "the top" if id_ is None else self._draft.departments[id_].name_on(day)

    def card(self, career: Career) -> dict[str, Any]:
        return self._draft.cards.get(career.id, {})

    def skills_of(self, career: Career) -> list[int]:
        return self._draft.skills_of.get(career.id, [])


def _career(words: _Words, career: Career) -> Iterator[str]:
    seen = words.seen(career)
    before = [row for row in career.stored if isinstance(row, EmploymentRow)]
    if {"joined_on", "left_on"} <= seen:
        yield from _told(before, career.employment, lambda _was, now, _day: "works here" if now else _NO_LONGER)
    if not career.new:
        yield from _card(words, career, seen)
    if sees_choices(words.viewer, career.id):
        yield from _choices(words.card(career), career.card or {})
    for rows_before, rows_after in _things(career, AssignmentRow, career.assignments, lambda row: row.assignment_id):
        told = _told(rows_before, rows_after, lambda was, now, day: _job(words, seen, was, now, day))
        yield from (text for text in told if not text.endswith(": "))
    if "manager" not in seen:
        return
    for rows_before, rows_after in _things(
        career,
        LineRow,
        career.lines,
        lambda row: (row.assignment_id, row.kind, row.manager_id if row.kind == "dotted" else 0),
    ):
        before_known, after_known = words.known(rows_before), words.known(rows_after)
        yield from _told(before_known, after_known, lambda was, now, _: _line(words, was, now))


_NO_LONGER = "no longer works here"


def _card(words: _Words, career: Career, seen: frozenset[str]) -> Iterator[str]:
    """Edits of the card."""
    stored = words.card(career)
    for name, value in (career.card or {}).items():
        if name not in _DERIVED and name in seen:
            before = stored.get(name)
            if name == "portrait":
                before, value = before and "a picture", value and "a picture"
            yield f"{FIELDS[name].label.lower()} {_said(before)} → {_said(value)}"
    if career.skills is not None and "skills" in seen:
        was = [words.of("skill", id_) for id_ in words.skills_of(career)]
        yield f"skills {_said(was)} → {_said([words.of('skill', id_) for id_ in career.skills])}"


def _choices(stored: dict[str, Any], card: dict[str, Any]) -> Iterator[str]:
    """Who may see what from now on, and know of the person at all."""
    if "narrowed" in card:
        was, now = stored.get("narrowed") or {}, card["narrowed"] or {}
        for name in FIELDS:
            if was.get(name) != now.get(name):
                who = f"kept to {LABELS[now[name]]}" if name in now else "open as the organisation says"
                yield f"{FIELDS[name].label.lower()} {who}"
    if card.get("audience", "colleagues") != stored.get("audience", "colleagues"):
        yield f"may be known of by {LABELS[card['audience']]}"


def _things(
    career: Career, kind: type, rows: Iterable[Any], key: Callable[[Any], Hashable]
) -> Iterator[tuple[list[Any], list[Any]]]:
    """Stored and wanted rows of each assignment, or each chain of lines."""
    grouped: dict[Hashable, tuple[list[Any], list[Any]]] = {}
    for row in career.stored:
        if isinstance(row, kind):
            grouped.setdefault(key(row), ([], []))[0].append(row)
    for row in rows:
        grouped.setdefault(key(row), ([], []))[1].append(row)
    yield from grouped.values()


def _told(before: Sequence[Row], after: Sequence[Row], say: Callable[[Any, Any, date], str]) -> Iterator[str]:
    """A sentence for each period over which the two differ in one way."""
    if set(before) == set(after):
        return
    days = sorted({day for row in (*before, *after) for day in (row.valid_from, row.valid_to)})
    spans: list[tuple[date, date, Any, Any]] = []
    for start, end in pairwise(days):
        was, now = _value(before, start), _value(after, start)
        if was == now:
            continue
        if spans and spans[-1][1] == start and spans[-1][2:] == (was, now):
            spans[-1] = (spans[-1][0], end, was, now)
        else:
            spans.append((start, end, was, now))
    for start, end, was, now in spans:
        yield f"{period_words(start, end)}: {say(was, now, start)}"


def _value(rows: Sequence[Any], day: date) -> Any:
    row = row_on(rows, day)
    return None if row is None else row._replace(valid_from=date.min, valid_to=date.max)


def _job(words: _Words, seen: frozenset[str], was: AssignmentRow | None, now: AssignmentRow | None, day: date) -> str:
    if now is None:
        assert was is not None
        return f"no longer {_job_name(words, seen, was, day)}"
    if was is None:
        return ("" if now.is_primary else "also ") + _job_name(words, seen, now, day)
    parts = []
    if was.department_id != now.department_id and "department" in seen:
        parts.append(f"{words.department(was.department_id, day)} → {words.department(now.department_id, day)}")
    if was.job_title_id != now.job_title_id and "job_title" in seen:
        parts.append(f"{words.of('title', was.job_title_id)} → {words.of('title', now.job_title_id)}")
    if was.location_id != now.location_id and "location" in seen:
        parts.append(f"{words.place(was.location_id)} → {words.place(now.location_id)}")
    if was.fte != now.fte and "fte" in seen:
        parts.append(f"FTE {was.fte:g} → {now.fte:g}")
    if was.is_head != now.is_head and "is_head" in seen:
        parts.append("head of department" if now.is_head else "no longer head of department")
    if was.is_primary != now.is_primary:
        parts.append("primary assignment" if now.is_primary else "no longer the primary assignment")
    return ", ".join(parts)


def _job_name(words: _Words, seen: frozenset[str], row: AssignmentRow, day: date) -> str:
    where = f"in {words.department(row.department_id, day)}" if "department" in seen else "at work"
    title = row.job_title_id is not None and "job_title" in seen
    place = f", {words.place(row.location_id)}" if row.location_id is not None and "location" in seen else ""
    return f"{words.of('title', row.job_title_id)} {where}{place}" if title else f"{where}{place}"


_REPORTS = {"solid": "reports to", "dotted": "dotted line to", "acting": "acting manager"}


def _line(words: _Words, was: LineRow | None, now: LineRow | None) -> str:
    if now is None:
        assert was is not None
        return f"no longer {_REPORTS[was.kind]} {words.person(was.manager_id)}"
    text = f"{_REPORTS[now.kind]} {words.person(now.manager_id)}"
    return text if was is None else f"{text} instead of {words.person(was.manager_id)}"


def _department(words: _Words, department: DepartmentDraft) -> Iterator[str]:
    before = [row for row in department.stored if isinstance(row, VersionRow)]
    yield from _told(before, department.versions, lambda was, now, day: _version(words, was, now, day))
    if not department.new:
        yield from _values(False, department.values or {}, "")


def _version(words: _Words, was: VersionRow | None, now: VersionRow | None, day: date) -> str:
    if now is None:
        assert was is not None
        return f"{was.name} no longer exists"
    if was is None:
        return f"{now.name}, under {words.department(now.parent_id, day)}"
    parts = []
    if was.name != now.name:
        parts.append(f"{was.name} → {now.name}")
    if was.parent_id != now.parent_id:
        parts.append(f"moves from {words.department(was.parent_id, day)} to {words.department(now.parent_id, day)}")
    return ", ".join(parts) or f"its address ends in {now.slug}"


def _values(new: bool, values: dict[str, Any], created: str) -> Iterator[str]:
    if new or values.get("closed") is False:
        yield created
        return
    if values.get("closed"):
        yield "taken back"
    yield from (
        f"{name.replace('_', ' ')} becomes {_said(value)}"
        for name, value in values.items()
        if name not in ("sort_name", "closed")
    )


def _said(value: Any) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, date):
        return day_words(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
