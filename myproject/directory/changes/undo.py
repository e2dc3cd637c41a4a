"""Taking change sets back, for who may: what may be taken back by whom, the plan, and the change set that does it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, select

from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.directory.visibility.hidden_people import is_hidden
from myproject.language.texts import gettext as _
from myproject.models.change_set import ChangeItem

from .change_history import change_set
from .change_sets import Applied, ChangeRefused, ChangeSetWriter
from .plans import Plan, make_undo_plan

_ITEM = ChangeItem.__table__


class NotYoursError(Exception):
    """The change set holds what whoever asks may not know of."""

    def __init__(self) -> None:
        super().__init__(_("This change contains something that you may not undo."))


def check(conn: Connection, clock: Clock, viewer: Viewer, revision: int) -> None:
    """Raise LookupError for a change set that is not there for the viewer, NotYoursError where they see only parts."""
    if change_set(conn, clock, viewer, revision) is None:
        raise LookupError(f"there is no change set #{revision}")
    hidden = hidden_from(conn, clock, viewer)
    if hidden:
        mine = select(_ITEM.c.position).where(_ITEM.c.revision == revision, is_hidden(_ITEM.c.employee_id, hidden))
        if conn.execute(mine.limit(1)).first() is not None:
            raise NotYoursError


def plan(conn: Connection, clock: Clock, viewer: Viewer, revision: int, *, partial: bool = False) -> Plan:
    """What taking it back would do. Nothing is written. Raises as `check`."""
    check(conn, clock, viewer, revision)
    hidden = hidden_from(conn, clock, viewer)
    return make_undo_plan(conn, revision, today=clock.today, partial=partial, hidden_people=hidden)


class Undoing:
    """The change set that takes another one back: `apply` inside of it, once it has its place in the queue."""

    def __init__(
        self,
        conn: Connection,
        clock: Clock,
        viewer: Viewer,
        revision: int,
        *,
        author: str,
        source: str = "undo",
        reason: str = "",
        request_id: str | None = None,
        check: Callable[[Plan], None] | None = None,
    ) -> None:
        self._conn, self._clock, self._viewer, self._undone = conn, clock, viewer, revision
        self._writer = ChangeSetWriter(
            conn,
            today=clock.today,
            author=author,
            source=source,
            reason=reason or f"Undo of #{revision}",
            request_id=request_id,
            undoes=revision,
            check=check,
        )
        self._check = check

    def __enter__(self) -> Self:
        self._writer.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)

    def apply(self, *, partial: bool = False) -> Applied:
        """Plan it on what is there now, and write it. Raises as `check`, and Refused."""
        check(self._conn, self._clock, self._viewer, self._undone)
        writer = self._writer
        plan = make_undo_plan(
            self._conn,
            self._undone,
            today=self._clock.today,
            partial=partial,
            new_revision=writer.revision,
            hidden_people=hidden_from(self._conn, self._clock, self._viewer),
        )
        if self._check is not None:
            self._check(plan)
        if plan.problems and not partial:
            raise ChangeRefused(plan)
        writer.write(plan)
        return Applied(writer.revision if writer.applied else None, plan)
