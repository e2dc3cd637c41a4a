"""What was answered to requests that came with a key of their own, so that sending one again does nothing twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, UtcDateTime, key_text

from .meta import Base


class IdempotencyKey(Base):
    """A request that was done, and its answer. Written in the transaction of what it did; kept for a day."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "created_at"),)

    caller: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    """Whose key it is: "token:7", "account:3"."""
    key: Mapped[str] = mapped_column(key_text(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """A digest of method, address and body."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(LargeBinary)
