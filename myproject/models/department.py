"""Departments: who they are, and the dated facts about them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from myproject.db.types import key_text

from .dated import CURRENT, Dated, superseded_index
from .meta import Base, partial_index


class Department(Base):
    """A department, for good. Name and place in the tree are dated."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(key_text(64), unique=True)
    about: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(key_text(254))
    recorded_in: Mapped[int]


class DepartmentVersion(Dated, Base):
    """A department's name and parent over a period; outside its versions it does not exist."""

    __tablename__ = "department_version"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(key_text(120))
    """The step in the address; unique among the children of one parent on any day."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))

    @classmethod
    def extra_table_args(cls) -> tuple[SchemaItem, ...]:
        return (
            partial_index(None, "department_id", "valid_from", where=CURRENT),
            Index(None, "department_id", "recorded_in"),
            Index(None, "recorded_in"),
            superseded_index(),
        )
