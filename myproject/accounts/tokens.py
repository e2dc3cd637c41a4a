"""Access tokens: making, recognising, listing and revoking them.

A token reads ``dir_`` + 43 characters of 256 random bits + 6 of a checksum: programs that look for secrets that have
got into the wrong place know it by that, and what is no token of ours is told without a query. The database holds its
hash. A process keeps the identities of tokens it has seen, as it does those of sessions; what ends one raises the
access number, so it ends at the next request in every process.
"""

from __future__ import annotations

import logging
import re
import secrets
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from myproject.cache.bounded import Cache, MemoryCache
from myproject.db.engines import Engines
from myproject.db.retry import is_busy
from myproject.directory.visibility.department_scope import departments_of
from myproject.language.formats import list_text
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.models.access_token import AccessToken
from myproject.models.account import User
from myproject.models.department import Department
from myproject.models.employee import Employee

from .access import access_changed
from .audit import Event, Origin, record
from .errors import AccountError
from .identity import Identity, of_user
from .permissions import ROLES, Role
from .roles import department_of_code, refuse_past
from .secrets import token_hash
from .sessions import TOUCH, AccessState
from .users import Account, refuse_disabled

log = logging.getLogger(__name__)

_TOKEN = AccessToken.__table__
_USER = User.__table__
_E = Employee.__table__
_D = Department.__table__

PREFIX = "dir_"
SERVICE_ROLES = tuple(role for role, info in reversed(ROLES.items()) if info.for_services)
"""The roles that a service token can have: never one that manages accounts."""
MOST_PER_USER = 50
"""Personal tokens of one owner that work at the same time."""
NAME_LENGTH = 80
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM, _CHECK = 43, 6
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}").fullmatch
_PAUSE = timedelta(seconds=20)
"""After the last use could not be noted, until it is tried again."""


# --- the text of a token ------------------------------------------------------------------------------------


def _base62(number: int, length: int) -> str:
    digits = []
    for _place in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def new_token() -> str:
    """A token: 256 random bits and the checksum over what comes before it."""
    body = PREFIX + _base62(secrets.randbits(256), _RANDOM)
    return body + _checksum(body)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)


def is_token(text: str) -> bool:
    """Whether a text is written as tokens are, its checksum included."""
    return _SHAPE(text) is not None and _checksum(text[:-_CHECK]) == text[-_CHECK:]


# --- recognising --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Kept:
    known: AccessState
    identity: Identity
    used_at: datetime | None
    """Last use that is noted, or that another tried to note."""


class TokenIdentities:
    """The tokens that a process knows. Safe for threads."""

    def __init__(self, engines: Engines, most: int = 10_000) -> None:
        self._engines = engines
        self._kept: Cache[_Kept] = MemoryCache(most)

    def identity(self, conn: Connection, token: str, known: AccessState, now: datetime) -> Identity | None:
        """Whom a token proves, or None. Three queries at most when it is new or something changed, else none."""
        hashed = token_hash(token)
        kept = self._kept.get(hashed)
        if kept is None or not _holds(kept, known) or now >= kept.identity.changes_at:
            kept = self._read(conn, token, hashed, known, now)
            if kept is None:
                return None
        if kept.used_at is None or now - kept.used_at > TOUCH:
            self._touch(kept, now)
        return kept.identity

    def _read(self, conn: Connection, token: str, hashed: str, known: AccessState, now: datetime) -> _Kept | None:
        row = conn.execute(_BY_HASH, {"hash": hashed}).first() if is_token(token) else None
        identity = _identity(conn, row, known.day, now) if row is not None else None
        if row is None or identity is None:
            self._kept.discard(hashed)
            return None
        kept = _Kept(known, identity, row.used_at)
        self._kept.put(hashed, kept)
        return kept

    def _touch(self, kept: _Kept, now: datetime) -> None:
        """Note the last use, in a short transaction of its own that waits for nobody."""
        kept.used_at = now
        mine = _TOKEN.c.id == kept.identity.token
        later = or_(_TOKEN.c.used_at.is_(None), _TOKEN.c.used_at < now)
        try:
            with self._engines.begin(wait=0) as conn:
                conn.execute(update(_TOKEN).where(mine, later).values(used_at=now))
        except Exception as error:
            if not is_busy(error):
                raise
            # Another write has the database: a later use notes it. The answer comes all the same.
            kept.used_at = now - TOUCH + _PAUSE
            log.info("the last use of a token could not be noted: the database is busy")


