"""Signing in for tests: clients of the application for whoever a test needs."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pyramid.interfaces import ICSRFStoragePolicy
from webtest import TestApp

from myproject.accounts import passwords, roles, sessions, users
from myproject.accounts.audit import Origin
from myproject.accounts.identity import Identity
from myproject.accounts.permissions import Role
from myproject.accounts.users import Account
from myproject.db.engines import Engines

#: Sessions of tests begin then, so that no travel in time ends one.
LATE = datetime(2190, 1, 1, tzinfo=UTC)
ORIGIN = Origin("test", datetime(2026, 6, 1, 9, tzinfo=UTC))
PASSWORD = "seven purple kettles whistle"


def account(
    engines: Engines,
    email: str,
    *,
    employee: str | None = None,
    role: str | None = None,
    department: str | None = None,
    password: str | None = None,
) -> Account:
    """The account of that address, made if there is none, with a role and a password if they are given."""
    from myproject.accounts.audit import Event

    with engines.begin() as conn:
        found = users.by_email(conn, email) or users.add(conn, ORIGIN, email, employee_number=employee)
        if role is not None:
            roles.grant(conn, ORIGIN, found, Role(role), department_code=department)
        if password is not None:
            users.set_password(conn, ORIGIN, found, _hashed(password), Event.PASSWORD_CHANGED)
        known = users.by_id(conn, found.id)
    assert known is not None
    return known


@functools.cache
def _hashed(password: str) -> str:
    """The hash of a password, made once: it takes long on purpose."""
    return passwords.hash_password(password)


def close(app: Any) -> None:
    """Close an application's connections, once a rebuild that its first request began has given its own back.

    Fails the test whose requests kept a connection; one that a server still answers is waited for.
    """
    app.registry.roll_forward.wait()
    engines = app.registry.engines
    pools = [engine.pool for engine in (engines.read, engines.write)]
    end = time.monotonic() + 10
    while any(pool.checkedout() for pool in pools) and time.monotonic() < end:
        time.sleep(0.05)
    kept = [pool.checkedout() for pool in pools]
    engines.dispose()
    assert kept == [0, 0]


def someone() -> Identity:
    """A colleague of whom the database knows nothing."""
    return Identity(
        user=0,
        email="someone@example.org",
        name="Someone",
        employee=None,
        session=None,
        roles=frozenset({"employee"}),
        department_roles=frozenset(),
        audience="colleagues",
        manages=False,
        portrait=None,
        view_as=None,
        confirmed_at=LATE,
        changes_at=LATE,
    )


def cookie_of(app: Any, who: Account, at: datetime = LATE) -> str:
    """The token of a new session."""
    with app.registry.engines.begin() as conn:
        return sessions.begin(conn, Origin("test", at, "127.0.0.1"), who.id, user_agent="WebTest")


def signed_in(app: Any, email: str = "test@example.org", at: datetime = LATE, **account_details: Any) -> TestApp:
    """A client that is signed in as the account of that address."""
    who = account(app.registry.engines, email, **account_details)
    client = TestApp(app)
    client.set_cookie(app.registry.session_cookie, cookie_of(app, who, at))
    return client


def again(client: TestApp) -> TestApp:
    """Another client with the same session: one client is for one thread."""
    other = TestApp(client.app)
    other.set_cookie(client.app.registry.session_cookie, session_of(client))
    return other


def session_of(client: TestApp) -> str:
    """The token in the cookie of a client that is signed in; WebTest keeps it quoted."""
    token: str = client.cookies[client.app.registry.session_cookie]
    return token.strip('"')


def without_tokens(text: str) -> str:
    """A page without the tokens of its forms, which are random: any four digits may stand in one."""
    return re.sub(r"\b[0-9a-f]{64}\b", "", text)


def token_of(client: TestApp) -> str:
    """The token for the forms of a client that is signed in."""
    policy: Any = client.app.registry.getUtility(ICSRFStoragePolicy)
    token: str = policy.for_session(session_of(client))
    return token


def post(client: TestApp, path: str, fields: dict[str, Any] | Iterable[tuple[str, Any]] = (), **kw: Any) -> Any:
    """Send a form as the page would have sent it."""
    given = [*(fields.items() if isinstance(fields, dict) else fields), ("csrf_token", token_of(client))]
    return client.post(path, given, **kw)
