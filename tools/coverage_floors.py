"""Compare what the tests reach, room by room, with floors that only rise: the end of ``make coverage``.

`tests/coverage_floors.toml` holds a floor for the lines and one for the branches of each room, in per cent.
``make floors`` raises them to what was measured last; nothing lowers them but a hand, and a reviewer sees that.
"""

from __future__ import annotations

import io
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from coverage import Coverage

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "tests/coverage_floors.toml"


class Reach(NamedTuple):
    """How much of a room the tests reach, in per cent."""

    lines: float
    branches: float


def room_of(path: str) -> str:
    """The room of a file: a folder of `myproject`, or of `myproject/directory`; "." for modules beside the rooms."""
    _, *folders, _ = Path(path).parts
    return "/".join(folders[: 2 if folders[:1] == ["directory"] else 1]) or "."


#: Lines and branches of a room that threads and chance reach in one run and not in the next.
SPARE = 3


def _per_cent(covered: int, of: int) -> float:
    return 100 * max(covered, 0) / of if of else 100


def measured(spare: int = 0) -> dict[str, Reach]:
    """What .coverage says of each room, with so many lines and branches less."""
    coverage = Coverage(data_file=str(ROOT / ".coverage"), config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    report = ROOT / ".cache/coverage.json"
    report.parent.mkdir(exist_ok=True)
    coverage.json_report(outfile=str(report))
    counts: dict[str, Counter[str]] = {}
    for path, each in json.loads(report.read_text("utf-8"))["files"].items():
        counts.setdefault(room_of(path), Counter()).update(each["summary"])
    return {
        room: Reach(
            _per_cent(count["covered_lines"] - spare, count["num_statements"]),
            _per_cent(count["covered_branches"] - spare, count["num_branches"]),
        )
        for room, count in sorted(counts.items())
    }


def problems(reached: dict[str, Reach], floors: dict[str, Reach]) -> list[str]:
    """Where tests reach less than they have to, in words."""
    found = [f"{room}: no floor yet; `make floors` sets it" for room in reached.keys() - floors.keys()]
    found += [f"{room}: there is no such room; take it out of {FLOORS.name}" for room in floors.keys() - reached.keys()]
    for room in reached.keys() & floors.keys():
        for kind, now, floor in zip(Reach._fields, reached[room], floors[room], strict=True):
            if now < floor:
                found.append(f"{room}: tests reach {now:.1f} % of its {kind}, the floor is {floor:g} %")
    return sorted(found)


def raised(reached: dict[str, Reach], floors: dict[str, Reach]) -> str:
    """The text of the file with every floor a point below what was reached, and none lower than before."""
    text = io.StringIO()
    text.write(
        "# Per cent of the lines and branches of each room that tests reach at least: `make floors` raises them.\n"
    )
    for room, now in reached.items():
        highest = (max(int(each) - 1, int(floor)) for each, floor in zip(now, floors.get(room, (0, 0)), strict=True))
        text.write('"{}" = {{ lines = {}, branches = {} }}\n'.format(room, *highest))
    return text.getvalue()


def read() -> dict[str, Reach]:
    """The floors."""
    return {room: Reach(**floor) for room, floor in tomllib.loads(FLOORS.read_text("utf-8")).items()}


if __name__ == "__main__":
    floors, reached = read(), measured()
    for room, now in reached.items():
        print(f"{room:26} {now.lines:6.1f} % of lines {now.branches:6.1f} % of branches")
    if "--raise" in sys.argv:
        FLOORS.write_text(raised(measured(SPARE), floors), "utf-8")
    elif found := problems(reached, floors):
        sys.exit("\n".join(["Tests reach less than before: add tests for what is new.", *found]))
