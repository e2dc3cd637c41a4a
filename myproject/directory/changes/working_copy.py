"""A copy of the directory to plan a long change set on, while others go on writing.

What was planned on it is a `PreparedChanges`; `ChangeSetWriter.write_prepared` writes that in a moment
(docs/adr/0021-long-change-sets-are-planned-on-a-copy.md).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select

from myproject.db.bulk import insert_rows
from myproject.db.scratch import scratch_database
from myproject.directory.search import index
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.counter import Counter
from myproject.models.dated import is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.search import SearchCode, SearchName, SearchVariant, SearchWord
from myproject.models.vocabulary import JobTitle, Skill

from .change_sets import ChangeSetWriter
from .planning import administrators
from .planning.draft import SERIES
from .planning.loading import COUNTER
from .planning.writing import Written
from .plans import Plan
from .prepared_changes import PreparedChanges

_WHOLE: tuple[Any, ...] = tuple(
    model.__table__ for model in (Counter, Location, Department, JobTitle, Skill, Employee, EmployeeSkill)
)
_DATED: tuple[Any, ...] = tuple(model.__table__ for model in (DepartmentVersion, Employment, Assignment, ReportingLine))
_EMPTY: tuple[Any, ...] = tuple(
    model.__table__ for model in (ChangeSet, ChangeItem, SearchName, SearchCode, SearchWord, SearchVariant)
)
_AT_ONCE = 5_000


@contextlib.contextmanager
def working_copy(source: Connection) -> Iterator[Connection]:
    """A connection to a private copy of what plans read: the directory as it is now, without its history.

    `source` should see one state of the database for as long as it is read (`Engines.snapshot`).
    """
    tables = (*_WHOLE, *_DATED, *_EMPTY, *(table for table, _ in administrators.COPIED))
    with scratch_database(tables) as copy:
        for table in _WHOLE:
            _copy(source, copy, table, select(table))
        for table in _DATED:
            _copy(source, copy, table, select(table).where(is_current(table)))
        for table, query in administrators.COPIED:
            _copy(source, copy, table, query)
        yield copy


def _copy(source: Connection, copy: Connection, table: Table, query: Any) -> None:
    rows = source.execute(query, execution_options={"yield_per": _AT_ONCE})
    insert_rows(copy, table, table.c.keys(), rows)


class WorkingCopyWriter(ChangeSetWriter):
    """Writes a change set into a working copy. `prepared` is what it comes to.

    Of what is derived, only the index of those who are new is kept up there: plans read none of it.
    """

    def __init__(self, conn: Connection, **details: Any) -> None:
        super().__init__(conn, **details)
        self._base: dict[str, Any] = dict(conn.execute(select(COUNTER)).mappings().one())
        self._cards: dict[int, dict[str, Any]] = {}
        self._departments: dict[int, dict[str, Any]] = {}
        self._locations: dict[int, dict[str, Any]] = {}
        self._reskilled: set[int] = set()

    def write(self, plan: Plan) -> None:
        """Write a plan, and note the undated values that it changes."""
        super().write(plan)
        draft = plan.draft
        for id_ in draft.touched:
            career = draft.careers[id_]
            if not career.new:
                if career.card:
                    self._cards.setdefault(id_, {}).update(career.card)
                if career.skills is not None:
                    self._reskilled.add(id_)
        for noted, things in ((self._departments, draft.departments), (self._locations, draft.locations)):
            touched = draft.touched_departments if noted is self._departments else draft.touched_locations
            for id_ in touched:
                if not things[id_].new and things[id_].values:
                    noted.setdefault(id_, {}).update(things[id_].values or {})

    @property
    def prepared(self) -> PreparedChanges:
        """What was planned so far."""
        return PreparedChanges(
            conn=self.conn,
            base=self._base,
            used={name: self._counter[name] for name in SERIES},
            tally=self._tally,
            written=self._written,
            cards=self._cards,
            departments=self._departments,
            locations=self._locations,
            reskilled=self._reskilled,
        )

    def _index(self, written: Written) -> None:
        index.add_employees(self.conn, written.new_cards)
        index.refresh(self.conn, "employee", (id_ for id_ in written.names if id_ > self._base["employees"]))

    def _derive(self) -> None:
        """Nothing: there is no `present` here."""
