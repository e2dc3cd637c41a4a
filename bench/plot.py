"""The plot: what each page costs as the number of people grows, as SVG; no library is needed for it."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from bench.report import PAGE_MS

Rows = list[dict[str, Any]]

_WIDTH, _HEIGHT = 250, 170
_LEFT, _TOP, _RIGHT, _BOTTOM = 34, 30, 14, 26
_COLUMNS = 4
_TONES = {"sqlite": "light-dark(#2563a8, #7db4ee)", "postgresql": "light-dark(#b45309, #f0a95b)"}
_STYLE = """
  svg { color-scheme: light dark; font: 11px system-ui, sans-serif; background: light-dark(#fff, #16181d) }
  text { fill: light-dark(#333, #ccc) } .quiet { fill: light-dark(#666, #999); font-size: 10px }
  .title { font-weight: 600 } .grid { stroke: light-dark(#e3e3e3, #33363d); stroke-width: 1 }
  .bar { stroke: light-dark(#b91c1c, #f08a8a); stroke-width: 1; stroke-dasharray: 6 4 }
  .line { fill: none; stroke-width: 2 } .tail { fill: none; stroke-width: 1; stroke-dasharray: 2 3 }
"""


def picture(pages: Rows) -> str:
    """Small plots, one for each kind of request: p50 drawn through, p99 dotted, a colour for each database."""
    names = list(dict.fromkeys(row["question"] for row in pages))
    rows = math.ceil(len(names) / _COLUMNS)
    width, height = _COLUMNS * _WIDTH, rows * _HEIGHT + 34
    frame = f'<rect x="{_LEFT}" y="{_TOP - 2}" width="{_WIDTH - _LEFT}" height="{_HEIGHT - _TOP - _BOTTOM + 4}"/>'
    # Tails that leave the frame are cut off there, not bent along its edge.
    body = [f'<clipPath id="frame">{frame}</clipPath>', _legend()]
    for place, name in enumerate(names):
        x, y = place % _COLUMNS * _WIDTH, place // _COLUMNS * _HEIGHT + 30
        body.append(f'<g transform="translate({x},{y})">{_plot([r for r in pages if r["question"] == name])}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="Milliseconds of server time against the number of employees">'
        f"<style>{_STYLE}</style>{''.join(body)}</svg>\n"
    )


def _legend() -> str:
    parts, x = [], _LEFT
    for kind, tone in _TONES.items():
        parts.append(f'<path class="line" style="stroke:{tone}" d="M{x},16h22"/>')
        parts.append(f'<text x="{x + 28}" y="20">{kind}</text>')
        x += 110
    words = "milliseconds a request: p50 drawn through, p99 dotted; dashed: at most 25 ms"
    parts.append(f'<text class="quiet" x="{x}" y="20">{words}</text>')
    return "".join(parts)


def _plot(rows: Rows) -> str:
    sizes = sorted({row["employees"] for row in rows})
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])
    top = _ceiling(max(row["p50"] for row in rows) * 1.6)

    def across(size: int) -> float:
        share = (math.log10(size) - low) / (high - low) if high > low else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def up(milliseconds: float) -> float:
        return _HEIGHT - _BOTTOM - milliseconds / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [f'<text class="title" x="{_LEFT}" y="18">{escape(_fitting(rows[0]["title"]))}</text>']
    for step in (0, top / 2, top):
        parts.append(f'<path class="grid" d="M{_LEFT},{up(step):.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text class="quiet" text-anchor="end" x="{_LEFT - 5}" y="{up(step) + 3:.1f}">{step:g}</text>')
    if top > PAGE_MS:
        parts.append(f'<path class="bar" d="M{_LEFT},{up(PAGE_MS):.1f}H{_WIDTH - _RIGHT}"/>')
    parts += [
        f'<text class="quiet" text-anchor="middle" x="{across(size):.1f}" y="{_HEIGHT - 10}">{_short(size)}</text>'
        for size in sizes
    ]
    for kind, tone in _TONES.items():
        mine = sorted((row["employees"], row["p50"], row["p99"]) for row in rows if row["database"] == kind)
        if not mine:
            continue
        for figure, shape in ((1, "line"), (2, "tail")):
            points = " L".join(f"{across(point[0]):.1f},{up(point[figure]):.1f}" for point in mine)
            parts.append(f'<path class="{shape}" clip-path="url(#frame)" style="stroke:{tone}" d="M{points}"/>')
        parts += [
            f'<circle r="2.5" style="fill:{tone}" cx="{across(size):.1f}" cy="{up(p50):.1f}">'
            f"<title>{kind}, {size:,} employees: p50 {p50:.2f} ms, p99 {p99:.2f} ms</title></circle>"
            for size, p50, p99 in mine
        ]
    return "".join(parts)


def _ceiling(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, ..."""
    power = 10.0 ** math.floor(math.log10(max(value, 0.1)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999)


def _short(size: int) -> str:
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)


def _fitting(title: str) -> str:
    return title if len(title) <= 38 else title[:37] + "…"
