"""Every address of the application, in one table; the busiest first, because they are tried in this order."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyramid.config import Configurator

from myproject.resources import department_context, departments_root, employee_context

#: An id in an address: positive and far below 2^63, so that no database ever sees a number it can't hold.
ID = "[1-9][0-9]{0,17}"


class Route(NamedTuple):
    """One address: its name, its pattern and further arguments for `Configurator.add_route`."""

    name: str
    pattern: str
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed


ROUTES = (
    Route("employees", "/employees"),
    Route("employee", f"/employees/{{id:{ID}}}"),
    Route("suggest", "/suggest"),
    Route("home", "/"),
    Route("static", "/static/*subpath"),
    Route("chart", "/chart"),
    Route("chart.focus", f"/chart/{{id:{ID}}}"),
    Route("chart.branch", f"/chart/{{id:{ID}}}/branch"),
    Route("departments", "/departments/*traverse", {"factory": departments_root}),
    Route("employee.vcard", f"/employees/{{id:{ID}}}.vcf"),
    Route("chart.print.top", "/chart/print"),
    Route("chart.print", f"/chart/{{id:{ID}}}/print"),
    Route("employees.csv", "/employees.csv"),
    Route("changes", "/changes"),
    Route("change", f"/changes/{{revision:{ID}}}"),
    Route("theme", "/theme.css"),
    Route("logo", "/logo"),
    Route("sign_in", "/sign-in"),
    Route("sign_in.link", "/sign-in/link/{token}"),
    Route("sign_out", "/sign-out"),
    Route("forgot", "/sign-in/forgot"),
    Route("view_as", "/view-as"),
    Route("health", "/health"),
    Route("health.live", "/health/live"),
    Route("health.ready", "/health/ready"),
    Route("favicon", "/favicon.ico"),
    Route("robots", "/robots.txt"),
    Route("reset", "/sign-in/reset/{token}"),
    Route("invitation", "/sign-in/invitation/{token}"),
    Route("account", "/account"),
    Route("account.password", "/account/password"),
    Route("account.email", "/account/email"),
    Route("account.email.link", "/account/email/{token}"),
    Route("account.sessions", "/account/sessions"),
    Route("users", "/accounts"),
    Route("users.invite", "/accounts/invite"),
    Route("users.invite_all", "/accounts/invite-all"),
    Route("user", f"/accounts/{{id:{ID}}}"),
    Route("user.invite", f"/accounts/{{id:{ID}}}/invite"),
    Route("user.disable", f"/accounts/{{id:{ID}}}/disable"),
    Route("user.enable", f"/accounts/{{id:{ID}}}/enable"),
    Route("user.employee", f"/accounts/{{id:{ID}}}/employee"),
    Route("user.reset", f"/accounts/{{id:{ID}}}/reset"),
    Route("user.sessions", f"/accounts/{{id:{ID}}}/sessions"),
    Route("roles", "/roles"),
    Route("roles.grant", "/roles/grant"),
    Route("roles.revoke", "/roles/revoke"),
    Route("audit", "/audit"),
    Route("audit.csv", "/audit.csv"),
    Route("department.edit", f"/department/{{id:{ID}}}/edit", {"factory": department_context}),
    Route("portrait", f"/employees/{{id:{ID}}}/portrait/{{name:[0-9a-f]{{32}}}}/{{size:[0-9]{{2,4}}}}"),
    Route("card.edit", f"/employees/{{id:{ID}}}/edit", {"factory": employee_context}),
    Route("card.portrait", f"/employees/{{id:{ID}}}/portrait", {"factory": employee_context}),
    Route("visibility", f"/employees/{{id:{ID}}}/visibility"),
    Route("report", f"/employees/{{id:{ID}}}/report"),
    Route("me", "/me"),
    Route("me.card", "/me/card"),
    Route("me.reports", "/me/reports"),
    Route("inbox", "/inbox"),
    Route("inbox.report", f"/inbox/{{report:{ID}}}"),
    Route("change.undo", f"/changes/{{revision:{ID}}}/undo"),
    Route("account.tokens", "/account/tokens"),
    Route("account.tokens.revoke", "/account/tokens/revoke"),
    Route("documentation", "/api/docs"),
    Route("documentation.file", "/api/docs/{name}"),
    Route("reference", "/api/reference"),
    Route("tokens", "/tokens"),
    Route("tokens.new", "/tokens/new"),
    Route("tokens.revoke", "/tokens/revoke"),
)


def includeme(config: Configurator) -> None:
    """Add every route of the table."""
    for route in ROUTES:
        config.add_route(route.name, route.pattern, **route.options)
