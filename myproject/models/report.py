"""Reports that something in the directory is wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import UtcDateTime

from .meta import Base, partial_index

OPEN = "done_at IS NULL"


class Report(Base):
    """What somebody reports about an employee, and what the people team answered. Open until it has been dealt with."""

    __tablename__ = "report"
    __table_args__ = (
        Index(None, "employee_id"),
        Index("ix_report_user_id", "user_id", "id"),
        Index("ix_report_done", "done_at", "id"),
        partial_index("ix_report_open", "id", where=OPEN),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    """Whose account sent it."""
    subject: Mapped[str] = mapped_column(String(40))
    """A field of the employee, "left" or "other"."""
    message: Mapped[str] = mapped_column(String(2000))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(Text)
    """The mail address of the account that dealt with it."""
    answer: Mapped[str] = mapped_column(String(2000), default="")
