"""The accounts of the organisation: the list, and inviting people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import invitations, mail_jobs, roles, users
from myproject.accounts.errors import AccountError
from myproject.accounts.mail_jobs import ToAccount
from myproject.accounts.users import Account
from myproject.language.formats import day_text
from myproject.pages.accounts.role_words import held, hidden, short
from myproject.security.permissions import Permission
from myproject.web.forms import Form
from myproject.web.params import Count, Nothing, Query, Text
from myproject.web.request import Request
from myproject.web.views import view_config

ROWS = 50
"""Accounts on a page."""
AT_ONCE = 200
"""Invitations per step: each step is one write, which others wait for."""

State = Literal["", "active", "invited", "disabled"]


class UsersQuery(Query):
    """The parameters of the list. `after`: the mail address of the last account of the page before."""

    q: Text = ""
    state: State = ""
    after: Text = ""
    invited: Count | None = None
    """How many have just been invited."""


class InviteForm(Form):
    """Whom to invite."""

    email: Text
    employee: Text = ""


class InviteAllForm(Form):
    """How far inviting everyone has come: `count` is how many were seen and agreed to."""

    count: Count | None = None
    after: Count = 0
    done: Count = 0
    skipped: Count = 0


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
            return HTTPSeeOther(request.link("user", _query={"done": "invited", **_NOW}, id=found.id))
    request.response.status_int = 400
    return {"sent": sent, "without": _left(request)}


def _left(request: Request, after: int = 0) -> int:
    """How many are still to be invited, of those of whom the viewer may know."""
    return invitations.count_without_account(request.conn, after, hidden=hidden(request))


_NOW: dict[str, Any] = {"as_of": None, "known_at": None}


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
    """Say how many it would be; then, step by step, write to them."""
    sent = InviteAllForm.sent(request)
    form = sent.form or InviteAllForm()
    conn = request.db.connection()
    left = _left(request, form.after)
    progress = {"done": form.done, "skipped": form.skipped, "after": form.after}
    if form.count is None or form.count != left:
        return {**progress, "left": left, "changed": form.count is not None, "step": min(left, AT_ONCE)}
    done = invitations.invite_everyone(conn, request.origin, after=form.after, limit=AT_ONCE, hidden=hidden(request))
    for each in done.invited:
        mail_invitation(request, each)
    left = _left(request, done.last)
    progress = {
        "done": form.done + len(done.invited),
        "skipped": form.skipped + done.skipped,
        "after": done.last,
    }
    if left:
        return {**progress, "left": left, "changed": False, "step": min(left, AT_ONCE)}
    return HTTPSeeOther(request.link("users", _query={"invited": progress["done"], "state": "invited", **_NOW}))


def find_account(request: Request) -> Account | None:
    """The account that an address names; None where there is none, or its owner is hidden from the viewer."""
    found = users.by_id(request.conn, int(request.matchdict["id"]))
    return None if found is None or found.employee_id in hidden(request) else found
