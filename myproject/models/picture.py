"""Stored pictures: portraits, encoded by us, in a few sizes."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import key_text

from .meta import Base


class Picture(Base):
    """One size of a picture. Never changed: its name is made from what it holds.

    Rows stay when nobody has the picture any more, so that taking a change back finds it.
    """

    __tablename__ = "picture"

    name: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The side of the square in pixels that it was made for."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """JPEG."""
