"""Who has which role: the list, granting, revoking."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from myproject.accounts import roles, users
from myproject.accounts.roles import Grant, Role
from myproject.accounts.users import Account, AccountError
from myproject.directory import people
from myproject.directory.search.question import BadQuestion
from myproject.directory.search.suggest import suggest
from myproject.pages.department_codes import code_of, tree_of_today
from myproject.pages.forms import Form, Sent
from myproject.pages.role_words import MEANING, ROLES, held, hidden
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.web.params import Day, Id, Nothing, Query, Text
from myproject.web.problems import bad_request, forbidden, not_found

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
    role: Literal["", "editor", "people_team", "administrator"] = ""
    department: Text = ""


class GrantForm(Form):
    """Which role, to whom, until when. `until` is the last day."""

    who: Text
    role: Literal["editor", "people_team", "administrator"]
    department: Text = ""
    until: Day | None = None


class RevokeForm(Form):
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
    renderer="roles/roles.html",
)
def all_roles(request: Request) -> Any:
    """Every role that is granted, by role."""
    query = RolesQuery.of(request)
    found = held(request, roles.grants(request.conn))
    mine = roles.may_grant(request.me.roles)
    order = (Role.ADMINISTRATOR, Role.PEOPLE_TEAM, Role.EDITOR)
    above = {each.grant.user_id for each in found if each.grant.role == Role.ADMINISTRATOR and not each.expired}
    mayn_t = set() if Role.ADMINISTRATOR in request.me.roles else above
    return {
        "groups": [
            (role.value, ROLES[role], MEANING[role], role in mine, [each for each in found if each.grant.role == role])
            for role in order
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
    renderer="roles/grant.html",
)
def grant_form(request: Request) -> Any:
    """The form."""
    asked = GrantQuery.of(request)
    return _page(request, GrantForm.empty(who=asked.who, role=asked.role, department=asked.department))


def _page(request: Request, sent: Sent[GrantForm], candidates: list[Candidate] | None = None) -> dict[str, Any]:
    tree = tree_of_today(request)
    may = roles.may_grant(request.me.roles)
    few = len(tree) <= MOST_CHOICES
    return {
        "sent": sent,
        "roles": [
            (role.value, ROLES[role]) for role in (Role.EDITOR, Role.PEOPLE_TEAM, Role.ADMINISTRATOR) if role in may
        ],
        "meaning": {role.value: MEANING[role] for role in may},
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
    renderer="roles/grant.html",
)
def grant(request: Request) -> Any:
    """Grant the role."""
    sent = GrantForm.sent(request)
    candidates: list[Candidate] = []
    if sent.form is not None:
        form, role = sent.form, Role(sent.form.role)
        try:
            if role not in roles.may_grant(request.me.roles):
                raise AccountError("You can't grant this role.", "Ask an administrator.", field="role")  # noqa: TRY301
            code = code_of(request, form.department) if role is Role.EDITOR and form.department else None
            account = _who(request, form.who)
            if not roles.may_manage(request.me.roles, roles.held_by(request.read, account.id, request.now)):
                raise AccountError(  # noqa: TRY301
                    f"{account.name} is an administrator.", "Only administrators change what they may do.", field="who"
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
    return HTTPSeeOther(request.link("roles", _query={"done": done, "who": who, "as_of": None, "known_at": None}))


class _Several(AccountError):
    """Several people are called that."""

    def __init__(self, text: str, candidates: list[Candidate]) -> None:
        super().__init__(f"Several people fit “{text}”.", "Choose one of them.", field="who")
        self.candidates = candidates


def _who(request: Request, text: str) -> Account:
    """The account meant by a mail address, an employee number or a name. Raises `AccountError`."""
    conn = request.read
    account = users.by_email(conn, text) if "@" in text else None
    if account is not None and account.employee_id in hidden(request):
        account = None
    if account is None:
        account = _of_person(request, text)
    if account.disabled_at:
        raise AccountError(f"{account.email} is disabled.", "Enable the account first.", field="who")
    return account


def _of_person(request: Request, text: str) -> Account:
    conn = request.read
    try:
        hits = suggest(conn, request.today_clock, request.viewer, text, MOST_PEOPLE).people
    except BadQuestion as error:
        raise AccountError(error.message, "Give a mail address, or a part of a name.", field="who") from None
    found = people.some(conn, request.today_clock, request.viewer, [hit.employee_id for hit in hits])
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
                        part
                        for part in (person.job_title, person.department and person.department.name, account.email)
                        if part
                    ),
                )
                for person, account in with_account
            ],
        )
    if found:
        several = len(found) > 1
        message = f"Nobody who fits “{text}” has an account yet." if several else f"{found[0].name} has no account yet."
        raise AccountError(message, "Invite them first.", field="who")
    raise AccountError(
        f"Nobody with an account fits “{text}”.", "Give a mail address or a name; invite who has none.", field="who"
    )


# --- revoking -----------------------------------------------------------------------------------------------


@view_config(
    route_name="roles.revoke", request_method="POST", permission=Permission.ROLE_GRANT, query=Nothing, confirm=True
)
def revoke(request: Request) -> Any:
    """Take a role back, at once."""
    sent = RevokeForm.sent(request)
    if sent.form is None:
        raise bad_request("That is no role.", "Choose one of the list.")
    conn = request.db.connection()
    found = roles.grants(conn, id_=sent.form.grant)
    account = users.by_id(conn, found[0].user_id) if found else None
    if account is None or account.employee_id in hidden(request):
        raise not_found("That role has been taken back already.", "Look at the list again.")
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
    if Role(given.role) not in roles.may_grant(mine) or not roles.may_manage(mine, held_now):
        raise forbidden("You can't take this role back.", "Ask an administrator.")
