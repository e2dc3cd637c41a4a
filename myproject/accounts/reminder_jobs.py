"""Reminders, each morning: somebody's last day is near; one's own card was last looked at a year ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, exists, func, insert, select, update

from myproject.jobs.kinds import NoArgs, job
from myproject.jobs.running import Work
from myproject.language.texts import marked
from myproject.models.account import User
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.dated import FOREVER, is_current, known_at, valid_on
from myproject.models.employment import Employment, ReportingLine
from myproject.models.notification import ChangeCursor

from . import notifications

_SPELL = Employment.__table__
_LINE = ReportingLine.__table__
_USER = User.__table__
_ITEM = ChangeItem.__table__
_SET = ChangeSet.__table__
_CURSOR = ChangeCursor.__table__
_NAME = "reminders"

AHEAD = timedelta(days=14)
"""How long before somebody's last day their manager is reminded."""
STALE = 365
"""Days after which one is asked to look at one's card, and again after as many."""
ONE_DAY = timedelta(days=1)


class LeavingReport(NamedTuple):
    """Somebody whose employment ends, and the account of whom they report to today."""

    employee: int
    last_day: date
    manager: int


@job("notifications.reminders", marked("Reminders of the morning"), NoArgs, daily=time(6, 30))
def reminders(work: Work, _args: NoArgs) -> None:
    """Remind of what has come near since the last time: a morning that was missed is made up for."""
    now, today = work.now(), work.today
    with work.begin() as conn:
        since = _since(conn, today)
        for each in leaving(conn, today, since + AHEAD, today + AHEAD):
            notify_of_last_day(conn, each, now)
        for user, employee, day in stale_cards(conn, today, since):
            args = {"employee": employee, "day": day.isoformat()}
            notifications.notify(conn, "card_check", users=[user], args=args, now=now)
        conn.execute(update(_CURSOR).where(_CURSOR.c.name == _NAME).values(revision=today.toordinal()))
        work.finish(conn)


def _since(conn: Connection, today: date) -> date:
    """The day up to which was reminded; yesterday, the first time."""
    known = conn.execute(select(_CURSOR.c.revision).where(_CURSOR.c.name == _NAME)).scalar()
    if known is not None:
        return date.fromordinal(known)
    yesterday = today - ONE_DAY
    conn.execute(insert(_CURSOR).values(name=_NAME, revision=yesterday.toordinal()))
    return yesterday


def notify_of_last_day(conn: Connection, each: LeavingReport, now: datetime) -> None:
    """Tell the manager."""
    args = {"employee": each.employee, "day": each.last_day.isoformat()}
    notifications.notify(conn, "report_leaves", users=[each.manager], args=args, now=now)


_LEAVING = (
    select(_SPELL.c.employee_id, _SPELL.c.valid_to, _USER.c.id)
    .select_from(_SPELL)
    .join(_LINE, and_(_LINE.c.employee_id == _SPELL.c.employee_id, is_current(_LINE), _LINE.c.kind == "solid"))
    .join(_USER, _USER.c.employee_id == _LINE.c.manager_id)
    .where(is_current(_SPELL), _SPELL.c.valid_to < FOREVER, _USER.c.disabled_at.is_(None))
    .order_by(_SPELL.c.employee_id, _USER.c.id)
    .distinct()
)


def leaving(
    conn: Connection, today: date, after: date, until: date, recorded_after: int | None = None
) -> list[LeavingReport]:
    """Those whose last day is after one day and not after another, by whom they report to today.

    `recorded_after`: only where that day was recorded since a revision.
    """
    query = _LEAVING.where(
        valid_on(_SPELL, today), valid_on(_LINE, today), _SPELL.c.valid_to > after + ONE_DAY,
        _SPELL.c.valid_to <= until + ONE_DAY,
    )  # fmt: skip
    if recorded_after is not None:
        before: Any = _SPELL.alias("before")
        known = exists().where(
            before.c.employee_id == _SPELL.c.employee_id,
            before.c.valid_to == _SPELL.c.valid_to,
            known_at(before, recorded_after),
        )
        query = query.where(_SPELL.c.recorded_in > recorded_after, ~known)
    return [LeavingReport(who, end - ONE_DAY, manager) for who, end, manager in conn.execute(query)]


def stale_cards(conn: Connection, today: date, since: date) -> Iterable[tuple[int, int, date]]:
    """Account, employee and the day of the last edit, where a year (or several) has passed on a day since another."""
    query = (
        select(_USER.c.id, _USER.c.employee_id, func.max(_SET.c.applied_at).label("at"))
        .select_from(_USER)
        .join(_ITEM, _ITEM.c.employee_id == _USER.c.employee_id)
        .join(_SET, _SET.c.revision == _ITEM.c.revision)
        .join(_SPELL, and_(_SPELL.c.employee_id == _USER.c.employee_id, is_current(_SPELL), valid_on(_SPELL, today)))
        .where(_ITEM.c.verb.in_(("join", "edit_card")), _USER.c.disabled_at.is_(None))
        .group_by(_USER.c.id, _USER.c.employee_id)
        .order_by(_USER.c.id)
    )
    for row in conn.execute(query):
        at: Any = row.at
        edited = at.date()
        years = (today - edited).days // STALE
        if years and edited + timedelta(days=STALE * years) > since:
            yield row.id, row.employee_id, edited
