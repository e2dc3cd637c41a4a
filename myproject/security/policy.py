"""Who the viewer is, and whether they may. What is not granted is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.authorization import ACLHelper, Authenticated, Everyone
from pyramid.security import Allowed, Denied

from myproject.directory.audience import Viewer
from myproject.security.permissions import GRANTS

if TYPE_CHECKING:
    from myproject.request import Request

_NOTHING: frozenset[str] = frozenset()


class Policy:
    """The security policy. Until accounts exist, every viewer is an ordinary colleague."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._acl = ACLHelper()

    def identity(self, _request: Request) -> Viewer:
        """The viewer. `Request.viewer` keeps it for the request; this is called for every check."""
        return self._viewer

    def authenticated_userid(self, _request: Request) -> str | None:
        """The account, for logs; there are none yet."""
        return None

    def permits(self, request: Request, context: Any, permission: str) -> Allowed | Denied:
        """Whether the viewer has the permission everywhere, or through the lineage of the context."""
        viewer = request.viewer
        if permission in GRANTS.get(viewer.reach, _NOTHING):
            return Allowed("granted to %s", viewer.reach)
        return self._acl.permits(context, [Everyone, Authenticated], permission)

    def remember(self, _request: Request, _userid: str, **_kw: Any) -> list[tuple[str, str]]:
        """Headers that keep a user signed in: none yet."""
        return []

    def forget(self, _request: Request, **_kw: Any) -> list[tuple[str, str]]:
        """Headers that sign a user out: none yet."""
        return []
