"""Who asks for the pages that are measured: a colleague who has signed in, as everyone does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from myproject.accounts import sessions, users
from myproject.accounts.audit import Origin
from myproject.accounts.users import Account
from myproject.models.present import Present

EMAIL = "bench@larkfield.example"


def account_of(engines: Any) -> Account:
    """The account of the first person of the list, made if there is none."""
    origin = Origin("bench", datetime.now(UTC))
    with engines.begin() as conn:
        known = users.by_email(conn, EMAIL)
        if known is not None:
            return known
        table = Present.__table__.c
        people = conn.execute(select(table.employee_id, table.employee_number).order_by(table.employee_id).limit(20))
        free = next(number for employee, number in people if users.of_employee(conn, employee) is None)
        return users.add(conn, origin, EMAIL, employee_number=free)


def cookie(app: Any) -> str:
    """The Cookie header of a new session."""
    known = account_of(app.registry.engines)
    with app.registry.engines.begin() as conn:
        token = sessions.begin(conn, Origin("bench", datetime.now(UTC), "127.0.0.1"), known.id, user_agent="bench")
    return f"{app.registry.session_cookie}={token}"
