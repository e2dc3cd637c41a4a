"""Files of background work: what was sent to be imported, and what an export or an import has made."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .meta import Base


class JobFile(Base):
    """A file of a job. Its contents are in `job_file_part`, so that nobody has to hold all of them in memory."""

    __tablename__ = "job_file"
    __table_args__ = (UniqueConstraint("job_id", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    name: Mapped[str] = mapped_column(String(200))
    """Of one job no two files have the same."""
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """In bytes."""
    is_input: Mapped[bool]
    """Whether it was sent with the job; else the job has made it."""


class JobFilePart(Base):
    """A part of the contents of a file."""

    __tablename__ = "job_file_part"

    file_id: Mapped[int] = mapped_column(ForeignKey("job_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 0 on, in their order."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
