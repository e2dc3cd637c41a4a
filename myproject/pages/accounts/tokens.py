"""Access tokens: one's own, on the account's page; and all of them, for administrators, who make those of services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import roles, tokens, users
from myproject.accounts.errors import AccountError
from myproject.accounts.permissions import ROLES, Role
from myproject.accounts.tokens import TokenRow
from myproject.language.texts import gettext as _
from myproject.pages.accounts.role_words import until_in_words
from myproject.security.permissions import Permission
from myproject.security.scopes import MEANING, Scope
from myproject.web.department_codes import code_of
from myproject.web.forms import Form, Sent
from myproject.web.params import FROM_THE_LIST, Day, Flag, Id, Nothing, Query, Text
from myproject.web.problems import bad_request, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

USUAL_DAYS = 90
"""How long a token works unless somebody says otherwise."""


class TokensQuery(Query):
    """Which tokens, and what has just been done."""

    all: Flag = False
    """Also those that are revoked or have expired."""
    done: Literal["revoked"] | None = None


class TokenForm(Form):
    """What it is for, the last day on which it works, and the department that it is bound to.

    No day: until it is revoked; no department: to none.
    """

    name: Text
    scopes: tuple[Scope, ...] = ()
    until: Day | None = None
    department: Text = ""


class ServiceForm(TokenForm):
    """The same for a service, which has a role."""

    role: Literal["employee", "people_team"]


class RevokeTokenForm(Form):
    """Which token."""

    token: Id


class ShownToken(NamedTuple):
    """A token as pages list it."""

    token: TokenRow
    state: str
    until: str
    """The last day, in words; "" where there is none."""
    role: str
    """Of a service token, in words; "" for personal ones."""
    url: str
    """Of the page of the account that owns it; "" for service tokens."""


def shown(request: Request, found: list[TokenRow]) -> list[ShownToken]:
    """Tokens with what pages tell of them."""
    return [
        ShownToken(
            each,
            each.state(request.now),
            until_in_words(each.expires_at, request.zone) if each.expires_at else "",
            _(ROLES[Role(each.role)].label) if each.role else "",
            request.link("user", _query=NO_CLOCK, id=each.user_id) if each.user_id else "",
        )
        for each in found
    ]


def own_tokens(request: Request) -> list[ShownToken]:
    """One's own tokens that work."""
    return [each for each in shown(request, tokens.rows(request.conn, user=request.me.user)) if each.state == "works"]


def _form(request: Request, sent: Sent[Any], **more: Any) -> dict[str, Any]:
    chosen = request.POST.getall("scopes") if request.method == "POST" else []
    return {
        "sent": sent,
        "scopes": [(scope.value, _(MEANING[scope]), scope.value in chosen) for scope in Scope],
        "name_length": tokens.NAME_LENGTH,
        "made": "",
        **more,
    }


def _empty(request: Request, form: type[Form]) -> Sent[Any]:
    return form.empty(until=(request.today + timedelta(days=USUAL_DAYS)).isoformat())


# --- one's own ----------------------------------------------------------------------------------------------


@view_config(
    route_name="account.tokens",
    request_method="GET",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    renderer="accounts/token_made.html",
)
def token_form(request: Request) -> Any:
    """The form."""
    return _form(request, _empty(request, TokenForm))


@view_config(
    route_name="account.tokens",
    request_method="POST",
    permission=Permission.ACCOUNT_OWN,
    query=Nothing,
    confirm=True,
    renderer="accounts/token_made.html",
)
def make(request: Request) -> Any:
    """Make it, and show it this once."""
    sent = TokenForm.sent(request)
    if sent.form is not None:
        form = sent.form
        account = users.by_id(request.conn, request.me.user)
        assert account is not None
        try:
            made = tokens.create_personal(
                request.db.connection(),
                request.origin,
                account,
                form.name,
                form.scopes,
                **_bounds(request, form),
            )
        except AccountError as error:
            _refuse(sent, error)
        else:
            return _form(request, sent, made=made)
    request.response.status_int = 400
    return _form(request, sent)


def _bounds(request: Request, form: TokenForm) -> dict[str, Any]:
    """Until when and where it is to work. Raises `AccountError`."""
    return {
        "expires_at": roles.expiry(form.until, request.zone),
        "department_code": code_of(request, form.department) if form.department else None,
    }


def _refuse(sent: Sent[Any], error: AccountError) -> None:
    place = {"expires": "until"}.get(error.field or "", error.field or "")
    sent.refuse(place, error.message, error.remedy)


@view_config(
    route_name="account.tokens.revoke", request_method="POST", permission=Permission.ACCOUNT_OWN, query=Nothing
)
def revoke_own(request: Request) -> Any:
    """End one of one's own."""
    found = _chosen(request)
    if found.user_id != request.me.user:
        raise _gone()
    tokens.revoke(request.db.connection(), request.origin, found)
    return HTTPSeeOther(request.link("account", _query={"done": "token", **NO_CLOCK}))


def _chosen(request: Request) -> TokenRow:
    sent = RevokeTokenForm.sent(request)
    if sent.form is None:
        raise bad_request(_("There is no such token."), _(FROM_THE_LIST))
    found = tokens.rows(request.conn, id_=sent.form.token)
    if not found:
        raise _gone()
    return found[0]


def _gone() -> Exception:
    return not_found(_("There is no such token."), _("Reload the list of tokens."))


# --- all ----------------------------------------------------------------------------------------------------


@view_config(
    route_name="tokens",
    request_method="GET",
    permission=Permission.TOKEN_MANAGE,
    query=TokensQuery,
    renderer="accounts/tokens.html",
)
def all_tokens(request: Request) -> Any:
    """Every token: those of services first, then personal ones."""
    query = TokensQuery.of(request)
    found = [each for each in shown(request, tokens.rows(request.conn)) if query.all or each.state == "works"]
    return {
        "services": [each for each in found if each.role],
        "personal": [each for each in found if not each.role],
        "query": query,
    }


@view_config(
    route_name="tokens.new",
    request_method="GET",
    permission=Permission.TOKEN_MANAGE,
    query=Nothing,
    renderer="accounts/token_new.html",
)
def service_form(request: Request) -> Any:
    """The form."""
    return _form(request, _empty(request, ServiceForm), roles=_roles())


def _roles() -> list[tuple[str, str]]:
    return [(role.value, _(ROLES[role].label)) for role in tokens.SERVICE_ROLES]


@view_config(
    route_name="tokens.new",
    request_method="POST",
    permission=Permission.TOKEN_MANAGE,
    query=Nothing,
    confirm=True,
    renderer="accounts/token_new.html",
)
def make_service(request: Request) -> Any:
    """Make it, and show it this once."""
    sent = ServiceForm.sent(request)
    if sent.form is not None:
        form = sent.form
        try:
            made = tokens.create_service(
                request.db.connection(),
                request.origin,
                Role(form.role),
                form.name,
                form.scopes,
                **_bounds(request, form),
            )
        except AccountError as error:
            _refuse(sent, error)
        else:
            return _form(request, sent, roles=_roles(), made=made)
    request.response.status_int = 400
    return _form(request, sent, roles=_roles())


@view_config(
    route_name="tokens.revoke", request_method="POST", permission=Permission.TOKEN_MANAGE, query=Nothing, confirm=True
)
def revoke_any(request: Request) -> Any:
    """End anybody's, or a service's."""
    tokens.revoke(request.db.connection(), request.origin, _chosen(request))
    return HTTPSeeOther(request.link("tokens", _query={"done": "revoked", **NO_CLOCK}))
