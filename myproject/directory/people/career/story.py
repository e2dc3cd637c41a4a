"""Dated rows, told as a story: what began, changed and ended on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from myproject.language.formats import percent_text
from myproject.language.texts import gettext as _
from myproject.models.dated import FOREVER

from .facts import CareerRow, Fact, What, said

Told = tuple[date, date, Fact]
"""The day to show, the first day on which it is so, the fact."""


class Story:
    def __init__(
        self, rows: Sequence[CareerRow], revision: int, versions: Mapping[int, Sequence[Any]], seen: frozenset[str]
    ) -> None:
        self._versions = versions
        self._seen = seen
        self._first: dict[Hashable, int] = {}
        for row in rows:
            for key in said(row):
                self._first[key] = min(row.recorded, self._first.get(key, row.recorded))
        current = sorted((row for row in rows if row.superseded > revision), key=lambda row: row.start)
        self._spells = [row for row in current if row.what == "employment"]
        self._jobs: dict[int, list[CareerRow]] = defaultdict(list)
        self._lines: dict[tuple[int, str], list[CareerRow]] = defaultdict(list)
        for row in current:
            if row.what == "assignment":
                self._jobs[row.assignment or 0].append(row)
            elif row.what == "line":
                self._lines[row.assignment or 0, row.kind or ""].append(row)
        self._joins = {row.start for row in self._spells}
        self._leaves = {row.end for row in self._spells}

    def facts(self) -> Iterator[Told]:
        yield from self._employment()
        for rows in self._jobs.values():
            yield from self._job(rows)
        if "manager" in self._seen:
            for (_, kind), rows in self._lines.items():
                yield from self._solid(rows) if kind == "solid" else self._other(rows, kind)

    # --- coming and going ---

    def _employment(self) -> Iterator[Told]:
        for number, row in enumerate(self._spells):
            if "hired_on" in self._seen:
                what: What = "rejoined" if number else "joined"
                revision = self._first["employment", "start", row.start]
                with_it, restated = self._beginning(row.start)
                restated = {each for each in restated if each > revision}
                fact = Fact(what, revision, with_it=with_it, restated=tuple(sorted(restated)))
                yield row.start, row.start, fact
            if row.end < FOREVER and "left_on" in self._seen:
                revision = self._first["employment", "end", row.end]
                yield row.end - timedelta(days=1), row.end, Fact("left", revision)

    def _beginning(self, day: date) -> tuple[dict[str, Any], set[int]]:
        """As what, where and under whom someone begins; and the change sets that say so."""
        job = next(
            (row for rows in self._jobs.values() for row in rows if row.primary and row.start <= day < row.end), None
        )
        if job is None:
            return {}, set()
        lines = self._lines.get((job.assignment or 0, "solid"), [])
        line = next((row for row in lines if row.start <= day < row.end), None)
        told = {
            "title": self._if("job_title", job.title),
            "department": self._if("department", self._name(job.department, day)),
            "department_id": self._if("department", job.department),
            "location": self._if("location", job.location),
            "manager": self._if("manager", line and line.manager_name),
            "manager_id": self._if("manager", line and line.manager),
        }
        said_by = {
            self._first["assignment", job.assignment, job.start, name, getattr(job, name)]
            for name, field in (("title", "job_title"), ("department", "department"), ("location", "location"))
            if field in self._seen
        }
        if line is not None and "manager" in self._seen:
            said_by.add(self._first["line", line.assignment, line.kind, line.manager, "start", line.start])
        return {name: value for name, value in told.items() if value is not None}, said_by

    # --- jobs ---

    def _job(self, rows: Sequence[CareerRow]) -> Iterator[Told]:
        before: CareerRow | None = None
        for row in rows:
            if before is not None and before.end == row.start:
                for fact in self._changes(before, row):
                    yield row.start, row.start, fact
            else:
                if before is not None:
                    yield from self._ended(before)
                if not (row.primary and row.start in self._joins):
                    yield from self._begun(row)
            before = row
        if before is not None and before.end < FOREVER:
            yield from self._ended(before)

    def _begun(self, row: CareerRow) -> Iterator[Told]:
        if not {"job_title", "department"} & self._seen:
            return
        revision = self._first["assignment", row.assignment, "start", row.start]
        fact = Fact(
            "second_begins",
            revision,
            now=self._if("job_title", row.title),
            department=self._if("department", row.department),
            role=self._if("department", self._name(row.department, row.start)),
            fte=self._if("fte", row.fte),
        )
        yield row.start, row.start, fact

    def _ended(self, row: CareerRow) -> Iterator[Told]:
        if row.end in self._leaves or not {"job_title", "department"} & self._seen:
            return
        revision = self._first["assignment", row.assignment, "end", row.end]
        fact = Fact(
            "second_ends",
            revision,
            was=self._if("job_title", row.title),
            department=self._if("department", row.department),
            role=self._if("department", self._name(row.department, row.start)),
        )
        yield row.end - timedelta(days=1), row.end, fact

    def _changes(self, before: CareerRow, row: CareerRow) -> Iterator[Fact]:
        role = None if row.primary else (self._if("job_title", row.title) or _("another role"))

        def first(name: str, value: Any) -> int:
            return self._first["assignment", row.assignment, row.start, name, value]

        if row.title != before.title and "job_title" in self._seen:
            yield Fact("title", first("title", row.title), row.title, before.title, role=role)
        if row.department != before.department and "department" in self._seen:
            now, was = self._name(row.department, row.start), self._name(before.department, row.start)
            revision = first("department", row.department)
            yield Fact("department", revision, now, was, department=row.department, role=role)
        if row.location != before.location and "location" in self._seen:
            yield Fact("location", first("location", row.location), row.location, before.location, role=role)
        if row.fte != before.fte and "fte" in self._seen:
            yield Fact("fte", first("fte", row.fte), fte=row.fte, was=_percent(before.fte), role=role)
        moved = row.department != before.department
        if "is_head" in self._seen and "department" in self._seen:
            if before.head and (moved or not row.head):
                was = self._name(before.department, before.start)
                revision = first("head", row.head) if not moved else first("department", row.department)
                yield Fact("head_ends", revision, was=was, department=before.department)
            if row.head and (moved or not before.head):
                revision = first("head", row.head)
                yield Fact("head_begins", revision, self._name(row.department, row.start), department=row.department)
        if row.primary and not before.primary:
            now = self._if("job_title", row.title) or self._if("department", self._name(row.department, row.start))
            yield Fact("main", first("primary", row.primary), now)

    # --- reporting lines ---

    def _solid(self, rows: Sequence[CareerRow]) -> Iterator[Told]:
        before: CareerRow | None = None
        for row in rows:
            follows = before is not None and before.end == row.start
            if before is not None and not follows:
                yield from self._line_ended(before, "manager_ends")
            if before is not None and follows:
                if before.manager != row.manager:
                    fact = self._line_fact("manager", row, was=before.manager_name)
                    yield row.start, row.start, fact
            elif row.start not in self._joins:
                yield row.start, row.start, self._line_fact("manager", row)
            before = row
        if before is not None:
            yield from self._line_ended(before, "manager_ends")

    def _other(self, rows: Sequence[CareerRow], kind: str) -> Iterator[Told]:
        begins, ends = _KINDS[kind]
        by_manager: dict[int | None, list[CareerRow]] = defaultdict(list)
        for row in rows:
            by_manager[row.manager].append(row)
        for terms in by_manager.values():
            for number, row in enumerate(terms):
                if not number or terms[number - 1].end != row.start:
                    yield row.start, row.start, self._line_fact(begins, row)
                if number + 1 == len(terms) or terms[number + 1].start != row.end:
                    yield from self._line_ended(row, ends)

    def _line_fact(self, what: What, row: CareerRow, was: str | None = None) -> Fact:
        revision = self._first["line", row.assignment, row.kind, row.manager, "start", row.start]
        return Fact(what, revision, row.manager_name, was, person=row.manager, role=self._role(row, row.start))

    def _line_ended(self, row: CareerRow, what: What) -> Iterator[Told]:
        job_ends = {each.end for each in self._jobs.get(row.assignment or 0, [])[-1:]}
        if row.end == FOREVER or row.end in self._leaves or row.end in job_ends:
            return
        revision = self._first["line", row.assignment, row.kind, row.manager, "end", row.end]
        fact = Fact(what, revision, was=row.manager_name, person=row.manager, role=self._role(row, row.start))
        yield row.end - timedelta(days=1), row.end, fact

    def _role(self, line: CareerRow, day: date) -> str | None:
        """The job that a line is about, where that is not the primary one."""
        jobs = self._jobs.get(line.assignment or 0, [])
        job = next((row for row in jobs if row.start <= day < row.end), None)
        if job is None or job.primary:
            return None
        return self._if("job_title", job.title) or _("another role")

    def _if(self, name: str, value: Any) -> Any:
        return value if name in self._seen else None

    def _name(self, department: int | None, day: date) -> str | None:
        """What a department was called on a day; the nearest name where it did not exist then."""
        versions = self._versions.get(department or 0, ())
        best = next((each for each in versions if each.valid_from <= day < each.valid_to), None)
        if best is None and versions:
            best = versions[-1] if day >= versions[-1].valid_from else versions[0]
        return best.name if best is not None else None


_KINDS: dict[str, tuple[What, What]] = {
    "dotted": ("dotted_begins", "dotted_ends"),
    "acting": ("acting_begins", "acting_ends"),
}


def _percent(share: float | None) -> str | None:
    return None if share is None else percent_text(share, exact=True)
