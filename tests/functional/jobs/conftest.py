"""What the tests of the ledger and of the threads share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from myproject.db.engines import Engines
from myproject.jobs import running
from myproject.jobs.kinds import Kind, kinds
from myproject.jobs.pool import Pool
from tests.support.jobs import Number, Time, insert, kind, pool


@pytest.fixture
def nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was given up makes no further job here: `test_notifications.py` has that."""
    kinds()  # declared by the name that it has
    monkeypatch.setattr(running, "GIVEN_UP", "nobody is told")


@pytest.fixture
def time() -> Time:
    """The time that jobs go by."""
    return Time()


@pytest.fixture
def does(engines: Engines, time: Time) -> Pool:
    """What does the jobs."""
    return pool(engines, time)


@pytest.fixture
def inserts() -> Iterator[Kind[Number]]:
    """A kind of job that adds a row."""
    with kind(insert) as made:
        yield made
