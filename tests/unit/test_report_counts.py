"""Counting who is below whom."""

from __future__ import annotations

import random

from myproject.directory.org_chart.report_counts import count


def by_walking(edges: dict[int, int]) -> dict[int, tuple[int, int]]:
    """The same numbers the slow way: everyone climbs to the top and adds one at each step."""
    direct: dict[int, int] = {}
    below: dict[int, int] = {}
    for employee, manager in edges.items():
        direct[manager] = direct.get(manager, 0) + 1
        at: int | None = manager
        while at is not None:
            below[at] = below.get(at, 0) + 1
            at = edges.get(at)
        assert employee != manager
    return {manager: (direct[manager], below[manager]) for manager in direct}


def test_everyone_is_counted_once_at_every_step_above() -> None:
    draw = random.Random(7)
    for size in (0, 1, 2, 10, 300):
        edges = {n: draw.randrange(max(1, n - 12), n) for n in range(2, size + 1) if draw.random() < 0.95}
        spans = count(edges.items())
        assert spans.counts == by_walking(edges)
        assert spans.placed == len(edges)
        assert set(spans.tops) == {m for m in edges.values() if m not in edges}
        sizes = [spans.counts[top][1] for top in spans.tops]
        assert sizes == sorted(sizes, reverse=True)


def test_a_circle_ends() -> None:
    spans = count([(1, 2), (2, 3), (3, 1), (4, 3), (6, 5)])
    assert spans.tops == (5,)
    assert spans.counts[5] == (1, 1)
    assert spans.counts[3] == (2, 0)
