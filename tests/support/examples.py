"""How many examples property tests make."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> int:
    """So many, or a tenth with ``--quick``, whose profile makes 10 instead of 100."""
    return max(number * settings().max_examples // 100, 4)
