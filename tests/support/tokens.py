"""Access tokens in tests: made for somebody or for a service, and what is answered to them."""

from __future__ import annotations

from typing import Any

from webtest import TestApp

from myproject.accounts import tokens
from myproject.accounts.audit import Origin
from myproject.accounts.permissions import Role
from myproject.security.scopes import Scope
from tests.conftest import NOW
from tests.support.accounts import account

WHO = Origin("test", NOW)
LIST = "/api/v1/employees"
GRACE = "e05@larkfield.example"
READ = (Scope.EMPLOYEES_READ,)


def personal(app: Any, email: str = GRACE, scopes: Any = READ, **more: Any) -> str:
    """A token of somebody's account."""
    who = account(app.registry.engines, email)
    with app.registry.engines.begin() as conn:
        return tokens.create_personal(conn, WHO, who, more.pop("name", "a script"), scopes, **more)


def service(app: Any, role: Role = Role.PEOPLE_TEAM, scopes: Any = READ, **more: Any) -> str:
    """A token of a service."""
    with app.registry.engines.begin() as conn:
        return tokens.create_service(conn, WHO, role, more.pop("name", "payroll"), scopes, **more)


def bearer(token: str) -> dict[str, str]:
    """The header that brings a token along."""
    return {"Authorization": f"Bearer {token}"}


def get(app: Any, token: str, path: str = LIST, client: TestApp | None = None) -> Any:
    """What a token is answered."""
    return (client or TestApp(app)).get(path, headers=bearer(token), status="*")
