"""Sign-in sessions: beginning, recognising, listing and ending them.

The cookie holds a random token, the database its hash. A process keeps the identities of sessions it has seen; each is
good as long as the access number, the revision and the day stand, so a session that is revoked ends at the next
request in every process.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from myproject.cache.bounded import Cache, MemoryCache
from myproject.db.engines import Engines
from myproject.db.retry import is_busy
from myproject.models.account import SignInSession, User
from myproject.models.employee import Employee

from .access import access_changed
from .audit import Event, Origin, record
from .identity import Identity, Proof, of_session
from .secrets import new_token, token_hash

log = logging.getLogger(__name__)

_SESSION = SignInSession.__table__
_USER = User.__table__
_E = Employee.__table__
TOUCH = timedelta(minutes=5)
"""How exactly the last use is noted: a write per request would cost more than it tells."""


class Limits(NamedTuple):
    """How long a session lasts."""

    idle: timedelta
    """Without a request."""
    absolute: timedelta
    """In all."""


class AccessState(NamedTuple):
    """State that a cached identity depends on; if any of it has changed, the identity is read again."""

    access: int
    revision: int
    day: date


@dataclass(slots=True)
class _Kept:
    known: AccessState
    proof: Proof


class Sessions:
    """The sessions that a process knows. Safe for threads."""

    def __init__(self, engines: Engines, limits: Limits, most: int = 20_000) -> None:
        self._engines = engines
        self._limits = limits
        self._kept: Cache[_Kept] = MemoryCache(most)

    def identity(
        self, conn: Connection, token: str, known: AccessState, now: datetime, *, in_use: bool = True
    ) -> Identity | None:
        """Whom a cookie's token proves, or None. Two queries when it is new or something changed, else none.

        `in_use` False: a page that is only open asks; that keeps no session from ending for want of use.
        """
        hashed = token_hash(token)
        kept = self._kept.get(hashed)
        if kept is None or kept.known != known or now >= kept.proof.identity.changes_at:
            proof = of_session(conn, hashed, known.day, now)
            if proof is None:
                self._kept.discard(hashed)
                return None
            kept = _Kept(known, proof)
            self._kept.put(hashed, kept)
        proof = kept.proof
        if now - proof.used_at > TOUCH or now - proof.created_at >= self._limits.absolute:
            return self._used(conn, hashed, kept, now, in_use)
        return proof.identity

    def _used(self, conn: Connection, hashed: str, kept: _Kept, now: datetime, in_use: bool) -> Identity | None:
        """The same after a pause: another process may have seen the session since, or its time may be up."""
        proof = of_session(conn, hashed, kept.known.day, now)
        idle, absolute = self._limits
        if proof is None or now - proof.used_at >= idle or now - proof.created_at >= absolute:
            self._kept.discard(hashed)
            return None
        if now - proof.used_at > TOUCH and in_use:
            self._touch(hashed, now)
            proof = Proof(proof.identity, proof.created_at, now)
        self._kept.put(hashed, _Kept(kept.known, proof))
        return proof.identity

    def _touch(self, hashed: str, now: datetime) -> None:
        try:
            with self._engines.begin(wait=0) as conn:
                conn.execute(update(_SESSION).where(_SESSION.c.token_hash == hashed).values(used_at=now))
        except Exception as error:
            # Another write has the database. The next use in five minutes notes it; the page comes all the same.
            if not is_busy(error):
                raise
            log.info("the last use of a session could not be noted: the database is busy")


class SessionRow(NamedTuple):
    """A session as its user sees it."""

    id: int
    created_at: datetime
    used_at: datetime
    address: str
    user_agent: str


def begin(
    conn: Connection, origin: Origin, user: int, *, user_agent: str = "", confirmed_at: datetime | None = None
) -> str:
    """A new session; the token for its cookie."""
    token = new_token()
    conn.execute(
        insert(_SESSION).values(
            user_id=user,
            token_hash=token_hash(token),
            created_at=origin.at,
            used_at=origin.at,
            confirmed_at=confirmed_at or origin.at,
            address=origin.address or "",
            user_agent=user_agent[:400],
        )
    )
    conn.execute(update(_USER).where(_USER.c.id == user).values(signed_in_at=origin.at))
    return token


_OF_USER = (
    select(_SESSION.c.id, _SESSION.c.created_at, _SESSION.c.used_at, _SESSION.c.address, _SESSION.c.user_agent)
    .where(_SESSION.c.user_id == bindparam("user"))
    .order_by(_SESSION.c.used_at.desc(), _SESSION.c.id)
)


def of_user(conn: Connection, user: int, limits: Limits, now: datetime) -> list[SessionRow]:
    """Where a user is signed in, the latest use first; those that are over by their limits left out."""
    rows = (SessionRow._make(row) for row in conn.execute(_OF_USER, {"user": user}))
    return [row for row in rows if now - row.used_at < limits.idle and now - row.created_at < limits.absolute]


class ActiveUser(NamedTuple):
    """Somebody who has used the directory lately."""

    user: int
    email: str
    employee: int | None
    name: str | None
    used_at: datetime


def active_since(conn: Connection, moment: datetime, limit: int = 100) -> list[ActiveUser]:
    """The accounts with a session that was used since a moment, the latest first. Uses are noted every few minutes."""
    latest = func.max(_SESSION.c.used_at)
    query = (
        select(_USER.c.id, _USER.c.email, _USER.c.employee_id, _E.c.name, latest)
        .select_from(
            _SESSION.join(_USER, _USER.c.id == _SESSION.c.user_id).outerjoin(_E, _E.c.id == _USER.c.employee_id)
        )
        .where(_SESSION.c.used_at >= moment, _USER.c.disabled_at.is_(None))
        .group_by(_USER.c.id, _USER.c.email, _USER.c.employee_id, _E.c.name)
        .order_by(latest.desc(), _USER.c.id)
        .limit(limit)
    )
    return [ActiveUser._make(row) for row in conn.execute(query)]


def end(conn: Connection, origin: Origin, user: int, session: int, *, event: Event = Event.SESSION_ENDED) -> bool:
    """End one session of a user; whether there was one."""
    where = (_SESSION.c.id == session) & (_SESSION.c.user_id == user)
    found = conn.execute(delete(_SESSION).where(where)).rowcount
    if found:
        access_changed(conn)
        record(conn, origin, event, user=user, target=f"session {session}")
    return bool(found)


def end_all(conn: Connection, origin: Origin, user: int, *, but: int | None = None) -> int:
    """End every session of a user, but for one; how many."""
    where = _SESSION.c.user_id == user
    if but is not None:
        where &= _SESSION.c.id != but
    found = conn.execute(delete(_SESSION).where(where)).rowcount
    if found:
        access_changed(conn)
        record(conn, origin, Event.SESSION_ENDED, user=user, target="all sessions" if but is None else "all others")
    return int(found)


def confirm(conn: Connection, origin: Origin, identity: Identity) -> None:
    """Note that the password has just been given again."""
    conn.execute(update(_SESSION).where(_SESSION.c.id == identity.session).values(confirmed_at=origin.at))
    access_changed(conn)
    record(conn, origin, Event.CONFIRMED, user=identity.user)


def view_as(conn: Connection, origin: Origin, identity: Identity, whom: str | None) -> None:
    """Look as somebody with fewer rights in this session, or as oneself again (None)."""
    conn.execute(update(_SESSION).where(_SESSION.c.id == identity.session).values(view_as=whom))
    access_changed(conn)
    event = Event.VIEW_AS_BEGUN if whom else Event.VIEW_AS_ENDED
    record(conn, origin, event, user=identity.user, details={"as": whom or identity.view_as or ""})


def forget_old(conn: Connection, limits: Limits, now: datetime) -> int:
    """Remove the rows of sessions that have been idle for too long; how many.

    Those whose days are over can't be used either, and so become idle: one index finds them all.
    """
    return int(conn.execute(delete(_SESSION).where(_SESSION.c.used_at <= now - limits.idle)).rowcount)
