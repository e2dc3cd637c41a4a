"""The counter row against the tables that it counts: what `myproject db verify` tells and `db rebuild` mends.

A counter that is behind its table stops every write, because the next number is taken already.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from myproject.models.change_set import ChangeSet
from myproject.models.counter import Counter
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.vocabulary import JobTitle, Skill

_COUNTER = Counter.__table__
_CHANGE_SET = ChangeSet.__table__
_HIGHEST: dict[str, list[Any]] = {
    "revision": [_CHANGE_SET.c.revision],
    "employees": [Employee.__table__.c.id],
    "departments": [Department.__table__.c.id],
    "locations": [Location.__table__.c.id],
    "job_titles": [JobTitle.__table__.c.id],
    "skills": [Skill.__table__.c.id],
    "assignments": [Assignment.__table__.c.assignment_id],
    "rows": [table.__table__.c.id for table in (Employment, Assignment, ReportingLine, DepartmentVersion)],
}
"""Column of the counter -> the columns that hold the numbers it gave out."""
_BOTH = select(
    *(_COUNTER.c[name] for name in _HIGHEST),
    *(
        select(func.max(column)).scalar_subquery().label(f"{name}_{place}")
        for name, columns in _HIGHEST.items()
        for place, column in enumerate(columns)
    ),
)


def verify(conn: Connection) -> list[str]:
    """How the counter differs from the tables; empty if it doesn't.

    The revision is that of the newest change set. The other series may be ahead: ids are not used twice.
    """
    counted, highest = _read(conn)
    problems = [
        f"the counter of {name} is at {counted[name]}, and {highest[name]} is given out already: writing fails"
        for name in _HIGHEST
        if counted[name] < highest[name]
    ]
    if counted["revision"] > highest["revision"]:
        problems.append(
            f"the counter's revision is {counted['revision']}, and the newest change set is #{highest['revision']}:"
            " change sets are missing"
        )
    return problems


def rebuild(conn: Connection) -> None:
    """Make counter and tables agree again, in the caller's write transaction.

    A counter that is behind is set to the highest number in use. A revision that is ahead is not set back: answers
    with its number may be kept by browsers and programs, and would be taken for those of the next change sets. A
    change set that says so is written for it instead.
    """
    # Nobody else counts on until this transaction ends.
    conn.execute(update(_COUNTER).values(revision=_COUNTER.c.revision))
    counted, highest = _read(conn)
    behind = {name: highest[name] for name in _HIGHEST if counted[name] < highest[name]}
    if behind:
        conn.execute(update(_COUNTER).values(behind))
    if counted["revision"] > highest["revision"]:
        conn.execute(
            insert(_CHANGE_SET).values(
                revision=counted["revision"],
                applied_at=datetime.now(UTC),
                author="myproject db rebuild",
                source="command",
                reason=f"No change set was found after #{highest['revision']}",
                summary={},
            )
        )


def _read(conn: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """The counter row, and the highest number in use, by column of the counter; in one query."""
    found = conn.execute(_BOTH).mappings().one()
    counted = {name: found[name] for name in _HIGHEST}
    highest = {
        name: max(found[f"{name}_{place}"] or 0 for place in range(len(columns))) for name, columns in _HIGHEST.items()
    }
    return counted, highest
