"""Signing in by password: limits first, then the proof, then a session. Says the same whatever was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from myproject.db.engines import Engines
from myproject.models.account import AuditEvent

from . import passwords, sessions, throttle, users
from .audit import Event, Origin, record
from .throttle import Limit, Throttled
from .users import Account

WINDOW = 300
"""Seconds over which tries at a password are counted."""
_DAY = 86_400
_PLACES = 100
"""So many of the latest sign-ins of an account tell where it is known."""
_EVENT = AuditEvent.__table__


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The limits of the organisation: failed tries in five minutes."""

    per_account: int
    """For one account, from one address."""
    per_address: int
    """From one address, for whichever accounts."""
    everywhere: int
    """For one account, from all addresses together; in a day five times as many.

    Beyond it only networks from which the account has signed in before may try. So a stranger, however many machines
    they have, neither guesses on nor locks out the owner, who can also have a link sent.
    """

    def across(self, email: str) -> list[Limit]:
        """The limits for one account that count tries from wherever they come."""
        return [
            Limit("sign-in to", email, self.everywhere, WINDOW),
            Limit("sign-in to, a day", email, 5 * self.everywhere, _DAY),
        ]


class WrongCredentials(Exception):
    """The account and the password don't fit together, or may not be used. Deliberately says no more."""


def prove(engines: Engines, origin: Origin, email: str, password: str, rules: SignInRules, today: date) -> Account:
    """The account, if the password is its own and it may be used today.

    Raises `WrongCredentials` or `Throttled`. Writes in short transactions of its own, so no lock is held while a
    password is hashed (50 ms), and what failed is recorded although the request fails.
    """
    email = email.strip().lower()
    with engines.read.connect() as conn:
        account = users.by_email(conn, email)
    tries = _count(engines, origin, email, account, rules)
    proved = passwords.verify(account.password_hash if account else None, password)
    if not proved or account is None or not _usable(engines, account, today):
        _failed(engines, origin, email, account, Event.SIGN_IN_FAILED)
        raise WrongCredentials
    throttle.forgive(engines, tries)
    _rehash(engines, account, password)
    return account


def _usable(engines: Engines, account: Account, today: date) -> bool:
    if account.disabled_at is not None:
        return False
    if account.employee_id is None:
        return True
    with engines.read.connect() as conn:
        return users.is_employed(conn, account.employee_id, today)


def _count(engines: Engines, origin: Origin, email: str, account: Account | None, rules: SignInRules) -> list[int]:
    address = origin.address or ""
    network = throttle.network_of(address)
    limits = [
        Limit("sign-in", f"{email}\0{network}", rules.per_account, WINDOW),
        Limit("sign-in from", network, rules.per_address, WINDOW),
    ]
    across = rules.across(email)
    try:
        return throttle.try_once(engines, [*limits, *across], origin.at)
    except Throttled as refused:
        if refused.limit in across and account and network in _known_networks(engines, account.id):
            return throttle.try_once(engines, limits, origin.at)
        _failed(engines, origin, email, account, Event.SIGN_IN_THROTTLED)
        raise


def _known_networks(engines: Engines, user: int) -> set[str]:
    """The networks from which an account has signed in."""
    signed_in = (_EVENT.c.user_id == user) & (_EVENT.c.event == Event.SIGNED_IN.value) & _EVENT.c.address.is_not(None)
    latest = select(_EVENT.c.address).where(signed_in).order_by(_EVENT.c.at.desc()).limit(_PLACES)
    with engines.read.connect() as conn:
        return {throttle.network_of(address) for address in conn.execute(latest).scalars()}


def _failed(engines: Engines, origin: Origin, email: str, account: Account | None, event: Event) -> None:
    # An address that nobody has may be a password typed into the wrong field: it is not written down.
    known = account is not None
    with engines.begin(wait=5) as conn:
        record(
            conn,
            origin.named(email if known else "unknown"),
            event,
            user=account.id if account else None,
            target=email if known else None,
        )


def _rehash(engines: Engines, account: Account, password: str) -> None:
    kept = account.password_hash
    if kept and passwords.needs_rehash(kept):
        hashed = passwords.hash_password(password)
        with engines.begin(wait=5) as conn:
            users.rehash(conn, account.id, kept, hashed)


def begin(conn: Any, origin: Origin, account: Account, *, user_agent: str, how: str) -> str:
    """A session for an account that has proved itself; the token for its cookie."""
    origin = origin.named(account.email)
    token = sessions.begin(conn, origin, account.id, user_agent=user_agent)
    record(conn, origin, Event.SIGNED_IN, user=account.id, target=account.email, details={"how": how})
    return token


def own_words(account: Account, organisation: str) -> Iterable[str]:
    """The names that a password of this account may not be made of."""
    return (account.name, account.email, account.email.partition("@")[0], organisation)


def choose_password(account: Account, password: str, *, least: int, organisation: str) -> str:
    """The hash of a new password. Raises `passwords.WeakPassword`."""
    passwords.check(password, least=least, words=own_words(account, organisation))
    return passwords.hash_password(password)


def reset_limits(email: str, address: str) -> list[Limit]:
    """How often a forgotten password may be asked for: 5 times a day for an account, 20 an hour from an address."""
    return [Limit("reset", email, 5, 86_400), Limit("reset from", address, 20, 3_600)]


def email_limits(user: int) -> list[Limit]:
    """How often another mail address may be asked for: 5 times in an hour."""
    return [Limit("email", str(user), 5, 3_600)]
