"""Notifications: what an account is told of, once for each kind; where, by its own choice.

    notify(conn, "new_report", users=[5], args={"employee": 17, "day": "2026-07-01"}, now=now)

`args` hold ids and days, never a name: what may be said of somebody is decided when it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import AUDIENCES, Audience
from myproject.directory.visibility.audience import Viewer, hidden_from
from myproject.jobs.kinds import kinds
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.account import RoleGrant, User
from myproject.models.employee import Employee
from myproject.models.notification import Notification, NotificationChoice

from .permissions import ROLES, Permission

_N = Notification.__table__
_CHOICE = NotificationChoice.__table__
_USER = User.__table__
_GRANT = RoleGrant.__table__
_E = Employee.__table__

Way = Literal["page", "mail", "none"]
WAYS: dict[Way, str] = {"page": marked("On the page"), "mail": marked("Also by mail"), "none": marked("Not at all")}


class NotificationKind(NamedTuple):
    """What is declared of a kind."""

    label: str
    """What it is about, for the choice of how to be told."""
    text: str
    """A sentence; %(name)s is the person of whom it tells, %(day)s a day, %(job)s a kind of job."""
    route: str
    """Where it leads; the route's id is the one in `args` that `target` names."""
    target: str | None = "employee"
    permission: Permission | None = None
    """Whom it can reach; None: everybody."""


KINDS: dict[str, NotificationKind] = {
    "new_manager": NotificationKind(
        marked("Who I report to"), marked("From %(day)s, you report to %(name)s."), "employee"
    ),
    "new_report": NotificationKind(
        marked("Who reports to me"), marked("From %(day)s, %(name)s reports to you."), "employee"
    ),
    "report_leaves": NotificationKind(
        marked("Last days of who reports to me"), marked("The last day of %(name)s is %(day)s."), "employee"
    ),
    "card_check": NotificationKind(
        marked("Checking my card once a year"),
        marked("Please check your card: it was last changed on %(day)s."),
        "card.edit",
    ),
    "report_answered": NotificationKind(
        marked("Answers to mistakes I reported"),
        marked("Your report about %(name)s has been dealt with."),
        "me.reports",
        target=None,
    ),
    "report_received": NotificationKind(
        marked("Mistakes that others report"),
        marked("A mistake was reported about %(name)s."),
        "inbox.report",
        target="report",
        permission=Permission.INBOX_HANDLE,
    ),
    "job_done": NotificationKind(
        marked("Background work that I started"), marked("%(job)s: done."), "me.jobs", target=None
    ),
    "job_given_up": NotificationKind(
        marked("Background work that was given up"),
        marked("Background work was given up: %(job)s."),
        "jobs",
        target=None,
        permission=Permission.JOB_MANAGE,
    ),
}
"""Every kind."""


class NotificationRow(NamedTuple):
    """A notification."""

    id: int
    kind: str
    args: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


_ROW = [_N.c[name] for name in NotificationRow._fields]


def notify(conn: Connection, kind: str, *, users: Iterable[int], args: Mapping[str, Any], now: datetime) -> int:
    """Tell some accounts of something, but those who want to hear nothing of it; how many were told."""
    asked = sorted(set(users))
    if not asked:
        return 0
    chosen = {
        row.user_id: row.way
        for row in conn.execute(select(_CHOICE.c.user_id, _CHOICE.c.way).where(_CHOICE.c.kind == kind))
    }
    rows = [
        {
            "user_id": user,
            "kind": kind,
            "args": dict(args),
            "created_at": now,
            "mailed_at": None if chosen.get(user) == "mail" else now,
        }
        for user in asked
        if chosen.get(user) != "none"
    ]
    if rows:
        conn.execute(insert(_N), rows)
    return len(rows)


def users_with(conn: Connection, permission: Permission, now: datetime, audience: Audience = "colleagues") -> list[int]:
    """The accounts that have a permission everywhere by a role, may sign in, and belong to an audience by that role."""
    roles = [
        role.value
        for role, info in ROLES.items()
        if permission in info.permissions and AUDIENCES.index(info.audience) <= AUDIENCES.index(audience)
    ]
    granted = exists().where(
        _GRANT.c.user_id == _USER.c.id,
        _GRANT.c.role.in_(roles),
        or_(_GRANT.c.expires_at.is_(None), _GRANT.c.expires_at > now),
    )
    return list(conn.execute(select(_USER.c.id).where(granted, _USER.c.disabled_at.is_(None))).scalars())


