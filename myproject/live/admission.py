"""Who may open a socket: who has a session, from a page of ours.

A browser sends the cookies of a host with a socket that any site opens to it, so the origin is what shows whose page
asks (OWASP: cross-site WebSocket hijacking). Programs, which need send none, have the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyramid.interfaces import ICSRFStoragePolicy
from sqlalchemy import Connection

from myproject.accounts.identity import Identity
from myproject.accounts.sessions import AccessState
from myproject.directory.visibility.audience import Viewer
from myproject.live import PATH
from myproject.live.news import LiveState
from myproject.live.topics import LiveTopic
from myproject.security.cookies import cookie_value
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.security.requests import Hosts, complaint


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens, by which session."""

    token: str
    """Of the cookie."""
    identity: Identity
    viewer: Viewer
    access: int
    """The access number that they were looked at with."""


class AdmissionRefused(Exception):
    """Nobody may listen so: the status to answer with, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Admission:
    """Looks at the requests that want a socket."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry
        self._hosts = Hosts(registry.app_settings["security.allowed_hosts"])
        self._tokens = registry.getUtility(ICSRFStoragePolicy)

    def listener(self, conn: Connection, headers: Mapping[str, str], path: str, state: LiveState) -> Listener:
        """Who asks. Raises `AdmissionRefused`."""
        environ = _environ(headers, path)
        if environ["PATH_INFO"] != PATH:
            raise AdmissionRefused(404, "There is nothing to listen to at this address.")
        refusal = complaint(environ, self._hosts)
        if refusal is not None:
            raise AdmissionRefused(refusal.status, refusal.message)
        if "HTTP_ORIGIN" not in environ or self._tokens.came_from_elsewhere(environ) is not None:
            raise AdmissionRefused(403, "Only pages of the directory may listen.")
        token = cookie_value(environ, self._registry.session_cookie)
        listener = self.by_session(conn, token, state) if token else None
        if listener is None:
            raise AdmissionRefused(401, "Sign in first.")
        return listener

    def by_session(self, conn: Connection, token: str, state: LiveState) -> Listener | None:
        """Whom a session proves now; None when it is over."""
        registry = self._registry
        known = AccessState(state.access, state.revision, state.day)
        identity: Identity | None = registry.sessions.identity(conn, token, known, registry.now(), in_use=False)
        return Listener(token, identity, registry.viewer_of(identity), state.access) if identity is not None else None


def may_edit(identity: Identity, form: LiveTopic) -> bool:
    """Whether somebody may be in a form: who may change cards or departments somewhere, or it is their own card."""
    if form.kind == "person-form" and form.id == identity.employee:
        return True
    permission = Permission.CARD_EDIT if form.kind == "person-form" else Permission.DEPARTMENT_EDIT
    return holds(identity, permission) or bool(identity.departments_with(permission))


def _environ(headers: Mapping[str, str], path: str) -> dict[str, Any]:
    """What the checks of ordinary requests look at."""
    path, _, query = path.partition("?")
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return {**environ, "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
