"""Python's collector of objects that hold each other."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OF_PYTHON = gc.get_freeze_count()
"""Objects that Python 3.12 itself puts away for good."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """While much is made that stays: the collector would look through it in vain, for an eighth of the time.

    Afterwards all of it is among what the collector seldom looks at; by itself it would look at each object once more
    first. Where a server has told it that what was there stays for good (`gc.freeze`), so does this.
    """
    enabled, frozen = gc.isenabled(), gc.get_freeze_count()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if frozen <= _OF_PYTHON:
            gc.unfreeze()  # to the oldest generation
        if enabled:
            gc.enable()
