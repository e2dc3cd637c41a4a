"""The directory never loses its last administrator: asked before a role or an account ends."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from myproject.directory.changes.planning.administrators import MAKE_ANOTHER, Administrator, administrators, loss
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _

from .access import access_changed
from .audit import Origin
from .errors import AccountError


def keep_an_administrator(
    conn: Connection, origin: Origin, user_id: int, becomes: Callable[[Administrator], Administrator] | None = None
) -> None:
    """Raise `AccountError` if the directory would be left without an administrator who can sign in, or earlier so.

    becomes: what the account is as an administrator after the change; None where it is none.
    """
    today = origin.at.date()
    # Two who demote each other at once: the second waits for the first to commit, then counts.
    access_changed(conn)
    before = administrators(conn, today)
    after = [each for each in before if each.user != user_id]
    if becomes is not None:
        after += [becomes(each) for each in before if each.user == user_id]
    day = loss(before, after, today)
    if day is not None:
        message = (
            _("This is the last administrator.")
            if day == today
            else _("This is the last administrator from %(day)s on.", day=day_text(day))
        )
        raise AccountError(message, _(MAKE_ANOTHER), field="role")
