"""The report of the benchmark: what it compares, and what it calls a miss."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bench import plot, report
from bench.pages import Cost


def row(employees: int, *rounds: list[float], bound: bool = True, kind: str = "sqlite") -> dict[str, Any]:
    cost = Cost("list", "List <of people>", bound, kind, employees, list(rounds), [1.0], bytes=1000)
    return cost.summary()


def test_rounds_are_compared_one_by_one():
    # The second round fell on a busy minute, for both alike.
    small, large = row(1_000, [2.0], [20.0], [2.0]), row(300_000, [3.0], [30.0], [8.0])
    report.with_ratios([small, large])
    assert small["ratio"] is None
    assert large["ratio"] == pytest.approx(1.5)


def test_p99_is_over_all_requests():
    cost = row(1_000, [1.0] * 99, [1.0] * 99 + [50.0, 60.0])
    assert cost["p50"] == 1.0
    assert cost["p99"] == 50.0
    assert cost["requests"] == 200


def result(*pages: dict[str, Any], imports: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "date": "2026-06-15",
        "machine": {"processor": "some"},
        "versions": ["SQLite 3"],
        "rounds": 3,
        "number": 1,
        "pages": report.with_ratios(list(pages)),
        "imports": list(imports),
        "starts": [],
    }


def test_what_misses_its_bar_is_told():
    slow = result(row(1_000, [10.0]), row(300_000, [26.0]))
    assert [line.rpartition(": ")[2][:4] for line in report.misses(slow)] == ["26.0", "2.60"]
    assert not report.misses(result(row(1_000, [10.0]), row(300_000, [14.0])))
    free = result(row(1_000, [1.0], bound=False), row(300_000, [20.0], bound=False))
    assert not report.misses(free)
    heavy = {"database": "sqlite", "employees": 10_000, "seconds": 16.0, "rows_per_second": 625}
    heavy |= {"megabytes": 2000, "processor": 9.0}
    assert len(report.misses(result(imports=(heavy,)))) == 2


def test_the_report_shows_every_size():
    text = report.markdown(result(row(1_000, [10.0]), row(300_000, [14.0])), "plot.svg")
    assert "| List <of people> | 10.0 / 10.0 | 14.0 / 14.0 | 0, 0 | 1.40 | 1.40 |" in text
    assert "Every figure reaches its bar." in text


def test_pages_are_compared_by_as_many_people():
    """What a row costs is taken from the smallest size, so that dearer rows count as growth."""

    def joiners(employees: int, step: float) -> dict[str, Any]:
        shown = [*[2] * 10, *[50] * 10]
        times = [1.0 + step * rows for rows in shown]
        cost = Cost("list of joiners", "Joiners", False, "sqlite", employees, [times], [1.0], [shown])
        return cost.summary()

    def search(employees: int, ms: float, rows: int) -> dict[str, Any]:
        return Cost("search", "Search", True, "sqlite", employees, [[ms]], [1.0], [[rows]]).summary()

    small, large = search(1_000, 2.0, 2), search(300_000, 4.4, 50)
    pages = report.with_ratios([joiners(1_000, 0.025), small, joiners(300_000, 0.05), large])
    assert pages[0]["row_ms"] == pytest.approx(0.025)
    assert large["ratio"] == pytest.approx(2.2)
    assert large["alike"] == pytest.approx(1.6)


def test_the_plot_is_well_formed():
    root = ET.fromstring(plot.picture([row(1_000, [1.0]), row(300_000, [2.0], [3.0])]))
    assert root.tag.endswith("svg")
    assert "List <of people>" in "".join(root.itertext())
