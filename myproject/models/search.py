"""The search index: plain tables, so that both databases give the same answers."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import key_text

from .meta import Base


class SearchWord(Base):
    """A folded word and what it stands for: an employee (by name), job title, skill, department or location."""

    __tablename__ = "search_word"
    __table_args__ = (Index(None, "kind", "target_id", "word"), {"sqlite_with_rowid": False})

    kind: Mapped[str] = mapped_column(key_text(10), primary_key=True)
    """employee, job_title, skill, department, location."""
    word: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class SearchVariant(Base):
    """The beginning of a known word with one letter left out, to find words typed with one slip."""

    __tablename__ = "search_variant"
    __table_args__ = {"sqlite_with_rowid": False}

    variant: Mapped[str] = mapped_column(key_text(8), primary_key=True)
    word: Mapped[str] = mapped_column(key_text(64), primary_key=True)
