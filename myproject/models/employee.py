"""The employee: identity and card. Undated: people want the name someone has now."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, key_text

from .meta import Base, partial_index

HIDDEN = "audience <> 'colleagues'"
"""Whom not every colleague may know of; in an index of their own, since there are few."""


class Employee(Base):
    """One person, for good. Whether they work here on a day is told by `employment`."""

    __tablename__ = "employee"
    __table_args__ = (
        Index(None, "sort_name", "id"),
        Index(None, "email"),
        partial_index("ix_employee_audience", "audience", "id", where=HIDDEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_number: Mapped[str] = mapped_column(key_text(32), unique=True)
    external_id: Mapped[str | None] = mapped_column(key_text(190), unique=True)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    preferred_name: Mapped[str | None] = mapped_column(String(100))
    alternative_names: Mapped[list[str] | None] = mapped_column(Json)
    pronunciation: Mapped[str | None] = mapped_column(String(100))
    pronouns: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(key_text(254))
    phone: Mapped[str | None] = mapped_column(String(60))
    mobile: Mapped[str | None] = mapped_column(String(60))
    desk: Mapped[str | None] = mapped_column(String(60))
    date_of_birth: Mapped[date | None] = mapped_column(Date)
    about: Mapped[str | None] = mapped_column(Text)
    languages: Mapped[list[str] | None] = mapped_column(Json)
    working_days: Mapped[list[str] | None] = mapped_column(Json)
    links: Mapped[list[Any] | None] = mapped_column(Json)
    portrait: Mapped[str | None] = mapped_column(key_text(64))
    """The name of the stored picture, in hexadecimal digits."""
    narrowed: Mapped[dict[str, str] | None] = mapped_column(Json)
    """Field -> narrower audience, as the person chose; None where they chose nothing."""
    audience: Mapped[str] = mapped_column(String(16), server_default="colleagues")
    """Who may know of the person at all."""
    name: Mapped[str] = mapped_column(String(201))
    """How the person is called: the preferred or given name, then the family name."""
    sort_name: Mapped[str] = mapped_column(key_text(400))
    """The name folded, family name first: the order of every list."""
    recorded_in: Mapped[int]


class EmployeeSkill(Base):
    """A skill that an employee has. Undated, like the card."""

    __tablename__ = "employee_skill"
    __table_args__ = (Index(None, "skill_id", "employee_id"), {"sqlite_with_rowid": False})

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True, autoincrement=False)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True, autoincrement=False)
