"""Where people sit."""

from __future__ import annotations

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import key_text

from .meta import Base


class Location(Base):
    """A place of work. Undated; edits are kept as change items."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(key_text(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(key_text(240))
    address: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 alpha-2."""
    time_zone: Mapped[str | None] = mapped_column(String(64))
    """IANA name; none hides the local time."""
    closed: Mapped[bool] = mapped_column(Boolean, default=False)
    """Taken back by an undo: kept for the rows that name it, offered to nobody."""
    recorded_in: Mapped[int]
