"""Requests that are sent again do nothing twice."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa

from tests.conftest import Company
from tests.support.api import service
from tests.support.problems import problem

LOCATION = {"code": "BGO", "name": "Bergen"}


def count(company: Company, table: str, where: str = "1 = 1") -> int:
    with company.engines.read.connect() as conn:
        found: int = conn.execute(sa.text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()
    return found


def test_fifty_at_once_make_one(own_company: Company) -> None:
    """50 parallel POSTs with one key: one record."""
    program = service(own_company.app)
    program.get("/employees")
    before = count(own_company, "location")
    answers: list[Any] = []
    start = threading.Barrier(50)

    def send() -> None:
        mine = type(program)(own_company.app, program.headers["Authorization"].removeprefix("Bearer "))
        start.wait()
        answers.append(mine.post("/locations", LOCATION, idempotency_key="one"))

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(own_company, "location") == before + 1
    made = [answer for answer in answers if answer.status_int == 201]
    assert len(answers) == 50
    assert made
    assert len({answer.json["id"] for answer in made}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in made) == 1
    for answer in answers:
        if answer.status_int != 201:
            problem(answer, 409, kind="in-flight")
            assert answer.headers["Retry-After"] == "1"
    again = program.post("/locations", LOCATION, idempotency_key="one", status=201)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_answer_again(own_company: Company, travel: Any) -> None:
    program = service(own_company.app)
    first = program.post("/locations", LOCATION, idempotency_key="k", status=201)
    again = program.post("/locations", LOCATION, idempotency_key="k", status=201)
    assert again.body == first.body
    for name in ("ETag", "Location", "Revision", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    problem(
        program.post("/locations", {**LOCATION, "code": "X"}, idempotency_key="k"), 422, kind="idempotency-key-reused"
    )
    problem(program.post("/locations", LOCATION), 409)
    # The key of another is another key.
    problem(service(own_company.app, name="other").post("/locations", LOCATION, idempotency_key="k"), 409, kind="taken")
    # After a day it is forgotten, and with the next one removed.
    travel(own_company.app, "2026-06-16T10:01Z")
    problem(program.post("/locations", LOCATION, idempotency_key="k"), 409, kind="taken")
    program.post("/locations", {**LOCATION, "code": "X"}, idempotency_key="k2", status=201)
    assert count(own_company, "idempotency_key") == 1


def test_what_failed_may_be_sent_again(own_company: Company) -> None:
    program = service(own_company.app)
    problem(program.post("/locations", {**LOCATION, "time_zone": "X/Y"}, idempotency_key="k"), 422)
    program.post("/locations", LOCATION, idempotency_key="k", status=201)


def test_keys_that_are_none(own_company: Company) -> None:
    program = service(own_company.app)
    for bad in ("", "x" * 256, "\x7f"):
        problem(program.post("/locations", LOCATION, idempotency_key=bad), 400)
    path = f"/employees/{own_company.ids['E05']}:move"
    body = {"effective": "2026-06-15", "job_title": "Lead"}
    first = program.post(path, body, idempotency_key="m", if_match="*", status=200)
    again = program.post(path, body, idempotency_key="m", if_match="*", status=200)
    assert again.headers["ETag"] == first.headers["ETag"]
    revision = first.headers["Revision"]
    undone = program.post(f"/change-sets/{revision}:undo", {}, idempotency_key="u", status=200)
    assert program.post(f"/change-sets/{revision}:undo", {}, idempotency_key="u", status=200).body == undone.body
    batch = {"operations": [{"method": "POST", "path": "/locations", "body": LOCATION}]}
    done = program.post("/batch", batch, idempotency_key="b", status=200)
    assert program.post("/batch", batch, idempotency_key="b", status=200).body == done.body
