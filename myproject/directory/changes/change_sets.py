"""Change sets: the one way in which anything is written to the directory.

Applying a plan takes the next revision from the counter, in the same transaction, before anything is worked out. So
writers queue up, each plans on what the one before has left, and revisions are ordered as they commit.
"""

from __future__ import annotations

import contextlib
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from myproject.db.bulk import mind_growth, together
from myproject.db.prepared import Prepared
from myproject.db.turns import take_turn
from myproject.directory.present import present_table
from myproject.directory.schema.verbs import Verb
from myproject.directory.search import index
from myproject.directory.visibility.hidden_people import NOBODY, Hidden
from myproject.models.change_set import ChangeSet

from . import meanwhile, prepared_changes
from .meanwhile import Outdated, Touched
from .planning import administrators
from .planning.loading import COUNTER, FEW
from .planning.place_drafts import Places
from .planning.writing import Written, write
from .plans import Plan, make_plan, make_undo_plan
from .prepared_changes import PreparedChanges

_CHANGE_SET = ChangeSet.__table__
_NEXT = Prepared(update(COUNTER).values(revision=COUNTER.c.revision + 1).returning(*COUNTER.c))
_LATEST = func.max(_CHANGE_SET.c.applied_at)
_NOW = bindparam("now", type_=_CHANGE_SET.c.applied_at.type)
_TOLD = ("revision", "author", "source", "reason", "request_id", "undoes", "summary")
_OPEN = Prepared(
    insert(_CHANGE_SET).from_select(
        ["applied_at", *_TOLD],
        select(
            # Never before the one it follows, should the machine's clock have been put back.
            case((_LATEST > _NOW, _LATEST), else_=_NOW),
            *(bindparam(name, type_=_CHANGE_SET.c[name].type) for name in _TOLD),
        ).select_from(_CHANGE_SET),
    )
)


class ChangeRefused(Exception):
    """The plan has problems; nothing was written."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("; ".join(map(str, plan.problems[:3])))
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan. `revision` is None where there was nothing to change."""

    revision: int | None
    plan: Plan


class ChangeSetWriter:
    """One change set, written in any number of steps inside the caller's transaction.

    Entering takes the next revision, and with it the place in the queue of writers; leaving keeps the derived tables
    and writes the row of the change set, or gives the number back if nothing was applied. After an exception the
    caller rolls the transaction back.
    """

    def __init__(
        self,
        conn: Connection,
        *,
        today: date,
        author: str,
        source: str,
        reason: str = "",
        request_id: str | None = None,
        undoes: int | None = None,
        applied_at: datetime | None = None,
        check: Callable[[Plan], None] | None = None,
        hidden_people: Hidden = NOBODY,
        unique_mail: bool = False,
    ) -> None:
        self.conn = conn
        self.today = today
        self.revision = 0
        self.present_day: date | None = None
        """The day of `present`: as it was found, and once the change set is written, as it was left."""
        self._row: dict[str, Any] = {
            "author": author,
            "source": source,
            "reason": reason,
            "request_id": request_id,
            "undoes": undoes,
        }
        self._applied_at = applied_at
        """When it was applied, where that is not now: of a history that is told afterwards."""
        self._check = check
        """Raises for a plan that whoever writes may not apply: asked of each, whatever it was made from."""
        self._hidden_people = hidden_people
        """The employees of whom whoever writes may not know."""
        self._unique_mail = unique_mail
        """Whether nobody may be given a mail address that is somebody's: where one person at a time is edited."""
        self._tally: Tally[str] = Tally()
        self._summary: Tally[str] = Tally()
        """The tally as the row of the change set holds it."""
        self._opened = False
        self._items = 0
        self._written = Written()
        self._places = Places()
        self._counter: dict[str, Any] = {}
        """The counter row: nobody else changes it before this transaction ends."""

    def __enter__(self) -> Self:
        take_turn(self.conn)
        self._counter = _NEXT.first(self.conn)._asdict()
        self.revision = self._counter["revision"]
        self.present_day = self._counter["present_day"]
        return self

    def add(self, verbs: Sequence[Verb], *, skip_bad: bool = False) -> Plan:
        """Plan these verbs on what is written so far, and write them.

        With problems nothing is written and the plan tells them; with `skip_bad` the good verbs are.
        """
        plan = make_plan(
            self.conn,
            verbs,
            today=self.today,
            skip_bad=skip_bad,
            revision=self.revision,
            places=self._places,
            counter=self._counter,
            hidden_people=self._hidden_people,
            unique_mail=self._unique_mail,
        )
        if plan.items and (skip_bad or not plan.problems):
            self.write(plan)
        return plan

    def reason(self, text: str) -> None:
        """Say why, before anything is written: for who learns it only once it is their turn."""
        self._row["reason"] = text

    def write(self, plan: Plan) -> None:
        """Write a plan that has no problems left."""
        if self._check is not None:
            self._check(plan)
        if plan.is_empty:
            return
        items = plan.effective_items
        assert items, "a plan that changes something has a verb that does"
        if plan.draft.places is not self._places:  # made elsewhere: what it changes, ours don't know of
            self._places = Places()
        self._tally.update(item.verb for item in items)
        rows = plan.draft.counter["rows"]
        with together(self.conn) if sum(1 for _ in plan.things()) <= FEW else contextlib.nullcontext():
            if not self.applied:
                self._open()
            written = write(self.conn, plan.draft, items, self._items)
        mind_growth(self.conn, rows, plan.draft.counter["rows"])
        self._items += len(items)
        self._counter |= plan.draft.counter
        self._index(written)
        self._written.add(written)

    def write_prepared(self, prepared: PreparedChanges, touched: Touched) -> None:
        """Write what was planned on a working copy, as all of this change set. touched: what it touches there.

        Raises Outdated where others have changed meanwhile what it leans on.
        """
        before = prepared.base["revision"]
        if self.revision != before + 1:
            collides = meanwhile.collision(prepared, touched, meanwhile.touched(self.conn, before))
            if collides is not None:
                raise Outdated(collides)
        if not administrators.unchanged(self.conn, prepared.conn, touched.employed):
            raise Outdated("who administers")
        self._tally = prepared.tally
        self._open()
        rows = self._counter["rows"]
        written, counts = prepared_changes.write(self.conn, prepared, self.revision, self._counter)
        mind_growth(self.conn, rows, counts["rows"])
        self._counter |= counts
        self._index(written)
        self._written.add(written)

    def _index(self, written: Written) -> None:
        index.add_employees(self.conn, written.new_cards)
        index.refresh(self.conn, "employee", written.names)
        index.refresh(self.conn, "job_title", written.job_titles, new=True)
        index.refresh(self.conn, "skill", written.skills, new=True)
        index.refresh(self.conn, "department", written.departments)
        index.refresh(self.conn, "location", written.locations)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        if not self.applied:
            self.conn.execute(update(COUNTER).values(revision=self.revision - 1))
            return
        self._derive()
        if self._summary != self._tally:
            self.conn.execute(
                update(_CHANGE_SET)
                .where(_CHANGE_SET.c.revision == self.revision)
                .values(summary=dict(self._tally.most_common()))
            )

    def _derive(self) -> None:
        """Bring `present` up to what was written."""
        written = self._written
        self.present_day = present_table.upkeep(
            self.conn,
            self.today,
            employees=written.employees,
            new=written.new_names,
            # Whoever is in a new one is among the employees; a statement for each of 10,000 would take as long as they.
            departments=written.departments - written.new_departments,
            locations=written.locations,
            day=self.present_day,
        )

    @property
    def applied(self) -> bool:
        """Whether anything has been written: then, and only then, the change set has a row."""
        return self._opened

    def _open(self) -> None:
        self._opened = True
        self._summary = Tally(self._tally)
        _OPEN.run(
            self.conn,
            {
                "revision": self.revision,
                "now": self._applied_at or datetime.now(UTC),
                "summary": dict(self._tally.most_common()),
                **self._row,
            },
        )


