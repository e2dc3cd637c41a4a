"""Accounts: who may sign in, what they have been granted, where they are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from myproject.db.types import Json, UtcDateTime, key_text

from .meta import Base

# Ids of accounts and of what belongs to them are given by the database, and by SQLite never twice.
_NEVER_REUSED = {"sqlite_autoincrement": True}


class AccessCounter(Base):
    """One row with the access number, which everything that may narrow somebody's access raises.

    It is no column of the counter row: who ends a session must not wait for an import that holds that one.
    """

    __tablename__ = "access_counter"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class User(Base):
    """An account. Its key for people is the mail address; it is never deleted, only disabled."""

    __tablename__ = "user_account"
    __table_args__ = _NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(key_text(254), unique=True)
    """In lower case: what is typed to sign in."""
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    """None until one has been chosen by an invitation or a reset."""
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str | None] = mapped_column(String(35))
    """The code of the language that the person has chosen for pages and mails; None: as the browser asks for."""


class SignInSession(Base):
    """A browser that is signed in. The row goes when the session ends; the audit log keeps what happened."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index(None, "user_id"), Index(None, "used_at"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(key_text(64), unique=True)
    """SHA-256 of what the cookie holds."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Last use, within a few minutes."""
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the password, or a link, last proved who it is."""
    address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(400))
    view_as: Mapped[str | None] = mapped_column(String(16))


class RoleGrant(Base):
    """A role that a user has beyond that of any employee; some are for a department and all below it.

    Which are is declared with the roles (`accounts.permissions`); migrations hold it as a constraint.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(None, "user_id"),
        _NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(32))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SingleUseLink(Base):
    """A link that proves who somebody is, once: an invitation, a forgotten password, a new mail address, a sign-in."""

    __tablename__ = "single_use_link"
    __table_args__ = (Index(None, "user_id"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(key_text(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    new_email: Mapped[str | None] = mapped_column(key_text(254))


class Attempt(Base):
    """A try at something that is limited: which limit, whose, when. Rows older than a day are of no use."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(key_text(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEvent(Base):
    """Something that concerns security and has happened. The database refuses to change or delete it."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "at"), Index(None, "event", "at"), Index(None, "user_id", "at"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(Text)
    """Who did it: the mail address of an account, or a name of the command line."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The account that it is about."""
    target: Mapped[str | None] = mapped_column(Text)
    """What it is about, in words."""
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)
