"""The audit log as administrators read it: sentences, filters, pages, the file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts import audit
from myproject.accounts.audit import GROUPS, Event, Origin
from tests.conftest import NOW
from tests.functional.accounts.test_invitations import ADMIN, TEAM, who
from tests.functional.accounts.test_sign_in import GRACE, sign_in
from tests.support.accounts import PASSWORD, account, post, signed_in


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation, with an administrator."""
    account(own_company.engines, ADMIN, role="administrator", password=PASSWORD)
    account(own_company.engines, GRACE, password=PASSWORD)
    return own_company.app


@pytest.fixture
def admin(app: Any) -> TestApp:
    """An administrator."""
    return signed_in(app, ADMIN)


def lines(page: Any) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in page.html.select(".log > li")]


def test_it_tells_what_happened_in_sentences(app: Any, admin: TestApp) -> None:
    sign_in(TestApp(app), GRACE, "wrong", status=403)
    place = {"REMOTE_ADDR": "192.0.2.8", "HTTP_X_REQUEST_ID": "request-77"}
    sign_in(TestApp(app, extra_environ=place), GRACE, PASSWORD)
    fields = {"who": GRACE, "role": "editor", "department": "ENG", "until": "2026-06-30"}
    post(admin, "/roles/grant", fields, status=303)
    post(admin, f"/accounts/{who(app, GRACE).id}/sessions", status=303)
    told = lines(admin.get("/audit"))
    assert told[0].startswith(f"{ADMIN} ended all sessions of {GRACE}")
    assert told[1].startswith(f"{ADMIN} granted {GRACE} the role “Editor of ENG” until 30 Jun 2026")
    assert told[2].startswith(f"{GRACE} signed in 192.0.2.8")
    assert "request request-77" in told[2]
    assert "15 Jun 2026, 10:00:00" in told[2]
    assert told[3].startswith(f"{GRACE} failed to sign in")


@pytest.mark.parametrize("event", list(Event))
def test_every_event_has_a_sentence_and_a_group(app: Any, admin: TestApp, event: Event) -> None:
    assert event.value.partition(".")[0] in GROUPS
    with app.registry.engines.begin() as conn:
        audit.record(conn, Origin("tester", NOW), event, target="target", details={"odd": ["<b>"], "role": "editor"})
    (told,) = lines(admin.get(f"/audit?actor=tester&event={event.value}"))
    assert told.startswith("tester ")
    assert "{" not in told
    assert "odd: <b>" in told


def test_it_is_filtered(app: Any, admin: TestApp) -> None:
    with app.registry.engines.begin() as conn:
        for day, address, actor in ((1, "192.0.2.1", "one"), (2, "192.0.2.2", "two"), (3, "192.0.2.2", "three")):
            origin = Origin(actor, NOW - timedelta(days=day), address, f"request-{day}")
            audit.record(conn, origin, Event.SIGNED_IN, user=who(app, GRACE).id if day < 3 else None)

    def actors(query: str) -> set[str]:
        return {line.split()[0] for line in lines(admin.get(f"/audit?{query}"))}

    assert actors("address=192.0.2.2") == {"two", "three"}
    assert actors("actor=thr") == {"three"}
    assert actors("request_id=request-1") == {"one"}
    assert actors(f"event=sign_in.done&account={GRACE}") == {"one", "two"}
    assert actors("event=sign_in") == {"one", "two", "three"}
    assert actors("since=2026-06-13&until=2026-06-13") == {"two"}
    assert "No entries match" in admin.get("/audit?account=nobody@example.org").text
    for query in ("event=nonsense", "since=2026-06-13&until=2026-06-01", "since=someday", "before=x"):
        admin.get(f"/audit?{query}", status=400)


def test_it_is_read_page_by_page(app: Any, admin: TestApp) -> None:
    with app.registry.engines.begin() as conn:
        for number in range(120):
            audit.record(conn, Origin(f"tester{number:03}", NOW), Event.SIGNED_OUT)
    page, seen = admin.get("/audit?actor=tester"), []
    while True:
        seen += [line.split()[0] for line in lines(page)]
        older = page.html.find("a", rel="next")
        if older is None:
            break
        page = admin.get(older["href"])
    assert seen == [f"tester{number:03}" for number in reversed(range(120))]


def test_the_file_holds_what_fits_and_is_an_entry_itself(app: Any, admin: TestApp) -> None:
    with app.registry.engines.begin() as conn:
        audit.record(conn, Origin("=cmd()", NOW), Event.SIGNED_OUT)
    admin.get("/audit.csv", status=405)
    answer = post(admin, "/audit.csv", {"event": "sign_in.signed_out"}, status=200)
    assert answer.content_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert [(row["event"], row["actor"]) for row in rows] == [("sign_in.signed_out", "'=cmd()")]
    (told,) = lines(admin.get("/audit?event=directory.exported"))
    assert told.startswith(f"{ADMIN} downloaded the audit log")
    late = signed_in(app, ADMIN, at=NOW - timedelta(hours=1))
    assert "Confirm that it is you" in post(late, "/audit.csv", status=403).text


def test_taking_the_list_of_people_is_noted(app: Any, admin: TestApp) -> None:
    colleague = signed_in(app, GRACE)
    colleague.head("/employees.csv?q=haddad")
    assert colleague.get("/employees.csv?q=haddad&department=ENG").status_int == 200
    (told,) = lines(admin.get("/audit?event=directory"))
    assert told.startswith(f"{GRACE} downloaded people")
    assert "q haddad" in told
    assert "department ENG" in told


def test_a_list_that_can_not_be_noted_is_not_given_out(app: Any) -> None:
    colleague = signed_in(app, GRACE)
    colleague.get("/employees.csv")
    with app.registry.engines.begin() as conn:
        conn.execute(sa.text("LOCK TABLE audit_event") if conn.dialect.name == "postgresql" else sa.text("SELECT 1"))
        assert colleague.get("/employees.csv", status=503).headers["Retry-After"]
    assert colleague.get("/employees.csv").status_int == 200


def test_others_do_not_read_it(app: Any) -> None:
    for client in (signed_in(app, TEAM, role="people_team"), signed_in(app, GRACE)):
        client.get("/audit", status=403)
        post(client, "/audit.csv", status=403)
    TestApp(app).get("/audit", status=303)


def test_no_secret_is_in_it(app: Any, admin: TestApp) -> None:
    client = TestApp(app)
    sign_in(client, GRACE, PASSWORD, status=303)
    cookie = client.cookies[app.registry.session_cookie]
    fields = {"current_password": PASSWORD, "new_password": "nine green lanterns hum"}
    post(client, "/account/password", fields, status=303)
    text = admin.get("/audit").text + post(admin, "/audit.csv").text
    for secret in (PASSWORD, "nine green lanterns hum", cookie, "$argon2"):
        assert secret not in text