def _holds(kept: _Kept, known: AccessState) -> bool:
    """Whether what is kept is still so. A service is no employee: what changes in the directory doesn't touch it."""
    service = kept.identity.user == 0
    return kept.known == known or (service and (kept.known.access, kept.known.day) == (known.access, known.day))


_WORKING = select(
    _TOKEN.c.id, _TOKEN.c.name, _TOKEN.c.user_id, _TOKEN.c.role, _TOKEN.c.scopes, _TOKEN.c.department_id,
    _TOKEN.c.created_at, _TOKEN.c.expires_at, _TOKEN.c.used_at,
).where(_TOKEN.c.revoked_at.is_(None))  # fmt: skip
_BY_HASH = _WORKING.where(_TOKEN.c.token_hash == bindparam("hash"))


def of_token(conn: Connection, token: int, today: date, now: datetime) -> Identity | None:
    """The identity that a token stands for by its id; None where it holds no more. For what runs without a request."""
    row = conn.execute(_WORKING.where(_TOKEN.c.id == token)).first()
    return _identity(conn, row, today, now) if row is not None else None


def _identity(conn: Connection, row: Any, today: date, now: datetime) -> Identity | None:
    """Whom a token's row stands for today; None where it has expired or its owner is not let in."""
    if row.expires_at is not None and now >= row.expires_at:
        return None
    identity = of_user(conn, row.user_id, today, now) if row.user_id is not None else _service(row, now)
    if identity is None:
        return None
    return replace(
        identity,
        confirmed_at=row.created_at,
        changes_at=min(identity.changes_at, row.expires_at or identity.changes_at),
        token=row.id,
        scopes=frozenset(row.scopes),
        within=row.department_id,
    )


def _service(row: Any, now: datetime) -> Identity:
    people = row.role == Role.PEOPLE_TEAM.value
    return Identity(
        user=0,
        email=f"{row.name} (service token)",
        name=row.name,
        employee=None,
        session=None,
        roles=frozenset({Role.EMPLOYEE.value, *([Role.PEOPLE_TEAM.value] if people else [])}),
        department_roles=frozenset(),
        audience="people_team" if people else "colleagues",
        manages=False,
        portrait=None,
        view_as=None,
        confirmed_at=row.created_at,
        changes_at=datetime.max.replace(tzinfo=now.tzinfo),
    )


# --- making and revoking ------------------------------------------------------------------------------------


