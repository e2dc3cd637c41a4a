"""One's own account: where one is signed in, another password, another mail address."""

from __future__ import annotations

from typing import Any, Literal

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED

from myproject.accounts import links, mail_jobs, roles, sessions, sign_in, throttle, users
from myproject.accounts.audit import Event, record
from myproject.accounts.errors import AccountError
from myproject.accounts.links import Purpose
from myproject.accounts.mail_jobs import NewEmail
from myproject.accounts.permissions import ROLES
from myproject.accounts.throttle import Throttled
from myproject.accounts.users import Account
from myproject.language.formats import language_name
from myproject.language.texts import gettext as _
from myproject.language.texts import marked, ngettext
from myproject.pages.accounts.confirm import is_fresh
from myproject.pages.accounts.devices import device
from myproject.pages.accounts.password_tries import proved, too_often
from myproject.pages.accounts.passwords import ChosenForm, hashed_password, keep_password, least
from myproject.pages.accounts.role_words import held
from myproject.pages.accounts.sign_in import sign_out, signed_in, used_up
from myproject.pages.accounts.tokens import own_tokens
from myproject.security.headers import SECRET_ADDRESS
from myproject.security.permissions import Permission
from myproject.web.forms import Form, Secret
from myproject.web.params import FROM_THE_LIST, Id, Nothing, Query, Text
from myproject.web.problems import bad_request
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

_DONE = {
    "password": marked("Your password was changed. Every other browser was signed out."),
    "session": marked("That browser was signed out."),
    "sessions": marked("Every other browser was signed out."),
    "asked": marked("If that address can be used, an email is on its way to it. Open its link to confirm the address."),
    "token": marked("The token is revoked and no longer works."),
    "language": marked("Pages and emails are in this language from now on."),
    "email": marked("You sign in with the new address from now on."),
}


class AccountQuery(Query):
    """What has just been done."""

    done: Literal["password", "session", "sessions", "asked", "email", "language", "token"] | None = None


class PasswordForm(Form):
    """Another password."""

    current_password: Secret
    new_password: Secret


class EmailForm(Form):
    """Another mail address."""

    email: Text


class LanguageForm(Form):
    """The language of pages and mails."""

    language: Text = ""


class SessionForm(Form):
    """Which session to end; none: all but this one."""

    session: Id | None = None


def _own(request: Request) -> Account:
    account = users.by_id(request.conn, request.me.user)
    assert account is not None
    return account


def _back(request: Request, done: str) -> HTTPSeeOther:
    return HTTPSeeOther(request.link("account", _query={**NO_CLOCK, "done": done}))


@view_config(
    route_name="account",
    request_method="GET",
    permission=Permission.ACCOUNT_OWN,
    query=AccountQuery,
    renderer="accounts/account.html",
)
def account(request: Request) -> Any:
    """How one signs in, what one may do, where one is signed in."""
    done = AccountQuery.of(request).done
    found = sessions.of_user(request.conn, request.me.user, request.registry.session_limits, request.now)
    return {
        "account": _own(request),
        "held": [each for each in held(request, roles.grants(request.conn, user=request.me.user)) if not each.expired],
        "meaning": {role.value: _(info.meaning) for role, info in ROLES.items()},
        "sessions": [(each, device(each.user_agent), each.id == request.me.session) for each in found],
        "tokens": own_tokens(request),
        "languages": [(code, language_name(code)) for code in request.settings["pages.languages"]],
        "done": _(_DONE[done]) if done else "",
    }


@view_config(route_name="account.language", request_method="POST", permission=Permission.ACCOUNT_OWN, query=Nothing)
def choose_language(request: Request) -> Any:
    """Choose the language of pages and mails, or leave it to the browser."""
    sent = LanguageForm.sent(request)
    chosen = sent.form.language if sent.form else None
    if chosen is None or (chosen and chosen not in request.settings["pages.languages"]):
        raise bad_request(_("That language is not available."), _(FROM_THE_LIST))
    users.choose_language(request.db.connection(), request.me.user, chosen or None)
    return _back(request, "language")


@view_config(route_name="account.sessions", request_method="POST", permission=Permission.ACCOUNT_OWN, query=Nothing)
def end_sessions(request: Request) -> Any:
    """Sign out one browser, or all but this one."""
    sent = SessionForm.sent(request)
    if sent.form is None:
        raise bad_request(_("There is no such session."), _(FROM_THE_LIST))
    me, which = request.me, sent.form.session
    if which is not None and which == me.session:
        return sign_out(request)
    conn = request.db.connection()
    if which is None:
        sessions.end_all(conn, request.origin, me.user, but=me.session)
        return _back(request, "sessions")
    # One that has ended meanwhile is as good as ended.
    sessions.end(conn, request.origin, me.user, which)
    return _back(request, "session")


