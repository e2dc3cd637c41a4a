"""The audit log: what has happened that concerns security. It is only ever added to; the database sees to that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, insert, select

from myproject.language.texts import marked
from myproject.models.account import AuditEvent, User

_EVENT = AuditEvent.__table__
_USER = User.__table__


GROUPS: dict[str, str] = {
    "sign_in": marked("Signing in"),
    "session": marked("Sessions"),
    "password": marked("Passwords"),
    "email": marked("Email addresses"),
    "user": marked("Accounts"),
    "role": marked("Roles"),
    "token": marked("Access tokens"),
    "view_as": marked("Viewing as others"),
    "directory": marked("Exports"),
    "job": marked("Background work"),
}
"""Group of events -> its heading. A group is what stands before the dot of the code of an event."""


class Event(StrEnum):
    """What can happen: the code ``group.what``, a label to choose it by, a sentence to be read after who did it.

    Placeholders are details of the entry, its target, or the account that it is about. Codes are for the database
    and for programs: pages show labels and sentences.
    """

    label: str
    sentence: str

    def __new__(cls, code: str, label: str, sentence: str) -> Self:
        event = str.__new__(cls, code)
        event._value_ = code
        event.label, event.sentence = label, sentence
        return event

    SIGNED_IN = "sign_in.done", marked("Signed in"), marked("signed in")
    SIGN_IN_FAILED = "sign_in.failed", marked("Failed to sign in"), marked("failed to sign in")
    SIGN_IN_THROTTLED = (
        "sign_in.throttled",
        marked("Was slowed down"),
        marked("was slowed down after too many failed sign-ins"),
    )
    SIGNED_OUT = "sign_in.signed_out", marked("Signed out"), marked("signed out")
    CONFIRMED = "sign_in.confirmed", marked("Confirmed the password"), marked("confirmed the password")
    SESSION_ENDED = "session.ended", marked("Ended a session"), marked("ended %(target)s of %(account)s")
    PASSWORD_CHANGED = "password.changed", marked("Changed a password"), marked("changed the password of %(account)s")
    PASSWORD_FORGOTTEN = (
        "password.forgotten",
        marked("Asked for a new password"),
        marked("had a link for a new password sent to %(account)s"),
    )
    PASSWORD_RESET = (
        "password.reset",
        marked("Chose a password with a link"),
        marked("chose a password with a link, for %(account)s"),
    )
    EMAIL_ASKED = (
        "email.asked",
        marked("Asked for a new email address"),
        marked("wants to sign in as %(new)s instead of %(target)s"),
    )
    EMAIL_CHANGED = (
        "email.changed",
        marked("Changed an email address"),
        marked("signs in as %(after)s instead of %(before)s"),
    )
    USER_ADDED = "user.added", marked("Added an account"), marked("added the account %(target)s")
    USER_INVITED = "user.invited", marked("Invited someone"), marked("invited %(target)s")
    USER_LINKED = (
        "user.linked",
        marked("Linked an account"),
        marked("linked %(target)s to %(after)s instead of %(before)s"),
    )
    USER_DISABLED = "user.disabled", marked("Disabled an account"), marked("disabled %(target)s")
    USER_ENABLED = "user.enabled", marked("Enabled an account"), marked("enabled %(target)s")
    LINK_MADE = "user.link_made", marked("Made a sign-in link"), marked("made a sign-in link for %(target)s")
    ROLE_GRANTED = "role.granted", marked("Granted a role"), marked("granted %(target)s the role %(role)s")
    ROLE_REVOKED = "role.revoked", marked("Revoked a role"), marked("revoked the role %(role)s from %(target)s")
    VIEW_AS_BEGUN = "view_as.begun", marked("Started viewing as someone"), marked("started viewing as %(as)s")
    VIEW_AS_ENDED = "view_as.ended", marked("Stopped viewing as someone"), marked("stopped viewing as %(as)s")
    TOKEN_CREATED = "token.created", marked("Made an access token"), marked("made the access token “%(target)s”")
    TOKEN_REVOKED = "token.revoked", marked("Revoked an access token"), marked("revoked the access token “%(target)s”")
    JOB_RETRIED = "job.retried", marked("Tried a job again"), marked("tried job %(target)s again")
    JOB_CANCELLED = "job.cancelled", marked("Cancelled a job"), marked("cancelled job %(target)s")
    EXPORTED = "directory.exported", marked("Downloaded a file"), marked("downloaded %(what)s")


EVENTS: dict[str, Event] = {event.value: event for event in Event}
"""Code -> event."""


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


class AuditEntry(NamedTuple):
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
) -> list[AuditEntry]:
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
    return [AuditEntry._make(row) for row in conn.execute(query)]
