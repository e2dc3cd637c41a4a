"""The bounded cache: what it keeps, what it drops, and that threads don't disturb each other."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from myproject.cache.answers import CachedAnswer, answers_in_memory
from myproject.cache.bounded import Cache, MemoryCache
from myproject.cache.revision_cache import RevisionCache
from tests.support.threads import in_threads


def test_the_values_used_last_stay() -> None:
    cache: Cache[int] = MemoryCache(3)
    for number in (1, 2, 3):
        cache.put(number, number * 10)
    assert cache.get(1) == 10
    cache.put(4, 40)
    assert [cache.get(number) for number in (1, 2, 3, 4)] == [10, None, 30, 40]
    cache.put(4, 41)
    assert [cache.get(number) for number in (1, 3, 4)] == [10, 30, 41]
    cache.discard(3)
    cache.discard("never there")
    assert cache.get(3) is None
    cache.clear()
    assert cache.get(1) is None


def test_a_value_is_made_once() -> None:
    cache: MemoryCache[str] = MemoryCache(2)
    made: list[str] = []

    def make() -> str:
        made.append("value")
        return "value"

    assert cache.get_or_make("key", make) == cache.get_or_make("key", make) == "value"
    assert made == ["value"]


def test_a_limit_in_bytes() -> None:
    answers = answers_in_memory(50_000)
    for number in range(100):
        answers.put(number, CachedAnswer(b"x" * 1_000))
    kept = [number for number in range(100) if answers.get(number)]
    assert kept == list(range(75, 100))
    answers.put("large", CachedAnswer(b"x" * 5_000))
    assert answers.get("large") is None, "it would take a tenth of everything"
    for _ in range(100):
        answers.put("same", CachedAnswer(b"x" * 1_000))
    assert sum(answers.get(number) is not None for number in range(100)) == 24


def test_threads() -> None:
    cache: MemoryCache[int] = MemoryCache(50)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(3_000):
            key = chance.randrange(100)
            found = cache.get_or_make(key, lambda key=key: key * 7)  # type: ignore[misc]
            assert found == key * 7
            if chance.random() < 0.1:
                cache.discard(chance.randrange(100))

    in_threads(work, threads=6, times=1)
    assert len(cache) <= 50
    cache.put("last", 1)
    assert cache.get("last") == 1


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = sa.create_engine("sqlite://")
    yield made
    made.dispose()


def test_what_is_read_in_a_write_transaction_is_not_stored(engine: Engine) -> None:
    cache: RevisionCache[int] = RevisionCache(10)
    with engine.connect() as writing:
        assert cache.get_or_make(writing, 1, lambda: 5) == 5
        cache.put(writing, 1, 6)
        assert cache.get(writing, 1) is None
    with engine.connect().execution_options(settled=True) as reading:
        assert cache.get_or_make(reading, 1, lambda: 7) == 7
        assert cache.get_or_make(reading, 1, lambda: 8) == 7
    other = sa.create_engine("sqlite://")
    with other.connect() as conn:
        assert cache.get(conn, 1) is None, "another database"
    other.dispose()
    cache.clear()
    with engine.connect() as conn:
        assert cache.get(conn, 1) is None