def newest(conn: Connection, user: int, *, before: int | None = None, limit: int = 50) -> list[NotificationRow]:
    """What an account was told, the newest first."""
    query = select(*_ROW).where(_N.c.user_id == user).order_by(_N.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_N.c.id < before)
    return [NotificationRow._make(row) for row in conn.execute(query)]


def unread(conn: Connection, user: int, most: int = 99) -> int:
    """How many an account has not read, counted up to one more than `most`."""
    few = select(_N.c.id).where(_N.c.user_id == user, _N.c.read_at.is_(None)).limit(most + 1).subquery()
    return int(conn.execute(select(func.count()).select_from(few)).scalar_one())


def mark_read(conn: Connection, user: int, up_to: int, now: datetime) -> int:
    """All of an account up to one of them have been read; how many were not before."""
    query = update(_N).where(_N.c.user_id == user, _N.c.id <= up_to, _N.c.read_at.is_(None)).values(read_at=now)
    return conn.execute(query).rowcount


def choices(conn: Connection, user: int) -> dict[str, str]:
    """Kind -> how an account is told of it."""
    chosen = select(_CHOICE.c.kind, _CHOICE.c.way).where(_CHOICE.c.user_id == user)
    return dict.fromkeys(KINDS, "page") | {row.kind: row.way for row in conn.execute(chosen) if row.kind in KINDS}


def choose(conn: Connection, user: int, chosen: Mapping[str, str]) -> None:
    """How an account wants to be told of each kind."""
    conn.execute(delete(_CHOICE).where(_CHOICE.c.user_id == user, _CHOICE.c.kind.in_(list(chosen))))
    rows = [{"user_id": user, "kind": kind, "way": way} for kind, way in chosen.items() if way != "page"]
    if rows:
        conn.execute(insert(_CHOICE), rows)


def to_mail(conn: Connection) -> dict[int, list[NotificationRow]]:
    """Account -> what it wants by mail and has not been sent, and has not read meanwhile."""
    found: dict[int, list[NotificationRow]] = {}
    query = select(_N.c.user_id, *_ROW).where(_N.c.mailed_at.is_(None), _N.c.read_at.is_(None)).order_by(_N.c.id)
    for user, *row in conn.execute(query):
        found.setdefault(user, []).append(NotificationRow._make(row))
    return found


def note_mailed(conn: Connection, user: int, up_to: int, now: datetime) -> None:
    """What an account had waiting for its mail, up to one, has gone into one."""
    query = update(_N).where(_N.c.user_id == user, _N.c.id <= up_to, _N.c.mailed_at.is_(None))
    conn.execute(query.values(mailed_at=now))


def names_of(conn: Connection, clock: Clock, viewer: Viewer, rows: Iterable[NotificationRow]) -> dict[int, str]:
    """The names of those of whom some notifications tell, as far as the viewer may know of them. Two queries."""
    ids = sorted({row.args["employee"] for row in rows if "employee" in row.args})
    if not ids:
        return {}
    hidden = hidden_from(conn, clock, viewer)
    found = conn.execute(select(_E.c.id, _E.c.name).where(_E.c.id.in_(id_list(ids))))
    return {row.id: row.name for row in found if row.id not in hidden}


def sentence(row: NotificationRow, names: Mapping[int, str]) -> str:
    """What it says, in the language that is spoken."""
    values = {"name": names.get(row.args.get("employee", 0)) or _("someone")}
    if "day" in row.args:
        values["day"] = day_text(date.fromisoformat(row.args["day"]))
    if "job" in row.args:
        kind = kinds().get(row.args["job"])
        values["job"] = _(kind.label) if kind is not None else row.args["job"]
    return _(KINDS[row.kind].text, **values) if row.kind in KINDS else row.kind


def forget_old(conn: Connection, before: datetime) -> int:
    """Forget those from before a moment; how many."""
    return conn.execute(delete(_N).where(_N.c.created_at < before)).rowcount
