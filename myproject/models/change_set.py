"""Change sets: what was applied, by whom, why; and its items."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, UtcDateTime

from .meta import Base


class ChangeSet(Base):
    """One applied plan. Its key is the revision after which it is true."""

    __tablename__ = "change_set"
    __table_args__ = (Index(None, "applied_at"), Index(None, "undoes"))

    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(32))
    """Through which door: form, import, command, demo, api, undo, ..."""
    reason: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str | None] = mapped_column(String(64))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("change_set.revision"))
    summary: Mapped[dict[str, Any]] = mapped_column(Json)
    """How many verbs of each kind were applied: {"join": 12}."""


class ChangeItem(Base):
    """One verb of a change set, about one employee, department or location.

    The dated rows tell by themselves which change set wrote and which superseded them, so an item keeps
    only what they don't: the verb, and the values of undated fields before and after
    (`details = {"changes": {field: [before, after]}}`).
    """

    __tablename__ = "change_item"
    __table_args__ = (
        Index(None, "employee_id", "revision"),
        Index(None, "department_id", "revision"),
        Index(None, "location_id", "revision"),
    )

    revision: Mapped[int] = mapped_column(ForeignKey("change_set.revision"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verb: Mapped[str] = mapped_column(String(32))
    employee_id: Mapped[int | None]
    department_id: Mapped[int | None]
    location_id: Mapped[int | None]
    effective: Mapped[date | None] = mapped_column(Date)
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)
