"""The security policy: who asks, by whichever proof, and whether they may. What is not granted is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyramid.authorization import ACLHelper, Authenticated, Everyone
from pyramid.security import Allowed, Denied

from myproject.accounts.identity import Identity
from myproject.accounts.permissions import BY_ROLE
from myproject.accounts.sessions import AccessState
from myproject.directory.visibility.audience import Viewer
from myproject.security.cookies import cookie_value
from myproject.security.permissions import ANYONE, NEVER_BY_TOKEN, WHILE_VIEWING_AS, Permission

if TYPE_CHECKING:
    from myproject.web.request import Request


class InvalidProof:
    """What a proof answers that was brought and doesn't hold: no other proof is looked at then."""


REFUSED = InvalidProof()
#: A way to prove who asks: an identity, None where the request brings no such proof or one that counts for nothing, or
#: `REFUSED`.
Proof = Callable[["Request"], Identity | InvalidProof | None]

TOKEN_REFUSED = "myproject.token_refused"  # noqa: S105 - a key of the environment
"""Set in the environment of a request whose access token was refused: the answer tells so."""
OPEN_PAGE = "HTTP_X_OPEN_PAGE"
"""Sent with what pages ask by themselves while they are open: it keeps no session from ending."""
API = "/api/v1"
"""There and below it access tokens count, and nowhere else."""


def by_token(request: Request) -> Identity | InvalidProof | None:
    """The proof by an access token: in the header ``Authorization: Bearer``, for the API only.

    A token that is unknown, revoked or expired, or whose owner is not let in, is refused, whatever cookie comes along.
    """
    environ = request.environ
    header: str | None = environ.get("HTTP_AUTHORIZATION")
    path = environ["PATH_INFO"]
    if header is None or not path.startswith(API) or path[len(API) : len(API) + 1] not in ("", "/"):
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        # Of somebody on the way, such as a proxy that asks for a password of its own.
        return None
    counter = request.counter
    known = AccessState(counter.access, counter.revision, request.today)
    registry: Any = request.registry
    return registry.tokens.identity(request.read, token.strip(), known, request.now) or REFUSED


def by_session(request: Request) -> Identity | None:
    """The proof by the cookie of a sign-in session."""
    registry: Any = request.registry
    token = cookie_value(request.environ, registry.session_cookie)
    if not token:
        return None
    counter = request.counter
    known = AccessState(counter.access, counter.revision, request.today)
    in_use = OPEN_PAGE not in request.environ
    identity: Identity | None = registry.sessions.identity(request.read, token, known, request.now, in_use=in_use)
    return identity


class Policy:
    """The first proof that holds gives the identity. Permissions come from roles, else from the context's lineage."""

    def __init__(self, proofs: Sequence[Proof], public: frozenset[Permission] = frozenset()) -> None:
        """`public`: permissions that need no proof."""
        self._proofs = proofs
        self._public = public
        self._acl = ACLHelper()

    def identity(self, request: Request) -> Identity | None:
        """Who asks. `Request.identity` keeps it: this is worked out once per request."""
        for proof in self._proofs:
            found = proof(request)
            if isinstance(found, Identity):
                return found
            if found is not None:
                request.environ[TOKEN_REFUSED] = True
                return None
        return None

    def authenticated_userid(self, request: Request) -> str | None:
        """The mail address of the account, for logs."""
        identity = request.identity
        return identity.email if identity else None

    def permits(self, request: Request, context: Any, permission: str) -> Allowed | Denied:
        """Whether who asks has the permission everywhere, or on this context."""
        identity = request.identity
        if identity is None:
            # A token that is refused is told so, even where none is needed.
            if permission in self._public and TOKEN_REFUSED not in request.environ:
                return Allowed("open to everyone by a setting")
            return Denied("nobody is signed in")
        if identity.view_as is not None and permission not in WHILE_VIEWING_AS:
            return Denied("looking as somebody else is read only")
        if identity.scopes is not None and permission in NEVER_BY_TOKEN:
            return Denied("not by a token")
        if holds(identity, permission):
            return Allowed("granted by role")
        return self._acl.permits(context, principals(identity), permission)

    def remember(self, _request: Request, _userid: str, **_kw: Any) -> list[tuple[str, str]]:
        """Signing in is more than a header: `myproject.pages.accounts.sign_in` does it."""
        return []

    def forget(self, _request: Request, **_kw: Any) -> list[tuple[str, str]]:
        """Likewise signing out."""
        return []


def holds(identity: Identity, permission: str) -> bool:
    """Whether somebody has the permission everywhere, by a role: for menus, which ask about nothing in particular."""
    if identity.view_as is not None and permission not in WHILE_VIEWING_AS:
        return False
    if identity.scopes is not None and permission in NEVER_BY_TOKEN:
        return False
    return permission in ANYONE or any(permission in BY_ROLE[role] for role in identity.roles)


def principals(identity: Identity) -> list[str]:
    """What the ACLs of contexts name: ``employee:7`` for oneself, ``ROLE:3`` for a role for a department."""
    found = [Everyone, Authenticated, *(f"{role}:{department}" for role, department in identity.department_roles)]
    if identity.employee is not None:
        found.append(f"employee:{identity.employee}")
    return found


def viewer_of(identity: Identity, audiences: tuple[tuple[str, str], ...]) -> Viewer:
    """How the directory sees who asks."""
    return identity.viewer(audiences)
