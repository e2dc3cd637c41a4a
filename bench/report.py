"""What was measured, as a table for people: Markdown, with the bars that the figures have to reach."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]

#: Most milliseconds at p50 with 300,000 people, and most times the cost of the smallest size.
PAGE_MS, GROWTH = 25.0, 1.5
#: Employees -> most seconds of an import; most megabytes of any import.
IMPORT_SECONDS = {10_000: 15.0, 300_000: 240.0}
IMPORT_MB = 1536.0


def machine() -> dict[str, str]:
    """What it ran on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        model = next((line.split(":")[1].strip() for line in info.open() if line.startswith("model name")), model)
    busy = f"{os.getloadavg()[0]:.1f}"
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load at the start": busy,
    }


def misses(result: dict[str, Any]) -> list[str]:
    """Every figure that does not reach its bar, in words."""
    found = []
    for row in result["pages"]:
        where = f"{row['title']}, {row['database']}, {row['employees']:,} people"
        if row["employees"] >= 300_000 and row["p50"] > PAGE_MS:
            found.append(f"{where}: {row['p50']:.1f} ms at p50, at most {PAGE_MS:g} ms.")
        if row["employees"] >= 300_000 and row["bound"] and (row["alike"] or 0) > GROWTH:
            found.append(
                f"{where}: {row['alike']:.2f} times what a page of as many people costs at the smallest size,"
                f" at most {GROWTH}."
            )
    for row in result["imports"]:
        where = f"Import, {row['database']}, {row['employees']:,} people"
        bar = IMPORT_SECONDS.get(row["employees"])
        if bar and row["seconds"] > bar:
            found.append(f"{where}: {row['seconds']:.0f} s, at most {bar:.0f} s.")
        if row["megabytes"] > IMPORT_MB:
            found.append(f"{where}: {row['megabytes']:.0f} MB, at most {IMPORT_MB:.0f} MB.")
    return found


def with_ratios(pages: Rows) -> Rows:
    """The rows, each with its cost as a multiple of that of the smallest size on the same database.

    The rounds are compared one by one, for both were measured within the same seconds; the median of them counts.
    `ratio` compares the pages as they are, `alike` without what the people cost that the one shows more than the other,
    at what a row costs at the smallest size.
    """
    smallest = min((row["employees"] for row in pages), default=0)
    first = {(row["question"], row["database"]): row for row in pages if row["employees"] == smallest}
    joiners = [row for row in first.values() if row["question"] == "list of joiners"]
    row_ms = {row["database"]: row["row_ms"] or 0.0 for row in joiners}
    row_processor = {row["database"]: row["row_processor"] or 0.0 for row in joiners}
    for row in pages:
        base = first.get((row["question"], row["database"]))
        row["ratio"] = row["alike"] = row["processor_ratio"] = row["processor_alike"] = None
        if base is not None and base is not row:
            row["ratio"] = statistics.median(a / b for a, b in zip(row["medians"], base["medians"], strict=True))
            each = row_ms.get(row["database"], 0.0)
            row["processor_ratio"] = row["processor"] / base["processor"]
            further = statistics.median(row["rows"]) - statistics.median(base["rows"])
            spent = row["processor"] - further * row_processor.get(row["database"], 0.0)
            row["processor_alike"] = spent / base["processor"]
            more = [a - b for a, b in zip(row["rows"], base["rows"], strict=True)]
            row["alike"] = statistics.median(
                (a - each * rows) / b for a, b, rows in zip(row["medians"], base["medians"], more, strict=True)
            )
    return pages


def markdown(result: dict[str, Any], picture: str) -> str:
    """The whole report."""
    parts = [f"# How fast it is, {result['date']}", ""]
    facts = {**result["machine"], "databases": ", ".join(result["versions"])}
    parts += [f"- {name}: {value}" for name, value in facts.items()]
    parts += [f"- each page: {result['rounds']} rounds of {result['number']} requests on each database, by turns", ""]
    parts += ["`bench/README.md` tells how to read it.", "", f"![Cost against the number of people]({picture})", ""]
    parts += _pages(result["pages"])
    parts += _imports(result["imports"])
    parts += _starts(result["starts"])
    missed = misses(result)
    parts += ["## Bars", ""]
    parts += [f"- {line}" for line in missed] or ["Every figure reaches its bar."]
    return "\n".join(parts) + "\n"


