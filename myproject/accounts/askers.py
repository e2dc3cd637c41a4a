"""Who has asked for background work, and whether they are still somebody when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Connection

from myproject.jobs.kinds import Args, GiveUpError
from myproject.jobs.running import Work
from myproject.language.texts import marked

from .audit import Origin
from .identity import Identity, of_user
from .permissions import BY_ROLE, Permission
from .tokens import of_token


class Asked(Args):
    """Who asked, by which proof and from where: the arguments of a job whose rights are looked at when it is done."""

    user: int
    """The account; 0 for a service token."""
    token_id: int | None = None
    """The access token, where that was the proof."""
    email: str
    """What the audit log calls them."""
    address: str | None
    request_id: str | None

    @classmethod
    def by(cls, identity: Identity, origin: Origin, **more: Any) -> Self:
        """The arguments of a job that somebody asks for; `more`: the job's own."""
        return cls(
            user=identity.user,
            token_id=identity.token,
            email=origin.actor,
            address=origin.address,
            request_id=origin.request_id,
            **more,
        )

    def origin(self, now: datetime) -> Origin:
        """As the audit log tells what the job does."""
        return Origin(self.email, now, self.address, self.request_id)

    def identity(self, conn: Connection, today: date, now: datetime) -> Identity | None:
        """Who they are by now; None where they may not come in any more, or the token has been revoked."""
        if self.token_id is not None:
            return of_token(conn, self.token_id, today, now)
        return of_user(conn, self.user, today, now)

    def still_with(self, conn: Connection, work: Work, permission: Permission) -> Identity:
        """Who they are by now. Raises `GiveUpError` where they have lost the permission."""
        identity = self.identity(conn, work.today, work.now())
        if identity is None or not any(permission in BY_ROLE[role] for role in identity.roles):
            raise GiveUpError(marked("The person who asked for it may no longer do this."))
        return identity


def has_asked(identity: Identity, args: Mapping[str, Any]) -> bool:
    """Whether a job with these arguments was asked for by somebody, with the same token where they come with one."""
    if args.get("user") != identity.user or "token_id" not in args:
        return False
    return identity.token is None or args["token_id"] == identity.token