class TokenRow(NamedTuple):
    """A token as its owner and administrators see it: never the token itself."""

    id: int
    name: str
    hint: str
    user_id: int | None
    """The owner of a personal token."""
    email: str | None
    employee_id: int | None
    owner: str | None
    """The name of the employee who owns it."""
    role: str | None
    """The role of a service token."""
    scopes: list[str]
    department_code: str | None
    """Of the department that it is bound to."""
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def state(self, now: datetime) -> str:
        """works, expired or revoked; a token that works may still not let in an owner who has left."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "works"


_ROWS = (
    select(
        _TOKEN.c.id, _TOKEN.c.name, _TOKEN.c.hint, _TOKEN.c.user_id, _USER.c.email, _USER.c.employee_id, _E.c.name,
        _TOKEN.c.role, _TOKEN.c.scopes, _D.c.code, _TOKEN.c.created_at, _TOKEN.c.created_by, _TOKEN.c.expires_at,
        _TOKEN.c.used_at, _TOKEN.c.revoked_at, _TOKEN.c.revoked_by,
    )
    .select_from(
        _TOKEN.outerjoin(_USER, _USER.c.id == _TOKEN.c.user_id)
        .outerjoin(_E, _E.c.id == _USER.c.employee_id)
        .outerjoin(_D, _D.c.id == _TOKEN.c.department_id)
    )
)  # fmt: skip


def create_personal(
    conn: Connection,
    origin: Origin,
    account: Account,
    name: str,
    scopes: Collection[str],
    *,
    expires_at: datetime | None = None,
    department_code: str | None = None,
) -> str:
    """A token for who owns the account; the token itself, which nobody can tell again.

    Raises `AccountError` for a name or an expiry that can't be, for no scopes, for a department that there is not, and
    for a disabled account.
    """
    refuse_disabled(account)
    working = [each for each in rows(conn, user=account.id) if each.state(origin.at) == "works"]
    if len(working) >= MOST_PER_USER:
        raise AccountError(
            ngettext(
                "The account %(email)s has %(num)s token already.",
                "The account %(email)s has %(num)s tokens already.",
                len(working),
                email=account.email,
            ),
            _("Revoke one that is not used."),
        )
    _refuse_taken(name, working, _("There is already a token with that name."))
    return _create(conn, origin, name, scopes, expires_at, department_code, account=account)


def create_service(
    conn: Connection,
    origin: Origin,
    role: Role,
    name: str,
    scopes: Collection[str],
    *,
    expires_at: datetime | None = None,
    department_code: str | None = None,
) -> str:
    """A token that has a role of its own and belongs to nobody: it stays when who made it leaves.

    Raises `AccountError` as `create_personal` does, and for a role that no service token has.
    """
    if role not in SERVICE_ROLES:
        choices = list_text([each.value for each in SERVICE_ROLES], "or")
        raise AccountError(
            _("A service token cannot have the role %(role)s.", role=role.value),
            _("Choose %(choices)s.", choices=choices),
            field="role",
        )
    working = [each for each in rows(conn, services=True) if each.state(origin.at) == "works"]
    _refuse_taken(name, working, _("There is already a service token with that name."))
    return _create(conn, origin, name, scopes, expires_at, department_code, role=role)


def _refuse_taken(name: str, working: Collection[TokenRow], message: str) -> None:
    if any(each.name == name.strip() for each in working):
        raise AccountError(message, _("Choose another name, or revoke that token."), field="name")


def _create(
    conn: Connection,
    origin: Origin,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    department_code: str | None,
    *,
    account: Account | None = None,
    role: Role | None = None,
) -> str:
    name = name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise AccountError(
            _("The token needs a name."),
            _("Say what it is for, in at most %(most)s characters.", most=NAME_LENGTH),
            field="name",
        )
    if not scopes:
        raise AccountError(_("The token may not do anything yet."), _("Choose one scope or more."), field="scopes")
    refuse_past(origin, expires_at, "expires")
    department = _department(conn, department_code, origin.at.date()) if department_code else None
    token = new_token()
    conn.execute(
        insert(_TOKEN).values(
            name=name,
            user_id=account.id if account else None,
            role=role.value if role else None,
            token_hash=token_hash(token),
            hint=token[-4:],
            scopes=sorted(scopes),
            department_id=department,
            created_at=origin.at,
            created_by=origin.actor,
            expires_at=expires_at,
        )
    )
    details: dict[str, Any] = {"scopes": sorted(scopes)}
    if role is not None:
        details["role"] = role.value
    if department is not None:
        details["department"] = department_code
    if expires_at is not None:
        details["until"] = expires_at.isoformat()
    record(conn, origin, Event.TOKEN_CREATED, user=account.id if account else None, target=name, details=details)
    return token


def _department(conn: Connection, code: str, today: date) -> int:
    found = department_of_code(conn, code)
    if not departments_of(conn, today, found):
        raise AccountError(
            _("The department %(code)s does not exist today.", code=code),
            _("Choose one that exists, or one above it."),
            field="department",
        )
    return found


def rows(
    conn: Connection, *, user: int | None = None, services: bool = False, id_: int | None = None
) -> list[TokenRow]:
    """Tokens, the newest first: of a user, those of services, the one with an id, or all."""
    query = _ROWS.order_by(_TOKEN.c.id.desc())
    if user is not None:
        query = query.where(_TOKEN.c.user_id == user)
    if services:
        query = query.where(_TOKEN.c.user_id.is_(None))
    if id_ is not None:
        query = query.where(_TOKEN.c.id == id_)
    return [TokenRow._make(row) for row in conn.execute(query)]


def revoke(conn: Connection, origin: Origin, token: TokenRow) -> bool:
    """End a token for good, at once, in every process; whether it had not been already."""
    standing = (_TOKEN.c.id == token.id) & _TOKEN.c.revoked_at.is_(None)
    done = conn.execute(update(_TOKEN).where(standing).values(revoked_at=origin.at, revoked_by=origin.actor)).rowcount
    if done:
        access_changed(conn)
        record(conn, origin, Event.TOKEN_REVOKED, user=token.user_id, target=token.name)
    return bool(done)
