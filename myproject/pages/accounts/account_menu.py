"""What the menu of whoever is signed in offers, and who the pages are shown as."""

from __future__ import annotations

from myproject.accounts.identity import Identity, may_view_as
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.request import NO_CLOCK, Request

_AS = {
    "colleague": marked("any colleague"),
    "manager": marked("a manager of everyone"),
    "people_team": marked("the people team"),
}
#: Permission that opens a page, its label, its route.
_LINKS: tuple[tuple[Permission, str, str], ...] = (
    (Permission.ACCOUNT_OWN, marked("Sign-in and security"), "account"),
    (Permission.REPORT_SEND, marked("My reports"), "me.reports"),
    (Permission.DIRECTORY_EXPORT, marked("My background work"), "me.jobs"),
    (Permission.INBOX_HANDLE, marked("Inbox"), "inbox"),
    (Permission.EMPLOYEE_CHANGE, marked("Hire someone"), "hire"),
    (Permission.DIRECTORY_IMPORT, marked("Import"), "import"),
    (Permission.ACTIVITY_READ, marked("Live"), "activity"),
    (Permission.USER_INVITE, marked("Accounts"), "users"),
    (Permission.ROLE_GRANT, marked("Roles"), "roles"),
    (Permission.TOKEN_MANAGE, marked("Access tokens"), "tokens"),
    (Permission.AUDIT_READ, marked("Audit log"), "audit"),
    (Permission.JOB_MANAGE, marked("Background work"), "jobs"),
)


def account_links(request: Request) -> list[tuple[str, str]]:
    """Label and address of the pages that are open to whoever is signed in, their own first."""
    me = request.me
    mine = [(_("My card"), request.link("employee", id=me.employee))] if me.employee is not None else []
    return mine + [
        (_(label), request.link(route, NO_CLOCK))
        for permission, label, route in _LINKS
        if holds(me, permission) or (permission == Permission.EMPLOYEE_CHANGE and _edits(me))
    ]


def _edits(me: Identity) -> bool:
    """Whether somebody may hire into some department."""
    return me.view_as is None and bool(me.departments_with(Permission.EMPLOYEE_CHANGE))


def view_as_choices(request: Request) -> list[tuple[str, str]]:
    """As whom one may look at the directory: value and label. None while one does."""
    me = request.me
    return [] if me.view_as else [(whom, _(_AS[whom])) for whom in may_view_as(me)]


def audience_words(request: Request) -> str:
    """For whom a page is made, in a few words: what is on it depends on that."""
    match request.viewer.audience:
        case "administrators":
            return _("shown as administrators may see it")
        case "people_team":
            return _("shown as the people team may see it")
        case "manager_line":
            return _("shown as a manager may see it")
        case _other:
            return _("shown as every colleague may see it")
