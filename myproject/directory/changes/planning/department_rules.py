"""What holds for a department on every day: one version, a parent that exists, no namesake beside it, no circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.models.dated import FOREVER

from .departments import same_name
from .draft import Draft, Refusal, period_words
from .place_drafts import DepartmentDraft
from .rows import VersionRow, first_gap, first_overlap


def department_problems(draft: Draft, department: DepartmentDraft) -> Iterator[Refusal]:
    """What is wrong with a department as the draft has it."""
    if day := first_overlap(department.versions):
        yield Refusal(
            "on",
            _("%(department)s would have two versions on %(day)s.", department=department.label, day=day_text(day)),
            _("Correct its dates."),
        )
    for row in department.versions:
        if row.parent_id is not None:
            remedy = _("Choose another parent department or other days.")
            yield from _without_parent(row, draft.departments[row.parent_id], "parent", remedy)
        for other in draft.places.named(row.parent_id, row.name):
            if other is not department and any(same_name(row, sibling) for sibling in other.versions):
                yield Refusal(
                    "name",
                    _(
                        "There would be two departments named %(department)s in one place %(period)s.",
                        department=row.name,
                        period=period_words(row.valid_from, row.valid_to),
                    ),
                    _("Choose another name or another parent department."),
                )
    untouched = [other for other in draft.places.below(department.id) if other.id not in draft.touched_departments]
    below = [row for other in untouched for row in other.versions if row.parent_id == department.id]
    for row in below:
        remedy = _("Move or close the departments below it first.")
        yield from _without_parent(row, department, "department", remedy)
    if loop := _above_itself(draft, department):
        yield Refusal(
            "parent",
            _("%(department)s would be inside itself on %(day)s.", department=department.label, day=day_text(loop)),
            _("Choose a parent department that is not below it."),
        )


def _without_parent(row: VersionRow, parent: DepartmentDraft, field: str, remedy: str) -> Iterator[Refusal]:
    if day := first_gap(parent.versions, row.valid_from, row.valid_to):
        message = _(
            "%(department)s would be in %(parent)s on %(day)s, but that does not exist then.",
            department=row.name,
            parent=parent.label,
            day=day_text(day),
        )
        yield Refusal(field, message, remedy)


def _above_itself(draft: Draft, department: DepartmentDraft) -> date | None:
    """The first day on which a department is somewhere below itself."""

    def up(rows: Iterable[VersionRow], start: date, end: date, seen: frozenset[int]) -> date | None:
        for row in rows:
            a, b = max(row.valid_from, start), min(row.valid_to, end)
            if a >= b or row.parent_id is None:
                continue
            if row.parent_id == department.id:
                return a
            if row.parent_id not in seen:
                day = up(draft.departments[row.parent_id].versions, a, b, seen | {row.parent_id})
                if day is not None:
                    return day
        return None

    return up(department.versions, date.min, FOREVER, frozenset())
