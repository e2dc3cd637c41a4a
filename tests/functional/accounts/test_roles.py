"""Granting and taking back roles on pages, and what is said about a department by its editors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from webtest import TestApp

from myproject.accounts import roles, users
from myproject.directory.departments import department_history
from tests.conftest import NOW
from tests.functional.accounts.test_invitations import ADMIN, TEAM, who
from tests.functional.accounts.test_sign_in import GRACE
from tests.support.accounts import PASSWORD, account, post, signed_in


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation, with somebody to do each thing."""
    account(own_company.engines, ADMIN, role="administrator", password=PASSWORD)
    account(own_company.engines, GRACE)
    return own_company.app


@pytest.fixture
def team(app: Any) -> TestApp:
    """Somebody of the people team."""
    return signed_in(app, TEAM, role="people_team")


@pytest.fixture
def admin(app: Any) -> TestApp:
    """An administrator."""
    return signed_in(app, ADMIN)


def held(app: Any, email: str) -> list[tuple[str, str | None]]:
    with app.registry.engines.read.connect() as conn:
        found = users.by_email(conn, email)
        assert found is not None
        return [(each.role, each.department_code) for each in roles.grants(conn, user=found.id)]


def grant(client: TestApp, who_: str, role: str, department: str = "", until: str = "", **kw: Any) -> Any:
    fields = {"who": who_, "role": role, "department": department, "until": until}
    return post(client, "/roles/grant", fields, **kw)


@pytest.mark.parametrize("who_", [GRACE, "Grace Hall", "grace", "E02"])
def test_an_editor_is_granted_by_address_name_or_number(app: Any, team: TestApp, who_: str) -> None:
    page = grant(team, who_, "editor", "ENG", "2026-06-20", status=303).follow()
    assert "The role was granted to Grace Hall" in page.text
    assert held(app, GRACE) == [("editor", "ENG")]
    assert "until 20 Jun 2026" in page.text
    with app.registry.engines.read.connect() as conn:
        (given,) = roles.grants(conn, user=who(app, GRACE).id)
    assert given.expires_at == datetime(2026, 6, 21, tzinfo=UTC)
    assert given.granted_by == TEAM


def test_a_role_ends_with_its_last_day(app: Any, admin: TestApp, travel: Any) -> None:
    grant(admin, GRACE, "people_team", "", "2026-06-20", status=303)
    client = signed_in(app, GRACE)
    travel(app, "2026-06-20T23:59Z")
    assert client.get("/accounts").status_int == 200
    travel(app, "2026-06-21T00:00Z")
    client.get("/accounts", status=403)
    assert "expired" in admin.get("/roles").html.find(id="role-people_team").parent.text


def test_several_people_of_a_name_are_offered(app: Any, team: TestApp) -> None:
    account(app.registry.engines, "e01@larkfield.example")
    page = grant(team, "Haddad", "editor", "WEB", status=400)
    offered = {each["value"] for each in page.html.select("input[name=who]")}
    assert offered == {"e01@larkfield.example", TEAM}
    assert page.html.select_one("option[selected]")["value"] == "WEB"
    grant(team, "e01@larkfield.example", "editor", "WEB", status=303)


@pytest.mark.parametrize(
    ("who_", "role", "department", "until", "field", "words"),
    [
        ("nobody@larkfield.example", "editor", "ENG", "", "who", "No one with an account"),
        ("Adaeze", "editor", "ENG", "", "who", "no account yet"),
        ("", "editor", "ENG", "", "who", "missing"),
        (GRACE, "editor", "", "", "department", "needs a department"),
        (GRACE, "editor", "NOPE", "", "department", "NOPE"),
        (GRACE, "people_team", "ENG", "", None, ""),
        (GRACE, "editor", "ENG", "2026-06-01", "until", "in the past"),
        (GRACE, "editor", "ENG", "someday", "until", "not a day"),
        (GRACE, "king", "", "", "role", "not a choice"),
        (GRACE, "", "", "", "role", "missing"),
    ],
)
def test_what_can_not_be_granted_is_told_beside_the_field(
    app: Any, admin: TestApp, who_: str, role: str, department: str, until: str, field: str | None, words: str
) -> None:
    if field is None:
        grant(admin, who_, role, department, until, status=303)
        assert held(app, GRACE) == [("people_team", None)]
        return
    page = grant(admin, who_, role, department, until, status=400)
    assert words in page.html.find(id=f"{field}-problem").text
    assert held(app, GRACE) == []
    if field != "who":
        assert page.html.find("input", id="who")["value"] == who_


def test_the_people_team_makes_editors_only(app: Any, team: TestApp) -> None:
    for role in ("people_team", "administrator"):
        page = grant(team, GRACE, role, status=400)
        assert "can't grant this role" in page.html.find(id="role-problem").text
    assert [each["value"] for each in team.get("/roles/grant").html.select("input[name=role]")] == ["editor"]
    assert "an administrator" in grant(team, ADMIN, "editor", "ENG", status=400).text
    assert held(app, ADMIN) == [("administrator", None)]


def test_roles_are_taken_back_by_who_may(app: Any, team: TestApp, admin: TestApp) -> None:
    grant(admin, GRACE, "people_team", status=303)
    grant(admin, GRACE, "editor", "ENG", status=303)
    with app.registry.engines.read.connect() as conn:
        given = {each.role: each.id for each in roles.grants(conn, user=who(app, GRACE).id)}
        (last,) = roles.grants(conn, user=who(app, ADMIN).id)
    client = signed_in(app, GRACE)
    assert client.get("/accounts").status_int == 200
    post(team, "/roles/revoke", {"grant": str(given["people_team"])}, status=403)
    post(team, "/roles/revoke", {"grant": str(last.id)}, status=403)
    post(team, "/roles/revoke", {"grant": str(given["editor"])}, status=303)
    post(team, "/roles/revoke", {"grant": str(given["editor"])}, status=404)
    post(admin, "/roles/revoke", {"grant": str(given["people_team"])}, status=303)
    client.get("/accounts", status=403)
    refused = post(admin, "/roles/revoke", {"grant": str(last.id)}, status=400)
    assert "This is the last administrator. Make someone else an administrator first." in refused.text
    post(admin, "/roles/revoke", {"grant": "x"}, status=400)


