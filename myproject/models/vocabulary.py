"""Values that many rows share: job titles and skills. Created on first use, never deleted."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import key_text

from .meta import Base


class JobTitle(Base):
    """A job title as it is written."""

    __tablename__ = "job_title"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    sort_name: Mapped[str] = mapped_column(key_text(400))


class Skill(Base):
    """A skill as it is written; two spellings that fold alike are one."""

    __tablename__ = "skill"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    sort_name: Mapped[str] = mapped_column(key_text(200), unique=True)
