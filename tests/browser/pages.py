"""Every page that the browser looks at. Whoever adds a page adds a line.

`{E03}` in an address stands for the id of the employee with that number: `tests/support/company.py` tells who they are.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.browser.conftest import ADMINISTRATOR, COLLEAGUE, PEOPLE_TEAM, Who


class Page(NamedTuple):
    """A page: its name in test reports, its address, the status it answers with."""

    name: str
    address: str
    status: int = 200
    who: Who | None = COLLEAGUE
    ready: str = "h1"
    """What is there when its scripts are done."""


PAGES = (
    Page("home", "/"),
    Page("home-then", "/?as_of=2019-03-31&known_at=2026-02-01"),
    Page("people", "/employees"),
    Page("people-filtered", "/employees?department=ENG&skill=Python&sort=-hired_on"),
    Page("people-cards", "/employees?view=cards"),
    Page("people-compact", "/employees?density=compact"),
    Page("people-found", "/employees?q=haddad"),
    Page("people-nobody", "/employees?q=qqqq"),
    Page("people-unknown-department", "/employees?department=Nowhere", 400),
    Page("people-then", "/employees?as_of=2019-03-31&known_at=2026-02-01"),
    Page("profile", "/employees/{E03}"),
    Page("profile-of-the-top", "/employees/{E01}"),
    Page("profile-with-plans", "/employees/{E07}"),
    Page("profile-second-role", "/employees/{E10}"),
    Page("profile-other-script", "/employees/{E06}"),
    Page("profile-then", "/employees/{E03}?as_of=2024-06-01"),
    Page("profile-absent", "/employees/{E11}", 404),
    Page("departments", "/departments/"),
    Page("departments-found", "/departments/?q=plat"),
    Page("department-top", "/departments/larkfield/"),
    Page("department", "/departments/larkfield/engineering/web/"),
    Page("department-planned", "/departments/larkfield/engineering/web-and-mobile/?as_of=2026-10-01"),
    Page("department-missing", "/departments/larkfield/enginering/", 404),
    Page("chart", "/chart"),
    Page("chart-around", "/chart/{E02}"),
    Page("chart-open", "/chart/{E01}?open={E02}&open={E03}"),
    Page("chart-found", "/chart/{E01}?q=eng"),
    Page("chart-between", "/chart?from={E05}&to={E10}"),
    Page("chart-which", "/chart?from={E05}&who=haddad"),
    Page("chart-absent", "/chart/{E11}", 404),
    Page("chart-on-paper", "/chart/print"),
    Page("changes", "/changes"),
    Page("change", "/changes/1"),
    Page("change-planned", "/changes/3"),
    Page("nowhere", "/nowhere", 404),
    Page("nobody", "/employees/999", 404),
    Page("unknown-parameter", "/employees?depatment=ENG", 400),
    Page("not-a-day", "/employees?as_of=yesterday", 400),
    Page("wrong-bytes", "/employees?q=%ff", 400),
    Page("sign-in", "/sign-in", who=None),
    Page("forgotten", "/sign-in/forgot", who=None),
    Page("link-used-up", "/sign-in/link/nothing", 404, who=None),
    Page("nowhere-for-nobody", "/nowhere", 404, who=None),
    Page("own-profile", "/employees/{E06}"),
    Page("own-card", "/employees/{E06}/edit"),
    Page("own-portrait", "/employees/{E06}/portrait"),
    Page("own-reports", "/me/reports"),
    Page("report", "/employees/{E03}/report"),
    Page("account", "/account"),
    Page("notifications", "/notifications"),
    Page("own-jobs", "/me/jobs"),
    Page("account-password", "/account/password"),
    Page("account-email", "/account/email"),
    Page("not-for-you", "/audit", 403),
    Page("card-of-another", "/employees/{E03}/edit", who=PEOPLE_TEAM),
    Page("profile-for-the-people-team", "/employees/{E03}", who=PEOPLE_TEAM),
    Page("visibility", "/employees/{E03}/visibility", who=PEOPLE_TEAM),
    Page("inbox", "/inbox", who=PEOPLE_TEAM),
    Page("hire", "/hire", who=PEOPLE_TEAM),
    Page("change-job", "/employees/{E05}/change/job", who=PEOPLE_TEAM),
    Page("change-manager", "/employees/{E05}/change/manager", who=PEOPLE_TEAM),
    Page("second-role", "/employees/{E05}/change/role", who=PEOPLE_TEAM),
    Page("correct", "/employees/{E05}/change/correct", who=PEOPLE_TEAM),
    Page("end-role", "/employees/{E10}/change/end-assignment", who=PEOPLE_TEAM),
    Page("leaves", "/employees/{E02}/change/leave", who=PEOPLE_TEAM),
    Page("rehire", "/employees/{E11}/change/rehire", who=PEOPLE_TEAM),
    Page("export", "/export?department=ENG"),
    Page("import", "/import", who=PEOPLE_TEAM),
    Page("accounts", "/accounts", who=ADMINISTRATOR),
    Page("account-of-another", "/accounts/1", who=ADMINISTRATOR),
    Page("invite", "/accounts/invite", who=ADMINISTRATOR),
    Page("roles", "/roles", who=ADMINISTRATOR),
    Page("grant", "/roles/grant", who=ADMINISTRATOR),
    Page("audit", "/audit", who=ADMINISTRATOR),
    Page("jobs", "/jobs", who=ADMINISTRATOR),
    Page("live", "/live", who=ADMINISTRATOR),
    Page("department-edit", "/department/2/edit", who=PEOPLE_TEAM),
    Page("account-token", "/account/tokens"),
    Page("tokens", "/tokens", who=ADMINISTRATOR),
    Page("token-of-a-service", "/tokens/new", who=ADMINISTRATOR),
    Page("reference", "/api/reference", who=ADMINISTRATOR),
    Page("documentation", "/api/docs", who=ADMINISTRATOR, ready=".opblock"),
)