# --- password -----------------------------------------------------------------------------------------------


@view_config(
    route_name="account.password",
    request_method="GET",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    renderer="accounts/password.html",
)
def password_form(request: Request) -> Any:
    """The form."""
    return {"sent": PasswordForm.empty(), "account": _own(request), "least": least(request)}


@view_config(
    route_name="account.password",
    request_method="POST",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    renderer="accounts/password.html",
)
def change_password(request: Request) -> Any:
    """Prove the old one, keep the new one; every session ends and this browser gets a new one."""
    own = _own(request)
    if own.password_hash is None:
        return _choose_first(request, own)
    sent = PasswordForm.sent(request)
    page = {"sent": sent, "account": own, "least": least(request)}
    if sent.form is None:
        request.response.status_int = 400
        return page
    current = sent.form.current_password
    remedy = _("Try again, or have a link sent to your email address.")
    if not proved(request, sent, "current_password", current, own.email, remedy):
        return page
    hashed = hashed_password(request, own, sent)
    if hashed is None:
        return page
    return _kept(request, own, hashed)


def _choose_first(request: Request, own: Account) -> Any:
    """Keep a first password, where a link has proved shortly before who it is: there is no old one to prove it."""
    sent = ChosenForm.sent(request)
    hashed = None
    if not is_fresh(request):
        request.response.status_int = 403
        minutes = request.settings["session.confirm_minutes"]
        message = ngettext(
            "You signed in with a link more than %(num)s minute ago.",
            "You signed in with a link more than %(num)s minutes ago.",
            minutes,
        )
        sent.refuse("", message, _("Sign in with a new link and choose a password right away."))
    else:
        hashed = hashed_password(request, own, sent)
    if hashed is None:
        return {"sent": sent, "account": own, "least": least(request)}
    return _kept(request, own, hashed)


def _kept(request: Request, own: Account, hashed: str) -> Any:
    keep_password(request, own, hashed, Event.PASSWORD_CHANGED)
    return signed_in(
        request,
        own,
        how="password change",
        onward=request.link("account", _query={**NO_CLOCK, "done": "password"}),
    )


# --- mail address -------------------------------------------------------------------------------------------


@view_config(
    route_name="account.email",
    request_method="GET",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    renderer="accounts/email.html",
)
def email_form(request: Request) -> Any:
    """The form."""
    return {"sent": EmailForm.empty(), "account": _own(request)}


@view_config(
    route_name="account.email",
    request_method="POST",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    confirm=True,
    renderer="accounts/email.html",
)
def ask_for_email(request: Request) -> Any:
    """Write to the new address with a link, and to the old one with a notice. Whether it is taken is not said."""
    sent = EmailForm.sent(request)
    own = _own(request)
    email = ""
    if sent.form is not None:
        try:
            email = users.clean_email(sent.form.email)
        except AccountError as error:
            sent.refuse("email", error.message, error.remedy)
        if email == own.email:
            sent.refuse("email", _("This is already your address."), _("Enter another one."))
    if sent.form is None:
        request.response.status_int = 400
        return {"sent": sent, "account": own}
    try:
        throttle.try_once(request.engines, sign_in.email_limits(own.id), request.now)
    except Throttled as refused:
        too_often(request, sent, refused)
        return {"sent": sent, "account": own}
    conn = request.db.connection()
    record(conn, request.origin, Event.EMAIL_ASKED, user=own.id, target=own.email, details={"new": email})
    wanted = NewEmail(user=own.id, email=email)
    request.enqueue(mail_jobs.email_confirmation, wanted)
    request.enqueue(mail_jobs.email_changing, wanted)
    return _back(request, "asked")


@view_config(
    route_name="account.email.link",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/email_confirm.html",
)
def email_link_form(request: Request) -> Any:
    """What the link does, with a button. Looking at it does not use it up."""
    request.response.headers.update([SECRET_ADDRESS])
    found = links.look(request.conn, Purpose.EMAIL, request.matchdict["token"], request.now)
    if found is None:
        raise used_up()
    return {"account": found.account, "email": found.new_email}


@view_config(route_name="account.email.link", request_method="POST", permission=NO_PERMISSION_REQUIRED, query=Nothing)
def confirm_email(request: Request) -> Any:
    """Use the link up: it proves that the address is theirs, whoever is signed in here."""
    conn = request.db.connection()
    found = links.use(conn, Purpose.EMAIL, request.matchdict["token"], request.now)
    if found is None or found.new_email is None:
        raise used_up()
    try:
        users.change_email(conn, request.origin.named(found.account.email), found.account, found.new_email)
    except AccountError:
        raise used_up() from None
    if request.identity is not None and request.identity.user == found.account.id:
        return _back(request, "email")
    return HTTPSeeOther(request.link("sign_in", _query=NO_CLOCK))
