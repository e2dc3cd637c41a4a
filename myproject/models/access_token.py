"""Access tokens: how programs prove who they are to the JSON API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, UtcDateTime, key_text

from .meta import Base


class AccessToken(Base):
    """A personal token, which is never more than its owner, or a service token, which has a role of its own.

    The row stays when the token is revoked: what it did names it.
    """

    __tablename__ = "access_token"
    __table_args__ = (
        Index(None, "user_id"),
        CheckConstraint("(user_id IS NULL) = (role IS NOT NULL)", name="whose"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The owner of a personal token."""
    role: Mapped[str | None] = mapped_column(String(32))
    """The role of a service token."""
    token_hash: Mapped[str] = mapped_column(key_text(64), unique=True)
    """SHA-256 of the token, which is nowhere else."""
    hint: Mapped[str] = mapped_column(String(8))
    """Its last characters, to tell one from another."""
    scopes: Mapped[list[str]] = mapped_column(Json)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    """It reaches only this department and all below it, as they are on the day it is used."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Last use, within a few minutes."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(Text)
