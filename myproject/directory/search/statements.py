"""Search statements, built once per shape of a question: building one costs more than running it."""

from __future__ import annotations

from typing import Any

from myproject.cache.bounded import MemoryCache

STATEMENTS: MemoryCache[Any] = MemoryCache(1_000)
"""Shape -> statement, with bind parameters for everything that differs from question to question."""
