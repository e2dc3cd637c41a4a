"""One account: whose it is, what it may do, where it is signed in, and what can be done about it."""

from __future__ import annotations

from typing import Any, Literal

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import audit, invitations, mail_jobs, roles, sessions, users
from myproject.accounts.audit import Event, record
from myproject.accounts.errors import AccountError
from myproject.accounts.mail_jobs import ToAccount
from myproject.accounts.users import Account
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.accounts.audit_words import audit_line
from myproject.pages.accounts.devices import device
from myproject.pages.accounts.role_words import held
from myproject.pages.accounts.users import find_account, mail_invitation
from myproject.security.permissions import Permission
from myproject.web.forms import Form, Sent
from myproject.web.params import Nothing, Query, Text
from myproject.web.problems import forbidden, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

LATEST = 20
"""Entries of the audit log on the page of an account."""

_DONE = {
    "invited": marked("An invitation is on its way."),
    "disabled": marked("The account is disabled. It was signed out of every browser."),
    "enabled": marked("The account is enabled."),
    "employee": marked("The employee of this account was saved."),
    "reset": marked("The account was signed out of every browser, and a password reset link is on its way."),
    "sessions": marked("The account was signed out of every browser."),
}


class UserQuery(Query):
    """What has just been done."""

    done: Literal["invited", "disabled", "enabled", "employee", "reset", "sessions"] | None = None


class EmployeeForm(Form):
    """Whose account it is: an employee number, or nothing for nobody's."""

    employee: Text = ""


@view_config(
    route_name="user",
    request_method="GET",
    permission=Permission.USER_INVITE,
    query=UserQuery,
    renderer="accounts/user.html",
)
def one(request: Request) -> Any:
    """The account."""
    account = _account(request)
    done = UserQuery.of(request).done
    return _page(
        request, account, EmployeeForm.empty(employee=account.employee_number or ""), _(_DONE[done]) if done else ""
    )


def _page(request: Request, account: Account, sent: Sent[Any], done: str = "") -> dict[str, Any]:
    conn = request.conn
    manages = bool(request.has_permission(Permission.USER_MANAGE))
    reads_audit = bool(request.has_permission(Permission.AUDIT_READ))
    limits = request.registry.session_limits
    found = sessions.of_user(conn, account.id, limits, request.now) if manages else []
    return {
        "account": account,
        "done": done,
        "sent": sent,
        "held": held(request, roles.grants(conn, user=account.id)),
        "manages": manages,
        "own": account.id == request.me.user,
        "may": roles.may_manage(request.me.roles, roles.held_by(conn, account.id, request.now)),
        "sessions": [(each, device(each.user_agent)) for each in found],
        "entries": [audit_line(request, each) for each in audit.entries(conn, user=account.id, limit=LATEST)]
        if reads_audit
        else None,
    }


def _account(request: Request) -> Account:
    account = find_account(request)
    if account is None:
        raise not_found(_("There is no such account."), _("Look for it in the list of accounts."))
    return account


def _to_manage(request: Request) -> Account:
    """The account of the address, which whoever asks may manage: never one above their own."""
    account = _account(request)
    if not roles.may_manage(request.me.roles, roles.held_by(request.conn, account.id, request.now)):
        raise forbidden(_("This is the account of an administrator."), _("Only administrators can change it."))
    return account


def _back(request: Request, account: Account, done: str) -> HTTPSeeOther:
    return HTTPSeeOther(request.link("user", _query={**NO_CLOCK, "done": done}, id=account.id))


def _refused(request: Request, account: Account, error: AccountError, place: str = "") -> dict[str, Any]:
    request.response.status_int = 400
    sent = EmployeeForm.sent(request) if place else EmployeeForm.empty(employee=account.employee_number or "")
    return _page(request, account, sent.refuse(place, error.message, error.remedy))


@view_config(
    route_name="user.invite",
    request_method="POST",
    permission=Permission.USER_INVITE,
    query=Nothing,
    confirm=True,
    renderer="accounts/user.html",
)
def invite_again(request: Request) -> Any:
    """Send another invitation; the link in the one before dies."""
    account = _to_manage(request)
    try:
        found = invitations.invite(request.db.connection(), request.origin, account)
    except AccountError as error:
        return _refused(request, account, error)
    mail_invitation(request, found)
    return _back(request, account, "invited")


@view_config(
    route_name="user.disable",
    request_method="POST",
    permission=Permission.USER_MANAGE,
    query=Nothing,
    confirm=True,
    renderer="accounts/user.html",
)
def disable(request: Request) -> Any:
    """Disable the account: every session ends at once."""
    account = _to_manage(request)
    try:
        if account.id == request.me.user:
            raise AccountError(  # noqa: TRY301
                _("This is your own account."), _("Ask another administrator to disable it.")
            )
        users.disable(request.db.connection(), request.origin, account)
    except AccountError as error:
        return _refused(request, account, error)
    return _back(request, account, "disabled")


@view_config(
    route_name="user.enable", request_method="POST", permission=Permission.USER_MANAGE, query=Nothing, confirm=True
)
def enable(request: Request) -> Any:
    """Let the account be used again."""
    account = _to_manage(request)
    users.enable(request.db.connection(), request.origin, account)
    return _back(request, account, "enabled")


@view_config(
    route_name="user.employee",
    request_method="POST",
    permission=Permission.USER_MANAGE,
    query=Nothing,
    confirm=True,
    renderer="accounts/user.html",
)
def link_employee(request: Request) -> Any:
    """Say whose account it is."""
    account = _to_manage(request)
    sent = EmployeeForm.sent(request)
    if sent.form is None:
        request.response.status_int = 400
        return _page(request, account, sent)
    try:
        users.link_employee(request.db.connection(), request.origin, account, sent.form.employee or None)
    except AccountError as error:
        return _refused(request, account, error, "employee")
    return _back(request, account, "employee")


@view_config(
    route_name="user.reset",
    request_method="POST",
    permission=Permission.USER_MANAGE,
    query=Nothing,
    confirm=True,
    renderer="accounts/user.html",
)
def reset(request: Request) -> Any:
    """End every session, and send a link with which to choose another password."""
    account = _to_manage(request)
    if account.disabled_at:
        error = AccountError(_("The account is disabled."), _("Enable it first."))
        return _refused(request, account, error)
    conn = request.db.connection()
    sessions.end_all(conn, request.origin, account.id)
    record(conn, request.origin, Event.PASSWORD_FORGOTTEN, user=account.id, target=account.email)
    request.enqueue(mail_jobs.password_reset, ToAccount(user=account.id))
    return _back(request, account, "reset")


@view_config(
    route_name="user.sessions", request_method="POST", permission=Permission.USER_MANAGE, query=Nothing, confirm=True
)
def end_sessions(request: Request) -> Any:
    """Sign the account out everywhere."""
    account = _to_manage(request)
    sessions.end_all(request.db.connection(), request.origin, account.id)
    return _back(request, account, "sessions")
