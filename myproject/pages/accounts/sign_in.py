"""Signing in and out: by password, or by a single-use link. Nothing here says whether an account exists."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from myproject.accounts import links, sessions, sign_in, users
from myproject.accounts.audit import Event
from myproject.accounts.links import Purpose
from myproject.accounts.sign_in import WrongCredentials
from myproject.accounts.throttle import Throttled
from myproject.accounts.users import Account
from myproject.language.texts import gettext as _
from myproject.pages.accounts.password_tries import rules, too_often
from myproject.security.addresses import safe_next
from myproject.security.cookies import SESSION, set_cookie_header
from myproject.security.headers import CLEAR_SITE_DATA, SECRET_ADDRESS
from myproject.security.permissions import Permission
from myproject.web.forms import Form, Secret
from myproject.web.params import Nothing, Query, Text
from myproject.web.problems import not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config


class NextQuery(Query):
    """Where to go when it is done."""

    next: Text = ""


class SignInForm(Form):
    """What one signs in with."""

    email: Text
    password: Secret
    next: Text = ""


@view_config(
    route_name="sign_in",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=NextQuery,
    renderer="accounts/sign_in.html",
)
def form(request: Request) -> Any:
    """The form; who is signed in already goes on."""
    asked = NextQuery.of(request).next
    if request.identity is not None:
        return HTTPSeeOther(_onward(request, asked))
    return {"sent": SignInForm.empty(next=asked)}


@view_config(
    route_name="sign_in",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/sign_in.html",
)
def by_password(request: Request) -> Any:
    """Prove the password, begin a session."""
    sent = SignInForm.sent(request)
    if sent.form is None:
        request.response.status_int = 400
        return {"sent": sent}
    given = sent.form
    try:
        account = sign_in.prove(
            request.engines, request.origin, given.email, given.password, rules(request), request.today
        )
    except WrongCredentials:
        request.response.status_int = 403
        sent.refuse("", _("The email address or the password is wrong."), _("Check both and try again."))
    except Throttled as refused:
        too_often(request, sent, refused, reset=True)
    else:
        return signed_in(request, account, how="password", onward=given.next)
    return {"sent": sent}


def signed_in(request: Request, account: Account, *, how: str, onward: str = "") -> Response:
    """Begin a new session, whichever the browser had before is over; on to where one wanted to go."""
    conn = request.db.connection()
    before = request.identity
    if before is not None and before.session is not None:
        sessions.end(conn, request.origin, before.user, before.session, event=Event.SIGNED_OUT)
    limits = request.registry.session_limits
    sessions.forget_old(conn, limits, request.now)
    token = sign_in.begin(conn, request.origin, account, user_agent=request.user_agent or "", how=how)
    response = HTTPSeeOther(_onward(request, onward))
    response.headerlist.append(set_cookie_header(request.settings, SESSION, token, max_age=limits.absolute))
    return response


def _onward(request: Request, asked: str) -> str:
    return safe_next(asked) or request.link("home", _query=NO_CLOCK)


@view_config(route_name="sign_out", request_method="POST", permission=NO_PERMISSION_REQUIRED, query=Nothing)
def sign_out(request: Request) -> Response:
    """End the session here and in the database; the browser forgets what it kept of us."""
    identity = request.identity
    if identity is not None and identity.session is not None:
        conn = request.db.connection()
        sessions.end(conn, request.origin, identity.user, identity.session, event=Event.SIGNED_OUT)
    response = HTTPSeeOther(request.link("sign_in", _query=NO_CLOCK))
    response.headerlist += [set_cookie_header(request.settings, SESSION, ""), CLEAR_SITE_DATA]
    return response


# --- by link ------------------------------------------------------------------------------------------------


@view_config(
    route_name="sign_in.link",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/sign_in_link.html",
)
def link_form(request: Request) -> Any:
    """Whose link it is, with a button. Looking at it does not use it up: mail programs open links by themselves."""
    found = links.look(request.conn, Purpose.SIGN_IN, request.matchdict["token"], request.now)
    if found is None:
        raise used_up()
    request.response.headers.update([SECRET_ADDRESS])
    return {"account": found.account}


@view_config(route_name="sign_in.link", request_method="POST", permission=NO_PERMISSION_REQUIRED, query=Nothing)
def by_link(request: Request) -> Any:
    """Use the link up, begin a session."""
    conn = request.db.connection()
    found = links.use(conn, Purpose.SIGN_IN, request.matchdict["token"], request.now)
    if found is None or not may_sign_in(request, found.account):
        raise used_up()
    return signed_in(request, found.account, how="link")


def may_sign_in(request: Request, account: Account) -> bool:
    """Whether it is an account that nobody's employment hangs on, or one of somebody who works here today."""
    return account.employee_id is None or users.is_employed(request.conn, account.employee_id, request.today)


def used_up() -> Exception:
    """What there is at the address of a link that is no good: a 404 to raise."""
    return not_found(_("This link has been used already, or it has expired."), _("Ask for a new one."))


# --- as somebody else ---------------------------------------------------------------------------------------


class ViewAsForm(Form):
    """As whom to look; nothing is as oneself."""

    whom: Text = ""
    next: Text = ""


@view_config(route_name="view_as", request_method="POST", permission=Permission.VIEW_AS, query=Nothing)
def view_as(request: Request) -> Any:
    """Look as somebody with fewer rights, read only, until one stops; it is in the audit log."""
    from myproject.accounts.identity import may_view_as

    sent = ViewAsForm.sent(request)
    whom = sent.form.whom if sent.form else ""
    me = request.me
    if whom and (me.view_as or whom not in may_view_as(me)):
        from myproject.web.problems import forbidden

        raise forbidden(_("You can't view the directory that way."), _("Choose from the menu under your name."))
    sessions.view_as(request.db.connection(), request.origin, me, whom or None)
    return HTTPSeeOther(_onward(request, sent.form.next if sent.form else ""))
