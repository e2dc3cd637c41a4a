"""What doors make of permissions. Which there are, and who has them, is declared in `accounts.permissions`."""

from __future__ import annotations

from myproject.accounts.permissions import ANYONE, Permission

__all__ = ["ANYONE", "BY_SETTING", "DEFAULT", "NEVER_BY_TOKEN", "OF_SELF", "WHILE_VIEWING_AS", "Permission"]

P = Permission

#: What a view asks for that names no permission of its own. Views that write must name one.
DEFAULT = P.DIRECTORY_READ
#: Without signing in, where a setting says so: setting -> permission.
BY_SETTING = {"api.public_specification": P.SPECIFICATION_READ}
#: On oneself.
OF_SELF = frozenset({P.CARD_EDIT})
#: What is left while somebody looks as somebody else: reading, and being oneself again.
WHILE_VIEWING_AS = frozenset({P.DIRECTORY_READ, P.CHANGES_READ, P.SPECIFICATION_READ, P.VIEW_AS})
#: What no access token lets one do, whoever owns it: accounts, and what they may, are for people who have signed in.
NEVER_BY_TOKEN = frozenset(
    {
        P.ACCOUNT_OWN,
        P.ACTIVITY_READ,
        P.AUDIT_READ,
        P.JOB_MANAGE,
        P.ROLE_GRANT,
        P.TOKEN_MANAGE,
        P.USER_INVITE,
        P.USER_MANAGE,
        P.VIEW_AS,
    }
)