def _pages(pages: Rows) -> Iterable[str]:
    if not pages:
        return []
    sizes = sorted({row["employees"] for row in pages})
    lines = ["## Pages: server time of a request in milliseconds, p50 / p99", ""]
    for kind in dict.fromkeys(row["database"] for row in pages):
        head = " | ".join(f"{size:,}" for size in sizes)
        lines += [f"### {kind}", "", f"| page | {head} | people shown | growth | alike |"]
        lines.append(f"|---|{'--:|' * (len(sizes) + 3)}")
        mine = [row for row in pages if row["database"] == kind]
        for question in dict.fromkeys(row["question"] for row in mine):
            cells = {row["employees"]: row for row in mine if row["question"] == question}
            figures = [f"{c['p50']:.1f} / {c['p99']:.1f}" if (c := cells.get(size)) else "" for size in sizes]
            last = cells.get(sizes[-1])
            growth = _ratios(last, "ratio", "alike")
            ends = (cells.get(sizes[0]), last)
            shown = ", ".join(f"{statistics.median(cell['rows']):.0f}" for cell in ends if cell)
            title = next(iter(cells.values()))["title"]
            lines.append(f"| {title} | {' | '.join(figures)} | {shown} | {growth} |")
        lines.append("")
    return [*lines, *_processor(pages, sizes)]


def _ratios(row: dict[str, Any] | None, *names: str) -> str:
    """The cells of two ratios of the largest size, in brackets where nothing is promised."""
    if row is None or not row[names[0]]:
        return " | "
    form = "{:.2f}" if row["bound"] else "({:.2f})"
    return " | ".join(form.format(row[name]) for name in names)


def _processor(pages: Rows, sizes: list[int]) -> Iterable[str]:
    """The steadier figure on a machine that does other work: what the process itself had to compute."""
    kinds = list(dict.fromkeys(row["database"] for row in pages))
    cells = {(row["question"], row["database"], row["employees"]): row for row in pages}
    head = " | ".join(f"{kind} {' | '.join(f'{size:,}' for size in sizes)} | growth | alike" for kind in kinds)
    lines = ["### Of it, processor time of our own process: median", "", f"| page | {head} |"]
    lines.append(f"|---|{'--:|' * (len(sizes) + 2) * len(kinds)}")
    for question, title in dict.fromkeys((row["question"], row["title"]) for row in pages):
        parts = []
        for kind in kinds:
            found = [cells.get((question, kind, size)) for size in sizes]
            parts += ["" if row is None else f"{row['processor']:.1f}" for row in found]
            parts.append(_ratios(found[-1], "processor_ratio", "processor_alike"))
        lines.append(f"| {title} | {' | '.join(parts)} |")
    return [*lines, ""]


def _imports(rows: Rows) -> Iterable[str]:
    if not rows:
        return []
    head = ["## Import of a sheet into an empty database", ""]
    head += ["| database | employees | seconds | rows per second | processor, s | most memory, MB |"]
    head.append("|---|--:|--:|--:|--:|--:|")
    body = [
        f"| {row['database']} | {row['employees']:,} | {row['seconds']:.1f} | {row['rows_per_second']:,.0f}"
        f" | {row['processor']:.1f} | {row['megabytes']:.0f} |"
        for row in rows
    ]
    return [*head, *body, ""]


def _starts(rows: Rows) -> Iterable[str]:
    if not rows:
        return []
    head = ["## From starting Python to the first page", "", "| database | employees | seconds |", "|---|--:|--:|"]
    return [*head, *(f"| {row['database']} | {row['employees']:,} | {row['seconds']:.2f} |" for row in rows), ""]
