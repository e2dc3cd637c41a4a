"""What can be done in the background: one declaration for each kind of job.

    @job("mail.invitation", marked("Invitation"), ForUser)
    def invitation(work: Work, args: ForUser) -> None: ...

    invitation.enqueue(conn, ForUser(user=5), now=now)

The ledger keeps the name and the arguments; any process that has the declaration can do it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from . import ledger

if TYPE_CHECKING:
    from .running import Work

DECLARED_IN = (
    "myproject.accounts.mail_jobs",
    "myproject.accounts.invitation_jobs",
    "myproject.accounts.notification_jobs",
    "myproject.accounts.reminder_jobs",
    "myproject.accounts.upkeep",
    "myproject.transfers.imports",
    "myproject.transfers.exports",
)
"""The modules with declarations: their rooms lie above this one, so they are imported by name."""


class Args(BaseModel):
    """The base of arguments of jobs. Secrets are none of them: the ledger can be read by administrators."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArgs(Args):
    """Of a job that needs none."""


A = TypeVar("A", bound=Args)
Function = Callable[["Work", A], dict[str, Any] | None]

_KINDS: dict[str, Kind[Any]] = {}


class GiveUpError(Exception):
    """Raised by a job for which another attempt would end as this one.

    The ledger keeps the message, which is marked for translation.
    """


@dataclass(frozen=True)
class Kind(Generic[A]):
    """A kind of job."""

    name: str
    label: str
    """What people call it; marked for translation."""
    args: type[A]
    run: Function[A]
    """Does one job. What it returns is kept as the result."""
    attempts: int
    time_limit: timedelta
    """How long one attempt may take. Then its process lets go of it, and the next attempt follows."""
    daily: time | None
    """When it is done each day, in the organisation's time zone; None for what is done when it is wanted."""
    after_changes: bool
    """Whether it is done soon after any change set, however many there were."""

    def schedule(self, conn: Connection, now: datetime, zone: ZoneInfo) -> None:
        """Write down the next run of a daily job, unless there is one that is not over yet."""
        assert self.daily is not None
        there = now.astimezone(zone)
        due = datetime.combine(there.date(), self.daily, zone)
        if due <= there:
            due = datetime.combine(there.date() + timedelta(days=1), self.daily, zone)
        self.enqueue(conn, self.args(), now=now, due=due, unique=f"daily:{self.name}")

    def enqueue(
        self,
        conn: Connection,
        args: A,
        *,
        now: datetime,
        due: datetime | None = None,
        unique: str | None = None,
        group: str | None = None,
        user: int | None = None,
    ) -> int | None:
        """Write down that it is wanted: it is done, from `due` on, once this transaction is committed.

        Returns the id. Of open jobs with the same `unique` there is one, so it may be None; of those with the same
        `group` one runs at a time. `user`: the account that asks for it.
        """
        values = {"kind": self.name, "args": args.model_dump(mode="json"), "due_at": due or now, "created_at": now}
        values["attempts_left"] = self.attempts
        return ledger.add(conn, {**values, "unique_key": unique, "group_key": group, "user_id": user})


def job(
    name: str,
    label: str,
    args: type[A],
    *,
    attempts: int = 16,
    time_limit: timedelta = timedelta(minutes=5),
    daily: time | None = None,
    after_changes: bool = False,
) -> Callable[[Function[A]], Kind[A]]:
    """Declare a kind of job. The decorated function becomes the `Kind`."""

    def declare(run: Function[A]) -> Kind[A]:
        if name in _KINDS:
            raise ValueError(f"two kinds of job are called {name}")
        _KINDS[name] = kind = Kind(name, label, args, run, attempts, time_limit, daily, after_changes)
        return kind

    return declare


def kinds() -> dict[str, Kind[Any]]:
    """All kinds, by name."""
    for module in DECLARED_IN:
        import_module(module)
    return _KINDS
