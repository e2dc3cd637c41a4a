"""Choosing a password by a link from a mail: after an invitation, or because the old one is forgotten.

Asking for a link gives the same answer, in the same time, whether or not there is an account: a job looks for it, after
the answer.
"""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED

from myproject.accounts import links, mail_jobs, sign_in, throttle, users
from myproject.accounts.audit import Event
from myproject.accounts.errors import AccountError
from myproject.accounts.links import Purpose
from myproject.accounts.mail_jobs import Forgotten, ToAccount
from myproject.accounts.passwords import WeakPassword
from myproject.accounts.throttle import Throttled
from myproject.accounts.users import Account
from myproject.language.texts import gettext as _
from myproject.pages.accounts.password_tries import too_often
from myproject.pages.accounts.sign_in import may_sign_in, signed_in, used_up
from myproject.security.headers import SECRET_ADDRESS
from myproject.web.forms import Form, Secret, Sent
from myproject.web.params import Flag, Nothing, Query, Text
from myproject.web.problems import not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config


class ForgottenQuery(Query):
    """Whether a link has just been asked for."""

    sent: Flag = False


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email: Text


class ChosenForm(Form):
    """The password that was chosen."""

    new_password: Secret


@view_config(
    route_name="forgot",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=ForgottenQuery,
    renderer="accounts/forgot.html",
)
def forgotten_form(request: Request) -> Any:
    """The form, and after it what happens next."""
    known = request.identity.email if request.identity else ""
    return {"sent": ForgottenForm.empty(email=known), "done": ForgottenQuery.of(request).sent}


@view_config(
    route_name="forgot",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/forgot.html",
)
def forgotten(request: Request) -> Any:
    """Send a link, if there is somebody to send it to."""
    sent = ForgottenForm.sent(request)
    email = ""
    try:
        email = users.clean_email(sent.form.email) if sent.form else ""
    except AccountError as error:
        sent.refuse("email", error.message, error.remedy)
    if sent.form is None:
        request.response.status_int = 400
        return {"sent": sent, "done": False}
    account_limit, address_limit = sign_in.reset_limits(email, throttle.network_of(request.origin.address or ""))
    try:
        throttle.try_once(request.engines, [address_limit], request.now)
    except Throttled as refused:
        too_often(request, sent, refused)
        return {"sent": sent, "done": False}
    try:
        throttle.try_once(request.engines, [account_limit], request.now)
    except Throttled:
        pass  # Enough has been sent to it; whoever asks is told the same.
    else:
        asked = Forgotten(email=email, address=request.origin.address, request_id=request.origin.request_id)
        request.enqueue(mail_jobs.password_forgotten, asked)
    return HTTPSeeOther(request.link("forgot", _query={**NO_CLOCK, "sent": 1}))


# --- by link ------------------------------------------------------------------------------------------------

_PURPOSES = {"reset": Purpose.RESET, "invitation": Purpose.INVITE}


@view_config(
    route_name="reset",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/choose_password.html",
)
@view_config(
    route_name="invitation",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/choose_password.html",
)
def choose_form(request: Request) -> Any:
    """The form. Looking at it does not use the link up: mail programs open links by themselves."""
    return _page(request, _account(request), ChosenForm.empty())


@view_config(
    route_name="reset",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/choose_password.html",
)
@view_config(
    route_name="invitation",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    query=Nothing,
    renderer="accounts/choose_password.html",
)
def choose(request: Request) -> Any:
    """Use the link up, keep the password, end every session, begin a new one here."""
    account = _account(request)
    sent = ChosenForm.sent(request)
    hashed = hashed_password(request, account, sent)
    if hashed is None:
        return _page(request, account, sent)
    conn = request.db.connection()
    purpose = _PURPOSES[request.matched_route.name]
    found = links.use(conn, purpose, request.matchdict["token"], request.now)
    if found is None:
        raise used_up()
    keep_password(request, found.account, hashed, Event.PASSWORD_RESET)
    return signed_in(request, found.account, how=purpose.value)


def _account(request: Request) -> Account:
    """Whose link it is. Raises a 404 for one that is no good today."""
    request.response.headers.update([SECRET_ADDRESS])
    purpose = _PURPOSES[request.matched_route.name]
    found = links.look(request.read, purpose, request.matchdict["token"], request.now)
    if found is None:
        raise used_up()
    if not may_sign_in(request, found.account):
        raise not_found(
            _("This account can't be used today."), _("It works from the first to the last day of an employment.")
        )
    return found.account


def _page(request: Request, account: Account, sent: Sent[ChosenForm]) -> dict[str, Any]:
    return {"sent": sent, "account": account, "first": account.password_hash is None, "least": least(request)}


def least(request: Request) -> int:
    """How many characters a password has at least."""
    number: int = request.settings["password.min_length"]
    return number


def hashed_password(request: Request, account: Account, sent: Sent[Any]) -> str | None:
    """The hash of the form's `new_password`, made while no write is open (50 ms); None with the reason in the form."""
    if sent.form is not None:
        try:
            return sign_in.choose_password(
                account,
                sent.form.new_password,
                least=least(request),
                organisation=request.settings["organisation.name"],
            )
        except WeakPassword as weak:
            sent.refuse("new_password", str(weak))
    request.response.status_int = 400
    return None


def keep_password(request: Request, account: Account, hashed: str, event: Event) -> None:
    """Keep it: every session ends, and the owner gets a notice."""
    origin = request.origin.named(account.email)
    users.set_password(request.db.connection(), origin, account, hashed, event)
    request.enqueue(mail_jobs.password_changed, ToAccount(user=account.id))
