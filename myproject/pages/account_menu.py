"""What the menu of whoever is signed in offers, and who the pages are shown as."""

from __future__ import annotations

from myproject.accounts.identity import may_view_as
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.security.policy import holds

_AS = {"colleague": "any colleague", "manager": "the manager of everyone", "people_team": "the people team"}
_NOW = {"as_of": None, "known_at": None}
#: Permission that opens a page, its label, its route.
_LINKS: tuple[tuple[Permission, str, str], ...] = (
    (Permission.ACCOUNT_OWN, "Sign-in and security", "account"),
    (Permission.REPORT_SEND, "My reports", "me.reports"),
    (Permission.INBOX_HANDLE, "Inbox", "inbox"),
    (Permission.USER_INVITE, "Accounts", "users"),
    (Permission.ROLE_GRANT, "Roles", "roles"),
    (Permission.TOKEN_MANAGE, "Access tokens", "tokens"),
    (Permission.AUDIT_READ, "Audit log", "audit"),
)


def account_links(request: Request) -> list[tuple[str, str]]:
    """Label and address of the pages that are open to whoever is signed in, their own first."""
    me = request.me
    mine = [("My card", request.link("employee", id=me.employee))] if me.employee is not None else []
    return mine + [
        (label, request.link(route, _NOW))
        for permission, label, route in _LINKS
        if holds(me, permission)
    ]


def view_as_choices(request: Request) -> list[tuple[str, str]]:
    """As whom one may look at the directory: value and label. None while one does."""
    me = request.me
    return [] if me.view_as else [(whom, _AS[whom]) for whom in may_view_as(me)]


def audience_words(request: Request) -> str:
    """For whom a page is made, in a few words: what is on it depends on that."""
    reach = request.viewer.reach
    return {
        "administrators": "shown as administrators may see it",
        "people_team": "shown as the people team may see it",
        "manager_line": "shown as a manager may see it",
    }.get(reach, "shown as every colleague may see it")
