"""Every permission, and every role with what it lets one do, declared once.

A name of a permission reads ``thing:action``. What an audience opens (`directory.visibility.audience`) is another
question, and what doors do with permissions is in `security.permissions`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from myproject.language.texts import marked


class Permission(StrEnum):
    """Something that a view lets one do."""

    ACCOUNT_OWN = "account:own"
    ACTIVITY_READ = "activity:read"
    AUDIT_READ = "audit:read"
    CARD_EDIT = "card:edit"
    CHANGES_READ = "changes:read"
    CHANGES_UNDO = "changes:undo"
    DEPARTMENT_EDIT = "department:edit"
    DIRECTORY_EXPORT = "directory:export"
    DIRECTORY_IMPORT = "directory:import"
    DIRECTORY_READ = "directory:read"
    EMPLOYEE_CHANGE = "employee:change"
    INBOX_HANDLE = "inbox:handle"
    JOB_MANAGE = "job:manage"
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
#: Anyone with an account, whatever else they are.
ANYONE = frozenset({P.ACCOUNT_OWN, P.VIEW_AS})
_EMPLOYEE = ANYONE | {P.DIRECTORY_READ, P.DIRECTORY_EXPORT, P.CHANGES_READ, P.REPORT_SEND, P.SPECIFICATION_READ}
_PEOPLE_TEAM = _EMPLOYEE | {
    P.CARD_EDIT,
    P.DEPARTMENT_EDIT,
    P.EMPLOYEE_CHANGE,
    P.LOCATION_CHANGE,
    P.DIRECTORY_IMPORT,
    P.INBOX_HANDLE,
    P.ACTIVITY_READ,
    P.PERSON_HIDE,
    P.CHANGES_UNDO,
    P.USER_INVITE,
    P.ROLE_GRANT,
}
_ADMINISTRATOR = _PEOPLE_TEAM | {P.USER_MANAGE, P.AUDIT_READ, P.TOKEN_MANAGE, P.JOB_MANAGE}


class Role(StrEnum):
    """What a user can be. Everybody who works here is an employee without a grant."""

    EMPLOYEE = "employee"
    EDITOR = "editor"
    PEOPLE_TEAM = "people_team"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """What is declared of a role."""

    label: str
    label_of: str
    """The same for a department, as %(department)s; "" for a role that is not for one."""
    plural: str
    """The heading above those who have it."""
    meaning: str
    """What it lets one do, in a sentence."""
    permissions: frozenset[Permission]
    """Everywhere; of a role for a department, on it and all below it."""
    granted_by: tuple[Role, ...] = ()
    """Who may grant and revoke it: never a role below it. Empty: it is not granted."""
    audience: str = "colleagues"
    """The narrowest audience that it puts one in."""
    for_services: bool = False
    """Whether a service token may have it."""

    @property
    def for_department(self) -> bool:
        """Whether it is granted for a department, and holds there and below."""
        return bool(self.label_of)


ROLES: dict[Role, RoleInfo] = {
    Role.ADMINISTRATOR: RoleInfo(
        marked("Administrator"),
        "",
        marked("Administrators"),
        marked("Does everything the people team does, manages accounts and roles, and reads the audit log."),
        _ADMINISTRATOR,
        granted_by=(Role.ADMINISTRATOR,),
        audience="administrators",
    ),
    Role.PEOPLE_TEAM: RoleInfo(
        marked("People team"),
        "",
        marked("People team"),
        marked("Edits every card and department, sees what only the people team may see, and sends invitations."),
        _PEOPLE_TEAM,
        granted_by=(Role.ADMINISTRATOR,),
        audience="people_team",
        for_services=True,
    ),
    Role.EDITOR: RoleInfo(
        marked("Editor"),
        marked("Editor of %(department)s"),
        marked("Editors of departments"),
        marked("Edits the cards of everyone in a department and all below it, and the pages of these departments."),
        frozenset({P.CARD_EDIT, P.DEPARTMENT_EDIT, P.EMPLOYEE_CHANGE}),
        granted_by=(Role.ADMINISTRATOR, Role.PEOPLE_TEAM),
    ),
    Role.EMPLOYEE: RoleInfo(
        marked("Employee"),
        "",
        marked("Employees"),
        marked("Sees what colleagues may see."),
        _EMPLOYEE,
        for_services=True,
    ),
}
"""Every role, the widest first."""
BY_ROLE: dict[str, frozenset[Permission]] = {role.value: info.permissions for role, info in ROLES.items()}
DEPARTMENT_ROLES: tuple[Role, ...] = tuple(role for role, info in ROLES.items() if info.for_department)
WHO_CAN = marked("The people team can, or an editor of a department above.")
"""Who may do what a right over a department allows, for whoever has none."""
GRANTED: tuple[Role, ...] = tuple(role for role, info in ROLES.items() if info.granted_by)
"""The roles that are granted."""


def audience_of(roles: Collection[str]) -> str:
    """The narrowest audience that some roles put one in."""
    return next((info.audience for role, info in ROLES.items() if role in roles), "colleagues")


def may_grant(held: Collection[str]) -> frozenset[Role]:
    """The roles that somebody with these ones may grant and revoke."""
    return frozenset(role for role, info in ROLES.items() if any(each in held for each in info.granted_by))
