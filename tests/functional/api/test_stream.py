"""The change stream: in the order of commits, nothing twice, nothing left out; planned things when their day comes."""

from __future__ import annotations

import os
import threading
import time
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts.permissions import Role
from myproject.directory.present import present_table
from tests.conftest import Company
from tests.support.api import service
from tests.support.following import Follower
from tests.support.problems import problem
from tests.support.writers import Writers

#: How long they write: `bench/follow.py` asks for more.
SECONDS = float(os.environ.get("MYPROJECT_TEST_FOLLOW_SECONDS", "4"))


def same(company: Company, follower: Follower, today: date = date(2026, 6, 15)) -> None:
    with company.engines.begin() as conn:
        present_table.roll_forward(conn, today)
    with company.engines.read.connect() as conn:
        assert follower.differences(conn, today) == []


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_a_copy_from_the_beginning(own_company: Company, limit: int) -> None:
    follower = Follower(service(own_company.app), limit=limit)
    assert follower.catch_up() > 25
    same(own_company, follower)
    assert follower.catch_up() == 0
    assert follower.entries[0]["change_set"]["author"] == "test"
    order = [entry["revision"] for entry in follower.entries]
    assert order == sorted(order)


def test_asking_again_costs_nothing(own_company: Company, query_count: Any) -> None:
    program = service(own_company.app)
    follower = Follower(program)
    follower.catch_up()
    response = program.get(f"/changes?after={follower.place}")
    assert response.json["items"] == []
    assert response.json["place"] == follower.place
    with query_count(own_company.app) as count:
        program.get(f"/changes?after={follower.place}", if_none_match=response.headers["ETag"], status=304)
    assert len(count) == 1, count
    program.patch(f"/employees/{own_company.ids['E05']}", {"desk": "7"}, if_match="*", status=200)
    again = program.get(f"/changes?after={follower.place}", if_none_match=response.headers["ETag"])
    (entry,) = again.json["items"]
    assert entry["fields"] == {"desk": {"before": None, "after": "7"}}
    assert entry["employee"]["employee_number"] == "E05"
    assert entry["verbs"] == ["edit_card"]
    assert entry["change_set"]["author"] == "service: sync"


@pytest.mark.slow
def test_planned_things_come_into_effect(own_company: Company, travel: Any) -> None:
    follower = Follower(service(own_company.app), limit=2)
    follower.catch_up()
    planned = [entry for entry in follower.entries if entry["revision"] == 3 and entry["type"] == "change"]
    assert all(entry["planned"] for entry in planned if entry["verbs"] not in (["leave"], ["rename_department"]))
    future = own_company.ids["E14"]
    assert follower.things["employee", future]["employed"] is False
    travel(own_company.app, "2026-07-01T08:00Z")
    assert follower.catch_up() == 2
    assert {entry["type"] for entry in follower.entries[-2:]} == {"effective"}
    assert follower.things["employee", future]["employed"] is True
    assert follower.catch_up() == 0
    same(own_company, follower, date(2026, 7, 1))
    # Away for months, with a change in between.
    travel(own_company.app, "2026-08-15T08:00Z")
    own_company.app.registry.roll_forward.wait()
    program = service(own_company.app, name="other")
    program.patch(f"/employees/{own_company.ids['E05']}", {"desk": "7"}, if_match="*", status=200)
    travel(own_company.app, "2026-10-01T08:00Z")
    follower.catch_up()
    days = [entry["day"] for entry in follower.entries if entry["type"] == "effective"]
    assert days == ["2026-04-01", "2026-07-01", "2026-07-01", "2026-08-01", "2026-09-01"]
    same(own_company, follower, date(2026, 10, 1))
    # Whoever begins now comes to the same.
    other = Follower(service(own_company.app, name="third"), limit=7)
    other.catch_up()
    same(own_company, other, date(2026, 10, 1))


def test_where_to_begin(own_company: Company) -> None:
    program = service(own_company.app)
    now = program.get("/changes?after=now").json
    assert now["items"] == []
    assert now["place"] == "3~2026-06-15"
    page = program.get("/changes?after=2").json
    # One left on a day after #2, and before #3.
    told = [(entry["type"], entry["revision"]) for entry in page["items"]]
    assert told[0] == ("effective", 2)
    assert set(told[1:]) == {("change", 3)}
    assert program.get("/changes?after=2&limit=0").json["more"] is True
    for bad in ("x", "1.e5", "3~2026-13-01", "3~2026-06-15.x1", "-1", "1~2026-06-15.e1.e2"):
        problem(program.get(f"/changes?after={bad}", status=400), 400, place="after")
    for beyond in ("4", "3~2026-06-16", "99~2026-06-15"):
        problem(program.get(f"/changes?after={beyond}", status=400), 400, place="after")


def test_what_may_be_seen_is_told(own_company: Company) -> None:
    people, ordinary = service(own_company.app), service(own_company.app, Role.EMPLOYEE, name="ordinary")
    follower = Follower(ordinary)
    follower.catch_up()
    text = str(follower.entries)
    assert "1971" not in text
    assert "canary" not in text
    ids = own_company.ids
    assert follower.things["employee", ids["E05"]]["phone"]
    mine = own_company.client("e05@larkfield.example")
    from tests.support.accounts import token_of

    def narrow(audience: str) -> None:
        mine.patch_json(
            f"/api/v1/employees/{ids['E05']}",
            {"audiences": {"phone": audience}},
            headers={"X-CSRF-Token": token_of(mine), "If-Match": "*"},
        )

    narrow("people_team")
    follower.catch_up()
    assert follower.entries[-1]["withdrawn"] == ["phone"]
    assert "phone" not in follower.things["employee", ids["E05"]]
    people.patch(f"/employees/{ids['E05']}", {"phone": "+47 1 23 45 67"}, if_match="*", status=200)
    follower.catch_up()
    narrow("colleagues")
    fresh = ordinary.get(f"/changes?after={follower.place}").json["items"]
    assert fresh[-1]["fields"]["phone"]["after"] == "+47 1 23 45 67"
    people.post(f"/employees/{ids['E06']}:change-audience", {"audience": "people_team"}, if_match="*", status=200)
    told = ordinary.get("/changes?after=0&limit=1000").json["items"]
    assert [entry["type"] for entry in told[-1:]] == ["reload"]
    assert "山田" not in str(told)
    assert told[-1].keys() == {"type", "place", "day", "revision"}


@pytest.mark.long
def test_a_follower_of_eight_writers(own_company: Company) -> None:
    """Eight write for some seconds; whoever follows has exactly the directory's state in the end."""
    threads = threading.active_count()
    follower = Follower(service(own_company.app, name="follower"), limit=50)
    slow = Follower(service(own_company.app, name="slow"), limit=1000)
    writers = Writers(own_company, [service(own_company.app, name=f"w{number}") for number in range(8)])
    writers.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        follower.catch_up()
    writers.stop()
    follower.catch_up()
    slow.catch_up()
    assert writers.failures == []
    assert writers.done > 20
    print(f"{writers.done} change sets, {len(follower.entries)} entries followed")  # noqa: T201 - for the long run
    with own_company.engines.read.connect() as conn:
        revision = conn.execute(sa.text("SELECT revision FROM counter")).scalar_one()
    assert follower.place.startswith(f"{revision}~")
    same(own_company, follower)
    same(own_company, slow)
    # None for each of the eight, nor for each change set; tests before this one may have left some behind.
    assert threading.active_count() < threads + 8
