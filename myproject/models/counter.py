"""The one row that tells what has changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from .meta import Base


class Counter(Base):
    """Revision, day of `present`, and the last id given out in each series.

    Every write to the directory updates this row first, which puts writers in a queue and orders
    revisions as they commit. Ids are taken from it in the same transaction, so none is used twice.
    """

    __tablename__ = "counter"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    present_day: Mapped[date | None] = mapped_column(Date)
    employees: Mapped[int]
    departments: Mapped[int]
    locations: Mapped[int]
    job_titles: Mapped[int]
    skills: Mapped[int]
    assignments: Mapped[int]
    rows: Mapped[int]
