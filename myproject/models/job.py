"""The ledger of background work: a row for each job, written in the transaction that wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, UtcDateTime, key_text

from .meta import Base, partial_index, partial_unique_index

OPEN = "state IN ('due', 'running')"


class BackgroundJob(Base):
    """One piece of background work, and what became of it."""

    __tablename__ = "job"
    __table_args__ = (
        partial_index("ix_job_due", "due_at", "id", where="state = 'due'"),
        partial_index("ix_job_lease", "lease_until", where="state = 'running'"),
        partial_unique_index("ix_job_unique_key", "unique_key", where=OPEN),
        partial_unique_index("ix_job_group_key", "group_key", where="state = 'running'"),
        Index("ix_job_finished", "finished_at", "id"),
        Index("ix_job_user_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    """The name of its declaration (`myproject.jobs.kinds`)."""
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Not before then."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While it runs: when its process counts as gone, unless that renews it."""
    attempt: Mapped[int] = mapped_column(default=0)
    """How often it has been begun. Only the newest attempt may write what becomes of the job."""
    attempts_left: Mapped[int]
    """How often it may still be begun."""
    unique_key: Mapped[str | None] = mapped_column(key_text(200))
    """Of jobs that are open, one at most has the same."""
    group_key: Mapped[str | None] = mapped_column(key_text(200))
    """Of jobs with the same, one runs at a time."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The account that asked for it; None for the directory itself."""
    progress: Mapped[dict[str, Any] | None] = mapped_column(Json)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
    """Why the last attempt failed, without values of its arguments."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
