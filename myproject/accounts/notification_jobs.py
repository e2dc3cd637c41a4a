"""Who is told of new managers, reports and last days, and the mail of the morning with what one wants by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from myproject.db.ids import id_list
from myproject.directory.schema.clock import LAST_DAY, clock_now
from myproject.jobs.kinds import Args, NoArgs, job
from myproject.jobs.running import GIVEN_UP, Work
from myproject.language.texts import marked
from myproject.models.account import User
from myproject.models.change_set import ChangeSet
from myproject.models.counter import Counter
from myproject.models.dated import is_current, known_at
from myproject.models.employment import ReportingLine
from myproject.models.notification import ChangeCursor

from . import mails, notifications, users
from .identity import of_user
from .mail_jobs import LIMIT, ToAccount
from .permissions import Permission
from .reminder_jobs import ONE_DAY, leaving, notify_of_last_day

_LINE = ReportingLine.__table__
_USER = User.__table__
_CURSOR = ChangeCursor.__table__
_SET = ChangeSet.__table__
_NAME = "notifications"


class NewLine(NamedTuple):
    """Somebody who gets another manager: from a day on."""

    employee: int
    manager: int
    day: date
    author: str


@job("notifications.changes", marked("Notifications of changes"), NoArgs, after_changes=True)
def of_changes(work: Work, _args: NoArgs) -> None:
    """Tell of each new manager and of each last day since the last time. The first time there is nothing to tell."""
    now, today = work.now(), work.today
    with work.begin() as conn:
        newest = conn.execute(select(Counter.__table__.c.revision)).scalar_one()
        after = conn.execute(select(_CURSOR.c.revision).where(_CURSOR.c.name == _NAME)).scalar()
        if after is None:
            conn.execute(insert(_CURSOR).values(name=_NAME, revision=newest))
        else:
            _notify(conn, new_lines(conn, after, newest, today), now)
            for each in leaving(conn, today, today - ONE_DAY, LAST_DAY, recorded_after=after):
                notify_of_last_day(conn, each, now)
            conn.execute(update(_CURSOR).where(_CURSOR.c.name == _NAME).values(revision=newest))
        work.finish(conn)


def new_lines(conn: Connection, after: int, newest: int, today: date) -> list[NewLine]:
    """Solid lines that are recorded since a revision, hold today or later, and name somebody new."""
    query = (
        select(_LINE.c.employee_id, _LINE.c.manager_id, _LINE.c.valid_from, _LINE.c.recorded_in, _SET.c.author)
        .join(_SET, _SET.c.revision == _LINE.c.recorded_in)
        .where(_LINE.c.recorded_in > after, _LINE.c.recorded_in <= newest, is_current(_LINE))
        .where(_LINE.c.kind == "solid", _LINE.c.valid_to > today)
        .order_by(_LINE.c.employee_id, _LINE.c.valid_from)
    )
    rows = conn.execute(query).all()
    before = _before(conn, after, [row.employee_id for row in rows])
    found = []
    for row in rows:
        day = max(row.valid_from, today)
        known = any(
            line.manager_id == row.manager_id and line.valid_from <= day < line.valid_to
            for line in before.get(row.employee_id, ())
        )
        if not known:
            found.append(NewLine(row.employee_id, row.manager_id, row.valid_from, row.author))
    return found


def _before(conn: Connection, revision: int, people: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    query = select(_LINE).where(
        _LINE.c.employee_id.in_(id_list(sorted(set(people)))), _LINE.c.kind == "solid", known_at(_LINE, revision)
    )
    for line in conn.execute(query):
        found.setdefault(line.employee_id, []).append(line)
    return found


def _notify(conn: Connection, lines: Sequence[NewLine], now: Any) -> None:
    """Tell both, but whoever has done it themselves."""
    people = sorted({each.employee for each in lines} | {each.manager for each in lines})
    query = select(_USER.c.id, _USER.c.employee_id, _USER.c.email).where(
        _USER.c.employee_id.in_(id_list(people)), _USER.c.disabled_at.is_(None)
    )
    accounts = {row.employee_id: row for row in conn.execute(query)}
    for each in lines:
        for kind, whom, about in (
            ("new_manager", each.employee, each.manager),
            ("new_report", each.manager, each.employee),
        ):
            account = accounts.get(whom)
            if account is not None and account.email != each.author:
                args = {"employee": about, "day": each.day.isoformat()}
                notifications.notify(conn, kind, users=[account.id], args=args, now=now)


@job("notifications.digest", marked("Morning mails"), NoArgs, daily=time(7, 0))
def digest(work: Work, _args: NoArgs) -> None:
    """One mail to each account with all that it wants by mail; written down together with that it has gone there."""
    now = work.now()
    with work.begin() as conn:
        waiting = notifications.to_mail(conn)
        for user, rows in waiting.items():
            one_digest.enqueue(conn, Digest(user=user, notifications=tuple(row.id for row in rows)), now=now)
            notifications.note_mailed(conn, user, rows[-1].id, now)
        work.finish(conn, {"mails": len(waiting)})


class Digest(ToAccount):
    """What is in a mail."""

    notifications: tuple[int, ...]


@job("mail.notifications", marked("Mail with notifications"), Digest, time_limit=LIMIT)
def one_digest(work: Work, args: Digest) -> None:
    """The mail to one account, with what may be told to it now."""
    today = work.today
    with work.engines.read.connect() as conn:
        account = users.by_id(conn, args.user)
        identity = of_user(conn, args.user, today, work.now())
        if account is None or identity is None or account.disabled_at:
            return
        rows = [row for row in notifications.newest(conn, args.user, limit=500) if row.id in args.notifications]
        viewer = identity.viewer()
        names = notifications.names_of(conn, clock_now(conn, today), viewer, rows)
    if rows:
        work.mail(mails.notifications_of(work.settings, account, rows[::-1], names))


class GivenUp(Args):
    """Which job was given up."""

    job: int
    kind: str


@job(GIVEN_UP, marked("Notice of work that was given up"), GivenUp)
def given_up(work: Work, args: GivenUp) -> None:
    """Tell administrators."""
    now = work.now()
    with work.begin() as conn:
        about = {"job": args.kind, "id": args.job}
        administrators = notifications.users_with(conn, Permission.JOB_MANAGE, now)
        notifications.notify(conn, "job_given_up", users=administrators, args=about, now=now)
        work.finish(conn)
