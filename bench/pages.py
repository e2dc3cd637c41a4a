"""How long pages take: every database by turns, so that a busy minute of the machine falls on all of them alike."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.databases import ROOT, Target, environment

Tell = Callable[[str], None]


@dataclass
class Cost:
    """What one kind of request costs on one database, in milliseconds."""

    question: str
    title: str
    bound: bool
    kind: str
    employees: int
    wall: list[list[float]] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    """How many people each page showed, by round."""
    bytes: int = 0

    def summary(self) -> dict[str, Any]:
        """Figures for the report: p50 is the median of the rounds' medians, p99 is over all requests."""
        medians = [statistics.median(round_) for round_ in self.wall]
        everything = sorted(time for round_ in self.wall for time in round_)
        return {
            "question": self.question,
            "title": self.title,
            "bound": self.bound,
            "database": self.kind,
            "employees": self.employees,
            "p50": statistics.median(medians),
            "medians": medians,
            "rows": [statistics.median(round_) for round_ in self.rows] or [0] * len(medians),
            "row_ms": _row_cost(self.wall, self.rows),
            "row_processor": _row_cost([self.processor], [[count for round_ in self.rows for count in round_]]),
            "p99": everything[min(len(everything) - 1, int(len(everything) * 0.99))],
            "processor": statistics.median(self.processor),
            "bytes": self.bytes,
            "requests": len(everything),
        }


def _row_cost(wall: list[list[float]], rows: list[list[int]]) -> float | None:
    """What one person more on a page costs, where pages of a kind show few and many; else None."""
    pairs = [pair for times, counts in zip(wall, rows, strict=False) for pair in zip(counts, times, strict=False)]
    few, many = ([pair for pair in pairs if low <= pair[0] <= high] for low, high in ((1, 15), (25, 100)))
    if min(len(few), len(many)) < 10:
        return None
    (rows_few, ms_few), (rows_many, ms_many) = (
        tuple(statistics.median(column) for column in zip(*some, strict=True)) for some in (few, many)
    )
    return max(0.0, (ms_many - ms_few) / (rows_many - rows_few))


class _Process:
    """A worker and the pipe to it."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker"],
            cwd=ROOT,
            # Else the few lists that 1,000 people make would come from memory, and be compared with ones that don't.
            env={**environment(target.url), "MYPROJECT_CACHE_ANSWERS": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.questions: list[tuple[str, str, bool]] = [tuple(one) for one in self._answer()]

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"The process for {self.target.label} has ended.")
        return json.loads(line)

    def measure(self, question: str, number: int, seed: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(json.dumps([question, number, seed]), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = self._answer()
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def measure(targets: list[Target], rounds: int, number: int, tell: Tell) -> list[dict[str, Any]]:
    """The summary of every kind of request on every target."""
    processes = []
    try:
        for target in targets:
            tell(f"start {target.label}")
            processes.append(_Process(target))
        costs = {
            (process.target, name): Cost(name, title, bound, process.target.kind, process.target.employees)
            for process in processes
            for name, title, bound in process.questions
        }
        for turn in range(-1, rounds):
            tell(f"round {turn + 1} of {rounds}" if turn >= 0 else "warm up")
            _round(processes, costs, turn, number)
        return [cost.summary() for cost in costs.values()]
    finally:
        for process in processes:
            process.close()


def _round(processes: list[_Process], costs: dict[tuple[Target, str], Cost], turn: int, number: int) -> None:
    """Every kind of request once on every database, side by side; the round before the first is thrown away."""
    names = dict.fromkeys(name for process in processes for name, _, _ in process.questions)
    for name in names:
        # Each time another one goes first.
        shift = max(turn, 0) % len(processes)
        for process in processes[shift:] + processes[:shift]:
            cost = costs.get((process.target, name))
            if cost is None:
                continue
            seen = process.measure(name, number, turn)
            if turn >= 0:
                cost.wall.append(seen["wall"])
                cost.processor.extend(seen["processor"])
                cost.rows.append(seen["rows"])
                cost.bytes = seen["bytes"]
