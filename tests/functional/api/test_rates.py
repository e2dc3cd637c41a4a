"""How many requests the API answers: by token, by address, never on pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from myproject.security import rates
from myproject.security.rates import Window
from tests.conftest import app_on
from tests.support.problems import problem
from tests.support.tokens import LIST, bearer, service


class Clock:
    """A time that tests set."""

    now = 6000.0

    def __call__(self) -> float:
        return self.now


def test_a_window_slides() -> None:
    clock = Clock()
    window = Window("token", 10, clock)
    counts = [window.take("a") for _ in range(10)]
    assert [count.left for count in counts] == list(range(9, -1, -1))
    assert not window.take("b").refused
    refused = window.take("a")
    assert refused.refused
    clock.now += refused.seconds
    assert not window.take("a").refused
    # Half a minute later half of the last minute's are still in sight.
    clock.now = 6090.0
    taken = 0
    while not window.take("a").refused:
        taken += 1
    assert taken in (4, 5)
    clock.now += 200
    assert window.take("a").left == 9


@pytest.mark.parametrize("most", [1, 2, 7, 600])
def test_waiting_as_long_as_told_is_enough(most: int) -> None:
    clock = Clock()
    clock.now += 13.7
    window = Window("token", most, clock)
    for _ in range(5 * most):
        count = window.take("a")
        if count.refused:
            assert 1 <= count.seconds <= 120
            clock.now += count.seconds
            assert not window.take("a").refused
        clock.now += 0.01


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 100)
    window = Window("address", 5, Clock())
    for number in range(1000):
        assert not window.take(number).refused
    assert len(window._current) == 100
    for _ in range(4):
        window.take(1)
    assert window.take(1).refused


def test_counting_is_cheap() -> None:
    window = Window("token", 10**9)
    begun = time.perf_counter()
    for _ in range(10_000):
        window.take(7)
    assert (time.perf_counter() - begun) / 10_000 < 50e-6


@pytest.fixture
def app(engines: Any, ini_settings: dict[str, str]) -> Iterator[Any]:
    """An application that is strict."""
    limits = {"api.rate_per_minute": "5", "api.rate_per_address": "20"}
    with app_on(engines, {**ini_settings, **limits}) as app:
        yield app


def test_a_token_is_held_off(app: Any) -> None:
    client, token = TestApp(app), service(app)
    for left in range(4, -1, -1):
        answer = client.get(LIST, headers=bearer(token))
        assert answer.headers["RateLimit-Policy"] == '"token";q=5;w=60'
        assert answer.headers["RateLimit"].startswith(f'"token";r={left};t=')
        assert "Retry-After" not in answer.headers
    answer = client.get(LIST, headers=bearer(token), status=429)
    told = problem(answer, 429, kind="rate-limited")
    assert "token" in told["detail"]
    assert answer.headers.getall("RateLimit")[0].startswith('"token";r=0;t=')
    assert len(answer.headers.getall("RateLimit")) == 1
    assert 1 <= int(answer.headers["Retry-After"]) <= 120
    assert client.get(LIST, headers=bearer(service(app, name="another"))).status_int == 200


def test_an_address_is_held_off_whatever_it_brings(app: Any) -> None:
    client = TestApp(app)
    for number in range(20):
        answer = client.get(LIST, headers=bearer(f"nonsense {number}"), status=401)
        assert answer.headers["RateLimit-Policy"] == '"address";q=20;w=60'
    answer = client.get(LIST, headers={**bearer("nonsense"), "X-Forwarded-For": "192.0.2.7"}, status=429)
    problem(answer, 429, kind="rate-limited")
    assert client.get(LIST, headers=bearer(service(app)), status="*").status_int == 429
    elsewhere = TestApp(app, extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.get(LIST, headers=bearer(service(app, name="another"))).status_int == 200


def test_pages_are_not_counted(app: Any) -> None:
    client = TestApp(app)
    for _ in range(25):
        answer = client.get("/sign-in")
        assert "RateLimit" not in answer.headers


def test_zero_is_any_number(engines: Any, ini_settings: dict[str, str]) -> None:
    limits = {"api.rate_per_minute": "0", "api.rate_per_address": "0"}
    with app_on(engines, {**ini_settings, **limits}) as app:
        assert "RateLimit" not in TestApp(app).get(LIST, headers=bearer(service(app))).headers
