"""The accounts of the organisation: the list, and inviting people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import invitations, mail_jobs, roles, users
from myproject.accounts.errors import AccountError
from myproject.accounts.invitation_jobs import UNIQUE, InviteEveryone, invite_everyone
from myproject.accounts.mail_jobs import ToAccount
from myproject.accounts.users import Account
from myproject.language.formats import day_text
from myproject.pages.accounts.role_words import held, hidden, short
from myproject.security.permissions import Permission
from myproject.web.forms import Form
from myproject.web.params import Count, Nothing, Query, Text
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

ROWS = 50
"""Accounts on a page."""
State = Literal["", "active", "invited", "disabled"]


class UsersQuery(Query):
    """The parameters of the list. `after`: the mail address of the last account of the page before."""

    q: Text = ""
    state: State = ""
    after: Text = ""


class InviteForm(Form):
    """Whom to invite."""

    email: Text
    employee: Text = ""


class InviteAllForm(Form):
    """How many were seen and agreed to."""

    count: Count | None = None


@view_config(
    route_name="users",
    request_method="GET",
    permission=Permission.USER_INVITE,
    query=UsersQuery,
    renderer="accounts/users.html",
)
def accounts(request: Request) -> Any:
    """A page of accounts."""
    query = UsersQuery.of(request)
    conn = request.conn
    found = users.page(conn, q=query.q, state=query.state, after=query.after, limit=ROWS + 1, but=hidden(request))
    shown = found[:ROWS]
    whose = roles.grants(conn, users=[each.id for each in shown])
    held_by: dict[int, list[Any]] = {}
    for each in held(request, whose):
        held_by.setdefault(each.grant.user_id, []).append(each)
    kept = {"q": query.q, "state": query.state}
    return {
        "query": query,
        "rows": [
            (
                each,
                request.link("user", id=each.id),
                short(held_by.get(each.id, [])),
                last_use(request, each.signed_in_at),
            )
            for each in shown
        ],
        "next": request.link("users", _query={**kept, "after": shown[-1].email}) if len(found) > ROWS else None,
        "newest": request.link("users", _query=kept) if query.after else None,
    }


def last_use(request: Request, moment: datetime | None) -> str:
    """The day of a moment in words, in the organisation's time zone; "" for none."""
    return day_text(moment.astimezone(request.zone).date()) if moment else ""


# --- inviting -----------------------------------------------------------------------------------------------


@view_config(
    route_name="users.invite",
    request_method="GET",
    permission=Permission.USER_INVITE,
    query=Nothing,
    renderer="accounts/invite.html",
)
def invite_form(request: Request) -> Any:
    """The form for one, and how many have no account yet."""
    return {"sent": InviteForm.empty(), "without": _left(request)}


@view_config(
    route_name="users.invite",
    request_method="POST",
    permission=Permission.USER_INVITE,
    query=Nothing,
    confirm=True,
    renderer="accounts/invite.html",
)
def invite(request: Request) -> Any:
    """Add an account if there is none, and write to its owner."""
    sent = InviteForm.sent(request)
    if sent.form is not None:
        conn = request.db.connection()
        try:
            found = invitations.invite_address(
                conn, request.origin, sent.form.email, sent.form.employee or None, hidden=hidden(request)
            )
        except AccountError as error:
            sent.refuse(error.field or "", error.message, error.remedy)
        else:
            mail_invitation(request, found)
            return HTTPSeeOther(request.link("user", _query={"done": "invited", **NO_CLOCK}, id=found.id))
    request.response.status_int = 400
    return {"sent": sent, "without": _left(request)}


def _left(request: Request) -> int:
    """How many are still to be invited, of those of whom the viewer may know."""
    return invitations.count_without_account(request.conn, hidden=hidden(request))


def mail_invitation(request: Request, account: Account) -> None:
    """Write to somebody who is invited, once that is committed."""
    request.enqueue(mail_jobs.invitation, ToAccount(user=account.id))


@view_config(
    route_name="users.invite_all",
    request_method="POST",
    permission=Permission.USER_INVITE,
    query=Nothing,
    confirm=True,
    renderer="accounts/invite_all.html",
)
def invite_all(request: Request) -> Any:
    """Say how many it would be; then have it done in the background."""
    sent = InviteAllForm.sent(request)
    count = sent.form.count if sent.form is not None else None
    left = _left(request)
    if count is None or count != left or not left:
        return {"left": left, "changed": count is not None and count != left}
    args = InviteEveryone.by(request.me, request.origin, count=left)
    request.enqueue(invite_everyone, args, unique=UNIQUE, user=request.me.user)
    return HTTPSeeOther(request.link("me.jobs", NO_CLOCK))


def find_account(request: Request) -> Account | None:
    """The account that an address names; None where there is none, or its owner is hidden from the viewer."""
    found = users.by_id(request.conn, int(request.matchdict["id"]))
    return None if found is None or found.employee_id in hidden(request) else found
