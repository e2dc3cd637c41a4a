"""Employment, assignments and reporting lines: what is dated about an employee."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from .dated import CURRENT, Dated, superseded_index
from .meta import Base, partial_index

_WHERE: dict[str, str] = {"where": CURRENT}
_HEADS: dict[str, str] = {
    "sqlite": f"{CURRENT} AND is_head = 1",
    "where": f"{CURRENT} AND is_head",
}

_SECOND: dict[str, str] = {
    "sqlite": f"{CURRENT} AND is_primary = 0",
    "where": f"{CURRENT} AND NOT is_primary",
}


class Employment(Dated, Base):
    """A period of working here. A rehire is a new period of the same employee."""

    __tablename__ = "employment"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))

    @classmethod
    def extra_table_args(cls) -> tuple[SchemaItem, ...]:
        return (
            partial_index(None, "employee_id", "valid_from", **_WHERE),
            partial_index("ix_employment_valid_from", "valid_from", "employee_id", **_WHERE),
            partial_index("ix_employment_valid_to", "valid_to", "employee_id", **_WHERE),
            Index(None, "employee_id", "recorded_in"),
            Index(None, "recorded_in"),
            superseded_index(),
        )


class Assignment(Dated, Base):
    """An employee's job in a department over a period.

    `assignment_id` names the assignment through all its rows: a move closes one row and opens the next of the
    same assignment. Exactly one assignment is primary on any day of an employment.
    """

    __tablename__ = "assignment"

    assignment_id: Mapped[int]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    job_title_id: Mapped[int | None] = mapped_column(ForeignKey("job_title.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    fte: Mapped[float] = mapped_column(Float)
    is_primary: Mapped[bool] = mapped_column(Boolean)
    is_head: Mapped[bool] = mapped_column(Boolean)

    @classmethod
    def extra_table_args(cls) -> tuple[SchemaItem, ...]:
        return (
            partial_index(None, "employee_id", "valid_from", **_WHERE),
            partial_index(None, "department_id", "valid_from", **_WHERE),
            # Few rows are of heads; a page asks for those of a department and of all directly below it.
            partial_index("ix_assignment_head", "department_id", "valid_from", **_HEADS),
            # And few are of a second role: whoever works in a department besides those it counts.
            partial_index("ix_assignment_second", "department_id", "valid_from", **_SECOND),
            partial_index("ix_assignment_valid_from", "valid_from", "employee_id", **_WHERE),
            partial_index("ix_assignment_valid_to", "valid_to", "employee_id", **_WHERE),
            Index(None, "employee_id", "recorded_in"),
            Index(None, "recorded_in"),
            superseded_index(),
            CheckConstraint("fte >= 0 AND fte <= 9", name="fte"),
        )


class ReportingLine(Dated, Base):
    """Who an assignment reports to over a period. At most one solid line per assignment and day."""

    __tablename__ = "reporting_line"

    assignment_id: Mapped[int]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[str] = mapped_column(String(8))
    """solid, dotted or acting."""

    @classmethod
    def extra_table_args(cls) -> tuple[SchemaItem, ...]:
        return (
            partial_index(None, "employee_id", "valid_from", **_WHERE),
            partial_index(None, "manager_id", "valid_from", **_WHERE),
            partial_index("ix_reporting_line_valid_from", "valid_from", "employee_id", **_WHERE),
            partial_index("ix_reporting_line_valid_to", "valid_to", "employee_id", **_WHERE),
            Index(None, "employee_id", "recorded_in"),
            Index(None, "manager_id", "recorded_in"),
            Index(None, "recorded_in"),
            superseded_index(),
            CheckConstraint("kind IN ('solid', 'dotted', 'acting')", name="kind"),
            CheckConstraint("employee_id <> manager_id", name="not_self"),
        )
