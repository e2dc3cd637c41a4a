"""docs/security.md speaks of every requirement once, and of no test that is not there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+)\.(\d+)(?:-(\d+))? \| ([^|]+) \| (met|not yet|n\.a\.) \| ([^|]*) \|$", re.MULTILINE)
#: Section of ASVS 5.0 -> how many requirements of levels 1 and 2 it begins with (those of level 3 come last in each).
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


def test_every_requirement_has_one_row() -> None:
    named: list[tuple[str, int]] = []
    for section, first, last, *_ in ROW.findall(TEXT):
        named += [(section, number) for number in range(int(first), int(last or first) + 1)]
    expected = [(section, number) for section, most in SECTIONS.items() for number in range(1, most + 1)]
    assert named == expected
    assert len(expected) == 253


def test_what_is_met_names_what_shows_it() -> None:
    for section, number, _, what, state, shown in ROW.findall(TEXT):
        assert state != "met" or shown, f"{section}.{number} {what}"


def test_the_sum_is_right() -> None:
    states: Counter[str] = Counter()
    for _, first, last, _, state, _ in ROW.findall(TEXT):
        states[state] += int(last or first) - int(first) + 1
    told = f"Of 253: {states['met']} met, {states['not yet']} not yet, {states['n.a.']} not applicable."
    assert told in TEXT


def test_every_file_that_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:tests|myproject|docs)/[\w/.]+)`", TEXT))
    named |= {f"docs/{path}" for path in re.findall(r"\]\(([\w/.]+)\)", TEXT)}
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
