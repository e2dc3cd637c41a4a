"""A plan in words: what would be otherwise, for whom and when, against what is recorded now."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import FIELDS
from myproject.directory.visibility.audience import (
    EVERYTHING,
    LABELS,
    Viewer,
    hidden_from,
    may_see,
    sees_choices,
    visible_by_audience,
)
from myproject.directory.visibility.hidden_people import NOBODY, Hidden, without
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

from .place_fields import place_label
from .planning.draft import Career, period_words
from .planning.place_drafts import DepartmentDraft
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
    hidden = without(hidden_from(conn, clock, viewer), plan.hired) if clock is not None else NOBODY
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
            texts = _values(thing.new, thing.values or {})
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
            return _("none")
        if (kind, id_) not in self._known:
            table = self._tables[kind]
            query = select(table.c.name).where(table.c.id.in_(id_list([id_])))
            self._known[kind, id_] = self._conn.execute(query).scalar() or f"{kind} {id_}"
        return self._known[kind, id_]

    def person(self, id_: int) -> str:
        if id_ in self._hidden:
            return _("someone")
        career = self._draft.careers.get(id_)
        if career is None:
            return self.of("person", id_)
        return career.label if may_see(self.viewer, "employee_number") else career.name

    def seen(self, career: Career) -> frozenset[str]:
        """The fields of someone that may be told."""
        narrowed = None if self.viewer is EVERYTHING else self.card(career).get("narrowed")
        return visible_by_audience(self.viewer, career.id, narrowed)

    def place(self, id_: int | None) -> str:
        location = self._draft.locations.get(id_) if id_ is not None else None
        return location.name if location is not None else self.of("place", id_)

    def known(self, lines: Iterable[LineRow]) -> list[LineRow]:
        """Lines without those to managers of whom the viewer may not know: to them there is no line."""
        return [line for line in lines if line.manager_id not in self._hidden]

    def department(self, id_: int | None, day: date) -> str:
        return _("the top level") if id_ is None else self._draft.departments[id_].name_on(day)

    def card(self, career: Career) -> dict[str, Any]:
        return self._draft.cards.get(career.id, {})

    def skills_of(self, career: Career) -> list[int]:
        return self._draft.skills_of.get(career.id, [])


def _career(words: _Words, career: Career) -> Iterator[str]:
    seen = words.seen(career)
    before = [row for row in career.stored if isinstance(row, EmploymentRow)]
    if {"hired_on", "left_on"} <= seen:
        yield from _sentences(before, career.employment, lambda _was, now, _day: _employed(now))
    if not career.new:
        yield from _card(words, career, seen)
    if sees_choices(words.viewer, career.id):
        yield from _choices(words.card(career), career.card or {})
    for rows_before, rows_after in _things(career, AssignmentRow, career.assignments, lambda row: row.assignment_id):
        yield from _sentences(rows_before, rows_after, lambda was, now, day: _job(words, seen, was, now, day))
    if "manager" not in seen:
        return
    for rows_before, rows_after in _things(
        career,
        LineRow,
        career.lines,
        lambda row: (row.assignment_id, row.kind, row.manager_id if row.kind == "dotted" else 0),
    ):
        before_known, after_known = words.known(rows_before), words.known(rows_after)
        yield from _sentences(before_known, after_known, lambda was, now, _: _line(words, was, now))


def _employed(now: EmploymentRow | None) -> str:
    return _("works here") if now else _("no longer works here")


def _card(words: _Words, career: Career, seen: frozenset[str]) -> Iterator[str]:
    """Edits of the card."""
    stored = words.card(career)
    for name, value in (career.card or {}).items():
        if name not in _DERIVED and name in seen:
            before = stored.get(name)
            if name == "portrait":
                before, value = before and _("a photo"), value and _("a photo")
            yield _changed(_(FIELDS[name].label), before, value)
    if career.skills is not None and "skills" in seen:
        was = [words.of("skill", id_) for id_ in words.skills_of(career)]
        yield _changed(_(FIELDS["skills"].label), was, [words.of("skill", id_) for id_ in career.skills])


def _choices(stored: dict[str, Any], card: dict[str, Any]) -> Iterator[str]:
    """Who may see what from now on, and know of the person at all."""
    if "narrowed" in card:
        was, now = stored.get("narrowed") or {}, card["narrowed"] or {}
        for name in FIELDS:
            if was.get(name) != now.get(name):
                label = _(FIELDS[name].label)
                yield (
                    _("%(field)s: only visible to %(audience)s", field=label, audience=_(LABELS[now[name]]))
                    if name in now
                    else _("%(field)s: visible as set by the organisation", field=label)
                )
    if "audience" in card and card["audience"] != stored.get("audience", "colleagues"):
        yield _("can be found by %(audience)s", audience=_(LABELS[card["audience"]]))


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


def _sentences(before: Sequence[Row], after: Sequence[Row], say: Callable[[Any, Any, date], str]) -> Iterator[str]:
    """A sentence for each period over which the two differ in one way; none where `say` has no words for it."""
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
        if what := say(was, now, start):
            yield _("%(period)s: %(change)s", period=period_words(start, end), change=what)


def _value(rows: Sequence[Any], day: date) -> Any:
    row = row_on(rows, day)
    return None if row is None else row._replace(valid_from=date.min, valid_to=date.max)


def _job(words: _Words, seen: frozenset[str], was: AssignmentRow | None, now: AssignmentRow | None, day: date) -> str:
    if now is None:
        assert was is not None
        return _("no longer %(job)s", job=_job_name(words, seen, was, day))
    if was is None:
        job = _job_name(words, seen, now, day)
        return job if now.is_primary else _("also %(job)s", job=job)
    parts = []
    if was.department_id != now.department_id and "department" in seen:
        parts.append(_moved(words, was.department_id, now.department_id, day))
    if was.job_title_id != now.job_title_id and "job_title" in seen:
        before, after = (words.of("title", row.job_title_id) for row in (was, now))
        parts.append(_("job title: %(after)s (was %(before)s)", before=before, after=after))
    if was.location_id != now.location_id and "location" in seen:
        before, after = (words.place(row.location_id) for row in (was, now))
        parts.append(_("location: %(after)s (was %(before)s)", before=before, after=after))
    if was.fte != now.fte and "fte" in seen:
        parts.append(_("FTE: %(after)s (was %(before)s)", before=format(was.fte, "g"), after=format(now.fte, "g")))
    if was.is_head != now.is_head and "is_head" in seen:
        parts.append(_("head of department") if now.is_head else _("no longer head of department"))
    if was.is_primary != now.is_primary:
        parts.append(_("primary assignment") if now.is_primary else _("no longer the primary assignment"))
    return "; ".join(parts)


def _moved(words: _Words, was: int | None, now: int | None, day: date) -> str:
    before, after = (words.department(each, day) for each in (was, now))
    return _("moves from %(before)s to %(after)s", before=before, after=after)


def _job_name(words: _Words, seen: frozenset[str], row: AssignmentRow, day: date) -> str:
    title = words.of("title", row.job_title_id) if row.job_title_id is not None and "job_title" in seen else ""
    department = words.department(row.department_id, day) if "department" in seen else ""
    if title and department:
        job = _("%(title)s in %(department)s", title=title, department=department)
    else:
        job = title or (_("in %(department)s", department=department) if department else _("in a job"))
    if row.location_id is None or "location" not in seen:
        return job
    return _("%(job)s, %(location)s", job=job, location=words.place(row.location_id))


_LINES = {
    "solid": (
        marked("reports to %(manager)s"),
        marked("reports to %(manager)s instead of %(before)s"),
        marked("no longer reports to %(manager)s"),
    ),
    "dotted": (
        marked("has a dotted line to %(manager)s"),
        marked("has a dotted line to %(manager)s instead of %(before)s"),
        marked("no longer has a dotted line to %(manager)s"),
    ),
    "acting": (
        marked("%(manager)s is acting manager"),
        marked("%(manager)s is acting manager instead of %(before)s"),
        marked("%(manager)s is no longer acting manager"),
    ),
}
"""Kind of a line -> how one says that it begins, that it goes to somebody else, that it ends."""


def _line(words: _Words, was: LineRow | None, now: LineRow | None) -> str:
    if now is None:
        assert was is not None
        return _(_LINES[was.kind][2], manager=words.person(was.manager_id))
    if was is None:
        return _(_LINES[now.kind][0], manager=words.person(now.manager_id))
    return _(_LINES[now.kind][1], manager=words.person(now.manager_id), before=words.person(was.manager_id))


def _department(words: _Words, department: DepartmentDraft) -> Iterator[str]:
    before = [row for row in department.stored if isinstance(row, VersionRow)]
    yield from _sentences(before, department.versions, lambda was, now, day: _version(words, was, now, day))
    if not department.new:
        yield from _values(False, department.values or {})


def _version(words: _Words, was: VersionRow | None, now: VersionRow | None, day: date) -> str:
    if now is None:
        assert was is not None
        return _("%(department)s no longer exists", department=was.name)
    above = words.department(now.parent_id, day)
    if was is None:
        if now.parent_id is None:
            return _("%(department)s exists at the top level", department=now.name)
        return _("%(department)s exists in %(parent)s", department=now.name, parent=above)
    parts = []
    if was.name != now.name:
        parts.append(_("name: %(after)s (was %(before)s)", before=was.name, after=now.name))
    if was.parent_id != now.parent_id:
        parts.append(_moved(words, was.parent_id, now.parent_id, day))
    return "; ".join(parts) or _("its address ends in %(slug)s", slug=now.slug)


def _values(new: bool, values: dict[str, Any]) -> Iterator[str]:
    if new or values.get("closed") is False:
        yield _("created")
        return
    if values.get("closed"):
        yield _("removed")
    yield from (
        _changed(place_label(name), None, value)
        for name, value in values.items()
        if name not in ("sort_name", "closed")
    )


def _changed(field: str, before: Any, after: Any) -> str:
    """A field that is edited: what it holds then, and what it holds now."""
    if before in (None, "", []):
        return _("%(field)s: %(after)s", field=field, after=_said(after))
    return _("%(field)s: %(after)s (was %(before)s)", field=field, before=_said(before), after=_said(after))


def _said(value: Any) -> str:
    if value is None or value in ("", []):
        return _("none")
    if isinstance(value, date):
        return day_text(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
