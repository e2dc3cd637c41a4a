"""Who may do what: every permission, and who has it. This is the whole of it.

A name reads ``thing:action``. What an audience opens (`myproject.directory.audience`) is a question of its own.
"""

from __future__ import annotations

from enum import StrEnum

from myproject.accounts.roles import Role


class Permission(StrEnum):
    """Something that a view lets one do."""

    ACCOUNT_OWN = "account:own"
    AUDIT_READ = "audit:read"
    CARD_EDIT = "card:edit"
    CHANGES_READ = "changes:read"
    CHANGES_UNDO = "changes:undo"
    DEPARTMENT_EDIT = "department:edit"
    DIRECTORY_EXPORT = "directory:export"
    DIRECTORY_READ = "directory:read"
    EMPLOYEE_CHANGE = "employee:change"
    INBOX_HANDLE = "inbox:handle"
    LOCATION_CHANGE = "location:change"
    PERSON_HIDE = "person:hide"
    REPORT_SEND = "report:send"
    ROLE_GRANT = "role:grant"
    SPECIFICATION_READ = "specification:read"
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - a name, no token
    USER_INVITE = "user:invite"
    USER_MANAGE = "user:manage"
    VIEW_AS = "view:as"


P = Permission

#: What a view asks for that names no permission of its own. Views that write must name one.
DEFAULT = P.DIRECTORY_READ

#: Anyone with an account, whatever else they are.
ANYONE = frozenset({P.ACCOUNT_OWN, P.VIEW_AS})
_EMPLOYEE = ANYONE | {P.DIRECTORY_READ, P.DIRECTORY_EXPORT, P.CHANGES_READ, P.REPORT_SEND, P.SPECIFICATION_READ}
_PEOPLE_TEAM = _EMPLOYEE | {
    P.CARD_EDIT,
    P.DEPARTMENT_EDIT,
    P.EMPLOYEE_CHANGE,
    P.LOCATION_CHANGE,
    P.INBOX_HANDLE,
    P.PERSON_HIDE,
    P.CHANGES_UNDO,
    P.USER_INVITE,
    P.ROLE_GRANT,
}
#: Without signing in, where a setting says so: setting -> permission.
BY_SETTING = {"api.public_specification": P.SPECIFICATION_READ}
#: Everywhere, by role.
BY_ROLE: dict[str, frozenset[Permission]] = {
    Role.EMPLOYEE: _EMPLOYEE,
    Role.PEOPLE_TEAM: _PEOPLE_TEAM,
    Role.ADMINISTRATOR: _PEOPLE_TEAM | {P.USER_MANAGE, P.AUDIT_READ, P.TOKEN_MANAGE},
}
#: On a department and all below it, for who has the role of its editor; found along the lineage of the context.
OF_EDITOR = frozenset({P.CARD_EDIT, P.DEPARTMENT_EDIT, P.EMPLOYEE_CHANGE})
#: On oneself.
OF_SELF = frozenset({P.CARD_EDIT})
#: What is left while somebody looks as somebody else: reading, and being oneself again.
WHILE_VIEWING_AS = frozenset({P.DIRECTORY_READ, P.CHANGES_READ, P.SPECIFICATION_READ, P.VIEW_AS})
#: What no access token lets one do, whoever owns it: accounts, and what they may, are for people who have signed in.
NEVER_BY_TOKEN = frozenset(
    {P.ACCOUNT_OWN, P.AUDIT_READ, P.ROLE_GRANT, P.TOKEN_MANAGE, P.USER_INVITE, P.USER_MANAGE, P.VIEW_AS}
)