def test_granting_asks_for_the_password_after_a_while_and_goes_on(app: Any) -> None:
    client = signed_in(app, ADMIN, at=NOW - timedelta(minutes=16))
    page = grant(client, GRACE, "editor", "ENG", "2026-12-31", status=403)
    form = next(each for each in page.forms.values() if "confirm_password" in each.fields)
    form["confirm_password"] = PASSWORD
    form.submit(status=303)
    assert held(app, GRACE) == [("editor", "ENG")]


def test_the_list_tells_each_role(app: Any, admin: TestApp, team: TestApp) -> None:
    grant(admin, GRACE, "editor", "ENG", status=303)
    page = team.get("/roles")
    assert [head.text.split()[0] for head in page.html.select("h2")] == ["Administrators", "People", "Editors"]
    assert "Larkfield / Engineering" in page.text
    # One button: that of the editor.
    assert len(page.html.select("form[action='/roles/revoke']")) == 1
    assert len(admin.get("/roles").html.select("form[action='/roles/revoke']")) == 3


# --- departments --------------------------------------------------------------------------------------------


def department(app: Any, code: str) -> int:
    import sqlalchemy as sa

    with app.registry.engines.read.connect() as conn:
        return int(conn.execute(sa.text("SELECT id FROM department WHERE code = :code"), {"code": code}).scalar_one())


def about(app: Any, code: str) -> tuple[str | None, str | None]:
    with app.registry.engines.read.connect() as conn:
        return department_history.about(conn, department(app, code))


def edit(app: Any, client: TestApp, code: str, **fields: str) -> Any:
    path = f"/department/{department(app, code)}/edit"
    page = client.get(path)
    form = next(each for each in page.forms.values() if "about" in each.fields)
    for name, value in fields.items():
        form[name] = value
    return form


def test_an_editor_edits_the_department_and_all_below(app: Any, admin: TestApp) -> None:
    grant(admin, GRACE, "editor", "ENG", status=303)
    client = signed_in(app, GRACE)
    page = client.get("/departments/larkfield/engineering/platform/")
    assert page.html.find("a", string="Edit")
    assert "Editors" in page.text
    assert "Grace Hall" in page.html.find("dt", string="Editors").find_next("dd").text
    assert "Add an editor" not in page.text
    form = edit(app, client, "PLAT", about="We run it.\r\nAsk us. \r\n", email="Platform@larkfield.example")
    assert form.submit(status=303).location.endswith("/departments/larkfield/engineering/platform/")
    assert about(app, "PLAT") == ("We run it.\nAsk us.", "platform@larkfield.example")
    change = client.get("/changes").html.select_one(".change-sets li").text
    assert "Grace Hall" in change
    assert "1 department edited" in change
    for code in ("SALES", "LARK"):
        client.get(f"/department/{department(app, code)}/edit", status=403)
        post(client, f"/department/{department(app, code)}/edit", {"about": "x"}, status=403)
    sales = client.get("/departments/larkfield/sales/")
    assert sales.html.find("a", string="Edit") is None
    # A department that is no more is nobody's to edit.
    client.get(f"/department/{department(app, 'OLD')}/edit", status=404)
    assert client.get("/departments/larkfield/engineering/?as_of=2024-01-01").html.find("a", string="Edit") is None


def test_the_people_team_edits_every_department(app: Any, team: TestApp) -> None:
    edit(app, team, "SALES", about="We sell.").submit(status=303)
    assert about(app, "SALES") == ("We sell.", None)
    edit(app, team, "SALES").submit(status=303)
    assert len([line for line in team.get("/changes").html.select(".change-sets li") if "edited" in line.text]) == 1
    edit(app, team, "SALES", about="").submit(status=303)
    assert about(app, "SALES") == (None, None)
    page = team.get("/departments/larkfield/sales/")
    link = page.html.find("a", string="Add an editor")["href"]
    chosen = team.get(link).html
    assert chosen.select_one("option[selected]")["value"] == "SALES"


def test_a_change_by_another_is_told_and_not_overwritten(app: Any, team: TestApp) -> None:
    mine = edit(app, team, "SALES", about="Mine")
    edit(app, team, "SALES", about="Theirs", email="sales@larkfield.example").submit(status=303)
    page = mine.submit(status=409)
    assert "in the meantime" in page.html.select_one(".notice.problem").text
    assert "Theirs" in page.html.select_one(".meanwhile").text
    assert page.html.find("textarea").text.strip() == "Mine"
    assert about(app, "SALES") == ("Theirs", "sales@larkfield.example")
    form = next(each for each in page.forms.values() if "about" in each.fields)
    form.submit(status=303)
    assert about(app, "SALES") == ("Mine", None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"email": "nonsense"}, "email"), ({"about": "x" * 4001}, "about"), ({"about": "a\x07b"}, "about")],
)
def test_what_can_not_be_kept_is_told_beside_the_field(
    app: Any, team: TestApp, fields: dict[str, str], field: str
) -> None:
    page = edit(app, team, "SALES", **fields).submit(status=400)
    assert page.html.find(id=f"{field}-problem")
    assert about(app, "SALES") == (None, None)
