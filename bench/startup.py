"""What starting costs: `python -m bench.startup` compares the first answer of the application with a bare import of the
libraries that it stands on, and tells what later first requests cost and how much memory the process holds.

The two are started by turns, each in a process of its own; the disk is warm and modules are compiled (`--uncompiled`:
they are not, as where PYTHONDONTWRITEBYTECODE is set). The ratio of their processor time is the figure to trust on a
machine that does other work.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from bench.databases import ROOT, SQLite, ensure, environment
from bench.first_page import API, PAGES

LIBRARIES = "pyramid.config, pyramid_jinja2, sqlalchemy.orm, pydantic, waitress, pyramid_tm, zope.sqlalchemy"


@dataclass(frozen=True)
class Run:
    """One process: seconds of processor time until the first answer, and all that it printed."""

    processor: float
    printed: dict[str, Any]


def _run(code: str, env: dict[str, str]) -> Run:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    printed = json.loads(done.stdout)
    return Run(printed["processor"], printed)


def measure(runs: int, people: int, *, uncompiled: bool) -> dict[str, list[Run]]:
    """`runs` processes of each kind, by turns."""
    target = ensure(SQLite(), people)
    env = environment(target.url)
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    if uncompiled:
        # Bytecode of ours is neither read nor written; that of the libraries stays where pip put it.
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        for path in (ROOT / "myproject").rglob("__pycache__"):
            shutil.rmtree(path)
    cookie = _run("from bench.first_page import print_cookie; print_cookie()", env).printed["cookie"]
    bare = f"import {LIBRARIES}, json, os; t = os.times(); print(json.dumps({{'processor': t.user + t.system}}))"
    ours = f"from bench.first_page import serve_first; serve_first({cookie!r})"
    found: dict[str, list[Run]] = {"libraries": [], "application": []}
    if not uncompiled:
        _run(ours, env)  # writes the bytecode
    for _ in range(runs):
        found["libraries"].append(_run(bare, env))
        found["application"].append(_run(ours, env))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.startup", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="processes of each kind")
    parser.add_argument("--people", type=int, default=200, help="people in the database")
    parser.add_argument("--uncompiled", action="store_true", help="no bytecode of the application is read or written")
    given = parser.parse_args()
    found = measure(given.runs, given.people, uncompiled=given.uncompiled)
    bare, ours = found["libraries"], found["application"]

    def median(values: list[float]) -> float:
        return statistics.median(values)

    libraries, application = median([run.processor for run in bare]), median([run.processor for run in ours])
    print(f"libraries      {libraries:6.2f} s of processor time")
    print(f"first answer   {application:6.2f} s of processor time")
    print(f"ratio          {application / libraries:6.2f}")
    for name, title in (("rss_first", "the first page"), ("rss_pages", "all pages"), ("rss_api", "the API as well")):
        print(f"memory         {median([run.printed[name] for run in ours]):6.0f} MB after {title}")
    print("\nfirst and second request, ms")
    for address in (*PAGES, *API):
        first, second = zip(*(run.printed["requests"][address] for run in ours), strict=True)
        print(f"{median(list(first)):7.1f} {median(list(second)):7.1f}  {address}")


if __name__ == "__main__":
    main()
