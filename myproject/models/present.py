"""The organisation as it is today: one flat row for everyone employed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, key_text

from .meta import Base

# What lists filter by besides; at the end of an index it lets a list be sorted, filtered and counted from the index
# alone, without a look into the table for each row passed over (300,000 people, nobody fits: 15 ms instead of 430 on
# SQLite, where a row costs 1.5 µs and an entry of the index 0.05).
_DEPARTMENT, _LOCATION, _JOB_TITLE, _HIRED = "department_id", "location_id", "job_title_id", "hired_on"
_FILTERED = (_DEPARTMENT, _LOCATION, _JOB_TITLE, _HIRED)


class Present(Base):
    """Derived from the dated rows in the transaction that changes them; `counter.present_day` says for which day.

    It holds the names that a list shows, so that a page of it is read from this table alone: four look-ups more for
    each row are four fifths of what it costs (PostgreSQL, 50 rows: 807 µs instead of 133).

    It has no foreign keys: it is rebuilt from tables that have them, and they would double the cost of a load.
    """

    __tablename__ = "present"
    __table_args__ = (
        Index("ix_present_name", "sort_name", "employee_id", *_FILTERED),
        Index("ix_present_department", _DEPARTMENT, "sort_name", "employee_id", _LOCATION, _JOB_TITLE, _HIRED),
        Index("ix_present_location", _LOCATION, "sort_name", "employee_id", _DEPARTMENT, _JOB_TITLE, _HIRED),
        Index("ix_present_job_title", _JOB_TITLE, "sort_name", "employee_id", _DEPARTMENT, _LOCATION, _HIRED),
        Index("ix_present_manager", "manager_id", "sort_name", "employee_id"),
        Index("ix_present_hired", _HIRED, "sort_name", "employee_id", _DEPARTMENT, _LOCATION, _JOB_TITLE),
        Index("ix_present_by_department", "department_sort", "sort_name", "employee_id", *_FILTERED),
        Index("ix_present_by_location", "location_sort", "sort_name", "employee_id", *_FILTERED),
        Index("ix_present_by_job_title", "job_title_sort", "sort_name", "employee_id", *_FILTERED),
    )

    employee_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_number: Mapped[str] = mapped_column(key_text(32))
    name: Mapped[str] = mapped_column(String(201))
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    sort_name: Mapped[str] = mapped_column(key_text(400))
    email: Mapped[str | None] = mapped_column(key_text(254))
    phone: Mapped[str | None] = mapped_column(String(60))
    date_of_birth: Mapped[date | None] = mapped_column(Date)
    portrait: Mapped[str | None] = mapped_column(key_text(64))
    narrowed: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What of the card is kept to a narrower audience; None for nearly everyone."""
    hired_on: Mapped[date] = mapped_column(Date)
    """First day of the current employment."""
    assignment_id: Mapped[int]
    """The primary assignment, which gives all that follows."""
    department_id: Mapped[int]
    department_sort: Mapped[str] = mapped_column(key_text(240))
    job_title_id: Mapped[int | None]
    job_title: Mapped[str | None] = mapped_column(String(200))
    job_title_sort: Mapped[str] = mapped_column(key_text(400))
    location_id: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(String(120))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    location_sort: Mapped[str] = mapped_column(key_text(240))
    fte: Mapped[float] = mapped_column(Float)
    is_head: Mapped[bool] = mapped_column(Boolean)
    manager_id: Mapped[int | None]
    """Manager by the solid line of the primary assignment."""
    manager: Mapped[str | None] = mapped_column(String(201))
    reports: Mapped[int]
    """How many report to this employee directly, by such lines."""
    below: Mapped[int]
    """How many are anywhere below."""