def wait_for_writers(conn: Connection) -> None:
    """Wait until nobody else writes, and take the place in the queue for as long as the transaction lasts."""
    take_turn(conn)
    conn.execute(update(COUNTER).values(revision=COUNTER.c.revision))


def apply(
    conn: Connection,
    verbs: Sequence[Verb],
    *,
    today: date,
    author: str,
    source: str,
    reason: str = "",
    request_id: str | None = None,
    skip_bad: bool = False,
) -> Applied:
    """Plan the verbs and write them as one change set, in the caller's transaction.

    Raises Refused where the plan has problems; with `skip_bad` the good verbs are applied and the plan tells the rest.
    """
    with ChangeSetWriter(
        conn, today=today, author=author, source=source, reason=reason, request_id=request_id
    ) as writer:
        plan = writer.add(verbs, skip_bad=skip_bad)
    if plan.problems and not skip_bad:
        raise ChangeRefused(plan)
    return Applied(writer.revision if writer.applied else None, plan)


def undo(
    conn: Connection,
    revision: int,
    *,
    today: date,
    author: str,
    source: str = "undo",
    reason: str = "",
    request_id: str | None = None,
    partial: bool = False,
) -> Applied:
    """Take a change set back, as a change set of its own, in the caller's transaction.

    Raises LookupError for an unknown one, and Refused where a part of it was changed since; with `partial` such parts
    stay and the plan tells them.
    """
    if conn.execute(select(_CHANGE_SET.c.revision).where(_CHANGE_SET.c.revision == revision)).scalar() is None:
        raise LookupError(f"there is no change set #{revision}")
    with ChangeSetWriter(
        conn,
        today=today,
        author=author,
        source=source,
        reason=reason or f"Undo of #{revision}",
        request_id=request_id,
        undoes=revision,
    ) as writer:
        plan = make_undo_plan(conn, revision, today=today, partial=partial, new_revision=writer.revision)
        if partial or not plan.problems:
            writer.write(plan)
    if plan.problems and not partial:
        raise ChangeRefused(plan)
    return Applied(writer.revision if writer.applied else None, plan)
