"""Every address of the application, in one table; the busiest first, because they are tried in this order."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyramid.config import Configurator

from myproject.web.resources import Changeable, department_context, departments_root, employee_context

#: An id in an address: positive and far below 2^63, so that no database ever sees a number it can't hold.
ID = "[1-9][0-9]{0,17}"


class Route(NamedTuple):
    """One address: its name, the module of its views below `myproject`, its pattern, and further arguments for
    `Configurator.add_route`.
    """

    name: str
    views: str
    pattern: str
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed


ROUTES = (
    Route("employees", "pages.people.employees", "/employees"),
    Route("employee", "pages.people.profile", f"/employees/{{id:{ID}}}"),
    Route("suggest", "pages.people.suggest", "/suggest"),
    Route("home", "pages.insights.home", "/"),
    Route("static", "pages.site.static", "/static/*subpath"),
    Route("chart", "pages.org_chart.chart", "/chart"),
    Route("chart.focus", "pages.org_chart.chart", f"/chart/{{id:{ID}}}"),
    Route("chart.branch", "pages.org_chart.chart", f"/chart/{{id:{ID}}}/branch"),
    Route("departments", "pages.departments.departments", "/departments/*traverse", {"factory": departments_root}),
    Route("employee.vcard", "pages.people.profile", f"/employees/{{id:{ID}}}.vcf"),
    Route("chart.print.top", "pages.org_chart.chart", "/chart/print"),
    Route("chart.print", "pages.org_chart.chart", f"/chart/{{id:{ID}}}/print"),
    Route("employees.csv", "pages.people.people_file", "/employees.csv"),
    Route("changes", "pages.changes.changes", "/changes"),
    Route("change", "pages.changes.changes", f"/changes/{{revision:{ID}}}"),
    Route("theme", "pages.site.theme", "/theme.css"),
    Route("logo", "pages.site.theme", "/logo"),
    Route("sign_in", "pages.accounts.sign_in", "/sign-in"),
    Route("sign_in.link", "pages.accounts.sign_in", "/sign-in/link/{token}"),
    Route("sign_out", "pages.accounts.sign_in", "/sign-out"),
    Route("forgot", "pages.accounts.passwords", "/sign-in/forgot"),
    Route("view_as", "pages.accounts.sign_in", "/view-as"),
    Route("health", "pages.site.health", "/health"),
    Route("health.live", "pages.site.health", "/health/live"),
    Route("health.ready", "pages.site.health", "/health/ready"),
    Route("favicon", "pages.site.static", "/favicon.ico"),
    Route("robots", "pages.site.static", "/robots.txt"),
    Route("reset", "pages.accounts.passwords", "/sign-in/reset/{token}"),
    Route("invitation", "pages.accounts.passwords", "/sign-in/invitation/{token}"),
    Route("account", "pages.accounts.account", "/account"),
    Route("account.password", "pages.accounts.account", "/account/password"),
    Route("account.email", "pages.accounts.account", "/account/email"),
    Route("account.email.link", "pages.accounts.account", "/account/email/{token}"),
    Route("account.sessions", "pages.accounts.account", "/account/sessions"),
    Route("account.language", "pages.accounts.account", "/account/language"),
    Route("users", "pages.accounts.users", "/accounts"),
    Route("users.invite", "pages.accounts.users", "/accounts/invite"),
    Route("users.invite_all", "pages.accounts.users", "/accounts/invite-all"),
    Route("user", "pages.accounts.user", f"/accounts/{{id:{ID}}}"),
    Route("user.invite", "pages.accounts.user", f"/accounts/{{id:{ID}}}/invite"),
    Route("user.disable", "pages.accounts.user", f"/accounts/{{id:{ID}}}/disable"),
    Route("user.enable", "pages.accounts.user", f"/accounts/{{id:{ID}}}/enable"),
    Route("user.employee", "pages.accounts.user", f"/accounts/{{id:{ID}}}/employee"),
    Route("user.reset", "pages.accounts.user", f"/accounts/{{id:{ID}}}/reset"),
    Route("user.sessions", "pages.accounts.user", f"/accounts/{{id:{ID}}}/sessions"),
    Route("roles", "pages.accounts.roles", "/roles"),
    Route("roles.grant", "pages.accounts.roles", "/roles/grant"),
    Route("roles.revoke", "pages.accounts.roles", "/roles/revoke"),
    Route("audit", "pages.accounts.audit", "/audit"),
    Route("audit.csv", "pages.accounts.audit", "/audit.csv"),
    Route("jobs", "pages.accounts.jobs", "/jobs"),
    Route("jobs.retry", "pages.accounts.jobs", "/jobs/retry"),
    Route("jobs.cancel", "pages.accounts.jobs", "/jobs/cancel"),
    Route(
        "department.edit",
        "pages.departments.department_edit",
        f"/department/{{id:{ID}}}/edit",
        {"factory": department_context},
    ),
    Route(
        "portrait",
        "pages.people.portrait",
        f"/employees/{{id:{ID}}}/portrait/{{name:[0-9a-f]{{32}}}}/{{size:[0-9]{{2,4}}}}",
    ),
    Route("card.edit", "pages.people.card", f"/employees/{{id:{ID}}}/edit", {"factory": employee_context}),
    Route("card.portrait", "pages.people.portrait", f"/employees/{{id:{ID}}}/portrait", {"factory": employee_context}),
    Route("visibility", "pages.people.visibility", f"/employees/{{id:{ID}}}/visibility"),
    Route("report", "pages.inbox.reports", f"/employees/{{id:{ID}}}/report"),
    Route("me", "pages.people.card", "/me"),
    Route("me.card", "pages.people.card", "/me/card"),
    Route("me.reports", "pages.inbox.reports", "/me/reports"),
    Route("me.jobs", "pages.accounts.own_jobs", "/me/jobs"),
    Route("me.jobs.cancel", "pages.accounts.own_jobs", "/me/jobs/cancel"),
    Route("me.jobs.file", "pages.accounts.own_jobs", f"/me/jobs/{{job:{ID}}}/files/{{name}}"),
    Route("import", "pages.transfers.import_pages", "/import"),
    Route("import.job", "pages.transfers.import_pages", f"/import/{{job:{ID}}}"),
    Route("import.apply", "pages.transfers.import_pages", f"/import/{{job:{ID}}}/apply"),
    Route("hire", "pages.careers.actions", "/hire", {"factory": Changeable}),
    Route(
        "career.act",
        "pages.careers.actions",
        f"/employees/{{id:{ID}}}/change/{{action:[a-z-]+}}",
        {"factory": employee_context},
    ),
    Route("export", "pages.transfers.export_pages", "/export"),
    Route("inbox", "pages.inbox.reports", "/inbox"),
    Route("inbox.report", "pages.inbox.reports", f"/inbox/{{report:{ID}}}"),
    Route("change.undo", "pages.changes.undo", f"/changes/{{revision:{ID}}}/undo"),
    Route("account.tokens", "pages.accounts.tokens", "/account/tokens"),
    Route("account.tokens.revoke", "pages.accounts.tokens", "/account/tokens/revoke"),
    Route("documentation", "api", "/api/docs"),
    Route("documentation.file", "api", "/api/docs/{name}"),
    Route("reference", "api", "/api/reference"),
    Route("activity", "pages.insights.activity", "/live"),
    Route("live.news", "live.views", "/live/news"),
    Route("live.mine", "live.views", "/live/mine"),
    Route("notifications", "pages.inbox.notifications", "/notifications"),
    Route("notifications.read", "pages.inbox.notifications", "/notifications/read"),
    Route("notifications.choices", "pages.inbox.notifications", "/notifications/choices"),
    Route("tokens", "pages.accounts.tokens", "/tokens"),
    Route("tokens.new", "pages.accounts.tokens", "/tokens/new"),
    Route("tokens.revoke", "pages.accounts.tokens", "/tokens/revoke"),
)


def includeme(config: Configurator) -> None:
    """Add every route of the table."""
    for route in ROUTES:
        config.add_route(route.name, route.pattern, views=route.views, **route.options)
