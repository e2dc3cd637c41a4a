"""Doing things at the same time, in tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def in_threads(work: Callable[[int], Any], threads: int, times: int) -> list[Any]:
    """What ``work(0)``, ``work(1)``, ... give, as many at once as there are threads."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(threads * times)))
