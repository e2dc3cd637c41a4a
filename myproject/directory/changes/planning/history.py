"""What was recorded of people and departments before a change set, and what has been said since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from myproject.db.ids import id_list
from myproject.models.change_set import ChangeItem
from myproject.models.dated import known_at

from .field_runs import values_of
from .merging import Kept
from .rows import VersionRow
from .writing import TABLES

_ITEM = ChangeItem.__table__
Of = dict[int, list[Any]]
"""Rows by whose they are: employee or department."""


def key_of(row_type: type) -> str:
    """The kind of thing that a table of dated rows is about: employee or department."""
    return "department" if row_type is VersionRow else "employee"


class History:
    """Rows and edits around one change set, for some people and departments; each table is read when first asked."""

    def __init__(self, conn: Connection, revision: int, ids: Mapping[str, Sequence[int]]) -> None:
        """ids: "employee" and "department" -> whose."""
        self._conn, self.revision, self._ids = conn, revision, ids
        self._before: dict[type, Of] = {}
        self._later: dict[type, Of] = {}
        self._edits: dict[str, dict[int, list[tuple[int, frozenset[str]]]]] = {}

    def before(self, row_type: type, id_: int) -> list[Any]:
        """The rows as they were believed just before the change set."""
        if row_type not in self._before:
            table = TABLES[row_type]
            found = self._rows(row_type, table, known_at(table, self.revision - 1))
            self._before[row_type] = {owner: [row for row, _ in rows] for owner, rows in found.items()}
        return self._before[row_type].get(id_, [])

    def first_to_change(self, row_type: type, id_: int, kept: Kept, thing: dict[str, Any]) -> int | None:
        """The change set that first said something else than the value that was given, over the days of `kept`.

        thing: what tells the rows apart, such as the assignment. None where nothing was said, only ended.
        """
        if row_type not in self._later:
            table = TABLES[row_type]
            self._later[row_type] = self._rows(row_type, table, table.c.recorded_in > self.revision)
        return min(
            (
                recorded
                for row, recorded in self._later[row_type].get(id_, [])
                if row.valid_from < kept.end
                and row.valid_to > kept.start
                and all(getattr(row, name) == value for name, value in thing.items())
                and values_of(row, kept.unit) != kept.given
            ),
            default=None,
        )

    def first_edit(self, kind: str, id_: int, field: str) -> int | None:
        """The first change set after this one that edited an undated field."""
        if kind not in self._edits:
            edits: dict[int, list[tuple[int, frozenset[str]]]] = defaultdict(list)
            column = _ITEM.c[f"{kind}_id"]
            query = select(column, _ITEM.c.revision, _ITEM.c.details).where(
                column.in_(id_list(list(self._ids.get(kind, ())))), _ITEM.c.revision > self.revision
            )
            for owner, revision, details in self._conn.execute(query.order_by(_ITEM.c.revision)):
                edits[owner].append((revision, frozenset((details or {}).get("changes") or ())))
            self._edits[kind] = edits
        return next((revision for revision, names in self._edits[kind].get(id_, ()) if field in names), None)

    def _rows(self, row_type: type, table: Table, condition: Any) -> Of:
        """(row, the revision that recorded it) by whose they are."""
        key = f"{key_of(row_type)}_id"
        columns = [table.c[name] for name in row_type._fields]  # type: ignore[attr-defined]
        ids = list(self._ids.get(key_of(row_type), ()))
        found: Of = defaultdict(list)
        query = select(table.c.recorded_in, *columns).where(table.c[key].in_(id_list(ids)), condition)
        for recorded, *values in self._conn.execute(query):
            row = row_type._make(values)  # type: ignore[attr-defined]
            found[getattr(row, key)].append((row, recorded))
        return found


def last_to_supersede(superseded: dict[Any, int], rows: Iterable[Any], start: date, end: date) -> int | None:
    """Of rows that were superseded since, which change set superseded those of some days; the newest one."""
    return max(
        (superseded[row] for row in rows if row in superseded and row.valid_from < end and row.valid_to > start),
        default=None,
    )
