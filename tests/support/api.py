"""Programs in tests: clients with an access token of their own."""

from __future__ import annotations

from typing import Any

from webtest import TestApp

from myproject.accounts import tokens, users
from myproject.accounts.permissions import Role
from myproject.security.scopes import Scope
from tests.support.accounts import ORIGIN, account

V1 = "/api/v1"


class Program:
    """A client that proves itself by a token."""

    def __init__(self, app: Any, token: str) -> None:
        self._client = TestApp(app)
        self.headers = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, path: str, body: Any = None, *, status: Any = "*", **headers: str | None) -> Any:
        """A request below /api/v1; ``if_match="..."`` becomes the header If-Match."""
        more = {name.replace("_", "-").title(): value for name, value in headers.items() if value is not None}
        call: Any = self._client.get if method == "GET" else getattr(self._client, f"{method.lower()}_json")
        given: dict[str, Any] = {"headers": {**self.headers, **more}, "status": status}
        if method != "GET" and body is not None:
            given["params"] = body
        if method == "DELETE":
            call = self._client.delete
        return call(path if path.startswith(("/api", "http")) else V1 + path, **given)

    def upload(self, path: str, parts: list[tuple[str, str, bytes]], *, status: Any = "*", **headers: str) -> Any:
        """POST a form with files: (part, name of the file, contents)."""
        more = {name.replace("_", "-").title(): value for name, value in headers.items()}
        given: Any = {"headers": {**self.headers, **more}, "status": status}
        return self._client.post(V1 + path, upload_files=parts, **given)

    def get(self, path: str, **more: Any) -> Any:
        """GET; a 200 unless `status` says otherwise."""
        return self.send("GET", path, status=more.pop("status", 200), **more)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        """POST."""
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Any:
        """PATCH."""
        return self.send("PATCH", path, body, **more)

    def put(self, path: str, body: Any, **more: Any) -> Any:
        """PUT."""
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> Any:
        """DELETE."""
        return self.send("DELETE", path, **more)


def service(
    app: Any,
    role: Role = Role.PEOPLE_TEAM,
    name: str = "sync",
    scopes: Any = tuple(Scope),
    *,
    department: str | None = None,
) -> Program:
    """A program with a service token, good for everything unless `scopes` or `department` says otherwise."""
    with app.registry.engines.begin() as conn:
        token = tokens.create_service(conn, ORIGIN, role, name, scopes, department_code=department)
    return Program(app, token)


def personal(app: Any, email: str, scopes: Any = tuple(Scope), *, within: str | None = None, **details: Any) -> Program:
    """A program with a token of somebody's account, bound to a department or not: `support.accounts.account` tells what
    else can be given."""
    account(app.registry.engines, email, **details)
    with app.registry.engines.begin() as conn:
        owner = users.by_email(conn, email)
        assert owner is not None
        token = tokens.create_personal(conn, ORIGIN, owner, "test", scopes, department_code=within)
    return Program(app, token)
