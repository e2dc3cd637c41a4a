"""Which database errors are worth another attempt, and which mean "busy, come back later".

Errors are marked where they arise, in the engine: by the time a COMMIT error has passed an exception view,
nothing else can tell that it was a serialization failure, and the request would not be repeated.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy.exc
from pyramid_retry import mark_error_retryable

from myproject.db.turns import DatabaseBusyError

#: SQLSTATE: serialization_failure, deadlock_detected.
_CONFLICTS = frozenset({"40001", "40P01"})
#: SQLSTATE: unique_violation. Somebody else has just added what this request looked for and did not find; asked
#: again, it finds it and says so. On SQLite there is one writer at a time.
_ADDED_MEANWHILE = "23505"
#: SQLSTATE: lock_not_available, query_canceled, idle_in_transaction_session_timeout, too_many_connections,
#: cannot_connect_now, admin_shutdown, crash_shutdown, disk_full.
_BUSY = frozenset({"55P03", "57014", "25P03", "53300", "57P03", "57P01", "57P02", "53100"})
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_FULL, _SQLITE_CANTOPEN = 5, 6, 13, 14


def tag(context: Any) -> None:
    """An engine's ``handle_error`` hook: mark the error when repeating the whole request may succeed."""
    error = context.original_exception
    added = _sqlstate(error) == _ADDED_MEANWHILE
    lost = context.is_disconnect and context.statement is not None and not is_silent(error)
    if added or _is_conflict(error) or lost:
        # A connection lost at COMMIT (no statement) is not repeated: the commit may have happened. Nor is what a silent
        # server was asked: each attempt would hold the thread for as long again.
        mark_error_retryable(context.sqlalchemy_exception or error)


def is_silent(error: BaseException | None) -> bool:
    """Whether the client gave up waiting for the server (`myproject.db.answer_limit`)."""
    return getattr(error, "no_answer", False)


def is_busy(error: BaseException) -> bool:
    """Whether the database could not serve us now although nothing is wrong with the request: a 503."""
    if isinstance(error, DatabaseBusyError | sqlalchemy.exc.TimeoutError):
        return True
    if not isinstance(error, sqlalchemy.exc.DBAPIError):
        return False
    cause = error.orig
    return (
        error.connection_invalidated
        or _sqlstate(cause) in _BUSY
        or _is_conflict(cause)
        or _sqlite_code(cause) & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_FULL, _SQLITE_CANTOPEN)
        # psycopg gives no SQLSTATE when it could not connect at all.
        or (type(cause).__name__ in ("OperationalError", "ConnectionTimeout") and "connect" in str(cause))
    )


def _is_conflict(error: BaseException | None) -> bool:
    # Plain SQLITE_BUSY is left out: it has waited for the whole busy_timeout already. BUSY_SNAPSHOT and
    # BUSY_RECOVERY (extended codes) come at once.
    code = _sqlite_code(error)
    return (
        _sqlstate(error) in _CONFLICTS
        or code & 0xFF == _SQLITE_LOCKED
        or (code != _SQLITE_BUSY and code & 0xFF == _SQLITE_BUSY)
    )


def _sqlstate(error: BaseException | None) -> str | None:
    return getattr(error, "sqlstate", None)


def _sqlite_code(error: BaseException | None) -> int:
    return getattr(error, "sqlite_errorcode", None) or 0
