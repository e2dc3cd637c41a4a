"""The audit log: what has happened that concerns security. It is only ever added to; the database sees to that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from myproject.models.account import AuditEvent, User

_EVENT: Any = AuditEvent.__table__
_USER: Any = User.__table__


class Event(StrEnum):
    """What can happen: ``thing.what``."""

    SIGNED_IN = "sign_in.done"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_IN_THROTTLED = "sign_in.throttled"
    SIGNED_OUT = "sign_in.signed_out"
    CONFIRMED = "sign_in.confirmed"
    SESSION_ENDED = "session.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a name, no password
    PASSWORD_FORGOTTEN = "password.forgotten"  # noqa: S105 - likewise
    PASSWORD_RESET = "password.reset"  # noqa: S105 - likewise
    EMAIL_ASKED = "email.asked"
    EMAIL_CHANGED = "email.changed"
    USER_ADDED = "user.added"
    USER_INVITED = "user.invited"
    USER_LINKED = "user.linked"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    LINK_MADE = "user.link_made"
    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    VIEW_AS_BEGUN = "view_as.begun"
    VIEW_AS_ENDED = "view_as.ended"
    TOKEN_CREATED = "token.created"  # noqa: S105 - a name, no token
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - likewise
    EXPORTED = "directory.exported"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who does something, from where and when: what every entry of the log begins with."""

    actor: str
    """The mail address of an account, or a name of the command line."""
    at: datetime
    address: str | None = None
    request_id: str | None = None

    def named(self, actor: str) -> Origin:
        """The same, for an actor who is known only now."""
        return Origin(actor, self.at, self.address, self.request_id)


class Entry(NamedTuple):
    """One line of the log."""

    id: int
    at: datetime
    event: str
    actor: str
    email: str | None
    """The account that it is about."""
    target: str | None
    address: str | None
    request_id: str | None
    details: dict[str, Any] | None
    user: int | None
    """The id of that account."""


def record(
    conn: Connection,
    origin: Origin,
    event: Event,
    *,
    user: int | None = None,
    target: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add an entry, in the transaction of what it tells. `user` is the account that it is about."""
    conn.execute(
        insert(_EVENT).values(
            at=origin.at,
            event=event.value,
            actor=origin.actor[:300],
            user_id=user,
            target=target,
            address=origin.address,
            request_id=origin.request_id,
            details=details or None,
        )
    )


def entries(
    conn: Connection,
    *,
    event: str | None = None,
    actor: str | None = None,
    user: int | None = None,
    address: str | None = None,
    request_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Entries that fit, the newest first. `event` may be a group: "role" has "role.granted" and "role.revoked".

    `actor` is the beginning of a name; `before` is the id of the last entry of the page before.
    """
    columns = _EVENT.c
    query = (
        select(
            columns.id, columns.at, columns.event, columns.actor, _USER.c.email, columns.target, columns.address,
            columns.request_id, columns.details, columns.user_id,
        )
        .select_from(_EVENT.outerjoin(_USER, _USER.c.id == columns.user_id))
        .order_by(columns.id.desc())
        .limit(limit)
    )  # fmt: skip
    if event is not None:
        query = query.where(columns.event == event if "." in event else columns.event.startswith(f"{event}."))
    if actor is not None:
        query = query.where(columns.actor.startswith(actor, autoescape=True))
    if user is not None:
        query = query.where(columns.user_id == user)
    if address is not None:
        query = query.where(columns.address == address)
    if request_id is not None:
        query = query.where(columns.request_id == request_id)
    if since is not None:
        query = query.where(columns.at >= since)
    if until is not None:
        query = query.where(columns.at < until)
    if before is not None:
        query = query.where(columns.id < before)
    return [Entry._make(row) for row in conn.execute(query)]
