"""Who has which role: the list, granting, revoking."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import roles, users
from myproject.accounts.errors import AccountError
from myproject.accounts.permissions import GRANTED, ROLES, Role, may_grant
from myproject.accounts.roles import Grant
from myproject.accounts.users import Account
from myproject.directory.people import people_list
from myproject.directory.search.search_text import BadSearchText
from myproject.directory.search.suggest import suggest
from myproject.language.texts import gettext as _
from myproject.pages.accounts.role_words import held, hidden
from myproject.pages.people.values import SEVERAL_PEOPLE
from myproject.security.permissions import Permission
from myproject.web.department_codes import code_of, tree_of_today
from myproject.web.forms import Form, Sent
from myproject.web.params import FROM_THE_LIST, Day, Id, Nothing, Query, Text
from myproject.web.problems import bad_request, forbidden, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

MOST_CHOICES = 500
"""Departments that a select offers; of more the name is typed."""
MOST_PEOPLE = 8
"""People who are offered where a name fits several."""


class RolesQuery(Query):
    """What has just been done, to whom."""

    done: Literal["granted", "revoked"] | None = None
    who: Text = ""


class GrantQuery(Query):
    """What the form begins with."""

    who: Text = ""
    role: Role | Literal[""] = ""
    department: Text = ""


class GrantForm(Form):
    """Which role, to whom, until when. `until` is the last day."""

    who: Text
    role: Role
    department: Text = ""
    until: Day | None = None


class RevokeRoleForm(Form):
    """Which grant."""

    grant: Id


class Candidate(NamedTuple):
    """Somebody who may be meant."""

    value: str
    name: str
    detail: str


@view_config(
    route_name="roles",
    request_method="GET",
    permission=Permission.ROLE_GRANT,
    query=RolesQuery,
    renderer="accounts/roles.html",
)
def all_roles(request: Request) -> Any:
    """Every role that is granted, by role."""
    query = RolesQuery.of(request)
    found = held(request, roles.grants(request.conn))
    mine = may_grant(request.me.roles)
    above = {each.grant.user_id for each in found if each.grant.role == Role.ADMINISTRATOR and not each.expired}
    mayn_t = set() if Role.ADMINISTRATOR in request.me.roles else above
    return {
        "groups": [
            (role.value, ROLES[role], role in mine, [each for each in found if each.grant.role == role])
            for role in GRANTED
        ],
        "untouchable": mayn_t,
        "done": query.done,
        "who": query.who,
    }


# --- granting -----------------------------------------------------------------------------------------------


@view_config(
    route_name="roles.grant",
    request_method="GET",
    permission=Permission.ROLE_GRANT,
    query=GrantQuery,
    renderer="accounts/grant.html",
)
def grant_form(request: Request) -> Any:
    """The form."""
    asked = GrantQuery.of(request)
    return _page(request, GrantForm.empty(who=asked.who, role=asked.role, department=asked.department))


def _page(request: Request, sent: Sent[GrantForm], candidates: list[Candidate] | None = None) -> dict[str, Any]:
    tree = tree_of_today(request)
    may = may_grant(request.me.roles)
    few = len(tree) <= MOST_CHOICES
    return {
        "sent": sent,
        "roles": [(role.value, _(ROLES[role].label)) for role in reversed(GRANTED) if role in may],
        "meaning": {role.value: _(ROLES[role].meaning) for role in may},
        "departments": [(node.code, " / ".join(each.name for each in tree.path_of(node.id))) for node in tree]
        if few
        else None,
        "candidates": candidates or [],
    }


@view_config(
    route_name="roles.grant",
    request_method="POST",
    permission=Permission.ROLE_GRANT,
    query=Nothing,
    confirm=True,
    renderer="accounts/grant.html",
)
def grant(request: Request) -> Any:
    """Grant the role."""
    sent = GrantForm.sent(request)
    candidates: list[Candidate] = []
    if sent.form is not None:
        form, role = sent.form, sent.form.role
        try:
            if role not in may_grant(request.me.roles):
                raise AccountError(  # noqa: TRY301
                    _("You can't grant this role."), _("Ask an administrator."), field="role"
                )
            code = code_of(request, form.department) if ROLES[role].for_department and form.department else None
            account = _who(request, form.who)
            if not roles.may_manage(request.me.roles, roles.held_by(request.read, account.id, request.now)):
                raise AccountError(  # noqa: TRY301
                    _("%(name)s is an administrator.", name=account.name),
                    _("Only administrators can change the roles of administrators."),
                    field="who",
                )
            roles.grant(
                request.db.connection(),
                request.origin,
                account,
                role,
                department_code=code,
                expires_at=roles.expiry(form.until, request.zone),
            )
        except AccountError as error:
            sent.refuse(error.field or "", error.message, error.remedy)
            candidates = getattr(error, "candidates", [])
        else:
            return _back(request, "granted", account.name)
    request.response.status_int = 400
    return _page(request, sent, candidates)


def _back(request: Request, done: str, who: str) -> HTTPSeeOther:
    return HTTPSeeOther(request.link("roles", _query={**NO_CLOCK, "done": done, "who": who}))


class _Several(AccountError):
    """Several people are called that."""

    def __init__(self, text: str, candidates: list[Candidate]) -> None:
        super().__init__(_(SEVERAL_PEOPLE, text=text), _("Choose one of them."), field="who")
        self.candidates = candidates


def _who(request: Request, text: str) -> Account:
    """The account meant by a mail address, an employee number or a name. Raises `AccountError`."""
    conn = request.read
    account = users.by_email(conn, text) if "@" in text else None
    if account is not None and account.employee_id in hidden(request):
        account = None
    if account is None:
        account = _of_person(request, text)
    users.refuse_disabled(account, "who")
    return account


def _of_person(request: Request, text: str) -> Account:
    conn = request.read
    try:
        hits = suggest(conn, request.today_clock, request.viewer, text, MOST_PEOPLE).people
    except BadSearchText as error:
        raise AccountError(error.message, _("Enter an email address or a part of a name."), field="who") from None
    page = people_list.some(conn, request.today_clock, request.viewer, [hit.employee_id for hit in hits])
    found = page.people
    owned = [(person, users.of_employee(conn, person.id)) for person in found]
    with_account = [(person, account) for person, account in owned if account is not None]
    if len(with_account) == 1 and len(found) == 1:
        return with_account[0][1]
    if with_account:
        raise _Several(
            text,
            [
                Candidate(
                    account.email,
                    person.name,
                    " · ".join(
                        part for part in (person.job_title, page.department_name(person), account.email) if part
                    ),
                )
                for person, account in with_account
            ],
        )
    if found:
        several = len(found) > 1
        message = (
            _("No one who matches “%(text)s” has an account yet.", text=text)
            if several
            else _("%(name)s has no account yet.", name=found[0].name)
        )
        raise AccountError(message, _("Invite them first."), field="who")
    raise AccountError(
        _("No one with an account matches “%(text)s”.", text=text),
        _("Enter an email address or a name, or invite the person first."),
        field="who",
    )


# --- revoking -----------------------------------------------------------------------------------------------


@view_config(
    route_name="roles.revoke", request_method="POST", permission=Permission.ROLE_GRANT, query=Nothing, confirm=True
)
def revoke(request: Request) -> Any:
    """Take a role back, at once."""
    sent = RevokeRoleForm.sent(request)
    if sent.form is None:
        raise bad_request(_("There is no such role."), _(FROM_THE_LIST))
    conn = request.db.connection()
    found = roles.grants(conn, id_=sent.form.grant)
    account = users.by_id(conn, found[0].user_id) if found else None
    if account is None or account.employee_id in hidden(request):
        raise not_found(_("That role was revoked already."), _("Reload the list of roles."))
    given = found[0]
    _may_revoke(request, given, account)
    try:
        roles.revoke(conn, request.origin, account, Role(given.role), department_code=given.department_code)
    except AccountError as error:
        raise bad_request(error.message, error.remedy) from None
    return _back(request, "revoked", account.name)


def _may_revoke(request: Request, given: Grant, account: Account) -> None:
    mine = request.me.roles
    held_now = roles.held_by(request.conn, account.id, request.now)
    if Role(given.role) not in may_grant(mine) or not roles.may_manage(mine, held_now):
        raise forbidden(_("You can't revoke this role."), _("Ask an administrator."))
