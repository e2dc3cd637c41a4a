"""The search index: plain tables, so that both databases give the same answers.

Employees are found by the words of their names and by their codes (number, mail, phone); job titles, skills,
departments and locations by their own words. So the rename of a department touches a few rows, not its people.
"""

from __future__ import annotations

from sqlalchemy import Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import key_text

from .meta import Base, partial_index


class SearchName(Base):
    """A folded word by which an employee is called.

    The key is also the order in which people are found: by word, then as every list is sorted. So the first page of
    the thousands whose name begins with "ma" is read off the index, without fetching and sorting them all.
    """

    __tablename__ = "search_name"
    # With the field, so that all words of a page's people are read off the index.
    __table_args__ = (Index(None, "employee_id", "word", "field"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    sort_name: Mapped[str] = mapped_column(key_text(400), primary_key=True)
    employee_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[int] = mapped_column(SmallInteger)
    """Which field it comes from, as its own audience: a number of `directory.search.words.NAME_FIELDS`."""
    words: Mapped[str] = mapped_column(key_text(), server_default="")
    """All the employee's words, of whatever field, a blank before each: " anna berg". Whoever goes through those who
    are called by one word sees in the row at hand whether another of theirs begins as asked; a look-up for each costs
    ten times that, and among 300,000 people a frequent beginning has thousands. It adds a third to the table."""


def _code(column: str) -> Index:
    return partial_index(None, column, "employee_id", where=f"{column} IS NOT NULL")


class SearchCode(Base):
    """What else finds one employee: number, mail and phones, in the forms that are looked up from their beginning."""

    __tablename__ = "search_code"
    __table_args__ = (
        Index(None, "number", "employee_id"),
        *(_code(name) for name in ("digits", "mail", "phone", "phone_end", "mobile", "mobile_end")),
    )

    employee_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(key_text(32))
    """The employee number's folded letters and digits: "E-00123" -> "e00123"."""
    digits: Mapped[str | None] = mapped_column(key_text(32))
    """Its digits without leading zeros, where they differ from `number`: "123"."""
    mail: Mapped[str | None] = mapped_column(key_text(254))
    phone: Mapped[str | None] = mapped_column(key_text(60))
    """The digits without country code and trunk zero."""
    phone_end: Mapped[str | None] = mapped_column(key_text(60))
    """All digits from the last to the first: finds an extension, or a number dialled in whatever form."""
    mobile: Mapped[str | None] = mapped_column(key_text(60))
    mobile_end: Mapped[str | None] = mapped_column(key_text(60))


class SearchWord(Base):
    """A folded word of a job title, skill, department or location."""

    __tablename__ = "search_word"
    __table_args__ = (Index(None, "kind", "target_id", "word"), {"sqlite_with_rowid": False})

    kind: Mapped[str] = mapped_column(key_text(10), primary_key=True)
    """job_title, skill, department, location."""
    word: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class SearchVariant(Base):
    """The beginning of a known word with one letter left out, to find words typed with one slip."""

    __tablename__ = "search_variant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    variant: Mapped[str] = mapped_column(key_text(8), primary_key=True)
    word: Mapped[str] = mapped_column(key_text(64), primary_key=True)
