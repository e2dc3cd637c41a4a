"""Measures how fast it is, and how the cost grows with the number of people. `bench/README.md` tells how to read it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import commands, databases, pages, plot, report

RESULTS = Path(__file__).parent / "results"
SIZES = (1_000, 10_000, 100_000, 300_000)
WHAT = ("pages", "import", "start")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of employees (%(default)s)")
    parser.add_argument("--databases", default=",".join(databases.KINDS), help="%(default)s")
    parser.add_argument("--server", default="postgresql:///postgres", help="PostgreSQL server (%(default)s)")
    parser.add_argument("--only", default=",".join(WHAT), help="%(default)s")
    parser.add_argument("--rounds", type=int, default=9, help="rounds over all pages (%(default)s)")
    parser.add_argument("--number", type=int, default=30, help="requests of a kind in a round (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 employees, three short rounds")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the report (%(default)s)")
    parser.add_argument("--name", default=_today(), help="name of the report (%(default)s)")
    given = parser.parse_args()
    if given.quick:
        given.sizes, given.rounds, given.number = "1000,10000", 3, 10
    given.sizes = sorted({int(size) for size in given.sizes.split(",")})
    for name, known in (("databases", databases.KINDS), ("only", WHAT)):
        setattr(given, name, getattr(given, name).split(","))
        if unknown := set(getattr(given, name)) - set(known):
            parser.error(f"--{name}: {', '.join(sorted(unknown))} is not one of {', '.join(known)}")
    return given


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()


def _tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Make the databases that are missing, measure, write the report."""
    given = _arguments()
    result: dict[str, Any] = {"date": given.name, "machine": report.machine(), "rounds": given.rounds}
    result |= {"number": given.number, "pages": [], "imports": [], "starts": []}
    kinds = databases.kinds(given.databases, given.server)
    result["versions"] = [kind.version() for kind in kinds]
    targets = []
    for size in given.sizes:
        for kind in kinds:
            _tell(f"{kind.kind}: the directory of {size:,}")
            targets.append(databases.ensure(kind, size))
    if "start" in given.only:
        _tell("starting")
        result["starts"] = [commands.measure_start(target, 3) for target in targets]
    if "pages" in given.only:
        result["pages"] = report.with_ratios(pages.measure(targets, given.rounds, given.number, _tell))
    if "import" in given.only:
        result["imports"] = list(_imports(given.sizes, kinds, targets))
    _write(result, given.output, given.name)


def _imports(sizes: list[int], kinds: list[databases.Kind], targets: list[databases.Target]) -> Any:
    for size in sizes:
        sheet = commands.write_sheet(next(target for target in targets if target.employees == size))
        for kind in kinds:
            _tell(f"{kind.kind}: import of {size:,}")
            yield commands.measure_import(kind, sheet, size)
        sheet.unlink()


def _write(result: dict[str, Any], folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if result["pages"]:
        (folder / f"{name}.svg").write_text(plot.picture(result["pages"]), encoding="utf-8")
    text = report.markdown(result, f"{name}.svg")
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
    _tell(f"written: {folder / name}.md, .json, .svg")


if __name__ == "__main__":
    main()
