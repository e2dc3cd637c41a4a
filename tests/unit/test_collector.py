"""What is made while the collector is paused is still collected when nobody needs it any more."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from myproject.collector import collector_paused


class Ring:
    """An object that holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The collector works before and after each test."""
    assert gc.isenabled()
    yield
    gc.unfreeze()
    gc.enable()


def collected(seen: weakref.ref[Ring]) -> bool:
    """Whether it is gone once the collector has been everywhere."""
    gc.collect()
    return seen() is None


def test_what_is_made_meanwhile_can_be_collected() -> None:
    with collector_paused():
        assert not gc.isenabled()
        seen = weakref.ref(Ring())
        for _ in range(100_000):
            Ring()
        assert seen() is not None
    assert gc.isenabled()
    assert collected(seen)


def test_it_stays_off_where_it_was_off_and_comes_back_after_an_error() -> None:
    with pytest.raises(LookupError), collector_paused():
        raise LookupError
    assert gc.isenabled()
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


def test_after_a_server_has_frozen_all_it_made_new_parts_stay_as_well() -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    with collector_paused():
        seen = weakref.ref(Ring())
    assert gc.get_freeze_count() > before
    assert not collected(seen)
    gc.unfreeze()
    assert collected(seen)
