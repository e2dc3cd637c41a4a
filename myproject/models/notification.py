"""What an account is told of: that something has happened which concerns its owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, UtcDateTime

from .meta import Base, partial_index

UNREAD = "read_at IS NULL"


class Notification(Base):
    """One of them. It names people by their ids alone: what of them may be shown is decided when it is."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_user_id", "user_id", "id"),
        partial_index("ix_notification_unread", "user_id", "id", where=UNREAD),
        Index(None, "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """The name of its declaration (`myproject.accounts.notifications`)."""
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it went into a mail; the same as `created_at` for one that is not to be mailed."""


class NotificationChoice(Base):
    """How an account wants to be told of a kind, where that is not the usual way."""

    __tablename__ = "notification_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    way: Mapped[str] = mapped_column(String(8))
    """page, mail or none."""


class ChangeCursor(Base):
    """How far a follower of the change sets has come."""

    __tablename__ = "change_cursor"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int]
